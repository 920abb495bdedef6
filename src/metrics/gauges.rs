//! What stands at this moment. What is not known is left out rather than told as zero, so that no alert sleeps on a guess.

use std::{fmt::Debug, sync::atomic::AtomicU64};

use prometheus_client::{
    metrics::{
        gauge::{Atomic, Gauge},
        info::Info,
    },
    registry::{Registry, Unit},
};

/// The node at a glance, taken when somebody asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gauges {
    /// Version of the program.
    pub software: &'static str,
    /// Code of the node's own unit.
    pub unit: String,
    /// Last entry of the journal.
    pub sequence: u64,
    /// Last entry in the derived state on disk.
    pub state_sequence: u64,
    /// Version of the registry.
    pub registry_version: u64,
    /// Version of the registry at the parent, once it has said it.
    pub parent_registry_version: Option<u64>,
    /// Documents the parent is not known to hold.
    pub unsent: Option<u64>,
    /// Seconds since the oldest of them was published.
    pub unsent_seconds: Option<f64>,
    /// Seconds since both sides last held the same.
    pub agreed_seconds: Option<f64>,
    /// The parent's clock less ours, seconds.
    pub clock_difference_seconds: Option<f64>,
    /// Documents the parent refuses.
    pub refusals: u64,
    /// Events that wait for a predecessor.
    pub held: u64,
    /// Events in conflict.
    pub conflicts: u64,
    /// Closing by itself has stopped.
    pub closing_stopped: bool,
    /// Nothing is written any more.
    pub writing_stopped: bool,
    /// Bytes of the journal.
    pub journal_bytes: Option<u64>,
    /// Bytes free on its disk.
    pub disk_free_bytes: Option<u64>,
    /// Bytes of its disk.
    pub disk_total_bytes: Option<u64>,
    /// The last entry in a backup, once there was one.
    pub backed_up: Option<u64>,
    /// Seconds since the last backup ended.
    pub backup_seconds: Option<f64>,
    /// Open dossiers of the subtree that are overdue.
    pub overdue: u64,
    /// Open dossiers of the subtree that are due soon.
    pub due_soon: u64,
    /// Units whose figures are late.
    pub late_units: u64,
    /// Units that are silent.
    pub silent_units: u64,
    /// The calendar of this year, or from its month on of the next, is missing.
    pub calendar_missing: bool,
    /// The day's digest could not be delivered; `None` on a node that delivers none.
    pub digest_failing: Option<bool>,
    /// The last try failed; `None` on a node that does not back itself up.
    pub backup_failing: Option<bool>,
}

impl Gauges {
    pub(super) fn register(&self, all: &mut Registry) {
        let build = Info::new([("version", self.software.to_owned()), ("unit", self.unit.clone())]);
        all.register("build", "The program, and the unit whose node it runs", build);
        let seconds = Some(Unit::Seconds);
        let bytes = Some(Unit::Bytes);
        for (name, help, unit, value) in [
            ("journal_sequence", "Last entry of the journal", None, Some(self.sequence)),
            ("state_sequence", "Last entry in the derived state on disk", None, Some(self.state_sequence)),
            ("registry_version", "Version of the registry", None, Some(self.registry_version)),
            ("parent_registry_version", "Version of the registry at the parent", None, self.parent_registry_version),
            ("unsent_documents", "Documents the parent is not known to hold", None, self.unsent),
            ("refused_documents", "Documents the parent refuses", None, Some(self.refusals)),
            ("held_events", "Events that wait for a predecessor", None, Some(self.held)),
            ("conflicting_events", "Events in conflict", None, Some(self.conflicts)),
            ("closing_stopped", "1 while closing by itself has stopped", None, Some(self.closing_stopped.into())),
            ("writing_stopped", "1 while nothing is written", None, Some(self.writing_stopped.into())),
            ("backup_sequence", "Last entry in a backup", None, self.backed_up),
            ("backup_failing", "1 while the node cannot back itself up", None, self.backup_failing.map(u64::from)),
            ("overdue_dossiers", "Open dossiers of the subtree that are overdue", None, Some(self.overdue)),
            ("due_soon_dossiers", "Open dossiers of the subtree that are due soon", None, Some(self.due_soon)),
            ("late_units", "Units whose figures are late", None, Some(self.late_units)),
            ("silent_units", "Units below that are not heard of", None, Some(self.silent_units)),
            (
                "calendar_missing",
                "1 while the calendar of this year, or late in the year of the next, is missing",
                None,
                Some(self.calendar_missing.into()),
            ),
            ("digest_failing", "1 while the digest cannot be delivered", None, self.digest_failing.map(u64::from)),
            ("journal_size", "Size of the journal", bytes.clone(), self.journal_bytes),
            ("disk_free", "Free on the journal's disk", bytes.clone(), self.disk_free_bytes),
            ("disk_size", "Size of the journal's disk", bytes, self.disk_total_bytes),
        ] {
            gauge::<u64, AtomicU64>(all, name, help, unit, value);
        }
        for (name, help, value) in [
            ("unsent_age", "Since the oldest unsent document was published", self.unsent_seconds),
            ("since_agreement", "Since both sides of the link upward last held the same", self.agreed_seconds),
            ("since_backup", "Since the last backup ended", self.backup_seconds),
            ("parent_clock_difference", "The parent's clock less the clock here", self.clock_difference_seconds),
        ] {
            gauge::<f64, AtomicU64>(all, name, help, seconds.clone(), value);
        }
    }
}

fn gauge<N, A>(all: &mut Registry, name: &str, help: &str, unit: Option<Unit>, value: Option<N>)
where
    N: prometheus_client::encoding::EncodeGaugeValue + Debug + Send + Sync + 'static,
    A: Atomic<N> + Default + Debug + Send + Sync + 'static,
{
    let Some(value) = value else { return };
    let gauge = Gauge::<N, A>::default();
    gauge.set(value);
    match unit {
        Some(unit) => all.register_with_unit(name, help, unit, gauge),
        None => all.register(name, help, gauge),
    }
}
