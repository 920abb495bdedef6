//! The ledger against the plain model: whatever desks say, in whatever order and however often, the books hold what the model counts.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{
    State,
    apply::{apply_event, rebook},
    entry::EntryKind,
    plain_tests::Plain,
    record::{Answer, admit, decide, subject},
    refusal::Refusal,
};
use crate::domain::{
    atoms::{Atom, Cuts},
    calendar::{Due, PausePolicy, Term},
    event::{Body, Channel, Event, EventId, Reception},
    measure::{Figures, Measure},
    record::Record,
    registry::{Part, Procedure, Procedures},
    summary::Cells,
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

fn moment(day: i64, hour: i64) -> Timestamp {
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

fn state() -> State {
    let mut state = State::new("1", from(), 1, Timestamp(0));
    std::sync::Arc::make_mut(&mut state.registry).replace(procedures(), 1);
    state
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

fn event(id: EventId, dossier: &str, occurred_at: Timestamp, body: Body) -> Event {
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
}

/// A story in an order of its own, some of it said again.
fn told() -> impl Strategy<Value = (Vec<Event>, Vec<Event>)> {
    story().prop_flat_map(|story| {
        let again = prop::sample::subsequence(story.clone(), 0..=story.len());
        (Just(story), again).prop_flat_map(|(story, again)| {
            let all = [story.clone(), again].concat();
            (Just(story), Just(all).prop_shuffle())
        })
    })
}

/// A node's writer without its disk.
pub struct Desk {
    pub state: State,
    pub records: BTreeMap<(String, String), Record>,
    filed: BTreeMap<EventId, (String, String)>,
}

impl Desk {
    pub fn new(state: State) -> Desk {
        Desk { state, records: BTreeMap::new(), filed: BTreeMap::new() }
    }

    pub fn tell(&mut self, event: &Event) -> Result<Answer, Refusal> {
        let event = admit(&self.state, event.clone(), now())?;
        let code = event.unit.code.to_string();
        let target = match event.body {
            Body::Corrected { target, .. } | Body::Voided { target } => {
                self.filed.get(&target).map(|(_, subject)| subject.clone())
            }
            _ => None,
        };
        let place = (code, subject(&event, target)?);
        let record = self.records.entry(place.clone()).or_default();
        let answer = decide(&self.state, event, record, now());
        if let Answer::New { entry, .. } = &answer
            && let EntryKind::Recorded { event, .. } = &entry.kind
        {
            apply_event(&mut self.state, entry, record);
            self.filed.insert(event.id, place);
        }
        Ok(answer)
    }

    /// Tells everything; what was refused because its target is not known is told again, as a desk would.
    pub fn tell_all(&mut self, events: &[Event]) {
        let mut left: Vec<&Event> = events.iter().collect();
        while !left.is_empty() {
            let before = left.len();
            left.retain(|event| match self.tell(event) {
                Ok(Answer::Conflict(field)) => panic!("{event:?} differs in {field}"),
                Ok(_) => false,
                Err(Refusal::UnknownTarget(_)) => true,
                Err(refusal) => panic!("{event:?}: {refusal}"),
            });
            assert!(left.len() < before, "{left:?}");
        }
    }
}

pub fn later(atom: Atom, days: u64) -> Timestamp {
    Timestamp::local_midnight(atom.start + Days::new(days))
}

fn is_sound(cells: &Cells) -> Result<(), TestCaseError> {
    for (key, figures) in cells {
        prop_assert_eq!((figures.imbalance(), figures.negative()), (0, None), "{:?}", key);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn books_hold_what_the_model_counts_in_any_order((story, all) in told()) {
        let mut desk = Desk::new(state());
        desk.tell_all(&all);
        let mut straight = Desk::new(state());
        straight.tell_all(&story);
        let books = &desk.state.books["1"];
        prop_assert_eq!(books, &straight.state.books["1"], "another order, other books");
        let records = |desk: Desk| desk.records.into_iter().map(|(k, r)| (k, r.without_times())).collect::<BTreeMap<_, _>>();

        let mut again = desk.state.clone();
        again.books.insert("1".into(), books.cleared());
        for ((code, _), record) in &desk.records {
            rebook(&mut again, code, record);
        }
        prop_assert_eq!(&again.books["1"], books, "made anew, other books");

        let plain = Plain::of(&story);
        prop_assert_eq!((books.held, books.conflicts), (plain.held, plain.conflicts));
        let mut before: Option<Cells> = None;
        for atom in atoms() {
            for as_of in [atom.ends_at(), later(atom, 3)] {
                let figures = books.figures(atom, as_of);
                prop_assert_eq!(&figures, &plain.figures(atom.start, atom.end, as_of), "{} as of {}", atom, as_of);
                is_sound(&figures)?;
            }
            let figures = books.figures(atom, atom.ends_at());
            for key in figures.keys().chain(before.iter().flatten().map(|(k, _)| k)) {
                let of = |cells: &Cells| cells.get(key).copied().unwrap_or_default();
                let closed = before.as_ref().map(|b| of(b).closing_stock());
                prop_assert_eq!(closed.unwrap_or(of(&figures)[Measure::CarriedOver]), of(&figures)[Measure::CarriedOver], "{:?}", key);
            }
            before = Some(figures);
        }
        prop_assert_eq!(records(desk), records(straight), "another order, other records");
    }

    #[test]
    fn a_chain_of_atoms_is_the_longer_period(story in story(), first in 0usize..6, length in 1usize..6) {
        let mut desk = Desk::new(state());
        desk.tell_all(&story);
        let atoms: Vec<Atom> = atoms().into_iter().skip(first).take(length).collect();
        let (start, end) = (atoms[0].start, atoms[atoms.len() - 1].end);
        let as_of = Timestamp::local_midnight(end);
        let mut chain: Option<BTreeMap<_, Figures>> = None;
        for atom in &atoms {
            let cells = desk.state.books["1"].figures(*atom, as_of);
            let mut sum = chain.unwrap_or_else(|| cells.iter().map(|(k, f)| (k.clone(), only_opening(f))).collect());
            for key in cells.keys() {
                // A cell that appears later opened with nothing.
                sum.entry(key.clone()).or_default();
            }
            chain = Some(sum.into_iter().map(|(k, f)| (k.clone(), f.then(&cells.get(&k).copied().unwrap_or_default()))).collect());
        }
        let mut chain = chain.unwrap();
        chain.retain(|_, f| !f.is_zero());
        prop_assert_eq!(&chain, &Plain::of(&story).figures(start, end, as_of));
        prop_assert_eq!(&chain, &desk.state.books["1"].figures(Atom { start, end }, as_of));
    }
}

fn only_opening(figures: &Figures) -> Figures {
    let mut opening = Figures::default();
    opening[Measure::CarriedOver] = figures[Measure::CarriedOver];
    opening
}

#[test]
fn opening_stock_is_not_late_before_anything_is_closed() {
    let mut desk = Desk::new(state());
    let stock = Reception {
        procedure: String::new(),
        agency: String::new(),
        channel: Channel::Direct,
        full_online: false,
        due: None,
    };
    let opening = event(EventId([1; 16]), "A", moment(-3, 8), Body::Opening(stock));
    assert!(matches!(desk.tell(&opening), Ok(Answer::New { late: false, .. })));
    assert_eq!(desk.state.books["1"].changed_from, None);
}

#[test]
fn a_correction_keeps_to_the_books_and_to_its_kind() {
    let mut desk = Desk::new(state());
    let stock = Reception {
        procedure: String::new(),
        agency: String::new(),
        channel: Channel::Direct,
        full_online: false,
        due: None,
    };
    let correct = |id: u8, dossier: &str, target: u8, at: Option<i64>, body: Body| {
        let body = Body::Corrected {
            target: EventId([target; 16]),
            occurred_at: at.map(|d| moment(d, 8)),
            body: Box::new(body),
        };
        event(EventId([id; 16]), dossier, moment(9, 8), body)
    };
    desk.tell(&event(EventId([1; 16]), "A", moment(1, 8), Body::Received(stock.clone()))).unwrap();
    let early = desk.tell(&correct(2, "A", 1, Some(-1), Body::Received(stock.clone())));
    assert_eq!(early.unwrap_err().reason(), "BEFORE_BOOKS");
    let late = desk.tell(&correct(2, "A", 1, Some(1), Body::Opening(stock)));
    assert_eq!(late.unwrap_err().reason(), "OPENING_AFTER_START");
    desk.tell(&event(
        EventId([3; 16]),
        "",
        moment(1, 8),
        Body::Memo { measure: Measure::ProceduresPublished, value: 97 },
    ))
    .unwrap();
    desk.tell(&event(EventId([4; 16]), "", moment(2, 8), Body::Memo { measure: Measure::FeedbackReceived, value: 97 }))
        .unwrap();
    for (target, measure) in
        [(4, Measure::ProceduresPublished), (1, Measure::FeedbackReceived), (1, Measure::ProceduresPublished)]
    {
        let refused = desk.tell(&correct(5, "", target, None, Body::Memo { measure, value: 97 }));
        assert_eq!(refused.unwrap_err().reason(), "OTHER_KIND", "{target}");
    }
}
