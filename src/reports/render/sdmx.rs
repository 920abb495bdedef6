//! Reports as SDMX-CSV 2.0, for programs of statisticians.
//!
//! Sources: the SDMX-CSV data message field guide 2.0 (sdmx-twg/sdmx-csv, `docs/data_message_field_guide.md`) for columns, actions and
//! quoting; SDMX technical notes (section 6, "Time and the information model") for periods and the reporting year; code lists
//! CL_OBS_STATUS 2.2 and CL_FREQ 2.1 for statuses and frequencies.

use chrono::{Datelike, NaiveDate};

use super::{RenderError, csv::harmless};
use crate::{
    domain::{
        measure::Measure,
        periods::{Grain, Period, PeriodKind},
    },
    reports::{Breakdown, Completeness, Note, Report, Status, named},
};

/// Structure, dimensions with the time last, the measure, then attributes.
const HEADING: &str = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,BREAKDOWN,ITEM,TIME_PERIOD,OBS_VALUE,OBS_STATUS,\
                       REPORTING_YEAR_START_DAY,PERIOD_NAME,UNITS_EXPECTED,UNITS_RECEIVED";
/// What the rows are observations of.
const STRUCTURE: [&str; 3] = ["dataflow", "MOTCUA:DOSSIERS(1.0.0)", "R"];
/// Everything together, as SDMX writes it.
const TOTAL: &str = "_T";
/// Not stated, as SDMX writes it.
const UNSPECIFIED: &str = "_U";
/// A frequency that is none of the code list.
const OTHER: &str = "_O";

/// A line for each figure, of the rows and of the totals, in UTF-8 with the line ends of RFC 4180. `R`: what is here replaces what was there.
/// `OBS_STATUS` is `A` for figures that are final, `P` for those that are provisional or lack units, `U` where some documents do not count
/// the measure, `L` with no value where nothing came from a unit.
///
/// SDMX names a reporting year after the year it **begins** in, so the quarter Vietnamese readers call 2018-Q1 (15/12/2017–14/3/2018) is
/// `2017-Q1` with a year that starts on `--12-15`; `PERIOD_NAME` keeps the name it has here.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn sdmx(reports: &[Report], by: Breakdown) -> Result<String, RenderError> {
    let wrong = |e: &dyn std::fmt::Display| RenderError::Csv(e.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADING.split(',')).map_err(|e| wrong(&e))?;
    for report in reports {
        for line in lines(report, by) {
            writer.write_record(&line).map_err(|e| wrong(&e))?;
        }
    }
    String::from_utf8(writer.into_inner().map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))
}

fn lines(report: &Report, by: Breakdown) -> Vec<Vec<String>> {
    let time = Time::of(&report.period);
    let line = |breakdown: &str, item: &str, (name, value): (&str, Option<i64>), complete: Option<&Completeness>| {
        let count = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let status = if value.is_none() { "L" } else { status(report, name) };
        let mut line: Vec<String> = STRUCTURE.map(str::to_owned).into();
        line.extend([
            time.frequency.to_owned(),
            report.unit.to_string(),
            name.to_uppercase(),
            breakdown.to_owned(),
            item.to_owned(),
            time.period.clone(),
            count_or_blank(value),
            status.to_owned(),
            time.start_day.to_owned(),
            report.period.id.clone(),
            count(complete.map(|c| c.expected)),
            count(complete.map(|c| c.received)),
        ]);
        line
    };
    let breakdown = by.name().to_uppercase();
    let mut lines = Vec::new();
    for row in &report.rows {
        let item = if row.key.is_empty() { UNSPECIFIED.to_owned() } else { harmless(&row.key) };
        for (name, value) in row.named() {
            let value = (!row.is_silent()).then_some(value);
            lines.push(line(&breakdown, &item, (name, value), row.completeness.as_ref()));
        }
    }
    for (name, value) in named(&report.total) {
        lines.push(line(TOTAL, TOTAL, (name, Some(value)), Some(&report.completeness)));
    }
    lines
}

fn count_or_blank(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Where two would do, the one that stands higher in the hierarchy the code list's guide gives.
fn status(report: &Report, name: &str) -> &'static str {
    let absent = |note: &Note| matches!(note, Note::Absent { measure } if Measure::name(*measure) == name);
    match report.status {
        Status::Provisional | Status::Incomplete => "P",
        Status::Final if report.notes.iter().any(absent) => "U",
        Status::Final => "A",
    }
}

/// A period as SDMX writes it.
struct Time {
    frequency: &'static str,
    period: String,
    /// First day of the reporting year, as `xs:gMonthDay`.
    start_day: &'static str,
}

impl Time {
    fn of(period: &Period) -> Time {
        let (start_day, from) = match period.kind {
            PeriodKind::Legal(_) | PeriodKind::Span => ("--12-15", 15),
            PeriodKind::Calendar(_) | PeriodKind::Week => ("--01-01", 1),
        };
        let range =
            |duration: String| Time { frequency: OTHER, period: format!("{}/{duration}", period.start), start_day };
        let (PeriodKind::Legal(grain) | PeriodKind::Calendar(grain)) = period.kind else {
            let days = (period.end - period.start).num_days();
            if period.kind != PeriodKind::Week {
                return range(format!("P{days}D"));
            }
            let week = period.start.iso_week();
            return Time { frequency: "W", period: format!("{:04}-W{:02}", week.year(), week.week()), start_day };
        };
        // months from the start of the reporting year, which bears the number of the year it begins in
        let (year, month) = reporting_month(period.start, from);
        let named = |frequency, text| Time { frequency, period: format!("{year:04}-{text}"), start_day };
        match grain {
            Grain::Month => named("M", format!("M{:02}", month + 1)),
            Grain::Quarter => named("Q", format!("Q{}", month / 3 + 1)),
            Grain::Half => named("S", format!("S{}", month / 6 + 1)),
            Grain::Year => named("A", "A1".to_owned()),
            Grain::NineMonths => range("P9M".to_owned()),
        }
    }
}

/// The year in which the reporting year of that day began, and how many months of it have gone.
fn reporting_month(start: NaiveDate, from: u32) -> (i32, u32) {
    match from {
        15 if start.month() == 12 => (start.year(), 0),
        15 => (start.year() - 1, start.month()),
        _ => (start.year(), start.month0()),
    }
}
