//! A row that is one event.
//!
//! Two events of one kind and dossier, such as a second supplement request, are told apart by the `ordinal` column: a number or
//! the source's own key. Without it the second has the id of the first, and the node answers with a conflict instead of
//! counting wrongly. Nothing here depends on the order of the rows.

use csv::ByteRecord;

use super::{
    choices::{Column, Status},
    draft::{Draft, Skip, missing},
    left_out::Reason,
    rows::RowReader,
};
use crate::domain::event::Body;

/// Kinds of the protocol that a file cannot say: they name other events or other nodes.
const NOT_FROM_FILES: [&str; 5] = ["transferred_in", "transferred_out", "corrected", "voided", "memo"];

impl RowReader<'_> {
    /// Reads an event's row; an error leaves it out.
    pub(super) fn event_row(&self, record: &ByteRecord, draft: &mut Draft) -> Result<(), Skip> {
        draft.dossier = self.dossier_code(record)?;
        let raw = self.filled(record, Column::Kind)?;
        let status = self.kind(&raw, draft)?;
        let read = self.time(record, Column::OccurredAt)?.ok_or_else(|| missing(Column::OccurredAt))?;
        let unit = self.unit(record)?;
        let body = match status {
            Status::Registered | Status::NotAccepted => {
                return Err(Skip(Reason::NotInTheBooks, format!("status {raw:?}: not accepted at the desk")));
            }
            Status::InProgress => return Err(Skip(Reason::NoOutcome, format!("status {raw:?} changes no figure"))),
            Status::WithdrawalRequested => {
                return Err(Skip(
                    Reason::NoOutcome,
                    format!("status {raw:?} is a wish: the outcome comes as `withdrawn`"),
                ));
            }
            Status::Skip => return Err(Skip(Reason::SkippedByMapping, format!("by its kind {raw:?}"))),
            Status::Received => {
                if let Some(from) = self.options.books_from.filter(|from| read.at.local_date() < *from) {
                    return Err(Skip(Reason::BeforeBooks, format!("the books begin on {from}")));
                }
                Body::Received(self.reception(record, draft, read.at)?)
            }
            Status::Opening => Body::Opening(self.reception(record, draft, read.at)?),
            Status::SupplementRequested => Body::SupplementRequested,
            Status::SupplementReceived => Body::SupplementReceived,
            Status::PaymentRequested => Body::PaymentRequested,
            Status::PaymentReceived => Body::PaymentReceived,
            Status::Extended => Body::Extended { promised: self.due(record)? },
            Status::Resolved => Body::Resolved,
            Status::Returned => Body::Returned,
            Status::Withdrawn => Body::Withdrawn,
            Status::Stopped => Body::Stopped,
            Status::Delivered => {
                let default = self.mapping.delivered_channel;
                Body::Delivered(self.channel(record, draft, Column::DeliveredChannel, default)?.0)
            }
        };
        // events of one day in a file that knows only dates: in the order of the life cycle
        let at = if read.date_only.is_some() { read.at.plus_millis(place_in_life(&body)) } else { read.at };
        let ordinal = self.cell(record, Column::Ordinal)?;
        let ordinal = if ordinal.is_empty() { "0" } else { &ordinal };
        let event = self.build(draft, &unit, &raw, ordinal, at, body);
        draft.result.events.push(event);
        Ok(())
    }

    /// What a kind means: by the mapping, else by its own name in the protocol.
    fn kind(&self, raw: &str, draft: &mut Draft) -> Result<Status, Skip> {
        if let Some(status) = self.status_of(raw).or_else(|| Status::by_name(raw).filter(|s| *s != Status::Skip)) {
            return Ok(status);
        }
        if NOT_FROM_FILES.contains(&raw) {
            let detail = format!("{raw} does not come from a file: record it at the desk");
            return Err(Skip(Reason::UnsupportedKind, detail));
        }
        draft.result.unknown = Some((Column::Kind, raw.to_owned()));
        Err(Skip(Reason::UnknownStatus, format!("add {raw:?} to [statuses] of the mapping")))
    }
}

fn place_in_life(body: &Body) -> i64 {
    match body {
        Body::SupplementRequested | Body::PaymentRequested => 1,
        Body::SupplementReceived | Body::PaymentReceived => 2,
        Body::Extended { .. } => 3,
        Body::Resolved | Body::Returned | Body::Withdrawn | Body::Stopped => 4,
        Body::Delivered(_) => 5,
        _ => 0,
    }
}

#[cfg(test)]
#[path = "event_rows_tests.rs"]
mod tests;
