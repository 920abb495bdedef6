//! A balance that may leave something over is not wrong for that. It is if a slip of one figure explains the difference, and the percentages
//! printed beside it know that figure: then nothing is missing.

use super::{
    identities::{Origin, Relation, Sum},
    label::CARRIED_OVER,
    percent::Judge,
    reading::Reading,
    solve::{Slip, slip},
};

/// Smallest figure whose swapped digits alone say enough.
const LARGE: i64 = 1_000;

/// Makes such sums strict.
pub fn promote(reading: &Reading, sums: &mut [Sum]) {
    let values: Vec<i64> = reading.cells.iter().map(|c| c.value).collect();
    let judge = Judge::new(reading, sums);
    let slips: Vec<usize> = sums
        .iter()
        .enumerate()
        .filter(|(_, s)| s.origin == Origin::Balance && s.relation != Relation::Equal && s.telling && s.slack == 0)
        .filter(|(_, s)| s.cells().any(|(cell, sign)| is_slip(&judge, s, cell, sign, &values)))
        .map(|(n, _)| n)
        .collect();
    for n in slips {
        if let Some(sum) = sums.get_mut(n) {
            sum.relation = Relation::Equal;
        }
    }
}

/// Whether a slip in this figure explains the difference.
fn is_slip(judge: &Judge<'_>, sum: &Sum, cell: usize, sign: i64, values: &[i64]) -> bool {
    let difference = sum.difference(values);
    let Some(stated) = values.get(cell).copied() else { return false };
    let right = stated.saturating_sub(sign * difference);
    if difference == 0 || right < 0 || slip(stated, right) == Slip::None {
        return false;
    }
    // More goes out than was received, by exactly two digits of it that changed places.
    let swapped = slip(stated, right) == Slip::Swapped && stated >= LARGE && sum.left == [cell];
    if swapped && difference < 0 && sum.relation == Relation::Open && sum.missing_left == CARRIED_OVER {
        return true;
    }
    let mut after = values.to_vec();
    if let Some(value) = after.get_mut(cell) {
        *value = right;
    }
    judge.gain(cell, values, &after) >= 2
}
