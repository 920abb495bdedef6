//! The story: in the middle of a batch the state turns out to be unreadable. Nothing of the batch was journalled, so nobody may see any of it,
//! nothing is decided any more, and the next start knows why.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;

use super::{
    command::{Command, Order},
    core::{Core, Setting, WriteError},
    disk::OsDisk,
    journal::{Journal, Options},
    keys,
    layer::{Layer, LayerOptions},
    map::{Change, Map, MapError, Visit},
    memory_map::MemoryMap,
    open::{OpenOptions, open_on},
};
use crate::{
    document::KeySealer,
    domain::{event::Event, time::Timestamp},
    ledger::{
        by::By,
        entry::{Entry, EntryKind},
    },
    wire::{event::event_from_pb, pb::v1 as pb, stamp, store::encode_entry},
};

/// A map in which one dossier cannot be read.
#[derive(Default)]
struct Rotten {
    inner: MemoryMap,
    condemned: AtomicBool,
}

impl Map for Rotten {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        if key.starts_with(keys::DOSSIERS) && key.ends_with(b"ROTTEN") {
            return Err(MapError::Broken("rotten".into()));
        }
        self.inner.get(key)
    }
    fn scan(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        self.inner.scan(prefix, from, visit)
    }
    fn apply(&self, batch: &[Change], seq: u64) -> Result<(), MapError> {
        self.inner.apply(batch, seq)
    }
    fn reached(&self) -> u64 {
        self.inner.reached()
    }
    fn checkpoint(&self) -> Result<(), MapError> {
        Ok(())
    }
    fn condemn(&self, _: &str) {
        self.condemned.store(true, Ordering::SeqCst);
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn reception(n: u8, dossier: &str) -> Event {
    let reception = pb::Reception { channel: pb::Channel::Direct.into(), ..pb::Reception::default() };
    let event = pb::Event {
        id: vec![n; 16],
        dossier: dossier.into(),
        occurred_at: Some(stamp::to_pb(at("2018-02-01T08:00:00+07:00"))),
        source: "desk".into(),
        kind: Some(pb::event::Kind::Received(reception)),
        ..pb::Event::default()
    };
    event_from_pb(event).unwrap()
}

fn record(core: &mut Core, events: Vec<Event>) -> Result<(), WriteError> {
    let batch = vec![Command::Record { events, dry_run: false }];
    core.step(batch.into_iter().map(Order::from).collect(), at("2018-02-20T08:00:00+07:00")).remove(0).map(drop)
}

#[test]
fn a_batch_that_meets_unreadable_state_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(OsDisk::open(folder.path().join("journal")).unwrap());
    let books_from = "2018-01-15".parse().unwrap();
    let genesis = Entry {
        recorded_at: at("2018-01-15T08:00:00+07:00"),
        kind: EntryKind::Genesis { code: "00004".into(), books_from, epoch: 1, root: None },
    };
    Journal::open(disk.clone(), Options::default())
        .unwrap()
        .0
        .append_group(&[encode_entry(&genesis, &By::node())])
        .unwrap();
    let map = Arc::new(Rotten::default());
    let layer = Layer::inline(map.clone(), &LayerOptions::default());
    let setting = Setting { sealer: Arc::new(KeySealer::from_seed(&[7; 32])), has_parent: false, two_persons: false };
    let (mut core, ..) = open_on(disk, layer, 0, "00004", &setting, &OpenOptions::default()).unwrap();

    record(&mut core, vec![reception(1, "A")]).unwrap();
    let (books, sequence) = (core.state().books, core.sequence());
    let stopped = record(&mut core, vec![reception(2, "B"), reception(3, "ROTTEN")]);
    assert!(matches!(stopped, Err(WriteError::Stopped(_))), "{stopped:?}");
    assert_eq!((core.state().books, core.sequence()), (books, sequence));
    assert!(map.condemned.load(Ordering::SeqCst), "or the next start would trust it again");
    assert_eq!(record(&mut core, vec![reception(4, "C")]), stopped);
}
