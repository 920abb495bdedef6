//! Events to and from `motcua.v1.Event`, for the desk's stream and for the journal alike.
//!
//! In the API the unit of an event is a bare code, in the journal `CODE@VALID_FROM`; both read into one [`UnitId`], and
//! an empty one into a [`UnitId`] with an empty code, which stands for the node's own unit until the node fills it in.

use super::{
    error::{WireError, reason},
    pb::v1::{self as pb, event::Kind},
    scalar::{MAX_TEXT, date, id, instant_from_pb, instant_to_pb, text},
};
use crate::domain::{
    calendar::Due,
    event::{Body, Channel, Event, EventId, Reception},
    measure::Measure,
    time::Timestamp,
    units::UnitId,
};

/// What [`event_from_pb`] reads back as an equal event, as long as its texts are in NFC and its instants lie in the
/// years 1 to 9999.
pub fn event_to_pb(event: &Event) -> pb::Event {
    pb::Event {
        id: event.id.0.to_vec(),
        unit: if event.unit.code.is_empty() { String::new() } else { event.unit.to_string() },
        dossier: event.dossier.clone(),
        occurred_at: Some(instant_to_pb(event.occurred_at)),
        source: event.source.clone(),
        raw_status: event.raw_status.clone(),
        kind: Some(kind_to_pb(&event.body)),
    }
}

/// An event whose every part is well formed; whether it makes sense is for the ledger to say. Texts come out in NFC.
///
/// # Errors
/// The first mistake, its field relative to the event (`received.due.day`): a missing kind or field, an id that is not
/// 16 bytes, a unit, date, instant or measure that is none, an unspecified channel, a correction inside a correction, a
/// text beyond 200 bytes or with control characters.
pub fn event_from_pb(event: pb::Event) -> Result<Event, WireError> {
    Ok(Event {
        id: id(&event.id, "id")?,
        unit: unit_from_pb(&event.unit, "unit")?,
        dossier: text(event.dossier, "dossier", MAX_TEXT)?,
        occurred_at: instant_from_pb(event.occurred_at.ok_or_else(|| missing("occurred_at"))?, "occurred_at")?,
        source: text(event.source, "source", MAX_TEXT)?,
        raw_status: text(event.raw_status, "raw_status", MAX_TEXT)?,
        body: body_from_pb(event.kind, false)?,
    })
}

/// A promise.
pub fn due_to_pb(due: Due) -> pb::Due {
    let kind = match due {
        Due::Day(day) => pb::due::Kind::Day(day.to_string()),
        Due::Instant(at) => pb::due::Kind::Instant(instant_to_pb(at)),
    };
    pb::Due { kind: Some(kind) }
}

/// A promise; its mistakes are named relative to it (`day`, `instant`).
///
/// # Errors
/// `MISSING_FIELD`, `BAD_DATE`, `BAD_TIME`.
pub fn due_from_pb(due: pb::Due) -> Result<Due, WireError> {
    match due.kind {
        Some(pb::due::Kind::Day(day)) => date(&day, "day").map(Due::Day),
        Some(pb::due::Kind::Instant(at)) => instant_from_pb(at, "instant").map(Due::Instant),
        None => Err(missing("day")),
    }
}

/// The channel's number.
pub fn channel_to_pb(channel: Channel) -> pb::Channel {
    match channel {
        Channel::Direct => pb::Channel::Direct,
        Channel::Online => pb::Channel::Online,
        Channel::Postal => pb::Channel::Postal,
    }
}

/// The channel of that number.
///
/// # Errors
/// `BAD_CHANNEL` for none and for numbers this release does not know.
pub fn channel_from_pb(channel: i32, field: &str) -> Result<Channel, WireError> {
    match pb::Channel::try_from(channel) {
        Ok(pb::Channel::Direct) => Ok(Channel::Direct),
        Ok(pb::Channel::Online) => Ok(Channel::Online),
        Ok(pb::Channel::Postal) => Ok(Channel::Postal),
        Ok(pb::Channel::Unspecified) | Err(_) => {
            let message = format!("{channel} is no channel: say 1 (direct), 2 (online) or 3 (postal)");
            Err(WireError::new(field, reason::BAD_CHANNEL, message))
        }
    }
}

/// A unit, `CODE` or `CODE@VALID_FROM`; empty for the node's own.
///
/// # Errors
/// `BAD_UNIT`.
pub fn unit_from_pb(unit: &str, field: &str) -> Result<UnitId, WireError> {
    if unit.is_empty() {
        return Ok(UnitId::new("", None));
    }
    UnitId::parse(unit).map_err(|e| WireError::new(field, reason::BAD_UNIT, e.to_string()))
}

fn missing(field: &str) -> WireError {
    WireError::new(field, reason::MISSING_FIELD, "fill in this field")
}

fn reception_to_pb(r: &Reception) -> pb::Reception {
    pb::Reception {
        procedure: r.procedure.clone(),
        agency: r.agency.clone(),
        channel: channel_to_pb(r.channel).into(),
        full_online: r.full_online,
        due: r.due.map(due_to_pb),
    }
}

fn reception_from_pb(r: pb::Reception) -> Result<Reception, WireError> {
    Ok(Reception {
        procedure: text(r.procedure, "procedure", MAX_TEXT)?,
        agency: text(r.agency, "agency", MAX_TEXT)?,
        channel: channel_from_pb(r.channel, "channel")?,
        full_online: r.full_online,
        due: r.due.map(|due| due_from_pb(due).map_err(|e| e.under("due"))).transpose()?,
    })
}

fn kind_to_pb(body: &Body) -> Kind {
    match body {
        Body::Received(r) => Kind::Received(reception_to_pb(r)),
        Body::Opening(r) => Kind::Opening(reception_to_pb(r)),
        Body::TransferredIn { transfer, from, reception } => Kind::TransferredIn(pb::TransferredIn {
            transfer: transfer.0.to_vec(),
            from: from.clone(),
            reception: Some(reception_to_pb(reception)),
        }),
        Body::SupplementRequested => Kind::SupplementRequested(pb::SupplementRequested {}),
        Body::SupplementReceived => Kind::SupplementReceived(pb::SupplementReceived {}),
        Body::PaymentRequested => Kind::PaymentRequested(pb::PaymentRequested {}),
        Body::PaymentReceived => Kind::PaymentReceived(pb::PaymentReceived {}),
        Body::Extended { promised } => Kind::Extended(pb::Extended { promised: promised.map(due_to_pb) }),
        Body::Resolved => Kind::Resolved(pb::Resolved {}),
        Body::Returned => Kind::Returned(pb::Returned {}),
        Body::Withdrawn => Kind::Withdrawn(pb::Withdrawn {}),
        Body::Stopped => Kind::Stopped(pb::Stopped {}),
        Body::Delivered(channel) => Kind::Delivered(pb::Delivered { channel: channel_to_pb(*channel).into() }),
        Body::TransferredOut { transfer, to } => {
            Kind::TransferredOut(pb::TransferredOut { transfer: transfer.0.to_vec(), to: to.clone() })
        }
        Body::Corrected { target, occurred_at, body } => Kind::Corrected(Box::new(pb::Corrected {
            target: target.0.to_vec(),
            occurred_at: occurred_at.map(instant_to_pb),
            event: Some(Box::new(pb::Event { kind: Some(kind_to_pb(body)), ..pb::Event::default() })),
        })),
        Body::Voided { target } => Kind::Voided(pb::Voided { target: target.0.to_vec() }),
        Body::Memo { measure, value } => Kind::Memo(pb::Memo { measure: measure.name().to_owned(), value: *value }),
    }
}

fn body_from_pb(kind: Option<Kind>, inside_correction: bool) -> Result<Body, WireError> {
    let Some(kind) = kind else {
        let message = "say what happened; if it is said, this node is older than the sender: update the node";
        return Err(WireError::new("kind", reason::MISSING_KIND, message));
    };
    Ok(match kind {
        Kind::Received(r) => Body::Received(reception_from_pb(r).map_err(|e| e.under("received"))?),
        Kind::Opening(r) => Body::Opening(reception_from_pb(r).map_err(|e| e.under("opening"))?),
        Kind::TransferredIn(t) => Body::TransferredIn {
            transfer: id(&t.transfer, "transferred_in.transfer")?,
            from: text(t.from, "transferred_in.from", MAX_TEXT)?,
            reception: reception_from_pb(t.reception.ok_or_else(|| missing("transferred_in.reception"))?)
                .map_err(|e| e.under("transferred_in.reception"))?,
        },
        Kind::SupplementRequested(_) => Body::SupplementRequested,
        Kind::SupplementReceived(_) => Body::SupplementReceived,
        Kind::PaymentRequested(_) => Body::PaymentRequested,
        Kind::PaymentReceived(_) => Body::PaymentReceived,
        Kind::Extended(e) => {
            let due = |due| due_from_pb(due).map_err(|e| e.under("extended.promised"));
            Body::Extended { promised: e.promised.map(due).transpose()? }
        }
        Kind::Resolved(_) => Body::Resolved,
        Kind::Returned(_) => Body::Returned,
        Kind::Withdrawn(_) => Body::Withdrawn,
        Kind::Stopped(_) => Body::Stopped,
        Kind::Delivered(d) => Body::Delivered(channel_from_pb(d.channel, "delivered.channel")?),
        Kind::TransferredOut(t) => Body::TransferredOut {
            transfer: id(&t.transfer, "transferred_out.transfer")?,
            to: text(t.to, "transferred_out.to", MAX_TEXT)?,
        },
        Kind::Corrected(_) | Kind::Voided(_) if inside_correction => {
            let message = "a correction says what the event should have been: void the correction, then correct anew";
            return Err(WireError::new("kind", reason::NESTED_CORRECTION, message));
        }
        Kind::Corrected(c) => corrected_from_pb(*c).map_err(|e| e.under("corrected"))?,
        Kind::Voided(v) => Body::Voided { target: id(&v.target, "voided.target")? },
        Kind::Memo(m) => Body::Memo { measure: memo_measure(&m.measure)?, value: m.value },
    })
}

fn corrected_from_pb(corrected: pb::Corrected) -> Result<Body, WireError> {
    let target: EventId = id(&corrected.target, "target")?;
    let at = |at| -> Result<Timestamp, WireError> { instant_from_pb(at, "occurred_at") };
    let occurred_at = corrected.occurred_at.map(at).transpose()?;
    let event = corrected.event.ok_or_else(|| missing("event"))?;
    let body = body_from_pb(event.kind, true).map_err(|e| e.under("event"))?;
    Ok(Body::Corrected { target, occurred_at, body: Box::new(body) })
}

fn memo_measure(name: &str) -> Result<Measure, WireError> {
    Measure::by_name(name).filter(|m| m.is_reported()).ok_or_else(|| {
        let name: String = name.chars().take(40).collect();
        let message = format!("{name:?} is not counted by memo: name one such as feedback_received");
        WireError::new("memo.measure", reason::BAD_MEASURE, message)
    })
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
