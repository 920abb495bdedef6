//! A report as text: a table for people, CSV for spreadsheets, JSON for programs. Nothing is computed here but sums of columns and
//! shares, both from counts.

mod columns;
pub mod csv;
pub mod json;
pub mod sdmx;
pub mod series;
pub mod table;
mod text;

use std::{fmt, str::FromStr};

pub(super) use text::{Phrases, clean, day, label, last_day, minute};

/// The language of a table.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// Its phrases.
    pub(super) fn phrases(self) -> &'static Phrases {
        match self {
            Lang::Vi => &super::words::vi::report::VI,
            Lang::En => &super::words::en::report::EN,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not a language of reports.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' is not a language of reports: write vi or en")]
pub struct LangError(String);

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(text: &str) -> Result<Lang, LangError> {
        [Lang::Vi, Lang::En]
            .into_iter()
            .find(|l| l.name() == text)
            .ok_or_else(|| LangError(text.chars().take(40).collect()))
    }
}

/// Why a report could not be written down; never seen, because it is written to memory.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Not as CSV.
    #[error("the report cannot be written as csv: {0}; ask for it as json")]
    Csv(String),
    /// Not as a workbook.
    #[error("the form cannot be written as xlsx: {0}; ask for it as csv")]
    Xlsx(String),
    /// Not as JSON.
    #[error("the report cannot be written as json: {0}; ask for it as csv")]
    Json(#[from] serde_json::Error),
}
