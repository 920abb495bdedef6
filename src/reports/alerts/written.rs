//! Alerts for a terminal, as CSV and as JSON.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Alert, Alerts, Seen, What};
use crate::reports::{
    Lang, RenderError,
    render::{clean, csv as lines, day, minute},
    words,
};

/// What every language must be able to say.
pub struct Phrases {
    /// A count.
    pub number: fn(i64) -> String,
    /// The title: of which unit, when.
    pub title: fn(unit: &str, at: &str) -> String,
    /// There is nothing.
    pub none: &'static str,
    /// Over those of one kind: what they come to.
    pub overdue: fn(dossiers: &str) -> String,
    /// The same, by the end of a day.
    pub due_soon: fn(dossiers: &str, through: &str) -> String,
    /// Units whose figures are not here.
    pub late_report: fn(units: usize) -> String,
    /// Units that are not heard of.
    pub silent: fn(units: usize) -> String,
    /// Years without a calendar.
    pub calendar: fn(years: &str) -> String,
    /// A period and the last day on which it would have been in time.
    pub missing: fn(period: &str, due: &str) -> String,
    /// When a unit was last heard of.
    pub since: fn(at: &str) -> String,
    /// Not since the node started.
    pub not_since: fn(at: &str) -> String,
    /// Behind the name of the unit itself.
    pub own: &'static str,
    /// Units whose due dates are not known.
    pub unknown: fn(units: u32) -> String,
    /// How to see the dossiers, at the node that has them.
    pub dossiers: &'static str,
    /// How the next year's calendar comes in.
    pub bring_calendar: &'static str,
    /// Over the forecast in a digest.
    pub ahead: &'static str,
    /// Over the list of dossiers in a digest.
    pub listed: &'static str,
    /// The subject of a mail.
    pub subject: fn(unit: &str, alerts: usize, day: &str) -> String,
}

pub(super) fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &words::vi::alerts::VI,
        Lang::En => &words::en::alerts::EN,
    }
}

/// A heading for each kind with what it comes to, and a line for each unit.
pub fn table(alerts: &Alerts, lang: Lang) -> String {
    let phrases = phrases(lang);
    let who = format!("{} ({})", clean(&alerts.name), alerts.unit);
    let mut out = format!("{}\n", (phrases.title)(&who, &minute(alerts.at)));
    if alerts.list.is_empty() {
        out += &format!("{}\n", phrases.none);
    }
    for kind in What::KINDS {
        let of: Vec<&Alert> = alerts.of(kind).collect();
        let Some(first) = of.first() else { continue };
        let sum = (phrases.number)(of.iter().map(|alert| alert.what.count()).sum());
        let heading = match &first.what {
            What::Overdue { .. } => (phrases.overdue)(&sum),
            What::DueSoon { through, .. } => (phrases.due_soon)(&sum, &day(*through)),
            What::LateReport(_) => (phrases.late_report)(of.len()),
            What::Silent(_) => (phrases.silent)(of.len()),
            What::CalendarMissing { .. } => (phrases.calendar)(&years(&of)),
        };
        out += &format!("\n{heading}\n");
        // One way out for all years.
        let lines = if kind == "calendar_missing" { 1 } else { of.len() };
        for alert in of.iter().take(lines) {
            out += &format!("  {}\n", line(alert, phrases));
        }
        let own_dossiers = of.iter().any(|alert| alert.own && alert.what.count() > 0);
        if own_dossiers {
            out += &format!("  → {}\n", phrases.dossiers);
        }
    }
    if alerts.unknown > 0 {
        out += &format!("\n{}\n", (phrases.unknown)(alerts.unknown));
    }
    out
}

/// `2018, 2019`
fn years(alerts: &[&Alert]) -> String {
    let years = alerts.iter().filter_map(|alert| match alert.what {
        What::CalendarMissing { year } => Some(year.to_string()),
        _ => None,
    });
    years.collect::<Vec<_>>().join(", ")
}

fn line(alert: &Alert, phrases: &Phrases) -> String {
    let mut name = clean(&alert.name);
    if alert.own {
        name += &format!(" {}", phrases.own);
    }
    let detail = match &alert.what {
        What::Overdue { count } | What::DueSoon { count, .. } => (phrases.number)(*count),
        What::LateReport(missing) => (phrases.missing)(&missing.period, &day(missing.due)),
        What::Silent(Seen::At(at)) => (phrases.since)(&minute(*at)),
        What::Silent(Seen::NotSince(at)) => (phrases.not_since)(&minute(*at)),
        What::CalendarMissing { .. } => return format!("→ {}", phrases.bring_calendar),
    };
    format!("{name}: {detail}")
}

/// An alert with what its kind has to say; the rest is null or empty.
#[derive(Serialize, Default)]
struct Line<'a> {
    kind: &'static str,
    unit: String,
    name: &'a str,
    own: bool,
    count: Option<i64>,
    through: Option<String>,
    period: Option<&'a str>,
    due: Option<String>,
    last_seen: Option<String>,
    not_since: Option<String>,
    year: Option<i32>,
}

impl Line<'_> {
    fn of(alert: &Alert) -> Line<'_> {
        let date = |day: &NaiveDate| Some(day.to_string());
        let line = Line {
            kind: alert.what.kind(),
            unit: alert.unit.to_string(),
            name: &alert.name,
            own: alert.own,
            ..Line::default()
        };
        match &alert.what {
            What::Overdue { count } => Line { count: Some(*count), ..line },
            What::DueSoon { count, through } => Line { count: Some(*count), through: date(through), ..line },
            What::LateReport(missing) => Line { period: Some(&missing.period), due: date(&missing.due), ..line },
            What::Silent(Seen::At(at)) => Line { last_seen: Some(at.to_string()), ..line },
            What::Silent(Seen::NotSince(at)) => Line { not_since: Some(at.to_string()), ..line },
            What::CalendarMissing { year } => Line { year: Some(*year), ..line },
        }
    }
}

/// `kind,unit,name,own,count,through,period,due,last_seen,not_since,year`: what a kind does not have is empty.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(alerts: &Alerts) -> Result<String, RenderError> {
    const HEADING: [&str; 11] =
        ["kind", "unit", "name", "own", "count", "through", "period", "due", "last_seen", "not_since", "year"];
    let mut all = vec![HEADING.map(str::to_owned).to_vec()];
    for line in alerts.list.iter().map(Line::of) {
        all.push(vec![
            line.kind.to_owned(),
            line.unit,
            lines::harmless(&clean(line.name)),
            line.own.to_string(),
            line.count.map(|n| n.to_string()).unwrap_or_default(),
            line.through.unwrap_or_default(),
            line.period.unwrap_or_default().to_owned(),
            line.due.unwrap_or_default(),
            line.last_seen.unwrap_or_default(),
            line.not_since.unwrap_or_default(),
            line.year.map(|year| year.to_string()).unwrap_or_default(),
        ]);
    }
    lines::write(&all)
}

#[derive(Serialize)]
struct Doc<'a> {
    unit: String,
    name: &'a str,
    at: String,
    unknown: u32,
    alerts: Vec<Line<'a>>,
}

/// One object: `alerts` in order; `unknown` units' due dates are not known.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(alerts: &Alerts) -> Result<String, RenderError> {
    let doc = Doc {
        unit: alerts.unit.to_string(),
        name: &alerts.name,
        at: alerts.at.to_string(),
        unknown: alerts.unknown,
        alerts: alerts.list.iter().map(Line::of).collect(),
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}
