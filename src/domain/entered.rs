//! Figures of a unit for a period as a person entered them from a paper form or a foreign program, because its dossiers are not booked here:
//! what may be stated, and what is wrong with it.
//!
//! A form states measures and, if it likes, the derived totals. What it does not state of the measures is zero; a total is only checked.

mod faults;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    contribution::{CellKey, OTHER},
    measure::{Derived, Figures, Kind, Measure},
    periods::Period,
};
pub use faults::{CLOSING, Culprit, Fault, INTO, Identity, MAX_CULPRITS, OUT, faults};

/// The largest count a form may state, that of a memo.
pub const MAX_COUNT: i64 = 1_000_000_000;

/// A line of a form.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// What is counted.
    Measure(Measure),
    /// A total over it.
    Derived(Derived),
}

impl Item {
    /// Every line, in the order of the form: each total before its parts.
    pub fn all() -> impl Iterator<Item = Item> {
        use Measure::*;
        let total = |m: Measure| match m {
            CarriedOver => Some(Derived::ToHandleTotal),
            ReceivedOnline => Some(Derived::ReceivedNew),
            ResolvedEarly => Some(Derived::ResolvedTotal),
            PendingWithinDeadline => Some(Derived::PendingTotal),
            _ => None,
        };
        Measure::ALL.iter().flat_map(move |m| total(*m).map(Item::Derived).into_iter().chain([Item::Measure(*m)]))
    }

    /// The line of that code name.
    pub fn by_name(name: &str) -> Option<Item> {
        let derived = || Derived::ALL.iter().copied().find(|d| d.name() == name).map(Item::Derived);
        Measure::by_name(name).map(Item::Measure).or_else(derived)
    }

    /// The code name.
    pub fn name(self) -> &'static str {
        match self {
            Item::Measure(m) => m.name(),
            Item::Derived(d) => d.name(),
        }
    }
}

/// What a form states for one period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// For when: a chain of atoms.
    pub period: Period,
    /// Counts by code name.
    pub stated: BTreeMap<&'static str, i64>,
}

impl Form {
    /// What is counted, without the totals.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::default();
        for m in Measure::ALL {
            figures[*m] = self.stated.get(m.name()).copied().unwrap_or_default();
        }
        figures
    }
}

/// Figures for a period that were accepted. They are booked on the last day of the period, because nobody said how they lie inside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whole {
    /// First local day.
    pub start: NaiveDate,
    /// The local day after the last.
    pub end: NaiveDate,
    /// All of them balance, and begin with the stock that those of the period before ended with.
    pub figures: Figures,
    /// Name of the person who entered them; empty where nobody has a name.
    pub by: String,
    /// Digest of the file they came from; empty if they were typed.
    pub source: String,
}

impl Whole {
    /// The cell they stand in: paper knows neither agency nor procedure.
    pub fn cell() -> CellKey {
        CellKey { agency: String::new(), procedure: OTHER.to_owned() }
    }

    /// Figures of a time in which nothing happens, with the stock these begin with. How much of it is overdue was not stated, so all of it
    /// stands as pending within the deadline.
    pub fn before(&self) -> Figures {
        let mut figures = Figures::default();
        figures[Measure::CarriedOver] = self.figures[Measure::CarriedOver];
        figures[Measure::PendingWithinDeadline] = self.figures[Measure::CarriedOver];
        figures
    }

    /// Figures of a time in which nothing happens, with the stock these end with.
    pub fn after(&self) -> Figures {
        let mut figures = Figures::default();
        for m in Measure::ALL {
            if matches!(m.kind(), Kind::Closing | Kind::Statement) {
                figures[*m] = self.figures[*m];
            }
        }
        figures[Measure::CarriedOver] = self.figures.closing_stock();
        figures
    }
}
