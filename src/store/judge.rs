//! Torn or damaged: may a bad end of the journal be cut, or was something durable lost?
//!
//! A group is appended only after the one before was synced. So at most the last group of the last
//! segment can have been interrupted, and an interrupted append leaves a mark that nothing else
//! leaves: the file is shorter than the group says, or a piece (512 bytes) that the append should
//! have filled still reads as zeros. The rule:
//!
//! - **torn**, may be cut: nothing comes after the bad group, and the file ends before it does, or
//!   more of its pieces are zeros than were when it was written, or its very header is a piece of
//!   zeros with no valid group header after it;
//! - **damaged**, stop: everything else. A group that is all there but wrong, a group before
//!   another one, a segment before another one.
//!
//! What this cannot tell: an acknowledged last group whose end was later cut off or zeroed looks
//! like one that was interrupted. `Options::witness` is for that.

use std::io;

use super::disk::Disk;
use super::segment::{GROUP_HEADER, GROUP_MAGIC, GroupHeader, PIECE, is_zero, zero_pieces};

/// How much is read at once when looking for a later group.
const STRIDE: usize = 1 << 20;

/// The verdict on a bad group of the last segment, which starts at `start` of a file of length
/// `eof` and should hold the entry `seq`; `header` if that much of it was good.
pub(crate) fn is_torn(
    disk: &dyn Disk,
    name: &str,
    (start, seq): (u64, u64),
    header: Option<&GroupHeader>,
    eof: u64,
) -> io::Result<bool> {
    let Some(header) = header else {
        return headless_is_torn(disk, name, start, eof);
    };
    if header.first_seq != seq {
        return Ok(false);
    }
    let end = start.saturating_add(header.total());
    if eof != end {
        return Ok(eof < end);
    }
    let len = usize::try_from(header.total()).unwrap_or(usize::MAX);
    let group = disk.read_at(name, start, len)?;
    Ok(zero_pieces(&group, start) > header.zero_pieces)
}

fn headless_is_torn(disk: &dyn Disk, name: &str, start: u64, eof: u64) -> io::Result<bool> {
    let header_end = start + GROUP_HEADER as u64;
    if eof < header_end {
        return Ok(true);
    }
    let mut unwritten = false;
    let mut at = start;
    while at < header_end {
        let end = (at / PIECE + 1) * PIECE;
        let len = usize::try_from(end.min(eof) - at).unwrap_or(0);
        unwritten |= is_zero(&disk.read_at(name, at, len)?);
        at = end;
    }
    Ok(unwritten && !group_follows(disk, name, start + 1, eof)?)
}

/// Whether a valid group header stands anywhere from `at` on: proof that what is before it was
/// once durable.
fn group_follows(disk: &dyn Disk, name: &str, mut at: u64, eof: u64) -> io::Result<bool> {
    while at < eof {
        let bytes = disk.read_at(name, at, STRIDE + GROUP_HEADER)?;
        for (offset, window) in (at..).zip(bytes.windows(GROUP_HEADER)) {
            if window.starts_with(GROUP_MAGIC) && GroupHeader::decode(window, offset).is_some() {
                return Ok(true);
            }
        }
        at += STRIDE as u64;
    }
    Ok(false)
}
