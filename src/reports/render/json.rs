//! A report as JSON, in the shape scripts rely on.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::RenderError;
use crate::{
    domain::{atoms::Atom, review::Verdict, units::UnitId},
    reports::{Explanation, Note, Report, Reviewed, Row, Signed, named},
};

#[derive(Serialize)]
struct Doc<'a> {
    unit: String,
    name: &'a str,
    period: Span<'a>,
    as_known_at: Option<String>,
    status: &'static str,
    completeness: Complete<'a>,
    total: Figures<'a>,
    rows: Vec<Line<'a>>,
    signed: Vec<Signature<'a>>,
    reviews: Vec<Said<'a>>,
    explanations: Vec<Explained<'a>>,
    notes: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Explained<'a> {
    unit: String,
    name: &'a str,
    period: Dates,
    causes: Vec<Cause<'a>>,
    note: &'a str,
    by: &'a str,
}

#[derive(Serialize)]
struct Cause<'a> {
    cause: &'a str,
    count: i64,
}

#[derive(Serialize)]
struct Said<'a> {
    unit: String,
    atom: Dates,
    revision: u32,
    verdict: &'static str,
    measure: Option<&'a str>,
    reason: Option<&'a str>,
    answer_until: Option<String>,
    reviewer: String,
    person: &'a str,
    at: String,
    answered_by: Option<u32>,
}

#[derive(Serialize)]
struct Signature<'a> {
    unit: String,
    atom: Dates,
    prepared_by: &'a str,
    approved_by: &'a str,
}

#[derive(Serialize)]
struct Dates {
    start: String,
    end: String,
}

impl From<Atom> for Dates {
    fn from(atom: Atom) -> Dates {
        Dates { start: atom.start.to_string(), end: atom.end.to_string() }
    }
}

#[derive(Serialize)]
struct Span<'a> {
    id: &'a str,
    start: String,
    end: String,
}

#[derive(Serialize)]
struct Complete<'a> {
    expected: u32,
    received: u32,
    missing: Vec<Missing<'a>>,
}

#[derive(Serialize)]
struct Missing<'a> {
    unit: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    name: &'a str,
    figures: Figures<'a>,
}

/// Everything, or what a row can tell; the order of the catalogue is kept.
enum Figures<'a> {
    All(&'a crate::domain::measure::Figures),
    Of(&'a Row),
}

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Figures::All(figures) => named(figures).try_for_each(|(name, value)| map.serialize_entry(name, &value))?,
            Figures::Of(row) => row.named().try_for_each(|(name, value)| map.serialize_entry(name, &value))?,
        }
        map.end()
    }
}

/// A note by its code, with its arguments under the names they have in the protocol.
struct Told<'a>(&'a Note);

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let text = self.0.to_string();
        let code = text.split(' ').next().unwrap_or_default();
        map.serialize_entry("code", code)?;
        match self.0 {
            Note::ChangedSince { atom, until } => {
                map.serialize_entry("atom", &Dates { start: atom.to_string(), end: until.to_string() })?;
            }
            Note::Transfers { out, r#in } => {
                map.serialize_entry("out", out)?;
                map.serialize_entry("in", r#in)?;
            }
            Note::Continuity { unit, at, difference, cause, name } => {
                whose(&mut map, unit, name)?;
                map.serialize_entry("at", &at.to_string())?;
                map.serialize_entry("difference", difference)?;
                map.serialize_entry("cause", cause.name())?;
            }
            Note::Unbalanced { difference } => map.serialize_entry("difference", difference)?,
            Note::Absent { measure } => map.serialize_entry("measure", measure.name())?,
            Note::NotOver { through } => map.serialize_entry("through", &through.to_string())?,
            Note::BooksBegin { from } => map.serialize_entry("from", &from.to_string())?,
            Note::EnteredByHand { unit, by, name } => {
                whose(&mut map, unit, name)?;
                map.serialize_entry("by", by)?;
            }
            Note::EnteredAcross { unit, start, end, name } => {
                whose(&mut map, unit, name)?;
                map.serialize_entry("period", &Dates { start: start.to_string(), end: end.to_string() })?;
            }
            Note::EnteredByMore { units, across } => {
                map.serialize_entry("units", units)?;
                map.serialize_entry("across", across)?;
            }
            Note::Other(text) => map.serialize_entry("text", text)?,
        }
        map.end()
    }
}

fn whose<M: SerializeMap>(map: &mut M, unit: &UnitId, name: &str) -> Result<(), M::Error> {
    map.serialize_entry("unit", &unit.to_string())?;
    map.serialize_entry("name", name)
}

/// One object, on several lines: `unit`, `name`, `period` (`id`; `start` and `end` are local days, the end is the day **after** the
/// last), `as_known_at` (RFC 3339, or null for now), `status` (`provisional`, `incomplete`, `final`), `completeness` (`expected`,
/// `received`, `missing` of `unit` and `reason`), `total` and `rows` (`key`, `name`, `figures`). Figures hold every measure of the
/// catalogue in its order, then the derived ones; rows by channel hold only the measure they are about. `signed` (`unit`, `atom`,
/// `prepared_by`, `approved_by`) names the persons who stand on the unit's documents; `reviews` is what
/// units above said of them, `answered_by` the revision that answered it, or null; `explanations` is what the unit and those directly below say of
/// their figures (`unit`, `name`, `period`, `causes` of `cause` and `count`, `note`, `by`).
///
/// `notes` is what a reader should know beside the figures. Each has a `code`; what else it has depends on that: `CHANGED_SINCE` `atom`;
/// `TRANSFERS` `out` and `in`; `CONTINUITY` `unit`, `name`, `at`, `difference` and `cause`; `UNBALANCED` `difference`; `ABSENT` `measure`;
/// `NOT_OVER` `through`; `BOOKS_BEGIN` `from`; `ENTERED_BY_HAND` `unit`, `name` and `by`; `ENTERED_ACROSS` `unit`, `name` and `period`;
/// `ENTERED_BY_MORE` `units` and `across`. A note of a later release has its whole `text`.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(report: &Report) -> Result<String, RenderError> {
    Ok(serde_json::to_string_pretty(&doc(report))? + "\n")
}

/// An array of such objects.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json_series(reports: &[Report]) -> Result<String, RenderError> {
    Ok(serde_json::to_string_pretty(&reports.iter().map(doc).collect::<Vec<_>>())? + "\n")
}

fn signature(signed: &Signed) -> Signature<'_> {
    Signature {
        unit: signed.unit.to_string(),
        atom: signed.atom.into(),
        prepared_by: &signed.prepared_by,
        approved_by: &signed.approved_by,
    }
}

fn said(said: &Reviewed) -> Said<'_> {
    let review = &said.review;
    let (verdict, measure, reason, answer_until) = match &review.verdict {
        Verdict::Accepted => ("accepted", None, None, None),
        Verdict::Returned { measure, reason, until } => {
            ("returned", Some(measure.as_str()), Some(reason.as_str()), Some(until.to_string()))
        }
    };
    Said {
        unit: review.unit.to_string(),
        atom: review.atom.into(),
        revision: review.revision,
        verdict,
        measure,
        reason,
        answer_until,
        reviewer: review.reviewer.to_string(),
        person: &review.person,
        at: review.at.to_string(),
        answered_by: said.answered_by,
    }
}

fn explained(given: &Explanation) -> Explained<'_> {
    let said = &given.said;
    Explained {
        unit: given.unit.to_string(),
        name: &given.name,
        period: Dates { start: said.start.to_string(), end: said.end.to_string() },
        causes: said.causes.iter().map(|(cause, count)| Cause { cause, count: *count }).collect(),
        note: &said.note,
        by: &said.by,
    }
}

fn doc(report: &Report) -> Doc<'_> {
    let missing = report.completeness.missing.iter();
    Doc {
        unit: report.unit.to_string(),
        name: &report.name,
        period: Span {
            id: &report.period.id,
            start: report.period.start.to_string(),
            end: report.period.end.to_string(),
        },
        as_known_at: report.as_known_at.map(|at| at.to_string()),
        status: report.status.name(),
        completeness: Complete {
            expected: report.completeness.expected,
            received: report.completeness.received,
            missing: missing.map(|m| Missing { unit: m.unit.to_string(), reason: &m.reason }).collect(),
        },
        total: Figures::All(&report.total),
        rows: report.rows.iter().map(|r| Line { key: &r.key, name: &r.name, figures: Figures::Of(r) }).collect(),
        signed: report.signed.iter().map(signature).collect(),
        reviews: report.reviews.iter().map(said).collect(),
        explanations: report.explanations.iter().map(explained).collect(),
        notes: report.notes.iter().map(Told).collect(),
    }
}
