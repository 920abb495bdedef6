//! What a document says beside its figures: which of them were entered as a whole, and what the unit says of them.

use unicode_normalization::is_nfc;

use super::{
    DocumentError, MAX_CAUSES, MAX_EXPLAINED, MAX_REASON, MAX_TEXT, MAX_VALUE,
    decode::{bad, unit},
    encode_summary, hash, limits,
};
use crate::{
    domain::{
        atoms::Atom,
        summary::{Entered, Explained, Hash, Summary},
        time::parse_date,
    },
    wire::pb::v1 as pb,
};

/// Reads the list of figures that were entered: sorted, and each of a period that has days in the atom.
pub(super) fn read_entered(atom: Atom, entered: Vec<pb::Entered>) -> Result<Vec<Entered>, DocumentError> {
    let mut read: Vec<Entered> = Vec::with_capacity(entered.len());
    for row in entered {
        let (start, end) = period("entered", &row.start, &row.end)?;
        limits::text("entered", &row.by, MAX_TEXT)?;
        if end <= atom.start || start >= atom.end {
            return Err(bad("entered", "a period that has no day in the atom"));
        }
        let entry = Entered { unit: unit("entered", &row.unit)?, start, end, by: row.by };
        if read.last().is_some_and(|last| (&last.unit, last.start) >= (&entry.unit, entry.start)) {
            return Err(bad("entered", "units are not sorted, or one stands there twice"));
        }
        read.push(entry);
    }
    Ok(read)
}

/// Reads explanations: sorted, and each of a period that ends in the atom.
pub(super) fn read_explained(atom: Atom, explained: Vec<pb::Explained>) -> Result<Vec<Explained>, DocumentError> {
    let mut read: Vec<Explained> = Vec::with_capacity(explained.len().min(MAX_EXPLAINED));
    for row in explained {
        let (start, end) = period("explained", &row.start, &row.end)?;
        if end <= atom.start || end > atom.end {
            return Err(bad("explained", "a period that does not end in the atom"));
        }
        let causes = row.causes.into_iter().map(|c| (c.cause, c.count)).collect();
        let entry = Explained { start, end, causes, note: row.note, by: row.by };
        explanation(&entry).map_err(|message| bad("explained", message))?;
        if read.last().is_some_and(|last| (last.start, last.end) >= (start, end)) {
            return Err(bad("explained", "periods are not sorted, or one stands there twice"));
        }
        read.push(entry);
    }
    Ok(read)
}

/// Whether a document can hold an explanation: how long and how many its texts are, and how they are spelled.
///
/// # Errors
/// What is wrong with it, in words.
pub fn explanation(explained: &Explained) -> Result<(), String> {
    let Explained { causes, note, by, .. } = explained;
    if causes.len() > MAX_CAUSES {
        return Err(format!("{} causes, at most {MAX_CAUSES} are allowed", causes.len()));
    }
    let texts = causes.iter().map(|(cause, _)| (cause, MAX_TEXT)).chain([(note, MAX_REASON), (by, MAX_TEXT)]);
    for (text, most) in texts {
        if text.len() > most {
            return Err(format!("a text of {} bytes, at most {most} are allowed", text.len()));
        }
        if !is_nfc(text) {
            return Err("a text that is not in Unicode normal form C".to_owned());
        }
    }
    if causes.iter().any(|(cause, count)| cause.trim().is_empty() || !(0..=MAX_VALUE).contains(count)) {
        return Err("a cause without words, or a count that is none".to_owned());
    }
    Ok(())
}

/// Equal for two documents in which the unit says the same of its figures.
pub fn words(explained: &[Explained]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for Explained { start, end, causes, note, by } in explained {
        add(&format!("{start} {end} {}", causes.len()));
        for (cause, count) in causes {
            add(cause);
            add(&count.to_string());
        }
        add(note);
        add(by);
    }
    Hash(*hasher.finalize().as_bytes())
}

/// As [`super::content`], and the same explanations too.
pub fn content_and_words(summary: &Summary) -> Hash {
    let said = Summary { explained: summary.explained.clone(), ..super::stored::stripped(summary) };
    hash(&encode_summary(&said))
}

fn period(
    field: &'static str,
    start: &str,
    end: &str,
) -> Result<(chrono::NaiveDate, chrono::NaiveDate), DocumentError> {
    let date = |text: &str| parse_date(text).ok_or_else(|| bad(field, "it is not a date such as 2018-02-01"));
    let (start, end) = (date(start)?, date(end)?);
    if start < end { Ok((start, end)) } else { Err(bad(field, "a period that does not end after it begins")) }
}
