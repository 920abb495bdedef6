//! Reviews on the wire, in the journal and in the derived state.

use chrono::NaiveDate;
use prost::Message;

use super::{
    error::{WireError, reason},
    pb::v1 as pb,
    scalar::{date, instant_from_pb, instant_to_pb},
    store::{damaged, unit_id},
};
use crate::domain::{
    atoms::Atom,
    review::{Review, Verdict},
};

/// The message of a review.
pub fn review_to_pb(review: &Review) -> pb::Review {
    let (verdict, measure, reason, until) = match &review.verdict {
        Verdict::Accepted => (pb::Verdict::Accepted, String::new(), String::new(), String::new()),
        Verdict::Returned { measure, reason, until } => {
            (pb::Verdict::Returned, measure.clone(), reason.clone(), until.to_string())
        }
    };
    pb::Review {
        unit: review.unit.to_string(),
        atom_start: review.atom.start.to_string(),
        atom_end: review.atom.end.to_string(),
        revision: review.revision,
        verdict: verdict.into(),
        measure,
        reason,
        answer_until: until,
        reviewer: review.reviewer.to_string(),
        person: review.person.clone(),
        reviewed_at: Some(instant_to_pb(review.at)),
        answered_by: 0,
        reviewer_name: String::new(),
    }
}

/// The review in a message.
///
/// # Errors
/// [`WireError`].
pub fn review_from_pb(pb: pb::Review) -> Result<Review, WireError> {
    let verdict = match pb.verdict() {
        pb::Verdict::Accepted => Verdict::Accepted,
        pb::Verdict::Returned => {
            let until: NaiveDate = date(&pb.answer_until, "review.answer_until")?;
            Verdict::Returned { measure: pb.measure, reason: pb.reason, until }
        }
        pb::Verdict::Unspecified => {
            return Err(WireError::new("review.verdict", reason::BAD_CHOICE, "it is not a verdict"));
        }
    };
    let missing = || WireError::new("review.reviewed_at", reason::MISSING_FIELD, "it is missing");
    Ok(Review {
        unit: unit_id("review.unit", &pb.unit)?,
        atom: Atom { start: date(&pb.atom_start, "review.atom_start")?, end: date(&pb.atom_end, "review.atom_end")? },
        revision: pb.revision,
        verdict,
        reviewer: unit_id("review.reviewer", &pb.reviewer)?,
        person: pb.person,
        at: instant_from_pb(pb.reviewed_at.ok_or_else(missing)?, "review.reviewed_at")?,
    })
}

/// For the derived state.
pub fn encode_review(review: &Review) -> Vec<u8> {
    review_to_pb(review).encode_to_vec()
}

/// From the derived state.
pub fn decode_review(bytes: &[u8]) -> Result<Review, WireError> {
    review_from_pb(pb::Review::decode(bytes).map_err(|e| damaged("review", &e.to_string()))?)
}
