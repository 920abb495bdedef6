//! The only place that names who does the cryptography of links (ring), the version of the protocol (TLS 1.3 and no other), and the clock that
//! certificates are held against (ours, so that a test can move it).

use std::{fmt, sync::Arc, time::Duration};

use rustls::{
    SupportedProtocolVersion, crypto::CryptoProvider, pki_types::UnixTime, time_provider::TimeProvider, version::TLS13,
};

use crate::{clock::Clock, domain::time::Timestamp};

/// The one version that is spoken.
pub const VERSIONS: &[&SupportedProtocolVersion] = &[&TLS13];
/// The one protocol inside.
pub const ALPN: &[u8] = b"h2";

/// Who does the cryptography. Given to every configuration by hand: a process-wide default would be a second place to look.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The node's clock as rustls asks for it.
pub fn time_of(clock: &Clock) -> Arc<dyn TimeProvider> {
    Arc::new(NodeTime(Arc::clone(clock)))
}

/// An instant as rustls writes it; before 1970 is 1970.
pub fn unix(time: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(time.0).unwrap_or(0)))
}

/// The instant rustls speaks of.
pub fn instant(time: UnixTime) -> Timestamp {
    Timestamp(i64::try_from(time.as_secs()).unwrap_or(i64::MAX / 1000).saturating_mul(1000))
}

struct NodeTime(Clock);

impl fmt::Debug for NodeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NodeTime")
    }
}

impl TimeProvider for NodeTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(unix((self.0)()))
    }
}
