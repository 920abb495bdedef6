//! Which figure is probably wrong: the smallest set of changed figures that makes every sum hold, and of several the one that the percentages,
//! the digits and repetitions speak for.

use super::identities::{Relation, Sum};

/// Most figures changed at once.
const DEPTH: usize = 4;
/// Steps of one search. Beyond it nothing is named.
const STEPS: usize = 40_000;
/// Sums of more figures are not tried figure by figure.
const LONG: usize = 400;
/// Ways to repair that are compared.
const REPAIRS: usize = 200;
/// Most failures that are looked into. A report in which more fails is no report that somebody added up.
pub const FAILURES: usize = 500;

/// One figure put right.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Change {
    /// The figure.
    pub cell: usize,
    /// What it should be.
    pub to: i64,
}

/// Sums that fail together, and the ways to repair them.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// The sums that fail, by number.
    pub sums: Vec<usize>,
    /// Every smallest way found.
    pub repairs: Vec<Vec<Change>>,
    /// Whether the search ended early.
    pub gave_up: bool,
}

/// Finds the failures, at most [`FAILURES`]. The cost is bounded: each has a fixed number of steps.
pub fn solve(sums: &[Sum], values: &[i64]) -> Vec<Failure> {
    let mut by_cell: Vec<Vec<usize>> = vec![Vec::new(); values.len()];
    for (n, sum) in sums.iter().enumerate().filter(|(_, s)| s.relation != Relation::Open) {
        for (cell, _) in sum.cells() {
            if let Some(of) = by_cell.get_mut(cell) {
                of.push(n);
            }
        }
    }
    let mut values = values.to_vec();
    clusters(sums, &values)
        .into_iter()
        .take(FAILURES)
        .map(|failing| {
            // It leaves the figures as they were.
            let mut search = Search {
                sums,
                by_cell: &by_cell,
                values: &mut values,
                changed: Vec::new(),
                found: Vec::new(),
                steps: 0,
            };
            for depth in 1..=DEPTH {
                search.go(&failing, depth);
                if !search.found.is_empty() || search.steps >= STEPS {
                    break;
                }
            }
            let gave_up = search.found.is_empty();
            Failure { sums: failing, repairs: search.found, gave_up }
        })
        .collect()
}

/// Failing sums that share a figure.
fn clusters(sums: &[Sum], values: &[i64]) -> Vec<Vec<usize>> {
    let mut owner: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (n, sum) in sums.iter().enumerate().filter(|(_, s)| s.fails(values)) {
        let mut touching: Vec<usize> = sum.cells().filter_map(|(c, _)| owner.get(&c).copied()).collect();
        touching.sort_unstable();
        touching.dedup();
        let mut joined = vec![n];
        for group in &touching {
            if let Some(old) = groups.get_mut(*group) {
                joined.append(old);
            }
        }
        let home = groups.len();
        for cell in joined.iter().filter_map(|s| sums.get(*s)).flat_map(Sum::cells).map(|(c, _)| c) {
            owner.insert(cell, home);
        }
        joined.sort_unstable();
        groups.push(joined);
    }
    groups.retain(|g| !g.is_empty());
    groups
}

struct Search<'a> {
    sums: &'a [Sum],
    by_cell: &'a [Vec<usize>],
    values: &'a mut [i64],
    changed: Vec<Change>,
    found: Vec<Vec<Change>>,
    steps: usize,
}

impl Search<'_> {
    /// Tries to make everything in `failing` hold with so many more changes.
    fn go(&mut self, failing: &[usize], left: usize) {
        self.steps += 1;
        let size = |n: &usize| self.sums.get(*n).map_or(0, |s| s.left.len() + s.right.len());
        let Some(sum) = failing.iter().min_by_key(|n| (size(n), **n)).and_then(|n| self.sums.get(*n)) else {
            let mut repair = self.changed.clone();
            repair.sort_unstable();
            if !self.found.contains(&repair) && self.found.len() < REPAIRS {
                self.found.push(repair);
            }
            return;
        };
        if left == 0 || self.steps >= STEPS || self.found.len() >= REPAIRS {
            return;
        }
        let difference = sum.difference(self.values);
        // In a column of thousands only the total itself is tried, or what other sums that fail have in common with it.
        let long = sum.left.len() + sum.right.len() > LONG;
        let shared = |cell: usize| {
            let others = self.by_cell.get(cell).into_iter().flatten();
            others.filter(|n| failing.contains(n)).count() > 1
        };
        let tried: Vec<(usize, i64)> = sum.cells().filter(|(cell, sign)| !long || *sign > 0 || shared(*cell)).collect();
        for (cell, sign) in tried {
            let Some(old) = self.values.get(cell).copied() else { continue };
            let to = old.saturating_sub(sign * difference);
            if to < 0 || self.changed.iter().any(|c| c.cell == cell) {
                continue;
            }
            self.put(cell, to);
            self.changed.push(Change { cell, to });
            let touched = self.by_cell.get(cell).into_iter().flatten();
            let mut still: Vec<usize> = failing.iter().chain(touched).copied().collect();
            still.sort_unstable();
            still.dedup();
            still.retain(|n| self.sums.get(*n).is_some_and(|s| s.fails(self.values)));
            // No set of so few figures can be in all of the sums that still fail.
            self.go(&still, left - 1);
            self.changed.pop();
            self.put(cell, old);
        }
    }

    fn put(&mut self, cell: usize, value: i64) {
        if let Some(place) = self.values.get_mut(cell) {
            *place = value;
        }
    }
}

/// How likely one number was printed in the place of the other, by its digits alone.
pub fn slip(stated: i64, right: i64) -> Slip {
    let (a, b) = (stated.to_string().into_bytes(), right.to_string().into_bytes());
    if a.len() == b.len() {
        let differing: Vec<usize> = (0..a.len()).filter(|n| a.get(*n) != b.get(*n)).collect();
        return match differing.as_slice() {
            [_] => Slip::OneDigit,
            [x, y] if a.get(*x) == b.get(*y) && a.get(*y) == b.get(*x) => Slip::Swapped,
            _ => Slip::None,
        };
    }
    let (long, short) = if a.len() > b.len() { (&a, &b) } else { (&b, &a) };
    let one_more = long.len() == short.len() + 1;
    let without = |n: usize| long.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, d)| d).eq(short.iter());
    if one_more && (0..long.len()).any(without) { Slip::Lost } else { Slip::None }
}

/// A slip of the hand.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Slip {
    /// Two digits changed places.
    Swapped,
    /// One digit differs.
    OneDigit,
    /// One digit was lost or added.
    Lost,
    /// None that is known.
    None,
}

impl Slip {
    /// How much it speaks for a figure.
    pub fn weight(self) -> i64 {
        match self {
            Slip::Swapped => 5,
            Slip::OneDigit => 2,
            Slip::Lost => 2,
            Slip::None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::identities::Origin;
    use super::*;

    fn sum(left: &[usize], right: &[usize], relation: Relation) -> Sum {
        Sum {
            left: left.to_vec(),
            right: right.to_vec(),
            relation,
            origin: Origin::Classes,
            missing: 0,
            missing_left: 0,
            telling: false,
            slack: 0,
        }
    }

    #[test]
    fn the_only_figure_that_repairs_all_is_found() {
        // 2704 = 952 + 1752 ≥ 1766 + 942; 1766 = 966 + 796 + 4; 1752 = 645 + 1062 + 45
        let values = [2704, 952, 1752, 1766, 942, 966, 796, 4, 645, 1062, 45];
        let sums = [
            sum(&[0], &[1, 2], Relation::Equal),
            sum(&[0], &[3, 4], Relation::AtLeast),
            sum(&[3], &[5, 6, 7], Relation::Equal),
            sum(&[2], &[8, 9, 10], Relation::Equal),
        ];
        let found = solve(&sums, &values);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].repairs, [vec![Change { cell: 4, to: 938 }]]);
    }

    #[test]
    fn two_errors_need_two_changes_and_what_cannot_be_told_apart_is_listed() {
        let values = [10, 4, 5, 20, 9, 10];
        let sums = [sum(&[0], &[1, 2], Relation::Equal), sum(&[3], &[4, 5], Relation::Equal)];
        let found = solve(&sums, &values);
        assert_eq!(found.iter().map(|f| f.repairs.len()).collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn slips_of_the_hand() {
        for (stated, right, wanted) in [
            (2745, 2475, Slip::Swapped),
            (18_012, 18_102, Slip::Swapped),
            (17_651, 17_655, Slip::OneDigit),
            (6164, 6192, Slip::None),
            (614, 6142, Slip::Lost),
        ] {
            assert_eq!(slip(stated, right), wanted, "{stated} for {right}");
        }
    }
}
