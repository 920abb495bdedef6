//! From a command to entries and a changed state, and from an entry of the journal to the same state. Nothing here is durable yet: that is
//! [`Core::step`]'s business.

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    command::{Command, EventReply, Order, PublishedDocument, Reply, Together},
    core::{Core, Dirty},
    keys,
    layer::Layer,
    loads::{Loads, broken},
    map::MapError,
    tables,
};
use crate::{
    document,
    domain::{
        event::{Body, Event, EventId},
        periods::Period,
        time::Timestamp,
        units::UnitId,
    },
    ledger::{
        accept::{self, Verdict},
        apply::{Changed, apply, apply_event, rebook, recut, resum},
        by::By,
        close::{Desk, Signed, close},
        enrol::{self, TrustAsk},
        enter::{self, Source},
        entry::{Entry, EntryKind},
        prepare::{self, Signer},
        record::{self, Answer},
        refusal::Refusal,
        registry, review,
        state::State,
    },
    wire::{
        entered::{encode_explained, encode_whole},
        prepare::encode_preparation,
        review::encode_review,
        store::{decode_document, decode_record, encode_document, encode_entry},
        trust::encode_trust,
    },
};

impl Core {
    pub(super) fn decide(&mut self, work: &mut Work, order: Order) -> Result<Reply, MapError> {
        work.by = order.by;
        match order.command {
            Command::Record { events, dry_run: false } => self.record(work, events),
            Command::Record { events, dry_run: true } => {
                let (state, dirty, loads, written) =
                    (self.state.clone(), self.dirty.clone(), work.loads.clone(), work.entries.len());
                let reply = self.record(work, events);
                (self.state, self.dirty, work.loads) = (state, dirty, loads);
                work.entries.truncate(written);
                reply
            }
            Command::Import(part) => {
                let (sealer, has_parent) = (Arc::clone(&self.setting.sealer), self.setting.has_parent);
                let entry = registry::import(&self.state, *part, has_parent, &*sealer, work.now);
                self.registry(work, entry)
            }
            Command::Follow(parts) => {
                let entry = registry::follow(&self.state, parts, work.now);
                self.registry(work, entry)
            }
            Command::Reseal => {
                let entry = registry::reseal(&self.state, &*self.setting.sealer, work.now);
                self.registry(work, Ok(Some(entry)))
            }
            Command::Trust(ask) => self.trust(work, ask),
            Command::Close { code, period, ask, closer } => {
                let signed = Signed { prepared_by: closer, approved_by: String::new() };
                let entry =
                    self.at_desk(work, signed, |state, desk| close(state, desk, code.as_deref(), &period, &ask));
                self.publish(work, entry)
            }
            Command::Enter { code, forms, by, source, dry_run } => {
                let from = Source { by: &by, digest: &source };
                match enter::enter(&self.state, &code, &forms, from, work.now) {
                    Ok(enter::Answer::Entered { entry, outcomes }) => {
                        self.write(work, entry.filter(|_| !dry_run).map(|entry| *entry))?;
                        Ok(Reply::Entered(outcomes))
                    }
                    Ok(enter::Answer::Faulty(faults)) => Ok(Reply::Faulty(faults)),
                    Err(refusal) => Ok(Reply::Refused(refusal)),
                }
            }
            Command::TakeBack { code, period } => match enter::withdraw(&self.state, &code, &period, work.now) {
                Ok(entry) => {
                    self.write(work, Some(entry))?;
                    Ok(Reply::Entered(Vec::new()))
                }
                Err(refusal) => Ok(Reply::Refused(refusal)),
            },
            Command::Explain { code, explained } => match enter::explain(&self.state, &code, explained, work.now) {
                Ok(entry) => {
                    let is_new = entry.is_some();
                    self.write(work, entry)?;
                    Ok(Reply::Explained(is_new))
                }
                Err(refusal) => Ok(Reply::Refused(refusal)),
            },
            Command::Review { unit, period, verdict, person } => {
                match review::review(&self.state, &unit, &period, verdict, &person, work.now) {
                    Ok(entry) => self.reviewed(work, entry, 0),
                    Err(refusal) => Ok(Reply::Refused(refusal)),
                }
            }
            Command::FollowReviews(reviews) => {
                let (entry, left_out) = review::follow(&self.state, reviews, work.now);
                self.reviewed(work, entry, left_out)
            }
            Command::Together { code, period, step, person } => {
                self.together(work, code.as_deref(), &period, &step, person.as_ref())
            }
            Command::Accept { sender, documents } => match accept::accept(&self.state, &sender, &documents, work.now) {
                Verdict::Accept { entry, fresh } => {
                    self.write(work, entry)?;
                    Ok(Reply::Accepted(fresh))
                }
                Verdict::Refuse { index, refusal } => Ok(Reply::Rejected { index, refusal }),
            },
            Command::Adopt(documents) => match accept::adopt(&self.state, &documents, work.now) {
                Ok(entry) => {
                    let count = match entry.as_ref().map(|e| &e.kind) {
                        Some(EntryKind::Adopted { documents, .. }) => documents.len(),
                        _ => 0,
                    };
                    self.write(work, entry)?;
                    Ok(Reply::Adopted(count))
                }
                Err(refusal) => Ok(Reply::Refused(refusal)),
            },
        }
    }

    fn registry(&mut self, work: &mut Work, entry: Result<Option<Entry>, Refusal>) -> Result<Reply, MapError> {
        match entry {
            Ok(entry) => {
                self.write(work, entry)?;
                Ok(Reply::Registry(self.state.registry.version))
            }
            Err(refusal) => Ok(Reply::Refused(refusal)),
        }
    }

    /// What was decided, and the roll it leads to, in one group.
    fn trust(&mut self, work: &mut Work, ask: TrustAsk) -> Result<Reply, MapError> {
        let decided = enrol::decide(&self.state, ask, self.setting.has_parent, work.now);
        for change in decided.changes {
            let recorded_at = work.now.max(self.state.recorded_at);
            self.write(work, Some(Entry { recorded_at, kind: EntryKind::Trust(change) }))?;
        }
        if let Some(roll) = decided.roll {
            let entry = registry::enter(&self.state, roll, &*self.setting.sealer, work.now);
            self.write(work, Some(entry))?;
        }
        Ok(match decided.refused {
            Some(refusal) => Reply::Refused(refusal),
            None => Reply::Trusted(decided.issued),
        })
    }

    fn publish(&mut self, work: &mut Work, entry: Result<Option<Entry>, Refusal>) -> Result<Reply, MapError> {
        match entry {
            Ok(entry) => {
                let published = published(entry.as_ref());
                self.write(work, entry)?;
                Ok(Reply::Published(published))
            }
            Err(refusal) => Ok(Reply::Refused(refusal)),
        }
    }

    fn reviewed(&mut self, work: &mut Work, entry: Option<Entry>, left_out: usize) -> Result<Reply, MapError> {
        let fresh = match entry.as_ref().map(|entry| &entry.kind) {
            Some(EntryKind::Reviewed { reviews }) => reviews.len(),
            _ => 0,
        };
        self.write(work, entry)?;
        Ok(Reply::Reviewed(fresh, left_out))
    }

    fn together(
        &mut self,
        work: &mut Work,
        code: Option<&str>,
        period: &Period,
        step: &Together,
        person: Option<&Signer>,
    ) -> Result<Reply, MapError> {
        let entry = match step {
            Together::Prepare(reason) => self.at_desk(work, Signed::default(), |state, desk| {
                prepare::prepare(state, desk, code, period, reason, person)
            }),
            Together::Approve => {
                let entry = self.at_desk(work, Signed::default(), |state, desk| {
                    prepare::approve(state, desk, code, period, person)
                });
                return self.publish(work, entry);
            }
            Together::Withdraw => prepare::withdraw(&self.state, code, period, work.now).map(Some),
        };
        match entry {
            Ok(entry) => {
                let preparation = match entry.as_ref().map(|entry| &entry.kind) {
                    Some(EntryKind::Prepared(preparation)) => Some(preparation.clone()),
                    _ => None,
                };
                self.write(work, entry)?;
                Ok(Reply::Prepared(preparation))
            }
            Err(refusal) => Ok(Reply::Refused(refusal)),
        }
    }

    /// Lets the ledger publish with everything it needs for that.
    fn at_desk<T>(&self, work: &Work, signed: Signed, ask: impl FnOnce(&State, &Desk<'_>) -> T) -> T {
        let layer = &self.layer;
        let load = |unit: &UnitId, start, revision| stored_document(layer, unit, start, revision);
        let desk = Desk {
            sealer: &*self.setting.sealer,
            journal_head: self.journal.head_hash().to_vec(),
            has_parent: self.setting.has_parent,
            two_persons: self.setting.two_persons,
            signed,
            now: work.now,
            load: &load,
        };
        ask(&self.state, &desk)
    }

    fn record(&mut self, work: &mut Work, events: Vec<Event>) -> Result<Reply, MapError> {
        let mut replies = Vec::with_capacity(events.len());
        for event in events {
            replies.push(self.record_one(work, event)?);
        }
        Ok(Reply::Record(replies))
    }

    fn record_one(&mut self, work: &mut Work, event: Event) -> Result<EventReply, MapError> {
        let event = match record::admit(&self.state, event, work.now) {
            Ok(event) => event,
            Err(refusal) => return Ok(EventReply::Refused(refusal)),
        };
        let code = event.unit.code.to_string();
        let of_target = match target(&event) {
            Some(id) if event.dossier.is_empty() => work.loads.filed(&self.layer, id)?.filter(|(c, _)| *c == code),
            _ => None,
        };
        let subject = match record::subject(&event, of_target.map(|(_, subject)| subject)) {
            Ok(subject) => subject,
            Err(refusal) => return Ok(EventReply::Refused(refusal)),
        };
        if let Some((other_code, other)) = work.loads.filed(&self.layer, event.id)?
            && (other_code != code || other != subject)
        {
            let field = if other_code == code { "dossier" } else { "unit" };
            return Ok(EventReply::Conflict { field });
        }
        let record = work.loads.record(&self.layer, &code, &subject)?;
        match record::decide(&self.state, event, record, work.now) {
            Answer::Already(standing) => Ok(EventReply::Already(standing)),
            Answer::Conflict(field) => Ok(EventReply::Conflict { field }),
            Answer::New { entry, standing, late } => {
                work.entries.push(encode_entry(&entry, &work.by));
                if let Some(booked) = apply_event(&mut self.state, &entry, record) {
                    self.dirty.cells.extend(booked.cells.into_iter().map(|at| (code.clone(), at)));
                    self.dirty.transfers.extend(booked.transfers.into_iter().map(|at| (code.clone(), at)));
                }
                if let EntryKind::Recorded { event, .. } = &entry.kind {
                    work.loads.changed(&code, &subject, event.id);
                }
                let sequence = self.journal.last_seq() + work.entries.len() as u64;
                Ok(EventReply::Recorded { standing, late, sequence })
            }
        }
    }

    /// Queues an entry that is no event, and applies it.
    fn write(&mut self, work: &mut Work, entry: Option<Entry>) -> Result<(), MapError> {
        let Some(entry) = entry else { return Ok(()) };
        work.entries.push(encode_entry(&entry, &work.by));
        self.apply_other(&mut work.loads, &entry)
    }

    fn apply_other(&mut self, loads: &mut Loads, entry: &Entry) -> Result<(), MapError> {
        let layer = &self.layer;
        let load = |unit: &UnitId, start, revision| stored_document(layer, unit, start, revision);
        let changed = apply(&mut self.state, entry, &load);
        if changed.tree {
            resum(&mut self.state, &load);
        }
        if changed.cuts {
            recut(&mut self.state);
            std::mem::take(loads).write(&mut self.layer);
            self.rebook()?;
        }
        self.put(entry.recorded_at, &changed);
        Ok(())
    }

    fn put(&mut self, recorded_at: Timestamp, changed: &Changed) {
        for (unit, start, revision) in &changed.gone {
            self.layer.delete(keys::document(unit, *start, *revision));
        }
        for (unit, start, revision, bytes) in &changed.documents {
            self.layer.put(keys::document(unit, *start, *revision), encode_document(bytes, recorded_at));
        }
        tables::write_parts(&mut self.layer, &self.state, &changed.parts);
        for said in &changed.reviews {
            let key = keys::review(&said.unit, said.atom.start, said.at, &review::id(said));
            self.layer.put(key, encode_review(said));
        }
        for code in &changed.preparations {
            match self.state.preparations.get(code) {
                Some(preparation) => self.layer.put(keys::preparation(code), encode_preparation(preparation)),
                None => self.layer.delete(keys::preparation(code)),
            }
        }
        for (code, start) in &changed.entered {
            let key = keys::entered(code, *start);
            match self.state.books.get(code).and_then(|books| books.entered.get(*start)) {
                Some(whole) => self.layer.put(key, encode_whole(whole)),
                None => self.layer.delete(key),
            }
        }
        for (code, end, start) in &changed.explained {
            let key = keys::explained(code, *end, *start);
            match self.state.books.get(code).and_then(|books| books.explained.get(&(*end, *start))) {
                Some(explained) => self.layer.put(key, encode_explained(explained)),
                None => self.layer.delete(key),
            }
        }
        if changed.trust {
            self.layer.put(Bytes::from_static(keys::TRUST), encode_trust(&self.state.trust));
        }
        for unit in &changed.keys {
            if let Some(key) = self.state.keys.get(unit) {
                self.layer.put(keys::signer(unit), key.to_vec());
            }
        }
    }

    /// Books everything anew from the dossiers, for time that is cut differently.
    fn rebook(&mut self) -> Result<(), MapError> {
        rebooked(&mut self.state, &self.layer)?;
        self.dirty = Dirty { everything: true, ..Dirty::default() };
        Ok(())
    }

    /// Applies an entry of the journal while it is read again.
    pub(super) fn replay(&mut self, entry: &Entry) -> Result<(), MapError> {
        let mut loads = Loads::default();
        if let EntryKind::Recorded { event, .. } = &entry.kind {
            let code = event.unit.code.to_string();
            let of_target = match target(event) {
                Some(id) if event.dossier.is_empty() => loads.filed(&self.layer, id)?,
                _ => None,
            };
            let subject = record::subject(event, of_target.map(|(_, s)| s)).map_err(broken)?;
            let record = loads.record(&self.layer, &code, &subject)?;
            if let Some(booked) = apply_event(&mut self.state, entry, record) {
                self.dirty.cells.extend(booked.cells.into_iter().map(|at| (code.clone(), at)));
                self.dirty.transfers.extend(booked.transfers.into_iter().map(|at| (code.clone(), at)));
            }
            loads.changed(&code, &subject, event.id);
        } else {
            self.apply_other(&mut loads, entry)?;
        }
        loads.write(&mut self.layer);
        Ok(())
    }
}

/// One batch while it is decided.
pub(super) struct Work {
    pub by: By,
    pub loads: Loads,
    pub entries: Vec<Vec<u8>>,
    pub now: Timestamp,
}

/// Empties the books of a state and books every dossier of the layer into them again.
pub(super) fn rebooked(state: &mut State, layer: &Layer) -> Result<(), MapError> {
    let codes: Vec<String> = state.books.keys().cloned().collect();
    for code in codes {
        if let Some(books) = state.books.get_mut(&code) {
            *books = books.cleared();
        }
    }
    tables::each(layer, keys::DOSSIERS, |key, value| {
        let (code, _) = keys::dossier_parts(key).ok_or_else(|| broken("a dossier's key cannot be read"))?;
        rebook(state, code, &decode_record(value).map_err(broken)?);
        Ok(())
    })
}

/// A document from the derived state.
pub(super) fn stored_document(layer: &Layer, unit: &UnitId, start: NaiveDate, revision: u32) -> Option<Bytes> {
    let bytes = layer.get(&keys::document(unit, start, revision)).ok()??;
    decode_document(&bytes).ok().map(|(envelope, _)| envelope)
}

fn target(event: &Event) -> Option<EventId> {
    match &event.body {
        Body::Corrected { target, .. } | Body::Voided { target } => Some(*target),
        _ => None,
    }
}

fn published(entry: Option<&Entry>) -> Vec<PublishedDocument> {
    let Some(EntryKind::Published { documents }) = entry.map(|e| &e.kind) else { return Vec::new() };
    documents
        .iter()
        .filter_map(|bytes| document::reopen(bytes).ok())
        .map(|opened| PublishedDocument {
            unit: opened.summary.unit,
            atom: opened.summary.atom,
            revision: opened.summary.revision,
            hash: opened.hash,
            expected: opened.summary.expected,
            received: opened.summary.received,
        })
        .collect()
}
