//! The directory of a node of every release: its journal is read to the last entry, its derived state is used as it lies or made anew, and both ways
//! lead to what was known then.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use motcua::{
    store::{
        core::Core,
        disk::OsDisk,
        journal::{Journal, Options},
        keys,
        open::{DataDir, OpenOptions},
    },
    wire::store::{decode_by, decode_entry, encode_entry},
};

use super::{Files, below, made, registry::DISTRICT, releases, said};

#[test]
fn the_node_of_every_release_opens_and_knows_what_it_knew() {
    for (release, files) in releases() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, anew) = (folder.path().join("whole"), folder.path().join("anew"));
        for (path, bytes) in below(&files, "node/journal/") {
            for data in [&whole, &anew] {
                put(&data.join("journal").join(path), bytes);
            }
        }
        for (path, bytes) in below(&files, "node/state/") {
            put(&whole.join("state").join(path.strip_suffix(".gz").unwrap()), &unpacked(bytes));
        }
        let kept = |name: &str| String::from_utf8(files[&format!("node/{name}")].clone()).unwrap();
        let (core, told) = open(&whole);
        core.close().unwrap();
        for data in [&whole, &anew] {
            for (path, words) in spoken(data) {
                said::same(
                    &format!("{release}/{path}"),
                    &kept(path.strip_prefix("node/").unwrap()),
                    std::str::from_utf8(&words).unwrap(),
                );
            }
        }
        let (whole, _) = open(&whole);
        let (anew, _) = open(&anew);
        // state of an older layout is set aside and made anew; of this one it is used as it lies
        if kept("layout.txt").trim() == keys::LAYOUT.to_string() {
            assert_eq!(told, [] as [&str; 0], "{release}: the derived state was not used");
        } else {
            assert!(told.iter().any(|note| note.contains("made anew")), "{release}: {told:?}");
        }
        let (kept, made) = (everything(&whole), everything(&anew));
        let differ = made.iter().find(|(key, value)| kept.get(*key) != Some(value));
        assert!(
            differ.is_none() && kept.len() == made.len(),
            "{release}: state as kept and made anew differ at {differ:?}"
        );
    }
}

fn put(file: &Path, bytes: &[u8]) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
}

fn open(data: &Path) -> (Core, Vec<String>) {
    let opened = DataDir::lock(data).unwrap().open(DISTRICT, &made::setting(), &OpenOptions::default()).unwrap();
    (opened.core, opened.notes)
}

/// Every key of the derived state, whose values are bytes of this program.
fn everything(core: &Core) -> BTreeMap<Bytes, Bytes> {
    let page = core.view().scan_prefix(b"", b"", 100_000).unwrap();
    page.items.into_iter().collect()
}

/// What a node's directory holds, in words: its entries, and what this program knows after reading them.
pub fn spoken(data: &Path) -> Files {
    let (journal, _) =
        Journal::open(Arc::new(OsDisk::open(data.join("journal")).unwrap()), Options::default()).unwrap();
    let mut entries = String::new();
    for next in journal.read_from(1) {
        let (seq, bytes) = next.unwrap();
        let (entry, by) = (decode_entry(&bytes).unwrap(), decode_by(&bytes).unwrap());
        assert!(encode_entry(&entry, &by) == bytes, "entry {seq} is written otherwise than it was read");
        entries += &format!("# {seq}\n{}\n", said::text("motcua.store.v1.Entry", &bytes));
    }
    drop(journal);
    let (core, _) = open(data);
    let checked = core.check().unwrap();
    assert_eq!(checked.faults, [] as [&str; 0]);
    let known = format!(
        "entries {}\ndossiers {}\ndocuments {}\nstate hash {}\n{}\n",
        checked.entries,
        checked.dossiers,
        checked.documents,
        checked.state_hash.unwrap(),
        said::state(&core.state())
    );
    core.close().unwrap();
    Files::from([("node/entries.txt".into(), entries.into()), ("node/known.txt".into(), known.into())])
}

pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}
