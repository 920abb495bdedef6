//! The thread that drives the core. Whatever waits is decided together and made durable with one `fdatasync`: the slower the disk, the larger
//! the groups.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use arc_swap::ArcSwap;

use super::{
    command::{Order, Reply},
    core::{Core, WriteError},
    layer::View,
    map::MapError,
};
use crate::{domain::time::Timestamp, ledger::state::State};

/// Everything a reader needs: what is in memory, as of one entry. It never changes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What is in memory.
    pub state: State,
    /// The last entry in it.
    pub sequence: u64,
    /// Why nothing is written any more.
    pub stopped: Option<String>,
}

/// Where an answer goes. Called on the writer's thread, so it must not wait.
pub type Answer = Box<dyn FnOnce(Result<Reply, WriteError>) + Send>;
/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

struct Job {
    order: Order,
    answer: Answer,
}

/// A handle to the thread. When it is dropped the thread writes everything down and ends.
pub struct Writer {
    jobs: Option<SyncSender<Job>>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    view: View,
    thread: Option<JoinHandle<Result<(), MapError>>>,
}

/// More commands than may wait.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many wait already.
    #[error("too much is waiting to be written: try again in a moment")]
    Busy,
    /// The writer has ended.
    #[error("the node is shutting down")]
    Ended,
}

/// Commands that may wait.
const QUEUE: usize = 1024;
/// Commands in one group.
const GROUP: usize = 256;
/// After so long without work everything is written down, so that a start has little to replay.
const IDLE: Duration = Duration::from_secs(1);

/// A group that is on disk.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Entries in it.
    pub entries: u64,
    /// How long its `fdatasync` took.
    pub synced_in: Duration,
}

impl Writer {
    /// Starts the thread. `changed` is called after every group that changed something and `written` after every group that reached the disk,
    /// both on the writer's thread, so they must not wait.
    pub fn start(
        core: Core,
        clock: Clock,
        changed: impl Fn() + Send + 'static,
        written: impl Fn(Written) + Send + 'static,
    ) -> std::io::Result<Writer> {
        let (sender, receiver) = sync_channel(QUEUE);
        let snapshot = Arc::new(ArcSwap::from_pointee(take(&core, None)));
        let view = core.view();
        let drive = Drive { core, clock, snapshot: Arc::clone(&snapshot), changed, written };
        let thread = std::thread::Builder::new().name("motcua-writer".into()).spawn(move || drive.run(&receiver))?;
        Ok(Writer { jobs: Some(sender), snapshot, view, thread: Some(thread) })
    }

    /// Hands over a command; the answer comes when it is durable.
    pub fn submit(&self, order: Order, answer: Answer) -> Result<(), Refused> {
        let jobs = self.jobs.as_ref().ok_or(Refused::Ended)?;
        jobs.try_send(Job { order, answer }).map_err(|error| match error {
            TrySendError::Full(_) => Refused::Busy,
            TrySendError::Disconnected(_) => Refused::Ended,
        })
    }

    /// What is in memory now. Takes no lock.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The derived state, for readers.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Ends the thread after what waits, with everything written down.
    pub fn stop(mut self) -> Result<(), MapError> {
        self.jobs = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(MapError::Broken("the writer ended with a panic".into())),
            None => Ok(()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was reported when it happened.
            let _ = thread.join();
        }
    }
}

struct Drive<F, W> {
    core: Core,
    clock: Clock,
    snapshot: Arc<ArcSwap<Snapshot>>,
    changed: F,
    written: W,
}

impl<F: Fn(), W: Fn(Written)> Drive<F, W> {
    fn run(mut self, jobs: &Receiver<Job>) -> Result<(), MapError> {
        let mut frozen = self.core.sequence();
        loop {
            let first = match jobs.recv_timeout(IDLE) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    if frozen < self.core.sequence() && self.core.stopped().is_none() {
                        if let Err(error) = self.core.freeze() {
                            tracing::error!(%error, "derived state cannot be written; the next start makes it anew");
                            self.snapshot.store(Arc::new(take(&self.core, self.core.stopped())));
                            (self.changed)();
                        }
                        frozen = self.core.sequence();
                    }
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return self.core.close(),
            };
            let (orders, answers): (Vec<_>, Vec<_>) =
                std::iter::once(first).chain(jobs.try_iter().take(GROUP - 1)).map(|j| (j.order, j.answer)).unzip();
            let before = self.core.sequence();
            let replies = self.core.step(orders, (self.clock)());
            let entries = self.core.sequence() - before;
            if entries > 0 {
                (self.written)(Written { entries, synced_in: self.core.synced_in() });
            }
            // Readers see a group before its senders hear of it.
            if self.core.sequence() != before || self.core.stopped().is_some() {
                self.snapshot.store(Arc::new(take(&self.core, self.core.stopped())));
                (self.changed)();
            }
            for (answer, reply) in answers.into_iter().zip(replies) {
                answer(reply);
            }
        }
    }
}

fn take(core: &Core, stopped: Option<String>) -> Snapshot {
    Snapshot { state: core.state(), sequence: core.sequence(), stopped }
}
