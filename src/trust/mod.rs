//! Who is who on the wire: an authority that writes certificates for units, the identity of a node, and links that are TLS 1.3 on both sides.

pub mod access;
pub mod authority;
mod cause;
pub mod connect;
pub mod dial;
pub mod enrol;
pub mod error;
pub mod files;
pub mod identity;
pub mod keyring;
pub mod peer;
pub mod provider;
pub mod request;
pub mod rights;
pub mod sessions;
pub mod ticket;
pub mod tls;
pub mod verify;

pub use cause::tls_cause;
pub use error::TrustError;

#[cfg(test)]
mod tests;
