//! What a desk remembers of what it sent: the only witness of what a node has acknowledged.

use std::collections::{BTreeMap, HashMap};

use motcua::wire::{pb::v1 as pb, stamp};

use super::support::at;

/// One event and what is known of it.
#[derive(Clone)]
struct Sent {
    event: pb::Event,
    /// The life of the node in which it was first acknowledged.
    acknowledged: Option<usize>,
    /// The node has said that it was new.
    recorded: bool,
}

/// Everything that was ever sent, by all desks.
#[derive(Clone, Default)]
pub struct DeskLog {
    sent: Vec<Sent>,
    by_id: HashMap<Vec<u8>, usize>,
    /// Dossiers that were received and not resolved yet.
    open: Vec<String>,
    /// How often the node has been started again.
    pub life: usize,
}

impl DeskLog {
    /// Makes and notes down up to `size` events that were never sent: receptions, and completions of earlier ones.
    pub fn fresh(&mut self, size: usize, random: &mut fastrand::Rng) -> Vec<pb::Event> {
        (0..size).map(|_| self.fresh_one(random)).collect()
    }

    fn fresh_one(&mut self, random: &mut fastrand::Rng) -> pb::Event {
        let n = self.sent.len();
        let (dossier, day, kind) = if !self.open.is_empty() && random.u8(..4) == 0 {
            let dossier = self.open.swap_remove(random.usize(..self.open.len()));
            (dossier, 20, pb::event::Kind::Resolved(pb::Resolved {}))
        } else {
            let due = pb::Due { kind: Some(pb::due::Kind::Day("2018-02-25".into())) };
            let channel = [pb::Channel::Direct, pb::Channel::Online, pb::Channel::Postal][n % 3].into();
            let reception = pb::Reception { channel, due: Some(due), ..pb::Reception::default() };
            let dossier = format!("H{n}");
            self.open.push(dossier.clone());
            (dossier, 1 + n % 10, pb::event::Kind::Received(reception))
        };
        let mut id = [0; 16];
        random.fill(&mut id);
        let event = pb::Event {
            id: id.to_vec(),
            dossier,
            occurred_at: Some(stamp::to_pb(at(&format!("2018-02-{day:02}T08:{:02}:00+07:00", n % 60)))),
            source: "desk".into(),
            kind: Some(kind),
            ..pb::Event::default()
        };
        self.by_id.insert(event.id.clone(), n);
        self.sent.push(Sent { event: event.clone(), acknowledged: None, recorded: false });
        event
    }

    /// Notes down the answers to a group.
    pub fn answered(&mut self, acks: &[pb::Ack]) {
        for ack in acks {
            let sent = &mut self.sent[self.by_id[&ack.id]];
            match ack.outcome() {
                pb::Outcome::Recorded => {
                    // Two desks may send the same in one life, and the answer that knew it already may be read first.
                    let lost = sent.acknowledged.is_some_and(|life| life < self.life);
                    assert!(!lost, "acknowledged in life {:?}, and lost: {:?}", sent.acknowledged, sent.event);
                    assert!(!sent.recorded, "new twice: {:?}", sent.event);
                    sent.recorded = true;
                }
                pb::Outcome::AlreadyRecorded => {}
                _ => panic!("{ack:?}"),
            }
            sent.acknowledged.get_or_insert(self.life);
        }
    }

    pub fn acknowledged(&self) -> Vec<pb::Event> {
        self.sent.iter().filter(|s| s.acknowledged.is_some()).map(|s| s.event.clone()).collect()
    }

    pub fn unacknowledged(&self) -> Vec<pb::Event> {
        self.sent.iter().filter(|s| s.acknowledged.is_none()).map(|s| s.event.clone()).collect()
    }

    /// How many events were on disk although the answer that said so never came.
    pub fn unheard(&self) -> usize {
        self.sent.iter().filter(|s| s.acknowledged.is_some() && !s.recorded).count()
    }

    /// How many dossiers were received by what was acknowledged.
    pub fn acknowledged_dossiers(&self) -> usize {
        let acknowledged = self.sent.iter().filter(|s| s.acknowledged.is_some());
        acknowledged.filter(|s| matches!(s.event.kind, Some(pb::event::Kind::Received(_)))).count()
    }

    /// How many dossiers were received and how many resolved, by what was sent.
    pub fn dossiers(&self) -> (usize, usize) {
        let mut last: BTreeMap<&str, bool> = BTreeMap::new();
        for sent in &self.sent {
            *last.entry(&sent.event.dossier).or_default() |=
                matches!(sent.event.kind, Some(pb::event::Kind::Resolved(_)));
        }
        (last.len(), last.values().filter(|resolved| **resolved).count())
    }
}
