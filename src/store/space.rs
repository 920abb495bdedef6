//! How much room a node takes on its disk, and how much is left.

use std::{io, path::Path};

/// What the disk says. It is asked anew each time and never remembered.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes this user may still write.
    pub free: u64,
    /// Bytes the disk has in all.
    pub total: u64,
}

impl Space {
    /// The disk a folder lies on.
    pub fn of(folder: &Path) -> io::Result<Space> {
        let disk = rustix::fs::statvfs(folder)?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Ok(Space { free: bytes(disk.f_bavail), total: bytes(disk.f_blocks) })
    }
}

/// The folder of the journal in a data directory.
pub(crate) const JOURNAL: &str = "journal";

/// Bytes of all files in the journal of a data directory, what was set aside included.
pub fn journal_bytes(data: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(data.join(JOURNAL))? {
        let file = file?.metadata()?;
        if file.is_file() {
            bytes += file.len();
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_on_a_disk_and_its_journal_is_added_up() {
        let folder = tempfile::tempdir().unwrap();
        let space = Space::of(folder.path()).unwrap();
        assert!(space.free <= space.total && space.total > 0, "{space:?}");
        assert!(journal_bytes(folder.path()).is_err(), "no journal is not an empty one");
        std::fs::create_dir_all(folder.path().join("journal/folders-do-not-count")).unwrap();
        for (name, length) in [("1.log", 100), ("2.log", 23)] {
            std::fs::write(folder.path().join("journal").join(name), vec![0; length]).unwrap();
        }
        assert_eq!(journal_bytes(folder.path()).unwrap(), 123);
        assert!(Space::of(&folder.path().join("nowhere")).is_err());
    }
}
