//! What a figure is: a set of the smallest classes dossiers fall into. "Resolved" is early, on time and late; "to handle" is carried over and
//! every way in. Which figures have to add up follows from the sets.

use super::lexicon::*;

/// Figures that can be added to each other.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Space {
    /// Dossiers in the balance.
    Dossiers,
    /// Dossiers due in the period: a denominator.
    Due,
    /// What the post carried.
    Post,
    /// Complaints and proposals.
    Feedback,
    /// Judgements of the service.
    Ratings,
    /// Procedures.
    Procedures,
    /// A figure of another time, or how much one changed since: adds to nothing but the figure it is compared with.
    Change,
    /// Named by the report alone: an agency, a field. Adds only inside its list.
    Item,
}

/// Classes of a space, as a set of bits.
pub type Set = u32;

/// Ways in.
pub const CARRIED_OVER: Set = 1;
/// Online from end to end.
pub const ONLINE_FULL: Set = 1 << 1;
/// Online in part.
pub const ONLINE_PART: Set = 1 << 2;
/// In person.
pub const IN_PERSON: Set = 1 << 4;
/// By post.
pub const BY_POST: Set = 1 << 5;
/// Ways out.
pub const RESOLVED_EARLY: Set = 1 << 8;
/// On time.
pub const RESOLVED_ON_TIME: Set = 1 << 9;
/// Late.
pub const RESOLVED_LATE: Set = 1 << 10;
/// Given back.
pub const GIVEN_BACK: Set = 1 << 11;
/// Taken back.
pub const TAKEN_BACK: Set = 1 << 12;
/// Stopped.
pub const CUT_OFF: Set = 1 << 13;
/// Waiting for papers.
pub const SUPPLEMENT: Set = 1 << 14;
/// Waiting for money.
pub const UNPAID: Set = 1 << 15;
/// In progress within the deadline.
pub const PENDING_WITHIN: Set = 1 << 16;
/// In progress and overdue.
pub const PENDING_OVERDUE: Set = 1 << 17;

/// Taken over from another unit.
pub const HANDED_IN: Set = 1 << 6;
/// Handed over to another unit.
pub const HANDED_OUT: Set = 1 << 18;

/// All online.
pub const ANY_ONLINE: Set = ONLINE_FULL | ONLINE_PART;
/// Received in the period.
pub const RECEIVED: Set = ANY_ONLINE | IN_PERSON | BY_POST;
/// Every way in.
pub const IN: Set = CARRIED_OVER | RECEIVED;
/// Resolved.
pub const RESOLVED: Set = RESOLVED_EARLY | RESOLVED_ON_TIME | RESOLVED_LATE;
/// Early or on time.
pub const IN_TIME: Set = RESOLVED_EARLY | RESOLVED_ON_TIME;
/// In progress.
pub const IN_PROGRESS: Set = PENDING_WITHIN | PENDING_OVERDUE;
/// Every other way out.
pub const OTHER_EXITS: Set = GIVEN_BACK | TAKEN_BACK | CUT_OFF | SUPPLEMENT | UNPAID;
/// Every way out.
pub const OUT: Set = RESOLVED | IN_PROGRESS | OTHER_EXITS | HANDED_OUT;
/// Late, whether resolved or not.
pub const ANY_LATE: Set = RESOLVED_LATE | PENDING_OVERDUE;

/// What adds up over periods too. What was carried over or is in progress does not: the next period has it again.
pub const FLOWS: Set = RECEIVED | RESOLVED | GIVEN_BACK | TAKEN_BACK | CUT_OFF | HANDED_IN | HANDED_OUT;

/// Of the post: taken in.
pub const POST_IN: Set = 1;
/// Of the post: handed out.
pub const POST_OUT: Set = 2;
/// Of feedback: settled.
pub const SETTLED: Set = 1;
/// Of feedback: sent on.
pub const SENT_ON: Set = 2;
/// Of feedback: still open.
pub const OPEN: Set = 4;
/// Of judgements.
pub const VERY_GOOD: Set = 1;
/// Of judgements.
pub const GOOD: Set = 2;
/// Of judgements.
pub const MIDDLING: Set = 4;
/// Of judgements.
pub const BAD: Set = 8;

/// What a figure counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label {
    /// Where it may be added.
    pub space: Space,
    /// The classes it counts.
    pub set: Set,
    /// The report's own name; empty but for items.
    pub name: String,
}

impl Label {
    /// Dossiers of these classes.
    pub const fn dossiers(set: Set) -> Label {
        Label { space: Space::Dossiers, set, name: String::new() }
    }

    /// Classes of another space.
    pub const fn of(space: Space, set: Set) -> Label {
        Label { space, set, name: String::new() }
    }

    /// Something only the report names.
    pub fn item(name: impl Into<String>) -> Label {
        Label { space: Space::Item, set: 0, name: name.into() }
    }

    /// Whether it counts dossiers in the balance, and nothing outside of these classes.
    pub fn within(&self, set: Set) -> bool {
        self.space == Space::Dossiers && self.set != 0 && self.set & !set == 0
    }

    /// Whether it counts exactly these dossiers.
    pub fn is(&self, set: Set) -> bool {
        self.space == Space::Dossiers && self.set == set
    }
}

/// How sure a label is, and what may still change it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Firm {
    /// Said.
    Said,
    /// "Received" with nothing that says whether the carried over is in it.
    Received,
    /// "Received and resolved", "in all": what it is depends on its parts.
    Loose,
    /// "In all", without a word of what: likewise.
    Total,
    /// "Resolved in all", which some use of all there was to resolve.
    Resolved,
    /// "On time", which some use of early or on time.
    OnTime,
    /// Late, and taken from its neighbours whether resolved or not.
    Neighbour,
}

impl Firm {
    /// Whether parts that are ways in make it the total to handle.
    pub fn depends(self) -> bool {
        matches!(self, Firm::Received | Firm::Loose | Firm::Total | Firm::Resolved)
    }
}

/// Why a number has no label.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unsure {
    /// Nothing says what it counts.
    NoLabel,
    /// It may count more than one thing.
    Ambiguous,
    /// A rounded figure.
    Approximate,
    /// A share whose whole the report does not give.
    NoWhole,
    /// A figure of another time, beside this one.
    Compared,
    /// Not a numeral that can be read in one way.
    NotANumeral,
    /// Beyond the bounds of the checker.
    TooMany,
}

/// What stands before a number at the same level, for words that say only half.
#[derive(Copy, Clone, Default, Debug)]
pub struct Around<'a> {
    /// The figure this one is a part of.
    pub head: Option<&'a Label>,
    /// The figure before.
    pub before: Option<&'a Label>,
}

/// The label that these words give.
///
/// # Errors
/// [`Unsure`]: they say too little, or too much at once.
pub fn label(said: Said, thing: Thing, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let head = |space: Space| around.head.is_some_and(|h| h.space == space);
    let pick = |pairs: &[(Said, Set)]| pairs.iter().filter(|(bit, _)| has(*bit)).fold(0, |set, (_, class)| set | class);
    let firm = |label: Label| Ok((label, Firm::Said));
    if has(VISITS | BESIDE) || thing == Thing::Other {
        return Err(Unsure::NoLabel);
    }
    if thing == Thing::Procedure {
        return Err(Unsure::NoLabel);
    }
    let judged = pick(&[(VERY_SATISFIED, VERY_GOOD), (SATISFIED, GOOD), (NORMAL, MIDDLING), (UNSATISFIED, BAD)]);
    if judged != 0 {
        return firm(Label::of(Space::Ratings, judged));
    }
    if thing == Thing::Rating || (has(RATING) && matches!(thing, Thing::Feedback | Thing::Unsaid)) {
        let all = VERY_GOOD | GOOD | MIDDLING | BAD;
        return if has(RATING) && !head(Space::Ratings) {
            firm(Label::of(Space::Ratings, all))
        } else {
            Err(Unsure::NoLabel)
        };
    }
    if thing == Thing::Feedback
        || (has(FEEDBACK) && thing != Thing::Dossier)
        || (head(Space::Feedback) && thing == Thing::Unsaid)
    {
        return feedback(said, around);
    }
    if has(POSTAL) && has(DELIVER | RESOLVE) || head(Space::Post) || thing == Thing::Result && has(POSTAL) {
        let set = pick(&[(RECEIVE, POST_IN), (DELIVER | RESOLVE, POST_OUT)]);
        return if set == 0 { Err(Unsure::Ambiguous) } else { firm(Label::of(Space::Post, set)) };
    }
    if has(TAKEN_OVER | HANDED_OVER) {
        // Inside of another figure it is some of that one, and no way of its own.
        return match around.head {
            None if !has(HANDED_OVER) => firm(Label::dossiers(HANDED_IN)),
            None if !has(TAKEN_OVER) => firm(Label::dossiers(HANDED_OUT)),
            _ => Err(Unsure::Ambiguous),
        };
    }
    if has(TO_HANDLE) {
        return firm(Label::dossiers(IN));
    }
    if has(ONWARD) {
        return firm(Label::dossiers(IN_PROGRESS));
    }
    let exits = pick(&[
        (RETURNED, GIVEN_BACK),
        (WITHDRAWN, TAKEN_BACK),
        (STOPPED, CUT_OFF),
        (AWAITING, SUPPLEMENT),
        (PAYMENT, UNPAID),
    ]);
    if exits != 0 && !has(EARLY | ON_TIME) {
        return firm(Label::dossiers(exits));
    }
    if has(CARRIED) {
        return if has(NEW) { Ok((Label::dossiers(IN), Firm::Said)) } else { firm(Label::dossiers(CARRIED_OVER)) };
    }
    if has(DUE) {
        return firm(Label::of(Space::Due, 1));
    }
    if has(EARLY | ON_TIME | LATE | WITHIN) {
        if has(ONLINE | DIRECT | POSTAL) {
            return Err(Unsure::Ambiguous);
        }
        return timed(said, around);
    }
    channels_and_totals(said, thing, around)
}

fn timed(said: Said, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let in_time = [(EARLY, RESOLVED_EARLY), (ON_TIME, RESOLVED_ON_TIME)];
    let in_time = in_time.iter().filter(|(bit, _)| has(*bit)).fold(0, |set, (_, class)| set | class);
    if has(WITHIN) {
        return match (in_time, has(LATE)) {
            (0, true) => Ok((Label::dossiers(IN_PROGRESS), Firm::Said)),
            (0, false) => Ok((Label::dossiers(PENDING_WITHIN), Firm::Said)),
            _ => Err(Unsure::Ambiguous),
        };
    }
    if in_time != 0 {
        let late = if has(LATE) { RESOLVED_LATE } else { 0 };
        let firm = if in_time == RESOLVED_ON_TIME && late == 0 { Firm::OnTime } else { Firm::Said };
        return Ok((Label::dossiers(in_time | late), firm));
    }
    let known = match (has(RESOLVE), has(PENDING | NOT_YET)) {
        (true, true) => Some(ANY_LATE),
        (false, true) => Some(PENDING_OVERDUE),
        (true, false) => Some(RESOLVED_LATE),
        (false, false) => None,
    };
    if let Some(set) = known {
        // "đang giải quyết 100 hồ sơ (… giải quyết quá hạn 3)": inside of what is in progress nothing is resolved.
        let inside = around.head.is_some_and(|h| h.within(IN_PROGRESS));
        return Ok((Label::dossiers(if inside { PENDING_OVERDUE } else { set }), Firm::Said));
    }
    for near in [around.head, around.before].into_iter().flatten() {
        if near.within(IN_PROGRESS) {
            return Ok((Label::dossiers(PENDING_OVERDUE), Firm::Neighbour));
        }
        if near.within(RESOLVED) {
            return Ok((Label::dossiers(RESOLVED_LATE), Firm::Neighbour));
        }
    }
    Err(Unsure::Ambiguous)
}

fn channels_and_totals(said: Said, thing: Thing, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let channel = match (has(FULL), has(PART), has(ONLINE)) {
        (true, false, _) => ONLINE_FULL,
        (false, true, _) => ONLINE_PART,
        (true, true, _) | (_, _, true) => ANY_ONLINE,
        _ => 0,
    } | if has(DIRECT) { IN_PERSON } else { 0 }
        | if has(POSTAL) { BY_POST } else { 0 };
    if channel != 0 {
        let resolved = around.head.is_some_and(|h| h.within(OUT));
        let other = has(RESOLVE | PENDING) && !has(RECEIVE) || resolved;
        return if other { Err(Unsure::Ambiguous) } else { Ok((Label::dossiers(channel), Firm::Said)) };
    }
    if has(PENDING) {
        return Ok((Label::dossiers(IN_PROGRESS), Firm::Said));
    }
    if has(RECEIVE) && has(RESOLVE) {
        return Ok((Label::dossiers(IN), Firm::Loose));
    }
    if has(NEW) {
        return Ok((Label::dossiers(RECEIVED), Firm::Said));
    }
    if has(RECEIVE) {
        return Ok((Label::dossiers(RECEIVED), Firm::Received));
    }
    if has(RESOLVE) {
        return Ok((Label::dossiers(RESOLVED), if has(TOTAL) { Firm::Resolved } else { Firm::Said }));
    }
    if has(REST) && thing == Thing::Dossier && around.head.is_none_or(|h| !h.within(RECEIVED)) {
        return Ok((Label::dossiers(IN_PROGRESS), Firm::Neighbour));
    }
    if has(TOTAL) && around.head.is_none() {
        return Ok((Label::dossiers(IN), Firm::Total));
    }
    Err(Unsure::NoLabel)
}

fn feedback(said: Said, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let all = SETTLED | SENT_ON | OPEN;
    // Of these too some are new and some from before, and only both together were settled or sent on.
    if has(NEW | CARRIED) {
        return Err(Unsure::NoLabel);
    }
    let set = match () {
        () if has(PENDING | NOT_YET) => OPEN,
        () if has(FORWARD) => SENT_ON,
        () if has(RECEIVE) && !has(ANSWER) => all,
        () if has(RESOLVE | ANSWER) => SETTLED,
        () if around.head.or(around.before).is_none_or(|h| h.space != Space::Feedback) => all,
        () => return Err(Unsure::NoLabel),
    };
    Ok((Label::of(Space::Feedback, set), Firm::Said))
}
