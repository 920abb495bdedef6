//! A journal from a backup: checked from end to end, cut where it was asked to end, and concluded with an entry that begins a new epoch.

use std::{io, sync::Arc};

use super::{
    backup::{Files, segments_of},
    backup_mark::{Mark, MarkError},
    disk::Disk,
    journal::{AppendError, Journal, JournalError, Options},
    journal_read::{Groups, damaged, read_header},
};
use crate::{
    domain::time::Timestamp,
    ledger::{
        by::By,
        entry::{Entry, EntryKind},
    },
    wire::store::{encode_entry, glimpse},
};

/// Where the restored journal shall end.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Where the backup ends.
    Backup,
    /// With the last entry recorded at or before this instant.
    Until(Timestamp),
    /// With this entry.
    Through(u64),
}

/// What a backup gives back. Everything up to its end was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The backup.
    pub mark: Mark,
    /// The last entry that is given back. What was written together stays together, so it may lie before the one that was asked for.
    pub through: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The highest epoch that the backup knows.
    pub epoch: u64,
    /// Names of the segments, and how many bytes of each.
    segments: Vec<(String, u64)>,
}

/// Why a backup cannot be restored. It was not altered.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no backup.
    #[error("it holds no backup: name the folder that `motcua backup` wrote to")]
    NoBackup,
    /// Nothing was ever finished.
    #[error("its first backup was never finished: there is nothing to restore")]
    Unfinished,
    /// The mark.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// It is damaged.
    #[error("{error}; up to entry {} it is whole: `--through {}` restores that much", seq - 1, seq - 1)]
    Damaged {
        /// The first entry that is lost.
        seq: u64,
        /// What is wrong.
        error: String,
    },
    /// It is damaged where it begins.
    #[error("{0}; nothing of it can be restored: take another copy")]
    Lost(String),
    /// Configuration and keys are damaged.
    #[error("the file {0} is missing or damaged: take `motcua.toml` and the keys from another copy")]
    Files(String),
    /// Asked for more than there is.
    #[error("the backup reaches entry {0}: ask for that one, or one before")]
    TooFar(u64),
    /// Asked for nothing.
    #[error("nothing had been recorded by then: the first group ends with entry {first}, recorded at {at}")]
    TooEarly {
        /// The earliest entry that can be asked for.
        first: u64,
        /// When it was recorded.
        at: Timestamp,
    },
    /// An entry is not one of ours.
    #[error("entry {0} cannot be understood: use the program that wrote it, or a newer one")]
    Entry(u64),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The new entry.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The disk.
    #[error("it cannot be copied: {0}")]
    Io(#[from] io::Error),
}

/// Bytes copied at once.
const PIECE: usize = 1 << 20;

/// Reads a backup through, up to where it shall end, and checks every hash on the way.
pub fn look(backup: &Arc<dyn Disk>, end: End) -> Result<Found, RestoreError> {
    let mark = Mark::read(backup.as_ref())?.ok_or(RestoreError::NoBackup)?;
    if mark.through == 0 {
        return Err(RestoreError::Unfinished);
    }
    if let End::Through(through) = end
        && through > mark.through
    {
        return Err(RestoreError::TooFar(mark.through));
    }
    let mut found =
        Found { through: 0, recorded_at: Timestamp(0), epoch: mark.epoch, segments: Vec::new(), mark: mark.clone() };
    let mut seen = Seen { next_seq: 1, head: [0; 32] };
    for info in segments_of(backup.as_ref())? {
        let len = if info.name == mark.segment { mark.length } else { info.len };
        if info.first_seq > mark.through && info.name != mark.segment {
            break;
        }
        let header = read_header(backup.as_ref(), &info.name).map_err(|error| lost(seen.next_seq, error))?;
        let mut groups = Groups::new(Arc::clone(backup), &info.name, len, &header);
        if header.first_seq != seen.next_seq || header.prev_hash != seen.head {
            return Err(lost(seen.next_seq, damaged(&groups, "it does not continue the segment before")));
        }
        found.segments.push((info.name.clone(), groups.offset));
        while let Some(group) = groups.next().map_err(JournalError::from)? {
            let group = group.map_err(|bad| lost(groups.next_seq, damaged(&groups, bad.reason)))?;
            let through = groups.next_seq - 1;
            let last = group.payloads.last().and_then(|bytes| glimpse(bytes).ok());
            let recorded_at = last.ok_or(RestoreError::Entry(through))?.recorded_at;
            if beyond(end, through, recorded_at) {
                return ended(found, through, recorded_at);
            }
            (found.through, found.recorded_at) = (through, recorded_at);
            if let Some(segment) = found.segments.last_mut() {
                segment.1 = groups.offset;
            }
            // What comes after it need not even be whole.
            if end == End::Through(through) && through < mark.through {
                return Ok(found);
            }
        }
        seen = Seen { next_seq: groups.next_seq, head: groups.hash };
        if info.name == mark.segment {
            break;
        }
    }
    // It ends where its mark says, or something is missing.
    if seen.next_seq != mark.through + 1 || seen.head != mark.head {
        let (seq, error) = (seen.next_seq, format!("it does not reach entry {}, as its mark says", mark.through));
        return Err(if seq > 1 { RestoreError::Damaged { seq, error } } else { RestoreError::Lost(error) });
    }
    Ok(found)
}

struct Seen {
    next_seq: u64,
    head: super::segment::Hash,
}

fn beyond(end: End, through: u64, recorded_at: Timestamp) -> bool {
    match end {
        End::Backup => false,
        End::Until(at) => recorded_at > at,
        End::Through(last) => through > last,
    }
}

/// In a backup it cannot be helped by a backup, so it is said otherwise than for a node.
fn lost(seq: u64, error: JournalError) -> RestoreError {
    match error {
        JournalError::Damaged { segment, offset, reason, .. } => {
            let error = format!("{segment} is damaged at byte {offset}: {reason}");
            if seq > 1 { RestoreError::Damaged { seq, error } } else { RestoreError::Lost(error) }
        }
        other => other.into(),
    }
}

/// The group after the cut was read, so there was something before it or there is nothing to give back.
fn ended(mut found: Found, through: u64, recorded_at: Timestamp) -> Result<Found, RestoreError> {
    if found.through == 0 {
        return Err(RestoreError::TooEarly { first: through, at: recorded_at });
    }
    // A segment of which nothing is left is begun anew with the next entry.
    if found.segments.last().is_some_and(|(_, len)| *len <= super::segment::HEADER as u64) {
        found.segments.pop();
    }
    Ok(found)
}

/// The node's configuration and keys as they were backed up.
pub fn files(backup: &dyn Disk, mark: &Mark) -> Result<Vec<u8>, RestoreError> {
    let lost = || RestoreError::Files(mark.files.clone());
    match Files::read(backup, &mark.files) {
        Ok(bytes) => bytes.ok_or_else(lost),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(lost()),
        Err(error) => Err(error.into()),
    }
}

/// Copies what was found into an empty folder and begins a new epoch there, durable when this returns. The number of the new entry is returned.
pub fn restore(
    backup: &Arc<dyn Disk>,
    to: &Arc<dyn Disk>,
    found: &Found,
    epoch: u64,
    now: Timestamp,
    why: &str,
) -> Result<u64, RestoreError> {
    for (name, len) in &found.segments {
        to.create(name)?;
        let mut at = 0;
        while at < *len {
            let bytes = backup.read_at(name, at, PIECE.min(usize::try_from(len - at).unwrap_or(PIECE)))?;
            if bytes.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            to.append(name, &bytes)?;
            at += bytes.len() as u64;
        }
        to.sync_data(name)?;
    }
    to.sync_dir()?;
    let options = Options { witness: found.through, ..Options::default() };
    let (mut journal, _) = Journal::open(Arc::clone(to), options)?;
    let kind = EntryKind::Restored { epoch, through: found.through };
    let entry = Entry { recorded_at: now.max(found.recorded_at), kind };
    Ok(journal.append_group(&[encode_entry(&entry, &By::new("restore", "").because(why))])?)
}
