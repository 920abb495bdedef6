//! The journal: an entry whose append was answered is there for ever, in its place, unchanged.
//!
//! Entries are opaque bytes, numbered from 1, each chained to the hash of the one before. An append
//! is one contiguous write and one sync; nothing is appended after a sync that failed. How opening
//! tells an interrupted append from damage is in `judge`, the format in `segment`.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::crash_point::crash_point;
use super::disk::{Disk, is_full};
use super::journal_read::Entries;
use super::segment::{self, HEADER, Hash, Header};

/// How a journal is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// A segment is closed when it has reached this length.
    pub segment_bytes: u64,
    /// The highest entry known from elsewhere (the map's `reached`) to have been acknowledged. A
    /// journal that ends before it is damaged, whatever its end looks like. 0 if nothing is known.
    pub witness: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, witness: 0 }
    }
}

/// What opening found and did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// The number of the last entry; 0 in an empty journal.
    pub last_seq: u64,
    /// True if there was no journal and one was made.
    pub created: bool,
    /// The ends of interrupted appends that were cut off.
    pub torn: Vec<TornTail>,
}

/// The end of an interrupted append: never acknowledged, cut off, kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// The segment it was cut from.
    pub segment: String,
    /// Where in the segment it began.
    pub offset: u64,
    /// How many bytes were cut.
    pub bytes: u64,
    /// The file that keeps them; `None` if there was nothing to keep, or no room for it.
    pub kept_as: Option<String>,
}

/// Why the journal cannot be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Something that was once durable is gone or changed. Nothing was altered.
    #[error(
        "journal segment {segment} is damaged at byte {offset} (entry {seq}): {reason}; restore this segment from a backup, or restore the whole node from its last backup and let desks and children send again"
    )]
    Damaged {
        /// The file.
        segment: String,
        /// Where in it.
        offset: u64,
        /// The first entry that cannot be read.
        seq: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// Written by a newer program. Nothing was altered.
    #[error(
        "journal segment {segment} has format {found}, this program reads up to {supported}; use the newer program"
    )]
    NewerFormat {
        /// The file.
        segment: String,
        /// Its format.
        found: u32,
        /// The newest this program knows.
        supported: u32,
    },
    /// The disk failed.
    #[error("journal cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

/// Why a group was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// No room; the group was dropped whole and the journal goes on.
    #[error("disk full; free some space, nothing was recorded")]
    Full,
    /// One append cannot hold this much; nothing was written.
    #[error("group too large for one append")]
    TooLarge,
    /// The disk failed; whether this group survives is unknown and nothing is appended any more.
    #[error("journal stopped after a failed write or sync ({0}); check the disk and start again")]
    Poisoned(String),
}

/// One file of the journal, for backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentInfo {
    /// The file's name.
    pub name: String,
    /// Its first entry.
    pub first_seq: u64,
    /// Its length; of the active segment, the length that is durable.
    pub len: u64,
    /// Closed segments never change again.
    pub closed: bool,
}

/// An open journal. It has one owner, the writer; readers take [`Journal::read_from`].
#[derive(Debug)]
pub struct Journal {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) options: Options,
    /// Never empty; the last is the active one.
    pub(super) segments: Vec<SegmentInfo>,
    pub(super) last_seq: u64,
    pub(super) head: Hash,
    pub(super) poisoned: Option<String>,
    /// How long the last sync of a group took. Measured only; nothing is decided on it.
    pub(super) synced_in: Duration,
}

impl Journal {
    /// Appends the payloads as one group, all or none, durable when this returns. The number of the
    /// last entry is returned.
    pub fn append_group<P: AsRef<[u8]>>(&mut self, payloads: &[P]) -> Result<u64, AppendError> {
        if let Some(why) = &self.poisoned {
            return Err(AppendError::Poisoned(why.clone()));
        }
        if payloads.is_empty() {
            return Ok(self.last_seq);
        }
        let (mut name, mut offset) = self.active();
        if offset >= self.options.segment_bytes && offset > HEADER as u64 {
            self.rotate()?;
            (name, offset) = self.active();
        }
        let first_seq = self.last_seq + 1;
        let (group, head) =
            segment::encode_group(payloads, offset, first_seq, self.head).ok_or(AppendError::TooLarge)?;
        crash_point("before-append");
        if let Err(error) = self.disk.append(&name, &group) {
            if !is_full(&error) {
                return Err(self.poison("append", &error));
            }
            // synced, so that no piece of this group can turn up behind a later one
            let dropped = self.disk.truncate(&name, offset);
            if let Err(error) = dropped.and_then(|()| self.disk.sync_data(&name)) {
                return Err(self.poison("drop of a group", &error));
            }
            return Err(AppendError::Full);
        }
        crash_point("after-append");
        let begun = Instant::now();
        if let Err(error) = self.disk.sync_data(&name) {
            return Err(self.poison("sync", &error));
        }
        self.synced_in = begun.elapsed();
        crash_point("after-fsync");
        if let Some(active) = self.segments.last_mut() {
            active.len = offset + group.len() as u64;
        }
        self.last_seq += payloads.len() as u64;
        self.head = head;
        Ok(self.last_seq)
    }

    /// The number of the last entry; 0 in an empty journal.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// The chain hash of the last entry, which stands for all before it.
    #[must_use]
    pub fn head_hash(&self) -> [u8; 32] {
        self.head
    }

    /// The files, oldest first; the last one is the active segment.
    #[must_use]
    pub fn segments(&self) -> Vec<SegmentInfo> {
        self.segments.clone()
    }

    /// The entries from `seq` to the present end, each checked; memory for one group at a time. It
    /// owns what it needs, so it may go to another thread and outlive the journal.
    #[must_use]
    pub fn read_from(&self, seq: u64) -> Entries {
        Entries::new(Arc::clone(&self.disk), &self.segments, seq)
    }

    /// Reads every segment and checks every hash; gives the number of entries.
    pub fn verify_all(&self) -> Result<u64, JournalError> {
        let mut count = 0;
        for entry in self.read_from(1) {
            entry?;
            count += 1;
        }
        Ok(count)
    }

    fn active(&self) -> (String, u64) {
        self.segments.last().map(|active| (active.name.clone(), active.len)).unwrap_or_default()
    }

    /// Starts a new segment, durable with its name before anything is written to it.
    fn rotate(&mut self) -> Result<(), AppendError> {
        let header = Header {
            first_seq: self.last_seq + 1,
            prev_hash: self.head,
            prev_first_seq: self.segments.last().map_or(0, |s| s.first_seq),
            prev_len: self.segments.last().map_or(0, |s| s.len),
        };
        match start_segment(self.disk.as_ref(), &header) {
            Ok(info) => {
                if let Some(active) = self.segments.last_mut() {
                    active.closed = true;
                }
                self.segments.push(info);
                Ok(())
            }
            Err(Start::Full) => Err(AppendError::Full),
            Err(Start::Broken(error)) => Err(self.poison("start of a segment", &error)),
        }
    }

    fn poison(&mut self, what: &str, error: &io::Error) -> AppendError {
        let why = format!("{what}: {error}");
        tracing::error!(why, "journal stopped");
        self.poisoned = Some(why.clone());
        AppendError::Poisoned(why)
    }
}

/// Why a segment could not be started: there was no room and no trace is left, or worse.
#[derive(Debug)]
pub(super) enum Start {
    Full,
    Broken(io::Error),
}

pub(super) fn start_segment(disk: &dyn Disk, header: &Header) -> Result<SegmentInfo, Start> {
    let name = segment::name_of(header.first_seq);
    let bytes = header.encode();
    let written = disk.create(&name).and_then(|()| {
        crash_point("segment-made");
        disk.append(&name, &bytes)
    });
    if let Err(error) = written {
        if !is_full(&error) {
            return Err(Start::Broken(error));
        }
        // it may not even have been created
        let removed = match disk.exists(&name) {
            Ok(true) => disk.remove(&name),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        removed.and_then(|()| disk.sync_dir()).map_err(Start::Broken)?;
        return Err(Start::Full);
    }
    crash_point("segment-headed");
    disk.sync_data(&name).map_err(Start::Broken)?;
    crash_point("segment-synced");
    disk.sync_dir().map_err(Start::Broken)?;
    crash_point("segment-named");
    Ok(SegmentInfo { name, first_seq: header.first_seq, len: bytes.len() as u64, closed: false })
}
