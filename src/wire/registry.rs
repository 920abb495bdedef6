//! Parts of the registry to and from `motcua.v1.RegistryPart`, for imports, for the journal and for the way down the tree.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use super::{
    error::{WireError, reason},
    forms::{forms, forms_to_pb},
    pb::v1 as pb,
    procedure::{procedure_to_pb, procedures},
    roll::{roll, roll_to_pb},
    scalar::{date, optional_date, text},
};
use crate::domain::{
    atoms::Cuts,
    calendar::{Calendar, SaturdayRule},
    registry::{Part, PartKind},
    units::{Tree, UnitRow},
};

/// How many mistakes of a part are reported at once.
pub const MAX_MISTAKES: usize = 50;
/// The most bytes of a code, a level, or a field.
pub(super) const MAX_SHORT: usize = 400;
/// The most bytes of a name; published procedures have names of 1,500.
pub(super) const MAX_NAME: usize = 4_000;

/// What [`part_from_pb`] reads back as an equal part, with what the protocol can say: of a calendar the days off, the days
/// worked, the cut-off hour and the Saturdays.
pub fn part_to_pb(part: &Part, version: u64) -> pb::RegistryPart {
    let mut out = pb::RegistryPart { kind: kind_to_pb(part.kind()).into(), version, ..pb::RegistryPart::default() };
    match part {
        Part::Tree(tree) => out.units = tree.rows().into_iter().map(unit_to_pb).collect(),
        Part::Procedures(all) => out.procedures = all.iter().map(procedure_to_pb).collect(),
        Part::Calendar(calendar) => out.calendar = Some(calendar_to_pb(calendar)),
        Part::Cuts(cuts) => out.cuts = cuts.extra().map(|d| d.to_string()).collect(),
        Part::Roll(all) => out.roll = roll_to_pb(all),
        Part::Forms(all) => out.forms = forms_to_pb(all),
    }
    out
}

/// The part and the version it was sent with. A calendar carries that version too. Texts come out in NFC.
///
/// # Errors
/// Every mistake at once, at most [`MAX_MISTAKES`], with paths such as `units[3].valid_from`; never an empty list.
pub fn part_from_pb(part: pb::RegistryPart) -> Result<(Part, u64), Vec<WireError>> {
    let version = part.version;
    let mut mistakes = Mistakes::default();
    let read = match kind_from_pb(part.kind) {
        Ok(PartKind::Tree) => tree(part.units, &mut mistakes).map(Part::Tree),
        Ok(PartKind::Procedures) => Some(Part::Procedures(procedures(part.procedures, &mut mistakes))),
        Ok(PartKind::Calendar) => calendar(part.calendar, version, &mut mistakes).map(Part::Calendar),
        Ok(PartKind::Cuts) => Some(Part::Cuts(Cuts::new(dates(&part.cuts, "cuts", &mut mistakes)))),
        Ok(PartKind::Roll) => Some(Part::Roll(roll(part.roll, &mut mistakes))),
        Ok(PartKind::Forms) => Some(Part::Forms(forms(part.forms, &mut mistakes))),
        Err(mistake) => mistakes.take(Err(mistake)),
    };
    match read {
        Some(part) if mistakes.0.is_empty() => Ok((part, version)),
        _ => Err(mistakes.0),
    }
}

/// The number of that kind.
pub fn kind_to_pb(kind: PartKind) -> pb::RegistryPartKind {
    match kind {
        PartKind::Tree => pb::RegistryPartKind::Tree,
        PartKind::Procedures => pb::RegistryPartKind::Procedures,
        PartKind::Calendar => pb::RegistryPartKind::Calendar,
        PartKind::Cuts => pb::RegistryPartKind::Cuts,
        PartKind::Roll => pb::RegistryPartKind::Roll,
        PartKind::Forms => pb::RegistryPartKind::Forms,
    }
}

/// The kind of that number.
///
/// # Errors
/// `BAD_CHOICE` for none and for numbers this release does not know.
pub fn kind_from_pb(kind: i32) -> Result<PartKind, WireError> {
    let sent = pb::RegistryPartKind::try_from(kind).ok();
    PartKind::ALL.into_iter().find(|k| Some(kind_to_pb(*k)) == sent).ok_or_else(|| {
        let message = format!(
            "{kind} is no part of the registry: say 1 (tree), 2 (procedures), 3 (calendar), 4 (cuts) or 6 (forms)"
        );
        WireError::new("kind", reason::BAD_CHOICE, message)
    })
}

/// Collects up to [`MAX_MISTAKES`].
#[derive(Default)]
pub(super) struct Mistakes(Vec<WireError>);

impl Mistakes {
    /// The value, or `None` and one mistake more.
    pub(super) fn take<T>(&mut self, read: Result<T, WireError>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(mistake) => {
                if self.0.len() < MAX_MISTAKES {
                    self.0.push(mistake);
                }
                None
            }
        }
    }

    fn add(&mut self, field: &str, reason: &'static str, message: &str) {
        self.take::<()>(Err(WireError::new(field, reason, message)));
    }
}

fn unit_to_pb(row: UnitRow) -> pb::UnitRow {
    let day = |date: Option<NaiveDate>| date.map(|d| d.to_string()).unwrap_or_default();
    pb::UnitRow {
        valid_from: day(row.valid_from),
        valid_to: day(row.valid_to),
        reports_from: day(row.reports_from),
        code: row.code,
        name: row.name,
        level: row.level,
        parent_code: row.parent_code.unwrap_or_default(),
        kept_by: row.kept_by.unwrap_or_default(),
    }
}

fn tree(rows: Vec<pb::UnitRow>, mistakes: &mut Mistakes) -> Option<Tree> {
    let mut read = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let mut short = |given, field: &str, max| {
            mistakes.take(text(given, field, max).map_err(|e| e.under(&format!("units[{index}]"))))
        };
        let texts = (
            short(row.code, "code", MAX_SHORT),
            short(row.name, "name", MAX_NAME),
            short(row.level, "level", MAX_SHORT),
            short(row.parent_code, "parent_code", MAX_SHORT),
            short(row.kept_by, "kept_by", MAX_SHORT),
        );
        let mut day = |given: &str, field: &str| {
            mistakes.take(optional_date(given, field).map_err(|e| e.under(&format!("units[{index}]"))))
        };
        let days = (
            day(&row.valid_from, "valid_from"),
            day(&row.valid_to, "valid_to"),
            day(&row.reports_from, "reports_from"),
        );
        if let (
            (Some(code), Some(name), Some(level), Some(parent), Some(keeper)),
            (Some(from), Some(to), Some(reports)),
        ) = (texts, days)
        {
            read.push(UnitRow {
                code,
                name,
                level,
                parent_code: Some(parent).filter(|p| !p.is_empty()),
                valid_from: from,
                valid_to: to,
                reports_from: reports,
                kept_by: Some(keeper).filter(|k| !k.is_empty()),
            });
        }
    }
    // rows that could not be read would be missed as parents: first things first
    if !mistakes.0.is_empty() {
        return None;
    }
    match Tree::from_rows(read) {
        Ok(tree) => Some(tree),
        Err(wrong) => {
            wrong.iter().for_each(|e| mistakes.add("units", reason::BAD_TREE, &e.to_string()));
            None
        }
    }
}

fn calendar_to_pb(calendar: &Calendar) -> pb::Calendar {
    let off: BTreeSet<NaiveDate> = calendar.holidays.union(&calendar.swapped_off).copied().collect();
    let saturdays = match calendar.saturdays {
        SaturdayRule::None => "none",
        SaturdayRule::Morning => "morning",
        SaturdayRule::FullDay => "full",
    };
    pb::Calendar {
        days_off: off.iter().map(NaiveDate::to_string).collect(),
        days_worked: calendar.swapped_work.iter().map(NaiveDate::to_string).collect(),
        cut_off: calendar.cut_off.map(|t| t.format("%H:%M").to_string()).unwrap_or_default(),
        saturdays: saturdays.to_owned(),
    }
}

fn calendar(sent: Option<pb::Calendar>, version: u64, mistakes: &mut Mistakes) -> Option<Calendar> {
    let Some(sent) = sent else {
        mistakes.add("calendar", reason::MISSING_FIELD, "fill in this field");
        return None;
    };
    let holidays: BTreeSet<NaiveDate> = dates(&sent.days_off, "calendar.days_off", mistakes).into_iter().collect();
    let swapped_work: BTreeSet<NaiveDate> =
        dates(&sent.days_worked, "calendar.days_worked", mistakes).into_iter().collect();
    for both in holidays.intersection(&swapped_work) {
        let message = format!("{both} is both a day off and a day worked: keep one");
        mistakes.add("calendar.days_worked", reason::DUPLICATE, &message);
    }
    let cut_off = match sent.cut_off.as_str() {
        "" => None,
        given => {
            let read = NaiveTime::parse_from_str(given, "%H:%M").ok().filter(|_| given.len() == 5);
            if read.is_none() {
                let message = "not a time of day: write it as 15:00";
                mistakes.add("calendar.cut_off", reason::BAD_TIME, message);
            }
            read
        }
    };
    let saturdays = match sent.saturdays.as_str() {
        "" | "none" => SaturdayRule::None,
        "morning" => SaturdayRule::Morning,
        "full" => SaturdayRule::FullDay,
        _ => {
            mistakes.add("calendar.saturdays", reason::BAD_CHOICE, "say none, morning or full");
            SaturdayRule::None
        }
    };
    // a version beyond four thousand million imports cannot be; it only labels due dates
    let version = u32::try_from(version).unwrap_or(u32::MAX);
    Some(Calendar { version, holidays, swapped_work, saturdays, cut_off, ..Calendar::default() })
}

fn dates(sent: &[String], field: &str, mistakes: &mut Mistakes) -> Vec<NaiveDate> {
    let read = |(index, day): (usize, &String)| mistakes.take(date(day, &format!("{field}[{index}]")));
    sent.iter().enumerate().filter_map(read).collect()
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
