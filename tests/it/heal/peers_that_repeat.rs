//! Two revisions of one document in one batch, as a peer may send them that was away for long: the unit still counts once.

use bytes::Bytes;
use motcua::{
    document::{self, KeySealer},
    domain::units::UnitId,
};

use super::{
    peers_that_lie::{deliver, key, summary_with, tell},
    world::{DISTRICT, NORTH, SOUTH, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn both_revisions_of_a_batch_count_once() {
    let mut world = World::new(91).await;
    world.now("2018-01-16");
    world.stop(NORTH).await;
    world.close(SOUTH, "2018-01").await;
    world.agree(SOUTH).await;
    let sealer: KeySealer = key(1);
    let first = document::seal(&summary_with(NORTH, 3), &sealer);
    let mut second = summary_with(NORTH, 5);
    second.revision = 2;
    second.reason = "late".into();
    second.previous_revision = Some(document::hash(&first));
    let second: Bytes = document::seal(&second, &sealer);
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &[first, second]).await), ["", ""]);
    let draft = world.state(DISTRICT).below_cells(&UnitId::new(DISTRICT, None), "2018-01-01".parse().unwrap());
    let total = motcua::domain::summary::total(&draft);
    assert_eq!(total.closing_stock(), 5);
    world.close(DISTRICT, "2018-01").await;
    world.restart(DISTRICT).await;
    assert_eq!(world.total(DISTRICT, DISTRICT, "2018-01").closing_stock(), 5);
    world.end().await;
}
