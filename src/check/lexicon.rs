//! What words of reports say about a figure, as data. No name of a place, a unit or a document stands here.

mod flow;
mod state;
mod turns;

use std::{collections::BTreeMap, sync::LazyLock};

/// Things that words say, as a set of bits.
pub type Said = u64;

macro_rules! said {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => { $($(#[$doc])* pub const $name: Said = 1 << $bit;)* };
}

said! {
    /// Taken in.
    RECEIVE = 0;
    /// New in the period.
    NEW = 1;
    /// A total.
    TOTAL = 2;
    /// Finished.
    RESOLVE = 3;
    /// Handed out.
    DELIVER = 4;
    /// In progress.
    PENDING = 5;
    /// What is left.
    REST = 6;
    /// From the period before.
    CARRIED = 7;
    /// All that had to be dealt with.
    TO_HANDLE = 8;
    /// Before the due date.
    EARLY = 9;
    /// On the due date.
    ON_TIME = 10;
    /// After it.
    LATE = 11;
    /// Not yet due.
    WITHIN = 12;
    /// Due in the period.
    DUE = 13;
    /// By the network.
    ONLINE = 14;
    /// Wholly by the network.
    FULL = 15;
    /// In part by the network.
    PART = 16;
    /// At the desk.
    DIRECT = 17;
    /// By post.
    POSTAL = 18;
    /// Waiting for papers.
    AWAITING = 19;
    /// Waiting for money.
    PAYMENT = 20;
    /// Given back.
    RETURNED = 21;
    /// Taken back.
    WITHDRAWN = 22;
    /// Stopped.
    STOPPED = 23;
    /// A complaint or a proposal.
    FEEDBACK = 24;
    /// Sent on to others.
    FORWARD = 25;
    /// Answered.
    ANSWER = 26;
    /// Very satisfied.
    VERY_SATISFIED = 27;
    /// Satisfied.
    SATISFIED = 28;
    /// Neither.
    NORMAL = 29;
    /// Not satisfied.
    UNSATISFIED = 30;
    /// Somebody's judgement of the service.
    RATING = 31;
    /// No result yet.
    NOT_YET = 32;
    /// Going to the period after.
    ONWARD = 33;
    /// A share is spoken of.
    SHARE = 34;
    /// Of which.
    OF_WHICH = 35;
    /// It consists of.
    CONSISTS = 36;
    /// Compared with another time.
    COMPARED = 37;
    /// More than before.
    MORE = 38;
    /// Less than before.
    LESS = 39;
    /// About so much.
    ABOUT = 40;
    /// A wish, not a figure.
    TARGET = 41;
    /// Others that are not named.
    OTHERS = 42;
    /// An average.
    AVERAGE = 43;
    /// Visits of a page.
    VISITS = 44;
    /// Digitised, paid, signed and the like: beside the balance.
    BESIDE = 45;
    /// Taken over from another unit.
    TAKEN_OVER = 46;
    /// Handed over to another unit.
    HANDED_OVER = 47;
}

/// Phrases and what they say; of several the longest counts. An empty set says: these words are no statement.
const PHRASES: [&[(&str, Said)]; 3] = [flow::PHRASES, state::PHRASES, turns::PHRASES];

/// A phrase in words, and what it says.
type Phrase = (Vec<&'static str>, Said);

static BY_FIRST: LazyLock<BTreeMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut map: BTreeMap<&str, Vec<(Vec<&str>, Said)>> = BTreeMap::new();
    for (phrase, said) in PHRASES.into_iter().flatten() {
        let words: Vec<&str> = phrase.split([' ', ',']).filter(|w| !w.is_empty()).collect();
        if let Some(first) = words.first() {
            map.entry(first).or_default().push((words, *said));
        }
    }
    for phrases in map.values_mut() {
        phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    map
});

/// The longest phrase that begins with these words: how many it takes, and what it says.
pub fn phrase<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Option<(usize, Said)> {
    let first = words.clone().next()?;
    BY_FIRST.get(first)?.iter().find_map(|(phrase, said)| {
        let matched = phrase.iter().copied().eq(words.clone().take(phrase.len()));
        matched.then_some((phrase.len(), *said))
    })
}

/// What is counted, by the words behind a number.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Thing {
    /// Dossiers.
    Dossier,
    /// Results handed out.
    Result,
    /// Complaints and proposals.
    Feedback,
    /// Judgements.
    Rating,
    /// Procedures.
    Procedure,
    /// Thousands or millions: a rounded figure.
    Rounded,
    /// Not said.
    Unsaid,
    /// Anything else: people, days, money.
    Other,
}

const THINGS: &[(&str, Thing)] = &[
    ("hồ sơ", Thing::Dossier),
    ("hs", Thing::Dossier),
    ("bộ hồ sơ", Thing::Dossier),
    ("bộ", Thing::Dossier),
    ("hồ sơ tthc", Thing::Dossier),
    ("lượt hồ sơ", Thing::Dossier),
    ("trường hợp", Thing::Dossier),
    ("hồ", Thing::Dossier),
    ("kết quả", Thing::Result),
    ("phản ánh", Thing::Feedback),
    ("kiến nghị", Thing::Feedback),
    ("ý kiến", Thing::Feedback),
    ("pakn", Thing::Feedback),
    ("câu hỏi", Thing::Feedback),
    ("lượt phản ánh", Thing::Feedback),
    ("lượt", Thing::Rating),
    ("phiếu", Thing::Rating),
    ("tthc", Thing::Procedure),
    ("thủ tục", Thing::Procedure),
    ("dịch vụ công", Thing::Procedure),
    ("dvc", Thing::Procedure),
    ("dịch vụ", Thing::Procedure),
    ("ngàn", Thing::Rounded),
    ("nghìn", Thing::Rounded),
    ("triệu", Thing::Rounded),
    ("vạn", Thing::Rounded),
    ("trung tâm", Thing::Other),
    ("bộ phận", Thing::Other),
    ("văn phòng", Thing::Other),
    ("triệu đồng", Thing::Other),
    ("tỷ đồng", Thing::Other),
    ("nghìn đồng", Thing::Other),
    ("ngàn đồng", Thing::Other),
    ("lượt truy cập", Thing::Other),
    ("lượt xem", Thing::Other),
    ("lượt người truy cập", Thing::Other),
];

/// The thing that these words name, and how many of them do. Words that go on the sentence name nothing.
pub fn thing<'w>(words: impl Iterator<Item = &'w str> + Clone) -> (Thing, usize) {
    let named = THINGS.iter().filter_map(|(name, thing)| {
        let name: Vec<&str> = name.split(' ').collect();
        name.iter().copied().eq(words.clone().take(name.len())).then_some((*thing, name.len()))
    });
    if let Some(longest) = named.max_by_key(|(_, length)| *length) {
        return longest;
    }
    const GOING_ON: &[&str] = &[
        "và", "hoặc", "là", "thì", "được", "đã", "đang", "trong", "đạt", "chiếm", "có", "số", "với", "bằng", "tương",
        "tỷ", "tỉ", "còn", "do", "tại", "ở", "qua", "từ", "nộp", "của", "các", "so", "tăng", "giảm", "gồm", "bao",
        "theo", "cho", "đối", "trên", "khác", "thuộc", "mới", "đến",
    ];
    match words.clone().next() {
        None => (Thing::Unsaid, 0),
        Some(first) if GOING_ON.contains(&first) || phrase(words.clone()).is_some() => (Thing::Unsaid, 0),
        Some(_) => (Thing::Other, 0),
    }
}
