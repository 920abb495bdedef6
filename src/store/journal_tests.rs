//! The story: a desk clerk has been told "recorded", and then the machine dies in every way we can
//! think of. Whatever was acknowledged must be read back, in order and unchanged; whatever was not
//! may be there or not, but only whole and only at the end; and a journal that was damaged must
//! say so instead of quietly becoming shorter.
//!
//! Each test plays one way to die on [`FaultyDisk`]: power cut at every operation, file cut at
//! every byte, every single bit flipped, every piece zeroed, disk full, fsync failing.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::disk::{Disk, OsDisk};
use super::faulty_disk::{FaultyDisk, Keep};
use super::journal::{AppendError, Journal, JournalError, OpenReport, Options};
use super::segment;

const SMALL: u64 = 700;

fn options(segment_bytes: u64) -> Options {
    Options { segment_bytes, witness: 0 }
}

fn open(disk: &FaultyDisk) -> Result<(Journal, OpenReport), JournalError> {
    Journal::open(Arc::new(disk.clone()), options(SMALL))
}

/// Entry `seq` of every test journal; lengths vary, one is empty, some have zeros inside.
fn payload(seq: u64) -> Vec<u8> {
    let len = usize::try_from(seq * 37 % 190).unwrap();
    (0..len).map(|i| if i % 3 == 0 { 0 } else { (seq as u8).wrapping_add(i as u8) }).collect()
}

fn group(first: u64, count: u64) -> Vec<Vec<u8>> {
    (first..first + count).map(payload).collect()
}

/// Appends groups of 1, 2, 3, 1, 2, 3, … entries until `total` are in.
fn fill(journal: &mut Journal, total: u64) {
    let mut size = 1;
    while journal.last_seq() < total {
        let first = journal.last_seq() + 1;
        journal.append_group(&group(first, size)).unwrap();
        size = size % 3 + 1;
    }
}

fn entries(journal: &Journal) -> Vec<Vec<u8>> {
    let read: Result<Vec<_>, _> = journal.read_from(1).collect();
    let read = read.unwrap();
    for (i, (seq, _)) in read.iter().enumerate() {
        assert_eq!(*seq, i as u64 + 1);
    }
    read.into_iter().map(|(_, p)| p.to_vec()).collect()
}

/// The journal holds exactly entries 1 to `last_seq`, as they were written, and can be continued.
fn check_sound(disk: &FaultyDisk, journal: &mut Journal) {
    let last = journal.last_seq();
    assert_eq!(entries(journal), group(1, last));
    assert_eq!(journal.verify_all().unwrap(), last);
    journal.append_group(&group(last + 1, 2)).unwrap();
    let (again, report) = open(&disk.crash(Keep::Nothing)).unwrap();
    assert_eq!(report.last_seq, last + 2);
    assert!(report.torn.is_empty());
    assert_eq!(again.head_hash(), journal.head_hash());
    assert_eq!(entries(&again), group(1, last + 2));
}

fn filled(total: u64, segment_bytes: u64) -> (FaultyDisk, Journal) {
    let disk = FaultyDisk::new();
    let (mut journal, report) = Journal::open(Arc::new(disk.clone()), options(segment_bytes)).unwrap();
    assert!(report.created);
    fill(&mut journal, total);
    (disk, journal)
}

#[test]
fn what_is_appended_is_read_back_across_segments() {
    let (disk, mut journal) = filled(60, SMALL);
    assert!(journal.segments().len() > 5);
    assert!(journal.segments().iter().rev().skip(1).all(|s| s.closed));
    assert!(!journal.segments().last().unwrap().closed);
    for from in 0..=journal.last_seq() + 2 {
        let seqs: Vec<u64> = journal.read_from(from).map(|e| e.unwrap().0).collect();
        let wanted: Vec<u64> = (from.max(1)..=journal.last_seq()).collect();
        assert_eq!(seqs, wanted);
    }
    assert_eq!(journal.append_group::<Vec<u8>>(&[]).unwrap(), journal.last_seq());
    check_sound(&disk, &mut journal);
}

#[test]
fn the_real_disk_does_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let head = {
        let disk = Arc::new(OsDisk::open(dir.path()).unwrap());
        let (mut journal, _) = Journal::open(disk, options(SMALL)).unwrap();
        fill(&mut journal, 40);
        journal.head_hash()
    };
    let disk = Arc::new(OsDisk::open(dir.path()).unwrap());
    let (journal, report) = Journal::open(disk, options(SMALL)).unwrap();
    assert_eq!(journal.head_hash(), head);
    assert!(report.torn.is_empty());
    assert_eq!(entries(&journal), group(1, report.last_seq));
}

#[test]
fn a_reader_in_another_thread_sees_what_was_there_when_it_began() {
    let (_, mut journal) = filled(20, SMALL);
    let (last, reader) = (journal.last_seq(), journal.read_from(1));
    let thread = std::thread::spawn(move || reader.map(Result::unwrap).count() as u64);
    fill(&mut journal, 60);
    assert_eq!(thread.join().unwrap(), last);
}

#[test]
fn last_segment_cut_at_every_byte_keeps_every_whole_group_before() {
    let (disk, journal) = filled(36, 1500);
    let last = journal.segments().last().unwrap().clone();
    let bytes = disk.read(&last.name).unwrap();
    let mut seen = BTreeSet::new();
    for len in 0..bytes.len() {
        let disk = disk.crash(Keep::Nothing);
        disk.plant(&last.name, bytes[..len].to_vec());
        let (mut journal, report) = open(&disk).unwrap();
        assert!(report.last_seq >= last.first_seq - 1);
        seen.insert(report.last_seq);
        for torn in report.torn.iter().filter(|t| t.bytes > 0) {
            let kept = disk.read(torn.kept_as.as_ref().unwrap()).unwrap();
            assert_eq!(kept, &bytes[usize::try_from(torn.offset).unwrap()..len]);
        }
        check_sound(&disk, &mut journal);
    }
    assert!(seen.len() >= 3, "{seen:?}");
}

#[test]
fn closed_segment_cut_at_every_byte_is_damage() {
    let (disk, journal) = filled(24, SMALL);
    for segment in journal.segments().iter().filter(|s| s.closed) {
        let bytes = disk.read(&segment.name).unwrap();
        for len in 0..bytes.len() {
            let disk = disk.crash(Keep::Nothing);
            disk.plant(&segment.name, bytes[..len].to_vec());
            assert!(matches!(open(&disk), Err(JournalError::Damaged { .. })), "{len}");
        }
    }
}

#[test]
fn every_single_flipped_bit_is_noticed() {
    let (disk, journal) = filled(16, SMALL);
    let names: Vec<String> = journal.segments().into_iter().map(|s| s.name).collect();
    assert!(names.len() > 1);
    for name in &names {
        let bytes = disk.read(name).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let disk = disk.crash(Keep::Nothing);
            disk.plant(name, flipped.clone());
            let found = open(&disk).and_then(|(journal, report)| {
                // nothing was cut, so a full check must find it
                assert!(report.torn.is_empty(), "{name} bit {bit} was cut off");
                journal.verify_all()
            });
            match found {
                Err(JournalError::Damaged { .. }) => {}
                Err(JournalError::NewerFormat { .. }) => assert!((8..12).contains(&(bit / 8))),
                other => panic!("{name} bit {bit}: {other:?}"),
            }
            assert_eq!(disk.read(name).unwrap(), flipped, "damage was altered");
        }
    }
}

#[test]
fn every_zeroed_piece_is_damage_unless_it_is_in_the_last_group() {
    let disk = FaultyDisk::new();
    let (mut journal, _) = Journal::open(Arc::new(disk.clone()), options(1 << 20)).unwrap();
    let mut last_group = 0;
    for _ in 0..12 {
        last_group = usize::try_from(journal.segments()[0].len).unwrap();
        journal.append_group(&[vec![7; 900], vec![0; 1500]]).unwrap();
    }
    let name = journal.segments()[0].name.clone();
    let bytes = disk.read(&name).unwrap();
    for start in (0..bytes.len()).step_by(512) {
        let end = (start + 512).min(bytes.len());
        let mut zeroed = bytes.clone();
        zeroed[start..end].fill(0);
        let changed = zeroed != bytes;
        let disk = disk.crash(Keep::Nothing);
        disk.plant(&name, zeroed);
        match open(&disk) {
            Ok((_, report)) if !changed => assert_eq!(report.last_seq, 24),
            Ok((_, report)) => {
                assert!(end > last_group, "piece at {start} was not noticed");
                assert_eq!((report.last_seq, report.torn.len()), (22, 1));
            }
            // the piece which the last group shares with the one before is damage too
            Err(JournalError::Damaged { .. }) => assert!(start < last_group),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn every_group_header_zeroed_is_damage_unless_it_is_the_last() {
    let disk = FaultyDisk::new();
    let (mut journal, _) = Journal::open(Arc::new(disk.clone()), options(1 << 20)).unwrap();
    let mut starts = Vec::new();
    for n in 0..40_usize {
        starts.push(usize::try_from(journal.segments()[0].len).unwrap());
        journal.append_group(&[vec![7; 300 + n * 13]]).unwrap();
    }
    let name = journal.segments()[0].name.clone();
    let bytes = disk.read(&name).unwrap();
    for (n, start) in starts.iter().enumerate() {
        let end = ((start / 512 + 1) * 512).min(bytes.len());
        let mut zeroed = bytes.clone();
        zeroed[*start..end].fill(0);
        let disk = disk.crash(Keep::Nothing);
        disk.plant(&name, zeroed);
        match open(&disk) {
            Ok((_, report)) => assert_eq!((n, report.last_seq), (39, 39)),
            Err(error) => {
                assert!(n < 39);
                let at = format!("at byte {start} (entry {})", n + 1);
                assert!(error.to_string().contains(&at), "{error}");
            }
        }
    }
}

#[test]
fn power_cut_at_every_operation_loses_nothing_acknowledged() {
    let keeps = [Keep::Nothing, Keep::Everything, Keep::Bytes(1), Keep::Bytes(50), Keep::Bytes(600)];
    for cut in 0..60 {
        let torn = (0..40).map(|n| Keep::Torn(cut * 1000 + n));
        for keep in keeps.into_iter().chain(torn) {
            let disk = FaultyDisk::new();
            disk.cut_power_after(cut);
            let mut acknowledged = 0;
            if let Ok((mut journal, _)) = open(&disk) {
                for size in [1, 2, 3].into_iter().cycle() {
                    let Ok(last) = journal.append_group(&group(acknowledged + 1, size)) else {
                        break;
                    };
                    acknowledged = last;
                }
            }
            let disk = disk.crash(keep);
            let (mut journal, report) = open(&disk).unwrap_or_else(|e| panic!("cut {cut}, {keep:?}: {e}"));
            assert!(report.last_seq >= acknowledged, "cut {cut}, {keep:?}");
            assert!(report.last_seq <= acknowledged + 3);
            check_sound(&disk, &mut journal);
        }
    }
}

#[test]
fn power_cut_while_recovering_from_a_power_cut() {
    let (disk, _) = filled(10, SMALL);
    let (mut journal, report) = open(&disk).unwrap();
    disk.cut_power_after(1);
    journal.append_group(&group(report.last_seq + 1, 5)).unwrap_err();
    for first in 0..20 {
        for operations in 0..10 {
            for second in 0..10 {
                let disk = disk.crash(Keep::Torn(first));
                disk.cut_power_after(operations);
                let _ = open(&disk);
                let disk = disk.crash(Keep::Torn(second));
                let (mut journal, after) = open(&disk).unwrap_or_else(|e| panic!("{first} {operations} {second}: {e}"));
                assert!(after.last_seq >= report.last_seq);
                check_sound(&disk, &mut journal);
            }
        }
    }
}

#[test]
fn full_disk_drops_the_group_and_the_journal_goes_on() {
    for prefix in [0, 1, 39, 40, 41, 100, 300, usize::MAX] {
        let (disk, mut journal) = filled(10, 1 << 20);
        let (last, head) = (journal.last_seq(), journal.head_hash());
        let len = disk.len(&journal.segments().last().unwrap().name).unwrap();
        for _ in 0..3 {
            disk.fail_appends(1, prefix);
            let refused = journal.append_group(&group(last + 1, 3));
            assert!(matches!(refused, Err(AppendError::Full)), "{refused:?}");
            assert_eq!((journal.last_seq(), journal.head_hash()), (last, head));
            assert_eq!(disk.len(&journal.segments().last().unwrap().name).unwrap(), len);
        }
        journal.append_group(&group(last + 1, 3)).unwrap();
        check_sound(&disk, &mut journal);
    }
}

#[test]
fn full_disk_while_starting_a_segment() {
    for prefix in [0, 1, 99] {
        let (disk, mut journal) = filled(10, SMALL);
        while disk.len(&journal.segments().last().unwrap().name).unwrap() < SMALL {
            journal.append_group(&group(journal.last_seq() + 1, 1)).unwrap();
        }
        let segments = journal.segments().len();
        disk.fail_appends(1, prefix);
        let last = journal.last_seq();
        assert!(matches!(journal.append_group(&group(last + 1, 1)), Err(AppendError::Full)));
        assert_eq!(journal.segments().len(), segments);
        journal.append_group(&group(last + 1, 1)).unwrap();
        assert_eq!(journal.segments().len(), segments + 1);
        check_sound(&disk, &mut journal);
    }
}

#[test]
fn failed_sync_stops_the_journal_and_a_restart_trusts_nothing_unwritten() {
    let (disk, mut journal) = filled(10, 1 << 20);
    let last = journal.last_seq();
    disk.fail_syncs(1);
    let refused = journal.append_group(&group(last + 1, 1));
    assert!(matches!(refused, Err(AppendError::Poisoned(_))));
    assert!(matches!(journal.append_group(&group(last + 1, 1)), Err(AppendError::Poisoned(_))));
    // killed and started again without a power cut: the kernel still shows the entry
    let (mut journal, report) = open(&disk).unwrap();
    assert_eq!(report.last_seq, last + 1);
    // so it counts, and must survive the power cut that comes next
    assert_eq!(open(&disk.crash(Keep::Nothing)).unwrap().1.last_seq, last + 1);
    check_sound(&disk, &mut journal);
}

#[test]
fn failed_truncate_or_failed_sync_of_it_stops_the_journal() {
    for by_sync in [false, true] {
        let (disk, mut journal) = filled(10, 1 << 20);
        let last = journal.last_seq();
        disk.fail_appends(1, 70);
        if by_sync {
            disk.fail_syncs(1)
        } else {
            disk.fail_truncates(1)
        }
        let refused = journal.append_group(&group(last + 1, 3));
        assert!(matches!(refused, Err(AppendError::Poisoned(_))));
        let (mut journal, report) = open(&disk).unwrap();
        assert_eq!(report.last_seq, last);
        check_sound(&disk, &mut journal);
    }
}

#[test]
fn torn_tail_is_cut_even_when_there_is_no_room_to_keep_it() {
    let (disk, journal) = filled(10, 1 << 20);
    let last = journal.segments().last().unwrap().clone();
    disk.append(&last.name, b"MCGR and then the power went").unwrap();
    disk.fail_appends(1, 3);
    let (mut journal, report) = open(&disk).unwrap();
    assert_eq!(report.torn.len(), 1);
    assert_eq!(report.torn[0].kept_as, None);
    assert!(disk.list().unwrap().iter().all(|n| !n.starts_with("torn-")));
    check_sound(&disk, &mut journal);
}

#[test]
fn missing_segment_is_named() {
    let (disk, journal) = filled(40, SMALL);
    for segment in journal.segments().iter().filter(|s| s.closed) {
        let disk = disk.crash(Keep::Nothing);
        disk.remove(&segment.name).unwrap();
        let told = open(&disk).unwrap_err().to_string();
        assert!(told.contains(&segment.name) && told.contains("missing"), "{told}");
        assert!(told.contains("restore this segment from a backup") && !told.contains('\n'));
        assert_eq!(told.chars().next().unwrap(), 'j');
    }
}

#[test]
fn witness_turns_a_lost_end_into_damage() {
    let (disk, journal) = filled(10, SMALL);
    let last = journal.segments().last().unwrap().clone();
    let bytes = disk.read(&last.name).unwrap();
    disk.plant(&last.name, bytes[..bytes.len() - 1].to_vec());
    let witness = Options { segment_bytes: SMALL, witness: journal.last_seq() };
    let refused = Journal::open(Arc::new(disk.clone()), witness.clone());
    assert!(matches!(refused, Err(JournalError::Damaged { .. })));
    assert_eq!(disk.read(&last.name).unwrap().len(), bytes.len() - 1, "altered");
    let nothing = Journal::open(Arc::new(FaultyDisk::new()), witness);
    assert!(matches!(nothing, Err(JournalError::Damaged { .. })));
}

#[test]
fn newer_format_is_refused_and_left_alone() {
    let (disk, journal) = filled(5, 1 << 20);
    let name = journal.segments()[0].name.clone();
    let mut bytes = disk.read(&name).unwrap();
    bytes[8] = 2;
    disk.plant(&name, bytes.clone());
    let refused = open(&disk).unwrap_err();
    assert!(matches!(refused, JournalError::NewerFormat { found: 2, supported: 1, .. }));
    assert_eq!(disk.read(&name).unwrap(), bytes);
}

#[test]
fn swapped_payloads_break_the_chain() {
    // an entry moved to another place keeps its bytes; only the chain can tell
    let (first, _) = segment::encode_group(&[b"aa", b"bb"], 100, 1, [0; 32]).unwrap();
    let (second, _) = segment::encode_group(&[b"bb", b"aa"], 100, 1, [0; 32]).unwrap();
    let header = segment::GroupHeader::decode(&first, 100).unwrap();
    let body = |group: &[u8]| bytes::Bytes::copy_from_slice(&group[segment::GROUP_HEADER..]);
    assert!(segment::decode_body(&header, &body(&first), [0; 32]).is_some());
    let mut mixed = first.clone();
    mixed[segment::GROUP_HEADER + 4] = second[segment::GROUP_HEADER + 4];
    assert!(segment::decode_body(&header, &body(&mixed), [0; 32]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any groups of any sizes, any crash in the middle of the last append.
    #[test]
    fn any_groups_survive_any_crash(
        sizes in prop::collection::vec(prop::collection::vec(0_usize..2000, 1..4), 1..8),
        lost in prop::collection::vec(0_usize..5000, 1..4),
        zeros in any::<bool>(),
        seed in any::<u64>(),
        segment_bytes in 200_u64..4000,
    ) {
        println!("seed {seed}");
        let fill = |len: usize| -> Vec<u8> {
            if zeros { vec![0; len] } else { vec![0xA5; len] }
        };
        let disk = FaultyDisk::new();
        let (mut journal, _) =
            Journal::open(Arc::new(disk.clone()), options(segment_bytes)).unwrap();
        let mut kept = Vec::new();
        for sizes in &sizes {
            let payloads: Vec<_> = sizes.iter().map(|len| fill(*len)).collect();
            journal.append_group(&payloads).unwrap();
            kept.extend(payloads);
        }
        let last: Vec<_> = lost.iter().map(|len| fill(*len)).collect();
        disk.cut_power_after(seed % 6);
        let acknowledged = journal.append_group(&last).is_ok();
        let disk = disk.crash(Keep::Torn(seed));
        let (journal, _) = Journal::open(Arc::new(disk), options(segment_bytes)).unwrap();
        let found = entries(&journal);
        let with_last = [kept.clone(), last].concat();
        prop_assert!(found == with_last || (found == kept && !acknowledged));
    }

    /// Rubbish in place of a segment is an error, not a panic.
    #[test]
    fn rubbish_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..1500) {
        let (disk, journal) = filled(10, SMALL);
        let name = journal.segments().last().unwrap().name.clone();
        let mut image = disk.read(&name).unwrap();
        let at = at.min(image.len());
        image.truncate(at);
        image.extend_from_slice(&bytes);
        disk.plant(&name, image);
        if let Ok((journal, _)) = open(&disk) {
            prop_assert!(journal.verify_all().is_ok());
        }
    }
}
