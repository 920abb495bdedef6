//! What was found, without a word on what it means. What could not be looked at is `None`, and where there is a reason the reason.

use crate::domain::time::Timestamp;

/// Everything that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The clock of the machine the doctor runs on.
    pub now: Timestamp,
    /// The node's directory; `None` if only a running node was asked.
    pub directory: Option<Directory>,
    /// What the running node says, or why it says nothing.
    pub node: Result<Node, String>,
}

/// A node's directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    /// Whether the configuration can be used; every mistake otherwise.
    pub configuration: Result<String, String>,
    /// The data directory the configuration names, if it can be looked into.
    pub data: Option<Result<Data, String>>,
}

/// A data directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data {
    /// Where it is.
    pub path: String,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Fingerprint of the key that signs its documents, as people compare it; `None` if it cannot be read.
    pub document_key: Option<String>,
    /// Its disk.
    pub disk: Option<Disk>,
    /// Its journal.
    pub journal: Option<Journal>,
    /// The certificate of the node, if it has one.
    pub certificate: Option<Result<Life, String>>,
    /// Its last backup, as its directory has it noted down.
    pub backup: Option<Backup>,
}

/// How far backups reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backup {
    /// The folder.
    pub to: String,
    /// The last entry in it.
    pub through: u64,
    /// When the last one ended; `None` if there was none.
    pub taken_at: Option<Timestamp>,
    /// Why the last one failed; empty otherwise.
    pub error: String,
}

/// A file that nobody but the node may read.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its name below the data directory.
    pub name: String,
    /// Its permissions, or why they cannot be told.
    pub mode: Result<u32, String>,
}

/// Room on a disk.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Disk {
    /// Bytes free.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
}

/// The journal's files.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Journal {
    /// Bytes in all.
    pub bytes: u64,
    /// When its first file was made here; a restored copy is younger than what it holds.
    pub since: Option<Timestamp>,
    /// When it was last written.
    pub written_at: Option<Timestamp>,
}

/// From when until when something is valid.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Life {
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
}

/// What a running node says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Where it was asked.
    pub url: String,
    /// Its unit.
    pub unit: String,
    /// Version of its program.
    pub software: String,
    /// Its clock.
    pub now: Option<Timestamp>,
    /// When the last entry was recorded.
    pub last_entry_at: Option<Timestamp>,
    /// Last entry of the journal.
    pub sequence: u64,
    /// Last entry in the derived state.
    pub state_sequence: u64,
    /// Version of the registry.
    pub registry_version: u64,
    /// Its disk.
    pub disk: Option<Disk>,
    /// Bytes of its journal.
    pub journal_bytes: Option<u64>,
    /// Why it writes no more; empty otherwise.
    pub writing_stopped: String,
    /// The life of its certificate, as it says itself; `None` where links are not authenticated.
    pub certificate: Option<Life>,
    /// Why its certificate could not be renewed; empty otherwise.
    pub renewal_error: String,
    /// Why it does not close by itself any more; empty otherwise.
    pub closing_stopped: String,
    /// What was set aside or made anew at its start.
    pub recovered: Vec<String>,
    /// Units with events that wait or are in conflict: code, held, in conflict.
    pub problems: Vec<(String, u64, u64)>,
    /// How far backups reach; `None` if there was none and none is told to be.
    pub backup: Option<Backup>,
    /// The link upward; `None` at the top.
    pub parent: Option<Parent>,
}

/// The link upward.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parent {
    /// Its address.
    pub url: String,
    /// When both sides last held the same.
    pub agreed_at: Option<Timestamp>,
    /// What went wrong last; empty after a success.
    pub last_error: String,
    /// Documents it is not known to hold.
    pub unsent: u64,
    /// When the oldest of them was published.
    pub unsent_since: Option<Timestamp>,
    /// Version of its registry; 0 before it has said it.
    pub registry_version: u64,
    /// Its clock less the node's, milliseconds.
    pub clock_difference: i64,
    /// What it refuses: document, reason in words, since when.
    pub refusals: Vec<(String, String, Option<Timestamp>)>,
}
