//! Due dates are known where the dossiers are; how many run out on which day travels up with the figures of the open period, and what nobody has
//! told is not guessed.

use motcua::{
    document,
    domain::{
        calendar::Due,
        event::{Body, Event, Reception},
        registry::Part,
    },
    ledger::By,
    reports::{
        alerts::{Alerts, What},
        forecast::Forecast,
    },
};

use super::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, day, event, reception, resolved, ten};
use crate::support::motcua;

fn due(unit: &str, dossier: &str, on: &str, by: &str) -> Event {
    let body = Body::Received(Reception { due: Some(Due::Day(day(by))), ..reception() });
    event(unit, dossier, ten(on), body)
}

/// Code, overdue, within, due by day, later; a unit that has told nothing has none of them.
type Told = (String, Option<(i64, i64, Vec<i64>, i64)>);

fn told(forecast: &Forecast) -> Vec<Told> {
    let row = |row: &motcua::reports::forecast::Row| {
        let counts = row.as_of.map(|_| (row.overdue, row.within, row.due.clone(), row.later()));
        (row.unit.code.to_string(), counts)
    };
    forecast.rows.iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lay_ahead_of_communes_that_went_away_does_not_keep_their_figures_from_going_up() {
    let mut world = World::new(73).await;
    world.now("2017-12-18");
    world.record(NORTH, vec![due(NORTH, "later", "2017-12-15", "2018-01-15")]).await;
    let district = |world: &World| told(&world.node(DISTRICT).forecast(2));
    world
        .wait(&[DISTRICT], "the commune's figures", || district(&world).iter().all(|(_, counts)| counts.is_some()))
        .await;
    world.stop(NORTH).await;
    world.stop(SOUTH).await;
    // The first atom has ended, and nobody has closed it.
    world.now("2018-01-02");
    let node = world.node(DISTRICT);
    let drafts = node.open_drafts(&node.snapshot());
    let ended: Vec<_> = drafts.iter().filter(|draft| draft.atom.end == day("2018-01-01")).collect();
    assert!(ended.iter().any(|draft| draft.received > 0), "the communes' figures are in it");
    for draft in &drafts {
        let sent = document::reopen(&node.seal(draft));
        assert!(sent.is_ok(), "{}: {:?}", draft.atom, sent.err());
    }
    world.end().await;
}

fn kinds(alerts: &Alerts) -> Vec<(&str, &str, i64)> {
    alerts.list.iter().map(|alert| (alert.what.kind(), &*alert.unit.code, alert.what.count())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_level_sees_what_runs_out_of_time() {
    let mut world = World::new(71).await;
    // Monday. Wednesday the 20th is two working days on.
    world.now("2017-12-18");
    world
        .record(
            NORTH,
            vec![
                due(NORTH, "late", "2017-12-15", "2017-12-15"),
                due(NORTH, "today", "2017-12-15", "2017-12-18"),
                due(NORTH, "solved", "2017-12-15", "2017-12-18"),
                resolved(NORTH, "solved", "2017-12-15"),
                due(NORTH, "wednesday", "2017-12-15", "2017-12-20"),
                due(NORTH, "next year", "2017-12-15", "2018-01-15"),
            ],
        )
        .await;
    world.record(SOUTH, vec![due(SOUTH, "tuesday", "2017-12-15", "2017-12-19")]).await;
    let north = || (NORTH.to_owned(), Some((1, 3, vec![1, 0, 1], 1)));
    let south = || (SOUTH.to_owned(), Some((0, 1, vec![0, 1, 0], 0)));
    assert_eq!(told(&world.node(NORTH).forecast(2)), [north()]);
    assert_eq!(world.node(NORTH).forecast(2).days, ["2017-12-18", "2017-12-19", "2017-12-20"].map(day));

    let none = || (DISTRICT.to_owned(), Some((0, 0, vec![0, 0, 0], 0)));
    let district = [none(), north(), south()];
    world.wait(&[DISTRICT], "the communes' figures", || told(&world.node(DISTRICT).forecast(2)) == district).await;
    let sum = (DISTRICT.to_owned(), Some((1, 4, vec![1, 1, 1], 1)));
    let top = |row: Told| [(PROVINCE.to_owned(), Some((0, 0, vec![0, 0, 0], 0))), row];
    world.wait(&[PROVINCE], "the district's", || told(&world.node(PROVINCE).forecast(2)) == top(sum.clone())).await;
    let row = &world.node(PROVINCE).forecast(2).rows[1];
    assert_eq!((row.known, row.expected), (3, 3));

    let of_district = [("overdue", NORTH, 1), ("due_soon", NORTH, 2), ("due_soon", SOUTH, 1)];
    assert!(kinds(&world.node(DISTRICT).alerts()).starts_with(&of_district), "{:?}", world.node(DISTRICT).alerts());
    assert!(kinds(&world.node(PROVINCE).alerts()).starts_with(&[("overdue", DISTRICT, 1), ("due_soon", DISTRICT, 3)]));
    let gauges = world.node(PROVINCE).gauges();
    assert_eq!((gauges.overdue, gauges.due_soon, gauges.silent_units), (1, 3, 0));

    // A day later, without any event, what was due is overdue. A commune that is away said so yesterday.
    world.stop(NORTH).await;
    world.now("2017-12-19");
    let forecast = world.node(DISTRICT).forecast(1);
    let away = forecast.rows.iter().find(|row| *row.unit.code == *NORTH).unwrap();
    assert_eq!((away.overdue, away.passed, away.due.clone(), away.later()), (1, 1, vec![0, 1], 1));
    assert_eq!(away.as_of.unwrap().local_date(), day("2017-12-18"));
    world.start(NORTH).await;
    assert_eq!(told(&world.node(NORTH).forecast(1)), [(NORTH.to_owned(), Some((2, 2, vec![0, 1], 1)))]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_late_or_silent_is_told_until_it_is_not() {
    let mut world = World::new(72).await;
    world.now("2018-01-14");
    world.work(NORTH, "2017-12-15").await;
    world.all_agree().await;
    world.stop(SOUTH).await;
    let alerts = |world: &World| world.node(DISTRICT).alerts();
    let late = |alerts: &Alerts| {
        let units = alerts.of("late_report").map(|alert| alert.unit.code.to_string());
        units.collect::<Vec<_>>()
    };
    let silent = |alerts: &Alerts| alerts.of("silent").map(|a| a.unit.code.to_string()).collect::<Vec<_>>();
    // The month ends on the 14th, and five days are given.
    world.now("2018-01-19");
    assert_eq!(late(&alerts(&world)), [""; 0]);
    world.now("2018-01-20");
    let told = alerts(&world);
    assert_eq!(late(&told), [DISTRICT, NORTH, SOUTH], "{told:?}");
    let due = told.of("late_report").all(|alert| {
        matches!(&alert.what, What::LateReport(missing) if missing.period == "2018-01" && missing.due == day("2018-01-19"))
    });
    assert!(due, "{told:?}");
    let only_south = || silent(&alerts(&world)) == [SOUTH];
    world.wait(&[DISTRICT], "a session of the commune that is there", only_south).await;

    world.close(NORTH, "2018-01").await;
    world.agree(NORTH).await;
    assert_eq!(late(&alerts(&world)), [DISTRICT, SOUTH]);
    world.close(DISTRICT, "2018-01").await;
    assert_eq!(late(&alerts(&world)), [SOUTH]);
    world.start(SOUTH).await;
    let heard = || silent(&alerts(&world)).is_empty();
    world.wait(&[DISTRICT], "the silent commune", heard).await;
    world.close(SOUTH, "2018-01").await;
    world.agree(SOUTH).await;
    assert_eq!(late(&alerts(&world)), [""; 0]);

    // A node that has just started gives everybody time to be heard of.
    world.stop(SOUTH).await;
    world.restart(DISTRICT).await;
    assert_eq!(silent(&alerts(&world)), [""; 0]);
    world.now("2018-01-22");
    let told = alerts(&world);
    assert!(silent(&told).contains(&SOUTH.to_owned()), "{told:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_says_it_and_exits_by_it() {
    let mut world = World::new(73).await;
    world.now("2017-12-18");
    let holidays = ["2017-09-02", "2018-04-30", "2018-09-02"].map(day);
    let calendar = motcua::domain::calendar::Calendar::default().with_holidays(holidays);
    world.node(PROVINCE).import(&By::node(), Part::Calendar(calendar)).await.unwrap();
    for code in [DISTRICT, NORTH, SOUTH] {
        world.until(code, "the calendar", |state| !state.registry.calendar.holidays.is_empty()).await;
    }
    let (url, run) = (world.url(NORTH), |args: Vec<String>| {
        tokio::task::spawn_blocking(move || motcua(&args.iter().map(String::as_str).collect::<Vec<_>>()))
    });
    let ask = async |args: &[&str]| {
        let args = args.iter().copied().chain(["--node", &url]).map(str::to_owned).collect();
        let output = run(args).await.unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, _) = ask(&["alerts"]).await;
    assert!(code == 0 && out.contains("Không có cảnh báo."), "{code} {out}");

    world.record(NORTH, vec![due(NORTH, "late", "2017-12-15", "2017-12-15")]).await;
    let (code, out, error) = ask(&["alerts"]).await;
    assert!(code == 1 && out.contains("ĐANG QUÁ HẠN: 1 hồ sơ"), "{code} {out}");
    assert!(error.contains("there is 1 alert"), "{error}");
    let (code, out, _) = ask(&["alerts", "--format", "json"]).await;
    let alerts: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, alerts["alerts"][0]["kind"].as_str()), (1, Some("overdue")));
    let (code, out, _) = ask(&["forecast", "--days", "1", "--format", "csv"]).await;
    assert!(code == 0 && out.contains(",overdue,,1\n") && out.contains(",due,2017-12-19,0\n"), "{code} {out}");
    let (code, _, error) = ask(&["forecast", "--days", "21"]).await;
    assert!(code == 2 && error.contains("20"), "{code} {error}");
    // Working days, as the node counts them: from a Monday the next is the fifth.
    world.record(NORTH, vec![due(NORTH, "monday", "2017-12-15", "2017-12-25")]).await;
    let (code, out, _) = ask(&["desk", "due", "--days", "5", "--format", "csv"]).await;
    assert!(code == 0 && out.ends_with("2017-12-25,within\n"), "{out}");
    let (code, out, _) = ask(&["desk", "due", "--days", "4", "--format", "csv"]).await;
    assert_eq!((code, out.lines().count()), (0, 2), "{out}");
    assert!(out.contains("late,") && out.ends_with("2017-12-15,overdue\n"), "{out}");
    world.end().await;
}
