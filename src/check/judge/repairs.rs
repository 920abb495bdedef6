//! From a failure to the figure that is probably wrong, and what speaks for it.

use super::*;

impl Work<'_> {
    /// The findings of one failure, and its figures put right.
    pub(super) fn contradictions(&self, failure: &Failure, values: &[i64], corrected: &mut [i64]) -> Vec<Finding> {
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
        let label = self.reading.cells.get(change.cell).map(|c| c.label.clone()).unwrap_or_else(|| Label::item(""));
        let failing = |s: &&Sum| s.fails(values) && s.cells().any(|(c, _)| c == change.cell);
        let about = self.sums.iter().filter(failing).all(|s| s.slack > 0);
        let own = self.reading.cells.get(change.cell).filter(|c| !c.about).map_or(0, |c| c.slack);
        let should_be = (change.to + own / 2 + own % 2) / (own + 1) * (own + 1);
        Fix { label, printed: place.printed.clone(), stated, should_be, about, place, evidence }
    }

    /// The percentages of the scopes that a repair touches.
    fn near<'s>(&'s self, repair: &[Change]) -> impl Iterator<Item = &'s Percentage> {
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
    pub(super) fn strictly(&self, shown: &Percentage, values: &[i64]) -> bool {
        self.judge.strictly(shown, values)
    }
}
