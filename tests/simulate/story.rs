//! What happens at a desk: dossiers come in, wait, are extended, go out, are corrected, and all of it is said late or in the wrong order now and then.

use chrono::NaiveDate;
use fastrand::Rng;
use motcua::domain::{
    calendar::Due,
    event::{Body, Channel, Event, EventId, Reception},
    measure::Measure,
    time::Timestamp,
    units::UnitId,
};

use super::country::BOOKS_FROM;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The desk of one unit.
pub struct Story {
    code: String,
    others: Vec<String>,
    rng: Rng,
    said: Vec<Event>,
    dossiers: u32,
}

impl Story {
    pub fn new(code: &str, others: Vec<String>, rng: Rng) -> Story {
        Story { code: code.to_owned(), others, rng, said: Vec::new(), dossiers: 0 }
    }

    /// The next thing said, at this time.
    pub fn next(&mut self, now: Timestamp) -> Event {
        let event = match self.rng.u8(..20) {
            0..7 => self.arrival(now),
            7..16 => self.follow_up(now),
            16 => self.correction(now),
            17 => self.withdrawal(now),
            18 => self.memo(now),
            _ => self.stock(),
        };
        self.said.push(event.clone());
        event
    }

    /// Mostly just now, sometimes days ago, and then perhaps in a period that is closed.
    fn moment(&mut self, now: Timestamp) -> Timestamp {
        let back = match self.rng.u8(..10) {
            0..6 => self.rng.i64(0..8 * HOUR),
            6..9 => self.rng.i64(0..3 * DAY),
            _ => self.rng.i64(0..25 * DAY),
        };
        let at = now.plus_millis(-back / 1000 * 1000);
        at.max(first_day())
    }

    fn event(&mut self, dossier: &str, occurred_at: Timestamp, body: Body) -> Event {
        let mut id = [0; 16];
        self.rng.fill(&mut id);
        Event {
            id: EventId(id),
            unit: UnitId::new(self.code.as_str(), None),
            dossier: dossier.to_owned(),
            occurred_at,
            source: "desk".to_owned(),
            raw_status: String::new(),
            body,
        }
    }

    fn reception(&mut self, at: Timestamp) -> Reception {
        let procedure = *self.rng.choice(&["", "N", "P", "W", "R"]).unwrap();
        let promised = at.plus_millis(self.rng.i64(0..20) * DAY);
        // Only N, whose clock never stands, is promised by the hour: the desk hours of the others are the calendar's business.
        let due = self.rng.bool().then(|| match procedure {
            "N" => Due::Instant(promised),
            _ => Due::Day(promised.local_date()),
        });
        Reception {
            procedure: procedure.to_owned(),
            agency: (*self.rng.choice(&["", "Sở Tư pháp"]).unwrap()).to_owned(),
            channel: *self.rng.choice(&[Channel::Direct, Channel::Online, Channel::Postal]).unwrap(),
            full_online: self.rng.bool(),
            due,
        }
    }

    fn arrival(&mut self, now: Timestamp) -> Event {
        self.dossiers += 1;
        let (dossier, at) = (format!("{}-{}", self.code, self.dossiers), self.moment(now));
        let reception = self.reception(at);
        self.event(&dossier, at, Body::Received(reception))
    }

    fn stock(&mut self) -> Event {
        self.dossiers += 1;
        let at = first_day().plus_millis(-self.rng.i64(1..20) * DAY);
        let (dossier, reception) = (format!("{}-{}", self.code, self.dossiers), self.reception(at));
        self.event(&dossier, at, Body::Opening(reception))
    }

    /// Of a dossier that was spoken of before, the newer the likelier.
    fn known(&mut self) -> Option<Event> {
        let back = self.rng.usize(..self.said.len().clamp(1, 30));
        self.said.iter().rev().filter(|event| !event.dossier.is_empty()).nth(back).cloned()
    }

    fn follow_up(&mut self, now: Timestamp) -> Event {
        let Some(known) = self.known() else { return self.arrival(now) };
        let room = (now.0 - known.occurred_at.0).max(1);
        let after = known.occurred_at.plus_millis(self.rng.i64(0..room) / 1000 * 1000);
        let at = if self.rng.u8(..8) == 0 { self.moment(now) } else { after.max(first_day()) };
        let body = self.step(at);
        self.event(&known.dossier, at, body)
    }

    fn step(&mut self, at: Timestamp) -> Body {
        match self.rng.u8(..24) {
            0..3 => Body::SupplementRequested,
            3..6 => Body::SupplementReceived,
            6 => Body::PaymentRequested,
            7 => Body::PaymentReceived,
            8 => Body::Extended { promised: None },
            9..15 => Body::Resolved,
            15 => Body::Returned,
            16 => Body::Withdrawn,
            17 => Body::Stopped,
            18..21 => Body::Delivered(*self.rng.choice(&[Channel::Direct, Channel::Postal]).unwrap()),
            21 => Body::TransferredOut { transfer: self.transfer(), to: self.other() },
            22 => {
                let reception = self.reception(at);
                Body::TransferredIn { transfer: self.transfer(), from: self.other(), reception }
            }
            _ => Body::Received(self.reception(at)),
        }
    }

    fn transfer(&mut self) -> EventId {
        EventId([self.rng.u8(..6); 16])
    }

    fn other(&mut self) -> String {
        self.rng.choice(&self.others).unwrap().clone()
    }

    fn correction(&mut self, now: Timestamp) -> Event {
        let Some(target) = self.known() else { return self.arrival(now) };
        let at = self.rng.bool().then(|| target.occurred_at.plus_millis(self.rng.i64(-2 * DAY..2 * DAY) / 1000 * 1000));
        let at = at.map(|at| at.min(now));
        let body = Box::new(self.step(at.unwrap_or(target.occurred_at)));
        self.event(&target.dossier, now, Body::Corrected { target: target.id, occurred_at: at, body })
    }

    fn withdrawal(&mut self, now: Timestamp) -> Event {
        let Some(target) = self.known() else { return self.arrival(now) };
        self.event(&target.dossier, now, Body::Voided { target: target.id })
    }

    fn memo(&mut self, now: Timestamp) -> Event {
        let measures = [
            Measure::FeedbackReceived,
            Measure::RatedSatisfied,
            Measure::ReceivedForOthers,
            Measure::ProceduresPublished,
        ];
        let measure = *self.rng.choice(&measures).unwrap();
        let (at, value) = (self.moment(now), self.rng.i64(0..50));
        self.event("", at, Body::Memo { measure, value })
    }
}

/// When all books begin.
pub fn first_day() -> Timestamp {
    Timestamp::local_midnight(BOOKS_FROM.parse::<NaiveDate>().unwrap())
}
