//! The trail: page by page the same lines, whatever is being written at the end; damage before the end is told.

use std::{fs, path::PathBuf, sync::Arc};

use super::{
    audit::{Line, Page, Trail},
    disk::OsDisk,
    journal::{Journal, Options},
};
use crate::{
    domain::time::Timestamp,
    ledger::{
        By,
        entry::{Entry, EntryKind},
        trust::TrustChange,
    },
    wire::{event::event_from_pb, pb::v1 as pb, stamp, store::encode_entry},
};

fn entry(n: i64) -> Vec<u8> {
    let kind = if n % 3 == 0 {
        let event = pb::Event {
            id: vec![7; 16],
            unit: "07069".into(),
            dossier: "H1".into(),
            occurred_at: Some(stamp::to_pb(Timestamp(n))),
            source: "desk".into(),
            kind: Some(pb::event::Kind::Resolved(pb::Resolved {})),
            ..pb::Event::default()
        };
        EntryKind::Recorded { event: event_from_pb(event).unwrap(), promises: Vec::new() }
    } else {
        EntryKind::Trust(TrustChange::Banned { code: n.to_string() })
    };
    encode_entry(
        &Entry { recorded_at: Timestamp(n), kind },
        &By::new("person a Nguyễn A", "10.0.0.1").because("vì sao"),
    )
}

/// A journal of twelve entries in many short segments, with its owner still there.
fn journal() -> (tempfile::TempDir, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(OsDisk::open(folder.path().join("journal")).unwrap());
    let (mut journal, _) = Journal::open(disk, Options { segment_bytes: 400, witness: 0 }).unwrap();
    for n in 0..6 {
        journal.append_group(&[entry(2 * n + 1), entry(2 * n + 2)]).unwrap();
    }
    (folder, journal)
}

fn segments(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.path().join("journal")).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "log")).collect();
    files.sort();
    files
}

fn numbers(page: &Page) -> Vec<u64> {
    page.lines.iter().map(|line| line.sequence).collect()
}

#[test]
fn pages_follow_each_other_and_events_come_only_when_asked_for() {
    let (folder, journal) = journal();
    assert!(segments(&folder).len() > 2);
    for trail in [Trail::at(folder.path()), Trail::of(Arc::clone(&journal.disk))] {
        let all = trail.page(1, u64::MAX, 100, false).unwrap();
        assert_eq!((numbers(&all), all.next), (vec![1, 2, 4, 5, 7, 8, 10, 11], None));
        assert_eq!(
            all.lines[0],
            Line {
                sequence: 1,
                recorded_at: Timestamp(1),
                who: "person a Nguyễn A".into(),
                from: "10.0.0.1".into(),
                what: "unit 1 banned".into(),
                why: "vì sao".into(),
            }
        );
        let mut paged = Vec::new();
        let mut next = Some(1);
        while let Some(from) = next {
            let page = trail.page(from, u64::MAX, 3, true).unwrap();
            paged.extend(numbers(&page));
            next = page.next;
        }
        assert_eq!(paged, (1..=12).collect::<Vec<_>>());
        assert_eq!(numbers(&trail.page(5, 8, 100, true).unwrap()), [5, 6, 7, 8], "nothing after what is durable");
        assert_eq!(trail.page(99, u64::MAX, 100, true).unwrap(), Page::default());
    }
}

#[test]
fn what_is_half_written_at_the_end_is_not_there_yet_and_damage_before_it_is_told() {
    let (folder, _journal) = journal();
    let trail = Trail::at(folder.path());
    let files = segments(&folder);
    let last = files.last().unwrap();
    let whole = fs::read(last).unwrap();
    for cut in 0..whole.len() {
        fs::write(last, &whole[..cut]).unwrap();
        let page = trail.page(1, u64::MAX, 100, true).unwrap();
        assert!(
            page.lines.len() < 12 && numbers(&page) == (1..=page.lines.len() as u64).collect::<Vec<_>>(),
            "cut at {cut}"
        );
    }
    let mut bytes = fs::read(&files[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&files[0], bytes).unwrap();
    trail.page(1, u64::MAX, 100, true).unwrap_err();
}
