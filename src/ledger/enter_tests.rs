//! A commune on paper, 2, whose figures a person enters at the node of unit 1.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use chrono::NaiveDate;
use proptest::prelude::*;

use super::{
    State,
    apply::apply,
    close::{self, Ask, close},
    document_tests::state,
    draft::draft,
    enter::{Answer, Source, What, enter, explain, withdraw},
    entry::EntryKind,
    model_tests,
    story_tests::from,
};
use crate::{
    document::{self, KeySealer},
    domain::{
        atoms::Cuts,
        contribution::OTHER,
        entered::{Form, Item},
        event::{Body, Channel, Event, EventId, Reception},
        measure::{Figures, Measure, Measure::*},
        periods::Period,
        registry::Part,
        summary::{Entered, Explained, Summary, total},
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
};

struct Office {
    desk: model_tests::Desk,
    documents: BTreeMap<(UnitId, NaiveDate, u32), Bytes>,
    now: Timestamp,
}

fn id(code: &str) -> UnitId {
    UnitId::new(code, None)
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// `received_direct=3 resolved_early=1 …`
fn form(period: &str, figures: &str) -> Form {
    let stated = figures.split_whitespace().map(|pair| {
        let (name, n) = pair.split_once('=').unwrap();
        (Item::by_name(name).unwrap().name(), n.parse().unwrap())
    });
    Form { period: Period::parse(period).unwrap(), stated: stated.collect() }
}

const JANUARY: &str =
    "carried_over=2 received_direct=9 resolved_early=7 resolved_late=1 pending_within_deadline=2 pending_overdue=1";
const FEBRUARY: &str = "carried_over=3 received_online=4 resolved_early=5 resolved_total=5 pending_within_deadline=2";
const MARCH: &str = "carried_over=2 received_online=1 resolved_on_time=3 pending_total=0";

impl Office {
    fn new() -> Office {
        let state = state(&[("2", "1", Some("1"))]);
        Office { desk: model_tests::Desk::new(state), documents: BTreeMap::new(), now: at("2018-06-01T08:00") }
    }

    fn state(&self) -> &State {
        &self.desk.state
    }

    fn enter_all(&mut self, forms: &[Form]) -> Result<Vec<(What, bool)>, String> {
        let source = Source { by: "Lò Thị Mai", digest: "" };
        match enter(self.state(), "2", forms, source, self.now) {
            Ok(Answer::Entered { entry, outcomes }) => {
                if let Some(entry) = entry {
                    apply(&mut self.desk.state, &entry, &|_, _, _| None);
                }
                Ok(outcomes.into_iter().map(|o| (o.what, o.late)).collect())
            }
            Ok(Answer::Faulty(faults)) => Err(faults
                .iter()
                .map(|f| format!("{} {}≠{}", f.identity.name(), f.stated, f.computed))
                .collect::<Vec<_>>()
                .join(", ")),
            Err(refusal) => Err(refusal.reason().to_owned()),
        }
    }

    fn enter(&mut self, period: &str, figures: &str) -> Result<(What, bool), String> {
        self.enter_all(&[form(period, figures)]).map(|outcomes| outcomes[0])
    }

    fn publish(&mut self, code: Option<&str>, period: &str, ask: Ask) -> Result<Vec<Summary>, &'static str> {
        let documents = self.documents.clone();
        let load = |unit: &UnitId, start, revision| documents.get(&(unit.clone(), start, revision)).cloned();
        let sealer = KeySealer::from_seed(&[1; 32]);
        let desk = close::Desk {
            sealer: &sealer,
            journal_head: Vec::new(),
            has_parent: false,
            two_persons: false,
            signed: close::Signed::default(),
            now: self.now,
            load: &load,
        };
        let entry = close(self.state(), &desk, code, &Period::parse(period).unwrap(), &ask).map_err(|r| r.reason())?;
        let Some(entry) = entry else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for (unit, start, revision, bytes) in apply(&mut self.desk.state, &entry, &load).documents {
            out.push(document::open(&bytes).unwrap().summary);
            self.documents.insert((unit, start, revision), bytes);
        }
        Ok(out)
    }

    fn close(&mut self, code: Option<&str>, period: &str) -> Result<Vec<Summary>, &'static str> {
        self.publish(code, period, Ask::Close { reason: None })
    }

    fn amend(&mut self, period: &str) -> Result<Vec<Summary>, &'static str> {
        self.publish(Some("2"), period, Ask::Amend { reason: "tried".into() })
    }

    fn receive(&mut self, n: u8, on: &str, opening: bool) -> Result<(), &'static str> {
        let reception = Reception {
            procedure: "P".into(),
            agency: String::new(),
            channel: Channel::Direct,
            full_online: false,
            due: None,
        };
        let event = Event {
            id: EventId([n; 16]),
            unit: id("2"),
            dossier: format!("D{n}"),
            occurred_at: at(&format!("{on}T08:00")),
            source: String::new(),
            raw_status: String::new(),
            body: if opening { Body::Opening(reception) } else { Body::Received(reception) },
        };
        self.desk.tell(&event).map(drop).map_err(|r| r.reason())
    }
}

/// What went out, as `unit start revision received`.
fn lines(summaries: &[Summary]) -> Vec<String> {
    summaries
        .iter()
        .map(|s| format!("{} {} {} {}/{}", s.unit, s.atom.start, s.revision, s.received, s.expected))
        .collect()
}

#[test]
fn entered_closed_and_in_the_parents_document() {
    assert_eq!(from().to_string(), "2018-01-15", "the periods below rest on it");
    let mut office = Office::new();
    assert_eq!(office.enter("2018-02", JANUARY), Ok((What::Recorded, false)));
    assert_eq!(office.enter("2018-02", JANUARY), Ok((What::Already, false)));
    let closed = office.close(None, "2018-02").unwrap();
    assert_eq!(
        lines(&closed),
        ["2 2018-01-15 1 1/1", "2 2018-02-01 1 1/1", "1 2018-01-15 1 2/2", "1 2018-02-01 1 2/2"]
    );
    let [first, second, .., above] = closed.as_slice() else { panic!() };
    let mark = Entered {
        unit: id("2"),
        start: "2018-01-15".parse().unwrap(),
        end: "2018-02-15".parse().unwrap(),
        by: "Lò Thị Mai".into(),
    };
    for summary in &closed {
        assert_eq!(summary.entered, std::slice::from_ref(&mark), "{}", summary.unit);
        assert_eq!(summary.keeper, id("1"));
        assert_eq!(summary.fault(), None);
    }
    let (before, own) = (total(&first.own), total(&second.own));
    assert_eq!((before[CarriedOver], before[PendingWithinDeadline], before[ReceivedDirect]), (2, 2, 0));
    assert_eq!((own[CarriedOver], own[PendingWithinDeadline], own[PendingOverdue]), (2, 2, 1));
    assert_eq!(second.own.keys().map(|k| k.procedure.as_str()).collect::<Vec<_>>(), [OTHER]);
    assert_eq!(before.then(&own), form("2018-02", JANUARY).figures());
    assert_eq!(above.totals(), own);
}

#[test]
fn what_does_not_balance_or_go_on_is_refused() {
    let mut office = Office::new();
    for (period, figures, refusal) in [
        ("2018-02", "carried_over=2 received_direct=9 resolved_early=7", "balance 7≠11"),
        ("2018-02", "received_direct=9 resolved_total=9 pending_overdue=9", "resolved_total 9≠0"),
        ("2018-02", "received_direct=-9", "range -9≠0"),
        ("2017-12", JANUARY, "BOOKS_BEGIN_LATER"),
        ("2018-W07", JANUARY, "PERIOD_NOT_ANSWERABLE"),
        ("2018-06", JANUARY, "PERIOD_NOT_OVER"),
    ] {
        assert_eq!(office.enter(period, figures), Err(refusal.to_owned()), "{period} {figures}");
    }
    assert!(office.state().books["2"].entered.is_empty());
    office.enter("2018-02", JANUARY).unwrap();
    assert_eq!(office.enter("2018-03", MARCH), Err("continues 2≠3".into()));
    assert_eq!(office.enter("2018-04", FEBRUARY), Err("FIGURES_GAP".into()));
    assert_eq!(office.enter("2018-01-15..2018-03-14", FEBRUARY), Err("FIGURES_OVERLAP".into()));
    assert_eq!(office.enter("cal:2018-02", FEBRUARY), Err("FIGURES_OVERLAP".into()));
    assert_eq!(
        office.enter_all(&[form("2018-03", FEBRUARY), form("2018-03", FEBRUARY)]),
        Err("FIGURES_OVERLAP".into())
    );
    // Together they may be entered in any order, and each goes on with the one before.
    assert_eq!(
        office.enter_all(&[form("2018-04", MARCH), form("2018-03", FEBRUARY)]),
        Ok(vec![(What::Recorded, false), (What::Recorded, false)])
    );
    assert_eq!(office.enter("2018-03", "carried_over=3 pending_within_deadline=3"), Err("continued 3≠2".into()));
}

#[test]
fn what_is_closed_waits_for_an_amendment() {
    let mut office = Office::new();
    office.enter("2018-02", JANUARY).unwrap();
    office.enter("2018-03", FEBRUARY).unwrap();
    office.close(None, "2018-03").unwrap();
    let other = FEBRUARY.replace("received_online=4", "received_direct=4");
    assert_eq!(office.enter("2018-03", &other), Ok((What::Replaced, true)));
    assert_eq!(office.enter("2018-03", &other), Ok((What::Already, false)));
    let amended = office.amend("2018-03").unwrap();
    assert_eq!(lines(&amended), ["2 2018-03-01 2 1/1"], "the half month before it states the same");
    assert_eq!(total(&amended[0].own)[ReceivedDirect], 4);
    let above = office.publish(Some("1"), "2018-03", Ask::Amend { reason: "tried".into() }).unwrap();
    assert_eq!(lines(&above), ["1 2018-03-01 2 2/2"]);
    assert_eq!(above[0].totals()[ReceivedDirect], 4);
}

#[test]
fn nobody_closes_what_was_not_entered_and_the_others_do_not_wait() {
    let mut office = Office::new();
    office.enter("2018-02", JANUARY).unwrap();
    office.close(None, "2018-02").unwrap();
    assert_eq!(office.close(Some("2"), "2018-03").map(|_| ()), Err("NOT_ENTERED"));
    let alone = office.close(None, "2018-03").unwrap();
    assert_eq!(lines(&alone), ["1 2018-02-15 1 1/2", "1 2018-03-01 1 1/2"]);
    assert_eq!((&alone[0].missing[0].unit, alone[0].missing[0].reason.as_str()), (&id("2"), "NOT_ENTERED"));
    office.enter("2018-03", FEBRUARY).unwrap();
    let between = draft(office.state(), &id("1"), alone[0].atom, office.now, None);
    assert_eq!(between.missing[0].reason, "NOT_CLOSED");
    assert_eq!(lines(&office.close(Some("2"), "2018-03").unwrap()).len(), 2);
    let completed = office.publish(Some("1"), "2018-03", Ask::Amend { reason: "late".into() }).unwrap();
    assert_eq!(lines(&completed), ["1 2018-02-15 2 2/2", "1 2018-03-01 2 2/2"]);
}

#[test]
fn the_first_figures_may_begin_later_than_the_books_and_earlier_ones_come_after() {
    let mut office = Office::new();
    office.enter("2018-03", FEBRUARY).unwrap();
    let closed = office.close(Some("2"), "2018-03").unwrap();
    assert_eq!(lines(&closed), ["2 2018-02-15 1 1/1", "2 2018-03-01 1 1/1"], "of the time before nothing is stated");
    assert_eq!(office.enter("2018-02", "carried_over=1 pending_overdue=1"), Err("continued 1≠3".into()));
    assert_eq!(office.enter("2018-02", JANUARY), Ok((What::Recorded, true)));
    assert_eq!(
        lines(&office.amend("2018-03").unwrap()),
        ["2 2018-01-15 1 1/1", "2 2018-02-01 1 1/1", "2 2018-02-15 2 1/1"],
        "how much of the stock was overdue until March began is known now"
    );
}

#[test]
fn dossiers_and_figures_are_never_of_the_same_days() {
    let mut office = Office::new();
    office.receive(1, "2018-02-20", false).unwrap();
    assert_eq!(office.enter("2018-03", FEBRUARY), Err("DOSSIERS_BOOKED".into()));
    assert_eq!(office.enter("2018-02", JANUARY), Ok((What::Recorded, false)), "before the first dossier there is none");
    assert_eq!(office.receive(2, "2018-02-14", false), Err("FIGURES_ENTERED"));
    assert_eq!(office.receive(3, "2018-02-15", true), Err("OPENING_AFTER_START"));
    // Three were left over on paper: the dossiers go on with them, or nothing goes out.
    assert_eq!(office.close(Some("2"), "2018-03").map(|_| ()), Err("DOES_NOT_CONTINUE"));
    for n in 4..7 {
        office.receive(n, "2018-01-20", true).unwrap();
    }
    let closed = office.close(Some("2"), "2018-03").unwrap();
    let sum = closed.iter().map(|s| total(&s.own)).reduce(|a, b| a.then(&b)).unwrap();
    assert_eq!((sum[CarriedOver], sum[ReceivedDirect], sum.closing_stock()), (2, 10, 4));
    assert_eq!(closed.iter().filter(|s| !s.entered.is_empty()).count(), 2);
    assert_eq!(office.enter("2018-04", MARCH), Err("DOSSIERS_BOOKED".into()));
    // What was entered can still be corrected, and has to go on with the dossiers.
    assert_eq!(office.enter("2018-02", "carried_over=2 pending_overdue=2"), Err("continued 2≠3".into()));
    assert_eq!(
        office.enter("2018-02", &JANUARY.replace("resolved_early=7 resolved_late=1", "resolved_early=8")),
        Ok((What::Replaced, true))
    );
    assert_eq!(lines(&office.amend("2018-02").unwrap()), ["2 2018-02-01 2 1/1"]);
}

#[test]
fn a_cut_through_entered_figures_comes_too_late() {
    let mut office = Office::new();
    office.enter("2018-02", JANUARY).unwrap();
    let sealer = KeySealer::from_seed(&[1; 32]);
    let import = |day: &str| {
        let part = Part::Cuts(Cuts::new([day.parse().unwrap()]));
        super::registry::import(office.state(), part, false, &sealer, office.now).map(|_| ()).map_err(|r| r.reason())
    };
    assert_eq!(import("2018-02-10"), Err("CUT_TOO_LATE"));
    assert_eq!(import("2018-02-20"), Ok(()));
}

#[test]
fn what_was_entered_by_mistake_is_taken_back_while_it_is_open() {
    let mut office = Office::new();
    let take_back = |office: &mut Office, period: &str| {
        let entry =
            withdraw(office.state(), "2", &Period::parse(period).unwrap(), office.now).map_err(|r| r.reason())?;
        apply(&mut office.desk.state, &entry, &|_, _, _| None);
        Ok::<_, &str>(())
    };
    office.enter("2018-02", JANUARY).unwrap();
    office.enter("2018-03", FEBRUARY).unwrap();
    assert_eq!(take_back(&mut office, "2018-02"), Err("NOT_THE_LAST"));
    assert_eq!(take_back(&mut office, "2018-04"), Err("NO_FIGURES"));
    assert_eq!(take_back(&mut office, "2018-03"), Ok(()));
    assert_eq!(take_back(&mut office, "2018-02"), Ok(()));
    assert_eq!(office.state().books["2"], Office::new().state().books["2"]);
    office.receive(1, "2018-02-01", false).unwrap();
    let mut closed = Office::new();
    closed.enter("2018-02", JANUARY).unwrap();
    closed.close(None, "2018-02").unwrap();
    assert_eq!(take_back(&mut closed, "2018-02"), Err("ALREADY_CLOSED"));
}

#[test]
fn a_form_is_of_one_unit() {
    let mut office = Office::new();
    let row = |code: &str, parent: Option<&str>, from: Option<&str>, to: Option<&str>| UnitRow {
        code: code.into(),
        name: format!("{code} {from:?}"),
        level: "unit".into(),
        parent_code: parent.map(Into::into),
        valid_from: from.map(|d| d.parse().unwrap()),
        valid_to: to.map(|d| d.parse().unwrap()),
        reports_from: None,
        kept_by: None,
    };
    let day = "2018-02-01";
    let rows =
        vec![row("1", None, None, None), row("2", Some("1"), None, Some(day)), row("2", Some("1"), Some(day), None)];
    Arc::make_mut(&mut office.desk.state.registry).replace(Part::Tree(Tree::from_rows(rows).unwrap()), 2);
    assert_eq!(office.enter("2018-02", JANUARY), Err("UNIT_CHANGES".into()));
    let before = form("2018-01-15..2018-01-31", "carried_over=2 received_direct=1 pending_overdue=3");
    let after = form("2018-02-01..2018-02-14", FEBRUARY);
    assert_eq!(office.enter_all(&[before, after]).map(|o| o.len()), Ok(2));
}

fn explained(period: &str, count: i64, note: &str) -> Explained {
    let Period { start, end, .. } = Period::parse(period).unwrap();
    let causes = if count == 0 { vec![] } else { vec![("chờ ý kiến sở".to_owned(), count)] };
    Explained { start, end, causes, note: note.into(), by: "Lò Thị Mai".into() }
}

impl Office {
    fn explain(&mut self, explained: Explained) -> Result<bool, &'static str> {
        let entry = explain(self.state(), "2", explained, self.now).map_err(|r| r.reason())?;
        if let Some(entry) = &entry {
            apply(&mut self.desk.state, entry, &|_, _, _| None);
        }
        Ok(entry.is_some())
    }
}

#[test]
fn an_explanation_travels_with_the_document_and_alone_only_when_a_person_amends() {
    let mut office = Office::new();
    office.enter("2018-02", JANUARY).unwrap();
    let first = explained("2018-02", 1, "");
    assert_eq!(office.explain(first.clone()), Ok(true));
    assert_eq!(office.explain(first.clone()), Ok(false));
    let closed = office.close(None, "2018-02").unwrap();
    let said: Vec<usize> = closed.iter().map(|s| s.explained.len()).collect();
    assert_eq!(said, [0, 1, 0, 0], "with the last document of the unit it is about");
    assert_eq!(closed[1].explained, [first]);
    // Later words wait for a person.
    let second = explained("2018-02", 1, "đã xin lỗi bằng văn bản");
    assert_eq!(office.explain(second.clone()), Ok(true));
    office.enter("2018-03", FEBRUARY).unwrap();
    assert_eq!(lines(&office.close(None, "2018-03").unwrap()).len(), 4, "closing what follows does not publish them");
    let amended = office.amend("2018-02").unwrap();
    assert_eq!(lines(&amended), ["2 2018-02-01 2 1/1"]);
    assert_eq!(amended[0].explained, [second]);
    assert_eq!(office.amend("2018-02").unwrap(), []);
    // Nothing said is taken back the same way.
    assert_eq!(office.explain(explained("2018-02", 0, "")), Ok(true));
    assert_eq!(office.amend("2018-02").unwrap()[0].explained, []);
    assert_eq!(office.explain(explained("2018-07", 1, "")), Err("PERIOD_NOT_OVER"));
}

/// Months that go on with each other, from flows by chance.
fn chain() -> impl Strategy<Value = Vec<Form>> {
    let month = (0i64..20, 0i64..20, 0i64..20, 0i64..5);
    (0i64..9, prop::collection::vec(month, 1..4)).prop_map(|(mut stock, months)| {
        let forms = months.into_iter().enumerate().map(|(n, (received, early, late, overdue))| {
            let mut figures = Figures::default();
            let opening = stock;
            let resolved = (early + late).min(opening + received);
            let late = late.min(resolved);
            stock = opening + received - resolved;
            let set = [
                (CarriedOver, opening),
                (ReceivedDirect, received),
                (ResolvedEarly, resolved - late),
                (ResolvedLate, late),
                (PendingOverdue, overdue.min(stock)),
                (PendingWithinDeadline, stock - overdue.min(stock)),
            ];
            for (measure, value) in set {
                figures[measure] = value;
            }
            let stated = Measure::ALL.iter().map(|m| (m.name(), figures[*m])).collect();
            Form { period: Period::parse(&format!("2018-{:02}", n + 2)).unwrap(), stated }
        });
        forms.collect()
    })
}

proptest! {
    #[test]
    fn however_they_are_entered_the_books_and_documents_are_the_same(
        (forms, order) in chain().prop_flat_map(|forms| {
            let order: Vec<usize> = (0..forms.len()).collect();
            (Just(forms), Just(order).prop_shuffle())
        }),
        closed_between in any::<bool>(),
    ) {
        let mut straight = Office::new();
        for form in &forms {
            prop_assert_eq!(straight.enter_all(std::slice::from_ref(form)), Ok(vec![(What::Recorded, false)]));
        }
        let mut mixed = Office::new();
        let mut left: Vec<&Form> = order.iter().map(|n| &forms[*n]).collect();
        // A month that does not join what is there comes again later.
        while !left.is_empty() {
            let before = left.len();
            left.retain(|form| match mixed.enter_all(&[(*form).clone()]) {
                Ok(_) => false,
                Err(why) => { assert_eq!(why, "FIGURES_GAP"); true }
            });
            prop_assert!(left.len() < before);
            if closed_between {
                let through = mixed.state().books["2"].entered.iter().last().unwrap().end.pred_opt().unwrap();
                let through = Period::legal_month_of(through).id;
                let closed = mixed.close(Some("2"), &through);
                prop_assert!(closed.as_ref().is_ok_and(|out| !out.is_empty()) || closed == Err("ALREADY_CLOSED"));
            }
        }
        let mine = |office: &Office| office.state().books["2"].entered.clone();
        prop_assert_eq!(mine(&mixed), mine(&straight));
        // Every cut of time adds up to what was entered, and the parent's subtree is itself and its child.
        let last = &forms.last().unwrap().period;
        for office in [&mut straight, &mut mixed] {
            let _ = office.publish(Some("2"), &last.id, Ask::Amend { reason: "order".into() });
            let _ = office.close(Some("2"), &last.id);
            let _ = office.close(Some("1"), &last.id);
            for form in &forms {
                let atoms = form.period.atoms(&Cuts::default()).unwrap();
                let of = |office: &Office, code: &str| {
                    let held: Vec<Figures> = atoms.iter().map(|a| office.state().held(&id(code), a.start).unwrap().totals).collect();
                    held.into_iter().reduce(|a, b| a.then(&b)).unwrap()
                };
                prop_assert_eq!(of(office, "2"), form.figures());
                prop_assert_eq!(of(office, "1"), form.figures());
            }
        }
    }
}

/// Neither is the file it came from.
#[test]
fn who_entered_it_is_no_reason_for_a_revision() {
    let mut office = Office::new();
    office.enter("2018-02", JANUARY).unwrap();
    office.close(None, "2018-02").unwrap();
    let whole = office.state().books["2"].entered.iter().next().unwrap().clone();
    let again = super::Entry {
        recorded_at: office.now,
        kind: EntryKind::FiguresEntered {
            unit: "2".into(),
            wholes: vec![crate::domain::entered::Whole { by: "Another".into(), ..whole }],
        },
    };
    apply(&mut office.desk.state, &again, &|_, _, _| None);
    assert_eq!(office.amend("2018-02").unwrap(), []);
}
