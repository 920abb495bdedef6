//! The atoms of a unit's books and how each stands.

use chrono::NaiveDate;

use super::{Node, NodeError, reviews::SHOWN};
use crate::{
    domain::{atoms::Atom, periods::Period, summary::Hash, time::Timestamp},
    ledger::{prepare::Preparation, refusal::Refusal},
    reports::Reviewed,
};

/// One atom of a unit's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtomState {
    /// Which.
    pub atom: Atom,
    /// It lies before the unit's watermark.
    pub closed: bool,
    /// Its document, if one is held.
    pub published: Option<Published>,
}

/// The newest document of an atom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its revision.
    pub revision: u32,
    /// When it was recorded here.
    pub at: Option<Timestamp>,
    /// Why it was revised.
    pub reason: String,
    /// Something has changed since.
    pub changed_since: bool,
    /// Its hash.
    pub hash: Hash,
}

/// Some atoms, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtomPage {
    /// In order.
    pub atoms: Vec<AtomState>,
    /// A day in the atom the next page begins with; `None` at the end.
    pub next: Option<NaiveDate>,
    /// The day after the last closed one.
    pub closed_through: NaiveDate,
    /// What waits for an approver: for this unit, or for all whose books are kept here.
    pub prepared: Vec<Preparation>,
    /// What was said of these atoms from above.
    pub reviews: Vec<Reviewed>,
}

impl Node {
    /// The atoms of a unit kept here, from the one of now (or of `from`) back to the first of its books.
    pub fn atoms(&self, unit: &str, size: usize, from: Option<NaiveDate>) -> Result<AtomPage, NodeError> {
        let code = self.books_code(unit)?;
        let snapshot = self.snapshot();
        let state = &snapshot.state;
        let now = self.now();
        let Some(books) = state.books.get(&code) else {
            return Err(Refusal::NotThisUnit { unit: code, kept: String::new() }.into());
        };
        // What is closed is shown even if the clock has been set back since.
        let newest = now.local_date().max(books.closed_through.pred_opt().unwrap_or(books.closed_through));
        let cuts = &state.registry.cuts;
        let first = cuts.atom_of(from.unwrap_or(newest).min(newest));
        let mut chain =
            std::iter::successors(Some(first), |a| Some(cuts.previous(*a))).take_while(|a| a.end > books.from);
        let cached = self.provisional.cached();
        let mut atoms = Vec::new();
        for atom in chain.by_ref().take(size) {
            let id = state.identity(&code, atom.last_day()).filter(|id| state.held(id, atom.start).is_some());
            let sheet = id.map(|id| self.sheet(&snapshot, &id, atom, now, &cached)).transpose()?;
            let published = sheet.and_then(|sheet| {
                Some(Published {
                    revision: sheet.summary.revision,
                    at: sheet.recorded_at,
                    reason: sheet.summary.reason.clone(),
                    changed_since: sheet.changed_since,
                    hash: sheet.hash?,
                })
            });
            atoms.push(AtomState { atom, closed: atom.end <= books.closed_through, published });
        }
        let prepared =
            [code.as_str(), ""].into_iter().filter_map(|unit| state.preparations.get(unit).cloned()).collect();
        let mut reviews = Vec::new();
        for AtomState { atom, .. } in &atoms {
            let Some(id) = state.identity(&code, atom.last_day()) else { continue };
            reviews.extend(self.reviews(&snapshot, &id, &Period::span(atom.start, atom.last_day())?));
        }
        reviews.truncate(SHOWN);
        let next = chain.next().map(|a| a.start);
        Ok(AtomPage { atoms, next, closed_through: books.closed_through, prepared, reviews })
    }
}
