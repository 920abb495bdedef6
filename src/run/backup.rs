//! Backups: what belongs to one, taking one beside a running node or of a stopped one, and the task with which a node backs itself up. A folder
//! that is full or gone stops nobody; it is said in the status, by the doctor and in the metrics.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{RunError, io_error};
use crate::{
    config::{self, Config},
    domain::time::Timestamp,
    node::{Node, backups::Taken},
    store::{
        backup::{Durable, Files, Order, back_up},
        backup_mark::Mark,
        backup_note::Note,
        disk::{Disk, OsDisk},
        open::DataDir,
        read_disk::ReadDisk,
    },
};

/// How often a node that does not back itself up looks whether somebody else has.
const LOOK: Duration = Duration::from_secs(60);
/// How often the files are read, until two readings are the same.
const READINGS: usize = 20;
/// The folders of keys and certificates below the data.
const FOLDERS: [&str; 2] = ["tls", "authority"];
/// The files beside them.
const LOOSE: [&str; 3] = ["document.key", "document.key.next", "access.key"];

/// A file as it is backed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// `motcua.toml`, or a path below `data/`.
    pub name: String,
    /// All such files are text.
    pub text: String,
}

#[derive(Serialize, Deserialize)]
struct KeptFiles {
    file: Vec<Kept>,
}

/// Where to, and what.
#[derive(Clone, Debug)]
pub struct BackupTo<'a> {
    /// The folder.
    pub to: &'a Path,
    /// The node's keys too.
    pub keys: bool,
    /// Make the folder if it is not there; the one it lies in must be.
    pub make: bool,
}

/// Backs up a node that does not run, or that runs and has said how far its journal is durable.
///
/// # Errors
/// [`RunError::Backup`] and others; the backup before stands.
pub fn backup(config: &Config, to: &BackupTo<'_>, running: Option<Durable>, now: Timestamp) -> Result<Mark, RunError> {
    let mut held = None;
    let durable = match running {
        Some(durable) => durable,
        None => {
            let data = DataDir::lock(&config.data)?;
            let end = data.durable_end()?;
            held = Some(data);
            Durable::Through(end)
        }
    };
    let mark = take(config, to, None, durable, now, &|| true);
    drop(held);
    mark
}

fn take(
    config: &Config,
    backup: &BackupTo<'_>,
    known: Option<&Mark>,
    durable: Durable,
    now: Timestamp,
    go_on: &dyn Fn() -> bool,
) -> Result<Mark, RunError> {
    let wrong = |error: String| RunError::Backup { to: backup.to.display().to_string(), error };
    if !backup.to.is_dir() {
        if !backup.make {
            let message = "the folder is not there: mount its disk, or make it (`motcua backup DIR --to FOLDER` does)";
            return Err(wrong(message.to_owned()));
        }
        fs::DirBuilder::new()
            .mode(0o700)
            .create(backup.to)
            .map_err(|error| wrong(format!("cannot make it: {error}")))?;
    }
    let from: Arc<dyn Disk> = Arc::new(ReadDisk::new(config.data.join("journal")));
    let to: Arc<dyn Disk> = Arc::new(OsDisk::open(backup.to).map_err(|error| {
        wrong(match error.kind() {
            io::ErrorKind::WouldBlock => "another backup is writing there: let it end".to_owned(),
            _ => error.to_string(),
        })
    })?);
    let files = files(config, backup.keys)?;
    let order = Order { durable, files: &files, now, go_on };
    let mark = back_up(&from, &to, known, &order).map_err(|error| wrong(error.to_string()))?;
    if known != Some(&mark) {
        let note = Note { to: backup.to.display().to_string(), through: mark.through, taken_at: now };
        note.write(&config.data).map_err(io_error("cannot note the backup down beside the journal"))?;
    }
    Ok(mark)
}

/// The configuration and, where asked for, the keys. A renewal replaces several of them, so they are read until nothing changes meanwhile.
fn files(config: &Config, keys: bool) -> Result<Files, RunError> {
    let mut before = read_files(config, keys)?;
    for _ in 0..READINGS {
        let now = read_files(config, keys)?;
        if now == before {
            let bytes = toml::to_string(&KeptFiles { file: now }).map_err(|e| RunError::Invalid(e.to_string()))?;
            return Ok(Files { bytes: bytes.into_bytes(), keys });
        }
        before = now;
    }
    Err(RunError::Invalid("the keys are being replaced right now: try again".to_owned()))
}

fn read_files(config: &Config, keys: bool) -> Result<Vec<Kept>, RunError> {
    let mut all: Vec<(String, PathBuf)> = vec![(config::FILE.to_owned(), config.file.clone())];
    if keys {
        all.extend(LOOSE.iter().map(|name| (format!("data/{name}"), config.data.join(name))));
        for folder in FOLDERS {
            let there = fs::read_dir(config.data.join(folder)).into_iter().flatten().flatten();
            let mut names: Vec<String> = there.filter_map(|file| file.file_name().into_string().ok()).collect();
            names.retain(|name| !name.ends_with(".tmp"));
            names.sort();
            let below = names.iter().map(|n| (format!("data/{folder}/{n}"), config.data.join(folder).join(n)));
            all.extend(below);
        }
    }
    let mut kept = Vec::new();
    for (name, file) in all {
        match fs::read_to_string(&file) {
            Ok(text) => kept.push(Kept { name, text }),
            // Not every node has every file, and one may have been renamed since the folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound && name != config::FILE => {}
            Err(error) => return Err(io_error(format!("cannot read {}", file.display()))(error)),
        }
    }
    Ok(kept)
}

/// The files of a backup, from the bytes they were written as.
pub(super) fn kept(bytes: &[u8]) -> Result<Vec<Kept>, RunError> {
    let text = str::from_utf8(bytes).map_err(|e| RunError::Invalid(e.to_string()))?;
    let files: KeptFiles = toml::from_str(text).map_err(|e| RunError::Invalid(e.to_string()))?;
    Ok(files.file)
}

/// What is known of backups before the node serves.
pub(super) fn tell(node: &Node, config: &Config) {
    let last = noted(config);
    node.backups.set(|reach| {
        reach.to = config.backup.as_ref().map(|backup| backup.to.display().to_string());
        reach.last = last;
    });
}

fn noted(config: &Config) -> Option<Taken> {
    Note::read(&config.data).map(|note| Taken { to: note.to, through: note.through, at: note.taken_at })
}

/// Backs the node up again and again until it stops; or, where it is not told to, looks whether somebody else has.
pub(super) async fn keep(node: Arc<Node>, config: Config, stop: CancellationToken) {
    let every = config.backup.as_ref().map_or(LOOK, |backup| Duration::from_secs(backup.every_seconds));
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let config = Arc::new(config);
    let mut known: Option<Mark> = None;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let (keeper, config, stop, before) = (Arc::clone(&node), Arc::clone(&config), stop.clone(), known.clone());
        let round = move || once(&keeper, &config, before, &stop);
        // A panic in there was told in the log; the next round begins anew.
        known = tokio::task::spawn_blocking(round).await.unwrap_or(None);
    }
}

fn once(node: &Node, config: &Config, known: Option<Mark>, stop: &CancellationToken) -> Option<Mark> {
    let Some(backup) = &config.backup else {
        let last = noted(config);
        if node.backups.set(|reach| reach.last = last) {
            node.touch();
        }
        return None;
    };
    let to = BackupTo { to: &backup.to, keys: backup.keys, make: false };
    let durable = Durable::Through(node.snapshot().sequence);
    let taken = take(config, &to, known.as_ref(), durable, node.now(), &|| !stop.is_cancelled());
    let changed = match &taken {
        Ok(mark) => {
            let last = Taken { to: backup.to.display().to_string(), through: mark.through, at: node.now() };
            let moved = node.backups.reach().last.is_none_or(|before| before.through != mark.through);
            node.backups.set(|reach| {
                reach.last = Some(last);
                reach.error.clear();
            }) && (moved || known.is_none())
        }
        Err(error) => node.backups.set(|reach| {
            let error = error.to_string();
            if reach.error != error {
                tracing::warn!("no backup: {error}");
            }
            reach.error = error;
        }),
    };
    if changed {
        node.touch();
    }
    taken.ok()
}
