//! The end of it: the figures of the whole, as they are stated and added anew from every unit's own.

use std::collections::BTreeMap;

use super::Case;
use crate::domain::{
    atoms::Atom,
    measure::Figures,
    summary::total,
    verdict::{Finding, Line, Wrong},
};

impl Case {
    /// For every measure: openings of the first atom, flows added, closings of the last.
    pub(super) fn figures(&mut self) {
        let mut sums: BTreeMap<Atom, Figures> = BTreeMap::new();
        for (hash, document) in self.documents.iter().filter(|(hash, _)| self.named.contains(hash)) {
            let (own, atom) = (total(&document.summary.own), document.summary.atom);
            // What concerns a unit alone stays with it, and is only seen where that unit was asked for.
            let top = self.tops.get(&atom) == Some(hash);
            *sums.entry(atom).or_default() += &if top { own } else { own.for_parent() };
        }
        let mut over_time: Option<(Figures, Figures)> = None;
        for (atom, top) in &self.tops {
            let Some(stated) = self.documents.get(top).map(|d| d.summary.totals()) else { continue };
            let summed = sums.remove(atom).unwrap_or_default();
            over_time = Some(match over_time {
                None => (stated, summed),
                Some((first, second)) => (first.then(&stated), second.then(&summed)),
            });
        }
        let Some((stated, summed)) = over_time else { return };
        self.verdict.figures = Line::all(&stated, &summed);
        let Some(asked) = self.asked.clone() else { return };
        let who = self.who(&asked);
        for line in self.verdict.figures.clone().into_iter().filter(|line| !line.agrees()) {
            let wrong = Wrong::Total { measure: line.measure, stated: line.stated, summed: line.summed };
            let finding = Finding { who: Some(who.clone()), atom: None, wrong };
            self.verdict.findings.push(finding);
        }
    }
}
