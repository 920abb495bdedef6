//! Which figures were entered by hand, and where a period cuts through them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Names, Note, Query, Sheet};
use crate::domain::{summary::Entered, units::UnitId};

/// Units that are named one by one.
const NAMED: usize = 20;

/// A note for each unit whose figures were entered, and one more where only a part of what was entered lies in the period.
pub(super) fn notes(query: &Query, sheets: &[Sheet], names: &Names<'_>) -> Vec<Note> {
    let mut units: BTreeMap<&UnitId, BTreeSet<&Entered>> = BTreeMap::new();
    for entered in sheets.iter().flat_map(|sheet| &sheet.summary.entered) {
        units.entry(&entered.unit).or_default().insert(entered);
    }
    let mut notes = Vec::new();
    for (unit, entered) in units.iter().take(NAMED) {
        let by: BTreeSet<&str> = entered.iter().map(|e| e.by.as_str()).filter(|by| !by.is_empty()).collect();
        notes.push(Note::EnteredByHand {
            unit: (*unit).clone(),
            by: by.into_iter().collect::<Vec<_>>().join(", "),
            name: names.unit(unit),
        });
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

fn is_across(entered: &Entered, query: &Query) -> bool {
    entered.start < query.period.start || entered.end > query.period.end
}
