//! What can be wrong with a list of units; all of it is found in one pass over the list.

use std::collections::HashMap;

use chrono::NaiveDate;
use thiserror::Error;

use super::is_code;
use super::row::{UnitRow, Validity};

/// How many mistakes are reported at once.
pub const MAX_ERRORS: usize = 50;
/// How many levels a tree may have.
pub const MAX_DEPTH: usize = 64;

/// One mistake in a list of units.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TreeError {
    /// Not a code.
    #[error(
        "{code:?} ({name}) is not a unit code: write 1 to 16 letters, digits, points or hyphens, with leading zeros"
    )]
    BadCode {
        /// The code given.
        code: String,
        /// The name beside it.
        name: String,
    },
    /// No name, or no level.
    #[error("the unit {code} has no name or no level: fill in both columns")]
    Blank {
        /// The code of the row.
        code: String,
    },
    /// A row that ends before it starts.
    #[error("the unit {code} is valid from {from} to {to}, which is no day at all: correct valid_to")]
    NoDays {
        /// The code of the row.
        code: String,
        /// `valid_from`.
        from: NaiveDate,
        /// `valid_to`.
        to: NaiveDate,
    },
    /// Two rows of one code share a date (or are the same).
    #[error(
        "the code {code} stands for two rows on {on} ({first} and {second}): end the earlier one before the later starts"
    )]
    Overlap {
        /// The code of both.
        code: String,
        /// A date they share; the end of time when both have no dates.
        on: String,
        /// The name in the earlier row.
        first: String,
        /// The name in the later row.
        second: String,
    },
    /// The parent, or the keeper of the books, does not exist for a part of the row's dates.
    #[error(
        "the unit {code} names {other} as its {role}, which does not exist {when}: add that unit or correct the dates"
    )]
    Unknown {
        /// The code of the row.
        code: String,
        /// `parent` or `keeper`.
        role: &'static str,
        /// The code it names.
        other: String,
        /// The first missing date, in words.
        when: String,
    },
    /// A unit that lies below itself.
    #[error("the units {path} lie below each other in a circle {when}: correct one parent code")]
    Cycle {
        /// The codes from child to parent, back to the first.
        path: String,
        /// A date of the circle, in words.
        when: String,
    },
    /// More levels than [`MAX_DEPTH`].
    #[error("the unit {code} lies more than 64 levels deep: correct the parent codes")]
    TooDeep {
        /// The code of the row.
        code: String,
    },
}

/// Rows of one code, in order of time, by code.
pub(super) type ByCode<'a> = HashMap<&'a str, Vec<&'a UnitRow>>;

/// Everything wrong with the rows, at most [`MAX_ERRORS`]. `rows` are sorted by code, then first date.
pub(super) fn mistakes(rows: &[UnitRow]) -> Vec<TreeError> {
    let mut by_code = ByCode::new();
    for row in rows {
        by_code.entry(&row.code).or_default().push(row);
    }
    let mut errors: Vec<TreeError> = rows.iter().flat_map(row_mistakes).take(MAX_ERRORS).collect();
    let overlaps: Vec<TreeError> =
        rows.windows(2).filter_map(|pair| overlap(pair.first()?, pair.last()?)).take(MAX_ERRORS).collect();
    let ambiguous = !overlaps.is_empty();
    errors.extend(overlaps);
    for row in rows.iter().filter(|row| !row.validity().is_empty()) {
        let parent = row.parent_code.as_deref().and_then(|other| unknown(&by_code, row, other, "parent"));
        let keeper = row.kept_by.as_deref().and_then(|other| unknown(&by_code, row, other, "keeper"));
        errors.extend(parent.into_iter().chain(keeper));
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    // two rows of a code at one date would make the ways up multiply
    if !ambiguous && errors.len() < MAX_ERRORS {
        errors.extend(circles(&by_code, rows));
    }
    errors.truncate(MAX_ERRORS);
    errors
}

fn row_mistakes(row: &UnitRow) -> Vec<TreeError> {
    let code = || row.code.chars().take(40).collect::<String>();
    let bad = (!is_code(&row.code)).then(|| TreeError::BadCode { code: code(), name: row.name.clone() });
    let blank = (row.name.trim().is_empty() || row.level.trim().is_empty()).then(|| TreeError::Blank { code: code() });
    let no_days = match (row.valid_from, row.valid_to) {
        (Some(from), Some(to)) if to <= from => Some(TreeError::NoDays { code: code(), from, to }),
        _ => None,
    };
    bad.into_iter().chain(blank).chain(no_days).collect()
}

fn overlap(first: &UnitRow, second: &UnitRow) -> Option<TreeError> {
    if first.code != second.code {
        return None;
    }
    let shared = first.validity().intersection(second.validity())?;
    Some(TreeError::Overlap {
        code: first.code.clone(),
        on: shared.from.map_or_else(|| "its first days".to_owned(), |from| from.to_string()),
        first: first.name.clone(),
        second: second.name.clone(),
    })
}

/// The first date of the row on which `other` does not exist.
fn unknown(by_code: &ByCode<'_>, row: &UnitRow, other: &str, role: &'static str) -> Option<TreeError> {
    let mut missing = Some(row.validity());
    for candidate in by_code.get(other).into_iter().flatten() {
        let Some(open) = missing else { break };
        if let Some(found) = candidate.validity().intersection(open).filter(|found| found.from == open.from) {
            let rest = found.to.map(|to| Validity { from: Some(to), to: open.to });
            missing = rest.filter(|rest| !rest.is_empty());
        }
    }
    missing.map(|open| TreeError::Unknown {
        code: row.code.clone(),
        role,
        other: other.chars().take(40).collect(),
        when: when(open),
    })
}

/// Circles, each reported once (at its smallest code); if there are none, rows that lie too deep.
fn circles(by_code: &ByCode<'_>, rows: &[UnitRow]) -> Vec<TreeError> {
    let (mut circles, mut deep) = (Vec::new(), Vec::new());
    for row in rows {
        let mut ways = vec![(vec![row.code.as_str()], row, row.validity())];
        while let Some((path, at, open)) = ways.pop() {
            let Some(parent) = at.parent_code.as_deref() else {
                continue;
            };
            if parent == row.code {
                if path.iter().min() == Some(&row.code.as_str()) {
                    let path = format!("{} > {parent}", path.join(" > "));
                    circles.push(TreeError::Cycle { path, when: when(open) });
                }
            } else if path.len() >= MAX_DEPTH {
                deep.push(TreeError::TooDeep { code: row.code.clone() });
                break;
            } else {
                for above in by_code.get(parent).into_iter().flatten() {
                    if let Some(shared) = above.validity().intersection(open) {
                        let path = path.iter().copied().chain([parent]).collect();
                        ways.push((path, above, shared));
                    }
                }
            }
        }
        if circles.len() >= MAX_ERRORS {
            break;
        }
    }
    if circles.is_empty() { deep } else { circles }
}

fn when(open: Validity) -> String {
    match (open.from, open.to) {
        (Some(from), _) => format!("on {from}"),
        (None, Some(to)) => format!("before {to}"),
        (None, None) => "at any date".to_owned(),
    }
}
