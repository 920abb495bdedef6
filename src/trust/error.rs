//! Why trust cannot be made, read or used. Every message says what to do.

use crate::domain::{time::Timestamp, units::UnitId};

/// What is wrong with keys, certificates and authorities.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A file.
    #[error("{file}: {error}")]
    Io {
        /// Which.
        file: String,
        /// What came of it.
        error: std::io::Error,
    },
    /// A secret that others may read.
    #[error(
        "{file} can be read by others (mode {mode:o}): run `chmod 600 {file}`, and make a new key if somebody may have copied it"
    )]
    Exposed {
        /// Which file.
        file: String,
        /// Its permissions.
        mode: u32,
    },
    /// A secret that is there already.
    #[error("{file} is there already: a key is never overwritten; move it away if it is not wanted")]
    KeyExists {
        /// Which file.
        file: String,
    },
    /// Text that is not what it should be.
    #[error("{what} cannot be read ({why}): give the text as it was written, from BEGIN to END")]
    Text {
        /// What was read.
        what: &'static str,
        /// What the reader said.
        why: String,
    },
    /// A certificate that may not sign others.
    #[error(
        "the certificate is not one of an authority: give one that may sign others (CA: true, key usage certificate signing)"
    )]
    NotAnAuthority,
    /// Two things that do not belong together.
    #[error("the key does not belong to the certificate: give the two that were made together")]
    OtherKey,
    /// A key of another kind.
    #[error("the key is not ECDSA P-256: make it with `motcua`, or with openssl's prime256v1")]
    KeyKind,
    /// A request that was not signed by the key inside it.
    #[error("the request for a certificate cannot be used ({0}): make a new one at the node")]
    Request(String),
    /// A name that no certificate can bear.
    #[error("{0:?} is no host name and no IP address: write it as `example.gov.vn` or `10.0.0.4`")]
    Name(String),
    /// A certificate that ends before it begins.
    #[error(
        "a certificate from {from} until {until} would never hold: check the clock, and how long the authority itself still holds"
    )]
    Span {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// A certificate nobody we trust has signed.
    #[error(
        "the node's certificate does not come from this authority ({0}): join again, or give the authority's certificate it came with"
    )]
    NotIssued(String),
    /// A peer's certificate.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// An address.
    #[error("{url} cannot be used: {why}")]
    Address {
        /// The address.
        url: String,
        /// What to do about it.
        why: &'static str,
    },
    /// The libraries refuse.
    #[error("the certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    /// The libraries refuse.
    #[error("the link cannot be made: {0}")]
    Tls(#[from] rustls::Error),
}

/// What is wrong with the certificate of the other side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// Not a certificate.
    #[error("the certificate cannot be read: join that node again")]
    Unreadable,
    /// No unit, or several.
    #[error("the certificate names {0} units where it should name exactly one: join that node again")]
    Units(usize),
    /// A unit that cannot be.
    #[error("the certificate names {0:?}, which is no unit: join that node again")]
    Unit(String),
    /// An authority's certificate where a unit's should be.
    #[error("the certificate is one of an authority, not of a unit: join that node again")]
    Authority,
    /// Somebody else than was called.
    #[error("the node that answers is {came}, not {}: check the address", expected.join(" or "))]
    WrongUnit {
        /// Codes of the units that were called.
        expected: Vec<String>,
        /// The unit that answered.
        came: UnitId,
    },
    /// Another authority than the one that was named.
    #[error(
        "the node that answers belongs to another authority than the invitation names (it has {came}): check the address, and ask for a new invitation"
    )]
    WrongAuthority {
        /// The fingerprint that came, shortened.
        came: String,
    },
    /// A chain without its authority.
    #[error("the node that answers does not show its authority: update its program")]
    NoAuthority,
    /// Nobody is trusted yet.
    #[error("this node trusts no authority yet: join the federation first")]
    NothingTrusted,
    /// Another version of TLS.
    #[error("only TLS 1.3 is spoken here: update the other program")]
    Version,
}
