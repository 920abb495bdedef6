//! Ordered keys and values behind the in-memory layer: derived state, never the truth.
//!
//! Whatever goes wrong in a map costs a rebuild from the journal, not data. So a map may lose its
//! last batches in a power cut, but what it holds is always the state after exactly the entry it
//! says it has reached.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::disk::sync_folder;

/// One change of a batch: the key, and its value or `None` to remove it.
pub type Change = (Bytes, Option<Bytes>);

/// What is called for every key and value of a scan, until it breaks.
pub type Visit<'a> = &'a mut dyn FnMut(&Bytes, &Bytes) -> ControlFlow<()>;

/// Why a map cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// It cannot be trusted any more: set it aside and rebuild it from the journal.
    #[error("state is broken ({0}); it is set aside and rebuilt from the journal")]
    Broken(String),
    /// Not its own fault: disk full, held by another process, no permission. A rebuild would not
    /// help; open it again when that is mended.
    #[error("state cannot be used now ({0}); mend this and start again")]
    Unavailable(String),
    /// There is too little room on the disk to take a batch without danger. Nothing was changed; it can be given again when there is.
    #[error("no room to write the state down ({free} bytes are free, {needed} are needed); it stays in memory")]
    NoRoom {
        /// Free on its disk.
        free: u64,
        /// Needed for a batch.
        needed: u64,
    },
    /// A batch was handed to it so many seconds ago and is not written yet; it will hardly ever be.
    #[error("state has not been written down for {0} seconds, the journal is whole")]
    Stuck(u64),
    /// A batch would take it back in time.
    #[error("state has reached entry {reached}, a batch for entry {seq} is refused")]
    Backwards {
        /// What it has reached.
        reached: u64,
        /// What the batch carried.
        seq: u64,
    },
    /// A mark was taken before the last freeze; what it would undo is already handed on.
    #[error("mark is older than the last freeze")]
    StaleMark,
}

/// Ordered get, scan and atomic batch. One thread writes, any number read meanwhile.
pub trait Map: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError>;
    /// Visits, in order, the keys which start with `prefix` and are not below `from`. A batch
    /// applied meanwhile may be seen in part; no lock is held while visiting.
    fn scan(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError>;
    /// Makes the changes (sorted by key, each key once) and reaches `seq`, all or nothing.
    fn apply(&self, batch: &[Change], seq: u64) -> Result<(), MapError>;
    /// The entry whose effects, and those of all before it, are in here; 0 when empty.
    fn reached(&self) -> u64;
    /// Makes all that was applied survive a power cut.
    fn checkpoint(&self) -> Result<(), MapError>;
    /// Remembers, beyond this process, that it is broken: what is found by a read in the middle of the day would not be found by
    /// opening it again.
    fn condemn(&self, _why: &str) {}
}

/// Renames a folder to `<name>.broken-<n>`, out of the way but not lost, and gives its new path.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    for n in 1_u64.. {
        let mut aside = name.to_os_string();
        aside.push(format!(".broken-{n}"));
        let aside = path.with_file_name(aside);
        if aside.try_exists()? {
            continue;
        }
        std::fs::rename(path, &aside)?;
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        return Ok(aside);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
