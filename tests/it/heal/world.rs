//! Four nodes, three levels, one clock that the test moves. Everything between nodes goes over real gRPC; nothing sleeps.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use fastrand::Rng;
use motcua::{
    clock::Moved,
    config::Config,
    domain::{
        event::Event,
        measure::Figures,
        periods::Period,
        registry::Part,
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{By, close::Ask, state::State},
    node::{
        EventReply, Node, NodeError, PublishedDocument,
        holdings::{digest, holdings},
    },
    reports::{Breakdown, Query, Report},
    run::Running,
};
use tempfile::TempDir;
use tokio::net::TcpSocket;

use super::super::support::{at, new_node, start};

pub use super::made_up::{day, event, received, reception, resolved, rows, ten, transfer_id};

pub const PROVINCE: &str = "22";
pub const DISTRICT: &str = "205";
pub const NORTH: &str = "07069";
pub const SOUTH: &str = "07099";
pub const COMMUNES: [&str; 2] = [NORTH, SOUTH];
/// First day of all books.
pub const BOOKS_FROM: &str = "2017-12-15";
/// No condition takes so long, unless it never comes true.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node that can be stopped and started again on the port its neighbours know.
pub struct Site {
    folder: TempDir,
    pub config: Config,
    running: Option<Running>,
    // While the node is stopped nobody else gets its port, and nobody answers on it.
    reserved: Option<TcpSocket>,
}

pub struct World {
    pub clock: Moved,
    pub rng: Rng,
    sites: BTreeMap<String, Site>,
    sent: BTreeMap<String, Vec<Event>>,
}

impl World {
    /// All four nodes are up and have the registry.
    pub async fn new(seed: u64) -> World {
        World::with(seed, rows()).await
    }

    pub async fn with(seed: u64, rows: Vec<UnitRow>) -> World {
        println!("seed {seed}");
        let clock = Moved::at(at(&format!("{BOOKS_FROM}T08:00:00+07:00")));
        let mut world = World { clock, rng: Rng::with_seed(seed), sites: BTreeMap::new(), sent: BTreeMap::new() };
        let nodes: Vec<String> = rows.iter().filter(|r| r.kept_by.is_none()).map(|r| r.code.clone()).collect();
        for code in &nodes {
            let above = rows.iter().find(|r| r.code == *code).and_then(|r| r.parent_code.clone());
            world.add(code, above.as_deref()).await;
        }
        world.node(PROVINCE).import(&By::node(), Part::Tree(Tree::from_rows(rows).unwrap())).await.unwrap();
        for code in &nodes {
            world.until(code, "the registry", |s| s.registry.version >= 1).await;
        }
        world
    }

    pub async fn add(&mut self, code: &str, parent: Option<&str>) {
        let folder = TempDir::new().unwrap();
        let url = parent.map(|p| format!("http://{}", self.sites[p].config.listen));
        let mut config = new_node(folder.path(), code, BOOKS_FROM, url.as_deref(), (self.clock.clock())());
        let running = start(&config, &self.clock).await;
        config.listen = running.address;
        self.sites.insert(code.to_owned(), Site { folder, config, running: Some(running), reserved: None });
    }

    pub fn node(&self, code: &str) -> &Arc<Node> {
        &self.sites[code].running.as_ref().unwrap().node
    }

    pub fn folder(&self, code: &str) -> &Path {
        self.sites[code].folder.path()
    }

    pub fn url(&self, code: &str) -> String {
        format!("http://{}", self.sites[code].config.listen)
    }

    pub fn state(&self, code: &str) -> State {
        self.node(code).snapshot().state.clone()
    }

    pub async fn stop(&mut self, code: &str) {
        let site = self.sites.get_mut(code).unwrap();
        site.running.take().unwrap().stop().await.unwrap();
        // A client of another test may have the port for a moment.
        let bind = async {
            loop {
                let socket = TcpSocket::new_v4().unwrap();
                socket.set_reuseaddr(true).unwrap();
                match socket.bind(site.config.listen) {
                    Ok(()) => break socket,
                    Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse),
                }
                tokio::task::yield_now().await;
            }
        };
        site.reserved = Some(tokio::time::timeout(PATIENCE, bind).await.unwrap());
    }

    pub async fn start(&mut self, code: &str) {
        let clock = self.clock.clone();
        let site = self.sites.get_mut(code).unwrap();
        site.reserved = None;
        site.running = Some(start(&site.config, &clock).await);
    }

    /// From now on the node speaks to another parent.
    pub async fn moves(&mut self, code: &str, parent: &str) {
        let url = self.url(parent);
        self.calls(code, url).await;
    }

    /// From now on the node calls that address.
    pub async fn calls(&mut self, code: &str, url: String) {
        self.stop(code).await;
        self.sites.get_mut(code).unwrap().config.parent.as_mut().unwrap().url = url;
        self.start(code).await;
    }

    pub async fn restart(&mut self, code: &str) {
        self.stop(code).await;
        self.start(code).await;
    }

    /// A copy of the data of a node, which is stopped for it.
    pub async fn copy(&mut self, code: &str) -> TempDir {
        self.stop(code).await;
        let copy = TempDir::new().unwrap();
        copy_all(&self.sites[code].config.data, copy.path());
        self.start(code).await;
        copy
    }

    /// Puts an old copy in the place of a stopped node's data.
    pub fn put_back(&self, code: &str, copy: &TempDir) {
        let site = &self.sites[code];
        assert!(site.running.is_none() && site.config.data.starts_with(site.folder.path()));
        fs::remove_dir_all(&site.config.data).unwrap();
        copy_all(copy.path(), &site.config.data);
    }

    pub fn now(&self, text: &str) {
        self.clock.advance(ten(text));
    }

    /// Every event must be new; it is remembered, to be sent again.
    pub async fn record(&mut self, code: &str, events: Vec<Event>) {
        let replies = self.node(code).record(&By::node(), events.clone(), false).await.unwrap();
        assert!(replies.iter().all(|r| matches!(r, EventReply::Recorded { .. })), "{replies:?}");
        self.sent.entry(code.to_owned()).or_default().extend(events);
    }

    /// Sends everything again that was ever sent; returns how many were new.
    pub async fn send_again(&self, code: &str) -> usize {
        let events = self.sent[code].clone();
        let replies = self.node(code).record(&By::node(), events, false).await.unwrap();
        let known = |r: &EventReply| matches!(r, EventReply::Recorded { .. } | EventReply::Already(_));
        assert!(replies.iter().all(known), "{replies:?}");
        replies.iter().filter(|r| matches!(r, EventReply::Recorded { .. })).count()
    }

    /// A month of made-up work at a commune: what is received, most of it resolved.
    pub async fn work(&mut self, code: &str, first: &str) {
        let first = day(first);
        let mut events = Vec::new();
        for n in 0..self.rng.u64(3..9) {
            let dossier = format!("{code}-{first}-{n}");
            let on = first + chrono::Days::new(self.rng.u64(0..14));
            events.push(received(code, &dossier, &on.to_string()));
            if self.rng.u8(..4) > 0 {
                let end = on + chrono::Days::new(self.rng.u64(0..14));
                events.push(resolved(code, &dossier, &end.to_string()));
            }
        }
        self.record(code, events).await;
    }

    pub async fn try_close(&self, code: &str, period: &str) -> Result<Vec<PublishedDocument>, NodeError> {
        let period = Period::parse(period).unwrap();
        self.node(code).close(&By::node(), Some(code.to_owned()), period, Ask::Close { reason: None }).await
    }

    pub async fn close(&self, code: &str, period: &str) -> Vec<PublishedDocument> {
        self.try_close(code, period).await.unwrap()
    }

    pub async fn amend(&self, code: &str, period: &str, reason: &str) -> Vec<PublishedDocument> {
        let ask = Ask::Amend { reason: reason.to_owned() };
        self.node(code).close(&By::node(), Some(code.to_owned()), Period::parse(period).unwrap(), ask).await.unwrap()
    }

    /// Communes close, then the district when their documents are there.
    pub async fn close_below(&self, period: &str) {
        for code in COMMUNES {
            self.close(code, period).await;
            self.agree(code).await;
        }
        self.close(DISTRICT, period).await;
    }

    pub async fn until(&self, code: &str, what: &str, there: impl Fn(&State) -> bool) {
        self.wait(&[code], what, || there(&self.state(code))).await;
    }

    /// Waits for changes of some nodes until a condition holds. Link states have no change of their own, so they are looked at each time.
    pub async fn wait(&self, codes: &[&str], what: &str, there: impl Fn() -> bool) {
        let mut changes: Vec<_> = codes.iter().map(|code| self.node(code).changes()).collect();
        let wait = async {
            while !there() {
                let any = changes.iter_mut().map(|c| Box::pin(c.changed()));
                futures_util::future::select_all(any).await.0.unwrap();
            }
        };
        assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{codes:?} waited in vain for {what}");
    }

    pub fn same(&self, child: &str, parent: &str) -> bool {
        let me = self.node(child).own();
        let hash = |code: &str| digest(&holdings(&self.state(code), &me, parent));
        hash(child) == hash(parent)
    }

    /// Waits until a node and the one above hold the same documents of its subtree.
    pub async fn agree(&self, child: &str) {
        let parent = if child == DISTRICT { PROVINCE } else { DISTRICT };
        self.wait(&[child, parent], &format!("{child} and {parent} to agree"), || self.same(child, parent)).await;
    }

    pub async fn all_agree(&self) {
        for child in [NORTH, SOUTH, DISTRICT] {
            self.agree(child).await;
        }
        // What came up from a commune meanwhile may not be at the top yet.
        self.agree(DISTRICT).await;
        for code in [NORTH, SOUTH, DISTRICT] {
            assert_eq!(self.node(code).link.up().refusals, [], "{code}");
        }
    }

    pub fn report(
        &self,
        node: &str,
        unit: &str,
        period: &str,
        as_known_at: Option<Timestamp>,
    ) -> Result<Report, NodeError> {
        let period = Period::parse(period).unwrap();
        let unit = UnitId::new(unit, None);
        self.node(node).report(&Query { unit, period, by: Breakdown::Unit, as_known_at })
    }

    pub fn total(&self, node: &str, unit: &str, period: &str) -> Figures {
        self.report(node, unit, period, None).unwrap().total
    }

    /// The district's and the province's figures are the sum of what the communes say themselves.
    pub fn adds_up(&self, period: &str) {
        let mut sum = Figures::default();
        for code in COMMUNES {
            sum += &self.total(code, code, period);
        }
        for (node, unit) in [(DISTRICT, DISTRICT), (PROVINCE, DISTRICT), (PROVINCE, PROVINCE)] {
            assert_eq!(self.total(node, unit, period), sum, "{period}: {unit} at {node}");
        }
    }

    pub fn revision(&self, node: &str, unit: &str, atom: &str) -> u32 {
        self.state(node).held(&UnitId::new(unit, None), day(atom)).map_or(0, |held| held.revision)
    }

    pub async fn end(self) {
        let mut sites = self.sites;
        for code in [NORTH, SOUTH, DISTRICT] {
            if let Some(running) = sites.remove(code).and_then(|site| site.running) {
                running.stop().await.unwrap();
            }
        }
        for running in sites.into_values().filter_map(|site| site.running) {
            running.stop().await.unwrap();
        }
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
