//! Rows of a file into events, each row by itself.
//!
//! What a row cannot say plainly is left out with its reason; the rest of the row is kept
//! or not as the mapping's `on_bad_row` says. A row without a good reception is left out whole: what follows a
//! reception means nothing without it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use csv::ByteRecord;

use super::{
    cells::{Plausible, TimeCell, import_id, is_plausible},
    choices::{ChannelRule, Column, DueBy, InputKind, Status},
    draft::{Draft, Skip, missing},
    left_out::{LeftOut, Reason},
    mapping::{Mapping, MappingError, tidy},
};
use crate::{
    domain::{
        calendar::Due,
        event::{Body, Channel, Event, Reception},
        time::Timestamp,
        units::UnitId,
    },
    wire::scalar::{MAX_TEXT, text},
};

/// When the rows are read, and into which books.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct RowOptions {
    /// What is already open enters as opening stock, and what was closed before is history.
    pub opening: bool,
    /// First local day of the books, where it is known. Without it `opening` takes every open dossier for opening stock and
    /// every closed one for history.
    pub books_from: Option<NaiveDate>,
    /// The time now; what is said to happen more than a day later is left out.
    pub now: Timestamp,
}

/// What one row gives.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct RowResult {
    /// Its events in the order of the life cycle.
    pub events: Vec<Event>,
    /// What was left out of it, and what was noted.
    pub left_out: Vec<LeftOut>,
    /// Texts the mapping does not name: the column and the text.
    pub unknown: Option<(Column, String)>,
    /// The rule is to stop at a mistake, and here is one; there are no events then.
    pub stop: bool,
}

/// Reads the rows of one file.
#[derive(Debug)]
pub struct RowReader<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) options: RowOptions,
    at: BTreeMap<Column, usize>,
}

impl<'m> RowReader<'m> {
    /// A reader for a file with that header.
    ///
    /// # Errors
    /// Every column that the mapping names and the file does not have, or has twice; opening stock from a file of events.
    pub fn new(
        mapping: &'m Mapping,
        header: &ByteRecord,
        options: RowOptions,
    ) -> Result<RowReader<'m>, Vec<MappingError>> {
        let headers: Vec<String> = header.iter().map(|h| tidy(&String::from_utf8_lossy(h))).collect();
        let mut wrong = Vec::new();
        let mut at = BTreeMap::new();
        let mut add = |place: String, message: String| wrong.push(MappingError { place, message });
        for (column, name) in &mapping.columns {
            let place = format!("columns.{}", column.name());
            let mut found = headers.iter().enumerate().filter(|(_, h)| *h == name).map(|(index, _)| index);
            match (found.next(), found.next()) {
                (Some(index), None) => {
                    at.insert(*column, index);
                }
                (None, _) => add(place, format!("the file has no column {name:?}: it has {}", headers.join(", "))),
                _ => add(place, format!("the file has {name:?} twice: rename one")),
            }
        }
        if options.opening && mapping.kind == InputKind::Events {
            let message = "opening stock comes from a file of dossiers: use one, or map a kind to `opening`";
            add("input.kind".into(), message.into());
        }
        if wrong.is_empty() { Ok(RowReader { mapping, options, at }) } else { Err(wrong) }
    }

    /// Reads one row; `row` counts from the header, which is row 1. Depends on nothing but the row.
    pub fn read(&self, row: u64, record: &ByteRecord) -> RowResult {
        let mut draft = Draft::new(row);
        let read = match self.mapping.kind {
            InputKind::Dossiers => self.dossier_row(record, &mut draft),
            InputKind::Events => self.event_row(record, &mut draft),
        };
        if let Err(skip) = read {
            // what was built before the row proved useless goes with it
            draft.result.events.clear();
            draft.leave_out("", skip);
        }
        draft.settle(self.mapping.on_bad_row)
    }

    /// The cell without blanks around it, in NFC; empty where the column or the cell is not there.
    pub(super) fn cell(&self, record: &ByteRecord, column: Column) -> Result<String, Skip> {
        let bytes = self.at.get(&column).and_then(|index| record.get(*index)).unwrap_or_default();
        let bad = |why: String| Skip(Reason::BadText, format!("column {}: {why}", column.name()));
        let utf8 = std::str::from_utf8(bytes).map_err(|_| bad("not UTF-8: save the file as UTF-8".into()))?;
        text(utf8.trim().to_owned(), column.name(), MAX_TEXT).map_err(|e| bad(e.message))
    }

    /// The dossier's code.
    pub(super) fn dossier_code(&self, record: &ByteRecord) -> Result<String, Skip> {
        self.filled(record, Column::Dossier)
    }

    /// The cell, which must not be empty.
    pub(super) fn filled(&self, record: &ByteRecord, column: Column) -> Result<String, Skip> {
        self.cell(record, column).and_then(|c| if c.is_empty() { Err(missing(column)) } else { Ok(c) })
    }

    /// A time that may be missing, not before 1975.
    pub(super) fn time(&self, record: &ByteRecord, column: Column) -> Result<Option<TimeCell>, Skip> {
        let cell = self.cell(record, column)?;
        if cell.is_empty() {
            return Ok(None);
        }
        let bad = || Skip(Reason::BadTime, format!("{}: {cell:?} is in no form the mapping names", column.name()));
        let read = self.mapping.times.read(&cell).ok_or_else(bad)?;
        match is_plausible(read.at, self.options.now) {
            Plausible::Before1975 => Err(Skip(Reason::Before1975, format!("{}: {cell}", column.name()))),
            // a promise lies in the future
            Plausible::Future if column != Column::DueAt => {
                Err(Skip(Reason::Future, format!("{}: {cell}", column.name())))
            }
            _ => Ok(Some(read)),
        }
    }

    /// The promise, as exact as the mapping says.
    pub(super) fn due(&self, record: &ByteRecord) -> Result<Option<Due>, Skip> {
        let read = self.time(record, Column::DueAt)?;
        Ok(read.map(|t| match (t.date_only, self.mapping.due) {
            (Some(date), _) => Due::Day(date),
            (None, DueBy::Day) => Due::Day(t.at.local_date()),
            (None, DueBy::Instant) => Due::Instant(t.at),
        }))
    }

    /// The channel a cell names, or the default of the mapping where it is empty.
    pub(super) fn channel(
        &self,
        record: &ByteRecord,
        draft: &mut Draft,
        column: Column,
        default: Option<ChannelRule>,
    ) -> Result<(Channel, bool), Skip> {
        let cell = self.cell(record, column)?;
        let rule = match (self.mapping.channels.get(&cell), default) {
            (Some(rule), _) => *rule,
            (None, Some(rule)) if cell.is_empty() => rule,
            _ => {
                let detail = format!("column {}: add {cell:?} to [channels] of the mapping", column.name());
                draft.result.unknown = Some((column, cell));
                return Err(Skip(Reason::UnknownChannel, detail));
            }
        };
        rule.channel().ok_or_else(|| Skip(Reason::SkippedByMapping, format!("by its channel {cell:?}")))
    }

    /// The reception, with a note where the promise lies before it.
    pub(super) fn reception(&self, record: &ByteRecord, draft: &mut Draft, at: Timestamp) -> Result<Reception, Skip> {
        let (channel, full_online) = self.channel(record, draft, Column::Channel, self.mapping.channel)?;
        let or_default = |column, default: &str| {
            self.cell(record, column).map(|c| if c.is_empty() { default.to_owned() } else { c })
        };
        let due = self.due(record)?;
        if let Some(due) = due.filter(|due| due.is_overdue_at(at)) {
            let detail = format!("due {due}, received {at}: kept as it stands, overdue at once");
            draft.leave_out("received", Skip(Reason::DueBeforeReceived, detail));
        }
        Ok(Reception {
            procedure: or_default(Column::Procedure, &self.mapping.procedure)?,
            agency: or_default(Column::Agency, &self.mapping.agency)?,
            channel,
            full_online,
            due,
        })
    }

    /// The unit; one with an empty code for the node's own.
    pub(super) fn unit(&self, record: &ByteRecord) -> Result<UnitId, Skip> {
        let cell = self.cell(record, Column::Unit)?;
        let code = if cell.is_empty() { &self.mapping.unit } else { &cell };
        if code.is_empty() {
            return Ok(UnitId::new("", None));
        }
        UnitId::parse(code).map_err(|e| Skip(Reason::BadUnit, e.to_string()))
    }

    /// An event of this file.
    pub(super) fn build(
        &self,
        draft: &Draft,
        unit: &UnitId,
        raw: &str,
        ordinal: &str,
        at: Timestamp,
        body: Body,
    ) -> Event {
        // opening stock is the same act as a reception, and must not count beside it
        let kind = if matches!(body, Body::Opening(_)) { "received" } else { body.name() };
        Event {
            id: import_id(&self.mapping.source, &draft.dossier, kind, ordinal),
            unit: unit.clone(),
            dossier: draft.dossier.clone(),
            occurred_at: at,
            source: self.mapping.source.clone(),
            raw_status: raw.to_owned(),
            body,
        }
    }

    /// The meaning of a status text; `None` if the mapping does not name it.
    pub(super) fn status_of(&self, text: &str) -> Option<Status> {
        self.mapping.statuses.get(text).copied()
    }

    /// Whether the file has that column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.at.contains_key(&column)
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
pub(super) mod tests;
