//! The story: whatever happens to the derived state (deleted, overwritten, cut short), the node says so, makes it anew from the journal and
//! comes to the same state and the same report. What happens to the journal itself it does not guess at: it stops, and names the segment and
//! the remedy.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::Output,
};

use motcua::wire::pb::v1::{self as pb, desk_service_client::DeskServiceClient};

use super::{
    desk_log::DeskLog,
    process::{Process, copy, hash_in, seed, segments, small_store, state_hash},
    support::{motcua, must},
};

/// A node with a few hundred dossiers, stopped; its state hash and report.
struct Sound {
    folder: tempfile::TempDir,
    hash: String,
    report: String,
}

async fn send(url: &str, log: &mut DeskLog, random: &mut fastrand::Rng, events: usize) {
    let mut desk = DeskServiceClient::connect(url.to_owned()).await.unwrap();
    let groups: Vec<_> = (0..events.div_ceil(20))
        .map(|_| pb::RecordRequest { events: log.fresh(20, random), ..pb::RecordRequest::default() })
        .collect();
    let mut answers = desk.record(tokio_stream::iter(groups)).await.unwrap().into_inner();
    while let Some(answer) = answers.message().await.unwrap() {
        log.answered(&answer.acks);
    }
    assert!(log.unacknowledged().is_empty());
}

fn report(url: &str) -> String {
    must(&["report", "--period", "2018-01-15..2018-03-14", "--by", "channel", "--format", "json", "--node", url])
}

fn sound(events: usize) -> Sound {
    sound_from(events, &mut fastrand::Rng::with_seed(seed()))
}

fn sound_from(events: usize, random: &mut fastrand::Rng) -> Sound {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path(), "00004");
    let node = Process::serve(folder.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(send(&node.url, &mut DeskLog::default(), random, events));
    let report = report(&node.url);
    node.kill();
    // Writes everything down, so that what follows finds a clean end.
    let hash = state_hash(folder.path());
    Sound { folder, hash, report }
}

impl Sound {
    /// A copy to damage.
    fn copy(&self) -> tempfile::TempDir {
        let to = tempfile::tempdir().unwrap();
        copy(self.folder.path(), to.path());
        to
    }
}

fn fsck(folder: &Path) -> Output {
    motcua(&["fsck", folder.to_str().unwrap()])
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A command that could not do its work: exit code 3, and every one of these words in what it says.
fn must_not(output: &Output, words: &[&str]) {
    let told = stderr(output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    for word in words {
        assert!(told.contains(word), "nothing of '{word}' in: {told}");
    }
}

/// Serving must fail as well, with the same words.
fn serves_not(folder: &Path, words: &[&str]) {
    must_not(&motcua(&["serve", "--config", folder.join("motcua.toml").to_str().unwrap()]), words);
}

type Damage = (&'static str, fn(&Path, &mut fastrand::Rng));

fn noise(file: &Path, from: u64, len: usize, random: &mut fastrand::Rng) {
    let mut bytes = vec![0; len];
    random.fill(&mut bytes);
    let mut file = fs::OpenOptions::new().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&bytes).unwrap();
}

fn cut(file: &Path, len: u64) {
    fs::OpenOptions::new().write(true).open(file).unwrap().set_len(len).unwrap();
}

/// What can happen to sled's folder.
const DAMAGES: &[Damage] = &[
    ("all of it deleted", |state, _| fs::remove_dir_all(state).unwrap()),
    ("its file deleted", |state, _| fs::remove_file(state.join("db")).unwrap()),
    ("its file and snapshot deleted", |state, _| {
        for entry in fs::read_dir(state).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::remove_file(path).unwrap();
            }
        }
    }),
    ("noise in all of its file", |state, random| {
        let file = state.join("db");
        let len = usize::try_from(fs::metadata(&file).unwrap().len()).unwrap();
        noise(&file, 0, len, random);
    }),
    ("noise in the middle of its file", |state, random| {
        noise(&state.join("db"), random.u64(1000..60_000), random.usize(1000..60_000), random);
    }),
    ("its file cut short", |state, random| cut(&state.join("db"), random.u64(1..60_000))),
    ("its file emptied", |state, _| cut(&state.join("db"), 0)),
    ("noise for its settings", |state, random| {
        let mut bytes = vec![0; random.usize(20..200)];
        random.fill(&mut bytes);
        fs::write(state.join("conf"), bytes).unwrap();
    }),
];

#[test]
fn broken_state_is_told_and_made_anew() {
    let mut random = fastrand::Rng::with_seed(seed());
    let sound = sound_from(600, &mut random);
    for (what, damage) in DAMAGES {
        let copy = sound.copy();
        damage(&copy.path().join("data/state"), &mut random);
        let served = tempfile::tempdir().unwrap();
        super::process::copy(copy.path(), served.path());

        let output = fsck(copy.path());
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{what}: {told}");
        assert_eq!(hash_in(&String::from_utf8(output.stdout).unwrap()), sound.hash, "{what}");
        assert!(
            told.contains("of the journal") || told.contains("from the journal"),
            "{what}: nothing was said: {told}"
        );
        assert_eq!(stderr(&fsck(copy.path())), "", "{what}: the second time there is nothing to say");

        let node = Process::serve(served.path());
        assert_eq!(report(&node.url), sound.report, "{what}");
        let status = must(&["status", "--node", &node.url]);
        assert!(status.lines().any(|l| l.starts_with("recovered") && l.contains("journal")), "{what}: {status}");
    }
}

#[test]
fn what_a_read_found_broken_is_made_anew_at_the_next_start_and_by_a_rebuild() {
    let sound = sound(200);
    for command in ["fsck", "rebuild"] {
        let copy = sound.copy();
        // As a node leaves it that met an unreadable page while it served.
        fs::write(copy.path().join("data/state/broken"), "get panicked: torn page").unwrap();
        let output = motcua(&[command, copy.path().to_str().unwrap()]);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(told.contains("get panicked: torn page") && told.contains("state.broken-1"), "{told}");
        assert_eq!(hash_in(&String::from_utf8(output.stdout).unwrap()), sound.hash);
    }
}

/// A node with a journal of several segments, as [`sound`].
fn long() -> (Sound, Vec<PathBuf>) {
    let sound = sound(1000);
    let segments = segments(sound.folder.path());
    assert!(segments.len() > 1, "{segments:?}");
    (sound, segments)
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn flip(file: &Path, at: u64) {
    let mut bytes = fs::read(file).unwrap();
    bytes[usize::try_from(at).unwrap()] ^= 0x55;
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_torn_tail_is_cut_kept_aside_and_told() {
    let before = sound(200);
    // The same node a group later shows what an append leaves behind.
    let later = before.copy();
    let node = Process::serve(later.path());
    let mut random = fastrand::Rng::with_seed(7);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(send(&node.url, &mut DeskLog::default(), &mut random, 20));
    node.kill();
    let tail = segments(before.folder.path()).pop().unwrap();
    let whole = fs::read(later.path().join("data/journal").join(name(&tail))).unwrap();
    let len = fs::metadata(&tail).unwrap().len();
    let added = whole.len() - usize::try_from(len).unwrap();
    for kept in [1, 39, 41, added / 2, added - 1] {
        let copy = before.copy();
        let file = copy.path().join("data/journal").join(name(&tail));
        fs::write(&file, &whole[..whole.len() - added + kept]).unwrap();
        let output = fsck(copy.path());
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert_eq!(hash_in(&String::from_utf8(output.stdout).unwrap()), before.hash);
        assert!(told.contains(&format!("append of {kept} bytes")) && told.contains(name(&tail)), "{told}");
        let aside = fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().path());
        let aside = aside.into_iter().find(|p| name(p).starts_with("torn-")).unwrap();
        assert_eq!(fs::read(&aside).unwrap(), whole[whole.len() - added..][..kept]);
        assert!(told.contains(name(&aside)), "{told}");
    }
}

#[test]
fn a_journal_that_lost_something_stops_the_node_with_segment_and_remedy() {
    let (sound, segments) = long();
    let remedy = "from a backup";
    let (first, last) = (name(&segments[0]), name(segments.last().unwrap()));
    let of = |copy: &tempfile::TempDir, name: &str| copy.path().join("data/journal").join(name);

    // In the segment that is written to; the state knows that more was recorded when its end is gone.
    let copy = sound.copy();
    flip(&of(&copy, last), 300);
    serves_not(copy.path(), &[last, remedy]);
    must_not(&fsck(copy.path()), &[last, remedy]);
    let copy = sound.copy();
    let len = fs::metadata(of(&copy, last)).unwrap().len();
    cut(&of(&copy, last), len - 10);
    serves_not(copy.path(), &[last, remedy, "known to have been recorded"]);

    // In a closed one: a start does not read it, a check does, and a rebuild does not give up the state for it.
    let copy = sound.copy();
    flip(&of(&copy, first), 30_000);
    let output = fsck(copy.path());
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains(first) && told.contains(remedy), "{told}");
    must_not(&motcua(&["rebuild", copy.path().to_str().unwrap()]), &[first, remedy]);
    assert!(!copy.path().join("data/state.broken-1").exists(), "the state is all there is");
    assert_eq!(report(&Process::serve(copy.path()).url), sound.report);
    // Without state there is no way round it.
    fs::remove_dir_all(copy.path().join("data/state")).unwrap();
    serves_not(copy.path(), &[first, remedy]);
    fs::copy(&segments[0], of(&copy, first)).unwrap();
    assert_eq!(state_hash(copy.path()), sound.hash, "the segment restored, all is well");

    // Missing, or shorter than it was.
    let copy = sound.copy();
    fs::remove_file(of(&copy, first)).unwrap();
    serves_not(copy.path(), &[first, remedy, "missing"]);
    let copy = sound.copy();
    cut(&of(&copy, first), 1000);
    serves_not(copy.path(), &[first, remedy, "length"]);
}

#[test]
fn a_directory_that_cannot_be_used_is_told_apart() {
    let sound = sound(40);
    let node = Process::serve(sound.folder.path());
    serves_not(sound.folder.path(), &["in use by another process", "stop that one first"]);
    must_not(&fsck(sound.folder.path()), &["in use by another process"]);
    node.kill();

    let copy = sound.copy();
    let config = copy.path().join("motcua.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("\"00004\"", "\"00006\"")).unwrap();
    serves_not(copy.path(), &["of unit 00004, not 00006", "correct `unit`"]);
    fs::write(&config, text).unwrap();
    assert_eq!(state_hash(copy.path()), sound.hash, "nothing was altered");

    let copy = sound.copy();
    let segment = segments(copy.path()).remove(0);
    flip(&segment, 11);
    serves_not(copy.path(), &[name(&segment), "has format", "use the newer program"]);

    // Everything but the key and the settings gone.
    let copy = sound.copy();
    for part in ["journal", "state"] {
        fs::remove_dir_all(copy.path().join("data").join(part)).unwrap();
    }
    serves_not(copy.path(), &["holds no node", "motcua init"]);
    // The journal gone, which the state still knows of.
    let copy = sound.copy();
    fs::remove_dir_all(copy.path().join("data/journal")).unwrap();
    serves_not(copy.path(), &["ends before an entry known to have been recorded"]);

    let empty = tempfile::tempdir().unwrap();
    let output = fsck(empty.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("motcua init"), "{}", stderr(&output));
}
