//! A desk with an outbox by the real program: the node away, the node back, the node forgetful.

use std::fs;

use super::{dossiers, field, number};
use crate::{
    process::{Process, copy},
    support::{motcua, must},
};

#[test]
fn events_wait_for_a_node_that_is_away_and_come_again_to_one_that_forgot() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (dir, outbox) = (path("node"), path("outbox"));
    must(&["init", &dir, "--unit", "00004", "--plain", "--listen", "127.0.0.1:0", "--books-from", "2025-12-15"]);
    let (file, mapping) = dossiers(folder.path(), "first", "2026-02-03", 9);
    let nobody = "http://127.0.0.1:9";
    let ended = |args: &[&str]| {
        let output = motcua(args);
        let told = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), told, String::from_utf8(output.stderr).unwrap())
    };
    let (code, told, why) =
        ended(&["desk", "import", &file, "--mapping", &mapping, "--outbox", &outbox, "--node", nobody]);
    assert_eq!((code, number(&field(&told, "kept"))), (3, 15), "{told}{why}");
    assert!(why.contains("no node answers") && why.contains("15 events wait in the outbox"), "{why}");
    // Once more is not twice as much.
    let again = ended(&["desk", "import", &file, "--mapping", &mapping, "--outbox", &outbox, "--node", nobody]);
    assert_eq!((again.0, number(&field(&again.1, "kept"))), (3, 0), "{again:?}");
    let (code, _, why) = ended(&["desk", "send", "--outbox", &outbox, "--node", nobody]);
    assert!(code == 3 && why.contains("15 of 15 events in the outbox wait"), "{why}");
    // Without an outbox nothing has changed.
    let (code, _, why) = ended(&["desk", "import", &file, "--mapping", &mapping, "--node", nobody]);
    assert!(code == 3 && !why.contains("wait"), "{why}");

    let node = Process::serve(dir.as_ref());
    let told = must(&["desk", "send", "--outbox", &outbox, "--node", &node.url]);
    assert_eq!(
        (number(&field(&told, "sent")), number(&field(&told, "recorded")), number(&field(&told, "kept"))),
        (15, 15, 15)
    );
    let told = must(&["desk", "send", "--outbox", &outbox, "--node", &node.url]);
    assert_eq!(number(&field(&told, "sent")), 0, "nothing has to be sent twice: {told}");
    drop(node);

    // Somebody puts an old copy back without `restore`: the journal is shorter than it was, and that is enough.
    let old = path("old");
    copy(dir.as_ref(), old.as_ref());
    let node = Process::serve(dir.as_ref());
    let (file, _) = dossiers(folder.path(), "second", "2026-02-04", 6);
    let told = must(&["desk", "import", &file, "--mapping", &mapping, "--outbox", &outbox, "--node", &node.url]);
    assert_eq!(number(&field(&told, "kept")), 25, "{told}");
    drop(node);
    let node = Process::serve(old.as_ref());
    let told = must(&["desk", "send", "--outbox", &outbox, "--node", &node.url]);
    assert_eq!((number(&field(&told, "sent")), number(&field(&told, "brought back"))), (10, 10), "{told}");

    // What the node refuses stays until somebody says otherwise, and is told.
    let (file, _) = dossiers(folder.path(), "before-the-books", "2025-12-01", 3);
    let (code, ..) = ended(&["desk", "import", &file, "--mapping", &mapping, "--outbox", &outbox, "--node", nobody]);
    assert_eq!(code, 3);
    let (code, told, why) = ended(&["desk", "send", "--outbox", &outbox, "--node", &node.url]);
    assert!(code == 1 && number(&field(&told, "refused")) > 0 && why.contains("[BEFORE_BOOKS]"), "{told}{why}");
    let refused = number(&field(&told, "refused"));
    let (code, told, _) = ended(&["desk", "send", "--forget-refused", "--outbox", &outbox, "--node", &node.url]);
    assert_eq!((code, number(&field(&told, "refused"))), (1, refused));
    let told = must(&["desk", "send", "--outbox", &outbox, "--node", &node.url, "--keep-days", "0"]);
    assert_eq!((number(&field(&told, "sent")), number(&field(&told, "kept "))), (0, 0), "{told}");
    let damaged = format!("{outbox}/outbox.log");
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[50] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    let (code, _, why) = ended(&["desk", "send", "--outbox", &outbox, "--node", &node.url]);
    assert!(code == 3 && why.contains("is damaged at byte 8"), "{why}");
}
