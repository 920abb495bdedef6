//! What was read of an input, whatever its form: figures with labels, shares, lists, and what could not be read.

use super::{
    label::{Firm, Label, Unsure},
    number::{Grouping, Share},
};

/// Where something is printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    /// Line of a text or row of a table, from 1.
    pub line: usize,
    /// Column, from 1: of characters in a text, of cells in a table.
    pub column: usize,
    /// As printed.
    pub printed: String,
    /// The sentence, or the row's and the column's headings.
    pub quote: String,
}

/// A figure with its label. Printed twice with the same value it is one figure with two places.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// What it counts.
    pub label: Label,
    /// How sure that is.
    pub firm: Firm,
    /// How much.
    pub value: i64,
    /// Whether it is rounded ("hơn", "gần"): it adds to nothing but its own list.
    pub about: bool,
    /// How far it may be from the figure it was rounded from: 0 where it is printed to the last digit.
    pub slack: i64,
    /// The scope it belongs to.
    pub scope: usize,
    /// How its thousands are marked.
    pub grouping: Grouping,
    /// Where it is printed; never empty.
    pub places: Vec<Place>,
}

/// A percentage.
#[derive(Clone, PartialEq, Debug)]
pub struct Percentage {
    /// As printed.
    pub share: Share,
    /// Of what it is the share.
    pub part: Part,
    /// A whole that is printed beside it (`4.512/5.625`), or the figure a growth starts from.
    pub beside: Option<i64>,
    /// The scope it belongs to.
    pub scope: usize,
    /// Where it is printed.
    pub place: Place,
    /// Whether it is a growth (1) or a decline (-1) and not a share.
    pub growth: i64,
    /// The whole that its own words name.
    pub whole: Option<Label>,
    /// The table and the column it stands in, if in one of shares.
    pub column: Option<(usize, usize)>,
}

/// The part a percentage speaks of.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// This figure.
    Cell(usize),
    /// Whatever has this label in its scope.
    Label(Label),
}

/// A figure and what it is said to consist of.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// The whole.
    pub whole: usize,
    /// Its parts.
    pub parts: Vec<usize>,
    /// Whether the words say that these are all.
    pub all: bool,
    /// Whether it is a formula of the form itself.
    pub formula: bool,
}

/// Parts of the document whose figures belong together: a period, a level, a unit.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scope {
    /// How the document calls it; empty if it does not.
    pub name: String,
    /// The whole document's parts that add up to it, as scopes.
    pub level: Option<String>,
    /// The period, as the document gives it.
    pub period: Option<String>,
    /// Whether the ways in and out that are there are all there are: a form.
    pub closed: bool,
}

/// A number without a label.
#[derive(Clone, PartialEq, Debug)]
pub struct Unread {
    /// Where it is printed.
    pub place: Place,
    /// Its value, where it has one: it may be the category that is missing elsewhere.
    pub value: Option<i64>,
    /// Why.
    pub why: Unsure,
    /// The scope it stands beside.
    pub scope: Option<usize>,
}

/// A figure, how much it changed, and from what.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The figure.
    pub now: usize,
    /// The amount.
    pub by: usize,
    /// What it was before.
    pub before: usize,
    /// Grown (1) or fallen (-1).
    pub sign: i64,
}

/// A sum over scopes: a total row, or levels under their whole.
#[derive(Clone, PartialEq, Debug)]
pub struct Across {
    /// The figure of the whole.
    pub whole: usize,
    /// The same figure of its parts.
    pub parts: Vec<usize>,
}

impl Across {
    /// Whether the figures add up exactly.
    pub fn holds(&self, reading: &Reading) -> bool {
        let value = |n: usize| reading.cells.get(n).map_or(0, |cell| cell.value);
        self.parts.iter().map(|n| value(*n)).fold(0, i64::saturating_add) == value(self.whole)
    }
}

/// Everything that was read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reading {
    /// Scopes, in order of appearance.
    pub scopes: Vec<Scope>,
    /// Figures, in order of appearance.
    pub cells: Vec<Cell>,
    /// Percentages.
    pub percentages: Vec<Percentage>,
    /// Lists.
    pub lists: Vec<List>,
    /// Sums over scopes.
    pub across: Vec<Across>,
    /// Changes from another time.
    pub changes: Vec<Change>,
    /// Figures of a heading that the text below gives otherwise, by a slip of a digit.
    pub restated: Vec<(usize, usize)>,
    /// Numbers without a label.
    pub unread: Vec<Unread>,
    /// Figures whose wording says something else than what they are.
    pub loose: Vec<usize>,
    /// Sentences that give the rest of a whole in words only ("còn lại là …").
    pub rests: Vec<String>,
    /// Whether a bound was met, so that the rest was not looked at.
    pub cut: bool,
    /// The figures of each scope, by number.
    by_scope: Vec<Vec<usize>>,
}

impl Reading {
    /// Takes a figure in; its number.
    pub fn push(&mut self, cell: Cell) -> usize {
        let number = self.cells.len();
        if self.by_scope.len() <= cell.scope {
            self.by_scope.resize(cell.scope + 1, Vec::new());
        }
        if let Some(cells) = self.by_scope.get_mut(cell.scope) {
            cells.push(number);
        }
        self.cells.push(cell);
        number
    }

    /// The figures of a scope, with their numbers.
    pub fn of(&self, scope: usize) -> impl Iterator<Item = (usize, &Cell)> {
        let numbers = self.by_scope.get(scope).into_iter().flatten();
        numbers.filter_map(|n| self.cells.get(*n).map(|c| (*n, c)))
    }
}
