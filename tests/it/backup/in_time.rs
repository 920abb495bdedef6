//! Back to a point in time: the report is what it was then.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use motcua::{clock::Moved, config::Config};

use super::{field, number, send, str};
use crate::{
    bad_input::event,
    process::state_hash,
    support::{at, motcua, must, new_node, start},
};
use motcua::wire::pb::v1::{self as pb, event::Kind};

fn received() -> Kind {
    Kind::Received(pb::Reception { channel: pb::Channel::Direct.into(), ..pb::Reception::default() })
}

fn report(url: &str) -> String {
    let told = must(&["report", "--period", "2018-02", "--format", "json", "--node", url]);
    // It says when it was asked and what is new since; the figures are what is compared.
    serde_json::from_str::<serde_json::Value>(&told).unwrap()["total"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_what_it_was_then() {
    let clock = Moved::at(at("2018-02-01T08:00:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("node");
    let config = new_node(&dir, "00004", "2018-01-15", None, (clock.clock())());
    let backup = folder.path().join("backup");
    let mut then = Vec::new();
    for day in 1..=6_u8 {
        let running = start(&config, &clock).await;
        let url = format!("http://{}", running.address);
        let events = (0..day).map(|n| event(day * 10 + n, &format!("{day}-{n}"), "2018-01-20", received()));
        let answers = send(&url, vec![events.collect()]).await;
        assert!(answers[0].acks.iter().all(|ack| ack.outcome() == pb::Outcome::Recorded), "{answers:?}");
        let acks: Vec<u64> = answers[0].acks.iter().map(|ack| ack.sequence).collect();
        assert_eq!(acks.last(), Some(&answers[0].sequence), "the entry of each, and the end: {acks:?}");
        let told = tokio::task::block_in_place(|| report(&url));
        running.stop().await.unwrap();
        let hash = tokio::task::block_in_place(|| state_hash(&dir));
        then.push(((clock.clock())(), answers[0].sequence, told, hash));
        let next = (clock.clock())().plus_millis(86_400_000);
        tokio::task::block_in_place(|| must(&["backup", str(&dir), "--to", str(&backup)]));
        clock.advance(next);
    }
    let mut epochs = Vec::new();
    for (n, (when, sequence, told, hash)) in then.iter().enumerate() {
        let again = folder.path().join(format!("again-{n}"));
        let asked = when.plus_millis(3_600_000).to_string();
        let by =
            if n % 2 == 0 { ["--until".to_owned(), asked] } else { ["--through".to_owned(), sequence.to_string()] };
        let said = tokio::task::block_in_place(|| must(&["restore", str(&backup), str(&again), &by[0], &by[1]]));
        assert_eq!(number(&field(&said, "entry")), *sequence, "{said}");
        epochs.push(number(&field(&said, "new epoch")));
        let mut config = Config::load(&again.join("motcua.toml")).unwrap();
        config.closing.automatic = false;
        let running = start(&config, &Moved::at(*when)).await;
        assert_eq!(running.node.snapshot().state.epoch, *epochs.last().unwrap());
        let url = format!("http://{}", running.address);
        assert_eq!(tokio::task::block_in_place(|| report(&url)), *told, "day {n}");
        running.stop().await.unwrap();
        assert_eq!(tokio::task::block_in_place(|| state_hash(&again)), *hash, "day {n}");
        modes(&again);
    }
    modes(&backup);
    epochs.sort_unstable();
    epochs.dedup();
    assert_eq!(epochs.len(), then.len(), "no epoch is given twice: {epochs:?}");
}

/// Nobody but the owner reads anything of it.
fn modes(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let closed = fs::metadata(folder).unwrap().permissions().mode() & 0o077 == 0;
        assert!(closed || mode & 0o077 == 0, "{}: {mode:o}", path.display());
    }
    let key = folder.join("data/document.key");
    assert!(!key.exists() || fs::metadata(key).unwrap().permissions().mode() & 0o777 == 0o600);
}

#[test]
fn what_cannot_be_restored_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (node, backup, bare) = (path("node"), path("backup"), path("bare"));
    must(&["init", &node, "--unit", "00004", "--plain", "--listen", "127.0.0.1:0"]);
    must(&["backup", &node, "--to", &backup]);
    must(&["backup", &node, "--to", &bare, "--without-keys"]);
    fs::write(path("file"), "").unwrap();
    let ended = |args: &[&str]| {
        let output = motcua(args);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let below = path("node/data/copy");
    for (code, words, args) in [
        (3, "holds a node already", &["restore", &backup, &node] as &[&str]),
        (3, "holds no backup", &["restore", &node, &path("x")]),
        (3, "holds no backup", &["restore", &path("nowhere"), &path("x")]),
        (3, "reaches entry 1", &["restore", &backup, &path("x"), "--through", "9"]),
        (3, "nothing had been recorded by then", &["restore", &backup, &path("x"), "--until", "2017-01-01"]),
        (2, "required", &["restore", &backup]),
        (2, "no.toml", &["backup", &path("no.toml"), "--to", &path("x")]),
        (2, "beside the node's data", &["backup", &node, "--to", &below]),
        (3, "cannot make it", &["backup", &node, "--to", &path("no/such/folder")]),
        (3, "choose an empty folder", &["backup", &node, "--to", &node]),
        (3, "OtherUnit", &["backup", &node, "--to", &backup]),
    ] {
        if words == "OtherUnit" {
            let other = path("other");
            must(&["init", &other, "--unit", "00005", "--plain", "--listen", "127.0.0.1:0"]);
            let (code, told) = ended(&["backup", &other, "--to", &backup]);
            assert!(code == 3 && told.contains("backup of unit 00004, not of 00005"), "{told}");
            continue;
        }
        let (ended, told) = ended(args);
        assert!(ended == code && told.contains(words), "{args:?}: {ended} {told}");
        assert!(!fs::exists(path("x")).unwrap(), "{args:?} made something");
    }
    assert_eq!(number(&field(&must(&["restore", &backup, "--check"]), "entry")), 1);
    // Restored and without its keys it is told how to go on, and nobody takes it for the node before.
    let (code, told) = ended(&["restore", &bare, &path("keyless")]);
    assert!(code == 0 && told.contains("put data/document.key back"), "{told}");
    assert!(!fs::exists(path("keyless/data/document.key")).unwrap());
    fs::copy(path("node/data/document.key"), path("keyless/data/document.key")).unwrap();
    state_hash(path("keyless").as_ref());
    // Restored from an earlier entry, it does not write over the later ones.
    must(&["restore", &backup, &path("twin")]);
    must(&["restore", &backup, &path("other-twin")]);
    must(&["backup", &path("twin"), "--to", &backup]);
    let (code, told) = ended(&["backup", &path("other-twin"), "--to", &backup]);
    assert!(code == 3 && told.contains("does not continue it") && told.contains("choose another folder"), "{told}");
}
