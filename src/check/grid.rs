//! Tables as grids of text, from CSV or a workbook.

use unicode_normalization::UnicodeNormalization;

use super::{
    CheckError,
    book::{self, Held, Sheet},
};

/// Most rows and columns looked at.
pub const ROWS: usize = 20_000;
/// See there.
pub const COLUMNS: usize = 100;

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

/// In NFC, with single blanks.
pub fn tidy(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// On which lines the records of a text begin. The reader passes over blank lines and what is left of "\r\n", and counts neither before a record.
pub struct Lines<'a> {
    text: &'a str,
    counted: usize,
    breaks: usize,
}

impl<'a> Lines<'a> {
    /// Of a text whose records come in order.
    pub fn of(text: &'a str) -> Lines<'a> {
        Lines { text, counted: 0, breaks: 0 }
    }

    /// The line of the next record, from 1.
    pub fn line(&mut self, record: &csv::StringRecord) -> usize {
        let begin = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(self.counted);
        let blank = self.text.get(begin..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        self.breaks += self.text.get(self.counted..begin + blank).map_or(0, |since| since.matches('\n').count());
        self.counted = begin + blank;
        self.breaks + 1
    }
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
    let (mut line, mut lines) = (0, Lines::of(text));
    for record in reader.records() {
        let record = record.map_err(|e| CheckError::Table(e.to_string()))?;
        // The reader passes over empty lines, which part tables.
        let at = lines.line(&record);
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
    let sheets = book::sheets(bytes)?;
    let several = sheets.len() > 1;
    let named = |sheet: &Sheet| if several { sheet.name.clone() } else { String::new() };
    Ok(sheets.iter().flat_map(|sheet| of(sheet, named(sheet))).collect())
}

/// The tables of a sheet, under that name.
pub fn of(sheet: &Sheet, name: String) -> Vec<Grid> {
    let mut grid = Grid { sheet: name, rows: Vec::new(), cut: sheet.cut };
    let mut next = None;
    for (row, cells) in &sheet.rows {
        let number = usize::try_from(*row).unwrap_or(usize::MAX);
        if next.is_some_and(|next| number > next) {
            grid.rows.push((number - 1, Vec::new()));
        }
        next = Some(number + 1);
        let last = cells.keys().next_back().copied().unwrap_or_default();
        let text = |column| cells.get(&column).map(Held::printed).unwrap_or_default();
        grid.rows.push((number, (1..=last).map(text).collect()));
    }
    blocks(grid)
}

/// Tables that empty rows or captions part, if each has a heading of its own.
fn blocks(grid: Grid) -> Vec<Grid> {
    let mut found: Vec<Grid> = Vec::new();
    // A caption belongs to the table below it, if there is one.
    let mut captions: Vec<(usize, Vec<String>)> = Vec::new();
    let (mut blank, mut figures) = (true, false);
    for (number, row) in grid.rows {
        if row.iter().all(String::is_empty) {
            blank = true;
            continue;
        }
        let numbers = row.iter().filter(|c| c.starts_with(|d: char| d.is_ascii_digit())).count();
        let words = row.iter().filter(|c| c.starts_with(|d: char| d.is_alphabetic())).count();
        if !found.is_empty() && words == 1 && row.iter().filter(|c| !c.is_empty()).count() == 1 {
            captions.push((number, row));
            continue;
        }
        let captioned = figures && !captions.is_empty() && words >= 3;
        let heading = numbers == 0 && (blank && words >= 2 || captioned);
        let rows = captions.drain(..).chain([(number, row)]);
        match found.last_mut() {
            Some(last) if !heading => last.rows.extend(rows),
            _ => {
                found.push(Grid { sheet: grid.sheet.clone(), rows: rows.collect(), cut: grid.cut });
                figures = false;
            }
        }
        figures |= numbers > 0;
        blank = false;
    }
    if let Some(last) = found.last_mut() {
        last.rows.append(&mut captions);
    }
    found
}
