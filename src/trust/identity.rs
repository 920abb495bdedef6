//! Who this node is: its key, its certificate with the authority's behind it, and the authorities it believes. Checked as a whole when it is made,
//! so that a node never shows a certificate that its own children would refuse for anything but the time.

use std::{fmt, sync::Arc};

use rustls::{
    RootCertStore,
    client::verify_server_cert_signed_by_trust_anchor,
    pki_types::{CertificateDer, pem::PemObject},
    server::{ParsedCertificate, WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::CertifiedKey,
};

use super::{
    TrustError,
    authority::pem,
    error::PeerError,
    peer::{self, PeerCertificate},
    provider::{provider, unix},
    request::NodeKey,
};
use crate::domain::{time::Timestamp, units::UnitId};

/// Authorities that are believed.
#[derive(Clone, Debug)]
pub struct Roots {
    pub(super) store: Arc<RootCertStore>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// One or more certificates of authorities, as PEM.
    pub fn from_pem(pem: &str) -> Result<Roots, TrustError> {
        Roots::new(certificates(pem, "the authority's certificate")?)
    }

    /// Authorities as DER. A certificate that may not sign others is refused.
    pub fn new(certificates: Vec<CertificateDer<'static>>) -> Result<Roots, TrustError> {
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            if !peer::is_authority(certificate) {
                return Err(TrustError::NotAnAuthority);
            }
            store.add(certificate.clone())?;
        }
        Ok(Roots { store: Arc::new(store), certificates })
    }

    /// Whether this very certificate is among them.
    pub fn contains(&self, der: &[u8]) -> bool {
        self.certificates.iter().any(|certificate| certificate.as_ref() == der)
    }
}

/// Who this node is.
pub struct Identity {
    /// What is shown to others: leaf first, authority last.
    pub chain: Vec<CertificateDer<'static>>,
    /// Whom this node believes.
    pub roots: Roots,
    /// The unit it speaks for.
    pub unit: UnitId,
    /// Its certificate holds from here,
    pub not_before: Timestamp,
    /// up to here.
    pub not_after: Timestamp,
    /// The number of its certificate.
    pub serial: [u8; 16],
    pub(super) key: Arc<CertifiedKey>,
    pub(super) clients: Arc<dyn ClientCertVerifier>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Identity");
        f.field("unit", &self.unit).field("not_before", &self.not_before).field("not_after", &self.not_after);
        f.finish_non_exhaustive()
    }
}

impl Identity {
    /// From the three texts a node keeps. An expired certificate is read all the same: with it a node can still say who it was.
    ///
    /// # Errors
    /// [`TrustError`] if they do not belong together.
    pub fn from_pem(key_pem: &str, chain_pem: &str, authority_pem: &str) -> Result<Identity, TrustError> {
        Identity::new(
            &NodeKey::from_pem(key_pem)?,
            certificates(chain_pem, "the node's certificate")?,
            Roots::from_pem(authority_pem)?,
        )
    }

    /// From the parts themselves; see [`Identity::from_pem`].
    pub fn new(key: &NodeKey, mut chain: Vec<CertificateDer<'static>>, roots: Roots) -> Result<Identity, TrustError> {
        let leaf = chain.first().cloned().ok_or(PeerError::Unreadable)?;
        let read = PeerCertificate::parse(&leaf)?;
        let authority = signer(&leaf, chain.get(1..).unwrap_or_default(), &roots, read.not_before)?;
        if !chain.contains(&authority) {
            chain.push(authority);
        }
        let provider = provider();
        let certified =
            CertifiedKey::from_der(chain.clone(), key.private(), &provider).map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => TrustError::OtherKey,
                other => other.into(),
            })?;
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots.store), provider)
            .allow_unauthenticated()
            .build()
            .map_err(|e| TrustError::Text { what: "the authority's certificate", why: e.to_string() })?;
        let PeerCertificate { unit, not_before, not_after, serial, .. } = read;
        Ok(Identity { chain, roots, unit, not_before, not_after, serial, key: Arc::new(certified), clients })
    }

    /// Whom it believes, as PEM, for others to believe too.
    pub fn roots_pem(&self) -> String {
        self.roots.certificates.iter().map(|der| pem("CERTIFICATE", der)).collect()
    }

    /// Whether the certificate holds no longer.
    pub fn lapsed(&self, now: Timestamp) -> bool {
        self.not_after <= now
    }

    /// When to ask for the next certificate: with half of its time left, a parent may be away for as long again.
    pub fn half_life(&self) -> Timestamp {
        self.not_before.plus_millis(self.not_after.0.saturating_sub(self.not_before.0) / 2)
    }
}

/// Which of our authorities signed this leaf.
fn signer(
    leaf: &CertificateDer<'static>,
    between: &[CertificateDer<'static>],
    roots: &Roots,
    then: Timestamp,
) -> Result<CertificateDer<'static>, TrustError> {
    let algorithms = provider().signature_verification_algorithms.all;
    let parsed = ParsedCertificate::try_from(leaf)?;
    let mut refused = "no authority was given".to_owned();
    for root in &roots.certificates {
        let one = Roots::new(vec![root.clone()])?;
        match verify_server_cert_signed_by_trust_anchor(&parsed, &one.store, between, unix(then), algorithms) {
            Ok(()) => return Ok(root.clone()),
            Err(error) => refused = error.to_string(),
        }
    }
    Err(TrustError::NotIssued(refused))
}

/// Every certificate of a PEM text; at least one.
fn certificates(pem: &str, what: &'static str) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let read = read.map_err(|e| TrustError::Text { what, why: e.to_string() })?;
    if read.is_empty() {
        return Err(TrustError::Text { what, why: "there is no certificate in it".to_owned() });
    }
    Ok(read)
}
