//! A desk's outbox: a folder in which every event is durable before it is sent, and stays until the node has it in a backup. See [`super::keeping`]
//! for what is sent and what is forgotten; this is the file below it.
//!
//! Events are held in memory beside the file, which the limits bound. Calls wait for the disk.

use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use prost::Message;

use super::{
    keeping::{Done, Keeping, Receipt, Says, Standing},
    outbox_file::{Fault, FrameFile},
};
use crate::lock::FolderLock;
use crate::{
    domain::{event::EventId, time::Timestamp},
    wire::pb::v1 as pb,
};

const FILE: &str = "outbox.log";
const NEXT: &str = "outbox.log.next";
const LOCK: &str = "lock";
/// Records in one frame.
const RECORDS: usize = 1_000;
/// A file that is shorter is not worth writing anew.
const TIDY_FROM: u64 = 1 << 20;

/// What an outbox may hold.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events.
    pub events: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { events: 500_000, bytes: 128 << 20 }
    }
}

/// Why an outbox cannot be used. What it holds is untouched.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The disk.
    #[error("the outbox {}: {error}: check the path and the disk", folder.display())]
    Io {
        /// Which.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another program has it.
    #[error("the outbox {} is in use by another process: let that one end first", .0.display())]
    InUse(PathBuf),
    /// Something that was durable is changed or gone.
    #[error(
        "the outbox {} is damaged at byte {offset} of {FILE}: move the folder aside and import the desk's own files again, what is recorded counts once",
        folder.display()
    )]
    Damaged {
        /// Which.
        folder: PathBuf,
        /// Where.
        offset: u64,
    },
    /// As much as it may hold.
    #[error(
        "the outbox {} holds {events} events, as many as it may: send them (`motcua desk send`) and see that the node is backed up, or import without an outbox and keep the file itself",
        folder.display()
    )]
    Full {
        /// Which.
        folder: PathBuf,
        /// How many are in it.
        events: usize,
    },
    /// An event without an id of 16 bytes.
    #[error("an event has no id of 16 bytes: make a UUID before it is first sent")]
    BadId,
}

#[derive(Clone, PartialEq, Message)]
struct Frame {
    #[prost(message, repeated, tag = "1")]
    records: Vec<Record>,
}

/// An event that comes in, an acknowledgement, or the end of one.
#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(bytes = "vec", tag = "1")]
    id: Vec<u8>,
    /// An event that is kept, encoded.
    #[prost(bytes = "vec", optional, tag = "2")]
    event: Option<Vec<u8>>,
    /// The epoch in which it was acknowledged.
    #[prost(uint64, optional, tag = "3")]
    epoch: Option<u64>,
    #[prost(uint64, tag = "4")]
    sequence: u64,
    #[prost(int64, tag = "5")]
    at: i64,
    #[prost(bool, tag = "6")]
    forgotten: bool,
}

/// What was forgotten, and why.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// In a backup.
    pub backed_up: u64,
    /// Kept for the configured days without one.
    pub kept_long: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    file: FrameFile,
    keeping: Keeping,
    events: BTreeMap<EventId, Vec<u8>>,
    bytes: usize,
    limits: Limits,
    /// Bytes of an interrupted write that were cut off when it was opened; nothing of them was ever sent.
    pub cut: u64,
    _lock: FolderLock,
}

impl Outbox {
    /// Opens an outbox for this process alone; makes one if none is there.
    pub fn open(folder: &Path, limits: Limits) -> Result<Outbox, OutboxError> {
        let wrong = |error| OutboxError::Io { folder: folder.to_owned(), error };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(wrong)?;
        let lock = FolderLock::take(&folder.join(LOCK)).map_err(|error| match error {
            fs::TryLockError::WouldBlock => OutboxError::InUse(folder.to_owned()),
            fs::TryLockError::Error(error) => wrong(error),
        })?;
        match fs::remove_file(folder.join(NEXT)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrong(error)),
            _ => {}
        }
        let mut keeping = Keeping::default();
        let mut events = BTreeMap::new();
        let opened = FrameFile::open(&folder.join(FILE), |body| {
            Frame::decode(body)
                .is_ok_and(|frame| frame.records.into_iter().all(|r| replay(&mut keeping, &mut events, r)))
        });
        let (file, cut) = opened.map_err(|fault| match fault {
            Fault::Io(error) => wrong(error),
            Fault::Damaged(offset) => OutboxError::Damaged { folder: folder.to_owned(), offset },
        })?;
        sync_folder(folder).map_err(wrong)?;
        let bytes = events.values().map(Vec::len).sum();
        Ok(Outbox { folder: folder.to_owned(), file, keeping, events, bytes, limits, cut, _lock: lock })
    }

    /// What is kept.
    pub fn keeping(&self) -> &Keeping {
        &self.keeping
    }

    /// An event that is kept.
    pub fn event(&self, id: EventId) -> Option<pb::Event> {
        pb::Event::decode(self.events.get(&id)?.as_slice()).ok()
    }

    /// Keeps events, durable when this returns; how many are new in it. One that is there already stays as it is; one that was never acknowledged
    /// is replaced by what is said of it now.
    pub fn put(&mut self, events: &[pb::Event]) -> Result<usize, OutboxError> {
        let mut records = Vec::new();
        let (mut count, mut bytes) = (self.events.len(), self.bytes);
        for event in events {
            let id = id_of(&event.id).ok_or(OutboxError::BadId)?;
            let encoded = event.encode_to_vec();
            let known = self.events.get(&id);
            let acknowledged = matches!(self.keeping.standing(id), Some(Standing::Acknowledged(_)));
            if acknowledged || known == Some(&encoded) {
                continue;
            }
            count += usize::from(known.is_none());
            bytes += encoded.len();
            records.push(Record { id: id.0.to_vec(), event: Some(encoded), ..Record::default() });
        }
        if count > self.limits.events || bytes > self.limits.bytes {
            return Err(OutboxError::Full { folder: self.folder.clone(), events: self.events.len() });
        }
        let new = records.len();
        self.write(records)?;
        Ok(new)
    }

    /// Notes down what a node answered to events of this outbox; others are passed over. An event that another one has the id of is forgotten: it
    /// will never be recorded. One that is refused is kept and waits, unless it shall be forgotten and was never acknowledged.
    pub fn answered(
        &mut self,
        acks: &[pb::Ack],
        epoch: u64,
        at: Timestamp,
        forget_refused: bool,
    ) -> Result<(), OutboxError> {
        let mut records = Vec::new();
        for ack in acks {
            let Some(standing) = id_of(&ack.id).and_then(|id| self.keeping.standing(id)) else { continue };
            let record = Record { id: ack.id.clone(), ..Record::default() };
            match ack.outcome() {
                pb::Outcome::Recorded | pb::Outcome::AlreadyRecorded => {
                    records.push(Record { epoch: Some(epoch), sequence: ack.sequence, at: at.0, ..record });
                }
                // What was acknowledged under this id is the one that counts.
                pb::Outcome::Conflict if standing != Standing::Waiting => {}
                pb::Outcome::Conflict => records.push(Record { forgotten: true, ..record }),
                _ if forget_refused && standing == Standing::Waiting => {
                    records.push(Record { forgotten: true, ..record })
                }
                _ => {}
            }
        }
        self.write(records)
    }

    /// Forgets what need not be kept any more by the word of a node, and makes the file shorter where that is worth it.
    pub fn tidy(&mut self, says: &Says, keep_days: u32, now: Timestamp) -> Result<Forgotten, OutboxError> {
        let done = self.keeping.done(says, keep_days, now);
        let mut forgotten = Forgotten::default();
        for (_, why) in &done {
            *match why {
                Done::BackedUp => &mut forgotten.backed_up,
                Done::KeptLong => &mut forgotten.kept_long,
            } += 1;
        }
        let records = done.iter().map(|(id, _)| Record { id: id.0.to_vec(), forgotten: true, ..Record::default() });
        self.write(records.collect())?;
        if self.file.len > TIDY_FROM && self.file.len / 2 > self.bytes as u64 {
            self.write_anew()?;
        }
        Ok(forgotten)
    }

    fn write(&mut self, records: Vec<Record>) -> Result<(), OutboxError> {
        let wrong = |error| OutboxError::Io { folder: self.folder.clone(), error };
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            let frame = Frame { records: records.by_ref().take(RECORDS).collect() };
            self.file.append(&frame.encode_to_vec()).map_err(wrong)?;
            for record in frame.records {
                replay(&mut self.keeping, &mut self.events, record);
            }
        }
        self.bytes = self.events.values().map(Vec::len).sum();
        Ok(())
    }

    /// A file with only what is kept takes the place of the one before, in one step.
    fn write_anew(&mut self) -> Result<(), OutboxError> {
        let wrong = |error| OutboxError::Io { folder: self.folder.clone(), error };
        let next = self.folder.join(NEXT);
        let opened = FrameFile::open(&next, |_| true);
        let (mut file, _) = opened.map_err(|fault| match fault {
            Fault::Io(error) => wrong(error),
            Fault::Damaged(_) => wrong(io::ErrorKind::AlreadyExists.into()),
        })?;
        let records: Vec<Record> = self.keeping.all().map(|(id, standing)| self.record(id, standing)).collect();
        for part in records.chunks(RECORDS) {
            file.append(&Frame { records: part.to_vec() }.encode_to_vec()).map_err(wrong)?;
        }
        fs::rename(&next, self.folder.join(FILE)).and_then(|()| sync_folder(&self.folder)).map_err(wrong)?;
        self.file = file;
        Ok(())
    }

    fn record(&self, id: EventId, standing: Standing) -> Record {
        let record = Record { id: id.0.to_vec(), event: self.events.get(&id).cloned(), ..Record::default() };
        match standing {
            Standing::Waiting => record,
            Standing::Acknowledged(receipt) => {
                Record { epoch: Some(receipt.epoch), sequence: receipt.sequence, at: receipt.at.0, ..record }
            }
        }
    }
}

/// Applies a record; false if it makes no sense.
fn replay(keeping: &mut Keeping, events: &mut BTreeMap<EventId, Vec<u8>>, record: Record) -> bool {
    let Some(id) = id_of(&record.id) else { return false };
    if let Some(event) = record.event {
        keeping.add(id);
        events.insert(id, event);
    }
    if let Some(epoch) = record.epoch {
        keeping.acknowledge(id, Receipt { epoch, sequence: record.sequence, at: Timestamp(record.at) });
    }
    if record.forgotten {
        keeping.forget(id);
        events.remove(&id);
    }
    true
}

fn id_of(bytes: &[u8]) -> Option<EventId> {
    bytes.try_into().ok().map(EventId)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
