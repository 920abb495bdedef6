//! What the bundle says it proves, and the documents as they are read: signature and form, nothing yet of what they state.

use bytes::Bytes;

use super::{Case, Document};
use crate::{
    document::{DocumentError, Opened, hash, header, open, reopen},
    domain::{
        periods::Period,
        summary::Hash,
        units::UnitId,
        verdict::{Asked, Wrong},
    },
    wire::pb::v1 as pb,
};

impl Case {
    /// The question: a unit of the tree, a period in its one spelling, and the atoms it is made of.
    pub(super) fn question(&mut self, read: &pb::Bundle) {
        let period = Period::parse(&read.period).ok().filter(|period| period.id == read.period);
        let unit = UnitId::parse(&read.unit).ok().filter(|unit| unit.to_string() == read.unit);
        let (Some(period), Some(unit)) = (period, unit) else {
            let text: String = format!("{} {}", read.unit, read.period).chars().take(100).collect();
            return self.about_all(Wrong::BadQuestion { text });
        };
        self.verdict.asked =
            Some(Asked { who: self.who(&unit), period: period.id.clone(), start: period.start, end: period.end });
        if !self.tree.is_empty() && !self.tree.in_force(&unit, period.last_day()) {
            self.about_all(Wrong::UnknownUnit);
        }
        self.asked = Some(unit);
        self.atoms = period.atoms(&self.cuts).unwrap_or_default();
        let days = |atom: Option<&crate::domain::atoms::Atom>| atom.map(|a| a.start.to_string()).unwrap_or_default();
        let is = (days(self.atoms.first()), days(self.atoms.last()));
        if self.atoms.is_empty() || is != (read.first_atom.clone(), read.last_atom.clone()) {
            self.about_all(Wrong::NotThePeriod);
        }
    }

    /// Opens every document. One that was altered says itself what it was, so that the reader knows which one it is.
    pub(super) fn load(&mut self, documents: Vec<Vec<u8>>) {
        let mut last: Option<Hash> = None;
        for (n, bytes) in documents.into_iter().enumerate() {
            let place = n + 1;
            let name = hash(&bytes);
            if last.is_some_and(|last| last >= name) {
                self.about_all(Wrong::NotInOrder { place });
            }
            last = Some(name);
            match open(&bytes) {
                Ok(Opened { signer, summary, .. }) => {
                    let shelf = self.shelves.entry((summary.unit.clone(), summary.atom.start)).or_default();
                    if !shelf.contains(&name) {
                        shelf.push(name);
                    }
                    self.documents.insert(name, Document { signer, summary });
                }
                Err(error) => self.unopened(place, bytes, &error),
            }
        }
        let documents = &self.documents;
        let revision = |hash: &Hash| documents.get(hash).map(|d| d.summary.revision);
        self.shelves.values_mut().for_each(|shelf| shelf.sort_by_key(revision));
    }

    fn unopened(&mut self, place: usize, bytes: Vec<u8>, error: &DocumentError) {
        self.unread |= matches!(error, DocumentError::Newer { .. });
        let wrong = |revision| match error {
            DocumentError::BadSignature => Wrong::BadSignature { revision },
            DocumentError::Newer { format, .. } => Wrong::NewerDocument { format: *format },
            DocumentError::Malformed { .. } => Wrong::DocumentUnreadable { place, message: error.to_string() },
        };
        let claimed = match error {
            DocumentError::BadSignature => {
                reopen(&Bytes::from(bytes)).ok().map(|o| (o.summary.unit, o.summary.atom, o.summary.revision))
            }
            DocumentError::Newer { .. } => header(&bytes).ok().map(|h| (h.unit, h.atom, h.revision)),
            DocumentError::Malformed { .. } => None,
        };
        match claimed {
            Some((unit, atom, revision)) => {
                self.about(&unit, atom, wrong(revision));
                self.altered.insert((unit, atom.start));
            }
            None if *error == DocumentError::BadSignature => {
                let message = "the signature is not good, and what it states cannot be read".to_owned();
                self.about_all(Wrong::DocumentUnreadable { place, message });
            }
            None => self.about_all(wrong(0)),
        }
    }
}
