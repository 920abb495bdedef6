//! Lists of the report, and what the percentages of their parts say together.

use super::*;

pub(super) fn lists(reading: &Reading, shown: &Shown, found: &mut Vec<Sum>) {
    for list in &reading.lists {
        let cell = |n: &usize| reading.cells.get(*n);
        let Some(whole) = cell(&list.whole) else { continue };
        let parts: Vec<usize> = list
            .parts
            .iter()
            .copied()
            .filter(|n| cell(n).is_some_and(|c| !c.about && c.scope == whole.scope))
            .collect();
        if parts.len() < 2 || parts.len() != list.parts.len() {
            continue;
        }
        let items = parts.iter().all(|n| cell(n).is_some_and(|c| c.label.space == Space::Item));
        let sets: Vec<Set> = parts.iter().filter_map(cell).map(|c| c.label.set).collect();
        let disjoint = sets.iter().enumerate().all(|(n, s)| sets.iter().skip(n + 1).all(|t| s & t == 0));
        let classes = parts.iter().all(|n| {
            cell(n).is_some_and(|c| c.label.space == whole.label.space && c.label.set & !whole.label.set == 0)
        });
        let shares = shown.of(reading, &parts, list.whole);
        let all = list.all || shares.hundred;
        if list.formula {
            let sum = Sum {
                left: vec![list.whole],
                right: parts,
                relation: Relation::Equal,
                origin: Origin::List,
                missing: 0,
                missing_left: 0,
                telling: false,
                slack: 0,
            };
            let known = |s: &Sum| {
                s.left == sum.left && {
                    let (mut a, mut b) = (s.right.clone(), sum.right.clone());
                    a.sort_unstable();
                    b.sort_unstable();
                    a == b
                }
            };
            if !found.iter().any(known) {
                found.push(sum);
            }
            continue;
        }
        if whole.about {
            // "gần 27.000 hồ sơ, trong đó …": the parts may miss it by its rounding only.
            if classes && disjoint && sets.iter().all(|s| *s != 0 && *s != whole.label.set) {
                let all = sets.iter().fold(0, |a, b| a | b) == whole.label.set;
                found.push(Sum {
                    left: vec![list.whole],
                    right: parts,
                    relation: if all { Relation::Equal } else { Relation::AtLeast },
                    origin: Origin::List,
                    missing: 0,
                    missing_left: 0,
                    telling: false,
                    slack: 0,
                });
            }
        } else if items || (classes && disjoint && all) {
            found.push(Sum {
                left: vec![list.whole],
                right: parts,
                relation: if all && !shares.short { Relation::Equal } else { Relation::AtLeast },
                origin: Origin::List,
                missing: 0,
                missing_left: 0,
                telling: all && shares.short,
                slack: 0,
            });
        }
    }
}

/// What the percentages of parts say together.
pub(super) struct Shares {
    /// They add up to a hundred within their rounding: the parts are said to be all.
    pub(super) hundred: bool,
    /// Each fits the whole, and together they are short of a hundred: some of the whole is in no part, and no figure is wrong.
    pub(super) short: bool,
}

/// The percentage of each figure that has one.
pub(super) struct Shown(BTreeMap<usize, Share>);

impl Shown {
    pub(super) fn new(reading: &Reading) -> Shown {
        let of = reading.percentages.iter().filter(|p| p.growth == 0).filter_map(|p| match p.part {
            Part::Cell(n) => Some((n, p.share)),
            Part::Label(_) => None,
        });
        Shown(of.collect())
    }

    /// Whether every part has a share, and each fits the whole.
    pub(super) fn fit(&self, reading: &Reading, parts: &[usize], whole: usize) -> bool {
        let value = |n: usize| reading.cells.get(n).map_or(0, |c| c.value);
        let fits =
            |n: &usize| self.0.get(n).is_some_and(|s| Share::of(value(*n), value(whole), s.decimals) == Some(*s));
        parts.iter().all(fits)
    }

    pub(super) fn of(&self, reading: &Reading, parts: &[usize], whole: usize) -> Shares {
        let none = Shares { hundred: false, short: false };
        let shown: Option<Vec<(usize, Share)>> = parts.iter().map(|n| self.0.get(n).map(|s| (*n, *s))).collect();
        let Some(shown) = shown.filter(|s| s.len() >= 2) else { return none };
        let total: i128 = shown.iter().map(|(_, s)| s.millionths()).sum();
        let slack: i128 = shown.iter().map(|(_, s)| s.half()).sum();
        let fits = self.fit(reading, parts, whole);
        Shares { hundred: (total - 100_000_000).abs() <= slack, short: fits && total + slack < 100_000_000 }
    }
}
