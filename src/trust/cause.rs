//! Plain words for what goes wrong on an authenticated link: lower-case, with a way out.

use std::{error::Error, io};

use rustls::{AlertDescription, CertificateError};
use tonic::Status;

use super::{error::PeerError, provider::instant};

/// Before our words. What is between us and the caller keeps of an error on an open link only its text.
const MARK: &str = "authenticated link: ";

const CLOSED: &str = "the other node closed the link: it may be stopping, or it does not admit this node's certificate \
                      (any more); see its log, and join again if the certificate was revoked";
const NOT_TLS: &str =
    "the other side does not speak TLS: check the address and the port, and that the node there is secured";
const HUNG_UP: &str = "the other side closed the link during the handshake: check the address and the port, and that \
                       the node there is secured";

/// What went wrong with TLS, in lower-case words with a way out; `None` if it was something else, such as a machine that cannot be reached. Ask it
/// about calls on authenticated links only.
///
/// In TLS 1.3 a refused client learns of it after its handshake. If the refusal comes in the moment between the handshake and the first call, that
/// call knows only that the link was closed; the next one, with a handshake of its own, tells why.
pub fn tls_cause(status: &Status) -> Option<String> {
    let mut next: Option<&(dyn Error + 'static)> = status.source();
    while let Some(error) = next {
        if let Some((_, words)) = error.to_string().split_once(MARK) {
            return Some(words.to_owned());
        }
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return Some(CLOSED.to_owned());
        }
        next = error.source();
    }
    None
}

/// An error before both sides were content.
pub(super) fn handshake(error: io::Error) -> io::Error {
    match inner(&error) {
        Some(tls) => marked(&error, &words(tls)),
        None if closed(&error) => marked(&error, HUNG_UP),
        None => error,
    }
}

/// An error after that. In TLS 1.3 a client learns only here that its certificate was refused.
pub(super) fn open_link(error: io::Error) -> io::Error {
    match inner(&error) {
        Some(tls) => marked(&error, &words(tls)),
        None if closed(&error) => marked(&error, CLOSED),
        None => error,
    }
}

fn marked(error: &io::Error, words: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{MARK}{words}"))
}

fn inner(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::AlertReceived(alert) => alerted(*alert),
        rustls::Error::InvalidMessage(_) => NOT_TLS.to_owned(),
        rustls::Error::PeerIncompatible(_) => PeerError::Version.to_string(),
        other => format!("the two nodes cannot agree on a link ({other}): update the older program"),
    }
}

/// We refused theirs.
fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Other(other) => match other.0.downcast_ref::<PeerError>() {
            Some(error) => error.to_string(),
            None => format!("the other node's certificate cannot be used ({other}): join that node again"),
        },
        CertificateError::ExpiredContext { not_after, .. } => format!(
            "the other node's certificate expired at {}: renew it there, and check the clocks of both",
            instant(*not_after)
        ),
        CertificateError::Expired => "the other node's certificate has expired: renew it there".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "the other node's certificate holds only from {} on: check the clocks of both",
            instant(*not_before)
        ),
        CertificateError::NotValidYet => {
            "the other node's certificate does not hold yet: check the clocks of both".to_owned()
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the other node's certificate comes from an authority that is not trusted here: check the address, or join the federation it belongs to".to_owned()
        }
        CertificateError::Revoked => "the other node's certificate was revoked: join that node again".to_owned(),
        other => format!("the other node's certificate cannot be used ({other}): join that node again"),
    }
}

/// They refused ours.
fn alerted(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateExpired => {
            "the other node says that this node's certificate has expired or does not hold yet: check the clocks, and join again".to_owned()
        }
        // The second where their authority has the same name as ours and another key.
        AlertDescription::UnknownCA | AlertDescription::DecryptError => {
            "the other node does not trust the authority of this node's certificate: join the federation it belongs to".to_owned()
        }
        AlertDescription::CertificateRevoked | AlertDescription::AccessDenied => {
            "the other node does not admit this node any more: ask the top of the tree, and join again".to_owned()
        }
        AlertDescription::ProtocolVersion => PeerError::Version.to_string(),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown => {
            "the other node refuses this node's certificate: join again".to_owned()
        }
        AlertDescription::CloseNotify => CLOSED.to_owned(),
        other => format!("the other node ended the link ({other:?}): see its log"),
    }
}
