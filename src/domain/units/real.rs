//! The official lists, where they are at hand.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn load(file: &str) -> Option<Vec<UnitRow>> {
    let path = format!("{}/../shared/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("skipped: {path} is missing");
        return None;
    };
    let rows = reader.records().map(Result::unwrap).map(|r| {
        let text = |n| r.get(n).filter(|t| !t.is_empty()).map(str::to_owned);
        UnitRow {
            code: text(0).unwrap(),
            name: text(1).unwrap(),
            level: text(2).unwrap(),
            parent_code: text(3),
            valid_from: text(4).map(|t| d(&t)),
            valid_to: text(5).map(|t| d(&t)),
            reports_from: None,
            kept_by: None,
        }
    });
    Some(rows.collect())
}

/// Communes, districts, provinces on a date; also that going down from the roots meets every unit in force.
fn levels(tree: &Tree, on: &str) -> [usize; 3] {
    let on = d(on);
    let mut counts = BTreeMap::from([("commune", 0), ("district", 0), ("province", 0)]);
    for unit in tree.units().iter().filter(|u| tree.in_force(&u.id, on)) {
        *counts.get_mut(&*unit.level).unwrap() += 1;
        assert_eq!(tree.resolve(&unit.id.code, on).map(|u| &u.id), Some(&unit.id));
    }
    let counts: Vec<usize> = counts.into_values().collect();
    let expected: usize = tree.roots(on).iter().map(|root| tree.expected(root, on)).sum();
    assert_eq!(expected, counts.iter().sum::<usize>());
    [counts[0], counts[1], counts[2]]
}

#[test]
fn real_lists() {
    for (file, counts) in [
        ("units_2024.csv", [10_595, 705, 63]),
        ("units_2025h1.csv", [10_035, 696, 63]),
        ("units_2025.csv", [3321, 0, 34]),
    ] {
        let Some(list) = load(file) else { return };
        let tree = Tree::from_rows(list).unwrap();
        assert_eq!(levels(&tree, "2025-01-01"), counts, "{file}");
    }
}

#[test]
fn real_history() {
    let Some(list) = load("units_history.csv") else {
        return;
    };
    let tree = Tree::from_rows(list).unwrap();
    assert_eq!(levels(&tree, "2024-05-01"), [10_595, 705, 63]);
    assert_eq!(levels(&tree, "2025-06-30"), [10_035, 696, 63]);
    assert_eq!(levels(&tree, "2025-07-01"), [3321, 0, 34]);
    let name = |on| tree.resolve("00004", d(on)).map(|u| u.name.to_string()).unwrap();
    assert_eq!((name("2025-06-30").as_str(), name("2025-07-01").as_str()), ("Phường Trúc Bạch", "Phường Ba Đình"));
    assert_eq!(Tree::from_rows(tree.rows()), Ok(tree));
}
