//! A dossier is the fold of its events in the order they happened. Whatever order they came in, the outcome is the same.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    calendar::{Due, Timeliness, judge},
    contribution::{CellKey, Contribution, Stock},
    event::{Body, Channel, EventId, Reception},
    measure::{Kind, Measure},
    record::{PromiseKey, Record, Stored},
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

/// An event after corrections: what it says now and when it happened.
struct Step<'a> {
    index: usize,
    id: EventId,
    at: Timestamp,
    body: &'a Body,
}

/// Applies corrections and voids: the last word on an event, in the order of happening, decides. Returns what is left to fold, in order, and
/// the standing of everything that is not folded.
fn effective(events: &[Stored]) -> (Vec<Step<'_>>, Vec<Standing>) {
    let known: BTreeMap<EventId, &Body> = events.iter().map(|s| (s.event.id, &s.event.body)).collect();
    let is_correction = |body: &Body| matches!(body, Body::Corrected { .. } | Body::Voided { .. });
    // From the last said to the first: a void that is struck itself strikes nothing.
    let mut struck: BTreeSet<EventId> = BTreeSet::new();
    for Stored { event, .. } in events.iter().rev() {
        if let Body::Voided { target } = &event.body
            && !struck.contains(&event.id)
            && known.get(target).is_some_and(|b| is_correction(b))
        {
            struck.insert(*target);
        }
    }
    let mut last_word: BTreeMap<EventId, &Stored> = BTreeMap::new();
    let mut standings = vec![Standing::Counted; events.len()];
    for (stored, standing) in events.iter().zip(&mut standings) {
        let (target, replaces) = match &stored.event.body {
            Body::Corrected { target, .. } => (target, true),
            Body::Voided { target } => (target, false),
            _ => continue,
        };
        *standing = match known.get(target) {
            _ if struck.contains(&stored.event.id) => Standing::Voided,
            None => Standing::Held(Problem::NoTarget),
            Some(body) if is_correction(body) && replaces => Standing::Conflict(Problem::TargetIsCorrection),
            Some(_) => {
                last_word.insert(*target, stored);
                Standing::Counted
            }
        };
    }
    let mut steps = Vec::with_capacity(events.len());
    for (index, stored) in events.iter().enumerate() {
        let Stored { event, .. } = stored;
        if is_correction(&event.body) {
            continue;
        }
        let (at, body) = match last_word.get(&event.id).map(|s| &s.event.body) {
            Some(Body::Corrected { occurred_at, body, .. }) => (occurred_at.unwrap_or(event.occurred_at), &**body),
            Some(_) => {
                if let Some(standing) = standings.get_mut(index) {
                    *standing = Standing::Voided;
                }
                continue;
            }
            None => (event.occurred_at, &event.body),
        };
        steps.push(Step { index, id: event.id, at, body });
    }
    steps.sort_by_key(|s| (s.at, rank(s.body), s.id));
    (steps, standings)
}

/// At one and the same instant a dossier comes in before it is handled, and leaves before its result is delivered: clocks that tell only the
/// day, or the second, must not make the order a matter of chance.
fn rank(body: &Body) -> u8 {
    match body {
        Body::Received(_) | Body::Opening(_) | Body::TransferredIn { .. } => 0,
        Body::SupplementRequested | Body::PaymentRequested => 1,
        Body::SupplementReceived | Body::PaymentReceived | Body::Extended { .. } => 2,
        Body::Delivered(_) => 4,
        _ => 3,
    }
}

/// A pause that is open.
#[derive(Copy, Clone)]
struct Pause {
    id: EventId,
    since: Timestamp,
    due_before: Option<Due>,
    payment: bool,
    clock_stands: bool,
}

struct Machine<'a> {
    record: &'a Record,
    out: Folded,
    any_reception: bool,
    pause: Option<Pause>,
    no_due_date: bool,
    letter: bool,
    delivered: bool,
    statement: i64,
}

impl<'a> Machine<'a> {
    fn new(record: &'a Record) -> Self {
        Machine {
            record,
            out: Folded {
                state: State::Unknown,
                cell: CellKey::default(),
                received_at: None,
                due: None,
                closed_at: None,
                standings: Vec::new(),
                contribution: Contribution::default(),
                used: Vec::new(),
                need: None,
            },
            any_reception: false,
            pause: None,
            no_due_date: false,
            letter: false,
            delivered: false,
            statement: 0,
        }
    }

    fn step(&mut self, step: &Step<'_>) -> Standing {
        if let Body::Memo { measure, value } = step.body {
            return self.memo(step, *measure, *value);
        }
        if let Some(reception) = step.body.reception() {
            return self.receive(step, reception);
        }
        match self.out.state {
            State::Unknown if self.any_reception => Standing::Conflict(Problem::BeforeReception),
            State::Unknown => Standing::Held(Problem::NoReception),
            state if state.is_open() => self.step_open(step),
            _ => self.step_closed(step),
        }
    }

    fn memo(&mut self, step: &Step<'_>, measure: Measure, value: i64) -> Standing {
        let on = step.at.local_date();
        if measure.kind() == Kind::Statement {
            self.out.contribution.statement(CellKey::default(), on, measure, value - self.statement);
            self.statement = value;
        } else {
            self.out.contribution.flow(CellKey::default(), on, measure, value);
        }
        Standing::Counted
    }

    fn receive(&mut self, step: &Step<'_>, reception: &Reception) -> Standing {
        let comes_back = self.out.state == State::TransferredOut && matches!(step.body, Body::TransferredIn { .. });
        if self.out.state != State::Unknown && !comes_back {
            return Standing::Conflict(Problem::SecondReception);
        }
        let on = match step.body {
            Body::Opening(_) => NaiveDate::MIN,
            _ => step.at.local_date(),
        };
        self.out.cell = CellKey::of(reception);
        self.out.due = reception.due.or_else(|| self.promised(step.id, None, None, Clock::Starts { at: step.at }));
        self.no_due_date = self.out.due.is_none();
        self.letter = false;
        self.out.closed_at = None;
        self.out.received_at = Some(step.at);
        self.out.state = State::Pending;
        match step.body {
            Body::Received(r) => {
                self.flow(
                    on,
                    match r.channel {
                        Channel::Direct => Measure::ReceivedDirect,
                        Channel::Online => Measure::ReceivedOnline,
                        Channel::Postal => Measure::ReceivedPostal,
                    },
                );
                if r.full_online {
                    self.flow(on, Measure::ReceivedOnlineFull);
                }
            }
            Body::TransferredIn { transfer, .. } => {
                self.flow(on, Measure::TransferredIn);
                self.out.contribution.transfer_in(on, *transfer);
            }
            _ => {}
        }
        self.enter(on);
        Standing::Counted
    }

    fn step_open(&mut self, step: &Step<'_>) -> Standing {
        let on = step.at.local_date();
        match step.body {
            Body::SupplementRequested => self.pause(step, false),
            Body::PaymentRequested => self.pause(step, true),
            Body::SupplementReceived => self.resume(step, false),
            Body::PaymentReceived => self.resume(step, true),
            Body::Extended { .. } => {
                self.letter = true;
                Standing::Counted
            }
            Body::Resolved => {
                let timeliness = self.timeliness(step.at);
                self.close(
                    step,
                    State::Resolved(timeliness),
                    match timeliness {
                        Timeliness::Early => Measure::ResolvedEarly,
                        Timeliness::OnTime => Measure::ResolvedOnTime,
                        Timeliness::Late => Measure::ResolvedLate,
                    },
                );
                if timeliness == Timeliness::Late && self.letter {
                    self.flow(on, Measure::LateWithLetter);
                }
                if self.no_due_date {
                    self.flow(on, Measure::NoDueDate);
                }
                Standing::Counted
            }
            Body::Returned => self.close(step, State::Returned, Measure::Returned),
            Body::Withdrawn => self.close(step, State::Withdrawn, Measure::Withdrawn),
            Body::Stopped => self.close(step, State::Stopped, Measure::Stopped),
            Body::TransferredOut { transfer, .. } => {
                self.out.contribution.transfer_out(on, *transfer);
                self.close(step, State::TransferredOut, Measure::TransferredOut)
            }
            Body::Delivered(_) => Standing::Held(Problem::NotFinished),
            _ => Standing::Conflict(Problem::AlreadyClosed),
        }
    }

    fn step_closed(&mut self, step: &Step<'_>) -> Standing {
        let Body::Delivered(channel) = step.body else {
            return Standing::Conflict(Problem::AlreadyClosed);
        };
        // The result is the other unit's to hand out.
        if self.out.state == State::TransferredOut {
            return Standing::Held(Problem::NotFinished);
        }
        if self.delivered {
            return Standing::Conflict(Problem::SecondDelivery);
        }
        self.delivered = true;
        let on = step.at.local_date();
        self.flow(on, Measure::Delivered);
        if *channel == Channel::Postal {
            self.flow(on, Measure::DeliveredByPost);
        }
        Standing::Counted
    }

    fn pause(&mut self, step: &Step<'_>, payment: bool) -> Standing {
        if self.pause.is_some() {
            return Standing::Conflict(Problem::AlreadyPaused);
        }
        let on = step.at.local_date();
        let before = self.out.due;
        let during = before.and_then(|_| self.promised(step.id, None, before, Clock::Pauses { payment }));
        self.leave(on);
        self.out.due = during;
        self.out.state = if payment { State::AwaitingPayment } else { State::AwaitingSupplement };
        self.pause = Some(Pause {
            id: step.id,
            since: step.at,
            due_before: before,
            payment,
            clock_stands: before.is_some() && during.is_none(),
        });
        self.enter(on);
        Standing::Counted
    }

    fn resume(&mut self, step: &Step<'_>, payment: bool) -> Standing {
        let Some(pause) = self.pause.filter(|p| p.payment == payment) else {
            return Standing::Held(Problem::NotPaused);
        };
        let on = step.at.local_date();
        self.leave(on);
        self.pause = None;
        self.out.state = State::Pending;
        self.out.due = pause.due_before;
        if pause.clock_stands {
            let clock = Clock::Resumes { payment, paused_at: pause.since, at: step.at };
            self.out.due = self.promised(step.id, Some(pause.id), pause.due_before, clock);
        }
        self.enter(on);
        Standing::Counted
    }

    fn close(&mut self, step: &Step<'_>, state: State, measure: Measure) -> Standing {
        let on = step.at.local_date();
        self.leave(on);
        self.flow(on, measure);
        if let Some(pause) = self.pause.take() {
            self.out.due = pause.due_before;
        }
        self.out.state = state;
        self.out.closed_at = Some(step.at);
        Standing::Counted
    }

    /// A dossier finished while its clock stood still is judged by when it stopped.
    fn timeliness(&self, at: Timestamp) -> Timeliness {
        let (due, at) = match self.pause {
            Some(pause) if pause.clock_stands => (pause.due_before, pause.since),
            Some(pause) => (pause.due_before, at),
            None => (self.out.due, at),
        };
        due.map_or(Timeliness::OnTime, |due| judge(due, at))
    }

    /// The date promised for this movement of the clock; where there is none yet, says so and goes on with the date before.
    fn promised(&mut self, event: EventId, pause: Option<EventId>, before: Option<Due>, clock: Clock) -> Option<Due> {
        let key = PromiseKey { event, pause, before, basis: clock.basis(&self.out.cell.procedure) };
        if let Some(due) = self.record.promises().get(&key) {
            self.out.used.push(key);
            return *due;
        }
        if self.out.need.is_none() {
            self.out.need = Some(Need { key, procedure: self.out.cell.procedure.clone(), clock });
        }
        before
    }

    fn flow(&mut self, on: NaiveDate, measure: Measure) {
        self.out.contribution.flow(self.out.cell.clone(), on, measure, 1);
    }

    fn stock(&self) -> Stock {
        match (self.out.state, self.out.due) {
            (State::AwaitingSupplement, _) => Stock::Awaiting,
            (_, Some(due)) => Stock::Pending(due.overdue_from()),
            (_, None) => Stock::Pending(Timestamp::MAX),
        }
    }

    fn enter(&mut self, on: NaiveDate) {
        self.out.contribution.stock(self.out.cell.clone(), on, self.stock(), 1);
    }

    fn leave(&mut self, on: NaiveDate) {
        self.out.contribution.stock(self.out.cell.clone(), on, self.stock(), -1);
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
