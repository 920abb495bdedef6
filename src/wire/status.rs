//! Errors to gRPC status and back: a code, a reason from docs/errors.md, the field at fault, and when to try again.

use std::{collections::HashMap, time::Duration};

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::WireError;

/// Who speaks in `google.rpc.ErrorInfo`.
pub const DOMAIN: &str = "motcua";

/// The most bytes of a message. Trailers are bounded (16 KiB in most clients), and Vietnamese letters take three times their size in them.
const MAX_MESSAGE: usize = 1_000;
/// The most bytes of all field violations together.
const MAX_VIOLATIONS: usize = 4_000;

/// An error of that reason: `field` is empty where no field is at fault, `message` one lower-case line that says what to do.
pub fn status(reason: &'static str, field: &str, message: String) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::new());
    let message = shortened(message);
    if !field.is_empty() {
        details.add_bad_request_violation(field, message.as_str());
    }
    if let Some(delay) = retry_after(reason) {
        details.set_retry_info(Some(delay));
    }
    Status::with_error_details(code_of(reason), message, details)
}

/// One call too many of this peer; it may try again after `wait`.
pub fn rate_limited(wait: Duration) -> Status {
    let mut details = ErrorDetails::with_error_info("RATE_LIMITED", DOMAIN, HashMap::new());
    details.set_retry_info(Some(wait));
    let message = "this peer calls too often: send more in one call, or try again in a moment".to_owned();
    Status::with_error_details(code_of("RATE_LIMITED"), message, details)
}

/// An error the transport made before the node had a say, with a reason of its own: bytes that are no message, a message beyond the limit, a
/// method that does not exist. Everything else stays as it is.
pub fn with_reason(given: Status) -> Status {
    if !given.details().is_empty() {
        return given;
    }
    let message = given.message();
    match given.code() {
        Code::OutOfRange if message.contains("message length too large") => {
            let message = format!("{}: send less at a time", lower_first(message));
            status("MESSAGE_TOO_LARGE", "", message)
        }
        // Small on the wire and beyond the limit when unpacked.
        Code::ResourceExhausted if message.contains("decompressing: size limit") => {
            let message = format!("{}: send less at a time", lower_first(message));
            status("MESSAGE_TOO_LARGE", "", message)
        }
        // What the decoders of tonic and prost say; the node's own words always carry details.
        Code::Internal
            if ["decode", "EOF decoding", "decompressing", "protocol error", "Missing request"]
                .iter()
                .any(|word| message.contains(word)) =>
        {
            let message =
                format!("the message cannot be read ({}): send what the protocol files describe", lower_first(message));
            status("MALFORMED_MESSAGE", "", message)
        }
        Code::Unimplemented => {
            let message =
                "this node has no such method: update the node, or call what the protocol files describe".to_owned();
            status("UNKNOWN_METHOD", "", message)
        }
        _ => given,
    }
}

/// A message with mistakes in it, all told together as far as they fit. The reason is that of the first.
pub fn malformed(mistakes: Vec<WireError>) -> Status {
    let Some(first) = mistakes.first() else {
        return status("INVALID", "", "the request is malformed".to_owned());
    };
    let mut details = ErrorDetails::with_error_info(first.reason, DOMAIN, HashMap::new());
    let message = match mistakes.len() {
        1 => first.to_string(),
        n => format!("{first} (and {} more: see the details)", n - 1),
    };
    let code = code_of(first.reason);
    let mut room = MAX_VIOLATIONS;
    for mistake in mistakes {
        let description = shortened(mistake.message);
        let Some(left) = room.checked_sub(mistake.field.len() + description.len()) else { break };
        room = left;
        details.add_bad_request_violation(mistake.field, description);
    }
    Status::with_error_details(code, shortened(message), details)
}

impl From<WireError> for Status {
    fn from(error: WireError) -> Status {
        malformed(vec![error])
    }
}

/// The code of every reason. What has no other place is a mistake in the request.
pub fn code_of(reason: &str) -> Code {
    match reason {
        "UNKNOWN_UNIT" | "NO_SUCH_DOSSIER" | "NO_FIGURES" | "NOT_PUBLISHED_THEN" | "UNKNOWN_TARGET" | "NO_MEMBER"
        | "NO_PERSON" | "NOTHING_WAITS" => Code::NotFound,
        "NOT_THIS_UNIT"
        | "NO_TREE"
        | "UNKNOWN_PROCEDURE"
        | "OTHER_KIND"
        | "BEFORE_BOOKS"
        | "OPENING_AFTER_START"
        | "PERIOD_NOT_OVER"
        | "PERIOD_NOT_BEGUN"
        | "PERIOD_NOT_ANSWERABLE"
        | "ALREADY_CLOSED"
        | "NOT_CLOSED"
        | "BOOKS_BEGIN_LATER"
        | "FIGURES_ENTERED"
        | "DOSSIERS_BOOKED"
        | "FIGURES_OVERLAP"
        | "FIGURES_GAP"
        | "NOT_ENTERED"
        | "UNIT_CHANGES"
        | "NOT_THE_LAST"
        | "TOO_MANY_EXPLAINED"
        | "RESTORED"
        | "NO_REGISTRY"
        | "NOT_THE_SUM"
        | "DOES_NOT_BALANCE"
        | "DOES_NOT_CONTINUE"
        | "UNKNOWN_ATOM"
        | "PARTS_DIFFER"
        | "NOT_THE_TOP"
        | "NO_AUTHORITY"
        | "CANNOT_ISSUE"
        | "BAN_OF_TOP"
        | "TOKEN_OF_TOP"
        | "KEY_NOT_COMPARED"
        | "ROLL_BY_ENROLMENT"
        | "WAITS_FOR_APPROVAL"
        | "CUT_TOO_LATE"
        | "BEYOND_LIMITS"
        | "TWO_PERSONS"
        | "TOO_MANY_REVIEWS"
        | "NOT_PREPARED"
        | "CHANGED_SINCE_PREPARED"
        | "NEWER_DOCUMENT"
        | "PROTOCOL_VERSION" => Code::FailedPrecondition,
        // Not worth repeating as it is: something else stands there.
        "CONFLICTING_REVISION" | "ID_IN_USE" => Code::AlreadyExists,
        // Worth repeating after asking again what is held.
        "STALE_REVISION" => Code::Aborted,
        "NOT_BELOW_SENDER" | "NOT_BELOW_US" | "WRONG_KEY" | "WRONG_KEEPER" | "REVOKED_KEY" | "NOT_ENROLLED"
        | "BANNED" | "ALTERED_REGISTRY" | "NOT_ALLOWED" | "OTHER_UNIT" | "NEEDS_A_PERSON" | "SAME_PERSON" => {
            Code::PermissionDenied
        }
        "NO_CREDENTIALS" | "BAD_CREDENTIALS" | "CERTIFICATE_VOID" | "BAD_PROOF" | "TOKEN_UNKNOWN" | "TOKEN_EXPIRED"
        | "TOKEN_USED" | "TOKEN_OTHER_UNIT" | "OLD_REQUEST" => Code::Unauthenticated,
        "BUSY" | "DISK_FULL" | "RATE_LIMITED" => Code::ResourceExhausted,
        "STOPPED" | "SHUTTING_DOWN" => Code::Unavailable,
        "STATE_BROKEN" | "REPORT_WRONG" => Code::Internal,
        "UNKNOWN_METHOD" => Code::Unimplemented,
        _ => Code::InvalidArgument,
    }
}

/// When it is worth trying again, where time alone may help.
pub fn retry_after(reason: &str) -> Option<Duration> {
    match reason {
        "BUSY" | "RATE_LIMITED" => Some(Duration::from_secs(1)),
        "DISK_FULL" => Some(Duration::from_secs(30)),
        _ => None,
    }
}

/// The reason in a status, if it comes from a node.
pub fn reason_of(status: &Status) -> Option<String> {
    status.get_details_error_info().filter(|info| info.domain == DOMAIN).map(|info| info.reason)
}

/// One lower-case line for a person: the message, the fields at fault beyond the first, when to try again, and the reason.
pub fn explain(status: &Status) -> String {
    let details = status.get_error_details();
    let mut line = match (status.message(), status.code()) {
        ("", code) => lower_first(code.description()),
        (message, Code::Unknown | Code::Unavailable) if reason_of(status).is_none() => {
            format!("the node cannot be reached ({}): check its address and that it runs", lower_first(message))
        }
        (message, Code::Cancelled) if message.contains("Timeout") => {
            "the node did not answer in time: try again".to_owned()
        }
        (message, _) => lower_first(message),
    };
    let violations = details.bad_request().map(|b| b.field_violations.as_slice()).unwrap_or_default();
    for more in violations.iter().skip(1) {
        line.push_str(&format!("; {}: {}", more.field, more.description));
    }
    if let Some(delay) = details.retry_info().and_then(|r| r.retry_delay) {
        line.push_str(&format!("; try again in {} s", delay.as_secs().max(1)));
    }
    if let Some(reason) = reason_of(status) {
        line.push_str(&format!(" [{reason}]"));
    }
    // It may come from a node that lies, and goes to a terminal.
    line.replace(char::is_control, " ")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn shortened(message: String) -> String {
    if message.len() <= MAX_MESSAGE {
        return message;
    }
    let mut short = message;
    short.truncate(short.floor_char_boundary(MAX_MESSAGE));
    short.push('…');
    short
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
