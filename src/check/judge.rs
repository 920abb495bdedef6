//! From a reading to findings.

mod notes;
mod percentages;
mod repairs;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Equation, Evidence, Finding, Fix, Kind, Term, What},
    identities::{Origin, Relation, Sum},
    label::{Label, Space, Unsure},
    number::{Grouping, Share},
    percent::{Judge, Judgement, Whole},
    reading::{Part, Percentage, Place, Reading, Unread},
    solve::{Change, Failure, Slip, slip, solve},
};

/// Findings, gravest first, and the percentages that could not be judged.
pub fn findings(reading: &Reading, sums: &[Sum]) -> (Vec<Finding>, Vec<Unread>) {
    let work = Work { reading, sums, judge: Judge::new(reading, sums) };
    let values: Vec<i64> = reading.cells.iter().map(|c| c.value).collect();
    let mut corrected = values.clone();
    let mut found = Vec::new();
    for failure in solve(sums, &values) {
        found.extend(work.contradictions(&failure, &values, &mut corrected));
    }
    let mut unread = Vec::new();
    work.percentages(&values, &corrected, &mut found, &mut unread);
    found.extend(work.remainders(&corrected));
    found.extend(work.shares(&corrected));
    found.extend(work.wording());
    found.sort_by_key(|f| (f.kind() == Kind::Note, f.place.line, f.place.column, f.kind()));
    (found, unread)
}

struct Work<'a> {
    reading: &'a Reading,
    sums: &'a [Sum],
    judge: Judge<'a>,
}

impl Work<'_> {
    fn scope_name(&self, cell: usize) -> String {
        let scope = self.reading.cells.get(cell).map_or(0, |c| c.scope);
        self.reading.scopes.get(scope).map(|s| s.name.clone()).unwrap_or_default()
    }

    fn place(&self, cell: usize) -> Place {
        self.reading.cells.get(cell).and_then(|c| c.places.first()).cloned().unwrap_or_default()
    }

    fn equation(&self, sum: &Sum, values: &[i64]) -> Equation {
        let across = sum.origin == Origin::Across;
        let side = |cells: &[usize]| {
            let terms = cells
                .iter()
                .filter_map(|n| {
                    let cell = self.reading.cells.get(*n)?;
                    let scope = if across { self.scope_name(*n) } else { String::new() };
                    Some(Term {
                        label: cell.label.clone(),
                        value: values.get(*n).copied().unwrap_or(cell.value),
                        scope,
                        figures: 1,
                    })
                })
                .collect::<Vec<Term>>();
            shortened(terms)
        };
        Equation { left: side(&sum.left), right: side(&sum.right) }
    }

    fn remainders(&self, values: &[i64]) -> Vec<Finding> {
        let mut found: Vec<(usize, Finding)> = Vec::new();
        for sum in
            self.sums.iter().filter(|s| s.telling && s.slack == 0 && s.relation != Relation::Equal && !s.fails(values))
        {
            let difference = sum.difference(values);
            let Some(first) = sum.left.first().copied().filter(|_| difference != 0) else { continue };
            let ways_in = difference < 0;
            if ways_in && sum.missing_left == 0 {
                continue;
            }
            let amount = difference.abs();
            let scope = self.reading.cells.get(first).map_or(0, |c| c.scope);
            // A number beside them that says exactly this much, of a category we have no name for.
            let named = self
                .reading
                .unread
                .iter()
                .any(|u| u.scope == Some(scope) && u.value == Some(amount) && u.why != Unsure::Compared)
                || self.reading.of(scope).any(|(n, c)| {
                    c.label.space == Space::Item && c.value == amount && (!self.listed(n) || self.in_list(sum, n))
                });
            if named {
                continue;
            }
            let finding = Finding {
                scope: self.scope_name(first),
                place: self.place(first),
                what: What::Remainder {
                    amount,
                    equation: self.equation(sum, values),
                    missing: if ways_in { sum.missing_left } else { sum.missing },
                    ways_in,
                    unclassed: !ways_in && sum.missing == 0,
                },
                children: Vec::new(),
            };
            // The same gap seen through other figures is one gap.
            let same = found
                .iter()
                .position(|(s, f)| *s == scope && matches!(&f.what, What::Remainder { amount: a, .. } if *a == amount));
            match same.and_then(|n| found.get_mut(n)) {
                Some((_, old)) if terms(old) > terms(&finding) => *old = finding,
                Some(_) => {}
                None => found.push((scope, finding)),
            }
        }
        found.into_iter().map(|(_, f)| f).collect()
    }

    /// Whether it stands in a list of what the sum is of.
    fn in_list(&self, sum: &Sum, cell: usize) -> bool {
        self.reading.lists.iter().any(|l| sum.left == [l.whole] && l.parts.contains(&cell))
    }

    fn listed(&self, cell: usize) -> bool {
        self.reading.lists.iter().any(|l| l.parts.contains(&cell))
    }
}

/// A long column as its sum.
fn shortened(terms: Vec<Term>) -> Vec<Term> {
    const TERMS: usize = 12;
    match terms.first() {
        Some(first) if terms.len() > TERMS => vec![Term {
            label: first.label.clone(),
            value: Equation::total(&terms),
            scope: String::new(),
            figures: terms.len(),
        }],
        _ => terms,
    }
}

fn terms(finding: &Finding) -> usize {
    match &finding.what {
        What::Remainder { equation, .. } => equation.left.len() + equation.right.len(),
        _ => 0,
    }
}
