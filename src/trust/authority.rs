//! Our own certificate authority. It says which key speaks for which unit, for how long, and nothing else; what a node asks to be called is never
//! believed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};

use super::{TrustError, peer, peer::UNIT_URI, request::Csr};
use crate::domain::{
    time::{DAY_MS, Timestamp},
    units::UnitId,
};

/// Clocks of old PCs differ: an authority holds from a little before it was made.
const SLACK_MS: i64 = 5 * 60_000;
/// Days of a year, a little more rather than less.
const YEAR_DAYS: i64 = 366;

/// An authority: a certificate that may sign others, and its secret key.
pub struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    not_after: Timestamp,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// What a certificate will say. All of it is decided by the authority's side; of the node only the public key comes in.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The unit that the key speaks for.
    pub unit: UnitId,
    /// The checked request.
    pub csr: Csr,
    /// Host names and IP addresses under which the node is reached.
    pub names: Vec<String>,
    /// It holds from here,
    pub not_before: Timestamp,
    /// up to here, and never longer than the authority itself.
    pub not_after: Timestamp,
    /// Its number.
    pub serial: [u8; 16],
}

impl Authority {
    /// A new authority, ECDSA P-256, that signs units and no further authorities.
    pub fn create(name: &str, now: Timestamp, years: u32) -> Result<Authority, TrustError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let not_after = now.plus_millis(i64::from(years).saturating_mul(YEAR_DAYS * DAY_MS));
        span(&mut params, now.plus_millis(-SLACK_MS), not_after)?;
        let certificate = params.self_signed(&key)?.der().clone();
        Ok(Authority { certificate, issuer: Issuer::new(params, key), not_after })
    }

    /// An authority that was made before, here or elsewhere.
    ///
    /// # Errors
    /// [`TrustError`] if the certificate may not sign others, the key is not its own, or either cannot be read.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Authority, TrustError> {
        let text = |what| move |why: String| TrustError::Text { what, why };
        let certificate = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
            .map_err(|e| text("the authority's certificate")(e.to_string()))?;
        let key = KeyPair::from_pem(key_pem).map_err(|e| text("the authority's key")(e.to_string()))?;
        if !peer::is_authority(&certificate) {
            return Err(TrustError::NotAnAuthority);
        }
        let read = peer::read(&certificate)?;
        if read.public_key().subject_public_key.data.as_ref() != key.public_key_raw() {
            return Err(TrustError::OtherKey);
        }
        let not_after = Timestamp(read.validity().not_after.timestamp().saturating_mul(1000));
        let issuer = Issuer::from_ca_cert_der(&certificate, key)
            .map_err(|e| text("the authority's certificate")(e.to_string()))?;
        Ok(Authority { certificate, issuer, not_after })
    }

    /// What everybody may have.
    pub fn certificate_pem(&self) -> String {
        pem("CERTIFICATE", &self.certificate)
    }

    /// What everybody may have.
    pub fn certificate_der(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// What nobody else may have.
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// blake3 of the certificate: stands in an invitation, so that a joining node knows whom to believe.
    pub fn fingerprint(&self) -> [u8; 32] {
        peer::fingerprint(&self.certificate)
    }

    /// The end of everything it signs.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// From when to when a certificate holds that is issued now: from a little before, because clocks of old PCs differ, and never longer than the
    /// authority itself.
    pub fn span(&self, now: Timestamp, days: u32) -> (Timestamp, Timestamp) {
        (now.plus_millis(-SLACK_MS), now.plus_millis(i64::from(days) * DAY_MS).min(self.not_after))
    }

    /// Signs a certificate for a unit, and gives its DER.
    pub fn issue(&self, leaf: &Leaf) -> Result<Vec<u8>, TrustError> {
        check_names(&leaf.names)?;
        let mut params = CertificateParams::new(leaf.names.clone())?;
        params.subject_alt_names.push(SanType::URI(format!("{UNIT_URI}{}", leaf.unit).try_into()?));
        // For people with openssl; no program reads it.
        params.distinguished_name = common_name(&leaf.unit.to_string());
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // Every node is both: it listens to its children and calls its parent.
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(SerialNumber::from_slice(&leaf.serial));
        span(&mut params, leaf.not_before, leaf.not_after.min(self.not_after))?;
        Ok(params.signed_by(&leaf.csr.key, &self.issuer)?.der().to_vec())
    }
}

/// Whether a certificate can carry these names.
///
/// # Errors
/// [`TrustError::Name`] with the first that is no host name and no IP address.
pub fn check_names(names: &[String]) -> Result<(), TrustError> {
    for name in names {
        ServerName::try_from(name.as_str()).map_err(|_| TrustError::Name(name.clone()))?;
    }
    Ok(())
}

/// Certificate or key as text.
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = data_encoding::BASE64.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

fn common_name(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn span(params: &mut CertificateParams, from: Timestamp, until: Timestamp) -> Result<(), TrustError> {
    let wrong = || TrustError::Span { from, until };
    if until <= from {
        return Err(wrong());
    }
    // Whole seconds, because certificates know no parts of them.
    let time = |at: Timestamp| -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(at.0.div_euclid(1000)).ok()?))
    };
    // Years beyond 9999 cannot be written.
    let last = Timestamp(253_402_300_799_000);
    params.not_before = time(from.min(last)).ok_or_else(wrong)?.into();
    params.not_after = time(until.min(last)).ok_or_else(wrong)?.into();
    Ok(())
}
