//! What the events of a dossier say after corrections and voids, and in which order they happened.

use std::collections::{BTreeMap, BTreeSet};

use super::{Problem, Standing};
use crate::domain::{
    event::{Body, EventId},
    record::Stored,
    time::Timestamp,
};

/// An event after corrections: what it says now and when it happened.
pub(super) struct Step<'a> {
    pub index: usize,
    pub id: EventId,
    pub at: Timestamp,
    pub body: &'a Body,
}

/// Applies corrections and voids: the last word on an event, in the order of happening, decides. Returns what is left to fold, in order, and
/// the standing of everything that is not folded.
pub(super) fn effective(events: &[Stored]) -> (Vec<Step<'_>>, Vec<Standing>) {
    let known: BTreeMap<EventId, &Body> = events.iter().map(|s| (s.event.id, &s.event.body)).collect();
    let is_correction = |body: &Body| matches!(body, Body::Corrected { .. } | Body::Voided { .. });
    // From the last said to the first: a void that is struck itself strikes nothing.
    let mut struck: BTreeSet<EventId> = BTreeSet::new();
    for Stored { event, .. } in events.iter().rev() {
        if let Body::Voided { target } = &event.body
            && !struck.contains(&event.id)
            && known.get(target).is_some_and(|b| is_correction(b))
        {
            struck.insert(*target);
        }
    }
    let mut last_word: BTreeMap<EventId, &Stored> = BTreeMap::new();
    let mut standings = vec![Standing::Counted; events.len()];
    for (stored, standing) in events.iter().zip(&mut standings) {
        let (target, replaces) = match &stored.event.body {
            Body::Corrected { target, .. } => (target, true),
            Body::Voided { target } => (target, false),
            _ => continue,
        };
        *standing = match known.get(target) {
            _ if struck.contains(&stored.event.id) => Standing::Voided,
            None => Standing::Held(Problem::NoTarget),
            Some(body) if is_correction(body) && replaces => Standing::Conflict(Problem::TargetIsCorrection),
            Some(_) => {
                last_word.insert(*target, stored);
                Standing::Counted
            }
        };
    }
    let mut steps = Vec::with_capacity(events.len());
    for (index, stored) in events.iter().enumerate() {
        let Stored { event, .. } = stored;
        if is_correction(&event.body) {
            continue;
        }
        let (at, body) = match last_word.get(&event.id).map(|s| &s.event.body) {
            Some(Body::Corrected { occurred_at, body, .. }) => (occurred_at.unwrap_or(event.occurred_at), &**body),
            Some(_) => {
                if let Some(standing) = standings.get_mut(index) {
                    *standing = Standing::Voided;
                }
                continue;
            }
            None => (event.occurred_at, &event.body),
        };
        steps.push(Step { index, id: event.id, at, body });
    }
    steps.sort_by_key(|s| (s.at, rank(s.body), s.id));
    (steps, standings)
}

/// At one and the same instant a dossier comes in before it is handled, and leaves before its result is delivered: clocks that tell only the
/// day, or the second, must not make the order a matter of chance.
fn rank(body: &Body) -> u8 {
    match body {
        Body::Received(_) | Body::Opening(_) | Body::TransferredIn { .. } => 0,
        Body::SupplementRequested | Body::PaymentRequested => 1,
        Body::SupplementReceived | Body::PaymentReceived | Body::Extended { .. } => 2,
        Body::Delivered(_) => 4,
        _ => 3,
    }
}
