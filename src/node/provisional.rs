//! Documents of open periods that children send: signed, stamped, cached in memory, outside journal and state.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use imbl::OrdMap;

use crate::{
    document::Incoming,
    domain::{
        summary::{Cells, Hash, Summary},
        time::Timestamp,
        units::UnitId,
    },
    ledger::state::Held,
};

/// One of them, as drafts use it.
#[derive(Clone, Debug)]
pub struct Open {
    /// As the index would remember it.
    pub held: Held,
    /// The subtree's cells.
    pub cells: Cells,
    /// What it states.
    pub summary: Arc<Summary>,
    /// The node's time when it came.
    pub received_at: Timestamp,
}

/// The cache: the newest for each unit and atom.
#[derive(Default)]
pub struct Provisional(ArcSwap<OrdMap<(UnitId, NaiveDate), Arc<Open>>>);

/// What is cached now; it never changes.
pub type Cached = Arc<OrdMap<(UnitId, NaiveDate), Arc<Open>>>;

impl Provisional {
    /// Takes in a provisional document; one that is older than the one cached is left out.
    pub fn keep(&self, hash: Hash, summary: &Summary, now: Timestamp) {
        let key = (summary.unit.clone(), summary.atom.start);
        let open = Arc::new(Open {
            held: Held::of(summary, hash, now),
            cells: summary.subtree(),
            summary: Arc::new(summary.clone()),
            received_at: now,
        });
        self.0.rcu(|map| {
            let mut map = (**map).clone();
            if map.get(&key).is_none_or(|old| old.summary.as_of <= open.summary.as_of) {
                map.insert(key.clone(), Arc::clone(&open));
            }
            map
        });
    }

    /// Leaves out what has been closed: it is in the chain now, and the cache would grow for ever.
    pub fn forget(&self, closed: &[Incoming]) {
        self.0.rcu(|map| {
            let mut map = (**map).clone();
            for incoming in closed {
                map.remove(&(incoming.header.unit.clone(), incoming.header.atom.start));
            }
            map
        });
    }

    /// What is cached now.
    pub fn cached(&self) -> Cached {
        self.0.load_full()
    }
}
