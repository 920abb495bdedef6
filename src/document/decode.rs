//! Canonical bytes back into a summary.
//!
//! Fields this release does not know are passed over; the signed bytes are kept as they came, so nothing is lost.

use std::collections::BTreeSet;

use prost::Message;

use super::{DocumentError, FORMAT, MAX_CELLS, MAX_REASON, MAX_TEXT, MAX_UNITS, MAX_VALUE, ahead, entered, limits};
use crate::{
    domain::{
        atoms::Atom,
        contribution::CellKey,
        event::EventId,
        measure::{Figures, Measure},
        summary::{Cells, Hash, Member, Missing, Summary},
        time::parse_date,
        units::UnitId,
    },
    wire::{pb::v1 as pb, stamp},
};

/// Reads an encoded summary.
///
/// # Errors
/// [`DocumentError::Newer`] for a greater format, or a measure with figures that this catalogue does not have;
/// [`DocumentError::Malformed`] for anything no release would have written.
pub fn decode_summary(bytes: &[u8]) -> Result<Summary, DocumentError> {
    let format = Format::decode(bytes).map_err(not_a_summary)?.format;
    if format > FORMAT {
        return Err(DocumentError::Newer { format, measure: None });
    }
    limits::check_counts(bytes)?;
    let read = pb::Summary::decode(bytes).map_err(not_a_summary)?;
    let (unit_id, atom) = identity(&read.unit, &read.atom_start, &read.atom_end)?;
    if read.format == 0 {
        return Err(bad("format", "it is missing"));
    }
    limits::text("reason", &read.reason, MAX_REASON)?;
    limits::text("prepared_by", &read.prepared_by, MAX_TEXT)?;
    limits::text("approved_by", &read.approved_by, MAX_TEXT)?;
    if read.journal_head.len() > MAX_TEXT {
        return Err(bad("journal_head", "it is too long"));
    }
    let as_of = read
        .as_of
        .as_ref()
        .and_then(stamp::from_pb)
        .ok_or_else(|| bad("as_of", "it is missing or not in whole milliseconds"))?;
    let columns = Columns::new(read.measures, read.format)?;
    let absent = Measure::ALL.iter().copied().filter(|m| !columns.0.contains(&Ok(*m))).collect();
    let own = read_cells("own", read.own, &columns)?;
    let below = read_cells("below", read.below, &columns)?;
    let members = read_members(read.members, &columns)?;
    let missing = read_missing(read.missing)?;
    let entered = entered::read_entered(atom, read.entered)?;
    let explained = entered::read_explained(atom, read.explained)?;
    let ahead = read.ahead.map(|given| ahead::read(given, as_of)).transpose()?;
    if ahead.is_some() && !(read.provisional && atom.contains(as_of.local_date())) {
        return Err(bad("ahead", "it stands only in a provisional document of an atom that runs"));
    }
    if read.expected > MAX_UNITS || read.received > MAX_UNITS {
        return Err(bad("expected", format!("more than {MAX_UNITS} units")));
    }
    Ok(Summary {
        unit: unit_id,
        atom,
        revision: read.revision,
        provisional: read.provisional,
        as_of,
        registry_version: read.registry_version,
        reason: read.reason,
        keeper: unit("keeper", &read.keeper)?,
        absent,
        own,
        below,
        members,
        missing,
        expected: read.expected,
        received: read.received,
        transfers_out: read_ids("transfers_out", &read.transfers_out)?,
        transfers_in: read_ids("transfers_in", &read.transfers_in)?,
        previous_revision: read_hash("previous_revision", &read.previous_revision)?,
        previous_atom: read_hash("previous_atom", &read.previous_atom)?,
        journal_head: read.journal_head,
        prepared_by: read.prepared_by,
        approved_by: read.approved_by,
        entered,
        explained,
        ahead,
    })
}

/// The one field that is read before the others, so that what a later release changes does not look like damage.
#[derive(Clone, PartialEq, prost::Message)]
struct Format {
    #[prost(uint32, tag = "1")]
    format: u32,
}

pub(super) fn bad(field: &'static str, message: impl Into<String>) -> DocumentError {
    DocumentError::malformed(field, message)
}

pub(super) fn not_a_summary(error: prost::DecodeError) -> DocumentError {
    bad("summary", error.to_string())
}

/// Whose figures and for when: the same fields in every format.
pub(super) fn identity(id: &str, start: &str, end: &str) -> Result<(UnitId, Atom), DocumentError> {
    let date = |field, text: &str| parse_date(text).ok_or_else(|| bad(field, "it is not a date such as 2018-02-01"));
    let atom = Atom { start: date("atom_start", start)?, end: date("atom_end", end)? };
    if atom.start >= atom.end {
        return Err(bad("atom_end", "it does not lie after atom_start"));
    }
    Ok((unit("unit", id)?, atom))
}

pub(super) fn unit(field: &'static str, text: &str) -> Result<UnitId, DocumentError> {
    limits::text(field, text, MAX_TEXT)?;
    UnitId::parse(text).map_err(|e| bad(field, e.to_string()))
}

/// What each value of a cell counts: a measure of the catalogue, or the name of one it does not have.
struct Columns(Vec<Result<Measure, String>>, u32);

impl Columns {
    fn new(names: Vec<String>, format: u32) -> Result<Columns, DocumentError> {
        let mut seen = BTreeSet::new();
        for name in &names {
            limits::text("measures", name, MAX_TEXT)?;
            if name.is_empty() || !seen.insert(name.as_str()) {
                return Err(bad("measures", format!("'{name}' is empty or stands there twice")));
            }
        }
        Ok(Columns(names.into_iter().map(|name| Measure::by_name(&name).ok_or(name)).collect(), format))
    }

    fn figures(&self, field: &'static str, values: &[i64]) -> Result<Figures, DocumentError> {
        if values.len() > self.0.len() {
            return Err(bad(field, "more values than measures"));
        }
        if values.last() == Some(&0) {
            return Err(bad(field, "trailing zeros are not left out"));
        }
        let mut figures = Figures::default();
        for (column, value) in self.0.iter().zip(values) {
            if value.unsigned_abs() > MAX_VALUE.unsigned_abs() {
                return Err(bad(field, format!("{value} is too large for a count")));
            }
            match column {
                Ok(measure) => figures[*measure] = *value,
                Err(_) if *value == 0 => {}
                Err(name) => {
                    return Err(DocumentError::Newer { format: self.1, measure: Some(name.clone()) });
                }
            }
        }
        Ok(figures)
    }
}

fn read_cells(field: &'static str, cells: Vec<pb::Cell>, columns: &Columns) -> Result<Cells, DocumentError> {
    if cells.len() > MAX_CELLS {
        return Err(bad(field, format!("more than {MAX_CELLS} cells")));
    }
    let mut read = Cells::new();
    let mut sum = Figures::default();
    for cell in cells {
        limits::text(field, &cell.agency, MAX_TEXT)?;
        limits::text(field, &cell.procedure, MAX_TEXT)?;
        let figures = columns.figures(field, &cell.values)?;
        for measure in Measure::ALL {
            sum[*measure] += figures[*measure].abs();
        }
        let key = CellKey { agency: cell.agency, procedure: cell.procedure };
        if read.last_key_value().is_some_and(|(last, _)| *last >= key) {
            return Err(bad(field, "cells are not sorted, or one stands there twice"));
        }
        read.insert(key, figures);
    }
    if Measure::ALL.iter().any(|m| sum[*m] > MAX_VALUE) {
        return Err(bad(field, "the sum is too large for a count"));
    }
    Ok(read)
}

fn read_members(members: Vec<pb::Member>, columns: &Columns) -> Result<Vec<Member>, DocumentError> {
    let mut read: Vec<Member> = Vec::with_capacity(members.len());
    let mut units = 0u64;
    for member in members {
        let id = unit("members", &member.unit)?;
        if read.last().is_some_and(|last| last.unit >= id) {
            return Err(bad("members", "members are not sorted, or one stands there twice"));
        }
        units += u64::from(member.expected.max(member.received));
        let document = read_hash("members", &member.document)?.map(|hash| (hash, member.revision));
        if document.is_none() && member.revision != 0 {
            return Err(bad("members", "a revision without a document"));
        }
        read.push(Member {
            unit: id,
            document,
            totals: columns.figures("members", &member.totals)?,
            expected: member.expected,
            received: member.received,
        });
    }
    if units > u64::from(MAX_UNITS) {
        return Err(bad("members", format!("more than {MAX_UNITS} units")));
    }
    Ok(read)
}

fn read_missing(missing: Vec<pb::Missing>) -> Result<Vec<Missing>, DocumentError> {
    let mut read: Vec<Missing> = Vec::with_capacity(missing.len());
    for entry in missing {
        let id = unit("missing", &entry.unit)?;
        limits::text("missing", &entry.reason, MAX_REASON)?;
        if read.last().is_some_and(|last| last.unit >= id) {
            return Err(bad("missing", "units are not sorted, or one stands there twice"));
        }
        read.push(Missing { unit: id, reason: entry.reason });
    }
    Ok(read)
}

fn read_ids(field: &'static str, ids: &[Vec<u8>]) -> Result<BTreeSet<EventId>, DocumentError> {
    let mut read = BTreeSet::new();
    for id in ids {
        let id =
            <[u8; 16]>::try_from(id.as_slice()).map(EventId).map_err(|_| bad(field, "an id does not have 16 bytes"))?;
        if read.last().is_some_and(|last| *last >= id) {
            return Err(bad(field, "ids are not sorted, or one stands there twice"));
        }
        read.insert(id);
    }
    Ok(read)
}

pub(super) fn read_hash(field: &'static str, bytes: &[u8]) -> Result<Option<Hash>, DocumentError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    <[u8; 32]>::try_from(bytes).map(|hash| Some(Hash(hash))).map_err(|_| bad(field, "a hash does not have 32 bytes"))
}
