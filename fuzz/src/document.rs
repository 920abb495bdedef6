//! Documents: bytes as they come, and bytes under a good signature, as a node that means ill would send them.

use bytes::Bytes;
use motcua::{
    document::{
        DocumentError, KeySealer, Purpose, Sealer, content, decode_summary, encode_summary, header, open, open_part,
        reopen, seal,
    },
    ledger::state::Held,
    wire::{pb::v1 as pb, registry::part_to_pb},
};
use prost::Message;

/// The first byte says what the rest is: an envelope, a summary to be signed, a sealed part, or a part to be signed.
pub fn run(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    match kind % 4 {
        0 => envelope(bytes),
        1 => summary(bytes),
        2 => part(&Bytes::copy_from_slice(bytes)),
        _ => part(&signed_part(bytes)),
    }
}

/// The key of every document that is signed here.
pub fn key() -> KeySealer {
    KeySealer::from_seed(&[42; 32])
}

fn envelope(bytes: &[u8]) {
    let _ = header(bytes);
    let Ok(opened) = open(bytes) else { return };
    assert_eq!(opened.bytes, bytes, "a document is kept as it came");
    let head = header(bytes).unwrap_or_else(|error| panic!("it opens and has no head: {error}"));
    assert_eq!((head.hash, head.unit, head.atom), (opened.hash, opened.summary.unit.clone(), opened.summary.atom));
    let again = reopen(&opened.bytes).unwrap_or_else(|error| panic!("it does not open again: {error}"));
    assert_eq!(again.summary, opened.summary);
}

/// Whatever decodes has one canonical form, and states the same in it.
fn summary(bytes: &[u8]) {
    let signed = sign(bytes, Purpose::Document);
    envelope(&signed);
    let read = match decode_summary(bytes) {
        Ok(read) => read,
        Err(error) => {
            assert_ne!(error, DocumentError::BadSignature);
            return assert!(open(&signed).is_err());
        }
    };
    let canonical = encode_summary(&read);
    let again = decode_summary(&canonical).unwrap_or_else(|error| panic!("its own encoding does not decode: {error}"));
    assert_eq!(again, read);
    assert_eq!(encode_summary(&again), canonical);
    let sealed = seal(&read, &key());
    let opened = open(&sealed).unwrap_or_else(|error| panic!("what was sealed does not open: {error}"));
    assert_eq!(content(&opened.summary), content(&read));
    // what a node computes of a document before it knows whether it is right
    let _ = (read.fault(), read.totals(), read.subtree(), Held::of(&read, opened.hash, read.as_of));
}

fn sign(summary: &[u8], purpose: Purpose) -> Vec<u8> {
    let signature = key().sign(&purpose.message(summary)).to_vec();
    pb::Envelope { summary: summary.to_vec(), public_key: key().public_key().to_vec(), signature }.encode_to_vec()
}

fn signed_part(part: &[u8]) -> Bytes {
    let signature = key().sign(&Purpose::Registry.message(part)).to_vec();
    let sealed = pb::SealedPart { part: part.to_vec(), public_key: key().public_key().to_vec(), signature };
    sealed.encode_to_vec().into()
}

fn part(bytes: &Bytes) {
    let Ok(opened) = open_part(bytes) else { return };
    assert_eq!(opened.bytes, *bytes, "a part is kept as it came");
    let encoded = part_to_pb(&opened.part, opened.version).encode_to_vec();
    let again =
        open_part(&signed_part(&encoded)).unwrap_or_else(|error| panic!("its own encoding does not open: {error}"));
    assert_eq!((again.part, again.version), (opened.part, opened.version));
}
