//! The days that the head of a printed form names: "Từ ngày 15/01/2018 đến hết ngày 14/02/2018".

use chrono::NaiveDate;

use crate::check::book::Sheet;

/// The first and the last day, if one text above that row names two days in order.
pub fn named(sheet: &Sheet, above: u32) -> Option<(NaiveDate, NaiveDate)> {
    sheet.rows.range(..above).find_map(|(row, cells)| {
        cells.keys().find_map(|column| match days(sheet.text(*row, *column)).as_slice() {
            [first, last] if first <= last => Some((*first, *last)),
            _ => None,
        })
    })
}

/// The days in a text, written day, month, year.
fn days(text: &str) -> Vec<NaiveDate> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '-' | '.')));
    words.filter_map(|word| day(word.trim_matches(['.', '-', '/']))).collect()
}

fn day(word: &str) -> Option<NaiveDate> {
    let mut parts = word.split(['/', '-', '.']);
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let (day, month, year) = (number()?, number()?, number()?);
    let whole = parts.next().is_none() && year >= 1975;
    whole.then(|| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)).flatten()
}
