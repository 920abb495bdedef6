//! What a release writes: a province, a district and two communes with fixed keys, a fixed clock and fixed ids, on real stores. The district's
//! store has an entry of every kind.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use motcua::{
    document::{self, Head, Incoming, SealedPart, Sealer},
    domain::{
        calendar::Due,
        entered::Form,
        event::{Body, Channel, Event},
        measure::Measure,
        periods::Period,
        registry::PartKind,
        review::Verdict,
        summary::Explained,
        time::Timestamp,
        units::UnitId,
    },
    ledger::{By, Entry, EntryKind, close::Ask, draft::draft, prepare::Signer, trust::Role},
    store::{
        command::{Command, EventReply, Order, PublishedDocument, Reply, Together},
        core::{Core, Setting},
        open::{DataDir, OpenOptions},
    },
};

use super::{
    Files, documents,
    entries::{event, every_event, paper, reception, trust},
    node, read_into,
    registry::{DISTRICT, NORTH, PROVINCE, SOUTH, id, key, parts},
};
use crate::heal::made_up::{day, ten};

/// What was made: files to be compared, and the derived state, whose bytes sled chooses.
pub struct Made {
    pub files: Files,
    pub state: Files,
}

pub fn make() -> Made {
    let mut files = Files::new();
    let parts = parts();
    for sealed in &parts {
        let name = format!("{:?}", sealed.part.kind()).to_lowercase();
        keep(&mut files, &format!("parts/{name}"), &sealed.bytes, &documents::part(&sealed.bytes));
    }
    let folder = tempfile::tempdir().unwrap();
    let north = north(&folder.path().join("north"), &parts);
    let south = south(&folder.path().join("south"), &parts);
    let district = district(&folder.path().join("district"), &parts, &north, &south);
    let province = province(&folder.path().join("province"), &parts, &north, &south, &district);

    for (name, bytes) in [
        ("commune-empty", &north.closed[0]),
        ("commune", &north.closed[1]),
        ("commune-entered", south.closed.last().unwrap()),
        ("commune-amended", north.amended.last().unwrap()),
        ("commune-provisional", &north.provisional),
        ("district", &district.closed[1]),
        ("district-amended", district.amended.last().unwrap()),
        ("province", province.closed.last().unwrap()),
    ] {
        keep(&mut files, &format!("documents/{name}"), bytes, &documents::document(bytes));
    }
    let all = [&north, &south, &district, &province].into_iter().flat_map(|m| m.closed.iter().chain(&m.amended));
    let bundle = bundle(&parts, all, &province);
    let verdict = document::verify_bundle(&bundle, None);
    assert!(verdict.verified(), "{:?}", verdict.findings);
    files.insert("bundle/verdict.txt".into(), documents::judged(&verdict).into());
    files.insert("bundle/province.bundle".into(), bundle);
    files.insert("bundle/root.key".into(), key(PROVINCE).public_key().to_vec());

    let data = folder.path().join("district");
    read_into(&data.join("journal"), "node/journal/", &mut files);
    let mut state = Files::new();
    read_into(&data.join("state"), "node/state/", &mut state);
    let state = state.into_iter().map(|(path, bytes)| (format!("{path}.gz"), node::packed(&bytes))).collect();
    files.extend(node::spoken(&data));
    files.insert("node/layout.txt".into(), format!("{}\n", motcua::store::keys::LAYOUT).into());
    Made { files, state }
}

fn keep(files: &mut Files, name: &str, bytes: &[u8], words: &str) {
    files.insert(format!("{name}.binpb"), bytes.to_vec());
    files.insert(format!("{name}.txt"), words.as_bytes().to_vec());
}

/// A store that works through what a test gives it.
struct Shop {
    core: Core,
    now: Timestamp,
    _data: DataDir,
}

impl Shop {
    fn open(folder: &Path, code: &str, parts: &[SealedPart], more: Vec<EntryKind>) -> Shop {
        let data = DataDir::lock(folder).unwrap();
        let now = ten("2017-12-15");
        let entry = |kind| Entry { recorded_at: now, kind };
        let root = Some(key(PROVINCE).public_key());
        let genesis = EntryKind::Genesis { code: code.into(), books_from: day("2017-12-15"), epoch: 1, root };
        let registry = EntryKind::RegistryChanged { parts: parts.to_vec(), version: 5 };
        data.create(&[entry(genesis), entry(registry)], &By::new("local", "127.0.0.1").because("bắt đầu")).unwrap();
        let more: Vec<Entry> = more.into_iter().map(entry).collect();
        if !more.is_empty() {
            data.append(code, &more, &By::new("person 7f3a Nguyễn Văn A", "10.0.0.1")).unwrap();
        }
        let setting = Setting { sealer: Arc::new(key(code)), has_parent: code != PROVINCE, two_persons: false };
        let opened = data.open(code, &setting, &OpenOptions::default()).unwrap();
        Shop { core: opened.core, now, _data: data }
    }

    fn ask(&mut self, command: Command) -> Reply {
        let order = Order {
            by: By::new("person 7f3a Nguyễn Văn A", "10.0.0.1").because("như đã thỏa thuận"), command
        };
        let reply = self.core.step(vec![order], self.now).remove(0).unwrap();
        assert!(!matches!(reply, Reply::Refused(_) | Reply::Rejected { .. }), "{reply:?}");
        reply
    }

    fn record(&mut self, events: Vec<Event>) {
        let Reply::Record(replies) = self.ask(Command::Record { events, dry_run: false }) else { panic!() };
        let recorded = |r: &EventReply| matches!(r, EventReply::Recorded { .. });
        assert!(replies.iter().all(recorded), "{replies:?}");
    }

    /// The documents that go out.
    fn publish(&mut self, command: Command) -> Vec<Bytes> {
        let Reply::Published(documents) = self.ask(command) else { panic!() };
        let view = self.core.view();
        let stored = |d: &PublishedDocument| {
            let key = motcua::store::keys::document(&d.unit, d.atom.start, d.revision);
            motcua::wire::store::decode_document(&view.get(&key).unwrap().unwrap()).unwrap().0
        };
        documents.iter().map(stored).collect()
    }

    fn close(&mut self, period: &str, ask: Ask) -> Vec<Bytes> {
        let closer = "Trần Thị B".to_owned();
        self.publish(Command::Close { code: None, period: Period::parse(period).unwrap(), ask, closer })
    }

    fn accept(&mut self, sender: &str, documents: &[Bytes]) {
        let documents = documents.iter().map(|d| document::receive(d).unwrap()).collect();
        self.ask(Command::Accept { sender: id(sender), documents });
    }
}

/// What a unit has published.
#[derive(Default)]
struct Unit {
    closed: Vec<Bytes>,
    amended: Vec<Bytes>,
    provisional: Bytes,
}

/// A year's end with two dossiers; one that is found later; the days after, open.
fn north(folder: &Path, parts: &[SealedPart]) -> Unit {
    let mut shop = Shop::open(folder, NORTH, parts, vec![]);
    shop.now = ten("2018-01-16");
    let paper = |due| Body::Received(reception("1.000001", Channel::Direct, false, due));
    shop.record(vec![
        event(NORTH, 1, "A-1", "2018-01-03T09:00:00", paper(None)),
        event(NORTH, 2, "A-1", "2018-01-12T10:00:00", Body::Resolved),
        event(NORTH, 3, "A-2", "2018-01-11T09:00:00", paper(Some(Due::Day(day("2018-02-11"))))),
    ]);
    let closed = shop.close("2018-01", Ask::Close { reason: None });
    shop.record(vec![event(
        NORTH,
        4,
        "A-3",
        "2018-01-04T08:00:00",
        Body::Received(reception("1.000002", Channel::Online, true, None)),
    )]);
    let amended = shop.close("2018-01", Ask::Amend { reason: "tìm thấy hồ sơ".into() });
    let state = shop.core.state();
    let atom = state.registry.cuts.atom_of(day("2018-01-16"));
    let nobody = |_: &UnitId| None;
    let provisional = document::seal(&draft(&state, &id(NORTH), atom, shop.now, Some(&nobody)), &key(NORTH));
    shop.core.close().unwrap();
    Unit { closed, amended, provisional }
}

/// What a unit says of January.
fn explain(code: &str) -> Command {
    let Period { start, end, .. } = Period::parse("2018-01").unwrap();
    let causes = vec![("mất điện".to_owned(), 2), ("chờ ý kiến sở".to_owned(), 1)];
    let (note, by) = ("máy hỏng từ ngày 10".into(), "Bà Nhập".into());
    Command::Explain { code: code.into(), explained: Explained { start, end, causes, note, by } }
}

fn south(folder: &Path, parts: &[SealedPart]) -> Unit {
    let mut shop = Shop::open(folder, SOUTH, parts, vec![]);
    shop.now = ten("2018-01-16");
    let whole = paper("2018-01", "");
    let stated = Measure::ALL.iter().map(|m| (m.name(), whole.figures[*m])).collect();
    let form = Form { period: Period::parse("2018-01").unwrap(), stated };
    let enter = Command::Enter {
        code: SOUTH.into(),
        forms: vec![form],
        by: "Bà Nhập".into(),
        source: whole.source,
        dry_run: false,
    };
    assert!(matches!(shop.ask(enter), Reply::Entered(_)));
    shop.ask(explain(SOUTH));
    let closed = shop.close("2018-01", Ask::Close { reason: None });
    shop.core.close().unwrap();
    Unit { closed, ..Unit::default() }
}

/// Everything a node can write down.
fn district(folder: &Path, parts: &[SealedPart], north: &Unit, south: &Unit) -> Unit {
    let mut shop = Shop::open(folder, DISTRICT, parts, trust());
    shop.now = ten("2018-01-16");
    shop.record(every_event());
    shop.ask(explain(DISTRICT));
    shop.accept(NORTH, &north.closed);
    let january = || Period::parse("2018-01").unwrap();
    let signer = |role, name: &str| Some(Signer { id: name.into(), name: format!("Bà {name}"), role });
    let together = |step, person| Command::Together { code: None, period: january(), step, person };
    shop.ask(together(Together::Prepare("khóa sổ".into()), signer(Role::Operator, "op")));
    shop.ask(together(Together::Withdraw, signer(Role::Operator, "op")));
    shop.ask(together(Together::Prepare("khóa sổ".into()), signer(Role::Operator, "op")));
    let closed = shop.publish(together(Together::Approve, signer(Role::Approver, "ap")));
    let until = day("2018-02-01");
    let returned =
        Verdict::Returned { measure: "received_direct".into(), reason: "thiếu một hồ sơ".into(), until };
    for verdict in [Verdict::Accepted, returned] {
        shop.ask(Command::Review { unit: id(NORTH), period: january(), verdict, person: "Bà ap".into() });
    }
    shop.accept(NORTH, &north.amended);
    shop.ask(Command::Adopt(south.closed.iter().map(|d| document::receive(d).unwrap()).collect::<Vec<Incoming>>()));
    let amended = shop.close("2018-01", Ask::Amend { reason: "số liệu cấp dưới đến muộn".into() });
    shop.now = ten("2018-02-16");
    let february = Period::parse("2018-02").unwrap();
    let step = Together::Prepare("còn chờ duyệt".into());
    shop.ask(Command::Together {
        code: Some(DISTRICT.into()),
        period: february,
        step,
        person: signer(Role::Operator, "op"),
    });
    shop.core.close().unwrap();
    Unit { closed, amended, ..Unit::default() }
}

fn province(folder: &Path, parts: &[SealedPart], north: &Unit, south: &Unit, district: &Unit) -> Unit {
    let mut shop = Shop::open(folder, PROVINCE, parts, vec![]);
    shop.now = ten("2018-01-17");
    for documents in [&north.closed, &north.amended, &south.closed, &district.closed, &district.amended] {
        shop.accept(DISTRICT, documents);
    }
    let closed = shop.close("2018-01", Ask::Close { reason: None });
    shop.core.close().unwrap();
    Unit { closed, ..Unit::default() }
}

/// The province's figures for January with everything that proves them.
fn bundle<'d>(parts: &[SealedPart], all: impl Iterator<Item = &'d Bytes>, province: &Unit) -> Vec<u8> {
    let all: Vec<(motcua::domain::summary::Hash, &Bytes)> = all.map(|bytes| (document::hash(bytes), bytes)).collect();
    let mut named: Vec<_> = province.closed.iter().map(|bytes| document::hash(bytes)).collect();
    let mut found = std::collections::BTreeMap::new();
    while let Some(hash) = named.pop() {
        let (_, bytes) = all.iter().find(|(is, _)| *is == hash).unwrap();
        let members = document::open(bytes).unwrap().summary.members;
        named.extend(members.into_iter().filter_map(|member| Some(member.document?.0)));
        found.insert(hash, *bytes);
    }
    let kinds = [PartKind::Tree, PartKind::Cuts, PartKind::Roll];
    let of = |kind| parts.iter().find(|sealed| sealed.part.kind() == kind).unwrap().bytes.clone();
    let period = Period::parse("2018-01").unwrap();
    let first = province.closed.first().map(|bytes| document::open(bytes).unwrap().summary.atom.start).unwrap();
    let last = province.closed.last().map(|bytes| document::open(bytes).unwrap().summary.atom.start).unwrap();
    let head = document::head(&Head {
        unit: id(PROVINCE),
        period: period.id,
        first_atom: first,
        last_atom: last,
        root: Some(key(PROVINCE).public_key()),
        parts: kinds.map(of).to_vec(),
    });
    found.values().fold(head, |file, bytes| [file, document::document_field(bytes)].concat())
}

/// The setting of the district's node.
pub fn setting() -> Setting {
    Setting { sealer: Arc::new(key(DISTRICT)), has_parent: true, two_persons: false }
}
