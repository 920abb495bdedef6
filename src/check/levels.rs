//! Sums over scopes: "toàn tỉnh" over its levels, a city over its desk and its communes. No word is asked: scopes that follow one another
//! belong together if one of their figures adds up exactly; only then are the others held against it.

use super::{
    label::{Label, Space},
    reading::{Across, Reading},
};

/// Longest row of parts.
const PARTS: usize = 40;
/// Scopes looked at.
const SCOPES: usize = 400;
/// A sum below this may be chance.
const SMALLEST: i64 = 100;

/// Finds them.
pub fn find(reading: &mut Reading) {
    let scopes = reading.scopes.len().min(SCOPES);
    let mut found: Vec<Across> = Vec::new();
    for whole in 0..scopes {
        let longest = PARTS.min(scopes - whole - 1);
        let rows = (2..=longest).map(|length| sums(reading, whole, length));
        let best = rows.max_by_key(|sums| (sums.iter().filter(|s| s.1).count(), std::cmp::Reverse(sums.len())));
        if let Some(sums) = best.filter(|sums| sums.iter().any(|s| s.1)) {
            found.extend(sums.into_iter().map(|(across, _)| across));
        }
    }
    reading.across.append(&mut found);
}

/// What the parts have in common with the whole, and whether it adds up.
fn sums(reading: &Reading, whole: usize, length: usize) -> Vec<(Across, bool)> {
    let value = |scope: usize, label: &Label| {
        reading.of(scope).find(|(_, c)| c.label == *label && !c.about && c.slack == 0).map(|(n, c)| (n, c.value))
    };
    let mut found = Vec::new();
    for (n, cell) in reading.of(whole).filter(|(_, c)| c.label.space == Space::Dossiers && !c.about && c.slack == 0) {
        let parts: Option<Vec<(usize, i64)>> = (whole + 1..=whole + length).map(|s| value(s, &cell.label)).collect();
        if let Some(parts) = parts {
            let sum: i64 = parts.iter().map(|(_, v)| v).sum();
            let exact = sum == cell.value && sum >= SMALLEST && parts.iter().filter(|(_, v)| *v > 0).count() >= 2;
            found.push((Across { whole: n, parts: parts.into_iter().map(|(n, _)| n).collect() }, exact));
        }
    }
    found
}
