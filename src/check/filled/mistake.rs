//! What is wrong with a file, as values: each language puts them into words.

use chrono::NaiveDate;

use super::At;

/// One thing that keeps a form from being read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The cell; `None` where it is the whole file.
    pub at: Option<At>,
    /// What.
    pub what: What,
}

impl Mistake {
    /// A mistake of the whole file.
    pub fn of(what: What) -> Mistake {
        Mistake { at: None, what }
    }

    /// A mistake there.
    pub fn at(at: At, what: What) -> Mistake {
        Mistake { at: Some(at), what }
    }
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// More than [`MAX_FORM`](super::MAX_FORM) bytes.
    TooLarge,
    /// A workbook of Excel 97–2003, or one with a password.
    OldExcel,
    /// A workbook of LibreOffice.
    OpenDocument,
    /// A page, a document or a binary workbook.
    OtherFormat,
    /// A workbook that cannot be opened; why, by its reader.
    Broken(String),
    /// Not UTF-8.
    NotText,
    /// Nothing stands in it.
    Empty,
    /// Some of it lies beyond what is read.
    Cut {
        /// Which sheet.
        sheet: String,
    },
    /// There is no sheet of that name, or nobody sees it.
    NoSuchSheet {
        /// The name.
        name: String,
        /// It is there, and hidden.
        hidden: bool,
    },
    /// Neither a column of code names nor a table whose figures are labelled.
    NoTable,
    /// More than one table could be meant; on which sheets.
    SeveralTables(Vec<String>),
    /// A heading that is no period.
    NotAPeriod(String),
    /// It does not say for when.
    WhichPeriod,
    /// Figures of one time in a form of another.
    OtherPeriod {
        /// The first day that the form names.
        first: NaiveDate,
        /// The last day that the form names.
        last: NaiveDate,
    },
    /// A code name that is none.
    NotAFigure(String),
    /// A number in a line without a code name.
    NoCode,
    /// The figure stands there already, in that cell.
    Twice(At),
    /// Not a count.
    NotACount(String),
    /// A formula that came to nothing.
    Error(String),
    /// A date, or yes or no, in the place of a number.
    NotANumber,
    /// No number of the period stands in it.
    NoFigures,
    /// No row of that name, or several; the names there are.
    NoSuchRow(Vec<String>),
    /// Neither one row nor one row of totals; the names there are.
    WhichRow(Vec<String>),
    /// The rows are units, and figures are entered for one; the names there are.
    RowsAreUnits(Vec<String>),
    /// A column in the balance that is none of our figures.
    NotOurs(String),
}
