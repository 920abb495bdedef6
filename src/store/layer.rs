//! What was decided, in memory over the map: reads look here first, the map follows behind.
//!
//! The writer owns the [`Layer`]: it puts and deletes, publishes once the journal has the group (or
//! restores the mark from before it), and freezes now and then, which hands everything on to the
//! map as one batch. Readers in other threads use a [`View`], which sees only what was published.
//! Memory is bounded by the active level and one frozen level: a freeze waits for the one before.
//! Where the disk has no room for the map, both stay in memory and are handed on when it has.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;

use super::map::{Map, MapError, Visit};
pub use super::merge::Page;
use super::merge::{Level, Levels};
use super::worker::Shared;

/// When the layer hands on.
#[derive(Debug, Clone)]
pub struct LayerOptions {
    /// [`Layer::wants_freeze`] says so from about this many bytes of changes on. A few MiB: sled
    /// must not be given more at once.
    pub freeze_bytes: usize,
    /// The map is made durable every so many batches. What a power cut takes back is replayed from
    /// the journal, so this trades time at start against writes.
    pub checkpoint_every: u32,
    /// How long a batch is waited for before the map is taken for locked up: far longer than an old disk needs for one.
    pub patience: Duration,
}

impl Default for LayerOptions {
    fn default() -> Self {
        Self { freeze_bytes: 4 << 20, checkpoint_every: 8, patience: Duration::from_secs(60) }
    }
}

/// What a change costs in memory beside its bytes, roughly.
const OVERHEAD: usize = 96;

/// The writer's side. Its reads see its own changes at once.
pub struct Layer {
    shared: Arc<Shared>,
    active: Level,
    weight: usize,
    /// How often it was frozen: a mark from before a freeze cannot be restored.
    freezes: u64,
    freeze_bytes: usize,
    /// The weight from which on a freeze is wanted: `freeze_bytes`, or so much more than there was when one found no room.
    wanted_from: usize,
    thread: Option<JoinHandle<()>>,
}

/// The state before a group, to go back to if its append fails.
#[derive(Debug, Clone)]
pub struct Mark {
    active: Level,
    weight: usize,
    freezes: u64,
}

impl Layer {
    /// A layer that writes down at once, in the caller's thread: for simulation and tests.
    #[must_use]
    pub fn inline(map: Arc<dyn Map>, options: &LayerOptions) -> Self {
        Self {
            shared: Arc::new(Shared::new(map, options.checkpoint_every, options.patience)),
            active: Level::new(),
            weight: 0,
            freezes: 0,
            freeze_bytes: options.freeze_bytes,
            wanted_from: options.freeze_bytes,
            thread: None,
        }
    }

    /// A layer that writes down in a thread of its own.
    pub fn background(map: Arc<dyn Map>, options: &LayerOptions) -> Result<Self, MapError> {
        let mut layer = Self::inline(map, options);
        let shared = Arc::clone(&layer.shared);
        let thread = std::thread::Builder::new()
            .name("motcua-state".to_owned())
            .spawn(move || shared.run())
            .map_err(|error| MapError::Unavailable(error.to_string()))?;
        layer.thread = Some(thread);
        Ok(layer)
    }

    /// Sets a key.
    pub fn put(&mut self, key: impl Into<Bytes>, value: impl Into<Bytes>) {
        self.change(key.into(), Some(value.into()));
    }

    /// Removes a key.
    pub fn delete(&mut self, key: impl Into<Bytes>) {
        self.change(key.into(), None);
    }

    fn change(&mut self, key: Bytes, value: Option<Bytes>) {
        self.weight += OVERHEAD + key.len() + value.as_ref().map_or(0, Bytes::len);
        self.active.insert(key, value);
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        self.shared.check()?;
        if let Some(change) = self.active.get(key) {
            return Ok(change.clone());
        }
        self.levels().get(self.shared.map.as_ref(), key)
    }

    /// At most `limit` pairs, in order, whose keys start with `prefix` and are not below `from`.
    pub fn scan_prefix(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Page, MapError> {
        self.shared.check()?;
        self.levels().page(self.shared.map.as_ref(), prefix, from, limit)
    }

    /// As [`Self::scan_prefix`], without end: visits until told to break.
    pub fn visit_prefix(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        self.shared.check()?;
        self.levels().scan(self.shared.map.as_ref(), prefix, from, visit)
    }

    /// The state now, to go back to. Costs nothing.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { active: self.active.clone(), weight: self.weight, freezes: self.freezes }
    }

    /// Undoes everything since the mark. Fails, changing nothing, if it was frozen in between.
    pub fn restore(&mut self, mark: Mark) -> Result<(), MapError> {
        if mark.freezes != self.freezes {
            return Err(MapError::StaleMark);
        }
        self.active = mark.active;
        self.weight = mark.weight;
        Ok(())
    }

    /// Lets views see everything up to now: call it when the journal has it, not before.
    pub fn publish(&self) {
        self.shared.levels_mut().active = self.active.clone();
    }

    /// Whether enough has come together for a batch.
    #[must_use]
    pub fn wants_freeze(&self) -> bool {
        self.weight >= self.wanted_from
    }

    /// Publishes everything and hands it on to the map as one batch which reaches `seq`: all of it
    /// must be in the journal. Waits for the batch before; inline, for this one too. While there is no room for the batch before it is
    /// [`MapError::NoRoom`], and nothing has changed.
    pub fn freeze(&mut self, seq: u64) -> Result<(), MapError> {
        self.shared.settle()?;
        if let Err(error) = self.shared.again(self.thread.is_some()) {
            self.wanted_from = self.weight.saturating_add(self.freeze_bytes);
            return Err(error);
        }
        self.wanted_from = self.freeze_bytes;
        {
            let mut levels = self.shared.levels_mut();
            levels.frozen = std::mem::take(&mut self.active);
            levels.active = Level::new();
        }
        self.weight = 0;
        self.freezes += 1;
        if self.thread.is_some() {
            self.shared.submit(seq);
            Ok(())
        } else {
            // what found no room waits, as it would in the thread
            match self.shared.write_down(seq) {
                Err(MapError::NoRoom { .. }) => Ok(()),
                written => written,
            }
        }
    }

    /// Waits until everything frozen is in the map.
    pub fn settle(&self) -> Result<(), MapError> {
        self.shared.settle()
    }

    /// The entry the map has reached: replay starts after it.
    #[must_use]
    pub fn reached(&self) -> u64 {
        self.shared.map.reached()
    }

    /// A handle for readers in other threads.
    #[must_use]
    pub fn view(&self) -> View {
        View { shared: Arc::clone(&self.shared) }
    }

    /// Remembers that what the map holds cannot be trusted, so that the next start makes it anew.
    pub fn condemn(&self, why: &str) {
        self.shared.map.condemn(why);
    }

    /// Waits for what is frozen and makes the map durable. What is only active is dropped, and so is what finds no room: freeze
    /// first, or let the journal replay it.
    pub fn close(self) -> Result<(), MapError> {
        self.shared.settle()?;
        match self.shared.again(self.thread.is_some()) {
            Err(error @ MapError::NoRoom { .. }) => tracing::warn!(%error, "the next start replays the journal"),
            settled => settled?,
        }
        self.shared.map.checkpoint()
    }

    fn levels(&self) -> Levels {
        Levels { active: self.active.clone(), frozen: self.shared.levels().frozen.clone() }
    }
}

impl Drop for Layer {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.shared.stop();
            // one that hangs in the map would hang whoever waits for it; it goes with the process
            if !matches!(self.shared.settle(), Err(MapError::Stuck(_))) {
                // it catches its panics, and there is nothing to do about one
                let _ = thread.join();
            }
        }
    }
}

/// The readers' side: what was published, each key at least as new as when the call began.
///
/// A scan is not a snapshot: a batch handed on meanwhile may show in its later part.
#[derive(Clone)]
pub struct View {
    shared: Arc<Shared>,
}

impl View {
    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        self.levels().get(self.shared.map.as_ref(), key)
    }

    /// At most `limit` pairs, in order, whose keys start with `prefix` and are not below `from`.
    pub fn scan_prefix(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Page, MapError> {
        self.levels().page(self.shared.map.as_ref(), prefix, from, limit)
    }

    /// As [`Self::scan_prefix`], without end: visits until told to break.
    pub fn visit_prefix(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        self.levels().scan(self.shared.map.as_ref(), prefix, from, visit)
    }

    /// The entry the map has reached: a start would replay what comes after it.
    pub fn reached(&self) -> u64 {
        self.shared.map.reached()
    }

    fn levels(&self) -> Levels {
        self.shared.levels().clone()
    }
}
