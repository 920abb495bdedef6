//! A small CSV file read whole: cells by column name, and mistakes by line and column.

use std::{collections::HashMap, io::Read};

use super::mapping::tidy;

/// One mistake in a table.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}{message}", place(*line, column))]
pub struct TableError {
    /// Line of the file, the header being line 1.
    pub line: u64,
    /// The column; empty where the mistake is of the whole line or file.
    pub column: String,
    /// What to do.
    pub message: String,
}

/// Where, as far as it is one place.
fn place(line: u64, column: &str) -> String {
    if line == 0 { String::new() } else { format!("line {line}, column {column}: ") }
}

impl TableError {
    /// A mistake there.
    pub fn new(line: u64, column: &str, message: impl Into<String>) -> TableError {
        TableError { line, column: column.to_owned(), message: message.into() }
    }
}

/// A table with its header.
#[derive(Debug)]
pub(super) struct Sheet {
    columns: HashMap<String, usize>,
    lines: Vec<(u64, csv::StringRecord)>,
}

/// Finds the line a record begins on; the reader's own count stops before the blank lines that it skips.
struct LineCounter<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
}

impl LineCounter<'_> {
    fn line_of(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(self.at);
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// One line of it.
#[derive(Copy, Clone)]
pub(super) struct Line<'s> {
    /// Where it stands in the file.
    pub(super) number: u64,
    sheet: &'s Sheet,
    cells: &'s csv::StringRecord,
}

impl Sheet {
    /// Reads a table that has every column of `needed`; a file without a header may stand for its only column where
    /// `headless` says that the first cell is data.
    pub(super) fn read(
        mut file: impl Read,
        needed: &[&str],
        headless: impl Fn(&str) -> bool,
    ) -> Result<Sheet, Vec<TableError>> {
        let mut bytes = Vec::new();
        if let Err(e) = file.read_to_end(&mut bytes) {
            return Err(vec![TableError::new(0, "", format!("the file cannot be read: {e}"))]);
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let (mut wrong, mut lines, mut counter) = (Vec::new(), Vec::new(), LineCounter { bytes, at: 0, line: 1 });
        for record in reader.records() {
            match record {
                Ok(record) => lines.push((counter.line_of(record.position()), record)),
                Err(e) => {
                    let line = counter.line_of(e.position());
                    wrong.push(TableError::new(line, "", "not UTF-8: save the file as UTF-8"));
                }
            }
        }
        if lines.is_empty() {
            wrong.push(TableError::new(
                1,
                "",
                format!("the file is empty: it needs the columns {}", needed.join(", ")),
            ));
            return Err(wrong);
        }
        let mut columns = HashMap::new();
        let is_headless = lines.first().is_some_and(|(_, first)| headless(first.get(0).unwrap_or_default().trim()));
        if let (true, Some(only)) = (is_headless, needed.first()) {
            columns.insert((*only).to_owned(), 0);
        } else {
            let (_, header) = lines.remove(0);
            for (index, name) in header.iter().enumerate() {
                if columns.insert(tidy(name), index).is_some() {
                    wrong.push(TableError::new(1, name, "stands there twice: keep one"));
                }
            }
            for name in needed.iter().filter(|n| !columns.contains_key(**n)) {
                wrong.push(TableError::new(1, name, "the file has no such column: add it"));
            }
        }
        if wrong.is_empty() { Ok(Sheet { columns, lines }) } else { Err(wrong) }
    }

    /// The columns beyond those, as mistakes: a misspelt name must not pass for a column that is not there.
    pub(super) fn only(&self, known: &[&str]) -> Vec<TableError> {
        let mut unknown: Vec<_> = self.columns.keys().filter(|c| !known.contains(&c.as_str())).collect();
        unknown.sort();
        let message = format!("no such column: there are {}", known.join(", "));
        unknown.into_iter().map(|c| TableError::new(1, c, message.clone())).collect()
    }

    /// The lines that are not blank.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let filled = self.lines.iter().filter(|(_, cells)| cells.iter().any(|c| !c.trim().is_empty()));
        filled.map(|(number, cells)| Line { number: *number, sheet: self, cells })
    }
}

impl Line<'_> {
    /// The cell in NFC without blanks around it; empty where there is none.
    pub(super) fn cell(&self, column: &str) -> String {
        tidy(self.sheet.columns.get(column).and_then(|index| self.cells.get(*index)).unwrap_or_default())
    }

    /// A mistake in this line.
    pub(super) fn wrong(&self, column: &str, message: impl Into<String>) -> TableError {
        TableError::new(self.number, column, message)
    }
}
