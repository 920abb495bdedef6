//! The dossiers a batch touches: loaded once, changed in memory, written down with their indexes at the end.

use std::collections::HashMap;

use super::{keys, layer::Layer, map::MapError};
use crate::{
    domain::{
        event::EventId,
        fold::{Folded, fold},
        record::Record,
        time::Timestamp,
    },
    ledger::record::{Subject, problems},
    wire::store::{decode_record, encode_record},
};

/// A dossier that was loaded.
#[derive(Clone)]
struct Loaded {
    record: Record,
    /// As the indexes on disk have it.
    indexed: Indexed,
    changed: bool,
}

/// What the indexes say of a dossier.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Indexed {
    open: Option<Timestamp>,
    problem: bool,
}

impl Indexed {
    fn of(folded: &Folded) -> Indexed {
        let open = folded.state.is_open().then(|| folded.due.map_or(Timestamp::MAX, |due| due.overdue_from()));
        Indexed { open, problem: problems(folded) != (0, 0) }
    }
}

/// The dossiers of one batch.
#[derive(Clone, Default)]
pub struct Loads {
    dossiers: HashMap<(String, Subject), Loaded>,
    ids: HashMap<EventId, (String, Subject)>,
}

impl Loads {
    /// The record of a dossier; an empty one if nothing is known of it.
    pub fn record(&mut self, layer: &Layer, code: &str, subject: &str) -> Result<&mut Record, MapError> {
        let key = (code.to_owned(), subject.to_owned());
        if !self.dossiers.contains_key(&key) {
            let record = load(layer, code, subject)?.unwrap_or_default();
            let indexed = Indexed::of(&fold(&record));
            self.dossiers.insert(key.clone(), Loaded { record, indexed, changed: false });
        }
        match self.dossiers.get_mut(&key) {
            Some(loaded) => Ok(&mut loaded.record),
            None => Err(MapError::Broken("a dossier went missing while it was loaded".into())),
        }
    }

    /// Where an event is filed, if it is known.
    pub fn filed(&self, layer: &Layer, id: EventId) -> Result<Option<(String, Subject)>, MapError> {
        if let Some(known) = self.ids.get(&id) {
            return Ok(Some(known.clone()));
        }
        let Some(bytes) = layer.get(&keys::event(id))? else { return Ok(None) };
        match keys::dossier_parts(&bytes) {
            Some((code, subject)) => Ok(Some((code.to_owned(), subject.to_owned()))),
            None => Err(MapError::Broken("the index of events cannot be read".into())),
        }
    }

    /// Notes that an event was applied to a dossier.
    pub fn changed(&mut self, code: &str, subject: &str, id: EventId) {
        let key = (code.to_owned(), subject.to_owned());
        if let Some(loaded) = self.dossiers.get_mut(&key) {
            loaded.changed = true;
        }
        self.ids.insert(id, key);
    }

    /// Writes everything that changed into the layer.
    pub fn write(self, layer: &mut Layer) {
        for (id, (code, subject)) in self.ids {
            layer.put(keys::event(id), keys::dossier(&code, &subject));
        }
        for ((code, subject), loaded) in self.dossiers {
            if !loaded.changed {
                continue;
            }
            layer.put(keys::dossier(&code, &subject), encode_record(&loaded.record));
            let now = Indexed::of(&fold(&loaded.record));
            let before = loaded.indexed;
            if before.open != now.open {
                if let Some(at) = before.open {
                    layer.delete(keys::open(&code, at, &subject));
                }
                if let Some(at) = now.open {
                    layer.put(keys::open(&code, at, &subject), Vec::new());
                }
            }
            match (before.problem, now.problem) {
                (false, true) => layer.put(keys::problem(&code, &subject), Vec::new()),
                (true, false) => layer.delete(keys::problem(&code, &subject)),
                _ => {}
            }
        }
    }
}

/// A dossier's record from the derived state.
fn load(layer: &Layer, code: &str, subject: &str) -> Result<Option<Record>, MapError> {
    layer.get(&keys::dossier(code, subject))?.map(|bytes| decode_record(&bytes).map_err(broken)).transpose()
}

/// A value of ours that cannot be read: the state is thrown away and made anew.
pub fn broken(error: impl std::fmt::Display) -> MapError {
    MapError::Broken(error.to_string())
}
