//! A report: figures, how they are cut, how complete they are, and what a reader should know.

use super::note::Note;
use crate::domain::{
    atoms::Atom,
    measure::{Derived, Figures, Measure},
    periods::Period,
    review::{Review, Verdict},
    summary::{Explained, Hash},
    time::Timestamp,
    units::UnitId,
};

/// How far the figures can be relied on.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Status {
    /// A part of the period is still open, or not yet published.
    Provisional,
    /// Closed, but units that should be in it are not.
    Incomplete,
    /// Closed, and everybody is in it.
    Final,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 3] = [Status::Provisional, Status::Incomplete, Status::Final];

    /// The name in JSON and in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Provisional => "provisional",
            Status::Incomplete => "incomplete",
            Status::Final => "final",
        }
    }

    /// The status of that name.
    pub fn by_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// A unit that should be in the figures and is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingUnit {
    /// Which unit.
    pub unit: UnitId,
    /// Its name; the id again if the tree does not know it.
    pub name: String,
    /// Why, as far as is known; may be empty.
    pub reason: String,
}

/// How many units should be in the figures and how many are: `received <= expected`, always.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Completeness {
    /// Units that should have reported at the end of the period.
    pub expected: u32,
    /// Those whose figures are there for the whole of it.
    pub received: u32,
    /// The others, by id, as far as they are named (a unit may relay totals only).
    pub missing: Vec<MissingUnit>,
}

/// One line of a breakdown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Unit id, agency, field, procedure code, or `online`, `direct`, `postal`.
    pub key: String,
    /// Name; empty where nothing but the key is known.
    pub name: String,
    /// The figures; where `only` is set, nothing but that measure.
    pub figures: Figures,
    /// The one measure this row can tell; `None` for all of them.
    pub only: Option<Measure>,
    /// For units below.
    pub completeness: Option<Completeness>,
    /// Level of the unit, or of authority of the procedure, as the registry names it; empty where a row has none.
    pub level: String,
}

impl Row {
    /// Whether it stands for units of which nothing has come.
    pub fn is_silent(&self) -> bool {
        self.completeness.as_ref().is_some_and(|c| c.received == 0 && c.expected > 0) && self.figures.is_zero()
    }
}

/// Figures of one unit's subtree for one period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Whose figures.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// For when.
    pub period: Period,
    /// The instant asked for; `None` for now.
    pub as_known_at: Option<Timestamp>,
    /// How far it can be relied on.
    pub status: Status,
    /// Who is in it.
    pub completeness: Completeness,
    /// The subtree's figures. Statements, such as procedures published, are the unit's own.
    pub total: Figures,
    /// By the breakdown; they add to the total, except that channels only split what was received and statements are never added.
    pub rows: Vec<Row>,
    /// What a reader should know.
    pub notes: Vec<Note>,
    /// The documents it was computed from, in order of time; none for what is still open.
    pub documents: Vec<Hash>,
    /// The instant at which within and overdue were told apart.
    pub as_of: Timestamp,
    /// The persons who stand on the unit's documents by name, in order of time; documents nobody stands on are not here.
    pub signed: Vec<Signed>,
    /// What units above said of the unit's documents, in order of time.
    pub reviews: Vec<Reviewed>,
    /// What the unit and those directly below it say of their figures, for periods inside this one.
    pub explanations: Vec<Explanation>,
}

/// What a unit says of its figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Which unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// What.
    pub said: Explained,
}

/// What a unit above said of a document of the unit asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reviewed {
    /// What, by whom and when.
    pub review: Review,
    /// The name of the unit that said it.
    pub reviewer: String,
    /// The revision that answered it.
    pub answered_by: Option<u32>,
}

impl Reviewed {
    /// The measure that was returned and not answered yet.
    pub fn open_measure(&self) -> Option<&str> {
        match &self.review.verdict {
            Verdict::Returned { measure, .. } if self.answered_by.is_none() => Some(measure),
            _ => None,
        }
    }
}

/// The persons who stand on a document of the unit asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// Whose document.
    pub unit: UnitId,
    /// For when.
    pub atom: Atom,
    /// Who drew it up; may be empty.
    pub prepared_by: String,
    /// Who approved it; may be empty.
    pub approved_by: String,
}

impl Report {
    /// Whether the row holds the unit's own figures beside the units below it.
    pub fn is_own(&self, row: &Row) -> bool {
        row.key == self.unit.to_string()
    }

    /// The unit's own figures: their row in a report by unit, the total where there is none.
    pub fn own(&self) -> &Figures {
        self.rows.iter().find(|row| self.is_own(row)).map_or(&self.total, |row| &row.figures)
    }
}

impl Row {
    /// What the row can tell, by name: all of [`named`], or the one measure.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, i64)> {
        let only = self.only.map(Measure::name);
        named(&self.figures).filter(move |(name, _)| only.is_none_or(|only| only == *name))
    }
}

/// Every measure in catalogue order, then every derived one, by the names in JSON, CSV and the protocol.
pub fn named(figures: &Figures) -> impl Iterator<Item = (&'static str, i64)> {
    let figures = *figures;
    let stored = Measure::ALL.iter().map(move |m| (m.name(), figures[*m]));
    stored.chain(Derived::ALL.iter().map(move |d| (d.name(), figures.derived(*d))))
}
