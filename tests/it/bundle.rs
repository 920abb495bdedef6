//! Anybody can verify: a bundle goes out of a real node, and the program judges it without asking anybody.

use std::{fs, path::Path};

use motcua::{
    document::{self, Head, KeySealer, Sealer, seal_part},
    domain::{
        atoms::Atom,
        contribution::CellKey,
        measure::{Figures, Measure},
        registry::Part,
        roll::{How, Member, Roll},
        summary::{Cells, Hash, Summary},
        time::Timestamp,
        units::{Tree, UnitId},
    },
    wire::pb::v1 as pb,
};
use prost::Message;
use serde_json::Value;

use super::{
    heal::{
        made_up::row,
        world::{COMMUNES, DISTRICT, NORTH, PROVINCE, World, day, received},
    },
    support::{motcua, must},
};

/// Exit code, standard output, standard error.
fn ended(args: &[&str]) -> (i32, String, String) {
    let output = motcua(args);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// What is wrong, by name, from the JSON.
fn wrong(args: &[&str]) -> Vec<String> {
    let (_, out, told) = ended(&[&["verify", "--format", "json"], args].concat());
    let verdict: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out} {told}"));
    verdict["findings"].as_array().unwrap().iter().map(|f| f["wrong"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_gives_out_what_proves_its_figures() {
    let mut world = World::new(20_180_214).await;
    world.now("2018-02-16");
    for code in COMMUNES {
        world.work(code, "2018-01-15").await;
    }
    world.close_below("2018-02").await;
    world.agree(DISTRICT).await;
    world.close(PROVINCE, "2018-02").await;
    // what comes late makes new revisions below; the province's own documents go on naming the old ones, which are kept
    world.record(NORTH, vec![received(NORTH, "late", "2018-01-16")]).await;
    world.amend(NORTH, "2018-02", "nhập muộn").await;
    world.all_agree().await;
    let url = world.url(PROVINCE);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tinh.bundle");
    let file = file.to_str().unwrap();
    tokio::task::block_in_place(|| {
        let export = ["bundle", "export", "--unit", PROVINCE, "--period", "2018-02", "--out", file, "--node", &url];
        must(&export);
        assert!(!Path::new(&format!("{file}.part")).exists());
        let bytes = fs::read(file).unwrap();
        assert!(bytes.starts_with(b"motcua bundle v1\n"));
        // the links of this world are not authenticated, and the verdict says so plainly; everything else is right
        assert_eq!(wrong(&[file]), ["not-vouched"]);
        let root = KeySealer::from_seed(&[3; 32]);
        let vouched = folder.path().join("vouched");
        fs::write(&vouched, vouch(&bytes, &root)).unwrap();
        let said = must(&["verify", vouched.to_str().unwrap(), "--root", &Hash(root.public_key()).to_string()]);
        assert!(said.starts_with("ĐÃ XÁC MINH – Đơn vị 22 (22), kỳ 2018-02"), "{said}");
        let (code, out, _) = ended(&["verify", file, "--lang", "en"]);
        assert_eq!(code, 1);
        assert!(out.starts_with("NOT VERIFIED") && out.contains("keys not vouched for"), "{out}");
        let (code, out, _) = ended(&["verify", "--node", &url, "--period", "2018-02", "--all"]);
        assert_eq!(code, 1);
        assert!(out.starts_with("KHÔNG XÁC MINH ĐƯỢC – Đơn vị 22 (22), kỳ 2018-02"), "{out}");
        assert!(out.contains("Đơn vị 07069 (07069), 15/01/2018–31/01/2018: hợp lệ, bản 1"), "{out}");
        assert_eq!(wrong(&["--node", &url, "--unit", DISTRICT, "--period", "2018-02"]), ["not-vouched"]);
        for (code, args) in [
            (1, &["verify", "--node", &url, "--period", "2019-02"] as &[&str]),
            (1, &["bundle", "export", "--unit", "88888", "--period", "2018-02", "--out", file, "--node", &url]),
            (1, &["bundle", "export", "--period", "2018-W07", "--out", file, "--node", &url]),
            (2, &["verify"]),
            (2, &["verify", file, "--root", "the province"]),
            (2, &["verify", file, "--node", &url, "--period", "2018-02"]),
            (3, &["verify", "no such file"]),
        ] {
            let (is, _, told) = ended(args);
            assert_eq!(is, code, "{args:?}: {told}");
        }
        assert_eq!(fs::read(file).unwrap(), bytes, "an export that fails leaves what was there");
    });
    world.end().await;
}

fn enrolled(code: &str, key: [u8; 32]) -> Member {
    let (code, address) = (code.to_owned(), String::new());
    let mut member = Member { code, keys: vec![], banned: None, certificates_from: Timestamp(0), address };
    member.take(key, How::Founder, Timestamp(0), false);
    member
}

/// The same bundle with a root that vouches for the keys in it.
pub fn vouch(file: &[u8], root: &KeySealer) -> Vec<u8> {
    let magic = b"motcua bundle v1\n";
    let mut bundle = pb::Bundle::decode(&file[magic.len()..]).unwrap();
    let documents = bundle.documents.iter().map(|bytes| document::open(bytes).unwrap());
    let roll = Roll::new(documents.map(|d| enrolled(&d.summary.keeper.code, d.signer)));
    let parts = bundle.parts.iter().map(|part| document::open_part(&part.clone().into()).unwrap().part);
    let parts: Vec<Part> = parts.chain([Part::Roll(roll)]).collect();
    bundle.parts = parts.into_iter().map(|part| seal_part(part, 1, root).bytes.to_vec()).collect();
    bundle.root = root.public_key().to_vec();
    [&magic[..], &bundle.encode_to_vec()].concat()
}

/// A bundle of one unit, which is its own root.
fn rooted(root: &KeySealer) -> Vec<u8> {
    let atom = Atom { start: day("2018-01-15"), end: day("2018-02-01") };
    let unit = UnitId::new(PROVINCE, None);
    let mut figures = Figures::default();
    figures[Measure::ReceivedDirect] = 1234;
    figures[Measure::PendingWithinDeadline] = 1234;
    let summary = Summary {
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
        unit: unit.clone(),
        atom,
        revision: 1,
        provisional: false,
        as_of: atom.ends_at(),
        registry_version: 1,
        reason: String::new(),
        keeper: unit.clone(),
        absent: vec![],
        own: Cells::from([(CellKey::default(), figures)]),
        below: Cells::new(),
        members: vec![],
        missing: vec![],
        expected: 1,
        received: 1,
        transfers_out: [].into(),
        transfers_in: [].into(),
        previous_revision: None,
        previous_atom: None,
        journal_head: vec![],
    };
    let member = enrolled(PROVINCE, root.public_key());
    let tree = Tree::from_rows(vec![row(PROVINCE, None)]).unwrap();
    let parts = [Part::Tree(tree), Part::Roll(Roll::new([member]))];
    let head = document::head(&Head {
        unit,
        period: "2018-01-15..2018-01-31".into(),
        first_atom: atom.start,
        last_atom: atom.start,
        root: Some(root.public_key()),
        parts: parts.map(|part| seal_part(part, 1_518_541_200, root).bytes).to_vec(),
    });
    [head, document::document_field(&document::seal(&summary, root))].concat()
}

#[test]
fn a_bundle_is_verified_under_the_root_one_names() {
    let (root, other) = (KeySealer::from_seed(&[3; 32]), KeySealer::from_seed(&[4; 32]));
    let print = document::fingerprint(&root.public_key());
    let others = document::fingerprint(&other.public_key());
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let whole = rooted(&root);
    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    let file = place("whole", &whole);
    let (altered, cut, zip) = (place("a", &altered), place("b", &whole[..whole.len() / 2]), place("c", b"PK\x03\x04"));
    let named = ["verify", &file, "--root", &print];
    let said = must(&named);
    assert!(said.starts_with("ĐÃ XÁC MINH – Đơn vị 22 (22), kỳ 2018-01-15..2018-01-31"), "{said}");
    assert!(said.contains(&format!("Khóa gốc {print}, đúng khóa đã nêu.")) && said.contains("1.234"), "{said}");
    let said = must(&["verify", &file, "--lang", "en", "--all"]);
    assert!(said.contains(&format!("Root key {print}: compare it with the one the province has published")), "{said}");
    assert!(said.contains("the root key of the province") && said.contains("1,234"), "{said}");
    for (code, args, expected) in [
        (0, &[&file as &str, "--root", &print] as &[&str], &[] as &[&str]),
        (1, &[&file, "--root", &others], &["root-differs"]),
        (1, &[&altered], &["bad-signature", "no-document"]),
        (1, &[&cut], &["damaged"]),
        (1, &[&zip], &["not-a-bundle"]),
    ] {
        let found = wrong(args);
        assert!(found.iter().all(|f| expected.contains(&f.as_str())), "{args:?}: {found:?}");
        assert_eq!(found.is_empty(), code == 0, "{args:?}");
        let (is, out, told) = ended(&[&["verify"], args].concat());
        assert_eq!(is, code, "{out}{told}");
        assert!(!told.contains("panicked"), "{told}");
    }
}
