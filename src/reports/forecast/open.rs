//! Open dossiers one by one, the most urgent first. Only the node that holds them can list them.

use comfy_table::{Cell, Table, presets};
use serde::Serialize;

use super::written::{OpenPhrases, phrases};
use crate::{
    domain::{calendar::Due, time::Timestamp},
    reports::{
        Lang, RenderError,
        render::{clean, csv as lines, day, minute},
    },
};

/// An open dossier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// Its code.
    pub code: String,
    /// Code of the procedure; may be empty.
    pub procedure: String,
    /// When it came in.
    pub received_at: Option<Timestamp>,
    /// When it is due; `None` if nobody has said so.
    pub due: Option<Due>,
    /// It waits for a supplement.
    pub awaiting: bool,
    /// Its time has run out.
    pub overdue: bool,
}

/// The text of a due date: a day, or a moment.
fn when(due: Option<Due>, phrases: &OpenPhrases) -> String {
    match due {
        Some(Due::Day(on)) => day(on),
        Some(Due::Instant(at)) => minute(at),
        None => phrases.no_due.to_owned(),
    }
}

const fn state(open: &Open) -> &'static str {
    match (open.awaiting, open.overdue) {
        (true, _) => "awaiting_supplement",
        (false, true) => "overdue",
        (false, false) => "within",
    }
}

/// A line for each; `more` are not listed.
pub fn table(all: &[Open], more: usize, lang: Lang) -> String {
    let phrases = &phrases(lang).open;
    if all.is_empty() {
        return format!("{}\n", phrases.none);
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(phrases.headings);
    for open in all {
        let state = match (open.awaiting, open.overdue) {
            (true, _) => phrases.awaiting,
            (false, true) => phrases.overdue,
            (false, false) => phrases.within,
        };
        let received = open.received_at.map(minute).unwrap_or_default();
        let cells = [clean(&open.code), clean(&open.procedure), received, when(open.due, phrases), state.to_owned()];
        table.add_row(cells.map(Cell::new));
    }
    let mut out = format!("{}\n", table.trim_fmt());
    if more > 0 {
        out += &format!("{}\n", (phrases.more)(more));
    }
    out
}

fn due_text(due: Option<Due>) -> String {
    match due {
        Some(Due::Day(on)) => on.to_string(),
        Some(Due::Instant(at)) => at.to_string(),
        None => String::new(),
    }
}

/// `code,procedure,received_at,due,state`: `due` is a day or an instant, `state` is `within`, `overdue` or `awaiting_supplement`.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(all: &[Open]) -> Result<String, RenderError> {
    let mut rows = vec![["code", "procedure", "received_at", "due", "state"].map(str::to_owned).to_vec()];
    rows.extend(all.iter().map(|open| {
        vec![
            lines::harmless(&clean(&open.code)),
            lines::harmless(&clean(&open.procedure)),
            open.received_at.map(|at| at.to_string()).unwrap_or_default(),
            due_text(open.due),
            state(open).to_owned(),
        ]
    }));
    lines::write(&rows)
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    procedure: &'a str,
    received_at: Option<String>,
    due: Option<String>,
    state: &'static str,
}

/// A list of objects with the columns of [`csv()`].
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(all: &[Open]) -> Result<String, RenderError> {
    let lines: Vec<Line<'_>> = all.iter().map(line).collect();
    Ok(serde_json::to_string_pretty(&lines)? + "\n")
}

fn line(open: &Open) -> Line<'_> {
    Line {
        code: &open.code,
        procedure: &open.procedure,
        received_at: open.received_at.map(|at| at.to_string()),
        due: open.due.map(|due| due_text(Some(due))),
        state: state(open),
    }
}
