//! Units are not updated all in one night. What a later release has written goes through the hands of this one unaltered, counts as far as it can be
//! read, and is named where it cannot.

use std::fs;

use bytes::Bytes;
use motcua::{
    document::{self, KeySealer, Purpose, Sealer},
    domain::{
        measure::Measure,
        summary::{Hash, Summary},
        units::UnitId,
    },
    ledger::{By, Entry, EntryKind, State, apply::reread, state::Held},
    node::NodeError,
    store::{
        core::Setting,
        disk::OsDisk,
        journal::{Journal, Options},
        keys,
        map::Map,
        open::{DataDir, OpenError, OpenOptions},
        sled_map::{SledMap, SledOptions},
    },
    wire::{pb::v1 as pb, store::encode_document},
};
use prost::Message;

use super::{
    super::{
        bundle::vouch,
        support::{motcua, must},
    },
    peers_that_lie::{deliver, key, summary_with, tell},
    world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, day, received},
};

const ATOM: &str = "2018-01-01";

/// Any bytes as a signed document.
fn signed(summary: Vec<u8>, sealer: &KeySealer) -> Bytes {
    let signature = sealer.sign(&Purpose::Document.message(&summary)).to_vec();
    pb::Envelope { summary, public_key: sealer.public_key().to_vec(), signature }.encode_to_vec().into()
}

/// A summary of this format as a later release would write it: a measure more, and fields that are not known here.
fn with_more_fields(summary: &Summary, sealer: &KeySealer) -> Bytes {
    let mut later = pb::Summary::decode(document::encode_summary(summary).as_slice()).unwrap();
    later.measures.push("received_by_drone".into());
    let more = [later.encode_to_vec(), vec![0xE2, 0x03, 3], b"new".to_vec(), vec![0xE8, 0x03, 7]].concat();
    signed(more, sealer)
}

/// A summary of the next format: only what means the same in every format is as it was.
#[derive(Clone, PartialEq, prost::Message)]
struct Next {
    #[prost(uint32, tag = "1")]
    format: u32,
    #[prost(string, tag = "2")]
    unit: String,
    #[prost(string, tag = "3")]
    atom_start: String,
    #[prost(string, tag = "4")]
    atom_end: String,
    #[prost(uint32, tag = "5")]
    revision: u32,
    #[prost(bool, tag = "6")]
    provisional: bool,
    #[prost(string, tag = "10")]
    keeper: String,
    /// Figures, packed otherwise than today.
    #[prost(bytes = "vec", tag = "12")]
    own: Vec<u8>,
    #[prost(string, tag = "13")]
    below: String,
    #[prost(bytes = "vec", tag = "20")]
    previous_revision: Vec<u8>,
}

fn next(revision: u32, previous: &[u8], sealer: &KeySealer) -> Bytes {
    let next = Next {
        format: 2,
        unit: NORTH.into(),
        atom_start: ATOM.into(),
        atom_end: "2018-01-15".into(),
        revision,
        keeper: NORTH.into(),
        own: vec![1, 2, 3],
        below: "nothing".into(),
        previous_revision: previous.to_vec(),
        ..Next::default()
    };
    signed(next.encode_to_vec(), sealer)
}

fn name(document: &Bytes) -> Vec<u8> {
    document::hash(document).0.to_vec()
}

/// A world in which the test speaks for the northern commune; all others have closed but the district.
async fn without_north(seed: u64) -> World {
    let mut world = World::new(seed).await;
    world.stop(NORTH).await;
    world.now("2018-01-14");
    world.record(SOUTH, vec![received(SOUTH, "s", "2018-01-05")]).await;
    world.now("2018-01-16");
    world.close(SOUTH, "2018-01").await;
    world.agree(SOUTH).await;
    world
}

fn held(world: &World, node: &str) -> Bytes {
    let unit = UnitId::new(NORTH, None);
    let revision = world.revision(node, NORTH, ATOM);
    world.node(node).envelope(&unit, day(ATOM), revision).unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_the_future_go_up_untouched_and_verify() {
    let world = without_north(111).await;
    let document = with_more_fields(&summary_with(NORTH, 4), &key(1));
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, std::slice::from_ref(&document)).await), [""]);
    world.close(DISTRICT, "2018-01").await;
    world.agree(DISTRICT).await;
    world.close(PROVINCE, "2018-01").await;
    for node in [DISTRICT, PROVINCE] {
        assert_eq!(held(&world, node), document, "byte by byte at {node}");
        assert_eq!(world.total(node, NORTH, "2018-01-01..2018-01-14")[Measure::ReceivedDirect], 4, "{node}");
    }
    assert_eq!(world.total(PROVINCE, PROVINCE, "2018-01")[Measure::ReceivedDirect], 5);
    // one byte of what nobody here understands is still a byte that was signed
    let mut altered = document.to_vec();
    let place = altered.windows(3).position(|w| w == b"new").unwrap();
    altered[place] = b'N';
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &[altered.into()]).await), ["BAD_SIGNATURE"]);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("province.bundle");
    let (file, url) = (file.to_str().unwrap(), world.url(PROVINCE));
    tokio::task::block_in_place(|| {
        must(&["bundle", "export", "--unit", PROVINCE, "--period", "2018-01", "--out", file, "--node", &url]);
        let root = KeySealer::from_seed(&[3; 32]);
        let vouched = vouch(&fs::read(file).unwrap(), &root);
        assert!(vouched.windows(document.len()).any(|w| w == document), "the bundle has it as it came");
        fs::write(file, vouched).unwrap();
        let said = must(&["verify", file, "--root", &Hash(root.public_key()).to_string()]);
        assert!(said.starts_with("ĐÃ XÁC MINH"), "{said}");
    });
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_a_newer_format_is_relayed_and_counts_when_it_can_be_read() {
    let mut world = without_north(112).await;
    let copy = world.copy(DISTRICT).await;
    let north = key(1);
    let first = next(1, &[], &north);
    let again = std::slice::from_ref(&first);
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, again).await), [""]);
    assert_eq!(deliver(&world, DISTRICT, NORTH, again).await[0].outcome(), pb::DeliveryOutcome::AlreadyHeld);
    world.agree(DISTRICT).await;
    assert_eq!(held(&world, PROVINCE), first, "the top has it byte by byte");
    // what can be asked of it is asked
    let mut altered = first.to_vec();
    let place = altered.windows(7).position(|w| w == b"nothing").unwrap();
    altered[place] = b'N';
    for (reason, document) in [
        ("BAD_SIGNATURE", Bytes::from(altered)),
        ("WRONG_KEY", next(2, &name(&first), &key(2))),
        ("CONFLICTING_REVISION", next(2, &[9; 32], &north)),
        ("CONFLICTING_REVISION", next(1, &[9; 32], &north)),
    ] {
        assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &[document]).await), [reason]);
    }
    // a draft is not relayed by anybody, so there is nobody it could be kept for
    let draft = Next { format: 2, provisional: true, ..Next::decode(inside(&first).as_slice()).unwrap() };
    let draft = Next { revision: 0, ..draft };
    let drafts = deliver(&world, DISTRICT, NORTH, &[signed(draft.encode_to_vec(), &north)]).await;
    assert_eq!(tell(&drafts), ["NEWER_DOCUMENT"]);
    assert!(drafts[0].message.contains("newer than this program"), "{}", drafts[0].message);

    // what was refused last would be told of the commune first
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, again).await), [""]);

    let closed = world.close(DISTRICT, "2018-01").await;
    assert!(closed.iter().all(|d| d.received == 2 && d.expected == 3), "{closed:?}");
    world.agree(DISTRICT).await;
    counted_as_unread(&world);
    world.restart(DISTRICT).await;
    world.agree(DISTRICT).await;
    counted_as_unread(&world);
    the_program_is_updated(world.state(DISTRICT));
    the_bundle_names_it(&world);

    // from an old copy the district gets back what it had relayed
    world.stop(DISTRICT).await;
    world.put_back(DISTRICT, &copy);
    world.start(DISTRICT).await;
    world.agree(DISTRICT).await;
    assert_eq!(held(&world, DISTRICT), first);

    // and a revision that can be read takes its place
    let mut readable = summary_with(NORTH, 6);
    (readable.revision, readable.previous_revision) = (2, Some(document::hash(&first)));
    let second = document::seal(&readable, &north);
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &[second]).await), [""]);
    world.amend(DISTRICT, "2018-01", "it can be read now").await;
    world.agree(DISTRICT).await;
    let total = world.total(PROVINCE, DISTRICT, "2018-01");
    assert_eq!(total[Measure::ReceivedDirect], 7);
    world.end().await;
}

fn inside(document: &Bytes) -> Vec<u8> {
    pb::Envelope::decode(document.as_ref()).unwrap().summary
}

fn counted_as_unread(world: &World) {
    let january = "2018-01-01..2018-01-14";
    for node in [DISTRICT, PROVINCE] {
        let report = world.report(node, DISTRICT, january, None).unwrap();
        let missing: Vec<_> =
            report.completeness.missing.iter().map(|m| (m.unit.to_string(), m.reason.as_str())).collect();
        assert_eq!(missing, [(NORTH.to_owned(), "NEWER_DOCUMENT")], "{node}");
        assert_eq!(report.total[Measure::ReceivedDirect], 1, "{node}");
    }
    let period = motcua::domain::periods::Period::parse(january).unwrap();
    let (children, _) = world.node(DISTRICT).children(&UnitId::new(DISTRICT, None), &period).unwrap();
    let north = children.iter().find(|child| *child.unit.code == *NORTH).unwrap();
    assert_eq!((north.status, north.revision, north.received), ("missing", 1, 0));
    assert!(
        north.reason.starts_with("NEWER_DOCUMENT: ") && north.reason.contains("update this node"),
        "{}",
        north.reason
    );
    let Err(NodeError::Document(error)) = world.report(DISTRICT, NORTH, january, None) else { panic!() };
    assert!(error.to_string().contains("newer than this program (format 2)"), "{error}");
}

/// After an update the district can read what it holds, and has something to amend; before it has not.
fn the_program_is_updated(mut state: State) {
    let changed = |state: &State| state.books[DISTRICT].changed_from;
    reread(&mut state);
    assert_eq!(changed(&state), None);
    let (north, summary) = (UnitId::new(NORTH, None), summary_with(NORTH, 3));
    let read = Held::of(&summary, state.held(&north, day(ATOM)).unwrap().hash, state.recorded_at);
    state.shelve(&north, Some(&summary), read, |_| None);
    reread(&mut state);
    assert_eq!(changed(&state), Some(day(ATOM)));
}

fn the_bundle_names_it(world: &World) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("north.bundle");
    let (file, url) = (file.to_str().unwrap(), world.url(PROVINCE));
    tokio::task::block_in_place(|| {
        let period = "2018-01-01..2018-01-14";
        must(&["bundle", "export", "--unit", NORTH, "--period", period, "--out", file, "--node", &url]);
        let output = motcua(&["verify", file, "--lang", "en"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("its format (2) is newer: update this program"), "{said}");
    });
}

/// A node that has gone back to an older program must not close anything after what it cannot read.
#[test]
fn a_journal_of_a_later_release_stops_the_node_with_clear_words() {
    let own = |document| {
        let entry = Entry {
            recorded_at: crate::support::at("2018-01-16T10:00:00+07:00"),
            kind: EntryKind::Published { documents: vec![document] },
        };
        motcua::wire::store::encode_entry(&entry, &By::node())
    };
    let event = |body: Vec<u8>| {
        // an entry of an event whose body is of the future
        let occurred_at = Some(prost_types::Timestamp { seconds: 1_515_000_000, nanos: 0 });
        let known =
            pb::Event { id: vec![7; 16], unit: NORTH.into(), dossier: "A".into(), occurred_at, ..Default::default() };
        let event = [known.encode_to_vec(), body].concat();
        let recorded = [vec![0x0A, u8::try_from(event.len()).unwrap()], event].concat();
        [vec![0x08, 1, 0x1A, u8::try_from(recorded.len()).unwrap()], recorded].concat()
    };
    for (what, entry, words) in [
        ("a kind of entry", vec![0x08, 1, 0xCA, 0x01, 2, 0x08, 1], "of a kind that this program does not know"),
        ("a kind of event", event(vec![0xAA, 0x06, 0]), "this node is older than the sender"),
        ("an own document", own(next(1, &[], &key(1))), "newer than this program (format 2)"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::lock(folder.path()).unwrap();
        let kind = EntryKind::Genesis { code: NORTH.into(), books_from: day("2017-12-15"), epoch: 1, root: None };
        let recorded_at = crate::support::at("2017-12-15T10:00:00+07:00");
        data.create(&[Entry { recorded_at, kind }], &By::node()).unwrap();
        let disk = OsDisk::open(folder.path().join("journal")).unwrap();
        let (mut journal, _) = Journal::open(std::sync::Arc::new(disk), Options::default()).unwrap();
        journal.append_group(&[entry]).unwrap();
        drop(journal);
        let setting = Setting { sealer: std::sync::Arc::new(key(1)), has_parent: true, two_persons: false };
        let Err(error @ OpenError::Entry { seq: 2, .. }) = data.open(NORTH, &setting, &OpenOptions::default()) else {
            panic!("{what} was passed over")
        };
        let said = error.to_string();
        assert!(said.ends_with("use the program that wrote it, or a newer one"), "{what}: {said}");
        println!("{what}: {said}");
        assert!(said.contains(words), "{what}: {said}");
    }
}

/// The same where the state has reached that document already: nothing is set aside, for the program that wrote it can go on.
#[test]
fn state_of_a_later_release_is_left_as_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::lock(folder.path()).unwrap();
    let kind = EntryKind::Genesis { code: NORTH.into(), books_from: day("2017-12-15"), epoch: 1, root: None };
    let recorded_at = crate::support::at("2017-12-15T10:00:00+07:00");
    data.create(&[Entry { recorded_at, kind }], &By::node()).unwrap();
    let setting = Setting { sealer: std::sync::Arc::new(key(1)), has_parent: true, two_persons: false };
    let open = || data.open(NORTH, &setting, &OpenOptions::default());
    open().unwrap().core.close().unwrap();
    let newer = next(1, &[], &key(1));
    let place = keys::document(&UnitId::new(NORTH, None), day(ATOM), 1);
    let map = SledMap::open(folder.path().join("state"), &SledOptions::default()).unwrap();
    map.apply(&[(place, Some(encode_document(&newer, recorded_at).into()))], 1).unwrap();
    map.checkpoint().unwrap();
    drop(map);
    for _ in 0..2 {
        let Err(OpenError::State(error)) = open() else { panic!("it was opened") };
        assert!(error.to_string().contains("newer than this program (format 2): update this node"), "{error}");
    }
    let set_aside = fs::read_dir(folder.path()).unwrap().filter(|e| e.as_ref().unwrap().file_name() != "state");
    let names: Vec<_> = set_aside.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.starts_with("state")), "{names:?}");
}
