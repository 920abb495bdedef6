//! Due dates are computed once, when the event that moves the clock is decided, and never again.

use crate::domain::{
    calendar::{Due, PausePolicy},
    fold::{Clock, Folded, Need, fold},
    record::{PromiseKey, Record},
    registry::Registry,
};

/// Computes every date the record still needs, writes it into the record, and forgets those nothing rests on any more. Returns the new
/// promises and the fold that rests on them.
pub fn settle(record: &mut Record, registry: &Registry) -> (Vec<(PromiseKey, Option<Due>)>, Folded) {
    let mut promises = Vec::new();
    let mut folded = fold(record);
    // Every round promises one date, and a record needs at most one for each event.
    while let Some(need) = folded.need.take() {
        let promise = (need.key, due(&need, registry));
        record.promise([promise]);
        promises.push(promise);
        folded = fold(record);
    }
    record.keep_promises(&folded.used);
    promises.retain(|(key, _)| folded.used.contains(key));
    (promises, folded)
}

fn due(need: &Need, registry: &Registry) -> Option<Due> {
    let procedure = registry.procedures.get(&need.procedure);
    let term = procedure.and_then(|p| p.term);
    let policy = |payment: bool| match procedure {
        Some(p) if payment && p.payment_pauses => PausePolicy::PauseResume,
        _ if payment => PausePolicy::NoPause,
        Some(p) => p.pause,
        None => PausePolicy::PauseResume,
    };
    match need.clock {
        Clock::Starts { at } => Some(registry.calendar.due(term?, at)),
        Clock::Pauses { payment } => match policy(payment) {
            PausePolicy::NoPause => need.key.before,
            PausePolicy::PauseResume | PausePolicy::Restart => None,
        },
        Clock::Resumes { payment, paused_at, at } => {
            Some(registry.calendar.resume(policy(payment), term, need.key.before?, paused_at, at))
        }
    }
}
