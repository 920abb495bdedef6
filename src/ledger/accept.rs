//! Documents from below: checked as a batch, accepted whole or not at all.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    close::check,
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::{Held, State},
};
use crate::{
    document::Opened,
    domain::{summary::Hash, time::Timestamp, units::UnitId},
};

/// How far the clock of a unit below may be ahead: beyond a day, closing by itself has stopped there.
const AHEAD_MILLIS: i64 = 24 * 3_600_000;

/// What becomes of a batch.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// To be written; whether each document is new or was held already.
    Accept {
        /// The new ones; `None` if all were held.
        entry: Option<Entry>,
        /// For each document, whether it is new.
        fresh: Vec<bool>,
    },
    /// Refused because of this document.
    Refuse {
        /// Its place in the batch.
        index: usize,
        /// Why.
        refusal: Refusal,
    },
}

/// Decides a batch of opened documents (signatures are checked already) that `sender` hands over.
pub fn accept(state: &State, sender: &UnitId, batch: &[Opened], now: Timestamp) -> Verdict {
    let mut coming: BTreeMap<(UnitId, NaiveDate), Held> = BTreeMap::new();
    let mut fresh = Vec::with_capacity(batch.len());
    let mut documents: Vec<Bytes> = Vec::new();
    let mut signers: BTreeMap<&UnitId, [u8; 32]> = BTreeMap::new();
    for (index, opened) in batch.iter().enumerate() {
        // Without a roll a key is pinned by the first document, and the batch may hold more than one of them.
        let keeper = &opened.summary.keeper;
        if state.trust.root.is_none() && *signers.entry(keeper).or_insert(opened.signer) != opened.signer {
            return Verdict::Refuse { index, refusal: Refusal::WrongKey(keeper.clone()) };
        }
        match admit(state, &coming, sender, opened, now) {
            Ok(None) => fresh.push(false),
            Ok(Some(held)) => {
                coming.insert((opened.summary.unit.clone(), opened.summary.atom.start), held);
                documents.push(opened.bytes.clone());
                fresh.push(true);
            }
            Err(refusal) => return Verdict::Refuse { index, refusal },
        }
    }
    if let Some((index, refusal)) = breaks_what_follows(state, &coming, batch) {
        return Verdict::Refuse { index, refusal };
    }
    let entry = (!documents.is_empty()).then(|| Entry {
        recorded_at: now.max(state.recorded_at),
        kind: EntryKind::Accepted { sender: sender.clone(), documents },
    });
    Verdict::Accept { entry, fresh }
}

type Coming = BTreeMap<(UnitId, NaiveDate), Held>;

/// Whether the sender may speak for the unit, the keeper may sign for it, and time is cut as it is here.
fn standing(state: &State, sender: &UnitId, opened: &Opened) -> Result<(), Refusal> {
    let summary = &opened.summary;
    let (unit, atom) = (&summary.unit, summary.atom);
    let on = atom.last_day();
    let tree = &state.registry.tree;
    if state.unit(unit).is_none() || !tree.in_force(unit, on) {
        return Err(Refusal::UnknownUnit { unit: unit.to_string(), on });
    }
    // The sender names itself as of today; at the document's own time its code may have been another unit's.
    let own = state.own(on);
    let then = state.identity(&sender.code, on).unwrap_or_else(|| sender.clone());
    if then == own || !tree.is_below(&then, &own, on) {
        return Err(Refusal::NotBelowUs { sender: sender.clone(), unit: own });
    }
    if *unit != then && !tree.is_below(unit, &then, on) && summary.keeper != then {
        return Err(Refusal::NotBelowSender { unit: unit.clone(), sender: sender.clone() });
    }
    if &summary.keeper != unit && !tree.kept_by(&summary.keeper, on).contains(unit) {
        return Err(Refusal::WrongKeeper { unit: unit.clone(), keeper: summary.keeper.clone() });
    }
    if let Some(refusal) = state.distrusts(&summary.keeper, &opened.signer) {
        return Err(refusal);
    }
    if state.registry.cuts.atom_of(atom.start) != atom {
        return Err(Refusal::UnknownAtom(atom.to_string()));
    }
    Ok(())
}

fn admit(
    state: &State,
    coming: &Coming,
    sender: &UnitId,
    opened: &Opened,
    now: Timestamp,
) -> Result<Option<Held>, Refusal> {
    standing(state, sender, opened)?;
    let summary = &opened.summary;
    let (unit, atom) = (&summary.unit, summary.atom);
    if now < Timestamp::local_midnight(atom.end) {
        return Err(Refusal::NotOver { end: atom.end, now });
    }
    let find = |start: NaiveDate| coming.get(&(unit.clone(), start)).or_else(|| state.held(unit, start));
    if let Some(held) = find(atom.start) {
        if held.hash == opened.hash {
            return Ok(None);
        }
        if held.revision == summary.revision {
            return Err(Refusal::ConflictingRevision {
                unit: unit.clone(),
                atom: atom.to_string(),
                revision: summary.revision,
            });
        }
        if held.revision > summary.revision {
            return Err(Refusal::StaleRevision {
                unit: unit.clone(),
                atom: atom.to_string(),
                held: held.revision,
                revision: summary.revision,
            });
        }
        // The next revision says what it replaces. If that is not what is held, its author has forgotten what it published.
        if held.revision + 1 == summary.revision && summary.previous_revision != Some(held.hash) {
            return Err(Refusal::ConflictingRevision {
                unit: unit.clone(),
                atom: atom.to_string(),
                revision: held.revision,
            });
        }
    }
    check(summary, find(state.registry.cuts.previous(atom).start))?;
    parts(state, coming, opened)?;
    Ok(Some(Held::of(summary, opened.hash, now)))
}

/// A member named by hash has the totals of that document, wherever the document is at hand.
fn parts(state: &State, coming: &Coming, opened: &Opened) -> Result<(), Refusal> {
    let summary = &opened.summary;
    for member in &summary.members {
        let at = (member.unit.clone(), summary.atom.start);
        let held = coming.get(&at).or_else(|| state.held(&member.unit, summary.atom.start));
        let named: Option<Hash> = member.document.map(|(hash, _)| hash);
        if let Some(held) = held
            && named == Some(held.hash)
            && held.totals != member.totals
        {
            return Err(Refusal::PartsDiffer { unit: summary.unit.clone(), member: member.unit.clone() });
        }
    }
    Ok(())
}

/// A new revision must not leave the atom after it, held already and not in the batch, with another opening.
fn breaks_what_follows(state: &State, coming: &Coming, batch: &[Opened]) -> Option<(usize, Refusal)> {
    for ((unit, start), held) in coming {
        let next = state.registry.cuts.next(held.atom);
        let at = (unit.clone(), next.start);
        let after = coming.get(&at).or_else(|| state.held(unit, next.start));
        if let Some(after) = after
            && after.own_opening() != held.own_closing()
        {
            let index = batch.iter().position(|o| o.summary.unit == *unit && o.summary.atom.start == *start)?;
            let refusal = Refusal::Discontinuous {
                unit: unit.to_string(),
                atom: next.to_string(),
                opening: after.own_opening(),
                closing: held.own_closing(),
            };
            return Some((index, refusal));
        }
    }
    None
}

/// A node that was restored from an old copy adopts from the parent what it had published, and what units below it had: that is what readers
/// were shown. Returns `None` if every one is held already.
pub fn adopt(state: &State, batch: &[Opened], now: Timestamp) -> Result<Option<Entry>, Refusal> {
    let mut documents = Vec::new();
    let mut own = false;
    for opened in batch {
        let summary = &opened.summary;
        let on = summary.atom.last_day();
        let kept = state.books.contains_key(&*summary.unit.code);
        if !kept && !state.registry.tree.is_below(&summary.unit, &state.own(on), on) {
            return Err(Refusal::NotThisUnit { unit: summary.unit.to_string(), kept: state.code.clone() });
        }
        if let Some(refusal) = state.distrusts(&summary.keeper, &opened.signer) {
            return Err(refusal);
        }
        if state.held(&summary.unit, summary.atom.start).is_none_or(|held| held.hash != opened.hash) {
            documents.push(opened.bytes.clone());
            own |= kept;
        }
    }
    Ok((!documents.is_empty()).then(|| Entry {
        recorded_at: now.max(state.recorded_at),
        kind: EntryKind::Adopted { documents, epoch: state.epoch + u64::from(own) },
    }))
}

/// Checks a provisional document as far as it can be: who sends it, who signs it, and its own sums. It is never journalled.
pub fn provisional(state: &State, sender: &UnitId, opened: &Opened, now: Timestamp) -> Result<(), Refusal> {
    standing(state, sender, opened)?;
    let (as_of, atom) = (opened.summary.as_of, opened.summary.atom);
    // The newest wins, so one from the future would stay for ever.
    let at = as_of.max(atom.starts_at());
    if at > now.plus_millis(AHEAD_MILLIS) {
        return Err(Refusal::InTheFuture { at, now });
    }
    check(&opened.summary, None)
}
