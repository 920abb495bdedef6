//! Numerals as published reports print them (DOMAIN: Vietnamese format, dirty input), read without guessing.

use crate::domain::percent::parse_count;

/// How thousands are marked.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grouping {
    /// Not at all, and there is something to mark: `2770`.
    Plain,
    /// Fewer than four digits: nothing to mark.
    Short,
    /// `2.770`.
    Point,
    /// `2,770`.
    Comma,
    /// `2 770`.
    Space,
}

/// A share as printed: `99,77%` is 9977 of 10^2 hundredths.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Share {
    /// The digits without a mark: 9977.
    pub digits: i64,
    /// How many of them stand behind the mark: 2.
    pub decimals: u32,
}

/// What a run of digits is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Numeral {
    /// A count.
    Count(i64, Grouping),
    /// `99,77%`.
    Percent(Share),
    /// `4.512/5.625` or `22/4`: both sides may be counts.
    Of(i64, i64),
    /// Digits with decimals: `10,18` is 1018 of 10^2 hundredths.
    Decimal(Share),
    /// A date, a clock time, a document's number, a range, a phone number: digits joined by signs or letters.
    Joined,
    /// It could be read in more than one way.
    Unclear,
}

/// Reads the numeral a text begins with, and says how many bytes it takes. The text begins with a digit.
pub fn numeral(rest: &str) -> (Numeral, usize) {
    let run = run(rest);
    let digits = rest.get(..run).unwrap_or_default();
    let after = rest.get(run..).unwrap_or_default();
    if let Some(found) = percent(digits, after) {
        return (Numeral::Percent(found.0), run + found.1);
    }
    let mut chars = after.chars();
    match (chars.next(), chars.next()) {
        (Some('/'), Some(c)) if c.is_ascii_digit() => of(rest, run),
        (Some('/' | '-' | ':' | '_' | '–'), Some(c)) if c.is_alphanumeric() => (Numeral::Joined, joined(rest)),
        (Some(c), _) if c.is_alphabetic() => (Numeral::Joined, joined(rest)),
        _ => (count(digits), run),
    }
}

/// Digits with marks between digits; groups of three behind a space that does not break belong to it too.
fn run(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    loop {
        while digit(end) {
            end += 1;
        }
        let tail = rest.get(end..).unwrap_or_default();
        let mark = tail.chars().next().unwrap_or(' ');
        let wide = mark.len_utf8();
        let group = digit(end + wide) && digit(end + wide + 1) && digit(end + wide + 2) && !digit(end + wide + 3);
        match mark {
            '.' | ',' if digit(end + 1) => end += 1,
            '\u{a0}' | '\u{202f}' if group => end += wide,
            _ => return end,
        }
    }
}

fn percent(digits: &str, after: &str) -> Option<(Share, usize)> {
    let blank = after.len() - after.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    if blank > 4 || !after.get(blank..)?.starts_with('%') {
        return None;
    }
    let marks = digits.chars().filter(|c| !c.is_ascii_digit()).count();
    let (whole, decimals) = match digits.split_once(['.', ',']) {
        None => (digits, ""),
        Some((whole, decimals)) if marks == 1 => (whole, decimals),
        Some(_) => return None,
    };
    let share = Share {
        digits: format!("{whole}{decimals}").parse().ok().filter(|d| *d < 1_000_000_000_000)?,
        decimals: u32::try_from(decimals.len()).ok()?,
    };
    Some((share, blank + 1))
}

/// `4.512/5.625`; anything longer is a date.
fn of(rest: &str, first: usize) -> (Numeral, usize) {
    let tail = rest.get(first + 1..).unwrap_or_default();
    let second = run(tail);
    let after = tail.get(second..).unwrap_or_default().chars().next();
    let sides = (count(rest.get(..first).unwrap_or_default()), count(tail.get(..second).unwrap_or_default()));
    match (sides, after) {
        ((Numeral::Count(a, _), Numeral::Count(b, _)), after)
            if !after.is_some_and(|c| matches!(c, '/' | '-' | ':') || c.is_alphabetic()) =>
        {
            (Numeral::Of(a, b), first + 1 + second)
        }
        _ => (Numeral::Joined, joined(rest)),
    }
}

fn joined(rest: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | ':' | '.' | '_' | '–');
    let all = rest.find(|c| !part(c)).unwrap_or(rest.len());
    let taken = rest.get(..all).unwrap_or_default();
    taken.trim_end_matches(['.', '-', ':', '–', '/']).len().max(1)
}

fn count(digits: &str) -> Numeral {
    let mark = digits.chars().find(|c| !c.is_ascii_digit());
    if let Ok(value) = parse_count(digits) {
        let grouping = match mark {
            Some('.') => Grouping::Point,
            Some(',') => Grouping::Comma,
            Some(_) => Grouping::Space,
            None if value < 1000 => Grouping::Short,
            None => Grouping::Plain,
        };
        return Numeral::Count(value, grouping);
    }
    let parts: Vec<&str> = digits.split(['.', ',']).collect();
    match parts.as_slice() {
        [whole, decimals] if !whole.is_empty() && (1..=2).contains(&decimals.len()) && whole.len() <= 6 => {
            match (format!("{whole}{decimals}").parse(), u32::try_from(decimals.len())) {
                (Ok(digits), Ok(decimals)) => Numeral::Decimal(Share { digits, decimals }),
                _ => Numeral::Unclear,
            }
        }
        [day, month, year] if year.len() == 4 && within(day, 1..=31) && within(month, 1..=12) => Numeral::Joined,
        _ => Numeral::Unclear,
    }
}

fn within(digits: &str, range: std::ops::RangeInclusive<u32>) -> bool {
    digits.len() <= 2 && digits.parse().is_ok_and(|n| range.contains(&n))
}

impl Share {
    /// The share of a whole at this precision, half-up; `None` for a whole of nothing.
    pub fn of(part: i64, whole: i64, decimals: u32) -> Option<Share> {
        let (p, w) = (i128::from(part), i128::from(whole));
        if w <= 0 || p < 0 || decimals > 9 {
            return None;
        }
        let scaled = p * 100 * 10i128.pow(decimals);
        Some(Share { digits: i64::try_from((scaled * 2 + w) / (w * 2)).ok()?, decimals })
    }

    /// How far this is from the true share, in millionths of a percent point.
    pub fn distance(self, part: i64, whole: i64) -> i128 {
        if whole <= 0 {
            return i128::MAX;
        }
        let exact = i128::from(part) * 100_000_000 / i128::from(whole);
        (self.millionths() - exact).abs()
    }

    /// In millionths of a percent point.
    pub fn millionths(self) -> i128 {
        i128::from(self.digits) * 1_000_000 / 10i128.pow(self.decimals.min(18))
    }

    /// Half of its last place, in millionths of a percent point.
    pub fn half(self) -> i128 {
        500_000 / 10i128.pow(self.decimals.min(5))
    }

    /// As printed, with that decimal mark.
    pub fn print(self, mark: char) -> String {
        let power = 10i64.pow(self.decimals.min(18));
        match self.decimals {
            0 => format!("{}%", self.digits),
            n => format!("{}{mark}{:0width$}%", self.digits / power, self.digits % power, width = n as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_of_reports() {
        use Grouping::*;
        let share = |digits, decimals| Numeral::Percent(Share { digits, decimals });
        for (text, wanted, length) in [
            ("30.407 hồ sơ", Numeral::Count(30_407, Point), 6),
            ("28,375", Numeral::Count(28_375, Comma), 6),
            ("2770 hồ sơ", Numeral::Count(2770, Plain), 4),
            ("1\u{a0}766 hồ sơ", Numeral::Count(1766, Space), 6),
            ("04 hồ sơ", Numeral::Count(4, Short), 2),
            ("1.766.", Numeral::Count(1766, Point), 5),
            ("99,77%", share(9977, 2), 6),
            ("100%", share(100, 0), 4),
            ("3,24 %)", share(324, 2), 6),
            ("80.21%", share(8021, 2), 6),
            ("4.512/5.625 hồ sơ", Numeral::Of(4512, 5625), 11),
            ("22/4", Numeral::Of(22, 4), 4),
            ("17/02/2022", Numeral::Joined, 10),
            ("17.5.2018", Numeral::Joined, 9),
            ("17.13.2018", Numeral::Unclear, 10),
            ("271/QĐ-UBND ngày", Numeral::Joined, "271/QĐ-UBND".len()),
            ("15:15", Numeral::Joined, 5),
            ("7h30", Numeral::Joined, 4),
            ("10,18 ngàn", Numeral::Decimal(Share { digits: 1018, decimals: 2 }), 5),
            ("0210.3873.456", Numeral::Unclear, 13),
            ("0042", Numeral::Unclear, 4),
            ("1.23.4", Numeral::Unclear, 6),
        ] {
            assert_eq!(numeral(text), (wanted, length), "{text}");
        }
    }

    #[test]
    fn shares_half_up_at_their_precision() {
        for (part, whole, decimals, text) in [
            (921, 28_375, 2, "3,25%"),
            (4671, 5570, 1, "83,9%"),
            (899, 5570, 1, "16,1%"),
            (154, 15_641, 0, "1%"),
            (1, 8, 2, "12,50%"),
        ] {
            assert_eq!(Share::of(part, whole, decimals).map(|s| s.print(',')).as_deref(), Some(text));
        }
        assert_eq!(Share::of(1, 0, 2), None);
    }
}
