//! The identity of a unit: `code@valid_from`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use thiserror::Error;

use crate::domain::time::parse_date;

/// Which unit, for all time: its code and the first date on which the code stood for it. Cheap to clone; ordered by
/// code, then date, an unknown date first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitId {
    /// Text with leading zeros, as in the official list.
    pub code: Arc<str>,
    /// The first local date of the unit; `None` if it is older than the list it came from.
    pub valid_from: Option<NaiveDate>,
}

/// Why a text is not a unit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnitIdError {
    /// The part before `@` is not a code.
    #[error("{given:?} is not a unit code: write 1 to 16 letters, digits, points or hyphens, with leading zeros")]
    Code {
        /// What was given, shortened.
        given: String,
    },
    /// The part after `@` is not a date.
    #[error("{given:?} does not end in a date: write the unit as 00004@2025-07-01")]
    Date {
        /// What was given, shortened.
        given: String,
    },
}

/// Whether the text may be a unit code: 1 to 16 ASCII letters, digits, points or hyphens. Leading zeros count.
pub fn is_code(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

impl UnitId {
    /// The unit of that code since that date. The code is not checked; see [`is_code`].
    pub fn new(code: impl Into<Arc<str>>, valid_from: Option<NaiveDate>) -> UnitId {
        UnitId { code: code.into(), valid_from }
    }

    /// Reads `00004@2025-07-01`, or `00004` for a unit whose first date is not known. What [`fmt::Display`] wrote
    /// reads back equal.
    ///
    /// # Errors
    /// [`UnitIdError`].
    pub fn parse(text: &str) -> Result<UnitId, UnitIdError> {
        let given = || text.chars().take(60).collect();
        let (code, date) = match text.split_once('@') {
            Some((code, date)) => (code, Some(parse_date(date).ok_or_else(|| UnitIdError::Date { given: given() })?)),
            None => (text, None),
        };
        if is_code(code) { Ok(UnitId::new(code, date)) } else { Err(UnitIdError::Code { given: given() }) }
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        self.valid_from.map_or(Ok(()), |date| write!(f, "@{date}"))
    }
}

impl FromStr for UnitId {
    type Err = UnitIdError;

    fn from_str(text: &str) -> Result<UnitId, UnitIdError> {
        UnitId::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for text in ["00004", "00004@2025-07-01", "01", "000.00.01.H29", "H21-65@2020-01-01"] {
            assert_eq!(UnitId::parse(text).map(|id| id.to_string()).as_deref(), Ok(text));
        }
        for bad in ["", "@2025-07-01", "a b", "xã", "12345678901234567", "1/2"] {
            assert!(matches!(UnitId::parse(bad), Err(UnitIdError::Code { .. })), "{bad}");
        }
        for bad in ["1@", "1@2025", "1@2025-02-30", "1@2025-07-01@2"] {
            assert!(matches!(UnitId::parse(bad), Err(UnitIdError::Date { .. })), "{bad}");
        }
        let sorted = ["00004", "00004@2025-07-01", "01"].map(|t| UnitId::parse(t).unwrap());
        assert!(sorted.is_sorted());
    }
}
