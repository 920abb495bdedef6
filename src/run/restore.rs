//! A node from a backup. The configuration takes its name last, so a folder in which this was cut off is no node; the same command does it anew.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{RunError, backup::kept, io_error, key_file, secret, setting, settle};
use crate::{
    config::{Config, FILE, UNFINISHED},
    domain::time::Timestamp,
    store::{
        disk::{Disk, sync_folder},
        open::{DataDir, OpenError},
        read_disk::ReadDisk,
        restore::{self, End, Found, RestoreError},
    },
    trust::files::write_secret,
};

/// Two restores at the same reading of the clock, or with a clock that is wrong, differ by a number below this.
const SPREAD: u64 = 1 << 20;

/// What was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Its configuration.
    pub file: PathBuf,
    /// The configuration as it is read now.
    pub config: Config,
    /// What the backup gave back.
    pub found: Found,
    /// The epoch that begins now.
    pub epoch: u64,
    /// Its last entry, which says so.
    pub sequence: u64,
}

/// Reads a backup through and says what it would give back. Writes nothing.
pub fn check(backup: &Path, end: End) -> Result<Found, RunError> {
    let disk = open(backup);
    let found = wrong(backup, restore::look(&disk, end))?;
    kept(&wrong(backup, restore::files(disk.as_ref(), &found.mark))?)?;
    Ok(found)
}

/// Makes a node of a backup in an empty folder.
pub fn restore(backup: &Path, dir: &Path, end: End, now: Timestamp) -> Result<Restored, RunError> {
    let disk = open(backup);
    let found = wrong(backup, restore::look(&disk, end))?;
    let files = kept(&wrong(backup, restore::files(disk.as_ref(), &found.mark))?)?;
    let text = files.iter().find(|file| file.name == FILE).map(|file| file.text.as_str()).unwrap_or_default();
    let config = parsed(text, dir)?;
    clear(dir, &config)?;
    begin(dir, text)?;
    let data = DataDir::lock(&config.data)?;
    let epoch = next_epoch(found.epoch, now)?;
    let why = format!("backup of {}", found.mark.taken_at);
    let sequence = wrong(backup, data.restore(&disk, &found, epoch, now, &why))?;
    for file in &files {
        if let Some(name) = file.name.strip_prefix("data/") {
            put(&config.data, name, &file.text)?;
        }
    }
    if key_file(&config.data).exists() {
        settle(&data, &config, &setting(&config)?)?;
    }
    let file = dir.join(FILE);
    fs::rename(dir.join(UNFINISHED), &file)
        .and_then(|()| sync_folder(dir))
        .map_err(io_error(format!("cannot put {} in place", file.display())))?;
    let config = Config { file: file.clone(), ..config };
    Ok(Restored { file, config, found, epoch, sequence })
}

fn open(backup: &Path) -> Arc<dyn Disk> {
    Arc::new(ReadDisk::new(backup))
}

fn wrong<T>(backup: &Path, result: Result<T, RestoreError>) -> Result<T, RunError> {
    result.map_err(|error| RunError::Restore { from: backup.display().to_string(), error })
}

fn parsed(text: &str, dir: &Path) -> Result<Config, RunError> {
    Config::parse(text, dir).map_err(|mistakes| {
        RunError::Invalid(format!("the configuration in the backup has mistakes:\n{}", mistakes.join("\n")))
    })
}

/// Higher than every epoch of the backup, and never given twice: two restores of one backup have different times, or different luck.
fn next_epoch(before: u64, now: Timestamp) -> Result<u64, RunError> {
    let luck = u64::from_le_bytes(secret()?) % SPREAD;
    Ok(before.max(u64::try_from(now.0).unwrap_or(0)) + 1 + luck)
}

/// Sees that nothing is lost: the folders are empty, or hold what a restore left that was cut off, which goes.
fn clear(dir: &Path, config: &Config) -> Result<(), RunError> {
    let unfinished = dir.join(UNFINISHED);
    if let Ok(text) = fs::read_to_string(&unfinished) {
        // Cut off before the configuration was whole: then there is nothing else yet.
        if let Ok(before) = Config::parse(&text, dir)
            && before.data.exists()
        {
            fs::remove_dir_all(&before.data)
                .map_err(io_error(format!("cannot remove {}, which a restore left", before.data.display())))?;
        }
        fs::remove_file(&unfinished).map_err(io_error(format!("cannot remove {}", unfinished.display())))?;
    }
    for folder in [dir, &config.data] {
        match fs::read_dir(folder).map(|mut files| files.next().is_some()) {
            Ok(false) => {}
            Ok(true) => return Err(OpenError::NotEmpty(folder.display().to_string()).into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error(format!("cannot look into {}", folder.display()))(error)),
        }
    }
    Ok(())
}

/// From here on the folder is known for what it is.
fn begin(dir: &Path, text: &str) -> Result<(), RunError> {
    folder(dir)?;
    Ok(write_secret(&dir.join(UNFINISHED), text)?)
}

fn folder(path: &Path) -> Result<(), RunError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(io_error(format!("cannot make {}", path.display())))
}

/// A plain name, or one below a folder; nothing that leads elsewhere.
fn put(data: &Path, name: &str, text: &str) -> Result<(), RunError> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    if !name.split('/').all(plain) {
        return Err(RunError::Invalid(format!("the backup names a file {name:?}, which is none of a node's")));
    }
    let file = data.join(name);
    if let Some(parent) = file.parent() {
        folder(parent)?;
    }
    Ok(write_secret(&file, text)?)
}
