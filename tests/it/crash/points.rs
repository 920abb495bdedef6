//! The story: the program dies at every place where dying could hurt, one after the other, while desks send. At the end nothing it acknowledged is
//! missing, nothing counts twice, and a rebuild from the journal comes to the same state.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use tokio::runtime::Runtime;

use super::desks::{Desks, Shared, settle};
use crate::{
    process::{CRASH_AT, Process, program, rebuilt_hash, seed, segments, small_store, state_hash},
    rooms::sources,
    support::must,
};

const DESKS: usize = 4;

/// A place, at which times it is died at, and what is done to the directory before the start so that the program comes there.
type Point = (&'static str, &'static [u64], fn(&Path));

fn as_it_is(_: &Path) {}

/// How many entries the journal has, once it has recovered from whatever was before.
fn entries(folder: &Path) -> u64 {
    let checked = must(&["fsck", folder.to_str().unwrap()]);
    checked.lines().find_map(|l| l.strip_prefix("entries")).unwrap().trim().parse().unwrap()
}

/// The last segment with the beginning of a group, as an interrupted append leaves it.
fn torn_tail(folder: &Path) {
    entries(folder);
    let mut tail = fs::OpenOptions::new().append(true).open(segments(folder).pop().unwrap()).unwrap();
    tail.write_all(b"MCGR and then the power went").unwrap();
}

/// The segment that would come next, made and without a header yet.
fn unborn_segment(folder: &Path) {
    let next = entries(folder) + 1;
    fs::write(folder.join(format!("data/journal/journal-{next:020}.log")), [0; 7]).unwrap();
}

fn condemned_state(folder: &Path) {
    let state = folder.join("data/state");
    fs::create_dir_all(&state).unwrap();
    fs::write(state.join("broken"), "a page of zeros").unwrap();
}

/// Everything that a running node comes past. Points of backups come here when there are backups.
const POINTS: &[Point] = &[
    ("before-append", &[1, 30], as_it_is),
    ("after-append", &[1, 30], as_it_is),
    ("after-fsync", &[1, 30], as_it_is),
    ("before-answer", &[1, 30], as_it_is),
    ("segment-made", &[1], as_it_is),
    ("segment-headed", &[1], as_it_is),
    ("segment-synced", &[1], as_it_is),
    ("segment-named", &[1], as_it_is),
    ("before-batch", &[1, 9], as_it_is),
    ("in-batch", &[1, 9], as_it_is),
    ("after-batch", &[1, 9], as_it_is),
    ("in-checkpoint", &[1, 2], as_it_is),
    ("after-checkpoint", &[1, 2], as_it_is),
    ("end-rewritten", &[1], as_it_is),
    ("replayed", &[1], as_it_is),
    ("tail-kept", &[1], torn_tail),
    ("tail-cut", &[1], torn_tail),
    ("segment-removed", &[1], unborn_segment),
    ("state-set-aside", &[1], condemned_state),
    ("state-made", &[1], condemned_state),
];

/// What `motcua init` comes past, the store's own included; the first one only at the top of a federation.
const MAKING: &[&str] = &[
    "certificate-made",
    "keys-made",
    "segment-made",
    "segment-headed",
    "segment-synced",
    "segment-named",
    "before-append",
    "after-append",
    "after-fsync",
    "books-begun",
    "state-made",
    "in-checkpoint",
    "after-checkpoint",
    "before-configuration",
];

/// One node that dies again and again, and what its desks know.
struct Victim {
    runtime: Runtime,
    folder: tempfile::TempDir,
    log: Shared,
}

impl Victim {
    fn new() -> Victim {
        let folder = tempfile::tempdir().unwrap();
        small_store(folder.path(), "00004");
        Victim { runtime: Runtime::new().unwrap(), folder, log: Shared::default() }
    }

    /// Lets desks send until the node dies at this point.
    fn dies_at(&self, name: &str, times: u64, random: &mut fastrand::Rng) {
        println!("life {} ends at {name}:{times}", self.log.lock().unwrap().life + 1);
        self.log.lock().unwrap().life += 1;
        let told = match Process::by(program(self.folder.path()).env(CRASH_AT, format!("{name}:{times}"))) {
            Ok(node) => self.runtime.block_on(async {
                Desks::send(&node.url, DESKS, &self.log, random).gone().await;
                node.ended()
            }),
            Err(told) => told,
        };
        assert!(told.contains(&format!("died at {name}")) && told.contains("signal: 6"), "{name}:{times}: {told}");
        assert!(!told.contains("panicked"), "{name}:{times}: {told}");
    }

    /// Nothing acknowledged is missing and nothing counts twice; the state is what the journal gives.
    fn ends_sound(self) {
        let node = Process::serve(self.folder.path());
        self.runtime.block_on(settle(&node.url, &self.log));
        drop(node);
        let hash = state_hash(self.folder.path());
        assert_eq!(rebuilt_hash(self.folder.path()), hash);
    }
}

#[test]
fn dying_at_every_named_point_loses_nothing_and_doubles_nothing() {
    let mut random = fastrand::Rng::with_seed(seed());
    let victim = Victim::new();
    for (name, times, prepare) in POINTS {
        for times in *times {
            prepare(victim.folder.path());
            victim.dies_at(name, *times, &mut random);
        }
    }
    victim.ends_sound();
}

/// A hundred times `MOTCUA_CRASHES` deaths of the real program, at points and times chosen by the seed.
#[test]
#[ignore = "long: run it with --ignored; MOTCUA_CRASHES says how many hundreds"]
fn dying_at_points_chosen_by_chance() {
    let hundreds = std::env::var("MOTCUA_CRASHES").map_or(1, |n| n.parse().unwrap());
    let mut random = fastrand::Rng::with_seed(seed());
    for _ in 0..hundreds {
        let victim = Victim::new();
        for _ in 0..100 {
            let (name, times, prepare) = POINTS[random.usize(..POINTS.len())];
            let most = *times.last().unwrap();
            prepare(victim.folder.path());
            victim.dies_at(name, random.u64(1..=most), &mut random);
        }
        victim.ends_sound();
    }
    println!("{hundreds}00 deaths of the program");
}

fn init(folder: &Path, kind: &[&str], crash_at: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(["init", "--unit", "00004", "--listen", "127.0.0.1:0"]);
    if !kind.contains(&"--books-from") {
        command.args(["--books-from", "2018-01-15"]);
    }
    if !kind.contains(&"--plain") {
        command.args(["--address", "https://127.0.0.1:7070"]);
    }
    command.args(kind).arg(folder).env(CRASH_AT, crash_at).stdin(Stdio::null());
    command.output().unwrap()
}

#[test]
fn a_node_whose_making_was_cut_off_is_made_by_the_same_command_again() {
    for kind in [&["--plain"][..], &[]] {
        let whole = tempfile::tempdir().unwrap();
        assert!(init(whole.path(), kind, "").status.success());
        let hash = state_hash(whole.path());
        for name in &MAKING[kind.len()..] {
            let folder = tempfile::tempdir().unwrap();
            let output = init(folder.path(), kind, &format!("{name}:1"));
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success() && told.contains(&format!("died at {name}")), "{name}: {told}");
            assert!(!folder.path().join("motcua.toml").exists(), "{name}: it looks like a node");
            let output = init(folder.path(), kind, "");
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(state_hash(folder.path()), hash, "{name}");
            drop(Process::serve(folder.path()));
            let again = init(folder.path(), kind, "");
            assert!(!again.status.success(), "{name}: it was made twice");
        }
    }
}

#[test]
fn books_that_were_begun_otherwise_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let output = init(folder.path(), &[], "before-configuration:1");
    assert!(String::from_utf8_lossy(&output.stderr).contains("died at"));
    for other in [&["--plain"][..], &["--plain", "--books-from", "2018-02-01"]] {
        let output = init(folder.path(), other, "");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains("another directory"), "{other:?}: {told}");
        assert!(!folder.path().join("motcua.toml").exists());
    }
    assert!(init(folder.path(), &[], "").status.success());
}

#[test]
fn the_list_of_points_is_that_of_the_sources() {
    let mut named = BTreeSet::new();
    for (_, _, code) in sources() {
        let calls = code.match_indices("crash_point(\"");
        named.extend(calls.map(|(at, call)| code[at + call.len()..].split('"').next().unwrap().to_owned()));
    }
    let listed = POINTS.iter().map(|(name, ..)| *name).chain(MAKING.iter().copied());
    assert_eq!(named, listed.map(str::to_owned).collect());
}
