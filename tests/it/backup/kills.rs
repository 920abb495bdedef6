//! kill -9 in a backup and in a restore, at any moment: the backup is the one before or a newer one, and a restore is done or is no node.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::runtime::Runtime;

use super::{field, number, send, str};
use crate::{
    desk_log::DeskLog,
    process::{Process, seed, small_store, spin, state_hash},
    support::{motcua, must},
};

const KILLS: usize = 25;

fn begun(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// How long a command takes here and now.
fn takes(args: &[&str]) -> Duration {
    let begun = Instant::now();
    must(args);
    begun.elapsed()
}

/// A moment in it, or somewhat after its end.
fn a_moment(of: Duration, random: &mut fastrand::Rng) -> Duration {
    of.mul_f64(random.f64() * 1.2)
}

#[test]
fn killed_in_a_backup_or_in_a_restore_it_does_not_matter() {
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (dir, backup, again) = (folder.path().join("node"), folder.path().join("backup"), folder.path().join("again"));
    small_store(&dir, "00004");
    let mut log = DeskLog::default();
    let (mut reach, mut on_the_way, mut long) = (0, 0, Duration::ZERO);
    for n in 0..KILLS {
        if n % 5 == 0 {
            let node = Process::serve(&dir);
            let groups = (0..6).map(|_| log.fresh(300, &mut random)).collect();
            runtime.block_on(send(&node.url, groups));
            node.kill();
        }
        if n % 5 == 0 {
            let other = folder.path().join(format!("other-{n}"));
            long = takes(&["backup", str(&dir), "--to", str(&other)]);
        }
        let mut taking = begun(&["backup", str(&dir), "--to", str(&backup)]);
        spin(a_moment(long, &mut random));
        taking.kill().unwrap();
        taking.wait().unwrap();
        let checked = motcua(&["restore", str(&backup), "--check"]);
        let told = String::from_utf8(checked.stdout).unwrap();
        let now = match checked.status.code() {
            Some(0) => number(&field(&told, "entry")),
            _ => {
                let why = String::from_utf8(checked.stderr).unwrap();
                assert!(reach == 0 && (why.contains("holds no backup") || why.contains("never finished")), "{why}");
                0
            }
        };
        assert!(now >= reach, "{now} after {reach}");
        on_the_way += usize::from(now > reach);
        reach = now;
    }
    let told = must(&["backup", str(&dir), "--to", str(&backup)]);
    let end = number(&field(&told, "entry"));
    assert!(end > 5000, "{end}");
    println!("{KILLS} kills in a backup, {on_the_way} of them after some of it was done");

    let long = takes(&["restore", str(&backup), str(&folder.path().join("first"))]);
    let (mut done, mut unfinished) = (0, 0);
    for _ in 0..KILLS {
        let mut restoring = begun(&["restore", str(&backup), str(&again)]);
        spin(a_moment(long, &mut random));
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        if again.join("motcua.toml").exists() {
            done += 1;
            assert_eq!(state_hash(&again), state_hash(&dir));
            fs::remove_dir_all(&again).unwrap();
            continue;
        }
        let served = motcua(&["serve", "--config", str(&again.join("motcua.toml"))]);
        let why = String::from_utf8(served.stderr).unwrap();
        assert_eq!(served.status.code(), Some(2), "{why}");
        if again.join("motcua.toml.restoring").exists() {
            unfinished += 1;
            assert!(why.contains("run the same `motcua restore` again"), "{why}");
        }
    }
    if again.join("motcua.toml").exists() {
        fs::remove_dir_all(&again).unwrap();
    }
    println!("{KILLS} kills in a restore: {done} were done, {unfinished} had begun");
    let told = must(&["restore", str(&backup), str(&again)]);
    assert_eq!(number(&field(&told, "entry")), end);
    assert_eq!(state_hash(&again), state_hash(&dir));
}
