//! Reports and how they are asked for, on the wire.
//!
//! Figures travel by name, so that either side may have measures the other has not; notes travel as codes, so that each reader
//! sees them in his own language.

use super::{
    WireError,
    entered::{explained_from_pb, explained_to_pb},
    error::reason,
    pb::v1 as pb,
    review::{review_from_pb, review_to_pb},
    scalar::{date, instant_from_pb, instant_to_pb},
};
use crate::{
    domain::{
        atoms::Atom,
        measure::{Figures, Measure},
        periods::Period,
        summary::Hash,
        units::UnitId,
    },
    reports::{Breakdown, Completeness, Explanation, MissingUnit, Report, Reviewed, Row, Signed, Status, named},
};

fn fault(field: &str, reason: &'static str, message: impl Into<String>) -> WireError {
    WireError::new(field, reason, message)
}

pub(super) fn missing(field: &str) -> WireError {
    fault(field, reason::MISSING_FIELD, "it is missing: check that client and node are of compatible releases")
}

/// The message of a report. [`from_pb`] gives an equal report back.
pub fn to_pb(report: &Report) -> pb::Report {
    pb::Report {
        unit: report.unit.to_string(),
        name: report.name.clone(),
        period: Some(period_to_pb(&report.period)),
        as_known_at: report.as_known_at.map(instant_to_pb),
        status: report.status.name().to_owned(),
        completeness: Some(completeness_to_pb(&report.completeness)),
        total: figures(named(&report.total)),
        rows: report.rows.iter().map(row_to_pb).collect(),
        notes: report.notes.iter().map(ToString::to_string).collect(),
        documents: report.documents.iter().map(|hash| hash.0.to_vec()).collect(),
        as_of: Some(instant_to_pb(report.as_of)),
        signed: report.signed.iter().map(signed_to_pb).collect(),
        reviews: report.reviews.iter().map(reviewed_to_pb).collect(),
        explanations: report.explanations.iter().map(explanation_to_pb).collect(),
    }
}

/// The report in a message. Measures this release does not know are passed over, notes it does not know are kept as they are.
///
/// # Errors
/// [`WireError`].
pub fn from_pb(report: pb::Report) -> Result<Report, WireError> {
    let hash = |bytes: Vec<u8>| {
        <[u8; 32]>::try_from(bytes)
            .map(Hash)
            .map_err(|_| fault("documents", reason::BAD_ID, "a hash does not have 32 bytes"))
    };
    Ok(Report {
        unit: unit("unit", &report.unit)?,
        name: report.name,
        period: period_from_pb(&report.period.ok_or_else(|| missing("period"))?)?,
        as_known_at: report.as_known_at.map(|at| instant_from_pb(at, "as_known_at")).transpose()?,
        status: Status::by_name(&report.status)
            .ok_or_else(|| fault("status", reason::BAD_CHOICE, format!("'{}' is not a status", report.status)))?,
        completeness: completeness_from_pb(report.completeness.ok_or_else(|| missing("completeness"))?)?,
        total: read_figures(&report.total).0,
        rows: report.rows.into_iter().map(row_from_pb).collect::<Result<_, _>>()?,
        notes: report.notes.iter().map(|note| note.parse().unwrap_or_else(|never| match never {})).collect(),
        documents: report.documents.into_iter().map(hash).collect::<Result<_, _>>()?,
        as_of: instant_from_pb(report.as_of.ok_or_else(|| missing("as_of"))?, "as_of")?,
        signed: report.signed.into_iter().map(signed_from_pb).collect::<Result<_, _>>()?,
        reviews: report.reviews.into_iter().map(reviewed_from_pb).collect::<Result<_, _>>()?,
        explanations: report.explanations.into_iter().map(explanation_from_pb).collect::<Result<_, _>>()?,
    })
}

fn explanation_to_pb(given: &Explanation) -> pb::UnitExplanation {
    pb::UnitExplanation {
        unit: given.unit.to_string(),
        name: given.name.clone(),
        said: Some(explained_to_pb(&given.said)),
    }
}

fn explanation_from_pb(given: pb::UnitExplanation) -> Result<Explanation, WireError> {
    let said = explained_from_pb(given.said.ok_or_else(|| missing("explanations.said"))?)?;
    Ok(Explanation { unit: unit("explanations.unit", &given.unit)?, name: given.name, said })
}

/// The message of a review as it is shown.
pub fn reviewed_to_pb(said: &Reviewed) -> pb::Review {
    pb::Review {
        answered_by: said.answered_by.unwrap_or_default(),
        reviewer_name: said.reviewer.clone(),
        ..review_to_pb(&said.review)
    }
}

/// The review as it is shown.
///
/// # Errors
/// [`WireError`].
pub fn reviewed_from_pb(mut pb: pb::Review) -> Result<Reviewed, WireError> {
    let answered_by = Some(pb.answered_by).filter(|revision| *revision > 0);
    let reviewer = std::mem::take(&mut pb.reviewer_name);
    Ok(Reviewed { review: review_from_pb(pb)?, reviewer, answered_by })
}

fn signed_to_pb(signed: &Signed) -> pb::SignedDocument {
    pb::SignedDocument {
        unit: signed.unit.to_string(),
        atom_start: signed.atom.start.to_string(),
        atom_end: signed.atom.end.to_string(),
        prepared_by: signed.prepared_by.clone(),
        approved_by: signed.approved_by.clone(),
    }
}

fn signed_from_pb(signed: pb::SignedDocument) -> Result<Signed, WireError> {
    let atom =
        Atom { start: date(&signed.atom_start, "signed.atom_start")?, end: date(&signed.atom_end, "signed.atom_end")? };
    let unit = unit("signed.unit", &signed.unit)?;
    Ok(Signed { unit, atom, prepared_by: signed.prepared_by, approved_by: signed.approved_by })
}

/// The message of a period.
pub fn period_to_pb(period: &Period) -> pb::PeriodSpan {
    pb::PeriodSpan { id: period.id.clone(), start: period.start.to_string(), end: period.end.to_string() }
}

/// The period in a message: the kind by its id, the dates as they are stated.
///
/// # Errors
/// [`WireError`].
pub fn period_from_pb(span: &pb::PeriodSpan) -> Result<Period, WireError> {
    let period = Period::parse(&span.id).map_err(|e| fault("period.id", reason::BAD_DATE, e.to_string()))?;
    Ok(Period { start: date(&span.start, "period.start")?, end: date(&span.end, "period.end")?, ..period })
}

/// The message of completeness.
pub fn completeness_to_pb(completeness: &Completeness) -> pb::Completeness {
    let missing = completeness.missing.iter().map(|m| pb::MissingUnit {
        unit: m.unit.to_string(),
        name: m.name.clone(),
        reason: m.reason.clone(),
    });
    pb::Completeness { expected: completeness.expected, received: completeness.received, missing: missing.collect() }
}

/// The completeness in a message.
///
/// # Errors
/// [`WireError`], also for more units received than expected.
pub fn completeness_from_pb(completeness: pb::Completeness) -> Result<Completeness, WireError> {
    let pb::Completeness { expected, received, missing } = completeness;
    if received > expected {
        return Err(fault("completeness", reason::OUT_OF_RANGE, format!("{received} of {expected} units cannot be")));
    }
    let missing = missing
        .into_iter()
        .map(|m| Ok(MissingUnit { unit: unit("completeness", &m.unit)?, name: m.name, reason: m.reason }))
        .collect::<Result<_, _>>()?;
    Ok(Completeness { expected, received, missing })
}

/// The message of a breakdown.
pub fn breakdown_to_pb(by: Breakdown) -> pb::Breakdown {
    match by {
        Breakdown::None => pb::Breakdown::None,
        Breakdown::Unit => pb::Breakdown::Unit,
        Breakdown::Agency => pb::Breakdown::Agency,
        Breakdown::Field => pb::Breakdown::Field,
        Breakdown::Procedure => pb::Breakdown::Procedure,
        Breakdown::Channel => pb::Breakdown::Channel,
        Breakdown::Authority => pb::Breakdown::Authority,
    }
}

/// The breakdown in a message.
///
/// # Errors
/// [`WireError`] for one this release does not know.
pub fn breakdown_from_pb(by: i32) -> Result<Breakdown, WireError> {
    match pb::Breakdown::try_from(by) {
        Ok(pb::Breakdown::Unspecified | pb::Breakdown::None) => Ok(Breakdown::None),
        Ok(pb::Breakdown::Unit) => Ok(Breakdown::Unit),
        Ok(pb::Breakdown::Agency) => Ok(Breakdown::Agency),
        Ok(pb::Breakdown::Field) => Ok(Breakdown::Field),
        Ok(pb::Breakdown::Procedure) => Ok(Breakdown::Procedure),
        Ok(pb::Breakdown::Channel) => Ok(Breakdown::Channel),
        Ok(pb::Breakdown::Authority) => Ok(Breakdown::Authority),
        Err(_) => Err(fault("by", reason::BAD_CHOICE, format!("{by} is not a breakdown"))),
    }
}

fn row_to_pb(row: &Row) -> pb::Row {
    pb::Row {
        key: row.key.clone(),
        name: row.name.clone(),
        figures: figures(row.named()),
        completeness: row.completeness.as_ref().map(completeness_to_pb),
        level: row.level.clone(),
    }
}

fn row_from_pb(row: pb::Row) -> Result<Row, WireError> {
    let (figures, only) = read_figures(&row.figures);
    let completeness = row.completeness.map(completeness_from_pb).transpose()?;
    Ok(Row { key: row.key, name: row.name, figures, only, completeness, level: row.level })
}

fn figures(named: impl Iterator<Item = (&'static str, i64)>) -> Vec<pb::Figure> {
    named.map(|(measure, value)| pb::Figure { measure: measure.to_owned(), value }).collect()
}

/// The figures, and the measure if it is the only thing stated. Derived ones are left to be computed.
fn read_figures(stated: &[pb::Figure]) -> (Figures, Option<Measure>) {
    let mut read = Figures::default();
    let mut only = None;
    for figure in stated {
        if let Some(measure) = Measure::by_name(&figure.measure) {
            read[measure] = figure.value;
            only = Some(measure);
        }
    }
    (read, only.filter(|_| stated.len() == 1))
}

pub(super) fn unit(field: &str, text: &str) -> Result<UnitId, WireError> {
    UnitId::parse(text).map_err(|e| fault(field, reason::BAD_UNIT, e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> pb::Report {
        pb::Report {
            unit: "00004@2025-07-01".into(),
            period: Some(pb::PeriodSpan { id: "2025-08".into(), start: "2025-07-15".into(), end: "2025-08-15".into() }),
            status: "final".into(),
            completeness: Some(pb::Completeness { expected: 1, received: 1, missing: vec![] }),
            as_of: Some(prost_types::Timestamp::default()),
            ..Default::default()
        }
    }

    #[test]
    fn a_newer_node_is_understood_as_far_as_it_goes() {
        let figure = |measure: &str, value| pb::Figure { measure: measure.into(), value };
        let row = pb::Row { key: "x".into(), figures: vec![figure("drones", 1)], ..Default::default() };
        let total = vec![figure("drones", 7), figure("stopped", 2), figure("resolved_total", 9)];
        let notes = vec!["SOLAR_FLARE at=noon".to_owned()];
        let read = from_pb(pb::Report { total, rows: vec![row], notes: notes.clone(), ..good() }).unwrap();
        assert_eq!((read.total[Measure::Stopped], read.rows[0].only), (2, None));
        assert_eq!(read.notes, [crate::reports::Note::Other(notes[0].clone())]);
    }

    #[test]
    fn what_is_malformed_is_refused_by_field() {
        type Change = fn(&mut pb::Report);
        let table: [(&str, Change); 8] = [
            ("unit", |r| r.unit.clear()),
            ("period", |r| r.period = None),
            ("period.end", |r| r.period.as_mut().unwrap().end = "soon".into()),
            ("status", |r| r.status = "done".into()),
            ("completeness", |r| r.completeness = None),
            ("completeness", |r| r.completeness.as_mut().unwrap().received = 2),
            ("documents", |r| r.documents = vec![vec![0; 31]]),
            ("as_of", |r| r.as_of = None),
        ];
        for (field, change) in table {
            let mut report = good();
            change(&mut report);
            assert_eq!(from_pb(report).unwrap_err().field, field);
        }
        assert_eq!(breakdown_from_pb(99).unwrap_err().field, "by");
    }
}
