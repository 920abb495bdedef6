//! The story: a commune works, is backed up, works on for some weeks, publishes, and burns down. A new machine gets the old backup. What it had
//! published comes back from its parent, what its desks had sent comes back from them, and in the end it is what it would have been.

use std::{fs, net::TcpListener, time::Instant};

use serde_json::Value;

use super::{dossiers, field, number};
use crate::{
    process::{Process, state_hash},
    support::{motcua, must},
};

/// Waits for what a command prints.
fn until(what: &str, there: impl Fn() -> bool) {
    let begun = Instant::now();
    while !there() {
        assert!(begun.elapsed().as_secs() < 60, "waited in vain for {what}");
    }
}

fn total(dir: &str, period: &str, unit: &str) -> Value {
    let report = must(&["report", "--period", period, "--unit", unit, "--format", "json", "--dir", dir]);
    serde_json::from_str::<Value>(&report).unwrap()["total"].clone()
}

#[test]
fn a_commune_restored_from_an_old_backup_is_whole_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (top, commune, backup, outbox) = (path("quang-ninh"), path("nguyen-hue"), path("backup"), path("outbox"));
    must(&["init", &top, "--unit", "22", "--listen", &free(), "--books-from", "2025-12-15"]);
    let above = Process::serve(top.as_ref());
    fs::write(path("units.csv"), "code,name,level,parent_code\n22,Quảng Ninh,province,\n07099,Nguyễn Huệ,commune,22\n")
        .unwrap();
    must(&["registry", "import", "tree", &path("units.csv"), "--dir", &top]);
    fs::write(path("token"), must(&["token", "issue", "--unit", "07099", "--dir", &top])).unwrap();
    must(&["init", &commune, "--token", &format!("@{}", path("token")), "--listen", &free()]);
    let config = format!("{commune}/motcua.toml");
    let text = fs::read_to_string(&config).unwrap().replace("automatic = true", "automatic = false");
    fs::write(&config, text).unwrap();
    let node = Process::serve(commune.as_ref());
    let import = |name: &str, day: &str, count| {
        let (file, mapping) = dossiers(folder.path(), name, day, count);
        must(&["desk", "import", &file, "--mapping", &mapping, "--outbox", &outbox, "--dir", &commune])
    };
    let published = |period: &str, count: u64| {
        must(&["period", "close", period, "--dir", &commune]);
        until("the parent to have it", || must(&["status", "--dir", &commune]).contains(" 0 unsent"));
        until("the figures at the top", || total(&top, period, "22")["received_new"] == count);
    };

    // January is in the backup.
    let told = import("january", "2026-01-05", 9);
    assert_eq!((number(&field(&told, "recorded ")), number(&field(&told, "kept "))), (15, 15), "{told}");
    published("2026-01", 9);
    let told = must(&["backup", &commune, "--to", &backup]);
    let reach = number(&field(&told, "entry"));
    assert_eq!(field(&told, "unit"), "07099");
    drop(node);
    let node = Process::serve(commune.as_ref());
    let status = must(&["status", "--dir", &commune]);
    assert!(field(&status, "backup").contains(&format!("up to entry {reach}")), "{status}");
    let told = must(&["desk", "send", "--outbox", &outbox, "--dir", &commune]);
    assert_eq!((number(&field(&told, "sent")), number(&field(&told, "now in a backup"))), (0, 15), "{told}");

    // February is not.
    import("february", "2026-02-03", 12);
    published("2026-02", 12);
    import("march", "2026-03-02", 6);
    let before = total(&commune, "2026-03", "07099");
    drop(node);
    let whole = state_hash(commune.as_ref());
    fs::remove_dir_all(&commune).unwrap();

    let told = must(&["restore", &backup, &commune]);
    assert_eq!(number(&field(&told, "entry")), reach);
    let epoch = number(&field(&told, "new epoch"));
    assert!(epoch > 1_000_000_000_000, "{told}");
    let node = Process::serve(commune.as_ref());
    // What it had published is its own again, and its books do not explain it yet.
    until("what it published", || must(&["status", "--dir", &commune]).contains("unexplained"));
    assert_eq!(total(&commune, "2026-02", "07099")["received_new"], 12);
    let refused = motcua(&["period", "close", "2026-03", "--dir", &commune]);
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && why.contains("[RESTORED]"), "{why}");
    let trail = must(&["audit", &commune]);
    assert!(trail.contains("restored from a backup up to entry") && trail.contains("took back"), "{trail}");

    // The desk offers again what it keeps, by itself.
    let told = must(&["desk", "send", "--outbox", &outbox, "--dir", &commune]);
    assert_eq!((number(&field(&told, "brought back")), number(&field(&told, "kept"))), (30, 30), "{told}");
    assert!(!must(&["status", "--dir", &commune]).contains("unexplained"));
    assert_eq!(total(&commune, "2026-03", "07099"), before);
    published("2026-03", 6);
    drop((node, above));
    assert_eq!(state_hash(commune.as_ref()), whole, "as if it had never burnt down");
    // Nobody published anything twice.
    let trail = must(&["audit", &commune, "--format", "json"]);
    assert!(!trail.contains("amend"), "{trail}");
}
