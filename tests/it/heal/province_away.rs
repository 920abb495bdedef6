//! The province is away for ten months in which the district and the communes close, and amend what they closed; then it comes back; then its
//! disk is lost, and an old copy takes its place.

use super::world::{COMMUNES, DISTRICT, NORTH, PROVINCE, SOUTH, World, received, resolved};

/// Legal months, the first day of each and the day on which it is closed.
const MONTHS: [(&str, &str, &str); 11] = [
    ("2018-01", "2017-12-15", "2018-01-16"),
    ("2018-02", "2018-01-15", "2018-02-16"),
    ("2018-03", "2018-02-15", "2018-03-16"),
    ("2018-04", "2018-03-15", "2018-04-16"),
    ("2018-05", "2018-04-15", "2018-05-16"),
    ("2018-06", "2018-05-15", "2018-06-16"),
    ("2018-07", "2018-06-15", "2018-07-16"),
    ("2018-08", "2018-07-15", "2018-08-16"),
    ("2018-09", "2018-08-15", "2018-09-16"),
    ("2018-10", "2018-09-15", "2018-10-16"),
    ("2018-11", "2018-10-15", "2018-11-16"),
];

async fn month(world: &mut World, place: usize) {
    let (period, first, closed_on) = MONTHS[place];
    for code in COMMUNES {
        world.work(code, first).await;
    }
    world.now(closed_on);
    world.close_below(period).await;
}

fn check(world: &World) {
    for (period, ..) in MONTHS {
        world.adds_up(period);
    }
    for unit in [DISTRICT, NORTH, SOUTH] {
        for (_, first, _) in MONTHS {
            let (below, top) = (world.revision(unit, unit, first), world.revision(PROVINCE, unit, first));
            assert_eq!(top, below, "{unit} {first}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_months_arrive_without_a_person_and_an_old_copy_of_the_province_is_healed() {
    let mut world = World::new(7).await;
    world.now("2018-01-14");
    month(&mut world, 0).await;
    world.all_agree().await;
    let old = world.copy(PROVINCE).await;

    world.stop(PROVINCE).await;
    for (place, (_, first, closed_on)) in MONTHS.into_iter().enumerate().skip(1) {
        if place == 4 {
            // Forgotten in February and March: it goes out by itself with the next close.
            world
                .record(NORTH, vec![received(NORTH, "late-1", "2018-02-03"), resolved(NORTH, "late-1", "2018-03-20")])
                .await;
        }
        if place == 8 {
            world.record(SOUTH, vec![received(SOUTH, "late-2", "2018-05-17")]).await;
            let amended = world.amend(SOUTH, "2018-06", "found in a drawer").await;
            assert!(amended.len() >= 4, "the atom and every later one that it moves: {amended:?}");
        }
        world.now(first);
        world.now(&closed_on.replace("-16", "-14"));
        month(&mut world, place).await;
    }
    assert_eq!(world.revision(NORTH, NORTH, "2018-02-01"), 2);
    assert_eq!(world.revision(SOUTH, SOUTH, "2018-05-15"), 2);
    assert!(world.revision(DISTRICT, DISTRICT, "2018-02-01") >= 2);
    assert!(!world.node(DISTRICT).link.up().last_error.is_empty(), "the district knows that its parent is away");

    world.start(PROVINCE).await;
    world.all_agree().await;
    world.close(PROVINCE, "2018-11").await;
    check(&world);
    let known = world.total(PROVINCE, PROVINCE, "2018");

    // The disk of the province is lost.
    world.stop(PROVINCE).await;
    world.put_back(PROVINCE, &old);
    world.start(PROVINCE).await;
    assert_eq!(world.revision(PROVINCE, NORTH, "2018-02-01"), 0);
    world.all_agree().await;
    world.close(PROVINCE, "2018-11").await;
    check(&world);
    assert_eq!(world.total(PROVINCE, PROVINCE, "2018"), known);
    world.end().await;
}
