//! Two reports beside each other.

use proptest::prelude::*;

use super::*;
use crate::{
    domain::percent::Percent,
    reports::{
        compare::{self, Caution, Side, compare, csv, json, table},
        share::{Part, Whole},
    },
};

fn town(period: &str, name: &str, total: Figures) -> Report {
    let query = Query { period: Period::parse(period).unwrap(), ..query("2018-02", Breakdown::None) };
    let mut report = report(&query, &[sheet(atom_of(&query.period), Cells::new(), vec![])]);
    (report.total, report.name, report.notes) = (total, name.into(), vec![]);
    report
}

fn atom_of(period: &Period) -> Atom {
    Atom { start: period.start, end: period.end }
}

fn two() -> (Report, Report) {
    let now = figures(&[
        (CarriedOver, 158),
        (ReceivedOnline, 943),
        (ReceivedDirect, 2100),
        (ResolvedEarly, 2770),
        (ResolvedOnTime, 231),
        (ResolvedLate, 1),
        (PendingWithinDeadline, 199),
    ]);
    let then = figures(&[
        (ReceivedOnline, 700),
        (ReceivedDirect, 2358),
        (ResolvedEarly, 2700),
        (ResolvedLate, 200),
        (PendingWithinDeadline, 157),
        (PendingOverdue, 1),
    ]);
    (town("2018-02", "Thị xã Đông Triều", now), town("2018-01", "Thị xã Đông Triều", then))
}

#[test]
fn two_periods_of_a_unit() {
    let (now, then) = two();
    let told = compare(&now, &then);
    assert_eq!(told.cautions, []);
    insta::assert_snapshot!("compare_periods_vi", table(&told, Lang::Vi));
    insta::assert_snapshot!("compare_periods_en", table(&told, Lang::En));
    insta::assert_snapshot!("compare_periods_csv", csv(&told).unwrap());
    insta::assert_snapshot!("compare_periods_json", json(&told).unwrap());
}

#[test]
fn two_units_and_everything_a_reader_has_to_know() {
    let (now, mut then) = two();
    then.unit = unit("206");
    then.name = "Thành phố Uông Bí".into();
    then.period = now.period.clone();
    let told = compare(&now, &then);
    assert_eq!(told.cautions, []);
    insta::assert_snapshot!("compare_units_vi", table(&told, Lang::Vi));
    let (mut now, mut then) = two();
    now.notes = vec![Note::NotOver { through: d("2018-02-10") }, Note::Absent { measure: DeliveredByPost }];
    then.unit = UnitId::new("205", Some(d("2018-02-01")));
    then.period = Period::parse("cal:2018-01").unwrap();
    then.completeness = Completeness { expected: 22, received: 21, missing: vec![] };
    then.notes = vec![Note::EnteredByMore { units: 12, across: 3 }];
    let told = compare(&now, &then);
    assert_eq!(
        told.cautions,
        [
            Caution::OtherKind,
            Caution::OtherUnit,
            Caution::Part(Side::This),
            Caution::Absent(Side::This, DeliveredByPost),
            Caution::Missing(Side::Other, 21, 22),
            Caution::Across(Side::Other),
        ]
    );
    insta::assert_snapshot!("compare_cautions_vi", table(&told, Lang::Vi).split_once("└").unwrap().1);
    insta::assert_snapshot!("compare_cautions_en", table(&told, Lang::En).split_once("└").unwrap().1);
    assert!(json(&told).unwrap().contains("\"measure\": \"delivered_by_post\""));
}

#[test]
fn a_hundred_percent_less_only_where_nothing_is_left() {
    let line = |this, other| compare::Line { name: "x", this, other };
    let percent = |this, other| line(this, other).change().map(|c| c.0);
    assert_eq!(percent(0, 7), Some(-10_000));
    assert_eq!(percent(1, 40_000), Some(-9_999));
    assert_eq!(percent(14, 7), Some(10_000));
    assert_eq!((percent(7, 7), percent(7, 0), percent(0, 0)), (Some(0), None, None));
    assert_eq!(percent(3043, 2900), Some(493));
}

#[test]
fn names_of_shares_read_back() {
    for part in Part::ALL {
        assert_eq!(part.name().parse(), Ok(part));
    }
    for whole in Whole::ALL {
        assert_eq!(whole.name().parse(), Ok(whole));
    }
    let told = "gold".parse::<Part>().unwrap_err().to_string();
    assert_eq!(told, "'gold' is not known here: write late, overdue, on-time, resolved, online, full-online, postal");
}

proptest! {
    #[test]
    fn a_difference_is_what_leads_from_the_one_to_the_other(
        a in prop::collection::vec(0i64..1_000_000, Measure::ALL.len()),
        b in prop::collection::vec(0i64..1_000_000, Measure::ALL.len()),
    ) {
        let (a, b) = (Figures::from_values(&a).unwrap(), Figures::from_values(&b).unwrap());
        let (this, other) = (town("2018-02", "A", a), town("2018-01", "A", b));
        let (told, back) = (compare(&this, &other), compare(&other, &this));
        prop_assert_eq!(told.lines.len(), Measure::ALL.len() + Derived::ALL.len());
        for (line, mirrored) in told.lines.iter().zip(&back.lines) {
            prop_assert_eq!(line.other + line.difference(), line.this);
            prop_assert_eq!(line.difference(), -mirrored.difference());
            if let Some(Percent(change)) = line.change() {
                // half-up, but that a whole hundred means nothing is left or twice as much
                let error = (change * line.other - line.difference() * 10_000).abs() * 2;
                prop_assert!(error <= line.other || (change.abs() == 9_999 || change == 10_001) && error <= 3 * line.other);
                prop_assert_eq!(change == -10_000, line.this == 0);
            }
        }
        for (rate, mirrored) in told.rates.iter().zip(&back.rates) {
            prop_assert_eq!(rate.points().map(|p| -p), mirrored.points());
            prop_assert!(rate.this.is_some() || rate.part.usual().count(&a) == 0);
        }
        for lang in [Lang::Vi, Lang::En] {
            let lines = table(&told, lang).lines().count();
            let shown = told.lines.iter().filter(|l| l.this != 0 || l.other != 0).count();
            prop_assert!(lines > shown);
        }
        prop_assert_eq!(csv(&told).unwrap().lines().count(), 1 + told.lines.len() + told.rates.len());
    }
}
