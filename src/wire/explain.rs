//! What stands behind a figure, on the wire.

use super::{
    WireError,
    error::reason,
    pb::v1 as pb,
    report::{completeness_from_pb, completeness_to_pb, period_from_pb, period_to_pb, unit},
    scalar::{date, instant_from_pb, instant_to_pb},
};
use crate::{
    domain::{
        atoms::Atom,
        measure::{Figure, Measure},
        summary::Hash,
        time::Timestamp,
    },
    reports::{
        Completeness, Status,
        explain::{Cause, Caused, Change, Explanation, Moved, Part, Revision, Slice},
    },
};

/// Levels of one explanation.
const DEPTH: usize = 64;

fn fault(field: &str, reason: &'static str, message: impl Into<String>) -> WireError {
    WireError::new(field, reason, message)
}

/// The figure of a name.
///
/// # Errors
/// [`WireError`] for one this release does not know.
pub fn figure_from_pb(name: &str, field: &str) -> Result<Figure, WireError> {
    Figure::by_name(name).ok_or_else(|| {
        let shown: String = name.chars().take(60).collect();
        fault(
            field,
            reason::BAD_CHOICE,
            format!("'{shown}' is not a figure: write a name such as resolved_late or received_new"),
        )
    })
}

/// The message of an explanation. [`from_pb`] gives an equal one back.
pub fn to_pb(explained: &Explanation) -> pb::ExplainFigureResponse {
    pb::ExplainFigureResponse {
        measure: explained.figure.name().to_owned(),
        period: Some(period_to_pb(&explained.period)),
        as_known_at: explained.as_known_at.map(instant_to_pb),
        status: explained.status.name().to_owned(),
        terms: explained
            .terms
            .iter()
            .map(|(m, value)| pb::Figure { measure: m.name().into(), value: *value })
            .collect(),
        part: Some(part_to_pb(&explained.part)),
    }
}

/// The explanation in a message.
///
/// # Errors
/// [`WireError`].
pub fn from_pb(pb: pb::ExplainFigureResponse) -> Result<Explanation, WireError> {
    let missing = |field| fault(field, reason::MISSING_FIELD, "it is missing");
    let term = |figure: pb::Figure| match Measure::by_name(&figure.measure) {
        Some(measure) => Ok((measure, figure.value)),
        None => Err(fault("terms", reason::BAD_CHOICE, format!("'{}' is not a measure", figure.measure))),
    };
    Ok(Explanation {
        figure: figure_from_pb(&pb.measure, "measure")?,
        period: period_from_pb(&pb.period.ok_or_else(|| missing("period"))?)?,
        as_known_at: pb.as_known_at.map(|at| instant_from_pb(at, "as_known_at")).transpose()?,
        status: Status::by_name(&pb.status)
            .ok_or_else(|| fault("status", reason::BAD_CHOICE, format!("'{}' is not a status", pb.status)))?,
        terms: pb.terms.into_iter().map(term).collect::<Result<_, _>>()?,
        part: part_from_pb(pb.part.ok_or_else(|| missing("part"))?, DEPTH)?,
    })
}

fn part_to_pb(part: &Part) -> pb::ExplainedPart {
    let complete = Completeness { expected: part.expected, received: part.received, missing: part.missing.clone() };
    pb::ExplainedPart {
        unit: part.unit.to_string(),
        name: part.name.clone(),
        value: part.value,
        newer: part.newer,
        own: part.own,
        here: part.here,
        completeness: Some(completeness_to_pb(&complete)),
        atoms: part.atoms.iter().map(slice_to_pb).collect(),
        below: part.below.iter().map(part_to_pb).collect(),
        entered_by: part.entered_by.clone(),
    }
}

fn part_from_pb(pb: pb::ExplainedPart, depth: usize) -> Result<Part, WireError> {
    let depth = depth.checked_sub(1).ok_or_else(|| fault("part", reason::OUT_OF_RANGE, "it is too deep"))?;
    let Completeness { expected, received, missing } = completeness_from_pb(pb.completeness.unwrap_or_default())?;
    Ok(Part {
        unit: unit("unit", &pb.unit)?,
        name: pb.name,
        value: pb.value,
        newer: pb.newer,
        own: pb.own,
        here: pb.here,
        expected,
        received,
        missing,
        atoms: pb.atoms.into_iter().map(slice_from_pb).collect::<Result<_, _>>()?,
        below: pb.below.into_iter().map(|part| part_from_pb(part, depth)).collect::<Result<_, _>>()?,
        entered_by: pb.entered_by,
    })
}

fn slice_to_pb(slice: &Slice) -> pb::ExplainedAtom {
    pb::ExplainedAtom {
        start: slice.atom.start.to_string(),
        end: slice.atom.end.to_string(),
        value: slice.value,
        document: slice.document.map(|hash| hash.0.to_vec()).unwrap_or_default(),
        revisions: slice.revisions.iter().map(revision_to_pb).collect(),
    }
}

fn slice_from_pb(pb: pb::ExplainedAtom) -> Result<Slice, WireError> {
    Ok(Slice {
        atom: atom(&pb.start, &pb.end)?,
        value: pb.value,
        document: if pb.document.is_empty() { None } else { Some(hash(pb.document)?) },
        revisions: pb.revisions.into_iter().map(revision_from_pb).collect::<Result<_, _>>()?,
    })
}

/// The message of a revision.
pub fn revision_to_pb(revision: &Revision) -> pb::DocumentRevision {
    pb::DocumentRevision {
        atom_start: revision.atom.start.to_string(),
        atom_end: revision.atom.end.to_string(),
        revision: revision.revision,
        hash: revision.hash.0.to_vec(),
        recorded_at: Some(instant_to_pb(revision.recorded_at)),
        reason: revision.reason.clone(),
        prepared_by: revision.prepared_by.clone(),
        approved_by: revision.approved_by.clone(),
        changes: revision.changes.iter().map(change_to_pb).collect(),
    }
}

/// The revision in a message.
///
/// # Errors
/// [`WireError`].
pub fn revision_from_pb(pb: pb::DocumentRevision) -> Result<Revision, WireError> {
    Ok(Revision {
        atom: atom(&pb.atom_start, &pb.atom_end)?,
        revision: pb.revision,
        hash: hash(pb.hash)?,
        recorded_at: pb.recorded_at.map_or(Ok(Timestamp(0)), |at| instant_from_pb(at, "recorded_at"))?,
        reason: pb.reason,
        prepared_by: pb.prepared_by,
        approved_by: pb.approved_by,
        changes: pb.changes.into_iter().map(change_from_pb).collect::<Result<_, _>>()?,
    })
}

fn change_to_pb(change: &Change) -> pb::ChangedFigure {
    let members = change.members.iter().map(|moved| pb::MovedUnit {
        unit: moved.unit.to_string(),
        name: moved.name.clone(),
        difference: moved.difference,
    });
    let causes = change.causes.iter().map(|caused| pb::CausedChange {
        cause: caused.cause.name().to_owned(),
        dossiers: caused.dossiers,
        difference: caused.difference,
    });
    pb::ChangedFigure {
        measure: change.figure.name().to_owned(),
        before: change.before,
        after: change.after,
        own: change.own,
        members: members.collect(),
        causes: causes.collect(),
    }
}

/// A cause of a later release reads as [`Cause::Unknown`].
fn change_from_pb(pb: pb::ChangedFigure) -> Result<Change, WireError> {
    let members = pb.members.into_iter().map(|moved| {
        Ok::<_, WireError>(Moved { unit: unit("unit", &moved.unit)?, name: moved.name, difference: moved.difference })
    });
    let causes = pb.causes.into_iter().map(|caused| Caused {
        cause: Cause::by_name(&caused.cause).unwrap_or(Cause::Unknown),
        dossiers: caused.dossiers,
        difference: caused.difference,
    });
    Ok(Change {
        figure: figure_from_pb(&pb.measure, "measure")?,
        before: pb.before,
        after: pb.after,
        own: pb.own,
        members: members.collect::<Result<_, _>>()?,
        causes: causes.collect(),
    })
}

fn atom(start: &str, end: &str) -> Result<Atom, WireError> {
    Ok(Atom { start: date(start, "atom_start")?, end: date(end, "atom_end")? })
}

fn hash(bytes: Vec<u8>) -> Result<Hash, WireError> {
    <[u8; 32]>::try_from(bytes).map(Hash).map_err(|_| fault("hash", reason::BAD_ID, "a hash does not have 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{periods::Period, units::UnitId};

    #[test]
    fn an_explanation_reads_back_equal() {
        let unit = |code: &str| UnitId::parse(&format!("{code}@2004-01-01")).unwrap();
        let atom = Atom { start: "2018-02-01".parse().unwrap(), end: "2018-02-15".parse().unwrap() };
        let figure = Figure::by_name("resolved_total").unwrap();
        let change = Change {
            figure,
            before: 12,
            after: 24,
            own: 3,
            members: vec![Moved { unit: unit("07099"), name: "Xã Nguyễn Huệ".into(), difference: 9 }],
            causes: vec![Caused { cause: Cause::CorrectedDue, dossiers: 3, difference: 3 }],
        };
        let revision = Revision {
            atom,
            revision: 2,
            hash: Hash([7; 32]),
            recorded_at: Timestamp(1_519_000_000_000),
            reason: "nhập muộn".into(),
            prepared_by: "A".into(),
            approved_by: String::new(),
            changes: vec![change],
        };
        let leaf = Part {
            unit: unit("07099"),
            name: "Xã Nguyễn Huệ".into(),
            value: 24,
            newer: Some(25),
            own: 25,
            here: true,
            expected: 1,
            received: 1,
            missing: Vec::new(),
            atoms: vec![Slice { atom, value: 25, document: None, revisions: vec![revision.clone()] }],
            below: Vec::new(),
            entered_by: Some("Lò Thị Mai".into()),
        };
        let whole = Explanation {
            figure,
            period: Period::parse("2018-02").unwrap(),
            as_known_at: Some(Timestamp(1_520_000_000_000)),
            status: Status::Final,
            terms: figure.terms().iter().map(|m| (*m, 8)).collect(),
            part: Part { newer: None, here: false, own: 0, unit: unit("205"), below: vec![leaf.clone()], ..leaf },
        };
        assert_eq!(from_pb(to_pb(&whole)).unwrap(), whole);
        assert_eq!(revision_from_pb(revision_to_pb(&revision)).unwrap(), revision);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for name in ["", "resolved", "RESOLVED_LATE", &"x".repeat(500)] {
            assert_eq!(figure_from_pb(name, "measure").unwrap_err().reason, reason::BAD_CHOICE);
        }
        let mut part = pb::ExplainedPart { unit: "1".into(), ..Default::default() };
        for _ in 0..80 {
            part = pb::ExplainedPart { unit: "1".into(), below: vec![part], ..Default::default() };
        }
        assert_eq!(part_from_pb(part, DEPTH).unwrap_err().reason, reason::OUT_OF_RANGE);
    }
}
