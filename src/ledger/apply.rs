//! Entries become state. Deterministic: replaying the journal gives the same state, byte for byte.

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    books::{At, Books, Side},
    close::{Load, load_cells},
    draft::NEWER_DOCUMENT,
    entry::{Entry, EntryKind},
    record::{changes, problems},
    state::{Held, State},
};
use crate::{
    document,
    domain::{
        contribution::Change,
        event::EventId,
        fold::{Folded, fold},
        record::{Record, Stored},
        registry::PartKind,
        review::Review,
        time::Timestamp,
        units::UnitId,
    },
};

/// What an event has changed, for those who write it down.
#[derive(Debug)]
pub struct Booked {
    /// The dossier before.
    pub before: Folded,
    /// The dossier now.
    pub after: Folded,
    /// Cells of its unit's books that changed.
    pub cells: Vec<At>,
    /// Transfers that changed.
    pub transfers: Vec<(NaiveDate, Side, EventId)>,
}

/// Applies a recorded event to its dossier and to the books.
pub fn apply_event(state: &mut State, entry: &Entry, record: &mut Record) -> Option<Booked> {
    let EntryKind::Recorded { event, promises } = &entry.kind else { return None };
    state.recorded_at = state.recorded_at.max(entry.recorded_at);
    let before = fold(record);
    record.insert(Stored { event: event.clone(), recorded_at: entry.recorded_at });
    record.promise(promises.iter().copied());
    let after = fold(record);
    record.keep_promises(&after.used);
    let registry = Arc::clone(&state.registry);
    let books = state.books.get_mut(&*event.unit.code)?;
    let mut booked = Booked { before, after, cells: Vec::new(), transfers: Vec::new() };
    book(books, &registry.cuts, &mut booked);
    Some(booked)
}

fn book(books: &mut Books, cuts: &crate::domain::atoms::Cuts, booked: &mut Booked) {
    for (posting, comes) in changes(&booked.before, &booked.after) {
        let mut posting = posting.clone();
        if !comes {
            posting.change = posting.change.inverse();
        }
        let at = books.post(&posting, cuts);
        match posting.change {
            Change::TransferOut(id, _) => booked.transfers.push((at.0, Side::Out, id)),
            Change::TransferIn(id, _) => booked.transfers.push((at.0, Side::In, id)),
            _ => booked.cells.push(at),
        }
    }
    let (held, conflicts) = problems(&booked.after);
    let (held_before, conflicts_before) = problems(&booked.before);
    books.held += held - held_before;
    books.conflicts += conflicts - conflicts_before;
}

/// Books a dossier into empty books, for rebuilding them.
pub fn rebook(state: &mut State, code: &str, record: &Record) {
    let registry = Arc::clone(&state.registry);
    if let Some(books) = state.books.get_mut(code) {
        let changed = books.changed_from;
        let before = fold(&Record::default());
        let mut booked = Booked { before, after: fold(record), cells: Vec::new(), transfers: Vec::new() };
        book(books, &registry.cuts, &mut booked);
        // What was booked before is no change.
        books.changed_from = changed;
    }
}

/// What anything but an event has changed, for those who write it down.
#[derive(Default, Debug)]
pub struct Changed {
    /// Documents that came onto a shelf.
    pub documents: Vec<(UnitId, NaiveDate, u32, Bytes)>,
    /// Revisions nobody but this node has seen, made after it had forgotten what it published, and given up again.
    pub gone: Vec<(UnitId, NaiveDate, u32)>,
    /// Parts of the registry that were replaced.
    pub parts: Vec<PartKind>,
    /// Keys seen for the first time.
    pub keys: Vec<UnitId>,
    /// What was said of reports.
    pub reviews: Vec<Review>,
    /// Preparations that came or went, by the unit's code.
    pub preparations: Vec<String>,
    /// Figures that were entered, by the unit's code and first day.
    pub entered: Vec<(String, NaiveDate)>,
    /// Explanations that came or went, by the unit's code, end and start.
    pub explained: Vec<(String, NaiveDate, NaiveDate)>,
    /// Tokens, requests, certificates or people.
    pub trust: bool,
    /// The tree has changed: sums below must be made anew from all documents.
    pub tree: bool,
    /// Time is cut differently: the books must be made anew from all dossiers.
    pub cuts: bool,
}

/// Applies any other entry. `load` gives documents that are held already.
pub fn apply(state: &mut State, entry: &Entry, load: Load<'_>) -> Changed {
    let mut changed = Changed::default();
    state.recorded_at = state.recorded_at.max(entry.recorded_at);
    match &entry.kind {
        EntryKind::Genesis { code, books_from, epoch, root } => {
            *state = State::new(code, *books_from, *epoch, entry.recorded_at);
            state.trust.root = *root;
            changed.trust = root.is_some();
        }
        EntryKind::Recorded { .. } => {}
        EntryKind::RegistryChanged { parts, version } => {
            let registry = Arc::make_mut(&mut state.registry);
            for sealed in parts {
                let kind = sealed.part.kind();
                registry.replace(sealed.part.clone(), sealed.version);
                state.parts.insert(kind, sealed.bytes.clone());
                changed.parts.push(kind);
                changed.tree |= kind == PartKind::Tree;
                changed.cuts |= kind == PartKind::Cuts;
            }
            registry.version = *version;
            if changed.tree {
                open_kept_books(state);
            }
        }
        EntryKind::Published { documents } => {
            for bytes in documents {
                shelve(state, bytes, entry.recorded_at, load, &mut changed, Whose::Published);
            }
            settle(state, &mut changed);
        }
        EntryKind::Accepted { documents, .. } => {
            for bytes in documents {
                shelve(state, bytes, entry.recorded_at, load, &mut changed, Whose::Others);
            }
        }
        EntryKind::Adopted { documents, epoch } => {
            state.epoch = *epoch;
            for bytes in documents {
                shelve(state, bytes, entry.recorded_at, load, &mut changed, Whose::Adopted);
            }
        }
        EntryKind::Restored { epoch, .. } => state.epoch = *epoch,
        EntryKind::Trust(change) => {
            state.trust.apply(change, entry.recorded_at);
            changed.trust = true;
        }
        EntryKind::Prepared(preparation) => {
            changed.preparations.push(preparation.unit.clone());
            state.preparations.insert(preparation.unit.clone(), preparation.clone());
        }
        EntryKind::Reviewed { reviews } => {
            for review in reviews {
                state.keep_review(review);
                changed.reviews.push(review.clone());
            }
        }
        EntryKind::FiguresEntered { unit, wholes } => {
            let Some(books) = state.books.get_mut(unit) else { return changed };
            for whole in wholes {
                books.entered.put(whole.clone());
                if books.is_closed(whole.start) {
                    books.changed(whole.start);
                }
                changed.entered.push((unit.clone(), whole.start));
            }
        }
        EntryKind::FiguresWithdrawn { unit, start } => {
            let Some(books) = state.books.get_mut(unit) else { return changed };
            books.entered.take_back(*start);
            changed.entered.push((unit.clone(), *start));
        }
        EntryKind::Explained { unit, explained } => {
            let Some(books) = state.books.get_mut(unit) else { return changed };
            let key = (explained.end, explained.start);
            if explained.causes.is_empty() && explained.note.is_empty() {
                books.explained.remove(&key);
            } else {
                books.explained.insert(key, Arc::new(explained.clone()));
            }
            changed.explained.push((unit.clone(), explained.end, explained.start));
        }
        EntryKind::Withdrawn { unit } => {
            state.preparations.remove(unit);
            changed.preparations.push(unit.clone());
        }
    }
    changed
}

/// A preparation of which a document has gone out has had its day.
fn settle(state: &mut State, changed: &mut Changed) {
    let gone =
        |(unit, start): (&UnitId, NaiveDate)| changed.documents.iter().any(|(u, s, ..)| u == unit && *s == start);
    let done = |p: &super::prepare::Preparation| p.documents.iter().any(|d| gone((&d.unit, d.atom.start)));
    let settled: Vec<String> =
        state.preparations.iter().filter(|(_, p)| done(p)).map(|(unit, _)| unit.clone()).collect();
    for unit in settled {
        state.preparations.remove(&unit);
        changed.preparations.push(unit);
    }
}

/// Units that the tree says this node keeps get books; what a unit has booked stays even if it is kept elsewhere later.
fn open_kept_books(state: &mut State) {
    let Some(own_books) = state.books.get(&state.code).cloned() else { return };
    let tree = &state.registry.tree;
    let days = [own_books.from, state.recorded_at.local_date()];
    let kept: Vec<String> = days
        .iter()
        .filter_map(|on| tree.resolve(&state.code, *on).map(|unit| (unit.id.clone(), *on)))
        .flat_map(|(own, on)| tree.kept_by(&own, on))
        .map(|unit| unit.code.to_string())
        .collect();
    for code in kept {
        if !state.books.contains_key(&code) {
            state.books.insert(code, Books::new(own_books.from));
        }
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Whose {
    Published,
    Others,
    Adopted,
}

fn shelve(state: &mut State, bytes: &Bytes, at: Timestamp, load: Load<'_>, changed: &mut Changed, whose: Whose) {
    // Only documents that were opened before they were journalled get here.
    let Ok(incoming) = document::restore(bytes) else { return };
    let header = &incoming.header;
    let (unit, atom) = (header.unit.clone(), header.atom);
    if !state.keys.contains_key(&header.keeper) {
        state.keys.insert(header.keeper.clone(), header.signer);
        changed.keys.push(header.keeper.clone());
    }
    let held = Held::came(&incoming, at);
    if whose == Whose::Adopted
        && let Some(last) = state.held(&unit, atom.start).map(|old| old.revision)
    {
        changed.gone.extend((header.revision + 1..=last).map(|revision| (unit.clone(), atom.start, revision)));
    }
    // The revision before may have come in this very entry, and is not where `load` looks yet.
    let documents = &changed.documents;
    let load = |unit: &UnitId, start: NaiveDate, revision: u32| {
        let here = documents.iter().find(|(u, s, r, _)| u == unit && *s == start && *r == revision);
        here.map(|(.., bytes)| bytes.clone()).or_else(|| load(unit, start, revision))
    };
    let parent = state.shelve(&unit, incoming.summary.as_ref().ok(), held, |old| load_cells(&load, &unit, old));
    // A parent that has closed this atom already has something to amend.
    if let Some(books) = parent.and_then(|code| state.books.get_mut(&code))
        && books.is_closed(atom.start)
    {
        books.changed(atom.start);
    }
    if whose != Whose::Others
        && let Some(books) = state.books.get_mut(&*unit.code)
    {
        books.closed_through = books.closed_through.max(atom.end);
        if whose == Whose::Published {
            // Publishing amends whatever had changed, in the same entry.
            books.changed_from = None;
            books.restored = None;
        } else {
            let (from, through) = books.restored.unwrap_or((atom.start, atom.end));
            books.restored = Some((from.min(atom.start), through.max(atom.end)));
            books.changed(atom.start);
        }
    }
    changed.documents.push((unit, atom.start, incoming.header.revision, incoming.bytes));
}

/// A cut that came after a unit had closed across it: what was published is of no atom any more, and goes out again with the next close.
pub fn recut(state: &mut State) {
    let State { books, shelves, registry, .. } = state;
    for (id, shelf) in &*shelves {
        let stale = shelf.values().find(|held| registry.cuts.atom_of(held.atom.start) != held.atom);
        if let Some(held) = stale
            && let Some(books) = books.get_mut(&*id.code)
            && books.is_closed(held.atom.start)
        {
            books.changed(held.atom.start);
        }
    }
}

/// Makes all sums below anew: of every newest document whose unit's parent is kept here.
pub fn resum(state: &mut State, load: Load<'_>) {
    state.below = imbl::OrdMap::new();
    for (unit, shelf) in state.shelves.clone() {
        for (start, held) in shelf {
            let Some(bytes) = load(&unit, start, held.revision) else { continue };
            if let Ok(incoming) = document::restore(&bytes) {
                state.shelve(&unit, incoming.summary.as_ref().ok(), held, |_| None);
            }
        }
    }
}

/// After a start with a later release: what came from below and could not be read until now can be read. A closed atom that names it as missing
/// has something to amend.
pub fn reread(state: &mut State) {
    let mut readable: Vec<(String, NaiveDate)> = Vec::new();
    for code in state.books.keys() {
        for (id, shelf) in state.shelves.iter().filter(|(id, _)| *id.code == **code) {
            let named = |held: &&Held| held.missing.iter().any(|m| m.reason == NEWER_DOCUMENT);
            let now = shelf.values().filter(named).filter(|held| can_be_read_now(state, id, held));
            readable.extend(now.map(|held| (code.clone(), held.atom.start)));
        }
    }
    for (code, start) in readable {
        if let Some(books) = state.books.get_mut(&code)
            && books.is_closed(start)
        {
            books.changed(start);
        }
    }
}

/// Whether a unit that a document names as unreadable has figures here now, by way of the unit directly below.
fn can_be_read_now(state: &State, id: &UnitId, published: &Held) -> bool {
    let (start, on) = (published.atom.start, published.atom.last_day());
    let tree = &state.registry.tree;
    let mut unread = published.missing.iter().filter(|m| m.reason == NEWER_DOCUMENT);
    unread.any(|missing| {
        let child =
            tree.children(id, on).into_iter().find(|c| *c == missing.unit || tree.is_below(&missing.unit, c, on));
        let held = child.and_then(|child| state.held(&child, start));
        held.is_some_and(|held| !held.unread && !held.missing.iter().any(|m| m.unit == missing.unit))
    })
}
