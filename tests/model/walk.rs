//! The plain model's walk through the events of one dossier, and its own reckoning of working days.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{Plain, Status, Stay, overdue};
use crate::domain::{
    calendar::Due,
    event::{Body, Channel, EventId, Reception},
    measure::Measure,
    time::Timestamp,
};

fn weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

/// The n-th weekday after a day; a weekend counts as its Monday.
fn weekdays_after(mut day: NaiveDate, n: u32) -> NaiveDate {
    while !weekday(day) {
        day = after(day, 1);
    }
    for _ in 0..n {
        day = after(day, 1);
        while !weekday(day) {
            day = after(day, 1);
        }
    }
    day
}

fn weekdays_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let mut count = 0;
    let mut day = from;
    while day < to {
        day = after(day, 1);
        count += u32::from(weekday(day));
    }
    count
}

/// The procedures of the model: N never stops the clock; P, W and everything unknown do; R begins anew.
fn term(procedure: &str) -> Option<u32> {
    match procedure {
        "W" => Some(5),
        "R" => Some(3),
        _ => None,
    }
}

fn stops(procedure: &str, payment: bool) -> bool {
    if payment { procedure == "P" } else { procedure != "N" }
}

fn resumed(procedure: &str, payment: bool, due: Due, paused: Timestamp, at: Timestamp) -> Due {
    if at <= paused || overdue(due, paused) {
        return due;
    }
    let Due::Day(last) = due else { panic!("the model resumes days only") };
    let (from, to) = (paused.local_date(), at.local_date());
    let new = match term(procedure) {
        Some(days) if procedure == "R" && !payment => weekdays_after(to, days),
        _ if from == to => last,
        _ => weekdays_after(to, weekdays_between(from, last)),
    };
    Due::Day(new.max(last))
}

/// Where a dossier stands on its way through its events.
#[derive(Default)]
pub struct Walk {
    stay: Option<Stay>,
    due: Option<Due>,
    /// Payment, since when, whether the clock stands.
    pause: Option<(bool, Timestamp, bool)>,
    due_at_reception: bool,
    letter: bool,
    left: bool,
    handed_over: bool,
    delivered: bool,
}

impl Walk {
    /// Counts every step.
    pub fn through(mut self, plain: &mut Plain, steps: &[(Timestamp, u8, EventId, Body)]) {
        let ever = steps.iter().any(|(_, order, ..)| *order == 0);
        for (at, _, id, body) in steps {
            let on = at.local_date();
            match body {
                Body::Memo { measure: Measure::ProceduresPublished, value } => plain.stated.push((*at, *id, *value)),
                Body::Memo { measure, value } => plain.flows.push((on, Default::default(), *measure, *value)),
                Body::Received(r) | Body::Opening(r) | Body::TransferredIn { reception: r, .. } => {
                    self.enter(plain, *at, body, r)
                }
                _ if self.stay.is_some() => self.handle(plain, *at, body),
                Body::Delivered(_) if self.handed_over => plain.held += 1,
                Body::Delivered(channel) if self.left && !self.delivered => {
                    self.delivered = true;
                    let cell = plain.stays.last().map(|s| s.cell.clone()).unwrap();
                    plain.flows.push((on, cell.clone(), Measure::Delivered, 1));
                    if *channel == Channel::Postal {
                        plain.flows.push((on, cell, Measure::DeliveredByPost, 1));
                    }
                }
                _ if self.left || ever => plain.conflicts += 1,
                _ => plain.held += 1,
            }
        }
        plain.stays.extend(self.stay);
    }

    fn enter(&mut self, plain: &mut Plain, at: Timestamp, body: &Body, r: &Reception) {
        let back = self.handed_over && matches!(body, Body::TransferredIn { .. });
        if self.stay.is_some() || (self.left && !back) {
            plain.conflicts += 1;
            return;
        }
        let procedure = if r.procedure.is_empty() { "other" } else { &r.procedure };
        let cell = (r.agency.clone(), procedure.to_owned());
        let mut on = at.local_date();
        match body {
            Body::Opening(_) => on = NaiveDate::MIN,
            Body::TransferredIn { transfer, .. } => {
                plain.flows.push((on, cell.clone(), Measure::TransferredIn, 1));
                plain.transfers.push((false, on, *transfer));
            }
            _ => {
                let measure = match r.channel {
                    Channel::Direct => Measure::ReceivedDirect,
                    Channel::Online => Measure::ReceivedOnline,
                    Channel::Postal => Measure::ReceivedPostal,
                };
                plain.flows.push((on, cell.clone(), measure, 1));
                if r.full_online {
                    plain.flows.push((on, cell.clone(), Measure::ReceivedOnlineFull, 1));
                }
            }
        }
        let computed = term(procedure).map(|days| Due::Day(weekdays_after(at.local_date(), days)));
        self.due = r.due.or(computed);
        (self.due_at_reception, self.letter, self.left, self.handed_over) = (self.due.is_some(), false, false, false);
        let status = Status { since: on, awaiting: false, due: self.due };
        self.stay = Some(Stay { cell, entered: on, left: None, statuses: vec![status] });
    }

    fn handle(&mut self, plain: &mut Plain, at: Timestamp, body: &Body) {
        let stay = self.stay.as_mut().unwrap();
        let on = at.local_date();
        let procedure = stay.cell.1.clone();
        let cell = stay.cell.clone();
        let mut flow = |measure| plain.flows.push((on, cell.clone(), measure, 1));
        match body {
            Body::SupplementRequested | Body::PaymentRequested if self.pause.is_none() => {
                let payment = *body == Body::PaymentRequested;
                let stands = self.due.is_some() && stops(&procedure, payment);
                self.pause = Some((payment, at, stands));
                stay.statuses.push(Status { since: on, awaiting: !payment, due: self.due.filter(|_| !stands) });
            }
            Body::SupplementReceived | Body::PaymentReceived => {
                let payment = *body == Body::PaymentReceived;
                let Some((_, since, stands)) = self.pause.filter(|p| p.0 == payment) else {
                    plain.held += 1;
                    return;
                };
                self.pause = None;
                if stands {
                    self.due = self.due.map(|due| resumed(&procedure, payment, due, since, at));
                }
                stay.statuses.push(Status { since: on, awaiting: false, due: self.due });
            }
            Body::Extended { .. } => self.letter = true,
            Body::Resolved | Body::Returned | Body::Withdrawn | Body::Stopped | Body::TransferredOut { .. } => {
                let judged = self.pause.filter(|p| p.2).map_or(at, |p| p.1);
                match body {
                    Body::Resolved if self.due.is_some_and(|due| overdue(due, judged)) => {
                        flow(Measure::ResolvedLate);
                        if self.letter {
                            flow(Measure::LateWithLetter);
                        }
                    }
                    Body::Resolved => flow(match self.due {
                        Some(Due::Day(day)) if judged.local_date() < day => Measure::ResolvedEarly,
                        Some(Due::Instant(last)) if judged < last => Measure::ResolvedEarly,
                        _ => Measure::ResolvedOnTime,
                    }),
                    Body::Returned => flow(Measure::Returned),
                    Body::Withdrawn => flow(Measure::Withdrawn),
                    Body::Stopped => flow(Measure::Stopped),
                    _ => flow(Measure::TransferredOut),
                }
                if *body == Body::Resolved && !self.due_at_reception {
                    flow(Measure::NoDueDate);
                }
                if let Body::TransferredOut { transfer, .. } = body {
                    self.handed_over = true;
                    plain.transfers.push((true, on, *transfer));
                }
                (self.left, self.pause) = (true, None);
                stay.left = Some(on);
                plain.stays.extend(self.stay.take());
            }
            Body::Delivered(_) => plain.held += 1,
            _ => plain.conflicts += 1,
        }
    }
}
