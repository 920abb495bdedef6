//! What every language must be able to say.

use chrono::{Datelike, NaiveDate};

use crate::{
    domain::{
        measure::{Derived, Measure},
        percent::Percent,
        text::is_unseen,
        time::Timestamp,
    },
    reports::{Explanation, Note, Report, Reviewed, Row, Status},
};

/// The phrases of one language; the texts stand in `words/` and nowhere else.
pub struct Phrases {
    /// A count in a table.
    pub number: fn(i64) -> String,
    /// A share in a table.
    pub percent: fn(Option<Percent>) -> String,
    /// The label of a measure.
    pub measure: fn(Measure) -> &'static str,
    /// Headings of columns 3 to 13 of form II.06, short; column 6 stands behind 4 and 5 as on the form.
    pub form: [&'static str; 11],
    /// Heading of the share resolved early or on time.
    pub early_or_on_time: &'static str,
    /// Heading of the first column.
    pub item: &'static str,
    /// Heading of the column of periods.
    pub period: &'static str,
    /// Heading of the column of completeness.
    pub units: &'static str,
    /// Heading of the column of statuses.
    pub status: &'static str,
    /// The last line.
    pub total: &'static str,
    /// Behind the name of a unit whose own figures stand beside those of the units below.
    pub own: &'static str,
    /// A row without a key.
    pub unknown: &'static str,
    /// Dossiers without a procedure of the registry.
    pub other: &'static str,
    /// Why a unit is missing, by the reason's name; `None` for one that is not known here.
    pub reason: fn(&str) -> Option<&'static str>,
    /// What a status is called.
    pub status_name: fn(Status) -> &'static str,
    /// The line below the title: dates, both included.
    pub span: fn(id: &str, first: &str, last: &str) -> String,
    /// Such as `22/22 units`.
    pub completeness: fn(received: &str, expected: &str) -> String,
    /// When within and overdue were told apart.
    pub as_of: fn(&str) -> String,
    /// As published at an instant.
    pub as_known_at: fn(&str) -> String,
    /// Above the units that are missing.
    pub missing: fn(&str) -> String,
    /// More of them than are named.
    pub more_missing: fn(&str) -> String,
    /// Who drew it up, and who approved it; either may be empty.
    pub signed: fn(prepared_by: &str, approved_by: &str) -> String,
    /// A review in words, behind its sign.
    pub review: fn(&Reviewed) -> String,
    /// Above what units say of their figures.
    pub explanations: &'static str,
    /// What a unit says, in one paragraph.
    pub explanation: fn(&Explanation) -> String,
    /// Above the notes.
    pub notes: &'static str,
    /// A note in words.
    pub note: fn(&Note) -> String,
}

impl Phrases {
    /// The name of a row, never empty.
    pub fn row(&self, report: &Report, row: &Row) -> String {
        if report.is_own(row) {
            return format!("{} {}", row.name, self.own);
        }
        if let Some(measure) = row.only {
            return (self.measure)(measure).to_owned();
        }
        if !row.name.is_empty() {
            return row.name.clone();
        }
        match row.key.split_once(':') {
            _ if row.key.is_empty() => self.unknown.to_owned(),
            None if row.key == crate::domain::contribution::OTHER => self.other.to_owned(),
            Some((crate::domain::contribution::OTHER, field)) => format!("{}: {field}", self.other),
            _ => row.key.clone(),
        }
    }
}

/// What a measure is called, derived ones included; its code name if this release does not know it.
pub(crate) fn label(name: &str, measure: fn(Measure) -> &'static str, derived: fn(Derived) -> &'static str) -> &str {
    let known = Measure::by_name(name).map(measure);
    known.or_else(|| Derived::ALL.iter().find(|d| d.name() == name).map(|d| derived(*d))).unwrap_or(name)
}

/// A name in running text: one line, and nothing a terminal would obey. Names of agencies come from files that desks import.
pub(crate) fn clean(name: &str) -> String {
    let shown = |c: char| if is_unseen(c) { ' ' } else { c };
    name.chars().map(shown).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `14/02/2018`, as both languages write it here.
pub(crate) fn day(date: NaiveDate) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// `14/02/2018 15:00`, local.
pub(crate) fn minute(at: Timestamp) -> String {
    format!("{} {}", day(at.local_date()), at.local_time().format("%H:%M"))
}

/// The day before, for a date that is exclusive.
pub(crate) fn last_day(until: NaiveDate) -> String {
    day(until.pred_opt().unwrap_or(until))
}
