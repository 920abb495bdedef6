//! The registry's parts and the key that signed them; which keys are good for whom.

use bytes::Bytes;

use super::{Anchor, Case, Document, fingerprint};
use crate::{
    document::{DocumentError, open_part},
    domain::{
        atoms::Atom,
        registry::{Part, PartKind},
        roll::{How, Key, Standing},
        time::Timestamp,
        units::UnitId,
        verdict::{Who, Wrong},
    },
};

/// What stands on the roll of the key under a document.
#[derive(Default)]
pub(super) struct Pin {
    pub(super) how: Option<How>,
    pub(super) retired: Option<Timestamp>,
    pub(super) banned: Option<Timestamp>,
}

impl Case {
    /// Takes in the parts: each is signed, by the root where there is one, and stands where it belongs.
    pub(super) fn parts(&mut self, root: &[u8], parts: &[Vec<u8>], expected: Option<&Anchor>) {
        let root: Option<Key> = root.try_into().ok();
        self.verdict.root = root.as_ref().map(fingerprint);
        if expected.is_some_and(|expected| !root.as_ref().is_some_and(|root| expected.is(root))) {
            self.about_all(Wrong::RootDiffers { found: self.verdict.root.clone() });
        }
        let mut last: Option<PartKind> = None;
        let mut vouched = root.is_some();
        for (n, bytes) in parts.iter().enumerate() {
            let place = n + 1;
            let sealed = match open_part(&Bytes::copy_from_slice(bytes)) {
                Ok(sealed) => sealed,
                Err(DocumentError::BadSignature) => {
                    self.about_all(Wrong::PartSignature { place });
                    continue;
                }
                Err(error) => {
                    self.about_all(Wrong::PartUnreadable { place, message: error.to_string() });
                    continue;
                }
            };
            let kind = sealed.part.kind();
            if last.is_some_and(|last| last >= kind)
                || matches!(kind, PartKind::Procedures | PartKind::Calendar | PartKind::Forms)
            {
                self.about_all(Wrong::PartOutOfPlace { kind });
            }
            last = Some(kind);
            if root.is_some_and(|root| root != sealed.signer) {
                self.about_all(Wrong::PartForeign { kind, key: fingerprint(&sealed.signer) });
                vouched = false;
            }
            match sealed.part {
                Part::Tree(tree) => self.tree = tree,
                Part::Cuts(cuts) => self.cuts = cuts,
                Part::Roll(roll) => {
                    self.verdict.roll_version = Some(sealed.version);
                    let keys = roll.iter().flat_map(|m| m.keys.iter().map(|pinned| (pinned.key, m.code.clone())));
                    self.owners = keys.collect();
                    self.roll = Some(roll);
                }
                Part::Procedures(_) | Part::Calendar(_) | Part::Forms(_) => {}
            }
        }
        if self.tree.is_empty() {
            self.about_all(Wrong::NoTree);
        }
        if !vouched || self.roll.is_none() {
            self.verdict.root = None;
            self.about_all(Wrong::NotVouched);
        }
    }

    /// What is wrong with the signer: its node keeps the books, and the key is one that the roll has for it.
    pub(super) fn signer(&self, document: &Document) -> (Pin, Vec<Wrong>) {
        let summary = &document.summary;
        let (keeper, atom) = (&summary.keeper, summary.atom);
        let mut wrong = Vec::new();
        if *keeper != summary.unit && !self.tree.kept_by(keeper, atom.last_day()).contains(&summary.unit) {
            wrong.push(Wrong::WrongKeeper { keeper: self.who(keeper) });
        }
        let Some(roll) = &self.roll else { return (Pin::default(), wrong) };
        let key = fingerprint(&document.signer);
        match roll.standing(&keeper.code, &document.signer) {
            Standing::Current | Standing::Retired => {}
            Standing::Revoked => wrong.push(Wrong::RevokedKey { key }),
            Standing::Foreign => wrong.push(Wrong::ForeignKey { key, owner: self.owner(&document.signer, atom) }),
            Standing::NoMember => wrong.push(Wrong::NotEnrolled { keeper: self.who(keeper) }),
        }
        let Some(member) = roll.get(&keeper.code) else { return (Pin::default(), wrong) };
        let banned = member.banned.as_ref().map(|ban| ban.since);
        // What it had published before it was banned stays good; what ended later it cannot have published before.
        if let Some(since) = banned.filter(|since| *since < atom.ends_at()) {
            wrong.push(Wrong::Banned { since });
        }
        let pinned = member.keys.iter().rev().find(|pinned| pinned.key == document.signer);
        let pin = Pin { how: pinned.map(|p| p.how), retired: pinned.and_then(|p| p.retired), banned };
        (pin, wrong)
    }

    /// Whose key it is instead.
    fn owner(&self, key: &Key, atom: Atom) -> Option<Who> {
        let code = self.owners.get(key)?;
        let unit = self.tree.resolve(code, atom.last_day()).map(|unit| unit.id.clone());
        Some(self.who(&unit.unwrap_or_else(|| UnitId::new(code.as_str(), None))))
    }
}
