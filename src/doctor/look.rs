//! Looking: at a node's directory, which it may not even own, and at what a running node says.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::SystemTime};

use x509_parser::pem::Pem;

use super::facts::{Backup, Data, Disk, Journal, Key, Life, Node, Parent};
use crate::{
    document::{KeySealer, Sealer, fingerprint},
    domain::time::Timestamp,
    store::{
        backup_note::Note,
        space::{Space, journal_bytes},
    },
    wire::{pb::v1 as pb, scalar::instant_from_pb},
};

/// The key every node has.
const DOCUMENT_KEY: &str = "document.key";
/// The key of people's tokens.
const ACCESS_KEY: &str = "access.key";
/// Where a node keeps its certificate, below the data directory.
const CERTIFICATE: &str = "tls/node.pem";
/// Where there may be keys besides the one every node has.
const KEY_FOLDERS: [&str; 2] = ["tls", "authority"];

/// What lies in a data directory. Nothing is locked or changed, so the node may be running.
///
/// # Errors
/// Why it cannot be looked into, in words.
pub fn data(path: &Path) -> Result<Data, String> {
    fs::read_dir(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Data {
        path: path.display().to_string(),
        keys: keys(path),
        document_key: document_key(path),
        disk: Space::of(path).ok().map(|Space { free, total }| Disk { free, total }),
        journal: journal(path),
        certificate: certificate(&path.join(CERTIFICATE)),
        backup: Note::read(path).map(|note| Backup {
            to: note.to,
            through: note.through,
            taken_at: Some(note.taken_at),
            error: String::new(),
        }),
    })
}

fn keys(data: &Path) -> Vec<Key> {
    let mut names = vec![DOCUMENT_KEY.to_owned()];
    names.extend(Some(ACCESS_KEY.to_owned()).filter(|name| data.join(name).exists()));
    for folder in KEY_FOLDERS {
        let files = fs::read_dir(data.join(folder)).into_iter().flatten().flatten();
        let keys = files.filter_map(|file| file.file_name().into_string().ok()).filter(|name| name.ends_with(".key"));
        names.extend(keys.map(|name| format!("{folder}/{name}")));
    }
    names.sort();
    let key = |name: String| {
        let mode = fs::metadata(data.join(&name)).map(|m| m.permissions().mode() & 0o7777).map_err(|e| e.to_string());
        Key { name, mode }
    };
    names.into_iter().map(key).collect()
}

/// The public half of the key: what an administrator at the top compares before he lets this machine in.
fn document_key(data: &Path) -> Option<String> {
    let sealer = KeySealer::from_pem(&fs::read_to_string(data.join(DOCUMENT_KEY)).ok()?).ok()?;
    Some(fingerprint(&sealer.public_key()))
}

fn journal(data: &Path) -> Option<Journal> {
    let bytes = journal_bytes(data).ok()?;
    let mut journal = Journal { bytes, since: None, written_at: None };
    for file in
        fs::read_dir(data.join("journal")).ok()?.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "log"))
    {
        let Ok(file) = file.metadata() else { continue };
        let (made, written) = (file.created().ok().and_then(instant), file.modified().ok().and_then(instant));
        journal.since = [journal.since, made].into_iter().flatten().min();
        journal.written_at = journal.written_at.max(written);
    }
    Some(journal)
}

fn instant(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Timestamp(i64::try_from(since.as_millis()).ok()?))
}

/// How long the first certificate of a file is valid; `None` if there is no such file.
fn certificate(file: &Path) -> Option<Result<Life, String>> {
    let name = file.display();
    match fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(format!("{name}: {error}"))),
        Ok(bytes) => Some(life(&bytes).ok_or_else(|| format!("{name} holds no certificate"))),
    }
}

fn life(pem: &[u8]) -> Option<Life> {
    let pem = Pem::iter_from_buffer(pem).flatten().next()?;
    let validity = &pem.parse_x509().ok()?.validity;
    let instant = |at: i64| Timestamp(at.saturating_mul(1000));
    Some(Life { from: instant(validity.not_before.timestamp()), until: instant(validity.not_after.timestamp()) })
}

/// What a running node says, as facts.
pub fn node(url: &str, status: pb::GetStatusResponse) -> Node {
    let problems = status.books.into_iter().filter(|b| b.held + b.conflicts > 0);
    let disk = status.disk_free_bytes.zip(status.disk_total_bytes).map(|(free, total)| Disk { free, total });
    Node {
        url: url.to_owned(),
        unit: [status.unit, status.name].join(" ").trim_end().to_owned(),
        software: status.software,
        now: at(status.now),
        last_entry_at: at(status.last_entry_at),
        sequence: status.sequence,
        state_sequence: status.state_sequence,
        registry_version: status.registry_version,
        disk,
        journal_bytes: status.journal_bytes,
        writing_stopped: status.writing_stopped,
        closing_stopped: status.closing_stopped,
        recovered: status.recovered,
        problems: problems.map(|b| (b.unit, b.held, b.conflicts)).collect(),
        certificate: at(status.certificate_from)
            .zip(at(status.certificate_until))
            .map(|(from, until)| Life { from, until }),
        renewal_error: status.renewal_error,
        backup: status.backup.map(|b| Backup {
            to: b.to,
            through: b.through,
            taken_at: at(b.taken_at),
            error: b.error,
        }),
        parent: status.parent.map(parent),
    }
}

fn parent(link: pb::ParentLink) -> Parent {
    let refusal = |r: pb::Refusal| {
        let document = format!("{} {} revision {}", r.unit, r.atom_start, r.revision);
        (document, format!("{} [{}]", r.message, r.reason), at(r.since))
    };
    Parent {
        url: link.url,
        agreed_at: at(link.agreed_at),
        last_error: link.last_error,
        unsent: link.unsent,
        unsent_since: at(link.unsent_since),
        registry_version: link.registry_version,
        clock_difference: link.clock_difference_millis,
        refusals: link.refusals.into_iter().map(refusal).collect(),
    }
}

fn at(time: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    instant_from_pb(time?, "time").ok()
}
