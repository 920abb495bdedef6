//! Where secrets must not be: in logs, in errors, in the journal, in files that others can read.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use motcua::trust::{access::AccessKey, ticket::Ticket};

use super::*;
use crate::support::{motcua, must};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn without_secrets(what: &str, text: &[u8], secrets: &[(&str, Vec<u8>)]) {
    for (name, secret) in secrets {
        assert!(secret.len() >= 16, "{name} is too short to look for");
        let found = text.windows(secret.len()).any(|window| window == secret.as_slice());
        assert!(!found, "{name} stands in {what}");
    }
}

/// The lines of a PEM file that are the secret.
fn inside(file: &Path) -> Vec<u8> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().find(|line| !line.starts_with('-')).unwrap().as_bytes().to_vec()
}

#[test]
fn secrets_stand_in_no_log_no_journal_and_no_file_that_others_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("node");
    let dir_text = dir.to_str().unwrap();
    must(&["init", dir_text, "--unit", "22", "--listen", "127.0.0.1:0", "--address", "https://127.0.0.1:7070"]);
    let mut node = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(["serve", "--config"])
        .arg(dir.join("motcua.toml"))
        .env("RUST_LOG", "trace,sled=info")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(node.stderr.take().unwrap());
    let mut log = Vec::new();
    let url = loop {
        let from = log.len();
        assert!(told.read_until(b'\n', &mut log).unwrap() > 0, "{}", String::from_utf8_lossy(&log));
        let line = String::from_utf8_lossy(&log[from..]).into_owned();
        if let Some((_, url)) = line.split_once(" serves at ") {
            break url.trim().to_owned();
        }
    };
    let rest = std::thread::spawn(move || {
        told.read_to_end(&mut log).unwrap();
        log
    });
    // It has read its configuration, and got a port.
    let config = dir.join("motcua.toml");
    let text = fs::read_to_string(&config).unwrap().replace("127.0.0.1:0", url.strip_prefix("https://").unwrap());
    fs::write(&config, text).unwrap();
    let tree = folder.path().join("tree.csv");
    fs::write(&tree, "code,name,level,parent_code\n22,A,province,\n205,B,district,22\n").unwrap();
    must(&["registry", "import", "tree", tree.to_str().unwrap(), "--dir", dir_text]);

    let credentials = must(&["access", "issue", "--name", "Người Xem", "--role", "viewer", "--dir", dir_text]);
    let table: toml::Table = toml::from_str(&credentials).unwrap();
    let token = table["token"].as_str().unwrap().to_owned();
    let file = folder.path().join("mine.toml");
    fs::write(&file, &credentials).unwrap();
    let status =
        |file: &Path| -> Output { motcua(&["status", "--credentials", file.to_str().unwrap(), "--node", &url]) };
    // As the shell writes it, everybody can read it: it is not used before that is mended.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let output = status(&file);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!output.status.success() && said.contains("chmod 600"), "{said}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(status(&file).status.success());
    // What is nearly a credentials file is not told to the terminal.
    let broken = folder.path().join("broken.toml");
    fs::write(&broken, credentials.replace("authority", "author")).unwrap();
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o600)).unwrap();
    let broken = status(&broken);
    assert!(!broken.status.success());
    let ticket = must(&["token", "issue", "--unit", "205", "--dir", dir_text]);
    let half = motcua(&["init", folder.path().join("x").to_str().unwrap(), "--token", &ticket.trim()[..80]]);
    assert!(!half.status.success());
    let joined = folder.path().join("joined");
    let patched = motcua(&["init", joined.to_str().unwrap(), "--token", ticket.trim()]);
    // The address of the top is made up, so nobody answers there; the keys are made all the same.
    assert!(!patched.status.success());

    let data = dir.join("data");
    let secret = |token: &str| token.rsplit('.').next().unwrap().as_bytes().to_vec();
    let secrets = [
        ("the person's token", secret(&token)),
        ("the join token", secret(ticket.trim())[..60].to_vec()),
        ("the key of tokens", fs::read(data.join("access.key")).unwrap().trim_ascii().to_vec()),
        ("the document key", inside(&data.join("document.key"))),
        ("the key of the links", inside(&data.join("tls/node.key"))),
        ("the authority's key", inside(&data.join("authority/authority.key"))),
    ];
    node.kill().unwrap();
    node.wait().unwrap();
    let log = rest.join().unwrap();
    let text = String::from_utf8_lossy(&log);
    assert!(text.contains("TRACE"), "it logs too little to be looked at");
    without_secrets("the log", &log, &secrets);
    for (what, output) in
        [("credentials", &output), ("broken credentials", &broken), ("half a token", &half), ("a join", &patched)]
    {
        without_secrets(what, &[output.stdout.clone(), output.stderr.clone()].concat(), &secrets);
    }
    let mut all = Vec::new();
    files(&dir, &mut all);
    files(&joined, &mut all);
    let mut keys = 0;
    for file in all {
        if file.extension().is_some_and(|e| e == "key" || e == "next") {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
            keys += 1;
        } else {
            without_secrets(&file.display().to_string(), &fs::read(&file).unwrap(), &secrets);
        }
    }
    assert!(keys >= 6, "{keys}");
    for folder in [&data, &joined.join("data")] {
        assert_eq!(mode(folder), 0o700, "{}: books are about people", folder.display());
    }
}

#[test]
fn what_is_printed_for_a_programmer_shows_no_secret() {
    let address = "https://10.0.0.1:7070".to_owned();
    let ticket = Ticket::new(address, [1; 32], [2; 32], "07069".into(), "k3".into(), [231; 32]);
    let key = AccessKey::new([231; 32]);
    let link = NodeKey::generate().unwrap();
    let authority = authority();
    let credential = motcua::wire::link::Token::new("motcua-access-1.aaaa.c2VjcmV0LXNlY3JldA").unwrap();
    let printed = [
        format!("{ticket:?}"),
        format!("{key:?}"),
        format!("{link:?}"),
        format!("{authority:?}"),
        format!("{credential:?}"),
        format!("{:?}", identity(&authority, "07069", -1, 1)),
        format!("{:?}", motcua::node::Powers { access: Some(key), ..Default::default() }),
    ];
    let body = |pem: String| pem.lines().nth(1).unwrap().to_owned();
    let secrets = ["231, 231".to_owned(), "c2VjcmV0".to_owned(), body(link.pem()), body(authority.key_pem())];
    for text in printed {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{text}");
        }
    }
}
