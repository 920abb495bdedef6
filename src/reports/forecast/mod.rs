//! What falls overdue in the next working days if nobody resolves it: open dossiers by due day and unit.
//!
//! Nothing is estimated. A due date never moves once it was promised, so the dossiers that can fall overdue are those that are open now.

mod open;
mod written;

pub use open::{Open, csv as open_csv, json as open_json, table as open_table};
pub use written::{OpenPhrases, Phrases, csv, json, table};

use chrono::{Days, NaiveDate};

use crate::domain::{ahead::Ahead, calendar::Calendar, time::Timestamp, units::UnitId};

/// The most working days that can be asked for.
pub const MOST_DAYS: u32 = 20;

/// What is known of a unit: of the node's own its books, of one below its subtree as it last told it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The node's own unit alone, without those below it.
    pub own: bool,
    /// As of when; `None` if it has told nothing.
    pub as_of: Option<Timestamp>,
    /// Open and overdue.
    pub overdue: i64,
    /// Open and within their deadline.
    pub within: i64,
    /// Those within by due day, as far as that is known.
    pub ahead: Ahead,
    /// Units in it that should report.
    pub expected: u32,
}

/// A forecast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Forecast {
    /// Whose.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// As of when.
    pub at: Timestamp,
    /// Today, every working day asked for, and days between on which something is due.
    pub days: Vec<NaiveDate>,
    /// The unit itself and each directly below.
    pub rows: Vec<Row>,
}

/// One unit's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The node's own unit alone.
    pub own: bool,
    /// As of when; `None` if it has told nothing.
    pub as_of: Option<Timestamp>,
    /// Open and overdue.
    pub overdue: i64,
    /// Open and within their deadline.
    pub within: i64,
    /// Whose last day is each of [`Forecast::days`].
    pub due: Vec<i64>,
    /// Whose last day has gone by since the unit told; whether they were resolved is not known.
    pub passed: i64,
    /// Units whose due dates are known.
    pub known: u32,
    /// Units that should report.
    pub expected: u32,
}

impl Row {
    /// Those that fall overdue by the end of the last day asked for.
    pub fn falling(&self) -> i64 {
        self.due.iter().sum()
    }

    /// Those within their deadline that are due later, or of which no due date is known.
    pub fn later(&self) -> i64 {
        self.within - self.passed - self.falling()
    }

    /// Whether some units' due dates are not known.
    pub const fn is_partial(&self) -> bool {
        self.known < self.expected
    }
}

impl Forecast {
    /// The last day asked for.
    pub fn through(&self) -> NaiveDate {
        self.days.last().copied().unwrap_or_else(|| self.at.local_date())
    }

    /// All rows added; its time is that of the row that told longest ago.
    pub fn total(&self) -> Row {
        let mut total = Row {
            unit: self.unit.clone(),
            name: self.name.clone(),
            own: false,
            as_of: self.rows.iter().filter_map(|row| row.as_of).min(),
            overdue: 0,
            within: 0,
            due: vec![0; self.days.len()],
            passed: 0,
            known: 0,
            expected: 0,
        };
        for row in &self.rows {
            total.overdue += row.overdue;
            total.within += row.within;
            total.passed += row.passed;
            total.known = total.known.saturating_add(row.known);
            total.expected = total.expected.saturating_add(row.expected);
            for (sum, n) in total.due.iter_mut().zip(&row.due) {
                *sum += n;
            }
        }
        total
    }
}

/// So many working days after a day, [`MOST_DAYS`] at most.
pub fn last_day(calendar: &Calendar, today: NaiveDate, days: u32) -> NaiveDate {
    (0..days.min(MOST_DAYS)).fold(today, |day, _| calendar.next_working_day(day))
}

/// The forecast for today and `days` working days after it, [`MOST_DAYS`] at most.
pub fn build(unit: UnitId, name: String, at: Timestamp, calendar: &Calendar, days: u32, given: Vec<Given>) -> Forecast {
    let today = at.local_date();
    let last = last_day(calendar, today, days);
    let mut listed: Vec<NaiveDate> = between(today, last)
        .filter(|day| {
            *day == today || calendar.is_working_day(*day) || given.iter().any(|g| g.ahead.due.contains_key(day))
        })
        .collect();
    listed.dedup();
    let row = |given: Given| Row {
        due: listed.iter().map(|day| given.ahead.due.get(day).copied().unwrap_or_default()).collect(),
        passed: given.ahead.due.range(..today).map(|(_, n)| n).sum(),
        known: given.ahead.units,
        unit: given.unit,
        name: given.name,
        own: given.own,
        as_of: given.as_of,
        overdue: given.overdue,
        within: given.within,
        expected: given.expected,
    };
    let rows = given.into_iter().map(row).collect();
    Forecast { unit, name, at, days: listed, rows }
}

fn between(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..).map_while(move |n| first.checked_add_days(Days::new(n))).take_while(move |day| *day <= last)
}
