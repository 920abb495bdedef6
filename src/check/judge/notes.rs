//! What is worth knowing though nothing is wrong for it: shares that miss a hundred by rounding, loose wording, mixed formats.

use super::*;
use crate::check::label::{RESOLVED_EARLY, RESOLVED_LATE, RESOLVED_ON_TIME};

impl Work<'_> {
    /// Shares that make a whole, by the figures as they were put right: do they add up to a hundred, are they printed alike?
    pub(super) fn shares(&self, values: &[i64]) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for sum in self
            .sums
            .iter()
            .filter(|s| matches!(s.origin, Origin::Classes | Origin::List) && s.missing == 0 && s.right.len() >= 2)
        {
            self.family(&sum.right, values, &mut found);
        }
        for (scope, _) in self.reading.scopes.iter().enumerate() {
            let class = |set| self.reading.of(scope).find(|(_, c)| c.label.is(set)).map(|(n, _)| n);
            let classes: Option<Vec<usize>> =
                [RESOLVED_EARLY, RESOLVED_ON_TIME, RESOLVED_LATE].into_iter().map(class).collect();
            if let Some(classes) = classes {
                self.family(&classes, values, &mut found);
            }
        }
        found
    }

    fn family(&self, parts: &[usize], values: &[i64], found: &mut Vec<Finding>) {
        let shown: Option<Vec<(Share, &Place)>> = parts
            .iter()
            .map(|n| {
                let own = self.reading.percentages.iter().find(|p| p.part == Part::Cell(*n) && p.growth == 0);
                own.map(|p| (p.share, &p.place))
            })
            .collect();
        let Some(shown) = shown else { return };
        let Some((_, place)) = shown.first().copied() else { return };
        if found.iter().any(|f| f.place == *place) {
            return;
        }
        let decimals = shown.iter().map(|(s, _)| s.decimals).max().unwrap_or(0);
        let total: i128 = shown.iter().map(|(s, _)| s.millionths()).sum();
        let slack: i128 = shown.iter().map(|(s, _)| s.half()).sum();
        let missed = total - 100_000_000;
        let finding = |what| Finding {
            scope: parts.first().map(|n| self.scope_name(*n)).unwrap_or_default(),
            place: place.clone(),
            what,
            children: Vec::new(),
        };
        // Not if one of them is wrong, which is told by itself.
        let wrong = |place: &Place| {
            let of = self.reading.percentages.iter().filter(|p| p.place == *place);
            of.into_iter().any(|p| matches!(self.judge.judge(p, values), Judgement::Wrong { .. }))
        };
        if missed != 0 && missed.abs() <= slack && !shown.iter().any(|(_, place)| wrong(place)) {
            let unit = 1_000_000 / 10i128.pow(decimals.min(6));
            let digits = i64::try_from(total / unit.max(1)).unwrap_or_default();
            found.push(finding(What::SharesMiss { sum: Share { digits, decimals } }));
        }
        let uneven = shown.iter().any(|(s, _)| s.decimals != decimals && s.decimals != 0);
        if uneven {
            let printed = shown.iter().map(|(_, p)| p.printed.clone()).collect();
            found.push(finding(What::MixedPrecision { printed }));
        }
    }

    pub(super) fn wording(&self) -> Vec<Finding> {
        let loose = self.reading.loose.iter().collect::<BTreeSet<_>>();
        let mut found: Vec<Finding> = loose
            .into_iter()
            .filter_map(|n| {
                let cell = self.reading.cells.get(*n)?;
                let place = self.place(*n);
                let what = What::LooseWording { label: cell.label.clone(), printed: place.printed.clone() };
                Some(Finding { scope: self.scope_name(*n), what, place, children: Vec::new() })
            })
            .collect();
        let mut examples: Vec<(Grouping, &Place)> = Vec::new();
        for cell in self.reading.cells.iter().filter(|c| c.grouping != Grouping::Short) {
            if !examples.iter().any(|(g, _)| *g == cell.grouping)
                && let Some(place) = cell.places.first()
            {
                examples.push((cell.grouping, place));
            }
        }
        if let (2.., Some((_, place))) = (examples.len(), examples.last()) {
            let printed = examples.iter().map(|(_, p)| p.printed.clone()).collect();
            let what = What::MixedFormats { printed };
            found.push(Finding { scope: String::new(), what, place: (*place).clone(), children: Vec::new() });
        }
        found
    }
}
