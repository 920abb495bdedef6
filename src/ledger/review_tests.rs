//! What may be said of a report, by whom, and what a child takes of it.

use super::{
    State,
    apply::apply,
    entry::{Entry, EntryKind},
    refusal::Refusal,
    review::{MAX_REVIEWS, answered_by, digest, follow, review, said_of},
    state::Held,
};
use crate::{
    document::{KeySealer, seal_part},
    domain::{
        atoms::Atom,
        measure::Figures,
        periods::Period,
        registry::Part,
        review::{Review, Verdict},
        summary::Hash,
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
};

fn id(code: &str) -> UnitId {
    UnitId::new(code, None)
}

fn now() -> Timestamp {
    Timestamp::parse("2018-02-20T08:00").unwrap()
}

fn month() -> Period {
    Period::parse("2018-02").unwrap()
}

/// The node of a unit in the tree 1 - 2 - 3, and 4 beside 2; it holds revision 1 of everything for the last atom of February.
fn node(code: &str) -> State {
    let row = |(code, parent): (&str, &str)| UnitRow {
        code: code.into(),
        name: format!("Unit {code}"),
        level: "unit".into(),
        parent_code: Some(parent.to_owned()).filter(|p| !p.is_empty()),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: None,
    };
    let rows = [("1", ""), ("2", "1"), ("3", "2"), ("4", "1")].map(row).to_vec();
    let part = seal_part(Part::Tree(Tree::from_rows(rows).unwrap()), 1, &KeySealer::from_seed(&[1; 32]));
    let mut state = State::new(code, "2018-01-15".parse().unwrap(), 1, Timestamp(0));
    let kind = EntryKind::RegistryChanged { parts: vec![part], version: 1 };
    apply(&mut state, &Entry { recorded_at: Timestamp(0), kind }, &|_, _, _| None);
    for unit in ["2", "3"] {
        publish(&mut state, unit, 1);
    }
    state
}

fn atom() -> Atom {
    Atom { start: "2018-02-01".parse().unwrap(), end: "2018-02-15".parse().unwrap() }
}

fn publish(state: &mut State, unit: &str, revision: u32) {
    let held = Held {
        atom: atom(),
        revision,
        hash: Hash([0; 32]),
        recorded_at: now(),
        totals: Figures::default(),
        own: Figures::default(),
        received: 1,
        missing: [].into(),
        transfers_out: Default::default(),
        transfers_in: Default::default(),
        content: Hash([0; 32]),
        entered: [].into(),
        words: Hash([0; 32]),
        unread: false,
    };
    state.shelves.entry(id(unit)).or_default().insert(atom().start, held);
}

fn returned(reason: &str, until: &str) -> Verdict {
    Verdict::Returned { measure: "resolved_late".into(), reason: reason.into(), until: until.parse().unwrap() }
}

fn say(state: &mut State, unit: &str, verdict: Verdict) -> Result<Vec<Review>, Refusal> {
    let entry = review(state, &id(unit), &month(), verdict, "Trần B", now())?;
    Ok(entry.map(|entry| take(state, entry)).unwrap_or_default())
}

fn take(state: &mut State, entry: Entry) -> Vec<Review> {
    apply(state, &entry, &|_, _, _| None).reviews
}

#[test]
fn only_what_is_below_and_here_is_reviewed() {
    let mut top = node("1");
    let good = || returned("tăng đột biến", "2018-02-28");
    for (unit, verdict, reason) in [
        ("1", Verdict::Accepted, "NOT_BELOW_US"),
        ("9", Verdict::Accepted, "NOT_BELOW_US"),
        ("4", good(), "NO_FIGURES"),
        ("3", returned("  ", "2018-02-28"), "NO_REASON"),
        ("3", returned("x", "2018-02-19"), "ANSWER_IN_THE_PAST"),
    ] {
        assert_eq!(say(&mut top, unit, verdict).unwrap_err().reason(), reason, "{unit}");
    }
    assert_eq!(say(&mut node("2"), "1", Verdict::Accepted).unwrap_err().reason(), "NOT_BELOW_US", "not upward");
    assert_eq!(say(&mut top, "3", Verdict::Accepted).unwrap().len(), 1);
    assert_eq!(say(&mut top, "3", Verdict::Accepted).unwrap(), [], "once is enough");
    for n in 1..MAX_REVIEWS {
        say(&mut top, "3", returned(&n.to_string(), "2018-02-28")).unwrap();
    }
    assert_eq!(say(&mut top, "3", good()).unwrap_err().reason(), "TOO_MANY_REVIEWS");
}

#[test]
fn it_goes_down_two_steps_and_a_later_revision_answers_it() {
    let [mut top, mut middle, mut leaf] = ["1", "2", "3"].map(node);
    let said = say(&mut top, "3", returned("tăng đột biến", "2018-02-28")).unwrap();
    for code in ["2", "3"] {
        let (above, below) = if code == "2" { (&top, &mut middle) } else { (&middle.clone(), &mut leaf) };
        let handed = said_of(above, &id(code));
        assert_eq!(handed, said, "to {code}");
        let (entry, left_out) = follow(below, handed.clone(), now());
        assert_eq!(left_out, 0);
        take(below, entry.unwrap());
        assert_eq!(digest(&said_of(below, &id(code))), digest(&handed), "both have the same");
        assert!(follow(below, handed, now()).0.is_none(), "nothing is taken twice");
    }
    assert_eq!(said_of(&top, &id("4")), [], "nobody else hears of it");
    assert_eq!(answered_by(&leaf, &said[0]), None);
    // The figure may have been wrong in an earlier month of the period that was looked at.
    let mut amended = leaf.clone();
    let mut earlier = leaf.held(&id("3"), said[0].atom.start).unwrap().clone();
    earlier.atom = leaf.registry.cuts.previous(said[0].atom);
    (earlier.revision, earlier.recorded_at) = (3, said[0].at);
    let mut put = |held: Held| drop(amended.shelves.entry(id("3")).or_default().insert(held.atom.start, held));
    put(earlier.clone());
    put(Held { recorded_at: said[0].at.plus_millis(1), ..earlier });
    assert_eq!(answered_by(&amended, &said[0]), Some(3));
    publish(&mut leaf, "3", 2);
    assert_eq!(answered_by(&leaf, &said[0]), Some(2));
    publish(&mut leaf, "3", 5);
    assert_eq!(answered_by(&leaf, &said[0]), Some(2), "the first one after it did");
}

#[test]
fn a_parent_cannot_say_what_is_not_its_to_say_or_without_end() {
    let mut leaf = node("2");
    let good = Review {
        unit: id("3"),
        atom: atom(),
        revision: 1,
        verdict: returned("vì sao", "2018-02-28"),
        reviewer: id("1"),
        person: "Trần B".into(),
        at: now(),
    };
    let other = Atom { start: "2018-01-15".parse().unwrap(), end: "2018-02-01".parse().unwrap() };
    let bad: Vec<(&str, Review)> = vec![
        ("a neighbour", Review { unit: id("4"), ..good.clone() }),
        ("the one above", Review { unit: id("1"), ..good.clone() }),
        ("in this node's name", Review { reviewer: id("2"), ..good.clone() }),
        ("by a neighbour", Review { reviewer: id("4"), ..good.clone() }),
        ("by one below", Review { reviewer: id("3"), ..good.clone() }),
        ("of a revision to come", Review { revision: 2, ..good.clone() }),
        ("of no revision", Review { revision: 0, ..good.clone() }),
        ("of nothing that is here", Review { atom: other, ..good.clone() }),
        ("too long", Review { verdict: returned(&"x".repeat(2001), "2018-02-28"), ..good.clone() }),
        ("by a name too long", Review { person: "x".repeat(201), ..good.clone() }),
        ("from the future", Review { at: now().plus_millis(2 * 24 * 3_600_000), ..good.clone() }),
    ];
    for (what, review) in &bad {
        let (entry, left_out) = follow(&leaf, vec![review.clone(), good.clone()], now());
        assert_eq!(
            (entry.map(|e| e.kind), left_out),
            (Some(EntryKind::Reviewed { reviews: vec![good.clone()] }), 1),
            "{what}"
        );
    }
    let flood = (0..1_000).map(|n| Review { at: Timestamp(n), ..good.clone() }).collect();
    let (entry, left_out) = follow(&leaf, flood, now());
    assert_eq!((take(&mut leaf, entry.unwrap()).len(), left_out), (MAX_REVIEWS, 1_000 - MAX_REVIEWS));
    assert!(follow(&leaf, vec![good], now()).0.is_none());
}
