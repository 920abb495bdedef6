//! Reading single cells: times in the formats a mapping names, and the id an imported event gets.

use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime,
    format::{Item, StrftimeItems},
};

use crate::domain::{
    event::EventId,
    time::{DAY_MS, Timestamp, hanoi, parse_date},
};

/// How the times of a file are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeReader {
    /// Offset of times without one.
    pub offset: FixedOffset,
    /// Formats beside the ISO ones, in the order they are tried.
    pub formats: Vec<String>,
}

/// A time as a cell says it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct TimeCell {
    /// The instant; of a date its midnight at the file's offset.
    pub at: Timestamp,
    /// The date as written, where the cell has no time of day.
    pub date_only: Option<NaiveDate>,
}

impl TimeReader {
    /// The formats that are none, for a mapping's mistakes.
    pub fn bad_formats(&self) -> impl Iterator<Item = &str> {
        self.formats.iter().map(String::as_str).filter(|f| StrftimeItems::new(f).any(|i| i == Item::Error))
    }

    /// Reads RFC 3339, a local date-time or a date, or one of the formats. Digits beyond the millisecond are cut.
    pub fn read(&self, text: &str) -> Option<TimeCell> {
        let text = text.trim();
        if let Some(date) = parse_date(text) {
            return Some(self.date(date));
        }
        if let Ok(local) = Timestamp::parse(text) {
            let has_offset = DateTime::parse_from_rfc3339(text).is_ok();
            let shift = i64::from(hanoi().local_minus_utc() - self.offset.local_minus_utc()) * 1000;
            return Some(TimeCell { at: if has_offset { local } else { local.plus_millis(shift) }, date_only: None });
        }
        self.formats.iter().find_map(|format| self.read_as(text, format))
    }

    fn read_as(&self, text: &str, format: &str) -> Option<TimeCell> {
        if let Ok(exact) = DateTime::parse_from_str(text, format) {
            return Some(TimeCell { at: Timestamp(exact.timestamp_millis()), date_only: None });
        }
        if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
            return Some(TimeCell { at: self.instant(local), date_only: None });
        }
        NaiveDate::parse_from_str(text, format).ok().map(|date| self.date(date))
    }

    fn date(&self, date: NaiveDate) -> TimeCell {
        TimeCell { at: self.instant(date.and_time(NaiveTime::MIN)), date_only: Some(date) }
    }

    fn instant(&self, local: NaiveDateTime) -> Timestamp {
        Timestamp(local.and_utc().timestamp_millis() - i64::from(self.offset.local_minus_utc()) * 1000)
    }
}

/// Whether the instant can be one of the books: not before 1975, not more than a day after `now`.
pub fn is_plausible(at: Timestamp, now: Timestamp) -> Plausible {
    let first = NaiveDate::from_ymd_opt(1975, 1, 1).map_or(Timestamp::MIN, Timestamp::local_midnight);
    if at < first {
        Plausible::Before1975
    } else if at > now.plus_millis(DAY_MS) {
        Plausible::Future
    } else {
        Plausible::Yes
    }
}

/// See [`is_plausible`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Plausible {
    /// It can be.
    Yes,
    /// A year that was mistyped.
    Before1975,
    /// It has not happened yet.
    Future,
}

/// The id of an imported event: the same file imported at two desks, twice, in any order of rows, or with a corrected
/// time, names the same act by the same id.
///
/// The first 16 bytes of blake3 over source, dossier, kind and ordinal, each as UTF-8 after its length in 8 bytes,
/// little-endian. The kind of a reception is `received`, also where it enters as opening stock: it is one act, and must not
/// count twice. Without an ordinal of the source it is `0`.
pub fn import_id(source: &str, dossier: &str, kind: &str, ordinal: &str) -> EventId {
    let mut hasher = blake3::Hasher::new();
    for part in [source, dossier, kind, ordinal] {
        // a length is never beyond 64 bits
        hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    EventId(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_every_shape() {
        let reader = |hours: i32| TimeReader {
            offset: FixedOffset::east_opt(hours * 3600).unwrap(),
            formats: vec!["%d/%m/%Y %H:%M".into(), "%d/%m/%Y".into()],
        };
        let noon = Timestamp::parse("2018-02-14T12:00:00+07:00").unwrap();
        for (hours, text, expected) in [
            (7, "2018-02-14T12:00", Some(noon)),
            (7, " 2018-02-14 12:00:00 ", Some(noon)),
            (2, "2018-02-14T07:00", Some(noon)),
            (2, "2018-02-14T12:00:00+07:00", Some(noon)),
            (2, "2018-02-14 05:00:00.000Z", Some(noon)),
            (7, "14/02/2018 12:00", Some(noon)),
            (7, "14/02/2018", Some(noon.plus_millis(-DAY_MS / 2))),
            (7, "2018-02-14", Some(noon.plus_millis(-DAY_MS / 2))),
            (7, "02/14/2018", None),
            (7, "31/02/2018", None),
            (7, "", None),
        ] {
            assert_eq!(reader(hours).read(text).map(|t| t.at), expected, "{text:?} at {hours}");
        }
        let date = reader(9).read("14/2/2018").unwrap();
        assert_eq!(date.date_only, NaiveDate::from_ymd_opt(2018, 2, 14), "the date as written, whatever the offset");
        let bad = TimeReader { formats: vec!["%Q".into(), "%d".into()], ..reader(7) };
        assert_eq!(bad.bad_formats().collect::<Vec<_>>(), ["%Q"]);
    }

    #[test]
    fn ids_rest_on_four_texts_and_their_bounds() {
        let id = import_id("receipt", "case-1", "received", "0");
        assert_eq!(id, import_id("receipt", "case-1", "received", "0"));
        for other in [
            import_id("receipt", "case-1", "received", "1"),
            import_id("receipt", "case-1", "resolved", "0"),
            import_id("receip", "tcase-1", "received", "0"),
            import_id("receiptc", "ase-1", "received", "0"),
        ] {
            assert_ne!(id, other);
        }
    }

    #[test]
    fn years_mistyped_and_days_to_come() {
        let now = Timestamp::parse("2018-02-14").unwrap();
        for (text, expected) in [
            ("1974-12-31T23:59:59.999", Plausible::Before1975),
            ("1975-01-01", Plausible::Yes),
            ("2018-02-15", Plausible::Yes),
            ("2018-02-15T00:00:00.001", Plausible::Future),
        ] {
            assert_eq!(is_plausible(Timestamp::parse(text).unwrap(), now), expected, "{text}");
        }
    }
}
