//! What proves the figures of a unit: its documents, all they name by hash, and the keys to judge them by.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{Node, NodeError};
use crate::{
    document::{self, Head, MAX_BUNDLE, MAX_DOCUMENTS},
    domain::{periods::Period, registry::PartKind, summary::Hash, units::UnitId},
    store::keys,
    wire::store::decode_document,
};

/// A bundle that can be written: its beginning, and where its documents lie.
#[derive(Clone, Debug)]
pub struct Export {
    /// The file up to the first document.
    pub head: Vec<u8>,
    /// Its documents, in the order of the file.
    pub places: Vec<Place>,
}

/// Where a document lies.
#[derive(Clone, Debug)]
pub struct Place {
    unit: UnitId,
    start: NaiveDate,
    revision: u32,
    hash: Hash,
}

impl Node {
    /// Finds everything that is named from the unit's newest documents of the period down. What is named may be an older revision than the
    /// newest held: all are kept. What is named and not held is left out, and the verifier tells of it.
    ///
    /// # Errors
    /// [`NodeError::NoFigures`] if no atom of the period is published, [`NodeError::Period`], [`NodeError::Invalid`] for more than a bundle
    /// may have.
    pub fn bundle(&self, unit: &UnitId, period: &Period) -> Result<Export, NodeError> {
        let snapshot = self.snapshot();
        let state = &snapshot.state;
        let atoms = period.atoms(&state.registry.cuts)?;
        let mut found: BTreeMap<Hash, Place> = BTreeMap::new();
        let mut bytes = 0;
        let held = atoms.iter().filter_map(|atom| state.held(unit, atom.start));
        let place = |held: &crate::ledger::state::Held| Place {
            unit: unit.clone(),
            start: held.atom.start,
            revision: held.revision,
            hash: held.hash,
        };
        let mut named: Vec<Place> = held.map(place).collect();
        while let Some(place) = named.pop() {
            if found.contains_key(&place.hash) {
                continue;
            }
            let Some(envelope) = self.named(&place)? else { continue };
            bytes += envelope.len();
            if found.len() == MAX_DOCUMENTS || bytes > MAX_BUNDLE / 2 {
                let message = format!("{period} has more documents than one bundle holds: ask for a shorter period");
                return Err(NodeError::Invalid(message));
            }
            // One that only a later release can read goes with what else is held; what it names is for that release to find.
            let members = match document::restore(&envelope)?.summary {
                Ok(summary) => summary.members,
                Err(_) => Vec::new(),
            };
            for member in members {
                let Some((hash, revision)) = member.document else { continue };
                named.push(Place { unit: member.unit, start: place.start, revision, hash });
            }
            found.insert(place.hash, place);
        }
        let (Some(first), Some(last), false) = (atoms.first(), atoms.last(), found.is_empty()) else {
            return Err(NodeError::NoFigures { unit: unit.clone(), atom: period.id.clone() });
        };
        let parts = [PartKind::Tree, PartKind::Cuts, PartKind::Roll];
        let head = document::head(&Head {
            unit: unit.clone(),
            period: period.id.clone(),
            first_atom: first.start,
            last_atom: last.start,
            root: state.trust.root,
            parts: parts.iter().filter_map(|kind| state.parts.get(kind).cloned()).collect(),
        });
        Ok(Export { head, places: found.into_values().collect() })
    }

    /// A document as it stands in the file.
    pub fn bundle_document(&self, place: &Place) -> Result<Vec<u8>, NodeError> {
        let gone = || NodeError::State(format!("revision {} of {} has changed meanwhile", place.revision, place.unit));
        Ok(document::document_field(&self.named(place)?.ok_or_else(gone)?))
    }

    /// The document of that name, if it is held.
    fn named(&self, place: &Place) -> Result<Option<Bytes>, NodeError> {
        let value = self.writer.view().get(&keys::document(&place.unit, place.start, place.revision))?;
        let Some(value) = value else { return Ok(None) };
        let (envelope, _) = decode_document(&value).map_err(|e| NodeError::State(e.to_string()))?;
        Ok(Some(envelope).filter(|envelope| document::hash(envelope) == place.hash))
    }
}
