//! A commune without a machine: the district keeps its books and signs for it.

use motcua::{
    domain::{periods::Period, units::UnitRow},
    ledger::{By, close::Ask},
};

use super::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, received, rows};

/// What the commune amends, the district amends with it, in the same entry.
#[tokio::test(flavor = "multi_thread")]
async fn the_keeper_amends_its_own_figures_with_those_it_keeps() {
    let kept = |row: UnitRow| UnitRow { kept_by: (row.code == SOUTH).then(|| DISTRICT.to_owned()), ..row };
    let mut world = World::with(81, rows().into_iter().map(kept).collect()).await;
    world.now("2018-01-14");
    world.record(DISTRICT, vec![received(SOUTH, "a", "2018-01-05")]).await;
    world.now("2018-01-16");
    world.close(NORTH, "2018-01").await;
    world.agree(NORTH).await;
    let close = |period: &'static str| {
        let node = world.node(DISTRICT).clone();
        async move {
            node.close(&By::node(), None, Period::parse(period).unwrap(), Ask::Close { reason: None }).await.unwrap()
        }
    };
    close("2018-01").await;
    world.agree(DISTRICT).await;
    world.now("2018-02-14");
    let late = vec![received(SOUTH, "b", "2018-01-06")];
    world.node(DISTRICT).record(&By::node(), late, false).await.unwrap();
    world.now("2018-02-16");
    world.close(NORTH, "2018-02").await;
    world.agree(NORTH).await;
    let closed = close("2018-02").await;
    let amended: Vec<_> = closed.iter().filter(|d| d.revision == 2).map(|d| d.unit.to_string()).collect();
    assert_eq!(amended, [SOUTH, DISTRICT], "the atom of 6 January, of both: {closed:?}");
    world.agree(DISTRICT).await;
    let total = world.total(PROVINCE, DISTRICT, "2018-01");
    assert_eq!(total.closing_stock(), 2);
    assert_eq!(world.total(DISTRICT, SOUTH, "2018-01"), total);
    assert_eq!(world.node(DISTRICT).link.up().refusals, []);
    world.end().await;
}
