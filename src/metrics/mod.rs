//! What the node counts while it works, for Prometheus. A leaf: everybody may turn a counter, and it knows nobody. Labels are bounded: none of
//! them comes from a peer, and no unit is named but the node's own.

pub mod calls;
pub mod gauges;
pub mod page;

use std::{sync::Arc, time::Duration};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use self::gauges::Gauges;

/// Names and values that are known when the program is built.
type Label<const N: usize> = [(&'static str, &'static str); N];
/// A method and how its call ended. Methods are those the program serves, and one for all others.
type Call = [(&'static str, Arc<str>); 2];
/// A histogram with the buckets its maker chose.
type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

/// The counters of one node. A copy turns the same counters.
#[derive(Clone)]
pub struct Metrics {
    events: Family<Label<1>, Counter>,
    groups: Counter,
    group_entries: Histogram,
    sync_seconds: Histogram,
    calls: Family<Call, Counter>,
    call_seconds: Seconds<[(&'static str, Arc<str>); 1]>,
    documents: Family<Label<2>, Counter>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let metrics = Metrics {
            events: Family::default(),
            groups: Counter::default(),
            group_entries: Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0, 4096.0]),
            sync_seconds: Histogram::new(SYNC),
            calls: Family::default(),
            call_seconds: Family::new_with_constructor(|| Histogram::new(CALL)),
            documents: Family::default(),
        };
        // A counter that is there from the start can be alerted on at its first step.
        for outcome in Outcome::ALL {
            metrics.events.get_or_create(&[("outcome", outcome.name())]).inc_by(0);
        }
        for (link, outcome) in [("up", "accepted"), ("up", "refused"), ("down", "accepted"), ("down", "refused")] {
            metrics.documents.get_or_create(&[("link", link), ("outcome", outcome)]).inc_by(0);
        }
        metrics
    }
}

/// From a fast SSD to a disk that is about to die.
const SYNC: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];
/// From a look at memory to the longest a unary call may take.
const CALL: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// What became of an event a desk sent.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On disk now.
    Recorded,
    /// On disk already.
    Already,
    /// Another of that id is on disk.
    Conflict,
    /// Not recorded.
    Refused,
}

impl Outcome {
    const ALL: [Outcome; 4] = [Outcome::Recorded, Outcome::Already, Outcome::Conflict, Outcome::Refused];

    fn name(self) -> &'static str {
        match self {
            Outcome::Recorded => "recorded",
            Outcome::Already => "already",
            Outcome::Conflict => "conflict",
            Outcome::Refused => "refused",
        }
    }
}

impl Metrics {
    /// An event was answered.
    pub fn event(&self, outcome: Outcome) {
        self.events.get_or_create(&[("outcome", outcome.name())]).inc();
    }

    /// A group is on disk.
    pub fn group(&self, entries: u64, synced_in: Duration) {
        self.groups.inc();
        self.group_entries.observe(f64::from(u32::try_from(entries).unwrap_or(u32::MAX)));
        self.sync_seconds.observe(synced_in.as_secs_f64());
    }

    /// Documents the parent has answered for.
    pub fn sent(&self, accepted: u64, refused: u64) {
        self.documents("up", accepted, refused);
    }

    /// Documents from below that were answered for, those of open periods only where they were refused.
    pub fn delivered(&self, accepted: u64, refused: u64) {
        self.documents("down", accepted, refused);
    }

    fn documents(&self, link: &'static str, accepted: u64, refused: u64) {
        for (outcome, count) in [("accepted", accepted), ("refused", refused)] {
            self.documents.get_or_create(&[("link", link), ("outcome", outcome)]).inc_by(count);
        }
    }

    /// A call has ended.
    fn call(&self, method: &Arc<str>, code: &'static str, took: Duration) {
        self.calls.get_or_create(&[("method", Arc::clone(method)), ("code", code.into())]).inc();
        self.call_seconds.get_or_create(&[("method", Arc::clone(method))]).observe(took.as_secs_f64());
    }

    /// Everything in the text format, with the gauges as they are now. `None` if it cannot be written, which no registry has done yet.
    pub fn text(&self, now: &Gauges) -> Option<String> {
        let mut all = Registry::with_prefix("motcua");
        all.register("events", "Events of desks, by what became of them", self.events.clone());
        all.register("journal_groups", "Groups written to the journal with one fdatasync each", self.groups.clone());
        all.register("journal_group_entries", "Entries in a group", self.group_entries.clone());
        all.register_with_unit("journal_sync", "How long fdatasync took", Unit::Seconds, self.sync_seconds.clone());
        all.register("grpc_calls", "Calls that have ended, by method and code", self.calls.clone());
        all.register_with_unit(
            "grpc_call",
            "How long calls took, streams until their end",
            Unit::Seconds,
            self.call_seconds.clone(),
        );
        all.register("documents", "Documents answered for, by link and outcome", self.documents.clone());
        now.register(&mut all);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &all).ok()?;
        Some(text)
    }
}
