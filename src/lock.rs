//! A folder that belongs to one process. A leaf: stores and outboxes take one each.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

/// Holds a lock file until it is dropped. It is unlocked then, not only closed: a process that was forked in between and has not yet become another
/// program would hold on to it for a moment longer.
#[derive(Debug)]
pub struct FolderLock(File);

impl FolderLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// `WouldBlock` if another process has it.
    pub fn take(path: &Path) -> Result<FolderLock, TryLockError> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(TryLockError::Error)?;
        file.try_lock()?;
        Ok(FolderLock(file))
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Nothing to be done about it: closing the file unlocks it too.
        let _ = self.0.unlock();
    }
}
