//! What a desk says happened to a dossier.

use std::fmt;

use super::{calendar::Due, measure::Measure, time::Timestamp, units::UnitId};

/// Sixteen bytes that name one act for ever: made before the event is first sent.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub [u8; 16]);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How an application came in or a result went out.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Channel {
    /// In person (trực tiếp).
    Direct,
    /// Through a portal (trực tuyến).
    Online,
    /// By public post (bưu chính công ích).
    Postal,
}

/// What is known of a dossier when it enters the books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reception {
    /// Code of the procedure; empty for the catch-all.
    pub procedure: String,
    /// Agency inside the unit; may be empty.
    pub agency: String,
    /// How it came in.
    pub channel: Channel,
    /// Full online service (toàn trình).
    pub full_online: bool,
    /// The date the desk promised, if it did.
    pub due: Option<Due>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// Accepted: national status 2. The clock starts here, not at registration.
    Received(Reception),
    /// Open already when the books began: carried over, never received.
    Opening(Reception),
    /// Taken over from another unit.
    TransferredIn {
        /// The transfer, named by both sides.
        transfer: EventId,
        /// Code of the other unit.
        from: String,
        /// The dossier as taken over.
        reception: Reception,
    },
    /// National status 5: the clock pauses.
    SupplementRequested,
    /// The applicant has answered.
    SupplementReceived,
    /// National status 6.
    PaymentRequested,
    /// The applicant has paid.
    PaymentReceived,
    /// Apology letter with a new date: a courtesy, never an excuse.
    Extended {
        /// The date in the letter.
        promised: Option<Due>,
    },
    /// National status 9.
    Resolved,
    /// Given back.
    Returned,
    /// Taken back.
    Withdrawn,
    /// National status 8.
    Stopped,
    /// National status 10.
    Delivered(Channel),
    /// Handed over.
    TransferredOut {
        /// The transfer, named by both sides.
        transfer: EventId,
        /// Code of the other unit.
        to: String,
    },
    /// An earlier event was wrong.
    Corrected {
        /// Which.
        target: EventId,
        /// When it really happened, if that was wrong.
        occurred_at: Option<Timestamp>,
        /// What it should have said.
        body: Box<Body>,
    },
    /// An earlier event never happened.
    Voided {
        /// Which.
        target: EventId,
    },
    /// A figure beside the balance.
    Memo {
        /// A memo or a statement.
        measure: Measure,
        /// How many.
        value: i64,
    },
}

impl Body {
    /// Whether it brings a dossier into the books.
    pub fn reception(&self) -> Option<&Reception> {
        match self {
            Body::Received(r) | Body::Opening(r) | Body::TransferredIn { reception: r, .. } => Some(r),
            _ => None,
        }
    }

    /// The name users read, the same as the field in the protocol.
    pub fn name(&self) -> &'static str {
        match self {
            Body::Received(_) => "received",
            Body::Opening(_) => "opening",
            Body::TransferredIn { .. } => "transferred_in",
            Body::SupplementRequested => "supplement_requested",
            Body::SupplementReceived => "supplement_received",
            Body::PaymentRequested => "payment_requested",
            Body::PaymentReceived => "payment_received",
            Body::Extended { .. } => "extended",
            Body::Resolved => "resolved",
            Body::Returned => "returned",
            Body::Withdrawn => "withdrawn",
            Body::Stopped => "stopped",
            Body::Delivered(_) => "delivered",
            Body::TransferredOut { .. } => "transferred_out",
            Body::Corrected { .. } => "corrected",
            Body::Voided { .. } => "voided",
            Body::Memo { .. } => "memo",
        }
    }
}

/// One act, said once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its name for ever.
    pub id: EventId,
    /// The unit that resolves the dossier.
    pub unit: UnitId,
    /// What it is about.
    pub dossier: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The desk or system that says so.
    pub source: String,
    /// The status code of the source, as it was.
    pub raw_status: String,
    /// What happened.
    pub body: Body,
}

impl Event {
    /// The first field in which two events of one id differ, by its name in the protocol.
    pub fn first_difference(&self, other: &Event) -> Option<&'static str> {
        if self.unit != other.unit {
            Some("unit")
        } else if self.dossier != other.dossier {
            Some("dossier")
        } else if self.occurred_at != other.occurred_at {
            Some("occurred_at")
        } else if self.body != other.body {
            Some(other.body.name())
        } else {
            None
        }
    }
}
