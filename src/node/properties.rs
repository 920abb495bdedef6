//! Nobody is ever more than complete: whatever the tree, whenever units are born, end and move, and whatever those below claim of themselves.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{Node, Powers};
use crate::{
    clock::Moved,
    document::{KeySealer, open, seal},
    domain::{
        atoms::Atom,
        measure::Figures,
        periods::Period,
        registry::Part,
        summary::{Cells, Member, Summary},
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{
        close::Ask,
        story_tests::{atoms, from, now},
    },
    reports::{Breakdown, Query},
    store::{
        command::{Command, Reply},
        shop_tests::{End, Shop},
    },
};

/// A row of the tree below the top: which unit, below which, from and until which day, whether its books are kept at the top, and whether it
/// reports only from some day on.
type Row = (u8, u8, u64, u64, bool, Option<u64>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (2u8..8, 1u8..8, 0u64..80, 1u64..90, prop::bool::weighted(0.2), prop::option::weighted(0.2, 0u64..90));
    prop::collection::vec(row, 3..14)
}

fn day(n: u64) -> NaiveDate {
    from() + Days::new(n)
}

/// The tree of all rows that fit together, the top always there.
fn tree(rows: &[Row]) -> Tree {
    let row = |code: u8, parent: Option<u8>, from: Option<u64>, to: Option<u64>| UnitRow {
        code: code.to_string(),
        name: format!("Unit {code}"),
        level: "unit".into(),
        parent_code: parent.map(|parent| parent.to_string()),
        valid_from: from.map(day),
        valid_to: to.map(day),
        reports_from: None,
        kept_by: None,
    };
    let mut kept = vec![row(1, None, None, None)];
    for (code, parent, from, to, here, reports) in rows {
        let (from, to) = (Some(*from).filter(|n| *n > 8), Some(from + to).filter(|n| *n < 110));
        let kept_by = here.then(|| "1".to_owned());
        kept.push(UnitRow { kept_by, reports_from: reports.map(day), ..row(*code, Some(*parent % code), from, to) });
        if Tree::from_rows(kept.clone()).is_err() {
            kept.pop();
        }
    }
    Tree::from_rows(kept).unwrap()
}

/// What a unit below claims for an atom: whether it sends anything, and of how many units it says it knows.
type Claim = (bool, Vec<(u32, u32)>, bool);

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let member = (0u32..5, 0u32..5).prop_map(|(a, b)| (a.max(b), a.min(b)));
    prop::collection::vec((prop::bool::weighted(0.8), prop::collection::vec(member, 0..4), any::<bool>()), 48)
}

fn claimed(unit: &UnitId, atom: Atom, (_, members, itself): &Claim) -> Summary {
    let member = |(n, (expected, received)): (usize, &(u32, u32))| Member {
        unit: UnitId::new(format!("9{n}"), None),
        document: None,
        totals: Figures::default(),
        expected: *expected,
        received: *received,
    };
    let members: Vec<Member> = members.iter().enumerate().map(member).collect();
    let sum = |of: fn(&Member) -> u32| members.iter().map(of).sum::<u32>() + u32::from(*itself);
    Summary {
        unit: unit.clone(),
        atom,
        revision: 1,
        provisional: false,
        as_of: atom.ends_at(),
        registry_version: 1,
        reason: String::new(),
        keeper: unit.clone(),
        absent: Vec::new(),
        own: Cells::new(),
        below: Cells::new(),
        expected: sum(|m| m.expected),
        received: sum(|m| m.received),
        members,
        missing: Vec::new(),
        transfers_out: [].into(),
        transfers_in: [].into(),
        previous_revision: None,
        previous_atom: None,
        journal_head: Vec::new(),
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
    }
}

/// Everybody who is below on the last day of an atom sends what it claims, through the unit directly below the top. Returns how many were taken in.
fn deliver(shop: &mut Shop, claims: &[Claim]) -> usize {
    let mut taken = 0;
    let units: Vec<UnitId> = shop.core.state().registry.tree.units().iter().map(|unit| unit.id.clone()).collect();
    let all = units
        .iter()
        .enumerate()
        .flat_map(|(n, unit)| atoms().into_iter().take(4).enumerate().map(move |(m, a)| (n * 4 + m, unit, a)));
    for (place, unit, atom) in all {
        let claim = &claims[place % claims.len()];
        let state = shop.core.state();
        let (tree, on) = (&state.registry.tree, atom.last_day());
        let own = state.own(on);
        let above = std::iter::successors(Some(unit.clone()), |unit| tree.parent(unit, on));
        let Some(sender) =
            above.take_while(|unit| *unit != own).last().filter(|_| claim.0 && tree.is_below(unit, &own, on))
        else {
            continue;
        };
        if state.keeps(unit, on) {
            continue;
        }
        let sealer = KeySealer::from_seed(blake3::hash(unit.to_string().as_bytes()).as_bytes());
        let documents = vec![open(&seal(&claimed(unit, atom, claim), &sealer)).unwrap().into()];
        match shop.ask(Command::Accept { sender, documents }) {
            Reply::Accepted(_) => taken += 1,
            Reply::Rejected { refusal, .. } => assert_eq!(refusal.reason(), "CONFLICTING_REVISION", "{refusal}"),
            other => panic!("{other:?}"),
        }
    }
    taken
}

/// Every unit whose books are kept at the top, the top itself last. Some of them are closed already, or not yet, or no more there at the end.
fn publish(shop: &mut Shop, ask: &Ask) {
    let codes: Vec<String> = shop.core.state().books.keys().rev().cloned().collect();
    for code in codes {
        let period = Period::span(from(), atoms()[3].last_day()).unwrap();
        match shop.ask(Command::Close { code: Some(code), period, ask: ask.clone(), closer: String::new() }) {
            Reply::Published(_) => {}
            Reply::Refused(refusal) => {
                assert!(["ALREADY_CLOSED", "NOT_CLOSED", "UNKNOWN_UNIT"].contains(&refusal.reason()), "{refusal}");
            }
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_more_than_complete(before in rows(), after in rows(), claims in claims()) {
        let mut shop = Shop::new("1", vec![Part::Tree(tree(&before))]);
        deliver(&mut shop, &claims);
        publish(&mut shop, &Ask::Close { reason: None });
        prop_assert!(shop.document(&UnitId::new("1", None), from()).is_some(), "the top itself is always there");
        // the tree is corrected: units were born, ended and moved at other times than was thought
        shop.ask(Command::Import(Box::new(Part::Tree(tree(&after)))));
        deliver(&mut shop, &claims);
        publish(&mut shop, &Ask::Close { reason: None });
        publish(&mut shop, &Ask::Amend { reason: "tried".into() });
        let state = shop.core.state();
        for (unit, shelf) in &state.shelves {
            for held in shelf.values().filter(|held| state.keeps(unit, held.atom.last_day())) {
                let summary = shop.document(unit, held.atom.start).unwrap().summary;
                prop_assert!(summary.received <= summary.expected, "{} {}", unit, held.atom);
                prop_assert!(summary.members.iter().all(|m| m.received <= m.expected), "{} {}", unit, held.atom);
                prop_assert_eq!(summary.fault(), None);
            }
        }
        let shop = shop.again(End::Bare);
        let node = Node::start(shop.core, Moved::at(now()).clock(), Powers::default(), Vec::new()).unwrap();
        asked(&node, &atoms())?;
    }
}

/// Reports over every stretch of time, of every unit there is.
fn asked(node: &Arc<Node>, atoms: &[Atom]) -> Result<(), TestCaseError> {
    let state = node.snapshot().state.clone();
    let spans = (0..4).flat_map(|first| (first..5).map(move |last| (first, last)));
    for (first, last) in spans {
        let period = Period::span(atoms[first].start, atoms[last].last_day()).unwrap();
        let units = state.registry.tree.subtree(&state.own(period.last_day()), period.last_day());
        for unit in units {
            let query = Query { unit: unit.clone(), period: period.clone(), by: Breakdown::Unit, as_known_at: None };
            let Ok(report) = node.report(&query) else { continue };
            let whole = &report.completeness;
            prop_assert!(whole.received <= whole.expected, "{} {}: {:?}", unit, period, whole);
            for row in report.rows.iter().filter_map(|row| row.completeness.as_ref()) {
                prop_assert!(row.received <= row.expected, "{} {}: {:?}", unit, period, row);
            }
            let (children, whole) = node.children(&unit, &period).unwrap();
            prop_assert!(whole.received <= whole.expected);
            for child in children {
                prop_assert!(child.received <= child.expected, "{} {}: {:?}", unit, period, child);
            }
        }
    }
    Ok(())
}
