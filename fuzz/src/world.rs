//! A small federation in memory, always the same: a province that keeps the books of a district and a commune, and a second commune with a node of
//! its own. Its journals, documents and bundle are what seeds are made of and what the services of a fuzzed node know.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use motcua::{
    clock::Moved,
    document::{self, KeySealer, Sealer, seal_part},
    domain::{
        calendar::{Due, PausePolicy, Term},
        event::{Body, Channel, Event, EventId, Reception},
        measure::Measure,
        periods::Period,
        registry::{Part, Procedure, Procedures},
        review::Verdict,
        roll::{How, Member, Roll},
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{
        Entry, EntryKind,
        by::By,
        close::Ask,
        enrol::TrustAsk,
        trust::{JoinToken, Person, Role},
    },
    node::{Node, Powers},
    store::{
        command::{Command, Order, Reply},
        core::{Core, Setting},
        faulty_disk::{FaultyDisk, Keep},
        journal::{Journal, Options},
        layer::{Layer, LayerOptions},
        memory_map::MemoryMap,
        open::{OpenError, OpenOptions, open_on},
    },
    wire::store::encode_entry,
};

/// The province, its district, a commune whose books it keeps, and one that keeps its own.
pub const PROVINCE: &str = "22";
pub const DISTRICT: &str = "205";
pub const KEPT: &str = "07069";
pub const COMMUNE: &str = "07070";

/// Everything that is made once.
pub struct World {
    /// The journal of the province after the commune's first delivery, an amendment and a review.
    pub top: FaultyDisk,
    /// The journal of the commune with its own node.
    pub commune: FaultyDisk,
    /// The commune's documents, the first of them known to the province.
    pub documents: Vec<Bytes>,
    /// The province's bundle for the first month.
    pub bundle: Vec<u8>,
}

/// See [`World`].
pub static WORLD: LazyLock<World> = LazyLock::new(make);

/// The document key of a unit.
pub fn key(code: &str) -> KeySealer {
    KeySealer::from_seed(blake3::hash(code.as_bytes()).as_bytes())
}

/// A time in words.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// The time in the world: a week after the first month.
pub fn now() -> Timestamp {
    at("2018-02-22T08:00")
}

/// Opens a node's books on that disk with an empty map: everything is replayed. One person closes there, or two.
pub fn open(disk: &FaultyDisk, code: &str, two_persons: bool) -> Result<Core, OpenError> {
    let setting = Setting { sealer: Arc::new(key(code)), has_parent: code != PROVINCE, two_persons };
    let layer = Layer::inline(Arc::new(MemoryMap::new()), &LayerOptions::default());
    open_on(Arc::new(disk.clone()), layer, 0, code, &setting, &OpenOptions::default()).map(|(core, ..)| core)
}

/// A running node on a copy of that disk. In the commune two persons close.
pub fn node(disk: &FaultyDisk, code: &str, powers: Powers) -> Arc<Node> {
    let core = open(&disk.crash(Keep::Everything), code, code == COMMUNE).unwrap_or_else(|error| panic!("{error}"));
    Node::start(core, Moved::at(now()).clock(), powers, Vec::new()).unwrap_or_else(|error| panic!("{error}"))
}

/// A desk's event: its number is its id and its day in January.
pub fn event(number: u8, unit: &str, dossier: &str, day: &str, body: Body) -> Event {
    Event {
        id: EventId([number; 16]),
        unit: UnitId::new(unit, None),
        dossier: dossier.into(),
        occurred_at: at(day),
        source: "fuzz".into(),
        raw_status: "2".into(),
        body,
    }
}

fn received(procedure: &str, due: Option<Due>) -> Body {
    let (channel, full_online) = if procedure.is_empty() { (Channel::Direct, false) } else { (Channel::Online, true) };
    Body::Received(Reception {
        procedure: procedure.into(), agency: "Sở Tư pháp".into(), channel, full_online, due
    })
}

fn stock() -> Body {
    let due = Some(Due::Day(at("2018-01-20").local_date()));
    let reception = Reception {
        procedure: "1.005129".into(),
        agency: String::new(),
        channel: Channel::Postal,
        full_online: false,
        due,
    };
    Body::Opening(reception)
}

/// What desks of a unit say: everything that can happen to a dossier, and one thing after the first month.
pub fn story(unit: &str, first: u8) -> Vec<Event> {
    let n = |number: u8| first + number;
    let event = |number, dossier, day, body| event(n(number), unit, dossier, day, body);
    let corrected = Body::Corrected {
        target: EventId([n(1); 16]),
        occurred_at: Some(at("2018-01-18T09:00")),
        body: Box::new(received("2.000815", None)),
    };
    vec![
        event(0, "A", "2018-01-10T08:00", stock()),
        event(1, "B", "2018-01-17T09:00", received("1.005129", None)),
        event(2, "B", "2018-01-18T10:00", Body::SupplementRequested),
        event(3, "B", "2018-01-22T10:00", Body::SupplementReceived),
        event(4, "B", "2018-01-29T15:00", Body::Resolved),
        event(5, "B", "2018-01-30T15:00", Body::Delivered(Channel::Postal)),
        event(6, "C", "2018-02-02T08:00", received("", Some(Due::Instant(at("2018-02-12T17:00"))))),
        event(7, "C", "2018-02-05T08:00", Body::TransferredOut { transfer: EventId([n(7); 16]), to: DISTRICT.into() }),
        event(8, "", "2018-02-01T08:00", Body::Memo { measure: Measure::ProceduresPublished, value: 97 }),
        event(9, "B", "2018-01-31T08:00", corrected),
        event(10, "A", "2018-02-20T08:00", Body::Returned),
    ]
}

fn make() -> World {
    let top = begin(PROVINCE, Vec::new());
    let mut province = reopened(&top, PROVINCE);
    for part in [Part::Tree(tree()), Part::Procedures(procedures())] {
        step(&mut province, Command::Import(Box::new(part)));
    }
    let registry = province.state().parts.values().cloned().collect();
    let lower = begin(COMMUNE, registry);
    let mut commune = reopened(&lower, COMMUNE);
    step(&mut province, record(story(DISTRICT, 20)));
    step(&mut province, record(story(KEPT, 40)));
    step(&mut commune, record(story(COMMUNE, 60)));
    let month = || Period::parse("2018-02").unwrap_or_else(|error| panic!("{error}"));
    let close = |ask| Command::Close { code: None, period: month(), ask, closer: "Nguyễn Văn A".into() };

    step(&mut commune, close(Ask::Close { reason: None }));
    let mut documents = published(&lower, &commune);
    deliver(&mut province, &documents);
    step(&mut province, close(Ask::Close { reason: None }));
    step(&mut province, record(vec![event(51, KEPT, "D", "2018-02-03T08:00", received("1.005129", None))]));
    step(&mut province, close(Ask::Amend { reason: "nhập muộn".into() }));
    for verdict in [returned(), Verdict::Accepted] {
        let unit = UnitId::new(COMMUNE, None);
        step(&mut province, Command::Review { unit, period: month(), verdict, person: "Trần Thị B".into() });
    }
    for ask in [TrustAsk::Issue(token()), TrustAsk::Admit(person())] {
        step(&mut province, Command::Trust(ask));
    }
    // an amendment the province has not seen
    step(&mut commune, record(vec![event(71, COMMUNE, "D", "2018-01-20T08:00", received("1.005129", None))]));
    step(&mut commune, close(Ask::Amend { reason: "nhập muộn".into() }));
    documents.extend(published(&lower, &commune));
    let bundle = bundle(&top, &month());
    World { top, commune: lower, documents, bundle }
}

/// A disk with a journal that has begun: who it is, the roll and what else is known of the registry.
fn begin(code: &str, registry: Vec<Bytes>) -> FaultyDisk {
    let root = key(PROVINCE);
    let mut parts = registry;
    if parts.is_empty() {
        parts.push(seal_part(Part::Roll(roll()), 1, &root).bytes);
    }
    let parts: Vec<_> = parts.iter().filter_map(|part| document::reopen_part(part).ok()).collect();
    let version = parts.iter().map(|part| part.version).max().unwrap_or_default();
    let books_from = at("2018-01-15").local_date();
    let kinds = [
        EntryKind::Genesis { code: code.into(), books_from, epoch: 1, root: Some(root.public_key()) },
        EntryKind::RegistryChanged { parts, version },
    ];
    let entries = kinds.map(|kind| encode_entry(&Entry { recorded_at: at("2018-01-15"), kind }, &By::node()));
    let disk = FaultyDisk::new();
    let (mut journal, _) =
        Journal::open(Arc::new(disk.clone()), Options::default()).unwrap_or_else(|error| panic!("{error}"));
    journal.append_group(&entries).unwrap_or_else(|error| panic!("{error}"));
    disk
}

fn reopened(disk: &FaultyDisk, code: &str) -> Core {
    open(disk, code, false).unwrap_or_else(|error| panic!("{error}"))
}

fn record(events: Vec<Event>) -> Command {
    Command::Record { events, dry_run: false }
}

/// One command that has to be granted.
fn step(core: &mut Core, command: Command) {
    let name = command.name();
    let reply = core.step(vec![Order::from(command)], now()).pop();
    match reply {
        Some(Ok(Reply::Refused(refusal) | Reply::Rejected { refusal, .. })) => panic!("{name}: {refusal}"),
        Some(Ok(Reply::Record(answers))) => {
            let refused = answers.iter().find(|a| !matches!(a, motcua::store::command::EventReply::Recorded { .. }));
            assert_eq!(refused, None, "{name}");
        }
        Some(Ok(_)) => {}
        other => panic!("{name}: {other:?}"),
    }
}

/// The newest documents of the commune, as its node gives them out.
fn published(disk: &FaultyDisk, core: &Core) -> Vec<Bytes> {
    let node = node(disk, COMMUNE, Powers::default());
    let state = core.state();
    let shelves = state.shelves.iter().flat_map(|(unit, shelf)| shelf.values().map(move |held| (unit, held)));
    let envelope = |(unit, held): (&UnitId, &motcua::ledger::state::Held)| {
        node.envelope(unit, held.atom.start, held.revision).unwrap_or_else(|error| panic!("{error}")).0
    };
    shelves.map(envelope).collect()
}

fn deliver(province: &mut Core, documents: &[Bytes]) {
    let documents =
        documents.iter().map(|d| document::open(d).unwrap_or_else(|error| panic!("{error}")).into()).collect();
    step(province, Command::Accept { sender: UnitId::new(COMMUNE, None), documents });
}

fn bundle(disk: &FaultyDisk, period: &Period) -> Vec<u8> {
    let node = node(disk, PROVINCE, Powers::default());
    let export = node.bundle(&UnitId::new(PROVINCE, None), period).unwrap_or_else(|error| panic!("{error}"));
    let document = |place| node.bundle_document(place).unwrap_or_else(|error| panic!("{error}"));
    [export.head].into_iter().chain(export.places.iter().map(document)).collect::<Vec<_>>().concat()
}

fn tree() -> Tree {
    let row = |(code, parent, keeper): (&str, &str, Option<&str>)| UnitRow {
        code: code.into(),
        name: format!("Đơn vị {code}"),
        level: "unit".into(),
        parent_code: Some(parent.to_owned()).filter(|parent| !parent.is_empty()),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: keeper.map(str::to_owned),
    };
    let kept = Some(PROVINCE);
    let rows = [(PROVINCE, "", None), (DISTRICT, PROVINCE, kept), (KEPT, DISTRICT, kept), (COMMUNE, DISTRICT, None)];
    Tree::from_rows(rows.map(row).to_vec()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn procedures() -> Procedures {
    let procedure = |code: &str, term, pause| Procedure {
        code: code.into(),
        name: format!("Thủ tục {code}"),
        field: "Đất đai".into(),
        level: "xã".into(),
        term,
        pause,
        payment_pauses: false,
    };
    Procedures::new([
        procedure("1.005129", Some(Term::WorkingDays(5)), PausePolicy::PauseResume),
        procedure("2.000815", Some(Term::WorkingHours(8)), PausePolicy::Restart),
    ])
}

fn roll() -> Roll {
    let member = |code: &str| {
        let mut member = Member {
            code: code.into(),
            keys: Vec::new(),
            banned: None,
            certificates_from: Timestamp(0),
            address: String::new(),
        };
        let how = if code == PROVINCE { How::Founder } else { How::Token };
        member.take(key(code).public_key(), how, Timestamp(0), false);
        member
    };
    Roll::new([PROVINCE, COMMUNE].map(member))
}

fn returned() -> Verdict {
    Verdict::Returned {
        measure: "resolved_late".into(),
        reason: "xem lại".into(),
        until: at("2018-02-28").local_date(),
    }
}

fn token() -> JoinToken {
    JoinToken {
        id: "k3".into(),
        unit: DISTRICT.into(),
        verifier: key("token").public_key(),
        expires_at: at("2018-03-01"),
        books_from: at("2018-01-15").local_date(),
        names: vec!["mot-cua.example".into()],
        used: None,
        revoked: false,
        revoke_old: false,
    }
}

/// The person as whom a fuzzed service is called.
pub fn person() -> Person {
    Person {
        id: "p1".into(),
        name: "Lê Văn C".into(),
        role: Role::Approver,
        unit: Some(COMMUNE.into()),
        verifier: [7; 32],
        expires_at: None,
        revoked: None,
    }
}

/// The procedures as a part of the registry.
pub fn procedures_part() -> Part {
    Part::Procedures(procedures())
}
