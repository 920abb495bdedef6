//! The twin of the real disk: in memory, with a current and a durable image, and faults on demand.
//!
//! The model is the strict reading of POSIX: what was not synced may survive a power cut in any
//! subset of 512-byte pieces, the rest reading as it did before (or as zeros, or being cut off);
//! names survive only if the folder was synced; a failed fsync drops the pages it could not write
//! and the next fsync succeeds without them.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::Disk;
use super::faulty_file::{Dice, File};

/// How much of what was not synced survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Only what was synced.
    Nothing,
    /// The first so many unsynced bytes of each file, cut off there; names as they are.
    Bytes(usize),
    /// All unsynced bytes and names, save those a failed fsync dropped.
    Everything,
    /// A choice of pieces and names made by the seed; missing pieces read as before, or zero.
    Torn(u64),
}

#[derive(Debug, Default)]
struct State {
    inodes: BTreeMap<u64, File>,
    next_inode: u64,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    full_appends: u32,
    full_prefix: usize,
    bad_syncs: u32,
    bad_truncates: u32,
    power_left: Option<u64>,
}

/// An in-memory disk whose faults are deterministic. Clones share the same disk.
#[derive(Debug, Clone, Default)]
pub struct FaultyDisk(Arc<Mutex<State>>);

impl FaultyDisk {
    /// An empty disk without faults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next `n` appends write `prefix` bytes (at most all but one) and fail with `StorageFull`.
    pub fn fail_appends(&self, n: u32, prefix: usize) {
        let mut state = self.state();
        state.full_appends = n;
        state.full_prefix = prefix;
    }

    /// The next `n` syncs, of a file or the folder, fail, and drop what they should have written.
    pub fn fail_syncs(&self, n: u32) {
        self.state().bad_syncs = n;
    }

    /// The next `n` truncations fail.
    pub fn fail_truncates(&self, n: u32) {
        self.state().bad_truncates = n;
    }

    /// Power goes after `operations` more changes or syncs: every later one fails, without effect.
    pub fn cut_power_after(&self, operations: u64) {
        self.state().power_left = Some(operations);
    }

    /// The disk as it is found after a power cut: a new one, without faults.
    #[must_use]
    pub fn crash(&self, keep: Keep) -> Self {
        let state = self.state();
        let mut dice = Dice(match keep {
            Keep::Torn(seed) => seed,
            _ => 0,
        });
        let names = match keep {
            Keep::Nothing => &state.durable_names,
            Keep::Bytes(_) | Keep::Everything => &state.names,
            Keep::Torn(_) if dice.coin() => &state.names,
            Keep::Torn(_) => &state.durable_names,
        };
        let mut after = State::default();
        for (name, id) in names {
            let Some(inode) = state.inodes.get(id) else {
                continue;
            };
            let bytes = inode.survivor(keep, &mut dice);
            after.put(name, bytes);
        }
        Self(Arc::new(Mutex::new(after)))
    }

    /// Puts a file there, durable, as if it had always been: for tests that damage one.
    pub fn plant(&self, name: &str, bytes: Vec<u8>) {
        self.state().put(name, bytes);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, act: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.state();
        match state.power_left.as_mut() {
            Some(0) => return Err(io::Error::other("power is off")),
            Some(left) => *left -= 1,
            None => {}
        }
        act(&mut state)
    }
}

impl State {
    fn put(&mut self, name: &str, bytes: Vec<u8>) {
        let id = self.next_inode;
        self.next_inode += 1;
        let inode = File { durable: bytes.clone(), current: bytes, ..File::default() };
        self.inodes.insert(id, inode);
        self.names.insert(name.to_owned(), id);
        self.durable_names.insert(name.to_owned(), id);
    }

    fn file(&self, name: &str) -> io::Result<&File> {
        self.names.get(name).and_then(|id| self.inodes.get(id)).ok_or_else(|| missing(name))
    }

    fn file_mut(&mut self, name: &str) -> io::Result<&mut File> {
        self.names.get(name).and_then(|id| self.inodes.get_mut(id)).ok_or_else(|| missing(name))
    }
}

impl Disk for FaultyDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.state().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<()> {
        self.change(|state| {
            if state.names.contains_key(name) {
                return Err(ErrorKind::AlreadyExists.into());
            }
            let id = state.next_inode;
            state.next_inode += 1;
            state.inodes.insert(id, File::default());
            state.names.insert(name.to_owned(), id);
            Ok(())
        })
    }

    fn append(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.change(|state| {
            let prefix = state.full_prefix.min(bytes.len().saturating_sub(1));
            let full = state.full_appends > 0;
            state.full_appends = state.full_appends.saturating_sub(1);
            let file = state.file_mut(name)?;
            let end = file.current.len();
            if full {
                file.write(end, bytes.get(..prefix).unwrap_or_default());
                return Err(ErrorKind::StorageFull.into());
            }
            file.write(end, bytes);
            Ok(())
        })
    }

    fn overwrite(&self, name: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.change(|state| {
            state.file_mut(name)?.write(position(offset)?, bytes);
            Ok(())
        })
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        Ok(self.state().file(name)?.current.clone())
    }

    fn read_at(&self, name: &str, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let state = self.state();
        let bytes = &state.file(name)?.current;
        let start = position(offset)?.min(bytes.len());
        let end = start.saturating_add(len).min(bytes.len());
        Ok(bytes.get(start..end).unwrap_or_default().to_vec())
    }

    fn sync_data(&self, name: &str) -> io::Result<()> {
        self.change(|state| {
            let bad = state.bad_syncs > 0;
            state.bad_syncs = state.bad_syncs.saturating_sub(1);
            let file = state.file_mut(name)?;
            if bad {
                file.dirty.clear();
                return Err(io::Error::other("input/output error on sync"));
            }
            file.sync();
            Ok(())
        })
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.change(|state| {
            if state.bad_syncs > 0 {
                state.bad_syncs -= 1;
                return Err(io::Error::other("input/output error on sync"));
            }
            state.durable_names = state.names.clone();
            Ok(())
        })
    }

    fn truncate(&self, name: &str, len: u64) -> io::Result<()> {
        self.change(|state| {
            if state.bad_truncates > 0 {
                state.bad_truncates -= 1;
                return Err(io::Error::other("input/output error on truncate"));
            }
            let len = position(len)?;
            let file = state.file_mut(name)?;
            file.current.resize(len, 0);
            file.cut_to = Some(file.cut_to.unwrap_or(usize::MAX).min(len));
            Ok(())
        })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change(|state| {
            let id = state.names.remove(from).ok_or_else(|| missing(from))?;
            state.names.insert(to.to_owned(), id);
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.change(|state| {
            state.names.remove(name).ok_or_else(|| missing(name))?;
            Ok(())
        })
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        Ok(self.state().names.contains_key(name))
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        Ok(self.state().file(name)?.current.len() as u64)
    }
}

fn position(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| ErrorKind::InvalidInput.into())
}

fn missing(name: &str) -> io::Error {
    io::Error::new(ErrorKind::NotFound, format!("no file {name}"))
}
