//! What has to add up. Nothing is written down figure by figure: a whole and parts follow from the sets of classes that labels are, the
//! balance from ways in and ways out.

mod lists;

use std::collections::BTreeMap;

use super::{
    label::{
        CARRIED_OVER, HANDED_IN, HANDED_OUT, IN, IN_PERSON, IN_TIME, OUT, PENDING_WITHIN, RECEIVED, RESOLVED, Set,
        Space,
    },
    number::Share,
    reading::{Part, Reading},
};

use lists::{Shown, lists};

/// Families of parts looked at for one whole.
const FAMILIES: usize = 24;

/// How two sides compare.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Relation {
    /// Both are the same.
    Equal,
    /// The left is not less: something on the right may not be reported.
    AtLeast,
    /// Either may be larger: nothing can be wrong, but something is not reported.
    Open,
}

/// Where a sum comes from.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// A whole and its classes.
    Classes,
    /// Ways in and ways out.
    Balance,
    /// A list of the report.
    List,
    /// The whole of several scopes.
    Across,
    /// A heading and the text below it.
    Restated,
    /// A figure and what it was before.
    Change,
}

/// Two sides of figures.
#[derive(Clone, PartialEq, Debug)]
pub struct Sum {
    /// Figures on the left: the whole, or the ways in.
    pub left: Vec<usize>,
    /// Figures on the right: the parts, or the ways out.
    pub right: Vec<usize>,
    /// How they compare.
    pub relation: Relation,
    /// Where it comes from.
    pub origin: Origin,
    /// Classes that no figure on the right counts.
    pub missing: Set,
    /// Classes that no figure on the left counts.
    pub missing_left: Set,
    /// Whether a difference is worth telling: enough of the whole is reported for it to be a gap.
    pub telling: bool,
    /// How far its sides may differ because figures in it are rounded.
    pub slack: i64,
}

impl Sum {
    /// Left less right.
    pub fn difference(&self, values: &[i64]) -> i64 {
        let side =
            |cells: &[usize]| cells.iter().filter_map(|c| values.get(*c)).fold(0i64, |a, b| a.saturating_add(*b));
        side(&self.left).saturating_sub(side(&self.right))
    }

    /// Whether it does not hold.
    pub fn fails(&self, values: &[i64]) -> bool {
        match self.relation {
            Relation::Equal => self.difference(values).abs() > self.slack,
            Relation::AtLeast => self.difference(values) < -self.slack,
            Relation::Open => false,
        }
    }

    /// Every figure in it, with its sign.
    pub fn cells(&self) -> impl Iterator<Item = (usize, i64)> {
        self.left.iter().map(|c| (*c, 1)).chain(self.right.iter().map(|c| (*c, -1)))
    }
}

/// Every sum of a reading.
pub fn sums(reading: &Reading) -> Vec<Sum> {
    let mut found = Vec::new();
    let shown = Shown::new(reading);
    let mut by_scope: Vec<Vec<(usize, Space, Set)>> = vec![Vec::new(); reading.scopes.len()];
    for (n, cell) in reading.cells.iter().enumerate() {
        let usable = !cell.about
            && cell.label.set != 0
            && !matches!(cell.label.space, Space::Item | Space::Change | Space::Due | Space::Procedures);
        if let Some(scope) = by_scope.get_mut(cell.scope).filter(|_| usable) {
            scope.push((n, cell.label.space, cell.label.set));
        }
    }
    for (scope, cells) in by_scope.iter().enumerate() {
        classes(reading, &shown, cells, &mut found);
        let closed = reading.scopes.get(scope).is_some_and(|s| s.closed);
        balance(cells, closed, &mut found);
    }
    lists(reading, &shown, &mut found);
    found = once(found);
    for (heading, body) in &reading.restated {
        found.push(Sum {
            left: vec![*heading],
            right: vec![*body],
            relation: Relation::Equal,
            origin: Origin::Restated,
            missing: 0,
            missing_left: 0,
            telling: false,
            slack: 0,
        });
    }
    for change in &reading.changes {
        let (left, right) = match change.sign {
            1 => (change.now, [change.before, change.by]),
            _ => (change.before, [change.now, change.by]),
        };
        found.push(Sum {
            left: vec![left],
            right: right.to_vec(),
            relation: Relation::Equal,
            origin: Origin::Change,
            missing: 0,
            missing_left: 0,
            telling: false,
            slack: 0,
        });
    }
    for across in &reading.across {
        found.push(Sum {
            left: vec![across.whole],
            right: across.parts.clone(),
            relation: Relation::Equal,
            origin: Origin::Across,
            missing: 0,
            missing_left: 0,
            telling: false,
            slack: 0,
        });
    }
    for sum in &mut found {
        let slack = |(n, _): (usize, i64)| reading.cells.get(n).map_or(0, |c| c.slack);
        sum.slack = sum.cells().map(slack).fold(0, i64::saturating_add);
    }
    found
}

/// The same sum only once: the strictest.
fn once(sums: Vec<Sum>) -> Vec<Sum> {
    let mut seen: BTreeMap<(Vec<usize>, Vec<usize>), usize> = BTreeMap::new();
    let mut kept: Vec<Sum> = Vec::new();
    for sum in sums {
        let sorted = |cells: &[usize]| {
            let mut cells = cells.to_vec();
            cells.sort_unstable();
            cells
        };
        let key = (sorted(&sum.left), sorted(&sum.right));
        match seen.get(&key).and_then(|n| kept.get_mut(*n)) {
            Some(old) => {
                if sum.relation == Relation::Equal
                    && !(old.telling && old.missing == 0 && old.relation == Relation::AtLeast)
                {
                    old.relation = Relation::Equal;
                }
            }
            None => {
                seen.insert(key, kept.len());
                kept.push(sum);
            }
        }
    }
    kept
}

type Known = (usize, Space, Set);

fn classes(reading: &Reading, shown: &Shown, cells: &[Known], found: &mut Vec<Sum>) {
    for (whole, space, set) in cells {
        let parts: Vec<Known> =
            cells.iter().filter(|(n, s, p)| n != whole && s == space && p != set && p & !set == 0).copied().collect();
        let families = families(&parts);
        let complete = |family: &Vec<Known>| union(family) == *set;
        let any_complete = families.iter().any(complete);
        for family in &families {
            let missing = set & !union(family);
            let right: Vec<usize> = family.iter().map(|(n, ..)| *n).collect();
            let shares = shown.of(reading, &right, *whole);
            // "phải giải quyết 5.482, tiếp nhận 4.871: trực tuyến 96,53%, trực tiếp 3,47%": they are all of what was received.
            let of_less = || {
                cells.iter().any(|(n, s, p)| {
                    let between = s == space && p != set && p & !set == 0 && union(family) & !p == 0;
                    between && shown.fit(reading, &right, *n)
                })
            };
            let relation = match missing {
                0 if shares.short => Relation::AtLeast,
                0 => Relation::Equal,
                _ if shares.hundred && !of_less() => Relation::Equal,
                _ => Relation::AtLeast,
            };
            // In person is what is left when the rest is counted; one part alone says nothing of the others.
            let rest = right.iter().any(|n| {
                reading.cells.get(*n).is_some_and(|c| c.places.iter().any(|p| reading.rests.contains(&p.quote)))
            });
            // "Online from end to end" beside "online": the gap is the larger one's.
            let own = union(family);
            let larger = families.iter().map(|f| union(f)).any(|other| other != own && own & !other == 0);
            let telling =
                !rest && !larger && (missing == 0 || !any_complete && right.len() >= 2 && missing & IN_PERSON == 0);
            found.push(Sum {
                left: vec![*whole],
                right,
                relation,
                origin: Origin::Classes,
                missing,
                missing_left: 0,
                telling,
                slack: 0,
            });
        }
    }
}

fn union(family: &[Known]) -> Set {
    family.iter().fold(0, |all, (_, _, set)| all | set)
}

/// Largest families of figures that have no class in common.
fn families(cells: &[Known]) -> Vec<Vec<Known>> {
    let mut found: Vec<Vec<Known>> = Vec::new();
    let mut sorted = cells.to_vec();
    sorted.sort_by_key(|(n, _, set)| (std::cmp::Reverse(set.count_ones()), *n));
    grow(&sorted, 0, &mut Vec::new(), &mut found);
    found
}

fn grow(cells: &[Known], from: usize, chosen: &mut Vec<Known>, found: &mut Vec<Vec<Known>>) {
    if found.len() >= FAMILIES {
        return;
    }
    let taken = union(chosen);
    let free = |cell: &&Known| cell.2 & taken == 0;
    let Some((at, cell)) = cells.iter().enumerate().skip(from).find(|(_, c)| free(c)) else {
        let extendable = cells.iter().any(|c| c.2 & taken == 0);
        if !chosen.is_empty() && !extendable {
            found.push(chosen.clone());
        }
        return;
    };
    chosen.push(*cell);
    grow(cells, at + 1, chosen, found);
    chosen.pop();
    // Without it only if something that overlaps it can stand in its place.
    if cells.iter().skip(at + 1).any(|c| c.2 & cell.2 != 0 && c.2 & taken == 0) {
        grow(cells, at + 1, chosen, found);
    }
}

fn balance(cells: &[Known], closed: bool, found: &mut Vec<Sum>) {
    let within =
        |set: Set| cells.iter().filter(|(_, s, p)| *s == Space::Dossiers && p & !set == 0).copied().collect::<Vec<_>>();
    let (ins, outs) = (families(&within(IN | HANDED_IN)), families(&within(OUT)));
    // A family that counts less than another tells nothing more, nor does one that takes a whole apart.
    let most = |families: &[Vec<Known>], of: &Vec<Known>| {
        !families.iter().any(|f| {
            let (own, other) = (union(of), union(f));
            own != other && own & !other == 0 || own == other && f.len() < of.len()
        })
    };
    for left in ins.iter().filter(|f| most(&ins, f)) {
        let (covered_in, ways_in) = (union(left), left.iter().map(|(n, ..)| *n).collect::<Vec<_>>());
        if covered_in & RECEIVED != RECEIVED && !closed {
            continue;
        }
        for right in outs.iter().filter(|f| most(&outs, f)) {
            let covered = union(right);
            if covered & IN_TIME != IN_TIME && covered & RESOLVED != RESOLVED {
                continue;
            }
            let missing_left = if closed { 0 } else { IN & !covered_in };
            let missing = if closed { 0 } else { OUT & !covered & !HANDED_OUT };
            let relation = match (missing_left, missing) {
                (0, 0) => Relation::Equal,
                (0, _) => Relation::AtLeast,
                _ => Relation::Open,
            };
            found.push(Sum {
                left: ways_in.clone(),
                right: right.iter().map(|(n, ..)| *n).collect(),
                relation,
                origin: Origin::Balance,
                missing,
                missing_left: missing_left & CARRIED_OVER,
                telling: covered & PENDING_WITHIN != 0,
                slack: 0,
            });
        }
    }
}
