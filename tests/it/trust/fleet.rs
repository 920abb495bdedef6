//! Four secure nodes of three levels, enrolled with tokens, on a clock that the test moves. Everything between them goes over TLS.

use std::{collections::BTreeMap, net::TcpListener, time::Duration};

use motcua::{
    clock::Moved,
    config::Config,
    domain::{registry::Part, units::Tree},
    ledger::{By, trust::Role},
    node::{
        Node,
        enrolment::Invitation,
        holdings::{digest, holdings},
        timetable::Timetable,
    },
    run::{self, NewNode, NewTop, Running},
    trust::ticket::Ticket,
    wire::link::{Link, Token},
};
use tempfile::TempDir;

use super::*;
use crate::{
    heal::made_up::rows,
    support::{at, start},
};

pub const PROVINCE: &str = "22";
pub const DISTRICT: &str = "205";
pub const NORTH: &str = "07069";
pub const SOUTH: &str = "07099";
pub const BELOW: [&str; 3] = [DISTRICT, NORTH, SOUTH];
/// No condition takes so long, unless it never comes true.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Fleet {
    pub clock: Moved,
    ships: BTreeMap<&'static str, Ship>,
}

struct Ship {
    // Its data live as long as it does.
    _folder: TempDir,
    config: Config,
    running: Option<Running>,
}

/// An address that was free a moment ago: a node's neighbours must know its port before it serves.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

impl Fleet {
    pub async fn new() -> Fleet {
        let clock = Moved::at(at("2018-02-20T10:00:00+07:00"));
        let mut fleet = Fleet { clock, ships: BTreeMap::new() };
        let folder = TempDir::new().unwrap();
        let new = NewNode {
            unit: PROVINCE.to_owned(),
            books_from: "2017-12-15".parse().unwrap(),
            listen: free(),
            parent: None,
        };
        let file = run::init_top(folder.path(), &new, &NewTop::default(), fleet.now()).unwrap();
        fleet.launch(PROVINCE, folder, &file).await;
        fleet.node(PROVINCE).import(&By::node(), Part::Tree(Tree::from_rows(rows()).unwrap())).await.unwrap();
        for code in BELOW {
            let folder = TempDir::new().unwrap();
            let (ticket, listen) = (fleet.ticket(code).await, free());
            let address = format!("https://{listen}");
            let file = run::join(folder.path(), &ticket, &listen, &address, &fleet.clock.clock()).await.unwrap();
            fleet.launch(code, folder, &file).await;
        }
        fleet
    }

    async fn launch(&mut self, code: &'static str, folder: TempDir, file: &std::path::Path) {
        let mut config = Config::load(file).unwrap();
        config.closing = Timetable { automatic: false, grace_days: 0 };
        let running = Some(start(&config, &self.clock).await);
        self.ships.insert(code, Ship { _folder: folder, config, running });
    }

    pub fn now(&self) -> Timestamp {
        (self.clock.clock())()
    }

    pub fn node(&self, code: &str) -> &Arc<Node> {
        &self.ships[code].running.as_ref().unwrap().node
    }

    pub fn config(&self, code: &str) -> &Config {
        &self.ships[code].config
    }

    /// A join token of the province, to be used at the node above.
    pub async fn ticket(&self, code: &str) -> Ticket {
        let invitation = Invitation { unit: code.to_owned(), valid_hours: 1, ..Invitation::default() };
        let (token, _) = self.node(PROVINCE).invite(&By::node(), invitation).await.unwrap();
        Ticket::parse(&token).unwrap()
    }

    pub fn address(&self, code: &str) -> std::net::SocketAddr {
        self.ships[code].config.listen
    }

    pub async fn stop(&mut self, code: &str) {
        self.ships.get_mut(code).unwrap().running.take().unwrap().stop().await.unwrap();
    }

    pub async fn start(&mut self, code: &str) {
        let clock = self.clock.clone();
        let ship = self.ships.get_mut(code).unwrap();
        ship.running = Some(start(&ship.config, &clock).await);
    }

    /// The number of the certificate in use.
    pub fn serial(&self, code: &str) -> [u8; 16] {
        self.node(code).keyring().unwrap().get().unwrap().serial
    }

    /// A way to a node for a person's program, which shows no certificate.
    pub fn foreigner(&self, code: &str) -> ClientTls {
        let roots = self.node(code).keyring().unwrap().get().unwrap().roots.clone();
        client_config(&Keyring::default(), &self.clock.clock(), Expect::Authority(roots)).unwrap()
    }

    /// A desk of a node, with a token.
    pub async fn desk(&self, code: &str) -> Link {
        let (token, _) =
            self.node(code).admit(&By::node(), "Trần Thị B".into(), Role::Desk, None, 3_000).await.unwrap();
        let url = format!("https://{}", self.address(code));
        Token::new(&token).unwrap().on(channel(&url, Some(self.foreigner(code)), |e| e).unwrap())
    }

    /// From one node to another, with its own certificate.
    pub fn between(&self, from: &str, to: &str) -> Channel {
        let expect = Expect::Units(vec![to.to_owned()]);
        let tls = client_config(self.node(from).keyring().unwrap(), &self.clock.clock(), expect).unwrap();
        channel(&format!("https://{}", self.address(to)), Some(tls), |e| e).unwrap()
    }

    /// Waits until a condition holds. Not everything that is waited for is told, so it is looked at again now and then.
    pub async fn until(&self, code: &str, what: &str, there: impl Fn(&Node) -> bool) {
        let node = self.node(code);
        let mut changes = node.changes();
        let wait = async {
            while !there(node) {
                drop(tokio::time::timeout(Duration::from_millis(20), changes.changed()).await);
            }
        };
        let up = || node.link.up();
        assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{code} waited in vain for {what}: {:?}", up());
    }

    /// Waits until a session upward ended in agreement at this time of the clock, or later.
    pub async fn agreed(&self, code: &str) {
        let now = self.now();
        self.until(code, "agreement", |node| node.link.up().agreed_at.is_some_and(|at| at >= now)).await;
    }

    /// Waits until the node above holds everything this one has published.
    pub async fn all_sent(&self, code: &str) {
        let parent = if code == DISTRICT { PROVINCE } else { DISTRICT };
        let mine = |node: &Node| digest(&holdings(&node.snapshot().state, &node.own(), parent));
        let above = self.node(parent);
        let there = |node: &Node| mine(node) == digest(&holdings(&above.snapshot().state, &node.own(), parent));
        self.until(code, "its documents to be taken", there).await;
        // And for a session that has seen it.
        self.until(code, "agreement", |node| node.unsent().is_some_and(|unsent| unsent.count == 0)).await;
    }

    /// Lets the time pass in which every certificate is renewed once, and waits for that and for the links.
    pub async fn half_a_life(&self, codes: &[&str]) {
        let old: Vec<_> = codes.iter().map(|code| self.serial(code)).collect();
        self.clock.advance(self.now().plus_millis(46 * DAY_MS));
        for (code, old) in codes.iter().zip(old) {
            let renewed = |node: &Node| node.keyring().unwrap().get().unwrap().serial != old;
            self.until(code, "a new certificate", renewed).await;
        }
        for code in codes.iter().filter(|code| **code != PROVINCE) {
            self.agreed(code).await;
        }
    }

    pub async fn end(mut self) {
        for code in [NORTH, SOUTH, DISTRICT, PROVINCE] {
            if self.ships[code].running.is_some() {
                self.stop(code).await;
            }
        }
    }
}
