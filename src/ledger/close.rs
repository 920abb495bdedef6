//! Closing and amending. Nothing that is closed changes silently: what has changed goes out as a new revision, with a reason, before anything
//! later is closed, and together with every later atom that it moves.

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    draft::{bottom_up, draft},
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::{Held, State},
};
use crate::{
    document::{self, Sealer},
    domain::{
        atoms::Atom,
        measure::Measure,
        periods::Period,
        summary::{Cells, Hash, Summary, total},
        time::Timestamp,
        units::UnitId,
    },
};

/// The reason of amendments nobody gave one for.
pub const LATE_CHANGES: &str = "late entries";

/// What a person or the timetable asks for.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Close everything up to the period's end.
    Close {
        /// Why earlier atoms are amended, if they are.
        reason: Option<String>,
    },
    /// Publish what has changed in the period and after.
    Amend {
        /// Why.
        reason: String,
    },
}

/// The persons who stand on a document by name; empty where nobody does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Signed {
    /// Drew it up.
    pub prepared_by: String,
    /// Approved it.
    pub approved_by: String,
}

/// What closing needs besides the state.
pub struct Desk<'a> {
    /// Signs for the node's own unit.
    pub sealer: &'a dyn Sealer,
    /// Head of the journal's chain.
    pub journal_head: Vec<u8>,
    /// The node has a parent, so a registry must have come before it can publish.
    pub has_parent: bool,
    /// One person prepares and another approves; nobody closes alone.
    pub two_persons: bool,
    /// Who stands on the documents.
    pub signed: Signed,
    /// The time.
    pub now: Timestamp,
    /// Loads documents.
    pub load: Load<'a>,
}

/// Loads a sealed document by unit, first day of its atom and revision.
pub type Load<'a> = &'a dyn Fn(&UnitId, NaiveDate, u32) -> Option<Bytes>;

/// The subtree's cells of a document that is held.
pub fn load_cells(load: Load<'_>, unit: &UnitId, held: &Held) -> Option<Cells> {
    let bytes = load(unit, held.atom.start, held.revision)?;
    document::reopen(&bytes).ok().map(|opened| opened.summary.subtree())
}

/// Closes or amends a period for one unit, or for all whose books are kept here (those below first). All or nothing; the entry holds every
/// document that goes out.
pub fn close(
    state: &State,
    desk: &Desk<'_>,
    code: Option<&str>,
    period: &Period,
    ask: &Ask,
) -> Result<Option<Entry>, Refusal> {
    if desk.two_persons {
        return Err(Refusal::TwoPersons);
    }
    Ok(published(state, desk, work_out(state, desk, code, period, ask)?))
}

/// The entry of documents that go out together; `None` if there are none.
pub(super) fn published(state: &State, desk: &Desk<'_>, documents: Vec<Bytes>) -> Option<Entry> {
    let recorded_at = desk.now.max(state.recorded_at);
    (!documents.is_empty()).then_some(Entry { recorded_at, kind: EntryKind::Published { documents } })
}

/// Every document that would go out, sealed, in order. Nothing has happened yet.
pub(super) fn work_out(
    state: &State,
    desk: &Desk<'_>,
    code: Option<&str>,
    period: &Period,
    ask: &Ask,
) -> Result<Vec<Bytes>, Refusal> {
    let mut work = Work { state: state.clone(), desk, documents: Vec::new() };
    if work.state.registry.tree.is_empty() && desk.has_parent {
        return Err(Refusal::NoRegistry(state.code.clone()));
    }
    let units = match code {
        Some(code) if !state.books.contains_key(code) => {
            let kept: Vec<&str> = state.books.keys().map(String::as_str).collect();
            return Err(Refusal::NotThisUnit { unit: code.into(), kept: kept.join(", ") });
        }
        Some(code) => {
            vec![last_in(state, code, period).ok_or_else(|| unknown(code, period))?]
        }
        None => {
            let mut units: Vec<_> = state.books.keys().filter_map(|code| last_in(state, code, period)).collect();
            bottom_up(state, &mut units);
            units
        }
    };
    if units.is_empty() {
        return Err(unknown(&state.code, period));
    }
    let mut waits = None;
    for (unit, on) in &units {
        let end = end_in(state, *on, period);
        let done = match ask {
            Ask::Close { reason } => work.close(unit, end, reason.as_deref()),
            Ask::Amend { reason } => work.amend(unit, Span { start: period.start, end }, reason),
        };
        match done {
            // The others do not wait for somebody to enter the figures of one, nor for one that is done already.
            Err(refusal @ Refusal::NotEntered { .. }) if code.is_none() => waits = Some(refusal),
            Err(refusal @ Refusal::AlreadyClosed { .. }) if code.is_none() => waits = waits.or(Some(refusal)),
            done => done?,
        }
    }
    match waits {
        Some(refusal) if work.documents.is_empty() => Err(refusal),
        _ => Ok(work.documents),
    }
}

fn unknown(code: &str, period: &Period) -> Refusal {
    Refusal::UnknownUnit { unit: code.to_owned(), on: period.end.pred_opt().unwrap_or(period.end) }
}

/// A unit by its code on the last day of a period, or of the last atom in it whose last day it still saw: a unit that ends inside a period closes what
/// it has of it.
fn last_in(state: &State, code: &str, period: &Period) -> Option<(UnitId, NaiveDate)> {
    let last = period.end.pred_opt()?;
    let from = state.books.get(code)?.closed_through.min(period.start);
    let cuts = &state.registry.cuts;
    let atoms = std::iter::successors(Some(cuts.atom_of(last)), |atom| Some(cuts.previous(*atom)));
    let days =
        std::iter::once(last).chain(atoms.map(Atom::last_day).take_while(|day| *day >= from).filter(|day| *day < last));
    days.into_iter().find_map(|on| Some((state.identity(code, on)?, on)))
}

/// The day before which a unit that was last seen on a day closes, when it closes a period.
fn end_in(state: &State, on: NaiveDate, period: &Period) -> NaiveDate {
    if on.succ_opt() == Some(period.end) { period.end } else { state.registry.cuts.atom_of(on).end }
}

/// Whether everything a unit has of a period is closed.
pub(super) fn is_closed(state: &State, code: &str, period: &Period) -> bool {
    let Some(books) = state.books.get(code) else { return false };
    let end = last_in(state, code, period).map_or(period.end, |(_, on)| end_in(state, on, period));
    end <= books.closed_through
}

/// The days a person asks to amend; the end exclusive.
#[derive(Copy, Clone)]
struct Span {
    start: NaiveDate,
    end: NaiveDate,
}

/// Whether what a unit says of its figures is reason enough for a revision.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Words {
    /// It goes along with figures that changed.
    Along,
    /// It is.
    Alone,
}

/// A state of its own, on which every document is shelved as soon as it is sealed.
struct Work<'a> {
    state: State,
    desk: &'a Desk<'a>,
    documents: Vec<Bytes>,
}

impl Work<'_> {
    fn close(&mut self, unit: &UnitId, end: NaiveDate, reason: Option<&str>) -> Result<(), Refusal> {
        let books = self.books(unit)?;
        let (from, through) = (books.from, books.closed_through);
        if end <= from {
            return Err(Refusal::BooksBeginLater { unit: unit.to_string(), from });
        }
        if end <= through {
            return Err(Refusal::AlreadyClosed { unit: unit.to_string(), through });
        }
        if self.desk.now < Timestamp::local_midnight(end) {
            return Err(Refusal::NotOver { end, now: self.desk.now });
        }
        let difference = self.state.unexplained(&unit.code);
        if difference != 0 {
            return Err(Refusal::Restored { unit: unit.to_string(), difference });
        }
        let open = self.atoms(through, end);
        if let Some(atom) = open.iter().find(|atom| books.awaits_figures(**atom) && !books.is_before_entered(**atom)) {
            return Err(Refusal::NotEntered { unit: unit.to_string(), from: atom.start });
        }
        self.amend_changed(unit, reason.unwrap_or(LATE_CHANGES))?;
        for atom in open {
            self.publish(unit, atom, reason.unwrap_or_default(), Words::Along)?;
        }
        Ok(())
    }

    fn amend(&mut self, unit: &UnitId, span: Span, reason: &str) -> Result<(), Refusal> {
        let end = span.end;
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        let books = self.books(unit)?;
        if end > books.closed_through {
            return Err(Refusal::NotClosed { unit: unit.to_string(), through: books.closed_through });
        }
        // Whatever changed before the period goes out with it: the chain of stocks has no gaps.
        self.amend_changed(unit, reason)?;
        for atom in self.atoms(span.start.max(books.from), end) {
            self.say_anew(unit, atom, reason)?;
        }
        Ok(())
    }

    /// Words alone go out when a person amends, and only then.
    fn say_anew(&mut self, unit: &UnitId, atom: Atom, reason: &str) -> Result<(), Refusal> {
        let Some(id) = self.state.identity(&unit.code, atom.last_day()) else { return Ok(()) };
        let says = document::words(&self.books(unit)?.explained_in(atom));
        match self.state.held(&id, atom.start) {
            Some(held) if !held.unread && held.words != says => self.publish(unit, atom, reason, Words::Alone),
            _ => Ok(()),
        }
    }

    fn amend_changed(&mut self, unit: &UnitId, reason: &str) -> Result<(), Refusal> {
        let books = self.books(unit)?;
        let Some(from) = books.changed_from else { return Ok(()) };
        for atom in self.atoms(from, books.closed_through) {
            self.publish(unit, atom, reason, Words::Along)?;
        }
        Ok(())
    }

    /// Seals a new revision, unless the one before states the same.
    fn publish(&mut self, unit: &UnitId, atom: Atom, reason: &str, words: Words) -> Result<(), Refusal> {
        if self.books(unit)?.is_before_entered(atom) {
            return Ok(());
        }
        let Some(id) = self.state.identity(&unit.code, atom.last_day()) else {
            // Born later, or ended before: then there is nobody to state anything, unless something is booked.
            if self.books(unit)?.figures(atom, Timestamp::local_midnight(atom.end)).is_empty() {
                return Ok(());
            }
            return Err(Refusal::UnknownUnit { unit: unit.to_string(), on: atom.last_day() });
        };
        let mut summary = draft(&self.state, &id, atom, Timestamp::local_midnight(atom.end), None);
        let before = self.state.held(&id, atom.start).cloned();
        let previous = self.previous(&id, atom);
        if let Some(unread) = [&before, &previous].into_iter().flatten().find(|held| held.unread) {
            return Err(Refusal::NewerDocument { unit: id, atom: unread.atom.to_string() });
        }
        if let Some(before) = &before {
            if before.content == document::content(&summary) && words == Words::Along {
                return Ok(());
            }
            summary.revision = before.revision;
            summary.previous_revision = Some(before.hash);
            reason.clone_into(&mut summary.reason);
        }
        summary.revision += 1;
        summary.previous_atom = previous.as_ref().map(|held| held.hash);
        summary.journal_head.clone_from(&self.desk.journal_head);
        summary.prepared_by.clone_from(&self.desk.signed.prepared_by);
        summary.approved_by.clone_from(&self.desk.signed.approved_by);
        check(&summary, previous.as_ref())?;
        let sealed = document::seal(&summary, self.desk.sealer);
        // Documents from below keep the limits each by itself; their sum may not, and nobody, this node included, would read what it signs.
        if let Err(error) = document::reopen(&sealed) {
            let message = match error {
                document::DocumentError::Malformed { field, message } => format!("{field}: {message}"),
                other => other.to_string(),
            };
            return Err(Refusal::BeyondLimits { unit: unit.to_string(), atom: atom.to_string(), message });
        }
        let hash: Hash = document::hash(&sealed);
        let held = Held::of(&summary, hash, self.desk.now);
        let parent = self.state.shelve(&id, Some(&summary), held, |old| load_cells(self.desk.load, &id, old));
        // As applying the entry will: a parent kept here that has closed this atom amends it in the same entry.
        if let Some(books) = parent.and_then(|code| self.state.books.get_mut(&code))
            && books.is_closed(atom.start)
        {
            books.changed(atom.start);
        }
        self.documents.push(sealed);
        Ok(())
    }

    fn previous(&self, id: &UnitId, atom: Atom) -> Option<Held> {
        self.state.held(id, self.state.registry.cuts.previous(atom).start).cloned()
    }

    fn books(&self, unit: &UnitId) -> Result<super::books::Books, Refusal> {
        self.state
            .books
            .get(&*unit.code)
            .cloned()
            .ok_or_else(|| Refusal::NotThisUnit { unit: unit.to_string(), kept: self.state.code.clone() })
    }

    fn atoms(&self, from: NaiveDate, to: NaiveDate) -> Vec<Atom> {
        let cuts = &self.state.registry.cuts;
        std::iter::successors(Some(cuts.atom_of(from)), |a| Some(cuts.next(*a))).take_while(|a| a.end <= to).collect()
    }
}

/// Both invariants of a unit's own figures, held as assertions that stay on: every cell balances, and the stock at the start is the stock at
/// the end of the atom before.
pub fn check(summary: &Summary, previous: Option<&Held>) -> Result<(), Refusal> {
    if let Some(fault) = summary.fault() {
        return Err(Refusal::Wrong { unit: summary.unit.to_string(), atom: summary.atom.to_string(), fault });
    }
    let opening = total(&summary.own)[Measure::CarriedOver];
    match previous {
        Some(previous) if previous.own_closing() != opening => Err(Refusal::Discontinuous {
            unit: summary.unit.to_string(),
            atom: summary.atom.to_string(),
            opening,
            closing: previous.own_closing(),
        }),
        _ => Ok(()),
    }
}
