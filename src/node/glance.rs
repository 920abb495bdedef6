//! The node at a glance: what its operator is told in `status`, in the metrics and by `doctor`.

use super::{Node, holdings::holdings};
use crate::{
    domain::time::Timestamp,
    metrics::gauges::Gauges,
    store::space::{Space, journal_bytes},
};

/// Documents the parent is not known to hold.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// How many.
    pub count: u64,
    /// When the oldest of them was published.
    pub since: Option<Timestamp>,
}

/// Room on the disk.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes free.
    pub free: u64,
    /// Bytes of the disk.
    pub total: u64,
    /// Bytes of the journal.
    pub journal: u64,
}

impl Node {
    /// What the parent was not seen to hold, as of now: what was published after the last session counts, whether the link lives or not. `None`
    /// while no session has come to its end since the start, because then nobody knows.
    pub fn unsent(&self) -> Option<Unsent> {
        let confirmed = self.link.up().confirmed?;
        let state = &self.snapshot().state;
        let mut unsent = Unsent::default();
        for holding in holdings(state, &self.own(), &self.code_above()).iter().filter(|h| !confirmed.contains(&h.hash))
        {
            let published = state.held(&holding.unit, holding.atom_start).map(|held| held.recorded_at);
            unsent.count += 1;
            unsent.since = [unsent.since, published].into_iter().flatten().min();
        }
        Some(unsent)
    }

    /// Room on the disk of the journal; `None` where the disk does not say.
    pub fn room(&self) -> Option<Room> {
        let folder = self.folder.as_ref()?;
        let Space { free, total } = Space::of(folder).ok()?;
        Some(Room { free, total, journal: journal_bytes(folder).ok()? })
    }

    /// Everything that can be drawn as a line over time.
    pub fn gauges(&self) -> Gauges {
        let snapshot = self.snapshot();
        let now = self.now();
        let up = self.link.up();
        let has_parent = !up.url.is_empty();
        let unsent = self.unsent().filter(|_| has_parent);
        let room = self.room();
        let backups = self.backups.reach();
        let books = || snapshot.state.books.values();
        let alerts = self.alerts();
        let dossiers = |kind| sum(alerts.of(kind).map(|alert| alert.what.count()));
        let units = |kind| alerts.of(kind).count() as u64;
        Gauges {
            software: env!("CARGO_PKG_VERSION"),
            unit: snapshot.state.code.clone(),
            sequence: snapshot.sequence,
            state_sequence: self.state_sequence(),
            registry_version: snapshot.state.registry.version,
            parent_registry_version: (up.registry_version > 0).then_some(up.registry_version),
            unsent: unsent.map(|unsent| unsent.count),
            unsent_seconds: unsent.and_then(|unsent| unsent.since).map(|since| seconds(now.0 - since.0)),
            agreed_seconds: up.agreed_at.map(|at| seconds(now.0 - at.0)),
            clock_difference_seconds: up.confirmed.is_some().then(|| seconds(up.clock_difference)),
            refusals: up.refusals.len() as u64,
            held: sum(books().map(|b| b.held)),
            conflicts: sum(books().map(|b| b.conflicts)),
            closing_stopped: self.closing_stopped().is_some(),
            writing_stopped: snapshot.stopped.is_some(),
            journal_bytes: room.map(|room| room.journal),
            disk_free_bytes: room.map(|room| room.free),
            disk_total_bytes: room.map(|room| room.total),
            backed_up: backups.last.as_ref().map(|last| last.through.min(snapshot.sequence)),
            backup_seconds: backups.last.as_ref().map(|last| seconds(now.0 - last.at.0)),
            overdue: dossiers("overdue"),
            due_soon: dossiers("due_soon"),
            late_units: units("late_report"),
            silent_units: units("silent"),
            calendar_missing: units("calendar_missing") > 0,
            digest_failing: self.digest().map(|delivery| !delivery.error.is_empty()),
            backup_failing: backups.to.is_some().then_some(!backups.error.is_empty()),
        }
    }
}

fn seconds(millis: i64) -> f64 {
    std::time::Duration::from_millis(millis.unsigned_abs()).as_secs_f64() * if millis < 0 { -1.0 } else { 1.0 }
}

fn sum(counts: impl Iterator<Item = i64>) -> u64 {
    counts.map(|n| u64::try_from(n).unwrap_or_default()).sum()
}
