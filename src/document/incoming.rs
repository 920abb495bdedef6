//! A document as it came in: read, or of a later release and known by its header alone. What cannot be read is still stored, hashed and relayed.

use bytes::Bytes;
use prost::Message;

use super::{DocumentError, Header, Opened, decode, envelope, hash};
use crate::{domain::summary::Summary, wire::pb::v1 as pb};

/// A document with its header, and what it states where this release can read it.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What means the same in every format.
    pub header: Header,
    /// What it states; [`DocumentError::Newer`] if only a later release can say.
    pub summary: Result<Summary, DocumentError>,
    /// The envelope, to be stored and relayed; never encoded again.
    pub bytes: Bytes,
}

impl From<Opened> for Incoming {
    fn from(opened: Opened) -> Incoming {
        let Opened { hash, signer, summary, bytes } = opened;
        let header = Header {
            hash,
            signer,
            // what was read says the same in every format this release reads
            format: super::FORMAT,
            unit: summary.unit.clone(),
            atom: summary.atom,
            revision: summary.revision,
            provisional: summary.provisional,
            keeper: summary.keeper.clone(),
            previous_revision: summary.previous_revision,
        };
        Incoming { header, summary: Ok(summary), bytes }
    }
}

/// Takes in a document of any release: one of its bytes changed, and it is not taken.
///
/// # Errors
/// [`DocumentError::Malformed`], [`DocumentError::BadSignature`]; never [`DocumentError::Newer`], which then stands in the place of what it
/// states.
pub fn receive(bytes: &[u8]) -> Result<Incoming, DocumentError> {
    match envelope::open(bytes) {
        Ok(opened) => Ok(opened.into()),
        Err(newer @ DocumentError::Newer { .. }) => {
            let header = envelope::header(bytes)?;
            Ok(Incoming { header, summary: Err(newer), bytes: Bytes::copy_from_slice(bytes) })
        }
        Err(error) => Err(error),
    }
}

/// As [`receive`], for a document from our own store, whose chain vouches for its bytes.
///
/// # Errors
/// [`DocumentError::Malformed`].
pub fn restore(bytes: &Bytes) -> Result<Incoming, DocumentError> {
    match super::reopen(bytes) {
        Ok(opened) => Ok(opened.into()),
        Err(newer @ DocumentError::Newer { .. }) => {
            let parts = pb::Envelope::decode(bytes.as_ref()).map_err(decode::not_a_summary)?;
            let signer = <[u8; 32]>::try_from(parts.public_key.as_slice())
                .map_err(|_| DocumentError::malformed("public_key", "it does not have 32 bytes"))?;
            let header = envelope::read_header(&parts.summary, hash(bytes), signer)?;
            Ok(Incoming { header, summary: Err(newer), bytes: bytes.clone() })
        }
        Err(error) => Err(error),
    }
}
