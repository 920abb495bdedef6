//! The days that the head of a printed form names: "Từ ngày 15/01/2018 đến hết ngày 14/02/2018".

use chrono::{Datelike, NaiveDate};

use crate::{check::book::Sheet, domain::periods::Period};

/// The first and the last day, if one text above that row names two days in order.
pub fn named(sheet: &Sheet, above: u32) -> Option<(NaiveDate, NaiveDate)> {
    sheet.rows.range(..above).find_map(|(row, cells)| {
        cells.keys().find_map(|column| match days(sheet.text(*row, *column)).as_slice() {
            [first, last] if first <= last => Some((*first, *last)),
            _ => None,
        })
    })
}

/// The period of these days, by its short name where it has one.
pub fn period(first: NaiveDate, last: NaiveDate) -> Option<Period> {
    let (year, month) = (last.year(), last.month());
    let (quarter, half) = (month.div_ceil(3), month.div_ceil(6));
    let names = [
        format!("{year}-{month:02}"),
        format!("{year}-Q{quarter}"),
        format!("{year}-H{half}"),
        format!("{year}-9M"),
        format!("{year}"),
    ];
    let calendar = names.iter().map(|name| format!("cal:{name}"));
    let all = names.iter().cloned().chain(calendar).filter_map(|name| Period::parse(&name).ok());
    let mut same = all.filter(|period| (period.start, period.last_day()) == (first, last));
    same.next().or_else(|| Period::span(first, last).ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_shape_and_their_period() {
        for (text, id) in [
            ("(Từ ngày 15/12/2017 đến hết ngày 14/01/2018)", Some("2018-01")),
            ("từ 15-12-2017 đến 14-3-2018.", Some("2018-Q1")),
            ("15.12.2017 – 14.6.2018", Some("2018-H1")),
            ("15/12/2017 - 14/12/2018", Some("2018")),
            ("Từ 01/02/2018 đến 28/02/2018", Some("cal:2018-02")),
            ("Từ 01/02/2018 đến 09/02/2018", Some("2018-02-01..2018-02-09")),
            ("Từ 14/01/2018 đến 15/12/2017", None),
            ("Thông tư 01/2020/TT-VPCP ngày 21/10/2020", None),
            ("31/02/2018 và 1/3/18", None),
        ] {
            let found = match days(text).as_slice() {
                [first, last] if first <= last => period(*first, *last).map(|p| p.id),
                _ => None,
            };
            assert_eq!(found.as_deref(), id, "{text}");
        }
    }
}
