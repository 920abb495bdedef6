//! One machine with one node on it: the product's own code from its port to its disk, on a runtime of its own whose time only the simulation moves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use fastrand::Rng;
use motcua::{
    config::{Config, Limits},
    document::{KeySealer, Sealer, seal_part},
    domain::{
        registry::Part,
        roll::{How, Member, Roll},
        time::Timestamp,
    },
    federation::uplink::Pace,
    ledger::{
        By,
        entry::{Entry, EntryKind},
    },
    node::{Node, Powers, timetable::Timetable},
    run::{Surroundings, Works},
    store::{
        core::{Core, Setting},
        disk::Disk,
        faulty_disk::{FaultyDisk, Keep},
        journal::{Journal, Options},
        layer::{Layer, LayerOptions},
        memory_map::MemoryMap,
        open::{OpenOptions, open_on},
        writer::Clock,
    },
    wire::store::encode_entry,
};
use tokio::runtime::Runtime;

use super::{
    country::{BOOKS_FROM, Country, Unit},
    net::{Net, Place},
};

/// Small, so that a short life has many segments and writes its state down often.
const SEGMENT_BYTES: u64 = 6 << 10;
const FREEZE_BYTES: usize = 12 << 10;

pub struct Machine {
    pub code: String,
    pub place: Place,
    /// Where the node above is.
    pub parent: Option<Place>,
    pub disk: FaultyDisk,
    pub map: Arc<MemoryMap>,
    /// What the machine's clock is ahead of the true time, milliseconds.
    pub skew: Arc<AtomicI64>,
    /// Disks as they were at some time, durable parts only.
    pub copies: Vec<FaultyDisk>,
    clock: Clock,
    net: Net,
    sealer: Arc<dyn Sealer>,
    rng: Rng,
    alive: Option<Alive>,
}

struct Alive {
    node: Arc<Node>,
    // The tasks go with it.
    _works: Works,
    runtime: Runtime,
}

impl Machine {
    /// A new node that has never run.
    pub fn new(unit: &Unit, place: Place, world: &Arc<AtomicI64>, net: &Net, rng: Rng) -> Machine {
        let skew = Arc::new(AtomicI64::new(0));
        let (ahead, world) = (Arc::clone(&skew), Arc::clone(world));
        let clock: Clock = Arc::new(move || Timestamp(world.load(SeqCst) + ahead.load(SeqCst)));
        Machine {
            code: unit.code.clone(),
            place,
            parent: unit.parent.map(Country::place),
            disk: FaultyDisk::new(),
            map: Arc::default(),
            skew,
            copies: Vec::new(),
            clock,
            net: net.clone(),
            sealer: Arc::new(key(place)),
            rng,
            alive: None,
        }
    }

    /// The first entries of its books. The top has everybody on its roll, as if all had joined.
    pub fn found(&mut self, units: &[Unit]) {
        let now = (self.clock)();
        let root = key(Country::place(0));
        let kind = EntryKind::Genesis {
            code: self.code.clone(),
            books_from: BOOKS_FROM.parse().unwrap(),
            epoch: 1,
            root: Some(root.public_key()),
        };
        let mut kinds = vec![kind];
        if self.parent.is_none() {
            let members = units.iter().enumerate().map(|(unit, named)| {
                let mut member = Member {
                    code: named.code.clone(),
                    keys: Vec::new(),
                    banned: None,
                    certificates_from: now,
                    address: String::new(),
                };
                member.take(key(Country::place(unit)).public_key(), How::Founder, now, false);
                member
            });
            let roll = seal_part(Part::Roll(Roll::new(members)), 1, &root);
            kinds.push(EntryKind::RegistryChanged { parts: vec![roll], version: 1 });
        }
        let entries: Vec<_> =
            kinds.into_iter().map(|kind| encode_entry(&Entry { recorded_at: now, kind }, &By::node())).collect();
        let (mut journal, _) = Journal::open(Arc::new(self.disk.clone()), Options::default()).unwrap();
        journal.append_group(&entries).unwrap();
    }

    pub fn node(&self) -> Option<&Arc<Node>> {
        self.alive.as_ref().map(|alive| &alive.node)
    }

    pub fn is_up(&self) -> bool {
        self.alive.is_some()
    }

    /// Opens a core on a disk as this machine would.
    pub fn open(&self, disk: &FaultyDisk, map: &Arc<MemoryMap>) -> Result<Core, String> {
        let options = OpenOptions {
            segment_bytes: Some(SEGMENT_BYTES),
            layer: LayerOptions { freeze_bytes: FREEZE_BYTES, ..LayerOptions::default() },
            ..OpenOptions::default()
        };
        let setting =
            Setting { sealer: Arc::clone(&self.sealer), has_parent: self.parent.is_some(), two_persons: false };
        let map: Arc<MemoryMap> = Arc::clone(map);
        let reached = motcua::store::map::Map::reached(&*map);
        let layer = Layer::inline(map, &options.layer);
        let opened = open_on(Arc::new(disk.clone()), layer, reached, &self.code, &setting, &options);
        opened.map(|(core, ..)| core).map_err(|error| error.to_string())
    }

    /// Starts the node, as the composition root of the product does.
    pub fn start(&mut self) -> Result<(), String> {
        assert!(self.alive.is_none());
        let core = self.open(&self.disk, &self.map)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let powers = Powers { dial: self.net.dial(self.place), ..Powers::default() };
        let node = Node::in_turns(core, Arc::clone(&self.clock), powers, Vec::new()).unwrap();
        self.net.wake(self.place);
        let listener = self.net.listen(self.place);
        let around = Surroundings {
            clock: Arc::clone(&self.clock),
            pace: Pace {
                interval: Duration::from_millis(2500),
                retry: Duration::from_millis(200),
                longest_retry: Duration::from_secs(3),
            },
            tick: Duration::from_secs(5),
        };
        let config = self.config();
        let works =
            runtime.block_on(async { Works::begin(&node, listener, &config, &around) }).map_err(|e| e.to_string())?;
        let (turning, mut rng) = (Arc::downgrade(&node), self.rng.fork());
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(rng.u64(5..60))).await;
                let Some(node) = turning.upgrade() else { return };
                node.turn();
            }
        });
        self.alive = Some(Alive { node, _works: works, runtime });
        Ok(())
    }

    fn config(&self) -> Config {
        let parent = self.parent.map(|p| format!("[parent]\nurl = \"{}\"\n", Net::url(p))).unwrap_or_default();
        let text =
            format!("unit = \"{}\"\nlisten = \"127.0.0.1:0\"\nsecure = false\ndata = \"data\"\n{parent}", self.code);
        let mut config = Config::parse(&text, std::path::Path::new("/nowhere")).unwrap();
        config.closing = Timetable { automatic: true, grace_days: 3 };
        // Its buckets are filled by the machine's own clock.
        config.limits = Limits { calls_per_second: u32::MAX, ..config.limits };
        config
    }

    /// Lets the node run for so long.
    pub fn run(&self, time: Duration) {
        if let Some(alive) = &self.alive {
            alive.runtime.block_on(async { tokio::time::sleep(time).await });
        }
    }

    /// Asks the node something from the machine itself, where a person sits.
    pub fn ask<F: Future>(&self, question: impl FnOnce(Arc<Node>) -> F) -> Option<F::Output> {
        let alive = self.alive.as_ref()?;
        let answer = question(Arc::clone(&alive.node));
        // It does what waits while it is asked.
        let turning = async {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                alive.node.turn();
            }
        };
        alive.runtime.block_on(async {
            tokio::select! {
                biased;
                answered = answer => Some(answered),
                () = turning => None,
            }
        })
    }

    /// The process ends at once; the machine stays on, so its kernel closes what was open and keeps what was written.
    pub fn kill(&mut self) {
        self.alive = None;
        self.disk = self.disk.crash(Keep::Everything);
    }

    /// The machine loses its power.
    pub fn lose_power(&mut self, keep: Keep) {
        self.net.silence(self.place);
        self.alive = None;
        self.disk = self.disk.crash(keep);
    }

    /// Takes an old disk, with no state beside it.
    pub fn put_back(&mut self, copy: &FaultyDisk) {
        self.disk = copy.crash(Keep::Everything);
        self.map = Arc::default();
    }

    /// Keeps a copy of what is durable now.
    pub fn copy(&mut self) {
        self.copies.push(self.disk.crash(Keep::Nothing));
    }

    /// Turns one bit of a file of the journal around. Returns which.
    pub fn flip(&mut self) -> Option<String> {
        let mut names: Vec<String> = self.disk.list().unwrap().into_iter().filter(|name| is_segment(name)).collect();
        names.sort();
        let name = self.rng.choice(names)?;
        let mut bytes = self.disk.read(&name).unwrap();
        let at = (!bytes.is_empty()).then(|| self.rng.usize(..bytes.len()))?;
        let bit = self.rng.u32(..8);
        bytes[at] ^= 1 << bit;
        self.disk.plant(&name, bytes);
        Some(format!("{name}, byte {at}, bit {bit}"))
    }
}

/// The document key of a node.
fn key(place: Place) -> KeySealer {
    KeySealer::from_seed(&[place; 32])
}

/// Not what was kept aside, and not the lock.
fn is_segment(name: &str) -> bool {
    name.starts_with("journal-") && name.ends_with(".log")
}
