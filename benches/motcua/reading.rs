//! A report of an open year from the books, after few and after many dossiers, beside the additions it cannot do without.

use divan::{Bencher, black_box};
use motcua::{
    domain::{
        atoms::Cuts,
        calendar::Due,
        event::{Body, Channel, Reception},
        measure::Figures,
        record::Record,
        time::Timestamp,
        units::UnitId,
    },
    ledger::{
        apply::apply_event,
        draft::draft,
        record::{Answer, admit, decide},
        state::State,
    },
};

use super::{at, dossier::event};

const PROCEDURES: usize = 50;

/// A state in which so many dossiers were received and resolved over a year, over 50 procedures.
fn year(dossiers: usize) -> State {
    let now = at("2018-12-15");
    let mut state = State::new("07099", "2017-12-15".parse().unwrap(), 1, now);
    for i in 0..dossiers {
        let hours = (i * 7500 / dossiers) as i64;
        let mut record = Record::default();
        let reception = Reception {
            procedure: format!("other:{}", i % PROCEDURES),
            agency: String::new(),
            channel: Channel::Direct,
            full_online: false,
            due: Some(Due::Day(at("2018-01-25").plus_millis(hours * 3_600_000).local_date())),
        };
        for (n, body) in [Body::Received(reception), Body::Resolved].into_iter().enumerate() {
            let event = event((i * 2 + n) as u128, hours + 100 * n as i64, body);
            let event = admit(&state, event, now).unwrap();
            let Answer::New { entry, .. } = decide(&state, event, &record, now) else { panic!() };
            apply_event(&mut state, &entry, &mut record);
        }
    }
    state
}

#[divan::bench(args = [2_000, 20_000])]
fn draft_every_atom_of_a_year_of(bencher: Bencher, dossiers: usize) {
    let state = year(dossiers);
    let unit = UnitId { code: "07099".into(), valid_from: None };
    let chain = Cuts::default().chain("2017-12-15".parse().unwrap(), "2018-12-15".parse().unwrap()).unwrap();
    bencher.bench(|| {
        let drafts: Vec<_> =
            chain.iter().map(|a| draft(&state, &unit, *a, Timestamp::local_midnight(a.end), None)).collect();
        drafts.iter().map(|d| d.totals()).fold(Figures::default(), |sum, next| sum.then(&next))
    });
}

#[divan::bench]
fn limit_adding_as_many_figures(bencher: Bencher) {
    let cells = vec![Figures::default(); PROCEDURES * 24];
    bencher.bench(|| {
        let mut sum = Figures::default();
        for cell in black_box(&cells) {
            sum += cell;
        }
        sum
    });
}
