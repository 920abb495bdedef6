//! The envelope: an encoded summary, the signer's key and the signature, as the opaque bytes that are hashed, stored and relayed.

use bytes::Bytes;
use prost::Message;

use super::{DocumentError, MAX_DOCUMENT, Purpose, Sealer, decode, encode, seal::verify};
use crate::{
    domain::{
        atoms::Atom,
        summary::{Hash, Summary},
        units::UnitId,
    },
    wire::pb::v1 as pb,
};

/// A document that was read: the signature is good, the summary keeps the rules of the format. Whether its figures balance
/// ([`Summary::fault`]) and whether the signer may sign for the unit is for the caller to ask.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Name of the document: hash of the envelope.
    pub hash: Hash,
    /// Ed25519 key that signed it.
    pub signer: [u8; 32],
    /// What it states.
    pub summary: Summary,
    /// The envelope, to be stored and relayed; never encoded again.
    pub bytes: Bytes,
}

/// What can be told of a signed document of any format: enough to store it and pass it on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Name of the document: hash of the envelope.
    pub hash: Hash,
    /// Ed25519 key that signed it.
    pub signer: [u8; 32],
    /// Its format; greater than [`super::FORMAT`] for one that cannot be opened here.
    pub format: u32,
    /// Whose figures.
    pub unit: UnitId,
    /// For when.
    pub atom: Atom,
    /// 1 for the first, 0 for a provisional one.
    pub revision: u32,
    /// Read off an open period.
    pub provisional: bool,
    /// Whose node keeps the books and signs.
    pub keeper: UnitId,
    /// Name of the revision it replaces.
    pub previous_revision: Option<Hash>,
}

/// The fields of a summary that mean the same in every format. Everything else is passed over unread, so a later release may
/// change it.
#[derive(Clone, PartialEq, prost::Message)]
struct Common {
    #[prost(uint32, tag = "1")]
    format: u32,
    #[prost(string, tag = "2")]
    unit: String,
    #[prost(string, tag = "3")]
    atom_start: String,
    #[prost(string, tag = "4")]
    atom_end: String,
    #[prost(uint32, tag = "5")]
    revision: u32,
    #[prost(bool, tag = "6")]
    provisional: bool,
    #[prost(string, tag = "10")]
    keeper: String,
    #[prost(bytes = "vec", tag = "20")]
    previous_revision: Vec<u8>,
}

/// The hash that names a document: blake3 over the envelope.
pub fn hash(envelope: &[u8]) -> Hash {
    Hash(*blake3::hash(envelope).as_bytes())
}

/// The signed envelope of a summary. Equal summaries under one key give equal bytes. [`open`] takes it back if the summary keeps
/// the limits of this room (`MAX_TEXT`, `MAX_REASON`, `MAX_CELLS`, `MAX_VALUE`): whoever takes in texts and counts holds them to it.
pub fn seal(summary: &Summary, sealer: &dyn Sealer) -> Bytes {
    let summary = encode::encode_summary(summary);
    let signature = sealer.sign(&Purpose::Document.message(&summary)).to_vec();
    pb::Envelope { summary, public_key: sealer.public_key().to_vec(), signature }.encode_to_vec().into()
}

/// Opens a document: one of its bytes changed, and it does not open.
///
/// # Errors
/// [`DocumentError::Malformed`], [`DocumentError::BadSignature`]; [`DocumentError::Newer`] only for a good signature, so such a
/// document may be relayed after [`header`].
pub fn open(envelope: &[u8]) -> Result<Opened, DocumentError> {
    let (parts, signer) = verified(envelope)?;
    let summary = decode::decode_summary(&parts.summary)?;
    Ok(Opened { hash: hash(envelope), signer, summary, bytes: Bytes::copy_from_slice(envelope) })
}

/// Reads what every format has in common, without the figures. The signature is verified.
///
/// # Errors
/// [`DocumentError::Malformed`], [`DocumentError::BadSignature`]; never [`DocumentError::Newer`].
pub fn header(envelope: &[u8]) -> Result<Header, DocumentError> {
    let (parts, signer) = verified(envelope)?;
    read_header(&parts.summary, hash(envelope), signer)
}

/// The header in an encoded summary.
pub(super) fn read_header(summary: &[u8], hash: Hash, signer: [u8; 32]) -> Result<Header, DocumentError> {
    let summary = Common::decode(summary).map_err(decode::not_a_summary)?;
    let (unit, atom) = decode::identity(&summary.unit, &summary.atom_start, &summary.atom_end)?;
    Ok(Header {
        hash,
        signer,
        format: summary.format,
        unit,
        atom,
        revision: summary.revision,
        provisional: summary.provisional,
        keeper: decode::unit("keeper", &summary.keeper)?,
        previous_revision: decode::read_hash("previous_revision", &summary.previous_revision)?,
    })
}

fn verified(envelope: &[u8]) -> Result<(pb::Envelope, [u8; 32]), DocumentError> {
    let malformed = |field, message: &str| DocumentError::malformed(field, message);
    if envelope.len() > MAX_DOCUMENT {
        return Err(malformed("document", &format!("{} bytes, at most {MAX_DOCUMENT} are allowed", envelope.len())));
    }
    let parts = pb::Envelope::decode(envelope).map_err(|e| malformed("document", &e.to_string()))?;
    let key = <[u8; 32]>::try_from(parts.public_key.as_slice());
    let key = key.map_err(|_| malformed("public_key", "it does not have 32 bytes"))?;
    let signature = <[u8; 64]>::try_from(parts.signature.as_slice());
    let signature = signature.map_err(|_| malformed("signature", "it does not have 64 bytes"))?;
    // the hash names the envelope, so a document must have one envelope only: nothing behind it, nothing unknown, no other order
    if parts.encode_to_vec() != envelope {
        return Err(malformed("document", "it is not exactly a summary, a key and a signature"));
    }
    if !verify(Purpose::Document, &key, &parts.summary, &signature) {
        return Err(DocumentError::BadSignature);
    }
    Ok((parts, key))
}
