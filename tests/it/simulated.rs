//! The story: a small country under bad weather, on machines and a network that are made up (`tests/simulate/`). Here a seed or two; many of them
//! are played by `cargo run --example simulate`.

use crate::simulate;

#[test]
fn one_seed_is_one_course_of_events_and_keeps_every_promise() {
    let seed = super::process::seed() % 1_000_000;
    println!("simulation seed {seed}");
    let (first, second) = (simulate::run(seed, false), simulate::run(seed, false));
    assert_eq!(first.violations, [""; 0], "see it with --seed {seed} --trace");
    assert_eq!(first.trace, second.trace, "the same seed took another course");
    assert!(first.units >= 6 && first.levels == 3 && first.closes >= 3, "{first:?}");
}
