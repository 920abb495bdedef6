//! What drives the core. Whatever waits is decided together and made durable with one `fdatasync`: the slower the disk, the larger the groups.
//! A thread does it; in a simulation, where every step must come in its turn, whoever calls [`Writer::turn`].

use std::{
    sync::{
        Arc, Mutex, PoisonError,
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

/// A handle to whatever drives the core. When it is dropped a thread writes everything down and ends.
pub struct Writer {
    jobs: Option<SyncSender<Job>>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    view: View,
    driver: Driver,
}

enum Driver {
    Thread(JoinHandle<Result<(), MapError>>),
    /// Nobody: whoever takes a turn.
    Turns(Box<Mutex<(Drive, Receiver<Job>)>>),
    Ended,
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
        let (mut writer, drive, receiver) = Writer::around(core, clock, changed, written);
        let thread = std::thread::Builder::new().name("motcua-writer".into()).spawn(move || drive.run(&receiver))?;
        writer.driver = Driver::Thread(thread);
        Ok(writer)
    }

    /// A writer without a thread, for simulations: nothing happens before [`Writer::turn`].
    pub fn in_turns(
        core: Core,
        clock: Clock,
        changed: impl Fn() + Send + 'static,
        written: impl Fn(Written) + Send + 'static,
    ) -> Writer {
        let (mut writer, drive, receiver) = Writer::around(core, clock, changed, written);
        writer.driver = Driver::Turns(Box::new(Mutex::new((drive, receiver))));
        writer
    }

    fn around(
        core: Core,
        clock: Clock,
        changed: impl Fn() + Send + 'static,
        written: impl Fn(Written) + Send + 'static,
    ) -> (Writer, Drive, Receiver<Job>) {
        let (sender, receiver) = sync_channel(QUEUE);
        let snapshot = Arc::new(ArcSwap::from_pointee(take(&core, None)));
        let view = core.view();
        let drive = Drive {
            core,
            clock,
            snapshot: Arc::clone(&snapshot),
            changed: Box::new(changed),
            written: Box::new(written),
        };
        (Writer { jobs: Some(sender), snapshot, view, driver: Driver::Ended }, drive, receiver)
    }

    /// Decides what waits, as one group, and answers it. Nothing where a thread does that.
    pub fn turn(&self) {
        let Driver::Turns(turns) = &self.driver else { return };
        let mut turns = turns.lock().unwrap_or_else(PoisonError::into_inner);
        let (drive, jobs) = &mut *turns;
        if let Ok(first) = jobs.try_recv() {
            drive.group(first, jobs);
        }
    }

    /// Whether it is driven by [`Writer::turn`].
    pub fn takes_turns(&self) -> bool {
        matches!(self.driver, Driver::Turns(_))
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

    /// Ends it after what waits, with everything written down.
    pub fn stop(mut self) -> Result<(), MapError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), MapError> {
        self.jobs = None;
        match std::mem::replace(&mut self.driver, Driver::Ended) {
            Driver::Thread(thread) => {
                thread.join().unwrap_or_else(|_| Err(MapError::Broken("the writer ended with a panic".into())))
            }
            Driver::Turns(turns) => {
                let (mut drive, jobs) = turns.into_inner().unwrap_or_else(PoisonError::into_inner);
                while let Ok(first) = jobs.try_recv() {
                    drive.group(first, &jobs);
                }
                drive.core.close()
            }
            Driver::Ended => Ok(()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A simulated node that is dropped without `stop` has lost its power.
        if matches!(self.driver, Driver::Thread(_)) {
            // A panic there was reported when it happened.
            let _ = self.end();
        }
    }
}

struct Drive {
    core: Core,
    clock: Clock,
    snapshot: Arc<ArcSwap<Snapshot>>,
    changed: Box<dyn Fn() + Send>,
    written: Box<dyn Fn(Written) + Send>,
}

impl Drive {
    fn run(mut self, jobs: &Receiver<Job>) -> Result<(), MapError> {
        let mut frozen = self.core.sequence();
        loop {
            match jobs.recv_timeout(IDLE) {
                Ok(first) => self.group(first, jobs),
                Err(RecvTimeoutError::Timeout) => {
                    if frozen < self.core.sequence() && self.core.stopped().is_none() {
                        if let Err(error) = self.core.freeze() {
                            tracing::error!(%error, "derived state cannot be written; the next start makes it anew");
                            self.snapshot.store(Arc::new(take(&self.core, self.core.stopped())));
                            (self.changed)();
                        }
                        frozen = self.core.sequence();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return self.core.close(),
            }
        }
    }

    /// One group: the first and whatever else waits.
    fn group(&mut self, first: Job, jobs: &Receiver<Job>) {
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

fn take(core: &Core, stopped: Option<String>) -> Snapshot {
    Snapshot { state: core.state(), sequence: core.sequence(), stopped }
}
