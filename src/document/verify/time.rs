//! Over time: a unit's opening stock is its closing stock of the atom before, and its documents name each other.

use super::{Case, Document};
use crate::domain::{
    measure::Measure,
    summary::{Summary, total},
    verdict::Wrong,
};

impl Case {
    /// Compares a document with the one of the atom before, if that is in the bundle too.
    pub(super) fn continues(&self, document: &Document) -> Vec<Wrong> {
        let summary = &document.summary;
        let before = (summary.unit.clone(), self.cuts.previous(summary.atom).start);
        let shelf = self.shelves.get(&before).into_iter().flatten();
        // what nothing names is not taken as evidence
        let Some(hash) = shelf.rev().find(|hash| self.named.contains(*hash)) else { return Vec::new() };
        let Some(before) = self.documents.get(hash).map(|d| &d.summary) else { return Vec::new() };
        let mut wrong = Vec::new();
        let (opening, closing) = (total(&summary.own)[Measure::CarriedOver], total(&before.own).closing_stock());
        if opening != closing {
            wrong.push(Wrong::Discontinuous { opening, closing });
        }
        // An amendment of the atom before leaves this document as it is where nothing in it would change; then it names an older revision,
        // and of those only the last is known by name here.
        let named = summary.previous_atom;
        let known = named == Some(*hash) || (named.is_some() && named == before.previous_revision);
        if !known && (named.is_none() || !older_unknown(before)) {
            wrong.push(Wrong::OtherBefore { revision: before.revision });
        }
        wrong
    }
}

/// Whether there are revisions before the last but one, whose hashes are nowhere in the bundle.
fn older_unknown(summary: &Summary) -> bool {
    summary.revision > 2
}
