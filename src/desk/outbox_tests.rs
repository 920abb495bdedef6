//! A desk that is switched off at any moment, a node that answers in every way.

use super::*;
use crate::wire::stamp;

const NOW: Timestamp = Timestamp(1_520_000_000_000);

fn event(n: u32, dossier: &str) -> pb::Event {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    pb::Event {
        id: id.to_vec(),
        dossier: dossier.to_owned(),
        occurred_at: Some(stamp::to_pb(NOW)),
        source: "desk".to_owned(),
        kind: Some(pb::event::Kind::Resolved(pb::Resolved {})),
        ..pb::Event::default()
    }
}

fn id(n: u32) -> EventId {
    id_of(&event(n, "").id).unwrap()
}

fn ack(n: u32, outcome: pb::Outcome, sequence: u64) -> pb::Ack {
    pb::Ack { id: event(n, "").id, outcome: outcome.into(), sequence, ..pb::Ack::default() }
}

fn says(epoch: u64, sequence: u64, backed_up_through: u64) -> Says {
    Says { epoch, sequence, backed_up_through }
}

fn open(folder: &Path) -> Outbox {
    Outbox::open(folder, Limits::default()).unwrap()
}

#[test]
fn what_is_put_is_there_after_everything_ended() {
    use pb::Outcome::{AlreadyRecorded, Conflict, Recorded, Refused};
    let folder = tempfile::tempdir().unwrap();
    let events: Vec<_> = (1..=6).map(|n| event(n, "H")).collect();
    {
        let mut outbox = open(folder.path());
        assert_eq!(outbox.put(&events).unwrap(), 6);
        assert_eq!(outbox.put(&events).unwrap(), 0, "the same again is nothing new");
        let acks = [
            ack(1, Recorded, 7),
            ack(2, AlreadyRecorded, 9),
            ack(3, Conflict, 0),
            ack(4, Refused, 0),
            ack(99, Recorded, 9),
        ];
        outbox.answered(&acks, 1, NOW, false).unwrap();
        assert!(matches!(Outbox::open(folder.path(), Limits::default()), Err(OutboxError::InUse(_))));
    }
    let mut outbox = open(folder.path());
    assert_eq!((outbox.cut, outbox.keeping().len(), outbox.keeping().waiting()), (0, 5, 3));
    assert_eq!(outbox.keeping().to_send(&says(1, 9, 0)), [id(4), id(5), id(6)]);
    assert_eq!(outbox.event(id(4)).unwrap(), events[3]);
    assert_eq!(outbox.event(id(3)), None, "its id is another event's for ever");
    // Said anew while it waits, it is replaced; once acknowledged, what was acknowledged stays.
    assert_eq!(outbox.put(&[event(4, "corrected"), event(1, "other")]).unwrap(), 1);
    assert_eq!(outbox.event(id(4)).unwrap().dossier, "corrected");
    assert_eq!(outbox.event(id(1)).unwrap().dossier, "H");
    outbox.answered(&[ack(1, Conflict, 0), ack(5, Refused, 0), ack(2, Refused, 0)], 2, NOW, true).unwrap();
    assert_eq!(outbox.keeping().standing(id(5)), None, "it was to be forgotten when refused");
    assert!(outbox.keeping().standing(id(1)).is_some() && outbox.keeping().standing(id(2)).is_some());

    let forgotten = outbox.tidy(&says(1, 20, 8), 30, NOW).unwrap();
    assert_eq!(forgotten, Forgotten { backed_up: 1, kept_long: 0 });
    let forgotten = outbox.tidy(&says(1, 20, 8), 0, NOW).unwrap();
    assert_eq!(forgotten, Forgotten { backed_up: 0, kept_long: 1 });
    drop(outbox);
    assert_eq!(open(folder.path()).keeping().to_send(&says(1, 20, 8)), [id(4), id(6)], "what waits is never forgotten");
}

#[test]
fn an_outbox_cut_at_any_byte_has_what_was_durable_by_then() {
    let folder = tempfile::tempdir().unwrap();
    let mut outbox = open(folder.path());
    let mut ends = Vec::new();
    for n in 1..=5 {
        outbox.put(&[event(n, "H")]).unwrap();
        ends.push(outbox.file.len);
    }
    drop(outbox);
    let file = folder.path().join(FILE);
    let whole = fs::read(&file).unwrap();
    for len in 0..=whole.len() {
        fs::write(&file, &whole[..len]).unwrap();
        let kept = open(folder.path()).keeping().len();
        assert_eq!(kept, ends.iter().filter(|end| **end <= len as u64).count(), "cut at {len}");
    }
    fs::write(&file, &whole).unwrap();
    let mut damaged = whole.clone();
    damaged[60] ^= 1;
    fs::write(&file, damaged).unwrap();
    let error = Outbox::open(folder.path(), Limits::default()).unwrap_err();
    assert!(matches!(error, OutboxError::Damaged { offset: 8, .. }), "{error}");
    assert!(error.to_string().contains("import the desk's own files again"), "{error}");
}

#[test]
fn it_holds_as_much_as_it_may_and_its_file_becomes_shorter_again() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { events: 10_000, ..Limits::default() };
    let mut outbox = Outbox::open(folder.path(), limits).unwrap();
    let long = "H".repeat(190);
    let events: Vec<_> = (0..10_000).map(|n| event(n, &long)).collect();
    assert_eq!(outbox.put(&events).unwrap(), 10_000);
    let error = outbox.put(&[event(10_000, "one more")]).unwrap_err();
    assert!(matches!(error, OutboxError::Full { events: 10_000, .. }), "{error}");
    let before = outbox.file.len;
    let acks: Vec<_> = (0..10_000).map(|n| ack(n, pb::Outcome::Recorded, u64::from(n) + 1)).collect();
    outbox.answered(&acks, 7, NOW, false).unwrap();
    assert_eq!(outbox.tidy(&says(7, 10_000, 9_900), 30, NOW).unwrap().backed_up, 9_900);
    assert!(outbox.file.len < before / 20, "{} of {before}", outbox.file.len);
    outbox.put(&[event(10_000, "one more")]).unwrap();
    drop(outbox);
    let outbox = open(folder.path());
    assert_eq!((outbox.keeping().len(), outbox.keeping().waiting()), (101, 1));
    assert_eq!(outbox.keeping().to_send(&says(7, 10_001, 9_900)), [id(10_000)]);
    assert_eq!(outbox.keeping().to_send(&says(8, 10_001, 9_900)).len(), 101, "acknowledgements came along");
}
