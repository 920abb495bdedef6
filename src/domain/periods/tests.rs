use super::*;
use proptest::prelude::*;

fn p(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn dates(text: &str) -> String {
    let p = p(text);
    format!("{}..{}", p.start, p.end)
}

#[test]
fn names_and_dates() {
    for (id, span) in [
        ("2018-02", "2018-01-15..2018-02-15"),
        ("2018-01", "2017-12-15..2018-01-15"),
        ("2018-12", "2018-11-15..2018-12-15"),
        ("2018-Q1", "2017-12-15..2018-03-15"),
        ("2018-Q4", "2018-09-15..2018-12-15"),
        ("2018-H1", "2017-12-15..2018-06-15"),
        ("2018-H2", "2018-06-15..2018-12-15"),
        ("2018-9M", "2017-12-15..2018-09-15"),
        ("2018", "2017-12-15..2018-12-15"),
        ("cal:2018-02", "2018-02-01..2018-03-01"),
        ("cal:2018-12", "2018-12-01..2019-01-01"),
        ("cal:2018-Q1", "2018-01-01..2018-04-01"),
        ("cal:2018-9M", "2018-01-01..2018-10-01"),
        ("cal:2018", "2018-01-01..2019-01-01"),
        ("2018-W07", "2018-02-12..2018-02-19"),
        ("2020-W53", "2020-12-28..2021-01-04"),
        ("2021-12-15..2022-06-09", "2021-12-15..2022-06-10"),
        ("2018-02-14..2018-02-14", "2018-02-14..2018-02-15"),
    ] {
        assert_eq!(dates(id), span, "{id}");
        assert_eq!(p(id).id, id);
    }
}

#[test]
fn refusals() {
    for bad in [
        "",
        "18",
        "2018-2",
        "2018-00",
        "2018-13",
        "2018-Q5",
        "2018-Q0",
        "2018-H3",
        "2018-6M",
        "2018-W00",
        "2018-W53",
        "2018-w07",
        "cal:2018-W07",
        "cal:",
        "2018-",
        "201802",
        "2018-02-14",
        "2018-02-30..2018-03-01",
        "2018..2019",
        "20१8",
        "+018",
        "cal:2018-02-01..2018-02-03",
    ] {
        assert!(matches!(Period::parse(bad), Err(PeriodError::Syntax { .. })), "{bad}");
    }
    assert_eq!(Period::parse("1974"), Err(PeriodError::Year { year: 1974 }));
    assert_eq!(Period::parse("2201-W07"), Err(PeriodError::Year { year: 2201 }));
    assert!(matches!(Period::parse("2018-02-02..2018-02-01"), Err(PeriodError::Backwards { .. })));
}

#[test]
fn neighbours() {
    let id = |p: Option<Period>| p.map_or(String::new(), |p| p.id);
    for (at, previous, next, last_year) in [
        ("2018-01", "2017-12", "2018-02", "2017-01"),
        ("2018-Q4", "2018-Q3", "2019-Q1", "2017-Q4"),
        ("2018-H1", "2017-H2", "2018-H2", "2017-H1"),
        ("2018-9M", "2017-9M", "2019-9M", "2017-9M"),
        ("1975", "", "1976", ""),
        ("cal:2200-12", "cal:2200-11", "", "cal:2199-12"),
        ("2020-W53", "2020-W52", "2021-W01", ""),
        ("2021-W01", "2020-W53", "2021-W02", "2020-W01"),
        ("2020-02-29..2020-03-10", "", "", "2019-02-28..2019-03-10"),
    ] {
        let p = p(at);
        assert_eq!(
            (id(p.previous()), id(p.next()), id(p.same_last_year())),
            (previous.into(), next.into(), last_year.into()),
            "{at}"
        );
    }
    let ids = |a, b| range(&p(a), &p(b)).into_iter().map(|p| p.id).collect::<Vec<_>>();
    assert_eq!(ids("2018-11", "2019-02"), ["2018-11", "2018-12", "2019-01", "2019-02"]);
    assert_eq!(ids("2018-02-01..2018-02-03", "2018-02-01..2018-02-03").len(), 1);
    assert!(ids("2018-11", "2018-10").is_empty() && ids("2018-11", "cal:2018-12").is_empty());
    assert_eq!(ids("1975-01", "2200-12").len(), MAX_RANGE);
}

#[test]
fn the_year_so_far() {
    for (id, whole) in [
        ("2018-01", "2018-01"),
        ("2018-02", "2017-12-15..2018-02-14"),
        ("2018-Q1", "2018-Q1"),
        ("2018-Q3", "2017-12-15..2018-09-14"),
        ("2018-9M", "2018-9M"),
        ("2018", "2018"),
        ("cal:2018-01", "cal:2018-01"),
        ("cal:2018-12", "2018-01-01..2018-12-31"),
        ("2018-W07", "2018-01-01..2018-02-18"),
        ("2020-W53", ""),
        ("2021-12-15..2022-06-09", "2021-12-15..2022-06-09"),
        ("2021-12-14..2022-06-09", ""),
        ("2022-06-01..2022-06-09", "2021-12-15..2022-06-09"),
        ("2022-12-15..2022-12-20", "2022-12-15..2022-12-20"),
    ] {
        assert_eq!(p(id).year_to_date().map_or(String::new(), |p| p.id), whole, "{id}");
    }
}

#[test]
fn what_books_can_answer() {
    let cuts = Cuts::default();
    let refusal = |id: &str| p(id).atoms(&cuts).unwrap_err().to_string();
    assert!(refusal("2018-W07").contains("ask for 2018-02-01..2018-02-28,"), "{}", refusal("2018-W07"));
    assert!(refusal("2021-12-15..2022-06-09").contains("ask for 2021-12-15..2022-06-14 or 2021-12-15..2022-05-31,"));
    assert!(refusal("2018-02-02..2018-02-03").contains("ask for 2018-02-01..2018-02-14,"));
    let ordered = Cuts::new(["2022-06-10".parse().unwrap()]);
    assert_eq!(p("2021-12-15..2022-06-09").atoms(&ordered).map(|a| a.len()), Ok(12));
    assert_eq!(p("2018").atoms(&cuts).map(|a| a.len()), Ok(24));
}

#[test]
fn the_month_of_a_date() {
    for (date, id) in [
        ("2018-01-14", "2018-01"),
        ("2018-01-15", "2018-02"),
        ("2018-12-15", "2019-01"),
        ("1900-01-01", "1975-01"),
        ("9999-01-01", "2200-12"),
    ] {
        assert_eq!(Period::legal_month_of(date.parse().unwrap()).id, id);
    }
    let _ = (Period::legal_month_of(NaiveDate::MIN), Period::legal_month_of(NaiveDate::MAX));
}

fn month_based() -> impl Strategy<Value = Period> {
    let label = prop_oneof![
        (1..=12u32).prop_map(|m| format!("-{m:02}")),
        (1..=4u32).prop_map(|q| format!("-Q{q}")),
        (1..=2u32).prop_map(|h| format!("-H{h}")),
        Just("-9M".to_owned()),
        Just(String::new()),
    ];
    (prop::bool::ANY, YEARS, label).prop_map(|(cal, y, l)| p(&format!("{}{y}{l}", if cal { "cal:" } else { "" })))
}

proptest! {
    #[test]
    fn unions_of_months_and_chains(p in month_based(), extra in 0u64..80_000) {
        let cuts = Cuts::new(NaiveDate::from_ymd_opt(1975, 1, 1).unwrap().checked_add_days(Days::new(extra)));
        let months = p.months();
        prop_assert_eq!(months.first().map(|m| m.start), Some(p.start));
        prop_assert_eq!(months.last().map(|m| m.end), Some(p.end));
        prop_assert!(months.windows(2).all(|w| w[0].end == w[1].start));
        let atoms: Vec<Atom> = months.iter().flat_map(|m| m.atoms(&cuts).unwrap()).collect();
        prop_assert_eq!(p.atoms(&cuts), Ok(atoms));
        prop_assert_eq!(Period::parse(&p.id), Ok(p.clone()));
        if let PeriodKind::Legal(Grain::Month) = p.kind {
            prop_assert_eq!(Period::legal_month_of(p.start), p.clone());
            prop_assert_eq!(Period::legal_month_of(p.last_day()), p.clone());
        }
        if let Some(next) = p.next() {
            prop_assert_eq!(next.previous(), Some(p.clone()));
            if !matches!(p.kind, PeriodKind::Legal(Grain::NineMonths) | PeriodKind::Calendar(Grain::NineMonths)) {
                prop_assert_eq!(next.start, p.end);
            }
        }
    }

    #[test]
    fn spans_and_refusals_are_honest(first in 0u64..80_000, length in 0u64..900, text in ".{0,24}") {
        let first = NaiveDate::from_ymd_opt(1975, 1, 1).unwrap().checked_add_days(Days::new(first)).unwrap();
        let span = Period::span(first, first.checked_add_days(Days::new(length)).unwrap()).unwrap();
        prop_assert_eq!(Period::parse(&span.id), Ok(span.clone()));
        match span.atoms(&Cuts::default()) {
            Ok(atoms) => prop_assert_eq!((atoms[0].start, atoms[atoms.len() - 1].end), (span.start, span.end)),
            Err(PeriodError::NotAnswerable { answerable, .. }) => {
                for id in answerable.split(" or ") {
                    prop_assert!(p(id).atoms(&Cuts::default()).is_ok(), "{}", id);
                }
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
        let _ = Period::parse(&text);
    }
}
