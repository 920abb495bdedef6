//! Random stories: what desks say of a few dossiers, with contradictions, corrections, gaps and repetitions.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use crate::domain::{
    atoms::{Atom, Cuts},
    calendar::{Due, PausePolicy, Term},
    event::{Body, Channel, Event, EventId, Reception},
    measure::Measure,
    registry::{Part, Procedure, Procedures},
    time::Timestamp,
    units::UnitId,
};

pub fn from() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 1, 15).unwrap()
}

pub fn now() -> Timestamp {
    Timestamp::parse("2018-06-15T08:00").unwrap()
}

/// The six atoms events fall into, and one more.
pub fn atoms() -> Vec<Atom> {
    let cuts = Cuts::default();
    std::iter::successors(Some(cuts.atom_of(from())), |a| Some(cuts.next(*a))).take(7).collect()
}

pub fn moment(day: i64, hour: i64) -> Timestamp {
    Timestamp::local_midnight(from()).plus_millis((day * 24 + hour) * 3_600_000)
}

pub fn procedures() -> Part {
    let procedure = |code: &str, term, pause, payment_pauses| Procedure {
        code: code.into(),
        name: String::new(),
        field: String::new(),
        level: String::new(),
        term,
        pause,
        payment_pauses,
    };
    Part::Procedures(Procedures::new([
        procedure("N", None, PausePolicy::NoPause, false),
        procedure("P", None, PausePolicy::PauseResume, true),
        procedure("W", Some(Term::WorkingDays(5)), PausePolicy::PauseResume, false),
        procedure("R", Some(Term::WorkingDays(3)), PausePolicy::Restart, false),
    ]))
}

fn reception(opening: bool) -> impl Strategy<Value = Reception> {
    let channel = prop_oneof![Just(Channel::Direct), Just(Channel::Online), Just(Channel::Postal)];
    let procedure = prop::sample::select(vec!["", "N", "P", "W", "R"]);
    let agency = prop::sample::select(vec!["", "Sở Tư pháp"]);
    let due = prop::option::of((if opening { -20i64..60 } else { 0..75 }, 0i64..24));
    (procedure, agency, channel, any::<bool>(), due).prop_map(|(procedure, agency, channel, full_online, due)| {
        Reception {
            procedure: procedure.into(),
            agency: agency.into(),
            channel,
            full_online,
            // Desk hours are the calendar's business: only N, whose clock never stops, is due by the hour.
            due: due.map(|(day, hour)| match procedure {
                "N" => Due::Instant(moment(day, hour)),
                _ => Due::Day(moment(day, 0).local_date()),
            }),
        }
    })
}

fn step() -> impl Strategy<Value = Body> {
    let transfer = (0u8..4).prop_map(|n| EventId([n; 16]));
    let back = (transfer.clone(), reception(false));
    prop_oneof![
        3 => Just(Body::SupplementRequested),
        3 => Just(Body::SupplementReceived),
        1 => Just(Body::PaymentRequested),
        1 => Just(Body::PaymentReceived),
        1 => Just(Body::Extended { promised: None }),
        4 => Just(Body::Resolved),
        1 => Just(Body::Returned),
        1 => Just(Body::Withdrawn),
        1 => Just(Body::Stopped),
        2 => prop_oneof![Just(Channel::Direct), Just(Channel::Postal)].prop_map(Body::Delivered),
        2 => transfer.prop_map(|transfer| Body::TransferredOut { transfer, to: "2".into() }),
        2 => back.prop_map(|(transfer, reception)| Body::TransferredIn { transfer, from: "2".into(), reception }),
        1 => reception(false).prop_map(Body::Received),
    ]
}

/// A correction or void of the n-th event of the dossier, said on a day.
type Amends = (prop::sample::Index, i64, Option<(Option<i64>, Body)>);

fn amends() -> impl Strategy<Value = Amends> {
    (any::<prop::sample::Index>(), 0i64..90, prop::option::weighted(0.6, (prop::option::of(0i64..75), step())))
}

/// The events of one dossier: it comes in (mostly), things happen, and some of it is taken back.
fn dossier(name: u8) -> impl Strategy<Value = Vec<Event>> {
    let first = prop_oneof![
        5 => (0i64..60, reception(false)).prop_map(|(day, r)| (day, Body::Received(r))),
        2 => (-30i64..0, reception(true)).prop_map(|(day, r)| (day, Body::Opening(r))),
    ];
    let steps = prop::collection::vec((0i64..14, prop::sample::select(vec![0i64, 8, 8, 17]), step()), 0..6);
    (first, prop::bool::weighted(0.9), steps, prop::collection::vec(amends(), 0..4)).prop_map(
        move |((start, first), known, steps, amends)| {
            let mut all = Vec::new();
            if known {
                all.push((moment(start, 8), first));
            }
            let mut day = start;
            for (gap, hour, body) in steps {
                day += gap;
                if body.reception().is_none() || day >= 0 {
                    all.push((moment(day, hour), body));
                }
            }
            let id = |n: usize| {
                EventId([
                    name.wrapping_mul(31) ^ u8::try_from(n * 151 % 256).unwrap(),
                    name,
                    u8::try_from(n).unwrap(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                ])
            };
            for (which, said, change) in amends {
                // One more than there are, so that some speak of events nobody has seen; never of themselves.
                let target = match which.index(all.len() + 1) {
                    n if n == all.len() => EventId([255; 16]),
                    n => id(n),
                };
                all.push((
                    moment(said, 12),
                    match change {
                        None => Body::Voided { target },
                        Some((at, body)) => {
                            Body::Corrected { target, occurred_at: at.map(|d| moment(d, 9)), body: Box::new(body) }
                        }
                    },
                ));
            }
            let event = |(n, (at, body))| event(id(n), &format!("H{name}"), at, body);
            all.into_iter().enumerate().map(event).collect()
        },
    )
}

pub fn event(id: EventId, dossier: &str, occurred_at: Timestamp, body: Body) -> Event {
    Event {
        id,
        unit: UnitId::new("1", None),
        dossier: dossier.into(),
        occurred_at,
        source: String::new(),
        raw_status: String::new(),
        body,
    }
}

fn memos() -> impl Strategy<Value = Vec<Event>> {
    let measure =
        prop::sample::select(vec![Measure::FeedbackReceived, Measure::ReceivedForOthers, Measure::ProceduresPublished]);
    let memo = (0i64..75, measure, 0i64..200, prop::option::of((0i64..200, any::<bool>())));
    prop::collection::vec(memo, 0..5).prop_map(|memos| {
        let mut all = Vec::new();
        for (n, (day, measure, value, change)) in memos.into_iter().enumerate() {
            let id = |kind: u8| EventId([250, kind, u8::try_from(n).unwrap(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            all.push(event(id(0), "", moment(day, 8), Body::Memo { measure, value }));
            if let Some((value, voided)) = change {
                let body = match voided {
                    true => Body::Voided { target: id(0) },
                    false => Body::Corrected {
                        target: id(0),
                        occurred_at: None,
                        body: Box::new(Body::Memo { measure, value }),
                    },
                };
                all.push(event(id(1), "", moment(day + 1, 8), body));
            }
        }
        all
    })
}

/// What desks say of a few dossiers and of their unit.
pub fn story() -> impl Strategy<Value = Vec<Event>> {
    (dossier(1), dossier(2), dossier(3), dossier(4), dossier(5), memos())
        .prop_map(|(a, b, c, d, e, memos)| [a, b, c, d, e, memos].concat())
        // on the heap: several of them are more than the stack of a test's thread holds
        .boxed()
}

/// A story in an order of its own, some of it said again.
pub fn told() -> impl Strategy<Value = (Vec<Event>, Vec<Event>)> {
    story().prop_flat_map(|story| {
        let again = prop::sample::subsequence(story.clone(), 0..=story.len());
        (Just(story), again).prop_flat_map(|(story, again)| {
            let all = [story.clone(), again].concat();
            (Just(story), Just(all).prop_shuffle())
        })
    })
}

/// The same, said of another unit under other ids.
pub fn of_unit(code: &'static str, story: Vec<Event>) -> Vec<Event> {
    let rename = |mut event: Event| {
        event.unit = UnitId::new(code, None);
        event.id.0[15] = code.as_bytes()[0];
        if let Body::Corrected { target, .. } | Body::Voided { target } = &mut event.body {
            target.0[15] = code.as_bytes()[0];
        }
        event
    };
    story.into_iter().map(rename).collect()
}

/// What is said of the units 1 and 2, mixed.
pub fn two_stories() -> impl Strategy<Value = Vec<Event>> {
    (story(), story()).prop_flat_map(|(a, b)| Just([of_unit("1", a), of_unit("2", b)].concat()).prop_shuffle())
}

pub fn later(atom: Atom, days: u64) -> Timestamp {
    Timestamp::local_midnight(atom.start + Days::new(days))
}
