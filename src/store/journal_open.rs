//! Opening a journal: check what is there, cut what was interrupted, refuse what is damaged.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use super::crash_point::crash_point;
use super::disk::{Disk, is_full};
use super::journal::{Journal, JournalError, OpenReport, Options, SegmentInfo, Start, TornTail, start_segment};
use super::journal_read::{Groups, damaged, read_header};
use super::judge;
use super::segment::{self, HEADER, Hash, Header, is_zero};

impl Journal {
    /// Opens the journal in this folder, making one if there is none. Checks all segment headers
    /// and every hash of the last segment; after an error nothing has been altered.
    ///
    /// What is then read counts as recorded, so it is made durable first: after a kill or a failed
    /// sync the last group may so far exist in memory only.
    pub fn open(disk: Arc<dyn Disk>, options: Options) -> Result<(Self, OpenReport), JournalError> {
        let mut report = OpenReport::default();
        let mut firsts: Vec<u64> = disk.list()?.iter().filter_map(|name| segment::first_seq_of(name)).collect();
        firsts.sort_unstable();

        // a segment whose start was interrupted holds nothing; but it proves the one before whole
        let unborn = match firsts.last() {
            Some(last) => header_is_torn(disk.as_ref(), &segment::name_of(*last))?,
            None => false,
        };
        let unborn = if unborn { firsts.pop() } else { None };

        let mut journal = Self {
            segments: Vec::with_capacity(firsts.len() + 1),
            disk,
            options,
            last_seq: 0,
            head: [0; 32],
            poisoned: None,
            synced_in: std::time::Duration::ZERO,
        };
        let last = journal.check_headers(&firsts)?;
        let end = match (&last, journal.segments.last()) {
            (Some(header), Some(info)) => journal.check_last(header, &info.clone(), unborn)?,
            _ => End::default(),
        };
        if end.last_seq < journal.options.witness {
            return Err(JournalError::Damaged {
                // a segment without a header was the last to be written to
                segment: segment::name_of(unborn.or(firsts.last().copied()).unwrap_or(1)),
                offset: if unborn.is_some() { 0 } else { end.good },
                seq: end.last_seq + 1,
                reason: "the journal ends before an entry known to have been recorded",
            });
        }

        // from here on things are changed
        if let Some(first) = unborn {
            let name = segment::name_of(first);
            report.torn.push(journal.cut(&name, 0, end.last_seq + 1)?);
        }
        journal.last_seq = end.last_seq;
        journal.head = end.head;
        if journal.segments.is_empty() {
            journal.segments.push(journal.create_first()?);
            report.created = true;
        } else {
            report.torn.extend(journal.settle(&end)?);
        }
        report.last_seq = journal.last_seq;
        for torn in &report.torn {
            tracing::warn!(segment = torn.segment, bytes = torn.bytes, kept_as = ?torn.kept_as,
                "an interrupted append was cut off the journal");
        }
        Ok((journal, report))
    }

    /// Fills in the segments and sees that each continues the one before; gives the last header.
    fn check_headers(&mut self, firsts: &[u64]) -> Result<Option<Header>, JournalError> {
        let mut before: Option<Header> = None;
        for first in firsts {
            let name = segment::name_of(*first);
            let header = read_header(self.disk.as_ref(), &name)?;
            let (want_first, want_len) = self.segments.last_mut().map_or((0, 0), |previous| {
                previous.closed = true;
                (previous.first_seq, previous.len)
            });
            if header.prev_first_seq != want_first || (before.is_none() && *first != 1) {
                return Err(JournalError::Damaged {
                    segment: segment::name_of(header.prev_first_seq.max(1)),
                    offset: 0,
                    seq: header.prev_first_seq.max(1),
                    reason: "the segment is missing",
                });
            }
            if header.prev_len != want_len {
                return Err(JournalError::Damaged {
                    segment: segment::name_of(want_first),
                    offset: want_len.min(header.prev_len),
                    seq: want_first,
                    reason: "the segment has not the length it was closed with",
                });
            }
            let len = self.disk.len(&name)?;
            self.segments.push(SegmentInfo { name, first_seq: *first, len, closed: false });
            before = Some(header);
        }
        Ok(before)
    }

    /// Reads the last segment through and finds where its good part ends.
    fn check_last(&self, header: &Header, info: &SegmentInfo, unborn: Option<u64>) -> Result<End, JournalError> {
        let mut groups = Groups::new(Arc::clone(&self.disk), &info.name, info.len, header);
        let mut last_group = 0;
        loop {
            let start = groups.offset;
            match groups.next()? {
                None => break,
                Some(Ok(_)) => last_group = start,
                Some(Err(bad)) => {
                    let torn = judge::is_torn(
                        self.disk.as_ref(),
                        &info.name,
                        (start, groups.next_seq),
                        bad.header.as_ref(),
                        info.len,
                    )?;
                    if !torn || unborn.is_some() {
                        return Err(damaged(&groups, bad.reason));
                    }
                    break;
                }
            }
        }
        if unborn.is_some_and(|first| first != groups.next_seq) {
            return Err(damaged(&groups, "the next segment does not continue it"));
        }
        Ok(End { last_group, good: groups.offset, last_seq: groups.next_seq - 1, head: groups.hash })
    }

    /// Cuts what is torn and makes the rest of the last segment durable.
    fn settle(&mut self, end: &End) -> Result<Option<TornTail>, JournalError> {
        let Some(info) = self.segments.last().cloned() else {
            return Ok(None);
        };
        let mut torn = None;
        if info.len > end.good {
            torn = Some(self.cut(&info.name, end.good, end.last_seq + 1)?);
            if let Some(active) = self.segments.last_mut() {
                active.len = end.good;
            }
        }
        // written over itself, because the kernel takes pages for clean whose writing has failed
        let len = usize::try_from(end.good - end.last_group).unwrap_or(usize::MAX);
        let bytes = self.disk.read_at(&info.name, end.last_group, len)?;
        match self.disk.overwrite(&info.name, end.last_group, &bytes) {
            Err(error) if !is_full(&error) => return Err(error.into()),
            // a file system that copies on write; the sync still reports
            Err(_) | Ok(()) => {}
        }
        crash_point("end-rewritten");
        self.disk.sync_data(&info.name)?;
        self.disk.sync_dir()?;
        Ok(torn)
    }

    /// Takes everything from `offset` on off a segment, keeping a copy if there is room for one. A
    /// segment of which nothing remains is removed.
    fn cut(&self, name: &str, offset: u64, seq: u64) -> Result<TornTail, JournalError> {
        let len = self.disk.len(name)?;
        let bytes = self.disk.read_at(name, offset, usize::try_from(len - offset).unwrap_or(usize::MAX))?;
        let kept_as = self.keep_aside(seq, &bytes)?;
        crash_point("tail-kept");
        if offset == 0 {
            self.disk.remove(name)?;
            crash_point("segment-removed");
            self.disk.sync_dir()?;
        } else {
            self.disk.truncate(name, offset)?;
            crash_point("tail-cut");
            self.disk.sync_data(name)?;
        }
        Ok(TornTail { segment: name.to_owned(), offset, bytes: bytes.len() as u64, kept_as })
    }

    /// A copy of what is cut; none if the disk is full, which is when appends are interrupted most.
    fn keep_aside(&self, seq: u64, bytes: &[u8]) -> io::Result<Option<String>> {
        if bytes.is_empty() {
            return Ok(None);
        }
        for n in 0_u64.. {
            let name = format!("torn-{seq}-{n}.bin");
            let kept = match self.disk.create(&name) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                created => created
                    .and_then(|()| self.disk.append(&name, bytes))
                    .and_then(|()| self.disk.sync_data(&name))
                    .and_then(|()| self.disk.sync_dir()),
            };
            return match kept {
                Ok(()) => Ok(Some(name)),
                Err(error) if is_full(&error) => {
                    if self.disk.exists(&name)? {
                        self.disk.remove(&name)?;
                    }
                    Ok(None)
                }
                Err(error) => Err(error),
            };
        }
        Ok(None)
    }

    fn create_first(&self) -> Result<SegmentInfo, JournalError> {
        let header = Header { first_seq: 1, prev_hash: [0; 32], prev_first_seq: 0, prev_len: 0 };
        start_segment(self.disk.as_ref(), &header).map_err(|why| match why {
            Start::Full => JournalError::Io(ErrorKind::StorageFull.into()),
            Start::Broken(error) => JournalError::Io(error),
        })
    }
}

/// Where the good part of the journal ends.
#[derive(Debug, Default)]
struct End {
    /// Where the last good group starts; 0 (the segment header) if there is none.
    last_group: u64,
    good: u64,
    last_seq: u64,
    head: Hash,
}

/// Whether the start of this segment was interrupted: its header is not all there, or still zeros.
/// Groups are appended only after the header was synced, so then there are none.
fn header_is_torn(disk: &dyn Disk, name: &str) -> io::Result<bool> {
    let len = disk.len(name)?;
    let short = len < HEADER as u64;
    Ok(short || (len == HEADER as u64 && is_zero(&disk.read(name)?)))
}
