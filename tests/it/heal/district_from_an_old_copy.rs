//! The district's disk is lost and an old copy takes its place. The communes send again; what the district had published itself comes back
//! from the province, and its next revision is one higher than the highest that was ever published.

use super::world::{COMMUNES, DISTRICT, NORTH, PROVINCE, SOUTH, World, received};

async fn two_months(world: &mut World) -> tempfile::TempDir {
    for code in COMMUNES {
        world.work(code, "2017-12-15").await;
    }
    world.now("2018-01-16");
    world.close_below("2018-01").await;
    world.all_agree().await;
    let old = world.copy(DISTRICT).await;
    world.now("2018-02-14");
    for code in COMMUNES {
        world.work(code, "2018-01-15").await;
    }
    world.now("2018-02-16");
    world.close_below("2018-02").await;
    // An amendment, so that the highest revision is not the first.
    world.record(NORTH, vec![received(NORTH, "late", "2018-01-20")]).await;
    world.amend(NORTH, "2018-02", "found").await;
    world.agree(NORTH).await;
    world.amend(DISTRICT, "2018-02", "found at a commune").await;
    world.all_agree().await;
    assert_eq!(world.revision(PROVINCE, DISTRICT, "2018-02-01"), 2);
    old
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_back_what_it_had_published_and_goes_on() {
    let mut world = World::new(11).await;
    world.now("2018-01-14");
    let old = two_months(&mut world).await;
    let epoch = world.state(DISTRICT).epoch;

    world.stop(DISTRICT).await;
    world.put_back(DISTRICT, &old);
    world.start(DISTRICT).await;
    world.until(DISTRICT, "its own documents", |s| s.epoch > epoch).await;
    world.all_agree().await;
    assert_eq!(world.revision(DISTRICT, DISTRICT, "2018-02-01"), 2);
    assert_eq!(world.node(DISTRICT).closing_stopped(), None, "nothing of its own is unexplained");

    world.record(SOUTH, vec![received(SOUTH, "later still", "2018-02-05")]).await;
    world.amend(SOUTH, "2018-02", "found too").await;
    world.agree(SOUTH).await;
    let amended = world.amend(DISTRICT, "2018-02", "found at another commune").await;
    assert_eq!(amended.iter().map(|d| d.revision).collect::<Vec<_>>(), [3]);
    world.all_agree().await;
    assert_eq!(world.revision(PROVINCE, DISTRICT, "2018-02-01"), 3);
    for period in ["2018-01", "2018-02"] {
        world.adds_up(period);
    }
    world.end().await;
}

/// One commune is away for good. Nobody but the province remembers its documents, and they come down again.
#[tokio::test(flavor = "multi_thread")]
async fn it_takes_back_the_documents_of_a_commune_that_is_gone() {
    let mut world = World::new(12).await;
    world.now("2018-01-14");
    let old = two_months(&mut world).await;
    world.stop(DISTRICT).await;
    world.stop(NORTH).await;
    world.put_back(DISTRICT, &old);
    world.start(DISTRICT).await;
    world.agree(SOUTH).await;
    world.agree(DISTRICT).await;
    assert_eq!(world.revision(DISTRICT, NORTH, "2018-02-01"), 2);
    let at_top = world.total(PROVINCE, DISTRICT, "2018-02");
    assert_eq!(world.total(DISTRICT, DISTRICT, "2018-02"), at_top);
    // Its sum below is whole again, so nothing is left to amend.
    assert_eq!(world.amend(DISTRICT, "2018-02", "is there anything").await, []);
    world.start(NORTH).await;
    world.all_agree().await;
    world.end().await;
}
