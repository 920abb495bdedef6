//! The periods around a period: before, after, a year earlier, its months.

use chrono::{Datelike, Days, NaiveDate};

use super::{Grain, Period, PeriodKind, by_months, week_of};

/// The most periods [`range`] gives.
pub const MAX_RANGE: usize = 1000;

impl Period {
    /// The months a month-based period is the union of, in order: legal ones of a legal period, calendar ones of a
    /// calendar period. Empty for a week or a span.
    pub fn months(&self) -> Vec<Period> {
        let (PeriodKind::Legal(grain) | PeriodKind::Calendar(grain)) = self.kind else {
            return Vec::new();
        };
        let kind = match self.kind {
            PeriodKind::Legal(_) => PeriodKind::Legal(Grain::Month),
            _ => PeriodKind::Calendar(Grain::Month),
        };
        let (year, index) = self.place(grain);
        let first = index * grain.months();
        (first..first + grain.months()).filter_map(|m| by_months(kind, Grain::Month, year, m)).collect()
    }

    /// The period before of the same kind; it ends where this one starts, except that nine months are compared
    /// with the nine months of the year before. `None` for a span, and before the first of [`YEARS`](super::YEARS).
    pub fn previous(&self) -> Option<Period> {
        self.step(-1)
    }

    /// The period after of the same kind, as [`Period::previous`].
    pub fn next(&self) -> Option<Period> {
        self.step(1)
    }

    /// The same period a year earlier: the same label, or for a span both dates a year back (29/2 becomes 28/2).
    /// `None` where there is none: week 53 of most years, years before the first of [`YEARS`](super::YEARS).
    pub fn same_last_year(&self) -> Option<Period> {
        let back = |date: NaiveDate| {
            let year = date.year() - 1;
            date.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
        };
        match self.kind {
            PeriodKind::Legal(grain) | PeriodKind::Calendar(grain) => {
                let (year, index) = self.place(grain);
                by_months(self.kind, grain, year - 1, index)
            }
            PeriodKind::Week => {
                let week = self.start.iso_week();
                week_of(week.year() - 1, i32::try_from(week.week()).ok()?)
            }
            PeriodKind::Span => Period::span(back(self.start)?, back(self.last_day())?).ok(),
        }
    }

    /// From the first day of the reporting year to the end of this period, itself if it begins there: legal periods and spans count the year
    /// from 15/12, calendar periods and weeks from 1/1. The year is the one the last day lies in. `None` for a period that begins
    /// before it.
    pub fn year_to_date(&self) -> Option<Period> {
        let last = self.last_day();
        let first = match self.kind {
            PeriodKind::Legal(_) | PeriodKind::Span => {
                let began = (last.month(), last.day()) >= (12, 15);
                NaiveDate::from_ymd_opt(last.year() - i32::from(!began), 12, 15)?
            }
            PeriodKind::Calendar(_) | PeriodKind::Week => NaiveDate::from_ymd_opt(last.year(), 1, 1)?,
        };
        match first.cmp(&self.start) {
            std::cmp::Ordering::Less => Period::span(first, last).ok(),
            std::cmp::Ordering::Equal => Some(self.clone()),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// The year of the label and the place in it, from zero.
    fn place(&self, grain: Grain) -> (i32, u32) {
        let month = match self.kind {
            PeriodKind::Legal(_) => self.start.month() % 12,
            _ => self.start.month0(),
        };
        let year = self.last_day().year();
        (year, month / grain.months())
    }

    fn step(&self, by: i32) -> Option<Period> {
        match self.kind {
            PeriodKind::Legal(grain) | PeriodKind::Calendar(grain) => {
                let (year, index) = self.place(grain);
                let n = i32::try_from(grain.per_year()).ok()?;
                let at = year * n + i32::try_from(index).ok()? + by;
                by_months(self.kind, grain, at.div_euclid(n), u32::try_from(at.rem_euclid(n)).ok()?)
            }
            PeriodKind::Week => {
                let monday = if by > 0 { self.end } else { self.start.checked_sub_days(Days::new(7))? };
                let week = monday.iso_week();
                week_of(week.year(), i32::try_from(week.week()).ok()?)
            }
            PeriodKind::Span => None,
        }
    }
}

/// The consecutive periods from `from` to `to`, both included; of one kind, in order. Empty when the kinds differ or
/// `to` comes first; at most [`MAX_RANGE`], the later ones are left out. Of spans only a span to itself.
pub fn range(from: &Period, to: &Period) -> Vec<Period> {
    if from.kind != to.kind || from.start > to.start || (from.kind == PeriodKind::Span && from != to) {
        return Vec::new();
    }
    std::iter::successors(Some(from.clone()), Period::next)
        .take_while(|p| p.start <= to.start)
        .take(MAX_RANGE)
        .collect()
}
