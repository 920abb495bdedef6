//! From a reading to findings.

mod notes;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Equation, Evidence, Finding, Fix, Kind, Term, What},
    identities::{Origin, Relation, Sum},
    label::{Space, Unsure},
    number::{Grouping, Share},
    percent::{Judge, Judgement},
    reading::{Part, Place, Reading, Unread},
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
    found.extend(work.shares());
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

    /// The findings of one failure, and its figures put right.
    fn contradictions(&self, failure: &Failure, values: &[i64], corrected: &mut [i64]) -> Vec<Finding> {
        let equations = |cell: Option<usize>| {
            let mut failing: Vec<&Sum> = failure.sums.iter().filter_map(|n| self.sums.get(*n)).collect();
            failing.retain(|s| cell.is_none_or(|cell| s.cells().any(|(c, _)| c == cell)));
            failing.sort_by_key(|s| (s.origin, s.left.len() + s.right.len()));
            failing.iter().take(3).map(|s| self.equation(s, values)).collect::<Vec<_>>()
        };
        let mut ranked: Vec<(i64, &Vec<Change>)> =
            failure.repairs.iter().map(|r| (self.weight(r, values), r)).collect();
        ranked.sort_by_key(|(weight, repair)| (-weight, self.order(repair, failure)));
        let Some((best, chosen)) = ranked.first().copied() else {
            let first = failure.sums.first().and_then(|n| self.sums.get(*n));
            let Some(cell) = first.and_then(|s| s.left.first()).copied() else { return Vec::new() };
            let what = What::Contradiction { culprit: None, equals: Vec::new(), equations: equations(None) };
            return vec![Finding { scope: self.scope_name(cell), what, place: self.place(cell), children: Vec::new() }];
        };
        let only = ranked.len() == 1;
        let mut found = Vec::new();
        for change in chosen {
            // Other figures that do as well in the place of this one, the rest of the repair being the same.
            let equals: Vec<Fix> = ranked
                .iter()
                .filter(|(weight, _)| *weight == best)
                .filter_map(|(_, r)| {
                    let others: Vec<&Change> = r.iter().filter(|c| !chosen.contains(c)).collect();
                    let [other] = others.as_slice() else { return None };
                    (!r.contains(change) && r.len() == chosen.len()).then(|| self.fix(other, values, false))
                })
                .collect();
            if let Some(value) = corrected.get_mut(change.cell).filter(|_| equals.is_empty()) {
                *value = change.to;
            }
            let culprit = self.fix(change, values, only);
            found.push(Finding {
                scope: self.scope_name(change.cell),
                place: culprit.place.clone(),
                what: What::Contradiction { culprit: Some(culprit), equals, equations: equations(Some(change.cell)) },
                children: Vec::new(),
            });
        }
        found
    }

    /// Of equal repairs the one that changes totals comes first, then the one that changes what is printed once.
    fn order(&self, repair: &[Change], failure: &Failure) -> (usize, Vec<usize>) {
        let totals =
            failure.sums.iter().filter_map(|n| self.sums.get(*n)).filter(|s| s.left.len() == 1).flat_map(|s| &s.left);
        let totals: BTreeSet<usize> = totals.copied().collect();
        let parts = repair.iter().filter(|c| !totals.contains(&c.cell)).count();
        (parts, repair.iter().map(|c| c.cell).collect())
    }

    fn fix(&self, change: &Change, values: &[i64], only: bool) -> Fix {
        let stated = values.get(change.cell).copied().unwrap_or_default();
        let place = self.place(change.cell);
        let mut evidence = Vec::new();
        match slip(stated, change.to) {
            Slip::Swapped => evidence.push(Evidence::DigitsSwapped),
            Slip::OneDigit => evidence.push(Evidence::OneDigit),
            Slip::Lost => evidence.push(Evidence::DigitLost),
            Slip::None => {}
        }
        let mut after = values.to_vec();
        if let Some(value) = after.get_mut(change.cell) {
            *value = change.to;
        }
        let gained: Vec<String> = self
            .near(&[*change])
            .filter(|p| {
                self.judge.judge(p, values) != Judgement::Fits && self.judge.judge(p, &after) == Judgement::Fits
            })
            .map(|p| p.place.printed.clone())
            .collect();
        if !gained.is_empty() {
            evidence.push(Evidence::Percentages(gained));
        }
        if only {
            evidence.push(Evidence::OnlyOne);
        }
        let label = self
            .reading
            .cells
            .get(change.cell)
            .map(|c| c.label.clone())
            .unwrap_or_else(|| super::label::Label::item(""));
        let failing = |s: &&Sum| s.fails(values) && s.cells().any(|(c, _)| c == change.cell);
        let about = self.sums.iter().filter(failing).all(|s| s.slack > 0);
        let own = self.reading.cells.get(change.cell).filter(|c| !c.about).map_or(0, |c| c.slack);
        let should_be = (change.to + own / 2 + own % 2) / (own + 1) * (own + 1);
        Fix { label, printed: place.printed.clone(), stated, should_be, about, place, evidence }
    }

    /// The percentages of the scopes that a repair touches.
    fn near<'s>(&'s self, repair: &[Change]) -> impl Iterator<Item = &'s super::reading::Percentage> {
        let scopes: BTreeSet<usize> =
            repair.iter().filter_map(|c| self.reading.cells.get(c.cell)).map(|c| c.scope).collect();
        self.reading.percentages.iter().filter(move |p| scopes.contains(&p.scope))
    }

    fn weight(&self, repair: &[Change], values: &[i64]) -> i64 {
        let mut after = values.to_vec();
        let mut weight = 0;
        for change in repair {
            let stated = values.get(change.cell).copied().unwrap_or_default();
            weight += slip(stated, change.to).weight();
            let places = self.reading.cells.get(change.cell).map_or(1, |c| c.places.len());
            weight -= 3 * i64::try_from(places.saturating_sub(1)).unwrap_or(0);
            if let Some(value) = after.get_mut(change.cell) {
                *value = change.to;
            }
        }
        // A balance that comes out exactly, though nothing asks for it, confirms its figures.
        let touched = |s: &&Sum| {
            s.telling && s.relation != Relation::Equal && s.cells().any(|(c, _)| repair.iter().any(|r| r.cell == c))
        };
        for sum in self.sums.iter().filter(touched) {
            let exact = |values: &[i64]| i64::from(sum.difference(values) == 0);
            weight += 4 * (exact(&after) - exact(values));
        }
        for shown in self.near(repair) {
            let fits = |values: &[i64]| i64::from(self.strictly(shown, values));
            weight += 6 * (fits(&after) - fits(values));
        }
        weight
    }

    /// Fits a whole that is printed: a sum of the parts fits them whatever is printed.
    fn strictly(&self, shown: &super::reading::Percentage, values: &[i64]) -> bool {
        self.judge.strictly(shown, values)
    }

    fn percentages(&self, values: &[i64], corrected: &[i64], found: &mut Vec<Finding>, unread: &mut Vec<Unread>) {
        let culprits = self.culprits(found);
        for shown in &self.reading.percentages {
            let (before, after) = (self.judge.judge(shown, values), self.judge.judge(shown, corrected));
            let wrong = |judgement: &Judgement| match judgement {
                Judgement::Wrong { should_be, part, whole } => {
                    let term = |w: &super::percent::Whole| Term {
                        label: w.label.clone(),
                        value: w.value,
                        scope: String::new(),
                        figures: 1,
                    };
                    Some(Finding {
                        scope: self.reading.scopes.get(shown.scope).map(|s| s.name.clone()).unwrap_or_default(),
                        place: shown.place.clone(),
                        what: What::WrongPercent {
                            printed: shown.share,
                            should_be: *should_be,
                            part: term(part),
                            whole: term(whole),
                            growth: shown.growth,
                        },
                        children: Vec::new(),
                    })
                }
                _ => None,
            };
            let strict = (self.strictly(shown, values), self.strictly(shown, corrected));
            let parent = culprits.get(&shown.scope).and_then(|n| found.get_mut(*n));
            match (&before, &after) {
                (Judgement::Rounded, Judgement::Fits) if parent.is_some() => {
                    if let Some(parent) = parent {
                        parent.children.push(self.confirms(shown));
                    }
                }
                (Judgement::Rounded | Judgement::Unsure, _) => {
                    let why = if before == Judgement::Rounded { Unsure::Approximate } else { Unsure::NoWhole };
                    unread.push(Unread { place: shown.place.clone(), value: None, why, scope: Some(shown.scope) });
                }
                (Judgement::Fits, Judgement::Fits) => {
                    if let Some(parent) = parent.filter(|_| strict == (false, true)) {
                        parent.children.push(self.confirms(shown));
                    }
                }
                (Judgement::Wrong { .. }, Judgement::Fits) => {
                    if let Some(parent) = parent {
                        parent.children.push(self.confirms(shown));
                    }
                }
                (_, after) => {
                    match (parent.filter(|_| before == Judgement::Fits || equals_wrong(&before)), wrong(after)) {
                        (Some(parent), Some(child)) if before == Judgement::Fits || parent.is_doubtful() => {
                            parent.children.push(child)
                        }
                        (_, Some(finding)) => found.push(finding),
                        _ => {}
                    }
                }
            }
        }
    }

    fn confirms(&self, shown: &super::reading::Percentage) -> Finding {
        Finding {
            scope: self.reading.scopes.get(shown.scope).map(|s| s.name.clone()).unwrap_or_default(),
            what: What::Confirms { printed: shown.share },
            place: shown.place.clone(),
            children: Vec::new(),
        }
    }

    /// The first finding that names a wrong figure, by the scope of that figure.
    fn culprits(&self, found: &[Finding]) -> BTreeMap<usize, usize> {
        let mut culprits = BTreeMap::new();
        for (n, finding) in found.iter().enumerate() {
            let What::Contradiction { culprit: Some(fix), .. } = &finding.what else { continue };
            let own = self.reading.cells.iter().find(|c| c.places.contains(&fix.place));
            culprits.entry(own.map_or(usize::MAX, |c| c.scope)).or_insert(n);
        }
        culprits
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
                || self
                    .reading
                    .of(scope)
                    .any(|(n, c)| c.label.space == Space::Item && c.value == amount && !self.listed(n));
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

fn equals_wrong(judgement: &Judgement) -> bool {
    matches!(judgement, Judgement::Wrong { .. })
}

fn terms(finding: &Finding) -> usize {
    match &finding.what {
        What::Remainder { equation, .. } => equation.left.len() + equation.right.len(),
        _ => 0,
    }
}

impl Finding {
    /// Whether several figures may be the wrong one, so that nothing was put right.
    fn is_doubtful(&self) -> bool {
        matches!(&self.what, What::Contradiction { culprit, equals, .. } if culprit.is_none() || !equals.is_empty())
    }
}
