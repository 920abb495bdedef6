//! Instants on the wire.

use crate::domain::time::Timestamp;

/// The instant as protobuf writes it; every [`Timestamp`] has exactly one such form.
pub fn to_pb(at: Timestamp) -> prost_types::Timestamp {
    let nanos = at.0.rem_euclid(1000) * 1_000_000;
    prost_types::Timestamp { seconds: at.0.div_euclid(1000), nanos: i32::try_from(nanos).unwrap_or_default() }
}

/// The instant, if it has whole milliseconds and fits; the inverse of [`to_pb`]. `None` otherwise, so that nothing read is
/// rounded silently.
pub fn from_pb(at: &prost_types::Timestamp) -> Option<Timestamp> {
    if !(0..1_000_000_000).contains(&at.nanos) || at.nanos % 1_000_000 != 0 {
        return None;
    }
    at.seconds.checked_mul(1000)?.checked_add(i64::from(at.nanos / 1_000_000)).map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_comes_back_and_nothing_is_rounded() {
        for ms in [0, 1, -1, 999, -1000, -1001, 1_518_541_200_123, i64::MAX, i64::MIN + 1000] {
            assert_eq!(from_pb(&to_pb(Timestamp(ms))), Some(Timestamp(ms)), "{ms}");
        }
        for (seconds, nanos) in [(0, 1), (0, -1_000_000), (0, 1_000_000_000), (i64::MAX, 0)] {
            assert_eq!(from_pb(&prost_types::Timestamp { seconds, nanos }), None);
        }
    }
}
