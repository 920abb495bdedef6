//! Reporting periods: their names, their dates, their neighbours, and the atoms they are made of.
//!
//! Legal periods follow decree 09/2019/NĐ-CP, article 12: month M runs from the 15th of M−1 to the 14th of M;
//! quarters, halves and years are exact unions of such months. Nine months (15/12–14/9) is practice, not in the
//! decree. Calendar periods, ISO weeks and free spans are met in published reports beside them.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use thiserror::Error;

use super::atoms::{Atom, Cuts};
use super::time::Timestamp;

mod neighbours;
mod syntax;

pub use neighbours::{MAX_RANGE, range};

/// The first and the last year a period may name.
pub const YEARS: std::ops::RangeInclusive<i32> = 1975..=2200;

/// How long a month-based period is.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grain {
    /// One month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// The first nine months of a year.
    NineMonths,
    /// Twelve months.
    Year,
}

/// What rule a period's dates follow. Two periods are comparable when their kinds are equal.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PeriodKind {
    /// Months from the 15th to the 14th (`2018-02`, `2018-Q1`, `2018-H1`, `2018-9M`, `2018`).
    Legal(Grain),
    /// Months from the 1st (`cal:2018-02`, `cal:2018-Q1`, `cal:2018`).
    Calendar(Grain),
    /// An ISO week, Monday to Sunday (`2018-W07`).
    Week,
    /// Free dates (`2021-12-15..2022-06-09`, both included in the name).
    Span,
}

/// A reporting period: the local dates `start` to the day before `end`, `start < end`. The id is canonical: the
/// same period of the same kind has one spelling, and it parses back.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Period {
    /// As written on the command line and in documents.
    pub id: String,
    /// The rule of its dates.
    pub kind: PeriodKind,
    /// First local date.
    pub start: NaiveDate,
    /// First local date after it.
    pub end: NaiveDate,
}

/// Why there is no such period, or why books kept in atoms cannot answer for it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// Not in the syntax, or no such month, week or day.
    #[error(
        "{given:?} is not a period: write 2018-02, 2018-Q1, 2018-H1, 2018-9M, 2018, 2018-W07, cal:2018-02 or 2021-12-15..2022-06-09"
    )]
    Syntax {
        /// What was given, shortened.
        given: String,
    },
    /// A year outside [`YEARS`].
    #[error("the year {year} is out of range: name a year from 1975 to 2200")]
    Year {
        /// The year named.
        year: i32,
    },
    /// The last date of a span lies before its first.
    #[error("the span ends on {last}, before it starts on {first}: write the earlier date first")]
    Backwards {
        /// First date named.
        first: NaiveDate,
        /// Last date named.
        last: NaiveDate,
    },
    /// Its ends are not both cut dates; only the nodes where the dossiers lie can compute it.
    #[error(
        "{period} does not fall on the cut dates of the books: ask for {answerable}, or ask the unit where the dossiers lie"
    )]
    NotAnswerable {
        /// The period asked for.
        period: String,
        /// The nearest spans that can be answered, as period ids joined by "or".
        answerable: String,
    },
}

impl Grain {
    const fn months(self) -> u32 {
        match self {
            Grain::Month => 1,
            Grain::Quarter => 3,
            Grain::Half => 6,
            Grain::NineMonths => 9,
            Grain::Year => 12,
        }
    }

    /// How many of them a year has.
    const fn per_year(self) -> u32 {
        if matches!(self, Grain::NineMonths) { 1 } else { 12 / self.months() }
    }

    fn label(self, year: i32, index: u32) -> String {
        match self {
            Grain::Month => format!("{year}-{:02}", index + 1),
            Grain::Quarter => format!("{year}-Q{}", index + 1),
            Grain::Half => format!("{year}-H{}", index + 1),
            Grain::NineMonths => format!("{year}-9M"),
            Grain::Year => format!("{year}"),
        }
    }
}

impl Period {
    /// The free span from `first` to `last`, both included.
    ///
    /// # Errors
    /// [`PeriodError::Backwards`], [`PeriodError::Year`].
    pub fn span(first: NaiveDate, last: NaiveDate) -> Result<Period, PeriodError> {
        check_year(first.year())?;
        check_year(last.year())?;
        match last.succ_opt() {
            Some(end) if first <= last => {
                Ok(Period { id: format!("{first}..{last}"), kind: PeriodKind::Span, start: first, end })
            }
            _ => Err(PeriodError::Backwards { first, last }),
        }
    }

    /// The legal month that holds that date (15/1/2018–14/2/2018 is `2018-02`). A date beyond [`YEARS`] gives the
    /// first or the last month there is.
    pub fn legal_month_of(date: NaiveDate) -> Period {
        let next = u32::from(date.day() >= 15);
        let (year, month) = (date.year() + i32::from(date.month() + next > 12), (date.month() - 1 + next) % 12);
        let (year, month) = match year {
            y if y < *YEARS.start() => (*YEARS.start(), 0),
            y if y > *YEARS.end() => (*YEARS.end(), 11),
            y => (y, month),
        };
        let kind = PeriodKind::Legal(Grain::Month);
        // inside YEARS every month exists
        by_months(kind, Grain::Month, year, month).unwrap_or(Period { id: String::new(), kind, start: date, end: date })
    }

    /// The last local date of the period.
    pub fn last_day(&self) -> NaiveDate {
        self.end.pred_opt().unwrap_or(self.end)
    }

    /// The first instant after the period.
    pub fn ends_at(&self) -> Timestamp {
        Timestamp::local_midnight(self.end)
    }

    /// The chain of atoms that fills the period exactly. Month-based periods always have one.
    ///
    /// # Errors
    /// [`PeriodError::NotAnswerable`] for a week or a span whose ends are not cut dates; it names the nearest spans
    /// that can be answered.
    pub fn atoms(&self, cuts: &Cuts) -> Result<Vec<Atom>, PeriodError> {
        cuts.chain(self.start, self.end).ok_or_else(|| {
            let up = |date: NaiveDate| {
                if cuts.is_boundary(date) { date } else { cuts.boundary_after(date) }
            };
            let outer = (cuts.boundary_at_or_before(self.start), up(self.end));
            let inner = (up(self.start), cuts.boundary_at_or_before(self.end));
            let mut spans: Vec<String> = [outer, inner]
                .into_iter()
                .filter(|(start, end)| start < end)
                .filter_map(|(start, end)| Some(format!("{start}..{}", end.pred_opt()?)))
                .collect();
            spans.dedup();
            PeriodError::NotAnswerable { period: self.id.clone(), answerable: spans.join(" or ") }
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

fn check_year(year: i32) -> Result<(), PeriodError> {
    if YEARS.contains(&year) { Ok(()) } else { Err(PeriodError::Year { year }) }
}

/// The month-based period at `index` (from zero) of that year.
fn by_months(kind: PeriodKind, grain: Grain, year: i32, index: u32) -> Option<Period> {
    if index >= grain.per_year() || !YEARS.contains(&year) {
        return None;
    }
    let legal = matches!(kind, PeriodKind::Legal(_));
    let at = |month0: u32| {
        let (years, month0) = (month0 / 12, month0 % 12);
        let year = year + i32::try_from(years).ok()?;
        match (legal, month0) {
            (true, 0) => NaiveDate::from_ymd_opt(year - 1, 12, 15),
            (true, m) => NaiveDate::from_ymd_opt(year, m, 15),
            (false, m) => NaiveDate::from_ymd_opt(year, m + 1, 1),
        }
    };
    let first = index * grain.months();
    let id = format!("{}{}", if legal { "" } else { "cal:" }, grain.label(year, index));
    Some(Period { id, kind, start: at(first)?, end: at(first + grain.months())? })
}

fn week_of(year: i32, week: i32) -> Option<Period> {
    if !YEARS.contains(&year) {
        return None;
    }
    let start = NaiveDate::from_isoywd_opt(year, u32::try_from(week).ok()?, Weekday::Mon)?;
    let end = start.checked_add_days(Days::new(7))?;
    Some(Period { id: format!("{year}-W{week:02}"), kind: PeriodKind::Week, start, end })
}

#[cfg(test)]
mod tests;
