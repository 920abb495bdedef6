//! What one dossier adds to the figures: flows and movements of stock, dated. Stock itself is never written; it follows.

use chrono::NaiveDate;

use super::{
    event::{EventId, Reception},
    measure::Measure,
    time::Timestamp,
};

/// The procedure of dossiers that have none of the registry's.
pub const OTHER: &str = "other";

/// Where a figure stands inside a unit's book: the agency that resolves, and the procedure. Both empty for the unit as a whole.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CellKey {
    /// May be empty.
    pub agency: String,
    /// Code in the registry, or [`OTHER`].
    pub procedure: String,
}

impl CellKey {
    /// The cell a reception counts in.
    pub fn of(reception: &Reception) -> CellKey {
        let procedure = if reception.procedure.is_empty() { OTHER } else { &reception.procedure };
        CellKey { agency: reception.agency.clone(), procedure: procedure.to_owned() }
    }
}

/// Which stock an open dossier is in.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stock {
    /// Pending, and overdue from that instant on; `Timestamp::MAX` for never.
    Pending(Timestamp),
    /// Awaiting a supplement.
    Awaiting,
}

/// One change.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A flow or a memo.
    Flow(Measure, i64),
    /// A statement, as the difference to the one before.
    Statement(Measure, i64),
    /// Into a stock or out of it.
    Stock(Stock, i64),
    /// A transfer to another unit.
    TransferOut(EventId, i64),
    /// A transfer from another unit.
    TransferIn(EventId, i64),
}

impl Change {
    /// The change that undoes it.
    pub fn inverse(self) -> Change {
        match self {
            Change::Flow(m, n) => Change::Flow(m, -n),
            Change::Statement(m, n) => Change::Statement(m, -n),
            Change::Stock(s, n) => Change::Stock(s, -n),
            Change::TransferOut(id, n) => Change::TransferOut(id, -n),
            Change::TransferIn(id, n) => Change::TransferIn(id, -n),
        }
    }
}

/// A change, its cell and its local day. `NaiveDate::MIN` stands for what was open when the books began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posting {
    /// Where.
    pub cell: CellKey,
    /// When.
    pub on: NaiveDate,
    /// What.
    pub change: Change,
}

/// Everything one dossier adds. Bounded by its events, however long it stays open.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Contribution {
    /// In the order they happened.
    pub postings: Vec<Posting>,
}

impl Contribution {
    pub(super) fn flow(&mut self, cell: CellKey, on: NaiveDate, measure: Measure, n: i64) {
        self.postings.push(Posting { cell, on, change: Change::Flow(measure, n) });
    }

    pub(super) fn statement(&mut self, cell: CellKey, on: NaiveDate, measure: Measure, n: i64) {
        self.postings.push(Posting { cell, on, change: Change::Statement(measure, n) });
    }

    pub(super) fn stock(&mut self, cell: CellKey, on: NaiveDate, stock: Stock, n: i64) {
        self.postings.push(Posting { cell, on, change: Change::Stock(stock, n) });
    }

    pub(super) fn transfer_out(&mut self, on: NaiveDate, id: EventId) {
        self.postings.push(Posting { cell: CellKey::default(), on, change: Change::TransferOut(id, 1) });
    }

    pub(super) fn transfer_in(&mut self, on: NaiveDate, id: EventId) {
        self.postings.push(Posting { cell: CellKey::default(), on, change: Change::TransferIn(id, 1) });
    }
}
