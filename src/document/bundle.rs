//! A bundle: the figures of a unit for a period with every document down to the communes, and the keys to judge them by. One bundle has one
//! encoding, so that no byte of the file is free.

use bytes::Bytes;
use chrono::NaiveDate;
use prost::Message;

use super::limits::{skip, varint};
use crate::{
    domain::{roll::Key, units::UnitId},
    wire::pb::v1 as pb,
};

/// The first line of the file, by which people and programs know it.
pub const MAGIC: &[u8] = b"motcua bundle v1\n";
/// The format this release writes, and the greatest it reads.
pub const BUNDLE_FORMAT: u32 = 1;
/// Bytes of the largest bundle that is read.
pub const MAX_BUNDLE: usize = 1 << 30;
/// Documents in one bundle: a province of five hundred units for fifteen years.
pub const MAX_DOCUMENTS: usize = 200_000;
/// Parts of the registry in one bundle.
const MAX_PARTS: usize = 3;

/// Everything before the documents.
#[derive(Clone, Debug)]
pub struct Head {
    /// The unit asked for.
    pub unit: UnitId,
    /// The period asked for.
    pub period: String,
    /// First day of its first atom.
    pub first_atom: NaiveDate,
    /// First day of its last atom.
    pub last_atom: NaiveDate,
    /// The key of the top of the tree, where one is known.
    pub root: Option<Key>,
    /// Sealed parts of the registry: tree, cuts, roll.
    pub parts: Vec<Bytes>,
}

/// The first bytes of the file. What [`document_field`] gives for every document, sorted by hash, comes behind it.
pub fn head(head: &Head) -> Vec<u8> {
    let bundle = pb::Bundle {
        format: BUNDLE_FORMAT,
        unit: head.unit.to_string(),
        period: head.period.clone(),
        first_atom: head.first_atom.to_string(),
        last_atom: head.last_atom.to_string(),
        root: head.root.map(|root| root.to_vec()).unwrap_or_default(),
        parts: head.parts.iter().map(|part| part.to_vec()).collect(),
        documents: Vec::new(),
    };
    [MAGIC, &bundle.encode_to_vec()].concat()
}

/// One document as it stands in the file.
pub fn document_field(envelope: &Bytes) -> Vec<u8> {
    pb::Bundle { documents: vec![envelope.to_vec()], ..pb::Bundle::default() }.encode_to_vec()
}

/// Why bytes are not a bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BundleError {
    /// It does not begin as one.
    NotABundle,
    /// Its frame is broken: it was cut off, altered, or something was added.
    Damaged,
    /// It has more than a bundle may have.
    TooLarge,
    /// Written by a later release.
    Newer(u32),
}

/// Reads the frame; what is in it is for [`super::verify_bundle`] to judge.
pub(super) fn read(file: &[u8]) -> Result<pb::Bundle, BundleError> {
    if file.len() > MAX_BUNDLE {
        return Err(BundleError::TooLarge);
    }
    let Some(body) = file.strip_prefix(MAGIC) else {
        // a file that ends inside its first line was cut off
        return Err(if MAGIC.starts_with(file) { BundleError::Damaged } else { BundleError::NotABundle });
    };
    count(body)?;
    let bundle = pb::Bundle::decode(body).map_err(|_| BundleError::Damaged)?;
    if bundle.format > BUNDLE_FORMAT {
        return Err(BundleError::Newer(bundle.format));
    }
    if bundle.format == 0 || bundle.encode_to_vec() != body {
        return Err(BundleError::Damaged);
    }
    Ok(bundle)
}

/// Refuses what would decode into absurd numbers of things, before anything is allocated for it.
fn count(body: &[u8]) -> Result<(), BundleError> {
    let (mut parts, mut documents) = (0, 0);
    let mut rest = body;
    while !rest.is_empty() {
        let (key, after) = varint(rest).ok_or(BundleError::Damaged)?;
        rest = skip(key & 7, after).ok_or(BundleError::Damaged)?;
        match key >> 3 {
            7 => parts += 1,
            8 => documents += 1,
            _ => {}
        }
        if parts > MAX_PARTS || documents > MAX_DOCUMENTS {
            return Err(BundleError::TooLarge);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_has_one_form() {
        let day: NaiveDate = "2018-01-15".parse().unwrap();
        let head = head(&Head {
            unit: UnitId::new("22", None),
            period: "2018-02".into(),
            first_atom: day,
            last_atom: day,
            root: Some([7; 32]),
            parts: vec![Bytes::from_static(b"part")],
        });
        let whole = [head.clone(), document_field(&Bytes::from_static(b"a document"))].concat();
        let read_back = read(&whole).unwrap();
        assert_eq!((read_back.period.as_str(), read_back.documents.len()), ("2018-02", 1));
        assert_eq!([MAGIC, &read_back.encode_to_vec()].concat(), whole, "pieces put together are the encoding");
        let body = &head[MAGIC.len()..];
        let many = pb::Bundle { documents: vec![vec![]; MAX_DOCUMENTS + 1], ..pb::Bundle::decode(body).unwrap() };
        let newer = pb::Bundle { format: 2, ..pb::Bundle::decode(body).unwrap() };
        for (what, bytes, error) in [
            ("nothing", vec![], BundleError::Damaged),
            ("half of the first line", MAGIC[..5].to_vec(), BundleError::Damaged),
            ("another file", b"PK\x03\x04".to_vec(), BundleError::NotABundle),
            ("a first line alone", MAGIC.to_vec(), BundleError::Damaged),
            ("an unknown field", [&whole[..], &[0x4a, 1, 0]].concat(), BundleError::Damaged),
            ("another order", [MAGIC, &whole[head.len()..], body].concat(), BundleError::Damaged),
            ("a default written out", [MAGIC, &[0x08, 0x81, 0x00], &body[2..]].concat(), BundleError::Damaged),
            ("too many documents", [MAGIC, &many.encode_to_vec()].concat(), BundleError::TooLarge),
            ("a later format", [MAGIC, &newer.encode_to_vec()].concat(), BundleError::Newer(2)),
        ] {
            assert_eq!(read(&bytes).unwrap_err(), error, "{what}");
        }
    }
}
