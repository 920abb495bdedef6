//! What came of verifying a bundle: what every document is worth, and everything that is wrong, each naming the exact thing. Words for it are
//! found elsewhere, one file per language.

use chrono::NaiveDate;

use super::{
    atoms::Atom,
    measure::{Figures, Measure},
    roll::How,
    summary::Hash,
    time::Timestamp,
    units::UnitId,
};

mod wrong;

pub use wrong::Wrong;

/// A unit and its name by the tree; the name is empty where the tree does not know it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Who {
    /// Which.
    pub unit: UnitId,
    /// In Vietnamese.
    pub name: String,
}

/// What came of it. It stands or falls with [`Verdict::verified`].
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Verdict {
    /// What the bundle says it proves; `None` if that cannot be read.
    pub asked: Option<Asked>,
    /// Fingerprint of the root key; `None` where nobody vouches for the keys.
    pub root: Option<String>,
    /// Whether the reader has said which root they expect.
    pub anchored: bool,
    /// Version of the roll: keys and bans are those of that moment.
    pub roll_version: Option<u64>,
    /// Every document that could be read, by atom and unit.
    pub judged: Vec<Judged>,
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
    /// Units whose figures are not in it, as the unit asked for states itself. Not a fault.
    pub missing: Vec<Absentee>,
    /// The unit's books begin inside the period, on this day.
    pub begins: Option<NaiveDate>,
    /// Stated and added anew, by measure.
    pub figures: Vec<Line>,
}

impl Verdict {
    /// Whether every figure is proven under the root key.
    pub fn verified(&self) -> bool {
        self.findings.is_empty()
    }
}

/// What a bundle says it proves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Whose figures.
    pub who: Who,
    /// For which period.
    pub period: String,
    /// Its first day.
    pub start: NaiveDate,
    /// The day after its last.
    pub end: NaiveDate,
}

/// One document and its signer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// Whose figures.
    pub who: Who,
    /// For when.
    pub atom: Atom,
    /// Which revision.
    pub revision: u32,
    /// Its name.
    pub hash: Hash,
    /// Whose node signed.
    pub keeper: Who,
    /// Fingerprint of the key.
    pub key: String,
    /// How the key came to be trusted; `None` if it is not on the roll.
    pub how: Option<How>,
    /// The key has made room for another since.
    pub retired: Option<Timestamp>,
    /// The unit may not speak any more since; what it had published before stays good.
    pub banned: Option<Timestamp>,
    /// Nothing is wrong with it.
    pub good: bool,
}

/// A unit without figures for an atom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absentee {
    /// Which.
    pub who: Who,
    /// When.
    pub atom: Atom,
    /// Why, as the documents say.
    pub reason: String,
}

/// One measure over the whole period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Which.
    pub measure: Measure,
    /// As the unit asked for states it.
    pub stated: i64,
    /// Added anew from the own figures of every unit.
    pub summed: i64,
}

impl Line {
    /// A line for each measure.
    pub fn all(stated: &Figures, summed: &Figures) -> Vec<Line> {
        Measure::ALL.iter().map(|m| Line { measure: *m, stated: stated[*m], summed: summed[*m] }).collect()
    }

    /// Whether both agree.
    pub fn agrees(&self) -> bool {
        self.stated == self.summed
    }
}

/// Something that is wrong, and with what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// With the document of this unit; `None` for the bundle itself.
    pub who: Option<Who>,
    /// For this atom.
    pub atom: Option<Atom>,
    /// What.
    pub wrong: Wrong,
}
