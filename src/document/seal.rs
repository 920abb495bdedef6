//! Who signs: the seam, the Ed25519 key behind it, and the check of a signature.

use ed25519_dalek::{
    Signature, Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding},
};

/// What is signed. It stands before the signed bytes, so that a signature is never good for anything else.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The summary of a unit.
    Document,
    /// A part of the registry, by the top of the tree.
    Registry,
    /// A request to join, to renew, or to change a key.
    Enrolment,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Purpose::Document => b"motcua document v1",
            Purpose::Registry => b"motcua registry v1",
            Purpose::Enrolment => b"motcua enrolment v1",
        }
    }

    /// The message whose signature stands under those bytes.
    pub fn message(self, bytes: &[u8]) -> Vec<u8> {
        [self.name(), bytes].concat()
    }
}

/// Signs documents. The key may lie in a file, in a device, or fixed in a test.
pub trait Sealer: Send + Sync {
    /// Ed25519 public key.
    fn public_key(&self) -> [u8; 32];
    /// Ed25519 signature over exactly that message.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// Why a key cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Not a PEM file with an Ed25519 private key.
    #[error("the document key is not an Ed25519 private key in PKCS#8 PEM: restore it from the backup of the node")]
    Unreadable,
    /// The key could not be written down.
    #[error("the document key cannot be written as PKCS#8 PEM: report this as a bug")]
    Unwritable,
}

/// A document key in memory. It never shows its secret: `Debug` prints the public key.
#[derive(Clone)]
pub struct KeySealer(SigningKey);

impl KeySealer {
    /// The key of that seed: 32 bytes from a good source of randomness, kept secret.
    pub fn from_seed(seed: &[u8; 32]) -> KeySealer {
        KeySealer(SigningKey::from_bytes(seed))
    }

    /// Reads PKCS#8 PEM (`-----BEGIN PRIVATE KEY-----`).
    ///
    /// # Errors
    /// [`KeyError::Unreadable`]; the text of the key is never part of the message.
    pub fn from_pem(pem: &str) -> Result<KeySealer, KeyError> {
        SigningKey::from_pkcs8_pem(pem).map(KeySealer).map_err(|_| KeyError::Unreadable)
    }

    /// Writes PKCS#8 PEM that [`KeySealer::from_pem`] reads back. The text is the secret.
    ///
    /// # Errors
    /// [`KeyError::Unwritable`], never seen.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.as_str().to_owned()).map_err(|_| KeyError::Unwritable)
    }
}

impl std::fmt::Debug for KeySealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeySealer").field(&crate::domain::summary::Hash(self.public_key())).finish()
    }
}

impl Sealer for KeySealer {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Whether that key signed those bytes for that purpose. Strict: weak keys and second spellings of a signature are refused, so that a
/// document has one hash.
pub fn verify(purpose: Purpose, public_key: &[u8; 32], bytes: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(public_key)
        .is_ok_and(|key| key.verify_strict(&purpose.message(bytes), &Signature::from_bytes(signature)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_through_pem_and_never_through_debug() {
        let key = KeySealer::from_seed(&[7; 32]);
        let pem = key.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        let again = KeySealer::from_pem(&pem).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        let signature = again.sign(&Purpose::Document.message(b"x"));
        assert!(verify(Purpose::Document, &key.public_key(), b"x", &signature));
        assert!(
            !verify(Purpose::Registry, &key.public_key(), b"x", &signature),
            "the purpose is part of what is signed"
        );
        assert!(!verify(Purpose::Document, &key.public_key(), b"x", &again.sign(b"x")));
        assert!(!format!("{key:?}").contains("07070707"));
        for bad in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", &pem[..pem.len() / 2]] {
            assert_eq!(KeySealer::from_pem(bad).map(|_| ()), Err(KeyError::Unreadable));
        }
    }

    #[test]
    fn a_weak_key_signs_nothing() {
        // the identity point verifies some signatures over anything when checked loosely
        let mut weak = [0; 32];
        weak[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!verify(Purpose::Document, &weak, b"x", &signature));
    }
}
