//! Workbooks as cells, read as they come. Whatever a file says of its own size is not believed: it is unpacked once with a limit before anything is
//! kept of it, and cells far away cost no more than cells nearby.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{CheckError, grid::tidy};

/// Most rows of a sheet that are looked at.
pub const ROWS: u32 = 20_000;
/// Most columns of a sheet that are looked at.
pub const COLUMNS: u32 = 100;
/// Most sheets of a workbook that are looked at.
const SHEETS: usize = 64;
/// Most bytes of all that is packed in a workbook.
const UNPACKED: u64 = 64 << 20;
/// Most files that are packed in a workbook.
const PARTS: usize = 2_000;
/// Most cells of a workbook, and most bytes of their texts.
const CELLS: usize = 400_000;
const TEXT: usize = 32 << 20;
/// The fewest bytes of one shared text, `<si/>`.
const SHARED: u64 = 5;

/// What stands in a cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Words, in NFC, with single blanks.
    Text(String),
    /// A number, as the program that wrote it keeps it.
    Number(f64),
    /// A formula that came to nothing, as spreadsheets print it: `#REF!`.
    Error(String),
    /// A date, or yes or no.
    Other,
}

/// A cell that is not empty.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// What stands in it; of a formula what it last came to.
    pub value: Value,
    /// Whether it is a formula.
    pub formula: bool,
}

/// One sheet. Rows and columns count from 1.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// Its name; empty for a file that has no sheets.
    pub name: String,
    /// Whether its reader does not see it.
    pub hidden: bool,
    /// Rows, and their cells by column.
    pub rows: BTreeMap<u32, BTreeMap<u32, Held>>,
    /// Whether some of it was left out.
    pub cut: bool,
}

impl Sheet {
    /// The cell there, if it is not empty.
    pub fn cell(&self, row: u32, column: u32) -> Option<&Held> {
        self.rows.get(&row)?.get(&column)
    }

    /// The words there; empty where there are none.
    pub fn text(&self, row: u32, column: u32) -> &str {
        match self.cell(row, column) {
            Some(Held { value: Value::Text(text), .. }) => text,
            _ => "",
        }
    }
}

impl Sheet {
    /// Programs that cannot compute write 0 for every formula. Where not one formula came to anything else, nobody has computed them yet.
    fn forget_uncomputed(&mut self) {
        let mut formulas = self.rows.values().flat_map(BTreeMap::values).filter(|held| held.formula);
        if formulas.all(Held::is_zero_of_formula) {
            self.rows.values_mut().for_each(|row| row.retain(|_, held| !held.formula));
        }
    }
}

impl Held {
    /// As it is read by people, without its number format; empty for a date or an error.
    pub fn printed(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone(),
            Value::Number(n) if n.fract() == 0.0 && n.abs() < 9.0e15 => format!("{n:.0}"),
            Value::Number(n) => n.to_string(),
            Value::Error(_) | Value::Other => String::new(),
        }
    }

    fn is_zero_of_formula(&self) -> bool {
        self.formula && self.value == Value::Number(0.0)
    }
}

/// The sheets of a workbook, in its order.
///
/// # Errors
/// [`CheckError::Table`]: it is none, or it holds more than is taken in.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, CheckError> {
    let wrong = |e: &dyn std::fmt::Display| CheckError::Table(e.to_string());
    unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| wrong(&e))?;
    let (mut cells, mut room) = (0, TEXT);
    let mut found = Vec::new();
    for sheet in book.sheets_metadata().to_vec().into_iter().take(SHEETS) {
        // A sheet that is a chart has no cells.
        let Ok(mut reader) = book.worksheet_cells_reader(&sheet.name) else { continue };
        let hidden = sheet.visible != SheetVisible::Visible;
        let mut own = Sheet { name: sheet.name, hidden, ..Sheet::default() };
        while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|e| wrong(&e))? {
            let (Some(row), Some(column)) = (cell.pos.0.checked_add(1), cell.pos.1.checked_add(1)) else { continue };
            let Some(value) = value(cell.value) else { continue };
            let bytes = if let Value::Text(text) = &value { text.len() } else { 0 };
            if row > ROWS || column > COLUMNS || cells >= CELLS || bytes > room {
                own.cut = true;
                continue;
            }
            (cells, room) = (cells + 1, room - bytes);
            own.rows.entry(row).or_default().insert(column, Held { value, formula: cell.formula.is_some() });
        }
        own.forget_uncomputed();
        found.push(own);
    }
    Ok(found)
}

fn value(value: DataRef<'_>) -> Option<Value> {
    let text = |text: &str| Some(tidy(text)).filter(|t| !t.is_empty()).map(Value::Text);
    match value {
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet keeps no larger whole numbers either")]
        DataRef::Int(n) => Some(Value::Number(n as f64)),
        DataRef::Float(n) => Some(Value::Number(n)),
        DataRef::String(own) => text(&own),
        DataRef::SharedString(shared) => text(shared),
        DataRef::Error(error) => Some(Value::Error(error.to_string())),
        DataRef::Empty => None,
        _ => Some(Value::Other),
    }
}

/// Unpacks everything once and throws it away. A file that holds far more than it says, or says that it holds far more than it does, could otherwise
/// fill the memory.
fn unpacked(bytes: &[u8]) -> Result<(), CheckError> {
    let wrong = |e: &dyn std::fmt::Display| CheckError::Table(e.to_string());
    let large = || CheckError::Table("it unpacks to more than 64 MiB: send the sheet in question alone".into());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| wrong(&e))?;
    if archive.len() > PARTS {
        return Err(large());
    }
    let mut room = UNPACKED;
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).map_err(|e| wrong(&e))?;
        let mut head = Vec::new();
        let name = part.name().map_err(|e| wrong(&e))?.to_ascii_lowercase();
        let shared = name.ends_with("sharedstrings.xml");
        let sheet = name.contains("worksheets/");
        let read = part.by_ref().take(room.saturating_add(1)).read_to_end(&mut head).map_err(|e| wrong(&e))?;
        let size = u64::try_from(read).unwrap_or(u64::MAX);
        room = room.checked_sub(size).ok_or_else(large)?;
        if sheet && !references_exist(&head) {
            return Err(CheckError::Table("it has cells where no sheet has any: save it anew".into()));
        }
        // The reader makes room for as many texts as the file says there are.
        if shared && stated(&head).is_some_and(|texts| texts > size / SHARED) {
            return Err(CheckError::Table("it says that it holds more texts than it does: save it anew".into()));
        }
    }
    Ok(())
}

/// Whether every cell and row of a sheet has an address that sheets have. The reader computes with whatever stands there, and a number that
/// overflows would put a figure into another cell.
fn references_exist(part: &[u8]) -> bool {
    let marks =
        part.windows(2).enumerate().filter(|(_, w)| matches!(w, [before, b'r'] if before.is_ascii_whitespace()));
    marks.map(|(at, _)| part.get(at + 2..).unwrap_or_default()).all(|after| {
        let Some(quoted) = after.trim_ascii_start().strip_prefix(b"=") else { return true };
        let quoted = quoted.trim_ascii_start();
        let Some((quote @ (b'"' | b'\''), address)) = quoted.split_first() else { return true };
        let address = address.split(|c| c == quote).next().unwrap_or_default();
        let letters = address.iter().take_while(|c| c.is_ascii_alphabetic()).count();
        let digits = address.get(letters..).unwrap_or_default();
        letters <= 3 && (1..=7).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
    })
}

/// How many shared texts a workbook says it has. Anything that is not plainly a number counts as too many.
fn stated(head: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(head);
    let (_, after) = text.split_once("uniqueCount")?;
    let quoted = after.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    let digits = quoted.get(1..).and_then(|q| q.split(['"', '\'']).next()).unwrap_or_default();
    Some(digits.parse().unwrap_or(u64::MAX))
}
