//! Opening a node's store: the journal first, then the state, replayed to the journal's end. What cannot be used is set aside and made anew.

use std::{fs, io, os::unix::fs::DirBuilderExt, path::Path, sync::Arc};

use super::{
    core::{Core, Setting},
    crash_point::crash_point,
    disk::{Disk, OsDisk},
    journal::{AppendError, Journal, JournalError, OpenReport, Options},
    layer::{Layer, LayerOptions},
    map::{Map, MapError, set_aside},
    restore::{self, Found, RestoreError},
    sled_map::{SledMap, SledOptions},
    space::JOURNAL,
    tables,
};
use crate::{
    document,
    domain::time::Timestamp,
    ledger::{
        apply::reread,
        by::By,
        entry::{Entry, EntryKind},
        state::State,
    },
    lock::FolderLock,
    wire::{
        WireError,
        store::{decode_entry, encode_entry},
    },
};

/// Why a store cannot be opened. Nothing was altered.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{0} is in use by another process: stop that one first")]
    InUse(String),
    /// Nothing is there.
    #[error("{0} holds no node: make one with `motcua init`")]
    Empty(String),
    /// A node is there already.
    #[error("{0} holds a node already: choose another directory")]
    NotEmpty(String),
    /// It belongs to another unit.
    #[error(
        "the data directory is of unit {found}, not {expected}: correct `unit` in the configuration, or choose another directory"
    )]
    OtherUnit {
        /// As found.
        found: String,
        /// As configured.
        expected: String,
    },
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal cannot be written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// An entry of the journal makes no sense to this program.
    #[error("entry {seq} of the journal cannot be understood ({error}): use the program that wrote it, or a newer one")]
    Entry {
        /// Its number.
        seq: u64,
        /// Why.
        error: WireError,
    },
    /// The state cannot be used, and making it anew would not help.
    #[error(transparent)]
    State(#[from] MapError),
    /// The disk.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// What came of it.
        error: io::Error,
    },
}

/// How a store is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// When the journal begins a new segment.
    pub segment_bytes: Option<u64>,
    /// When and how often the layer writes down.
    pub layer: LayerOptions,
    /// sled's own.
    pub sled: SledOptions,
}

/// An open store and what had to be done to open it, in words.
pub struct Opened {
    /// Ready to step.
    pub core: Core,
    /// Empty after a clean start.
    pub notes: Vec<String>,
}

/// A data directory that no other process uses as long as this value lives.
pub struct DataDir {
    path: std::path::PathBuf,
    // Held for its lock only.
    _lock: FolderLock,
}

impl DataDir {
    /// Takes the directory for this process; makes it if it is not there.
    pub fn lock(path: &Path) -> Result<DataDir, OpenError> {
        let io = |what: &str| {
            let what = format!("{what} {}", path.display());
            move |error| OpenError::Io { what, error }
        };
        // Books are about people: nobody else on the machine reads them. A folder that is there keeps the permissions it was given.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io("cannot make"))?;
        match FolderLock::take(&path.join("lock")) {
            Ok(lock) => Ok(DataDir { path: path.to_owned(), _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(OpenError::InUse(path.display().to_string())),
            Err(fs::TryLockError::Error(error)) => Err(io("cannot lock")(error)),
        }
    }

    fn journal_disk(&self) -> Result<Arc<dyn Disk>, OpenError> {
        let path = self.path.join(JOURNAL);
        let disk = OsDisk::open(&path)
            .map_err(|error| OpenError::Io { what: format!("cannot open {}", path.display()), error })?;
        Ok(Arc::new(disk))
    }

    /// Whether there are books in it: a journal with its genesis.
    pub fn is_begun(&self) -> Result<bool, OpenError> {
        let (_, report) = Journal::open(self.journal_disk()?, Options::default())?;
        Ok(report.last_seq > 0)
    }

    /// Begins a journal with its genesis and what is known from the start, all or nothing.
    pub fn create(&self, genesis: &[Entry], by: &By) -> Result<(), OpenError> {
        let disk = self.journal_disk()?;
        let (mut journal, report) = Journal::open(disk, Options::default())?;
        if report.last_seq > 0 {
            return Err(OpenError::NotEmpty(self.path.display().to_string()));
        }
        let entries: Vec<_> = genesis.iter().map(|entry| encode_entry(entry, by)).collect();
        journal.append_group(&entries)?;
        Ok(())
    }

    /// Adds entries to the journal of a node that does not run, all or nothing.
    pub fn append(&self, code: &str, entries: &[Entry], by: &By) -> Result<(), OpenError> {
        let (mut journal, report) = Journal::open(self.journal_disk()?, Options::default())?;
        if report.last_seq == 0 {
            return Err(OpenError::Empty("the journal".into()));
        }
        let found = genesis(&journal)?.code;
        if found != code {
            return Err(OpenError::OtherUnit { found, expected: code.into() });
        }
        let entries: Vec<_> = entries.iter().map(|entry| encode_entry(entry, by)).collect();
        journal.append_group(&entries)?;
        Ok(())
    }

    /// The last entry of the journal of a node that does not run, and of nothing that could still be lost: what is there is made durable first.
    pub fn durable_end(&self) -> Result<u64, OpenError> {
        let (journal, report) = Journal::open(self.journal_disk()?, Options::default())?;
        drop(journal);
        match report.last_seq {
            0 => Err(OpenError::Empty(self.path.display().to_string())),
            last => Ok(last),
        }
    }

    /// Puts the journal that was found in a backup into this directory, which has none, and begins a new epoch there.
    pub fn restore(
        &self,
        backup: &Arc<dyn Disk>,
        found: &Found,
        epoch: u64,
        now: Timestamp,
        why: &str,
    ) -> Result<u64, RestoreError> {
        let path = self.path.join(JOURNAL);
        let disk: Arc<dyn Disk> = Arc::new(OsDisk::open(path)?);
        restore::restore(backup, &disk, found, epoch, now, why)
    }

    /// Opens the node's store. State that cannot be used is set aside and made anew from the journal, and the notes say so.
    pub fn open(&self, code: &str, setting: &Setting, options: &OpenOptions) -> Result<Opened, OpenError> {
        let mut notes = Vec::new();
        for _ in 0..2 {
            match self.try_open(code, setting, options, &mut notes) {
                Err(OpenError::State(MapError::Broken(why))) => {
                    let aside = set_aside(&self.state_path())
                        .map_err(|error| OpenError::Io { what: "cannot set the state aside".into(), error })?;
                    crash_point("state-set-aside");
                    let note = format!(
                        "the derived state was unusable ({why}); set aside as {} and made anew from the journal",
                        aside.display()
                    );
                    tracing::warn!("{note}");
                    notes.push(note);
                }
                other => return other.map(|core| Opened { core, notes }),
            }
        }
        Err(OpenError::State(MapError::Broken("it was made anew and is broken again; check the disk".into())))
    }

    fn state_path(&self) -> std::path::PathBuf {
        self.path.join("state")
    }

    fn try_open(
        &self,
        code: &str,
        setting: &Setting,
        options: &OpenOptions,
        notes: &mut Vec<String>,
    ) -> Result<Core, OpenError> {
        let map: Arc<dyn Map> = Arc::new(SledMap::open(self.state_path(), &options.sled)?);
        let layer = Layer::background(Arc::clone(&map), &options.layer)?;
        let reached = map.reached();
        let (mut core, report, replayed) = open_on(self.journal_disk()?, layer, reached, code, setting, options)?;
        core.lies_in(&self.path);
        for torn in &report.torn {
            let kept = torn.kept_as.as_deref().unwrap_or("nowhere: there was nothing to keep");
            notes.push(format!(
                "an interrupted append of {} bytes, never acknowledged, was cut from {} and kept as {kept}",
                torn.bytes, torn.segment
            ));
        }
        match (reached, replayed) {
            // A new node has its genesis to replay.
            (_, 0) | (0, 1) => {}
            (0, _) => {
                notes.push(format!("there was no derived state; made anew from {replayed} entries of the journal"));
            }
            _ => notes.push(format!(
                "the derived state had reached entry {reached}, as after a kill or a power cut; {replayed} more were replayed from the journal"
            )),
        }
        Ok(core)
    }
}

/// Opens a core on any disk and layer: checks whose it is and replays what the state has not reached. Returns how many entries were replayed.
pub fn open_on(
    disk: Arc<dyn Disk>,
    layer: Layer,
    reached: u64,
    code: &str,
    setting: &Setting,
    options: &OpenOptions,
) -> Result<(Core, OpenReport, u64), OpenError> {
    let defaults = Options::default();
    let journal_options =
        Options { segment_bytes: options.segment_bytes.unwrap_or(defaults.segment_bytes), witness: reached };
    let (journal, report) = Journal::open(disk, journal_options)?;
    if report.last_seq == 0 {
        return Err(OpenError::Empty("the journal".into()));
    }
    let state = tables::read(&layer)?;
    let from = state.as_ref().map_or(1, |_| reached + 1);
    let state = match state {
        Some(state) => state,
        None => genesis(&journal)?,
    };
    if state.code != code {
        return Err(OpenError::OtherUnit { found: state.code, expected: code.into() });
    }
    let entries = journal.read_from(from);
    let mut core = Core::new(journal, layer, state, setting.clone());
    let mut replayed = 0;
    for next in entries {
        let (seq, bytes) = next?;
        let entry = decode_entry(&bytes).map_err(|error| OpenError::Entry { seq, error })?;
        own_and_newer(&entry).map_err(|error| OpenError::Entry { seq, error })?;
        core.replay(&entry)?;
        replayed += 1;
        if core.layer.wants_freeze() {
            core.freeze_at(seq)?;
        }
    }
    reread(&mut core.state);
    core.layer.publish();
    crash_point("replayed");
    if replayed > 0 {
        core.freeze()?;
    }
    Ok((core, report, replayed))
}

/// What this node published itself it must be able to read: it could not close anything after it.
fn own_and_newer(entry: &Entry) -> Result<(), WireError> {
    let EntryKind::Published { documents } = &entry.kind else { return Ok(()) };
    let newer = documents.iter().find_map(|bytes| document::restore(bytes).ok()?.summary.err());
    match newer {
        Some(newer) => Err(WireError::new("published.documents", "NEWER_DOCUMENT", newer.to_string())),
        None => Ok(()),
    }
}

/// The state after the first entry.
fn genesis(journal: &Journal) -> Result<State, OpenError> {
    let (seq, bytes) = journal.read_from(1).next().ok_or_else(|| OpenError::Empty("the journal".into()))??;
    let entry = decode_entry(&bytes).map_err(|error| OpenError::Entry { seq, error })?;
    match entry.kind {
        EntryKind::Genesis { code, books_from, epoch, root } => {
            let mut state = State::new(&code, books_from, epoch, entry.recorded_at);
            state.trust.root = root;
            Ok(state)
        }
        _ => Err(OpenError::Empty("the journal".into())),
    }
}
