//! A forecast as a table, as CSV and as JSON.

use chrono::NaiveDate;
use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::{Forecast, Row};
use crate::reports::{
    Lang, RenderError,
    render::{clean, csv as lines, minute},
    words,
};

/// What every language must be able to say.
pub struct Phrases {
    /// A count.
    pub number: fn(i64) -> String,
    /// The title.
    pub title: &'static str,
    /// Below it: as of when, and how far it reaches.
    pub until: fn(at: &str, through: &str) -> String,
    /// Headings: unit, open and overdue, open within; then the days; then their sum and the rest.
    pub headings: [&'static str; 5],
    /// A heading of a day.
    pub day: fn(NaiveDate) -> String,
    /// The last line.
    pub total: &'static str,
    /// Behind the name of the unit itself.
    pub own: &'static str,
    /// Of a unit that has told nothing.
    pub silent: &'static str,
    /// Units whose due dates are not known.
    pub partial: fn(known: u32, expected: u32) -> String,
    /// A row that is not of now.
    pub told: fn(name: &str, at: &str) -> String,
    /// Dossiers whose last day went by since a unit told.
    pub passed: fn(name: &str, n: &str) -> String,
    /// What is not in it.
    pub paused: &'static str,
    /// The list of open dossiers.
    pub open: OpenPhrases,
}

/// What is said over and in a list of open dossiers.
pub struct OpenPhrases {
    /// Headings: code, procedure, received, due, state.
    pub headings: [&'static str; 5],
    /// Its time runs out at that moment.
    pub within: &'static str,
    /// Its time has run out.
    pub overdue: &'static str,
    /// It waits for a supplement; its clock stands.
    pub awaiting: &'static str,
    /// It has no due date.
    pub no_due: &'static str,
    /// There are none.
    pub none: &'static str,
    /// More than those listed.
    pub more: fn(usize) -> String,
}

pub(super) fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &words::vi::forecast::VI,
        Lang::En => &words::en::forecast::EN,
    }
}

/// A row that told longer ago says so.
const STALE_MILLIS: i64 = 3_600_000;

/// A title, a line for each unit, their sum where there are several, and what has to be known beside it.
pub fn table(forecast: &Forecast, lang: Lang) -> String {
    let phrases = phrases(lang);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let [unit, overdue, within, sum, later] = phrases.headings;
    let days = forecast.days.iter().map(|day| (phrases.day)(*day));
    let heading = [unit, overdue, within].map(str::to_owned).into_iter().chain(days);
    let heading = heading.chain([sum, later].map(str::to_owned));
    table.set_header(heading.map(|text| Cell::new(text).set_alignment(CellAlignment::Center)));
    let line = |row: &Row, name: String| {
        let counts = [row.overdue, row.within].into_iter().chain(row.due.iter().copied());
        let counts = counts.chain([row.falling(), row.later()]);
        let shown = |n| if row.as_of.is_some() { (phrases.number)(n) } else { String::new() };
        let counts = counts.map(|n| Cell::new(shown(n)).set_alignment(CellAlignment::Right));
        std::iter::once(Cell::new(name)).chain(counts).collect::<Vec<_>>()
    };
    for row in &forecast.rows {
        table.add_row(line(row, label(row, phrases)));
    }
    if forecast.rows.len() > 1 {
        table.add_row(line(&forecast.total(), phrases.total.to_owned()));
    }
    let until = (phrases.until)(&minute(forecast.at), &(phrases.day)(forecast.through()));
    let who = format!("{} ({})", clean(&forecast.name), forecast.unit);
    let mut out = format!("{}\n{who}\n{until}\n{}\n", phrases.title, table.trim_fmt());
    for row in &forecast.rows {
        let name = clean(&row.name);
        if row.as_of.is_some_and(|at| forecast.at.0.saturating_sub(at.0) > STALE_MILLIS) {
            let at = row.as_of.map(minute).unwrap_or_default();
            out += &format!("- {}\n", (phrases.told)(&name, &at));
        }
        if row.passed > 0 {
            out += &format!("- {}\n", (phrases.passed)(&name, &(phrases.number)(row.passed)));
        }
    }
    out + &format!("- {}\n", phrases.paused)
}

fn label(row: &Row, phrases: &Phrases) -> String {
    let mut label = clean(&row.name);
    if row.own {
        label += &format!(" {}", phrases.own);
    }
    match row.as_of {
        None => label += &format!(" [{}]", phrases.silent),
        Some(_) if row.is_partial() => label += &format!(" [{}]", (phrases.partial)(row.known, row.expected)),
        Some(_) => {}
    }
    label
}

/// `key,name,own,as_of,known,expected,what,day,count`: for each unit `overdue`, `within`, `due` for every day, `passed` and `later`; a unit that has
/// told nothing has one line without a count.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(forecast: &Forecast) -> Result<String, RenderError> {
    const HEADING: [&str; 9] = ["key", "name", "own", "as_of", "known", "expected", "what", "day", "count"];
    let mut all = vec![HEADING.map(str::to_owned).to_vec()];
    for row in &forecast.rows {
        let mut line = |what: &str, day: Option<NaiveDate>, count: Option<i64>| {
            all.push(vec![
                row.unit.to_string(),
                lines::harmless(&clean(&row.name)),
                row.own.to_string(),
                row.as_of.map(|at| at.to_string()).unwrap_or_default(),
                row.known.to_string(),
                row.expected.to_string(),
                what.to_owned(),
                day.map(|day| day.to_string()).unwrap_or_default(),
                count.map(|n| n.to_string()).unwrap_or_default(),
            ]);
        };
        if row.as_of.is_none() {
            line("silent", None, None);
            continue;
        }
        line("overdue", None, Some(row.overdue));
        line("within", None, Some(row.within));
        for (day, n) in forecast.days.iter().zip(&row.due) {
            line("due", Some(*day), Some(*n));
        }
        line("passed", None, Some(row.passed));
        line("later", None, Some(row.later()));
    }
    lines::write(&all)
}

#[derive(Serialize)]
struct Doc<'a> {
    unit: String,
    name: &'a str,
    at: String,
    days: Vec<String>,
    rows: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    unit: String,
    name: &'a str,
    own: bool,
    as_of: Option<String>,
    known: u32,
    expected: u32,
    overdue: i64,
    within: i64,
    due: &'a [i64],
    passed: i64,
    later: i64,
}

/// One object: `days`, and `rows` with a count in `due` for each of them. `as_of` is null for a unit that has told nothing.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(forecast: &Forecast) -> Result<String, RenderError> {
    let doc = Doc {
        unit: forecast.unit.to_string(),
        name: &forecast.name,
        at: forecast.at.to_string(),
        days: forecast.days.iter().map(ToString::to_string).collect(),
        rows: forecast.rows.iter().map(line).collect(),
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}

fn line(row: &Row) -> Line<'_> {
    Line {
        unit: row.unit.to_string(),
        name: &row.name,
        own: row.own,
        as_of: row.as_of.map(|at| at.to_string()),
        known: row.known,
        expected: row.expected,
        overdue: row.overdue,
        within: row.within,
        due: &row.due,
        passed: row.passed,
        later: row.later(),
    }
}
