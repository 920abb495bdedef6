//! The columns of form II.06 (circular 01/2020/TT-VPCP), and those beside it that have something to show.

use comfy_table::{Cell, CellAlignment};

use super::text::Phrases;
use crate::{
    domain::{
        measure::{Derived, Figures, Measure},
        percent::{NONE, share_for_print},
    },
    reports::Row,
};

/// What stands in a column.
#[derive(Copy, Clone)]
enum Value {
    /// A sum of measures.
    Sum(&'static [Measure]),
    /// A derived measure.
    Derived(Derived),
    /// Resolved early or on time, over resolved: "trước và đúng hạn", not to be confused with column 9.
    EarlyOrOnTime,
}

/// A heading and what stands below it.
pub(super) struct Column {
    /// May have several lines.
    pub heading: String,
    value: Value,
}

/// Columns 3 to 13, the share, and then whatever of the rest is not zero in some of the figures.
pub(super) fn columns<'a>(phrases: &Phrases, shown: impl Iterator<Item = &'a Figures> + Clone) -> Vec<Column> {
    use Measure::*;
    let form = [
        Value::Derived(Derived::ToHandleTotal),
        Value::Sum(&[ReceivedOnline]),
        Value::Sum(&[ReceivedDirect, ReceivedPostal]),
        Value::Sum(&[CarriedOver]),
        Value::Derived(Derived::ResolvedTotal),
        Value::Sum(&[ResolvedEarly]),
        Value::Sum(&[ResolvedOnTime]),
        Value::Sum(&[ResolvedLate]),
        Value::Derived(Derived::PendingTotal),
        Value::Sum(&[PendingWithinDeadline]),
        Value::Sum(&[PendingOverdue]),
    ];
    let numbered = (3..).zip(phrases.form).zip(form);
    let mut columns: Vec<Column> =
        numbered.map(|((n, heading), value)| Column { heading: format!("{heading}\n({n})"), value }).collect();
    columns.push(Column { heading: phrases.early_or_on_time.to_owned(), value: Value::EarlyOrOnTime });
    const BESIDE: [(Measure, &[Measure]); 6] = [
        (Returned, &[Returned]),
        (Withdrawn, &[Withdrawn]),
        (Stopped, &[Stopped]),
        (AwaitingSupplement, &[AwaitingSupplement]),
        (TransferredIn, &[TransferredIn]),
        (TransferredOut, &[TransferredOut]),
    ];
    for (measure, sum) in BESIDE {
        if shown.clone().any(|figures| figures[measure] != 0) {
            columns.push(Column { heading: (phrases.measure)(measure).to_owned(), value: Value::Sum(sum) });
        }
    }
    columns
}

/// The sign of the figures that were returned and not answered, numbered as the lines below the table.
pub(super) fn flag(n: usize) -> String {
    format!("⚑{n}")
}

impl Column {
    /// Whether a measure stands in this column.
    pub fn shows(&self, name: &str) -> bool {
        match self.value {
            Value::Sum(sum) => sum.iter().any(|m| m.name() == name),
            Value::Derived(derived) => derived.name() == name,
            Value::EarlyOrOnTime => false,
        }
    }

    /// The cell of a row; empty where the row cannot tell.
    pub fn row(&self, phrases: &Phrases, row: &Row) -> Cell {
        let tells = |only| matches!(self.value, Value::Sum(sum) if sum.contains(&only));
        match row.only {
            Some(only) if !tells(only) => Cell::new(""),
            // Nothing came: a dash, because a zero is a figure.
            _ if row.is_silent() => Cell::new(NONE).set_alignment(CellAlignment::Right),
            _ => self.figures(phrases, &row.figures),
        }
    }

    /// The cell of a total.
    pub fn figures(&self, phrases: &Phrases, figures: &Figures) -> Cell {
        let number = |n| (phrases.number)(n);
        let text = match self.value {
            Value::Sum(sum) => number(sum.iter().map(|m| figures[*m]).sum()),
            Value::Derived(derived) => number(figures.derived(derived)),
            Value::EarlyOrOnTime => {
                let good = figures[Measure::ResolvedEarly] + figures[Measure::ResolvedOnTime];
                (phrases.percent)(share_for_print(good, figures.derived(Derived::ResolvedTotal)))
            }
        };
        Cell::new(text).set_alignment(CellAlignment::Right)
    }
}

/// The heading as a cell.
pub(super) fn heading(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Center)
}
