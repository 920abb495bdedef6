//! The registry changes at the top of the tree and flows down.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    books::Books,
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::State,
};
use crate::{
    document::{SealedPart, Sealer, seal_part},
    domain::{
        atoms::Cuts,
        registry::{Part, PartKind},
        roll::Roll,
        time::Timestamp,
    },
};

/// Imports a part at the top. `None` if it is what the node has already.
pub fn import(
    state: &State,
    part: Part,
    has_parent: bool,
    sealer: &dyn Sealer,
    now: Timestamp,
) -> Result<Option<Entry>, Refusal> {
    if has_parent {
        return Err(Refusal::NotTheTop);
    }
    if matches!(part, Part::Roll(_)) {
        return Err(Refusal::RollByEnrolment);
    }
    if state.registry.part(part.kind()).is_some_and(|(current, _)| current == part) {
        return Ok(None);
    }
    if let Part::Cuts(cuts) = &part {
        refuse_split(state, cuts)?;
    }
    Ok(Some(sealed(state, part, sealer, now)))
}

/// The roll changes at the top, by enrolment and bans.
pub fn enter(state: &State, roll: Roll, sealer: &dyn Sealer, now: Timestamp) -> Entry {
    sealed(state, Part::Roll(roll), sealer, now)
}

/// Every part anew under another key, after the old one was lost.
pub fn reseal(state: &State, sealer: &dyn Sealer, now: Timestamp) -> Entry {
    let version = next_version(state, now);
    let parts = PartKind::ALL.into_iter().filter_map(|kind| state.registry.part(kind));
    let parts = parts.map(|(part, _)| seal_part(part, version, sealer)).collect();
    entry(state, parts, version, now)
}

fn sealed(state: &State, part: Part, sealer: &dyn Sealer, now: Timestamp) -> Entry {
    let version = next_version(state, now);
    entry(state, vec![seal_part(part, version, sealer)], version, now)
}

fn next_version(state: &State, now: Timestamp) -> u64 {
    // Seconds since 1970 where they are ahead: a top restored from an old copy must not give an old number to a new part, because those below
    // that have the number would never ask for it.
    let moment = u64::try_from(now.0 / 1000).unwrap_or_default();
    moment.max(state.registry.version + 1)
}

/// Takes over what the parent has. `None` if there is nothing newer in it. Signatures are checked; where the top's key is known they must be
/// its own.
pub fn follow(state: &State, mut parts: Vec<SealedPart>, now: Timestamp) -> Result<Option<Entry>, Refusal> {
    if let Some(root) = state.trust.root
        && parts.iter().any(|part| part.signer != root)
    {
        return Err(Refusal::AlteredRegistry);
    }
    parts.retain(|new| state.registry.versions.get(&new.part.kind()).is_none_or(|have| *have < new.version));
    let version = parts.iter().map(|part| part.version).chain([state.registry.version]).max().unwrap_or_default();
    Ok((!parts.is_empty()).then(|| entry(state, parts, version, now)))
}

fn entry(state: &State, parts: Vec<SealedPart>, version: u64, now: Timestamp) -> Entry {
    Entry { recorded_at: now.max(state.recorded_at), kind: EntryKind::RegistryChanged { parts, version } }
}

/// A cut that comes or goes inside an atom in which something is booked would move figures between closed documents.
fn refuse_split(state: &State, cuts: &Cuts) -> Result<(), Refusal> {
    let old: BTreeSet<NaiveDate> = state.registry.cuts.extra().collect();
    let new: BTreeSet<NaiveDate> = cuts.extra().collect();
    for cut in old.symmetric_difference(&new) {
        let plain = Cuts::default().atom_of(*cut);
        let inside = |day: NaiveDate| day >= plain.start && day < plain.end;
        let entered = |b: &Books| b.entered.within(plain.start, plain.end).next().is_some();
        let booked = state.books.values().any(|b| entered(b) || b.cells().any(|((bucket, _), _)| inside(*bucket)));
        let held = state.shelves.values().any(|s| s.keys().any(|start| inside(*start)));
        if *cut != plain.start && (booked || held) {
            return Err(Refusal::CutTooLate { cut: *cut, atom: plain.to_string() });
        }
    }
    Ok(())
}
