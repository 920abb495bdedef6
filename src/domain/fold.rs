//! A dossier is the fold of its events in the order they happened. Whatever order they came in, the outcome is the same.

mod effective;
mod machine;

use self::{effective::effective, machine::Machine};
use super::{
    calendar::{Due, Timeliness},
    contribution::{CellKey, Contribution},
    record::{PromiseKey, Record},
    time::Timestamp,
};

/// How a recorded event counts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is in the figures.
    Counted,
    /// Its predecessor is missing: counted nowhere, and counted as soon as the predecessor comes.
    Held(Problem),
    /// An event that happened before it rules it out: kept and listed.
    Conflict(Problem),
    /// A later event voided it.
    Voided,
}

/// Why an event does not count.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// No reception of this dossier is known.
    NoReception,
    /// It happened before the dossier was received.
    BeforeReception,
    /// The dossier had been received already.
    SecondReception,
    /// The dossier had left the books already.
    AlreadyClosed,
    /// The same demand was open already.
    AlreadyPaused,
    /// No demand that it could answer is known.
    NotPaused,
    /// The dossier is not finished.
    NotFinished,
    /// The result had been delivered already.
    SecondDelivery,
    /// The event it corrects or voids is not known.
    NoTarget,
    /// A correction cannot be corrected: void it and send another.
    TargetIsCorrection,
}

/// Where a dossier stands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Not received, as far as is known.
    Unknown,
    /// Being handled.
    Pending,
    /// The applicant was asked for more.
    AwaitingSupplement,
    /// The applicant was asked to pay; counts as pending.
    AwaitingPayment,
    /// Finished.
    Resolved(Timeliness),
    /// Given back.
    Returned,
    /// Taken back.
    Withdrawn,
    /// Stopped.
    Stopped,
    /// Handed over.
    TransferredOut,
}

impl State {
    /// Whether it is in the stock.
    pub fn is_open(self) -> bool {
        matches!(self, State::Pending | State::AwaitingSupplement | State::AwaitingPayment)
    }
}

/// A due date that has to be computed with the calendar before the fold can go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Need {
    /// What it is computed from.
    pub key: PromiseKey,
    /// The procedure whose term and policy apply.
    pub procedure: String,
    /// What moved the clock.
    pub clock: Clock,
}

/// What moves the clock of a dossier.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Clock {
    /// A reception.
    Starts {
        /// When.
        at: Timestamp,
    },
    /// A pause begins.
    Pauses {
        /// It waits for a payment, not for a supplement.
        payment: bool,
    },
    /// A pause ends.
    Resumes {
        /// It waited for a payment.
        payment: bool,
        /// When the pause began.
        paused_at: Timestamp,
        /// When it ended.
        at: Timestamp,
    },
}

impl Clock {
    /// Tells apart what a date may be computed from (FNV-1a, the same for ever because it is stored with the date).
    fn basis(self, procedure: &str) -> u64 {
        let (kind, payment, from, to) = match self {
            Clock::Starts { at } => (0, false, at.0, 0),
            Clock::Pauses { payment } => (1, payment, 0, 0),
            Clock::Resumes { payment, paused_at, at } => (2, payment, paused_at.0, at.0),
        };
        let head = [kind, u8::from(payment)];
        let bytes = head.into_iter().chain(from.to_be_bytes()).chain(to.to_be_bytes()).chain(procedure.bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

/// What the events of a dossier come to.
#[derive(Clone, Debug)]
pub struct Folded {
    /// Where it stands.
    pub state: State,
    /// The cell it counts in.
    pub cell: CellKey,
    /// When it came in.
    pub received_at: Option<Timestamp>,
    /// When the result is due; `None` while the clock stands still or where nothing was promised.
    pub due: Option<Due>,
    /// When it left the books.
    pub closed_at: Option<Timestamp>,
    /// How each event counts, in the record's order.
    pub standings: Vec<Standing>,
    /// What it adds to the figures.
    pub contribution: Contribution,
    /// Dates that were used.
    pub used: Vec<PromiseKey>,
    /// The first date that is missing; until it is promised the rest of the fold is a guess.
    pub need: Option<Need>,
}

/// Folds a dossier's events. Pure: the same events and promises give the same outcome.
pub fn fold(record: &Record) -> Folded {
    let mut machine = Machine::new(record);
    let (steps, mut standings) = effective(record.events());
    machine.any_reception = steps.iter().any(|s| s.body.reception().is_some());
    for step in &steps {
        let standing = machine.step(step);
        if let Some(place) = standings.get_mut(step.index) {
            *place = standing;
        }
    }
    machine.out.standings = standings;
    machine.out
}

#[cfg(test)]
mod tests;
