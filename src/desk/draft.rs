//! A row while it is read: what it gave so far, and what was left out of it.

use super::{
    choices::{Column, OnBadRow},
    left_out::{LeftOut, Reason, Weight},
    rows::RowResult,
};

/// Why a whole row, or one event of it, is left out.
pub(super) struct Skip(pub(super) Reason, pub(super) String);

/// An empty cell that has to be filled in.
pub(super) fn missing(column: Column) -> Skip {
    Skip(Reason::MissingCell, format!("column {} is empty", column.name()))
}

/// A row being read.
#[derive(Default)]
pub(super) struct Draft {
    row: u64,
    faults: bool,
    pub(super) dossier: String,
    pub(super) result: RowResult,
}

impl Draft {
    /// The row of that number, of which nothing is known yet.
    pub(super) fn new(row: u64) -> Draft {
        Draft { row, ..Draft::default() }
    }

    /// Notes what is left out; `kind` is empty for the whole row.
    pub(super) fn leave_out(&mut self, kind: &str, Skip(reason, detail): Skip) {
        self.faults |= reason.weight() == Weight::Fault;
        self.result.left_out.push(LeftOut {
            row: self.row,
            dossier: self.dossier.clone(),
            kind: kind.to_owned(),
            reason: reason.name().to_owned(),
            detail,
        });
    }

    /// What the row gives under that rule.
    pub(super) fn settle(mut self, rule: OnBadRow) -> RowResult {
        match rule {
            OnBadRow::Stop if self.faults => {
                self.result.events.clear();
                self.result.stop = true;
            }
            OnBadRow::LeaveOutRow if self.faults => {
                for event in std::mem::take(&mut self.result.events) {
                    let detail = "good in itself; another part of its row is not".to_owned();
                    self.leave_out(event.body.name(), Skip(Reason::RowLeftOut, detail));
                }
            }
            _ => {}
        }
        self.result
    }
}
