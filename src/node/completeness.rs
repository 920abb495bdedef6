//! Who below has reported, who has not, and why.

use super::{Node, NodeError};
use crate::{
    domain::{periods::Period, time::Timestamp, units::UnitId},
    reports::{Breakdown, Completeness, Query},
};

/// What is known of a unit directly below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// `final`, `incomplete`, `provisional` or `missing`.
    pub status: &'static str,
    /// Units expected in its subtree.
    pub expected: u32,
    /// Those whose figures are here.
    pub received: u32,
    /// Highest revision of its documents of the period.
    pub revision: u32,
    /// When the newest was recorded here.
    pub recorded_at: Option<Timestamp>,
    /// When it last opened a session.
    pub last_seen: Option<Timestamp>,
    /// Why nothing is here, or what was refused.
    pub reason: String,
}

const UNREAD: &str = "NEWER_DOCUMENT: what it has sent was written by a newer program; it is relayed as it is: update this node to read it";

impl Node {
    /// The units directly below a unit, for a period, and how complete the whole is.
    pub fn children(&self, unit: &UnitId, period: &Period) -> Result<(Vec<Child>, Completeness), NodeError> {
        let snapshot = self.snapshot();
        let query = Query { unit: unit.clone(), period: period.clone(), by: Breakdown::None, as_known_at: None };
        let whole = self.report(&query)?.completeness;
        let state = &snapshot.state;
        let on = period.end.pred_opt().unwrap_or(period.end);
        let atoms = period.atoms(&state.registry.cuts)?;
        let cached = self.provisional.cached();
        let mut children = Vec::new();
        for child in state.registry.tree.children(unit, on) {
            let below = self.link.below(&child);
            let expected = state.expected(&child, on);
            let mut received = expected;
            let mut revision = 0;
            let mut recorded_at = None;
            let mut open = false;
            let mut nothing = false;
            let mut unread = false;
            for atom in atoms.iter().filter(|a| a.starts_at() <= self.now()) {
                let provisional = cached.get(&(child.clone(), atom.start));
                match (state.held(&child, atom.start), provisional) {
                    (Some(held), _) if held.unread => {
                        unread = true;
                        revision = revision.max(held.revision);
                        recorded_at = recorded_at.max(Some(held.recorded_at));
                    }
                    (Some(held), _) => {
                        received = received.min(held.received);
                        revision = revision.max(held.revision);
                        recorded_at = recorded_at.max(Some(held.recorded_at));
                    }
                    (None, Some(provisional)) => {
                        open = true;
                        received = received.min(provisional.held.received);
                        recorded_at = recorded_at.max(Some(provisional.received_at));
                    }
                    (None, None) => nothing = true,
                }
            }
            let status = match (nothing || unread, open, received < expected) {
                (true, ..) => "missing",
                (_, true, _) => "provisional",
                (_, _, true) => "incomplete",
                _ => "final",
            };
            let reason = match (&below.refusal, nothing, below.last_seen) {
                (Some(refused), ..) => format!("{}: {}", refused.reason, refused.message),
                _ if unread => UNREAD.to_owned(),
                (None, true, _) if state.books.contains_key(&*child.code) => {
                    "NOT_CLOSED: its books are kept here; enter its figures if it is on paper, and close the period for it".to_owned()
                }
                (None, true, None) => "NEVER_SEEN: it has not opened a session since this node started".to_owned(),
                (None, true, Some(_)) => "NOT_RECEIVED: it has sent nothing for this period".to_owned(),
                _ => String::new(),
            };
            children.push(Child {
                name: state.unit(&child).map(|u| u.name.to_string()).unwrap_or_default(),
                unit: child,
                status,
                expected,
                received: if nothing || unread { 0 } else { received },
                revision,
                recorded_at,
                last_seen: below.last_seen,
                reason,
            });
        }
        Ok((children, whole))
    }
}
