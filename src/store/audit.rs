//! The audit trail: every entry of the journal with who, from where, what and why, read from the segments as they lie on the disk. The writer is
//! neither asked nor disturbed, and memory is for one group at a time. A group that is just being written at the end is not there yet.

use std::{path::Path, sync::Arc};

use super::{
    disk::Disk,
    journal::{JournalError, SegmentInfo},
    journal_read::{Groups, damaged, read_header},
    read_disk::ReadDisk,
    segment,
};
use crate::{
    domain::time::Timestamp,
    ledger::audit::words,
    wire::store::{decode_by, decode_entry, is_event},
};

/// Lines of the longest page.
pub const LINES: usize = 1_000;
/// Entries looked at for one page: most of a journal are events, which are left out.
const LOOK: u64 = 200_000;

/// Bytes of what one line says was done.
const MAX_WHAT: usize = 2_000;

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its number.
    pub sequence: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// On whose word.
    pub who: String,
    /// From where; empty for the node itself.
    pub from: String,
    /// What was done, in words.
    pub what: String,
    /// The reason given; may be empty.
    pub why: String,
}

/// Some entries in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// Newest last.
    pub lines: Vec<Line>,
    /// The entry the next page begins with; `None` at the end.
    pub next: Option<u64>,
}

/// Reads the trail of one journal.
#[derive(Clone, Debug)]
pub struct Trail {
    disk: Arc<dyn Disk>,
}

impl Trail {
    /// Of a journal that is open in this process.
    pub(super) fn of(disk: Arc<dyn Disk>) -> Trail {
        Trail { disk }
    }

    /// Of a node's data directory, whether the node is running or not.
    pub fn at(data: &Path) -> Trail {
        Trail { disk: Arc::new(ReadDisk::new(data.join("journal"))) }
    }

    /// A page of at most so many entries ([`LINES`]) from a number on, none after `through`; events only where asked for.
    ///
    /// # Errors
    /// [`JournalError`] for damage anywhere but at the very end, where a group may just be on its way.
    pub fn page(&self, from: u64, through: u64, most: usize, events: bool) -> Result<Page, JournalError> {
        let most = most.clamp(1, LINES);
        let mut page = Page::default();
        let mut looked = 0;
        let segments = self.segments()?;
        // The last segment that begins at or before the wanted entry, and those after it.
        let start = segments.iter().rposition(|s| s.first_seq <= from).unwrap_or(0);
        for (place, segment) in segments.iter().enumerate().skip(start) {
            let last = place + 1 == segments.len();
            let header = match read_header(self.disk.as_ref(), &segment.name) {
                Err(_) if last && segment.len < segment::HEADER as u64 => break,
                header => header?,
            };
            let mut groups = Groups::new(Arc::clone(&self.disk), &segment.name, segment.len, &header);
            while let Some(group) = groups.next()? {
                let group = match group {
                    Ok(group) => group,
                    Err(_) if last => return Ok(page),
                    Err(bad) => return Err(damaged(&groups, bad.reason)),
                };
                for (sequence, payload) in (group.first_seq..).zip(&group.payloads) {
                    if sequence < from {
                        continue;
                    }
                    if sequence > through {
                        return Ok(page);
                    }
                    if page.lines.len() >= most || looked >= LOOK {
                        page.next = Some(sequence);
                        return Ok(page);
                    }
                    looked += 1;
                    if events || !is_event(payload) {
                        page.lines.push(line(sequence, payload));
                    }
                }
            }
        }
        Ok(page)
    }

    fn segments(&self) -> Result<Vec<SegmentInfo>, JournalError> {
        let mut firsts: Vec<u64> = self.disk.list()?.iter().filter_map(|name| segment::first_seq_of(name)).collect();
        firsts.sort_unstable();
        let info = |first_seq: u64| {
            let name = segment::name_of(first_seq);
            Ok(SegmentInfo { len: self.disk.len(&name)?, name, first_seq, closed: true })
        };
        firsts.into_iter().map(info).collect()
    }
}

/// An entry of a later release is shown as far as it is understood.
fn line(sequence: u64, payload: &[u8]) -> Line {
    let by = decode_by(payload).ok();
    let by = |pick: fn(&crate::ledger::By) -> &str| by.as_ref().map(|by| pick(by).to_owned()).unwrap_or_default();
    let (recorded_at, what) = match decode_entry(payload) {
        Ok(entry) => (entry.recorded_at, words(&entry.kind)),
        Err(error) => (Timestamp(0), format!("cannot be understood ({error})")),
    };
    let what = shortened(what);
    Line { sequence, recorded_at, who: by(|by| &by.who), from: by(|by| &by.from), what, why: by(|by| &by.why) }
}

/// An entry may be large; a line, and so a page, is not.
fn shortened(mut what: String) -> String {
    if what.len() > MAX_WHAT {
        what.truncate(what.floor_char_boundary(MAX_WHAT));
        what.push('…');
    }
    what
}
