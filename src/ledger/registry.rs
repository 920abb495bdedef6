//! The registry changes at the top of the tree and flows down.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::State,
};
use crate::domain::{atoms::Cuts, registry::Part, time::Timestamp};

/// Imports a part at the top. `None` if it is what the node has already.
pub fn import(state: &State, part: Part, has_parent: bool, now: Timestamp) -> Result<Option<Entry>, Refusal> {
    if has_parent {
        return Err(Refusal::NotTheTop);
    }
    if state.registry.part(part.kind()).is_some_and(|(current, _)| current == part) {
        return Ok(None);
    }
    if let Part::Cuts(cuts) = &part {
        refuse_split(state, cuts)?;
    }
    // Seconds since 1970 where they are ahead: a top restored from an old copy must not give an old number to a new part, because those below
    // that have the number would never ask for it.
    let moment = u64::try_from(now.0 / 1000).unwrap_or_default();
    let version = moment.max(state.registry.version + 1);
    Ok(Some(entry(state, vec![(part, version)], version, now)))
}

/// Takes over what the parent has. `None` if there is nothing newer in it.
pub fn follow(state: &State, mut parts: Vec<(Part, u64)>, now: Timestamp) -> Option<Entry> {
    parts.retain(|(part, version)| state.registry.versions.get(&part.kind()).is_none_or(|have| have < version));
    let version = parts.iter().map(|(_, v)| *v).chain([state.registry.version]).max()?;
    (!parts.is_empty()).then(|| entry(state, parts, version, now))
}

fn entry(state: &State, parts: Vec<(Part, u64)>, version: u64, now: Timestamp) -> Entry {
    Entry { recorded_at: now.max(state.recorded_at), kind: EntryKind::RegistryChanged { parts, version } }
}

/// A cut that comes or goes inside an atom in which something is booked would move figures between closed documents.
fn refuse_split(state: &State, cuts: &Cuts) -> Result<(), Refusal> {
    let old: BTreeSet<NaiveDate> = state.registry.cuts.extra().collect();
    let new: BTreeSet<NaiveDate> = cuts.extra().collect();
    for cut in old.symmetric_difference(&new) {
        let plain = Cuts::default().atom_of(*cut);
        let inside = |day: NaiveDate| day >= plain.start && day < plain.end;
        let booked = state.books.values().any(|b| b.cells().any(|((bucket, _), _)| inside(*bucket)));
        let held = state.shelves.values().any(|s| s.keys().any(|start| inside(*start)));
        if *cut != plain.start && (booked || held) {
            return Err(Refusal::CutTooLate { cut: *cut, atom: plain.to_string() });
        }
    }
    Ok(())
}
