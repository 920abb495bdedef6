//! The working calendar: which days count, from when, and until when a dossier is due.
//!
//! Holidays and swapped working days are decided anew each year (Labour Code 2019, article 112, and the yearly
//! decisions), so a calendar is data with a version, kept per unit. What is practice rather than law (the cut-off hour,
//! Saturday mornings, whether the day of receipt counts) is a setting.

mod due;
mod hours;
mod pause;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

use super::time::Timestamp;

pub use due::{Due, Timeliness, judge};
pub use hours::{DeskHours, HoursError};
pub use pause::{PausePolicy, Term};

/// No search in a calendar looks further than this many days (40 years); what is further is reported as the last
/// day looked at.
pub const HORIZON_DAYS: u32 = 14_610;

/// What a Saturday is, unless a decision swaps it.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum SaturdayRule {
    /// A day off.
    #[default]
    None,
    /// The desk is open until noon: it receives, and its hours count in terms of hours. Whether the day counts in terms
    /// of days is [`Calendar::saturday_morning_counts`].
    Morning,
    /// A working day as any other.
    FullDay,
}

/// The working days and desk hours of a unit. The default works Monday to Friday and knows no holiday. Every value
/// is usable; every computation ends (see [`HORIZON_DAYS`]).
///
/// Where one date stands in several sets: a swapped working day beats a holiday or a swapped day off.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Calendar {
    /// Which version this is; stored with every due date computed by it.
    pub version: u32,
    /// Holidays, and days off in lieu of them.
    pub holidays: BTreeSet<NaiveDate>,
    /// Working days made days off by a swap.
    pub swapped_off: BTreeSet<NaiveDate>,
    /// Days off worked in their place; full days.
    pub swapped_work: BTreeSet<NaiveDate>,
    /// What Saturdays are.
    pub saturdays: SaturdayRule,
    /// Whether an open Saturday morning counts as one working day. Off by default: a working day has eight hours.
    pub saturday_morning_counts: bool,
    /// When the desk is open.
    pub hours: DeskHours,
    /// What is received after this local time counts as received on the next day the desk is open.
    pub cut_off: Option<NaiveTime>,
    /// Whether the day of receipt is the first day of the term. Off by default.
    pub count_day_of_receipt: bool,
}

impl Calendar {
    /// The calendar under another version number.
    pub fn with_version(mut self, version: u32) -> Calendar {
        self.version = version;
        self
    }

    /// Adds holidays and days off in lieu.
    pub fn with_holidays(mut self, dates: impl IntoIterator<Item = NaiveDate>) -> Calendar {
        self.holidays.extend(dates);
        self
    }

    /// Adds one swap: `off` is not worked, `work` is worked instead.
    pub fn with_swap(mut self, off: NaiveDate, work: NaiveDate) -> Calendar {
        self.swapped_off.insert(off);
        self.swapped_work.insert(work);
        self
    }

    /// Sets what Saturdays are.
    pub fn with_saturdays(mut self, rule: SaturdayRule) -> Calendar {
        self.saturdays = rule;
        self
    }

    /// Sets the desk hours.
    pub fn with_hours(mut self, hours: DeskHours) -> Calendar {
        self.hours = hours;
        self
    }

    /// Sets the cut-off hour.
    pub fn with_cut_off(mut self, time: NaiveTime) -> Calendar {
        self.cut_off = Some(time);
        self
    }

    /// Whether the date counts as one day in a term of working days.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        match self.day(date) {
            DayKind::Off => false,
            DayKind::Morning => self.saturday_morning_counts,
            DayKind::Full => true,
        }
    }

    /// Whether the desk is open at some time of the date (a working day, or an open Saturday morning).
    pub fn is_open(&self, date: NaiveDate) -> bool {
        self.day(date) != DayKind::Off
    }

    /// The date itself if it is a working day, else the next one.
    pub fn shift_to_working_day(&self, date: NaiveDate) -> NaiveDate {
        self.find(date, |d| self.is_working_day(d))
    }

    /// The first working day after the date.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        self.shift_to_working_day(date.succ_opt().unwrap_or(date))
    }

    /// Working days after `a`, up to and including `b`; 0 if `b` is not after `a`.
    pub fn working_days_between(&self, a: NaiveDate, b: NaiveDate) -> u32 {
        let days = forward(a).skip(1).take_while(|d| *d <= b).filter(|d| self.is_working_day(*d)).count();
        u32::try_from(days).unwrap_or(HORIZON_DAYS)
    }

    /// The day a reception counts as: its own local date, or the next day the desk is open if the desk was closed
    /// that day or the cut-off hour had passed.
    pub fn day_of_receipt(&self, received_at: Timestamp) -> NaiveDate {
        let date = received_at.local_date();
        let late = self.cut_off.is_some_and(|cut_off| received_at.local_time() > cut_off);
        let from = if late { date.succ_opt().unwrap_or(date) } else { date };
        self.find(from, |d| self.is_open(d))
    }

    /// The first day of a term of working days: the first working day after the day of receipt (or that day
    /// itself, where [`Calendar::count_day_of_receipt`] says so).
    pub fn first_counted_day(&self, received_at: Timestamp) -> NaiveDate {
        let day = self.day_of_receipt(received_at);
        if self.count_day_of_receipt { self.shift_to_working_day(day) } else { self.next_working_day(day) }
    }

    /// Due at the end of the `n`th working day, the first being [`Calendar::first_counted_day`]; for `n` = 0 on the
    /// day of receipt itself, moved to a working day. Always a [`Due::Day`] on a working day, never before the
    /// reception, and never earlier for a later reception or a longer term.
    pub fn due_in_working_days(&self, received_at: Timestamp, n: u32) -> Due {
        let Some(more) = n.checked_sub(1) else {
            return Due::Day(self.shift_to_working_day(self.day_of_receipt(received_at)));
        };
        let first = self.first_counted_day(received_at);
        let steps = usize::try_from(more).unwrap_or(usize::MAX);
        let nth = forward(first).filter(|d| self.is_working_day(*d)).nth(steps);
        Due::Day(nth.unwrap_or_else(|| forward(first).last().unwrap_or(first)))
    }

    /// First to last year this calendar was made for: a year counts once it holds a holiday from February on, so
    /// that a New Year break does not pass for the calendar of its year. `None` for a calendar without any.
    pub fn years_covered(&self) -> Option<RangeInclusive<i32>> {
        let mut years = self.holidays.iter().filter(|d| d.month() > 1).map(|d| d.year());
        let first = years.next()?;
        Some(first..=years.next_back().unwrap_or(first))
    }

    /// Whether the date lies in a year of [`Calendar::years_covered`]; a due date outside should be reported.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.years_covered().is_some_and(|years| years.contains(&date.year()))
    }

    fn find(&self, from: NaiveDate, wanted: impl Fn(NaiveDate) -> bool) -> NaiveDate {
        let mut last = from;
        forward(from).inspect(|d| last = *d).find(|d| wanted(*d)).unwrap_or(last)
    }

    fn day(&self, date: NaiveDate) -> DayKind {
        if self.swapped_work.contains(&date) {
            return DayKind::Full;
        }
        if self.holidays.contains(&date) || self.swapped_off.contains(&date) {
            return DayKind::Off;
        }
        match (date.weekday(), self.saturdays) {
            (Weekday::Sun, _) | (Weekday::Sat, SaturdayRule::None) => DayKind::Off,
            (Weekday::Sat, SaturdayRule::Morning) => DayKind::Morning,
            _ => DayKind::Full,
        }
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum DayKind {
    Off,
    Morning,
    Full,
}

/// The dates from `start` on, as many as a calendar looks at.
fn forward(start: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..=u64::from(HORIZON_DAYS)).map_while(move |n| start.checked_add_days(Days::new(n)))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
