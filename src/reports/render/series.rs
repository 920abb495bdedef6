//! Several periods of one unit, a line each. There is no line of sums: over time only flows add, so the sum is the report of the
//! longer period.

use comfy_table::{Cell, CellAlignment, Table, presets};

use super::{Lang, RenderError, columns, csv, json, table};
use crate::reports::Report;

/// A table: period, status, completeness and the columns of form II.06. Empty for no reports.
pub fn table(reports: &[Report], lang: Lang) -> String {
    let Some(first) = reports.first() else {
        return String::new();
    };
    let phrases = lang.phrases();
    let columns = columns::columns(phrases, reports.iter().map(|r| &r.total));
    let mut out = Table::new();
    out.load_style(presets::UTF8_FULL_CONDENSED);
    let headings = [phrases.period, phrases.status, phrases.units].into_iter();
    out.set_header(headings.chain(columns.iter().map(|c| c.heading.as_str())).map(columns::heading));
    for report in reports {
        let lead = [
            Cell::new(&report.period.id),
            Cell::new((phrases.status_name)(report.status)),
            Cell::new(table::completeness(report, lang)).set_alignment(CellAlignment::Right),
        ];
        out.add_row(lead.into_iter().chain(columns.iter().map(|c| c.figures(phrases, &report.total))));
    }
    format!("{} ({})\n{}\n", first.name, first.unit, out.trim_fmt())
}

/// CSV: `period,start,end,status,expected,received`, then every measure; the end is the day after the last.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(reports: &[Report]) -> Result<String, RenderError> {
    let mut lines = vec![csv::heading(&["period", "start", "end", "status", "expected", "received"])];
    lines.extend(reports.iter().map(|r| {
        let lead = vec![
            r.period.id.clone(),
            r.period.start.to_string(),
            r.period.end.to_string(),
            r.status.name().to_owned(),
            r.completeness.expected.to_string(),
            r.completeness.received.to_string(),
        ];
        csv::total(lead, &r.total)
    }));
    csv::write(&lines)
}

/// JSON: an array of reports, each as [`json::json`] writes one.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(reports: &[Report]) -> Result<String, RenderError> {
    json::json_series(reports)
}
