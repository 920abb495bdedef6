//! What a pause does to a due date.
//!
//! A supplement request stops the clock; whether it then goes on or starts anew differs by procedure, and decree
//! 118/2025/NĐ-CP leaves it open, so it is a policy stored with the procedure.

use super::{Calendar, Due};
use crate::domain::time::Timestamp;

/// What resuming does to the due date.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum PausePolicy {
    /// The working time that was left when paused runs from the resumption.
    #[default]
    PauseResume,
    /// The whole term runs anew from the resumption; without a known term, as `PauseResume`.
    Restart,
    /// The due date stays.
    NoPause,
}

/// How long a procedure may take.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Term {
    /// Whole working days.
    WorkingDays(u32),
    /// Hours of desk time.
    WorkingHours(u32),
}

impl Calendar {
    /// The due date of a dossier received at that instant.
    pub fn due(&self, term: Term, received_at: Timestamp) -> Due {
        match term {
            Term::WorkingDays(days) => self.due_in_working_days(received_at, days),
            Term::WorkingHours(hours) => self.due_in_working_hours(received_at, hours),
        }
    }

    /// The due date after a pause. The resumption is treated as a reception (cut-off hour, days off). Never earlier than
    /// `due`, and never later for an earlier resumption.
    ///
    /// Unchanged under every policy: a dossier already overdue when paused (a pause does not make it on time), a
    /// pause that ends before it began, and under `PauseResume` one within a single local date when due by day.
    pub fn resume(
        &self,
        policy: PausePolicy,
        term: Option<Term>,
        due: Due,
        paused_at: Timestamp,
        resumed_at: Timestamp,
    ) -> Due {
        if resumed_at <= paused_at || due.is_overdue_at(paused_at) {
            return due;
        }
        let new = match (policy, term, due) {
            (PausePolicy::NoPause, _, _) => due,
            (PausePolicy::Restart, Some(term), _) => self.due(term, resumed_at),
            (_, _, Due::Day(date)) => {
                let paused_on = paused_at.local_date();
                if paused_on == resumed_at.local_date() {
                    return due;
                }
                let left = self.working_days_between(paused_on, date);
                self.due_after_pause(resumed_at, left)
            }
            (_, _, Due::Instant(at)) => {
                Due::Instant(self.after_desk_time(resumed_at, self.desk_time_between(paused_at, at)))
            }
        };
        new.max(due)
    }

    /// `left` working days after the day the resumption counts as; that day itself when none is left. The day of
    /// resumption never counts: the day of the pause did.
    fn due_after_pause(&self, resumed_at: Timestamp, left: u32) -> Due {
        let calendar =
            if self.count_day_of_receipt { &Calendar { count_day_of_receipt: false, ..self.clone() } } else { self };
        calendar.due_in_working_days(resumed_at, left)
    }
}
