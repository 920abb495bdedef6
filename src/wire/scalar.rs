//! The small pieces every message is made of: texts, local dates, instants, ids.

use chrono::NaiveDate;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{
    error::{WireError, reason},
    stamp,
};
use crate::domain::{
    event::EventId,
    text::is_unseen,
    time::{Timestamp, parse_date},
};

/// The most bytes a text in an event may have, after normalisation.
pub const MAX_TEXT: usize = 200;

/// 0001-01-01 and the end of 9999, UTC: what `google.protobuf.Timestamp` can say.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// The text in NFC, as it came otherwise: nothing is trimmed or replaced.
///
/// # Errors
/// `TEXT_TOO_LONG` beyond `max` bytes of NFC, `CONTROL_CHARACTER`.
pub fn text(given: String, field: &str, max: usize) -> Result<String, WireError> {
    // what is far too long is not worth normalising; NFC never shortens a text to a third
    if given.len() > max.saturating_mul(3) {
        return Err(too_long(field, given.len(), max));
    }
    let text = if given.is_ascii() || is_nfc_quick(given.chars()) == IsNormalized::Yes {
        given
    } else {
        given.nfc().collect()
    };
    if text.len() > max {
        return Err(too_long(field, text.len(), max));
    }
    if let Some(c) = text.chars().find(|c| is_unseen(*c)) {
        let message = format!("remove the character U+{:04X}", u32::from(c));
        return Err(WireError::new(field, reason::CONTROL_CHARACTER, message));
    }
    Ok(text)
}

fn too_long(field: &str, is: usize, max: usize) -> WireError {
    WireError::new(field, reason::TEXT_TOO_LONG, format!("{is} bytes are too many: shorten it to {max}"))
}

/// A local date `2018-02-14`.
///
/// # Errors
/// `BAD_DATE`.
pub fn date(given: &str, field: &str) -> Result<NaiveDate, WireError> {
    parse_date(given).ok_or_else(|| {
        let given: String = given.chars().take(40).collect();
        WireError::new(field, reason::BAD_DATE, format!("{given:?} is not a date: write it as 2018-02-14"))
    })
}

/// A local date, or none where the text is empty.
///
/// # Errors
/// `BAD_DATE`.
pub fn optional_date(given: &str, field: &str) -> Result<Option<NaiveDate>, WireError> {
    if given.is_empty() { Ok(None) } else { date(given, field).map(Some) }
}

/// An instant, digits beyond the millisecond cut off towards the past.
///
/// # Errors
/// `BAD_TIME` outside the years 1 to 9999 UTC, or for nanoseconds that are none.
pub fn instant_from_pb(given: prost_types::Timestamp, field: &str) -> Result<Timestamp, WireError> {
    match u32::try_from(given.nanos) {
        Ok(nanos) if nanos < 1_000_000_000 && SECONDS.contains(&given.seconds) => {
            Ok(Timestamp(given.seconds * 1000 + i64::from(nanos / 1_000_000)))
        }
        _ => {
            let message =
                "not an instant of the years 1 to 9999: give seconds since 1970 and nanoseconds 0 to 999999999";
            Err(WireError::new(field, reason::BAD_TIME, message))
        }
    }
}

/// An instant. Instants beyond the years 1 to 9999 (the bounds used in scans) become the nearest second of them.
pub fn instant_to_pb(at: Timestamp) -> prost_types::Timestamp {
    let ms = at.0.clamp(SECONDS.start() * 1000, SECONDS.end() * 1000 + 999);
    stamp::to_pb(Timestamp(ms))
}

/// An id of 16 bytes.
///
/// # Errors
/// `BAD_ID`.
pub fn id(given: &[u8], field: &str) -> Result<EventId, WireError> {
    given.try_into().map(EventId).map_err(|_| {
        let message =
            format!("an id has 16 bytes, this one {}: make a UUID before the event is first sent", given.len());
        WireError::new(field, reason::BAD_ID, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_normalised_and_bounded() {
        assert_eq!(text("Tư pháp".nfd().collect(), "f", 200).unwrap(), "Tư pháp");
        assert_eq!(text("ế".repeat(66), "f", 200).unwrap().len(), 198);
        for (given, why) in [
            ("a".repeat(201), reason::TEXT_TOO_LONG),
            ("a".repeat(10_000), reason::TEXT_TOO_LONG),
            ("a\nb".into(), reason::CONTROL_CHARACTER),
            ("a\u{85}b".into(), reason::CONTROL_CHARACTER),
        ] {
            let error = text(given, "events[3].dossier", 200).unwrap_err();
            assert_eq!((error.reason, error.field.as_str()), (why, "events[3].dossier"));
        }
    }

    #[test]
    fn instants_before_1970_and_bad_ones() {
        for ms in [-1, 0, 999, -1_000, 1_518_541_200_250] {
            assert_eq!(instant_from_pb(instant_to_pb(Timestamp(ms)), "t"), Ok(Timestamp(ms)));
        }
        assert_eq!(instant_to_pb(Timestamp(-1)), prost_types::Timestamp { seconds: -1, nanos: 999_000_000 });
        for (seconds, nanos) in [(0, -1), (0, 1_000_000_000), (i64::MAX, 0), (i64::MIN, 0)] {
            let refused = instant_from_pb(prost_types::Timestamp { seconds, nanos }, "t").unwrap_err();
            assert_eq!(refused.reason, reason::BAD_TIME);
        }
        instant_from_pb(instant_to_pb(Timestamp::MAX), "t").unwrap();
        instant_from_pb(instant_to_pb(Timestamp::MIN), "t").unwrap();
    }
}
