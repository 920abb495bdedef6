//! One document after the other: who signed it, whether it contradicts itself, and whether it agrees with the tree and with the others.

use std::collections::BTreeSet;

use super::{Case, Document, fingerprint};
use crate::domain::{
    atoms::Atom,
    summary::Hash,
    units::UnitId,
    verdict::{Judged, Wrong},
};

impl Case {
    /// Judges all documents, by atom and unit.
    pub(super) fn judge(&mut self) {
        let mut order: Vec<(Hash, &Document)> = self.documents.iter().map(|(hash, d)| (*hash, d)).collect();
        order.sort_by(|(_, a), (_, b)| {
            let key = |d: &&Document| (d.summary.atom, d.summary.unit.clone(), d.summary.revision);
            key(a).cmp(&key(b))
        });
        let order: Vec<Hash> = order.into_iter().map(|(hash, _)| hash).collect();
        let found = &self.verdict.findings;
        let told: BTreeSet<(UnitId, Atom)> =
            found.iter().filter_map(|f| Some((f.who.as_ref()?.unit.clone(), f.atom?))).collect();
        for hash in order {
            let Some(document) = self.documents.get(&hash) else { continue };
            let summary = &document.summary;
            let (unit, atom, revision) = (summary.unit.clone(), summary.atom, summary.revision);
            let (pin, mut wrong) = self.signer(document);
            wrong.extend(self.standing(document));
            wrong.extend(summary.fault().map(Wrong::Fault));
            wrong.extend(self.members(document));
            wrong.extend(self.counts(document));
            wrong.extend(self.continues(document));
            let keeper = self.who(&summary.keeper);
            let key = fingerprint(&document.signer);
            let good = wrong.is_empty() && !told.contains(&(unit.clone(), atom));
            let who = self.who(&unit);
            self.verdict.judged.push(Judged {
                who,
                atom,
                revision,
                hash,
                keeper,
                key,
                how: pin.how,
                retired: pin.retired,
                banned: pin.banned,
                good,
            });
            for wrong in wrong {
                self.about(&unit, atom, wrong);
            }
        }
    }

    /// Whether there is such a unit then, and such an atom.
    fn standing(&self, document: &Document) -> Vec<Wrong> {
        let summary = &document.summary;
        let mut wrong = Vec::new();
        if summary.provisional || summary.revision == 0 {
            wrong.push(Wrong::Provisional);
        }
        if !self.tree.is_empty() && !self.tree.in_force(&summary.unit, summary.atom.last_day()) {
            wrong.push(Wrong::NotInTree);
        }
        if self.cuts.atom_of(summary.atom.start) != summary.atom {
            wrong.push(Wrong::WrongAtom);
        }
        wrong
    }
}
