//! From a question to the sheets that answer it: published documents where a period is closed, drafts where it is open.

use std::{ops::ControlFlow, sync::Arc};

use super::{Node, NodeError, provisional::Cached};
use crate::{
    document,
    domain::{
        atoms::{Atom, Cuts},
        periods::{Period, PeriodError},
        registry::Registry,
        summary::Summary,
        time::Timestamp,
        units::UnitId,
    },
    ledger::{apply::rebook, draft::draft, refusal::Refusal, state::State},
    reports::{Names, Query, Report, Sheet, build},
    store::{keys, writer::Snapshot},
    wire::store::{decode_document, decode_record},
};

impl Node {
    /// The report that answers a query.
    pub fn report(&self, query: &Query) -> Result<Report, NodeError> {
        let snapshot = self.snapshot();
        let sheets = self.sheets(&snapshot, query)?;
        self.report_of(&snapshot, query, &sheets)
    }

    /// The report made of sheets of the same snapshot.
    pub(super) fn report_of(&self, snapshot: &Snapshot, query: &Query, sheets: &[Sheet]) -> Result<Report, NodeError> {
        let report = build(query, sheets, &names(snapshot))?;
        let explanations = self.explanations_in(snapshot, query, sheets);
        Ok(Report { reviews: self.reviews_in(snapshot, query, sheets), explanations, ..report })
    }

    /// The sheets of a query, one for each atom.
    pub fn sheets(&self, snapshot: &Snapshot, query: &Query) -> Result<Vec<Sheet>, NodeError> {
        let now = self.now();
        if Timestamp::local_midnight(query.period.start) > now {
            return Err(NodeError::NotBegun { period: query.period.id.clone(), start: query.period.start });
        }
        let cached = self.provisional.cached();
        let begins = self.begins(snapshot, query);
        if begins.is_some_and(|from| query.period.end <= from) {
            let (unit, from) = (query.unit.to_string(), begins.unwrap_or_default());
            return Err(Refusal::BooksBeginLater { unit, from }.into());
        }
        match query.period.atoms(&snapshot.state.registry.cuts) {
            Ok(atoms) => atoms
                .into_iter()
                // Books that begin inside the period have nothing to say of the time before, and the report says so.
                .filter(|atom| begins.is_none_or(|from| atom.end > from))
                .filter(|atom| query.as_known_at.is_some() || atom.starts_at() <= now)
                .map(|atom| match query.as_known_at {
                    Some(at) => self.published_at(&query.unit, atom, at),
                    None => self.sheet(snapshot, &query.unit, atom, now, &cached),
                })
                .collect(),
            Err(error) => self.free_span(snapshot, query, error, now),
        }
    }

    /// The first day of a unit's books, if they are kept here.
    fn begins(&self, snapshot: &Snapshot, query: &Query) -> Option<chrono::NaiveDate> {
        let on = query.period.end.pred_opt()?;
        snapshot.state.keeps(&query.unit, on).then(|| snapshot.state.books.get(&*query.unit.code).map(|b| b.from))?
    }

    /// An atom as it is known now.
    pub fn sheet(
        &self,
        snapshot: &Snapshot,
        unit: &UnitId,
        atom: Atom,
        now: Timestamp,
        cached: &Cached,
    ) -> Result<Sheet, NodeError> {
        let state = &snapshot.state;
        let kept = state.keeps(unit, atom.last_day());
        if let Some(held) = state.held(unit, atom.start) {
            let summary = self.stored(unit, atom, held.revision)?;
            let changed_since = kept && changed(state, unit, atom, &summary);
            return Ok(Sheet {
                summary: Arc::new(summary),
                hash: Some(held.hash),
                published: true,
                changed_since,
                recorded_at: Some(held.recorded_at),
            });
        }
        if kept {
            let as_of = now.min(atom.ends_at());
            let find = |child: &UnitId| {
                let open = cached.get(&(child.clone(), atom.start))?;
                Some((&open.held, &open.cells, open.summary.ahead.as_ref()))
            };
            let summary = draft(state, unit, atom, as_of, Some(&find));
            return Ok(Sheet {
                summary: Arc::new(summary),
                hash: None,
                published: false,
                changed_since: false,
                recorded_at: None,
            });
        }
        match cached.get(&(unit.clone(), atom.start)) {
            Some(open) => Ok(Sheet {
                summary: Arc::clone(&open.summary),
                hash: Some(open.held.hash),
                published: false,
                changed_since: false,
                recorded_at: Some(open.received_at),
            }),
            None => Err(NodeError::NoFigures { unit: unit.clone(), atom: atom.to_string() }),
        }
    }

    /// An atom as it was published at an instant, by this node's own recorded time.
    fn published_at(&self, unit: &UnitId, atom: Atom, at: Timestamp) -> Result<Sheet, NodeError> {
        let mut found = None;
        self.revisions(unit, atom, |envelope, recorded_at| {
            if recorded_at <= at {
                found = Some((envelope, recorded_at));
            }
        })?;
        let (envelope, recorded_at) =
            found.ok_or_else(|| NodeError::NotPublishedThen { unit: unit.clone(), atom: atom.to_string(), at })?;
        let opened = document::reopen(&envelope)?;
        Ok(Sheet {
            summary: Arc::new(opened.summary),
            hash: Some(opened.hash),
            published: true,
            changed_since: false,
            recorded_at: Some(recorded_at),
        })
    }

    /// Every revision of a document, in order.
    pub fn revisions(
        &self,
        unit: &UnitId,
        atom: Atom,
        mut visit: impl FnMut(bytes::Bytes, Timestamp),
    ) -> Result<(), NodeError> {
        let prefix = keys::revisions(unit, atom.start);
        let mut failed = None;
        self.writer.view().visit_prefix(&prefix, &prefix, &mut |_, value| match decode_document(value) {
            Ok((envelope, recorded_at)) => {
                visit(envelope, recorded_at);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failed = Some(NodeError::State(error.to_string()));
                ControlFlow::Break(())
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    pub(super) fn stored(&self, unit: &UnitId, atom: Atom, revision: u32) -> Result<Summary, NodeError> {
        let (envelope, _) = self.envelope(unit, atom.start, revision)?;
        Ok(document::reopen(&envelope)?.summary)
    }

    /// A document that is held, as bytes.
    pub fn envelope(
        &self,
        unit: &UnitId,
        start: chrono::NaiveDate,
        revision: u32,
    ) -> Result<(bytes::Bytes, Timestamp), NodeError> {
        let bytes = self.writer.view().get(&keys::document(unit, start, revision))?;
        let bytes = bytes.ok_or_else(|| NodeError::State(format!("revision {revision} of {unit} is missing")))?;
        decode_document(&bytes).map_err(|e| NodeError::State(e.to_string()))
    }

    /// Weeks and free spans, computed where the dossiers lie: the unit's own, from every dossier.
    fn free_span(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        error: PeriodError,
        now: Timestamp,
    ) -> Result<Vec<Sheet>, NodeError> {
        let Period { start, end, .. } = query.period;
        let on = end.pred_opt().unwrap_or(end);
        let state = &snapshot.state;
        let alone = state.registry.tree.children(&query.unit, on).is_empty();
        // Entered figures and dossiers have no cells in common, so they do not meet inside a span.
        let through = state.books.get(&*query.unit.code).and_then(|books| books.entered.through());
        let mixed = through.is_some_and(|through| start < through && through < end);
        if query.as_known_at.is_some() || mixed || !alone || !state.keeps(&query.unit, on) {
            return Err(error.into());
        }
        let mut cut = state.clone();
        let cuts = Cuts::new(state.registry.cuts.extra().chain([start, end]));
        cut.registry = Arc::new(Registry { cuts, ..(*state.registry).clone() });
        self.rebooked(&mut cut, &query.unit.code)?;
        let atom = Atom { start, end };
        let summary = draft(&cut, &query.unit, atom, now.min(atom.ends_at()), None);
        let summary = Summary { provisional: true, ..summary };
        Ok(vec![Sheet {
            summary: Arc::new(summary),
            hash: None,
            published: false,
            changed_since: false,
            recorded_at: None,
        }])
    }

    fn rebooked(&self, state: &mut State, code: &str) -> Result<(), NodeError> {
        if let Some(books) = state.books.get_mut(code) {
            *books = books.cleared();
        }
        let prefix = keys::dossier(code, "");
        let mut failed = None;
        self.writer.view().visit_prefix(&prefix, &prefix, &mut |_, value| match decode_record(value) {
            Ok(record) => {
                rebook(state, code, &record);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failed = Some(NodeError::State(error.to_string()));
                ControlFlow::Break(())
            }
        })?;
        failed.map_or(Ok(()), Err)
    }
}

/// What units and procedures are called.
pub(super) fn names(snapshot: &Snapshot) -> Names<'_> {
    let registry = &snapshot.state.registry;
    Names { tree: &registry.tree, procedures: &registry.procedures }
}

/// Whether a published atom of a unit kept here would come out differently now.
fn changed(state: &State, unit: &UnitId, atom: Atom, published: &Summary) -> bool {
    let books = state.books.get(&*unit.code);
    let touched = books.and_then(|b| b.changed_from).is_some_and(|from| from <= atom.start);
    touched && document::content(&draft(state, unit, atom, atom.ends_at(), None)) != document::content(published)
}
