//! A backup while eight desks hammer the node: nobody waits for it, and what it has is a whole beginning of what was recorded.

use std::{
    fs,
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::runtime::Runtime;

use super::{field, number, send, str};
use crate::{
    desk_log::DeskLog,
    process::{Process, seed, small_store, state_hash},
    support::must,
};

const STREAMS: usize = 8;
const BACKUPS: usize = 12;

#[test]
fn a_backup_beside_eight_streams_is_whole() {
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (dir, backup) = (folder.path().join("node"), folder.path().join("backup"));
    small_store(&dir, "00004");
    // An address of its own, so that it can be asked how far its journal is durable.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let config = dir.join("motcua.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap().replace("127.0.0.1:0", &free)).unwrap();
    let node = Process::serve(&dir);
    let log = Arc::new(Mutex::new(DeskLog::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let desks: Vec<_> = (0..STREAMS)
        .map(|_| {
            let (url, log, stop) = (node.url.clone(), Arc::clone(&log), Arc::clone(&stop));
            let acknowledged = Arc::clone(&acknowledged);
            let mut random = fastrand::Rng::with_seed(random.u64(..));
            runtime.spawn(async move {
                while !stop.load(Ordering::Acquire) {
                    let group = |random: &mut fastrand::Rng| log.lock().unwrap().fresh(random.usize(1..25), random);
                    let groups = (0..20).map(|_| group(&mut random)).collect();
                    for answer in send(&url, groups).await {
                        log.lock().unwrap().answered(&answer.acks);
                        let last = answer.acks.iter().map(|ack| ack.sequence).max().unwrap();
                        assert!(last <= answer.sequence);
                        acknowledged.fetch_max(last, Ordering::AcqRel);
                    }
                }
            })
        })
        .collect();
    let mut reached = vec![0];
    for _ in 0..BACKUPS {
        let before = acknowledged.load(Ordering::Acquire);
        let told = must(&["backup", str(&dir), "--to", str(&backup)]);
        reached.push(number(&field(&told, "entry")));
        assert!(reached.last() >= Some(&before), "what was acknowledged before is in it: {before}, {reached:?}");
        let checked = must(&["restore", str(&backup), "--check"]);
        assert_eq!(number(&field(&checked, "entry")), *reached.last().unwrap());
    }
    stop.store(true, Ordering::Release);
    runtime.block_on(async {
        for desk in desks {
            desk.await.unwrap();
        }
    });
    println!("the backups reached {reached:?}");
    assert!(reached.is_sorted() && reached.last() > reached.get(1), "{reached:?}");
    node.kill();
    // Nobody writes any more: what was acknowledged last is in it too.
    must(&["backup", str(&dir), "--to", str(&backup)]);
    let again = folder.path().join("again");
    must(&["restore", str(&backup), str(&again)]);
    let node = Process::serve(&again);
    log.lock().unwrap().life += 1;
    let known = log.lock().unwrap().acknowledged();
    let answers = runtime.block_on(send(&node.url, known.chunks(1000).map(<[_]>::to_vec).collect()));
    for answer in &answers {
        // It fails on anything that is new to the node.
        log.lock().unwrap().answered(&answer.acks);
    }
    println!("{} acknowledged events, all of them restored", known.len());
    assert!(known.len() > 100, "{}", known.len());
    node.kill();
    assert_eq!(state_hash(&again), state_hash(&dir));
}
