//! The node's books as one value: journal, derived state and what is in memory. `step` is the only road into it, and nothing but its caller
//! drives it: a thread in a real node, a simulator elsewhere.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::NaiveDate;
use imbl::OrdSet;

use super::{
    audit::Trail,
    command::{Order, Reply},
    crash_point::crash_point,
    decide::Work,
    journal::{AppendError, Journal},
    layer::{Layer, Mark, View},
    loads::Loads,
    map::MapError,
    tables,
};
use crate::{
    document::Sealer,
    domain::{event::EventId, time::Timestamp},
    ledger::{
        books::{At, Side},
        by::By,
        state::State,
    },
};

/// Why a batch was not written. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// No room on the disk. Work goes on by itself when there is.
    #[error("disk full: free some space, nothing was recorded")]
    Full,
    /// The disk failed, and what it holds cannot be trusted until it is read again.
    #[error("the node has stopped writing: {0}; check the disk and start the node again")]
    Stopped(String),
    /// One command is more than an append can hold.
    #[error("the batch is too large for one append: send less at a time")]
    TooLarge,
}

/// Cells and watermarks that changed since they were last written down. They are encoded when they are written, not at every event.
#[derive(Clone, Default)]
pub(super) struct Dirty {
    pub cells: OrdSet<(String, At)>,
    pub transfers: OrdSet<(String, (NaiveDate, Side, EventId))>,
    pub everything: bool,
}

/// What a core needs besides its disk.
#[derive(Clone)]
pub struct Setting {
    /// Signs the documents of the node's own unit.
    pub sealer: Arc<dyn Sealer>,
    /// The node has a parent.
    pub has_parent: bool,
    /// One person prepares and another approves; nobody closes alone.
    pub two_persons: bool,
}

/// See the module.
pub struct Core {
    pub(super) journal: Journal,
    pub(super) layer: Layer,
    pub(super) state: State,
    pub(super) dirty: Dirty,
    pub(super) setting: Setting,
    stopped: Option<String>,
    folder: Option<PathBuf>,
}

impl Core {
    pub(super) fn new(journal: Journal, layer: Layer, state: State, setting: Setting) -> Core {
        Core { journal, layer, state, dirty: Dirty::default(), setting, stopped: None, folder: None }
    }

    pub(super) fn lies_in(&mut self, folder: &Path) {
        self.folder = Some(folder.to_owned());
    }

    /// The data directory; `None` on a disk that is no folder.
    pub fn folder(&self) -> Option<PathBuf> {
        self.folder.clone()
    }

    /// How long the last `fdatasync` of the journal took.
    pub fn synced_in(&self) -> Duration {
        self.journal.synced_in
    }

    /// What is in memory now; a cheap copy.
    pub fn state(&self) -> State {
        self.state.clone()
    }

    /// Signs for the node's own unit.
    pub fn sealer(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.setting.sealer)
    }

    /// Reads the audit trail, from any thread.
    pub fn trail(&self) -> Trail {
        Trail::of(Arc::clone(&self.journal.disk))
    }

    /// The last entry of the journal.
    pub fn sequence(&self) -> u64 {
        self.journal.last_seq()
    }

    /// A handle for readers.
    pub fn view(&self) -> View {
        self.layer.view()
    }

    /// Decides the commands in order, makes everything they lead to durable with one `fdatasync`, and answers them all. Either every entry of
    /// the batch is on disk or none is, and the state is as before.
    pub fn step(&mut self, batch: Vec<Order>, now: Timestamp) -> Vec<Result<Reply, WriteError>> {
        if let Some(why) = &self.stopped {
            return batch.iter().map(|_| Err(WriteError::Stopped(why.clone()))).collect();
        }
        let state = self.state.clone();
        let dirty = self.dirty.clone();
        let mark = self.layer.mark();
        let count = batch.len();
        let mut work = Work { by: By::node(), loads: Loads::default(), entries: Vec::new(), now };
        let replies: Result<Vec<Reply>, MapError> = batch.into_iter().map(|c| self.decide(&mut work, c)).collect();
        let replies = match replies {
            Ok(replies) => replies,
            Err(error) => {
                // The state cannot be read, so nothing can be decided; the journal is whole, and the next start makes the state anew.
                // What was decided before it must not be seen: nothing of it is in the journal.
                self.take_back(state, dirty, mark);
                self.distrust(&error);
                return vec![Err(WriteError::Stopped(error.to_string())); count];
            }
        };
        if work.entries.is_empty() {
            return replies.into_iter().map(Ok).collect();
        }
        let error = match self.journal.append_group(&work.entries) {
            Ok(_) => {
                work.loads.write(&mut self.layer);
                self.after_append();
                crash_point("before-answer");
                return replies.into_iter().map(Ok).collect();
            }
            Err(AppendError::Full) => WriteError::Full,
            Err(AppendError::TooLarge) => WriteError::TooLarge,
            Err(AppendError::Poisoned(why)) => WriteError::Stopped(why),
        };
        self.take_back(state, dirty, mark);
        if let WriteError::Stopped(why) = &error {
            self.stopped = Some(why.clone());
        }
        vec![Err(error); count]
    }

    /// Everything as it was before the batch.
    fn take_back(&mut self, state: State, dirty: Dirty, mark: Mark) {
        self.state = state;
        self.dirty = dirty;
        if let Err(e) = self.layer.restore(mark) {
            self.stopped = Some(e.to_string());
        }
    }

    /// Writes nothing any more, because of the derived state. Where its content is at fault the next start makes it anew.
    fn distrust(&mut self, error: &MapError) {
        if let MapError::Broken(why) = error {
            self.layer.condemn(why);
        }
        self.stopped = Some(error.to_string());
    }

    /// What is durable may be seen, and now and then is written down. A failure here loses nothing: the journal has it all.
    fn after_append(&mut self) {
        self.layer.publish();
        if self.layer.wants_freeze()
            && let Err(error) = self.freeze()
        {
            tracing::error!(%error, "derived state cannot be written; the journal is whole, and the next start makes it anew");
        }
    }

    /// Writes down everything up to the last entry. After an error nothing is written any more.
    pub fn freeze(&mut self) -> Result<(), MapError> {
        let frozen = self.freeze_at(self.journal.last_seq());
        if let Err(error) = &frozen {
            self.distrust(error);
        }
        frozen
    }

    /// Writes down everything up to an entry, while the journal is replayed. Where there is no room it stays in memory, and the journal has it.
    pub(super) fn freeze_at(&mut self, seq: u64) -> Result<(), MapError> {
        tables::write(&mut self.layer, &self.state, &std::mem::take(&mut self.dirty));
        match self.layer.freeze(seq) {
            Err(MapError::NoRoom { .. }) => Ok(()),
            frozen => frozen,
        }
    }

    /// Why nothing is written any more.
    pub fn stopped(&self) -> Option<String> {
        self.stopped.clone()
    }

    /// Writes everything down and makes it durable, so that the next start has nothing to replay.
    pub fn close(mut self) -> Result<(), MapError> {
        if self.stopped.is_none() {
            self.freeze()?;
        }
        self.layer.close()
    }
}
