//! What people run into first: books that begin in the middle of a month, an import from before the books, a reader that goes away.

use std::process::{Command, Stdio};

use motcua::clock::Moved;
use serde_json::Value;

use super::support::{TestNode, at, motcua, must};

#[tokio::test(flavor = "multi_thread")]
async fn books_that_begin_inside_a_period_are_complete_for_it() {
    let clock = Moved::at(at("2026-01-05T08:00:00+07:00"));
    let node = TestNode::new("00004", "2011-06-01", None, &clock).await;
    let url = node.url();
    tokio::task::block_in_place(|| {
        let report = must(&["report", "--period", "2011-06", "--format", "json", "--node", &url]);
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["completeness"]["received"], 1, "{report}");
        let table = must(&["report", "--period", "2011-06", "--lang", "en", "--node", &url]);
        assert!(table.contains("01/06/2011"), "the table says where the books begin: {table}");
        // Wholly before them there is nothing to say.
        let before = motcua(&["report", "--period", "2009-01", "--node", &url]);
        assert_eq!(before.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&before.stderr).contains("BOOKS_BEGIN_LATER"));
    });
    node.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_takes_nothing_in_says_no_and_what_to_do() {
    let clock = Moved::at(at("2026-01-05T08:00:00+07:00"));
    let node = TestNode::new("00004", "2025-12-15", None, &clock).await;
    let file = node.folder.path().join("old.csv");
    std::fs::write(&file, "code,in,out,how\nA,2011-01-01,2011-01-05,Desk\n").unwrap();
    let mapping = node.folder.path().join("mapping.toml");
    let text = "source = \"old\"\n[input]\nkind = \"dossiers\"\n[columns]\ndossier = \"code\"\nreceived_at = \"in\"\nclosed_at = \"out\"\nchannel = \"how\"\n[channels]\nDesk = \"direct\"\n";
    std::fs::write(&mapping, text).unwrap();
    let args =
        ["desk", "import", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap(), "--node", &node.url()];
    let output = tokio::task::block_in_place(|| motcua(&args));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("--opening") && error.contains("nothing was taken in"), "{error}");
    node.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_is_no_error() {
    let clock = Moved::at(at("2026-01-05T08:00:00+07:00"));
    let node = TestNode::new("00004", "2010-09-15", None, &clock).await;
    let url = node.url();
    let output = tokio::task::block_in_place(|| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(["status", "--node", &url])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap()
    });
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    assert!(output.status.success());
    node.running.stop().await.unwrap();
}
