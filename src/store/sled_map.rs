//! The map on sled, and the only file that names it.
//!
//! sled 0.34 is good at what it is used for here and not to be trusted with more: its `flush` does
//! not survive a power cut without an `fdatasync` of its file, and on damage it may panic. So every
//! call is fenced, and a fence once broken stays broken until the folder is set aside.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

use super::crash_point::crash_point;
use super::disk::{is_full, sync_folder};
use super::fence::{broken, fence, of_io};
use super::large::{self, LAYOUT, LAYOUT_NOW, LIST_PREFIX, Pieces, REACHED, Stored};
use super::map::{Change, Map, MapError, Visit};
use super::space::Space;

/// How many pairs a scan takes out of the tree at once.
const PAGE: usize = 256;
/// How many bytes of values it takes at once, give or take one value.
const PAGE_BYTES: usize = 1 << 20;
/// How often a value that is being replaced is read anew before the tree is called broken.
const READS: usize = 1000;

/// How long the lock is waited for: so many times so long.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A file of this name beside sled's own: an earlier run found the folder broken, and why.
const CONDEMNED: &str = "broken";

/// Segments of its log that are taken from the disk before a batch is begun: one to go on in, one for what it moves meanwhile. sled does not get
/// over an error in the middle of a batch, and on a full disk there would be one at every batch.
const ROOM: u64 = 2;

/// How the tree is opened.
#[derive(Debug, Clone)]
pub struct SledOptions {
    /// Memory for pages, roughly: sled may take twice as much.
    pub cache_bytes: u64,
    /// How often its own thread flushes and collects garbage.
    pub flush_every_ms: u64,
    /// Size of a segment of its log, a power of two up to 16 MiB. A batch must not fill more than
    /// a few of them: see [`SledMap`]. A folder made with another size is broken, so rebuilt.
    pub segment_bytes: usize,
}

impl Default for SledOptions {
    fn default() -> Self {
        Self { cache_bytes: 64 << 20, flush_every_ms: 1000, segment_bytes: 8 << 20 }
    }
}

/// A map in a folder. A second process that opens it gets [`MapError::Unavailable`].
///
/// sled 0.34 can lock itself up for good: a writer that holds its segment table waits for a file
/// truncation, which waits in the queue of an I/O pool whose threads (seven are certain) all wait
/// for that table (mended by spacejam/sled#1269, never released). With its default segments of
/// 512 KiB we saw it within a minute of small batches. Each filled segment is one task for the
/// pool, so the cure is to have few: large segments, batches of a few MiB, and a flush after each.
#[derive(Debug)]
pub struct SledMap {
    /// `None` only while being dropped.
    db: Option<sled::Db>,
    /// sled's own file, for the `fdatasync` it does not do.
    raw: File,
    path: PathBuf,
    /// Bytes behind the end of the file that a batch may need.
    needed: u64,
    reached: AtomicU64,
    dead: AtomicBool,
    /// The large values there are, so that a batch need not read what it replaces.
    large: Mutex<HashMap<Bytes, Pieces>>,
}

impl SledMap {
    /// Opens the folder, making it if need be.
    pub fn open(path: impl Into<PathBuf>, options: &SledOptions) -> Result<Self, MapError> {
        let path = path.into();
        if let Ok(why) = std::fs::read_to_string(path.join(CONDEMNED)) {
            return Err(broken(&why));
        }
        let fresh = !path.join("db").exists();
        let config = sled::Config::new()
            .path(&path)
            .cache_capacity(options.cache_bytes)
            .flush_every_ms(Some(options.flush_every_ms))
            .segment_size(options.segment_bytes)
            .mode(sled::Mode::HighThroughput);
        let db = match open_patiently(&config) {
            // what was taken for a batch may serve to open it; nobody else has it open, or that would have been the error
            Err(MapError::NoRoom { .. }) => {
                give_room_back(&path).map_err(|e| of_io(&e))?;
                open_patiently(&config).map_err(|error| match error {
                    MapError::NoRoom { .. } => MapError::Unavailable("there is no room on the disk".to_owned()),
                    other => other,
                })?
            }
            opened => opened?,
        };
        let raw = OpenOptions::new().read(true).write(true).open(path.join("db")).map_err(|e| of_io(&e))?;
        let map = Self {
            db: Some(db),
            raw,
            path,
            needed: (options.segment_bytes as u64).saturating_mul(ROOM),
            reached: AtomicU64::new(0),
            dead: AtomicBool::new(false),
            large: Mutex::new(HashMap::new()),
        };
        map.take_what_there_is();
        if fresh {
            map.make_durable()?;
        }
        map.read_own()?;
        Ok(map)
    }

    /// Once after creation: files and names, which sled never syncs.
    fn make_durable(&self) -> Result<(), MapError> {
        let sync = || {
            File::open(self.path.join("conf"))?.sync_all()?;
            sync_folder(&self.path)?;
            match self.path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent),
                _ => Ok(()),
            }
        };
        sync().map_err(|e| of_io(&e))?;
        crash_point("state-made");
        self.guard("mark", |db| {
            db.insert(LAYOUT, LAYOUT_NOW).map_err(|e| of_sled(&e))?;
            Ok(())
        })?;
        self.checkpoint()
    }

    /// Takes the room for a batch, so that nobody else can have it in between: holes in the file, and some behind its end. Where the file system
    /// cannot, it is only looked whether there is room.
    fn take_room(&self) -> Result<(), MapError> {
        let taken = self.take(self.needed);
        let free = Space::of(&self.path).map_or(u64::MAX, |space| space.free);
        match taken {
            Ok(()) => Ok(()),
            Err(Errno::NOSPC | Errno::DQUOT) => Err(MapError::NoRoom { free, needed: self.needed }),
            Err(_) if free < self.needed => Err(MapError::NoRoom { free, needed: self.needed }),
            Err(_) => Ok(()),
        }
    }

    /// Takes the holes in the file, and so many bytes behind its end.
    fn take(&self, behind: u64) -> rustix::io::Result<()> {
        let len = self.raw.metadata().map_or(0, |file| file.len());
        fallocate(&self.raw, FallocateFlags::KEEP_SIZE, 0, len.saturating_add(behind))
    }

    /// Takes what there is, up to the room for a batch: sled writes now and then without being asked.
    fn take_what_there_is(&self) {
        let parts = std::iter::successors(Some(self.needed), |part| Some(part / 2)).take_while(|part| *part > 0);
        // None at all is no worse than before.
        let _ = parts.into_iter().find(|part| self.take(*part).is_ok());
    }

    /// What the map knows of itself.
    fn read_own(&self) -> Result<(), MapError> {
        self.guard("read", |db| {
            let layout = db.get(LAYOUT).map_err(|e| of_sled(&e))?;
            if layout.as_deref() != Some(LAYOUT_NOW) {
                return Err(broken("layout is not one this program writes"));
            }
            if let Some(bytes) = db.get(REACHED).map_err(|e| of_sled(&e))? {
                let bytes = bytes.as_ref().try_into().map_err(|_| nonsense())?;
                self.reached.store(u64::from_be_bytes(bytes), Ordering::Release);
            }
            let mut all = self.large();
            for pair in db.scan_prefix(LIST_PREFIX) {
                let (key, pieces) = pair.map_err(|e| of_sled(&e))?;
                let pieces = Pieces::decode(&pieces).ok_or_else(nonsense)?;
                all.insert(Bytes::copy_from_slice(large::untagged(&key)), pieces);
            }
            Ok(())
        })
    }

    fn large(&self) -> std::sync::MutexGuard<'_, HashMap<Bytes, Pieces>> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one call into sled; after an error or a panic no other is made.
    fn guard<T>(&self, what: &str, act: impl FnOnce(&sled::Db) -> Result<T, MapError>) -> Result<T, MapError> {
        let Some(db) = self.db.as_ref().filter(|_| !self.dead.load(Ordering::Acquire)) else {
            return Err(broken("an earlier call failed"));
        };
        let result = fence(what, || act(db));
        if let Err(MapError::Broken(why)) = &result {
            self.dead.store(true, Ordering::Release);
            self.condemn(why);
        }
        result
    }

    /// Reads a value from what lies under its key, and again if that is replaced meanwhile.
    fn assemble(db: &sled::Db, key: &[u8], mut stored: Option<sled::IVec>) -> Result<Option<Bytes>, MapError> {
        for _ in 0..READS {
            let Some(bytes) = &stored else {
                return Ok(None);
            };
            match large::decode(bytes).ok_or_else(nonsense)? {
                Stored::Small(value) => return Ok(Some(Bytes::copy_from_slice(value))),
                Stored::Large(pieces) => {
                    if let Some(value) = gather(db, key, pieces)? {
                        return Ok(Some(value));
                    }
                }
            }
            stored = db.get(large::value_key(key)).map_err(|e| of_sled(&e))?;
        }
        Err(broken("a piece of a large value is missing"))
    }

    /// One page of a scan, and the key to go on from if there may be more.
    fn page(&self, prefix: &[u8], from: &[u8]) -> Result<Page, MapError> {
        self.guard("scan", |db| {
            let mut page = Vec::new();
            let mut bytes = 0;
            let prefix = large::value_key(prefix);
            for (n, pair) in db.range(large::value_key(from)..).enumerate() {
                let (full, stored) = pair.map_err(|e| of_sled(&e))?;
                if !full.starts_with(&prefix) {
                    break;
                }
                let key = large::untagged(&full);
                if n >= PAGE || bytes >= PAGE_BYTES {
                    return Ok((page, Some(key.to_vec())));
                }
                if let Some(value) = Self::assemble(db, key, Some(stored))? {
                    bytes += value.len();
                    page.push((Bytes::copy_from_slice(key), value));
                }
            }
            Ok((page, None))
        })
    }
}

/// Pairs in order, and the key to go on from.
type Page = (Vec<(Bytes, Bytes)>, Option<Vec<u8>>);

/// Puts the pieces together; `None` if one is missing.
fn gather(db: &sled::Db, key: &[u8], pieces: Pieces) -> Result<Option<Bytes>, MapError> {
    let mut value = Vec::new();
    for piece in pieces.keys(key) {
        let Some(bytes) = db.get(piece).map_err(|e| of_sled(&e))? else {
            return Ok(None);
        };
        value.extend_from_slice(&bytes);
    }
    Ok(Some(value.into()))
}

impl Map for SledMap {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        self.guard("get", |db| {
            let stored = db.get(large::value_key(key)).map_err(|e| of_sled(&e))?;
            Self::assemble(db, key, stored)
        })
    }

    fn scan(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        let mut from = from.max(prefix).to_vec();
        loop {
            let (page, next) = self.page(prefix, &from)?;
            for (key, value) in &page {
                if let ControlFlow::Break(()) = visit(key, value) {
                    return Ok(());
                }
            }
            match next {
                Some(next) => from = next,
                None => return Ok(()),
            }
        }
    }

    fn apply(&self, batch: &[Change], seq: u64) -> Result<(), MapError> {
        let reached = self.reached();
        if seq < reached {
            return Err(MapError::Backwards { reached, seq });
        }
        self.take_room()?;
        let mut large = self.large();
        let plan = large::plan(&large, batch, seq);
        let mut tree = sled::Batch::default();
        for (key, value) in plan.tree {
            match value {
                Some(value) => tree.insert(key, value),
                None => tree.remove(key),
            }
        }
        tree.insert(REACHED, &seq.to_be_bytes());
        self.guard("apply", |db| {
            db.apply_batch(tree).map_err(|e| of_sled(&e))?;
            crash_point("in-batch");
            // not for durability, which it does not give, but so that no I/O is left waiting
            db.flush().map_err(|e| of_sled(&e)).map(drop)
        })?;
        for (key, pieces) in plan.large {
            match pieces {
                Some(pieces) => large.insert(key, pieces),
                None => large.remove(&key),
            };
        }
        self.reached.store(seq, Ordering::Release);
        Ok(())
    }

    fn reached(&self) -> u64 {
        self.reached.load(Ordering::Acquire)
    }

    fn checkpoint(&self) -> Result<(), MapError> {
        self.guard("checkpoint", |db| {
            db.flush().map_err(|e| of_sled(&e))?;
            crash_point("in-checkpoint");
            self.raw.sync_data().map_err(|e| of_io(&e))?;
            crash_point("after-checkpoint");
            Ok(())
        })
    }

    fn condemn(&self, why: &str) {
        let mark = self.path.join(CONDEMNED);
        if !mark.exists()
            && let Err(error) = std::fs::write(&mark, why)
        {
            tracing::warn!(%error, "cannot note that state is broken: run `motcua rebuild`");
        }
    }
}

impl Drop for SledMap {
    fn drop(&mut self) {
        let db = self.db.take();
        // dropping flushes, which on a broken store may panic like anything else
        if fence("close", || {
            drop(db);
            Ok(())
        })
        .is_err()
        {
            tracing::warn!(path = %self.path.display(), "state did not close cleanly");
        }
    }
}

/// Lets go of what lies behind the end of the file.
fn give_room_back(path: &Path) -> std::io::Result<()> {
    let file = OpenOptions::new().write(true).open(path.join("db"))?;
    file.set_len(file.metadata()?.len())
}

/// Opens, waiting a little for the lock: sled's own threads may hold it for a moment after the
/// handle before this one was dropped.
fn open_patiently(config: &sled::Config) -> Result<sled::Db, MapError> {
    let mut tries = 0;
    loop {
        let opened = fence("open", || {
            config.open().map_or_else(
                |error| match error {
                    sled::Error::Io(e) if is_locked(&e) && tries < LOCK_TRIES => Ok(None),
                    error => Err(of_open(&error)),
                },
                |db| Ok(Some(db)),
            )
        })?;
        if let Some(db) = opened {
            return Ok(db);
        }
        tries += 1;
        std::thread::sleep(LOCK_PAUSE);
    }
}

fn is_locked(error: &std::io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

fn nonsense() -> MapError {
    broken("it holds bytes that nothing here writes")
}

fn of_sled(error: &sled::Error) -> MapError {
    match error {
        sled::Error::Io(error) if is_full(error) => MapError::Unavailable(error.to_string()),
        other => broken(&other.to_string()),
    }
}

/// As [`of_sled`], but on opening an I/O error is more often about access than about content.
fn of_open(error: &sled::Error) -> MapError {
    match error {
        sled::Error::Io(error)
            if is_locked(error)
                || matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
        {
            MapError::Unavailable(error.to_string())
        }
        sled::Error::Io(error) if is_full(error) => MapError::NoRoom { free: 0, needed: 0 },
        other => of_sled(other),
    }
}

#[cfg(test)]
impl SledMap {
    /// All pairs in the tree, pieces and own ones too.
    pub(super) fn count_all(&self) -> Result<usize, MapError> {
        self.guard("count", |db| Ok(db.len()))
    }

    /// Does something where only sled should.
    pub(super) fn guarded(&self, act: impl FnOnce()) -> Result<(), MapError> {
        self.guard("test", |_| {
            act();
            Ok(())
        })
    }

    /// Pretends that another version made the folder.
    pub(super) fn plant_layout(&self, layout: &[u8]) -> Result<(), MapError> {
        self.guard("plant", |db| {
            db.insert(LAYOUT, layout).map_err(|e| of_sled(&e))?;
            Ok(())
        })?;
        self.checkpoint()
    }
}
