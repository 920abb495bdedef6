//! The figures of a unit for an atom as they would be published now. Closing seals a draft; a report of an open period shows one.

use std::collections::BTreeSet;

use super::{
    books::{Books, Side},
    state::{Held, State},
};
use crate::domain::{
    ahead::Ahead,
    atoms::Atom,
    event::EventId,
    measure::Figures,
    summary::{Cells, Entered, Member, Missing, Summary},
    time::Timestamp,
    units::UnitId,
};

/// Why a unit's figures are not in a parent's: nothing came for that atom.
pub const NOT_RECEIVED: &str = "NOT_RECEIVED";
/// Something came, and only a later release can read it.
pub const NEWER_DOCUMENT: &str = "NEWER_DOCUMENT";
/// Nobody has entered the figures of a unit whose dossiers are not booked.
pub const NOT_ENTERED: &str = "NOT_ENTERED";
/// The unit's books are kept where its parent's are, and nobody has closed the atom there.
pub const NOT_CLOSED: &str = "NOT_CLOSED";
/// The unit's books begin later.
pub const BOOKS_BEGIN_LATER: &str = "BOOKS_BEGIN_LATER";

/// Documents of open periods that units below have sent: cached, never journalled.
pub type Provisional<'a> = &'a dyn Fn(&UnitId) -> Option<Open<'a>>;

/// One of them: as the index would remember it, the subtree's cells, and what lies ahead of it.
pub type Open<'a> = (&'a Held, &'a Cells, Option<&'a Ahead>);

/// Drafts a summary for a unit whose books are kept here. `provisional` supplies what units below have sent for an atom they have not closed;
/// with it the draft is provisional itself.
pub fn draft(
    state: &State,
    id: &UnitId,
    atom: Atom,
    as_of: Timestamp,
    provisional: Option<Provisional<'_>>,
) -> Summary {
    let on = atom.last_day();
    let tree = &state.registry.tree;
    let books = state.books.get(&*id.code);
    let mut below = state.below_cells(id, atom.start);
    let mut members = Vec::new();
    let mut missing = Vec::new();
    let mut entered = Vec::new();
    let mut ids = Transfers::of(books, atom);
    let mut received = 0;
    let own_ahead = provisional.and(books).filter(|b| b.from <= atom.start).and_then(|b| b.ahead(atom, as_of));
    let mut ahead = own_ahead.map(|own| Ahead { units: u32::from(state.reports(id, on)), ..own });
    for child in tree.children(id, on) {
        let expected = state.expected(&child, on);
        let open = provisional.and_then(|find| find(&child));
        let held = state.held(&child, atom.start).or_else(|| {
            let (held, cells, theirs) = open?;
            for (key, figures) in cells {
                *below.entry(key.clone()).or_default() += &figures.for_parent();
            }
            // What a unit below said while the atom ran lies behind it once it has ended.
            if let Some(theirs) = theirs.filter(|_| atom.runs_at(as_of)) {
                let units = theirs.units.min(held.received);
                ahead.get_or_insert_default().add(&Ahead { units, ..theirs.clone() });
            }
            Some(held)
        });
        match held {
            Some(held) if !held.unread => {
                let member = Member {
                    document: Some((held.hash, held.revision)),
                    totals: held.totals,
                    expected,
                    received: held.received.min(expected),
                    unit: child,
                };
                received += member.received;
                missing.extend(held.missing.iter().cloned());
                entered.extend(held.entered.iter().cloned());
                ids.add(held);
                members.push(member);
            }
            other => {
                let kept = state.books.get(&*child.code).filter(|_| state.keeps(&child, on));
                let reason = match kept {
                    _ if other.is_some() => NEWER_DOCUMENT,
                    None => NOT_RECEIVED,
                    Some(books) if books.awaits_figures(atom) => NOT_ENTERED,
                    Some(_) => NOT_CLOSED,
                };
                missing.extend(
                    tree.subtree(&child, on)
                        .into_iter()
                        .filter(|u| tree.reports(u, on))
                        .map(|unit| Missing { unit, reason: reason.into() }),
                );
                members.push(Member { unit: child, document: None, totals: Figures::default(), expected, received: 0 });
            }
        }
    }
    if state.reports(id, on) {
        let why = match books.filter(|b| b.from <= atom.start) {
            Some(books) if books.awaits_figures(atom) => Some(NOT_ENTERED),
            Some(_) => None,
            None => Some(BOOKS_BEGIN_LATER),
        };
        match why {
            Some(reason) => missing.push(Missing { unit: id.clone(), reason: reason.into() }),
            None => received += 1,
        }
    }
    if let Some(books) = books {
        entered.extend(books.entered.within(atom.start, atom.end).map(|whole| Entered {
            unit: id.clone(),
            start: whole.start,
            end: whole.end,
            by: whole.by.clone(),
        }));
    }
    entered.sort();
    entered.dedup_by(|a, b| a.unit == b.unit && a.start == b.start);
    missing.sort();
    missing.dedup_by(|a, b| a.unit == b.unit);
    ids.strike_pairs();
    Summary {
        unit: id.clone(),
        atom,
        revision: 0,
        provisional: provisional.is_some(),
        as_of,
        registry_version: state.registry.version,
        reason: String::new(),
        keeper: keeper(state, id, atom),
        absent: Vec::new(),
        own: books.map(|b| b.figures(atom, as_of)).unwrap_or_default(),
        below,
        members,
        missing,
        expected: state.expected(id, on),
        received,
        transfers_out: ids.out,
        transfers_in: ids.into,
        previous_revision: None,
        previous_atom: None,
        journal_head: Vec::new(),
        prepared_by: String::new(),
        approved_by: String::new(),
        entered,
        explained: books.map(|b| b.explained_in(atom)).unwrap_or_default(),
        ahead,
    }
}

/// The unit whose node keeps the books and signs: the node's own.
fn keeper(state: &State, id: &UnitId, atom: Atom) -> UnitId {
    if *id.code == *state.code { id.clone() } else { state.own(atom.last_day()) }
}

/// Transfers whose other side is not in the subtree. The first common ancestor strikes the pair.
struct Transfers {
    out: BTreeSet<EventId>,
    into: BTreeSet<EventId>,
}

impl Transfers {
    fn of(books: Option<&Books>, atom: Atom) -> Transfers {
        let side = |side| books.map(|b| b.transfer_ids(atom, side)).unwrap_or_default();
        Transfers { out: side(Side::Out), into: side(Side::In) }
    }

    fn add(&mut self, held: &Held) {
        self.out.extend(held.transfers_out.iter());
        self.into.extend(held.transfers_in.iter());
    }

    fn strike_pairs(&mut self) {
        let pairs: Vec<EventId> = self.out.intersection(&self.into).copied().collect();
        for id in pairs {
            self.out.remove(&id);
            self.into.remove(&id);
        }
    }
}

/// Puts units, each known on a day of its own, into the order in which they close: those below before those above, so that a parent's draft finds
/// its members' documents.
pub fn bottom_up(state: &State, units: &mut [(UnitId, chrono::NaiveDate)]) {
    let tree = &state.registry.tree;
    let depth = |id: &UnitId, on| std::iter::successors(tree.parent(id, on), |up| tree.parent(up, on)).count();
    units.sort_by_cached_key(|(id, on)| (std::cmp::Reverse(depth(id, *on)), id.clone()));
}
