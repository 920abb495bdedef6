//! From the unit asked for down to the communes, by hash: what is named is there and is what it is named as, and nothing else is there.

use super::Case;
use crate::domain::{
    atoms::Atom,
    summary::{Hash, Member},
    units::UnitId,
    verdict::{Absentee, Wrong},
};

impl Case {
    /// Reaches everything that is named, and tells what is not.
    pub(super) fn walk(&mut self) {
        let Some(asked) = self.asked.clone() else { return };
        self.tops(&asked);
        let mut reached: Vec<Hash> = self.tops.values().copied().collect();
        self.named.extend(reached.iter().copied());
        while let Some(hash) = reached.pop() {
            let Some(document) = self.documents.get(&hash) else { continue };
            let (unit, atom) = (document.summary.unit.clone(), document.summary.atom);
            for member in document.summary.members.clone() {
                let Some((named, revision)) = member.document else { continue };
                match self.follow(&unit, atom, &member, named, revision) {
                    Reached::Named(next) if self.named.insert(next) => reached.push(next),
                    Reached::InPlace(next) if self.in_place.insert(next) => reached.push(next),
                    _ => {}
                }
            }
        }
        if self.unread {
            return;
        }
        let unnamed = self.documents.iter().filter(|(h, _)| !self.named.contains(h) && !self.in_place.contains(h));
        let unnamed: Vec<_> =
            unnamed.map(|(_, d)| (d.summary.unit.clone(), d.summary.atom, d.summary.revision)).collect();
        for (unit, atom, revision) in unnamed {
            self.about(&unit, atom, Wrong::Unnamed { revision });
        }
    }

    /// The unit's own document for every atom, the newest if there are more. Books that begin inside the period say so by naming no document
    /// of the atom before.
    fn tops(&mut self, asked: &UnitId) {
        let mut begun = false;
        let mut before: Vec<Atom> = Vec::new();
        for atom in self.atoms.clone() {
            let shelf = self.shelves.get(&(asked.clone(), atom.start));
            let newest = shelf.and_then(|shelf| shelf.last()).copied();
            let Some(document) = newest.and_then(|hash| self.member(asked, atom, &hash)) else {
                match begun {
                    _ if self.altered.contains(&(asked.clone(), atom.start)) => begun = true,
                    true => self.about(asked, atom, Wrong::NoDocument),
                    false => before.push(atom),
                }
                continue;
            };
            let first = document.summary.previous_atom.is_none();
            let absent = document.summary.missing.clone();
            if !begun && !before.is_empty() && first {
                self.verdict.begins = Some(atom.start);
                before.clear();
            }
            begun = true;
            self.tops.extend(newest.map(|hash| (atom, hash)));
            let absent = absent.into_iter().map(|m| Absentee { who: self.who(&m.unit), atom, reason: m.reason });
            self.verdict.missing.extend(absent.collect::<Vec<_>>());
        }
        for atom in before {
            self.about(asked, atom, Wrong::NoDocument);
        }
    }

    fn follow(&mut self, unit: &UnitId, atom: Atom, member: &Member, named: Hash, revision: u32) -> Reached {
        if let Some(document) = self.documents.get(&named) {
            if self.member(&member.unit, atom, &named).is_none() || document.summary.revision != revision {
                let member = self.who(&member.unit);
                self.about(unit, atom, Wrong::MemberIsOther { member });
            }
            return Reached::Named(named);
        }
        let at = (member.unit.clone(), atom.start);
        let who = self.who(&member.unit);
        let other = self.shelves.get(&at).and_then(|shelf| shelf.last()).copied();
        let found = other.and_then(|hash| Some((hash, self.documents.get(&hash)?.summary.revision)));
        if let Some((hash, found)) = found {
            self.about(unit, atom, Wrong::MemberReplaced { member: who, stated: revision, found });
            return Reached::InPlace(hash);
        }
        if !self.altered.contains(&at) {
            self.about(unit, atom, Wrong::MemberAbsent { member: who, revision });
        }
        Reached::Nothing
    }
}

enum Reached {
    Named(Hash),
    InPlace(Hash),
    Nothing,
}
