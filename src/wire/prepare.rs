//! What waits for an approver, as the journal, the derived state and the protocol hold it.

use prost::Message;

use super::{
    error::WireError,
    pb::{store::v1 as store, v1 as pb},
    scalar::{date, instant_to_pb},
    store::{damaged, trimmed, unit_id},
};
use crate::{
    domain::{atoms::Atom, measure::Figures, summary::Hash, time::Timestamp},
    ledger::prepare::{Preparation, Prepared},
};

/// For the journal.
pub(super) fn preparation_to_pb(p: &Preparation) -> store::Preparation {
    let document = |d: &Prepared| store::PreparedDocument {
        unit: d.unit.to_string(),
        atom_start: d.atom.start.to_string(),
        atom_end: d.atom.end.to_string(),
        revision: d.revision,
        totals: trimmed(d.totals.values()),
        content: d.content.0.to_vec(),
    };
    store::Preparation {
        unit: p.unit.clone(),
        period: p.period.clone(),
        amends: p.amends,
        reason: p.reason.clone(),
        person: p.person.clone(),
        name: p.name.clone(),
        at: p.at.0,
        documents: p.documents.iter().map(document).collect(),
    }
}

/// From the journal.
pub(super) fn preparation_from_pb(pb: store::Preparation) -> Result<Preparation, WireError> {
    let document = |d: store::PreparedDocument| {
        let content = d.content.as_slice().try_into();
        Ok::<_, WireError>(Prepared {
            unit: unit_id("prepared.unit", &d.unit)?,
            atom: Atom {
                start: date(&d.atom_start, "prepared.atom_start")?,
                end: date(&d.atom_end, "prepared.atom_end")?,
            },
            revision: d.revision,
            totals: Figures::from_values(&d.totals).ok_or_else(|| damaged("prepared.totals", "too many measures"))?,
            content: Hash(content.map_err(|_| damaged("prepared.content", "a digest has 32 bytes"))?),
        })
    };
    Ok(Preparation {
        documents: pb.documents.into_iter().map(document).collect::<Result<_, _>>()?,
        unit: pb.unit,
        period: pb.period,
        amends: pb.amends,
        reason: pb.reason,
        person: pb.person,
        name: pb.name,
        at: Timestamp(pb.at),
    })
}

/// For the derived state.
pub fn encode_preparation(preparation: &Preparation) -> Vec<u8> {
    preparation_to_pb(preparation).encode_to_vec()
}

/// From the derived state.
pub fn decode_preparation(bytes: &[u8]) -> Result<Preparation, WireError> {
    preparation_from_pb(store::Preparation::decode(bytes).map_err(|e| damaged("preparation", &e.to_string()))?)
}

/// For whoever asks what waits.
pub fn prepared_row(p: &Preparation) -> pb::PreparedPeriod {
    let document = |d: &Prepared| pb::PreparedDocument {
        unit: d.unit.to_string(),
        atom_start: d.atom.start.to_string(),
        atom_end: d.atom.end.to_string(),
        revision: d.revision,
        content: d.content.0.to_vec(),
    };
    pb::PreparedPeriod {
        unit: p.unit.clone(),
        period: p.period.clone(),
        amends: p.amends,
        reason: p.reason.clone(),
        prepared_by: p.name.clone(),
        prepared_at: Some(instant_to_pb(p.at)),
        documents: p.documents.iter().map(document).collect(),
    }
}
