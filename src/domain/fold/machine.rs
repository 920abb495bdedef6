//! The life of one dossier, step by step.

use chrono::NaiveDate;

use super::{Clock, Folded, Need, Problem, Standing, State, effective::Step};
use crate::domain::{
    calendar::{Due, Timeliness, judge},
    contribution::{CellKey, Contribution, Stock},
    event::{Body, Channel, EventId, Reception},
    measure::{Kind, Measure},
    record::{PromiseKey, Record},
    time::Timestamp,
};

/// A pause that is open.
#[derive(Copy, Clone)]
struct Pause {
    id: EventId,
    since: Timestamp,
    due_before: Option<Due>,
    payment: bool,
    clock_stands: bool,
}

pub(super) struct Machine<'a> {
    record: &'a Record,
    pub out: Folded,
    pub any_reception: bool,
    pause: Option<Pause>,
    no_due_date: bool,
    letter: bool,
    delivered: bool,
    statement: i64,
}

impl<'a> Machine<'a> {
    pub fn new(record: &'a Record) -> Self {
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

    pub fn step(&mut self, step: &Step<'_>) -> Standing {
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
