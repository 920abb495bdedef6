//! The bytes of a segment: header, groups, records. Everything read is checked before it is used.
//!
//! ```text
//! segment = header group*
//! header  = "MOTCUAJ1" | version u32 | first seq u64 | chain hash before it [32]
//!         | first seq of the segment before u64 | its length u64 | blake3 of all this [32]
//! group   = "MCGR" | count u32 | body length u32 | first seq u64 | zero pieces u32 | check [16]
//!         | record* | 0xFF
//! record  = payload length u32 | payload | chain hash [32]
//! chain hash = blake3(chain hash before | seq | payload length | payload)
//! ```
//!
//! Numbers are little-endian. A group is what one append wrote and one sync made durable; it is
//! read whole or not at all. Each segment names the length of the one before, so a missing or
//! shortened segment is seen without reading them all.

use bytes::Bytes;

/// The newest format this program reads, and the one it writes.
pub(crate) const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"MOTCUAJ1";
pub(crate) const HEADER: usize = 100;

/// Every byte of it has several bits set, so that no single flipped bit makes it look unwritten.
pub(crate) const GROUP_MAGIC: &[u8; 4] = b"MCGR";
pub(crate) const GROUP_HEADER: usize = 40;
/// The last byte of a group; not zero, so that a last piece of zeros was never written.
const END_MARK: u8 = 0xFF;
/// The size in which disks write wholly or not at all (some larger, none smaller).
pub(crate) const PIECE: u64 = 512;

/// The chain hash of an entry.
pub(crate) type Hash = [u8; 32];

/// The file name of the segment that starts with this entry.
pub(crate) fn name_of(first_seq: u64) -> String {
    format!("journal-{first_seq:020}.log")
}

/// The first entry's number, if this is the name of a segment.
pub(crate) fn first_seq_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("journal-")?.strip_suffix(".log")?;
    if digits.len() != 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// What a segment says of itself and of the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub first_seq: u64,
    pub prev_hash: Hash,
    /// 0 in the first segment of all.
    pub prev_first_seq: u64,
    pub prev_len: u64,
}

/// Why a segment header cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    Newer(u32),
    Bad,
}

impl Header {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&self.first_seq.to_le_bytes());
        out.extend_from_slice(&self.prev_hash);
        out.extend_from_slice(&self.prev_first_seq.to_le_bytes());
        out.extend_from_slice(&self.prev_len.to_le_bytes());
        let check = blake3::hash(&out);
        out.extend_from_slice(check.as_bytes());
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, HeaderFault> {
        let mut fields = Fields(bytes);
        if fields.array::<8>() != Some(*MAGIC) {
            return Err(HeaderFault::Bad);
        }
        // before the check: a newer format may keep its check elsewhere
        let version = fields.u32().ok_or(HeaderFault::Bad)?;
        if version > VERSION {
            return Err(HeaderFault::Newer(version));
        }
        let header = (|| {
            let header = Self {
                first_seq: fields.u64()?,
                prev_hash: fields.array()?,
                prev_first_seq: fields.u64()?,
                prev_len: fields.u64()?,
            };
            let checked = bytes.get(..HEADER - 32)?;
            let check = fields.array::<32>()?;
            (version == VERSION && blake3::hash(checked) == check).then_some(header)
        })();
        header.ok_or(HeaderFault::Bad)
    }
}

/// What stands before the records of one append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupHeader {
    pub count: u32,
    pub body_len: u32,
    pub first_seq: u64,
    /// How many 512-byte pieces of the group were zeros when written (see `judge`).
    pub zero_pieces: u32,
}

impl GroupHeader {
    /// Reads and checks a header that stands at this offset of its segment.
    pub(crate) fn decode(bytes: &[u8], offset: u64) -> Option<Self> {
        let mut fields = Fields(bytes);
        if fields.array::<4>()? != *GROUP_MAGIC {
            return None;
        }
        let header = Self {
            count: fields.u32()?,
            body_len: fields.u32()?,
            first_seq: fields.u64()?,
            zero_pieces: fields.u32()?,
        };
        (fields.array::<16>()? == header.check(offset)).then_some(header)
    }

    /// The length of the whole group.
    pub(crate) fn total(&self) -> u64 {
        GROUP_HEADER as u64 + u64::from(self.body_len) + 1
    }

    fn encode(&self, offset: u64) -> Vec<u8> {
        let mut out = self.fields();
        out.extend_from_slice(&self.check(offset));
        out
    }

    fn fields(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(GROUP_HEADER);
        out.extend_from_slice(GROUP_MAGIC);
        out.extend_from_slice(&self.count.to_le_bytes());
        out.extend_from_slice(&self.body_len.to_le_bytes());
        out.extend_from_slice(&self.first_seq.to_le_bytes());
        out.extend_from_slice(&self.zero_pieces.to_le_bytes());
        out
    }

    /// Bound to the offset, so that a group quoted inside a payload is not taken for one.
    fn check(&self, offset: u64) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.fields());
        hasher.update(&offset.to_le_bytes());
        let mut check = [0; 16];
        hasher.finalize_xof().fill(&mut check);
        check
    }
}

/// Writes a group of records, to stand at `offset`; gives it and the chain hash after it. `None`
/// if it is too long for the format.
pub(crate) fn encode_group<P: AsRef<[u8]>>(
    payloads: &[P],
    offset: u64,
    first_seq: u64,
    mut hash: Hash,
) -> Option<(Vec<u8>, Hash)> {
    let mut group = vec![END_MARK; GROUP_HEADER];
    for (seq, payload) in (first_seq..).zip(payloads) {
        let payload = payload.as_ref();
        let len = u32::try_from(payload.len()).ok()?;
        hash = chain(&hash, seq, payload)?;
        group.extend_from_slice(&len.to_le_bytes());
        group.extend_from_slice(payload);
        group.extend_from_slice(&hash);
    }
    let header = GroupHeader {
        count: u32::try_from(payloads.len()).ok()?,
        body_len: u32::try_from(group.len() - GROUP_HEADER).ok()?,
        first_seq,
        zero_pieces: {
            group.push(END_MARK);
            zero_pieces(&group, offset)
        },
    };
    group.get_mut(..GROUP_HEADER)?.copy_from_slice(&header.encode(offset));
    Some((group, hash))
}

/// Checks the body of a group (its records and end mark); gives the payloads and the hash after.
pub(crate) fn decode_body(header: &GroupHeader, body: &Bytes, mut hash: Hash) -> Option<(Vec<Bytes>, Hash)> {
    let mut at = 0_usize;
    let mut payloads = Vec::with_capacity(usize::try_from(header.count).ok()?.min(body.len()));
    for seq in header.first_seq..header.first_seq.checked_add(u64::from(header.count))? {
        let mut fields = Fields(body.get(at..)?);
        let len = usize::try_from(fields.u32()?).ok()?;
        let start = at.checked_add(4)?;
        let end = start.checked_add(len)?;
        let payload = body.get(start..end)?;
        hash = chain(&hash, seq, payload)?;
        at = end.checked_add(32)?;
        if body.get(end..at)? != hash {
            return None;
        }
        payloads.push(body.slice(start..end));
    }
    (body.get(at..)? == [END_MARK]).then_some((payloads, hash))
}

fn chain(before: &Hash, seq: u64, payload: &[u8]) -> Option<Hash> {
    let len = u32::try_from(payload.len()).ok()?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    hasher.update(&seq.to_le_bytes());
    hasher.update(&len.to_le_bytes());
    hasher.update(payload);
    Some(*hasher.finalize().as_bytes())
}

/// How many pieces of this group, which stands at `offset`, are zeros; pieces that hold a part of
/// its header are not asked.
pub(crate) fn zero_pieces(group: &[u8], offset: u64) -> u32 {
    let first = (offset + GROUP_HEADER as u64).next_multiple_of(PIECE) - offset;
    let pieces =
        usize::try_from(first).ok().and_then(|first| group.get(first..)).unwrap_or_default().chunks(PIECE as usize);
    let zeros = pieces.filter(|piece| is_zero(piece)).count();
    u32::try_from(zeros).unwrap_or(u32::MAX)
}

pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == 0)
}

/// Takes fixed fields off the front; every step may find the bytes at an end.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
