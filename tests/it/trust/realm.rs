//! A small federation with real keys: a province, two districts, communes below both. Made as people make it, with join tokens; links over real
//! sockets, a clock that the test moves.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use motcua::{
    clock::Moved,
    config::Config,
    document::{KeySealer, Sealer},
    domain::{registry::Part, units::Tree},
    ledger::{
        By, State,
        enrol::TrustAsk,
        trust::{Person, Role},
    },
    node::{Node, enrolment::Invitation, timetable::Timetable},
    run::{self, NewNode, NewTop, Running},
    trust::{files::IdentityFiles, ticket::Ticket},
    wire::link::Token,
};
use tempfile::TempDir;

use super::*;
use crate::{
    heal::made_up::row,
    support::{at, start},
};

pub const TOP: &str = "22";
pub const DISTRICT: &str = "205";
pub const OTHER_DISTRICT: &str = "206";
pub const NORTH: &str = "07069";
pub const SOUTH: &str = "07099";
pub const ELSEWHERE: &str = "07201";
/// No condition takes so long, unless it never comes true.
const PATIENCE: Duration = Duration::from_secs(60);

/// A member of the federation; its node need not run.
pub struct Site {
    _folder: TempDir,
    pub config: Config,
    pub running: Option<Running>,
}

pub struct Realm {
    pub clock: Moved,
    pub sites: BTreeMap<String, Site>,
}

impl Realm {
    /// The province and one district run, with the registry; nobody else has joined.
    pub async fn new() -> Realm {
        let clock = Moved::at(at("2018-02-02T10:00:00+07:00"));
        let folder = TempDir::new().unwrap();
        let new = NewNode {
            unit: TOP.into(),
            books_from: "2017-12-15".parse().unwrap(),
            listen: "127.0.0.1:0".into(),
            parent: None,
        };
        let top = NewTop { address: "https://127.0.0.1:7070".into(), ..NewTop::default() };
        let file = run::init_top(folder.path(), &new, &top, (clock.clock())()).unwrap();
        let mut realm = Realm { clock, sites: BTreeMap::new() };
        realm.keep(TOP, folder, &file);
        realm.start(TOP).await;
        let rows = vec![
            row(TOP, None),
            row(DISTRICT, Some(TOP)),
            row(OTHER_DISTRICT, Some(TOP)),
            row(NORTH, Some(DISTRICT)),
            row(SOUTH, Some(DISTRICT)),
            row(ELSEWHERE, Some(OTHER_DISTRICT)),
        ];
        realm.node(TOP).import(&By::node(), Part::Tree(Tree::from_rows(rows).unwrap())).await.unwrap();
        realm.join(DISTRICT, TOP).await;
        realm.start(DISTRICT).await;
        realm
    }

    /// A folder that has become a node.
    pub fn keep(&mut self, code: &str, folder: TempDir, file: &std::path::Path) {
        let mut config = Config::load(file).unwrap();
        config.closing = Timetable { automatic: false, grace_days: 0 };
        config.limits.calls_per_second = 100_000;
        self.sites.insert(code.to_owned(), Site { _folder: folder, config, running: None });
    }

    /// A join token of the province, to be used at a running node.
    pub async fn ticket(&self, code: &str, via: &str) -> Ticket {
        let invitation =
            Invitation { unit: code.into(), valid_hours: 24, address: self.url(via), ..Invitation::default() };
        let (text, _) = self.node(TOP).invite(&By::node(), invitation).await.unwrap();
        Ticket::parse(&text).unwrap()
    }

    /// Joins through a running node, and does not start.
    pub async fn join(&mut self, code: &str, via: &str) {
        let ticket = self.ticket(code, via).await;
        let folder = TempDir::new().unwrap();
        let file = run::join(folder.path(), &ticket, "127.0.0.1:0", "", &self.clock.clock()).await.unwrap();
        self.keep(code, folder, &file);
        if self.sites.contains_key(DISTRICT) && code != DISTRICT {
            self.settled().await;
        }
    }

    /// The district has the roll as the province has it now.
    pub async fn settled(&self) {
        let version = self.state(TOP).registry.version;
        self.until(DISTRICT, "the registry", |s| s.registry.version == version).await;
    }

    pub async fn start(&mut self, code: &str) {
        let config = self.sites[code].config.clone();
        let running = start(&config, &self.clock).await;
        self.sites.get_mut(code).unwrap().running = Some(running);
    }

    pub fn node(&self, code: &str) -> &Arc<Node> {
        &self.sites[code].running.as_ref().unwrap().node
    }

    pub fn state(&self, code: &str) -> State {
        self.node(code).snapshot().state.clone()
    }

    pub fn url(&self, code: &str) -> String {
        format!("https://{}", self.sites[code].running.as_ref().unwrap().address)
    }

    pub fn data(&self, code: &str) -> PathBuf {
        self.sites[code].config.data.clone()
    }

    pub fn now(&self) -> Timestamp {
        (self.clock.clock())()
    }

    /// Waits for changes of a node until a condition holds.
    pub async fn until(&self, code: &str, what: &str, there: impl Fn(&State) -> bool) {
        let mut changes = self.node(code).changes();
        let wait = async {
            while !there(&self.state(code)) {
                changes.changed().await.unwrap();
            }
        };
        assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{code} waited in vain for {what}");
    }

    /// The identity a member's files hold.
    pub fn identity(&self, code: &str) -> Identity {
        IdentityFiles::new(self.data(code).join("tls")).load().unwrap()
    }

    /// The key that signs a member's documents.
    pub fn sealer(&self, code: &str) -> Arc<dyn Sealer> {
        run::load_key(&self.data(code)).unwrap()
    }

    /// The authority of the federation, as whoever stole it has it.
    pub fn authority(&self) -> Authority {
        let folder = self.data(TOP).join("authority");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        Authority::from_pem(&read("authority.pem"), &read("authority.key")).unwrap()
    }

    /// A link to a node as whoever has that identity; without one as a person's program.
    pub fn link(&self, to: &str, identity: Option<Identity>) -> Channel {
        let roots = Roots::from_pem(&self.identity(TOP).roots_pem()).unwrap();
        let keyring = identity.map(Keyring::new).unwrap_or_default();
        let tls = client_config(&keyring, &self.clock.clock(), Expect::Authority(roots)).unwrap();
        channel(&self.url(to), Some(tls), |endpoint| endpoint).unwrap()
    }

    /// A link as a member, with its own certificate.
    pub fn link_as(&self, to: &str, code: &str) -> Channel {
        self.link(to, Some(self.identity(code)))
    }

    /// A person at a node: their token, and what the node knows of them.
    pub async fn person(&self, node: &str, role: Role, unit: Option<&str>) -> (Token, Person) {
        let (text, person) = self.person_text(node, role, unit).await;
        (Token::new(&text).unwrap(), person)
    }

    pub async fn person_text(&self, node: &str, role: Role, unit: Option<&str>) -> (String, Person) {
        let name = format!("Nguyễn Thị {role}");
        self.node(node).admit(&By::node(), name, role, unit.map(str::to_owned), 30).await.unwrap()
    }

    pub async fn dismiss(&self, node: &str, person: &Person) {
        self.node(node).trust(&By::node(), TrustAsk::Dismiss(person.id.clone())).await.unwrap();
    }

    pub async fn ban(&self, code: &str) {
        let ask = TrustAsk::Ban { code: code.to_owned(), reason: "stolen".into() };
        self.node(TOP).trust(&By::node(), ask).await.unwrap();
        self.until(DISTRICT, "the ban", |s| s.registry.roll.ban(code).is_some()).await;
    }

    pub async fn end(self) {
        let mut sites = self.sites;
        // Children first, so that nobody waits for a parent that is gone.
        for code in [NORTH, SOUTH, ELSEWHERE, OTHER_DISTRICT, DISTRICT, TOP] {
            if let Some(running) = sites.remove(code).and_then(|site| site.running) {
                running.stop().await.unwrap();
            }
        }
    }
}

/// A key of an attacker.
pub fn key(n: u8) -> KeySealer {
    KeySealer::from_seed(&[n; 32])
}

/// The parts of a node's state that an attack must not touch, and how long its journal is.
pub struct Untouched {
    state: State,
    sequence: u64,
    people: bool,
}

impl Untouched {
    pub fn of(realm: &Realm, code: &str) -> Untouched {
        let snapshot = realm.node(code).snapshot();
        Untouched { state: snapshot.state.clone(), sequence: snapshot.sequence, people: true }
    }

    /// The test itself admits so many people meanwhile.
    pub fn with_people(mut self, count: u64) -> Untouched {
        self.sequence += count;
        self.people = false;
        self
    }

    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Everything is as it was; the journal holds at most so many notes more.
    pub fn except(&self, realm: &Realm, code: &str, notes: u64) {
        let snapshot = realm.node(code).snapshot();
        let (was, is) = (&self.state, &snapshot.state);
        assert_eq!(was.shelves, is.shelves, "{code}");
        assert_eq!(was.books, is.books, "{code}");
        assert_eq!(was.registry, is.registry, "{code}");
        assert!(!self.people || was.trust == is.trust, "{code}: {:?} became {:?}", was.trust, is.trust);
        assert!(snapshot.sequence <= self.sequence + notes, "{code}: {} after {}", snapshot.sequence, self.sequence);
    }
}
