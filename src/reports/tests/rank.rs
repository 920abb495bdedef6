//! Rows in order of a share.

use proptest::prelude::*;

use super::*;
use crate::reports::{
    rank::{self, Ask, SMALL, Standing, rank},
    share::{Part, Whole},
};

fn ask(part: Part) -> Ask {
    Ask { part, whole: part.usual(), lowest_first: false, small: SMALL }
}

/// A member with so many resolved early and late; `None` for one of which nothing has come.
fn member(code: &str, name: &str, resolved: Option<(i64, i64)>) -> Row {
    let (early, late) = resolved.unwrap_or_default();
    Row {
        key: code.into(),
        name: name.into(),
        figures: figures(&[(ReceivedDirect, early + late), (ResolvedEarly, early), (ResolvedLate, late)]),
        only: None,
        level: String::new(),
        completeness: Some(Completeness { expected: 1, received: u32::from(resolved.is_some()), missing: vec![] }),
    }
}

fn of(rows: Vec<Row>) -> Report {
    let mut report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    report.rows = rows;
    report.status = Status::Incomplete;
    report.completeness = Completeness { expected: 9, received: 8, missing: vec![] };
    report
}

fn town() -> Report {
    let mut half = member("07006", "Xã Bình Khê", Some((50, 50)));
    half.completeness = Some(Completeness { expected: 3, received: 2, missing: vec![] });
    of(vec![
        Row { completeness: None, ..member("205", "Thị xã Đông Triều", Some((99, 1))) },
        member("07001", "Phường Mạo Khê", Some((300, 3))),
        member("07002", "Xã Nguyễn Huệ", Some((9, 1))),
        member("07003", "Xã An Sinh", Some((200, 2))),
        member("07004", "Xã Đức Chính", None),
        member("07005", "Xã Ân Thi", Some((0, 0))),
        half,
        member("07007", "Xã Việt Dân", Some((40_000, 1))),
    ])
}

#[test]
fn shares_in_order_with_equal_ranks_and_what_cannot_be_ranked_last() {
    let (report, ask) = (town(), ask(Part::Late));
    let places = rank(&report, &ask);
    let told: Vec<_> = places.iter().map(|p| (p.row.name.as_str(), p.standing)).collect();
    assert_eq!(
        told,
        [
            ("Xã Bình Khê", Standing::Ranked(1)),
            ("Xã Nguyễn Huệ", Standing::Ranked(2)),
            ("Thị xã Đông Triều", Standing::Ranked(3)),
            ("Phường Mạo Khê", Standing::Ranked(4)),
            ("Xã An Sinh", Standing::Ranked(4)),
            ("Xã Việt Dân", Standing::Ranked(6)),
            ("Xã Ân Thi", Standing::NoWhole),
            ("Xã Đức Chính", Standing::Silent),
        ]
    );
    insta::assert_snapshot!("rank_late_vi", rank::table(&report, &ask, &places, Lang::Vi));
    insta::assert_snapshot!("rank_late_en", rank::table(&report, &ask, &places, Lang::En));
    insta::assert_snapshot!("rank_late_csv", rank::csv(&report, &ask, &places, Lang::Vi).unwrap());
    insta::assert_snapshot!("rank_late_json", rank::json(&report, &ask, &places).unwrap());
}

#[test]
fn the_whole_changes_the_order_and_lowest_can_come_first() {
    let report = of(vec![
        Row {
            figures: figures(&[(ReceivedDirect, 100), (ResolvedEarly, 10), (ResolvedLate, 2), (PendingOverdue, 88)]),
            ..member("07001", "Xã A", Some((0, 0)))
        },
        Row {
            figures: figures(&[(ReceivedDirect, 100), (ResolvedEarly, 90), (ResolvedLate, 5), (PendingOverdue, 5)]),
            ..member("07002", "Xã B", Some((0, 0)))
        },
    ]);
    let first = |ask: Ask| rank(&report, &ask)[0].row.name.clone();
    assert_eq!(first(ask(Part::Late)), "Xã A", "2 of 12 against 5 of 95");
    assert_eq!(first(Ask { whole: Whole::Received, ..ask(Part::Late) }), "Xã B");
    assert_eq!(first(Ask { whole: Whole::Due, ..ask(Part::Late) }), "Xã B", "2 of 100 against 5 of 100");
    assert_eq!(first(Ask { whole: Whole::Due, lowest_first: true, ..ask(Part::Late) }), "Xã A");
    assert_eq!(first(ask(Part::OnTime)), "Xã B");
    assert_eq!(first(Ask { whole: Whole::ToHandle, ..ask(Part::Overdue) }), "Xã A");
    for part in Part::ALL {
        for whole in Whole::ALL {
            let ask = Ask { whole, ..ask(part) };
            for lang in [Lang::Vi, Lang::En] {
                let told = rank::table(&report, &ask, &rank(&report, &ask), lang);
                assert!(told.is_ascii() || lang == Lang::Vi || !told.contains("hồ sơ"), "{told}");
            }
        }
    }
}

/// Every word of titles and headings, in both languages.
#[test]
fn words_of_every_share() {
    let report = of(vec![]);
    for (lang, name) in [(Lang::Vi, "rank_words_vi"), (Lang::En, "rank_words_en")] {
        let both = Part::ALL.into_iter().zip(Whole::ALL.into_iter().cycle());
        let told = both.map(|(part, whole)| rank::table(&report, &Ask { whole, ..ask(part) }, &[], lang));
        insta::assert_snapshot!(name, told.collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn what_somebody_does_not_count_is_said() {
    let mut report = town();
    report.notes = vec![Note::Absent { measure: DeliveredByPost }];
    let told = |part| rank::table(&report, &ask(part), &[], Lang::Vi);
    assert!(told(Part::Postal).contains("Có đơn vị không thống kê chỉ tiêu này"));
    assert!(!told(Part::Late).contains("không thống kê"));
    report.notes = vec![Note::EnteredByMore { units: 12, across: 3 }];
    assert!(rank::table(&report, &ask(Part::Late), &[], Lang::Vi).contains("khoảng thời gian khác kỳ này"));
}

#[test]
fn a_unit_that_handles_nothing_itself_has_no_place() {
    let own = Row {
        figures: figures(&[(ProceduresPublished, 97)]),
        completeness: None,
        ..member("205", "Thị xã Đông Triều", None)
    };
    let report = of(vec![own, member("07001", "A", None)]);
    assert_eq!(rank(&report, &ask(Part::Late)).len(), 1);
}

proptest! {
    #[test]
    fn everybody_has_one_place_and_the_order_is_that_of_exact_fractions(
        members in prop::collection::vec(prop::option::weighted(0.9, (0i64..40, 0i64..6)), 0..30),
        lowest_first in any::<bool>(),
    ) {
        let rows: Vec<Row> = members.iter().enumerate().map(|(i, m)| member(&format!("{i:05}"), &format!("Xã {}", i % 7), *m)).collect();
        let report = of(rows);
        let ask = Ask { lowest_first, ..ask(Part::Late) };
        let places = rank(&report, &ask);
        prop_assert_eq!(places.len(), members.len());
        let mut keys: Vec<&str> = places.iter().map(|p| p.row.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), members.len());
        let share = |late: i64, all: i64, other_late: i64, other_all: i64| {
            let (a, b) = (late * other_all, other_late * all);
            if lowest_first { b.cmp(&a) } else { a.cmp(&b) }
        };
        for place in &places {
            let member = members[place.row.key.parse::<usize>().unwrap()];
            match (place.standing, member) {
                (Standing::Silent, None) | (Standing::NoWhole, Some((0, 0))) => {}
                (Standing::Ranked(at), Some((early, late))) => {
                    prop_assert_eq!((place.count, place.of), (late, early + late));
                    // the rank is one more than the number of those that are strictly before it
                    let better = members.iter().flatten().filter(|(e, l)| e + l > 0 && share(*l, e + l, late, early + late).is_gt()).count();
                    prop_assert_eq!(at, better + 1);
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
        let groups: Vec<u8> = places.iter().map(|p| match p.standing { Standing::Ranked(_) => 0, Standing::NoWhole => 1, Standing::Silent => 2 }).collect();
        prop_assert!(groups.is_sorted());
        prop_assert_eq!(rank::csv(&report, &ask, &places, Lang::En).unwrap().lines().count(), 1 + places.len());
    }
}
