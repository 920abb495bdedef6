//! The identity in use. It can be exchanged at any time: every handshake asks anew, open links go on with what they began with.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwapOption;
use rustls::{
    SignatureScheme,
    client::ResolvesClientCert,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::identity::Identity;

/// A handle to the identity in use; clones see the same one. Empty before a node has joined.
#[derive(Clone, Default)]
pub struct Keyring(Arc<ArcSwapOption<Identity>>);

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keyring").field(&self.0.load()).finish()
    }
}

impl Keyring {
    /// With an identity from the start.
    pub fn new(identity: Identity) -> Keyring {
        let keyring = Keyring::default();
        keyring.put(identity);
        keyring
    }

    /// From now on this is the identity.
    pub fn put(&self, identity: Identity) {
        self.0.store(Some(Arc::new(identity)));
    }

    /// The identity in use.
    pub fn get(&self) -> Option<Arc<Identity>> {
        self.0.load_full()
    }

    fn key(&self) -> Option<Arc<CertifiedKey>> {
        self.get().map(|identity| Arc::clone(&identity.key))
    }
}

impl ResolvesServerCert for Keyring {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.key()
    }
}

impl ResolvesClientCert for Keyring {
    fn resolve(&self, _hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.key().filter(|key| key.key.choose_scheme(schemes).is_some())
    }

    fn has_certs(&self) -> bool {
        self.get().is_some()
    }
}
