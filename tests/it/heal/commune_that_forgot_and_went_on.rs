//! A commune comes back from an old copy while its link is cut, closes and even amends the same month again, and only then meets its parent:
//! two documents of one number. What the parent holds is what was published.

use super::world::{DISTRICT, NORTH, PROVINCE, World, received};

/// February is published with dossier "b"; the copy does not know it. Its own February has "c".
async fn two_truths(world: &mut World, amendments: u32) {
    world.record(NORTH, vec![received(NORTH, "a", "2018-01-03")]).await;
    world.now("2018-01-16");
    world.close_below("2018-01").await;
    world.all_agree().await;
    let old = world.copy(NORTH).await;
    world.now("2018-02-14");
    world.record(NORTH, vec![received(NORTH, "b", "2018-02-03")]).await;
    world.now("2018-02-16");
    world.close_below("2018-02").await;
    world.all_agree().await;

    world.stop(NORTH).await;
    world.stop(DISTRICT).await;
    world.put_back(NORTH, &old);
    world.start(NORTH).await;
    world.record(NORTH, vec![received(NORTH, "c", "2018-01-20")]).await;
    world.close(NORTH, "2018-02").await;
    for n in 0..amendments {
        world.record(NORTH, vec![received(NORTH, &format!("d{n}"), "2018-01-21")]).await;
        world.amend(NORTH, "2018-02", "late").await;
    }
    assert_eq!(world.revision(NORTH, NORTH, "2018-01-15"), 1 + amendments);
    world.start(DISTRICT).await;
}

async fn the_published_one_stands(mut world: World, of_its_own: usize) {
    world.until(NORTH, "what was published", |s| s.epoch == 2).await;
    world.all_agree().await;
    let at_top = world.total(PROVINCE, DISTRICT, "2018-02");
    assert_eq!(world.total(NORTH, NORTH, "2018-02"), at_top);
    world.restart(NORTH).await;
    assert_eq!(world.total(NORTH, NORTH, "2018-02"), at_top, "the revisions that were given up do not come back");
    world.all_agree().await;

    // Its own later figures come as the next revision of what was published.
    assert!(world.node(NORTH).closing_stopped().is_some());
    assert_eq!(world.send_again(NORTH).await, 1, "only b was lost");
    let amended = world.amend(NORTH, "2018-02", "what the old copy did not know").await;
    assert_eq!(amended.iter().map(|d| d.revision).collect::<Vec<_>>(), [2, 2]);
    world.all_agree().await;
    let received =
        |figures: motcua::domain::measure::Figures| figures[motcua::domain::measure::Measure::ReceivedDirect];
    let total = world.total(PROVINCE, DISTRICT, "2018-02");
    // The district has closed already: it amends too.
    assert_eq!(received(total), 1);
    world.amend(DISTRICT, "2018-02", "a commune amended").await;
    world.all_agree().await;
    assert_eq!(received(world.total(PROVINCE, DISTRICT, "2018-02")), 1 + i64::try_from(of_its_own).unwrap());
    world.adds_up("2018-02");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_revision_with_other_content_gives_way() {
    let mut world = World::new(31).await;
    world.now("2018-01-14");
    two_truths(&mut world, 0).await;
    the_published_one_stands(world, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_higher_revision_of_another_past_gives_way() {
    let mut world = World::new(32).await;
    world.now("2018-01-14");
    two_truths(&mut world, 2).await;
    the_published_one_stands(world, 3).await;
}
