//! The books of one unit: flows and movements of stock by atom and cell. Stock at any moment is what moved before it.
//!
//! A unit whose dossiers are not booked has entered figures instead, up to a day; dossiers are booked from that day on, never before.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;
use imbl::OrdMap;

use super::entered::Wholes;
use crate::domain::{
    ahead::Ahead,
    atoms::{Atom, Cuts},
    contribution::{CellKey, Change, Posting, Stock},
    entered::Whole,
    event::EventId,
    measure::{Figures, Kind, Measure},
    summary::{Cells, Explained},
    time::Timestamp,
};

/// What moved in one cell in one atom.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct CellBook {
    /// Flows and memos; statements as differences. Stocks are always zero here.
    pub flows: Figures,
    /// Movements of pending stock by the instant it becomes overdue; never zero.
    pub pending: BTreeMap<Timestamp, i64>,
    /// Movement of the stock that awaits a supplement.
    pub awaiting: i64,
}

impl CellBook {
    fn is_empty(&self) -> bool {
        self.flows.is_zero() && self.pending.is_empty() && self.awaiting == 0
    }

    fn post(&mut self, change: Change) {
        match change {
            Change::Flow(measure, n) | Change::Statement(measure, n) => self.flows[measure] += n,
            Change::Stock(Stock::Awaiting, n) => self.awaiting += n,
            Change::Stock(Stock::Pending(overdue_from), n) => {
                let count = self.pending.entry(overdue_from).or_default();
                *count += n;
                if *count == 0 {
                    self.pending.remove(&overdue_from);
                }
            }
            Change::TransferOut(..) | Change::TransferIn(..) => {}
        }
    }
}

/// Which side of a transfer a unit is on.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Side {
    /// It handed over.
    Out,
    /// It took over.
    In,
}

/// The address of a cell in time: first day of the atom, `NaiveDate::MIN` for everything before the books began.
pub type At = (NaiveDate, CellKey);

/// The books of one unit. Cloning is cheap and the clone never changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Books {
    /// First local day; what happened before is history and counts only as the stock it left.
    pub from: NaiveDate,
    /// The day after the last closed one; `from` while nothing is closed.
    pub closed_through: NaiveDate,
    /// First day of the earliest closed atom that has changed since it was published.
    pub changed_from: Option<NaiveDate>,
    /// The days of documents that were adopted after a restore, the end exclusive. While it stands, no person has decided what becomes of a
    /// difference between them and the books.
    pub restored: Option<(NaiveDate, NaiveDate)>,
    /// Events that wait for a predecessor.
    pub held: i64,
    /// Events in conflict.
    pub conflicts: i64,
    /// Figures a person entered.
    pub entered: Wholes,
    /// What the unit says of its figures, by the end and the start of the period.
    pub explained: OrdMap<(NaiveDate, NaiveDate), Arc<Explained>>,
    cells: OrdMap<At, Arc<CellBook>>,
    transfers: OrdMap<(NaiveDate, Side, EventId), i64>,
}

impl Books {
    /// Empty books that begin on a day.
    pub fn new(from: NaiveDate) -> Books {
        Books {
            from,
            closed_through: from,
            changed_from: None,
            restored: None,
            held: 0,
            conflicts: 0,
            entered: Wholes::default(),
            explained: OrdMap::new(),
            cells: OrdMap::new(),
            transfers: OrdMap::new(),
        }
    }

    /// The first day of the atom a day is booked in.
    pub fn bucket(&self, on: NaiveDate, cuts: &Cuts) -> NaiveDate {
        if on < self.from { NaiveDate::MIN } else { cuts.atom_of(on).start.max(self.from) }
    }

    /// The first local day of which dossiers are booked.
    pub fn dossiers_from(&self) -> NaiveDate {
        self.entered.through().unwrap_or(self.from)
    }

    /// Whether figures for that time would have to be entered: others were, and no dossier is booked.
    pub fn awaits_figures(&self, atom: Atom) -> bool {
        !self.entered.is_empty()
            && !self.entered.covers(atom)
            && (self.is_before_entered(atom) || self.cells.is_empty())
    }

    /// Whether the atom lies before the first that figures were entered for: nobody states anything of it.
    pub fn is_before_entered(&self, atom: Atom) -> bool {
        self.entered.from().is_some_and(|from| atom.start < from)
    }

    /// Whether a change on that day touches something that is closed.
    pub fn is_closed(&self, on: NaiveDate) -> bool {
        // What happened before the books is theirs to begin with, and closed only with their first atom.
        self.from < self.closed_through && on < self.closed_through
    }

    /// Books a change and returns the cell it went to.
    pub fn post(&mut self, posting: &Posting, cuts: &Cuts) -> At {
        let bucket = self.bucket(posting.on, cuts);
        match posting.change {
            Change::TransferOut(id, n) => self.transfer(bucket, Side::Out, id, n),
            Change::TransferIn(id, n) => self.transfer(bucket, Side::In, id, n),
            _ => {}
        }
        if self.is_closed(posting.on) {
            self.changed(bucket);
        }
        let at = (bucket, posting.cell.clone());
        let book = self.cells.entry(at.clone()).or_default();
        Arc::make_mut(book).post(posting.change);
        if book.is_empty() {
            self.cells.remove(&at);
        }
        at
    }

    fn transfer(&mut self, bucket: NaiveDate, side: Side, id: EventId, n: i64) {
        let key = (bucket, side, id);
        let count = self.transfers.entry(key).or_default();
        *count += n;
        if *count == 0 {
            self.transfers.remove(&key);
        }
    }

    /// Notes that a closed atom is no longer as it was published.
    pub fn changed(&mut self, bucket: NaiveDate) {
        let bucket = bucket.max(self.from);
        self.changed_from = Some(self.changed_from.map_or(bucket, |c| c.min(bucket)));
    }

    /// A cell, if anything moved in it.
    pub fn cell(&self, at: &At) -> Option<&CellBook> {
        self.cells.get(at).map(|book| &**book)
    }

    /// Every cell in order.
    pub fn cells(&self) -> impl Iterator<Item = (&At, &CellBook)> {
        self.cells.iter().map(|(at, book)| (at, &**book))
    }

    /// How often a transfer is booked; never zero.
    pub fn transfer_count(&self, at: &(NaiveDate, Side, EventId)) -> Option<i64> {
        self.transfers.get(at).copied()
    }

    /// Every transfer in order.
    pub fn transfers(&self) -> impl Iterator<Item = (&(NaiveDate, Side, EventId), &i64)> {
        self.transfers.iter()
    }

    /// Puts a cell back as it was stored.
    pub fn restore_cell(&mut self, at: At, book: CellBook) {
        self.cells.insert(at, Arc::new(book));
    }

    /// Puts a transfer back as it was stored.
    pub fn restore_transfer(&mut self, key: (NaiveDate, Side, EventId), count: i64) {
        self.transfers.insert(key, count);
    }

    /// Empties the books but for their dates, to book everything again.
    pub fn cleared(&self) -> Books {
        Books { cells: OrdMap::new(), transfers: OrdMap::new(), held: 0, conflicts: 0, ..self.clone() }
    }

    /// The last day on which anything is booked, by atom: a new cut before it would split what cannot be split.
    pub fn last_bucket(&self) -> Option<NaiveDate> {
        let booked = self.cells.get_max().map(|((bucket, _), _)| *bucket);
        booked.max(self.entered.through().and_then(|through| through.pred_opt()))
    }

    /// The figures of an atom by cell, within and overdue told apart at `as_of`. Cells in which nothing happened and nothing lies are left
    /// out. Every cell balances and continues the atom before, because both stocks are read off the same movements.
    ///
    /// Where figures were entered it is those, and dossiers only leave stock; within and overdue are then as they were stated. Until more are entered the
    /// stock stands as the last left it, so that longer times balance.
    pub fn figures(&self, atom: Atom, as_of: Timestamp) -> Cells {
        if self.entered.reaches(atom) || self.awaits_figures(atom) {
            let figures = self.entered.figures(atom);
            return if figures.is_zero() { Cells::new() } else { Cells::from([(Whole::cell(), figures)]) };
        }
        let mut sweep: BTreeMap<&CellKey, Sweep> = BTreeMap::new();
        for ((bucket, key), book) in &self.cells {
            if *bucket >= atom.end {
                break;
            }
            let cell = sweep.entry(key).or_default();
            if *bucket >= atom.start {
                cell.enter(&book.flows);
            }
            cell.advance(book);
        }
        sweep
            .into_iter()
            .map(|(key, cell)| (key.clone(), cell.finish(as_of)))
            .filter(|(_, figures)| !figures.is_zero())
            .collect()
    }

    /// Open dossiers by due day, while the atom runs. `None` where figures were entered: a form tells no due dates.
    pub fn ahead(&self, atom: Atom, as_of: Timestamp) -> Option<Ahead> {
        if !atom.runs_at(as_of) || self.entered.reaches(atom) || self.awaits_figures(atom) {
            return None;
        }
        let mut pending: BTreeMap<Timestamp, i64> = BTreeMap::new();
        for (_, book) in self.cells.iter().take_while(|((bucket, _), _)| *bucket < atom.end) {
            for (overdue_from, n) in book.pending.range(as_of..) {
                *pending.entry(*overdue_from).or_default() += n;
            }
        }
        Some(Ahead::of(pending, as_of))
    }

    /// What the unit says of periods that end in an atom, by start and end.
    pub fn explained_in(&self, atom: Atom) -> Vec<Explained> {
        let ending = self.explained.values().filter(|e| e.end > atom.start && e.end <= atom.end);
        let mut explained: Vec<Explained> = ending.map(|e| (**e).clone()).collect();
        explained.sort_by_key(|e| (e.start, e.end));
        explained
    }

    /// Transfers of an atom, by side.
    pub fn transfer_ids(&self, atom: Atom, side: Side) -> BTreeSet<EventId> {
        self.transfers
            .iter()
            .filter(|((bucket, s, _), n)| *bucket >= atom.start && *bucket < atom.end && *s == side && **n > 0)
            .map(|((_, _, id), _)| *id)
            .collect()
    }
}

/// One cell while its movements are added up.
#[derive(Default)]
struct Sweep {
    opening: Option<i64>,
    flows: Figures,
    pending: BTreeMap<Timestamp, i64>,
    awaiting: i64,
    statements: Figures,
}

impl Sweep {
    fn stock(&self) -> i64 {
        self.pending.values().sum::<i64>() + self.awaiting
    }

    /// The atom begins (more than one bucket lies in it if a cut was added later): what lies here now was carried over.
    fn enter(&mut self, flows: &Figures) {
        if self.opening.is_none() {
            self.opening = Some(self.stock());
        }
        self.flows += flows;
    }

    fn advance(&mut self, book: &CellBook) {
        for (overdue_from, n) in &book.pending {
            let count = self.pending.entry(*overdue_from).or_default();
            *count += n;
            if *count == 0 {
                self.pending.remove(overdue_from);
            }
        }
        self.awaiting += book.awaiting;
        self.statements += &book.flows;
    }

    fn finish(self, as_of: Timestamp) -> Figures {
        let stock = self.stock();
        let mut figures = self.flows;
        for measure in Measure::ALL {
            if measure.kind() == Kind::Statement {
                figures[*measure] = self.statements[*measure];
            }
        }
        let overdue: i64 = self.pending.range(..=as_of).map(|(_, n)| n).sum();
        figures[Measure::CarriedOver] = self.opening.unwrap_or(stock);
        figures[Measure::PendingOverdue] = overdue;
        figures[Measure::PendingWithinDeadline] = stock - self.awaiting - overdue;
        figures[Measure::AwaitingSupplement] = self.awaiting;
        figures
    }
}
