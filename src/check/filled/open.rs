//! From bytes to sheets, whatever the file is.

use std::collections::BTreeMap;

use super::{MAX_FORM, What};
use crate::check::{
    CheckError,
    book::{self, COLUMNS, Held, ROWS, Sheet, Value},
    grid::{Lines, tidy},
};

/// Old workbooks and workbooks with a password begin so.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The name and the content of the first part of an OpenDocument file, which is never packed.
const OPEN_DOCUMENT: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument";

/// The sheets of a file; text is one sheet without a name.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, What> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.len() > MAX_FORM {
        return Err(What::TooLarge);
    }
    if begins(COMPOUND) {
        return Err(What::OldExcel);
    }
    if begins(b"PK") {
        if bytes.get(30..30 + OPEN_DOCUMENT.len()) == Some(OPEN_DOCUMENT) {
            return Err(What::OpenDocument);
        }
        return book::sheets(bytes).map_err(|error| match error {
            CheckError::Table(why) => What::Broken(why),
            other => What::Broken(other.to_string()),
        });
    }
    // Programs call a page of HTML a workbook, and people send what was printed.
    if begins(b"%PDF") || bare.trim_ascii_start().starts_with(b"<") {
        return Err(What::OtherFormat);
    }
    let text = std::str::from_utf8(bare).map_err(|_| What::NotText)?;
    Ok(vec![csv(text)?])
}

fn csv(text: &str) -> Result<Sheet, What> {
    let mark = delimiter(text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(mark).from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut lines = Lines::of(text);
    for record in reader.records() {
        let record = record.map_err(|_| What::NotText)?;
        let row = u32::try_from(lines.line(&record)).unwrap_or(u32::MAX);
        let cells = (1..).zip(record.iter()).filter_map(|(column, cell)| {
            let text = tidy(cell);
            (!text.is_empty()).then_some((column, Held { value: Value::Text(text), formula: false }))
        });
        let cells: BTreeMap<u32, Held> = cells.collect();
        sheet.cut |= row > ROWS || cells.keys().next_back().is_some_and(|last| *last > COLUMNS);
        if !cells.is_empty() {
            sheet.rows.insert(row, cells);
        }
        if sheet.cut {
            break;
        }
    }
    if sheet.rows.is_empty() { Err(What::Empty) } else { Ok(sheet) }
}

/// Spreadsheets in Vietnamese write semicolons, because the comma is the decimal mark.
fn delimiter(text: &str) -> u8 {
    let count = |mark: &u8| text.lines().take(50).map(|l| l.bytes().filter(|b| b == mark).count()).sum::<usize>();
    b",;\t".iter().copied().max_by_key(|mark| (count(mark), *mark == b',')).unwrap_or(b',')
}
