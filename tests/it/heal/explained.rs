//! A month is published, then changed by a late entry, a corrected due date and a voided event; every figure of every unit can be taken apart, at
//! the province down to the commune, at the commune down to the dossiers; and what was published first is reprinted byte for byte.

use std::collections::BTreeMap;

use motcua::{
    domain::{
        calendar::Due,
        event::{Body, Event, Reception},
        measure::{Figure, Figures},
        periods::Period,
        time::Timestamp,
        units::UnitId,
    },
    node::NodeError,
    reports::{
        Breakdown, Lang, Query,
        explain::{Cause, Explanation, Part, json, text},
        form::{self, NAMES, Year, lay_out, shipped, write},
        render::{csv, json as report_json, sdmx, table},
    },
};

use super::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, day, event, received, reception, resolved, ten};

const MONTH: &str = "2018-01";

fn promised(dossier: &str, on: &str, due: &str) -> Event {
    event(NORTH, dossier, ten(on), Body::Received(Reception { due: Some(Due::Day(day(due))), ..reception() }))
}

/// What is published first: two resolved on their day, one early, one open, some of the neighbour.
async fn first(world: &mut World) {
    let north = vec![
        promised("on-time", "2018-01-03", "2018-01-10"),
        resolved(NORTH, "on-time", "2018-01-10"),
        promised("moved", "2018-01-04", "2018-01-11"),
        resolved(NORTH, "moved", "2018-01-11"),
        received(NORTH, "plain", "2018-01-05"),
        received(NORTH, "mistake", "2018-01-06"),
    ];
    world.record(NORTH, north).await;
    world.work(SOUTH, "2017-12-15").await;
    world.now("2018-01-16");
    world.close_below(MONTH).await;
    world.agree(DISTRICT).await;
    world.close(PROVINCE, MONTH).await;
}

/// What comes after: one forgotten, one whose due date was three days earlier, one that never was.
async fn afterwards(world: &mut World) {
    let target = promised("moved", "2018-01-04", "2018-01-11").id;
    let right = Reception { due: Some(Due::Day(day("2018-01-08"))), ..reception() };
    let corrected = Body::Corrected { target, occurred_at: None, body: Box::new(Body::Received(right)) };
    let voided = Body::Voided { target: received(NORTH, "mistake", "2018-01-06").id };
    let late = vec![
        received(NORTH, "forgotten", "2018-01-09"),
        event(NORTH, "moved", ten("2018-01-18"), corrected),
        event(NORTH, "mistake", ten("2018-01-18"), voided),
    ];
    world.record(NORTH, late).await;
    world.amend(NORTH, MONTH, "found in a drawer").await;
    world.agree(NORTH).await;
    world.amend(DISTRICT, MONTH, "follows the commune").await;
    world.agree(DISTRICT).await;
    world.amend(PROVINCE, MONTH, "follows the district").await;
}

fn query(unit: &str, as_known_at: Option<Timestamp>) -> Query {
    let period = Period::parse(MONTH).unwrap();
    Query { unit: UnitId::new(unit, None), period, by: Breakdown::Unit, as_known_at }
}

fn explain(world: &World, node: &str, unit: &str, figure: Figure) -> Explanation {
    world.node(node).explain(&query(unit, None), figure).unwrap()
}

fn named(name: &str) -> Figure {
    Figure::by_name(name).unwrap()
}

fn adds_up(part: &Part, figure: Figure) {
    for part in part.all() {
        let below: i64 = part.below.iter().map(|b| b.value).sum();
        assert_eq!(part.own + below, part.newer.unwrap_or(part.value), "{} of {}", figure.name(), part.unit);
        for change in part.atoms.iter().flat_map(|a| &a.revisions).flat_map(|r| &r.changes) {
            let members: i64 = change.members.iter().map(|m| m.difference).sum();
            assert_eq!(change.after - change.before, change.own + members, "{}", figure.name());
            let causes: i64 = change.causes.iter().map(|c| c.difference).sum();
            assert!(change.causes.is_empty() || causes == change.own, "{}", figure.name());
        }
    }
}

/// Over pages of two, what each dossier adds.
fn counted(world: &World, figure: Figure) -> BTreeMap<String, i64> {
    let period = Period::parse(MONTH).unwrap();
    let (mut all, mut from) = (BTreeMap::new(), None);
    loop {
        let page = world.node(NORTH).counted(NORTH, &period, figure, 2, from).unwrap();
        assert!(page.items.len() <= 2);
        all.extend(page.items.into_iter().map(|(found, value)| (found.code, value)));
        from = page.next;
        if from.is_none() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_can_be_taken_apart_down_to_its_dossiers() {
    let mut world = World::new(11).await;
    world.now("2018-01-14");
    first(&mut world).await;
    world.now("2018-01-19");
    afterwards(&mut world).await;

    for (node, unit) in
        [(PROVINCE, PROVINCE), (PROVINCE, DISTRICT), (PROVINCE, NORTH), (DISTRICT, DISTRICT), (NORTH, NORTH)]
    {
        let total: Figures = world.total(node, unit, MONTH);
        for figure in Figure::all() {
            let explained = explain(&world, node, unit, figure);
            assert_eq!(explained.part.value, figure.of(&total), "{} of {unit} at {node}", figure.name());
            let terms: i64 = explained.terms.iter().map(|(_, value)| value).sum();
            assert!(explained.terms.is_empty() || terms == explained.part.value);
            adds_up(&explained.part, figure);
        }
    }
    for figure in Figure::all() {
        let own = explain(&world, NORTH, NORTH, figure).part.own;
        assert_eq!(counted(&world, figure).values().sum::<i64>(), own, "{}", figure.name());
    }

    // At the province the way ends at the commune, with a command; there it ends at the code.
    let late = named("resolved_late");
    let top = explain(&world, PROVINCE, PROVINCE, late);
    let leaf = &top.part.below[0].below[0];
    assert_eq!((&*leaf.unit.code, leaf.value, leaf.is_elsewhere()), (NORTH, 1, true));
    let words = text::explanation(&top, &[], Lang::Vi);
    assert!(words.contains("motcua explain --unit 07069 --period 2018-01 --measure resolved_late"), "{words}");
    for code in ["moved", "forgotten", "on-time"] {
        assert!(!words.contains(code) && !json::explanation(&top, &[]).contains(code), "{words}");
    }
    assert_eq!(counted(&world, late), BTreeMap::from([("moved".to_owned(), 1)]));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told_with_its_causes() {
    let mut world = World::new(12).await;
    world.now("2018-01-14");
    first(&mut world).await;
    world.now("2018-01-19");
    afterwards(&mut world).await;

    let causes = |name: &str| {
        let part = explain(&world, NORTH, NORTH, named(name)).part;
        let changes = part.atoms.into_iter().flat_map(|a| a.revisions).flat_map(|r| r.changes);
        changes.flat_map(|c| c.causes).map(|c| (c.cause, c.dossiers, c.difference)).collect::<Vec<_>>()
    };
    assert_eq!(causes("received_direct"), [(Cause::LateEntry, 1, 1), (Cause::Voided, 1, -1)]);
    assert_eq!(causes("resolved_late"), [(Cause::CorrectedDue, 1, 1)]);
    assert_eq!(causes("resolved_on_time"), [(Cause::CorrectedDue, 1, -1)]);

    let revisions = world.node(NORTH).history(&UnitId::new(NORTH, None), &Period::parse(MONTH).unwrap()).unwrap();
    let numbers: Vec<(u32, usize)> = revisions.iter().map(|r| (r.revision, r.changes.len())).collect();
    assert_eq!(numbers[0], (1, 0), "{numbers:?}");
    assert!(numbers.iter().any(|(revision, changes)| *revision == 2 && *changes > 0), "{numbers:?}");
    let said = text::revisions(&revisions, Lang::Vi);
    assert!(
        said.contains("bản 2") && said.contains("“found in a drawer”") && said.contains("1 hồ sơ nhập muộn +1"),
        "{said}"
    );

    // The province knows who moved, and not why.
    let top = explain(&world, PROVINCE, PROVINCE, named("resolved_late"));
    let change = top.part.atoms.iter().flat_map(|a| &a.revisions).flat_map(|r| &r.changes).next().unwrap();
    assert_eq!((change.members.len(), &*change.members[0].unit.code, change.members[0].difference), (1, DISTRICT, 1));
    assert!(change.causes.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_first_is_reprinted_byte_for_byte() {
    let mut world = World::new(13).await;
    world.now("2018-01-14");
    let before = (world.clock.clock())();
    first(&mut world).await;
    world.now("2018-01-17");
    let then = (world.clock.clock())();
    let print = |world: &World, unit: &str| {
        let report = world.node(PROVINCE).report(&query(unit, Some(then))).unwrap();
        let late = world.node(PROVINCE).explain(&query(unit, Some(then)), named("resolved_late")).unwrap();
        let template = shipped(NAMES[0]).unwrap().unwrap();
        let (by, year, lang) = (Breakdown::Unit, Year::Unknown, Lang::Vi);
        let page = lay_out(&form::Asked { template: &template, report: &report, by, year, lang });
        [
            report_json::json(&report).unwrap().into_bytes(),
            table::table(&report, Lang::Vi).into_bytes(),
            table::table(&report, Lang::En).into_bytes(),
            csv::csv(&report, Lang::Vi).unwrap().into_bytes(),
            sdmx::sdmx(std::slice::from_ref(&report), by).unwrap().into_bytes(),
            write::text::text(&page).into_bytes(),
            write::html::html(&page).into_bytes(),
            write::csv::csv(&page).unwrap().into_bytes(),
            write::xlsx::xlsx(&page).unwrap(),
            text::explanation(&late, &[], Lang::Vi).into_bytes(),
        ]
    };
    let units = [PROVINCE, DISTRICT, NORTH];
    let printed: Vec<_> = units.iter().map(|unit| print(&world, unit)).collect();
    world.now("2018-01-19");
    afterwards(&mut world).await;
    assert_eq!(units.iter().map(|unit| print(&world, unit)).collect::<Vec<_>>(), printed);
    let now = world.report(PROVINCE, PROVINCE, MONTH, None).unwrap();
    assert_ne!(report_json::json(&now).unwrap().into_bytes(), printed[0][0], "the amendment is there");

    for unit in units {
        let error = world.node(PROVINCE).report(&query(unit, Some(before))).unwrap_err();
        assert!(
            matches!(error, NodeError::NotPublishedThen { .. }) && error.to_string().starts_with("not published then")
        );
    }
    world.end().await;
}
