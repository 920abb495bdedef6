//! The columns of a template and the headings over them, looked up and checked.

use std::collections::BTreeMap;

use super::{
    amount::{self, Amount, Weights},
    check::{Mistake, Mistakes, bound, text},
    file,
    template::{Column, Group, Words},
};
use crate::domain::measure::Measure;

const MAX_COLUMNS: usize = 40;
const MAX_GROUPS: usize = 40;
/// Headings over a column, its own aside.
const MAX_DEPTH: usize = 3;

/// Groups by id.
pub(super) struct Groups {
    pub ids: Vec<String>,
    pub all: Vec<Group>,
}

/// Looks up the groups.
pub(super) fn groups(mistakes: &mut Mistakes, file: Vec<file::Group>) -> Groups {
    bound(mistakes, "groups", file.len(), MAX_GROUPS);
    let ids: Vec<String> = file.iter().map(|group| group.id.clone()).collect();
    let mut all = Vec::new();
    for (at, group) in file.into_iter().enumerate() {
        if ids.iter().position(|id| *id == group.id) != Some(at) {
            mistakes.push(Mistake::Twice { what: "group", name: group.id.clone() });
        }
        let words = Words { vi: group.vi, en: group.en };
        text(mistakes, &format!("group {}", group.id), &words);
        let above = group.above.and_then(|name| find_group(mistakes, &ids, &format!("group {}", group.id), name));
        all.push(Group { words, above });
    }
    for (id, group) in ids.iter().zip(&all) {
        let above = std::iter::successors(group.above, |at| all.get(*at)?.above).take(MAX_DEPTH).count();
        if above >= MAX_DEPTH {
            mistakes.push(Mistake::Deep { name: id.clone(), most: MAX_DEPTH });
        }
    }
    Groups { ids, all }
}

fn find_group(mistakes: &mut Mistakes, ids: &[String], place: &str, name: String) -> Option<usize> {
    let found = ids.iter().position(|id| *id == name);
    if found.is_none() {
        mistakes.push(Mistake::Group { place: place.to_owned(), name });
    }
    found
}

/// Looks up the columns.
pub(super) fn columns(mistakes: &mut Mistakes, file: Vec<file::Column>, groups: &[String]) -> Vec<Column> {
    bound(mistakes, "columns", file.len(), MAX_COLUMNS);
    if file.is_empty() {
        mistakes.push(Mistake::NoColumns);
    }
    let numbers: Vec<String> = file.iter().map(|column| column.number.clone()).collect();
    let mut parts_of: Vec<bool> = Vec::new();
    let mut said: Vec<Option<String>> = Vec::new();
    let mut columns = Vec::new();
    for (at, column) in file.into_iter().enumerate() {
        let place = format!("column {}", column.number);
        if numbers.iter().position(|number| *number == column.number) != Some(at) {
            mistakes.push(Mistake::Twice { what: "column", name: column.number.clone() });
        }
        let words = Words { vi: column.vi.clone(), en: column.en.clone() };
        text(mistakes, &place, &words);
        text(mistakes, "number of a column", &Words { vi: column.number.clone(), en: column.number.clone() });
        let group = column.group.clone().and_then(|name| find_group(mistakes, groups, &place, name));
        let amount = amount(mistakes, &column, &place, &numbers);
        parts_of.push(column.of_which);
        said.push(column.is);
        columns.push(Column {
            number: column.number,
            words,
            group,
            amount,
            year: column.year,
            optional: column.optional,
        });
    }
    formulas(mistakes, &columns);
    counted_once(mistakes, &columns, &parts_of);
    as_said(mistakes, &columns, &said);
    columns
}

/// What stands in a column, as far as it can be read.
fn amount(mistakes: &mut Mistakes, column: &file::Column, place: &str, numbers: &[String]) -> Amount {
    match (&column.sum, &column.columns, &column.share) {
        (Some(names), None, None) => {
            if names.is_empty() {
                mistakes.push(Mistake::Empty(place.to_owned()));
            }
            let mut folded = Vec::new();
            for name in names {
                match amount::measures(name) {
                    Some(measures) => folded.extend(measures),
                    None => mistakes.push(Mistake::Measure { column: column.number.clone(), name: name.clone() }),
                }
            }
            Amount::Fold(folded)
        }
        (None, Some(names), None) => Amount::Columns(named(mistakes, names, place, numbers)),
        (None, None, Some(share)) => Amount::Share {
            of: named(mistakes, &share.of, place, numbers),
            over: named(mistakes, &share.over, place, numbers),
        },
        _ => {
            mistakes.push(Mistake::Amount(column.number.clone()));
            Amount::Fold(Vec::new())
        }
    }
}

fn named(mistakes: &mut Mistakes, names: &[String], place: &str, numbers: &[String]) -> Vec<usize> {
    if names.is_empty() {
        mistakes.push(Mistake::Empty(place.to_owned()));
    }
    let mut found: Vec<usize> = Vec::new();
    for name in names {
        match numbers.iter().position(|number| number == name) {
            None => mistakes.push(Mistake::Column { place: place.to_owned(), name: name.clone() }),
            Some(at) if found.contains(&at) => {
                mistakes.push(Mistake::NamedTwice { place: place.to_owned(), name: name.clone() });
            }
            Some(at) => found.push(at),
        }
    }
    found
}

/// Formulas end, add no shares, and stay within the period or within the year.
fn formulas(mistakes: &mut Mistakes, columns: &[Column]) {
    for (at, column) in columns.iter().enumerate() {
        let parts = match &column.amount {
            Amount::Fold(_) => continue,
            Amount::Columns(parts) => parts.clone(),
            Amount::Share { of, over } => of.iter().chain(over).copied().collect(),
        };
        let shares = |part: &&Column| matches!(part.amount, Amount::Share { .. });
        let place = format!("column {}", column.number);
        for part in parts.iter().filter_map(|part| columns.get(*part)) {
            if part.year != column.year {
                let (column, number) = (column.number.clone(), part.number.clone());
                mistakes.push(Mistake::MixesYear { column, part: number, year: part.year });
            }
            if shares(&part) {
                mistakes.push(Mistake::AddsShare { place: place.clone(), name: part.number.clone() });
            }
        }
        let adds_share = parts.iter().filter_map(|part| columns.get(*part)).any(|part| shares(&part));
        if matches!(column.amount, Amount::Columns(_)) && !adds_share && amount::weights(columns, at).is_none() {
            mistakes.push(Mistake::Cycle(column.number.clone()));
        }
    }
}

/// No measure stands in two columns that fold it, except where one is said to be a part of another; nor in one column twice.
fn counted_once(mistakes: &mut Mistakes, columns: &[Column], parts_of: &[bool]) {
    let mut counted: BTreeMap<(bool, Measure), &str> = BTreeMap::new();
    for (column, part) in columns.iter().zip(parts_of) {
        let Amount::Fold(measures) = &column.amount else { continue };
        for (at, measure) in measures.iter().enumerate() {
            let again = measures.iter().position(|m| m == measure) != Some(at);
            let elsewhere = if *part { None } else { counted.insert((column.year, *measure), &column.number) };
            if let Some(first) = elsewhere.or(again.then_some(&*column.number)) {
                let (first, second) = (first.to_owned(), column.number.clone());
                mistakes.push(Mistake::CountedTwice { measure: measure.name(), first, second });
            }
        }
    }
}

/// A column that is said to be a measure is that measure.
fn as_said(mistakes: &mut Mistakes, columns: &[Column], said: &[Option<String>]) {
    for (at, (column, is)) in columns.iter().zip(said).enumerate() {
        let Some(is) = is else { continue };
        let Some(measures) = amount::measures(is) else {
            mistakes.push(Mistake::Measure { column: column.number.clone(), name: is.clone() });
            continue;
        };
        let mut left = Weights::new();
        measures.into_iter().for_each(|measure| *left.entry(measure).or_default() += 1);
        for (measure, times) in amount::weights(columns, at).unwrap_or_default() {
            *left.entry(measure).or_default() -= times;
        }
        if let Some(difference) = difference(&left) {
            mistakes.push(Mistake::IsNot { column: column.number.clone(), is: is.clone(), difference });
        }
    }
}

/// What is missing and what is too much, in words; `None` if nothing is.
pub(super) fn difference(left: &Weights) -> Option<String> {
    let list = |wanted: fn(i64) -> bool| -> Vec<&str> {
        left.iter().filter(|(_, times)| wanted(**times)).map(|(measure, _)| measure.name()).collect()
    };
    let (lacking, surplus) = (list(|n| n > 0), list(|n| n < 0));
    match (lacking.as_slice(), surplus.as_slice()) {
        ([], []) => None,
        (_, []) => Some(format!("lack {}", lacking.join(", "))),
        ([], _) => Some(format!("have {} too often", surplus.join(", "))),
        _ => Some(format!("lack {} and have {} too often", lacking.join(", "), surplus.join(", "))),
    }
}

/// Every group stands over columns that are side by side.
pub(super) fn side_by_side(mistakes: &mut Mistakes, groups: &Groups, columns: &[Column]) {
    let within = |column: &Column, group: usize| {
        std::iter::successors(column.group, |at| groups.all.get(*at)?.above).take(MAX_DEPTH + 1).any(|at| at == group)
    };
    for (at, id) in groups.ids.iter().enumerate() {
        let over: Vec<usize> = (0..).zip(columns).filter(|(_, c)| within(c, at)).map(|(n, _)| n).collect();
        match (over.first(), over.last()) {
            (Some(first), Some(last)) if last - first + 1 != over.len() => {
                mistakes.push(Mistake::Scattered(id.clone()));
            }
            (None, _) => mistakes.push(Mistake::EmptyGroup(id.clone())),
            _ => {}
        }
    }
}
