//! Tables as grids of text, from CSV or a workbook.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use unicode_normalization::UnicodeNormalization;

use super::CheckError;

/// Most rows and columns looked at.
pub const ROWS: usize = 20_000;
/// See there.
pub const COLUMNS: usize = 100;
/// Most bytes a workbook may take when it is unpacked; what it states is not believed.
const UNPACKED: usize = 64 << 20;

/// One table's worth of rows. Row and column numbers are those of the file, from 1.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Grid {
    /// The sheet, if the file has several.
    pub sheet: String,
    /// Rows with their number in the file.
    pub rows: Vec<(usize, Vec<String>)>,
    /// Whether rows or columns were left out.
    pub cut: bool,
}

impl Grid {
    /// The text there; empty outside.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|(_, r)| r.get(column)).map(String::as_str).unwrap_or_default()
    }

    /// The longest row.
    pub fn width(&self) -> usize {
        self.rows.iter().map(|(_, r)| r.len()).max().unwrap_or(0)
    }

    /// Rows for columns.
    pub fn turned(&self) -> Grid {
        let rows =
            (0..self.width()).map(|c| (c + 1, (0..self.rows.len()).map(|r| self.cell(r, c).to_owned()).collect()));
        Grid { sheet: self.sheet.clone(), rows: rows.collect(), cut: self.cut }
    }
}

/// Composed, and with single spaces.
pub fn tidy(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads comma, semicolon or tab separated text.
///
/// # Errors
/// [`CheckError::Table`], naming the place.
pub fn csv(text: &str) -> Result<Vec<Grid>, CheckError> {
    let text = text.trim_start_matches('\u{feff}');
    let count = |mark: char| text.lines().take(50).map(|l| l.matches(mark).count()).sum::<usize>();
    let mark = [',', ';', '\t', '|'].into_iter().max_by_key(|m| (count(*m), *m == ',')).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(mark).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut grid = Grid::default();
    let mut line = 0;
    for record in reader.records() {
        let record = record.map_err(|e| CheckError::Table(e.to_string()))?;
        // The reader passes over empty lines, which part tables.
        let at = record.position().map_or(line + 1, |p| usize::try_from(p.line()).unwrap_or(line + 1));
        if at > line + 1 && !grid.rows.is_empty() {
            grid.rows.push((at - 1, Vec::new()));
        }
        if grid.rows.len() >= ROWS {
            grid.cut = true;
            break;
        }
        grid.cut |= record.len() > COLUMNS;
        line = at + record.iter().map(|c| c.matches('\n').count()).sum::<usize>();
        let row: Vec<String> = record.iter().take(COLUMNS).map(tidy).collect();
        // The line under the heading of a table drawn with bars.
        let rule =
            row.iter().any(|c| c.contains("--")) && row.iter().all(|c| c.chars().all(|c| matches!(c, '-' | ':')));
        if !rule {
            grid.rows.push((at, row));
        }
    }
    Ok(blocks(grid))
}

/// Reads a workbook: every sheet, values as they were last computed. A formula without a value counts as an empty cell.
///
/// # Errors
/// [`CheckError::Table`].
pub fn xlsx(bytes: &[u8]) -> Result<Vec<Grid>, CheckError> {
    let wrong = |e: &dyn std::fmt::Display| CheckError::Table(e.to_string());
    unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| wrong(&e))?;
    let sheets = book.sheet_names();
    let several = sheets.len() > 1;
    let mut found = Vec::new();
    for name in sheets.into_iter().take(64) {
        let range = book.worksheet_range(&name).map_err(|e| wrong(&e))?;
        let formulas = book.worksheet_formula(&name).ok();
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut grid = Grid { sheet: if several { name } else { String::new() }, ..Grid::default() };
        grid.cut = range.height() > ROWS || range.width() > COLUMNS;
        for (r, row) in range.rows().take(ROWS).enumerate() {
            let down = top.saturating_add(u32::try_from(r).unwrap_or(u32::MAX));
            let cells = row.iter().take(COLUMNS).enumerate().map(|(c, value)| {
                let across = left.saturating_add(u32::try_from(c).unwrap_or(u32::MAX));
                let formula =
                    formulas.as_ref().and_then(|f| f.get_value((down, across))).is_some_and(|f| !f.is_empty());
                let text = printed(value);
                if formula && (text == "0" || text.is_empty()) { String::new() } else { text }
            });
            let blank = vec![String::new(); usize::try_from(left).unwrap_or(0).min(COLUMNS)];
            let cells: Vec<String> = blank.into_iter().chain(cells).collect();
            grid.rows.push((usize::try_from(down).unwrap_or(r) + 1, cells));
        }
        found.extend(blocks(grid));
    }
    Ok(found)
}

/// A workbook is a ZIP: how much it says it holds is read from its directory, so that a small file cannot fill the memory.
fn unpacked(bytes: &[u8]) -> Result<(), CheckError> {
    let mut total = 0usize;
    for at in memchr(bytes, b"PK\x01\x02") {
        let size = bytes.get(at + 24..at + 28).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
        total = total.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
    }
    if total > UNPACKED {
        Err(CheckError::Table("it unpacks to more than 64 MiB: send the sheet in question alone".into()))
    } else {
        Ok(())
    }
}

fn memchr<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, w)| *w == wanted).map(|(n, _)| n)
}

fn printed(value: &Data) -> String {
    match value {
        Data::Int(n) => n.to_string(),
        Data::Float(f) if f.fract() == 0.0 && f.abs() < 9.0e15 => format!("{f:.0}"),
        Data::Float(f) => f.to_string(),
        Data::String(s) => tidy(s),
        _ => String::new(),
    }
}

/// Tables that empty rows part, if each has a heading of its own.
fn blocks(grid: Grid) -> Vec<Grid> {
    let mut found: Vec<Grid> = Vec::new();
    let mut fresh = true;
    for (number, row) in grid.rows {
        if row.iter().all(String::is_empty) {
            fresh = true;
            continue;
        }
        let numbers = row.iter().filter(|c| c.starts_with(|d: char| d.is_ascii_digit())).count();
        let words = row.iter().filter(|c| c.starts_with(|d: char| d.is_alphabetic())).count();
        let heading = words >= 2 && numbers == 0;
        match found.last_mut() {
            Some(last) if !(fresh && heading) => last.rows.push((number, row)),
            _ => found.push(Grid { sheet: grid.sheet.clone(), rows: vec![(number, row)], cut: grid.cut }),
        }
        fresh = false;
    }
    found
}
