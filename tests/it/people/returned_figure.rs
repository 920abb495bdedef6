//! The province returns one figure of a commune. It goes down through the district, the commune sees it beside that figure, amends, and so has
//! answered. Nothing of it is lost by restarts, by making the state anew, or counted among figures.

use motcua::{
    domain::{
        periods::Period,
        review::{Review, Verdict},
    },
    ledger::By,
    node::NodeError,
    reports::{
        Lang,
        render::{json, table},
    },
};

use crate::{
    heal::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, received},
    support::must,
};

const PERIOD: &str = "2018-01";

fn all(world: &World, code: &str) -> Vec<Review> {
    world.state(code).reviews.values().flat_map(|reviews| reviews.values().cloned()).collect()
}

async fn say(world: &World, node: &str, unit: &str, verdict: Verdict) -> Result<(), NodeError> {
    world.node(node).review(&By::node(), "Trần B", unit, Period::parse(PERIOD).unwrap(), verdict).await
}

/// What `motcua fsck` prints of a node that is stopped for it.
async fn state_hash(world: &mut World, code: &str) -> String {
    world.stop(code).await;
    let told = must(&["fsck", world.folder(code).to_str().unwrap()]);
    world.start(code).await;
    told.lines().find(|line| line.starts_with("state hash")).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_goes_back_to_its_commune_and_a_revision_answers_it() {
    let mut world = World::new(77).await;
    world.now("2018-01-14");
    for code in [NORTH, SOUTH] {
        world.work(code, "2017-12-15").await;
    }
    world.now("2018-01-16");
    let early = say(&world, PROVINCE, NORTH, Verdict::Accepted).await.unwrap_err();
    assert_eq!(early.reason(), "NO_FIGURES");
    world.close_below(PERIOD).await;
    world.all_agree().await;
    let hash = state_hash(&mut world, NORTH).await;

    let until = "2018-01-20".parse().unwrap();
    let verdict = Verdict::Returned { measure: "received_direct".into(), reason: "thiếu sổ giấy".into(), until };
    say(&world, PROVINCE, NORTH, verdict).await.unwrap();
    must(&["review", "accept", PERIOD, "--unit", SOUTH, "--node", &world.url(DISTRICT)]);
    let up = say(&world, NORTH, DISTRICT, Verdict::Accepted).await.unwrap_err();
    assert_eq!(up.reason(), "NOT_BELOW_US");
    world.until(NORTH, "the figure that is returned", |s| !s.reviews.is_empty()).await;
    world.until(SOUTH, "what is accepted", |s| !s.reviews.is_empty()).await;
    let [returned] = &all(&world, NORTH)[..] else { panic!("one review") };
    assert_eq!((&*returned.reviewer.code, returned.revision, returned.person.as_str()), (PROVINCE, 1, "Trần B"));
    assert_eq!(all(&world, PROVINCE), std::slice::from_ref(returned), "what the district says does not go up");
    assert_eq!(all(&world, DISTRICT).len(), 2);

    for command in [["review", "list", PERIOD].as_slice(), &["period", "list"]] {
        let list = must(&[command, &["--node", &world.url(NORTH)]].concat());
        assert!(list.contains("thiếu sổ giấy. Hạn trả lời 20/01/2018."), "{list}");
    }

    let report = world.report(NORTH, NORTH, PERIOD, None).unwrap();
    let text = table::table(&report, Lang::Vi);
    assert!(text.contains("(5) ⚑1"), "{text}");
    let line = "⚑1 Số “Tiếp nhận trực tiếp” (01/01/2018–14/01/2018, bản 1): Đơn vị 22 trả lại ngày 16/01/2018: thiếu sổ giấy. Hạn trả lời 20/01/2018.";
    assert!(text.contains(line), "{text}");
    assert!(json::json(&report).unwrap().contains("\"measure\": \"received_direct\""));
    assert_eq!(state_hash(&mut world, NORTH).await, hash, "reviews are no figures");

    let then = (world.clock.clock())();
    world.now("2018-01-18");
    world.record(NORTH, vec![received(NORTH, "paper", "2018-01-05")]).await;
    world.amend(NORTH, PERIOD, "bổ sung sổ giấy").await;
    world.all_agree().await;
    for (node, code) in [(NORTH, "commune"), (DISTRICT, "district"), (PROVINCE, "province")] {
        let text = table::table(&world.report(node, NORTH, PERIOD, None).unwrap(), Lang::Vi);
        assert!(text.contains("Đã trả lời bằng bản sửa đổi 2."), "{code}: {text}");
        assert!(!text.contains("(5) ⚑1"), "{code}: {text}");
    }

    let text = table::table(&world.report(NORTH, NORTH, PERIOD, Some(then)).unwrap(), Lang::Vi);
    assert!(text.contains("(5) ⚑1") && text.contains("Hạn trả lời"), "as it stood then: {text}");

    for code in [NORTH, DISTRICT, PROVINCE] {
        let before = world.state(code).reviews;
        world.restart(code).await;
        assert_eq!(world.state(code).reviews, before, "{code} after a restart");
        world.stop(code).await;
        std::fs::remove_dir_all(world.folder(code).join("data/state")).unwrap();
        world.start(code).await;
        assert_eq!(world.state(code).reviews, before, "{code} made anew");
    }
    world.end().await;
}
