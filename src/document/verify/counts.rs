//! Completeness adds up: every unit that the tree expects is either received or named as missing, and nobody is left out in silence.

use std::collections::BTreeSet;

use super::{Case, Document};
use crate::domain::{summary::Summary, units::UnitId, verdict::Wrong};

impl Case {
    /// Compares a document's members and counts with the tree as the root signed it, and with what its members say is missing.
    pub(super) fn counts(&self, document: &Document) -> Vec<Wrong> {
        let summary = &document.summary;
        let on = summary.atom.last_day();
        let mut wrong = Vec::new();
        let (expected, received, missing) = (summary.expected, summary.received, summary.missing.len());
        if u32::try_from(missing).ok().and_then(|missing| missing.checked_add(received)) != Some(expected) {
            wrong.push(Wrong::Counts { expected, received, missing });
        }
        // Without a tree, or outside it, there is nothing to compare with, and that is told already.
        if !self.tree.in_force(&summary.unit, on) {
            return wrong;
        }
        let tree = |unit: &UnitId| u32::try_from(self.tree.expected(unit, on)).unwrap_or(u32::MAX);
        let has: BTreeSet<UnitId> = self.tree.children(&summary.unit, on).into_iter().collect();
        let says: BTreeSet<UnitId> = summary.members.iter().map(|m| m.unit.clone()).collect();
        wrong.extend(has.difference(&says).map(|unit| Wrong::MemberLeftOut { member: self.who(unit) }));
        wrong.extend(says.difference(&has).map(|unit| Wrong::MemberForeign { member: self.who(unit) }));
        if expected != tree(&summary.unit) {
            wrong.push(Wrong::Expected { stated: expected, tree: tree(&summary.unit) });
        }
        for member in summary.members.iter().filter(|m| m.expected != tree(&m.unit)) {
            let (stated, found) = ((member.received, member.expected), (member.received, tree(&member.unit)));
            wrong.push(Wrong::MemberCounts { member: self.who(&member.unit), stated, found });
        }
        if let Some(missing) = self.missing(summary) {
            let says: BTreeSet<UnitId> = summary.missing.iter().map(|m| m.unit.clone()).collect();
            wrong.extend(missing.difference(&says).map(|unit| Wrong::MissingUnlisted { unit: self.who(unit) }));
            wrong.extend(says.difference(&missing).map(|unit| Wrong::MissingWrongly { unit: self.who(unit) }));
        }
        wrong
    }

    /// The units that must be among the missing; `None` where a member's document is not here to say.
    fn missing(&self, summary: &Summary) -> Option<BTreeSet<UnitId>> {
        let on = summary.atom.last_day();
        let mut missing = BTreeSet::new();
        let mut received = 0;
        for member in &summary.members {
            received += member.received;
            match &member.document {
                Some((hash, _)) => {
                    let below = self.member(&member.unit, summary.atom, hash)?;
                    missing.extend(below.summary.missing.iter().map(|m| m.unit.clone()));
                }
                None => {
                    let subtree = self.tree.subtree(&member.unit, on).into_iter();
                    missing.extend(subtree.filter(|unit| self.tree.reports(unit, on)));
                }
            }
        }
        if received == summary.received && self.tree.reports(&summary.unit, on) {
            missing.insert(summary.unit.clone());
        }
        Some(missing)
    }
}
