//! Figures that a person enters for a unit whose dossiers are not booked, and what a unit says of its figures.

use super::{Node, NodeError};
use crate::{
    domain::{
        entered::{Fault, Form},
        periods::Period,
        summary::Explained,
    },
    ledger::{By, enter::Outcome, refusal::Refusal},
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

    /// Notes what a unit says of its figures for a period; tells whether that is new, and whether the period is closed already.
    pub async fn explain(
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
