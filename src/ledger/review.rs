//! Reviews: a unit above accepts a report, or returns one figure of it with a reason and a date. They flow down, never up, and what a parent says
//! is taken only for units that it stands above and documents that are held here, so it cannot fill the disk of those below.

use bytes::Bytes;
use chrono::NaiveDate;
use imbl::OrdMap;

use super::{
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::{Held, State},
};
use crate::{
    document::{self, MAX_REASON, MAX_TEXT},
    domain::{
        periods::Period,
        review::{Review, Verdict},
        summary::Hash,
        time::Timestamp,
        units::UnitId,
    },
};

/// Reviews of one document of one unit that are kept.
pub const MAX_REVIEWS: usize = 200;
/// How far the clock of a unit above may be ahead.
const AHEAD_MILLIS: i64 = 24 * 3_600_000;

/// The reviews of one unit's report for one atom, by time and id.
pub type Reviews = OrdMap<(Timestamp, Hash), Review>;

/// The name of a review: equal for equal reviews only.
pub fn id(review: &Review) -> Hash {
    let (measure, reason, until) = match &review.verdict {
        Verdict::Accepted => ("", "", String::new()),
        Verdict::Returned { measure, reason, until } => (measure.as_str(), reason.as_str(), until.to_string()),
    };
    let (unit, atom, reviewer) = (review.unit.to_string(), review.atom.to_string(), review.reviewer.to_string());
    let (revision, at) = (review.revision.to_string(), review.at.0.to_string());
    let parts = [&*unit, &*atom, &*revision, measure, reason, &*until, &*reviewer, &*review.person, &*at];
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    document::hash(&Bytes::from(bytes))
}

/// Reviews the report of a unit below for a period: its document for the period's last atom. `None` if this node has accepted it already.
pub fn review(
    state: &State,
    unit: &UnitId,
    period: &Period,
    verdict: Verdict,
    person: &str,
    now: Timestamp,
) -> Result<Option<Entry>, Refusal> {
    let atom = state.registry.cuts.atom_of(period.last_day());
    let on = atom.last_day();
    let own = state.own(on);
    if *unit == own || !state.registry.tree.is_below(unit, &own, on) {
        return Err(Refusal::NotBelowUs { sender: unit.clone(), unit: own });
    }
    let none = || Refusal::NoFigures { unit: unit.clone(), atom: atom.to_string() };
    let revision = state.held(unit, atom.start).filter(|held| !held.unread).ok_or_else(none)?.revision;
    if let Verdict::Returned { reason, until, .. } = &verdict {
        if reason.trim().is_empty() {
            return Err(Refusal::NoReasonToReturn);
        }
        if *until < now.local_date() {
            return Err(Refusal::AnswerInThePast(*until));
        }
    }
    let there = state.reviews.get(&(unit.clone(), atom.start));
    if there.is_some_and(|reviews| reviews.len() >= MAX_REVIEWS) {
        return Err(Refusal::TooManyReviews { unit: unit.clone(), most: MAX_REVIEWS });
    }
    let again = |r: &Review| r.reviewer == own && r.revision == revision && r.verdict == Verdict::Accepted;
    if verdict == Verdict::Accepted && there.is_some_and(|reviews| reviews.values().any(again)) {
        return Ok(None);
    }
    let at = now.max(state.recorded_at);
    let person = person.get(..person.floor_char_boundary(MAX_TEXT)).unwrap_or_default().to_owned();
    let review = Review { unit: unit.clone(), atom, revision, verdict, reviewer: own, person, at };
    Ok(Some(Entry { recorded_at: at, kind: EntryKind::Reviewed { reviews: vec![review] } }))
}

/// Takes over what is new of the parent's reviews. What may not be said of that unit, or of a document that is not here, is left out, and the
/// rest goes through; returns how many were left out.
pub fn follow(state: &State, reviews: Vec<Review>, now: Timestamp) -> (Option<Entry>, usize) {
    let mut coming: OrdMap<(UnitId, NaiveDate), usize> = OrdMap::new();
    let mut fresh: Vec<Review> = Vec::new();
    let mut left_out = 0;
    for review in reviews {
        let place = (review.unit.clone(), review.atom.start);
        let there = state.reviews.get(&place);
        let key = (review.at, id(&review));
        if there.is_some_and(|reviews| reviews.contains_key(&key)) || fresh.contains(&review) {
            continue;
        }
        let count = coming.entry(place).or_insert_with(|| there.map_or(0, OrdMap::len));
        if *count >= MAX_REVIEWS || !is_good(state, &review, now) {
            left_out += 1;
            continue;
        }
        *count += 1;
        fresh.push(review);
    }
    let entry = (!fresh.is_empty())
        .then(|| Entry { recorded_at: now.max(state.recorded_at), kind: EntryKind::Reviewed { reviews: fresh } });
    (entry, left_out)
}

/// Said by somebody above of a unit that is this node's own or below it, of a document that is held here, and no longer than it may be.
fn is_good(state: &State, review: &Review, now: Timestamp) -> bool {
    let on = review.atom.last_day();
    let (own, tree) = (state.own(on), &state.registry.tree);
    let above = review.reviewer != own && tree.is_below(&own, &review.reviewer, on);
    let ours = review.unit == own || tree.is_below(&review.unit, &own, on);
    let held = state.held(&review.unit, review.atom.start);
    let known =
        held.is_some_and(|held| held.atom == review.atom && review.revision >= 1 && review.revision <= held.revision);
    let short = review.person.len() <= MAX_TEXT
        && match &review.verdict {
            Verdict::Accepted => true,
            Verdict::Returned { measure, reason, .. } => measure.len() <= MAX_TEXT && reason.len() <= MAX_REASON,
        };
    above && ours && known && short && review.at <= now.plus_millis(AHEAD_MILLIS)
}

/// What was said of a unit's subtree, itself included, by anybody who is not in it: what a parent hands down to that unit, and what that unit
/// has of it. In order.
pub fn said_of(state: &State, unit: &UnitId) -> Vec<Review> {
    let tree = &state.registry.tree;
    let mut all = Vec::new();
    for id in tree.ever_under(&unit.code) {
        let from = (id.clone(), NaiveDate::MIN);
        let places = state.reviews.range(from..).take_while(|((u, _), _)| *u == id);
        for review in places.flat_map(|(_, reviews)| reviews.values()) {
            let on = review.atom.last_day();
            let Some(then) = state.identity(&unit.code, on) else { continue };
            let theirs = id == then || tree.is_below(&id, &then, on);
            let inside = review.reviewer == then || tree.is_below(&review.reviewer, &then, on);
            if theirs && !inside {
                all.push(review.clone());
            }
        }
    }
    all
}

/// One hash over reviews in the order of [`said_of`].
pub fn digest(reviews: &[Review]) -> Hash {
    let ids: Vec<u8> = reviews.iter().flat_map(|review| id(review).0).collect();
    document::hash(&Bytes::from(ids))
}

/// The revision that answered a review, as far as is known here: one of its own document, or one of an earlier atom that came after it was said,
/// because a review of a period stands on its last atom, and the figure may have been wrong in any of them.
pub fn answered_by(state: &State, review: &Review) -> Option<u32> {
    let own = state.held(&review.unit, review.atom.start).and_then(|held| review.answered_by(held.revision));
    own.or_else(|| {
        let before = state.shelves.get(&review.unit)?.range(..review.atom.start).rev().map(|(_, held)| held);
        let amended = |held: &&Held| held.revision > 1 && held.recorded_at > review.at;
        before.take(EARLIER).find(amended).map(|held| held.revision)
    })
}

/// Atoms before the reviewed one whose amendment answers: a year has no more.
const EARLIER: usize = 24;
