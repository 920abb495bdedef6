//! What is known of the neighbours: the parent above, and who below was seen. In memory only; a restart asks again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use crate::domain::{summary::Hash, time::Timestamp, units::UnitId};

/// A document that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whose.
    pub unit: UnitId,
    /// First day of the atom.
    pub atom_start: chrono::NaiveDate,
    /// Which revision.
    pub revision: u32,
    /// A stable name.
    pub reason: String,
    /// In words.
    pub message: String,
    /// Since when.
    pub since: Timestamp,
}

/// The link to the parent.
#[derive(Clone, Debug, Default)]
pub struct Up {
    /// Its address; empty at the top.
    pub url: String,
    /// Code of the unit that answers there; empty before the first session.
    pub code: String,
    /// When a session last ended in agreement.
    pub agreed_at: Option<Timestamp>,
    /// What went wrong last; empty after a success.
    pub last_error: String,
    /// When it is tried again.
    pub next_try: Option<Timestamp>,
    /// Documents the parent has not confirmed.
    pub unsent: u64,
    /// Documents it refuses.
    pub refusals: Vec<Refused>,
    /// Why the node's certificate cannot be renewed; empty while it can.
    pub renewal_error: String,
    /// The parent's clock less ours at the last greeting, milliseconds.
    pub clock_difference: i64,
    /// The registry there; 0 before the first greeting.
    pub registry_version: u64,
    /// The documents the parent was seen to hold in the last session that came to its end; `None` before.
    pub confirmed: Option<Arc<BTreeSet<Hash>>>,
}

/// A neighbour below.
#[derive(Clone, Debug, Default)]
pub struct Below {
    /// When it last opened a session.
    pub last_seen: Option<Timestamp>,
    /// The last refusal that still stands.
    pub refusal: Option<Refused>,
    /// Version of its program.
    pub software: String,
    /// The registry it works with.
    pub registry_version: u64,
    /// When the certificate it showed lapses.
    pub certificate_until: Option<Timestamp>,
}

/// The neighbours.
#[derive(Default)]
pub struct Link {
    up: Mutex<Up>,
    below: Mutex<BTreeMap<UnitId, Below>>,
}

impl Link {
    /// The link upward, as it is.
    pub fn up(&self) -> Up {
        lock(&self.up).clone()
    }

    /// Changes what is known of the link upward.
    pub fn set_up(&self, change: impl FnOnce(&mut Up)) {
        change(&mut lock(&self.up));
    }

    /// What is known of a unit below.
    pub fn below(&self, unit: &UnitId) -> Below {
        lock(&self.below).get(unit).cloned().unwrap_or_default()
    }

    /// Changes what is known of a unit below.
    pub fn set_below(&self, unit: &UnitId, change: impl FnOnce(&mut Below)) {
        change(lock(&self.below).entry(unit.clone()).or_default());
    }
}

/// A panic while one of these was held leaves nothing half done that matters: they are only told, never decided on.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
