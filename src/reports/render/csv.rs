//! A report as CSV: `key,name`, then every measure by name, then how far the line can be relied on; a line a row, then `total`.

use super::{Lang, RenderError};
use crate::{
    domain::measure::Figures,
    reports::{Completeness, Report, named},
};

/// UTF-8, comma separated, plain digits, a heading line. What a row cannot tell is empty. Names that a spreadsheet would run as a
/// formula get an apostrophe before them.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(report: &Report, lang: Lang) -> Result<String, RenderError> {
    let phrases = lang.phrases();
    let tail = ["status", "expected", "received"].map(str::to_owned);
    let mut lines = vec![heading(&["key", "name"]).into_iter().chain(tail).collect::<Vec<_>>()];
    let complete = |of: Option<&Completeness>| {
        let count = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        [report.status.name().to_owned(), count(of.map(|c| c.expected)), count(of.map(|c| c.received))]
    };
    for row in &report.rows {
        let mut line = vec![harmless(&row.key), harmless(&phrases.row(report, row))];
        line.extend(named(&row.figures).map(|(name, value)| {
            let tells = row.only.is_none_or(|only| only.name() == name);
            if tells { value.to_string() } else { String::new() }
        }));
        line.extend(complete(row.completeness.as_ref()));
        lines.push(line);
    }
    let mut last = total(vec!["total".to_owned(), harmless(&report.name)], &report.total);
    last.extend(complete(Some(&report.completeness)));
    lines.push(last);
    write(&lines)
}

/// The heading: those columns, then every measure.
pub(super) fn heading(first: &[&str]) -> Vec<String> {
    let measures = Figures::default();
    first.iter().copied().chain(named(&measures).map(|(name, _)| name)).map(str::to_owned).collect()
}

/// Those columns, then every measure.
pub(super) fn total(mut first: Vec<String>, figures: &Figures) -> Vec<String> {
    first.extend(named(figures).map(|(_, value)| value.to_string()));
    first
}

pub(in crate::reports) fn write(lines: &[Vec<String>]) -> Result<String, RenderError> {
    let wrong = |e: &dyn std::fmt::Display| RenderError::Csv(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line).map_err(|e| wrong(&e))?;
    }
    String::from_utf8(writer.into_inner().map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))
}

/// Agencies come from files that desks import, so a name may be an attack on whoever opens the report.
pub(in crate::reports) fn harmless(text: &str) -> String {
    // Where the comma is the decimal mark, spreadsheets part cells at semicolons.
    let mut parts = text.split(';');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push(if is_formula(part.trim_start()) { ',' } else { ';' });
        whole += part;
    }
    if is_formula(&whole) { format!("'{whole}") } else { whole }
}

/// Whether a spreadsheet would run the text.
pub(in crate::reports) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
