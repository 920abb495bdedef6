//! Writing frozen changes down to the map, in the caller's thread or in one of its own.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::crash_point::crash_point;
use super::fence::fence;
use super::map::{Change, Map, MapError};
use super::merge::Levels;

/// What the writer, its thread and the readers share. No lock is held while the map works.
pub(crate) struct Shared {
    pub map: Arc<dyn Map>,
    checkpoint_every: u32,
    patience: Duration,
    levels: RwLock<Levels>,
    work: Mutex<Work>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Work {
    /// The entry the frozen level reaches, until the thread has begun with it.
    waiting: Option<u64>,
    /// The entry the frozen level reaches, if there was no room to write it down, and what was said of it.
    postponed: Option<(u64, MapError)>,
    busy: bool,
    stop: bool,
    since_checkpoint: u32,
    failed: Option<MapError>,
}

impl Shared {
    pub(crate) fn new(map: Arc<dyn Map>, checkpoint_every: u32, patience: Duration) -> Self {
        Self {
            map,
            checkpoint_every,
            patience,
            levels: RwLock::default(),
            work: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn levels(&self) -> RwLockReadGuard<'_, Levels> {
        self.levels.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn levels_mut(&self) -> RwLockWriteGuard<'_, Levels> {
        self.levels.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error that stopped the writing down, if one did.
    pub(crate) fn check(&self) -> Result<(), MapError> {
        self.work().failed.clone().map_or(Ok(()), Err)
    }

    /// Waits until nothing is being written down; then as [`Self::check`]. A map that has locked itself up is waited for once, and not for ever.
    pub(crate) fn settle(&self) -> Result<(), MapError> {
        let (mut work, waited) = self
            .changed
            .wait_timeout_while(self.work(), self.patience, |work| {
                work.failed.is_none() && (work.busy || work.waiting.is_some())
            })
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            work.failed = Some(MapError::Stuck(self.patience.as_secs()));
        }
        work.failed.clone().map_or(Ok(()), Err)
    }

    /// Tries once more what found no room. The error is [`MapError::NoRoom`] while there is still none.
    pub(crate) fn again(&self, in_thread: bool) -> Result<(), MapError> {
        let Some((seq, _)) = self.work().postponed.take() else {
            return Ok(());
        };
        if !in_thread {
            return self.write_down(seq);
        }
        self.submit(seq);
        self.settle()?;
        match &self.work().postponed {
            Some((_, error)) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Gives the frozen level to the thread.
    pub(crate) fn submit(&self, seq: u64) {
        self.work().waiting = Some(seq);
        self.changed.notify_all();
    }

    /// Ends the thread once it has nothing more to do.
    pub(crate) fn stop(&self) {
        self.work().stop = true;
        self.changed.notify_all();
    }

    /// The thread's whole life.
    pub(crate) fn run(&self) {
        loop {
            let mut work = self
                .changed
                .wait_while(self.work(), |work| work.waiting.is_none() && !work.stop)
                .unwrap_or_else(PoisonError::into_inner);
            let Some(seq) = work.waiting.take() else {
                return;
            };
            work.busy = true;
            drop(work);
            let _ = self.write_down(seq);
            self.work().busy = false;
            self.changed.notify_all();
        }
    }

    /// Writes the frozen level down in one batch and empties it. An error stays, and so does the
    /// level, so that readers still see what was decided. Where there is no room only the level stays, for [`Self::again`].
    pub(crate) fn write_down(&self, seq: u64) -> Result<(), MapError> {
        // a thread that died would leave the writer waiting for ever
        let result = fence("writing down", || self.try_write_down(seq));
        match &result {
            Ok(()) => {}
            Err(error @ MapError::NoRoom { .. }) => self.work().postponed = Some((seq, error.clone())),
            Err(error) => {
                tracing::error!(%error, seq, "state was not written down");
                self.work().failed.get_or_insert_with(|| error.clone());
            }
        }
        result
    }

    fn try_write_down(&self, seq: u64) -> Result<(), MapError> {
        let frozen = self.levels().frozen.clone();
        let batch: Vec<Change> = frozen.into_iter().collect();
        crash_point("before-batch");
        self.map.apply(&batch, seq)?;
        crash_point("after-batch");
        self.levels_mut().frozen = Default::default();
        let due = {
            let mut work = self.work();
            work.since_checkpoint += 1;
            let due = work.since_checkpoint >= self.checkpoint_every;
            if due {
                work.since_checkpoint = 0;
            }
            due
        };
        if due {
            self.map.checkpoint()?;
        }
        Ok(())
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
