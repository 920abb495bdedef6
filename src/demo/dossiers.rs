//! Made-up dossiers, as a desk would send them, that come to exactly a commune's share.

use chrono::{Days, NaiveDate};
use fastrand::Rng;

use super::{
    place::{DEPARTMENTS, PROCEDURES},
    split::Share,
};
use crate::{
    desk::cells::import_id,
    domain::{calendar::Due, time::Timestamp},
    wire::{event::due_to_pb, pb::v1 as pb, scalar::instant_to_pb},
};

/// Events of the two months, each in the order a desk sees them.
pub struct Months {
    /// 15 December to 14 January.
    pub january: Vec<pb::Event>,
    /// 15 January to 14 February.
    pub february: Vec<pb::Event>,
}

/// First day of January's period, of February's, and of March's.
pub const STARTS: [(i32, u32, u32); 3] = [(2017, 12, 15), (2018, 1, 15), (2018, 2, 15)];

/// A first day, by its place in [`STARTS`].
pub fn start(month: usize) -> NaiveDate {
    let (y, m, d) = STARTS.get(month).copied().unwrap_or((2018, 2, 15));
    NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default()
}

/// One unit's desk.
struct Desk<'r> {
    rng: &'r mut Rng,
    unit: &'static str,
    agency: &'static str,
    next: u32,
}

/// How a dossier ends.
#[derive(Copy, Clone)]
enum End {
    Early,
    OnTime,
    Late,
    Pending,
}

/// A commune's two months.
pub fn commune(share: &Share, rng: &mut Rng) -> Months {
    let mut desk = Desk { rng, unit: share.code, agency: "", next: 0 };
    let mut january = Vec::new();
    let mut february = Vec::new();
    let ends = [
        (share.early, End::Early),
        (share.on_time, End::OnTime),
        (share.late, End::Late),
        (share.pending, End::Pending),
    ];
    let mut ends: Vec<End> =
        ends.iter().flat_map(|(n, end)| std::iter::repeat_n(*end, usize::try_from(*n).unwrap_or(0))).collect();
    desk.rng.shuffle(&mut ends);
    let carried = usize::try_from(share.carried_over).unwrap_or(0);
    for (i, end) in ends.into_iter().enumerate() {
        if i < carried {
            // Received in January, due and resolved in February or later.
            let (reception, rest) = desk.dossier(start(0), start(1), start(1), start(2), end);
            january.push(reception);
            february.extend(rest);
        } else {
            let (reception, rest) = desk.dossier(start(1), start(2), start(1), start(2), end);
            february.push(reception);
            february.extend(rest);
        }
    }
    for _ in 0..share.january - share.carried_over {
        let end = if desk.rng.u8(..10) == 0 { End::OnTime } else { End::Early };
        let (reception, rest) = desk.dossier(start(0), start(1), start(0), start(1), end);
        january.push(reception);
        january.extend(rest);
    }
    in_order(january, february)
}

/// The provincial centre's February, by department.
pub fn centre(unit: &'static str, rng: &mut Rng) -> Months {
    let mut desk = Desk { rng, unit, agency: "", next: 0 };
    let mut february = Vec::new();
    for (department, count) in DEPARTMENTS {
        desk.agency = department;
        for _ in 0..count {
            let end = match desk.rng.u8(..10) {
                0..7 => End::Early,
                7..9 => End::OnTime,
                _ => End::Pending,
            };
            let (reception, rest) = desk.dossier(start(1), start(2), start(1), start(2), end);
            february.push(reception);
            february.extend(rest);
        }
    }
    in_order(Vec::new(), february)
}

fn in_order(mut january: Vec<pb::Event>, mut february: Vec<pb::Event>) -> Months {
    for month in [&mut january, &mut february] {
        month.sort_by_key(|event| event.occurred_at.map(|at| (at.seconds, at.nanos)));
    }
    Months { january, february }
}

impl Desk<'_> {
    /// A dossier received in `[from, until)` that ends in `[end_from, end_until)`, or is due after it.
    fn dossier(
        &mut self,
        from: NaiveDate,
        until: NaiveDate,
        end_from: NaiveDate,
        end_until: NaiveDate,
        end: End,
    ) -> (pb::Event, Option<pb::Event>) {
        // Whatever ends in the period leaves room for a due date before or after the day it ends.
        let received = self.day(from, until.min(end_until - Days::new(3)));
        let ended = self.day(end_from.max(received + Days::new(2)), end_until);
        let due = match end {
            End::Early => ended + Days::new(self.rng.u64(1..15)),
            End::OnTime => ended,
            End::Late => ended - Days::new(1),
            End::Pending => end_until + Days::new(self.rng.u64(1..20)),
        };
        let code = format!("{}-{}-{:05}", self.unit, from.format("%y%m"), self.next);
        self.next += 1;
        let (procedure, ..) = PROCEDURES.get(self.rng.usize(..PROCEDURES.len())).copied().unwrap_or_default();
        let channel = match self.rng.u8(..10) {
            0..7 => pb::Channel::Direct,
            7..9 => pb::Channel::Online,
            _ => pb::Channel::Postal,
        };
        let reception = pb::Reception {
            procedure: procedure.to_owned(),
            agency: self.agency.to_owned(),
            channel: channel.into(),
            full_online: false,
            due: Some(due_to_pb(Due::Day(due))),
        };
        let at = self.office_hours(received);
        let received = self.event(&code, at, pb::event::Kind::Received(reception));
        let ended = (!matches!(end, End::Pending)).then(|| {
            let at = self.office_hours(ended);
            self.event(&code, at, pb::event::Kind::Resolved(pb::Resolved {}))
        });
        (received, ended)
    }

    fn event(&mut self, code: &str, at: Timestamp, kind: pb::event::Kind) -> pb::Event {
        let name = match kind {
            pb::event::Kind::Received(_) => "received",
            _ => "resolved",
        };
        pb::Event {
            id: import_id("demo", code, name, "0").0.to_vec(),
            unit: self.unit.to_owned(),
            dossier: code.to_owned(),
            occurred_at: Some(instant_to_pb(at)),
            source: "demo".to_owned(),
            raw_status: String::new(),
            kind: Some(kind),
        }
    }

    fn day(&mut self, from: NaiveDate, until: NaiveDate) -> NaiveDate {
        let days = u64::try_from((until - from).num_days()).unwrap_or(1).max(1);
        from + Days::new(self.rng.u64(..days))
    }

    fn office_hours(&mut self, on: NaiveDate) -> Timestamp {
        Timestamp::local_midnight(on).plus_millis(self.rng.i64(7 * 3_600_000..17 * 3_600_000))
    }
}
