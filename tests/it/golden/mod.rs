//! Golden bytes: what a release wrote is read for ever, and means what it meant. Each release has a folder under `tests/golden`; one is never
//! changed after its release. `MOTCUA_WRITE=1 cargo test --test it golden` writes the folder of the release under development.

mod documents;
mod entries;
mod made;
mod node;
mod registry;
mod rpc;
mod said;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The release under development.
const RELEASE: &str = concat!("v", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));

/// Files by their path inside a release's folder.
type Files = BTreeMap<String, Vec<u8>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// What this release writes, written down where that is asked for, once in a run.
static MADE: LazyLock<Files> = LazyLock::new(|| {
    let made::Made { mut files, state } = made::make();
    files.extend(rpc::make());
    if std::env::var_os("MOTCUA_WRITE").is_some() {
        let folder = root().join(RELEASE);
        let _ = fs::remove_dir_all(&folder);
        // sled's own bytes differ from run to run: they are kept once, and only read
        for (path, bytes) in files.iter().chain(&state) {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
    }
    files
});

/// Every release there is a folder of, and its files; the one under development must be among them.
fn releases() -> Vec<(String, Files)> {
    if std::env::var_os("MOTCUA_WRITE").is_some() {
        LazyLock::force(&MADE);
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let entry = entry.unwrap();
        let mut files = Files::new();
        read_into(&entry.path(), "", &mut files);
        all.push((entry.file_name().into_string().unwrap(), files));
    }
    all.sort();
    assert!(all.iter().any(|(name, _)| name == RELEASE), "tests/golden/{RELEASE} is missing: MOTCUA_WRITE=1 writes it");
    all
}

fn read_into(folder: &Path, under: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{under}{}", entry.file_name().to_str().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => read_into(&entry.path(), &format!("{name}/"), files),
            false => drop(files.insert(name, fs::read(entry.path()).unwrap())),
        }
    }
}

/// The files below a folder, by the path inside it.
fn below<'f>(files: &'f Files, folder: &str) -> BTreeMap<&'f str, &'f [u8]> {
    let inside = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?, bytes.as_slice())));
    inside.collect()
}

#[test]
fn what_this_release_writes_is_what_is_kept() {
    let folder = root().join(RELEASE);
    for (path, bytes) in &*MADE {
        let kept = fs::read(folder.join(path)).unwrap_or_default();
        if path.ends_with(".txt") {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            said::same(path, &text(&kept), &text(bytes));
        }
        let (now, then) = (bytes.len(), kept.len());
        assert!(
            kept == *bytes,
            "tests/golden/{RELEASE}/{path}: this program writes {now} other bytes than the {then} kept"
        );
    }
}
