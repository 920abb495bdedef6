//! `motcua doctor` on real directories and real nodes: running and stopped, well and not.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use motcua::clock::Moved;
use serde_json::Value;

use crate::{
    process::{Process, small_store},
    support::{TestNode, at, motcua},
};

/// The exit code and the findings.
fn doctor(args: &[&str]) -> (i32, Vec<Value>) {
    let output = motcua(&[&["doctor", "--format", "json"], args].concat());
    let told = String::from_utf8(output.stdout).unwrap();
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|e| panic!("{e}: {told:?}"));
    (output.status.code().unwrap(), told["findings"].as_array().unwrap().clone())
}

/// The verdict and the detail of a line.
fn line<'a>(findings: &'a [Value], what: &str) -> (&'a str, &'a str) {
    let found = findings.iter().find(|f| f["what"] == what).unwrap_or_else(|| panic!("no {what} in {findings:?}"));
    (found["verdict"].as_str().unwrap(), found["detail"].as_str().unwrap())
}

/// An address that nobody answers at, as long as the socket lives.
fn silent() -> (tokio::net::TcpSocket, String) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    (socket, address)
}

/// Gives a node an address of its own, so that the doctor finds it by its configuration.
fn listen_on(folder: &Path, address: &str) {
    let file = folder.join("motcua.toml");
    let text = fs::read_to_string(&file).unwrap().replace("127.0.0.1:0", address);
    fs::write(file, text).unwrap();
}

/// A certificate valid for these days around now.
fn certificate(file: &Path, days_before: i64, days_after: i64) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let now = motcua::clock::now().0 / 1000;
    let mut params = rcgen::CertificateParams::new(vec!["node".to_owned()]).unwrap();
    let at = |days: i64| {
        let day = chrono::DateTime::from_timestamp(now + days * 86_400, 0).unwrap().date_naive();
        use chrono::Datelike;
        rcgen::date_time_ymd(day.year(), u8::try_from(day.month()).unwrap(), u8::try_from(day.day()).unwrap())
    };
    (params.not_before, params.not_after) = (at(-days_before), at(days_after));
    let key = rcgen::KeyPair::generate().unwrap();
    fs::write(file, params.self_signed(&key).unwrap().pem()).unwrap();
}

#[test]
fn a_stopped_node_is_looked_at_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path(), "00004");
    let (_nobody, silent) = silent();
    listen_on(folder.path(), &silent);
    let dir = folder.path().to_str().unwrap();
    let (code, findings) = doctor(&[dir]);
    assert_eq!(code, 1, "{findings:?}");
    for what in ["configuration", "data", "keys", "journal", "clock"] {
        assert_eq!(line(&findings, what).0, "ok", "{what}: {findings:?}");
    }
    assert!(line(&findings, "node").1.contains("no node answers"));
    assert_eq!(
        line(&findings, "document key").1.len(),
        39,
        "the whole fingerprint, for whoever approves it at the top"
    );
    assert!(line(&findings, "not looked at").1.contains("unsent"));

    let key = folder.path().join("data/document.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let tls = folder.path().join("data/tls");
    certificate(&tls.join("node.pem"), 80, 10);
    fs::write(tls.join("node.key"), "").unwrap();
    fs::set_permissions(tls.join("node.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let (_, findings) = doctor(&[dir]);
    let (verdict, detail) = line(&findings, "keys");
    assert_eq!(verdict, "bad");
    assert!(detail.contains("document.key") && detail.contains("0644"), "{detail}");
    assert_eq!(findings.iter().filter(|f| f["what"] == "keys").count(), 1, "the other key is well: {findings:?}");
    assert_eq!(line(&findings, "certificate").0, "warn");
    for (before, after, verdict) in [(10, 80, "ok"), (100, -10, "bad"), (-2, 20, "bad")] {
        certificate(&tls.join("node.pem"), before, after);
        assert_eq!(line(&doctor(&[dir]).1, "certificate").0, verdict, "{before} to {after}");
    }
    fs::write(tls.join("node.pem"), "no certificate").unwrap();
    assert!(line(&doctor(&[dir]).1, "certificate").1.contains("holds no certificate"));
    fs::remove_file(&key).unwrap();
    assert!(line(&doctor(&[dir]).1, "keys").1.contains("document.key"));

    fs::write(folder.path().join("motcua.toml"), "unit = 4\n").unwrap();
    let (code, findings) = doctor(&[dir]);
    assert_eq!((code, line(&findings, "configuration").0), (1, "bad"));
    assert_eq!(line(&findings, "data").0, "ok", "the usual place is looked at all the same");
}

#[test]
fn a_running_node_is_asked_too_and_nothing_bad_is_a_zero() {
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path(), "00004");
    let node = Process::serve(folder.path());
    // It has read its configuration, and got a port.
    listen_on(folder.path(), node.url.strip_prefix("http://").unwrap());
    for args in [&[folder.path().to_str().unwrap()] as &[&str], &["--node", &node.url]] {
        let (code, findings) = doctor(args);
        assert_eq!(code, 0, "{findings:?}");
        assert!(line(&findings, "node").1.contains(&node.url));
        assert!(line(&findings, "parent").1.contains("top of the tree"));
        for what in ["clock", "journal", "derived state", "disk"] {
            assert_ne!(line(&findings, what).0, "bad", "{what}");
        }
    }
    let output = motcua(&["doctor", "--node", &node.url]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().any(|l| l.starts_with("ok    node            00004 serves at")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_clock_went_back_and_whose_parent_is_away_says_both() {
    let (_nobody, parent) = silent();
    let parent = format!("http://{parent}");
    let clock = Moved::at(at("2018-03-20T08:00:00+07:00"));
    let mut node = TestNode::new("00004", "2018-01-15", Some(&parent), &clock).await;
    node.running.stop().await.unwrap();
    let back = Moved::at(at("2018-03-17T08:00:00+07:00"));
    let mut config = motcua::config::Config::load(&node.folder.path().join("motcua.toml")).unwrap();
    config.closing.automatic = false;
    node.running = crate::support::start(&config, &back).await;
    let url = node.url();
    // Its link upward has failed at least once when it says so.
    let failed = async {
        while node.running.node.link.up().last_error.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), failed).await.unwrap();
    let (code, findings) = tokio::task::block_in_place(|| doctor(&["--node", &url]));
    assert_eq!(code, 1, "{findings:?}");
    let (verdict, detail) = line(&findings, "clock");
    assert!(verdict == "bad" && detail.contains("3 days before the last entry"), "{detail}");
    assert_eq!(line(&findings, "parent").0, "warn");
    assert_eq!(line(&findings, "unsent"), ("warn", "not known: the parent was not reached since the start"));
    assert!(line(&findings, "closing").1.contains("set the clock"));
    node.running.stop().await.unwrap();
}
