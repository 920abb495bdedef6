//! What the stocks and transfers of consecutive sheets say about each other.
//!
//! Continuity is an invariant of a unit's own figures. An aggregate may break it when units come, go or are missing for a while;
//! then it explains the difference unit by unit.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Names, Sheet,
    note::{Cause, Note},
};
use crate::domain::{
    measure::Measure,
    summary::{Member, Summary, total},
    units::UnitId,
};

/// Transfers over the whole chain whose other side is not in it: an id that left in one atom and arrived in another is struck.
pub(super) fn transfers(sheets: &[Sheet]) -> Option<Note> {
    let out: BTreeSet<_> = sheets.iter().flat_map(|s| &s.summary.transfers_out).collect();
    let into: BTreeSet<_> = sheets.iter().flat_map(|s| &s.summary.transfers_in).collect();
    let (out, into) = (out.difference(&into).count(), into.difference(&out).count());
    (out + into > 0).then_some(Note::Transfers { out, r#in: into })
}

/// Every place where opening is not closing, with opening less closing: together they are what the total is out of balance by.
pub(super) fn breaks(sheets: &[Sheet], names: &Names<'_>) -> Vec<(i64, Note)> {
    let mut found = Vec::new();
    for (before, now) in sheets.iter().zip(sheets.iter().skip(1)) {
        let (before, now) = (&*before.summary, &*now.summary);
        let mut note = |unit: &UnitId, difference: i64, cause: Cause| {
            if difference != 0 {
                let (unit, at, name) = (unit.clone(), now.atom.start, names.unit(unit));
                found.push((difference, Note::Continuity { unit, at, difference, cause, name }));
            }
        };
        let own = total(&now.own)[Measure::CarriedOver] - total(&before.own).closing_stock();
        note(&now.unit, own, Cause::Amended);
        let (earlier, later) = (members(before), members(now));
        for unit in earlier.keys().chain(later.keys().filter(|u| !earlier.contains_key(*u))) {
            let (a, b) = (earlier.get(unit).copied(), later.get(unit).copied());
            let opening = b.map_or(0, |m| m.totals[Measure::CarriedOver]);
            note(unit, opening - a.map_or(0, |m| m.totals.closing_stock()), cause(a, b));
        }
    }
    found
}

fn members(summary: &Summary) -> BTreeMap<&UnitId, &Member> {
    summary.members.iter().map(|m| (&m.unit, m)).collect()
}

fn cause(before: Option<&Member>, now: Option<&Member>) -> Cause {
    let absent = |m: &Member| m.received == 0 && m.totals.is_zero();
    match (before, now) {
        (None, _) => Cause::Joined,
        (_, None) => Cause::Left,
        (Some(a), _) if absent(a) => Cause::MissingBefore,
        (_, Some(b)) if absent(b) => Cause::MissingAfter,
        (Some(a), Some(b)) if (a.expected, a.received) != (b.expected, b.received) => Cause::Below,
        _ => Cause::Amended,
    }
}
