//! The story: the layer above must not be able to tell sled from a plain map in memory. One suite
//! runs on both; what only sled must do (chunks, damage, a second owner) follows below.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;

use super::map::{Change, Map, MapError, set_aside};
use super::memory_map::MemoryMap;
use super::sled_map::{SledMap, SledOptions};

fn sled(path: &Path) -> Result<SledMap, MapError> {
    SledMap::open(path, &SledOptions { cache_bytes: 1 << 20, ..SledOptions::default() })
}

/// Runs the same check on every map there is.
fn on_all(check: impl Fn(&dyn Map)) {
    check(&MemoryMap::new());
    let dir = tempfile::tempdir().unwrap();
    check(&sled(&dir.path().join("s")).unwrap());
}

fn put(key: &str, value: &[u8]) -> Change {
    (Bytes::copy_from_slice(key.as_bytes()), Some(Bytes::copy_from_slice(value)))
}

fn del(key: &str) -> Change {
    (Bytes::copy_from_slice(key.as_bytes()), None)
}

pub(super) fn all(map: &dyn Map, prefix: &[u8], from: &[u8]) -> Vec<(Bytes, Bytes)> {
    let mut found = Vec::new();
    map.scan(prefix, from, &mut |key, value| {
        found.push((key.clone(), value.clone()));
        ControlFlow::Continue(())
    })
    .unwrap();
    found
}

fn keys(map: &dyn Map, prefix: &str, from: &str) -> Vec<String> {
    all(map, prefix.as_bytes(), from.as_bytes())
        .into_iter()
        .map(|(key, _)| String::from_utf8(key.to_vec()).unwrap())
        .collect()
}

#[test]
fn an_empty_map_is_empty() {
    on_all(|map| {
        assert_eq!(map.get(b"").unwrap(), None);
        assert_eq!(map.get(b"a").unwrap(), None);
        assert_eq!(map.reached(), 0);
        assert!(all(map, b"", b"").is_empty());
        map.checkpoint().unwrap();
    });
}

#[test]
fn a_batch_puts_removes_and_reaches() {
    on_all(|map| {
        map.apply(&[put("a", b"1"), put("b", b""), put("c", b"3")], 7).unwrap();
        assert_eq!(map.get(b"a").unwrap().unwrap(), "1");
        assert_eq!(map.get(b"b").unwrap().unwrap(), "");
        map.apply(&[del("a"), put("c", b"4"), del("never")], 9).unwrap();
        assert_eq!(keys(map, "", ""), ["b", "c"]);
        assert_eq!(map.get(b"c").unwrap().unwrap(), "4");
        assert_eq!(map.reached(), 9);
        map.apply(&[], 12).unwrap();
        assert_eq!(map.reached(), 12);
    });
}

#[test]
fn a_batch_from_the_past_is_refused() {
    on_all(|map| {
        map.apply(&[put("a", b"1")], 7).unwrap();
        let refused = map.apply(&[put("a", b"0")], 6);
        assert_eq!(refused, Err(MapError::Backwards { reached: 7, seq: 6 }));
        assert_eq!(map.get(b"a").unwrap().unwrap(), "1");
    });
}

#[test]
fn scans_are_ordered_and_bounded() {
    on_all(|map| {
        let batch: Vec<_> = ["", "a", "a\u{0}", "a1", "a2", "b", "b1", "c"].iter().map(|key| put(key, b"x")).collect();
        map.apply(&batch, 1).unwrap();
        assert_eq!(keys(map, "", "").len(), 8);
        assert_eq!(keys(map, "a", ""), ["a", "a\u{0}", "a1", "a2"]);
        assert_eq!(keys(map, "a", "a1"), ["a1", "a2"]);
        assert_eq!(keys(map, "a", "b"), [""; 0]);
        assert_eq!(keys(map, "b", "a"), ["b", "b1"]);
        assert_eq!(keys(map, "z", ""), [""; 0]);
        let mut seen = 0;
        map.scan(b"", b"", &mut |_, _| {
            seen += 1;
            if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
        assert_eq!(seen, 3);
    });
}

#[test]
fn a_visitor_may_use_the_map() {
    on_all(|map| {
        let batch: Vec<_> = (0..1000).map(|n| put(&format!("{n:04}"), b"x")).collect();
        map.apply(&batch, 1).unwrap();
        let mut seen = 0;
        map.scan(b"", b"", &mut |key, value| {
            assert_eq!(map.get(key).unwrap().as_ref(), Some(value));
            map.apply(&[(key.clone(), None)], 2).unwrap();
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(seen, 1000);
        assert!(all(map, b"", b"").is_empty());
    });
}

#[test]
fn values_of_any_size_come_back_and_leave_nothing_behind() {
    let sizes = [0, 1, 6143, 6144, 6145, 61_439, 65_536, 131_073, 3 << 20];
    on_all(|map| {
        let mut seq = 0;
        for before in sizes {
            for after in sizes.into_iter().map(Some).chain([None]) {
                let bytes = |len: usize, salt: u8| Bytes::from(vec![salt; len]);
                seq += 1;
                map.apply(&[(Bytes::from("k"), Some(bytes(before, 1)))], seq).unwrap();
                assert_eq!(map.get(b"k").unwrap().unwrap().len(), before);
                // the same number twice, as a replay may bring it
                map.apply(&[(Bytes::from("k"), after.map(|len| bytes(len, 2)))], seq).unwrap();
                assert_eq!(map.get(b"k").unwrap(), after.map(|len| bytes(len, 2)));
                let found = all(map, b"", b"");
                assert_eq!(found.len(), usize::from(after.is_some()));
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Random batches against a plain `BTreeMap`.
    #[test]
    fn random_batches(
        batches in prop::collection::vec(
            prop::collection::btree_map("[ab]{0,3}", prop::option::of(0_usize..20_000), 0..12), 1..10),
        from in "[ab]{0,2}",
        prefix in "[ab]{0,2}",
    ) {
        on_all(|map| {
            let mut model = BTreeMap::new();
            for (seq, batch) in (1..).zip(&batches) {
                let changes: Vec<Change> = batch
                    .iter()
                    .map(|(k, len)| (Bytes::from(k.clone()), len.map(|n| vec![seq as u8; n].into())))
                    .collect();
                map.apply(&changes, seq).unwrap();
                for (key, value) in changes {
                    match value {
                        Some(value) => model.insert(key, value),
                        None => model.remove(&key),
                    };
                }
            }
            let wanted: Vec<_> = model
                .into_iter()
                .filter(|(k, _)| k.starts_with(prefix.as_bytes()) && k[..] >= *from.as_bytes())
                .collect();
            assert!(all(map, prefix.as_bytes(), from.as_bytes()) == wanted);
        });
    }
}

#[test]
fn sled_survives_reopening_and_keeps_large_values_out_of_unsynced_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let value = |n: u64| vec![n as u8; usize::try_from(n * 9973 % 200_000).unwrap()];
    {
        let map = sled(&path).unwrap();
        for seq in 1..=60 {
            let key = format!("{:03}", seq * 7 % 40);
            map.apply(&[put(&key, &value(seq))], seq).unwrap();
        }
        map.checkpoint().unwrap();
    }
    let map = sled(&path).unwrap();
    assert_eq!(map.reached(), 60);
    for seq in 21..=60 {
        let key = format!("{:03}", seq * 7 % 40);
        assert_eq!(map.get(key.as_bytes()).unwrap().unwrap(), value(seq));
    }
    // what is replaced after reopening leaves no piece behind
    let batch: Vec<_> = (0..40).map(|n| del(&format!("{n:03}"))).collect();
    map.apply(&batch, 61).unwrap();
    assert!(all(&map, b"", b"").is_empty());
    assert_eq!(map.count_all().unwrap(), 2, "only reached and layout");
    assert_eq!(std::fs::read_dir(path.join("blobs")).unwrap().count(), 0);
}

#[test]
fn readers_never_see_half_of_a_large_value() {
    let dir = tempfile::tempdir().unwrap();
    let map = sled(&dir.path().join("s")).unwrap();
    let apply = |seq: u64| {
        let len = 20_000 + usize::try_from(seq % 3).unwrap() * 9000;
        map.apply(&[put("k", &vec![seq as u8; len])], seq).unwrap();
    };
    apply(1);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while map.reached() < 300 {
                    for value in [map.get(b"k").unwrap().unwrap(), all(&map, b"", b"")[0].1.clone()] {
                        assert!(value.iter().all(|b| *b == value[0]));
                        assert_eq!(value.len(), 20_000 + usize::from(value[0] as u16 % 3) * 9000);
                    }
                }
            });
        }
        // below 256, so that the byte tells the length
        for seq in 2..=255 {
            apply(seq);
        }
        map.apply(&[], 300).unwrap();
    });
}

#[test]
fn a_second_owner_is_told_to_wait_not_to_rebuild() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let _first = sled(&path).unwrap();
    assert!(matches!(sled(&path), Err(MapError::Unavailable(_))));
}

/// What lies in the folder after batches 1 to `reached`.
fn churned(reached: u64) -> BTreeMap<Bytes, Bytes> {
    (1..=reached).map(churn).collect()
}

fn churn(seq: u64) -> (Bytes, Bytes) {
    let len = usize::try_from(seq * 37 % 9000).unwrap();
    let key = format!("{:03}", seq * 7919 % 60);
    (key.into(), vec![(seq % 251) as u8; len].into())
}

#[test]
fn a_damaged_folder_is_broken_or_says_how_far_it_still_reaches() {
    let seed = 7_u64;
    println!("seed {seed}");
    for round in 0..8_u64 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        {
            let map = sled(&path).unwrap();
            for seq in 1..=300_u64 {
                let (key, value) = churn(seq);
                map.apply(&[(key, Some(value))], seq).unwrap();
            }
            map.checkpoint().unwrap();
        }
        let db = path.join("db");
        let mut bytes = std::fs::read(&db).unwrap();
        let used = bytes.iter().rposition(|b| *b != 0).unwrap();
        let at = usize::try_from((round * 7919 + seed) * 104_729).unwrap() % used;
        let end = (at + 5000).min(bytes.len());
        for (n, byte) in bytes[at..end].iter_mut().enumerate() {
            *byte ^= (n as u8).wrapping_mul(31) | 1;
        }
        std::fs::write(&db, bytes).unwrap();
        // never a state that is not the one it says; never a panic
        let read = sled(&path).and_then(|map| {
            let mut found = BTreeMap::new();
            map.scan(b"", b"", &mut |key, value| {
                found.insert(key.clone(), value.clone());
                ControlFlow::Continue(())
            })?;
            Ok((found, map.reached()))
        });
        match read {
            Ok((found, reached)) => assert!(found == churned(reached), "round {round}"),
            Err(MapError::Broken(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn many_large_batches_do_not_lock_sled_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let map = sled(&path).unwrap();
        for seq in 1..=25_u64 {
            let batch: Vec<Change> = (0..400_u64)
                .map(|n| {
                    let key = format!("{:05}", (n * 10 + seq * 3) % 4000 / 10 * 10);
                    (Bytes::from(key), vec![seq as u8; 5000].into())
                })
                .collect::<BTreeMap<_, Bytes>>()
                .into_iter()
                .map(|(key, value)| (key, Some(value)))
                .collect();
            map.apply(&batch, seq).unwrap();
        }
        drop(map);
        done.send(()).unwrap();
    });
    wait.recv_timeout(std::time::Duration::from_secs(120)).expect("sled is locked up");
}

#[test]
fn a_panic_inside_is_an_error_and_the_next_start_remembers_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let map = sled(&path).unwrap();
    map.apply(&[put("a", b"1")], 1).unwrap();
    assert_eq!(map.guarded(|| panic!("torn page")), Err(MapError::Broken("test panicked: torn page".into())));
    // nothing more is asked of it
    assert!(matches!(map.get(b"a"), Err(MapError::Broken(_))));
    assert!(matches!(map.apply(&[], 2), Err(MapError::Broken(_))));
    drop(map);
    // opening would find nothing wrong: the page is not read then
    assert_eq!(sled(&path).err(), Some(MapError::Broken("test panicked: torn page".into())));
    set_aside(&path).unwrap();
    assert_eq!(sled(&path).unwrap().reached(), 0);
}

#[test]
fn another_layout_is_rebuilt_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    sled(&path).unwrap().plant_layout(b"2").unwrap();
    for n in 1..3 {
        assert!(matches!(sled(&path), Err(MapError::Broken(_))));
        let aside = set_aside(&path).unwrap();
        assert_eq!(aside, dir.path().join(format!("s.broken-{n}")));
        let fresh = sled(&path).unwrap();
        assert_eq!(fresh.reached(), 0);
        fresh.plant_layout(b"2").unwrap();
    }
}
