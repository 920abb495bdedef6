//! Whom we believe in a handshake. Chains are rustls' business; that a certificate names one unit, and the right one, is ours.

use std::{fmt, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor,
    },
    crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::{
        ParsedCertificate,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use super::{
    error::PeerError,
    identity::Roots,
    keyring::Keyring,
    peer::{self, PeerCertificate},
    provider::{provider, unix},
};

/// Whom a client will speak to. The name in the address is only the way there: who answers is told by the unit in the certificate.
#[derive(Clone, Debug)]
pub enum Expect {
    /// A node of one of these codes, by our own authorities: how nodes speak to each other.
    Units(Vec<String>),
    /// Any node of the authority with this fingerprint: how a node joins that has nothing but an invitation.
    Fingerprint([u8; 32]),
    /// Any node of these authorities: how people's programs speak to nodes.
    Authority(Roots),
}

/// Checks the server's certificate.
pub(super) struct Servers {
    pub(super) expect: Expect,
    pub(super) keyring: Keyring,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Servers").field(&self.expect).finish()
    }
}

impl Servers {
    /// The roots to believe and what lies between them and the leaf.
    fn anchors<'a>(&self, between: &'a [CertificateDer<'a>]) -> Result<(Roots, &'a [CertificateDer<'a>]), Error> {
        match &self.expect {
            Expect::Authority(roots) => Ok((roots.clone(), between)),
            Expect::Units(_) => {
                let identity = self.keyring.get().ok_or_else(|| refused(PeerError::NothingTrusted))?;
                Ok((identity.roots.clone(), between))
            }
            Expect::Fingerprint(expected) => {
                let (last, between) = between.split_last().ok_or_else(|| refused(PeerError::NoAuthority))?;
                let came = peer::fingerprint(last);
                if came != *expected {
                    let came = data_encoding::HEXLOWER.encode(&came).chars().take(16).collect();
                    return Err(refused(PeerError::WrongAuthority { came }));
                }
                let roots = Roots::new(vec![last.clone().into_owned()]);
                Ok((roots.map_err(|_| refused(PeerError::NoAuthority))?, between))
            }
        }
    }
}

impl ServerCertVerifier for Servers {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (roots, between) = self.anchors(between)?;
        let parsed = ParsedCertificate::try_from(leaf)?;
        verify_server_cert_signed_by_trust_anchor(&parsed, &roots.store, between, now, self.algorithms.all)?;
        let came = PeerCertificate::parse(leaf).map_err(refused)?.unit;
        match &self.expect {
            Expect::Units(expected) if !expected.iter().any(|code| **code == *came.code) => {
                Err(refused(PeerError::WrongUnit { expected: expected.clone(), came }))
            }
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _leaf: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(refused(PeerError::Version))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Checks a client's certificate against the authorities in use, if it shows one. Whoever shows none is nobody: people log in with a token.
#[derive(Debug)]
pub(super) struct Clients {
    pub(super) keyring: Keyring,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl Clients {
    pub(super) fn new(keyring: Keyring) -> Arc<Clients> {
        Arc::new(Clients { keyring, algorithms: provider().signature_verification_algorithms })
    }
}

impl ClientCertVerifier for Clients {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        // The roots may change under way, and our clients have one certificate to show anyway.
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let identity = self.keyring.get().ok_or_else(|| refused(PeerError::NothingTrusted))?;
        // Whoever holds this node's own key is the node itself, lapsed or not; or its operator could not ask what is wrong with it.
        let own = identity.chain.first().is_some_and(|own| own.as_ref() == leaf.as_ref());
        let now = if own { unix(identity.not_before) } else { now };
        let verified = identity.clients.verify_client_cert(leaf, between, now)?;
        PeerCertificate::parse(leaf).map_err(refused)?;
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _leaf: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(refused(PeerError::Version))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Our own words inside an error of rustls.
fn refused(error: PeerError) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(error))))
}
