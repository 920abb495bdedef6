//! A dossier is handed from one commune to the other: out and in with one id.

use motcua::{
    domain::{event::Body, measure::Measure},
    reports::Note,
};

use super::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, event, received, reception, ten, transfer_id};

fn on_the_way(world: &World, node: &str, period: &str) -> Option<(usize, usize)> {
    let report = world.report(node, DISTRICT, period, None).unwrap();
    report.notes.into_iter().find_map(|note| match note {
        Note::Transfers { out, r#in } => Some((out, r#in)),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_nets_to_zero_in_the_district_and_half_of_it_is_on_the_way() {
    let mut world = World::new(71).await;
    world.now("2018-01-14");
    let out = Body::TransferredOut { transfer: transfer_id("t"), to: SOUTH.into() };
    world.record(NORTH, vec![received(NORTH, "t", "2018-01-03"), event(NORTH, "t", ten("2018-01-12"), out)]).await;
    world.now("2018-01-16");
    world.close_below("2018-01").await;
    world.all_agree().await;
    let total = world.total(PROVINCE, DISTRICT, "2018-01");
    assert_eq!((total[Measure::TransferredOut], total[Measure::TransferredIn], total.closing_stock()), (1, 0, 0));
    for node in [DISTRICT, PROVINCE] {
        assert_eq!(on_the_way(&world, node, "2018-01"), Some((1, 0)), "handed over, and nobody has it yet: {node}");
    }

    // The other side says so late, for the same days: the next close strikes the pair.
    let into = Body::TransferredIn { transfer: transfer_id("t"), from: NORTH.into(), reception: reception() };
    world.record(SOUTH, vec![event(SOUTH, "t", ten("2018-01-13"), into)]).await;
    world.amend(SOUTH, "2018-01", "it had arrived").await;
    world.agree(SOUTH).await;
    world.amend(DISTRICT, "2018-01", "it had arrived").await;
    world.all_agree().await;
    let total = world.total(PROVINCE, DISTRICT, "2018-01");
    assert_eq!((total[Measure::TransferredOut], total[Measure::TransferredIn], total.closing_stock()), (1, 1, 1));
    assert_eq!(total.imbalance(), 0);
    for node in [DISTRICT, PROVINCE] {
        assert_eq!(on_the_way(&world, node, "2018-01"), None, "{node}");
    }
    world.adds_up("2018-01");
    world.end().await;
}
