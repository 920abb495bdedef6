//! A commune's disk is lost, and the copy that takes its place is from before some events and closes. What it had published comes back; what
//! cannot come back is named, and closing stops until the desks have sent it again.

use motcua::{ledger::refusal::Refusal, node::NodeError};

use super::world::{DISTRICT, NORTH, PROVINCE, World, day, received, resolved};

/// In the copy: one open dossier and a closed January. Lost: all of February.
async fn lose_february(world: &mut World) {
    world.record(NORTH, vec![received(NORTH, "a", "2018-01-03")]).await;
    world.now("2018-01-16");
    world.close_below("2018-01").await;
    world.all_agree().await;
    let old = world.copy(NORTH).await;
    // Received and resolved: it leaves no stock that could betray the loss.
    world.now("2018-02-14");
    world.record(NORTH, vec![received(NORTH, "b", "2018-01-20"), resolved(NORTH, "b", "2018-01-22")]).await;
    world.now("2018-02-16");
    world.close_below("2018-02").await;
    world.all_agree().await;
    world.stop(NORTH).await;
    world.put_back(NORTH, &old);
    world.start(NORTH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_come_back_is_named_and_closing_waits_for_it() {
    let mut world = World::new(21).await;
    world.now("2018-01-14");
    lose_february(&mut world).await;
    world.until(NORTH, "its own documents", |s| s.epoch == 2).await;
    world.all_agree().await;
    let at_top = world.total(PROVINCE, DISTRICT, "2018-02");

    // The published figures stand, here too, and the books know less.
    assert_eq!(world.total(NORTH, NORTH, "2018-02"), at_top);
    assert_eq!(world.state(NORTH).unexplained(NORTH), 1);
    let stopped = world.node(NORTH).closing_stopped().unwrap();
    assert!(stopped.contains("send the lost events again"), "{stopped}");
    world.now("2018-03-16");
    let refused = world.try_close(NORTH, "2018-03").await.unwrap_err();
    assert!(matches!(&refused, NodeError::Refused(Refusal::Restored { difference: 1, .. })), "{refused}");
    assert_eq!(refused.reason(), "RESTORED");
    assert!(refused.to_string().contains("period amend"), "it says what to do: {refused}");
    // A restart forgets nothing of it.
    world.restart(NORTH).await;
    assert_eq!(world.state(NORTH).unexplained(NORTH), 1);

    assert_eq!(world.send_again(NORTH).await, 2);
    assert_eq!(world.node(NORTH).closing_stopped(), None);
    let closed = world.close(NORTH, "2018-03").await;
    assert!(
        closed.iter().all(|d| d.revision == 1 && d.atom.start > day("2018-02-14")),
        "nothing was amended: {closed:?}"
    );
    assert_eq!(world.state(NORTH).books[NORTH].restored, None);
    world.all_agree().await;
    assert_eq!(world.total(PROVINCE, DISTRICT, "2018-02"), at_top);
    assert_eq!(world.revision(PROVINCE, NORTH, "2018-01-15"), 1);
    world.end().await;
}

/// The desks have nothing to send again. Then a person says so, and what was published changes by a new revision with that reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_decide_instead() {
    let mut world = World::new(22).await;
    world.now("2018-01-14");
    lose_february(&mut world).await;
    world.until(NORTH, "its own documents", |s| s.epoch == 2).await;
    let amended = world.amend(NORTH, "2018-02", "papers burnt").await;
    assert_eq!(amended.iter().map(|d| d.revision).collect::<Vec<_>>(), [2]);
    assert_eq!(world.state(NORTH).unexplained(NORTH), 0);
    world.all_agree().await;
    assert_eq!(world.revision(PROVINCE, NORTH, "2018-01-15"), 2);
    world.now("2018-03-16");
    world.close(NORTH, "2018-03").await;
    world.all_agree().await;
    world.end().await;
}
