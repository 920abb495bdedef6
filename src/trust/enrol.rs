//! A request to join, to renew or to change a key: made and signed at the node, checked at the top. What it is worth is for the ledger to say.

use bytes::Bytes;
use prost::Message;

use super::{
    TrustError,
    request::{Csr, NodeKey, check_request, request},
};
use crate::{
    document::{Purpose, Sealer, verify},
    domain::{address::is_https, roll::Key, time::Timestamp, units::is_code},
    ledger::trust::Keys,
    wire::{WireError, pb::v1 as pb, roll::key, scalar::instant_from_pb, scalar::text, stamp},
};

/// More keys than a request can rest on: the document's, the token's, the one before.
const MAX_SIGNATURES: usize = 4;
/// The largest statement.
const MAX_STATEMENT: usize = 8 << 10;
const MAX_TEXT: usize = 200;

/// What a node asks for.
pub struct Wish<'a> {
    /// Code of its unit.
    pub unit: &'a str,
    /// Id of the join token; empty without.
    pub token: &'a str,
    /// The key of its links.
    pub link: &'a NodeKey,
    /// The key of its documents.
    pub document: Key,
    /// Where nodes below reach it.
    pub address: &'a str,
    /// By its own clock.
    pub at: Timestamp,
}

/// The request, signed by everybody it rests on.
pub fn ask(wish: &Wish<'_>, signers: &[&dyn Sealer]) -> Result<pb::EnrolRequest, TrustError> {
    let statement = pb::EnrolStatement {
        unit: wish.unit.to_owned(),
        token: wish.token.to_owned(),
        certificate_request: request(wish.link)?,
        document_key: wish.document.to_vec(),
        address: wish.address.to_owned(),
        at: Some(stamp::to_pb(wish.at)),
    }
    .encode_to_vec();
    let message = Purpose::Enrolment.message(&statement);
    let signatures = signers.iter().map(|signer| pb::EnrolSignature {
        public_key: signer.public_key().to_vec(),
        signature: signer.sign(&message).to_vec(),
    });
    Ok(pb::EnrolRequest { signatures: signatures.collect(), statement })
}

/// A request whose signatures are good.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Code of the unit.
    pub code: String,
    /// Id of the join token.
    pub token: Option<String>,
    /// The key its certificate will be for.
    pub csr: Csr,
    /// Its keys.
    pub keys: Keys,
    /// Who signed.
    pub signers: Vec<Key>,
    /// When it was made.
    pub at: Timestamp,
    /// Where nodes below reach it.
    pub address: String,
}

/// Why a request cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRequest {
    /// A field.
    #[error(transparent)]
    Field(#[from] WireError),
    /// The request for a certificate inside it.
    #[error(transparent)]
    Certificate(#[from] TrustError),
    /// A signature is not good.
    #[error("a signature under the request is not good: somebody on the way may have changed it; ask for a new token")]
    Signature,
}

/// Checks form and signatures.
///
/// # Errors
/// [`BadRequest`].
pub fn check(request: &pb::EnrolRequest) -> Result<Asked, BadRequest> {
    let wrong = |field: &str, message: &str| WireError::new(field, "INVALID", message);
    if request.statement.len() > MAX_STATEMENT || request.signatures.len() > MAX_SIGNATURES {
        return Err(wrong("statement", "it is too large: ask with `motcua init DIR --token`").into());
    }
    let mut signers = Vec::new();
    for signature in &request.signatures {
        let signer = key(&signature.public_key, "signatures.public_key")?;
        let signature = <[u8; 64]>::try_from(signature.signature.as_slice()).map_err(|_| BadRequest::Signature)?;
        if !verify(Purpose::Enrolment, &signer, &request.statement, &signature) {
            return Err(BadRequest::Signature);
        }
        signers.push(signer);
    }
    let statement = pb::EnrolStatement::decode(Bytes::copy_from_slice(&request.statement))
        .map_err(|_| wrong("statement", "it cannot be read"))?;
    if !is_code(&statement.unit) {
        return Err(WireError::new("unit", "BAD_UNIT", "name the unit by its code").into());
    }
    let at = statement.at.ok_or_else(|| WireError::new("at", "MISSING_FIELD", "fill in this field"))?;
    let csr = check_request(&statement.certificate_request)?;
    let keys = Keys {
        document: key(&statement.document_key, "document_key")?,
        link: *blake3::hash(csr.public_key()).as_bytes(),
    };
    Ok(Asked {
        token: Some(text(statement.token, "token", MAX_TEXT)?).filter(|t| !t.is_empty()),
        address: address(statement.address)?,
        at: instant_from_pb(at, "at")?,
        code: statement.unit,
        csr,
        keys,
        signers,
    })
}

/// Empty, or `https://HOST:PORT`.
fn address(given: String) -> Result<String, WireError> {
    let address = text(given, "address", MAX_TEXT)?;
    if address.is_empty() || is_https(&address) {
        return Ok(address);
    }
    Err(WireError::new("address", "INVALID", "write it as https://HOST:PORT, or leave it empty"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::KeySealer;

    #[test]
    fn nobody_on_the_way_can_change_a_request() {
        let document = KeySealer::from_seed(&[1; 32]);
        let token = KeySealer::from_seed(&[2; 32]);
        let link = NodeKey::generate().unwrap();
        let wish = Wish {
            unit: "07069",
            token: "k3",
            link: &link,
            document: document.public_key(),
            address: "https://10.0.0.1:7070",
            at: Timestamp(1_700_000_000_000),
        };
        let request = ask(&wish, &[&document, &token]).unwrap();
        let asked = check(&request).unwrap();
        assert_eq!((asked.code.as_str(), asked.token.as_deref()), ("07069", Some("k3")));
        assert_eq!(asked.signers, [document.public_key(), token.public_key()]);
        for place in 0..request.statement.len() {
            let mut changed = request.clone();
            changed.statement[place] ^= 1;
            assert!(check(&changed).is_err(), "byte {place}");
        }
        // A relay that puts its own keys in can sign only with its own.
        let relay = KeySealer::from_seed(&[3; 32]);
        let swapped = ask(&Wish { document: relay.public_key(), ..wish }, &[&relay]).unwrap();
        assert_eq!(check(&swapped).unwrap().signers, [relay.public_key()]);
    }
}
