//! What stands behind a figure: what it is the sum of, over measures, over time and over units; the documents it stands in; and what changed
//! since it was first published.

pub mod json;
pub mod text;

use crate::domain::{
    atoms::Atom,
    calendar::Due,
    measure::{Figure, Measure},
    periods::Period,
    summary::Hash,
    time::Timestamp,
    units::UnitId,
};

use super::{MissingUnit, Status};

/// One figure of a unit's subtree for a period, taken apart. `part.value` is what the report of the same question prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Which figure.
    pub figure: Figure,
    /// For when.
    pub period: Period,
    /// The instant asked for; `None` for now.
    pub as_known_at: Option<Timestamp>,
    /// How far it can be relied on.
    pub status: Status,
    /// The measures it is the sum of, with their values; none for a measure that is counted.
    pub terms: Vec<(Measure, i64)>,
    /// The unit asked for, and below it whatever adds to the figure.
    pub part: Part,
}

/// What one unit's subtree adds to a figure. `own` and the values of the units below together are `newer`, or `value` where that is `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Whose.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// What it adds to the figure of the unit above.
    pub value: i64,
    /// What its own newest documents say, where that differs: it was amended, and the unit above has not followed yet. What stands below here
    /// is taken from them then.
    pub newer: Option<i64>,
    /// Of the unit itself.
    pub own: i64,
    /// Whether the dossiers behind `own` are at the node that answers.
    pub here: bool,
    /// Units that should be in it.
    pub expected: u32,
    /// Units that are.
    pub received: u32,
    /// Those that are not, as far as they are named.
    pub missing: Vec<MissingUnit>,
    /// Over time, in order. Empty where the answering node has no document of the unit: a unit may relay totals only.
    pub atoms: Vec<Slice>,
    /// The units below whose value is not zero, largest first.
    pub below: Vec<Part>,
    /// Who entered the unit's figures as a whole, so that no dossiers are behind them; may be empty. `None` where dossiers were counted.
    pub entered_by: Option<String>,
}

/// The figure in one atom. Of an opening stock the first atom counts, of a closing stock the last, of flows all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice {
    /// When.
    pub atom: Atom,
    /// The figure.
    pub value: i64,
    /// The document it stands in; `None` while the atom is open.
    pub document: Option<Hash>,
    /// How it came to that; none while the atom is open.
    pub revisions: Vec<Revision>,
}

/// One revision of a document, and what it changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revision {
    /// For when.
    pub atom: Atom,
    /// 1 for the first.
    pub revision: u32,
    /// Its hash.
    pub hash: Hash,
    /// When the answering node recorded it.
    pub recorded_at: Timestamp,
    /// Why it was made; empty for the first.
    pub reason: String,
    /// Who drew it up; may be empty.
    pub prepared_by: String,
    /// Who approved it; may be empty.
    pub approved_by: String,
    /// What differs from the revision before, in catalogue order; nothing for the first.
    pub changes: Vec<Change>,
}

/// One figure that a revision changed. `after - before` is `own` and the movements of the members together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Which.
    pub figure: Figure,
    /// In the revision before.
    pub before: i64,
    /// In this one.
    pub after: i64,
    /// The difference in the unit's own figures.
    pub own: i64,
    /// The differences of units directly below; zeros left out.
    pub members: Vec<Moved>,
    /// What the dossiers say of `own`, where they are at the answering node. What they cannot say is [`Cause::Unknown`], so causes add to `own`.
    pub causes: Vec<Caused>,
}

/// A unit directly below whose part changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// After less before.
    pub difference: i64,
}

/// What a number of dossiers changed for one cause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caused {
    /// Why.
    pub cause: Cause,
    /// How many dossiers.
    pub dossiers: u32,
    /// What they changed.
    pub difference: i64,
}

/// Why a closed figure changed: what was recorded after it had been published. Where several things were recorded of one dossier the first
/// that fits counts.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// A dossier that was entered late.
    LateEntry,
    /// An event that was voided.
    Voided,
    /// A due date that was corrected.
    CorrectedDue,
    /// Something else that was corrected.
    Corrected,
    /// A step of a dossier that was known, entered late.
    LateStep,
    /// A figure beside the balance, entered late.
    LateMemo,
    /// What no dossier at this node tells any more.
    Unknown,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Cause; 7] = [
        Cause::LateEntry,
        Cause::Voided,
        Cause::CorrectedDue,
        Cause::Corrected,
        Cause::LateStep,
        Cause::LateMemo,
        Cause::Unknown,
    ];

    /// The name in the protocol and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::LateEntry => "late-entry",
            Cause::Voided => "voided",
            Cause::CorrectedDue => "corrected-due",
            Cause::Corrected => "corrected",
            Cause::LateStep => "late-step",
            Cause::LateMemo => "late-memo",
            Cause::Unknown => "unknown",
        }
    }

    /// The cause of that name.
    pub fn by_name(name: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

/// A dossier that the figure counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its code; empty for what was entered beside any dossier.
    pub code: String,
    /// What it adds.
    pub value: i64,
    /// Where it stands now, by its name in the protocol.
    pub state: String,
    /// When it came in.
    pub received_at: Option<Timestamp>,
    /// When its result is due.
    pub due: Option<Due>,
    /// When it left the books.
    pub closed_at: Option<Timestamp>,
}

impl Part {
    /// Whether the way ends here although the figure does not come from units below: the dossiers lie at another node.
    pub fn is_elsewhere(&self) -> bool {
        !self.here && self.below.is_empty() && self.value != 0 && self.entered_by.is_none()
    }

    /// Every unit of it, itself first.
    pub fn all(&self) -> Box<dyn Iterator<Item = &Part> + '_> {
        Box::new(std::iter::once(self).chain(self.below.iter().flat_map(Part::all)))
    }
}
