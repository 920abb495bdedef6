//! Qualifiers: the period, the level and the unit that words give.

use super::*;

/// What qualifies a figure.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Key {
    pub(super) period: Option<period::Said>,
    pub(super) period_text: String,
    pub(super) level: Option<String>,
    pub(super) unit: Option<String>,
}

impl Key {
    pub(super) fn agrees(&self, other: &Key) -> bool {
        let period = match (&self.period, &other.period) {
            (Some(a), Some(b)) => a.agrees(b),
            _ => true,
        };
        period && self.agrees_but_period(other)
    }

    pub(super) fn agrees_but_period(&self, other: &Key) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        same(&self.level, &other.level) && same(&self.unit, &other.unit)
    }

    /// Whether it names a level, and the other only the whole of a place.
    pub fn is_within(&self, other: &Key) -> bool {
        let starts = |key: &Key, with| key.level.as_deref().is_some_and(|level| level.starts_with(with));
        starts(self, "cấp") && starts(other, "toàn") && self.period == other.period
    }

    pub(super) fn of_online(mut self) -> Key {
        self.unit = Some("trực tuyến".to_owned());
        self
    }

    pub(super) fn name(&self) -> String {
        let parts = [Some(self.period_text.clone()), self.level.clone(), self.unit.clone()];
        parts.into_iter().flatten().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// The qualifiers after the beginning of a sentence, up to its first figure.
pub fn at_start(text: &Text, tokens: &[Token], key: Key) -> Key {
    let figure = (0..tokens.len()).find(|n| {
        let number =
            tokens.get(*n).is_some_and(|t| matches!(t.kind, Kind::Number(Numeral::Count(..) | Numeral::Of(..))));
        number && matches!(tokens.get(n + 1).and_then(Token::word), Some("hồ" | "hs" | "bộ" | "lượt" | "phản"))
    });
    scan(text, tokens.get(..figure.unwrap_or(tokens.len())).unwrap_or(tokens), key, true)
}

/// The qualifiers at the beginning of a clause.
pub fn at_clause(text: &Text, start: usize, end: usize, key: Key) -> Key {
    let end = end.min(start + 120);
    let end = (start..=end).rev().find(|n| text.text.is_char_boundary(*n)).unwrap_or(start);
    let found = tokens(&text.text, Span { start, end });
    let until =
        found.iter().position(|t| matches!(t.kind, Kind::Mark(',' | ';' | '(' | ')' | '.'))).unwrap_or(found.len());
    scan(text, found.get(..until.min(7)).unwrap_or(&found), key, false)
}

fn scan(text: &Text, tokens: &[Token], mut key: Key, whole: bool) -> Key {
    let fresh = whole;
    let word = |n: usize| tokens.get(n).and_then(Token::word);
    let (mut period, mut level, mut unit) = (None, None, None);
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).and_then(word);
        if word(at) == Some("so") && word(at + 1) == Some("với") {
            break;
        }
        if let Some((said, taken)) = period::at(&text.text, tokens, at) {
            // "tháng 7 chuyển qua", "chuyển sang năm 2022", "kế hoạch năm 2022" do not say of when the figures are.
            let moved = matches!(word(at + taken), Some("chuyển" | "mang" | "để"))
                || matches!(before, Some("sang" | "qua" | "tồn" | "hoạch" | "định" | "cuối" | "với"))
                    && !(before == Some("qua") && said.is_span())
                || word(at + taken) == Some("trước");
            if !moved && period.is_none() {
                let span = tokens.get(at).zip(tokens.get(at + taken - 1));
                let printed = span.and_then(|(a, z)| text.text.get(a.span.start..z.span.end)).unwrap_or_default();
                period = Some((said, printed.to_owned()));
            }
            at += taken;
            continue;
        }
        if level.is_none() {
            level = level_at(tokens, at);
        }
        let second = at == 1 && matches!(before, Some("thị" | "thành"));
        if unit.is_none() && (whole || at == 0 || second) {
            unit = unit_at(text, tokens, at);
        }
        at += 1;
    }
    if let Some((said, printed)) = period {
        let finer = key.period.as_ref().is_some_and(|old| old.agrees(&said) && old.year.is_some());
        if !finer {
            if fresh && key.period.as_ref().is_some_and(|old| !old.agrees(&said)) {
                key.level = None;
                key.unit = None;
            }
            key.period = Some(said);
            key.period_text = printed;
        }
    }
    if let Some(level) = level {
        key.unit = None;
        key.level = Some(level);
    }
    if let Some(unit) = unit {
        key.unit = Some(unit);
    }
    key
}

/// "cấp huyện", "cấp huyện và cấp xã", "toàn tỉnh".
fn level_at(tokens: &[Token], at: usize) -> Option<String> {
    let word = |n: usize| tokens.get(n).and_then(Token::word);
    const LEVELS: &[&str] = &["tỉnh", "huyện", "xã", "sở", "phường", "quận", "thành", "cơ"];
    // Units of a level may stand behind "UBND" or "các cơ quan".
    let second = word(at + 1).filter(|w| LEVELS.contains(w) || *w == "thị")?;
    match word(at)? {
        "các" => units_of_a_level(tokens, at),
        "toàn" => Some(format!("toàn {second}")),
        "cấp" => {
            let mut all = second.to_owned();
            let mut next = at + 2;
            while matches!(word(next), Some("và")) || tokens.get(next).is_some_and(|t| t.is(',')) {
                let step = if word(next + 1) == Some("cấp") { 2 } else { 1 };
                let Some(more) = word(next + step).filter(|w| LEVELS.contains(w)) else { break };
                all = format!("{all}, {more}");
                next += step + 1;
            }
            Some(format!("cấp {all}"))
        }
        _ => None,
    }
}

/// "các huyện, thị xã, thành phố tiếp nhận …": the level whose units did something. Units of several levels are no level.
fn units_of_a_level(tokens: &[Token], at: usize) -> Option<String> {
    let word = |n: usize| tokens.get(n).and_then(Token::word);
    if matches!(at.checked_sub(1).and_then(word), Some("với" | "cho" | "đến" | "tới" | "từ" | "theo" | "cùng"))
    {
        return None;
    }
    let acts =
        |n: usize| phrase(tokens.get(n..).unwrap_or_default().iter().map_while(Token::word)).map_or(0, |(_, s)| s);
    let does = RECEIVE | RESOLVE | CARRIED | PENDING | TO_HANDLE;
    let until = (at + 1..tokens.len()).find(|n| acts(*n) & does != 0)?;
    let named = |names: &[&str]| (at + 1..until).any(|n| word(n).is_some_and(|w| names.contains(&w)));
    let levels = [
        ("cấp tỉnh", named(&["sở"])),
        ("cấp huyện", named(&["huyện", "quận"])),
        (
            "cấp xã",
            named(&["xã", "phường"]) && !(at + 1..until).any(|n| word(n) == Some("thị") && word(n + 1) == Some("xã")),
        ),
    ];
    let mut told = levels.iter().filter(|(_, told)| *told).map(|(level, _)| *level);
    let first = told.next()?;
    let several = told.next().is_some() || named(&["địa", "cấp"]) || until > at + 16;
    (!several).then(|| first.to_owned())
}

/// A unit with a name of its own that does something: "Sở … tiếp nhận".
fn unit_at(text: &Text, tokens: &[Token], at: usize) -> Option<String> {
    const UNITS: &[&str] = &["sở", "huyện", "xã", "phường", "quận", "ubnd", "trấn", "ban", "cục", "phố", "tp", "khối"];
    tokens.get(at)?.word().filter(|w| UNITS.contains(w))?;
    let first = tokens.get(at + 1).filter(|t| t.capital && t.word().is_some())?;
    let said = |n: usize| phrase(tokens.get(n..).unwrap_or_default().iter().map_while(Token::word)).is_some();
    const GOES_ON: &[&str] =
        &["đã", "đang", "báo", "cho", "tập", "có", "cũng", "trong", "năm", "tháng", "quý", "tính", "thực"];
    let named = |n: &usize| tokens.get(*n).and_then(Token::word).is_some_and(|w| !GOES_ON.contains(&w)) && !said(*n);
    let length = (at + 1..tokens.len().min(at + 10)).take_while(named).count();
    let last = tokens.get(at + length)?;
    let acts = (at + 1..tokens.len()).any(|n| {
        let words = tokens.get(n..).unwrap_or_default().iter().map_while(Token::word);
        phrase(words).is_some_and(|(_, said)| said & (RECEIVE | RESOLVE | CARRIED | PENDING | TO_HANDLE) != 0)
    });
    // "thị xã", "thị trấn", "thành phố"
    let two = at.checked_sub(1).filter(|n| matches!(tokens.get(*n).and_then(Token::word), Some("thị" | "thành")));
    let name = text.text.get(tokens.get(two.unwrap_or(at))?.span.start..last.span.end)?;
    (acts && first.span.start < last.span.end).then(|| name.to_owned())
}
