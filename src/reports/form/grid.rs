//! The table of a form as cells. Nothing is left to compute for whoever writes it down.

use crate::domain::percent::{NONE, Percent, share_for_print};

/// A place in the grid: row and column from zero.
pub type At = (usize, usize);

/// What a cell holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// Nothing: the row cannot tell.
    Empty,
    /// Words.
    Text(String),
    /// A dash: there is no figure, which is not the figure zero.
    Unknown,
    /// A count.
    Count(i64),
    /// A count that is the sum of the cells named; the value is that sum, always.
    Sum {
        /// The sum.
        value: i64,
        /// Of which cells; at least one.
        of: Vec<At>,
    },
    /// A share as it is printed; its cells are counts or sums.
    Share {
        /// The share; `None` over zero.
        value: Option<Percent>,
        /// Cells above the line.
        of: Vec<At>,
        /// Cells below it.
        over: Vec<At>,
    },
}

/// What a row is for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// A heading, or the numbers of columns.
    Heading,
    /// The sums of a section.
    Section,
    /// A row of the report.
    Row,
    /// The last line.
    Total,
}

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What it holds.
    pub content: Content,
}

/// Cells that are one: `rows` down and `columns` to the right from `at`, whose content counts. The others are [`Content::Empty`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The upper left cell.
    pub at: At,
    /// How many rows, at least one.
    pub rows: usize,
    /// How many columns, at least one.
    pub columns: usize,
}

/// The table: rows of equal length.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Grid {
    /// The cells, row by row.
    pub rows: Vec<(Role, Vec<Cell>)>,
    /// Headings that go over several cells.
    pub merges: Vec<Merge>,
    /// How many columns on the left stay in view: the number of the row and its name.
    pub lead: usize,
}

impl Cell {
    /// A cell with words.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { content: Content::Text(text.into()) }
    }

    /// A cell with nothing in it.
    pub const EMPTY: Cell = Cell { content: Content::Empty };
}

impl Content {
    /// The figure, where there is one.
    pub fn count(&self) -> Option<i64> {
        match self {
            Content::Count(value) | Content::Sum { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// As it is read by people, with that way to write counts and shares.
    pub fn print(&self, number: fn(i64) -> String, percent: fn(Option<Percent>) -> String) -> String {
        match self {
            Content::Empty => String::new(),
            Content::Text(text) => text.clone(),
            Content::Unknown => NONE.to_owned(),
            Content::Count(value) | Content::Sum { value, .. } => number(*value),
            Content::Share { value, .. } => percent(*value),
        }
    }
}

impl Grid {
    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.rows.first().map_or(0, |(_, cells)| cells.len())
    }

    /// How many rows on top are headings.
    pub fn heading(&self) -> usize {
        self.rows.iter().take_while(|(role, _)| *role == Role::Heading).count()
    }

    /// The content of a cell.
    pub fn get(&self, (row, column): At) -> Option<&Content> {
        self.rows.get(row)?.1.get(column).map(|cell| &cell.content)
    }

    /// The merge that begins at a cell.
    pub fn merge(&self, at: At) -> Option<Merge> {
        self.merges.iter().copied().find(|merge| merge.at == at)
    }

    /// Whether a cell lies inside a merge that begins elsewhere.
    pub fn is_covered(&self, (row, column): At) -> bool {
        self.merges.iter().any(|merge| {
            let (top, left) = merge.at;
            (top..top + merge.rows).contains(&row)
                && (left..left + merge.columns).contains(&column)
                && merge.at != (row, column)
        })
    }

    /// The sum of those cells. A dash and a blank add nothing.
    pub fn sum(&self, cells: &[At]) -> i64 {
        cells.iter().filter_map(|at| self.get(*at)?.count()).sum()
    }

    /// The first cell that is not what its formula says, if there is one: never for a grid of [`lay_out`](super::lay_out).
    pub fn wrong(&self) -> Option<At> {
        let places = (0..self.rows.len()).flat_map(|row| (0..self.width()).map(move |column| (row, column)));
        places.into_iter().find(|at| match self.get(*at) {
            Some(Content::Sum { value, of }) => of.is_empty() || self.sum(of) != *value,
            Some(Content::Share { value, of, over }) => share_for_print(self.sum(of), self.sum(over)) != *value,
            _ => false,
        })
    }
}
