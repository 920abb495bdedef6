//! The two configurations of TLS. Both ask the keyring and the clock at every handshake, so nothing has to be restarted when a certificate is
//! renewed.
//!
//! No session is ever resumed, on neither side: a resumed session carries the identity of the old one without looking at the certificate again,
//! and would so outlive its end or its ban. A full handshake costs a fraction of a millisecond.

use std::sync::Arc;

use rustls::{ClientConfig, ServerConfig, client::Resumption, server::NoServerSessionStorage};

use super::{
    TrustError,
    keyring::Keyring,
    provider::{ALPN, VERSIONS, provider, time_of},
    verify::{Clients, Expect, Servers},
};
use crate::clock::Clock;

/// For a listener: shows the newest certificate, and checks the client's if it shows one.
pub fn server_config(keyring: &Keyring, clock: &Clock) -> Result<Arc<ServerConfig>, TrustError> {
    let mut config = ServerConfig::builder_with_details(provider(), time_of(clock))
        .with_protocol_versions(VERSIONS)?
        .with_client_cert_verifier(Clients::new(keyring.clone()))
        .with_cert_resolver(Arc::new(keyring.clone()));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// For a call: shows the newest certificate if there is one, and goes on only with whom it expects.
pub fn client_config(keyring: &Keyring, clock: &Clock, expect: Expect) -> Result<Arc<ClientConfig>, TrustError> {
    let provider = provider();
    let algorithms = provider.signature_verification_algorithms;
    let servers = Servers { expect, keyring: keyring.clone(), algorithms };
    let mut config = ClientConfig::builder_with_details(provider, time_of(clock))
        .with_protocol_versions(VERSIONS)?
        // "Dangerous" is what rustls calls every verifier that is not its own; ours is in `verify`.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(servers))
        .with_client_cert_resolver(Arc::new(keyring.clone()));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    Ok(Arc::new(config))
}
