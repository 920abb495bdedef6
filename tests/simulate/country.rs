//! A small country: one province, one or two districts, some communes, and what its registry says of them.

use chrono::NaiveDate;
use fastrand::Rng;
use motcua::domain::{
    atoms::Cuts,
    calendar::{PausePolicy, Term},
    registry::{Part, Procedure, Procedures},
    units::{Tree, UnitRow},
};

use super::net::Place;

/// First day of all books.
pub const BOOKS_FROM: &str = "2018-01-15";

/// A unit with a node of its own.
#[derive(Clone, Debug)]
pub struct Unit {
    pub code: String,
    /// Its place in the list of units.
    pub parent: Option<usize>,
}

/// A commune that comes under another district.
#[derive(Clone, Debug)]
pub struct Move {
    pub unit: usize,
    pub to: usize,
    pub on: NaiveDate,
}

#[derive(Clone, Debug)]
pub struct Country {
    /// Parents before children.
    pub units: Vec<Unit>,
    pub moving: Option<Move>,
    pub extra_cut: Option<NaiveDate>,
}

impl Country {
    pub fn new(rng: &mut Rng) -> Country {
        let districts = rng.usize(1..3);
        let communes = rng.usize(5 - districts..6);
        let mut units = vec![Unit { code: "10".into(), parent: None }];
        units.extend((0..districts).map(|n| Unit { code: format!("2{n}"), parent: Some(0) }));
        units.extend((0..communes).map(|n| Unit { code: format!("30{n}"), parent: Some(1 + n % districts) }));
        Country { units, moving: None, extra_cut: None }
    }

    pub fn place(unit: usize) -> Place {
        Place::try_from(unit + 1).unwrap()
    }

    pub fn districts(&self) -> impl Iterator<Item = usize> {
        (0..self.units.len()).filter(|unit| self.units[*unit].parent == Some(0))
    }

    pub fn is_commune(&self, unit: usize) -> bool {
        self.units[unit].parent.is_some_and(|parent| parent > 0)
    }

    /// Who is above a unit on a day.
    pub fn parent(&self, unit: usize, on: NaiveDate) -> Option<usize> {
        match &self.moving {
            Some(moving) if moving.unit == unit && on >= moving.on => Some(moving.to),
            _ => self.units[unit].parent,
        }
    }

    /// A unit and everything below it on a day.
    pub fn subtree(&self, unit: usize, on: NaiveDate) -> Vec<usize> {
        (0..self.units.len())
            .filter(|below| std::iter::successors(Some(*below), |u| self.parent(*u, on)).any(|above| above == unit))
            .collect()
    }

    pub fn tree(&self) -> Part {
        let row = |code: &str, parent: Option<usize>| UnitRow {
            code: code.to_owned(),
            name: format!("Đơn vị {code}"),
            level: "commune".into(),
            parent_code: parent.map(|p| self.units[p].code.clone()),
            valid_from: None,
            valid_to: None,
            reports_from: None,
            kept_by: None,
        };
        let mut rows: Vec<UnitRow> = self.units.iter().map(|unit| row(&unit.code, unit.parent)).collect();
        if let Some(Move { unit, to, on }) = &self.moving {
            rows[*unit].valid_to = Some(*on);
            rows.push(UnitRow { valid_from: Some(*on), ..row(&self.units[*unit].code, Some(*to)) });
        }
        Part::Tree(Tree::from_rows(rows).unwrap())
    }

    /// How many units stand above each other at most.
    pub fn levels(&self) -> usize {
        let line = |unit: usize| std::iter::successors(Some(unit), |unit| self.units[*unit].parent).count();
        (0..self.units.len()).map(line).max().unwrap_or_default()
    }

    pub fn cuts(&self) -> Part {
        Part::Cuts(Cuts::new(self.extra_cut))
    }

    /// Those the model knows.
    pub fn procedures() -> Part {
        let procedure = |code: &str, term, pause, payment_pauses| Procedure {
            code: code.into(),
            name: String::new(),
            field: String::new(),
            level: String::new(),
            term,
            pause,
            payment_pauses,
        };
        Part::Procedures(Procedures::new([
            procedure("N", None, PausePolicy::NoPause, false),
            procedure("P", None, PausePolicy::PauseResume, true),
            procedure("W", Some(Term::WorkingDays(5)), PausePolicy::PauseResume, false),
            procedure("R", Some(Term::WorkingDays(3)), PausePolicy::Restart, false),
        ]))
    }
}
