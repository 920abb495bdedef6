//! The plain model: every figure counted again from the plain list of what desks have said, with loops and vectors, sharing no code with the
//! product but the names of things. Slow, and meant to be read.

use chrono::NaiveDate;

mod walk;

use crate::domain::{
    calendar::Due,
    event::{Body, Event, EventId},
    measure::{Figures, Measure},
    summary::Cells,
    time::Timestamp,
};
use walk::Walk;

/// Days spent in one status. A dossier is in the stock of a day's end if its last status of that day is open.
pub struct Status {
    pub since: NaiveDate,
    pub awaiting: bool,
    pub due: Option<Due>,
}

/// From coming in to going out.
pub struct Stay {
    pub cell: (String, String),
    pub entered: NaiveDate,
    pub left: Option<NaiveDate>,
    pub statuses: Vec<Status>,
}

/// What all events come to.
#[derive(Default)]
pub struct Plain {
    pub stays: Vec<Stay>,
    pub flows: Vec<(NaiveDate, (String, String), Measure, i64)>,
    pub stated: Vec<(Timestamp, EventId, i64)>,
    /// Waiting for a predecessor.
    pub held: i64,
    /// Contradicting what happened before.
    pub conflicts: i64,
    /// On the way: out or in, when, which transfer.
    pub transfers: Vec<(bool, NaiveDate, EventId)>,
}

pub fn overdue(due: Due, at: Timestamp) -> bool {
    match due {
        Due::Day(day) => at.local_date() > day,
        Due::Instant(last) => at > last,
    }
}

impl Plain {
    /// Counts the events of a unit, each given once.
    pub fn of(events: &[Event]) -> Plain {
        let mut plain = Plain::default();
        let mut dossiers: Vec<&str> = events.iter().map(|e| e.dossier.as_str()).filter(|d| !d.is_empty()).collect();
        dossiers.sort_unstable();
        dossiers.dedup();
        for dossier in dossiers {
            plain.dossier(&events.iter().filter(|e| e.dossier == dossier).collect::<Vec<_>>());
        }
        plain.dossier(&events.iter().filter(|e| e.dossier.is_empty()).collect::<Vec<_>>());
        plain.stated.sort();
        plain
    }

    fn dossier(&mut self, events: &[&Event]) {
        let mut said = events.to_vec();
        said.sort_by_key(|e| (e.occurred_at, e.id));
        let find = |id: EventId| said.iter().find(|e| e.id == id);
        let corrects = |e: &Event| matches!(e.body, Body::Corrected { .. } | Body::Voided { .. });
        let mut struck: Vec<EventId> = Vec::new();
        for event in said.iter().rev() {
            if let Body::Voided { target } = event.body
                && !struck.contains(&event.id)
                && find(target).is_some_and(|t| corrects(t))
            {
                struck.push(target);
            }
        }
        let mut steps: Vec<(Timestamp, u8, EventId, Body)> = Vec::new();
        for event in &said {
            match &event.body {
                Body::Corrected { target, .. } | Body::Voided { target } => {
                    let missing = find(*target).is_none();
                    let nested =
                        matches!(event.body, Body::Corrected { .. }) && find(*target).is_some_and(|t| corrects(t));
                    if !struck.contains(&event.id) {
                        self.held += i64::from(missing);
                        self.conflicts += i64::from(nested);
                    }
                }
                _ => {
                    let mut words = said.iter().filter(|w| !struck.contains(&w.id));
                    let last = words.rfind(|w| match &w.body {
                        Body::Corrected { target, .. } | Body::Voided { target } => *target == event.id,
                        _ => false,
                    });
                    match last.map(|w| &w.body) {
                        None => steps.push((event.occurred_at, order(&event.body), event.id, event.body.clone())),
                        Some(Body::Corrected { occurred_at, body, .. }) => {
                            steps.push((
                                occurred_at.unwrap_or(event.occurred_at),
                                order(body),
                                event.id,
                                (**body).clone(),
                            ));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        steps.sort_by_key(|(at, order, id, _)| (*at, *order, *id));
        Walk::default().through(self, &steps);
    }

    /// The figures from `start` to the day before `end`, overdue told at `as_of`.
    pub fn figures(&self, start: NaiveDate, end: NaiveDate, as_of: Timestamp) -> Cells {
        let mut cells = Cells::new();
        let cell = |cells: &mut Cells, (agency, procedure): &(String, String), measure: Measure, n: i64| {
            let key = crate::domain::contribution::CellKey { agency: agency.clone(), procedure: procedure.clone() };
            let figures: &mut Figures = cells.entry(key).or_default();
            figures[measure] += n;
        };
        for (_, place, measure, n) in self.flows.iter().filter(|(on, ..)| *on >= start && *on < end) {
            cell(&mut cells, place, *measure, *n);
        }
        if let Some((.., value)) = self.stated.iter().rfind(|(at, ..)| at.local_date() < end) {
            cell(&mut cells, &Default::default(), Measure::ProceduresPublished, *value);
        }
        for stay in &self.stays {
            let there = |before: NaiveDate| stay.entered < before && stay.left.is_none_or(|left| left >= before);
            if there(start) {
                cell(&mut cells, &stay.cell, Measure::CarriedOver, 1);
            }
            if there(end) {
                let status = stay.statuses.iter().rfind(|s| s.since < end).unwrap();
                let measure = match status.due {
                    _ if status.awaiting => Measure::AwaitingSupplement,
                    Some(due) if overdue(due, as_of) => Measure::PendingOverdue,
                    _ => Measure::PendingWithinDeadline,
                };
                cell(&mut cells, &stay.cell, measure, 1);
            }
        }
        cells.retain(|_, figures| Measure::ALL.iter().any(|m| figures[*m] != 0));
        cells
    }
}

fn order(body: &Body) -> u8 {
    match body {
        Body::Received(_) | Body::Opening(_) | Body::TransferredIn { .. } => 0,
        Body::SupplementRequested | Body::PaymentRequested => 1,
        Body::SupplementReceived | Body::PaymentReceived | Body::Extended { .. } => 2,
        Body::Delivered(_) => 4,
        _ => 3,
    }
}
