//! A backup: a copy of the journal beside the writer, which is neither asked nor disturbed. Every byte is checked against the chain before it is
//! copied, and is durable before the mark moves; so a backup that is cut off at any moment is the backup before it.
//!
//! Only what is durable is copied. A group that is on the disk but not yet synced may vanish in a power cut, another one takes its number, and the
//! backup would hold an entry that never was. See [`Durable`].

use std::{io, sync::Arc};

use super::{
    backup_mark::{Mark, MarkError, is_leftover},
    disk::{Disk, is_full},
    journal::{JournalError, SegmentInfo},
    journal_read::{Groups, damaged, read_header},
    segment::{self, HEADER},
};
use crate::{domain::time::Timestamp, wire::store::glimpse};

/// Bytes copied at once.
const PIECE: u64 = 1 << 20;

/// How far the journal is known to be durable.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Durable {
    /// Up to this entry: the writer says so, or nobody writes.
    Through(u64),
    /// Nobody can be asked. A group is appended only after the one before was synced, so all but the last are durable.
    AllButLast,
}

/// The node's configuration and, where they shall be backed up, its keys, as one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What is written.
    pub bytes: Vec<u8>,
    /// The keys are among them.
    pub keys: bool,
}

impl Files {
    /// Named by content, so that it is never half replaced.
    fn name(&self) -> String {
        format!("{FILES}{}.toml", blake3::hash(&self.bytes).to_hex())
    }

    /// The bytes of a file of that name, if they are what they were written as.
    pub(super) fn read(disk: &dyn Disk, name: &str) -> io::Result<Option<Vec<u8>>> {
        let bytes = disk.read(name)?;
        let file = Files { bytes, keys: false };
        Ok((file.name() == name).then_some(file.bytes))
    }
}

const FILES: &str = "files-";

/// Why a backup was not taken. The one before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder holds something else.
    #[error("the folder holds {0:?} and no backup: choose an empty folder")]
    NotEmpty(String),
    /// It is the backup of another unit.
    #[error("it is the backup of unit {found}, not of {own}: choose another folder")]
    OtherUnit {
        /// As found.
        found: String,
        /// The node's.
        own: String,
    },
    /// It holds entries that the node does not: the node was restored, or is an old copy.
    #[error(
        "it reaches entry {through} of epoch {epoch}, and this node's journal does not continue it (it was restored in between, or is another copy): keep that backup, and choose another folder for this node"
    )]
    Forked {
        /// Its last entry.
        through: u64,
        /// Its epoch.
        epoch: u64,
    },
    /// What was copied is not there any more.
    #[error("{0} is shorter than it was copied: keep what is left, and choose another folder")]
    Shortened(String),
    /// The mark.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// No room.
    #[error("its disk is full: free some space there")]
    Full,
    /// The folder cannot be written.
    #[error("it cannot be read or written: {0}")]
    Target(io::Error),
    /// The node's journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An entry is not one of ours.
    #[error("entry {0} of the journal cannot be understood: use the program that wrote it, or a newer one")]
    Entry(u64),
}

/// What to back up.
pub struct Order<'a> {
    /// How far the journal is durable. Asked before anything else, so that all of it is in the files by now.
    pub durable: Durable,
    /// The node's configuration and keys.
    pub files: &'a Files,
    /// The time now.
    pub now: Timestamp,
    /// Whether to go on with another segment.
    pub go_on: &'a dyn Fn() -> bool,
}

fn target(error: io::Error) -> BackupError {
    if is_full(&error) { BackupError::Full } else { BackupError::Target(error) }
}

/// Brings the backup in `to` up to the end of the journal in `from`. Closed segments that are there already are not touched; the open one is
/// extended. `known` is the mark this process wrote or checked last: while it still stands there, what is before it is not read again.
///
/// # Errors
/// [`BackupError`]; the backup before stands, unless further segments were finished on the way: then it reaches to their end.
pub fn back_up(
    from: &Arc<dyn Disk>,
    to: &Arc<dyn Disk>,
    known: Option<&Mark>,
    order: &Order<'_>,
) -> Result<Mark, BackupError> {
    let segments = segments_of(from.as_ref())?;
    let mark = match Mark::read(to.as_ref())? {
        Some(mark) => {
            if known != Some(&mark) {
                check_continues(from, &segments, &mark)?;
            }
            mark
        }
        None => begin(to.as_ref())?,
    };
    check_length(to.as_ref(), &mark)?;
    clear_beyond(to.as_ref(), &mark)?;
    let mut copy = Copy { from, to: to.as_ref(), mark, order };
    copy.keep_files()?;
    copy.segments(&segments)?;
    Ok(copy.mark)
}

/// The segments as they lie there, oldest first.
pub(super) fn segments_of(disk: &dyn Disk) -> Result<Vec<SegmentInfo>, JournalError> {
    let mut firsts: Vec<u64> = disk.list()?.iter().filter_map(|name| segment::first_seq_of(name)).collect();
    firsts.sort_unstable();
    let info = |first_seq: u64| {
        let name = segment::name_of(first_seq);
        Ok(SegmentInfo { len: disk.len(&name)?, name, first_seq, closed: true })
    };
    firsts.into_iter().map(info).collect()
}

/// An empty mark in an empty folder, so that what is copied next is known for what it is.
fn begin(to: &dyn Disk) -> Result<Mark, BackupError> {
    if let Some(other) = to.list().map_err(target)?.into_iter().find(|name| !is_leftover(name)) {
        return Err(BackupError::NotEmpty(other));
    }
    let mark = Mark::empty();
    mark.write(to)?;
    Ok(mark)
}

/// What is extended must be as long as it was left.
fn check_length(to: &dyn Disk, mark: &Mark) -> Result<(), BackupError> {
    if mark.through > 0
        && (!to.exists(&mark.segment).map_err(target)? || to.len(&mark.segment).map_err(target)? < mark.length)
    {
        return Err(BackupError::Shortened(mark.segment.clone()));
    }
    Ok(())
}

/// Whether this journal goes on where the backup ends.
fn check_continues(from: &Arc<dyn Disk>, segments: &[SegmentInfo], mark: &Mark) -> Result<(), BackupError> {
    if mark.through == 0 {
        return Ok(());
    }
    let own = unit_of(from, segments)?;
    if own != mark.unit {
        return Err(BackupError::OtherUnit { found: mark.unit.clone(), own });
    }
    let forked = || BackupError::Forked { through: mark.through, epoch: mark.epoch };
    let segment = segments.iter().find(|s| s.name == mark.segment && s.len >= mark.length).ok_or_else(forked)?;
    let header = read_header(from.as_ref(), &segment.name)?;
    let mut groups = Groups::new(Arc::clone(from), &segment.name, mark.length, &header);
    while let Some(group) = groups.next().map_err(JournalError::from)? {
        group.map_err(|_| forked())?;
    }
    let same = groups.offset == mark.length && groups.next_seq == mark.through + 1 && groups.hash == mark.head;
    if same { Ok(()) } else { Err(forked()) }
}

/// Code of the unit whose journal this is.
pub(super) fn unit_of(disk: &Arc<dyn Disk>, segments: &[SegmentInfo]) -> Result<String, BackupError> {
    let Some(first) = segments.first() else { return Ok(String::new()) };
    let header = read_header(disk.as_ref(), &first.name)?;
    let mut groups = Groups::new(Arc::clone(disk), &first.name, first.len, &header);
    let genesis = match groups.next().map_err(JournalError::from)? {
        Some(Ok(group)) => group.payloads.into_iter().next(),
        _ => None,
    };
    let glimpse = genesis.and_then(|bytes| glimpse(&bytes).ok()).ok_or(BackupError::Entry(1))?;
    glimpse.unit.ok_or(BackupError::Entry(1))
}

/// Takes away what an interrupted backup copied beyond its mark.
fn clear_beyond(to: &dyn Disk, mark: &Mark) -> Result<(), BackupError> {
    let last = segment::first_seq_of(&mark.segment).unwrap_or(0);
    for name in to.list().map_err(target)? {
        let beyond = segment::first_seq_of(&name).is_some_and(|first| first > last);
        let other_files = name.starts_with(FILES) && name != mark.files;
        if beyond || other_files || is_leftover(&name) {
            to.remove(&name).map_err(target)?;
        }
    }
    if last > 0 && to.len(&mark.segment).map_err(target)? > mark.length {
        to.truncate(&mark.segment, mark.length).map_err(target)?;
    }
    Ok(())
}

struct Copy<'a> {
    from: &'a Arc<dyn Disk>,
    to: &'a dyn Disk,
    mark: Mark,
    order: &'a Order<'a>,
}

impl Copy<'_> {
    /// Writes the configuration and keys down if they have changed.
    fn keep_files(&mut self) -> Result<(), BackupError> {
        let files = self.order.files;
        let (name, before) = (files.name(), self.mark.files.clone());
        if name == before && self.mark.keys == files.keys {
            return Ok(());
        }
        if name != before {
            let written = self.to.create(&name).and_then(|()| self.to.append(&name, &files.bytes));
            written.and_then(|()| self.to.sync_data(&name)).and_then(|()| self.to.sync_dir()).map_err(target)?;
        }
        (self.mark.files, self.mark.keys) = (name, files.keys);
        self.move_mark()?;
        if !before.is_empty() && before != self.mark.files {
            self.to.remove(&before).map_err(target)?;
        }
        Ok(())
    }

    /// Copies what is new, segment by segment; the mark moves after each.
    fn segments(&mut self, segments: &[SegmentInfo]) -> Result<(), BackupError> {
        let start = segments.iter().position(|s| s.name == self.mark.segment).unwrap_or(0);
        for (place, info) in segments.iter().enumerate().skip(start) {
            if !(self.order.go_on)() {
                return Ok(());
            }
            let last = place + 1 == segments.len();
            let mut groups = match self.enter(info, last)? {
                Some(groups) => groups,
                None => return Ok(()),
            };
            let begun = groups.offset;
            let end = self.read_groups(&mut groups, last)?;
            if end > begun {
                self.copy(&info.name, begun, end)?;
                self.to.sync_data(&info.name).map_err(target)?;
                self.mark.length = end;
                self.move_mark()?;
            }
            if end < info.len || last {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The groups of a segment from where the backup ends; `None` if it has just been started and holds nothing yet.
    fn enter(&mut self, info: &SegmentInfo, last: bool) -> Result<Option<Groups>, BackupError> {
        let at = |offset, mark: &Mark| {
            let place = (offset, mark.through + 1, mark.head);
            Groups::at(Arc::clone(self.from), &info.name, info.len, place)
        };
        if info.name == self.mark.segment {
            return Ok(Some(at(self.mark.length, &self.mark)));
        }
        let header = match read_header(self.from.as_ref(), &info.name) {
            Err(_) if last && info.len <= HEADER as u64 => return Ok(None),
            header => header?,
        };
        if header.first_seq != self.mark.through + 1 || header.prev_hash != self.mark.head {
            return Err(BackupError::Forked { through: self.mark.through, epoch: self.mark.epoch });
        }
        self.to.create(&info.name).map_err(target)?;
        self.copy(&info.name, 0, HEADER as u64)?;
        self.to.sync_data(&info.name).and_then(|()| self.to.sync_dir()).map_err(target)?;
        (self.mark.segment, self.mark.length) = (info.name.clone(), HEADER as u64);
        self.move_mark()?;
        Ok(Some(at(HEADER as u64, &self.mark)))
    }

    /// Reads and checks groups as far as they are durable, and notes in the mark what they say; where they end is returned.
    fn read_groups(&mut self, groups: &mut Groups, last: bool) -> Result<u64, BackupError> {
        let durable = self.order.durable;
        let mut good = groups.offset;
        let mut waiting: Option<Mark> = None;
        while let Some(group) = groups.next().map_err(JournalError::from)? {
            let group = match group {
                Ok(group) => group,
                // One that is just being written, unless it was said to be durable.
                Err(_) if last && !matches!(durable, Durable::Through(n) if n >= groups.next_seq) => break,
                Err(bad) => return Err(damaged(groups, bad.reason).into()),
            };
            let through = groups.next_seq - 1;
            if matches!(durable, Durable::Through(n) if through > n) {
                break;
            }
            let before = waiting.take().unwrap_or_else(|| self.mark.clone());
            let mut noted = before.clone();
            for (seq, payload) in (group.first_seq..).zip(&group.payloads) {
                let glimpse = glimpse(payload).map_err(|_| BackupError::Entry(seq))?;
                noted.recorded_at = glimpse.recorded_at;
                noted.epoch = glimpse.epoch.unwrap_or(noted.epoch);
                noted.unit = glimpse.unit.unwrap_or(noted.unit);
            }
            (noted.through, noted.head) = (through, groups.hash);
            if durable == Durable::AllButLast && last {
                // The one before is durable now that this one is there.
                self.mark = before;
                waiting = Some(Mark { length: groups.offset, ..noted });
                good = self.mark.length.max(good);
            } else {
                self.mark = Mark { length: groups.offset, ..noted };
                good = groups.offset;
            }
        }
        Ok(good)
    }

    fn copy(&self, name: &str, from: u64, end: u64) -> Result<(), BackupError> {
        let mut at = from;
        while at < end {
            let len = usize::try_from(PIECE.min(end - at)).unwrap_or(0);
            let bytes = self.from.read_at(name, at, len).map_err(JournalError::from)?;
            if bytes.len() != len {
                return Err(JournalError::from(io::Error::from(io::ErrorKind::UnexpectedEof)).into());
            }
            self.to.append(name, &bytes).map_err(target)?;
            at += len as u64;
        }
        Ok(())
    }

    /// Everything before it is durable.
    fn move_mark(&mut self) -> Result<(), BackupError> {
        self.mark.taken_at = self.order.now;
        Ok(self.mark.write(self.to)?)
    }
}
