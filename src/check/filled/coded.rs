//! Our own form: a column of code names, a column for each period.

use std::collections::BTreeMap;

use super::{Asked, At, Filled, Mistake, Read, What};
use crate::{
    check::book::{Held, Sheet, Value},
    domain::{
        entered::{Form, Item},
        percent::parse_count,
        periods::Period,
    },
};

/// What the column of code names may be called.
const CODE: &[&str] = &["mã", "code"];
/// What the column of labels may be called; nobody reads it.
const ITEM: &[&str] = &["nội dung", "item"];
/// What the column of numbers may be called where it does not name a period.
const VALUE: &[&str] = &["số liệu", "value"];
/// How far down the headings may stand.
const HEAD: u32 = 50;

/// A sheet, and where its heading of code names stands.
pub type Head<'a> = (&'a Sheet, u32, u32);

/// Every sheet that has a column of code names.
pub fn heads(sheets: &[Sheet]) -> Vec<Head<'_>> {
    let head = |sheet| -> Option<Head<'_>> {
        let sheet: &Sheet = sheet;
        sheet.rows.range(..=HEAD).find_map(|(row, cells)| {
            let column = cells.keys().find(|c| CODE.contains(&sheet.text(*row, **c).to_lowercase().as_str()))?;
            Some((sheet, *row, *column))
        })
    };
    sheets.iter().filter_map(head).collect()
}

/// The figures of every sheet with code names.
pub fn read(heads: &[Head<'_>], asked: &Asked<'_>) -> Result<Filled, Vec<Mistake>> {
    let (mut forms, mut wrong): (Vec<Read>, Vec<Mistake>) = (Vec::new(), Vec::new());
    for (sheet, row, column) in heads {
        one(sheet, *row, *column, asked.periods, &mut forms, &mut wrong);
    }
    forms.retain(|read| !read.form.stated.is_empty());
    if forms.is_empty() && wrong.is_empty() {
        wrong.push(Mistake::of(What::NoFigures));
    }
    if wrong.is_empty() { Ok(Filled { forms, ..Filled::default() }) } else { Err(wrong) }
}

fn one(sheet: &Sheet, head: u32, code: u32, given: &[Period], forms: &mut Vec<Read>, wrong: &mut Vec<Mistake>) {
    let at = |row, column| At { sheet: sheet.name.clone(), row, column };
    let columns = columns(sheet, head, code, given, wrong);
    for (row, cells) in sheet.rows.range(head + 1..) {
        let typed = |held: &Held| !held.formula && matches!(held.value, Value::Number(_));
        let name = sheet.text(*row, code);
        if name.is_empty() {
            // Notes and checks below the lines have no code; a number without one would be lost.
            let lost = columns.iter().find(|(column, _)| cells.get(column).is_some_and(typed));
            wrong.extend(lost.map(|(column, _)| Mistake::at(at(*row, *column), What::NoCode)));
            continue;
        }
        let Some(item) = Item::by_name(name) else {
            wrong.push(Mistake::at(at(*row, code), What::NotAFigure(name.to_owned())));
            continue;
        };
        for (column, period) in &columns {
            let Some(held) = cells.get(column) else { continue };
            let place = at(*row, *column);
            match count(held) {
                Ok(count) => put(forms, period, item, count, place, wrong),
                Err(what) => wrong.push(Mistake::at(place, what)),
            }
        }
    }
}

/// The columns that hold figures, with their periods.
fn columns(sheet: &Sheet, head: u32, code: u32, given: &[Period], wrong: &mut Vec<Mistake>) -> Vec<(u32, Period)> {
    let mut columns = Vec::new();
    for (column, held) in sheet.rows.get(&head).into_iter().flatten().filter(|(column, _)| **column != code) {
        let name = sheet.text(head, *column);
        let plain = name.to_lowercase();
        let mistake = |what| Mistake::at(At { sheet: sheet.name.clone(), row: head, column: *column }, what);
        if let Ok(period) = Period::parse(name) {
            if given.is_empty() || given.iter().any(|g| (g.start, g.end) == (period.start, period.end)) {
                columns.push((*column, period));
            }
        } else if VALUE.contains(&plain.as_str()) {
            match given {
                [period] => columns.push((*column, period.clone())),
                _ => wrong.push(mistake(What::WhichPeriod)),
            }
        } else if !ITEM.contains(&plain.as_str()) {
            wrong.push(mistake(What::NotAPeriod(held.printed())));
        }
    }
    columns
}

fn put(forms: &mut Vec<Read>, period: &Period, item: Item, count: i64, at: At, wrong: &mut Vec<Mistake>) {
    let same = |read: &Read| (read.form.period.start, read.form.period.end) == (period.start, period.end);
    if !forms.iter().any(same) {
        let form = Form { period: period.clone(), stated: BTreeMap::new() };
        forms.push(Read { form, at: BTreeMap::new() });
    }
    for read in forms.iter_mut().filter(|read| same(read)) {
        match read.at.get(item.name()) {
            Some(before) => wrong.push(Mistake::at(at.clone(), What::Twice(before.clone()))),
            None => {
                read.form.stated.insert(item.name(), count);
                read.at.insert(item.name(), at.clone());
            }
        }
    }
}

/// The count in a cell.
fn count(held: &Held) -> Result<i64, What> {
    let no = || What::NotACount(held.printed().chars().take(40).collect());
    match &held.value {
        Value::Text(text) => parse_count(text).map_err(|_| no()),
        #[expect(clippy::cast_possible_truncation, reason = "whole, and far below the largest")]
        Value::Number(n) if n.fract() == 0.0 && n.abs() < 9.0e15 => Ok(*n as i64),
        Value::Number(_) => Err(no()),
        Value::Error(error) => Err(What::Error(error.clone())),
        Value::Other => Err(What::NotANumber),
    }
}
