//! A parent's figures are its members' figures: each member's totals are those of its document, and below is their sum, cell by cell.

use std::collections::BTreeMap;

use super::{Case, Document};
use crate::domain::{
    contribution::CellKey,
    measure::{Figures, Measure},
    summary::Cells,
    verdict::Wrong,
};

/// So many cells are named one by one.
const NAMED: usize = 10;

impl Case {
    /// Compares a document with those it names, as far as they are here; which are not is told already.
    pub(super) fn members(&self, document: &Document) -> Vec<Wrong> {
        let summary = &document.summary;
        let mut wrong = Vec::new();
        let mut sum = Cells::new();
        let mut all_here = true;
        for member in &summary.members {
            let Some((hash, _)) = &member.document else {
                let stated = Measure::ALL.iter().copied().find(|m| member.totals[*m] != 0);
                let who = self.who(&member.unit);
                wrong.extend(stated.map(|measure| Wrong::MemberTotals {
                    member: who,
                    measure,
                    stated: member.totals[measure],
                    found: 0,
                }));
                continue;
            };
            let Some(below) = self.member(&member.unit, summary.atom, hash).map(|d| &d.summary) else {
                all_here = false;
                continue;
            };
            let totals = below.totals();
            let differs = Measure::ALL.iter().copied().filter(|m| totals[*m] != member.totals[*m]);
            wrong.extend(differs.map(|measure| Wrong::MemberTotals {
                member: self.who(&member.unit),
                measure,
                stated: member.totals[measure],
                found: totals[measure],
            }));
            let (stated, found) =
                ((member.received, member.expected), (below.received.min(member.expected), below.expected));
            if stated != found {
                wrong.push(Wrong::MemberCounts { member: self.who(&member.unit), stated, found });
            }
            for (key, figures) in below.subtree() {
                *sum.entry(key).or_default() += &figures.for_parent();
            }
        }
        if all_here {
            wrong.extend(cells(&summary.below, &sum));
        }
        wrong
    }
}

/// Where two sums differ; a cell that is not there is one of zeros.
fn cells(stated: &Cells, sum: &Cells) -> Vec<Wrong> {
    let mut both: BTreeMap<&CellKey, (Figures, Figures)> = BTreeMap::new();
    stated.iter().for_each(|(key, figures)| both.entry(key).or_default().0 = *figures);
    sum.iter().for_each(|(key, figures)| both.entry(key).or_default().1 = *figures);
    let mut wrong = Vec::new();
    let mut more = 0;
    for (key, (stated, sum)) in both {
        for measure in Measure::ALL.iter().copied().filter(|m| stated[*m] != sum[*m]) {
            if wrong.len() == NAMED {
                more += 1;
                continue;
            }
            wrong.push(Wrong::Cell { cell: key.clone(), measure, stated: stated[measure], sum: sum[measure] });
        }
    }
    wrong.extend((more > 0).then_some(Wrong::MoreCells { more }));
    wrong
}
