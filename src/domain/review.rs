//! What a unit above says of a report. It is bound to one revision of one document; a later revision answers it.

use chrono::NaiveDate;

use super::{atoms::Atom, time::Timestamp, units::UnitId};

/// One review.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// Whose report.
    pub unit: UnitId,
    /// For when.
    pub atom: Atom,
    /// The revision that was looked at.
    pub revision: u32,
    /// What is said.
    pub verdict: Verdict,
    /// The unit that says it.
    pub reviewer: UnitId,
    /// Its person; may be empty.
    pub person: String,
    /// When, by the reviewing node's clock.
    pub at: Timestamp,
}

/// What is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The report is accepted.
    Accepted,
    /// One figure is returned.
    Returned {
        /// Code name of the measure; a later release may know more of them.
        measure: String,
        /// Why.
        reason: String,
        /// The last day for an answer.
        until: NaiveDate,
    },
}

impl Review {
    /// The revision that answered it, if the newest one is later than what was looked at.
    pub fn answered_by(&self, newest: u32) -> Option<u32> {
        (newest > self.revision).then(|| self.revision.saturating_add(1))
    }
}
