use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(text: &str) -> UnitId {
    UnitId::parse(text).unwrap()
}

/// `code name level parent from to`, `-` for nothing.
fn row(text: &str) -> UnitRow {
    let part = |n| text.split(' ').nth(n).filter(|t| *t != "-").map(str::to_owned);
    let (valid_from, valid_to) = (part(4).map(|t| d(&t)), part(5).map(|t| d(&t)));
    let text = |n| part(n).unwrap_or_default();
    UnitRow {
        code: text(0),
        name: text(1),
        level: text(2),
        parent_code: part(3),
        valid_from,
        valid_to,
        reports_from: None,
        kept_by: None,
    }
}

fn rows(text: &[&str]) -> Vec<UnitRow> {
    text.iter().map(|line| row(line)).collect()
}

const REFORM: [&str; 6] = [
    "01 HàNội province - - -",
    "001 BaĐình district 01 - 2025-07-01",
    "00001 PhúcXá commune 001 - 2025-07-01",
    "00004 TrúcBạch commune 001 - 2025-07-01",
    "00004 BaĐình commune 01 2025-07-01 -",
    "00008 NgọcHà commune 01 2025-07-01 -",
];

fn names(ids: Vec<UnitId>) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_code_is_no_identity() {
    let tree = Tree::from_rows(rows(&REFORM)).unwrap();
    let (before, after) = (d("2025-06-30"), d("2025-07-01"));
    let name = |on| tree.resolve("00004", on).map(|u| u.name.to_string());
    assert_eq!((name(before), name(after)), (Some("TrúcBạch".into()), Some("BaĐình".into())));
    assert_eq!(names(tree.children(&id("01"), before)), "001");
    assert_eq!(names(tree.children(&id("01"), after)), "00004@2025-07-01 00008@2025-07-01");
    assert_eq!(names(tree.subtree(&id("01"), before)), "01 001 00001 00004");
    assert_eq!((tree.expected(&id("01"), before), tree.expected(&id("01"), after)), (4, 3));
    assert!(tree.is_below(&id("00004"), &id("01"), before) && !tree.is_below(&id("00004"), &id("01"), after));
    assert!(!tree.is_below(&id("01"), &id("01"), before) && tree.in_force(&id("00004"), before));
    assert_eq!(tree.parent(&id("00004@2025-07-01"), after), Some(id("01")));
    assert_eq!(tree.parent(&id("00004@2025-07-01"), before), None);
    assert_eq!(names(tree.roots(after)), "01");
    assert_eq!((tree.len(), tree.resolve("0004", after)), (6, None));
}

#[test]
fn one_unit_with_several_edges() {
    let tree = Tree::from_rows(rows(&[
        "1 P province - - -",
        "A X district 1 - 2020-01-01",
        "A Y town 1 2020-01-01 -",
        "B Z district 1 - -",
        "c C commune A - 2022-01-01",
        "c C commune B 2022-01-01 2023-01-01",
        "c C commune B 2023-01-01 2024-01-01",
        "c C commune B 2025-01-01 -",
    ]))
    .unwrap();
    assert_eq!(tree.get(&id("c")).map(|u| u.edges.len()), Some(2), "equal rows become one edge");
    assert!(tree.in_force(&id("c@2025-01-01"), d("2025-01-01")) && !tree.in_force(&id("c"), d("2025-01-01")));
    for (on, parent) in [("2019-12-31", "A"), ("2020-01-01", "A@2020-01-01"), ("2022-01-01", "B")] {
        assert_eq!(tree.parent(&id("c"), d(on)), Some(id(parent)));
        assert_eq!(names(tree.children(&id(parent), d(on))), "c");
    }
    assert_eq!(Tree::from_rows(tree.rows()), Ok(tree));
}

#[test]
fn who_reports_and_who_keeps() {
    let mut list =
        rows(&["1 P province - - -", "2 C commune 1 - 2024-01-01", "2 C commune 1 2024-01-01 -", "3 D commune 1 - -"]);
    list[2].kept_by = Some("3".into());
    list[3].reports_from = Some(d("2024-06-01"));
    let tree = Tree::from_rows(list).unwrap();
    for (on, expected, kept) in [("2023-12-31", 2, ""), ("2024-01-01", 2, "2"), ("2024-06-01", 3, "2")] {
        assert_eq!((tree.expected(&id("1"), d(on)), names(tree.kept_by(&id("3"), d(on)))), (expected, kept.to_owned()));
    }
    assert!(!tree.reports(&id("3"), d("2024-05-31")) && tree.reports(&id("2"), d("2024-05-31")));
}

#[test]
fn every_mistake_at_once() {
    let mut list = rows(&[
        "1 P province - - -",
        "1 Q province - 2020-01-01 -",
        "x/1 X commune 1 - -",
        "3 - commune 1 - -",
        "4 D commune 1 2020-01-01 2020-01-01",
        "5 E commune 9 - -",
        "6 F district 1 2020-01-01 2021-01-01",
        "7 G commune 6 2020-01-01 -",
    ]);
    list[0].kept_by = Some("8".into());
    let errors = Tree::from_rows(list).unwrap_err();
    let found = |text: &str| errors.iter().any(|e| e.to_string().contains(text));
    for text in [
        "on 2020-01-01 (P and Q)",
        "\"x/1\"",
        "unit 3 has no name",
        "unit 4 is valid",
        "names 9 as its parent, which does not exist at any date",
        "names 6 as its parent, which does not exist on 2021-01-01",
        "names 8 as its keeper",
    ] {
        assert!(found(text), "{text}: {errors:?}");
    }
    assert_eq!(errors.len(), 7);
    assert_eq!(Tree::from_rows(rows(&vec!["- - - - - -"; 99])).unwrap_err().len(), MAX_ERRORS);
}

#[test]
fn circles() {
    let circle =
        |list: &[&str]| Tree::from_rows(rows(list)).map_err(|e| e.iter().map(ToString::to_string).collect::<Vec<_>>());
    let found = circle(&["a A x b - -", "b B x c - -", "c C x a 2020-01-01 -", "c C x - - 2020-01-01", "d D x a - -"])
        .unwrap_err();
    assert!(
        found.len() == 1 && found[0].contains("a > b > c > a lie below each other in a circle on 2020-01-01"),
        "{found:?}"
    );
    assert!(circle(&["a A x a - -"]).is_err());
    assert!(
        circle(&["a A x b - 2020-01-01", "a A x - 2020-01-01 -", "b B x - - 2020-01-01", "b B x a 2020-01-01 -"])
            .is_ok()
    );
    let chain: Vec<String> =
        (0..80).map(|n| format!("{n} N x {} - -", if n == 0 { "-".into() } else { (n - 1).to_string() })).collect();
    let chain: Vec<&str> = chain.iter().map(String::as_str).collect();
    assert!(circle(&chain[..MAX_DEPTH]).is_ok());
    assert!(circle(&chain).unwrap_err()[0].contains("64 levels"));
}

proptest! {
    #[test]
    fn trees_hold_together(list in prop::collection::vec((0usize..8, 0usize..9, 0usize..2, 0i64..9, 0i64..9), 0..24), on in -1i64..10) {
        let day = |n: i64| d("2020-01-01") + chrono::TimeDelta::days(n);
        let list: Vec<UnitRow> = list
            .into_iter()
            .map(|(code, parent, name, from, to)| UnitRow {
                parent_code: (parent < code).then(|| parent.to_string()),
                valid_from: (from > 0).then(|| day(from)),
                valid_to: (to > from).then(|| day(to)),
                ..row(&format!("{code} {} x - - -", ["A", "B"][name]))
            })
            .collect();
        // keep what fits: each row is added if the list still builds a tree
        let mut kept = Vec::new();
        for row in list {
            kept.push(row);
            if Tree::from_rows(kept.clone()).is_err() {
                kept.pop();
            }
        }
        let tree = Tree::from_rows(kept.clone()).unwrap();
        let on = day(on);
        for r in &kept {
            let unit = tree.resolve(&r.code, on);
            prop_assert_eq!(unit.is_some(), kept.iter().any(|k| k.code == r.code && k.validity().contains(on)));
            let Some(unit) = unit else { continue };
            prop_assert!(unit.edges.windows(2).all(|w| w[0].valid.is_followed_by(w[1].valid)));
            match tree.parent(&unit.id, on) {
                Some(parent) => {
                    prop_assert!(tree.children(&parent, on).contains(&unit.id));
                    prop_assert!(tree.is_below(&unit.id, &parent, on) && !tree.is_below(&parent, &unit.id, on));
                }
                None => prop_assert!(tree.roots(on).contains(&unit.id)),
            }
            prop_assert_eq!(tree.expected(&unit.id, on), tree.subtree(&unit.id, on).len());
            let below: usize = tree.children(&unit.id, on).iter().map(|c| tree.expected(c, on)).sum();
            prop_assert_eq!(tree.expected(&unit.id, on), below + 1);
        }
        prop_assert_eq!(Tree::from_rows(tree.rows()), Ok(tree));
    }
}
