//! Percentages, beside the figures as they are printed and as they were put right.

use super::*;

impl Work<'_> {
    pub(super) fn percentages(
        &self,
        values: &[i64],
        corrected: &[i64],
        found: &mut Vec<Finding>,
        unread: &mut Vec<Unread>,
    ) {
        let culprits = self.culprits(found);
        for shown in &self.reading.percentages {
            let (before, after) = (self.judge.judge(shown, values), self.judge.judge(shown, corrected));
            let wrong = |judgement: &Judgement| match judgement {
                Judgement::Wrong { should_be, part, whole } => {
                    let term =
                        |w: &Whole| Term { label: w.label.clone(), value: w.value, scope: String::new(), figures: 1 };
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

    fn confirms(&self, shown: &Percentage) -> Finding {
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
}

fn equals_wrong(judgement: &Judgement) -> bool {
    matches!(judgement, Judgement::Wrong { .. })
}

impl Finding {
    /// Whether several figures may be the wrong one, so that nothing was put right.
    fn is_doubtful(&self) -> bool {
        matches!(&self.what, What::Contradiction { culprit, equals, .. } if culprit.is_none() || !equals.is_empty())
    }
}
