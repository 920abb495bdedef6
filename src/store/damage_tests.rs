//! The story: a journal of real entries is damaged behind the node's back: cut off at any byte, any bit of it flipped. The node comes to what was
//! there or stops with segment and remedy.
//!
//! What it can promise about an end that is missing: never less than the derived state has reached (the witness), always whole groups, and a piece of a
//! group is told and kept aside. What it cannot know: whether whole groups behind the witness, or the last of them, had been acknowledged.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    crash_world_tests::{Case, LossyMap, MapKeep, World, a_month, desks_only},
    disk::Disk,
    faulty_disk::{FaultyDisk, Keep},
    journal::JournalError,
    map::Map,
    open::OpenError,
    segment::first_seq_of,
};

/// The message names this segment and says what to do.
fn says_segment_and_remedy(told: &str, name: &str) {
    assert!(told.contains(name), "nothing of {name} in: {told}");
    let remedies = ["from a backup", "from its last backup", "use the newer program"];
    assert!(remedies.iter().any(|remedy| told.contains(remedy)), "no remedy in: {told}");
}

fn segments(disk: &FaultyDisk) -> Vec<String> {
    let mut names: Vec<String> = disk.list().unwrap().into_iter().filter(|n| first_seq_of(n).is_some()).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_last_segment_cut_at_every_byte_gives_whole_groups_and_never_less_than_the_witness() {
    let world = World::with_segments(a_month(), 3000);
    let (mut refused, mut cuts, mut ends) = (0, 0, BTreeSet::new());
    // The state of the end, of a step in the last segment, and none.
    for steps_before in [0, 2, world.script.len()] {
        let (whole, state) = world.finished(steps_before);
        let name = segments(&whole).pop().unwrap();
        let bytes = whole.read(&name).unwrap();
        for len in 0..bytes.len() {
            let _case = Case(format!("{name} cut to {len} bytes, with the state of {steps_before} steps before"));
            let (disk, map) = (whole.crash(Keep::Everything), Arc::new(state.crash(MapKeep::Everything)));
            let witness = map.reached();
            disk.plant(&name, bytes[..len].to_vec());
            cuts += 1;
            match world.open_begun(&disk, &map) {
                Ok(core) => {
                    assert!(core.sequence() >= witness);
                    let found = world.steps_up_to(core.sequence());
                    assert_eq!(world.seen(&core), world.expected[found]);
                    ends.insert(found);
                    drop(core);
                    let kept: usize = disk
                        .list()
                        .unwrap()
                        .iter()
                        .filter(|n| n.starts_with("torn-"))
                        .map(|n| disk.read(n).unwrap().len())
                        .sum();
                    let left = disk.read(&segments(&disk).pop().unwrap()).unwrap().len();
                    assert!(kept + left == len || kept == len, "{kept} kept aside, {left} left");
                    // It goes on from there, and ends where the others did.
                    if len % 32 == 0 {
                        assert!(!world.live(&disk, &map, found).died);
                    }
                }
                Err(OpenError::Journal(error @ JournalError::Damaged { .. })) => {
                    refused += 1;
                    says_segment_and_remedy(&error.to_string(), &name);
                    assert_eq!(disk.read(&name).unwrap().len(), len, "altered");
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
    println!("{cuts} cuts: {refused} refused, the others left {ends:?} steps");
    assert!(ends.len() > 2 && refused > cuts / 3, "{ends:?}, {refused} of {cuts}");
}

#[test]
fn every_flipped_bit_of_a_real_journal_is_found_or_does_no_harm() {
    let world = World::with_segments(desks_only(), 400);
    let (disk, map) = world.finished(0);
    let names = segments(&disk);
    assert!(names.len() > 1, "{names:?}");
    let (mut bits, mut by_check) = (0, 0);
    for name in &names {
        let bytes = disk.read(name).unwrap();
        for bit in 0..bytes.len() * 8 {
            let _case = Case(format!("{name}, bit {bit}"));
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let damaged = disk.crash(Keep::Everything);
            damaged.plant(name, flipped.clone());
            bits += 1;
            // Without state all of it is read, so all of it is found.
            match world.open_begun(&damaged, &Arc::new(LossyMap::default())) {
                Err(OpenError::Journal(error)) => says_segment_and_remedy(&error.to_string(), name),
                other => panic!("{:?}", other.err()),
            }
            // With state a closed segment is not read at a start: the node works on what it has, and a check finds it.
            match world.open_begun(&damaged, &Arc::new(map.crash(MapKeep::Everything))) {
                Err(OpenError::Journal(error)) => says_segment_and_remedy(&error.to_string(), name),
                Err(other) => panic!("{other}"),
                Ok(core) => {
                    by_check += 1;
                    let checked = core.check().unwrap();
                    assert_eq!(checked.state_hash, world.expected.last().map(|e| e.state));
                    let [fault] = &checked.faults[..] else { panic!("{:?}", checked.faults) };
                    says_segment_and_remedy(fault, name);
                }
            }
            assert_eq!(damaged.read(name).unwrap(), flipped, "altered");
        }
    }
    println!("{bits} bits of {} segments: {by_check} found by a check, all others at the start", names.len());
    assert!(by_check > 0 && by_check < bits);
}
