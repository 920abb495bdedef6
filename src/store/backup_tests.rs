//! The story: a node works while it is backed up, and power goes at every moment, on either side. What is in the backup folder then is a whole
//! backup, not older than the one before; and what is restored from it is what was recorded, entry by entry, and nothing else.

use std::sync::Arc;

use super::{
    backup::{BackupError, Durable, Files, Order, back_up},
    backup_mark::{MARK, Mark},
    disk::Disk,
    faulty_disk::{FaultyDisk, Keep},
    journal::{Journal, Options},
    restore::{self, End, RestoreError},
};
use crate::{
    domain::{
        event::{Body, Event, EventId},
        time::Timestamp,
        units::UnitId,
    },
    ledger::{
        by::By,
        entry::{Entry, EntryKind},
    },
    wire::store::{decode_entry, encode_entry},
};

const SMALL: u64 = 900;

fn at(n: u64) -> Timestamp {
    Timestamp(1_520_000_000_000 + n as i64 * 1000)
}

/// Entry `seq` of every test journal: one second after the other.
fn payload(unit: &str, seq: u64) -> Vec<u8> {
    let kind = match seq {
        1 => EntryKind::Genesis { code: unit.into(), books_from: "2018-01-15".parse().unwrap(), epoch: 1, root: None },
        _ => EntryKind::Recorded {
            event: Event {
                id: EventId([u8::try_from(seq % 251).unwrap(); 16]),
                unit: UnitId::new(unit, None),
                dossier: "H".repeat(usize::try_from(seq * 37 % 90).unwrap() + 1),
                occurred_at: at(seq),
                source: String::new(),
                raw_status: String::new(),
                body: Body::Resolved,
            },
            promises: Vec::new(),
        },
    };
    encode_entry(&Entry { recorded_at: at(seq), kind }, &By::node())
}

fn fill(journal: &mut Journal, unit: &str, total: u64) {
    let mut size = journal.last_seq() % 3 + 1;
    while journal.last_seq() < total {
        let first = journal.last_seq() + 1;
        let last = total.min(first + size - 1);
        journal.append_group(&(first..=last).map(|seq| payload(unit, seq)).collect::<Vec<_>>()).unwrap();
        size = size % 3 + 1;
    }
}

fn journal(unit: &str, total: u64) -> (FaultyDisk, Journal) {
    let disk = FaultyDisk::new();
    let options = Options { segment_bytes: SMALL, witness: 0 };
    let (mut journal, _) = Journal::open(Arc::new(disk.clone()), options).unwrap();
    fill(&mut journal, unit, total);
    (disk, journal)
}

fn files(n: u8) -> Files {
    Files { bytes: vec![b'a' + n; 100], keys: true }
}

fn take(from: &FaultyDisk, to: &FaultyDisk, durable: Durable, n: u8) -> Result<Mark, BackupError> {
    known(from, to, None, durable, n)
}

fn known(
    from: &FaultyDisk,
    to: &FaultyDisk,
    mark: Option<&Mark>,
    durable: Durable,
    n: u8,
) -> Result<Mark, BackupError> {
    let (from, to): (Arc<dyn Disk>, Arc<dyn Disk>) = (Arc::new(from.clone()), Arc::new(to.clone()));
    let files = files(n);
    back_up(&from, &to, mark, &Order { durable, files: &files, now: at(500), go_on: &|| true })
}

fn arc(disk: &FaultyDisk) -> Arc<dyn Disk> {
    Arc::new(disk.clone())
}

/// The backup is whole and gives back the entries up to its mark; where that is.
fn sound(backup: &FaultyDisk, unit: &str) -> u64 {
    let found = restore::look(&arc(backup), End::Backup).unwrap();
    assert_eq!(found.through, found.mark.through);
    let (entries, epoch) = restored(backup, End::Backup);
    assert_eq!(entries, (1..=found.through).map(|seq| payload(unit, seq)).collect::<Vec<_>>());
    assert_eq!((epoch, found.recorded_at), (77, at(found.through)));
    let name = &found.mark.files;
    assert_eq!(restore::files(backup, &found.mark).unwrap(), backup.read(name).unwrap());
    found.through
}

/// Restores into a new disk; the entries that came back, and the epoch of the one after them.
fn restored(backup: &FaultyDisk, end: End) -> (Vec<Vec<u8>>, u64) {
    let found = restore::look(&arc(backup), end).unwrap();
    let disk = FaultyDisk::new();
    let sequence = restore::restore(&arc(backup), &arc(&disk), &found, 77, at(900), "a test").unwrap();
    assert_eq!(sequence, found.through + 1);
    // Durable, and a journal like any other.
    let (journal, report) = Journal::open(arc(&disk.crash(Keep::Nothing)), Options::default()).unwrap();
    assert_eq!((report.last_seq, report.torn.len()), (sequence, 0));
    let mut entries: Vec<Vec<u8>> = journal.read_from(1).map(|entry| entry.unwrap().1.to_vec()).collect();
    let EntryKind::Restored { epoch, through } = decode_entry(&entries.pop().unwrap()).unwrap().kind else { panic!() };
    assert_eq!(through, found.through);
    (entries, epoch)
}

#[test]
fn a_backup_follows_the_journal_and_touches_no_closed_segment_twice() {
    let (disk, mut journal) = journal("07099", 20);
    let backup = FaultyDisk::new();
    let mut mark = take(&disk, &backup, Durable::Through(20), 0).unwrap();
    assert_eq!((mark.unit.as_str(), mark.epoch, mark.through, mark.recorded_at), ("07099", 1, 20, at(20)));
    assert_eq!(sound(&backup, "07099"), 20);
    let closed: Vec<String> = journal.segments().iter().filter(|s| s.closed).map(|s| s.name.clone()).collect();
    assert!(closed.len() > 2);
    // Whoever wrote to them again would bring them back.
    for name in &closed {
        backup.remove(name).unwrap();
    }
    for total in [21, 22, 30, 31, 60] {
        fill(&mut journal, "07099", total);
        mark = known(&disk, &backup, Some(&mark), Durable::Through(total), 0).unwrap();
        assert_eq!((mark.through, mark.head), (total, journal.head_hash()));
        assert!(closed.iter().all(|name| !backup.exists(name).unwrap()));
    }
    for name in &closed {
        backup.plant(name, disk.read(name).unwrap());
    }
    assert_eq!(sound(&backup, "07099"), 60);
    assert_eq!(known(&disk, &backup, Some(&mark), Durable::Through(60), 0).unwrap(), mark, "nothing new, no new mark");
    let names: Vec<String> = backup.list().unwrap();
    take(&disk, &backup, Durable::Through(60), 1).unwrap();
    assert_eq!(backup.list().unwrap().len(), names.len(), "one file of keys, the newest");
    assert_eq!(sound(&backup, "07099"), 60);
}

#[test]
fn power_cut_at_every_moment_of_a_backup_leaves_the_one_before_or_better() {
    let mut moments = 0;
    for (before, after) in [(0, 14), (9, 14), (9, 40), (14, 14)] {
        let (disk, mut journal) = journal("07099", before.max(1));
        let begun = FaultyDisk::new();
        if before > 0 {
            take(&disk, &begun, Durable::Through(before), 0).unwrap();
        }
        fill(&mut journal, "07099", after);
        for keep in [Keep::Nothing, Keep::Everything, Keep::Bytes(700), Keep::Torn(1), Keep::Torn(2), Keep::Torn(3)] {
            for operations in 0.. {
                let backup = begun.crash(Keep::Everything);
                backup.cut_power_after(operations);
                let cut = take(&disk, &backup, Durable::Through(after), 1);
                let found = backup.crash(keep);
                let reach = match restore::look(&arc(&found), End::Backup) {
                    Err(RestoreError::NoBackup | RestoreError::Unfinished) => 0,
                    _ => sound(&found, "07099"),
                };
                assert!((before..=after).contains(&reach), "{before}..{after}, {keep:?}, {operations}: {reach}");
                // The next one makes it whole.
                let mark = take(&disk, &found, Durable::Through(after), 1).unwrap();
                assert_eq!(mark.through, after);
                assert_eq!(sound(&found, "07099"), after);
                moments += 1;
                if cut.is_ok() {
                    assert_eq!(reach, after, "what was said to be done is done");
                    break;
                }
            }
        }
    }
    println!("{moments} moments");
    assert!(moments > 300, "{moments}");
}

#[test]
fn only_what_is_durable_is_copied() {
    let (disk, mut journal) = journal("07099", 20);
    // The writer says 17, in the middle of what can be seen.
    let backup = FaultyDisk::new();
    let mark = take(&disk, &backup, Durable::Through(17), 0).unwrap();
    assert!(mark.through <= 17 && mark.through > 14, "whole groups: {}", mark.through);
    assert_eq!(sound(&backup, "07099"), mark.through);
    // Nobody can be asked: the last group waits.
    for total in 21..60 {
        fill(&mut journal, "07099", total);
        let backup = FaultyDisk::new();
        let mark = take(&disk, &backup, Durable::AllButLast, 0).unwrap();
        let last = journal.segments().last().unwrap().clone();
        assert!(mark.through < total || last.first_seq > total, "{total}: {}", mark.through);
        assert!(mark.through >= total - 3, "no more than a group waits: {} of {total}", mark.through);
        assert_eq!(sound(&backup, "07099"), mark.through);
        let mark = take(&disk, &backup, Durable::Through(total), 0).unwrap();
        assert_eq!(mark.through, total);
    }
    // A group that is just being written is not there yet; one that was said to be durable and is not whole is damage.
    let last = journal.segments().last().unwrap().clone();
    let whole = disk.read(&last.name).unwrap();
    let mut torn = whole.clone();
    torn.truncate(whole.len() - 5);
    let found = disk.crash(Keep::Everything);
    found.plant(&last.name, torn);
    let before = journal.last_seq() - 3;
    let mark = take(&found, &FaultyDisk::new(), Durable::Through(before), 0).unwrap();
    assert!(mark.through <= before);
    let error = take(&found, &FaultyDisk::new(), Durable::Through(journal.last_seq()), 0).unwrap_err();
    assert!(matches!(error, BackupError::Journal(_)), "{error}");
}

#[test]
fn the_backup_of_another_life_is_never_overwritten() {
    let (disk, mut journal) = journal("07099", 30);
    let backup = FaultyDisk::new();
    take(&disk, &backup, Durable::Through(30), 0).unwrap();
    let same = |before: &FaultyDisk| {
        assert_eq!(before.list().unwrap(), backup.list().unwrap());
        for name in backup.list().unwrap() {
            assert_eq!(before.read(&name).unwrap(), backup.read(&name).unwrap());
        }
    };
    let kept = backup.crash(Keep::Everything);

    // Restored to an earlier entry: the two have another entry after it.
    let found = restore::look(&arc(&backup), End::Through(20)).unwrap();
    let early = FaultyDisk::new();
    let end = restore::restore(&arc(&backup), &arc(&early), &found, 99, at(900), "").unwrap();
    let error = take(&early, &backup, Durable::Through(end), 1).unwrap_err();
    assert!(matches!(error, BackupError::Forked { through: 30, epoch: 1 }), "{error}");
    assert!(error.to_string().contains("choose another folder"), "{error}");
    let (mut gone_on, _) = Journal::open(arc(&early), Options::default()).unwrap();
    gone_on.append_group(&(end + 1..60).map(|seq| payload("07099", seq)).collect::<Vec<_>>()).unwrap();
    assert!(matches!(take(&early, &backup, Durable::Through(59), 1), Err(BackupError::Forked { .. })));
    same(&kept);

    // Another unit, and a folder of somebody's photographs.
    let (other, _) = self::journal("07069", 40);
    assert!(matches!(take(&other, &backup, Durable::Through(40), 1), Err(BackupError::OtherUnit { .. })));
    same(&kept);
    let photographs = FaultyDisk::new();
    photographs.plant("sunset.jpg", vec![1, 2, 3]);
    assert!(matches!(take(&disk, &photographs, Durable::Through(30), 1), Err(BackupError::NotEmpty(_))));
    assert_eq!(photographs.list().unwrap(), ["sunset.jpg"]);

    // Restored from all of it: it goes on in the same folder, and so does the epoch.
    let found = restore::look(&arc(&backup), End::Backup).unwrap();
    let whole = FaultyDisk::new();
    let end = restore::restore(&arc(&backup), &arc(&whole), &found, 99, at(900), "").unwrap();
    let mark = take(&whole, &backup, Durable::Through(end), 1).unwrap();
    assert_eq!((mark.through, mark.epoch), (31, 99));
    // Then the old machine, which somebody has started again, is the stranger.
    fill(&mut journal, "07099", 33);
    assert!(matches!(take(&disk, &backup, Durable::Through(33), 1), Err(BackupError::Forked { .. })));
}

#[test]
fn a_full_disk_stops_the_backup_and_nothing_else() {
    let (disk, mut journal) = journal("07099", 10);
    let backup = FaultyDisk::new();
    take(&disk, &backup, Durable::Through(10), 0).unwrap();
    fill(&mut journal, "07099", 40);
    for prefix in [0, 1, 50, 4000] {
        backup.fail_appends(1, prefix);
        assert!(matches!(take(&disk, &backup, Durable::Through(40), 0), Err(BackupError::Full)), "{prefix}");
        assert!(sound(&backup, "07099") >= 10);
    }
    for _ in 0..4 {
        backup.fail_syncs(1);
        assert!(take(&disk, &backup, Durable::Through(40), 1).is_err());
        assert!(sound(&backup, "07099") >= 10);
    }
    assert_eq!(take(&disk, &backup, Durable::Through(40), 0).unwrap().through, 40);
    assert_eq!(sound(&backup, "07099"), 40);
}

#[test]
fn every_point_in_time_can_be_had() {
    let (disk, mut journal) = journal("07099", 1);
    let mut groups = vec![1];
    while groups.last() < Some(&40) {
        let next = groups.last().unwrap() + 1 + groups.len() as u64 % 3;
        let first = journal.last_seq() + 1;
        journal.append_group(&(first..=next).map(|seq| payload("07099", seq)).collect::<Vec<_>>()).unwrap();
        groups.push(next);
    }
    let backup = FaultyDisk::new();
    let end = *groups.last().unwrap();
    take(&disk, &backup, Durable::Through(end), 0).unwrap();
    for asked in 1..=end {
        // What was written together stays together.
        let wanted = *groups.iter().filter(|last| **last <= asked).max().unwrap();
        for end in [End::Through(asked), End::Until(at(asked)), End::Until(at(asked).plus_millis(999))] {
            let (entries, epoch) = restored(&backup, end);
            assert_eq!(entries, (1..=wanted).map(|seq| payload("07099", seq)).collect::<Vec<_>>(), "{end:?}");
            assert_eq!(epoch, 77);
        }
    }
    let look = |end| restore::look(&arc(&backup), end).unwrap_err();
    assert!(matches!(look(End::Through(end + 1)), RestoreError::TooFar(last) if last == end));
    assert!(matches!(look(End::Until(at(0))), RestoreError::TooEarly { first: 1, .. }));
    assert_eq!(restored(&backup, End::Until(at(9999))).0.len() as u64, end);
}

#[test]
fn every_changed_byte_of_a_backup_is_seen_before_anything_is_restored() {
    let (disk, _) = journal("07099", 12);
    let backup = FaultyDisk::new();
    take(&disk, &backup, Durable::Through(12), 0).unwrap();
    let mut offered = 0;
    for name in backup.list().unwrap() {
        let whole = backup.read(&name).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            let damaged = backup.crash(Keep::Everything);
            damaged.plant(&name, bytes);
            if name.starts_with("files-") {
                let mark = Mark::read(&damaged).unwrap().unwrap();
                assert!(matches!(restore::files(&damaged, &mark), Err(RestoreError::Files(_))), "byte {at}");
                continue;
            }
            let error = restore::look(&arc(&damaged), End::Backup).unwrap_err();
            assert!(name != MARK || matches!(error, RestoreError::Mark(_)), "{name} byte {at}: {error}");
            // What is before the damage can still be had.
            if let RestoreError::Damaged { seq, .. } = error {
                let (entries, _) = restored(&damaged, End::Through(seq - 1));
                assert_eq!(entries, (1..seq).map(|seq| payload("07099", seq)).collect::<Vec<_>>());
                offered += 1;
            }
        }
    }
    assert!(offered > 500, "{offered}");
    for name in backup.list().unwrap().into_iter().filter(|name| name != MARK) {
        let damaged = backup.crash(Keep::Everything);
        damaged.remove(&name).unwrap();
        let mark = Mark::read(&damaged).unwrap().unwrap();
        assert!(
            restore::look(&arc(&damaged), End::Backup).is_err() || restore::files(&damaged, &mark).is_err(),
            "{name}"
        );
    }
}
