//! The province is away. The district goes on publishing, and says how much waits for the province and since when, as if somebody had counted.

use std::time::Duration;

use motcua::{
    node::glance::Unsent,
    wire::pb::v1::{self as pb, admin_service_client::AdminServiceClient},
};

use super::world::{DISTRICT, NORTH, PROVINCE, World};

/// The district's link says so; what both hold is the same a moment before.
async fn nothing_waits(world: &World) {
    world.agree(DISTRICT).await;
    let said = async {
        while world.node(DISTRICT).unsent() != Some(Unsent::default()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), said).await.unwrap();
}

async fn link(world: &World) -> pb::ParentLink {
    let mut admin = AdminServiceClient::connect(world.url(DISTRICT)).await.unwrap();
    admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner().parent.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_while_the_province_was_away_is_counted_with_its_age() {
    let mut world = World::new(97).await;
    world.now("2018-01-14");
    world.work(NORTH, "2017-12-15").await;
    world.all_agree().await;
    nothing_waits(&world).await;
    let agreed = link(&world).await;
    assert_eq!((agreed.unsent, agreed.unsent_since), (0, None));
    assert_eq!(agreed.registry_version, world.state(PROVINCE).registry.version);
    assert_eq!(agreed.clock_difference_millis, 0);

    world.stop(PROVINCE).await;
    world.now("2018-01-16");
    world.close(NORTH, "2018-01").await;
    world.agree(NORTH).await;
    let first = (world.clock.clock())();
    world.now("2018-01-18");
    world.close(DISTRICT, "2018-01").await;
    let waits = world.node(DISTRICT).unsent().unwrap();
    let held = world.state(DISTRICT).shelves.values().map(|shelf| shelf.len() as u64).sum::<u64>();
    assert_eq!(waits, Unsent { count: held, since: Some(first) });
    let told = link(&world).await;
    assert_eq!(told.unsent, held);
    assert_eq!(told.unsent_since.unwrap().seconds, first.0 / 1000);
    assert_eq!(world.node(DISTRICT).gauges().unsent, Some(held));

    world.start(PROVINCE).await;
    nothing_waits(&world).await;
    let counted = world.node(DISTRICT).metrics.text(&world.node(DISTRICT).gauges()).unwrap();
    assert!(
        counted.contains(&format!("motcua_documents_total{{link=\"up\",outcome=\"accepted\"}} {held}")),
        "{counted}"
    );
    world.end().await;
}
