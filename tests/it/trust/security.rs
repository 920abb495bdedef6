//! SECURITY.md names the tests that show what it says, so it cannot promise what nobody looks at.

use std::{fs, path::Path};

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    ["src", "tests"].into_iter().for_each(|folder| sources(&root.join(folder), &mut code));
    let text = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    // Every second piece between backquotes; the names of tests are whole sentences.
    let named: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.matches('_').count() >= 4 && word.bytes().all(|b| b == b'_' || b.is_ascii_lowercase()))
        .collect();
    assert!(named.len() > 30, "the test reads the wrong text: {named:?}");
    for name in named {
        let at = code.find(&format!("fn {name}()")).unwrap_or_else(|| panic!("there is no test {name}"));
        let before = code[..at].trim_end().trim_end_matches("async").trim_end();
        assert!(before.ends_with(']'), "{name} is no test");
    }
}
