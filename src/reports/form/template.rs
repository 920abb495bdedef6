//! A form template after all its mistakes have been told: what can be printed without asking further.

use super::{amount::Amount, check, file};
use crate::reports::{Breakdown, Lang, form::Mistake};

/// A text in both languages of the program.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// The text in that language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// A form: its columns name only measures and columns that exist, no measure is counted in two of them, and where it says that its columns
/// balance, they do for every figure that balances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Its name, such as `II.06`.
    pub id: String,
    /// Counts up with every change.
    pub version: u32,
    /// What readers call it; its id otherwise.
    pub name: Option<Words>,
    /// What it is about, where a breakdown has no title of its own.
    pub title: Words,
    /// By which decision it is issued.
    pub issued: Option<Words>,
    /// Who receives it.
    pub receiver: Option<Words>,
    /// What is counted.
    pub unit: Words,
    /// What is said of single breakdowns.
    pub places: Vec<Place>,
    /// Sections of rows, in order.
    pub sections: Vec<Section>,
    /// Groups of columns.
    pub groups: Vec<Group>,
    /// Columns in order of printing, behind the number of the row and its name.
    pub columns: Vec<Column>,
    /// Printed under the table.
    pub notes: Vec<Words>,
    /// Who signs on the left and on the right.
    pub signatures: [Words; 2],
}

/// What a form says when its rows are cut one way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// How rows are cut.
    pub by: Breakdown,
    /// Such as `Biểu số II.06a/VPCP/KSTT`.
    pub number: Option<Words>,
    /// The title.
    pub title: Option<Words>,
    /// Heading of the names of rows.
    pub item: Option<Words>,
}

/// Rows that stand together under a line of their own with their sums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// How rows are cut when the section applies.
    pub by: Breakdown,
    /// Such as `A`.
    pub mark: String,
    /// Its name.
    pub words: Words,
    /// Levels of its rows, as the registry names them.
    pub levels: Vec<String>,
}

/// A heading over several columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its text.
    pub words: Words,
    /// The group it stands in.
    pub above: Option<usize>,
}

/// One column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// As on the form, such as `3`.
    pub number: String,
    /// Its heading.
    pub words: Words,
    /// The group it stands in.
    pub group: Option<usize>,
    /// What stands in it.
    pub amount: Amount,
    /// Whether it counts from the start of the year instead of the period.
    pub year: bool,
    /// Whether it is left out where it holds nothing.
    pub optional: bool,
}

impl Template {
    /// Reads a template in TOML.
    ///
    /// # Errors
    /// All its mistakes; at least one. What is not TOML, or has keys or types that are none of a template's, is told by itself.
    pub fn read(text: &str) -> Result<Template, Vec<Mistake>> {
        check::template(file::read(text).map_err(|mistake| vec![mistake])?)
    }

    /// What it says of rows cut that way.
    pub fn place(&self, by: Breakdown) -> Option<&Place> {
        self.places.iter().find(|place| place.by == by)
    }

    /// Whether a report of the year so far is needed to print it.
    pub fn counts_the_year(&self) -> bool {
        self.columns.iter().any(|column| column.year)
    }

    /// The groups of a column, the outermost first.
    pub fn path(&self, column: &Column) -> Vec<usize> {
        let mut path: Vec<usize> = std::iter::successors(column.group, |group| self.groups.get(*group)?.above)
            .take(self.groups.len())
            .collect();
        path.reverse();
        path
    }
}
