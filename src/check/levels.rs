//! Sums over scopes: "toàn tỉnh" over its levels, a city over its desk and its communes. No word is asked: scopes that stand before or behind
//! another one belong to it if one of their figures adds up exactly; only then are the others held against it.

use super::{
    label::{FLOWS, Firm, IN, Label, Set, Space},
    period::Said,
    reading::{Across, Cell, Reading},
};

/// Longest row of parts.
const PARTS: usize = 40;
/// Scopes looked at.
const SCOPES: usize = 400;
/// A sum below this may be chance.
const SMALLEST: i64 = 100;

/// Finds them; `periods` has the period of each scope, as far as it is said.
pub fn find(reading: &mut Reading, periods: &[Option<Said>]) {
    let scopes = reading.scopes.len().min(SCOPES);
    let mut found: Vec<Level> = Vec::new();
    for whole in 0..scopes {
        let behind = (2..=PARTS.min(scopes - whole - 1)).map(|length| (whole + 1, length));
        let before = (2..=PARTS.min(whole)).map(|length| (whole - length, length));
        let rows = behind.chain(before).map(|(first, length)| {
            let period = |scope: usize| periods.get(scope).and_then(Option::as_ref);
            let other = |scope: usize| period(scope).zip(period(whole)).is_some_and(|(a, b)| !a.agrees(b));
            let over_time = (first..first + length).any(other);
            sums(reading, whole, first, length, if over_time { FLOWS } else { Set::MAX })
        });
        let best = rows.max_by_key(|sums| (sums.iter().filter(|s| s.exact).count(), std::cmp::Reverse(sums.len())));
        found.extend(best.filter(|sums| sums.iter().any(|s| s.exact)).into_iter().flatten());
    }
    for level in found {
        if let Some(cell) = reading.cells.get_mut(level.across.whole) {
            cell.label = level.label;
        }
        reading.across.push(level.across);
    }
}

/// A sum over scopes, what it counts, and whether it adds up.
struct Level {
    across: Across,
    label: Label,
    exact: bool,
}

/// What the parts have in common with the whole.
fn sums(reading: &Reading, whole: usize, first: usize, length: usize, adds: Set) -> Vec<Level> {
    let exact = |c: &Cell| !c.about && c.slack == 0;
    let value = |scope: usize, label: &Label| {
        reading.of(scope).find(|(_, c)| c.label == *label && exact(c)).map(|(n, c)| (n, c.value))
    };
    let mut found = Vec::new();
    for (n, cell) in reading.of(whole).filter(|(_, c)| c.label.space == Space::Dossiers && exact(c)) {
        // "Received" without a word of the carried over may be all there was to handle: what its parts come nearest to.
        let other = Some(Label::dossiers(IN)).filter(|_| cell.firm == Firm::Received);
        let labels = std::iter::once(cell.label.clone()).chain(other);
        let levels = labels.filter(|label| label.within(adds)).filter_map(|label| {
            let parts: Option<Vec<(usize, i64)>> = (first..first + length).map(|s| value(s, &label)).collect();
            let parts = parts?;
            let sum: i64 = parts.iter().map(|(_, v)| v).sum();
            let exact = sum == cell.value && sum >= SMALLEST && parts.iter().filter(|(_, v)| *v > 0).count() >= 2;
            let across = Across { whole: n, parts: parts.into_iter().map(|(n, _)| n).collect() };
            Some(((sum - cell.value).abs(), Level { across, label, exact }))
        });
        found.extend(levels.min_by_key(|(away, _)| *away).map(|(_, level)| level));
    }
    found
}
