//! What scripts rely on: 0 done, 1 the answer is no, 2 wrong usage, 3 could not.

use std::net::TcpListener;

use super::{bad_input::node, support::motcua};

/// The exit code, and standard error as one line.
fn ended(args: &[&str]) -> (i32, String) {
    let output = motcua(args);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn five_mistakes_are_told_at_once_and_no_port_is_bound() {
    let folder = tempfile::tempdir().unwrap();
    // Whoever tried to listen here would fail with 3.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let file = folder.path().join("motcua.toml");
    let text = format!(
        "unit = \"xã 4\"\nlisten = \"{}\"\ncolour = \"red\"\n[parent]\nurl = \"https://tinh.vn\"\n[closing]\nautomatic = \"yes\"\ngrace_days = 900\n",
        taken.local_addr().unwrap()
    );
    std::fs::write(&file, text).unwrap();
    let (code, told) = ended(&["serve", "--config", file.to_str().unwrap()]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("5 mistakes"), "{told}");
    for key in ["unit", "colour", "parent.url", "closing.automatic", "closing.grace_days"] {
        assert!(told.contains(&format!("  {key}: ")), "{key} in {told}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exit_code_means_one_thing() {
    let (node, _) = node("01", "01").await;
    let url = node.url();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let missing = node.folder.path().join("nothing.toml");
    let missing = missing.to_str().unwrap();
    tokio::task::block_in_place(|| {
        for (code, args) in [
            (0, &["report", "--period", "2018-02", "--node", &url] as &[&str]),
            (0, &["period", "close", "2018-02", "--node", &url]),
            (1, &["period", "close", "2018-02", "--node", &url]),
            (1, &["period", "amend", "2018-03", "--reason", "why", "--unit", "88888", "--node", &url]),
            (1, &["report", "--period", "2018-02", "--complete", "--node", &url]),
            (1, &["report", "--period", "2018-W07", "--node", &url]),
            (2, &["report", "--period", "February", "--node", &url]),
            (2, &["report", "--period", "2018-02", "--format", "gold", "--node", &url]),
            (2, &["period", "amend", "2018-02", "--node", &url]),
            (2, &["status", "--node", "not an address"]),
            (2, &["serve", "--config", missing]),
            (2, &["knit"]),
            (3, &["status", "--node", &silent]),
            (3, &["report", "--period", "2018-02", "--node", &silent]),
            (3, &["fsck", node.folder.path().to_str().unwrap()]),
        ] {
            let (is, told) = ended(args);
            assert_eq!(is, code, "{args:?}: {told}");
            assert!(code == 0 || !told.is_empty(), "{args:?} says nothing");
            assert!(!told.contains("panicked"), "{args:?}: {told}");
        }
    });
    node.running.stop().await.unwrap();
}
