//! Rows of times: "Tháng 1", "Quý I", "6 tháng". What flows adds up over them; what is in progress at the end of one was carried over into the
//! next.

use super::{Row, add};
use crate::check::{
    label::{CARRIED_OVER, IN_PROGRESS, Set},
    reading::{Across, Reading},
};

/// How long a time a row of that name speaks of: a week or a month, a quarter, several months, a year. `None`: of no time.
pub(super) fn rank(name: &str) -> Option<u8> {
    let lower = name.trim().to_lowercase();
    let months = lower.split_once(' ').is_some_and(|(n, rest)| n.parse::<u8>().is_ok() && rest.starts_with("tháng"));
    match () {
        () if lower.starts_with("tháng ") || lower.starts_with("tuần ") => Some(1),
        () if lower.starts_with("quý ") => Some(2),
        () if months => Some(3),
        () if lower.starts_with("năm ") || lower.starts_with("cả năm") => Some(4),
        () => None,
    }
}

/// "Quý I" behind its months, "6 tháng" behind its quarters or months: a row of a longer time is the sum of those before it.
pub(super) fn longer(rows: &[Row], at: usize, reading: &mut Reading) {
    let Some((row, own)) = rows.get(at).and_then(|row| Some((row, rank(&row.name)?))) else { return };
    let before = || rows.iter().take(at).filter(|row| rank(&row.name).is_some());
    let since = before().count() - before().rev().take_while(|row| rank(&row.name) < Some(own)).count();
    let near: Vec<&Row> = before().skip(since).collect();
    let ranks = [near.iter().filter_map(|row| rank(&row.name)).max(), Some(1)];
    for wanted in ranks.into_iter().flatten() {
        let parts: Vec<&Row> = near.iter().copied().filter(|row| rank(&row.name) == Some(wanted)).collect();
        if add(row, &parts, reading) {
            return;
        }
    }
}

fn figure(row: &Row, set: Set, reading: &Reading) -> Option<usize> {
    row.cells.iter().copied().flatten().find(|n| reading.cells.get(*n).is_some_and(|cell| cell.label.is(set)))
}

/// What a time that is the sum of others begins and ends with: the first one's carried over, and the last one's in progress. Some tables add these
/// up as well: they are held to it only if one of the two is so.
pub(super) fn ends(whole: &Row, parts: &[&Row], reading: &Reading) -> Vec<Across> {
    let pair = |set: Set, part: Option<&&Row>| {
        let (whole, part) = (figure(whole, set, reading)?, figure(part?, set, reading)?);
        Some(Across { whole, parts: vec![part] })
    };
    let ends: Vec<Across> =
        [pair(CARRIED_OVER, parts.first()), pair(IN_PROGRESS, parts.last())].into_iter().flatten().collect();
    if ends.iter().any(|across| across.holds(reading)) { ends } else { Vec::new() }
}

/// One month after the other: most of them must go on where the one before ended, and at least two.
pub(super) fn continuity(rows: &[Row], reading: &mut Reading) {
    let times: Vec<&Row> = rows.iter().filter(|row| rank(&row.name) == Some(1)).collect();
    let follows = |a: &Row, b: &Row| number(&a.name).is_some_and(|n| number(&b.name) == Some(n + 1));
    let pairs = times.windows(2).filter_map(|two| match two {
        [a, b] if follows(a, b) => {
            let (whole, part) = (figure(b, CARRIED_OVER, reading)?, figure(a, IN_PROGRESS, reading)?);
            Some(Across { whole, parts: vec![part] })
        }
        _ => None,
    });
    let pairs: Vec<Across> = pairs.collect();
    let exact = pairs.iter().filter(|across| across.holds(reading)).count();
    if exact >= 2 && exact * 2 > pairs.len() {
        reading.across.extend(pairs);
    }
}

/// "Tháng 3", "Tháng 3/2024": the third.
fn number(name: &str) -> Option<u32> {
    let digits: String = name.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
