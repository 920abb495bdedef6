//! Looking dossiers up: one by its code, the open ones by due date, those with problems.

use super::{Node, NodeError};
use crate::{
    domain::{
        fold::{Folded, Standing, fold},
        record::{Record, Stored},
        time::Timestamp,
    },
    ledger::refusal::Refusal,
    store::keys,
    wire::store::decode_record,
};

/// A dossier and what its events come to.
#[derive(Clone, Debug)]
pub struct Found {
    /// Code of its unit.
    pub unit: String,
    /// Its code; empty for memos.
    pub code: String,
    /// Its events.
    pub record: Record,
    /// What they come to.
    pub folded: Folded,
}

/// A page and where the next begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// In order.
    pub items: Vec<T>,
    /// `None` at the end.
    pub next: Option<Vec<u8>>,
}

impl Node {
    pub(super) fn books_code(&self, code: &str) -> Result<String, NodeError> {
        let state = &self.snapshot().state;
        let code = if code.is_empty() { &state.code } else { code };
        if state.books.contains_key(code) {
            return Ok(code.to_owned());
        }
        let kept: Vec<&str> = state.books.keys().map(String::as_str).collect();
        Err(Refusal::NotThisUnit { unit: code.to_owned(), kept: kept.join(", ") }.into())
    }

    /// One dossier of a unit kept here.
    pub fn dossier(&self, unit: &str, dossier: &str) -> Result<Found, NodeError> {
        let unit = self.books_code(unit)?;
        self.find(&unit, &format!("d{dossier}"))?.ok_or_else(|| NodeError::NoDossier(dossier.to_owned()))
    }

    fn find(&self, unit: &str, subject: &str) -> Result<Option<Found>, NodeError> {
        let Some(bytes) = self.writer.view().get(&keys::dossier(unit, subject))? else { return Ok(None) };
        let record = decode_record(&bytes).map_err(|e| NodeError::State(e.to_string()))?;
        let code = subject.strip_prefix('d').unwrap_or_default().to_owned();
        let folded = fold(&record);
        Ok(Some(Found { unit: unit.to_owned(), code, record, folded }))
    }

    /// Open dossiers of a unit kept here, the most urgent first, up to those overdue from `until` on.
    pub fn open_dossiers(
        &self,
        unit: &str,
        until: Option<Timestamp>,
        size: usize,
        from: Option<Vec<u8>>,
    ) -> Result<Page<Found>, NodeError> {
        let unit = self.books_code(unit)?;
        let prefix = keys::open_of(&unit);
        let from = page_start(&prefix, from)?;
        let page = self.writer.view().scan_prefix(&prefix, &from, size)?;
        let mut items = Vec::new();
        let mut next = page.next;
        for (key, _) in page.items {
            let (at, subject) =
                keys::open_parts(&prefix, &key).ok_or_else(|| NodeError::State("a key cannot be read".into()))?;
            if until.is_some_and(|until| at > until) {
                next = None;
                break;
            }
            items.extend(self.find(&unit, subject)?);
        }
        Ok(Page { items, next: next.map(|key| key.to_vec()) })
    }

    /// Events of a unit kept here that are kept but do not count.
    pub fn problems(
        &self,
        unit: &str,
        wanted: impl Fn(Standing) -> bool,
        size: usize,
        from: Option<Vec<u8>>,
    ) -> Result<Page<(Stored, Standing)>, NodeError> {
        let unit = self.books_code(unit)?;
        let prefix = keys::problems_of(&unit);
        let from = page_start(&prefix, from)?;
        let page = self.writer.view().scan_prefix(&prefix, &from, size)?;
        let mut items = Vec::new();
        for (key, _) in page.items {
            let (_, subject) =
                keys::dossier_parts(&key).ok_or_else(|| NodeError::State("a key cannot be read".into()))?;
            if let Some(found) = self.find(&unit, subject)? {
                let events = found.record.events().iter().cloned().zip(found.folded.standings);
                items.extend(
                    events.filter(|(_, s)| matches!(s, Standing::Held(_) | Standing::Conflict(_)) && wanted(*s)),
                );
            }
        }
        Ok(Page { items, next: page.next.map(|key| key.to_vec()) })
    }
}

pub(super) fn page_start(prefix: &[u8], from: Option<Vec<u8>>) -> Result<Vec<u8>, NodeError> {
    match from {
        None => Ok(prefix.to_vec()),
        Some(from) if from.starts_with(prefix) => Ok(from),
        Some(_) => Err(NodeError::PageToken),
    }
}
