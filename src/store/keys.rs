//! The keys of the derived state. One tree, one letter a table; parts are separated by a zero byte, which no text may contain, and numbers and
//! dates are big-endian, so that keys sort as what they name.

use bytes::Bytes;
use chrono::{Datelike, NaiveDate};

use crate::{
    domain::{
        contribution::CellKey, event::EventId, registry::PartKind, summary::Hash, time::Timestamp, units::UnitId,
    },
    ledger::books::{At, Side},
};

/// Version of keys and values; another one is rebuilt from the journal.
pub const LAYOUT: u32 = 1;

/// The node itself.
pub const NODE: &[u8] = b"n";
/// Dossiers.
pub const DOSSIERS: &[u8] = b"d";
/// Cells of the books.
pub const CELLS: &[u8] = b"b";
/// Transfers.
pub const TRANSFERS: &[u8] = b"t";
/// Watermarks of the books.
pub const UNITS: &[u8] = b"u";
/// Documents.
pub const DOCUMENTS: &[u8] = b"D";
/// Parts of the registry.
pub const PARTS: &[u8] = b"r";
/// Keys that sign.
pub const KEYS: &[u8] = b"k";
/// Tokens, requests, certificates and people.
pub const TRUST: &[u8] = b"T";

/// What waits for an approver.
pub const PREPARATIONS: &[u8] = b"P";

/// What was said of reports.
pub const REVIEWS: &[u8] = b"R";

/// Figures that were entered.
pub const ENTERED: &[u8] = b"f";

/// What units say of their figures.
pub const EXPLAINED: &[u8] = b"x";

fn key(table: &[u8], parts: &[&[u8]]) -> Bytes {
    let mut out = Vec::with_capacity(table.len() + parts.iter().map(|p| p.len() + 1).sum::<usize>());
    out.extend_from_slice(table);
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push(0);
        }
        out.extend_from_slice(part);
    }
    out.into()
}

/// A dossier's record.
pub fn dossier(code: &str, subject: &str) -> Bytes {
    key(DOSSIERS, &[code.as_bytes(), subject.as_bytes()])
}

/// The unit and subject of a dossier's key, or of a key in the index of problems.
pub fn dossier_parts(key: &[u8]) -> Option<(&str, &str)> {
    let rest = std::str::from_utf8(key.get(1..)?).ok()?;
    rest.split_once('\0')
}

/// Where an event is filed.
pub fn event(id: EventId) -> Bytes {
    key(b"e", &[&id.0])
}

/// Dossiers with events that do not count.
pub fn problem(code: &str, subject: &str) -> Bytes {
    key(b"p", &[code.as_bytes(), subject.as_bytes()])
}

/// An open dossier by the instant it becomes overdue.
pub fn open(code: &str, overdue_from: Timestamp, subject: &str) -> Bytes {
    key(b"o", &[code.as_bytes(), &sortable(overdue_from), subject.as_bytes()])
}

/// Everything open of one unit.
pub fn open_of(code: &str) -> Bytes {
    let mut prefix = key(b"o", &[code.as_bytes()]).to_vec();
    prefix.push(0);
    prefix.into()
}

/// The instant and subject of a key below [`open_of`].
pub fn open_parts<'k>(prefix: &[u8], key: &'k [u8]) -> Option<(Timestamp, &'k str)> {
    let rest = key.get(prefix.len()..)?;
    let (at, rest) = rest.split_at_checked(8)?;
    let at = i64::from_be_bytes(at.try_into().ok()?) ^ i64::MIN;
    Some((Timestamp(at), std::str::from_utf8(rest.get(1..)?).ok()?))
}

/// All problems of one unit.
pub fn problems_of(code: &str) -> Bytes {
    let mut prefix = key(b"p", &[code.as_bytes()]).to_vec();
    prefix.push(0);
    prefix.into()
}

/// A cell of the books.
pub fn cell(code: &str, at: &At) -> Bytes {
    key(CELLS, &[code.as_bytes(), &day(at.0), at.1.agency.as_bytes(), at.1.procedure.as_bytes()])
}

/// The unit and address of a cell's key.
pub fn cell_parts(key: &[u8]) -> Option<(String, At)> {
    let (code, rest) = split(key.get(1..)?)?;
    let (date, rest) = rest.split_at_checked(4)?;
    let (agency, procedure) = split(rest.get(1..)?)?;
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let cell = CellKey { agency: text(agency)?, procedure: text(procedure)? };
    Some((text(code)?, (undate(date)?, cell)))
}

/// A transfer in the books.
pub fn transfer(code: &str, (bucket, side, id): &(NaiveDate, Side, EventId)) -> Bytes {
    let side = match side {
        Side::Out => b"o",
        Side::In => b"i",
    };
    key(TRANSFERS, &[code.as_bytes(), &day(*bucket), side, &id.0])
}

/// The unit and address of a transfer's key.
pub fn transfer_parts(key: &[u8]) -> Option<(String, (NaiveDate, Side, EventId))> {
    let (code, rest) = split(key.get(1..)?)?;
    let (date, rest) = rest.split_at_checked(4)?;
    let (side, id) = rest.get(1..)?.split_at_checked(1)?;
    let side = if side == b"o" { Side::Out } else { Side::In };
    let id = EventId(id.get(1..)?.try_into().ok()?);
    Some((std::str::from_utf8(code).ok()?.to_owned(), (undate(date)?, side, id)))
}

/// Figures that were entered for a period, by its first day.
pub fn entered(code: &str, start: NaiveDate) -> Bytes {
    key(ENTERED, &[code.as_bytes(), &day(start)])
}

/// What a unit says of a period.
pub fn explained(code: &str, end: NaiveDate, start: NaiveDate) -> Bytes {
    key(EXPLAINED, &[code.as_bytes(), &day(end), &day(start)])
}

/// The unit of such a key.
pub fn unit_part(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(split(key.get(1..)?)?.0).ok()
}

/// The watermarks of a unit's books.
pub fn unit(code: &str) -> Bytes {
    key(UNITS, &[code.as_bytes()])
}

/// A document.
pub fn document(unit: &UnitId, start: NaiveDate, revision: u32) -> Bytes {
    key(DOCUMENTS, &[unit.to_string().as_bytes(), &day(start), &revision.to_be_bytes()])
}

/// All revisions of a document.
pub fn revisions(unit: &UnitId, start: NaiveDate) -> Bytes {
    key(DOCUMENTS, &[unit.to_string().as_bytes(), &day(start)])
}

/// What waits for an approver, of a unit.
pub fn preparation(code: &str) -> Bytes {
    key(PREPARATIONS, &[code.as_bytes()])
}

/// A review.
pub fn review(unit: &UnitId, start: NaiveDate, at: Timestamp, id: &Hash) -> Bytes {
    key(REVIEWS, &[unit.to_string().as_bytes(), &day(start), &sortable(at), &id.0])
}

/// A part of the registry.
pub fn part(kind: PartKind) -> Bytes {
    let letter = match kind {
        PartKind::Tree => b"t",
        PartKind::Procedures => b"p",
        PartKind::Calendar => b"c",
        PartKind::Cuts => b"x",
        PartKind::Roll => b"m",
        PartKind::Forms => b"f",
    };
    key(PARTS, &[letter])
}

/// The key a unit signs with.
pub fn signer(unit: &UnitId) -> Bytes {
    key(KEYS, &[unit.to_string().as_bytes()])
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|b| *b == 0)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

fn sortable(at: Timestamp) -> [u8; 8] {
    (at.0 ^ i64::MIN).to_be_bytes()
}

/// Days since the common era, and zero for `NaiveDate::MIN`.
fn day(date: NaiveDate) -> [u8; 4] {
    u32::try_from(date.num_days_from_ce()).unwrap_or(0).to_be_bytes()
}

fn undate(bytes: &[u8]) -> Option<NaiveDate> {
    match u32::from_be_bytes(bytes.try_into().ok()?) {
        0 => Some(NaiveDate::MIN),
        n => NaiveDate::from_num_days_from_ce_opt(i32::try_from(n).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_say_what_they_name() {
        let date = NaiveDate::from_ymd_opt(2018, 1, 15).unwrap();
        for bucket in [date, NaiveDate::MIN] {
            let at = (bucket, CellKey { agency: "Sở Tư pháp".into(), procedure: "1.005129".into() });
            assert_eq!(cell_parts(&cell("00004", &at)), Some(("00004".into(), at)));
            let moved = (bucket, Side::In, EventId([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0]));
            assert_eq!(transfer_parts(&transfer("00004", &moved)), Some(("00004".into(), moved)));
        }
        assert_eq!(dossier_parts(&dossier("00004", "dH29-1")), Some(("00004", "dH29-1")));
        for at in [Timestamp(-5), Timestamp(0), Timestamp::MAX] {
            assert_eq!(open_parts(&open_of("00004"), &open("00004", at, "dA")), Some((at, "dA")));
        }
        assert!(open("1", Timestamp(-1), "") < open("1", Timestamp(1), ""));
    }
}
