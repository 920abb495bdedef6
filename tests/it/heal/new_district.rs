//! A commune comes under another district. What it published before was the old district's to have: the new one neither asks for it nor refuses it.

use motcua::{
    domain::{
        registry::Part,
        units::{Tree, UnitRow},
    },
    ledger::By,
};

use super::{
    made_up::{received, row},
    world::{DISTRICT, PROVINCE, SOUTH, World, day, rows},
};

const OTHER: &str = "206";

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_that_moves_owes_its_new_district_only_what_is_its_own() {
    let mut world = World::new(61).await;
    world.add(OTHER, Some(PROVINCE)).await;
    let moved = Some(day("2018-02-15"));
    let mut tree: Vec<UnitRow> = rows();
    tree.retain(|row| row.code != SOUTH);
    tree.push(row(OTHER, Some(PROVINCE)));
    tree.push(UnitRow { valid_to: moved, ..row(SOUTH, Some(DISTRICT)) });
    tree.push(UnitRow { valid_from: moved, ..row(SOUTH, Some(OTHER)) });
    let tree = Part::Tree(Tree::from_rows(tree).unwrap());
    let version = world.node(PROVINCE).import(&By::node(), tree).await.unwrap();
    for code in [OTHER, DISTRICT, SOUTH] {
        world.until(code, "the tree", |state| state.registry.version == version).await;
    }
    world.now("2018-02-14");
    world.work(SOUTH, "2018-01-15").await;
    world.now("2018-02-15");
    world.close(SOUTH, "2018-02").await;
    world.wait(&[SOUTH, DISTRICT], "the old district to have it", || world.same(SOUTH, DISTRICT)).await;

    world.moves(SOUTH, OTHER).await;
    world.now("2018-03-14");
    world.work(SOUTH, "2018-02-15").await;
    world.now("2018-03-16");
    world.close(SOUTH, "2018-03").await;
    world
        .wait(&[SOUTH, OTHER], "the new district to have what is its own", || {
            let up = world.node(SOUTH).link.up();
            world.same(SOUTH, OTHER) && up.code == OTHER && up.agreed_at.is_some() && up.refusals.is_empty()
        })
        .await;
    assert_eq!(world.node(SOUTH).link.up().unsent, 0);
    let held = |node: &str| world.state(node).shelves.iter().filter(|(unit, _)| *unit.code == *SOUTH).count();
    assert_eq!((held(DISTRICT), held(OTHER)), (1, 1), "each has the documents of its own time");

    // Something of the old time comes late and moves stock across the day: each half of the amendment goes its own way.
    world.record(SOUTH, vec![received(SOUTH, "late", "2018-02-10")]).await;
    let amended = world.amend(SOUTH, "2018-03", "found in a drawer").await;
    assert!(amended.len() >= 2, "{amended:?}");
    let top_has = |atom: &str| world.revision(PROVINCE, SOUTH, atom);
    world.wait(&[SOUTH, OTHER, PROVINCE], "the new half at the top", || top_has("2018-02-15") == 2).await;
    world.moves(SOUTH, DISTRICT).await;
    let top_has = |atom: &str| world.revision(PROVINCE, SOUTH, atom);
    world.wait(&[SOUTH, DISTRICT, PROVINCE], "the old half at the top", || top_has("2018-02-01") == 2).await;
    for district in [DISTRICT, OTHER] {
        world.wait(&[district, PROVINCE], "the top to take everything", || world.same(district, PROVINCE)).await;
        assert_eq!(world.node(district).link.up().refusals, [], "{district}");
    }
    world.end().await;
}
