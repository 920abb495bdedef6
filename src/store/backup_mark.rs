//! The mark of a backup: how far it reaches. It is moved last and in one step, so that whatever interrupts a backup, the one before is whole.

use serde::{Deserialize, Serialize};

use super::{disk::Disk, segment::Hash};
use crate::domain::time::Timestamp;

/// The file's name.
pub(crate) const MARK: &str = "backup.toml";
const NEXT: &str = "backup.toml.next";
/// The newest format this program reads, and the one it writes.
const FORMAT: u32 = 1;
const HEAD: &str = "# A backup of a motcua node, made by `motcua backup`. Do not edit; `motcua restore` reads it.\n";
const CHECK: &str = "check = \"";

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Code of the unit.
    pub unit: String,
    /// The node's epoch at its end.
    pub epoch: u64,
    /// The last entry in it; 0 while it is empty.
    pub through: u64,
    /// When that entry was recorded.
    pub recorded_at: Timestamp,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// The segment with the last entry.
    pub segment: String,
    /// How many bytes of that segment belong to it.
    pub length: u64,
    /// The chain hash of the last entry, which stands for all before it.
    pub head: Hash,
    /// The file with the node's configuration and keys.
    pub files: String,
    /// The keys are in it.
    pub keys: bool,
}

/// As written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: u32,
    unit: String,
    epoch: u64,
    through: u64,
    recorded_at: String,
    recorded_at_millis: i64,
    taken_at: String,
    taken_at_millis: i64,
    segment: String,
    length: u64,
    head: String,
    files: String,
    keys: bool,
}

/// Why a mark cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// It is damaged.
    #[error("its mark {MARK} is damaged: take another backup")]
    Damaged,
    /// A newer program made it.
    #[error("it has format {0}, this program reads up to {FORMAT}: use the newer program")]
    Newer(u32),
    /// The disk.
    #[error("its mark {MARK} cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
}

impl Mark {
    /// Of a backup that has just been begun.
    pub(crate) fn empty() -> Mark {
        Mark {
            unit: String::new(),
            epoch: 0,
            through: 0,
            recorded_at: Timestamp(0),
            taken_at: Timestamp(0),
            segment: String::new(),
            length: 0,
            head: [0; 32],
            files: String::new(),
            keys: false,
        }
    }

    /// The mark of the backup in this folder; `None` if there is none.
    pub fn read(disk: &dyn Disk) -> Result<Option<Mark>, MarkError> {
        if !disk.exists(MARK)? {
            return Ok(None);
        }
        let bytes = disk.read(MARK)?;
        let text = str::from_utf8(&bytes).map_err(|_| MarkError::Damaged)?;
        decode(text).map(Some)
    }

    /// Puts it in the place of the one before, durable. Everything it speaks of must be durable already.
    pub fn write(&self, disk: &dyn Disk) -> Result<(), MarkError> {
        if disk.exists(NEXT)? {
            disk.remove(NEXT)?;
        }
        disk.create(NEXT)?;
        disk.append(NEXT, encode(self).as_bytes())?;
        disk.sync_data(NEXT)?;
        disk.rename(NEXT, MARK)?;
        Ok(disk.sync_dir()?)
    }
}

/// Whether a file of that name may be what an interrupted mark left.
pub(crate) fn is_leftover(name: &str) -> bool {
    name == NEXT
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encode(mark: &Mark) -> String {
    let text = Text {
        format: FORMAT,
        unit: mark.unit.clone(),
        epoch: mark.epoch,
        through: mark.through,
        recorded_at: mark.recorded_at.to_string(),
        recorded_at_millis: mark.recorded_at.0,
        taken_at: mark.taken_at.to_string(),
        taken_at_millis: mark.taken_at.0,
        segment: mark.segment.clone(),
        length: mark.length,
        head: hex(&mark.head),
        files: mark.files.clone(),
        keys: mark.keys,
    };
    // Plain values below one level are always a TOML document.
    let body = format!("{HEAD}{}", toml::to_string(&text).unwrap_or_default());
    let check = blake3::hash(body.as_bytes()).to_hex();
    format!("{body}{CHECK}{check}\"\n")
}

fn decode(text: &str) -> Result<Mark, MarkError> {
    let at = text.rfind(CHECK).ok_or(MarkError::Damaged)?;
    let (body, check) = text.split_at_checked(at).ok_or(MarkError::Damaged)?;
    if check != format!("{CHECK}{}\"\n", blake3::hash(body.as_bytes()).to_hex()) {
        return Err(MarkError::Damaged);
    }
    // Before the rest: a newer format may have other fields.
    let format = toml::from_str::<toml::Table>(body).ok().and_then(|table| table.get("format")?.as_integer());
    match format.and_then(|format| u32::try_from(format).ok()) {
        Some(FORMAT) => {}
        Some(newer) if newer > FORMAT => return Err(MarkError::Newer(newer)),
        _ => return Err(MarkError::Damaged),
    }
    let text: Text = toml::from_str(body).map_err(|_| MarkError::Damaged)?;
    let head = blake3::Hash::from_hex(&text.head).map_err(|_| MarkError::Damaged)?;
    Ok(Mark {
        unit: text.unit,
        epoch: text.epoch,
        through: text.through,
        recorded_at: Timestamp(text.recorded_at_millis),
        taken_at: Timestamp(text.taken_at_millis),
        segment: text.segment,
        length: text.length,
        head: *head.as_bytes(),
        files: text.files,
        keys: text.keys,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::faulty_disk::FaultyDisk;

    fn mark() -> Mark {
        Mark {
            unit: "07099".into(),
            epoch: 1_795_000_000_000,
            through: 77,
            recorded_at: Timestamp(1_520_000_000_000),
            taken_at: Timestamp(1_520_000_000_001),
            segment: "journal-00000000000000000001.log".into(),
            length: 4096,
            head: [0xA7; 32],
            files: "files-1.toml".into(),
            keys: true,
        }
    }

    #[test]
    fn a_mark_is_read_back_and_any_changed_byte_is_seen() {
        let disk = FaultyDisk::new();
        assert_eq!(Mark::read(&disk).unwrap(), None);
        mark().write(&disk).unwrap();
        assert_eq!(Mark::read(&disk).unwrap(), Some(mark()));
        let whole = disk.read(MARK).unwrap();
        for at in 0..whole.len() {
            for bytes in [whole[..at].to_vec(), {
                let mut flipped = whole.clone();
                flipped[at] ^= 1;
                flipped
            }] {
                disk.plant(MARK, bytes);
                assert!(Mark::read(&disk).is_err(), "byte {at}");
            }
        }
    }

    #[test]
    fn a_newer_format_is_named() {
        let disk = FaultyDisk::new();
        let body = format!("{HEAD}format = 2\nmoon = \"full\"\n");
        let check = blake3::hash(body.as_bytes()).to_hex();
        disk.plant(MARK, format!("{body}{CHECK}{check}\"\n").into_bytes());
        assert!(matches!(Mark::read(&disk), Err(MarkError::Newer(2))));
    }
}
