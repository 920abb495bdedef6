//! The one handle every entrance uses: desks, federation, reports, the command line.

mod alerts;
pub mod audit;
pub mod backups;
pub mod bundle;
pub mod completeness;
mod denials;
pub mod dossiers;
pub mod enrolment;
pub mod entries;
pub mod error;
mod explain;
pub mod figures;
pub mod fitness;
pub mod fleet;
pub mod glance;
pub mod holdings;
pub mod link;
pub mod periods;
pub mod provisional;
pub mod reviews;
pub mod timetable;

#[cfg(test)]
mod properties;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use arc_swap::ArcSwapOption;
use chrono::NaiveDate;
use tokio::sync::{oneshot, watch};

pub use error::NodeError;
// What it answers in, for entrances that never see the store.
pub use crate::store::{
    command::{EventReply, PublishedDocument},
    writer::Snapshot,
};

use self::{
    backups::Backups,
    denials::{Denials, is_denial},
    link::Link,
    provisional::Provisional,
};
use crate::{
    document::{self, SealedPart, Sealer},
    domain::{event::Event, periods::Period, registry::Part, summary::Summary, time::Timestamp, units::UnitId},
    ledger::{
        By,
        close::Ask,
        prepare::{Preparation, Signer},
    },
    metrics::{Metrics, Outcome},
    reports::alerts::Thresholds,
    store::{
        audit::Trail,
        command::{Command, Order, Reply, Together},
        core::Core,
        map::MapError,
        writer::{Clock, Writer, Written},
    },
    trust::{access::AccessKey, authority::Authority, dial::Dial, keyring::Keyring},
};

/// What a node can do besides keeping books.
#[derive(Clone, Debug, Default)]
pub struct Powers {
    /// Writes certificates: at the top of the tree.
    pub authority: Option<Arc<Authority>>,
    /// Days a certificate lasts.
    pub certificate_days: u32,
    /// Knows people by their tokens.
    pub access: Option<AccessKey>,
    /// Its own certificate; `None` where links are not authenticated.
    pub keyring: Option<Keyring>,
    /// How it reaches others: over TCP, unless it is simulated.
    pub dial: Dial,
}

/// Called when something changed.
type Told = Box<dyn Fn() + Send>;
/// Called when a group is on disk.
type Counted = Box<dyn Fn(Written) + Send>;

/// A running node. Reading never waits for writing.
pub struct Node {
    writer: Writer,
    clock: Clock,
    changes: watch::Sender<u64>,
    sealer: Arc<dyn Sealer>,
    powers: Powers,
    denials: Denials,
    trail: Trail,
    /// Documents of open periods from below.
    pub provisional: Provisional,
    /// The link upward, and who below was seen.
    pub link: Link,
    /// How far backups reach.
    pub backups: Backups,
    /// What was set aside or made anew at the start, in words.
    pub recovered: Vec<String>,
    /// What it counts.
    pub metrics: Metrics,
    folder: Option<PathBuf>,
    certificate_lapsed: AtomicBool,
    started_at: Timestamp,
    thresholds: OnceLock<Thresholds>,
    digest: ArcSwapOption<Delivery>,
}

/// How the day's digest went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When that was last tried.
    pub at: Timestamp,
    /// Why it failed; empty if it did not.
    pub error: String,
}

impl Node {
    /// Starts a node on an open store.
    pub fn start(core: Core, clock: Clock, powers: Powers, recovered: Vec<String>) -> std::io::Result<Arc<Node>> {
        Node::around(core, clock, powers, recovered, Writer::start)
    }

    /// A node without threads of its own, for simulations: what is asked of it is done at [`Node::turn`], and whoever reads its disk waits for it.
    pub fn in_turns(core: Core, clock: Clock, powers: Powers, recovered: Vec<String>) -> std::io::Result<Arc<Node>> {
        Node::around(core, clock, powers, recovered, |core, clock, changed, written| {
            Ok(Writer::in_turns(core, clock, changed, written))
        })
    }

    fn around(
        core: Core,
        clock: Clock,
        powers: Powers,
        recovered: Vec<String>,
        writer: impl FnOnce(Core, Clock, Told, Counted) -> std::io::Result<Writer>,
    ) -> std::io::Result<Arc<Node>> {
        let (changes, _) = watch::channel(0);
        let told = changes.clone();
        let (sealer, trail) = (core.sealer(), core.trail());
        let folder = core.folder();
        let started_at = clock();
        let metrics = Metrics::default();
        let counted = metrics.clone();
        let changed: Told = Box::new(move || told.send_modify(|n| *n += 1));
        let written: Counted = Box::new(move |group: Written| counted.group(group.entries, group.synced_in));
        let writer = writer(core, Arc::clone(&clock), changed, written)?;
        Ok(Arc::new(Node {
            writer,
            clock,
            changes,
            sealer,
            powers,
            denials: Denials::default(),
            trail,
            provisional: Provisional::default(),
            link: Link::default(),
            backups: Backups::default(),
            recovered,
            metrics,
            folder,
            certificate_lapsed: AtomicBool::new(false),
            started_at,
            thresholds: OnceLock::new(),
            digest: ArcSwapOption::empty(),
        }))
    }

    /// Does what waits, where no thread does it.
    pub fn turn(&self) {
        self.writer.turn();
    }

    /// Whether it has no threads of its own; see [`Node::in_turns`].
    pub fn takes_turns(&self) -> bool {
        self.writer.takes_turns()
    }

    /// How the day's digest went out; `None` before the first was due.
    pub fn digest(&self) -> Option<Arc<Delivery>> {
        self.digest.load_full()
    }

    /// Notes how the day's digest went out.
    pub fn set_digest(&self, delivery: Delivery) {
        self.digest.store(Some(Arc::new(delivery)));
    }

    /// The time here.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Tells the time here.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What is in memory now; it never changes.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.writer.snapshot()
    }

    /// The last entry that the derived state on disk has reached.
    pub fn state_sequence(&self) -> u64 {
        self.writer.view().reached()
    }

    /// The key that signs this node's documents.
    pub fn public_key(&self) -> [u8; 32] {
        self.sealer.public_key()
    }

    /// The node's own certificate; `None` where links are not authenticated.
    pub fn keyring(&self) -> Option<&Keyring> {
        self.powers.keyring.as_ref()
    }

    /// How this node reaches others.
    pub fn dial(&self) -> &Dial {
        &self.powers.dial
    }

    /// Signs with this node's document key.
    pub fn sealer(&self) -> &dyn Sealer {
        &*self.sealer
    }

    /// Signs a summary with this node's key.
    pub fn seal(&self, summary: &Summary) -> bytes::Bytes {
        document::seal(summary, &*self.sealer)
    }

    /// Tells of every change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Tells that something outside the journal has changed.
    pub(crate) fn touch(&self) {
        self.changes.send_modify(|n| *n += 1);
    }

    /// Everything that waits is written down, and the store is closed.
    pub fn stop(self: Arc<Node>) -> Result<(), MapError> {
        match Arc::try_unwrap(self) {
            Ok(node) => node.writer.stop(),
            // Somebody still reads; the last one to go closes it.
            Err(_) => Ok(()),
        }
    }

    /// Hands a command to the writer and waits until its answer is durable.
    async fn ask(&self, by: &By, command: Command) -> Result<Reply, NodeError> {
        let what = command.name();
        let (sender, receiver) = oneshot::channel();
        let answer = Box::new(move |reply| {
            // Nobody waits any more; what was written stays written.
            let _ = sender.send(reply);
        });
        self.writer.submit(Order { by: by.clone(), command }, answer)?;
        match receiver.await {
            Ok(Ok(Reply::Refused(refusal))) => {
                if is_denial(refusal.reason()) {
                    self.denied(by, what, refusal.reason());
                }
                Err(refusal.into())
            }
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(NodeError::ShuttingDown),
        }
    }

    /// Records events of a desk; one answer for each, in order, when those recorded are on disk.
    pub async fn record(&self, by: &By, events: Vec<Event>, dry_run: bool) -> Result<Vec<EventReply>, NodeError> {
        match self.ask(by, Command::Record { events, dry_run }).await? {
            Reply::Record(replies) => {
                for reply in replies.iter().filter(|_| !dry_run) {
                    self.metrics.event(outcome(reply));
                }
                Ok(replies)
            }
            _ => Err(unexpected()),
        }
    }

    /// Replaces a part of the registry, at the top of the tree. Returns the registry's version.
    pub async fn import(&self, by: &By, part: Part) -> Result<u64, NodeError> {
        match self.ask(by, Command::Import(Box::new(part))).await? {
            Reply::Registry(version) => Ok(version),
            _ => Err(unexpected()),
        }
    }

    /// Takes over parts of the parent's registry.
    pub async fn follow(&self, parts: Vec<SealedPart>) -> Result<u64, NodeError> {
        match self.ask(&By::node(), Command::Follow(parts)).await? {
            Reply::Registry(version) => Ok(version),
            _ => Err(unexpected()),
        }
    }

    /// Closes or amends a period; nobody stands on the documents by name.
    pub async fn close(
        &self,
        by: &By,
        code: Option<String>,
        period: Period,
        ask: Ask,
    ) -> Result<Vec<PublishedDocument>, NodeError> {
        self.close_as(by, None, code, period, ask).await
    }

    /// Closes or amends a period; a person who does it stands on the documents.
    pub async fn close_as(
        &self,
        by: &By,
        person: Option<&Signer>,
        code: Option<String>,
        period: Period,
        ask: Ask,
    ) -> Result<Vec<PublishedDocument>, NodeError> {
        let closer = person.map(Signer::on_documents).unwrap_or_default();
        match self.ask(by, Command::Close { code, period, ask, closer }).await? {
            Reply::Published(documents) => Ok(documents),
            _ => Err(unexpected()),
        }
    }

    /// Draws up what closing a period would publish, or amending it where it is closed; `None` if nothing would go out.
    pub async fn prepare(
        &self,
        by: &By,
        person: Option<Signer>,
        code: Option<String>,
        period: Period,
        reason: String,
    ) -> Result<Option<Preparation>, NodeError> {
        self.preparation(by, Command::Together { code, period, step: Together::Prepare(reason), person }).await
    }

    /// Publishes what another person has prepared, if nothing has changed since.
    pub async fn approve(
        &self,
        by: &By,
        person: Option<Signer>,
        code: Option<String>,
        period: Period,
    ) -> Result<Vec<PublishedDocument>, NodeError> {
        match self.ask(by, Command::Together { code, period, step: Together::Approve, person }).await? {
            Reply::Published(documents) => Ok(documents),
            _ => Err(unexpected()),
        }
    }

    /// Takes a preparation back.
    pub async fn withdraw(
        &self,
        by: &By,
        person: Option<Signer>,
        code: Option<String>,
        period: Period,
    ) -> Result<(), NodeError> {
        self.preparation(by, Command::Together { code, period, step: Together::Withdraw, person }).await.map(drop)
    }

    async fn preparation(&self, by: &By, command: Command) -> Result<Option<Preparation>, NodeError> {
        match self.ask(by, command).await? {
            Reply::Prepared(preparation) => Ok(preparation),
            _ => Err(unexpected()),
        }
    }

    /// The identity of a code on a day; the node's own for an empty one.
    pub fn unit(&self, snapshot: &Snapshot, code: &str, on: NaiveDate) -> Result<UnitId, NodeError> {
        let state = &snapshot.state;
        let code = if code.is_empty() { &state.code } else { code };
        let (code, dated) = match code.parse::<UnitId>() {
            Ok(id) if id.valid_from.is_some() => (id.code.to_string(), Some(id)),
            _ => (code.to_owned(), None),
        };
        let found = dated.filter(|id| state.unit(id).is_some()).or_else(|| state.identity(&code, on));
        found
            .filter(|id| state.unit(id).is_some() || id.code.as_ref() == state.code)
            .ok_or_else(|| crate::ledger::refusal::Refusal::UnknownUnit { unit: code, on }.into())
    }

    /// Code of the unit that answers at the parent's address; before the first session the one the tree says.
    pub fn code_above(&self) -> String {
        let known = self.link.up().code;
        if !known.is_empty() {
            return known;
        }
        let snapshot = self.snapshot();
        let on = self.now().local_date();
        let above = snapshot.state.registry.tree.parent(&snapshot.state.own(on), on);
        above.map(|unit| unit.code.to_string()).unwrap_or_default()
    }

    /// The node's own identity today.
    pub fn own(&self) -> UnitId {
        self.snapshot().state.own(self.now().local_date())
    }
}

fn outcome(reply: &EventReply) -> Outcome {
    match reply {
        EventReply::Recorded { .. } => Outcome::Recorded,
        EventReply::Already(_) => Outcome::Already,
        EventReply::Conflict { .. } => Outcome::Conflict,
        EventReply::Refused(_) => Outcome::Refused,
    }
}

fn unexpected() -> NodeError {
    NodeError::State("the writer gave an answer to another question".into())
}
