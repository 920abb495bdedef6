//! The bodies of the fuzz targets on stable: every seed and every file of the corpus goes through, in every `cargo test`.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use targets::{TARGETS, seeds};

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

/// The most bytes of all seeds together: they are for beginning with, what a long run finds stays outside.
const MOST: u64 = 200 << 10;

#[test]
fn seeds_are_made_of_what_the_program_writes_today() {
    let write = std::env::var_os("MOTCUA_WRITE").is_some();
    let (mut stale, mut bytes) = (Vec::new(), 0);
    for (target, seeds) in seeds::all() {
        assert!(TARGETS.iter().any(|(name, _)| *name == target), "{target}");
        for (name, seed) in seeds {
            let file = corpus(target).join(&name);
            bytes += seed.len() as u64;
            if write {
                fs::create_dir_all(corpus(target)).unwrap();
                fs::write(&file, &seed).unwrap();
            } else if fs::read(&file).ok().as_ref() != Some(&seed) {
                stale.push(format!("{target}/{name}"));
            }
        }
    }
    assert!(bytes < MOST, "{bytes} bytes of seeds");
    assert!(stale.is_empty(), "MOTCUA_WRITE=1 cargo test --test it fuzz::seeds writes them anew: {stale:?}");
}

#[test]
fn whatever_was_once_found_goes_through() {
    for (target, body) in TARGETS {
        let mut files: Vec<PathBuf> = fs::read_dir(corpus(target)).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 2, "{target} has no seeds");
        files.sort();
        for file in files {
            let input = fs::read(&file).unwrap();
            let went = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&input)));
            assert!(went.is_ok(), "{} fails: the reason stands above", file.display());
        }
        body(&[]);
    }
}
