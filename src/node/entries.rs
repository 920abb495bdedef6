//! Figures that a person enters for a unit whose dossiers are not booked, and what a unit says of its figures.

use std::sync::Arc;

use super::{Node, NodeError, Snapshot, figures::names};
use crate::{
    document::words,
    domain::{
        atoms::Atom,
        entered::{Fault, Form},
        periods::Period,
        summary::{Explained, Hash},
        units::UnitId,
    },
    ledger::{By, enter::Outcome, refusal::Refusal},
    reports::{Explanation, Query, Sheet},
    store::command::{Command, Reply},
};

/// What became of forms: what is wrong with them, or what was done with each.
pub type Entered = Result<Vec<Outcome>, Vec<Fault>>;

/// What a person says of a unit's figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// Why dossiers were late, and how many.
    pub causes: Vec<(String, i64)>,
    /// In the unit's own words; may be empty.
    pub note: String,
    /// Name of the person; may be empty.
    pub by: String,
}

impl Node {
    /// Enters figures of a unit whose books are kept here: all forms or, if anything is wrong with one, none.
    pub async fn enter(
        &self,
        by: &By,
        person: &str,
        unit: &str,
        forms: Vec<Form>,
        source: String,
        dry_run: bool,
    ) -> Result<Entered, NodeError> {
        let (code, person) = (self.books_code(unit)?, person.to_owned());
        match self.ask(by, Command::Enter { code, forms, by: person, source, dry_run }).await? {
            Reply::Entered(outcomes) => Ok(Ok(outcomes)),
            Reply::Faulty(faults) => Ok(Err(faults)),
            _ => Err(super::unexpected()),
        }
    }

    /// Takes back figures that were entered by mistake.
    pub async fn take_back(&self, by: &By, unit: &str, period: Period) -> Result<(), NodeError> {
        let code = self.books_code(unit)?;
        match self.ask(by, Command::TakeBack { code, period }).await? {
            Reply::Entered(_) => Ok(()),
            _ => Err(super::unexpected()),
        }
    }

    /// What a unit says of its figures for exactly that period, if it does.
    pub fn said(&self, unit: &str, period: &Period) -> Result<Option<Arc<Explained>>, NodeError> {
        let code = self.books_code(unit)?;
        let snapshot = self.snapshot();
        let books = snapshot.state.books.get(&code);
        Ok(books.and_then(|books| books.explained.get(&(period.end, period.start)).cloned()))
    }

    /// Notes what a unit says of its figures for a period; tells whether that is new, and whether the period is closed already.
    pub async fn explain_period(
        &self,
        by: &By,
        unit: &str,
        period: &Period,
        words: Words,
    ) -> Result<(bool, bool), NodeError> {
        let code = self.books_code(unit)?;
        period.atoms(&self.snapshot().state.registry.cuts)?;
        let Words { causes, note, by: person } = words;
        let explained = Explained { start: period.start, end: period.end, causes, note, by: person };
        crate::document::explanation(&explained).map_err(Refusal::BadExplanation)?;
        let late = self.snapshot().state.books.get(&code).is_some_and(|books| books.is_closed(period.last_day()));
        match self.ask(by, Command::Explain { code, explained }).await? {
            Reply::Explained(new) => Ok((new, late)),
            _ => Err(super::unexpected()),
        }
    }
}

/// Explanations in one answer.
const SHOWN: usize = 200;

impl Node {
    /// What the unit and those directly below it say, as it stands in the very documents the sheets were made from: at most [`SHOWN`], by unit and
    /// time.
    pub(super) fn explanations_in(&self, snapshot: &Snapshot, query: &Query, sheets: &[Sheet]) -> Vec<Explanation> {
        let cached = self.provisional.cached();
        let mut all: Vec<(UnitId, Explained)> = Vec::new();
        for sheet in sheets {
            let summary = &*sheet.summary;
            all.extend(summary.explained.iter().map(|said| (summary.unit.clone(), said.clone())));
            for member in &summary.members {
                let Some((hash, revision)) = member.document else { continue };
                let said = match cached.get(&(member.unit.clone(), summary.atom.start)) {
                    Some(open) if open.held.hash == hash => open.summary.explained.clone(),
                    _ => self.said_in(snapshot, &member.unit, summary.atom, hash, revision),
                };
                all.extend(said.into_iter().map(|said| (member.unit.clone(), said)));
            }
        }
        let inside = |said: &Explained| query.period.start <= said.start && said.end <= query.period.end;
        all.retain(|(_, said)| inside(said));
        all.sort();
        all.truncate(SHOWN);
        let names = names(snapshot);
        all.into_iter().map(|(unit, said)| Explanation { name: names.unit(&unit), unit, said }).collect()
    }

    /// What stands in a document that is held. Most say nothing, and those are not even opened.
    fn said_in(&self, snapshot: &Snapshot, unit: &UnitId, atom: Atom, hash: Hash, revision: u32) -> Vec<Explained> {
        let held = snapshot.state.held(unit, atom.start);
        if held.is_some_and(|held| held.hash == hash && held.words == words(&[])) {
            return Vec::new();
        }
        self.stored(unit, atom, revision).map(|summary| summary.explained).unwrap_or_default()
    }
}
