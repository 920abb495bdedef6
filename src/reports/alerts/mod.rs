//! What somebody has to see to today: dossiers that are late or soon will be, units that do not report or are not heard of, a calendar that is
//! missing. Judged from what the node knows; nothing is stored, so an alert ends when its cause does.

mod digest;
mod written;

#[cfg(test)]
mod tests;

pub use digest::{Digest, digest, subject};
pub use written::{Phrases, csv, json, table};

use chrono::{Datelike, NaiveDate};

use super::forecast::{Forecast, MOST_DAYS};
use crate::domain::{calendar::Calendar, time::Timestamp, units::UnitId};

/// When something is worth an alert. Sending days differ by level and province, so all of this is configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Working days in which a dossier is due soon.
    pub due_soon_days: u32,
    /// Days after the end of a legal month by which a unit's figures have to be here.
    pub report_days: u32,
    /// Hours after which a unit below that opens no session is silent.
    pub silent_hours: u32,
    /// From the first day of this month on, next year's calendar is missed.
    pub calendar_month: u32,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { due_soon_days: 2, report_days: 5, silent_hours: 24, calendar_month: 11 }
    }
}

/// What is known of a unit that should report: the node's own, or one directly below.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reporting {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The node's own.
    pub own: bool,
    /// The period that is due and not here.
    pub missing: Option<Missing>,
    /// When it last opened a session, of a unit below; the start of the node where that is later.
    pub last_seen: Option<Seen>,
}

/// A period whose figures are not here though they should be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Missing {
    /// Which.
    pub period: String,
    /// The last day on which it would have been in time.
    pub due: NaiveDate,
}

/// When a unit was heard of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// At that time.
    At(Timestamp),
    /// Not since the node started then.
    NotSince(Timestamp),
}

impl Seen {
    /// Since when nothing is known of it.
    pub const fn at(self) -> Timestamp {
        match self {
            Seen::At(at) | Seen::NotSince(at) => at,
        }
    }
}

/// One alert.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// Whom it concerns.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The node's own unit.
    pub own: bool,
    /// What is the matter.
    pub what: What,
}

/// What is the matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Open dossiers whose time has run out.
    Overdue {
        /// How many.
        count: i64,
    },
    /// Open dossiers whose time runs out soon.
    DueSoon {
        /// How many.
        count: i64,
        /// By the end of that day.
        through: NaiveDate,
    },
    /// Figures of a period are not here though they should be.
    LateReport(Missing),
    /// Nothing is heard of the unit.
    Silent(Seen),
    /// Nobody has said which days of that year are worked.
    CalendarMissing {
        /// The year.
        year: i32,
    },
}

impl What {
    /// The kinds, the gravest first: the order of alerts.
    pub const KINDS: [&'static str; 5] = ["overdue", "due_soon", "late_report", "silent", "calendar_missing"];

    /// The stable name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            What::Overdue { .. } => "overdue",
            What::DueSoon { .. } => "due_soon",
            What::LateReport(_) => "late_report",
            What::Silent(_) => "silent",
            What::CalendarMissing { .. } => "calendar_missing",
        }
    }

    /// How many dossiers.
    pub const fn count(&self) -> i64 {
        match self {
            What::Overdue { count } | What::DueSoon { count, .. } => *count,
            What::LateReport(_) | What::Silent(_) | What::CalendarMissing { .. } => 0,
        }
    }
}

/// All alerts of a node at one time, those of a kind together, the most dossiers first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alerts {
    /// The node's own unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// In order.
    pub list: Vec<Alert>,
    /// Units whose due dates are not known, so that nothing is said of their dossiers.
    pub unknown: u32,
}

impl Alerts {
    /// Those of a kind.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Alert> {
        self.list.iter().filter(move |alert| alert.what.kind() == kind)
    }
}

/// How far a forecast has to reach to say what is due soon.
pub fn days_ahead(thresholds: &Thresholds) -> u32 {
    thresholds.due_soon_days.min(MOST_DAYS)
}

/// The alerts. The forecast must reach as far as [`days_ahead`].
pub fn judge(forecast: &Forecast, reporting: &[Reporting], calendar: &Calendar, thresholds: &Thresholds) -> Alerts {
    let Forecast { unit, name, at, .. } = forecast.clone();
    let mut list = Vec::new();
    for row in &forecast.rows {
        let alert = |what| Alert { unit: row.unit.clone(), name: row.name.clone(), own: row.own, what };
        if row.overdue > 0 {
            list.push(alert(What::Overdue { count: row.overdue }));
        }
        if row.falling() > 0 {
            list.push(alert(What::DueSoon { count: row.falling(), through: forecast.through() }));
        }
    }
    for unit in reporting {
        let alert = |what| Alert { unit: unit.unit.clone(), name: unit.name.clone(), own: unit.own, what };
        list.extend(unit.missing.clone().map(|missing| alert(What::LateReport(missing))));
        let patience = i64::from(thresholds.silent_hours).saturating_mul(3_600_000);
        let silent = unit.last_seen.filter(|seen| at.0.saturating_sub(seen.at().0) > patience);
        list.extend(silent.map(|seen| alert(What::Silent(seen))));
    }
    // This year's is missed always: due dates are promised over holidays nobody knows.
    let today = at.local_date();
    let years = if today.month() >= thresholds.calendar_month { 0..=1 } else { 0..=0 };
    for year in years.map(|more| today.year() + more) {
        if !NaiveDate::from_ymd_opt(year, 1, 1).is_some_and(|day| calendar.covers(day)) {
            let what = What::CalendarMissing { year };
            list.push(Alert { unit: unit.clone(), name: name.clone(), own: true, what });
        }
    }
    let kind = |alert: &Alert| What::KINDS.iter().position(|kind| *kind == alert.what.kind());
    list.sort_by_key(|alert| (kind(alert), std::cmp::Reverse(alert.what.count()), !alert.own));
    let total = forecast.total();
    Alerts { unit, name, at, list, unknown: total.expected.saturating_sub(total.known) }
}
