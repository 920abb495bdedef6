//! Documents that were opened before they were stored: what they state, without asking their signature again.

use bytes::Bytes;
use prost::Message;

use super::{DocumentError, Opened, decode, encode_summary, hash};
use crate::{
    domain::{
        summary::{Entered, Hash, Summary},
        time::Timestamp,
    },
    wire::pb::v1 as pb,
};

/// Reads a document from our own store. The journal's chain vouches for its bytes, so the signature is not verified again.
///
/// # Errors
/// As [`super::open`], but for the signature.
pub fn reopen(envelope: &Bytes) -> Result<Opened, DocumentError> {
    let parts = pb::Envelope::decode(envelope.as_ref()).map_err(decode::not_a_summary)?;
    let signer = <[u8; 32]>::try_from(parts.public_key.as_slice())
        .map_err(|_| DocumentError::malformed("public_key", "it does not have 32 bytes"))?;
    let summary = decode::decode_summary(&parts.summary)?;
    Ok(Opened { hash: hash(envelope), signer, summary, bytes: envelope.clone() })
}

/// Equal for two summaries that state the same of the same unit and atom, whatever their revision, reason, times and chain, and whoever signs for
/// them by name.
pub fn content(summary: &Summary) -> Hash {
    hash(&encode_summary(&stripped(summary)))
}

/// What two such summaries have in common. Words are no figures: an explanation alone goes out when a person amends, not by itself.
pub(super) fn stripped(summary: &Summary) -> Summary {
    let nameless = |e: &Entered| Entered { by: String::new(), ..e.clone() };
    Summary {
        revision: 0,
        as_of: Timestamp(0),
        registry_version: 0,
        reason: String::new(),
        previous_revision: None,
        previous_atom: None,
        journal_head: Vec::new(),
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: summary.entered.iter().map(nameless).collect(),
        explained: Vec::new(),
        ..summary.clone()
    }
}
