//! Everything a node knows of one dossier.

use std::collections::BTreeMap;

use super::{
    calendar::Due,
    event::{Event, EventId},
    time::Timestamp,
};

/// An event and when this node recorded it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// As it was sent.
    pub event: Event,
    /// When it was recorded here: told to readers, never part of a figure.
    pub recorded_at: Timestamp,
}

/// What a due date was computed from: the event that moved the clock, the start of the pause it ends, the due date before it, and what those
/// events say after corrections. All of it, or a correction would leave the date that was computed before it, and the order of arrival a trace.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PromiseKey {
    /// A reception, the start of a pause, or its end.
    pub event: EventId,
    /// For the end of a pause, its start.
    pub pause: Option<EventId>,
    /// The due date before.
    pub before: Option<Due>,
    /// Digest of the procedure and the instants that count.
    pub basis: u64,
}

/// Due dates that were computed once. They are kept so that a later calendar never moves a promised date; `None` says that there is no due
/// date, or that the clock stands still.
pub type Promises = BTreeMap<PromiseKey, Option<Due>>;

/// The events of one dossier in the order they happened (time, then id), whatever order they came in, and the dates promised.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Record {
    events: Vec<Stored>,
    promises: Promises,
}

impl Record {
    /// From what was stored.
    pub fn new(mut events: Vec<Stored>, promises: Promises) -> Record {
        events.sort_by_key(|s| (s.event.occurred_at, s.event.id));
        Record { events, promises }
    }

    /// The events in the order they happened.
    pub fn events(&self) -> &[Stored] {
        &self.events
    }

    /// The dates promised.
    pub fn promises(&self) -> &Promises {
        &self.promises
    }

    /// The event of that id.
    pub fn find(&self, id: EventId) -> Option<&Stored> {
        self.events.iter().find(|s| s.event.id == id)
    }

    /// Adds an event in its place. The caller has made sure that its id is new.
    pub fn insert(&mut self, stored: Stored) {
        let key = (stored.event.occurred_at, stored.event.id);
        let at = self.events.partition_point(|s| (s.event.occurred_at, s.event.id) < key);
        self.events.insert(at, stored);
    }

    /// The same without the times at which this node happened to record it.
    pub fn without_times(mut self) -> Record {
        for stored in &mut self.events {
            stored.recorded_at = Timestamp(0);
        }
        self
    }

    /// Adds dates that were computed.
    pub fn promise(&mut self, promises: impl IntoIterator<Item = (PromiseKey, Option<Due>)>) {
        self.promises.extend(promises);
    }

    /// Forgets dates nothing rests on any more, so that the order of arrival leaves no trace.
    pub fn keep_promises(&mut self, used: &[PromiseKey]) {
        self.promises.retain(|key, _| used.contains(key));
    }
}
