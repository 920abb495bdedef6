//! A node's own key, and its request for a certificate. The private half is made at the node and never leaves it; of a request only the public
//! key is believed.

use rcgen::{CertificateParams, CertificateSigningRequestParams, DistinguishedName, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::{CertificateSigningRequestDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::TrustError;

/// A request is a few hundred bytes; more is not worth reading.
const MAX_REQUEST: usize = 4096;
/// A point of P-256, not compressed: a mark and two numbers of 32 bytes.
const POINT: usize = 65;

/// The secret of a node: an ECDSA P-256 key. Its `Debug` shows nothing of it.
pub struct NodeKey(KeyPair);

impl std::fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeKey")
    }
}

impl NodeKey {
    /// A new key from the system's random numbers.
    pub fn generate() -> Result<NodeKey, TrustError> {
        Ok(NodeKey(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?))
    }

    /// Reads PKCS#8 PEM, as [`NodeKey::pem`] wrote it.
    pub fn from_pem(pem: &str) -> Result<NodeKey, TrustError> {
        let pair =
            KeyPair::from_pem(pem).map_err(|e| TrustError::Text { what: "the node's key", why: e.to_string() })?;
        if pair.algorithm() == &PKCS_ECDSA_P256_SHA256 { Ok(NodeKey(pair)) } else { Err(TrustError::KeyKind) }
    }

    /// PKCS#8 PEM. Secret.
    pub fn pem(&self) -> String {
        self.0.serialize_pem()
    }

    pub(super) fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.0.serialize_der()))
    }
}

/// The public key of a node that has proved to hold the private one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csr {
    pub(super) key: rcgen::PublicKey,
}

impl Csr {
    /// The bytes of the public key, to tell two requests apart.
    pub fn public_key(&self) -> &[u8] {
        rcgen::PublicKeyData::der_bytes(&self.key)
    }
}

/// The request of a node: its public key, signed with the private one. It asks for no names, because nobody would listen.
pub fn request(key: &NodeKey) -> Result<Vec<u8>, TrustError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    Ok(params.serialize_request(&key.0)?.der().to_vec())
}

/// The public key of a request whose own signature holds.
///
/// # Errors
/// [`TrustError::Request`] for anything that is not exactly that, [`TrustError::KeyKind`] for another kind of key.
pub fn check_request(der: &[u8]) -> Result<Csr, TrustError> {
    if der.len() > MAX_REQUEST {
        return Err(TrustError::Request("it is too long".to_owned()));
    }
    let request = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(der.to_vec()))
        .map_err(|e| TrustError::Request(e.to_string()))?;
    // The signature's name says nothing about the curve (P-384 may sign with SHA-256), the point's length does.
    let key = Csr { key: request.public_key };
    let point = key.public_key();
    let ours = key.key.algorithm() == &PKCS_ECDSA_P256_SHA256 && point.len() == POINT && point.first() == Some(&4);
    if ours { Ok(key) } else { Err(TrustError::KeyKind) }
}
