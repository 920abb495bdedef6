//! How far backups reach, as far as this node was told. In memory; whoever takes them tells it.

use std::sync::Mutex;

use crate::domain::time::Timestamp;

/// A backup that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The folder.
    pub to: String,
    /// The last entry in it.
    pub through: u64,
    /// When it ended, if only by finding that nothing was new.
    pub at: Timestamp,
}

/// What is known of backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The folder the node copies to by itself; `None` if it does not.
    pub to: Option<String>,
    /// The last one that was taken.
    pub last: Option<Taken>,
    /// Why the last try failed; empty otherwise.
    pub error: String,
}

/// See the module.
#[derive(Default)]
pub struct Backups(Mutex<Reach>);

impl Backups {
    /// What is known now.
    pub fn reach(&self) -> Reach {
        self.lock().clone()
    }

    /// The last entry in a backup, of a journal that ends there; 0 if none is known.
    pub fn through(&self, end: u64) -> u64 {
        self.lock().last.as_ref().map_or(0, |last| last.through.min(end))
    }

    /// Changes what is known; true if anything is different now.
    pub fn set(&self, change: impl FnOnce(&mut Reach)) -> bool {
        let mut reach = self.lock();
        let before = reach.clone();
        change(&mut reach);
        *reach != before
    }

    /// What a panic leaves half done here is only told, and told anew with the next backup.
    fn lock(&self) -> std::sync::MutexGuard<'_, Reach> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
