//! What was tried and is not allowed goes into the journal too, but nobody may fill the journal by trying: the same attempt of the same caller is
//! written once an hour with its count, and no more than so many different ones a minute.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::Node;
use crate::{
    domain::time::Timestamp,
    ledger::{By, enrol::TrustAsk},
    store::command::{Command, Order},
    wire::status::code_of,
};

/// The same attempt is written once in so long.
const HOUR_MS: i64 = 3_600_000;
/// Different attempts that are written in a minute.
const PER_MINUTE: u32 = 30;
const MINUTE_MS: i64 = 60_000;
/// Different attempts that are remembered.
const REMEMBERED: usize = 1_000;
/// A description is cut there.
const MAX_WHAT: usize = 200;

/// What has been written lately.
#[derive(Debug, Default)]
pub struct Denials(Mutex<Lately>);

#[derive(Debug, Default)]
struct Lately {
    seen: BTreeMap<(String, String, String), (Timestamp, u32)>,
    minute: i64,
    written: u32,
}

impl Denials {
    /// How often it happened, if it is to be written now.
    fn count(&self, key: (String, String, String), now: Timestamp) -> Option<u32> {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.0.div_euclid(MINUTE_MS);
        if lately.minute != minute {
            (lately.minute, lately.written) = (minute, 0);
        }
        if lately.seen.len() >= REMEMBERED && !lately.seen.contains_key(&key) {
            lately.seen.clear();
        }
        let room = lately.written < PER_MINUTE;
        let (last, missed) = lately.seen.entry(key).or_insert((Timestamp(i64::MIN / 2), 0));
        *missed += 1;
        if !room || now.0.saturating_sub(last.0) < HOUR_MS {
            return None;
        }
        let times = std::mem::take(missed);
        *last = now;
        lately.written += 1;
        Some(times)
    }
}

impl Node {
    /// Notes in the journal that somebody tried what is not allowed. Never waits, and never fails the call that led to it.
    pub fn denied(&self, by: &By, what: &str, reason: &str) {
        let mut what = what.to_owned();
        what.truncate(what.floor_char_boundary(MAX_WHAT));
        let key = (format!("{} {}", by.who, by.from), what.clone(), reason.to_owned());
        tracing::warn!(who = %by.who, from = %by.from, reason, "denied: {what}");
        let Some(times) = self.denials.count(key, self.now()) else { return };
        let command = Command::Trust(TrustAsk::Note { what, reason: reason.to_owned(), times });
        // A full queue has other worries; the log has it all the same.
        drop(self.writer.submit(Order { by: by.clone(), command }, Box::new(drop)));
    }
}

/// Whether a refusal is worth a note: somebody is not who he says, or may not do what he tries.
pub(super) fn is_denial(reason: &str) -> bool {
    use tonic::Code::{Aborted, AlreadyExists, PermissionDenied, Unauthenticated};
    matches!(code_of(reason), PermissionDenied | Unauthenticated | Aborted | AlreadyExists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_fills_the_journal_by_trying() {
        let denials = Denials::default();
        let key = |n: u32| (format!("unit {n}"), "deliver".to_owned(), "WRONG_KEY".to_owned());
        assert_eq!(denials.count(key(1), Timestamp(0)), Some(1));
        for _ in 0..1_000 {
            assert_eq!(denials.count(key(1), Timestamp(5)), None);
        }
        assert_eq!(denials.count(key(1), Timestamp(HOUR_MS)), Some(1_001), "none is forgotten");
        let many = (0..5_000).filter(|n| denials.count(key(100 + n), Timestamp(2 * HOUR_MS)).is_some()).count();
        assert_eq!(many, PER_MINUTE as usize);
        assert!(denials.0.lock().unwrap().seen.len() <= REMEMBERED);
    }
}
