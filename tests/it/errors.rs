//! docs/errors.md names every reason the program gives, and no other, with its gRPC code.

use std::{collections::BTreeSet, fs, path::Path};

use motcua::wire::status::code_of;
use tonic::Code;

use super::rooms::sources;

/// Words in capitals that are no reasons: what the build and the environment are asked for, and marks in files.
const OTHERS: &[&str] = &[
    "CARGO_PKG_VERSION",
    "CARGO_MANIFEST_DIR",
    "OUT_DIR",
    "RUST_LOG",
    "MOTCUA_CRASH_AT",
    "MOTCUAJ1",
    "MCGR",
    "MOTCUAO1",
    "OBFR",
    "CERTIFICATE",
];

/// Reason and gRPC code of every row.
fn rows() -> Vec<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    let text = fs::read_to_string(file).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.trim_end_matches(" |").split(" | ").collect();
        assert_eq!(cells.len(), 4, "{line}");
        Some((cells[0].trim_end_matches('`').to_owned(), cells[3].to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// Whether a user finds it in the documentation.
pub fn is_documented(reason: &str) -> bool {
    rows().iter().any(|(known, _)| known == reason)
}

/// Whether a text is written as reasons are.
fn looks_like_one(text: &str) -> bool {
    text.len() > 3
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[test]
fn every_reason_is_documented_and_every_documented_one_exists() {
    let documented: BTreeSet<String> = rows().into_iter().map(|(reason, _)| reason).collect();
    let mut given = BTreeSet::new();
    // The command line names its arguments in capitals.
    for (name, _, code) in sources().into_iter().filter(|(name, ..)| !name.starts_with("cli/args")) {
        // Between two quotes every second piece is a text; a quote inside one only shifts the pieces of its line.
        for line in code.lines() {
            for text in line.split('"').filter(|text| looks_like_one(text) && !OTHERS.contains(text)) {
                given.insert(text.to_owned());
                assert!(documented.contains(text), "{text} in src/{name} is not in docs/errors.md");
            }
        }
    }
    let gone: Vec<_> = documented.difference(&given).collect();
    assert!(gone.is_empty(), "docs/errors.md tells of reasons nobody gives: {gone:?}");
    assert!(given.len() > 90, "the test reads the wrong folder");
}

#[test]
fn every_code_is_the_one_that_is_sent() {
    let name = |code: Code| match code {
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::NotFound => "NOT_FOUND",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::Unavailable => "UNAVAILABLE",
        Code::Internal => "INTERNAL",
        Code::Aborted => "ABORTED",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Unauthenticated => "UNAUTHENTICATED",
        other => panic!("{other:?} has no name here"),
    };
    for (reason, code) in rows() {
        // A dash: never sent. OK: sent with an answer.
        if code != "–" && code != "OK" {
            assert_eq!(code, name(code_of(&reason)), "{reason}");
        }
    }
}
