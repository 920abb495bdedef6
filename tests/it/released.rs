//! The protocol and the journal's messages against those of the last release, by the descriptors that release was built with. A name, a number or a
//! type that was released means the same for ever. `buf breaking` asks the same and more in continuous integration; this needs nothing but the
//! program. `MOTCUA_WRITE=1 cargo test --test it released` keeps the descriptors of a new release.

use std::{collections::BTreeMap, fs, path::Path};

use motcua::wire::pb;
use prost::Message;
use prost_reflect::DescriptorPool;
use prost_types::FileDescriptorSet;

fn kept() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proto/released").join(concat!(
        "v",
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR"),
        ".binpb"
    ))
}

/// Ours alone, without what explains them in words: comments may change.
fn ours(descriptors: &[u8]) -> FileDescriptorSet {
    let mut set = FileDescriptorSet::decode(descriptors).unwrap();
    for file in &mut set.file {
        file.source_code_info = None;
    }
    set
}

/// Everything that is named, and what it is: one line for each.
fn named(set: &FileDescriptorSet) -> BTreeMap<String, String> {
    let pool = DescriptorPool::from_file_descriptor_set(set.clone()).unwrap();
    let mut all = BTreeMap::new();
    for message in pool.all_messages().filter(|m| m.package_name().starts_with("motcua")) {
        for field in message.fields() {
            let one_of = field.containing_oneof().map(|o| o.name().to_owned()).unwrap_or_default();
            let is = format!("{} {:?} {:?} {one_of}", field.name(), field.kind(), field.cardinality());
            all.insert(format!("{} field {}", message.full_name(), field.number()), is);
        }
    }
    for names in pool.all_enums().filter(|e| e.package_name().starts_with("motcua")) {
        for value in names.values() {
            all.insert(format!("{} = {}", names.full_name(), value.number()), value.name().to_owned());
        }
    }
    for service in pool.services().filter(|s| s.package_name().starts_with("motcua")) {
        for m in service.methods() {
            let is = format!(
                "{}{} to {}{}",
                if m.is_client_streaming() { "stream of " } else { "" },
                m.input().full_name(),
                if m.is_server_streaming() { "stream of " } else { "" },
                m.output().full_name()
            );
            all.insert(m.full_name().to_owned(), is);
        }
    }
    all
}

#[test]
fn nothing_that_was_released_means_anything_else() {
    let now = ours(pb::DESCRIPTORS);
    if std::env::var_os("MOTCUA_WRITE").is_some() {
        fs::create_dir_all(kept().parent().unwrap()).unwrap();
        fs::write(kept(), now.encode_to_vec()).unwrap();
    }
    let now = named(&now);
    let mut releases = 0;
    for entry in fs::read_dir(kept().parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let then = named(&ours(&fs::read(&path).unwrap()));
        assert!(then.len() > 500, "{}: {} names", path.display(), then.len());
        for (name, was) in then {
            let is = now.get(&name).map(String::as_str).unwrap_or("nothing");
            assert_eq!(is, was, "{} had {name} as something else", path.display());
        }
        releases += 1;
    }
    assert!(releases > 0);
}
