//! A node that backs itself up: it says how far, desks forget what is in a backup, and a folder that is gone or of another node stops nobody.

use std::{fs, time::Duration};

use motcua::{
    clock::Moved,
    config::Backup,
    node::{Node, backups::Reach},
    wire::pb::v1::{self as pb, admin_service_client::AdminServiceClient, event::Kind},
};

use super::{send, str};
use crate::{
    bad_input::event,
    support::{at, motcua, must, new_node, start},
};

/// Waits until what the node says of backups fits. Nothing tells of a try that changed nothing, so it is looked at again now and then.
async fn until(node: &Node, what: &str, there: impl Fn(&Reach) -> bool) {
    let mut changes = node.changes();
    let wait = async {
        while !there(&node.backups.reach()) {
            drop(tokio::time::timeout(Duration::from_millis(20), changes.changed()).await);
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    assert!(waited.is_ok(), "waited in vain for {what}: {:?}", node.backups.reach());
}

fn resolved(n: u8) -> pb::Event {
    event(n, &format!("H{n}"), "2018-02-01", Kind::Resolved(pb::Resolved {}))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_how_far_it_reaches_and_nothing_stops_it() {
    let clock = Moved::at(at("2018-02-20T08:00:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let (dir, backup) = (folder.path().join("node"), folder.path().join("backup"));
    let mut config = new_node(&dir, "00004", "2018-01-15", None, (clock.clock())());
    config.backup = Some(Backup { to: backup.clone(), every_seconds: 1, keys: true });
    let running = start(&config, &clock).await;
    let (node, url) = (&running.node, format!("http://{}", running.address));
    let status = async || {
        let mut admin = AdminServiceClient::connect(url.clone()).await.unwrap();
        admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner().backup.unwrap()
    };

    // The disk is not there yet, and nothing is made in its place.
    until(node, "an error", |reach| reach.error.contains("the folder is not there: mount its disk")).await;
    assert!(!backup.exists());
    assert_eq!(send(&url, vec![vec![resolved(1)]]).await[0].backed_up_through, 0, "it records all the same");
    assert!(node.metrics.text(&node.gauges()).unwrap().contains("motcua_backup_failing 1"));
    fs::create_dir(&backup).unwrap();
    let end = node.snapshot().sequence;
    let all =
        |reach: &Reach, end| reach.error.is_empty() && reach.last.as_ref().is_some_and(|last| last.through == end);
    until(node, "a backup", |reach| all(reach, end)).await;
    let said = status().await;
    assert_eq!((said.to.as_str(), said.continuous, said.through), (str(&backup), true, end));
    assert_eq!(said.taken_at.unwrap().seconds * 1000, (clock.clock())().0);
    let text = node.metrics.text(&node.gauges()).unwrap();
    assert!(
        text.contains(&format!("motcua_backup_sequence {end}")) && text.contains("motcua_backup_failing 0"),
        "{text}"
    );
    assert!(text.contains("motcua_since_backup_seconds 0"), "{text}");

    // A desk hears of it with its next answer.
    let answer = send(&url, vec![vec![resolved(1), resolved(2)]]).await.remove(0);
    assert_eq!((answer.epoch, answer.sequence, answer.backed_up_through), (1, end + 1, end));
    assert_eq!(answer.acks.iter().map(|ack| ack.sequence).collect::<Vec<_>>(), [end + 1, end + 1]);
    until(node, "the next backup", |reach| all(reach, end + 1)).await;

    // Another node's backup stands there in its place.
    let (mine, other) = (folder.path().join("mine"), folder.path().join("other"));
    tokio::task::block_in_place(|| {
        must(&["init", str(&other), "--unit", "00005", "--plain", "--listen", "127.0.0.1:0"])
    });
    fs::rename(&backup, &mine).unwrap();
    tokio::task::block_in_place(|| must(&["backup", str(&other), "--to", str(&backup)]));
    until(node, "a refusal", |reach| reach.error.contains("backup of unit 00005, not of 00004")).await;
    assert_eq!(status().await.through, end + 1, "the one before still counts");
    let doctor = tokio::task::block_in_place(|| motcua(&["doctor", "--node", &url]));
    let doctor = String::from_utf8(doctor.stdout).unwrap();
    assert!(doctor.contains("warn  backup") && doctor.contains("of unit 00005"), "{doctor}");
    fs::remove_dir_all(&backup).unwrap();
    fs::rename(&mine, &backup).unwrap();
    until(node, "its own backup again", |reach| all(reach, end + 1)).await;
    running.stop().await.unwrap();

    // After a restart it knows at once.
    let running = start(&config, &clock).await;
    assert_eq!(running.node.backups.through(u64::MAX), end + 1);
    running.stop().await.unwrap();
}
