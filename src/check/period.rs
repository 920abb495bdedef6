//! Periods as words give them: "tháng 9/2021", "quý III năm 2021", "6 tháng đầu năm 2022", "từ ngày 15/12/2021 đến ngày 09/6/2022".

use super::{
    number::Numeral,
    text::{Kind, Token},
};

/// What kind of period.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Sort {
    /// One month.
    Month,
    /// A quarter.
    Quarter,
    /// So many months.
    Months,
    /// A year.
    Year,
    /// So many years.
    Years,
    /// A week or a day, said by that word alone.
    Short,
    /// From one day to another.
    Days,
    /// The same time of another year.
    Other,
}

/// A period, as far as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Its kind.
    pub sort: Sort,
    /// Which, or how many.
    pub number: i64,
    /// Of which year, if that is said.
    pub year: Option<i64>,
    /// Days, as printed.
    pub days: String,
}

impl Said {
    /// Whether both may be the same period.
    pub fn agrees(&self, other: &Said) -> bool {
        let year = self.year.is_none() || other.year.is_none() || self.year == other.year;
        self.sort == other.sort && self.number == other.number && self.days == other.days && year
    }

    /// "3 năm", "6 tháng": so many, none by name.
    pub fn is_span(&self) -> bool {
        matches!(self.sort, Sort::Months | Sort::Years)
    }
}

fn word(tokens: &[Token], at: usize) -> Option<&str> {
    tokens.get(at).and_then(Token::word)
}

fn count(tokens: &[Token], at: usize) -> Option<i64> {
    match tokens.get(at)?.kind {
        Kind::Number(Numeral::Count(n, _)) => Some(n),
        _ => None,
    }
}

fn year(n: i64) -> bool {
    (1975..2100).contains(&n)
}

/// "năm 2021" or "/2021" from there: the year, and how many tokens.
fn of_year(tokens: &[Token], at: usize) -> (Option<i64>, usize) {
    match (word(tokens, at), count(tokens, at + 1)) {
        (Some("năm"), Some(y)) if year(y) => (Some(y), 2),
        _ => (None, 0),
    }
}

/// The period that begins there, and how many tokens it takes. `text` gives what tokens print.
pub fn at(text: &str, tokens: &[Token], at: usize) -> Option<(Said, usize)> {
    let said = |sort, number, year| Said { sort, number, year, days: String::new() };
    let printed = |n: usize| tokens.get(n).and_then(|t| text.get(t.span.start..t.span.end)).unwrap_or_default();
    match word(tokens, at) {
        Some("tháng") => match &tokens.get(at + 1)?.kind {
            Kind::Number(Numeral::Of(m @ 1..=12, y)) if year(*y) => Some((said(Sort::Month, *m, Some(*y)), 2)),
            Kind::Number(Numeral::Joined) => {
                let (m, y) = printed(at + 1).split_once(['-', '/', '.'])?;
                let (m, y) = (m.parse().ok()?, y.parse().ok()?);
                ((1..=12).contains(&m) && year(y)).then(|| (said(Sort::Month, m, Some(y)), 2))
            }
            Kind::Number(Numeral::Count(m @ 1..=12, _)) => {
                let (year, taken) = of_year(tokens, at + 2);
                Some((said(Sort::Month, *m, year), 2 + taken))
            }
            _ => None,
        },
        Some("quý") => {
            let raw = printed(at + 1).to_lowercase();
            let (number, rest) = raw.split_once(['/', '-']).unwrap_or((&raw, ""));
            let number = match number {
                "i" | "1" => 1,
                "ii" | "2" => 2,
                "iii" | "3" => 3,
                "iv" | "4" => 4,
                _ => return None,
            };
            let (later, taken) = of_year(tokens, at + 2);
            let year = rest.parse().ok().filter(|y| year(*y)).or(later);
            Some((said(Sort::Quarter, number, year), 2 + taken))
        }
        Some("năm") => count(tokens, at + 1).filter(|y| year(*y)).map(|y| (said(Sort::Year, y, Some(y)), 2)),
        Some("cùng") if word(tokens, at + 1) == Some("kỳ") => Some((said(Sort::Other, 0, None), 2)),
        Some("từ") => days(text, tokens, at),
        Some("trong") => {
            let begins = at == 0 && tokens.first().is_some_and(|t| t.capital)
                || word(tokens, at.wrapping_sub(1)) == Some("riêng");
            match word(tokens, at + 1) {
                Some("tuần") => Some((said(Sort::Short, 7, None), 2)),
                // "trả kết quả trong ngày" is no time of a report.
                Some("ngày") if begins && count(tokens, at + 2).is_none() => Some((said(Sort::Short, 1, None), 2)),
                _ => None,
            }
        }
        Some(_) => None,
        None => {
            let n = count(tokens, at)?;
            match word(tokens, at + 1) {
                Some("tháng") if (2..=12).contains(&n) => {
                    let half = usize::from(matches!(word(tokens, at + 2), Some("đầu" | "cuối")));
                    let last = word(tokens, at + 2) == Some("cuối");
                    let (year, taken) = of_year(tokens, at + 2 + half);
                    let bare = usize::from(taken == 0 && half == 1 && word(tokens, at + 3) == Some("năm"));
                    Some((said(Sort::Months, if last { -n } else { n }, year), 2 + half + taken + bare))
                }
                Some("năm") if (2..=10).contains(&n) => Some((said(Sort::Years, n, None), 2)),
                _ => None,
            }
        }
    }
}

/// "từ ngày 15/12/2021 đến (hết) ngày 09/6/2022".
fn days(text: &str, tokens: &[Token], from: usize) -> Option<(Said, usize)> {
    let mut dates = Vec::new();
    let mut at = from + 1;
    while dates.len() < 2 && at < from + 9 {
        let token = tokens.get(at)?;
        match &token.kind {
            Kind::Number(Numeral::Joined | Numeral::Of(..)) => {
                dates.push(text.get(token.span.start..token.span.end).unwrap_or_default());
            }
            Kind::Word(w) if matches!(w.as_str(), "ngày" | "đến" | "hết" | "tới" | "tháng" | "năm") => {}
            Kind::Mark('-' | '–') => {}
            _ => return None,
        }
        at += 1;
    }
    let [a, z] = dates.as_slice() else { return None };
    Some((Said { sort: Sort::Days, number: 0, year: None, days: format!("{a} – {z}") }, at - from))
}
