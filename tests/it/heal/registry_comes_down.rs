//! The registry is decided at the top and flows down through every level; a node without a link works on with what it has.

use std::collections::BTreeSet;

use motcua::domain::{
    atoms::Cuts,
    calendar::Calendar,
    forms::Forms,
    registry::{Part, PartKind},
    units::{Tree, UnitId, UnitRow},
};
use motcua::ledger::{By, state::State};
use motcua::reports::form::text_of;

use super::world::{COMMUNES, DISTRICT, NORTH, PROVINCE, SOUTH, World, day, received, rows};

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_ordered_beforehand_reaches_every_commune() {
    let mut world = World::new(61).await;
    world.now("2018-01-14");
    let before = world.state(SOUTH).registry.version;
    world.stop(SOUTH).await;
    let cuts = Part::Cuts(Cuts::new([day("2018-02-09")]));
    let version = world.node(PROVINCE).import(&By::node(), cuts).await.unwrap();
    world.until(NORTH, "the cut", |s| s.registry.version == version).await;

    // The other commune works through the whole time without a link, and closes across the cut.
    world.stop(DISTRICT).await;
    world.start(SOUTH).await;
    world.now("2018-02-16");
    world.record(SOUTH, vec![received(SOUTH, "s1", "2018-02-03"), received(SOUTH, "s2", "2018-02-12")]).await;
    world.close(SOUTH, "2018-02").await;
    assert_eq!(world.state(SOUTH).registry.version, before);
    let across = world.state(SOUTH).held(&UnitId::new(SOUTH, None), day("2018-02-01")).unwrap().atom;
    assert_eq!(across.end, day("2018-02-15"));
    world.start(DISTRICT).await;
    world.until(SOUTH, "the cut", |s| s.registry.version == version).await;
    // What it closed across the cut is refused by name, and nothing else is held up by it.
    let south = UnitId::new(SOUTH, None);
    world.until(DISTRICT, "the atoms before", |s| s.held(&south, day("2018-01-15")).is_some()).await;
    let refused = world.node(DISTRICT).link.below(&south).refusal.unwrap();
    assert_eq!((refused.reason.as_str(), refused.atom_start), ("UNKNOWN_ATOM", day("2018-02-01")));
    // It is of no atom any more; the next close sends it again, cut.
    world.now("2018-03-16");
    for code in COMMUNES {
        world.close(code, "2018-03").await;
        world.agree(code).await;
    }
    world.close(DISTRICT, "2018-03").await;
    world.all_agree().await;
    let starts = |code: &str| {
        let state = world.state(code);
        let shelf = state.shelves.get(&UnitId::new(code, None)).unwrap();
        shelf.values().map(|held| (held.atom.start, held.atom.end)).collect::<BTreeSet<_>>()
    };
    assert!(starts(SOUTH).contains(&(day("2018-02-09"), day("2018-02-15"))));
    assert_eq!(starts(NORTH), starts(SOUTH), "atoms agree");
    assert_eq!(starts(DISTRICT), starts(SOUTH), "atoms agree");
    for period in ["2018-02", "2018-03", "2018-02-01..2018-02-08", "2018-02-09..2018-02-14"] {
        world.adds_up(period);
    }
    world.end().await;
}

/// What the top prints on, everybody below prints on, and still does after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn forms_reach_every_commune() {
    let mut world = World::new(62).await;
    let text = text_of("II.06").unwrap().replace("id = \"II.06\"", "id = \"07a\"");
    let forms = Forms::new([("07a".to_owned(), text.clone())]);
    let version = world.node(PROVINCE).import(&By::node(), Part::Forms(forms.clone())).await.unwrap();
    for code in [DISTRICT, NORTH, SOUTH] {
        world.until(code, "the form", |s| s.registry.version == version).await;
        assert_eq!(world.state(code).registry.forms, forms);
    }
    world.stop(NORTH).await;
    world.start(NORTH).await;
    assert_eq!(world.state(NORTH).registry.forms.get("07a"), Some(text.as_str()));
    assert_eq!(world.node(PROVINCE).import(&By::node(), Part::Forms(forms)).await.unwrap(), version, "nothing new");
    world.end().await;
}

/// The top is restored from before an import. Nobody goes back to the older registry, and documents still go up.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_goes_back_to_an_older_registry() {
    let mut world = World::new(62).await;
    world.now("2018-01-14");
    let old = world.copy(PROVINCE).await;
    let renamed = rows().into_iter().map(|r| UnitRow { name: format!("{} mới", r.name), ..r });
    let tree = Tree::from_rows(renamed.collect()).unwrap();
    let version = world.node(PROVINCE).import(&By::node(), Part::Tree(tree)).await.unwrap();
    for code in COMMUNES {
        world.until(code, "the new tree", |s| s.registry.version == version).await;
    }
    world.stop(PROVINCE).await;
    world.put_back(PROVINCE, &old);
    world.start(PROVINCE).await;
    world.work(NORTH, "2017-12-15").await;
    world.now("2018-01-16");
    world.close_below("2018-01").await;
    world.all_agree().await;
    assert_eq!(world.state(DISTRICT).registry.versions[&PartKind::Tree], version);
    world.adds_up("2018-01");

    // What it decides next is newer than what it has forgotten, so it reaches everybody.
    let again = rows().into_iter().map(|r| UnitRow { name: format!("{} mới nhất", r.name), ..r });
    let tree = Tree::from_rows(again.collect()).unwrap();
    let newest = world.node(PROVINCE).import(&By::node(), Part::Tree(tree)).await.unwrap();
    assert!(newest > version);
    for code in COMMUNES {
        world.until(code, "the newest tree", |s| s.registry.version == newest).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_top_from_an_old_copy_gives_no_number_twice() {
    let mut world = World::new(57).await;
    let holiday = |on: &str| Part::Calendar(Calendar::default().with_holidays([day(on)]));
    let knows = |on: &'static str| move |state: &State| state.registry.calendar.holidays.contains(&day(on));
    let copy = world.copy(PROVINCE).await;
    world.now("2018-01-10");
    world.node(PROVINCE).import(&By::node(), holiday("2018-02-15")).await.unwrap();
    world.until(NORTH, "the first calendar", knows("2018-02-15")).await;
    // The top has forgotten what it ordered; what it orders next comes down all the same.
    world.stop(PROVINCE).await;
    world.put_back(PROVINCE, &copy);
    world.start(PROVINCE).await;
    world.now("2018-01-12");
    world.node(PROVINCE).import(&By::node(), holiday("2018-02-16")).await.unwrap();
    for code in [DISTRICT, NORTH] {
        world.until(code, "the second calendar", knows("2018-02-16")).await;
    }
    world.end().await;
}
