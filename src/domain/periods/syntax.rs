//! How a period is written: the syntax of the command line, of documents and of reports.

use super::{Grain, Period, PeriodError, PeriodKind, by_months, check_year, week_of};
use crate::domain::time::parse_date;

impl Period {
    /// Reads the whole syntax, strictly; surrounding blanks are ignored. Besides the forms in [`PeriodKind`],
    /// `cal:` takes every month-based form.
    ///
    /// # Errors
    /// Every [`PeriodError`] but `NotAnswerable`.
    pub fn parse(text: &str) -> Result<Period, PeriodError> {
        let t = text.trim();
        let refused = || PeriodError::Syntax { given: t.chars().take(60).collect() };
        if let Some((first, last)) = t.split_once("..") {
            let first = parse_date(first).ok_or_else(refused)?;
            return Period::span(first, parse_date(last).ok_or_else(refused)?);
        }
        let (calendar, label) = t.strip_prefix("cal:").map_or((false, t), |rest| (true, rest));
        let year: i32 = number(label.get(..4).unwrap_or_default(), 4).ok_or_else(refused)?;
        let rest = label.get(4..).unwrap_or_default();
        let rest = if rest.is_empty() { None } else { Some(rest.strip_prefix('-').ok_or_else(refused)?) };
        if let (Some(week), false) = (rest.and_then(|r| r.strip_prefix('W')), calendar) {
            let week = number(week, 2).ok_or_else(refused)?;
            check_year(year)?;
            return week_of(year, week).ok_or_else(refused);
        }
        let (grain, index) = match rest {
            None => (Grain::Year, 1),
            Some("9M") => (Grain::NineMonths, 1),
            Some("H1") => (Grain::Half, 1),
            Some("H2") => (Grain::Half, 2),
            Some("Q1") => (Grain::Quarter, 1),
            Some("Q2") => (Grain::Quarter, 2),
            Some("Q3") => (Grain::Quarter, 3),
            Some("Q4") => (Grain::Quarter, 4),
            Some(month) => (Grain::Month, number(month, 2).ok_or_else(refused)?),
        };
        check_year(year)?;
        let kind = if calendar { PeriodKind::Calendar(grain) } else { PeriodKind::Legal(grain) };
        u32::try_from(index - 1).ok().and_then(|index| by_months(kind, grain, year, index)).ok_or_else(refused)
    }
}

fn number(text: &str, digits: usize) -> Option<i32> {
    if text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
