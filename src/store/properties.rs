//! The whole core under any story: the order in which things come, what is said twice, what is closed and amended between, and how often the node
//! ends and begins again leave no trace in what it knows.

use proptest::prelude::*;

use super::{
    command::{Command, Reply},
    shop_tests::{End, Shop},
};
use crate::{
    domain::{
        event::Event,
        measure::Figures,
        periods::Period,
        registry::Part,
        summary::{Cells, total},
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{
        close::Ask,
        plain::Plain,
        story_tests::{atoms, from, of_unit, procedures, story, two_stories},
    },
};

/// The unit 1 with 2, whose books it keeps, and the communes 3 and 4 below it.
pub(super) fn registry() -> Vec<Part> {
    let row = |(code, parent, keeper): (&str, &str, &str)| UnitRow {
        code: code.into(),
        name: format!("Unit {code}"),
        level: "unit".into(),
        parent_code: Some(parent.to_owned()).filter(|p| !p.is_empty()),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: Some(keeper.to_owned()).filter(|k| !k.is_empty()),
    };
    let rows = [("1", "", ""), ("2", "1", "1"), ("3", "1", ""), ("4", "2", "")].map(row).to_vec();
    vec![Part::Tree(Tree::from_rows(rows).unwrap()), procedures()]
}

#[derive(Clone, Debug)]
enum Act {
    /// So many of the events that wait.
    Tell(usize),
    /// So many that were told before.
    Repeat(usize),
    Close(usize),
    Amend,
    Again(End),
}

/// Ways to end, some of them.
pub(super) fn ends() -> impl Strategy<Value = Vec<End>> {
    let end = prop::sample::select(vec![End::Clean, End::Killed, End::Bare, End::PowerCut]);
    prop::collection::vec(end, 0..5)
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let end = prop::sample::select(vec![End::Clean, End::Killed, End::Bare, End::PowerCut]);
    let act = prop_oneof![
        5 => (1usize..25).prop_map(Act::Tell),
        2 => (1usize..10).prop_map(Act::Repeat),
        2 => (0usize..6).prop_map(Act::Close),
        1 => Just(Act::Amend),
        2 => end.prop_map(Act::Again),
    ];
    prop::collection::vec(act, 4..14)
}

/// Closes up to the end of an atom, or amends what is closed.
fn publish(shop: &mut Shop, through: usize, ask: Ask) {
    let period = Period::span(from(), atoms()[through].last_day()).unwrap();
    match shop.ask(Command::Close { code: None, period, ask, closer: String::new() }) {
        Reply::Published(_) => {}
        Reply::Refused(refusal) => {
            assert!(["ALREADY_CLOSED", "NOT_CLOSED"].contains(&refusal.reason()), "{refusal}");
        }
        other => panic!("{other:?}"),
    }
}

fn amend() -> Ask {
    Ask::Amend { reason: "tried".into() }
}

/// Plays what happens, and tells the rest at the end.
fn play(mut shop: Shop, events: Vec<Event>, acts: Vec<Act>) -> Shop {
    let (mut waiting, mut told) = (events, Vec::new());
    for act in acts {
        match act {
            Act::Tell(count) => {
                let later = waiting.split_off(count.min(waiting.len()));
                let now = std::mem::replace(&mut waiting, later);
                let unknown = shop.tell(now.clone());
                told.extend(now.into_iter().filter(|event| !unknown.contains(event)));
                waiting.extend(unknown);
            }
            Act::Repeat(count) => {
                let again = told.iter().rev().step_by(2).take(count).cloned().collect();
                assert_eq!(shop.tell(again), []);
            }
            Act::Close(through) => publish(&mut shop, through, Ask::Close { reason: None }),
            Act::Amend => publish(&mut shop, 0, amend()),
            Act::Again(end) => shop = shop.again(end),
        }
    }
    shop.tell_all(waiting);
    shop
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 70, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_give_the_same_state_hash(
        (story, shuffled) in two_stories().prop_flat_map(|story| (Just(story.clone()), Just(story).prop_shuffle())),
        acts in acts(),
    ) {
        let mut straight = Shop::new("1", registry());
        straight.tell_all(story);
        let shop = play(Shop::new("1", registry()), shuffled, acts);
        prop_assert_eq!(shop.hash(), straight.hash());
    }

    #[test]
    fn what_a_node_knows_is_what_its_journal_says(story in two_stories(), acts in acts()) {
        // what is told at the end comes after the last time anything was written down
        let mut shop = play(Shop::new("1", registry()), story, acts);
        let known = shop.known();
        for end in [End::Killed, End::PowerCut, End::Clean, End::Bare] {
            shop = shop.again(end);
            prop_assert_eq!(&shop.known(), &known, "{:?}", end);
        }
    }
}

/// What is said of each unit, and in which order the nodes act.
#[derive(Clone, Debug)]
enum Turn {
    Tell(usize),
    Close(usize, usize),
    Amend(usize),
    Deliver(usize),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        4 => (1usize..30).prop_map(Turn::Tell),
        3 => (0usize..3, 0usize..6).prop_map(|(node, through)| Turn::Close(node, through)),
        1 => (0usize..3).prop_map(Turn::Amend),
        3 => (1usize..3).prop_map(Turn::Deliver),
    ];
    prop::collection::vec(turn, 5..20)
}

const NODES: [&str; 3] = ["1", "3", "4"];

fn id(code: &str) -> UnitId {
    UnitId::new(code, None)
}

/// Which node is told: its own dossiers, and those of the unit it keeps.
fn node_of(event: &Event) -> usize {
    NODES.iter().position(|code| *code == &*event.unit.code).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_subtree_is_itself_and_its_children_through_signed_documents(
        (stories, mixed) in (story(), story(), story(), story()).prop_flat_map(|(a, b, c, d)| {
            let stories = [("1", a), ("2", b), ("3", c), ("4", d)].map(|(code, story)| (code, of_unit(code, story)));
            let all: Vec<Event> = stories.iter().flat_map(|(_, story)| story.clone()).collect();
            (Just(stories), Just(all).prop_shuffle())
        }),
        turns in turns(),
    ) {
        let mut nodes = NODES.map(|code| Shop::new(code, registry()));
        let mut waiting = mixed;
        let last = [Turn::Tell(usize::MAX), Turn::Close(1, 5), Turn::Close(2, 5), Turn::Amend(1), Turn::Amend(2), Turn::Deliver(1), Turn::Deliver(2), Turn::Close(0, 5), Turn::Amend(0)];
        for turn in turns.into_iter().chain(last) {
            match turn {
                Turn::Tell(count) => {
                    let later = waiting.split_off(count.min(waiting.len()));
                    for event in std::mem::replace(&mut waiting, later) {
                        let node = node_of(&event);
                        waiting.extend(nodes[node].tell(vec![event]));
                    }
                    while count == usize::MAX && !waiting.is_empty() {
                        for event in std::mem::take(&mut waiting) {
                            let node = node_of(&event);
                            waiting.extend(nodes[node].tell(vec![event]));
                        }
                    }
                }
                Turn::Close(node, through) => publish(&mut nodes[node], through, Ask::Close { reason: None }),
                Turn::Amend(node) => publish(&mut nodes[node], 0, amend()),
                Turn::Deliver(node) => {
                    let [top, communes @ ..] = &mut nodes;
                    communes[node - 1].deliver(&id(NODES[node]), top);
                }
            }
        }
        let top = &nodes[0];
        let plain = stories.map(|(code, story)| (code, Plain::of(&story)));
        for atom in atoms().into_iter().take(6) {
            let own = |code: &str| {
                let (_, plain) = plain.iter().find(|(of, _)| *of == code).unwrap();
                plain.figures(atom.start, atom.end, atom.ends_at())
            };
            for (code, members) in [("4", vec![]), ("3", vec![]), ("2", vec!["4"]), ("1", vec!["2", "3"])] {
                let summary = top.document(&id(code), atom.start).unwrap().summary;
                prop_assert_eq!(&summary.own, &own(code), "{} {}", code, atom);
                let mut below = Cells::new();
                for (member, code) in summary.members.iter().zip(&members) {
                    let document = top.document(&id(code), atom.start).unwrap();
                    prop_assert_eq!(member.document, Some((document.hash, document.summary.revision)));
                    prop_assert_eq!(member.totals, document.summary.totals());
                    for (key, figures) in document.summary.subtree() {
                        *below.entry(key).or_default() += &figures.for_parent();
                    }
                }
                below.retain(|_, figures| !figures.is_zero());
                prop_assert_eq!(&summary.below, &below, "{} {}", code, atom);
                prop_assert_eq!(summary.members.len(), members.len());
                prop_assert_eq!((summary.received, summary.missing.len()), (summary.expected, 0));
            }
            // the whole is what the plain model counts of everybody
            let mut sum = total(&own("1"));
            for code in ["2", "3", "4"] {
                sum += &total(&own(code)).for_parent();
            }
            let whole: Figures = top.document(&id("1"), atom.start).unwrap().summary.totals();
            prop_assert_eq!(whole, sum, "{}", atom);
        }
    }
}
