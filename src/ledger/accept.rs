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
    document::Incoming,
    domain::{
        atoms::Atom,
        summary::{Hash, Summary},
        time::Timestamp,
        units::UnitId,
    },
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

/// Decides a batch of documents (signatures are checked already) that `sender` hands over. One that only a later release can read is taken in
/// too, to be relayed: who may send and sign it, its time and its place in the chain of revisions are asked, its figures cannot be.
pub fn accept(state: &State, sender: &UnitId, batch: &[Incoming], now: Timestamp) -> Verdict {
    let mut coming: BTreeMap<(UnitId, NaiveDate), Held> = BTreeMap::new();
    let mut fresh = Vec::with_capacity(batch.len());
    let mut documents: Vec<Bytes> = Vec::new();
    let mut signers: BTreeMap<&UnitId, [u8; 32]> = BTreeMap::new();
    for (index, incoming) in batch.iter().enumerate() {
        // Without a roll a key is pinned by the first document, and the batch may hold more than one of them.
        let (keeper, signer) = (&incoming.header.keeper, incoming.header.signer);
        if state.trust.root.is_none() && *signers.entry(keeper).or_insert(signer) != signer {
            return Verdict::Refuse { index, refusal: Refusal::WrongKey(keeper.clone()) };
        }
        match admit(state, &coming, sender, incoming, now) {
            Ok(None) => fresh.push(false),
            Ok(Some(held)) => {
                coming.insert((incoming.header.unit.clone(), incoming.header.atom.start), held);
                documents.push(incoming.bytes.clone());
                fresh.push(true);
            }
            Err(refusal) => return Verdict::Refuse { index, refusal },
        }
    }
    if let Some((index, refusal)) = breaks_what_follows(state, sender, &coming, batch) {
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
fn standing(state: &State, sender: &UnitId, incoming: &Incoming) -> Result<(), Refusal> {
    let header = &incoming.header;
    let (unit, keeper, atom) = (&header.unit, &header.keeper, header.atom);
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
    if *unit != then && !tree.is_below(unit, &then, on) && *keeper != then {
        return Err(Refusal::NotBelowSender { unit: unit.clone(), sender: sender.clone() });
    }
    if keeper != unit && !tree.kept_by(keeper, on).contains(unit) {
        return Err(Refusal::WrongKeeper { unit: unit.clone(), keeper: keeper.clone() });
    }
    if let Some(refusal) = state.distrusts(keeper, &header.signer) {
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
    incoming: &Incoming,
    now: Timestamp,
) -> Result<Option<Held>, Refusal> {
    standing(state, sender, incoming)?;
    let header = &incoming.header;
    let (unit, atom) = (&header.unit, header.atom);
    if now < Timestamp::local_midnight(atom.end) {
        return Err(Refusal::NotOver { end: atom.end, now });
    }
    let find = |start: NaiveDate| coming.get(&(unit.clone(), start)).or_else(|| state.held(unit, start));
    if let Some(held) = find(atom.start) {
        if held.hash == header.hash {
            return Ok(None);
        }
        if held.revision == header.revision {
            return Err(Refusal::ConflictingRevision {
                unit: unit.clone(),
                atom: atom.to_string(),
                revision: header.revision,
            });
        }
        if held.revision > header.revision {
            return Err(Refusal::StaleRevision {
                unit: unit.clone(),
                atom: atom.to_string(),
                held: held.revision,
                revision: header.revision,
            });
        }
        // The next revision says what it replaces. If that is not what is held, its author has forgotten what it published.
        if held.revision + 1 == header.revision && header.previous_revision != Some(held.hash) {
            return Err(Refusal::ConflictingRevision {
                unit: unit.clone(),
                atom: atom.to_string(),
                revision: held.revision,
            });
        }
    }
    if let Ok(summary) = &incoming.summary {
        // Stock cannot be compared with that of a document nobody here can read.
        let before = find(state.registry.cuts.previous(atom).start);
        check(summary, before.filter(|held| !held.unread && hands_over(state, sender, unit, held.atom)))?;
        parts(state, coming, summary)?;
    }
    Ok(Some(Held::came(incoming, now)))
}

/// A member named by hash has the totals of that document, wherever the document is at hand.
fn parts(state: &State, coming: &Coming, summary: &Summary) -> Result<(), Refusal> {
    for member in &summary.members {
        let at = (member.unit.clone(), summary.atom.start);
        let held = coming.get(&at).or_else(|| state.held(&member.unit, summary.atom.start));
        let named: Option<Hash> = member.document.map(|(hash, _)| hash);
        if let Some(held) = held
            && named == Some(held.hash)
            && !held.unread
            && held.totals != member.totals
        {
            return Err(Refusal::PartsDiffer { unit: summary.unit.clone(), member: member.unit.clone() });
        }
    }
    Ok(())
}

/// Whether the documents of a unit for that time are for this sender to hand over. Those of a commune that has moved come by two ways, each
/// side of the day it moved by its own: an amendment across it arrives in two halves, of which neither continues the other until both are here.
fn hands_over(state: &State, sender: &UnitId, unit: &UnitId, atom: Atom) -> bool {
    let on = atom.last_day();
    let then = state.identity(&sender.code, on).unwrap_or_else(|| sender.clone());
    unit.code == then.code || state.registry.tree.is_below(unit, &then, on)
}

/// A new revision must not leave the atom after it, held already and not in the batch, with another opening.
fn breaks_what_follows(
    state: &State,
    sender: &UnitId,
    coming: &Coming,
    batch: &[Incoming],
) -> Option<(usize, Refusal)> {
    for ((unit, start), held) in coming {
        let next = state.registry.cuts.next(held.atom);
        let at = (unit.clone(), next.start);
        let after = coming.get(&at).or_else(|| state.held(unit, next.start));
        if let Some(after) = after
            && !after.unread
            && !held.unread
            && hands_over(state, sender, unit, next)
            && after.own_opening() != held.own_closing()
        {
            let index = batch.iter().position(|i| i.header.unit == *unit && i.header.atom.start == *start)?;
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
///
/// What this node itself published with a later release is not taken back, because nothing could be closed after it: the node has to be updated.
pub fn adopt(state: &State, batch: &[Incoming], now: Timestamp) -> Result<Option<Entry>, Refusal> {
    let mut documents = Vec::new();
    let mut own = false;
    for Incoming { header, summary, bytes } in batch {
        let on = header.atom.last_day();
        let kept = state.books.contains_key(&*header.unit.code);
        if !kept && !state.registry.tree.is_below(&header.unit, &state.own(on), on) {
            return Err(Refusal::NotThisUnit { unit: header.unit.to_string(), kept: state.code.clone() });
        }
        if let Some(refusal) = state.distrusts(&header.keeper, &header.signer) {
            return Err(refusal);
        }
        if kept && summary.is_err() {
            return Err(Refusal::NewerDocument { unit: header.unit.clone(), atom: header.atom.to_string() });
        }
        if state.held(&header.unit, header.atom.start).is_none_or(|held| held.hash != header.hash) {
            documents.push(bytes.clone());
            own |= kept;
        }
    }
    Ok((!documents.is_empty()).then(|| Entry {
        recorded_at: now.max(state.recorded_at),
        kind: EntryKind::Adopted { documents, epoch: state.epoch + u64::from(own) },
    }))
}

/// Checks a provisional document as far as it can be: who sends it, who signs it, and its own sums. It is never journalled.
pub fn provisional(
    state: &State,
    sender: &UnitId,
    incoming: &Incoming,
    summary: &Summary,
    now: Timestamp,
) -> Result<(), Refusal> {
    standing(state, sender, incoming)?;
    let (as_of, atom) = (summary.as_of, summary.atom);
    // The newest wins, so one from the future would stay for ever.
    let at = as_of.max(atom.starts_at());
    if at > now.plus_millis(AHEAD_MILLIS) {
        return Err(Refusal::InTheFuture { at, now });
    }
    check(summary, None)
}
