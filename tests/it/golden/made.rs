//! What a release writes: a province, a district and two communes with fixed keys, a fixed clock and fixed ids, on real stores. The district's
//! store has an entry of every kind.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use motcua::{
    document::{self, Head, Incoming, KeySealer, SealedPart, Sealer, seal_part},
    domain::{
        atoms::Cuts,
        calendar::{Calendar, Due, PausePolicy, SaturdayRule, Term},
        event::{Body, Channel, Event, EventId, Reception},
        measure::Measure,
        periods::Period,
        registry::{Part, PartKind, Procedure, Procedures},
        review::Verdict,
        roll::{Ban, How, Member, Roll},
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{
        By, Entry, EntryKind,
        close::Ask,
        draft::draft,
        prepare::Signer,
        trust::{Issued, JoinToken, Keys, Person, Role, TrustChange, Waiting},
    },
    store::{
        command::{Command, Order, Reply, Together},
        core::{Core, Setting},
        open::{DataDir, OpenOptions},
    },
};

use super::{Files, documents, node, read_into, said};
use crate::{
    heal::made_up::{day, row, ten},
    support::at,
};

pub const PROVINCE: &str = "22";
pub const DISTRICT: &str = "205";
const NORTH: &str = "07069";
const SOUTH: &str = "07099";
const GONE: &str = "07201";

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

/// The document key of a unit.
pub fn key(code: &str) -> KeySealer {
    let mut seed = [7; 32];
    seed[..code.len()].copy_from_slice(code.as_bytes());
    KeySealer::from_seed(&seed)
}

fn id(code: &str) -> UnitId {
    UnitId::new(code, Some(day("2015-01-01")))
}

fn event_id(n: u8) -> EventId {
    let mut id = [0xE0; 16];
    id[15] = n;
    EventId(id)
}

/// Every part of the registry, as the province signs it.
fn parts() -> Vec<SealedPart> {
    let unit = |code, parent, level: &str| UnitRow {
        valid_from: Some(day("2015-01-01")),
        level: level.into(),
        ..row(code, parent)
    };
    let tree = vec![
        unit(PROVINCE, None, "province"),
        unit(DISTRICT, Some(PROVINCE), "district"),
        unit(NORTH, Some(DISTRICT), "commune"),
        unit(SOUTH, Some(DISTRICT), "commune"),
    ];
    let procedure = |code: &str, term, pause, payment_pauses| Procedure {
        code: code.into(),
        name: format!("Thủ tục {code}"),
        field: "Hộ tịch".into(),
        level: "commune".into(),
        term,
        pause,
        payment_pauses,
    };
    let procedures = Procedures::new([
        procedure("1.000001", Some(Term::WorkingDays(3)), PausePolicy::PauseResume, false),
        procedure("1.000002", Some(Term::WorkingHours(4)), PausePolicy::Restart, true),
        procedure("1.000003", None, PausePolicy::NoPause, false),
    ]);
    let calendar = Calendar::default()
        .with_version(3)
        .with_holidays([day("2018-01-01")])
        .with_swap(day("2018-01-02"), day("2018-01-06"))
        .with_saturdays(SaturdayRule::Morning)
        .with_cut_off("16:30:00".parse().unwrap());
    let mut members: Vec<Member> =
        [(PROVINCE, How::Founder), (DISTRICT, How::Token), (NORTH, How::Approved), (SOUTH, How::OldKey)]
            .into_iter()
            .map(|(code, how)| member(code, how))
            .collect();
    let mut gone = member(GONE, How::Token);
    gone.take([9; 32], How::OldKey, ten("2017-12-20"), true);
    gone.banned = Some(Ban { since: ten("2018-01-10"), reason: "máy bị mất".into() });
    members.push(gone);
    let all = [
        Part::Tree(Tree::from_rows(tree).unwrap()),
        Part::Procedures(procedures),
        Part::Calendar(calendar),
        Part::Cuts(Cuts::new([day("2017-12-20")])),
        Part::Roll(Roll::new(members)),
    ];
    let sealer = key(PROVINCE);
    all.into_iter().zip(1..).map(|(part, version)| seal_part(part, version, &sealer)).collect()
}

fn member(code: &str, how: How) -> Member {
    let mut member = Member {
        code: code.into(),
        keys: vec![],
        banned: None,
        certificates_from: ten("2017-12-15"),
        address: format!("https://{code}.example:7070"),
    };
    member.take(key(code).public_key(), how, ten("2017-12-15"), false);
    member
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
        let recorded =
            |r: &motcua::store::command::EventReply| matches!(r, motcua::store::command::EventReply::Recorded { .. });
        assert!(replies.iter().all(recorded), "{replies:?}");
    }

    /// The documents that go out.
    fn publish(&mut self, command: Command) -> Vec<Bytes> {
        let Reply::Published(documents) = self.ask(command) else { panic!() };
        let view = self.core.view();
        let stored = |d: &motcua::store::command::PublishedDocument| {
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

fn event(unit: &str, n: u8, dossier: &str, when: &str, body: Body) -> Event {
    Event {
        id: event_id(n),
        unit: UnitId::new(unit, None),
        dossier: dossier.into(),
        occurred_at: at(&format!("{when}+07:00")),
        source: "quầy 1".into(),
        raw_status: n.to_string(),
        body,
    }
}

fn reception(procedure: &str, channel: Channel, full_online: bool, due: Option<Due>) -> Reception {
    Reception { procedure: procedure.into(), agency: "Công an".into(), channel, full_online, due }
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

fn south(folder: &Path, parts: &[SealedPart]) -> Unit {
    let mut shop = Shop::open(folder, SOUTH, parts, vec![]);
    shop.now = ten("2018-01-16");
    let closed = shop.close("2018-01", Ask::Close { reason: None });
    shop.core.close().unwrap();
    Unit { closed, ..Unit::default() }
}

/// Everything a node can write down.
fn district(folder: &Path, parts: &[SealedPart], north: &Unit, south: &Unit) -> Unit {
    let mut shop = Shop::open(folder, DISTRICT, parts, trust());
    shop.now = ten("2018-01-16");
    shop.record(every_event());
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

/// One event of every kind.
fn every_event() -> Vec<Event> {
    let event = |n, dossier: &str, when: &str, body| event(DISTRICT, n, dossier, when, body);
    let paper = || reception("1.000001", Channel::Direct, false, None);
    let hours = reception("1.000002", Channel::Online, true, Some(Due::Instant(at("2018-01-04T12:00:00+07:00"))));
    let transfer = |n| EventId([n; 16]);
    vec![
        event(10, "D-1", "2017-11-01T08:00:00", Body::Opening(paper())),
        event(11, "D-1", "2018-01-03T08:00:00", Body::Returned),
        event(12, "D-2", "2018-01-03T08:00:00", Body::Received(hours)),
        event(13, "D-2", "2018-01-03T09:00:00", Body::PaymentRequested),
        event(14, "D-2", "2018-01-03T15:00:00", Body::PaymentReceived),
        event(15, "D-2", "2018-01-04T10:00:00", Body::Extended { promised: Some(Due::Day(day("2018-01-08"))) }),
        event(16, "D-2", "2018-01-05T10:00:00", Body::Resolved),
        event(17, "D-2", "2018-01-06T10:00:00", Body::Delivered(Channel::Postal)),
        event(
            18,
            "D-3",
            "2018-01-03T08:00:00",
            Body::Received(reception("other:Đất đai", Channel::Postal, false, None)),
        ),
        event(19, "D-3", "2018-01-04T08:00:00", Body::SupplementRequested),
        event(20, "D-3", "2018-01-08T08:00:00", Body::SupplementReceived),
        event(21, "D-3", "2018-01-09T08:00:00", Body::Withdrawn),
        event(22, "D-4", "2018-01-03T08:00:00", Body::Received(paper())),
        event(23, "D-4", "2018-01-05T08:00:00", Body::Stopped),
        event(
            24,
            "D-5",
            "2018-01-05T08:00:00",
            Body::TransferredIn { transfer: transfer(1), from: NORTH.into(), reception: paper() },
        ),
        event(25, "D-5", "2018-01-08T08:00:00", Body::TransferredOut { transfer: transfer(2), to: SOUTH.into() }),
        event(26, "D-6", "2018-01-10T08:00:00", Body::Received(paper())),
        event(27, "D-6", "2018-01-11T08:00:00", Body::Resolved),
        event(28, "D-6", "2018-01-12T08:00:00", Body::Voided { target: event_id(27) }),
        event(
            29,
            "D-6",
            "2018-01-12T09:00:00",
            Body::Corrected {
                target: event_id(26),
                occurred_at: Some(at("2018-01-09T08:00:00+07:00")),
                body: Box::new(Body::Received(reception("1.000003", Channel::Direct, false, None))),
            },
        ),
        event(30, "", "2018-01-12T10:00:00", Body::Memo { measure: Measure::FeedbackReceived, value: 12 }),
        // out of order: it waits for its reception
        event(31, "D-7", "2018-01-12T11:00:00", Body::Resolved),
    ]
}

/// Everything that is written down of who may join and who may ask.
fn trust() -> Vec<EntryKind> {
    let keys = |n| Keys { document: [n; 32], link: [n + 1; 32] };
    let token = JoinToken {
        id: "k7".into(),
        unit: NORTH.into(),
        verifier: [3; 32],
        expires_at: ten("2017-12-18"),
        books_from: day("2017-12-15"),
        names: vec!["xa.example".into(), "10.0.0.7".into()],
        used: None,
        revoked: false,
        revoke_old: true,
    };
    let issued = Issued {
        keys: keys(11),
        asked_at: ten("2017-12-15"),
        certificate: Bytes::from_static(b"not a certificate"),
        not_before: ten("2017-12-15"),
        not_after: ten("2018-03-15"),
        names: vec!["xa.example".into()],
    };
    let person = |id: &str, role, unit: Option<&str>| Person {
        id: id.into(),
        name: format!("Ông {id}"),
        role,
        unit: unit.map(str::to_owned),
        verifier: [5; 32],
        expires_at: unit.map(|_| ten("2019-01-01")),
        revoked: None,
    };
    let waiting = |code: &str| Waiting {
        code: code.into(),
        keys: keys(21),
        since: ten("2017-12-15"),
        why: "chứng thư đã hết hạn".into(),
        approved: false,
        revoke_old: false,
    };
    let code = |code: &str| code.to_owned();
    let mut all = vec![
        TrustChange::TokenIssued(token.clone()),
        TrustChange::TokenIssued(JoinToken { id: "k8".into(), unit: SOUTH.into(), ..token }),
        TrustChange::TokenRevoked { id: "k8".into() },
        TrustChange::Enrolled { code: code(NORTH), token: Some("k7".into()), issued: issued.clone() },
        TrustChange::Enrolled { code: code(DISTRICT), token: None, issued },
        TrustChange::Waits(waiting(SOUTH)),
        TrustChange::Waits(waiting(GONE)),
        TrustChange::Approved { code: code(SOUTH), revoke_old: true },
        TrustChange::Banned { code: code(GONE) },
        TrustChange::Unbanned { code: code(GONE) },
        TrustChange::Dismissed { id: "desk".into() },
        TrustChange::Denied { what: "deliver a document of 07201".into(), reason: "BANNED".into(), times: 3 },
        TrustChange::Rooted(key(PROVINCE).public_key()),
    ];
    let people = Role::ALL.map(|role| person(role.name(), role, (role == Role::Desk).then_some(NORTH)));
    all.splice(0..0, people.map(TrustChange::Admitted));
    all.into_iter().map(EntryKind::Trust).collect()
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

#[test]
fn the_district_has_every_kind_of_entry_and_of_event() {
    let made = make();
    let words = String::from_utf8(made.files["node/entries.txt"].clone()).unwrap();
    for name in ["motcua.store.v1.Entry", "motcua.store.v1.TrustChange"] {
        for field in said::message(name).oneofs().flat_map(|o| o.fields().collect::<Vec<_>>()) {
            assert!(words.contains(field.name()), "no entry has {}", field.name());
        }
    }
    for field in said::message("motcua.v1.Event").oneofs().flat_map(|o| o.fields().collect::<Vec<_>>()) {
        assert!(words.contains(&format!("{}", field.name())), "no event is {}", field.name());
    }
}
