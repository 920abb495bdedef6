//! The journal: whatever lies on the disk, opening it gives what was recorded or says why not; it never panics and alters nothing it refuses.

use std::{collections::BTreeMap, sync::Arc};

use motcua::{
    store::{
        disk::Disk,
        faulty_disk::{FaultyDisk, Keep},
        journal::{AppendError, Journal, JournalError, OpenReport, Options},
        open::OpenError,
    },
    wire::store::{decode_by, decode_entry, encode_entry},
};

use super::{
    bytes::Bytes,
    world::{self, PROVINCE},
};

/// The first byte says what the rest is: files, a story of appends and accidents, or entries.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    match bytes.byte() % 3 {
        0 => files(&mut bytes),
        1 => accidents(&mut bytes),
        _ => entries(&mut bytes),
    }
}

fn options(segment_bytes: u64) -> Options {
    Options { segment_bytes, witness: 0 }
}

fn opened(disk: &FaultyDisk, segment_bytes: u64) -> Result<(Journal, OpenReport), JournalError> {
    Journal::open(Arc::new(disk.clone()), options(segment_bytes))
}

fn read(journal: &Journal) -> Result<Vec<Vec<u8>>, JournalError> {
    journal.read_from(1).map(|entry| entry.map(|(_, bytes)| bytes.to_vec())).collect()
}

/// Every file with its bytes.
fn image(disk: &FaultyDisk) -> BTreeMap<String, Vec<u8>> {
    let names = disk.list().unwrap_or_default();
    names.into_iter().map(|name| (name.clone(), disk.read(&name).unwrap_or_default())).collect()
}

/// Any bytes as segments: each with the number of its first entry (the first one has 1) and its length before it.
fn files(bytes: &mut Bytes<'_>) {
    let disk = FaultyDisk::new();
    let mut first = 1;
    while !bytes.is_empty() && first < 1 << 20 {
        let len = bytes.below(1 << 16);
        disk.plant(&format!("journal-{first:020}.log"), bytes.take(len).to_vec());
        first += 1 + bytes.below(64);
    }
    found(&disk);
}

/// What must hold of any disk. Gives the entries if the journal opens and reads.
fn found(disk: &FaultyDisk) -> Option<Vec<Vec<u8>>> {
    let before = image(disk);
    let journal = match opened(disk, 4096) {
        Ok((journal, _)) => journal,
        Err(error) => {
            assert!(!matches!(error, JournalError::Io(_)), "the disk is good: {error}");
            assert_eq!(image(disk), before, "{error}, and something was altered");
            return None;
        }
    };
    let entries = read(&journal);
    assert_eq!(journal.verify_all().ok(), entries.as_ref().ok().map(|all| all.len() as u64));
    let end = (journal.last_seq(), journal.head_hash());
    for found in [disk.clone(), disk.crash(Keep::Nothing)] {
        let (again, report) = opened(&found, 4096).unwrap_or_else(|error| panic!("it opened before: {error}"));
        assert_eq!((again.last_seq(), again.head_hash()), end, "what was read counts as recorded");
        assert_eq!(report.torn, []);
    }
    let entries = entries.ok()?;
    assert_eq!(entries.len() as u64, end.0);
    goes_on(disk, &entries);
    Some(entries)
}

/// Work goes on behind what was found.
fn goes_on(disk: &FaultyDisk, entries: &[Vec<u8>]) {
    let copy = disk.crash(Keep::Everything);
    let (mut journal, _) = opened(&copy, 4096).unwrap_or_else(|error| panic!("{error}"));
    journal.append_group(&[b"more"]).unwrap_or_else(|error| panic!("{error}"));
    let (journal, _) = opened(&copy, 4096).unwrap_or_else(|error| panic!("{error}"));
    let all = read(&journal).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(all.split_last(), Some((&b"more".to_vec(), entries)));
}

/// Appends, power cuts, full disks and failed syncs, then perhaps damage. What was acknowledged is there, in its place, unchanged.
fn accidents(bytes: &mut Bytes<'_>) {
    let segment_bytes = 200 + bytes.below(4000) as u64;
    let mut disk = FaultyDisk::new();
    let mut journal = opened(&disk, segment_bytes).unwrap_or_else(|error| panic!("{error}")).0;
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for _ in 0..48 {
        if bytes.is_empty() {
            break;
        }
        let accident = bytes.byte() % 12;
        let group = group(bytes);
        match accident {
            8 => disk.fail_appends(1, bytes.below(2000)),
            9 => disk.fail_syncs(1),
            10 => disk.cut_power_after(bytes.below(8) as u64),
            11 => return damage(&disk, &kept, bytes),
            _ => {}
        }
        match journal.append_group(&group) {
            Ok(_) => kept.extend(group),
            Err(AppendError::Full) => {}
            Err(AppendError::TooLarge) => panic!("a small group is too large"),
            Err(AppendError::Poisoned(_)) => {
                let keep =
                    [Keep::Nothing, Keep::Everything, Keep::Torn(bytes.number()), Keep::Bytes(bytes.below(3000))];
                disk = disk.crash(bytes.pick(&keep));
                journal = opened(&disk, segment_bytes).unwrap_or_else(|error| panic!("after a crash: {error}")).0;
                let now = read(&journal).unwrap_or_else(|error| panic!("after a crash: {error}"));
                // the last group was not acknowledged: it may be there whole, or not at all
                let whole = [kept.clone(), group].concat();
                assert!(now == kept || now == whole, "{} of {} or {} entries", now.len(), kept.len(), whole.len());
                kept = now;
            }
        }
    }
    assert_eq!(found(&disk.crash(Keep::Everything)).as_ref(), Some(&kept));
}

/// One to four payloads; some are nothing but zeros, which a disk cannot tell from what was never written.
fn group(bytes: &mut Bytes<'_>) -> Vec<Vec<u8>> {
    let count = 1 + bytes.below(4);
    let payload = |bytes: &mut Bytes<'_>| vec![bytes.pick(&[0, 0, 1, 0xFF]); bytes.below(1500)];
    (0..count).map(|_| payload(bytes)).collect()
}

/// Something on the disk is not what was written. Whatever is still given out is what was recorded.
fn damage(disk: &FaultyDisk, kept: &[Vec<u8>], bytes: &mut Bytes<'_>) {
    let mut disk = disk.crash(Keep::Everything);
    for _ in 0..=bytes.below(3) {
        let files = image(&disk);
        let Some((name, content)) = files.iter().nth(bytes.below(files.len())) else { return };
        let at = bytes.below(content.len());
        let mut content = content.clone();
        match bytes.byte() % 5 {
            0 => content.truncate(at),
            1 => content[at..].iter_mut().take(512).for_each(|byte| *byte = 0),
            2 => content.extend_from_slice(bytes.take(64)),
            3 => {
                let _ = disk.remove(name);
                disk = disk.crash(Keep::Everything);
                continue;
            }
            _ => {
                if let Some(byte) = content.get_mut(at) {
                    *byte ^= 1 << (bytes.byte() % 8);
                }
            }
        }
        disk.plant(name, content);
    }
    if let Some(entries) = found(&disk) {
        assert!(kept.starts_with(&entries), "{} entries that nobody wrote", entries.len());
    }
}

/// Entries with a good chain, each after its length: a node opens its books on them, or says which one it cannot understand.
fn entries(bytes: &mut Bytes<'_>) {
    let mut payloads = Vec::new();
    while !bytes.is_empty() {
        let len = bytes.below(1 << 16);
        payloads.push(bytes.take(len));
    }
    for payload in &payloads {
        if let (Ok(entry), Ok(by)) = (decode_entry(payload), decode_by(payload)) {
            let encoded = encode_entry(&entry, &by);
            assert_eq!(decode_entry(&encoded), Ok(entry));
            assert_eq!(decode_by(&encoded), Ok(by));
        }
    }
    let disk = FaultyDisk::new();
    let (mut journal, _) = opened(&disk, 1 << 20).unwrap_or_else(|error| panic!("{error}"));
    journal.append_group(&payloads).unwrap_or_else(|error| panic!("{error}"));
    drop(journal);
    match (world::open(&disk, PROVINCE, false), world::open(&disk, PROVINCE, false)) {
        (Ok(first), Ok(second)) => {
            let hash = |core: &motcua::store::core::Core| core.check().map(|checked| checked.state_hash).ok();
            assert_eq!(hash(&first), hash(&second), "a replay gives the same state");
        }
        (Err(first), Err(second)) => {
            assert_eq!(first.to_string(), second.to_string());
            assert!(!matches!(first, OpenError::Io { .. } | OpenError::Append(_)), "{first}");
        }
        (first, second) => panic!("{:?} and {:?}", first.err(), second.err()),
    }
}
