//! One file of the faulty disk: what a reader sees, and what a power cut would leave of it.

use std::ops::Range;

use super::faulty_disk::Keep;

/// The size in which a disk writes wholly or not at all.
const PIECE: usize = 512;

#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) current: Vec<u8>,
    pub(super) durable: Vec<u8>,
    /// Ranges of `current` not yet in `durable`, in the order written.
    pub(super) dirty: Vec<Range<usize>>,
    /// The shortest length the file was cut to since the last sync.
    pub(super) cut_to: Option<usize>,
}

impl File {
    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if self.current.len() < end {
            self.current.resize(end, 0);
        }
        copy(&mut self.current, offset, bytes);
        self.dirty.push(offset..end);
    }

    pub(super) fn sync(&mut self) {
        let dirty = std::mem::take(&mut self.dirty);
        self.durable = self.with_ranges(self.cut(), &dirty);
        self.cut_to = None;
    }

    fn cut(&self) -> Vec<u8> {
        let mut image = self.durable.clone();
        image.truncate(self.cut_to.unwrap_or(usize::MAX));
        image
    }

    fn with_ranges(&self, mut image: Vec<u8>, ranges: &[Range<usize>]) -> Vec<u8> {
        for range in ranges {
            // a later truncation may have cut what an earlier write had put there
            let range = range.start..range.end.min(self.current.len());
            let Some(bytes) = self.current.get(range.clone()) else {
                continue;
            };
            if image.len() < range.end {
                image.resize(range.end, 0);
            }
            copy(&mut image, range.start, bytes);
        }
        image
    }

    pub(super) fn survivor(&self, keep: Keep, dice: &mut Dice) -> Vec<u8> {
        match keep {
            Keep::Nothing => self.durable.clone(),
            Keep::Everything => self.with_ranges(self.cut(), &self.dirty),
            Keep::Bytes(mut left) => {
                let mut kept = Vec::new();
                for range in &self.dirty {
                    let end = range.end.min(range.start + left);
                    left -= end - range.start;
                    kept.push(range.start..end);
                }
                self.with_ranges(self.cut(), &kept)
            }
            Keep::Torn(_) => {
                if self.cut_to.is_some() && dice.coin() {
                    return self.durable.clone();
                }
                let mut kept = Vec::new();
                for range in &self.dirty {
                    let mut at = range.start;
                    while at < range.end {
                        let end = range.end.min((at / PIECE + 1) * PIECE);
                        if dice.coin() {
                            kept.push(at..end);
                        }
                        at = end;
                    }
                }
                let mut image = self.with_ranges(self.cut(), &kept);
                // the length may have become durable without the bytes
                if dice.coin() && image.len() < self.current.len() {
                    image.resize(self.current.len(), 0);
                }
                image
            }
        }
    }
}

/// SplitMix64: enough to choose, and the same everywhere.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn coin(&mut self) -> bool {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) & 1 == 1
    }
}

fn copy(image: &mut [u8], offset: usize, bytes: &[u8]) {
    if let Some(place) = image.get_mut(offset..offset + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}
