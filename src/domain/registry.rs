//! What the top of the tree decides and everybody below works with.

use std::collections::BTreeMap;

use super::{
    atoms::Cuts,
    calendar::{Calendar, PausePolicy, Term},
    contribution::OTHER,
    forms::Forms,
    roll::Roll,
    units::Tree,
};

/// A procedure (thủ tục hành chính) as its decision publishes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Procedure {
    /// Such as `1.005129`.
    pub code: String,
    /// In Vietnamese.
    pub name: String,
    /// Field (lĩnh vực).
    pub field: String,
    /// Level of authority.
    pub level: String,
    /// How long it may take; `None` where the source does not say.
    pub term: Option<Term>,
    /// What a demand for a supplement does to the clock.
    pub pause: PausePolicy,
    /// Whether waiting for payment stops it too.
    pub payment_pauses: bool,
}

/// The procedures by code.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Procedures(BTreeMap<String, Procedure>);

impl Procedures {
    /// The last of two with the same code stays.
    pub fn new(all: impl IntoIterator<Item = Procedure>) -> Procedures {
        Procedures(all.into_iter().map(|p| (p.code.clone(), p)).collect())
    }

    /// The procedure of that code.
    pub fn get(&self, code: &str) -> Option<&Procedure> {
        self.0.get(code)
    }

    /// Whether a dossier may name it: it is in the list, or is the catch-all, alone or of a field (`other:Đất đai`).
    pub fn accepts(&self, code: &str) -> bool {
        let catch_all =
            code.is_empty() || code == OTHER || code.strip_prefix(OTHER).is_some_and(|f| f.starts_with(':'));
        catch_all || self.0.contains_key(code)
    }

    /// The field of a procedure; of a catch-all the field it names; empty if none is known.
    pub fn field<'a>(&'a self, code: &'a str) -> &'a str {
        match self.0.get(code) {
            Some(procedure) => &procedure.field,
            None => code.strip_prefix(OTHER).and_then(|f| f.strip_prefix(':')).unwrap_or_default(),
        }
    }

    /// All, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Procedure> {
        self.0.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A part of the registry, replaced whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// The dated tree of units.
    Tree(Tree),
    /// The procedures.
    Procedures(Procedures),
    /// Holidays and swapped days.
    Calendar(Calendar),
    /// Extra dates at which time is cut.
    Cuts(Cuts),
    /// Who belongs, and with which keys.
    Roll(Roll),
    /// Templates of printed forms.
    Forms(Forms),
}

/// Which part.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PartKind {
    /// The dated tree of units.
    Tree,
    /// The procedures.
    Procedures,
    /// Holidays and swapped days.
    Calendar,
    /// Extra dates at which time is cut.
    Cuts,
    /// Who belongs, and with which keys.
    Roll,
    /// Templates of printed forms.
    Forms,
}

impl PartKind {
    /// Every kind.
    pub const ALL: [PartKind; 6] =
        [PartKind::Tree, PartKind::Procedures, PartKind::Calendar, PartKind::Cuts, PartKind::Roll, PartKind::Forms];
}

impl Part {
    /// Which part it is.
    pub fn kind(&self) -> PartKind {
        match self {
            Part::Tree(_) => PartKind::Tree,
            Part::Procedures(_) => PartKind::Procedures,
            Part::Calendar(_) => PartKind::Calendar,
            Part::Cuts(_) => PartKind::Cuts,
            Part::Roll(_) => PartKind::Roll,
            Part::Forms(_) => PartKind::Forms,
        }
    }
}

/// The registry of one node. Every part carries the version of the whole at which it was last replaced.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Registry {
    /// The dated tree of units.
    pub tree: Tree,
    /// The procedures.
    pub procedures: Procedures,
    /// The working calendar.
    pub calendar: Calendar,
    /// Extra cut dates.
    pub cuts: Cuts,
    /// Who belongs, and with which keys.
    pub roll: Roll,
    /// Templates of printed forms.
    pub forms: Forms,
    /// Version of the whole.
    pub version: u64,
    /// Version of each part that was ever imported.
    pub versions: BTreeMap<PartKind, u64>,
}

impl Registry {
    /// Replaces a part.
    pub fn replace(&mut self, part: Part, version: u64) {
        self.versions.insert(part.kind(), version);
        match part {
            Part::Tree(tree) => self.tree = tree,
            Part::Procedures(procedures) => self.procedures = procedures,
            Part::Calendar(calendar) => self.calendar = calendar,
            Part::Cuts(cuts) => self.cuts = cuts,
            Part::Roll(roll) => self.roll = roll,
            Part::Forms(forms) => self.forms = forms,
        }
    }

    /// A part as it is, with its version; `None` if it was never imported.
    pub fn part(&self, kind: PartKind) -> Option<(Part, u64)> {
        let version = *self.versions.get(&kind)?;
        let part = match kind {
            PartKind::Tree => Part::Tree(self.tree.clone()),
            PartKind::Procedures => Part::Procedures(self.procedures.clone()),
            PartKind::Calendar => Part::Calendar(self.calendar.clone()),
            PartKind::Cuts => Part::Cuts(self.cuts.clone()),
            PartKind::Roll => Part::Roll(self.roll.clone()),
            PartKind::Forms => Part::Forms(self.forms.clone()),
        };
        Some((part, version))
    }
}
