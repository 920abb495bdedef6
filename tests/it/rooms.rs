//! The table of rooms in docs/architecture.md, as a test: who may use whom, and which words may stand where.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What each room may use of its own crate.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("check", &["check", "domain"]),
    ("document", &["document", "domain", "wire"]),
    ("ledger", &["ledger", "domain", "document"]),
    ("lock", &["lock"]),
    ("store", &["store", "lock", "ledger", "wire", "domain", "document"]),
    ("wire", &["wire", "domain", "document", "ledger", "reports", "check"]),
    ("metrics", &["metrics"]),
    ("node", &["node", "metrics", "ledger", "store", "domain", "document", "reports", "wire", "trust"]),
    ("federation", &["federation", "node", "wire", "domain", "document", "trust", "clock"]),
    ("api", &["api", "node", "metrics", "wire", "domain", "ledger", "reports", "config", "trust", "check"]),
    ("trust", &["trust", "ledger", "document", "domain", "wire", "config", "clock"]),
    ("desk", &["desk", "domain", "lock", "wire"]),
    ("reports", &["reports", "check", "domain"]),
    ("doctor", &["doctor", "document", "domain", "store", "wire"]),
    ("config", &["config", "domain", "node", "reports"]),
    ("clock", &["clock", "domain", "store"]),
];

/// Words that may stand only in certain rooms (tests aside), and why.
const WORDS: &[(&str, &[&str], &str)] = &[
    ("Utc::now", &["clock.rs"], "only the clock asks the time"),
    ("Local::now", &[], "only the clock asks the time"),
    ("SystemTime::now", &["clock.rs"], "only the clock asks the time"),
    ("sled::", &["store/sled_map.rs"], "sled is known to one file"),
    ("lettre::", &["config/alerting.rs", "run/digest.rs"], "one file reads addresses, one sends mail"),
    ("crypto::ring", &["trust/provider.rs"], "one file says who does the cryptography"),
    (".unwrap()", &[], "errors are values"),
    (".expect(", &[], "errors are values"),
    ("todo!", &[], "no stubs"),
    ("unimplemented!", &[], "no stubs"),
    ("dbg!", &[], "no left-overs"),
];

/// Crates that pure rooms never name.
const IMPURE: &[&str] = &["tokio", "std::fs", "std::net", "std::env", "rand", "getrandom", "fastrand", "std::thread"];
const PURE: &[&str] = &["domain", "check", "document", "ledger", "reports"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Name below `src`, room, and code without its tests and comments.
pub fn sources() -> Vec<(String, String, String)> {
    let mut paths = Vec::new();
    files(&src(), &mut paths);
    assert!(paths.len() > 50, "the test reads the wrong folder");
    let all = paths.into_iter().map(|path| {
        let name = path.strip_prefix(src()).unwrap().to_str().unwrap().to_owned();
        let room = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code: Vec<&str> = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        (name, room, code.join("\n"))
    });
    all.filter(|(name, ..)| !is_test(name)).collect()
}

fn is_test(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap();
    name.contains("/tests/")
        || base == "tests.rs"
        || base.ends_with("_tests.rs")
        || matches!(base, "map_conformance.rs" | "real.rs" | "properties.rs")
}

/// The first words after every `crate::` in a file, `use` groups included.
fn used_rooms(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            let mut start = true;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => start = true,
                    c if depth == 1 && start && (c.is_alphanumeric() || c == '_') => word.push(c),
                    ':' | ';' if depth == 1 && start => start = false,
                    _ => {}
                }
                if (!start || depth == 0 || c == ',') && !word.is_empty() {
                    rooms.push(std::mem::take(&mut word));
                    start = c == ',';
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            rooms.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut broken = Vec::new();
    for (name, room, code) in sources() {
        let Some(allowed) = allowed.get(room.as_str()) else { continue };
        for used in used_rooms(&code) {
            if !allowed.contains(&used.as_str()) {
                broken.push(format!("src/{name} uses {used}"));
            }
        }
    }
    broken.sort();
    broken.dedup();
    assert!(broken.is_empty(), "the table of rooms is broken:\n{}", broken.join("\n"));
}

#[test]
fn words_stand_only_where_they_may() {
    let mut broken = Vec::new();
    for (name, room, code) in sources() {
        for (word, places, why) in WORDS {
            if code.contains(word) && !places.contains(&name.as_str()) {
                broken.push(format!("src/{name}: `{word}`, but {why}"));
            }
        }
        for word in IMPURE.iter().filter(|_| PURE.contains(&room.as_str())) {
            if code.contains(word) {
                broken.push(format!("src/{name}: `{word}`, but {room} is pure"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_reader_of_use_lines_reads_groups() {
    let code = "use crate::{\n    domain::{a::B, c},\n    ledger::x,\n};\nuse crate::wire::pb;\nlet x = crate::store::keys::NODE;";
    assert_eq!(used_rooms(code), ["domain", "ledger", "wire", "store"]);
}
