//! How large a document may be. Checked before anything is allocated for it, because a signature proves who wrote a document,
//! not that he meant well.

use super::DocumentError;

/// Bytes of an envelope.
pub const MAX_DOCUMENT: usize = 32 << 20;
/// Cells in one list.
pub const MAX_CELLS: usize = 200_000;
/// Units in a list, and in what the counts of completeness may say.
pub const MAX_UNITS: u32 = 100_000;
/// Bytes of a code or a name.
pub const MAX_TEXT: usize = 200;
/// Bytes of a reason, which people write.
pub const MAX_REASON: usize = 2_000;
/// The largest count, and the largest sum of one measure over a document. Sums over every atom there can be still fit 64 bits.
pub const MAX_VALUE: i64 = 1_000_000_000_000;
/// Periods that one document explains.
pub const MAX_EXPLAINED: usize = 8;
/// Causes in one explanation.
pub const MAX_CAUSES: usize = 20;
/// Bytes of an explanation: its causes and its note with all that stands around them.
const MAX_EXPLANATION: usize = 2 * (MAX_CAUSES * MAX_TEXT + MAX_REASON);
/// Bytes of what lies ahead: a count for each day, and the fields around them.
const MAX_AHEAD: usize = 2 << 10;
/// Unmatched transfers in one list.
const MAX_TRANSFERS: usize = 200_000;
/// Measures: ten times what this catalogue has.
const MAX_MEASURES: usize = 300;
/// Fields of a summary or a cell that this release does not know.
const MAX_UNKNOWN: usize = 1_000;

/// Refuses a summary that would decode into absurd numbers of things.
///
/// # Errors
/// [`DocumentError::Malformed`], also when the bytes are not fields at all.
pub(super) fn check_counts(summary: &[u8]) -> Result<(), DocumentError> {
    let broken = || DocumentError::malformed("summary", "it is not a sequence of protobuf fields");
    let mut counts = [0usize; 32];
    let mut rest = summary;
    while !rest.is_empty() {
        let (key, after) = varint(rest).ok_or_else(broken)?;
        rest = skip(key & 7, after).ok_or_else(broken)?;
        let slot = usize::try_from(key >> 3).ok().filter(|n| (1..=27).contains(n)).unwrap_or(0);
        if let Some(count) = counts.get_mut(slot) {
            *count += 1;
        }
        // One that is longer than its texts may be is nothing but many causes.
        if slot == 26 && after.len() - rest.len() > MAX_EXPLANATION {
            return Err(DocumentError::malformed("explained", "an explanation is too long"));
        }
        if slot == 27 && after.len() - rest.len() > MAX_AHEAD {
            return Err(DocumentError::malformed("ahead", "it looks too far ahead"));
        }
    }
    for (slot, field, most) in [
        (0, "summary", MAX_UNKNOWN),
        (11, "measures", MAX_MEASURES),
        (12, "own", MAX_CELLS),
        (13, "below", MAX_CELLS),
        (14, "members", MAX_UNITS as usize),
        (15, "missing", MAX_UNITS as usize),
        (18, "transfers_out", MAX_TRANSFERS),
        (19, "transfers_in", MAX_TRANSFERS),
        (25, "entered", MAX_UNITS as usize),
        (26, "explained", MAX_EXPLAINED),
        (27, "ahead", 1),
    ] {
        let count = counts.get(slot).copied().unwrap_or_default();
        if count > most {
            return Err(DocumentError::malformed(field, format!("{count} entries, at most {most} are allowed")));
        }
    }
    Ok(())
}

/// A number, and what follows it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(i + 1..)?));
        }
    }
    None
}

/// What follows a field of that wire type. Groups are not used and not accepted.
pub(super) fn skip(wire_type: u64, bytes: &[u8]) -> Option<&[u8]> {
    match wire_type {
        0 => varint(bytes).map(|(_, rest)| rest),
        1 => bytes.get(8..),
        2 => {
            let (length, rest) = varint(bytes)?;
            rest.get(usize::try_from(length).ok()?..)
        }
        5 => bytes.get(4..),
        _ => None,
    }
}

/// Refuses a text that is too long.
pub(super) fn text(field: &'static str, text: &str, most: usize) -> Result<(), DocumentError> {
    if text.len() > most {
        return Err(DocumentError::malformed(field, format!("{} bytes, at most {most} are allowed", text.len())));
    }
    Ok(())
}
