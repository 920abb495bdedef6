//! CSV files of the registry into parts of it: the tree, procedures, the calendar, cut dates.
//!
//! A table without a mistake gives a part that the node's own check accepts; otherwise every mistake is named by line
//! and column, at most [`MAX_MISTAKES`] at once.

use std::{collections::BTreeMap, io::Read};

use super::{
    sheet::{Line, Sheet},
    terms::{Unclear, one_term},
};
use crate::{
    domain::{calendar::Term, time::parse_date},
    wire::{
        WireError,
        pb::v1 as pb,
        registry::{MAX_MISTAKES, part_from_pb},
    },
};

pub use super::sheet::TableError;

/// A table that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The part, with version 0.
    pub part: pb::RegistryPart,
    /// How many rows it was made of.
    pub rows: usize,
    /// For procedures: how many have no term, by reason.
    pub without_term: BTreeMap<Unclear, usize>,
}

/// What a calendar has beside its days.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct CalendarSettings {
    /// Receptions after this local time count as the next working day, `15:00`; empty for none.
    pub cut_off: String,
    /// `none`, `morning` or `full`; empty for none.
    pub saturdays: String,
}

/// The tree: `code,name,level,parent_code[,valid_from,valid_to,reports_from,kept_by]`.
///
/// # Errors
/// Every mistake, by line and column.
pub fn tree(file: impl Read) -> Result<Table, Vec<TableError>> {
    let needed = ["code", "name", "level", "parent_code"];
    let known = ["code", "name", "level", "parent_code", "valid_from", "valid_to", "reports_from", "kept_by"];
    let sheet = Sheet::read(file, &needed, |_| false)?;
    let unit = |line: Line<'_>| pb::UnitRow {
        code: line.cell("code"),
        name: line.cell("name"),
        level: line.cell("level"),
        parent_code: line.cell("parent_code"),
        valid_from: line.cell("valid_from"),
        valid_to: line.cell("valid_to"),
        reports_from: line.cell("reports_from"),
        kept_by: line.cell("kept_by"),
    };
    let units = sheet.lines().map(unit).collect();
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Tree.into(), units, ..Default::default() };
    checked(&sheet, part, sheet.only(&known), BTreeMap::new())
}

/// Procedures: `code,name[,field,level,deadline_direct,deadline_online,deadline_post,working_days,working_hours,pause,`
/// `payment_pauses]`; other columns are ignored. A number in `working_days` or `working_hours` goes before the deadlines in prose,
/// of which only those without doubt become a term ([`super::terms`]); `pause` is `pause_resume`, `restart` or `no_pause`.
///
/// # Errors
/// Every mistake, by line and column. A deadline without a term is none: it is counted.
pub fn procedures(file: impl Read) -> Result<Table, Vec<TableError>> {
    let sheet = Sheet::read(file, &["code", "name"], |_| false)?;
    let (mut wrong, mut without_term) = (Vec::new(), BTreeMap::new());
    let mut procedures = Vec::new();
    for line in sheet.lines() {
        let days = number(line, "working_days", &mut wrong);
        let hours = number(line, "working_hours", &mut wrong);
        let (working_days, working_hours) = if days + hours > 0 {
            (days, hours)
        } else {
            let deadlines = ["deadline_direct", "deadline_online", "deadline_post"].map(|c| line.cell(c));
            match one_term(deadlines.iter().map(String::as_str)) {
                Ok(Term::WorkingDays(days)) => (days, 0),
                Ok(Term::WorkingHours(hours)) => (0, hours),
                Err(why) => {
                    *without_term.entry(why).or_default() += 1;
                    (0, 0)
                }
            }
        };
        procedures.push(pb::Procedure {
            code: line.cell("code"),
            name: line.cell("name"),
            field: line.cell("field"),
            level: line.cell("level"),
            working_days,
            working_hours,
            pause: pause(line, &mut wrong).into(),
            payment_pauses: yes_or_no(line, "payment_pauses", &mut wrong),
        });
    }
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Procedures.into(), procedures, ..Default::default() };
    checked(&sheet, part, wrong, without_term)
}

/// Days that are not as the week says: `date,kind`, other columns ignored. `holiday`, `observed` and `swapped_off` are days off,
/// `swapped_work` is a day worked.
///
/// # Errors
/// Every mistake, by line and column.
pub fn calendar(file: impl Read, settings: &CalendarSettings) -> Result<Table, Vec<TableError>> {
    let sheet = Sheet::read(file, &["date", "kind"], |_| false)?;
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    for line in sheet.lines() {
        let off = match line.cell("kind").as_str() {
            "holiday" | "observed" | "swapped_off" => true,
            "swapped_work" => false,
            other => {
                let message = format!("{other:?} is no kind: say holiday, observed, swapped_off or swapped_work");
                wrong.push(line.wrong("kind", message));
                continue;
            }
        };
        let Some(day) = date(line, "date", &mut wrong) else {
            continue;
        };
        if seen.insert(day.clone(), off).is_some_and(|before| before != off) {
            wrong.push(line.wrong("date", format!("{day} is both a day off and a day worked: keep one")));
        }
    }
    let days = |wanted: bool| seen.iter().filter(|(_, off)| **off == wanted).map(|(day, _)| day.clone()).collect();
    let calendar = Some(pb::Calendar {
        days_off: days(true),
        days_worked: days(false),
        cut_off: settings.cut_off.clone(),
        saturdays: settings.saturdays.clone(),
    });
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Calendar.into(), calendar, ..Default::default() };
    checked(&sheet, part, wrong, BTreeMap::new())
}

/// Extra cut dates: one a line, with or without the header `date`.
///
/// # Errors
/// Every mistake, by line and column.
pub fn cuts(file: impl Read) -> Result<Table, Vec<TableError>> {
    let sheet = Sheet::read(file, &["date"], |first| parse_date(first).is_some())?;
    let mut wrong = Vec::new();
    let cuts = sheet.lines().filter_map(|line| date(line, "date", &mut wrong)).collect();
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Cuts.into(), cuts, ..Default::default() };
    checked(&sheet, part, wrong, BTreeMap::new())
}

/// The table, if neither the file nor the node's own check finds a mistake.
fn checked(
    sheet: &Sheet,
    part: pb::RegistryPart,
    mut wrong: Vec<TableError>,
    without_term: BTreeMap<Unclear, usize>,
) -> Result<Table, Vec<TableError>> {
    if let Err(mistakes) = part_from_pb(part.clone()) {
        wrong.extend(mistakes.into_iter().map(|mistake| located(sheet, mistake)));
    }
    wrong.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
    wrong.dedup();
    wrong.truncate(MAX_MISTAKES);
    let rows = sheet.lines().count();
    if wrong.is_empty() { Ok(Table { part, rows, without_term }) } else { Err(wrong) }
}

/// `units[3].valid_from` as a line and a column.
fn located(sheet: &Sheet, mistake: WireError) -> TableError {
    let place = mistake.field.split_once('[').and_then(|(_, rest)| rest.split_once("]."));
    let line = place.and_then(|(index, column)| Some((sheet.lines().nth(index.parse().ok()?)?, column)));
    match line {
        Some((line, column)) => line.wrong(column, mistake.message),
        None => TableError::new(0, &mistake.field, mistake.message),
    }
}

fn date(line: Line<'_>, column: &str, wrong: &mut Vec<TableError>) -> Option<String> {
    let cell = line.cell(column);
    if parse_date(&cell).is_none() {
        wrong.push(line.wrong(column, format!("{cell:?} is not a date: write it as 2018-02-14")));
        return None;
    }
    Some(cell)
}

fn number(line: Line<'_>, column: &str, wrong: &mut Vec<TableError>) -> u32 {
    let cell = line.cell(column);
    if cell.is_empty() {
        return 0;
    }
    // the upper bound of a term is checked with the part
    cell.parse::<u16>().map(u32::from).unwrap_or_else(|_| {
        wrong.push(line.wrong(column, format!("{cell:?} is not a number of working days or hours")));
        0
    })
}

fn pause(line: Line<'_>, wrong: &mut Vec<TableError>) -> pb::PausePolicy {
    match line.cell("pause").as_str() {
        "" | "pause_resume" => pb::PausePolicy::PauseResume,
        "restart" => pb::PausePolicy::Restart,
        "no_pause" => pb::PausePolicy::NoPause,
        other => {
            wrong.push(line.wrong("pause", format!("{other:?} is no policy: say pause_resume, restart or no_pause")));
            pb::PausePolicy::PauseResume
        }
    }
}

fn yes_or_no(line: Line<'_>, column: &str, wrong: &mut Vec<TableError>) -> bool {
    match line.cell(column).as_str() {
        "" | "no" | "false" | "0" => false,
        "yes" | "true" | "1" => true,
        other => {
            wrong.push(line.wrong(column, format!("{other:?} is neither yes nor no")));
            false
        }
    }
}

#[cfg(test)]
#[path = "tables_tests.rs"]
mod tests;
