//! Who should be in the figures of a chain of atoms, and who is.
//!
//! A unit is in a period's figures only if it is in those of every atom of it. What counts is units with books in the subtree,
//! never direct children.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Completeness, MissingUnit, Names, Sheet};
use crate::domain::units::UnitId;

/// No tree is deeper than this.
const DEPTH: usize = 64;

/// Over the whole subtree.
pub(super) fn of_subtree(sheets: &[Sheet], names: &Names<'_>) -> Completeness {
    let counts = sheets.iter().map(|s| (s.summary.expected, s.summary.received));
    let missing = sheets.iter().flat_map(|s| &s.summary.missing).map(|m| (m.unit.clone(), m.reason.clone()));
    count(counts, missing.collect(), names)
}

/// For each unit directly below: of its own subtree. One that has not reported at all is named even if nobody said why.
pub(super) fn of_members(sheets: &[Sheet], names: &Names<'_>) -> BTreeMap<UnitId, Completeness> {
    type Seen = (Vec<(u32, u32)>, BTreeMap<UnitId, String>);
    let mut seen: BTreeMap<UnitId, Seen> = BTreeMap::new();
    for sheet in sheets {
        let summary = &*sheet.summary;
        let members: BTreeSet<&UnitId> = summary.members.iter().map(|m| &m.unit).collect();
        for member in &summary.members {
            let (counts, missing) = seen.entry(member.unit.clone()).or_default();
            counts.push((member.expected, member.received));
            if member.received == 0 && member.expected > 0 {
                missing.entry(member.unit.clone()).or_default();
            }
        }
        for entry in &summary.missing {
            let above = member_above(&entry.unit, &members, names, summary.atom.last_day());
            if let Some((_, missing)) = above.and_then(|unit| seen.get_mut(&unit)) {
                missing.insert(entry.unit.clone(), entry.reason.clone());
            }
        }
    }
    seen.into_iter().map(|(unit, (counts, missing))| (unit, count(counts.into_iter(), missing, names))).collect()
}

/// The member that is the unit, or has it in its subtree.
fn member_above(unit: &UnitId, members: &BTreeSet<&UnitId>, names: &Names<'_>, on: NaiveDate) -> Option<UnitId> {
    let mut at = unit.clone();
    for _ in 0..DEPTH {
        if members.contains(&at) {
            return Some(at);
        }
        at = names.tree.parent(&at, on)?;
    }
    None
}

/// What was expected in the end, less everybody who was missing at any time. A unit that relays totals only does not name who is
/// missing, so the counts have a say too.
fn count(
    counts: impl Iterator<Item = (u32, u32)>,
    missing: BTreeMap<UnitId, String>,
    names: &Names<'_>,
) -> Completeness {
    let (mut last, mut gap) = (0, 0);
    for (expected, received) in counts {
        last = expected;
        gap = gap.max(expected.saturating_sub(received));
    }
    let named = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    let missing = missing.into_iter().map(|(unit, reason)| MissingUnit { name: names.unit(&unit), unit, reason });
    Completeness { expected: last, received: last.saturating_sub(gap.max(named)), missing: missing.collect() }
}
