//! What a certificate says about the node that shows it. Only what is read here counts; names in it are for the way there, never for who it is.

use rustls::pki_types::CertificateDer;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, ParsedExtension},
    prelude::FromDer,
};

use super::error::PeerError;
use crate::domain::{time::Timestamp, units::UnitId};

/// How a unit is written into a certificate: `motcua://unit/00004@2025-07-01`.
pub const UNIT_URI: &str = "motcua://unit/";

/// A node's certificate, read. Whether anybody signed it is for the handshake to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCertificate {
    /// Whose it is.
    pub unit: UnitId,
    /// It holds from here,
    pub not_before: Timestamp,
    /// up to here.
    pub not_after: Timestamp,
    /// Its number at the authority.
    pub serial: [u8; 16],
    /// blake3 of its bytes.
    pub fingerprint: [u8; 32],
}

impl PeerCertificate {
    /// Reads a leaf. It must name exactly one unit, so that nobody can be two.
    ///
    /// # Errors
    /// [`PeerError`].
    pub fn parse(der: &[u8]) -> Result<PeerCertificate, PeerError> {
        let certificate = read(der)?;
        if certificate.is_ca() {
            return Err(PeerError::Authority);
        }
        let mut units: Vec<&str> = Vec::new();
        for extension in certificate.extensions() {
            if let ParsedExtension::SubjectAlternativeName(names) = extension.parsed_extension() {
                units.extend(names.general_names.iter().filter_map(|name| match name {
                    GeneralName::URI(uri) => uri.strip_prefix(UNIT_URI),
                    _ => None,
                }));
            }
        }
        let [unit] = units.as_slice() else { return Err(PeerError::Units(units.len())) };
        let unit = UnitId::parse(unit).map_err(|_| PeerError::Unit(unit.chars().take(60).collect()))?;
        Ok(PeerCertificate {
            unit,
            not_before: Timestamp(certificate.validity().not_before.timestamp().saturating_mul(1000)),
            not_after: Timestamp(certificate.validity().not_after.timestamp().saturating_mul(1000)),
            serial: serial(certificate.raw_serial()).ok_or(PeerError::Unreadable)?,
            fingerprint: fingerprint(der),
        })
    }

    /// Whether it holds no longer. It still holds in its last second.
    pub fn expired(&self, now: Timestamp) -> bool {
        now > self.not_after
    }
}

/// blake3 of a certificate: how people and invitations name it.
pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    *blake3::hash(der).as_bytes()
}

/// Reads a certificate, to its last byte.
pub(super) fn read(der: &[u8]) -> Result<X509Certificate<'_>, PeerError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(PeerError::Unreadable),
    }
}

/// Whether it may sign others.
pub(super) fn is_authority(der: &CertificateDer<'_>) -> bool {
    let Ok(certificate) = read(der) else { return false };
    let may_sign = match certificate.key_usage() {
        Ok(Some(usage)) => usage.value.key_cert_sign(),
        Ok(None) => true,
        Err(_) => false,
    };
    certificate.is_ca() && may_sign
}

/// DER drops leading zeros and adds one where the first bit is set; longer than ours is somebody else's numbering and cannot be named in a ban.
fn serial(raw: &[u8]) -> Option<[u8; 16]> {
    let first = raw.iter().position(|byte| *byte != 0).unwrap_or(raw.len());
    let digits = raw.get(first..)?;
    let mut serial = [0; 16];
    serial.get_mut(16_usize.checked_sub(digits.len())?..)?.copy_from_slice(digits);
    Some(serial)
}
