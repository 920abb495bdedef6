//! A row that is one dossier: its reception, a supplement asked for and given, its closing, its delivery.
//!
//! Every event here happens at most once in the life of a dossier as such a row tells it, so the ordinal in its id is 0. Where
//! two of a row carry the same instant (files that know only dates), the later in the life cycle is set a millisecond
//! after the earlier, because a dossier is folded in order of time.

use chrono::NaiveDate;
use csv::ByteRecord;

use super::{
    choices::{Column, Status},
    draft::{Draft, Skip, missing},
    left_out::Reason,
    rows::RowReader,
};
use crate::domain::{event::Body, time::Timestamp, units::UnitId};

/// Adds the events of a row in the order of the life cycle.
struct Chain<'r> {
    reader: &'r RowReader<'r>,
    unit: UnitId,
    raw: String,
    last: Timestamp,
}

impl Chain<'_> {
    fn push(&mut self, draft: &mut Draft, at: Timestamp, body: Body) {
        let at = if draft.result.events.is_empty() { at } else { at.max(self.last.plus_millis(1)) };
        self.last = at;
        let event = self.reader.build(draft, &self.unit, &self.raw, "0", at, body);
        draft.result.events.push(event);
    }
}

impl RowReader<'_> {
    /// Reads a dossier's row; an error leaves out the row whole.
    pub(super) fn dossier_row(&self, record: &ByteRecord, draft: &mut Draft) -> Result<(), Skip> {
        draft.dossier = self.dossier_code(record)?;
        let (status, raw) = self.status(record, draft)?;
        match status {
            Some(Status::Registered | Status::NotAccepted) => {
                return Err(Skip(Reason::NotInTheBooks, format!("status {raw:?}: not accepted at the desk")));
            }
            Some(Status::Skip) => return Err(Skip(Reason::SkippedByMapping, format!("by its status {raw:?}"))),
            _ => {}
        }
        let received = self.time(record, Column::ReceivedAt)?.ok_or_else(|| missing(Column::ReceivedAt))?.at;
        let unit = self.unit(record)?;
        let reception = self.reception(record, draft, received)?;
        let closing = self.closing(record, draft, status, received);
        let closed_at = closing.as_ref().map(|(at, _)| *at);
        let is_stock = self.is_opening_stock(received, closed_at)?;

        let mut chain = Chain { reader: self, unit, raw, last: received };
        chain.push(draft, received, if is_stock { Body::Opening(reception) } else { Body::Received(reception) });
        self.supplement(record, draft, &mut chain, status, closed_at);
        if let Some((at, body)) = closing {
            chain.push(draft, at, body);
        }
        self.delivery(record, draft, &mut chain, closed_at);
        Ok(())
    }

    /// The status and its text; none where the file has no such column.
    fn status(&self, record: &ByteRecord, draft: &mut Draft) -> Result<(Option<Status>, String), Skip> {
        if !self.has(Column::Status) {
            return Ok((None, String::new()));
        }
        let raw = self.cell(record, Column::Status)?;
        match self.status_of(&raw) {
            Some(status) => Ok((Some(status), raw)),
            None => {
                let detail = format!("add {raw:?} to [statuses] of the mapping");
                draft.result.unknown = Some((Column::Status, raw));
                Err(Skip(Reason::UnknownStatus, detail))
            }
        }
    }

    /// Whether it enters as opening stock rather than as received.
    fn is_opening_stock(&self, received: Timestamp, closed: Option<Timestamp>) -> Result<bool, Skip> {
        let before = |at: Timestamp, from: NaiveDate| at.local_date() < from;
        match (self.options.opening, self.options.books_from) {
            (false, Some(from)) if before(received, from) => {
                let detail = format!("received before the books begin on {from}: import the file with --opening");
                Err(Skip(Reason::BeforeBooks, detail))
            }
            (false, _) => Ok(false),
            (true, Some(from)) if closed.is_some_and(|at| before(at, from)) => {
                Err(Skip(Reason::History, format!("closed before the books begin on {from}")))
            }
            (true, Some(from)) => Ok(before(received, from)),
            (true, None) if closed.is_some() => Err(Skip(Reason::History, "closed already".into())),
            (true, None) => Ok(true),
        }
    }

    /// When and how it left the books. Without a status, a date of closing means resolved.
    fn closing(
        &self,
        record: &ByteRecord,
        draft: &mut Draft,
        status: Option<Status>,
        received: Timestamp,
    ) -> Option<(Timestamp, Body)> {
        let body = match status {
            Some(Status::Stopped) => Body::Stopped,
            Some(Status::Returned) => Body::Returned,
            Some(Status::Withdrawn) => Body::Withdrawn,
            _ => Body::Resolved,
        };
        let stated_closed = status.map(Status::is_closed);
        let read = self.time(record, Column::ClosedAt).and_then(|at| match (at, stated_closed) {
            (None, Some(true)) => Err(Skip(
                Reason::ClosedWithoutTime,
                "the status says closed, but not when: the dossier stays open".into(),
            )),
            (Some(at), Some(false)) => {
                let detail = format!("closed {}, but the status says open: the dossier stays open", at.at);
                Err(Skip(Reason::OpenButClosed, detail))
            }
            (Some(at), _) if at.at < received && at.date_only != Some(received.local_date()) => {
                let detail = format!("closed {}, received {received}: the dossier stays open", at.at);
                Err(Skip(Reason::OutOfOrder, detail))
            }
            (at, _) => Ok(at),
        });
        match read {
            Ok(at) => at.map(|at| (at.at, body)),
            Err(skip) => {
                draft.leave_out(body.name(), skip);
                None
            }
        }
    }

    fn supplement(
        &self,
        record: &ByteRecord,
        draft: &mut Draft,
        chain: &mut Chain<'_>,
        status: Option<Status>,
        closed: Option<Timestamp>,
    ) {
        let asked = self.between(record, Column::SupplementRequestedAt, chain.last, closed);
        match asked {
            Ok(Some(at)) => chain.push(draft, at, Body::SupplementRequested),
            Ok(None) => {
                if status == Some(Status::SupplementRequested) {
                    let detail = "map supplement_requested_at: without it the dossier counts as pending".to_owned();
                    draft.leave_out("supplement_requested", Skip(Reason::StatusWithoutTime, detail));
                }
            }
            Err(skip) => draft.leave_out("supplement_requested", skip),
        }
        let was_asked = draft.result.events.iter().any(|e| e.body == Body::SupplementRequested);
        match self.between(record, Column::SupplementReceivedAt, chain.last, closed) {
            Ok(Some(at)) if was_asked => chain.push(draft, at, Body::SupplementReceived),
            Ok(Some(_)) => {
                let detail = "supplied, but never asked for".to_owned();
                draft.leave_out("supplement_received", Skip(Reason::OutOfOrder, detail));
            }
            Ok(None) => {}
            Err(skip) => draft.leave_out("supplement_received", skip),
        }
    }

    fn delivery(&self, record: &ByteRecord, draft: &mut Draft, chain: &mut Chain<'_>, closed: Option<Timestamp>) {
        let read = self.time(record, Column::DeliveredAt).and_then(|at| match (at, closed) {
            (None, _) => Ok(None),
            (Some(at), Some(closed)) if at.at >= closed || at.date_only == Some(closed.local_date()) => Ok(Some(at.at)),
            (Some(at), _) => Err(Skip(Reason::OutOfOrder, format!("delivered {}, but not closed by then", at.at))),
        });
        let delivered = read.and_then(|at| match at {
            None => Ok(None),
            Some(at) => {
                let default = self.mapping.delivered_channel;
                let (channel, _) = self.channel(record, draft, Column::DeliveredChannel, default)?;
                Ok(Some((at, Body::Delivered(channel))))
            }
        });
        match delivered {
            Ok(Some((at, body))) => chain.push(draft, at, body),
            Ok(None) => {}
            Err(skip) => draft.leave_out("delivered", skip),
        }
    }

    /// A time that may be missing, not before `from` and not after `to`.
    fn between(
        &self,
        record: &ByteRecord,
        column: Column,
        from: Timestamp,
        to: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, Skip> {
        match self.time(record, column)? {
            Some(read) if read.at < from && read.date_only != Some(from.local_date()) => {
                let detail = format!("{}: {} lies before {from}, which it follows", column.name(), read.at);
                Err(Skip(Reason::OutOfOrder, detail))
            }
            Some(read) if to.is_some_and(|to| read.at > to) => {
                Err(Skip(Reason::OutOfOrder, format!("{}: {} lies after the closing", column.name(), read.at)))
            }
            read => Ok(read.map(|r| r.at)),
        }
    }
}
