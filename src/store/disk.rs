//! Files and fsync, as the journal needs them.
//!
//! The seam exists so that power cuts, full disks and failing fsyncs can be played in a test
//! ([`super::faulty_disk::FaultyDisk`]); in production it is [`OsDisk`] and nothing more.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::lock::FolderLock;

/// One flat folder of files. What was appended is durable after [`Disk::sync_data`] returned, and
/// a name after [`Disk::sync_dir`]; nothing is durable before.
///
/// Each file has one writer at a time; readers may be in other threads.
pub trait Disk: Send + Sync + Debug {
    /// The names of all files, in no particular order.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Makes an empty file; fails with `AlreadyExists` if there is one of this name.
    fn create(&self, name: &str) -> io::Result<()>;
    /// Writes at the end of an existing file. After an error any prefix may have been written.
    fn append(&self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Writes over what is there, from `offset` on.
    fn overwrite(&self, name: &str, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// The whole file.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;
    /// `len` bytes from `offset` on, fewer only where the file ends.
    fn read_at(&self, name: &str, offset: u64, len: usize) -> io::Result<Vec<u8>>;
    /// Makes the file's bytes and length durable. After an error they must not be trusted, even if
    /// a later call succeeds: the kernel may have dropped the pages it could not write.
    fn sync_data(&self, name: &str) -> io::Result<()>;
    /// Makes names (created, renamed, removed) durable.
    fn sync_dir(&self) -> io::Result<()>;
    /// Cuts the file to `len` bytes.
    fn truncate(&self, name: &str, len: u64) -> io::Result<()>;
    /// Renames a file, replacing what had the new name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Whether there is a file of this name.
    fn exists(&self, name: &str) -> io::Result<bool>;
    /// The file's length in bytes.
    fn len(&self, name: &str) -> io::Result<u64>;
}

/// True for the errors that mean "no room", after which the disk itself is still trusted.
#[must_use]
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Name of the file whose lock keeps a second process out.
const LOCK: &str = "lock";

/// A folder of the real file system, held by this process alone until dropped.
#[derive(Debug)]
pub struct OsDisk {
    root: PathBuf,
    /// The file written last, kept open: an error of writeback is reported to the handle that
    /// wrote, so append and sync should share one.
    writing: Mutex<Option<(String, Arc<File>)>>,
    /// Never read: the lock lives as long as the handle.
    _lock: FolderLock,
}

impl OsDisk {
    /// Takes the folder, creating it if need be. Fails with `WouldBlock` if another process has it.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        if !root.is_dir() {
            std::fs::create_dir_all(&root)?;
            if let Some(parent) = root.parent().filter(|p| !p.as_os_str().is_empty()) {
                sync_folder(parent)?;
            }
        }
        let lock = FolderLock::take(&root.join(LOCK)).map_err(io::Error::from)?;
        Ok(Self { root, writing: Mutex::new(None), _lock: lock })
    }

    /// A plain file name below the root; anything that could lead elsewhere is refused.
    fn path(&self, name: &str) -> io::Result<PathBuf> {
        let mut parts = Path::new(name).components();
        match (parts.next(), parts.next()) {
            (Some(Component::Normal(_)), None) => Ok(self.root.join(name)),
            _ => Err(io::Error::new(ErrorKind::InvalidInput, format!("{name:?} is not a plain file name"))),
        }
    }

    fn handles(&self) -> MutexGuard<'_, Option<(String, Arc<File>)>> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self, name: &str) -> io::Result<Arc<File>> {
        let mut slot = self.handles();
        if let Some((held, file)) = slot.as_ref()
            && held == name
        {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(OpenOptions::new().write(true).open(self.path(name)?)?);
        *slot = Some((name.to_owned(), Arc::clone(&file)));
        Ok(file)
    }

    /// Forgets the open handle of a file whose name changes its meaning.
    fn forget(&self, name: &str) {
        let mut slot = self.handles();
        if slot.as_ref().is_some_and(|(held, _)| held == name) {
            *slot = None;
        }
    }

    fn write_from(&self, name: &str, from: SeekFrom, bytes: &[u8]) -> io::Result<()> {
        let file = self.writer(name)?;
        let mut file = &*file;
        file.seek(from)?;
        file.write_all(bytes)
    }
}

impl Disk for OsDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.root)? {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
                && name != LOCK
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn create(&self, name: &str) -> io::Result<()> {
        // what lies here is about people, or a secret: nobody else on the machine reads it
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path(name)?).map(drop)
    }

    fn append(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.write_from(name, SeekFrom::End(0), bytes)
    }

    fn overwrite(&self, name: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_from(name, SeekFrom::Start(offset), bytes)
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(name)?)
    }

    fn read_at(&self, name: &str, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.path(name)?)?;
        let left = file.metadata()?.len().saturating_sub(offset);
        let len = u64::try_from(len).unwrap_or(u64::MAX).min(left);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
        file.take(len).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn sync_data(&self, name: &str) -> io::Result<()> {
        self.writer(name)?.sync_data()
    }

    fn sync_dir(&self) -> io::Result<()> {
        sync_folder(&self.root)
    }

    fn truncate(&self, name: &str, len: u64) -> io::Result<()> {
        self.writer(name)?.set_len(len)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.forget(from);
        self.forget(to);
        std::fs::rename(self.path(from)?, self.path(to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.forget(name);
        std::fs::remove_file(self.path(name)?)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.path(name)?.try_exists()
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        Ok(std::fs::metadata(self.path(name)?)?.len())
    }
}

/// Makes the names in a folder durable. Windows has no such call and needs none: NTFS journals
/// names itself.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_folder_behaves_as_promised() {
        let dir = tempfile::tempdir().unwrap();
        let disk = OsDisk::open(dir.path().join("j")).unwrap();
        disk.create("a").unwrap();
        assert_eq!(disk.create("a").unwrap_err().kind(), ErrorKind::AlreadyExists);
        disk.append("a", b"hello").unwrap();
        disk.append("a", b" world").unwrap();
        disk.overwrite("a", 0, b"H").unwrap();
        disk.append("a", b"!").unwrap();
        disk.sync_data("a").unwrap();
        disk.sync_dir().unwrap();
        assert_eq!(disk.read("a").unwrap(), b"Hello world!");
        assert_eq!(disk.read_at("a", 6, 100).unwrap(), b"world!");
        assert_eq!(disk.read_at("a", 600, 100).unwrap(), b"");
        disk.truncate("a", 5).unwrap();
        disk.append("a", b"x").unwrap();
        assert_eq!(disk.len("a").unwrap(), 6);
        disk.rename("a", "b").unwrap();
        assert!(!disk.exists("a").unwrap());
        assert_eq!(disk.list().unwrap(), ["b"]);
        disk.remove("b").unwrap();
        assert!(disk.list().unwrap().is_empty());
        for bad in ["../x", "/etc/x", "a/b", "", ".."] {
            assert_eq!(disk.len(bad).unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn a_second_owner_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let first = OsDisk::open(dir.path()).unwrap();
        assert_eq!(OsDisk::open(dir.path()).unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(first);
        OsDisk::open(dir.path()).unwrap();
    }
}
