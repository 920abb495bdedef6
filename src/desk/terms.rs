//! Deadlines as the national portal prints them, into terms, where they leave no doubt.
//!
//! "5 ngày làm việc" is five working days, and "8 giờ làm việc" eight hours of desk time. "15 ngày" beside it in the same list means
//! days of the calendar, "24 giờ" hours of the clock, "6 tháng" months: the calendar of a desk has no such terms, and
//! reading them as working time would promise another day than the decision does. Those, several terms in one cell
//! and prose stay without a term, each counted by its reason; the desk then gives the due date itself.

use unicode_normalization::UnicodeNormalization;

use crate::domain::calendar::Term;

/// Why a deadline gives no term.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unclear {
    /// Nothing is stated.
    Empty,
    /// Days of the calendar.
    CalendarDays,
    /// Hours of the clock.
    ClockHours,
    /// Months or years.
    Months,
    /// Within the day ("trong ngày").
    SameDay,
    /// More than one term, or a range.
    Several,
    /// The channels have different terms.
    ByChannel,
    /// Anything else.
    Prose,
}

impl Unclear {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Unclear::Empty => "not_stated",
            Unclear::CalendarDays => "calendar_days",
            Unclear::ClockHours => "clock_hours",
            Unclear::Months => "months",
            Unclear::SameDay => "same_day",
            Unclear::Several => "several_terms",
            Unclear::ByChannel => "differs_by_channel",
            Unclear::Prose => "prose",
        }
    }
}

/// The term a deadline states without doubt.
///
/// # Errors
/// Why it does not.
pub fn parse_term(deadline: &str) -> Result<Term, Unclear> {
    let folded: String = deadline.nfc().collect::<String>().to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| (1..=10_000).contains(n));
    match words.as_slice() {
        [] => Err(Unclear::Empty),
        ["trong", "ngày"] | ["trong", "ngày", "làm", "việc"] => Err(Unclear::SameDay),
        [n, "ngày", "làm", "việc"] => number(n).map(Term::WorkingDays).ok_or(several_or_prose(&folded)),
        [n, "giờ", "làm", "việc"] => number(n).map(Term::WorkingHours).ok_or(several_or_prose(&folded)),
        [n, "ngày"] if number(n).is_some() => Err(Unclear::CalendarDays),
        [n, "giờ"] if number(n).is_some() => Err(Unclear::ClockHours),
        [n, "tháng" | "năm"] if number(n).is_some() => Err(Unclear::Months),
        _ => Err(several_or_prose(&folded)),
    }
}

/// The one term of a procedure over all channels that state one.
///
/// # Errors
/// Why there is none.
pub fn one_term<'a>(deadlines: impl IntoIterator<Item = &'a str>) -> Result<Term, Unclear> {
    let mut stated = deadlines.into_iter().map(parse_term).filter(|t| *t != Err(Unclear::Empty));
    let first = stated.next().unwrap_or(Err(Unclear::Empty));
    if stated.all(|other| other == first) { first } else { Err(Unclear::ByChannel) }
}

fn several_or_prose(folded: &str) -> Unclear {
    let terms = folded.matches("ngày").count() + folded.matches("giờ").count() + folded.matches("tháng").count();
    let is_range = folded.chars().next().is_some_and(|c| c.is_ascii_digit()) && folded.contains(['-', '–', '|', '/']);
    if terms > 1 || is_range { Unclear::Several } else { Unclear::Prose }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leaves_no_doubt() {
        for (text, expected) in [
            ("1 ngày làm việc", Ok(Term::WorkingDays(1))),
            ("05 Ngày làm việc ", Ok(Term::WorkingDays(5))),
            ("8 giờ làm việc", Ok(Term::WorkingHours(8))),
            ("15 Ngày", Err(Unclear::CalendarDays)),
            ("24 giờ", Err(Unclear::ClockHours)),
            ("6 tháng", Err(Unclear::Months)),
            ("Trong ngày", Err(Unclear::SameDay)),
            ("", Err(Unclear::Empty)),
            ("5 ngày làm việc | 10 ngày làm việc", Err(Unclear::Several)),
            ("5-7 ngày làm việc", Err(Unclear::Several)),
            ("1.5 ngày làm việc", Err(Unclear::Prose)),
            ("0 ngày làm việc", Err(Unclear::Prose)),
            ("Không quy định", Err(Unclear::Prose)),
        ] {
            assert_eq!(parse_term(text), expected, "{text}");
        }
        let decomposed: String = "3 ngày làm việc".nfd().collect();
        assert_eq!(parse_term(&decomposed), Ok(Term::WorkingDays(3)));
    }

    #[test]
    fn channels_have_to_agree() {
        assert_eq!(one_term(["5 ngày làm việc", "", "05 ngày làm việc"]), Ok(Term::WorkingDays(5)));
        assert_eq!(one_term(["5 ngày làm việc", "3 ngày làm việc"]), Err(Unclear::ByChannel));
        assert_eq!(one_term(["15 ngày", "15 ngày"]), Err(Unclear::CalendarDays));
        assert_eq!(one_term(["", ""]), Err(Unclear::Empty));
    }
}
