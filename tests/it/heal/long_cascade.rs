//! A dossier of twenty years ago is found. Every closed atom since then changes, and all the new revisions arrive as one batch, because half of
//! them would not continue the other half.

use motcua::domain::measure::Measure;

use super::{
    made_up::received,
    world::{DISTRICT, NORTH, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn twenty_years_of_amendments_arrive_whole() {
    let mut world = World::new(71).await;
    // Twenty years after the books of this world begin.
    world.now("2038-01-20");
    let closed = world.close(NORTH, "2037").await;
    assert!(closed.len() > 470, "{} atoms", closed.len());
    let last = closed.last().unwrap().atom.start.to_string();
    world.agree(NORTH).await;

    world.record(NORTH, vec![received(NORTH, "found", "2018-01-03")]).await;
    let amended = world.amend(NORTH, "2037", "a dossier was found").await;
    // Of every atom but the first, which was over before.
    assert_eq!(amended.len(), closed.len() - 1);
    world.agree(NORTH).await;
    assert_eq!(world.revision(DISTRICT, NORTH, &last), 2);
    assert!(world.node(NORTH).link.up().refusals.is_empty());
    assert_eq!(world.total(DISTRICT, NORTH, "2037")[Measure::CarriedOver], 1);
    world.end().await;
}
