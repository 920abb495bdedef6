//! What a desk keeps of what it sent, and for how long: the decisions, without files or links, so that they can be played through.
//!
//! An event is kept until the node has it on disk *and* in a backup. A node that was restored from an older backup has a new epoch; then what was
//! acknowledged before proves nothing, and all that is still kept is offered again. Sending twice is harmless: an event counts once.

use std::collections::BTreeMap;

use crate::domain::{
    event::EventId,
    time::{DAY_MS, Timestamp},
};

/// Days that acknowledged events are kept where no backup is heard of, unless told otherwise.
pub const KEEP_DAYS: u32 = 30;

/// What a node says of itself, beside every answer.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Says {
    /// Its epoch.
    pub epoch: u64,
    /// The last entry of its journal.
    pub sequence: u64,
    /// The last entry in a backup.
    pub backed_up_through: u64,
}

/// What is known of an event that is kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not acknowledged.
    Waiting,
    /// The node has it on disk.
    Acknowledged(Receipt),
}

/// An acknowledgement.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The node's epoch.
    pub epoch: u64,
    /// An entry of its journal at or after the event's.
    pub sequence: u64,
    /// When it came, by the desk's clock.
    pub at: Timestamp,
}

/// Why an event need not be kept any more.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// The node has it in a backup.
    BackedUp,
    /// It was kept long enough.
    KeptLong,
}

impl Standing {
    /// Whether it has to be sent to a node that says this: it was never acknowledged, or by another life of the node. A journal that is shorter
    /// than it was is another life too, whatever its epoch: a copy was put back without anybody saying so.
    pub fn to_send(&self, says: &Says) -> bool {
        match self {
            Standing::Waiting => true,
            Standing::Acknowledged(receipt) => receipt.epoch != says.epoch || receipt.sequence > says.sequence,
        }
    }

    /// Whether it may be forgotten. What was never acknowledged is never forgotten.
    pub fn done(&self, says: &Says, keep_days: u32, now: Timestamp) -> Option<Done> {
        let Standing::Acknowledged(receipt) = self else { return None };
        if self.to_send(says) {
            return None;
        }
        if receipt.sequence > 0 && receipt.sequence <= says.backed_up_through {
            return Some(Done::BackedUp);
        }
        let kept = now.0.saturating_sub(receipt.at.0);
        (kept >= i64::from(keep_days).saturating_mul(DAY_MS)).then_some(Done::KeptLong)
    }
}

/// All that is kept, in the order in which it came in.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    items: BTreeMap<u64, (EventId, Standing)>,
    places: BTreeMap<EventId, u64>,
    next: u64,
}

impl Keeping {
    /// How many events are kept.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many were never acknowledged.
    pub fn waiting(&self) -> usize {
        self.items.values().filter(|(_, standing)| *standing == Standing::Waiting).count()
    }

    /// What is known of an event; `None` if it is not kept.
    pub fn standing(&self, id: EventId) -> Option<Standing> {
        self.items.get(self.places.get(&id)?).map(|(_, standing)| *standing)
    }

    /// Keeps an event, at the end; one that is kept already begins anew, in its place.
    pub fn add(&mut self, id: EventId) {
        let place = *self.places.entry(id).or_insert(self.next);
        self.next = self.next.max(place + 1);
        self.items.insert(place, (id, Standing::Waiting));
    }

    /// It was acknowledged.
    pub fn acknowledge(&mut self, id: EventId, receipt: Receipt) {
        let item = self.places.get(&id).and_then(|place| self.items.get_mut(place));
        if let Some((_, standing)) = item {
            *standing = Standing::Acknowledged(receipt);
        }
    }

    /// It is kept no more.
    pub fn forget(&mut self, id: EventId) {
        if let Some(place) = self.places.remove(&id) {
            self.items.remove(&place);
        }
    }

    /// What has to be sent to a node that says this, in order.
    pub fn to_send(&self, says: &Says) -> Vec<EventId> {
        self.items.values().filter(|(_, standing)| standing.to_send(says)).map(|(id, _)| *id).collect()
    }

    /// What need not be kept any more, and why.
    pub fn done(&self, says: &Says, keep_days: u32, now: Timestamp) -> Vec<(EventId, Done)> {
        let why = |(id, standing): &(EventId, Standing)| Some((*id, standing.done(says, keep_days, now)?));
        self.items.values().filter_map(why).collect()
    }

    /// Everything, in order.
    pub fn all(&self) -> impl Iterator<Item = (EventId, Standing)> {
        self.items.values().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> EventId {
        EventId([n; 16])
    }

    fn day(n: i64) -> Timestamp {
        Timestamp(n * DAY_MS)
    }

    fn says(epoch: u64, sequence: u64, backed_up_through: u64) -> Says {
        Says { epoch, sequence, backed_up_through }
    }

    #[test]
    fn each_event_is_sent_and_forgotten_when_it_may_be() {
        let at = |epoch, sequence| Standing::Acknowledged(Receipt { epoch, sequence, at: day(0) });
        let waiting = Standing::Waiting;
        // what is known, what the node says, the day, whether it is sent, why it is forgotten
        for (n, (standing, node, today, sent, done)) in [
            (waiting, says(1, 0, 0), 0, true, None),
            (waiting, says(1, 90, 90), 1000, true, None),
            (at(1, 5), says(1, 9, 0), 0, false, None),
            (at(1, 5), says(1, 9, 4), 29, false, None),
            (at(1, 5), says(1, 9, 5), 0, false, Some(Done::BackedUp)),
            (at(1, 5), says(1, 9, 4), 30, false, Some(Done::KeptLong)),
            // A node of an older release says nothing of its journal.
            (at(1, 0), says(1, 0, 0), 0, false, None),
            // Another epoch: whatever its numbers say, and however long it was kept.
            (at(1, 5), says(2, 9, 9), 0, true, None),
            (at(1, 5), says(2, 9, 9), 99, true, None),
            (at(2, 5), says(1, 9, 9), 0, true, None),
            // The journal has become shorter under the same epoch.
            (at(1, 5), says(1, 4, 4), 99, true, None),
            // A clock that went back keeps.
            (at(1, 5), says(1, 9, 4), -50, false, None),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(standing.to_send(&node), sent, "{n}");
            assert_eq!(standing.done(&node, 30, day(today)), done, "{n}");
        }
    }

    #[test]
    fn what_is_kept_keeps_its_order() {
        let mut keeping = Keeping::default();
        (1..=4).for_each(|n| keeping.add(id(n)));
        keeping.acknowledge(id(2), Receipt { epoch: 1, sequence: 7, at: day(0) });
        keeping.acknowledge(id(9), Receipt { epoch: 1, sequence: 7, at: day(0) });
        assert_eq!(keeping.to_send(&says(1, 9, 0)), [id(1), id(3), id(4)]);
        assert_eq!((keeping.len(), keeping.waiting()), (4, 3));
        assert_eq!(keeping.done(&says(1, 9, 7), 30, day(0)), [(id(2), Done::BackedUp)]);
        keeping.forget(id(3));
        keeping.add(id(2));
        keeping.add(id(5));
        assert_eq!(keeping.to_send(&says(1, 9, 0)), [id(1), id(2), id(4), id(5)], "what begins anew keeps its place");
        assert_eq!(keeping.standing(id(3)), None);
    }

    /// A node and a desk, played through: whatever the order of sending, backups and restores, no acknowledged event is missing in the end.
    #[test]
    fn whatever_is_restored_comes_whole_again() {
        for seed in 0..300 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut keeping = Keeping::default();
            // The node's journal, its newest backup and its epoch.
            let (mut journal, mut backup, mut epoch) = (Vec::<EventId>::new(), Vec::<EventId>::new(), 1_u64);
            let (mut made, mut known) = (0_u8, Vec::new());
            for step in 0..200 {
                match random.u8(..10) {
                    0..=4 if made < 250 => {
                        made += 1;
                        keeping.add(id(made));
                    }
                    0..=7 => {
                        let at = |journal: &[EventId], backup: &[EventId]| {
                            says(epoch, journal.len() as u64, backup.len() as u64)
                        };
                        for event in keeping.to_send(&at(&journal, &backup)) {
                            if !journal.contains(&event) {
                                journal.push(event);
                            }
                            let receipt = Receipt { epoch, sequence: journal.len() as u64, at: day(step) };
                            keeping.acknowledge(event, receipt);
                            known.push(event);
                        }
                        for (event, why) in keeping.done(&at(&journal, &backup), 1000, day(step)) {
                            assert_eq!(why, Done::BackedUp, "seed {seed}");
                            keeping.forget(event);
                        }
                    }
                    8 => backup = journal.clone(),
                    _ => {
                        journal = backup.clone();
                        epoch += 1 + random.u64(..5);
                    }
                }
                for event in &known {
                    let safe = journal.contains(event) || keeping.standing(*event).is_some();
                    assert!(safe, "seed {seed}, step {step}: {event} is nowhere");
                }
            }
        }
    }
}
