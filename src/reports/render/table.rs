//! A report as a table for a terminal, with everything a reader must know below it.

use comfy_table::{Cell, Table, presets};

use super::{Lang, columns, text};
use crate::reports::{Completeness, Report, Reviewed, Row};

/// How many missing units are named; the number of the others is printed.
const NAMED: usize = 100;

/// The whole report: title, dates (both included), status and completeness, the columns of form II.06, units that are missing with
/// their reasons, notes. The same report gives the same text, whatever the terminal.
pub fn table(report: &Report, lang: Lang) -> String {
    let phrases = lang.phrases();
    let mut out = vec![format!("{} ({})", report.name, report.unit)];
    let (first, last) = (text::day(report.period.start), text::last_day(report.period.end));
    out.push((phrases.span)(&report.period.id, &first, &last));
    let complete = completeness(report, lang);
    out.push(format!(
        "{} · {complete} · {}",
        (phrases.status_name)(report.status),
        (phrases.as_of)(&text::minute(report.as_of))
    ));
    if let Some(at) = report.as_known_at {
        out.push((phrases.as_known_at)(&text::minute(at)));
    }
    out.push(body(report, lang));
    let said = (1..).zip(&report.reviews).map(|(n, said)| format!("{} {}", columns::flag(n), (phrases.review)(said)));
    out.extend(said);
    out.extend(missing(report, lang));
    if !report.notes.is_empty() {
        out.push(phrases.notes.to_owned());
        out.extend(report.notes.iter().map(|note| format!("- {}", (phrases.note)(note))));
    }
    if !report.explanations.is_empty() {
        out.push(phrases.explanations.to_owned());
        out.extend(report.explanations.iter().map(|said| format!("- {}", (phrases.explanation)(said))));
    }
    out.extend(signed(report, lang));
    // agencies and reasons were written elsewhere: they must not steer the reader's terminal
    out.join("\n").replace(|c: char| c.is_control() && c != '\n', " ") + "\n"
}

/// A review in words.
pub fn review(said: &Reviewed, lang: Lang) -> String {
    (lang.phrases().review)(said).replace(char::is_control, " ")
}

/// A line for each pair of persons, once.
fn signed(report: &Report, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for signed in &report.signed {
        let line = (lang.phrases().signed)(&signed.prepared_by, &signed.approved_by);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Such as `22/22 đơn vị`.
pub(super) fn completeness(report: &Report, lang: Lang) -> String {
    units(&report.completeness, lang)
}

fn units(completeness: &Completeness, lang: Lang) -> String {
    let phrases = lang.phrases();
    let number = |n: u32| (phrases.number)(i64::from(n));
    (phrases.completeness)(&number(completeness.received), &number(completeness.expected))
}

fn body(report: &Report, lang: Lang) -> String {
    let phrases = lang.phrases();
    let shown = report.rows.iter().map(|row| &row.figures).chain([&report.total]);
    let mut columns = columns::columns(phrases, shown);
    for (n, said) in (1..).zip(&report.reviews) {
        for column in columns.iter_mut().filter(|c| said.open_measure().is_some_and(|name| c.shows(name))) {
            column.heading = format!("{} {}", column.heading, columns::flag(n));
        }
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(
        [columns::heading(phrases.item)].into_iter().chain(columns.iter().map(|c| columns::heading(&c.heading))),
    );
    for row in &report.rows {
        let name = Cell::new(label(report, row, lang));
        table.add_row([name].into_iter().chain(columns.iter().map(|c| c.row(phrases, row))));
    }
    let name = Cell::new(phrases.total);
    table.add_row([name].into_iter().chain(columns.iter().map(|c| c.figures(phrases, &report.total))));
    table.trim_fmt()
}

/// A unit that is not complete says so beside its name.
fn label(report: &Report, row: &Row, lang: Lang) -> String {
    let name = lang.phrases().row(report, row);
    match &row.completeness {
        Some(c) if c.received < c.expected => format!("{name} [{}]", units(c, lang)),
        _ => name,
    }
}

fn missing(report: &Report, lang: Lang) -> Vec<String> {
    let phrases = lang.phrases();
    let missing = &report.completeness.missing;
    if missing.is_empty() {
        return Vec::new();
    }
    let number = |n: usize| (phrases.number)(i64::try_from(n).unwrap_or(i64::MAX));
    let mut lines = vec![(phrases.missing)(&number(missing.len()))];
    for unit in missing.iter().take(NAMED) {
        let reason = (phrases.reason)(&unit.reason).unwrap_or(&unit.reason);
        lines.push(format!("- {} ({}): {reason}", unit.name, unit.unit));
    }
    if missing.len() > NAMED {
        lines.push((phrases.more_missing)(&number(missing.len() - NAMED)));
    }
    lines
}
