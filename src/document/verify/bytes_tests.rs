//! No byte of a bundle is free: whichever is changed, the bundle is not verified, and the verdict says why.

use super::{world_tests::*, *};
use crate::document::{BUNDLE_FORMAT, Head};

/// A bundle of one atom of one commune under a district: small enough to change every byte of it.
fn small() -> Vec<u8> {
    let mut world = World::new();
    world.documents.retain(|(code, n, _), _| (*code, *n) == (LOWER, 0) || (*code, *n) == (SOUTH, 0));
    let period = "2018-01-15..2018-01-31".into();
    world.head = Head { unit: id(LOWER), period, last_atom: atom(0).start, ..world.head };
    world.file()
}

fn never(file: &[u8], expected: Option<&Anchor>, what: &str) {
    let verdict = verify_bundle(file, expected);
    assert!(!verdict.verified(), "{what} is verified");
    assert!(!verdict.findings.is_empty(), "{what}: nothing is said");
}

#[test]
fn every_byte_is_covered() {
    let file = small();
    assert_eq!(verify_bundle(&file, None).findings, [], "format {BUNDLE_FORMAT}");
    println!("{} bytes", file.len());
    let mut changed = file.clone();
    for place in 0..file.len() {
        for pattern in [0x01, 0x20, 0x80, 0xff] {
            changed[place] ^= pattern;
            // even a reader who expects no root is told
            never(&changed, None, &format!("byte {place} ^ {pattern:#04x}"));
            changed[place] = file[place];
        }
    }
}

#[test]
fn cut_off_anywhere_or_longer_it_is_not_verified() {
    let file = small();
    for length in 0..file.len() {
        never(&file[..length], None, &format!("cut at {length}"));
    }
    for more in [&b"\0"[..], b"\n", b"\x42\x00", &file] {
        never(&[&file[..], more].concat(), None, "something behind it");
    }
}

fn noise(rng: &mut fastrand::Rng, most: usize) -> Vec<u8> {
    let length = rng.usize(..most);
    std::iter::repeat_with(|| rng.u8(..)).take(length).collect()
}

#[test]
fn garbage_is_no_bundle() {
    let seed = 20_180_115;
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let file = small();
    for round in 0..2_000 {
        let mut bytes: Vec<u8> = match round % 3 {
            0 => noise(&mut rng, 300),
            1 => [bundle::MAGIC, &noise(&mut rng, 60)].concat(),
            _ => file.clone(),
        };
        if round % 3 == 2 {
            // pieces moved about
            let (from, to) = (rng.usize(..bytes.len()), rng.usize(..bytes.len()));
            let length = rng.usize(1..200).min(bytes.len() - from.max(to));
            let piece = bytes[from..from + length].to_vec();
            if bytes[to..to + length] == piece {
                continue;
            }
            bytes[to..to + length].copy_from_slice(&piece);
        }
        never(&bytes, None, &format!("round {round}"));
    }
}
