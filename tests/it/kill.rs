//! The story: eight desks send to a node that is killed again and again, with SIGKILL and at any moment, even while it starts. Every desk keeps
//! a log of its own. At the end nothing the node ever acknowledged is missing, by the desks' logs and not by its own, and nothing counts twice.

use std::path::Path;

use motcua::wire::pb::v1::{self as pb, admin_service_client::AdminServiceClient};
use tokio::runtime::Runtime;

use super::{
    crash::desks::{Desks, Shared, settle},
    process::{Process, kill_at_start, rebuilt_hash, seed, segments, small_store, spin, state_hash, up_to},
};

/// How often the node is killed; `MOTCUA_KILLS` says otherwise.
const KILLS: usize = 50;
const STREAMS: usize = 8;

#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged_and_counts_it_once() {
    let kills = std::env::var("MOTCUA_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    small_store(folder, "00004");
    let log = Shared::default();
    let (mut advanced, mut behind, mut at_start, mut rebuilt, mut on_its_way) = (0, 0, 0, 0, 0);

    for _ in 0..kills {
        if random.u8(..4) == 0 {
            kill_at_start(folder, up_to(150, &mut random));
            at_start += 1;
        }
        let node = Process::serve(folder);
        log.lock().unwrap().life += 1;
        let before = log.lock().unwrap().acknowledged().len();
        let pace = runtime.block_on(life(&node.url, &log, &mut random));
        advanced += usize::from(pace.written_down > pace.at_start);
        behind += usize::from(pace.written_down < pace.recorded);
        spin(up_to(50, &mut random));
        let told = node.kill();
        // A kill while sled writes its own snapshot may leave it unreadable; that costs a rebuild, and nothing else.
        rebuilt += usize::from(told.contains("unusable"));
        runtime.block_on(pace.desks.gone());
        let log = log.lock().unwrap();
        assert!(log.acknowledged().len() > before, "the node was killed before it acknowledged anything");
        on_its_way += usize::from(!log.unacknowledged().is_empty());
    }

    let node = Process::serve(folder);
    println!("{kills} kills, {at_start} more while it started, {rebuilt} with state made anew");
    runtime.block_on(settle(&node.url, &log));
    drop(node);

    let hash = state_hash(folder);
    assert_eq!(rebuilt_hash(folder), hash);
    let segments = segments(folder).len();
    let log = log.lock().unwrap();
    // Where a kill falls is chance, and differs with the machine: between the disk and the answer there is a named point (crash/points.rs).
    println!(
        "{} had been recorded without an answer; {segments} segments; something was on its way at {on_its_way} kills; state on disk \
         advanced in {advanced} lives and was behind at {behind} kills",
        log.unheard()
    );
    assert!(on_its_way > 0, "the node was always killed with nothing on its way");
    assert!(segments > 1, "the journal never rotated");
    assert!(advanced > 0, "the state was never written down while desks sent");
}

/// What was seen of a life of the node just before its end.
struct Pace {
    at_start: u64,
    written_down: u64,
    recorded: u64,
    desks: Desks,
}

/// Lets all desks send until some groups are answered.
async fn life(url: &str, log: &Shared, random: &mut fastrand::Rng) -> Pace {
    let mut admin = AdminServiceClient::connect(url.to_owned()).await.unwrap();
    let at_start = admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
    let desks = Desks::send(url, STREAMS, log, random);
    desks.answers.reach(random.usize(1..60)).await;
    let status = admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
    Pace { at_start: at_start.state_sequence, written_down: status.state_sequence, recorded: status.sequence, desks }
}

#[test]
fn a_folder_that_was_never_served_survives_a_kill_at_its_first_start() {
    let mut random = fastrand::Rng::with_seed(seed());
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path(), "00004");
    let expected = {
        let other = tempfile::tempdir().unwrap();
        small_store(other.path(), "00004");
        state_hash(other.path())
    };
    for _ in 0..5 {
        kill_at_start(folder.path(), up_to(150, &mut random));
        // Whatever of the state had been made: it is used, or set aside.
        if random.bool() {
            assert_eq!(state_hash(folder.path()), expected);
            std::fs::remove_dir_all(Path::new(folder.path()).join("data/state")).unwrap();
        }
    }
    assert_eq!(state_hash(folder.path()), expected);
}
