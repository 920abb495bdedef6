//! A core for properties: on a disk and a map in memory, told what stories say, stopped and opened again in every way there is.

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    command::{Command, EventReply, Order, Reply},
    core::{Core, Setting},
    decide::stored_document,
    faulty_disk::{FaultyDisk, Keep},
    journal::{Journal, Options},
    layer::{Layer, LayerOptions},
    map::Map,
    memory_map::MemoryMap,
    open::{OpenOptions, open_on},
};
use crate::{
    document::{self, KeySealer, Opened},
    domain::{event::Event, registry::Part, summary::Hash, time::Timestamp, units::UnitId},
    ledger::{
        By, Entry, EntryKind, State,
        story_tests::{from, now},
    },
    wire::store::encode_entry,
};

/// How a node ends before it begins again.
#[derive(Copy, Clone, Debug)]
pub enum End {
    /// Everything is written down.
    Clean,
    /// Killed: the map has what was frozen until then.
    Killed,
    /// Killed, and the derived state is thrown away.
    Bare,
    /// A power cut, which leaves what was synced; the derived state is gone.
    PowerCut,
}

pub struct Shop {
    pub core: Core,
    code: String,
    disk: FaultyDisk,
    map: Arc<MemoryMap>,
}

/// Everything that two nodes which know the same must have alike.
#[derive(PartialEq, Debug)]
pub struct Known {
    hash: Option<Hash>,
    books: imbl::OrdMap<String, crate::ledger::books::Books>,
    shelves: imbl::OrdMap<UnitId, crate::ledger::state::Shelf>,
    below: imbl::OrdMap<(UnitId, NaiveDate), crate::ledger::state::Sum>,
    registry: Arc<crate::domain::registry::Registry>,
    keys: imbl::OrdMap<UnitId, crate::domain::roll::Key>,
    reviews: usize,
    times: (u64, Timestamp),
}

/// Segments of a few groups and a map that is written often, so that small stories see both.
fn options() -> OpenOptions {
    let layer = LayerOptions { freeze_bytes: 3_000, ..LayerOptions::default() };
    OpenOptions { segment_bytes: Some(2_000), layer, ..OpenOptions::default() }
}

fn open(code: &str, disk: &FaultyDisk, map: &Arc<MemoryMap>) -> Core {
    let seed = *blake3::hash(code.as_bytes()).as_bytes();
    let setting = Setting { sealer: Arc::new(KeySealer::from_seed(&seed)), has_parent: false, two_persons: false };
    let layer = Layer::inline(map.clone(), &options().layer);
    let reached = map.reached();
    open_on(Arc::new(disk.clone()), layer, reached, code, &setting, &options()).unwrap().0
}

impl Shop {
    /// A node of that unit, with these parts of the registry.
    pub fn new(code: &str, registry: Vec<Part>) -> Shop {
        let disk = FaultyDisk::new();
        let genesis = EntryKind::Genesis { code: code.into(), books_from: from(), epoch: 1, root: None };
        let entry = Entry { recorded_at: Timestamp(0), kind: genesis };
        let (mut journal, _) = Journal::open(Arc::new(disk.clone()), Options::default()).unwrap();
        journal.append_group(&[encode_entry(&entry, &By::node())]).unwrap();
        let map = Arc::new(MemoryMap::new());
        let mut shop = Shop { core: open(code, &disk, &map), code: code.into(), disk, map };
        for part in registry {
            assert!(matches!(shop.ask(Command::Import(Box::new(part))), Reply::Registry(_)));
        }
        shop
    }

    pub fn ask(&mut self, command: Command) -> Reply {
        self.core.step(vec![Order::from(command)], now()).remove(0).unwrap()
    }

    /// Tells all; what speaks of an event that is not known yet comes back, to be told again.
    pub fn tell(&mut self, events: Vec<Event>) -> Vec<Event> {
        let Reply::Record(replies) = self.ask(Command::Record { events: events.clone(), dry_run: false }) else {
            panic!("another answer");
        };
        let unknown = |(event, reply)| match reply {
            EventReply::Recorded { .. } | EventReply::Already(_) => None,
            EventReply::Refused(refusal) if refusal.reason() == "UNKNOWN_TARGET" => Some(event),
            other => panic!("{event:?}: {other:?}"),
        };
        events.into_iter().zip(replies).filter_map(unknown).collect()
    }

    /// Tells all, some of it again and again, until it is known.
    pub fn tell_all(&mut self, events: Vec<Event>) {
        let mut left = self.tell(events);
        while !left.is_empty() {
            let before = left.len();
            left = self.tell(left);
            assert!(left.len() < before, "{left:?}");
        }
    }

    /// Ends and begins again.
    pub fn again(mut self, end: End) -> Shop {
        match end {
            End::Clean => {
                self.core.close().unwrap();
                self.core = open(&self.code, &self.disk, &self.map);
                return self;
            }
            End::Killed => {}
            End::Bare => self.map = Arc::default(),
            End::PowerCut => (self.disk, self.map) = (self.disk.crash(Keep::Nothing), Arc::default()),
        }
        self.core = open(&self.code, &self.disk, &self.map);
        self
    }

    /// Checked from end to end: the books are the sum of what every dossier contributes, every document is signed and balances.
    pub fn known(&self) -> Known {
        let checked = self.core.check().unwrap();
        assert_eq!(checked.faults, Vec::<String>::new());
        let state: State = self.core.state();
        Known {
            hash: checked.state_hash,
            books: state.books,
            shelves: state.shelves,
            below: state.below,
            registry: state.registry,
            keys: state.keys,
            reviews: state.reviews.len(),
            times: (state.epoch, state.recorded_at),
        }
    }

    pub fn hash(&self) -> Option<Hash> {
        self.known().hash
    }

    /// The newest document of a unit for an atom, opened: its signature is good.
    pub fn document(&self, unit: &UnitId, start: NaiveDate) -> Option<Opened> {
        let held = self.core.state().held(unit, start)?.clone();
        let bytes: Bytes = stored_document(&self.core.layer, unit, start, held.revision).unwrap();
        let opened = document::open(&bytes).unwrap();
        assert_eq!(opened.hash, held.hash);
        Some(opened)
    }

    /// Hands over what the other does not hold, oldest first.
    pub fn deliver(&self, unit: &UnitId, above: &mut Shop) {
        let shelf = self.core.state().shelves.get(unit).cloned().unwrap_or_default();
        let theirs = above.core.state();
        let fresh = shelf.values().filter(|held| theirs.held(unit, held.atom.start).map(|h| h.hash) != Some(held.hash));
        let documents: Vec<Opened> = fresh.filter_map(|held| self.document(unit, held.atom.start)).collect();
        match above
            .ask(Command::Accept { sender: unit.clone(), documents: documents.into_iter().map(Into::into).collect() })
        {
            Reply::Accepted(_) => {}
            other => panic!("{other:?}"),
        }
    }
}
