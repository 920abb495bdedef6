//! What people run into first: the README's walk-through, books that begin in the middle of a month, an import from before the books, a reader that goes away.

use std::{
    fs,
    io::Write,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use motcua::clock::Moved;
use serde_json::Value;

use super::{
    process::Process,
    support::{TestNode, at, motcua, must},
};

/// The walk-through of the README: a secure top, and a commune in two commands.
#[test]
fn a_newcomer_brings_up_a_secure_top_and_a_commune() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (top, commune) = (path("quang-ninh"), path("nguyen-hue"));
    must(&["init", &top, "--unit", "22", "--listen", &free(), "--books-from", "2025-12-15"]);
    let serving = Process::serve(top.as_ref());
    assert!(serving.url.starts_with("https://"));
    let units = "code,name,level,parent_code\n22,Quảng Ninh,province,\n07099,Nguyễn Huệ,commune,22\n";
    fs::write(path("units.csv"), units).unwrap();
    must(&["registry", "import", "tree", &path("units.csv"), "--dir", &top]);

    let token = must(&["token", "issue", "--unit", "07099", "--dir", &top]);
    let mut join = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(["init", &commune, "--token", "-", "--listen", &free()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    join.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    assert!(join.wait().unwrap().success());
    let below = Process::serve(commune.as_ref());

    let credentials = path("b.credentials");
    fs::write(&credentials, must(&["access", "issue", "--name", "Trần Thị B", "--role", "desk", "--dir", &commune]))
        .unwrap();
    fs::set_permissions(&credentials, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(path("d.csv"), "code,in,out,how\nA,2026-01-16,2026-01-20,Desk\nB,2026-01-17,,Desk\n").unwrap();
    let mapping = "source = \"log\"\n[input]\nkind = \"dossiers\"\n[columns]\ndossier = \"code\"\nreceived_at = \"in\"\nclosed_at = \"out\"\nchannel = \"how\"\n[channels]\nDesk = \"direct\"\n";
    fs::write(path("m.toml"), mapping).unwrap();
    must(&["desk", "import", &path("d.csv"), "--mapping", &path("m.toml"), "--credentials", &credentials]);
    must(&["period", "close", "2026-02", "--dir", &commune]);
    // A desk records and does not close.
    assert_eq!(motcua(&["period", "close", "2026-02", "--credentials", &credentials]).status.code(), Some(1));
    let report = || {
        let report = must(&["report", "--period", "2026-02", "--format", "json", "--dir", &top]);
        serde_json::from_str::<Value>(&report).unwrap()
    };
    let begun = std::time::Instant::now();
    while report()["total"]["received_new"] != 2 {
        assert!(begun.elapsed().as_secs() < 60, "the figures do not arrive: {}", report());
    }
    assert!(must(&["status", "--dir", &commune]).contains("certificate "));
    assert!(must(&["node", "list", "--dir", &top]).contains("enrolled"));
    drop((serving, below));
}

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
    fs::write(&file, "code,in,out,how\nA,2011-01-01,2011-01-05,Desk\n").unwrap();
    let mapping = node.folder.path().join("mapping.toml");
    let text = "source = \"old\"\n[input]\nkind = \"dossiers\"\n[columns]\ndossier = \"code\"\nreceived_at = \"in\"\nclosed_at = \"out\"\nchannel = \"how\"\n[channels]\nDesk = \"direct\"\n";
    fs::write(&mapping, text).unwrap();
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
