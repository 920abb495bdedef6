//! The ledger against the plain model: whatever desks say, in whatever order and however often, the books hold what the model counts.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    State,
    apply::{apply_event, rebook},
    books::Books,
    entry::EntryKind,
    plain::Plain,
    record::{Answer, admit, decide, subject},
    refusal::Refusal,
    story_tests::{atoms, event, from, later, moment, now, procedures, story, told},
};
use crate::domain::{
    ahead::{Ahead, horizon, last_day},
    atoms::Atom,
    contribution::{Change, Stock},
    event::{Body, Channel, Event, EventId, Reception},
    fold::fold,
    measure::{Figures, Measure},
    record::Record,
    summary::{Cells, total},
    time::Timestamp,
};

fn state() -> State {
    let mut state = State::new("1", from(), 1, Timestamp(0));
    std::sync::Arc::make_mut(&mut state.registry).replace(procedures(), 1);
    state
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

fn is_sound(cells: &Cells) -> Result<(), TestCaseError> {
    for (key, figures) in cells {
        prop_assert_eq!((figures.imbalance(), figures.negative()), (0, None), "{:?}", key);
    }
    Ok(())
}

/// What lies ahead while an atom runs is what every dossier says of itself, and with what is due later what the model counts as within.
fn looks_ahead<'a>(
    books: &Books,
    records: impl Iterator<Item = &'a Record>,
    plain: &Plain,
    atom: Atom,
) -> Result<(), TestCaseError> {
    let as_of = later(atom, 3);
    let postings = records.flat_map(|record| fold(record).contribution.postings);
    let mut pending: BTreeMap<Timestamp, i64> = BTreeMap::new();
    for posting in postings.filter(|posting| posting.on < atom.end) {
        if let Change::Stock(Stock::Pending(overdue_from), n) = posting.change {
            *pending.entry(overdue_from).or_default() += n;
        }
    }
    let ahead = books.ahead(atom, as_of).unwrap();
    let beyond: i64 = pending.iter().filter(|(at, _)| last_day(**at) > horizon(as_of)).map(|(_, n)| n).sum();
    prop_assert_eq!(&ahead, &Ahead::of(pending, as_of), "{}", atom);
    let within = total(&plain.figures(atom.start, atom.end, as_of))[Measure::PendingWithinDeadline];
    prop_assert_eq!(ahead.total() + beyond, within, "{}", atom);
    prop_assert_eq!(books.ahead(atom, atom.ends_at()), None, "it is over");
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
            looks_ahead(books, desk.records.values(), &plain, atom)?;
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
