//! Parts of the registry, signed by the top of the tree: whoever relays one can keep it back, but not alter it.

use bytes::Bytes;
use prost::Message;

use super::{DocumentError, Purpose, Sealer, seal::verify};
use crate::{
    domain::registry::Part,
    wire::{
        pb::v1 as pb,
        registry::{part_from_pb, part_to_pb},
    },
};

/// The largest part, sealed: the procedures of a province take less than 4 MiB.
pub const MAX_PART: usize = 32 << 20;

/// A part of the registry and the signature under it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedPart {
    /// What it says.
    pub part: Part,
    /// The registry's version when it was decided.
    pub version: u64,
    /// Ed25519 key that signed it.
    pub signer: [u8; 32],
    /// As it is stored and relayed; never encoded again.
    pub bytes: Bytes,
}

/// The part under the sealer's signature.
pub fn seal_part(part: Part, version: u64, sealer: &dyn Sealer) -> SealedPart {
    let encoded = part_to_pb(&part, version).encode_to_vec();
    let signature = sealer.sign(&Purpose::Registry.message(&encoded)).to_vec();
    let signer = sealer.public_key();
    let sealed = pb::SealedPart { part: encoded, public_key: signer.to_vec(), signature };
    SealedPart { part, version, signer, bytes: sealed.encode_to_vec().into() }
}

/// Opens a part: one of its bytes changed, and it does not open. Whether the signer is the top of the tree is for the caller to ask.
///
/// # Errors
/// [`DocumentError::Malformed`], [`DocumentError::BadSignature`].
pub fn open_part(bytes: &Bytes) -> Result<SealedPart, DocumentError> {
    if bytes.len() > MAX_PART {
        let message = format!("{} bytes, at most {MAX_PART} are allowed", bytes.len());
        return Err(DocumentError::malformed("part", message));
    }
    let (sealed, signer) = split(bytes)?;
    let signature = <[u8; 64]>::try_from(sealed.signature.as_slice())
        .map_err(|_| DocumentError::malformed("signature", "it does not have 64 bytes"))?;
    if sealed.encode_to_vec() != *bytes {
        return Err(DocumentError::malformed("part", "it is not exactly a part, a key and a signature"));
    }
    if !verify(Purpose::Registry, &signer, &sealed.part, &signature) {
        return Err(DocumentError::BadSignature);
    }
    read(bytes, &sealed, signer)
}

/// Reads a part from our own store, whose chain vouches for its bytes.
///
/// # Errors
/// [`DocumentError::Malformed`].
pub fn reopen_part(bytes: &Bytes) -> Result<SealedPart, DocumentError> {
    let (sealed, signer) = split(bytes)?;
    read(bytes, &sealed, signer)
}

fn split(bytes: &Bytes) -> Result<(pb::SealedPart, [u8; 32]), DocumentError> {
    let sealed = pb::SealedPart::decode(bytes.as_ref()).map_err(|e| DocumentError::malformed("part", e.to_string()))?;
    let signer = <[u8; 32]>::try_from(sealed.public_key.as_slice())
        .map_err(|_| DocumentError::malformed("public_key", "it does not have 32 bytes"))?;
    Ok((sealed, signer))
}

fn read(bytes: &Bytes, sealed: &pb::SealedPart, signer: [u8; 32]) -> Result<SealedPart, DocumentError> {
    let part = pb::RegistryPart::decode(sealed.part.as_slice())
        .map_err(|e| DocumentError::malformed("part", e.to_string()))?;
    let (part, version) = part_from_pb(part).map_err(|mistakes| {
        DocumentError::malformed("part", mistakes.first().map(ToString::to_string).unwrap_or_default())
    })?;
    Ok(SealedPart { part, version, signer, bytes: bytes.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::KeySealer, domain::atoms::Cuts};

    #[test]
    fn every_byte_of_a_part_is_signed() {
        let sealer = KeySealer::from_seed(&[3; 32]);
        let cuts = Cuts::new(["2022-06-09".parse().unwrap()]);
        let sealed = seal_part(Part::Cuts(cuts), 7, &sealer);
        assert_eq!(open_part(&sealed.bytes).unwrap(), sealed);
        for place in 0..sealed.bytes.len() {
            let mut bytes = sealed.bytes.to_vec();
            bytes[place] ^= 1;
            assert!(open_part(&bytes.into()).is_err(), "byte {place} is not covered");
        }
        let longer: Bytes = [&sealed.bytes[..], &[0x20, 1]].concat().into();
        assert!(open_part(&longer).is_err());
    }
}
