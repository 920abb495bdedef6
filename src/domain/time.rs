//! Instants and their local reading in Asia/Ho_Chi_Minh.
//!
//! Vietnam has one zone, UTC+7, without daylight saving: the offset is a constant of the domain, so no
//! time-zone database is needed and a local date is plain arithmetic.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, Timelike, Utc};
use thiserror::Error;

/// Milliseconds in a day; local days have no other length.
pub const DAY_MS: i64 = 86_400_000;
const OFFSET_MS: i64 = 7 * 3_600_000;
/// First and last local instants that print with a four-digit year (0000-01-01 and 9999-12-31 at +07:00).
const PRINT_FIRST: i64 = -62_167_219_200_000 - OFFSET_MS;
const PRINT_LAST: i64 = 253_402_300_799_999 - OFFSET_MS;

/// The offset of every local date and time in the project: +07:00.
pub fn hanoi() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).unwrap_or_else(|| Utc.fix())
}

/// An instant: milliseconds since the Unix epoch, UTC.
///
/// Every operation is total: a value beyond the years 0000–9999 is read and printed as the nearest instant
/// within them, arithmetic saturates, nothing panics.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(pub i64);

/// Why a text is not an instant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Neither RFC 3339 nor a local date nor a local date-time, or no such day or hour.
    #[error(
        "{given:?} is not a time: write a local date (2018-02-14), a local time (2018-02-14T15:00) or RFC 3339 with an offset"
    )]
    Syntax {
        /// What was given.
        given: String,
    },
}

impl Timestamp {
    /// Before every other instant; a bound for scans, not a date.
    pub const MIN: Timestamp = Timestamp(i64::MIN);
    /// After every other instant; a bound for scans, not a date.
    pub const MAX: Timestamp = Timestamp(i64::MAX);

    /// 00:00 at +07:00 of that local date.
    pub fn local_midnight(date: NaiveDate) -> Timestamp {
        Timestamp::local(date, NaiveTime::MIN)
    }

    /// That local date and time at +07:00, cut to the millisecond.
    pub fn local(date: NaiveDate, time: NaiveTime) -> Timestamp {
        Timestamp(NaiveDateTime::new(date, time).and_utc().timestamp_millis() - OFFSET_MS)
    }

    /// The local date at +07:00; within the years 0000–9999 by saturation.
    pub fn local_date(self) -> NaiveDate {
        self.local_date_time().date()
    }

    /// The local time of day at +07:00.
    pub fn local_time(self) -> NaiveTime {
        self.local_date_time().time()
    }

    /// Milliseconds later (earlier when negative), saturating.
    pub fn plus_millis(self, millis: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(millis))
    }

    /// Reads RFC 3339 with its offset, a local date-time without one (taken as +07:00; seconds may be left
    /// out), or a local date (its local midnight). Surrounding blanks are ignored; digits beyond the
    /// millisecond are cut.
    ///
    /// # Errors
    /// [`TimeError::Syntax`] for anything else, and for instants outside the local years 0000–9999.
    pub fn parse(text: &str) -> Result<Timestamp, TimeError> {
        let refused = || TimeError::Syntax { given: text.chars().take(60).collect() };
        let t = text.trim();
        let date = parse_date(t.get(..10).unwrap_or_default()).ok_or_else(refused)?;
        let rest = t.get(10..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(Timestamp::local_midnight(date));
        }
        let read = match DateTime::parse_from_rfc3339(t) {
            Ok(with_offset) => Timestamp(with_offset.timestamp_millis()),
            Err(_) => {
                let clock = rest.strip_prefix(['T', 't', ' ']).ok_or_else(refused)?;
                Timestamp::local(date, parse_clock(clock).ok_or_else(refused)?)
            }
        };
        if (PRINT_FIRST..=PRINT_LAST).contains(&read.0) { Ok(read) } else { Err(refused()) }
    }

    fn local_date_time(self) -> NaiveDateTime {
        let ms = self.0.clamp(PRINT_FIRST, PRINT_LAST) + OFFSET_MS;
        DateTime::from_timestamp_millis(ms).map(|t| t.naive_utc()).unwrap_or_default()
    }
}

/// Reads `2018-02-14` strictly: four, two and two digits, and a day that exists.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if shape { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// Reads `15:00`, `15:00:30` or `15:00:30.250`; two digits each.
fn parse_clock(text: &str) -> Option<NaiveTime> {
    let strict = text.bytes().take(8).enumerate().all(|(i, b)| if i % 3 == 2 { b == b':' } else { b.is_ascii_digit() });
    match text.len() {
        5 if strict => NaiveTime::parse_from_str(text, "%H:%M").ok(),
        8.. if strict => NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok(),
        _ => None,
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 at +07:00, with milliseconds only if they are not zero; the same text parses back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.local_date_time();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )?;
        match t.nanosecond() / 1_000_000 % 1000 {
            0 => {}
            ms => write!(f, ".{ms:03}")?,
        }
        f.write_str("+07:00")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_and_instants() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T07:00:00+07:00", 0),
            ("1970-01-01T07:00", 0),
            ("1970-01-01 07:00:00", 0),
            ("1970-01-01T07:00:00.2509", 250),
            ("1970-01-01", -OFFSET_MS),
            (" 2018-02-14 ", 1_518_541_200_000),
            ("2018-02-13T17:00:00.000Z", 1_518_541_200_000),
        ] {
            assert_eq!(Timestamp::parse(text), Ok(Timestamp(ms)), "{text}");
        }
        for bad in [
            "",
            "2018",
            "2018-2-14",
            "2018-02-30",
            "+2018-02-14",
            "2018-02-14T",
            "2018-02-14T25:00",
            "2018-02-14T8:00",
            "2018-02-14Z",
            "14/02/2018",
            "0000-01-01T00:00:00+14:00",
            "đ018-02-14",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Timestamp(0).to_string(), "1970-01-01T07:00:00+07:00");
        assert_eq!(Timestamp(-1).to_string(), "1970-01-01T06:59:59.999+07:00");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999+07:00");
        assert_eq!(Timestamp::MIN.to_string(), "0000-01-01T00:00:00+07:00");
        assert_eq!(hanoi().local_minus_utc(), 25_200);
    }

    proptest! {
        #[test]
        fn prints_and_reads_back(ms in PRINT_FIRST..=PRINT_LAST) {
            let t = Timestamp(ms);
            prop_assert_eq!(Timestamp::parse(&t.to_string()), Ok(t));
            let midnight = Timestamp::local_midnight(t.local_date());
            prop_assert!(midnight <= t && t < midnight.plus_millis(DAY_MS));
        }

        #[test]
        fn never_panics(ms in any::<i64>(), text in ".{0,40}") {
            let t = Timestamp(ms);
            let _ = (t.local_date(), t.local_time(), t.to_string(), t.plus_millis(ms), Timestamp::parse(&text));
        }
    }
}
