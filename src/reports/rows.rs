//! The lines of a breakdown.

use std::collections::BTreeMap;

use super::{Breakdown, Names, Query, ReportError, Row, Sheet, collate, completeness};
use crate::domain::{
    contribution::{CellKey, OTHER},
    measure::{Figures, Measure},
    summary::total,
    units::UnitId,
};

/// The rows the query asks for.
pub(super) fn rows(query: &Query, sheets: &[Sheet], names: &Names<'_>, total: &Figures) -> Vec<Row> {
    match query.by {
        Breakdown::None => Vec::new(),
        Breakdown::Unit => by_unit(query, sheets, names),
        Breakdown::Agency => by_cell(sheets, |key| key.agency.clone(), plain, by_name),
        Breakdown::Field => by_cell(sheets, |key| names.procedures.field(&key.procedure).to_owned(), plain, by_name),
        Breakdown::Authority => by_authority(sheets, names),
        Breakdown::Procedure => {
            let known =
                |code: &str| names.procedures.get(code).map(|p| (p.name.clone(), p.level.clone())).unwrap_or_default();
            by_cell(sheets, |key| key.procedure.clone(), known, |key| key.to_owned())
        }
        Breakdown::Channel => by_channel(total),
    }
}

/// Refuses rows that are not the total. Statements are never added; channels only split what was received.
pub(super) fn check(by: Breakdown, rows: &[Row], total: &Figures) -> Result<(), ReportError> {
    if rows.is_empty() || by == Breakdown::Channel {
        return Ok(());
    }
    let mut sum = Figures::default();
    for row in rows {
        sum += &row.figures;
    }
    let wrong = Measure::ALL.iter().copied().find(|m| m.adds_over_units() && sum[*m] != total[*m]);
    wrong.map_or(Ok(()), |m| Err(ReportError::RowsDoNotAdd { measure: m, rows: sum[m], total: total[m] }))
}

/// Puts the figures of consecutive atoms behind each other, key by key; a key that an atom does not have counts as nothing there.
fn over_time<K: Ord>(atoms: impl Iterator<Item = BTreeMap<K, Figures>>) -> BTreeMap<K, Figures> {
    let nothing = Figures::default();
    atoms
        .reduce(|mut before, mut now| {
            for (key, figures) in &mut before {
                *figures = figures.then(&now.remove(key).unwrap_or_default());
            }
            before.extend(now.into_iter().map(|(key, figures)| (key, nothing.then(&figures))));
            before
        })
        .unwrap_or_default()
}

/// The unit's own figures first, then every unit that was expected directly below at any time, whether it has reported or not.
/// None for a unit without any.
fn by_unit(query: &Query, sheets: &[Sheet], names: &Names<'_>) -> Vec<Row> {
    let own = sheets.iter().map(|s| total(&s.summary.own)).reduce(|before, now| before.then(&now));
    let atoms = sheets.iter().map(|s| s.summary.members.iter().map(|m| (m.unit.clone(), m.totals)).collect());
    let members: BTreeMap<UnitId, Figures> = over_time(atoms);
    if members.is_empty() {
        return Vec::new();
    }
    let mut complete = completeness::of_members(sheets, names);
    let row = |unit: &UnitId, figures, completeness| Row {
        key: unit.to_string(),
        name: names.unit(unit),
        figures,
        only: None,
        completeness,
        level: names.tree.get(unit).map(|unit| unit.level.to_string()).unwrap_or_default(),
    };
    let mut rows = vec![row(&query.unit, own.unwrap_or_default(), None)];
    rows.extend(members.iter().map(|(unit, figures)| row(unit, *figures, complete.remove(unit))));
    rows
}

/// Groups the cells of the subtree. What has no key, or only the catch-all, stands last.
fn by_cell<O: Ord>(
    sheets: &[Sheet],
    key: impl Fn(&CellKey) -> String,
    name_and_level: impl Fn(&str) -> (String, String),
    order: impl Fn(&str) -> O,
) -> Vec<Row> {
    let row = |(key, figures): (String, Figures)| {
        let (name, level) = name_and_level(&key);
        Row { name, key, figures, only: None, completeness: None, level }
    };
    let mut rows: Vec<Row> = over_cells(sheets, key).into_iter().map(row).collect();
    rows.sort_by_cached_key(|row| (row.key.is_empty(), row.key.starts_with(OTHER), order(&row.key)));
    rows
}

/// Fields within the level of authority that the registry gives the procedure. A procedure of several levels stands under all of them as
/// the registry writes them, because the figures of those below do not tell which level resolved it.
fn by_authority(sheets: &[Sheet], names: &Names<'_>) -> Vec<Row> {
    let place = |key: &CellKey| {
        let level = names.procedures.get(&key.procedure).map(|p| p.level.clone()).unwrap_or_default();
        (level, names.procedures.field(&key.procedure).to_owned())
    };
    let mut rows: Vec<Row> = over_cells(sheets, place)
        .into_iter()
        .map(|((level, field), figures)| {
            let parts = [level.as_str(), field.as_str()];
            let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
            Row { key: name.clone(), name, figures, only: None, completeness: None, level }
        })
        .collect();
    rows.sort_by_cached_key(|row| (row.level.is_empty(), collate::key(&row.level), collate::key(&row.key)));
    rows
}

/// The figures of the subtree's cells, put together by what the key function says.
fn over_cells<K: Ord>(sheets: &[Sheet], key: impl Fn(&CellKey) -> K) -> BTreeMap<K, Figures> {
    let atoms = sheets.iter().map(|sheet| {
        let mut groups: BTreeMap<K, Figures> = BTreeMap::new();
        for (cell, figures) in &sheet.summary.own {
            *groups.entry(key(cell)).or_default() += figures;
        }
        for (cell, figures) in &sheet.summary.below {
            *groups.entry(key(cell)).or_default() += &figures.for_parent();
        }
        groups
    });
    over_time(atoms)
}

/// A key that is its own name.
fn plain(key: &str) -> (String, String) {
    (key.to_owned(), String::new())
}

fn by_name(key: &str) -> impl Ord + use<> {
    collate::key(key)
}

fn by_channel(total: &Figures) -> Vec<Row> {
    let channels =
        [("online", Measure::ReceivedOnline), ("direct", Measure::ReceivedDirect), ("postal", Measure::ReceivedPostal)];
    let row = |(key, measure): (&str, Measure)| {
        let mut figures = Figures::default();
        figures[measure] = total[measure];
        let name = measure.vi().to_owned();
        Row { key: key.to_owned(), name, figures, only: Some(measure), completeness: None, level: String::new() }
    };
    channels.into_iter().map(row).collect()
}
