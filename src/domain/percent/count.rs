//! Counts as reports write them, read without guessing.
//!
//! Input is dirty: "28,375" for 28.375 stands in a published report of Sơn La (2022).

use thiserror::Error;

/// Why a text is not a count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CountError {
    /// Nothing but blanks.
    #[error("a count is missing: write 0 if there were none")]
    Empty,
    /// It could be read in more than one way, or not at all.
    #[error("{given:?} is not clearly a count: write plain digits, or groups of three with one kind of mark")]
    Ambiguous {
        /// What was given, shortened.
        given: String,
    },
    /// More than 9.223.372.036.854.775.807.
    #[error("{given:?} is too large for a count: check the figure")]
    TooLarge {
        /// What was given, shortened.
        given: String,
    },
}

/// Reads a count as reports write it: plain digits ("2770", or "04" as in prose), or groups of three by points, commas
/// or non-breaking spaces, one kind in one number ("2.770", "28,375"). Never guesses.
///
/// # Errors
/// [`CountError`]: signs, decimals, mixed marks, uneven groups, a leading zero elsewhere ("0,770", "0042") are refused.
pub fn parse_count(text: &str) -> Result<i64, CountError> {
    let t = text.trim();
    let given = || t.chars().take(40).collect::<String>();
    if t.is_empty() {
        return Err(CountError::Empty);
    }
    let mark = t.chars().find(|c| matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}'));
    let groups: Vec<&str> = match mark {
        Some(mark) => t.split(mark).collect(),
        None => vec![t],
    };
    let digits_only = groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    let first = groups.first().copied().unwrap_or_default();
    let even = match mark {
        Some(_) => {
            (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.iter().skip(1).all(|g| g.len() == 3)
        }
        None => !first.starts_with('0') || first.len() <= 2,
    };
    if !digits_only || !even {
        return Err(CountError::Ambiguous { given: given() });
    }
    groups.concat().parse().map_err(|_| CountError::TooLarge { given: given() })
}

#[cfg(test)]
mod tests {
    use super::super::{en, vi, vi_prose};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_read() {
        for (text, n) in [
            ("2770", 2770),
            ("2.770", 2770),
            ("28,375", 28_375),
            (" 04\n", 4),
            ("0", 0),
            ("1\u{a0}234\u{a0}567", 1_234_567),
            ("12\u{202f}000", 12_000),
        ] {
            assert_eq!(parse_count(text), Ok(n), "{text}");
        }
        assert_eq!(parse_count("\u{a0} "), Err(CountError::Empty));
        assert!(matches!(parse_count("9.999.999.999.999.999.999"), Err(CountError::TooLarge { .. })));
        for bad in [
            "28,37",
            "1.23.4",
            "-3",
            "+3",
            "1.234,56",
            "1.234,567",
            "0,770",
            "0042",
            "2 770",
            "1..234",
            ".234",
            "1234.567",
            "1.234.",
            "٣",
            "3%",
            "1e3",
        ] {
            assert!(matches!(parse_count(bad), Err(CountError::Ambiguous { .. })), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn counts_round_trip(n in 0..=i64::MAX, text in ".{0,20}") {
            prop_assert_eq!(parse_count(&vi(n)), Ok(n));
            prop_assert_eq!(parse_count(&en(n)), Ok(n));
            prop_assert_eq!(parse_count(&vi_prose(n)), Ok(n));
            let _ = parse_count(&text);
        }
    }
}
