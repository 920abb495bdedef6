//! How values lie in a tree that must not see large ones.
//!
//! ```text
//! d<key>                  -> 0 | value                            a small value
//! d<key>                  -> 1 | batch u64 | pieces u32           a large one: see its pieces
//! c<key><batch><piece>    -> a piece (numbers big-endian)
//! l<key>                  -> batch u64 | pieces u32               list of the large ones
//! m…                      -> what the map knows of itself
//! ```
//!
//! The batch number in a piece's key makes a reader that meets a replacement halfway miss a piece
//! and read again, rather than mix two values.

use std::collections::HashMap;

use bytes::Bytes;

use super::map::Change;

/// The longest value or piece the tree gets. Not the 64 KiB it could take: a leaf holds up to 17 of
/// them and is rewritten whole every few inserts, and a leaf longer than a quarter of a segment
/// goes to a file of its own that is never synced.
const PIECE: usize = 6 << 10;

const VALUE: u8 = b'd';
const PART: u8 = b'c';
const LIST: u8 = b'l';
const SMALL: u8 = 0;
const LARGE: u8 = 1;

/// The tree's key for what the map knows of itself: the entry it has reached.
pub(crate) const REACHED: &[u8] = b"mreached";
/// The tree's key for the layout below; another layout is rebuilt, not read.
pub(crate) const LAYOUT: &[u8] = b"mlayout";
/// The present layout.
pub(crate) const LAYOUT_NOW: &[u8] = b"1";

/// Where the pieces of a large value are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pieces {
    pub batch: u64,
    pub count: u32,
}

/// What is stored under a value key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stored<'a> {
    Small(&'a [u8]),
    Large(Pieces),
}

impl Pieces {
    /// How a value is cut; `None` if it is small.
    fn of(value: &Bytes, batch: u64) -> Option<Self> {
        if value.len() <= PIECE {
            return None;
        }
        let count = u32::try_from(value.len().div_ceil(PIECE)).unwrap_or(u32::MAX);
        Some(Self { batch, count })
    }

    fn encode(self) -> Vec<u8> {
        let mut out = self.batch.to_be_bytes().to_vec();
        out.extend_from_slice(&self.count.to_be_bytes());
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (batch, rest) = bytes.split_first_chunk::<8>()?;
        Some(Self { batch: u64::from_be_bytes(*batch), count: u32::from_be_bytes(rest.try_into().ok()?) })
    }

    /// The tree keys of the pieces, in order.
    pub(crate) fn keys(self, key: &[u8]) -> impl Iterator<Item = Vec<u8>> {
        let mut stem = tagged(PART, key);
        stem.extend_from_slice(&self.batch.to_be_bytes());
        (0..self.count).map(move |piece| {
            let mut full = stem.clone();
            full.extend_from_slice(&piece.to_be_bytes());
            full
        })
    }

    /// What is stored under the value key of a large value.
    fn stored(self) -> Vec<u8> {
        tagged(LARGE, &self.encode())
    }
}

/// What a batch does to the tree, and to the list of large values.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub tree: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    pub large: Vec<(Bytes, Option<Pieces>)>,
}

/// Turns changes into changes of the tree, given the large values there are.
pub(crate) fn plan(large: &HashMap<Bytes, Pieces>, batch: &[Change], seq: u64) -> Plan {
    let mut plan = Plan::default();
    for (key, value) in batch {
        let old = large.get(key).copied();
        let removed = old.into_iter().flat_map(|old| old.keys(key));
        plan.tree.extend(removed.map(|piece| (piece, None)));
        // two batches may carry the same entry, but never the same number for a value's pieces
        let number = old.map_or(seq, |old| seq.max(old.batch + 1));
        let pieces = value.as_ref().and_then(|v| Pieces::of(v, number));
        let stored = value.as_ref().map(|v| pieces.map_or_else(|| small(v), Pieces::stored));
        plan.tree.push((value_key(key), stored));
        if let (Some(value), Some(pieces)) = (value, pieces) {
            let chunks = value.chunks(PIECE).map(|bytes| Some(bytes.to_vec()));
            plan.tree.extend(pieces.keys(key).zip(chunks));
        }
        if old.is_some() || pieces.is_some() {
            plan.tree.push((list_key(key), pieces.map(Pieces::encode)));
            plan.large.push((key.clone(), pieces));
        }
    }
    plan
}

/// What is stored under the value key of a small value.
fn small(value: &[u8]) -> Vec<u8> {
    tagged(SMALL, value)
}

/// The tree's key of a value.
pub(crate) fn value_key(key: &[u8]) -> Vec<u8> {
    tagged(VALUE, key)
}

/// The tree's key that lists a large value.
fn list_key(key: &[u8]) -> Vec<u8> {
    tagged(LIST, key)
}

/// All tree keys that list large values start with this.
pub(crate) const LIST_PREFIX: &[u8] = &[LIST];

/// The key without the tag before it.
pub(crate) fn untagged(full: &[u8]) -> &[u8] {
    full.get(1..).unwrap_or_default()
}

/// Reads what is stored under a value key; `None` if nothing writes such a thing.
pub(crate) fn decode(stored: &[u8]) -> Option<Stored<'_>> {
    match stored.split_first()? {
        (&SMALL, value) => Some(Stored::Small(value)),
        (&LARGE, pieces) => Pieces::decode(pieces).map(Stored::Large),
        _ => None,
    }
}

fn tagged(tag: u8, rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + rest.len());
    out.push(tag);
    out.extend_from_slice(rest);
    out
}
