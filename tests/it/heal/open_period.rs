//! What is open travels too, but is never journalled.

use motcua::{domain::measure::Derived, reports::Status};

use super::world::{DISTRICT, NORTH, PROVINCE, World, received};

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_is_seen_at_the_top_before_it_closes_and_a_restart_forgets_it() {
    let mut world = World::new(51).await;
    world.now("2017-12-20");
    let before = world.node(PROVINCE).snapshot().sequence;
    world.record(NORTH, vec![received(NORTH, "a", "2017-12-16"), received(NORTH, "b", "2017-12-18")]).await;
    let pending = |w: &World| w.total(PROVINCE, PROVINCE, "2018-01").derived(Derived::PendingTotal);
    world.wait(&[PROVINCE, DISTRICT, NORTH], "the open figures", || pending(&world) == 2).await;
    let report = world.report(PROVINCE, PROVINCE, "2018-01", None).unwrap();
    assert_eq!(report.status, Status::Provisional);
    assert_eq!(world.node(PROVINCE).snapshot().sequence, before, "nothing was journalled");

    // Nobody tells a restarted province what was open until the next session.
    world.stop(DISTRICT).await;
    world.restart(PROVINCE).await;
    assert_eq!(pending(&world), 0);
    world.start(DISTRICT).await;
    world.wait(&[PROVINCE, DISTRICT, NORTH], "the open figures again", || pending(&world) == 2).await;

    // Once it is closed, the open figures are out of the way.
    world.now("2018-01-16");
    world.close_below("2018-01").await;
    world.all_agree().await;
    assert_eq!(pending(&world), 2);
    world.end().await;
}
