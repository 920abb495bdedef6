//! A node whose power can go at any operation: its script of work, the disk and the map it works on, and what must be found afterwards. What is
//! right is known from outside: entries from a run that nothing disturbed, figures from the plain model.

use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::{
    command::{Command, EventReply, Order, Reply},
    core::{Core, Setting},
    disk::Disk,
    faulty_disk::FaultyDisk,
    journal::{Journal, Options},
    layer::{Layer, LayerOptions},
    map::{Change, Map, MapError, Visit},
    memory_map::MemoryMap,
    open::{OpenError, OpenOptions, open_on},
};
use crate::{
    document::KeySealer,
    domain::{
        calendar::Due,
        event::{Body, Channel, Event, EventId, Reception},
        periods::Period,
        summary::Hash,
        time::Timestamp,
    },
    ledger::{
        by::By,
        close::Ask,
        entry::{Entry, EntryKind},
        plain::Plain,
        story_tests::{atoms, event, from, moment, now, procedures},
    },
    wire::store::encode_entry,
};

const UNIT: &str = "1";
/// Small, so that a script of a few steps fills several.
const SEGMENT: u64 = 1500;

/// What a map keeps of what it was given when the power goes.
#[derive(Clone, Copy, Debug)]
pub enum MapKeep {
    /// Nothing: the folder is gone, or was set aside.
    Nothing,
    /// What the last checkpoint made durable.
    Durable,
    /// All of it.
    Everything,
}

/// A map in memory that remembers what it held at its last checkpoint.
#[derive(Default)]
pub struct LossyMap {
    now: MemoryMap,
    durable: Mutex<MemoryMap>,
}

impl LossyMap {
    pub fn crash(&self, keep: MapKeep) -> LossyMap {
        let left = match keep {
            MapKeep::Nothing => MemoryMap::new(),
            MapKeep::Durable => self.durable.lock().unwrap().copy(),
            MapKeep::Everything => self.now.copy(),
        };
        LossyMap { durable: Mutex::new(left.copy()), now: left }
    }
}

impl Map for LossyMap {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        self.now.get(key)
    }
    fn scan(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        self.now.scan(prefix, from, visit)
    }
    fn apply(&self, batch: &[Change], seq: u64) -> Result<(), MapError> {
        self.now.apply(batch, seq)
    }
    fn reached(&self) -> u64 {
        self.now.reached()
    }
    fn checkpoint(&self) -> Result<(), MapError> {
        *self.durable.lock().unwrap() = self.now.copy();
        Ok(())
    }
}

/// Says which case it was when a test stops in the middle of one.
pub struct Case(pub String);

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("in the case: {}", self.0);
        }
    }
}

fn id(n: u8, kind: u8) -> EventId {
    EventId([n, kind, n, n, n, n, n, n, n, n, n, n, n, n, n, n])
}

/// What happens to the nth dossier: it comes in, is paused, is decided, and now and then a word is taken back.
fn happens(n: u8) -> Vec<Event> {
    let name = format!("H{n}");
    let day = i64::from(n) % 40;
    let channel = [Channel::Direct, Channel::Online, Channel::Postal][usize::from(n % 3)];
    let reception = Reception {
        procedure: ["", "P", "W"][usize::from(n % 3)].into(),
        agency: String::new(),
        channel,
        full_online: false,
        due: Some(Due::Day(moment(day + 9, 0).local_date())),
    };
    let mut all = vec![event(id(n, 1), &name, moment(day, 8), Body::Received(reception))];
    if n.is_multiple_of(2) {
        all.push(event(id(n, 2), &name, moment(day + 2, 9), Body::SupplementRequested));
    }
    if n.is_multiple_of(3) {
        all.push(event(id(n, 3), &name, moment(day + 7, 10), Body::Resolved));
    }
    if n.is_multiple_of(6) {
        all.push(event(id(n, 4), &name, moment(day + 8, 10), Body::Voided { target: id(n, 3) }));
    }
    all
}

fn record(dossiers: impl IntoIterator<Item = u8>) -> Command {
    Command::Record { events: dossiers.into_iter().flat_map(happens).collect(), dry_run: false }
}

fn close(period: &str) -> Command {
    let period = Period::legal_month_of(period.parse().unwrap());
    Command::Close { code: None, period, ask: Ask::Close { reason: Some("late".into()) }, closer: String::new() }
}

/// The script of a small node: desks only, and no registry.
pub fn desks_only() -> Vec<Command> {
    vec![record([3]), record([3, 9])]
}

/// The script of a month: the registry, desks that send some of it twice, a close, what comes late, and the next close that amends it.
pub fn a_month() -> Vec<Command> {
    let mut script = vec![Command::Import(Box::new(procedures()))];
    script.extend((0..6).map(|n| record(n * 2..n * 2 + 3)));
    script.extend([close("2018-01-20"), record(10..13), record(13..14), close("2018-02-20")]);
    script.extend([record([41]), record([43]), record([45])]);
    script
}

/// What is there after a number of entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    pub seq: u64,
    pub head: [u8; 32],
    pub state: Hash,
}

/// A script, and what must be found after each of its steps. The first is what there is before any.
pub struct World {
    pub script: Vec<Command>,
    pub expected: Vec<Expected>,
    segment_bytes: u64,
    setting: Setting,
}

/// What a life of the node came to.
pub struct Life {
    /// How many steps of the script were acknowledged, those of earlier lives included.
    pub acknowledged: usize,
    /// The power went before the script was at its end.
    pub died: bool,
}

impl World {
    pub fn new(script: Vec<Command>) -> World {
        World::with_segments(script, SEGMENT)
    }

    /// Runs the script where nothing disturbs it and holds its figures against the plain model.
    pub fn with_segments(script: Vec<Command>, segment_bytes: u64) -> World {
        let sealer = Arc::new(KeySealer::from_seed(&[7; 32]));
        let setting = Setting { sealer, has_parent: false, two_persons: false };
        let mut world = World { script, expected: Vec::new(), segment_bytes, setting };
        let (disk, map) = (FaultyDisk::new(), Arc::new(LossyMap::default()));
        let mut core = world.open(&disk, &map).unwrap();
        let mut told: Vec<Event> = Vec::new();
        for step in 0..=world.script.len() {
            if let Some(step) = step.checked_sub(1) {
                world.step(&mut core, step).unwrap();
                if let Command::Record { events, .. } = &world.script[step] {
                    let fresh: Vec<_> = events.iter().filter(|e| !told.contains(e)).cloned().collect();
                    told.extend(fresh);
                }
            }
            let checked = core.check().unwrap();
            assert_eq!(checked.faults, Vec::<String>::new());
            let (books, plain) = (core.state().books[UNIT].clone(), Plain::of(&told));
            for atom in atoms() {
                let as_of = atom.ends_at();
                assert_eq!(
                    books.figures(atom, as_of),
                    plain.figures(atom.start, atom.end, as_of),
                    "step {step}, {atom}"
                );
            }
            world.expected.push(Expected {
                seq: core.sequence(),
                head: core.journal.head_hash(),
                state: checked.state_hash.unwrap(),
            });
        }
        world
    }

    /// Begins the journal if that was not done, as `motcua init` does, and opens what is there, as `motcua serve` does.
    pub fn open(&self, disk: &FaultyDisk, map: &Arc<LossyMap>) -> Result<Core, OpenError> {
        self.begin(disk, map.reached())?;
        self.open_begun(disk, map)
    }

    /// What was begun is opened.
    pub fn open_begun(&self, disk: &FaultyDisk, map: &Arc<LossyMap>) -> Result<Core, OpenError> {
        let layer_options = LayerOptions { freeze_bytes: 3000, checkpoint_every: 3, ..LayerOptions::default() };
        let options = OpenOptions { segment_bytes: Some(self.segment_bytes), ..OpenOptions::default() };
        let layer = Layer::inline(Arc::clone(map) as Arc<dyn Map>, &layer_options);
        let disk: Arc<dyn Disk> = Arc::new(disk.clone());
        let (core, ..) = open_on(disk, layer, map.reached(), UNIT, &self.setting, &options)?;
        Ok(core)
    }

    fn begin(&self, disk: &FaultyDisk, witness: u64) -> Result<(), OpenError> {
        let options = Options { segment_bytes: self.segment_bytes, witness };
        let (mut journal, report) = Journal::open(Arc::new(disk.clone()), options)?;
        if report.last_seq == 0 {
            let kind = EntryKind::Genesis { code: UNIT.into(), books_from: from(), epoch: 1, root: None };
            journal.append_group(&[encode_entry(&Entry { recorded_at: Timestamp(0), kind }, &By::node())])?;
        }
        Ok(())
    }

    /// One step; `Ok` is the acknowledgement.
    pub fn step(&self, core: &mut Core, step: usize) -> Result<(), String> {
        let at = now().plus_millis(i64::try_from(step).unwrap());
        let reply = core.step(vec![Order::from(self.script[step].clone())], at).remove(0);
        match reply.map_err(|error| error.to_string())? {
            Reply::Refused(refusal) => panic!("step {step}: {refusal}"),
            Reply::Record(replies) => {
                let known = |r: &EventReply| matches!(r, EventReply::Recorded { .. } | EventReply::Already(_));
                assert!(replies.iter().all(known), "step {step}: {replies:?}");
            }
            _ => {}
        }
        Ok(())
    }

    /// How many steps are in a journal that ends with this entry; one that says nothing new is in it as soon as those before are. Groups are whole, so
    /// no entry between two steps is ever the last.
    pub fn steps_up_to(&self, seq: u64) -> usize {
        self.expected
            .iter()
            .rposition(|e| e.seq == seq)
            .unwrap_or_else(|| panic!("half a group: it ends with entry {seq}"))
    }

    /// Opens the node, holds what is there against what must be, and works on until the power goes or the script ends. `acknowledged` is what
    /// earlier lives have answered.
    pub fn live(&self, disk: &FaultyDisk, map: &Arc<LossyMap>, acknowledged: usize) -> Life {
        let mut core = match self.open(disk, map) {
            Ok(core) => core,
            Err(error) => {
                assert!(error.to_string().contains("power is off"), "it does not start: {error}");
                return Life { acknowledged, died: true };
            }
        };
        let found = self.steps_up_to(core.sequence());
        assert!(found >= acknowledged, "{acknowledged} steps were acknowledged and {found} are there");
        assert_eq!(self.seen(&core), self.expected[found]);
        for step in found..self.script.len() {
            if let Err(why) = self.step(&mut core, step) {
                assert!(why.contains("power is off"), "step {step}: {why}");
                return Life { acknowledged: step.max(acknowledged), died: true };
            }
        }
        assert_eq!(Some(&self.seen(&core)), self.expected.last());
        Life { acknowledged: self.script.len(), died: false }
    }

    /// What is there, with nothing at fault.
    pub fn seen(&self, core: &Core) -> Expected {
        let checked = core.check().unwrap();
        assert_eq!(checked.faults, Vec::<String>::new());
        assert_eq!(checked.entries, core.sequence());
        Expected { seq: core.sequence(), head: core.journal.head_hash(), state: checked.state_hash.unwrap() }
    }

    /// A node on which the whole script has run, and its state as it was written down so many steps before the end.
    pub fn finished(&self, steps_before: usize) -> (FaultyDisk, Arc<LossyMap>) {
        let (disk, map) = (FaultyDisk::new(), Arc::new(LossyMap::default()));
        let mut core = self.open(&disk, &map).unwrap();
        let mut witness = LossyMap::default();
        for step in 0..self.script.len() {
            self.step(&mut core, step).unwrap();
            if step + 1 + steps_before == self.script.len() {
                core.freeze().unwrap();
                witness = map.crash(MapKeep::Everything);
            }
        }
        (disk, Arc::new(witness))
    }
}
