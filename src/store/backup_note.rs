//! What a node's directory says of its last backup, for those who ask how far it reaches. Nothing rests on it: without it nobody knows, and desks
//! keep what they have.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::disk::sync_folder;
use crate::domain::time::Timestamp;

/// Below the data directory.
const NAME: &str = "backup.last";
const NEXT: &str = "backup.last.next";

/// The last backup that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The folder.
    pub to: String,
    /// The last entry in it.
    pub through: u64,
    /// When it ended.
    pub taken_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Text {
    to: String,
    through: u64,
    taken_at: i64,
}

impl Note {
    /// What is noted in a data directory; `None` if nothing is, or it cannot be read.
    pub fn read(data: &Path) -> Option<Note> {
        let Text { to, through, taken_at } = toml::from_str(&fs::read_to_string(data.join(NAME)).ok()?).ok()?;
        Some(Note { to, through, taken_at: Timestamp(taken_at) })
    }

    /// Takes the place of what was noted before, in one step.
    pub fn write(&self, data: &Path) -> io::Result<()> {
        let text = Text { to: self.to.clone(), through: self.through, taken_at: self.taken_at.0 };
        let text = toml::to_string(&text).map_err(io::Error::other)?;
        let next = data.join(NEXT);
        let mut file: File = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(next, data.join(NAME))?;
        sync_folder(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_back_and_a_broken_one_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Note::read(folder.path()), None);
        let note = Note { to: "/mnt/\"usb\"".into(), through: 9, taken_at: Timestamp(77) };
        note.write(folder.path()).unwrap();
        assert_eq!(Note::read(folder.path()), Some(note));
        fs::write(folder.path().join(NAME), "to = ").unwrap();
        assert_eq!(Note::read(folder.path()), None);
    }
}
