//! Answers to events: what became of them, how they count, and what to do where they do not.

use super::{WireError, pb::v1 as pb};
use crate::domain::{
    event::EventId,
    fold::{Problem, Standing},
};

/// Why an event does not count, in a word for programs.
pub fn problem_reason(problem: Problem) -> &'static str {
    match problem {
        Problem::NoReception => "NO_RECEPTION",
        Problem::BeforeReception => "BEFORE_RECEPTION",
        Problem::SecondReception => "SECOND_RECEPTION",
        Problem::AlreadyClosed => "ALREADY_CLOSED_DOSSIER",
        Problem::AlreadyPaused => "ALREADY_PAUSED",
        Problem::NotPaused => "NOT_PAUSED",
        Problem::NotFinished => "NOT_FINISHED",
        Problem::SecondDelivery => "SECOND_DELIVERY",
        Problem::NoTarget => "NO_TARGET",
        Problem::TargetIsCorrection => "TARGET_IS_CORRECTION",
    }
}

/// The same in words, with a way out.
pub fn problem_message(problem: Problem) -> &'static str {
    match problem {
        Problem::NoReception => "no reception of this dossier is known: record it, and this event counts by itself",
        Problem::BeforeReception => "it happened before the dossier was received: correct the time of one of the two",
        Problem::SecondReception => {
            "the dossier was received already: void one of the two, or give this one its own code"
        }
        Problem::AlreadyClosed => "the dossier had left the books already: void this event, or the one that closed it",
        Problem::AlreadyPaused => "the same demand is open already: record its answer first, or void this event",
        Problem::NotPaused => {
            "no demand that it could answer is known: record the demand, and this event counts by itself"
        }
        Problem::NotFinished => "the dossier is not finished: record the completion, and this event counts by itself",
        Problem::SecondDelivery => "the result was delivered already: void one of the two",
        Problem::NoTarget => {
            "the event it corrects or voids is not known: record that one, and this event counts by itself"
        }
        Problem::TargetIsCorrection => "a correction cannot be corrected: void it and send another",
    }
}

/// How an event counts, and why it does not.
pub fn standing_to_pb(standing: Standing) -> (pb::Standing, Option<Problem>) {
    match standing {
        Standing::Counted => (pb::Standing::Counted, None),
        Standing::Held(problem) => (pb::Standing::Held, Some(problem)),
        Standing::Conflict(problem) => (pb::Standing::Conflict, Some(problem)),
        Standing::Voided => (pb::Standing::Voided, None),
    }
}

/// On disk now, as that entry of the journal.
pub fn recorded(id: EventId, standing: Standing, late: bool, sequence: u64) -> pb::Ack {
    pb::Ack { late, sequence, ..counted(id, pb::Outcome::Recorded, standing) }
}

/// On disk already, at or before that entry of the journal.
pub fn already(id: EventId, standing: Standing, sequence: u64) -> pb::Ack {
    pb::Ack { sequence, ..counted(id, pb::Outcome::AlreadyRecorded, standing) }
}

/// Another event of that id is on disk; `field` is the first that differs.
pub fn conflict(id: EventId, field: &str) -> pb::Ack {
    pb::Ack {
        id: id.0.to_vec(),
        outcome: pb::Outcome::Conflict.into(),
        reason: "ID_IN_USE".to_owned(),
        message: format!(
            "another event with this id is on disk, with another {field}: make a new id, or send a correction"
        ),
        field: field.to_owned(),
        ..pb::Ack::default()
    }
}

/// Not recorded. The id is echoed as it came, whatever it is.
pub fn refused(id: Vec<u8>, reason: &str, field: &str, message: String) -> pb::Ack {
    pb::Ack {
        id,
        outcome: pb::Outcome::Refused.into(),
        reason: reason.to_owned(),
        message,
        field: field.to_owned(),
        ..pb::Ack::default()
    }
}

/// Not recorded, because it cannot be read.
pub fn unreadable(id: Vec<u8>, error: WireError) -> pb::Ack {
    refused(id, error.reason, &error.field, error.message)
}

fn counted(id: EventId, outcome: pb::Outcome, standing: Standing) -> pb::Ack {
    let (standing, problem) = standing_to_pb(standing);
    pb::Ack {
        id: id.0.to_vec(),
        outcome: outcome.into(),
        standing: standing.into(),
        reason: problem.map(problem_reason).unwrap_or_default().to_owned(),
        message: problem.map(problem_message).unwrap_or_default().to_owned(),
        ..pb::Ack::default()
    }
}
