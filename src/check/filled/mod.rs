//! Filled forms: what somebody typed into a form of figures, by code names and periods, and in which cell each figure stands. A form is ours (a column of
//! code names, a column for each period) or any table the checker can label, of which the row of totals is taken. What cannot be read in one way is a
//! mistake and not guessed.

mod coded;
mod dates;
mod mistake;
mod open;
mod table;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

pub use mistake::{Mistake, What};

use super::{finding::Finding, label::Label};
use crate::domain::{entered::Form, measure::Measure, periods::Period};

/// The most bytes of a form: hundreds of times what one has.
pub const MAX_FORM: usize = 4 << 20;

/// A cell of a file. Rows and columns count from 1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct At {
    /// Its sheet; empty for a file without sheets.
    pub sheet: String,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u32,
}

/// As a spreadsheet names a cell, such as `Sheet1!D7` or `'Biểu nhập'!D7`, and `D7` in a file without sheets.
impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.sheet.chars().all(|c| c.is_alphanumeric() || c == '_');
        match (self.sheet.is_empty(), plain && !self.sheet.starts_with(|c: char| c.is_ascii_digit())) {
            (true, _) => {}
            (false, true) => write!(f, "{}!", self.sheet)?,
            (false, false) => write!(f, "'{}'!", self.sheet.replace('\'', "''"))?,
        }
        let (mut letters, mut left) = (Vec::new(), self.column);
        while left > 0 {
            letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
            left = (left - 1) / 26;
        }
        write!(f, "{}{}", letters.iter().rev().collect::<String>(), self.row)
    }
}

/// What is wanted of a file.
#[derive(Clone, Default, Debug)]
pub struct Asked<'a> {
    /// For when; where our own form names its periods, only these are taken.
    pub periods: &'a [Period],
    /// Only this sheet.
    pub sheet: Option<&'a str>,
    /// Of a table this row, in the place of the row of totals.
    pub row: Option<&'a str>,
}

/// The figures of one period.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    /// What is stated.
    pub form: Form,
    /// The cells it stands in, by code name.
    pub at: BTreeMap<&'static str, At>,
}

/// Something that who enters the form should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The figures are those of this row.
    Row {
        /// Its name.
        name: String,
        /// Its first figure.
        at: At,
    },
    /// One column of the form is several of ours: all of it was taken as one of them.
    Together {
        /// The heading.
        heading: String,
        /// The figure.
        at: At,
        /// As what.
        taken: Measure,
    },
    /// Numbers that are not in the balance, or that nobody said what they are, were passed over.
    PassedOver {
        /// The heading.
        heading: String,
        /// The first of them.
        at: At,
    },
    /// Sheets that their reader does not see were passed over.
    Hidden(Vec<String>),
}

/// A form that was read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Filled {
    /// For each period what is stated.
    pub forms: Vec<Read>,
    /// What to know.
    pub notices: Vec<Notice>,
    /// What the checker finds wrong in the table that the figures come from: contradictions only, with the cell each stands in.
    pub findings: Vec<(At, Finding)>,
}

/// Reads a filled form: a workbook, or text with commas, semicolons or tabs.
///
/// # Errors
/// Every [`Mistake`], with its cell.
pub fn read(bytes: &[u8], asked: &Asked<'_>) -> Result<Filled, Vec<Mistake>> {
    let sheets = open::sheets(bytes).map_err(|what| vec![Mistake::of(what)])?;
    let hidden: Vec<String> = sheets.iter().filter(|s| s.hidden).map(|s| s.name.clone()).collect();
    let wanted = |name: &str| asked.sheet.is_none_or(|sheet| sheet.trim().to_lowercase() == name.to_lowercase());
    let shown: Vec<_> = sheets.into_iter().filter(|s| !s.hidden && wanted(&s.name)).collect();
    if let Some(sheet) = asked.sheet.filter(|_| shown.is_empty()) {
        let what = What::NoSuchSheet { name: sheet.to_owned(), hidden: hidden.iter().any(|h| h == sheet) };
        return Err(vec![Mistake::of(what)]);
    }
    if let Some(cut) = shown.iter().find(|s| s.cut) {
        return Err(vec![Mistake::of(What::Cut { sheet: cut.name.clone() })]);
    }
    let mut filled = match coded::heads(&shown).as_slice() {
        [] => table::read(&shown, asked)?,
        heads => coded::read(heads, asked)?,
    };
    if !hidden.is_empty() {
        filled.notices.push(Notice::Hidden(hidden));
    }
    Ok(filled)
}

/// The labels of what a form states, in the order of its names: what [`figures`](super::figures) checks.
pub fn labelled(form: &Form) -> Vec<(&'static str, Label, i64)> {
    let labels = form.stated.iter().filter_map(|(name, value)| Some((*name, super::json::code(name)?, *value)));
    labels.collect()
}
