//! One of two communes is silent for a whole period. The district closes without it, and says so; what comes late changes nothing silently.

use motcua::reports::{Note, Status};

use super::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, received};

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_late_is_announced_then_amended_and_the_earlier_report_can_be_printed_again() {
    let mut world = World::new(41).await;
    world.now("2018-01-14");
    world.work(NORTH, "2017-12-15").await;
    world.record(SOUTH, vec![received(SOUTH, "s", "2018-01-05")]).await;
    world.stop(SOUTH).await;
    world.now("2018-01-16");
    world.close(NORTH, "2018-01").await;
    world.agree(NORTH).await;
    world.close(DISTRICT, "2018-01").await;
    world.agree(DISTRICT).await;

    let before = world.report(DISTRICT, DISTRICT, "2018-01", None).unwrap();
    assert_eq!(before.status, Status::Incomplete);
    assert_eq!((before.completeness.expected, before.completeness.received), (3, 2));
    let missing: Vec<_> = before.completeness.missing.iter().map(|m| (m.unit.to_string(), m.reason.as_str())).collect();
    assert_eq!(missing, [(SOUTH.to_owned(), "NOT_RECEIVED")]);
    let published_at = (world.clock.clock())();

    world.now("2018-01-18");
    world.start(SOUTH).await;
    world.close(SOUTH, "2018-01").await;
    world.agree(SOUTH).await;
    world.agree(DISTRICT).await;
    let announced = world.report(DISTRICT, DISTRICT, "2018-01", None).unwrap();
    assert_eq!(announced.total, before.total, "a published report does not change by itself");
    assert_eq!(announced.documents, before.documents);
    assert!(announced.notes.iter().any(|n| matches!(n, Note::ChangedSince { .. })), "{:?}", announced.notes);

    world.now("2018-02-14");
    for code in [NORTH, SOUTH] {
        world.work(code, "2018-01-15").await;
    }
    world.now("2018-02-16");
    for code in [NORTH, SOUTH] {
        world.close(code, "2018-02").await;
        world.agree(code).await;
    }
    let sequence = world.node(DISTRICT).snapshot().sequence;
    let closed = world.close(DISTRICT, "2018-02").await;
    assert_eq!(closed.iter().map(|d| d.revision).collect::<Vec<_>>(), [2, 2, 1, 1], "amendments first: {closed:?}");
    assert_eq!(world.node(DISTRICT).snapshot().sequence, sequence + 1, "in one entry");
    world.all_agree().await;
    let after = world.report(DISTRICT, DISTRICT, "2018-01", None).unwrap();
    assert_eq!((after.status, after.completeness.received), (Status::Final, 3));
    assert!(after.notes.is_empty(), "{:?}", after.notes);
    world.adds_up("2018-01");
    for node in [DISTRICT, PROVINCE] {
        let again = world.report(node, DISTRICT, "2018-01", Some(published_at)).unwrap();
        assert_eq!((again.total, again.status), (before.total, Status::Incomplete), "as it was known then at {node}");
        assert_eq!(again.documents, before.documents);
    }
    world.end().await;
}
