//! What is signed: summary documents, and the parts of the registry. One canonical encoding, hashed, signed and relayed as the bytes they came
//! in. Pure: no I/O, no clock.

mod ahead;
mod bundle;
mod decode;
mod encode;
mod entered;
mod envelope;
mod error;
mod incoming;
mod limits;
mod part;
mod seal;
mod stored;
mod verify;

#[cfg(test)]
mod tests;

pub use bundle::{BUNDLE_FORMAT, Head, MAX_BUNDLE, MAX_DOCUMENTS, document_field, head};
pub use decode::decode_summary;
pub use encode::{FORMAT, encode_summary};
pub use entered::{content_and_words, explanation, words};
pub use envelope::{Header, Opened, hash, header, open, seal};
pub use error::DocumentError;
pub use incoming::{Incoming, receive, restore};
pub use limits::{MAX_CAUSES, MAX_CELLS, MAX_DOCUMENT, MAX_EXPLAINED, MAX_REASON, MAX_TEXT, MAX_UNITS, MAX_VALUE};
pub use part::{SealedPart, open_part, reopen_part, seal_part};
pub use seal::{KeyError, KeySealer, Purpose, Sealer, verify};
pub use stored::{content, reopen};
pub use verify::{Anchor, fingerprint, verify_bundle};
