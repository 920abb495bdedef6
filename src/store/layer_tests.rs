//! The story: the writer decides in memory, the map follows behind, and no reader can tell; a group
//! whose append failed never happened; a map that fails is noticed at the next call.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use super::layer::{Layer, LayerOptions};
use super::map::{Change, Map, MapError, Visit};
use super::map_conformance::all;
use super::memory_map::MemoryMap;

/// A map that can be told to fail, to panic, and to wait for permission before each batch.
#[derive(Default)]
struct Moody {
    inner: MemoryMap,
    fails: AtomicBool,
    panics: AtomicBool,
    cramped: AtomicBool,
    checkpoints: AtomicU32,
    gate: Option<Mutex<Receiver<()>>>,
}

impl Moody {
    fn gated() -> (Arc<Self>, Sender<()>) {
        let (open, gate) = channel();
        let map = Self { gate: Some(Mutex::new(gate)), ..Self::default() };
        (Arc::new(map), open)
    }
}

impl Map for Moody {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        self.inner.get(key)
    }
    fn scan(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        self.inner.scan(prefix, from, visit)
    }
    fn apply(&self, batch: &[Change], seq: u64) -> Result<(), MapError> {
        if let Some(gate) = &self.gate {
            let _ = gate.lock().unwrap().recv();
        }
        assert!(!self.panics.load(Ordering::SeqCst), "told to panic");
        if self.fails.load(Ordering::SeqCst) {
            return Err(MapError::Broken("told to".to_owned()));
        }
        if self.cramped.load(Ordering::SeqCst) {
            return Err(MapError::NoRoom { free: 1, needed: 2 });
        }
        assert!(batch.is_sorted_by(|a, b| a.0 < b.0));
        self.inner.apply(batch, seq)
    }
    fn reached(&self) -> u64 {
        self.inner.reached()
    }
    fn checkpoint(&self) -> Result<(), MapError> {
        self.checkpoints.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn options() -> LayerOptions {
    LayerOptions { freeze_bytes: 1000, checkpoint_every: 3, ..LayerOptions::default() }
}

#[test]
fn changes_are_seen_by_the_writer_at_once_and_by_views_when_published() {
    let mut layer = Layer::inline(Arc::new(MemoryMap::new()), &options());
    let view = layer.view();
    layer.put("a", "1");
    assert_eq!(layer.get(b"a").unwrap().unwrap(), "1");
    assert_eq!(view.get(b"a").unwrap(), None);
    layer.publish();
    assert_eq!(view.get(b"a").unwrap().unwrap(), "1");
    let mark = layer.mark();
    layer.delete("a");
    layer.put("b", "2");
    layer.restore(mark).unwrap();
    layer.publish();
    assert_eq!(view.get(b"a").unwrap().unwrap(), "1");
    assert_eq!(view.get(b"b").unwrap(), None);
}

#[test]
fn a_mark_from_before_a_freeze_is_refused() {
    let mut layer = Layer::inline(Arc::new(MemoryMap::new()), &options());
    let mark = layer.mark();
    layer.put("a", "1");
    layer.freeze(1).unwrap();
    assert_eq!(layer.restore(mark), Err(MapError::StaleMark));
    assert_eq!(layer.get(b"a").unwrap().unwrap(), "1");
}

#[test]
fn what_finds_no_room_stays_readable_and_is_written_down_when_there_is_some() {
    for threaded in [false, true] {
        let map = Arc::new(Moody::default());
        let mut layer = match threaded {
            true => Layer::background(map.clone(), &options()).unwrap(),
            false => Layer::inline(map.clone(), &options()),
        };
        let view = layer.view();
        map.cramped.store(true, Ordering::SeqCst);
        layer.put("a", "1");
        layer.freeze(1).unwrap();
        for n in 2..5 {
            layer.put("b", n.to_string());
            assert_eq!(layer.freeze(n), Err(MapError::NoRoom { free: 1, needed: 2 }));
            layer.publish();
            assert_eq!(view.get(b"a").unwrap().unwrap(), "1");
            assert_eq!(view.get(b"b").unwrap().unwrap(), n.to_string());
        }
        assert_eq!(map.reached(), 0);
        map.cramped.store(false, Ordering::SeqCst);
        layer.freeze(5).unwrap();
        layer.settle().unwrap();
        assert_eq!(map.reached(), 5);
        assert_eq!(map.get(b"b").unwrap().unwrap(), "4");

        // The end of a node does not wait for room: the journal has it.
        map.cramped.store(true, Ordering::SeqCst);
        layer.put("c", "6");
        layer.freeze(6).unwrap();
        layer.close().unwrap();
        assert_eq!(map.reached(), 5);
    }
}

#[test]
fn reads_do_not_wait_for_the_map_but_the_second_freeze_does() {
    let (map, open) = Moody::gated();
    let mut layer = Layer::background(map.clone(), &options()).unwrap();
    let view = layer.view();
    layer.put("a", "1");
    layer.freeze(1).unwrap();
    layer.put("b", "2");
    // nothing is in the map yet
    assert_eq!(map.reached(), 0);
    assert_eq!(layer.get(b"a").unwrap().unwrap(), "1");
    assert_eq!(view.get(b"a").unwrap().unwrap(), "1");
    assert_eq!(layer.scan_prefix(b"", b"", 9).unwrap().items.len(), 2);
    assert_eq!(view.scan_prefix(b"", b"", 9).unwrap().items.len(), 1);
    std::thread::scope(|scope| {
        let (done, finished) = channel();
        let layer = &mut layer;
        let second = scope.spawn(move || {
            let frozen = layer.freeze(2);
            done.send(()).unwrap();
            frozen
        });
        assert!(finished.recv_timeout(Duration::from_millis(30)).is_err(), "it waits for the batch before");
        open.send(()).unwrap();
        second.join().unwrap().unwrap();
    });
    open.send(()).unwrap();
    layer.settle().unwrap();
    assert_eq!(layer.reached(), 2);
    assert_eq!(all(map.as_ref(), b"", b"").len(), 2);
    layer.close().unwrap();
}

#[test]
fn a_map_that_locks_itself_up_is_told_and_not_waited_for() {
    let (map, open) = Moody::gated();
    let mut layer = Layer::background(map.clone(), &LayerOptions { patience: Duration::ZERO, ..options() }).unwrap();
    let view = layer.view();
    layer.put("a", "1");
    layer.freeze(1).unwrap();
    layer.put("b", "2");
    assert_eq!(layer.freeze(2), Err(MapError::Stuck(0)));
    // the writer stops at its next read; readers still see what was handed on
    assert_eq!(layer.get(b"a"), Err(MapError::Stuck(0)));
    assert_eq!(view.get(b"a").unwrap().unwrap(), "1");
    // nothing waits for the thread, which still stands before the gate
    assert_eq!(layer.close(), Err(MapError::Stuck(0)));
    assert_eq!(map.reached(), 0);
    drop(open);
}

#[test]
fn weight_asks_for_a_freeze_and_checkpoints_come_every_so_many() {
    let map = Arc::new(Moody::default());
    let mut layer = Layer::inline(map.clone(), &options());
    for seq in 1..=7 {
        assert!(!layer.wants_freeze());
        let mark = layer.mark();
        layer.put("k", vec![0; 1000]);
        assert!(layer.wants_freeze());
        layer.restore(mark).unwrap();
        assert!(!layer.wants_freeze());
        layer.freeze(seq).unwrap();
    }
    assert_eq!(map.checkpoints.load(Ordering::SeqCst), 2);
    layer.close().unwrap();
    assert_eq!(map.checkpoints.load(Ordering::SeqCst), 3);
}

#[test]
fn an_error_or_panic_behind_is_told_at_the_next_call_and_reads_stay_right() {
    for panics in [false, true] {
        for inline in [false, true] {
            let map = Arc::new(Moody::default());
            map.panics.store(panics, Ordering::SeqCst);
            map.fails.store(true, Ordering::SeqCst);
            let mut layer =
                if inline { Layer::inline(map, &options()) } else { Layer::background(map, &options()).unwrap() };
            let view = layer.view();
            layer.put("a", "1");
            let now = layer.freeze(1);
            assert_eq!(now.is_err(), inline);
            assert!(matches!(layer.settle(), Err(MapError::Broken(_))));
            assert!(layer.get(b"a").is_err());
            assert!(layer.scan_prefix(b"", b"", 1).is_err());
            assert!(layer.freeze(2).is_err());
            assert_eq!(view.get(b"a").unwrap().unwrap(), "1");
            assert!(layer.close().is_err());
        }
    }
}

#[test]
fn views_in_other_threads_never_go_back_in_time() {
    let map = Arc::new(MemoryMap::new());
    let mut layer = Layer::background(map, &options()).unwrap();
    let done = AtomicBool::new(false);
    let number = |bytes: Bytes| u64::from_be_bytes(bytes.as_ref().try_into().unwrap());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let (view, done) = (layer.view(), &done);
            scope.spawn(move || {
                let mut last = 0;
                while !done.load(Ordering::SeqCst) {
                    let now = view.get(b"n").unwrap().map_or(0, number);
                    assert!(now >= last);
                    let page = view.scan_prefix(b"n", b"", 5).unwrap();
                    last = page.items.first().map_or(0, |(_, v)| number(v.clone()));
                    assert!(last >= now);
                }
            });
        }
        for n in 1..=3000_u64 {
            layer.put("n", n.to_be_bytes().to_vec());
            layer.publish();
            if n % 7 == 0 {
                layer.freeze(n).unwrap();
            }
        }
        done.store(true, Ordering::SeqCst);
    });
}

#[derive(Debug, Clone)]
enum Act {
    Put(String, u16),
    Delete(String),
    Mark,
    Restore,
    Freeze,
    Scan(String, String, usize),
}

fn act() -> impl Strategy<Value = Act> {
    let key = "[ab]{0,3}";
    prop_oneof![
        6 => (key, any::<u16>()).prop_map(|(k, v)| Act::Put(k, v)),
        3 => key.prop_map(Act::Delete),
        1 => Just(Act::Mark),
        1 => Just(Act::Restore),
        1 => Just(Act::Freeze),
        3 => ("[ab]{0,2}", key, 1_usize..6).prop_map(|(p, f, n)| Act::Scan(p, f, n)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is put, deleted, frozen, undone: layer, view and in the end the map read as one
    /// plain map would.
    #[test]
    fn layer_reads_as_a_plain_map(acts in prop::collection::vec(act(), 1..80), inline in any::<bool>()) {
        let map: Arc<dyn Map> = Arc::new(MemoryMap::new());
        let mut layer = if inline {
            Layer::inline(Arc::clone(&map), &options())
        } else {
            Layer::background(Arc::clone(&map), &options()).unwrap()
        };
        let view = layer.view();
        let mut model = BTreeMap::<Bytes, Bytes>::new();
        let mut mark = None;
        let mut seq = 0;
        for act in acts {
            match act {
                Act::Put(key, value) => {
                    let value = Bytes::from(value.to_string());
                    layer.put(key.clone(), value.clone());
                    model.insert(key.into(), value);
                }
                Act::Delete(key) => {
                    layer.delete(key.clone());
                    model.remove(key.as_bytes());
                }
                Act::Mark => mark = Some((layer.mark(), model.clone())),
                Act::Restore => if let Some((then, before)) = mark.take() {
                    layer.restore(then).unwrap();
                    model = before;
                },
                Act::Freeze => {
                    seq += 1;
                    layer.freeze(seq).unwrap();
                    mark = None;
                }
                Act::Scan(prefix, from, limit) => {
                    layer.publish();
                    let mut wanted = model
                        .iter()
                        .filter(|(k, _)| k.starts_with(prefix.as_bytes()) && k[..] >= *from.as_bytes())
                        .map(|(k, v)| (k.clone(), v.clone()));
                    let page = layer.scan_prefix(prefix.as_bytes(), from.as_bytes(), limit).unwrap();
                    prop_assert_eq!(&page, &view.scan_prefix(prefix.as_bytes(), from.as_bytes(), limit).unwrap());
                    prop_assert_eq!(page.items, wanted.by_ref().take(limit).collect::<Vec<_>>());
                    prop_assert_eq!(page.next, wanted.next().map(|(k, _)| k));
                    prop_assert_eq!(layer.get(from.as_bytes()).unwrap(), model.get(from.as_bytes()).cloned());
                    prop_assert_eq!(view.get(from.as_bytes()).unwrap(), model.get(from.as_bytes()).cloned());
                }
            }
        }
        layer.freeze(seq + 1).unwrap();
        layer.close().unwrap();
        prop_assert_eq!(all(map.as_ref(), b"", b""), model.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(map.reached(), seq + 1);
    }
}
