//! A verdict on a bundle as text: first whether it is verified, then what is wrong or missing, then the figures.

mod json;
mod table;

use super::render::Lang;
use crate::domain::{
    time::Timestamp,
    verdict::{Asked, Verdict, Wrong},
};

pub use json::json;
pub use table::table;

/// The phrases of one language; the texts stand in `words/` and nowhere else.
pub(super) struct Phrases {
    /// The first line of a bundle that is verified.
    pub(super) verified: fn(what: &str) -> String,
    /// The first line of one that is not.
    pub(super) not_verified: fn(what: &str, findings: &str) -> String,
    /// A bundle that does not even say whose figures it holds.
    pub(super) nameless: &'static str,
    /// Unit and period.
    pub(super) asked: fn(name: &str, period: &str, first: &str, last: &str) -> String,
    /// The root is the one the reader expects.
    pub(super) root: fn(&str) -> String,
    /// The reader has not said which root they expect.
    pub(super) compare: fn(&str) -> String,
    /// What stands on the roll is that of this version.
    pub(super) roll: fn(&str) -> String,
    /// How many documents there are, and how many of them are good.
    pub(super) documents: fn(good: &str, all: &str) -> String,
    /// Above what is wrong.
    pub(super) wrong_heading: &'static str,
    /// The bundle itself, in the place of a unit.
    pub(super) bundle: &'static str,
    /// More than is shown.
    pub(super) more: fn(&str) -> String,
    /// Above the units whose figures are missing.
    pub(super) missing_heading: &'static str,
    /// The books begin inside the period.
    pub(super) begins: fn(&str) -> String,
    /// One document, and on whose word its key is trusted.
    pub(super) document: fn(&Line<'_>) -> String,
    /// Above the documents.
    pub(super) documents_heading: &'static str,
    /// Headings of the figures: measure, as stated, added anew, whether both agree.
    pub(super) headings: [&'static str; 4],
    /// Both agree.
    pub(super) agrees: &'static str,
    /// They do not.
    pub(super) differs: &'static str,
    /// What is wrong.
    pub(super) wrong: fn(&Wrong) -> String,
}

/// One document in a list.
pub(super) struct Line<'a> {
    /// What the verifier found.
    pub(super) judged: &'a crate::domain::verdict::Judged,
    /// Its unit.
    pub(super) who: &'a str,
    /// Its atom.
    pub(super) atom: &'a str,
    /// Who signed.
    pub(super) keeper: &'a str,
}

impl Lang {
    fn proof(self) -> &'static Phrases {
        match self {
            Lang::Vi => &super::words::vi::proof::PROOF,
            Lang::En => &super::words::en::proof::PROOF,
        }
    }
}

/// A unit in words: its name and code.
pub(super) fn who(who: &crate::domain::verdict::Who) -> String {
    if who.name.is_empty() { who.unit.to_string() } else { format!("{} ({})", who.name, who.unit) }
}

/// A cell in words.
pub(super) fn cell(cell: &crate::domain::contribution::CellKey) -> String {
    match (cell.agency.as_str(), cell.procedure.as_str()) {
        ("", "") => "–".to_owned(),
        ("", procedure) => procedure.to_owned(),
        (agency, procedure) => format!("{agency}, {procedure}"),
    }
}

/// A version of the registry: the second it was decided in, where it is one.
fn version(version: u64) -> String {
    match i64::try_from(version).ok().and_then(|seconds| seconds.checked_mul(1000)) {
        Some(millis) if version > 100_000_000 => super::render::minute(Timestamp(millis)),
        _ => version.to_string(),
    }
}

fn asked(verdict: &Verdict, lang: Lang) -> String {
    let words = lang.proof();
    match &verdict.asked {
        None => words.nameless.to_owned(),
        Some(Asked { who: unit, period, start, end }) => {
            let (first, last) = (super::render::day(*start), super::render::last_day(*end));
            (words.asked)(&who(unit), period, &first, &last)
        }
    }
}
