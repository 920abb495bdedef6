//! Reading entries in order, each checked against the chain, a group at a time.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::disk::Disk;
use super::journal::{JournalError, SegmentInfo};
use super::segment::{self, GROUP_HEADER, GroupHeader, HEADER, Hash, Header, HeaderFault};

/// How much is read from the disk at once; groups are usually much smaller.
const READ: usize = 256 << 10;

/// A group that passed every check.
#[derive(Debug)]
pub(super) struct Group {
    pub first_seq: u64,
    pub payloads: Vec<Bytes>,
}

/// A group that did not; its header if that was good.
#[derive(Debug)]
pub(super) struct BadGroup {
    pub header: Option<GroupHeader>,
    pub reason: &'static str,
}

/// Reads the groups of one segment one after the other.
#[derive(Debug)]
pub(super) struct Groups {
    disk: Arc<dyn Disk>,
    name: String,
    /// Nothing is read from here on.
    end: u64,
    pub(super) offset: u64,
    pub(super) next_seq: u64,
    pub(super) hash: Hash,
    buffer: Bytes,
    buffer_at: u64,
}

impl Groups {
    pub(super) fn new(disk: Arc<dyn Disk>, name: &str, end: u64, header: &Header) -> Self {
        Self {
            disk,
            name: name.to_owned(),
            end,
            offset: HEADER as u64,
            next_seq: header.first_seq,
            hash: header.prev_hash,
            buffer: Bytes::new(),
            buffer_at: 0,
        }
    }

    /// From a place in a segment that is known: where a group begins, the entry expected there, and the chain hash before it.
    pub(super) fn at(disk: Arc<dyn Disk>, name: &str, end: u64, place: (u64, u64, Hash)) -> Self {
        let (offset, next_seq, hash) = place;
        Self { disk, name: name.to_owned(), end, offset, next_seq, hash, buffer: Bytes::new(), buffer_at: 0 }
    }

    /// The next group, `None` at a clean end. After a bad one the place stays before it.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Group, BadGroup>>> {
        if self.offset >= self.end {
            return Ok(None);
        }
        let bad = |header, reason| Ok(Some(Err(BadGroup { header, reason })));
        let bytes = self.bytes(self.offset, GROUP_HEADER)?;
        let Some(header) = GroupHeader::decode(&bytes, self.offset) else {
            return bad(None, "group header does not match its check");
        };
        let end = self.offset.saturating_add(header.total());
        if end > self.end {
            return bad(Some(header), "file ends inside a group");
        }
        let body_len = usize::try_from(header.body_len).unwrap_or(usize::MAX - 1) + 1;
        let body = self.bytes(self.offset + GROUP_HEADER as u64, body_len)?;
        let Some((payloads, hash)) = segment::decode_body(&header, &body, self.hash) else {
            return bad(Some(header), "entry does not match its chain hash");
        };
        if header.first_seq != self.next_seq || payloads.is_empty() {
            return bad(Some(header), "group has the wrong number");
        }
        let group = Group { first_seq: header.first_seq, payloads };
        self.offset = end;
        self.next_seq += u64::from(header.count);
        self.hash = hash;
        Ok(Some(Ok(group)))
    }

    /// Up to `len` bytes from `at` on; fewer where the file ends.
    fn bytes(&mut self, at: u64, len: usize) -> io::Result<Bytes> {
        if let Some(found) = self.buffered(at, len) {
            return Ok(found);
        }
        self.buffer = self.disk.read_at(&self.name, at, len.max(READ))?.into();
        self.buffer_at = at;
        Ok(self.buffer.slice(..len.min(self.buffer.len())))
    }

    fn buffered(&self, at: u64, len: usize) -> Option<Bytes> {
        let start = usize::try_from(at.checked_sub(self.buffer_at)?).ok()?;
        let end = start.checked_add(len)?;
        (end <= self.buffer.len()).then(|| self.buffer.slice(start..end))
    }
}

/// Reads and checks the header of a segment.
pub(super) fn read_header(disk: &dyn Disk, name: &str) -> Result<Header, JournalError> {
    let bytes = disk.read_at(name, 0, HEADER)?;
    let seq = segment::first_seq_of(name).unwrap_or(0);
    match Header::decode(&bytes) {
        Ok(header) if header.first_seq == seq => Ok(header),
        Err(HeaderFault::Newer(found)) => {
            Err(JournalError::NewerFormat { segment: name.to_owned(), found, supported: segment::VERSION })
        }
        _ => Err(JournalError::Damaged {
            segment: name.to_owned(),
            offset: 0,
            seq,
            reason: "segment header does not match its check",
        }),
    }
}

/// The entries of a journal in order, each with its number. After an error it ends.
///
/// Payloads share the read buffer: who keeps some for long should copy them.
#[derive(Debug)]
pub struct Entries {
    disk: Arc<dyn Disk>,
    segments: VecDeque<SegmentInfo>,
    groups: Option<Groups>,
    ready: VecDeque<(u64, Bytes)>,
    from: u64,
}

impl Entries {
    pub(super) fn new(disk: Arc<dyn Disk>, segments: &[SegmentInfo], from: u64) -> Self {
        // the last segment that starts at or before the wanted entry, and those after it
        let start = segments.iter().rposition(|s| s.first_seq <= from).unwrap_or(0);
        Self {
            disk,
            segments: segments.iter().skip(start).cloned().collect(),
            groups: None,
            ready: VecDeque::new(),
            from,
        }
    }

    fn advance(&mut self) -> Result<Option<(u64, Bytes)>, JournalError> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                if entry.0 >= self.from {
                    return Ok(Some(entry));
                }
                continue;
            }
            let Some(groups) = &mut self.groups else {
                let Some(segment) = self.segments.pop_front() else {
                    return Ok(None);
                };
                let header = read_header(self.disk.as_ref(), &segment.name)?;
                let disk = Arc::clone(&self.disk);
                self.groups = Some(Groups::new(disk, &segment.name, segment.len, &header));
                continue;
            };
            match groups.next()? {
                Some(Ok(group)) => {
                    self.ready = (group.first_seq..).zip(group.payloads).collect();
                }
                Some(Err(bad)) => return Err(damaged(groups, bad.reason)),
                None => {
                    if let Some(next) = self.segments.front() {
                        let header = read_header(self.disk.as_ref(), &next.name)?;
                        if header.first_seq != groups.next_seq || header.prev_hash != groups.hash {
                            return Err(damaged(groups, "the next segment does not continue it"));
                        }
                    }
                    self.groups = None;
                }
            }
        }
    }
}

pub(super) fn damaged(groups: &Groups, reason: &'static str) -> JournalError {
    JournalError::Damaged { segment: groups.name.clone(), offset: groups.offset, seq: groups.next_seq, reason }
}

impl Iterator for Entries {
    type Item = Result<(u64, Bytes), JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if next.is_err() {
            self.segments.clear();
            self.ready.clear();
            self.groups = None;
        }
        next.transpose()
    }
}
