//! A folder that is only read, while its owner may be writing in it. Takes no lock and makes nothing.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};

use super::disk::Disk;

/// See the module.
#[derive(Debug)]
pub struct ReadDisk {
    root: PathBuf,
}

impl ReadDisk {
    /// Looks into a folder.
    pub fn new(root: impl Into<PathBuf>) -> ReadDisk {
        ReadDisk { root: root.into() }
    }
}

fn never() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "this folder is only read")
}

impl Disk for ReadDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let names = std::fs::read_dir(&self.root)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
        names.filter_map(Result::transpose).collect()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(name))
    }

    fn read_at(&self, name: &str, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.root.join(name))?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(len as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.root.join(name).try_exists()
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        Ok(std::fs::metadata(self.root.join(name))?.len())
    }

    fn create(&self, _: &str) -> io::Result<()> {
        Err(never())
    }

    fn append(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(never())
    }

    fn overwrite(&self, _: &str, _: u64, _: &[u8]) -> io::Result<()> {
        Err(never())
    }

    fn sync_data(&self, _: &str) -> io::Result<()> {
        Err(never())
    }

    fn sync_dir(&self) -> io::Result<()> {
        Err(never())
    }

    fn truncate(&self, _: &str, _: u64) -> io::Result<()> {
        Err(never())
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(never())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(never())
    }
}
