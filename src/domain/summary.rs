//! The figures of one unit for one atom of time, as a document states them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    ahead::Ahead,
    atoms::Atom,
    contribution::CellKey,
    event::EventId,
    measure::{Figures, Measure},
    time::Timestamp,
    units::UnitId,
};

/// A blake3 hash.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().take(6).try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// Figures by agency and procedure.
pub type Cells = BTreeMap<CellKey, Figures>;

/// The sum over all cells.
pub fn total(cells: &Cells) -> Figures {
    let mut sum = Figures::default();
    for figures in cells.values() {
        sum += figures;
    }
    sum
}

/// What a unit directly below has contributed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Which unit.
    pub unit: UnitId,
    /// Hash and revision of its document, if there is one.
    pub document: Option<(Hash, u32)>,
    /// Total of its own figures and those below it.
    pub totals: Figures,
    /// Units in its subtree that should have reported.
    pub expected: u32,
    /// Those that have; never more than expected.
    pub received: u32,
}

/// A unit of the subtree whose figures are not here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Missing {
    /// Which unit.
    pub unit: UnitId,
    /// Why, as far as is known.
    pub reason: String,
}

/// Figures that a person entered as a whole, because the unit's dossiers are not booked anywhere: how they lie inside the period is not known, and
/// they count on its last day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entered {
    /// Which unit of the subtree.
    pub unit: UnitId,
    /// First local day of the period they were entered for.
    pub start: NaiveDate,
    /// The local day after its last.
    pub end: NaiveDate,
    /// Name of the person who entered them; may be empty.
    pub by: String,
}

/// What a unit says of its own figures for a period.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Explained {
    /// First local day of the period.
    pub start: NaiveDate,
    /// The local day after its last.
    pub end: NaiveDate,
    /// Why dossiers were late, and how many.
    pub causes: Vec<(String, i64)>,
    /// In its own words; may be empty.
    pub note: String,
    /// Name of the person who says so; may be empty.
    pub by: String,
}

/// What a document states. Shape: `own` are the unit's own figures, `below` the sum of its members; the subtree is both together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Whose figures.
    pub unit: UnitId,
    /// For when.
    pub atom: Atom,
    /// 1 for the first, 0 for a provisional one.
    pub revision: u32,
    /// Read off an open period.
    pub provisional: bool,
    /// When within and overdue were told apart.
    pub as_of: Timestamp,
    /// The registry it was made with.
    pub registry_version: u64,
    /// Why it was revised.
    pub reason: String,
    /// Whose node keeps the books.
    pub keeper: UnitId,
    /// Measures this document does not have: missing, not zero.
    pub absent: Vec<Measure>,
    /// The unit's own figures.
    pub own: Cells,
    /// The members' figures, added.
    pub below: Cells,
    /// Every unit expected directly below.
    pub members: Vec<Member>,
    /// Every unit of the subtree that is not here.
    pub missing: Vec<Missing>,
    /// Units of the subtree, itself included, that should have reported.
    pub expected: u32,
    /// Those that have.
    pub received: u32,
    /// Transfers out of the subtree in this atom whose other side is not in it.
    pub transfers_out: BTreeSet<EventId>,
    /// Transfers into the subtree in this atom whose other side is not in it.
    pub transfers_in: BTreeSet<EventId>,
    /// The revision before.
    pub previous_revision: Option<Hash>,
    /// The document of the atom before, as it stood then.
    pub previous_atom: Option<Hash>,
    /// Head of the journal's chain when it was made.
    pub journal_head: Vec<u8>,
    /// Who drew it up; empty where nobody did.
    pub prepared_by: String,
    /// Who approved it; empty where nobody did.
    pub approved_by: String,
    /// Figures of the subtree that were entered as a whole, by unit and period.
    pub entered: Vec<Entered>,
    /// What the unit says of periods that end in this atom.
    pub explained: Vec<Explained>,
    /// Open dossiers of the subtree by due day, as of `as_of`; only where the atom still runs then.
    pub ahead: Option<Ahead>,
}

impl Summary {
    /// The subtree's total: own and below. Statements are the unit's own.
    pub fn totals(&self) -> Figures {
        let mut sum = total(&self.own);
        sum += &total(&self.below);
        sum
    }

    /// The subtree's figures by cell.
    pub fn subtree(&self) -> Cells {
        let mut cells = self.own.clone();
        for (key, figures) in &self.below {
            *cells.entry(key.clone()).or_default() += figures;
        }
        cells
    }

    /// What is wrong with it by its own figures alone: every cell balances and is not negative, and what is below is the sum of the members.
    pub fn fault(&self) -> Option<Fault> {
        for (cells, part) in [(&self.own, "own"), (&self.below, "below")] {
            for (key, figures) in cells {
                if let Some(measure) = figures.negative() {
                    return Some(Fault::Negative { part, cell: key.clone(), measure });
                }
                if figures.imbalance() != 0 {
                    return Some(Fault::Unbalanced { part, cell: key.clone(), difference: figures.imbalance() });
                }
            }
        }
        let mut members = Figures::default();
        let mut received = 0;
        for member in &self.members {
            members += &member.totals.for_parent();
            if member.received > member.expected {
                return Some(Fault::Completeness { received: member.received, expected: member.expected });
            }
            received += member.received;
        }
        let below = total(&self.below);
        if let Some(measure) = Measure::ALL.iter().copied().find(|m| below[*m] != members[*m]) {
            return Some(Fault::NotTheSum { measure, stated: below[measure], sum: members[measure] });
        }
        if self.received > self.expected || self.received < received || self.received > received + 1 {
            return Some(Fault::Completeness { received: self.received, expected: self.expected });
        }
        if let Some(known) = self.ahead.as_ref().map(|ahead| ahead.units).filter(|known| *known > self.received) {
            return Some(Fault::Completeness { received: known, expected: self.received });
        }
        let ahead = self.ahead.as_ref().map_or(0, Ahead::total);
        let within = self.totals()[Measure::PendingWithinDeadline];
        (ahead > within).then_some(Fault::Ahead { ahead, within })
    }
}

/// What is wrong with a document's figures.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// A count below zero.
    #[error("{} is negative in {part} figures of agency '{}', procedure '{}'", measure.name(), cell.agency, cell.procedure)]
    Negative {
        /// `own` or `below`.
        part: &'static str,
        /// The cell.
        cell: CellKey,
        /// The measure.
        measure: Measure,
    },
    /// What came in does not come out.
    #[error("{part} figures of agency '{}', procedure '{}' do not balance: {difference} unaccounted for", cell.agency, cell.procedure)]
    Unbalanced {
        /// `own` or `below`.
        part: &'static str,
        /// The cell.
        cell: CellKey,
        /// In less out.
        difference: i64,
    },
    /// The part below is not the sum of the members.
    #[error("{} below is {stated}, but the members add to {sum}", measure.name())]
    NotTheSum {
        /// The measure.
        measure: Measure,
        /// As stated.
        stated: i64,
        /// As added.
        sum: i64,
    },
    /// More dossiers run out of time than are within their deadline.
    #[error("{ahead} dossiers have their due date ahead, but only {within} are within their deadline")]
    Ahead {
        /// As stated.
        ahead: i64,
        /// As stated.
        within: i64,
    },
    /// More units reported than were expected, or the counts contradict each other.
    #[error("{received} of {expected} units cannot be")]
    Completeness {
        /// As stated.
        received: u32,
        /// As stated.
        expected: u32,
    },
}
