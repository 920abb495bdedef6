//! The checker of published reports: it reads labelled figures out of prose or a table, holds them against each other, and says which is
//! probably wrong. No rule knows a document, a place or a number; a figure that is unsure is listed as unread and never guessed.

pub mod book;
mod clause;
pub mod filled;
pub mod finding;
mod grid;
pub mod identities;
mod inset;
mod json;
mod judge;
pub mod label;
mod levels;
mod lexicon;
mod noise;
pub mod number;
mod percent;
mod period;
mod promote;
mod prose;
pub mod reading;
mod scope;
mod sections;
pub mod solve;
mod table;
pub mod text;
mod wrap;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use thiserror::Error;

pub use finding::{Equation, Evidence, Finding, Fix, Kind, Term, What};
pub use json::code as label_named;
pub use label::{Label, Space, Unsure};
pub use reading::{Cell, Place, Scope, Unread};

/// Largest input in bytes.
pub const BYTES: usize = 4 << 20;

/// How an input is to be read.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// Sentences.
    Prose,
    /// A table, comma or semicolon separated.
    Csv,
    /// A workbook.
    Xlsx,
    /// Named figures.
    Json,
}

/// What is to be checked.
#[derive(Copy, Clone, Debug)]
pub struct Input<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its file name, if it has one: only the ending is looked at.
    pub name: &'a str,
    /// How to read it; guessed from name and content otherwise.
    pub form: Option<Form>,
}

/// Why an input could not be read at all.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum CheckError {
    /// More than [`BYTES`].
    #[error("the input has more than 4 MiB: check its parts one by one")]
    TooLarge,
    /// Neither UTF-8 nor another encoding that is known.
    #[error("the input is not UTF-8 text: save it as UTF-8, or name its form with --as")]
    NotText,
    /// A table that cannot be read.
    #[error("the table cannot be read: {0}")]
    Table(String),
    /// Not JSON.
    #[error("the input is not JSON: {0}")]
    Json(String),
}

/// What a check comes to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// The parts of the document whose figures belong together.
    pub scopes: Vec<Scope>,
    /// Labelled figures.
    pub cells: Vec<Cell>,
    /// Findings, in the order of the document, notes last.
    pub findings: Vec<Finding>,
    /// Numbers that were not read.
    pub unread: Vec<Unread>,
    /// How many percentages were judged and fit.
    pub shares: usize,
    /// Whether a bound was met, so that some of the input was not looked at.
    pub cut: bool,
}

impl Outcome {
    /// Whether anything is wrong: any finding but notes.
    pub fn wrong(&self) -> bool {
        self.findings.iter().any(|f| f.kind() != Kind::Note)
    }
}

/// Checks an input.
///
/// # Errors
/// [`CheckError`]: it cannot be read at all. An input without figures is no error.
pub fn check(input: Input<'_>) -> Result<Outcome, CheckError> {
    if input.bytes.len() > BYTES {
        return Err(CheckError::TooLarge);
    }
    let text = || std::str::from_utf8(input.bytes).map_err(|_| CheckError::NotText);
    let tables = |grids: Vec<grid::Grid>, mut reading: reading::Reading| {
        for grid in &grids {
            table::read(grid, &mut reading);
        }
        reading
    };
    let reading = match input.form.unwrap_or_else(|| guess(&input)) {
        Form::Prose => {
            let (prose, insets) = inset::take(text()?);
            tables(insets, prose::read(&text::Text::read(&prose)))
        }
        Form::Csv => tables(grid::csv(text()?)?, reading::Reading::default()),
        Form::Xlsx => tables(grid::xlsx(input.bytes)?, reading::Reading::default()),
        Form::Json => json::read(text()?)?,
    };
    Ok(outcome(reading))
}

/// The form by the name's ending, else by the first bytes. Text that is neither is prose.
fn guess(input: &Input<'_>) -> Form {
    let ending = input.name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" | "tsv" => return Form::Csv,
        "xlsx" | "xlsm" => return Form::Xlsx,
        "json" => return Form::Json,
        "txt" | "md" if !looks_tabular(input.bytes, b"\t|") => return Form::Prose,
        _ => {}
    }
    let start = input.bytes.iter().find(|b| !b.is_ascii_whitespace());
    match (input.bytes.get(..4), start) {
        (Some(b"PK\x03\x04"), _) => Form::Xlsx,
        (_, Some(b'{' | b'[')) if serde_json::from_slice::<serde_json::Value>(input.bytes).is_ok() => Form::Json,
        _ if looks_tabular(input.bytes, b",;\t|") => Form::Csv,
        _ => Form::Prose,
    }
}

/// Most lines have the same number of one of these marks, and more than two.
fn looks_tabular(bytes: &[u8], marks: &[u8]) -> bool {
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).take(40).collect();
    lines.len() >= 3
        && marks.iter().any(|mark| {
            let mut counts: Vec<usize> = lines.iter().map(|l| l.iter().filter(|b| *b == mark).count()).collect();
            counts.sort_unstable();
            let middle = counts.get(counts.len() / 2).copied().unwrap_or(0);
            middle >= 3 && counts.iter().filter(|c| **c == middle).count() * 3 >= counts.len() * 2
        })
}

/// Checks the figures of one unit that were typed in or taken from a filled form: nothing comes in or goes out but by them. `name` is
/// what findings call the unit; a figure's place is its number in the list, from 1.
pub fn figures(name: &str, figures: &[(Label, i64)]) -> Outcome {
    let mut reading = reading::Reading::default();
    reading.scopes.push(Scope { name: name.to_owned(), closed: true, ..Scope::default() });
    for (n, (label, value)) in figures.iter().enumerate() {
        let place = Place { line: n + 1, column: 1, printed: value.to_string(), quote: String::new() };
        reading.push(Cell {
            label: label.clone(),
            firm: label::Firm::Said,
            value: *value,
            about: false,
            slack: 0,
            scope: 0,
            grouping: number::Grouping::Short,
            places: vec![place],
        });
    }
    outcome(reading)
}

/// Most percentages of one scope. Each is held against every whole there, so that their number squared is the cost.
const SHARES: usize = 300;

/// Leaves out percentages beyond [`SHARES`].
fn bound(reading: &mut reading::Reading) {
    let mut counted = vec![0; reading.scopes.len()];
    let before = reading.percentages.len();
    reading.percentages.retain(|shown| {
        counted.get_mut(shown.scope).is_some_and(|count| {
            *count += 1;
            *count <= SHARES
        })
    });
    reading.cut |= reading.percentages.len() < before;
}

fn outcome(mut reading: reading::Reading) -> Outcome {
    bound(&mut reading);
    let mut sums = identities::sums(&reading);
    promote::promote(&reading, &mut sums);
    let (findings, mut unsure) = judge::findings(&reading, &sums);
    let contradictions = findings.iter().filter(|f| f.kind() == Kind::Contradiction).count();
    reading.cut |= contradictions >= solve::FAILURES;
    let shares = reading.percentages.len() - unsure.len();
    reading.unread.append(&mut unsure);
    reading.unread.sort_by(|a, b| a.place.cmp(&b.place));
    Outcome { scopes: reading.scopes, cells: reading.cells, findings, unread: reading.unread, shares, cut: reading.cut }
}
