//! What is published: it equals the model when it goes out, stays as it is until it is amended, and adds up at the parent.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::NaiveDate;
use proptest::prelude::*;

use super::{
    State,
    accept::{Verdict, accept},
    apply::{apply, resum},
    close::{self, Ask, close},
    entry::{Entry, EntryKind},
    model_tests::Desk,
    plain::Plain,
    record::Answer,
    refusal::Refusal,
    story_tests::{atoms, from, now, procedures, two_stories},
};
use crate::{
    document::{self, Incoming, KeySealer, MAX_VALUE, Opened, seal_part},
    domain::{
        atoms::Atom,
        contribution::CellKey,
        event::{Event, EventId},
        measure::{Figures, Measure},
        periods::Period,
        registry::Part,
        summary::{Cells, Summary},
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
};

type Documents = BTreeMap<(UnitId, NaiveDate, u32), Bytes>;

fn id(code: &str) -> UnitId {
    UnitId::new(code, None)
}

/// The unit 1, and below it whoever is named: code, parent, keeper.
pub(super) fn state(below: &[(&str, &str, Option<&str>)]) -> State {
    let row = |(code, parent, keeper): &(&str, &str, Option<&str>)| UnitRow {
        code: (*code).into(),
        name: format!("Unit {code}"),
        level: "unit".into(),
        parent_code: Some((*parent).to_owned()).filter(|p| !p.is_empty()),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: keeper.map(str::to_owned),
    };
    let rows = [("1", "", None)].iter().chain(below).map(row).collect();
    let sealer = KeySealer::from_seed(&[1; 32]);
    let parts = [Part::Tree(Tree::from_rows(rows).unwrap()), procedures()];
    let parts = parts.map(|part| seal_part(part, 1, &sealer)).to_vec();
    let mut state = State::new("1", from(), 1, Timestamp(0));
    let entry = Entry { recorded_at: Timestamp(0), kind: EntryKind::RegistryChanged { parts, version: 1 } };
    apply(&mut state, &entry, &|_, _, _| None);
    state
}

/// A node that keeps two units, and what it has been told of each.
struct Office {
    desk: Desk,
    documents: Documents,
    told: BTreeMap<String, Vec<Event>>,
    /// Newest revisions, as the test saw them go out.
    published: BTreeMap<(String, NaiveDate), Summary>,
}

/// What a document states of a unit by itself.
type Stated = (Cells, BTreeSet<EventId>, BTreeSet<EventId>);

impl Office {
    fn stated(&self, code: &str, atom: Atom) -> Stated {
        let plain = Plain::of(self.told.get(code).map_or(&[], Vec::as_slice));
        let side = |out: bool| -> BTreeSet<EventId> {
            let here = |on: NaiveDate| on >= atom.start && on < atom.end;
            plain.transfers.iter().filter(|(o, on, _)| *o == out && here(*on)).map(|(.., id)| *id).collect()
        };
        let (out, into) = (side(true), side(false));
        let own = plain.figures(atom.start, atom.end, atom.ends_at());
        (own, &out - &into, &into - &out)
    }

    /// Closes or amends, and checks that exactly what has changed goes out, as the model has it.
    fn publish(&mut self, code: Option<&str>, through: NaiveDate, ask: &Ask) -> Result<(), TestCaseError> {
        let period = Period::span(from(), through.pred_opt().unwrap()).unwrap();
        let documents = self.documents.clone();
        let load = |unit: &UnitId, start, revision| documents.get(&(unit.clone(), start, revision)).cloned();
        let sealer = KeySealer::from_seed(&[1; 32]);
        let desk = close::Desk {
            sealer: &sealer,
            journal_head: Vec::new(),
            has_parent: false,
            two_persons: false,
            signed: close::Signed::default(),
            now: now(),
            load: &load,
        };
        let entry = match close(&self.desk.state, &desk, code, &period, ask) {
            Err(Refusal::AlreadyClosed { .. } | Refusal::NotClosed { .. }) => return Ok(()),
            other => other.unwrap(),
        };
        let mut gone_out = BTreeSet::new();
        if let Some(entry) = &entry {
            for (unit, start, revision, bytes) in apply(&mut self.desk.state, entry, &load).documents {
                let summary = document::open(&bytes).unwrap().summary;
                prop_assert!(gone_out.insert((unit.code.to_string(), start)), "{} went out twice", start);
                let before = self.published.insert((unit.code.to_string(), start), summary);
                prop_assert_eq!(revision, before.map_or(1, |b| b.revision + 1));
                self.documents.insert((unit, start, revision), bytes);
            }
        }
        self.check(code, &gone_out)
    }

    fn check(&self, code: Option<&str>, gone_out: &BTreeSet<(String, NaiveDate)>) -> Result<(), TestCaseError> {
        for unit in ["2", "1"].into_iter().filter(|unit| code.is_none_or(|code| code == *unit)) {
            let books = &self.desk.state.books[unit];
            let mut closing = None;
            for atom in atoms().into_iter().filter(|a| a.end <= books.closed_through) {
                let summary = &self.published[&(unit.to_owned(), atom.start)];
                let (own, mut out, mut into) = self.stated(unit, atom);
                let child = self.published.get(&("2".to_owned(), atom.start)).filter(|_| unit == "1");
                let mut below = Cells::new();
                if let Some(child) = child {
                    for (key, figures) in &child.own {
                        below.insert(key.clone(), figures.for_parent());
                    }
                    below.retain(|_, f| !f.is_zero());
                    out.extend(&child.transfers_out);
                    into.extend(&child.transfers_in);
                    let member = &summary.members[0];
                    prop_assert_eq!(member.totals, child.totals());
                }
                prop_assert_eq!(&summary.own, &own, "{} {}", unit, atom);
                prop_assert_eq!(&summary.below, &below, "{} {} below", unit, atom);
                prop_assert_eq!(&summary.transfers_out, &(&out - &into));
                prop_assert_eq!(&summary.transfers_in, &(&into - &out));
                prop_assert_eq!(summary.fault(), None);
                let sum = crate::domain::summary::total(&own);
                prop_assert_eq!(closing.unwrap_or(sum[Measure::CarriedOver]), sum[Measure::CarriedOver], "continues");
                closing = Some(sum.closing_stock());
                let held = self.desk.state.held(&id(unit), atom.start).unwrap();
                prop_assert_eq!(held.revision, summary.revision);
                prop_assert!(
                    summary.revision == 1
                        || gone_out.contains(&(unit.to_owned(), atom.start))
                        || !summary.reason.is_empty()
                );
            }
        }
        Ok(())
    }

    /// What goes out with the next amendment, by content alone.
    fn differing(&self) -> BTreeSet<(String, NaiveDate)> {
        let differs = |((code, start), summary): (&(String, NaiveDate), &Summary)| {
            let (own, out, into) = self.stated(code, summary.atom);
            let own_changed = own != summary.own
                || (code == "2" && (out, into) != (summary.transfers_out.clone(), summary.transfers_in.clone()));
            own_changed.then(|| (code.clone(), *start))
        };
        self.published.iter().filter_map(differs).collect()
    }
}

#[derive(Clone, Debug)]
enum Act {
    Tell(usize),
    Close(usize),
    Amend,
    AmendChild,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1usize..25).prop_map(Act::Tell),
        2 => (0usize..6).prop_map(Act::Close),
        1 => Just(Act::Amend),
        1 => Just(Act::AmendChild),
    ];
    prop::collection::vec(act, 4..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_published_stays_until_it_is_amended(events in two_stories(), acts in acts()) {
        let desk = Desk::new(state(&[("2", "1", Some("1"))]));
        let mut office = Office { desk, documents: Documents::new(), told: BTreeMap::new(), published: BTreeMap::new() };
        let mut waiting = events;
        for act in acts {
            match act {
                Act::Tell(count) => {
                    let shelves = office.desk.state.shelves.clone();
                    let later = waiting.split_off(count.min(waiting.len()));
                    let now = std::mem::replace(&mut waiting, later);
                    for event in now {
                        match office.desk.tell(&event) {
                            Ok(Answer::New { .. }) => office.told.entry(event.unit.code.to_string()).or_default().push(event),
                            Err(Refusal::UnknownTarget(_)) => waiting.push(event),
                            other => prop_assert!(false, "{:?}: {:?}", event, other),
                        }
                    }
                    prop_assert_eq!(&office.desk.state.shelves, &shelves, "a late event changed what is published");
                }
                Act::Close(through) => {
                    office.publish(None, atoms()[through].end, &Ask::Close { reason: None })?;
                }
                Act::Amend | Act::AmendChild => {
                    let code = matches!(act, Act::AmendChild).then_some("2");
                    let revisions = |office: &Office| office.published.iter().map(|(k, s)| (k.clone(), s.revision)).collect::<BTreeMap<_, _>>();
                    let (before, mut expected) = (revisions(&office), office.differing());
                    expected.retain(|(unit, _)| code.is_none_or(|code| code == unit));
                    office.publish(code, atoms()[0].end, &Ask::Amend { reason: "tried".into() })?;
                    let changed: BTreeSet<_> = revisions(&office).into_iter().filter(|(k, r)| before.get(k) != Some(r)).map(|(k, _)| k).collect();
                    // A parent may have to follow its child; nothing else goes out that has not changed.
                    let of = |all: &BTreeSet<(String, NaiveDate)>, unit: &str| all.iter().filter(|(u, _)| u == unit).cloned().collect::<BTreeSet<_>>();
                    prop_assert_eq!(of(&changed, "2"), of(&expected, "2"));
                    prop_assert!(changed.is_superset(&expected));
                    prop_assert!(office.differing().iter().all(|(unit, _)| code.is_some_and(|code| code != unit)));
                }
            }
        }
    }
}

/// What a unit says in a revision: as much comes in as goes out, so that every revision continues every other.
fn revision(unit: &str, atom: Atom, revision: u32) -> Opened {
    let n = i64::from(revision) * 10 + i64::from(unit.as_bytes()[0]);
    let mut figures = Figures::default();
    (figures[Measure::ReceivedDirect], figures[Measure::ResolvedLate], figures[Measure::ProceduresPublished]) =
        (n, n, n);
    // Every second revision forgets a procedure altogether.
    let procedure = if revision.is_multiple_of(2) { "N" } else { "P" };
    let summary = Summary {
        unit: id(unit),
        atom,
        revision,
        provisional: false,
        as_of: atom.ends_at(),
        registry_version: 1,
        reason: if revision > 1 { "tried".into() } else { String::new() },
        keeper: id(unit),
        absent: Vec::new(),
        own: Cells::from([(CellKey { agency: String::new(), procedure: procedure.into() }, figures)]),
        below: Cells::new(),
        members: Vec::new(),
        missing: Vec::new(),
        expected: 1,
        received: 1,
        transfers_out: BTreeSet::new(),
        transfers_in: BTreeSet::new(),
        previous_revision: (revision > 1).then(|| self::revision(unit, atom, revision - 1).hash),
        previous_atom: None,
        journal_head: Vec::new(),
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
    };
    document::open(&document::seal(&summary, &KeySealer::from_seed(&[unit.as_bytes()[0]; 32]))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_parent_is_the_sum_of_the_newest_of_its_children(
        batches in prop::collection::vec((0usize..3, prop::collection::vec((any::<bool>(), 0usize..2, 1u32..5), 1..5)), 1..12),
    ) {
        let mut state = state(&[("2", "1", None), ("3", "1", None), ("4", "1", None), ("5", "2", None)]);
        let mut documents = Documents::new();
        let mut newest: BTreeMap<(String, NaiveDate), u32> = BTreeMap::new();
        for (sender, batch) in batches {
            let sender = ["2", "3", "4"][sender];
            // What lies below a child is relayed, and is in the child's own document already.
            let unit = |relayed: bool| if relayed && sender == "2" { "5" } else { sender };
            let batch: Vec<Opened> =
                batch.into_iter().map(|(relayed, atom, number)| revision(unit(relayed), atoms()[atom], number)).collect();
            let mut after = newest.clone();
            let mut good = true;
            for opened in &batch {
                let held = after.entry((opened.summary.unit.code.to_string(), opened.summary.atom.start)).or_default();
                good &= opened.summary.revision >= *held;
                *held = opened.summary.revision;
            }
            let batch: Vec<Incoming> = batch.into_iter().map(Incoming::from).collect();
            match accept(&state, &id(sender), &batch, now()) {
                Verdict::Accept { entry, .. } => {
                    prop_assert!(good);
                    newest = after;
                    if let Some(entry) = entry {
                        let load = |unit: &UnitId, start, revision| documents.get(&(unit.clone(), start, revision)).cloned();
                        let changed = apply(&mut state, &entry, &load);
                        documents.extend(changed.documents.into_iter().map(|(u, s, r, b)| ((u, s, r), b)));
                    }
                }
                Verdict::Refuse { refusal, .. } => prop_assert!(!good, "{}", refusal),
            }
            let mut again = state.clone();
            let load = |unit: &UnitId, start, revision| documents.get(&(unit.clone(), start, revision)).cloned();
            resum(&mut again, &load);
            for atom in &atoms()[..2] {
                let mut sum = Cells::new();
                for unit in ["2", "3", "4"] {
                    let Some(number) = newest.get(&(unit.to_owned(), atom.start)) else { continue };
                    for (key, figures) in revision(unit, *atom, *number).summary.own {
                        let mut figures = figures;
                        figures[Measure::ProceduresPublished] = 0;
                        *sum.entry(key).or_default() += &figures;
                    }
                }
                prop_assert_eq!(&state.below_cells(&id("1"), atom.start), &sum, "{}", atom);
                prop_assert_eq!(&again.below_cells(&id("1"), atom.start), &sum, "{}, made anew", atom);
            }
        }
    }
}

/// Unit 1, at whose node the books of unit 2 are kept as long as it is one.
fn keeper_of(valid_from: Option<NaiveDate>, valid_to: Option<NaiveDate>) -> State {
    let row = |code: &str, parent: Option<&str>| UnitRow {
        code: code.into(),
        name: format!("Unit {code}"),
        level: "unit".into(),
        parent_code: parent.map(str::to_owned),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: parent.map(str::to_owned),
    };
    let kept = UnitRow { valid_from, valid_to, ..row("2", Some("1")) };
    let tree = Tree::from_rows(vec![row("1", None), kept]).unwrap();
    let mut state = State::new("1", from(), 1, now());
    let parts = vec![seal_part(Part::Tree(tree), 1, &KeySealer::from_seed(&[1; 32]))];
    let entry = Entry { recorded_at: now(), kind: EntryKind::RegistryChanged { parts, version: 1 } };
    apply(&mut state, &entry, &|_, _, _| None);
    state
}

/// What a node at the top closes with.
fn desk(sealer: &KeySealer) -> close::Desk<'_> {
    close::Desk {
        sealer,
        journal_head: Vec::new(),
        has_parent: false,
        two_persons: false,
        signed: close::Signed::default(),
        now: now(),
        load: &|_, _, _| None,
    }
}

/// A unit whose books are kept here is born inside the period that is closed, in the middle of an atom.
#[test]
fn a_unit_that_is_born_later_keeps_nobody_from_closing() {
    let born: NaiveDate = "2018-02-10".parse().unwrap();
    let mut state = keeper_of(Some(born), None);
    assert!(state.books.contains_key("2"), "its books are kept here");
    let sealer = KeySealer::from_seed(&[1; 32]);
    let desk = desk(&sealer);
    let period = Period::span(from(), atoms()[2].last_day()).unwrap();
    let entry = close(&state, &desk, None, &period, &Ask::Close { reason: None }).unwrap().unwrap();
    let out = apply(&mut state, &entry, &|_, _, _| None).documents;
    let out: Vec<String> = out.iter().map(|(unit, start, ..)| format!("{unit} {start}")).collect();
    assert_eq!(
        out,
        ["2@2018-02-10 2018-02-01", "2@2018-02-10 2018-02-15", "1 2018-01-15", "1 2018-02-01", "1 2018-02-15"]
    );
    assert_eq!(state.books["2"].closed_through, period.end);
}

/// A unit whose books are kept here ends inside the period that is closed, as all districts did on 1/7/2025 inside legal month 2025-07.
#[test]
fn a_unit_that_ends_inside_a_period_closes_what_it_has_of_it() {
    let ends = atoms()[1].end;
    let mut state = keeper_of(None, Some(ends));
    let sealer = KeySealer::from_seed(&[1; 32]);
    let desk = desk(&sealer);
    let period = Period::span(from(), atoms()[2].last_day()).unwrap();
    let entry = close(&state, &desk, None, &period, &Ask::Close { reason: None }).unwrap().unwrap();
    let out = apply(&mut state, &entry, &|_, _, _| None).documents;
    let out: Vec<String> = out.iter().map(|(unit, start, ..)| format!("{unit} {start}")).collect();
    assert_eq!(out, ["2 2018-01-15", "2 2018-02-01", "1 2018-01-15", "1 2018-02-01", "1 2018-02-15"]);
    assert_eq!((state.books["2"].closed_through, state.books["1"].closed_through), (ends, period.end));

    let amended = close(&state, &desk, None, &period, &Ask::Amend { reason: "late".into() });
    assert!(matches!(amended, Ok(None)), "nothing has changed: {amended:?}");
    let next = Period::span(atoms()[3].start, atoms()[3].last_day()).unwrap();
    let entry = close(&state, &desk, None, &next, &Ask::Close { reason: None }).unwrap().unwrap();
    let out = apply(&mut state, &entry, &|_, _, _| None).documents;
    assert_eq!(out.len(), 1, "only the unit that still is one");
    let gone = close(&state, &desk, Some("2"), &next, &Ask::Close { reason: None });
    assert_eq!(gone.unwrap_err().reason(), "UNKNOWN_UNIT");
}

/// The largest count a document may state, and as much again from somebody else.
#[test]
fn a_sum_that_no_document_can_hold_is_refused_and_not_signed() {
    let mut state = state(&[("2", "1", None), ("3", "1", None)]);
    let atom = atoms()[0];
    for unit in ["2", "3"] {
        let mut summary = revision(unit, atom, 1).summary;
        for figures in summary.own.values_mut() {
            (figures[Measure::ReceivedDirect], figures[Measure::ResolvedLate]) = (MAX_VALUE, MAX_VALUE);
        }
        let opened =
            document::open(&document::seal(&summary, &KeySealer::from_seed(&[unit.as_bytes()[0]; 32]))).unwrap();
        let Verdict::Accept { entry: Some(entry), .. } = accept(&state, &id(unit), &[opened.into()], now()) else {
            panic!("it keeps the limits by itself");
        };
        apply(&mut state, &entry, &|_, _, _| None);
    }
    let sealer = KeySealer::from_seed(&[1; 32]);
    let desk = desk(&sealer);
    let period = Period::span(from(), atom.last_day()).unwrap();
    let refused = close(&state, &desk, None, &period, &Ask::Close { reason: None });
    assert_eq!(refused.unwrap_err().reason(), "BEYOND_LIMITS");
}
