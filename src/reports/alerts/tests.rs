use std::collections::BTreeMap;

use super::*;
use crate::{
    domain::{ahead::Ahead, calendar::Due},
    reports::{
        Lang,
        forecast::{self, Given, Open, build},
    },
};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn id(code: &str) -> UnitId {
    UnitId::parse(code).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The Thursday before a Lunar New Year, whose holidays are 15 to 20 February; due dates on the holidays come from promises made before.
const NOW: &str = "2018-02-08T15:00";

fn calendar() -> Calendar {
    Calendar::default().with_holidays((15..=20).filter_map(|d| NaiveDate::from_ymd_opt(2018, 2, d)))
}

fn given(code: &str, name: &str, own: bool, as_of: Option<&str>, counts: (i64, i64), due: &[(&str, i64)]) -> Given {
    Given {
        unit: id(code),
        name: name.to_owned(),
        own,
        as_of: as_of.map(at),
        overdue: counts.0,
        within: counts.1,
        ahead: Ahead { due: due.iter().map(|(d, n)| (day(d), *n)).collect(), units: u32::from(as_of.is_some()) },
        expected: 1,
    }
}

fn forecast(days: u32) -> Forecast {
    let given = vec![
        given("001", "Huyện A", true, Some(NOW), (0, 5), &[("2018-02-08", 1), ("2018-02-21", 2), ("2018-03-01", 2)]),
        given("00101", "Xã B", false, Some("2018-02-08T14:40"), (3, 12), &[("2018-02-10", 1), ("2018-02-12", 4)]),
        given("00102", "Xã C", false, Some("2018-02-06T09:00"), (1, 6), &[("2018-02-07", 2), ("2018-02-09", 1)]),
        given("00103", "Xã D", false, None, (0, 0), &[]),
    ];
    build(id("001"), "Huyện A".to_owned(), at(NOW), &calendar(), days, given)
}

fn reporting(code: &str, missing: Option<(&str, &str)>, last_seen: Option<Seen>) -> Reporting {
    let missing = missing.map(|(period, due)| Missing { period: period.to_owned(), due: day(due) });
    Reporting { unit: id(code), name: format!("Xã {code}"), own: code == "001", missing, last_seen }
}

fn alerts(now: &str, calendar: &Calendar) -> Alerts {
    let reporting = [
        reporting("001", None, None),
        reporting("00101", Some(("2018-01", "2018-01-19")), Some(Seen::At(at("2018-02-08T14:59")))),
        reporting("00102", None, Some(Seen::At(at("2018-02-06T09:00")))),
        reporting("00103", Some(("2018-01", "2018-01-19")), Some(Seen::NotSince(at("2018-02-01T07:00")))),
    ];
    let forecast = Forecast { at: at(now), ..forecast(2) };
    judge(&forecast, &reporting, calendar, &Thresholds::default())
}

#[test]
fn days_are_today_working_days_and_days_on_which_something_is_due() {
    // Saturday the 10th is no working day, but one is due on it; the holidays are passed over
    let days: Vec<String> = forecast(5).days.iter().map(|day| day.format("%m-%d").to_string()).collect();
    assert_eq!(days, ["02-08", "02-09", "02-10", "02-12", "02-13", "02-14", "02-21"]);
    assert_eq!(forecast(0).days, [day("2018-02-08")]);
}

#[test]
fn every_open_dossier_of_a_row_is_told_once() {
    for days in [0, 1, 2, 5, 20, 500] {
        let forecast = forecast(days);
        for row in forecast.rows.iter().chain([&forecast.total()]) {
            assert_eq!(row.falling() + row.later() + row.passed, row.within, "{days} {row:?}");
            assert_eq!(row.due.len(), forecast.days.len());
        }
    }
    let forecast = forecast(5);
    let row = |i: usize| (forecast.rows[i].falling(), forecast.rows[i].later(), forecast.rows[i].passed);
    assert_eq!([row(0), row(1), row(2), row(3)], [(3, 2, 0), (5, 7, 0), (1, 3, 2), (0, 0, 0)]);
}

#[test]
fn the_gravest_come_first_and_each_has_a_cause() {
    let alerts = alerts(NOW, &calendar());
    let told: Vec<(&str, &str, i64)> =
        alerts.list.iter().map(|alert| (alert.what.kind(), &*alert.unit.code, alert.what.count())).collect();
    let expected = [
        ("overdue", "00101", 3),
        ("overdue", "00102", 1),
        ("due_soon", "00101", 5),
        ("due_soon", "001", 1),
        ("due_soon", "00102", 1),
        ("late_report", "00101", 0),
        ("late_report", "00103", 0),
        ("silent", "00102", 0),
        ("silent", "00103", 0),
    ];
    assert_eq!(told, expected);
    assert_eq!(alerts.unknown, 1);
}

#[test]
fn a_calendar_is_missed_from_its_month_on_until_it_is_there() {
    let with = |year| calendar().with_holidays(NaiveDate::from_ymd_opt(year, 4, 30));
    for (now, calendar, missed) in [
        ("2018-10-31T23:59", calendar(), false),
        ("2018-11-01T00:00", calendar(), true),
        ("2018-12-31T23:59", calendar(), true),
        ("2018-11-01T00:00", with(2019), false),
        ("2019-01-01T00:00", with(2019), false),
        ("2019-11-01T00:00", with(2019), true),
        // nobody knows the holidays of the year it is
        ("2020-03-01T00:00", with(2019), true),
        // a New Year break alone is not the calendar of its year
        ("2018-12-01T00:00", calendar().with_holidays(NaiveDate::from_ymd_opt(2019, 1, 1)), true),
    ] {
        let alerts = alerts(now, &calendar);
        assert_eq!(alerts.of("calendar_missing").count() == 1, missed, "{now}");
    }
}

#[test]
fn silence_begins_when_the_patience_is_over() {
    for (now, silent) in [("2018-02-07T09:00", false), ("2018-02-07T09:01", true)] {
        let unit = reporting("00102", None, Some(Seen::At(at("2018-02-06T09:00"))));
        let forecast = Forecast { at: at(now), ..forecast(2) };
        let alerts = judge(&forecast, &[unit], &calendar(), &Thresholds::default());
        assert_eq!(alerts.of("silent").count() == 1, silent, "{now}");
    }
}

fn listed() -> Vec<Open> {
    let open = |code: &str, due, awaiting, overdue| Open {
        code: code.to_owned(),
        procedure: "1.005129".to_owned(),
        received_at: Some(at("2018-02-01T08:30")),
        due,
        awaiting,
        overdue,
    };
    vec![
        open("00101-1", Some(Due::Day(day("2018-02-07"))), false, true),
        open("00101-2", Some(Due::Instant(at("2018-02-08T16:30"))), false, false),
        open("=cmd()", None, true, false),
    ]
}

#[test]
fn texts() {
    let (alerts, forecast) = (alerts("2018-11-08T15:00", &calendar()), forecast(5));
    let nothing = Alerts { list: Vec::new(), unknown: 0, ..alerts.clone() };
    let mut texts = BTreeMap::new();
    for lang in [Lang::Vi, Lang::En] {
        let listed = listed();
        let whole = Digest { alerts: &alerts, forecast: &forecast, listed: &listed, more: 1_234 };
        texts.insert(format!("{lang} digest"), digest(whole, lang));
        texts.insert(format!("{lang} nothing"), table(&nothing, lang));
        texts.insert(format!("{lang} subjects"), format!("{}\n{}", subject(&nothing, lang), subject(&alerts, lang)));
    }
    for (name, text) in texts {
        insta::assert_snapshot!(name.replace(' ', "_"), text);
    }
    insta::assert_snapshot!("alerts_csv", csv(&alerts).unwrap());
    insta::assert_snapshot!("alerts_json", json(&alerts).unwrap());
    insta::assert_snapshot!("forecast_csv", forecast::csv(&forecast).unwrap());
    insta::assert_snapshot!("forecast_json", forecast::json(&forecast).unwrap());
    insta::assert_snapshot!("open_csv", forecast::open_csv(&listed()).unwrap());
    insta::assert_snapshot!("open_json", forecast::open_json(&listed()).unwrap());
}

#[test]
fn digests_speak_one_language() {
    let words = |lang| {
        let (mut alerts, mut forecast) = (alerts("2018-11-08T15:00", &calendar()), forecast(5));
        for alert in &mut alerts.list {
            alert.name = "N".to_owned();
        }
        for row in &mut forecast.rows {
            row.name = "N".to_owned();
        }
        (alerts.name, forecast.name) = ("N".to_owned(), "N".to_owned());
        let whole = Digest { alerts: &alerts, forecast: &forecast, listed: &listed()[..2], more: 3 };
        let text = digest(whole, lang) + &subject(&alerts, lang);
        let split = text.split(|c: char| !c.is_alphabetic());
        split.filter(|word| word.chars().count() > 1).map(str::to_lowercase).collect::<std::collections::BTreeSet<_>>()
    };
    let (vi, en) = (words(Lang::Vi), words(Lang::En));
    assert!(vi.len() > 50 && en.len() > 50);
    // the commands a reader is told to run
    let commands = ["calendar", "credentials", "desk", "dir", "due", "import", "motcua", "registry"];
    assert_eq!(vi.intersection(&en).collect::<Vec<_>>(), commands);
}
