//! A summary as canonical bytes.
//!
//! One summary has one encoding: cells and units sorted, trailing zeros of values left out, measures in the order of the catalogue.
//! A measure that is not declared is missing, not zero.

use std::collections::BTreeSet;

use prost::Message;

use super::ahead;
use crate::{
    domain::{
        contribution::CellKey,
        event::EventId,
        measure::{Figures, Measure},
        summary::{Cells, Entered, Explained, Hash, Member, Missing, Summary},
    },
    wire::{pb::v1 as pb, stamp},
};

/// The format this release writes, and the greatest it reads.
pub const FORMAT: u32 = 1;

/// The canonical bytes of a summary. Reading them gives the same summary back, and writing that one the same bytes.
pub fn encode_summary(summary: &Summary) -> Vec<u8> {
    let declared: Vec<Measure> = Measure::ALL.iter().copied().filter(|m| !summary.absent.contains(m)).collect();
    let hash = |hash: Option<Hash>| hash.map(|h| h.0.to_vec()).unwrap_or_default();
    let ids = |ids: &BTreeSet<EventId>| ids.iter().map(|id| id.0.to_vec()).collect();
    let mut members: Vec<&Member> = summary.members.iter().collect();
    members.sort_by(|a, b| a.unit.cmp(&b.unit));
    let mut missing: Vec<&Missing> = summary.missing.iter().collect();
    missing.sort();
    missing.dedup_by(|a, b| a.unit == b.unit);
    pb::Summary {
        format: FORMAT,
        unit: summary.unit.to_string(),
        atom_start: summary.atom.start.to_string(),
        atom_end: summary.atom.end.to_string(),
        revision: summary.revision,
        provisional: summary.provisional,
        as_of: Some(stamp::to_pb(summary.as_of)),
        registry_version: summary.registry_version,
        reason: summary.reason.clone(),
        keeper: summary.keeper.to_string(),
        measures: declared.iter().map(|m| m.name().to_owned()).collect(),
        own: write_cells(&summary.own, &declared),
        below: write_cells(&summary.below, &declared),
        members: members.into_iter().map(|m| write_member(m, &declared)).collect(),
        missing: missing
            .into_iter()
            .map(|m| pb::Missing { unit: m.unit.to_string(), reason: m.reason.clone() })
            .collect(),
        expected: summary.expected,
        received: summary.received,
        transfers_out: ids(&summary.transfers_out),
        transfers_in: ids(&summary.transfers_in),
        previous_revision: hash(summary.previous_revision),
        previous_atom: hash(summary.previous_atom),
        journal_head: summary.journal_head.clone(),
        prepared_by: summary.prepared_by.clone(),
        approved_by: summary.approved_by.clone(),
        entered: write_entered(&summary.entered),
        explained: write_explained(&summary.explained),
        ahead: summary.ahead.as_ref().map(|ahead| ahead::write(ahead, summary.as_of)),
    }
    .encode_to_vec()
}

fn write_entered(entered: &[Entered]) -> Vec<pb::Entered> {
    let mut sorted: Vec<&Entered> = entered.iter().collect();
    sorted.sort();
    sorted.dedup_by(|a, b| a.unit == b.unit && a.start == b.start);
    let row = |e: &Entered| pb::Entered {
        unit: e.unit.to_string(),
        start: e.start.to_string(),
        end: e.end.to_string(),
        by: e.by.clone(),
    };
    sorted.into_iter().map(row).collect()
}

fn write_explained(explained: &[Explained]) -> Vec<pb::Explained> {
    let row = |e: &Explained| pb::Explained {
        start: e.start.to_string(),
        end: e.end.to_string(),
        causes: e.causes.iter().map(|(cause, count)| pb::CauseCount { cause: cause.clone(), count: *count }).collect(),
        note: e.note.clone(),
        by: e.by.clone(),
    };
    explained.iter().map(row).collect()
}

fn write_cells(cells: &Cells, declared: &[Measure]) -> Vec<pb::Cell> {
    let cell = |(key, figures): (&CellKey, &Figures)| pb::Cell {
        agency: key.agency.clone(),
        procedure: key.procedure.clone(),
        values: write_values(figures, declared),
    };
    cells.iter().map(cell).collect()
}

fn write_member(member: &Member, declared: &[Measure]) -> pb::Member {
    pb::Member {
        unit: member.unit.to_string(),
        document: member.document.map(|(hash, _)| hash.0.to_vec()).unwrap_or_default(),
        revision: member.document.map(|(_, revision)| revision).unwrap_or_default(),
        totals: write_values(&member.totals, declared),
        expected: member.expected,
        received: member.received,
    }
}

fn write_values(figures: &Figures, declared: &[Measure]) -> Vec<i64> {
    let mut values: Vec<i64> = declared.iter().map(|m| figures[*m]).collect();
    values.truncate(values.iter().rposition(|v| *v != 0).map_or(0, |last| last + 1));
    values
}
