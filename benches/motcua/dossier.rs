//! Folding a dossier and booking what it contributes: pure work of one core.

use divan::{Bencher, black_box};
use motcua::{
    domain::{
        calendar::Due,
        event::{Body, Channel, Event, EventId, Reception},
        fold::fold,
        record::{Record, Stored},
        units::UnitId,
    },
    ledger::{
        apply::apply_event,
        record::{Answer, admit, decide},
        state::State,
    },
};

use super::at;

/// A dossier of so many events: received, asked and answered as often as fits, resolved.
fn record(events: usize) -> Record {
    let reception = Reception {
        procedure: String::new(),
        agency: String::new(),
        channel: Channel::Online,
        full_online: false,
        due: Some(Due::Day("2018-03-01".parse().unwrap())),
    };
    let mut bodies = vec![Body::Received(reception)];
    for i in 0..events - 2 {
        bodies.push(if i % 2 == 0 { Body::SupplementRequested } else { Body::SupplementReceived });
    }
    bodies.push(Body::Resolved);
    let stored = bodies
        .into_iter()
        .enumerate()
        .map(|(i, body)| Stored { event: event(i as u128, i as i64, body), recorded_at: at("2018-02-15") });
    Record::new(stored.collect(), Default::default())
}

pub fn event(id: u128, hours: i64, body: Body) -> Event {
    Event {
        id: EventId(id.to_be_bytes()),
        unit: UnitId { code: "07099".into(), valid_from: None },
        dossier: format!("H29-{:06}", id / 2),
        occurred_at: at("2018-01-15T08:00:00+07:00").plus_millis(hours * 3_600_000),
        source: "bench".into(),
        raw_status: String::new(),
        body,
    }
}

#[divan::bench(args = [2, 6, 20])]
fn fold_a_dossier_of(bencher: Bencher, events: usize) {
    let record = record(events);
    bencher.counter(divan::counter::ItemsCount::new(events)).bench(|| fold(black_box(&record)));
}

#[divan::bench]
fn decide_and_book_an_event(bencher: Bencher) {
    let now = at("2018-02-15");
    let state = State::new("07099", "2017-12-15".parse().unwrap(), 1, now);
    let received = record(2).events()[0].event.clone();
    bencher
        .counter(divan::counter::ItemsCount::new(1_usize))
        .with_inputs(|| (state.clone(), received.clone(), Record::default()))
        .bench_values(|(mut state, event, mut record)| {
            let event = admit(&state, event, now).unwrap();
            let Answer::New { entry, .. } = decide(&state, event, &record, now) else { panic!() };
            apply_event(&mut state, &entry, &mut record);
            (state, record)
        });
}
