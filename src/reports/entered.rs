//! Which figures were entered by hand, and where a period cuts through them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Names, Note, Query, Report, Sheet};
use crate::domain::{summary::Entered, units::UnitId};

/// Units that are named one by one.
const NAMED: usize = 20;

/// A note for each unit whose figures were entered, and one more where only a part of what was entered lies in the period.
pub(super) fn notes(query: &Query, sheets: &[Sheet], names: &Names<'_>) -> Vec<Note> {
    let units = by_unit(sheets);
    let mut notes = Vec::new();
    for (unit, entered) in units.iter().take(NAMED) {
        notes.push(Note::EnteredByHand { unit: (*unit).clone(), by: persons(entered), name: names.unit(unit) });
        for e in entered.iter().filter(|e| is_across(e, query)) {
            notes.push(Note::EnteredAcross {
                unit: (*unit).clone(),
                start: e.start,
                end: e.end,
                name: names.unit(unit),
            });
        }
    }
    let more: Vec<_> = units.iter().skip(NAMED).collect();
    if !more.is_empty() {
        let across = more.iter().filter(|(_, entered)| entered.iter().any(|e| is_across(e, query))).count();
        notes.push(Note::EnteredByMore { units: more.len(), across });
    }
    notes
}

/// Who entered the figures of which unit.
pub fn by_whom(sheets: &[Sheet]) -> BTreeMap<&UnitId, String> {
    by_unit(sheets).into_iter().map(|(unit, entered)| (unit, persons(&entered))).collect()
}

fn by_unit(sheets: &[Sheet]) -> BTreeMap<&UnitId, BTreeSet<&Entered>> {
    let mut units: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for entered in sheets.iter().flat_map(|sheet| &sheet.summary.entered) {
        units.entry(&entered.unit).or_default().insert(entered);
    }
    units
}

fn persons(entered: &BTreeSet<&Entered>) -> String {
    let by: BTreeSet<&str> = entered.iter().map(|e| e.by.as_str()).filter(|by| !by.is_empty()).collect();
    by.into_iter().collect::<Vec<_>>().join(", ")
}

/// Units of a report whose figures were entered for another period than its own: by name as far as they are named, and how many.
pub(super) fn across(report: &Report) -> (Vec<&str>, usize) {
    let mut units = BTreeMap::new();
    let mut more = 0;
    for note in &report.notes {
        match note {
            Note::EnteredAcross { unit, name, .. } => {
                units.insert(unit, name.as_str());
            }
            Note::EnteredByMore { across, .. } => more += across,
            _ => {}
        }
    }
    let named: Vec<&str> = units.into_values().collect();
    let count = named.len() + more;
    (named, count)
}

fn is_across(entered: &Entered, query: &Query) -> bool {
    entered.start < query.period.start || entered.end > query.period.end
}
