//! From facts to findings. Nothing is looked up here, so every threshold can be tried in a table.

use super::{
    Finding,
    facts::{Backup, Data, Directory, Disk, Facts, Journal, Life, Node, Parent},
    gaps,
    words::{size, span},
};
use crate::domain::time::{DAY_MS, Timestamp};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;
/// A parent has its grace of three days before a commune is missed; a link that is silent for so long is a person's business.
const LINK_BAD: i64 = 3 * DAY_MS;
/// The state is written down after a second without work; more entries than this behind means that it cannot be.
const STATE_BEHIND: u64 = 100_000;
/// A journal has to be so old before its growth is worth a forecast.
const GROWTH_FROM: i64 = 7 * DAY_MS;
/// A disk that lasts no longer is worth a word.
const LASTS_DAYS: u64 = 60;

/// Desks may have forgotten, and nobody should count on them for longer.
const BACKUP_BAD: i64 = 7 * DAY_MS;

/// What helps a node that was away too long.
const LAPSED: &str = "start the node, then at the top: `motcua node approve CODE`; or `motcua rejoin` with a new token";

/// What the facts mean, in the order in which one would look.
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut all = Vec::new();
    let data = match &facts.directory {
        None => None,
        Some(directory) => directory_found(directory, &mut all),
    };
    let node = facts.node.as_ref().ok();
    if let Some(data) = data {
        keys(data, &mut all);
    }
    let bytes = data.and_then(|d| d.journal).map(|j| j.bytes).or_else(|| node?.journal_bytes);
    let disk_now = data.and_then(|d| d.disk).or_else(|| node?.disk);
    disk(disk_now, &mut all);
    journal(facts.now, bytes, data.and_then(|d| d.journal), disk_now, &mut all);
    clock(facts.now, data, node, &mut all);
    let asked = node.and_then(|n| n.certificate).map(Ok);
    if let Some(life) = data.and_then(|d| d.certificate.as_ref()).or(asked.as_ref()) {
        all.push(certificate(life, node.and_then(|n| n.now).unwrap_or(facts.now)));
    }
    if let Some(error) = node.map(|n| n.renewal_error.as_str()).filter(|error| !error.is_empty()) {
        all.push(Finding::warn(
            "renewal",
            error,
            "it is tried again by itself; if it waits: `motcua node approve` at the top",
        ));
    }
    if data.is_some() || node.is_some() {
        let known = node.map_or_else(|| data.and_then(|d| d.backup.as_ref()), |n| n.backup.as_ref());
        all.push(backup(known, node, node.and_then(|n| n.now).unwrap_or(facts.now)));
    }
    match &facts.node {
        Ok(node) => running(node, node.now.unwrap_or(facts.now), &mut all),
        Err(why) => {
            all.push(Finding::bad("node", why, "if it does not stay up, read its log: journalctl -u motcua"));
            all.push(gaps::not_looked_at(facts));
        }
    }
    all
}

fn directory_found<'a>(directory: &'a Directory, all: &mut Vec<Finding>) -> Option<&'a Data> {
    all.push(match &directory.configuration {
        Ok(file) => Finding::ok("configuration", file),
        Err(mistakes) => {
            Finding::bad("configuration", mistakes.split_whitespace().collect::<Vec<_>>().join(" "), "correct the file")
        }
    });
    match directory.data.as_ref()? {
        Ok(data) => {
            all.push(Finding::ok("data", &data.path));
            Some(data)
        }
        Err(why) => {
            all.push(Finding::bad(
                "data",
                why,
                "run the doctor as the node's user, or restore the directory from a backup",
            ));
            None
        }
    }
}

fn keys(data: &Data, all: &mut Vec<Finding>) {
    let before = all.len();
    for key in &data.keys {
        let file = format!("{}/{}", data.path, key.name);
        match &key.mode {
            Err(why) => all.push(Finding::bad(
                "keys",
                format!("{file}: {why}"),
                "restore it from a backup: it cannot be made anew",
            )),
            Ok(mode) if mode & 0o077 != 0 => all.push(Finding::bad(
                "keys",
                format!("{file} can be read by others (mode {:04o})", mode & 0o7777),
                format!("chmod 600 {file}"),
            )),
            Ok(_) => {}
        }
    }
    if all.len() == before {
        all.push(Finding::ok("keys", format!("{} readable by the owner only", data.keys.len())));
    }
    if let Some(key) = &data.document_key {
        all.push(Finding::ok("document key", key));
    }
}

fn disk(found: Option<Disk>, all: &mut Vec<Finding>) {
    let Some(disk) = found else { return };
    let detail = format!("{} free of {}", size(disk.free), size(disk.total));
    let remedy = "free some space, or move the node to a larger disk: a full disk records nothing";
    all.push(match disk.free {
        free if free < 100 * MIB => Finding::bad("disk", detail, remedy),
        free if free < GIB || free < disk.total / 10 => Finding::warn("disk", detail, remedy),
        _ => Finding::ok("disk", detail),
    });
}

fn journal(now: Timestamp, bytes: Option<u64>, files: Option<Journal>, disk: Option<Disk>, all: &mut Vec<Finding>) {
    let Some(bytes) = bytes else { return };
    let age = files.and_then(|f| f.since).map_or(0, |since| now.0.saturating_sub(since.0));
    if age < GROWTH_FROM {
        all.push(Finding::ok("journal", size(bytes)));
        return;
    }
    let a_day = bytes / u64::try_from(age / DAY_MS).unwrap_or(1).max(1);
    let detail = format!("{}, {} a day", size(bytes), size(a_day));
    let lasts = disk.map_or(u64::MAX, |disk| disk.free / a_day.max(1));
    all.push(if lasts < LASTS_DAYS {
        let remedy = "move the node to a larger disk: the journal is never made shorter";
        Finding::warn("journal", format!("{detail}; the disk lasts {lasts} days more"), remedy)
    } else {
        Finding::ok("journal", detail)
    });
}

/// A backup is as old as it is only where something has come since.
fn backup(known: Option<&Backup>, node: Option<&Node>, now: Timestamp) -> Finding {
    let what = "backup";
    let Some((backup, taken_at)) = known.and_then(|b| Some((b, b.taken_at?))) else {
        let (detail, remedy) = match known {
            Some(backup) if !backup.error.is_empty() => {
                (backup.error.clone(), "do as it says; the next try comes by itself")
            }
            _ => ("none".to_owned(), "say in motcua.toml where to: `[backup]` and `to = \"FOLDER\"`, on another disk"),
        };
        return Finding::warn(what, detail, remedy);
    };
    let age = now.0.saturating_sub(taken_at.0);
    let behind = node.map_or(0, |node| node.sequence.saturating_sub(backup.through));
    let mut detail = format!("up to entry {} in {}, {} ago", backup.through, backup.to, span(age));
    if behind > 0 {
        detail += &format!(", {behind} entries later");
    }
    let current = node.is_some() && behind == 0;
    let (old, remedy) = match backup.error.as_str() {
        "" => (age, "take one: `motcua backup DIR --to FOLDER`, or see why the node does not"),
        error => {
            detail += &format!("; the last try failed: {error}");
            (age, "do as it says; the next try comes by itself")
        }
    };
    match old {
        old if old > BACKUP_BAD && !current => Finding::bad(what, detail, remedy),
        old if old > DAY_MS && !current => Finding::warn(what, detail, remedy),
        _ if !backup.error.is_empty() => Finding::warn(what, detail, remedy),
        _ => Finding::ok(what, detail),
    }
}

fn off(what: &'static str, millis: i64, detail: String) -> Finding {
    let remedy = "set the clock, and keep it by NTP";
    match millis {
        off if off > DAY_MS => Finding::bad(what, detail, remedy),
        off if off > MINUTE => Finding::warn(what, detail, remedy),
        _ => Finding::ok(what, detail),
    }
}

/// A clock may be late by any time after the last entry; it may not be before it.
fn clock(now: Timestamp, data: Option<&Data>, node: Option<&Node>, all: &mut Vec<Finding>) {
    let now = node.and_then(|n| n.now).unwrap_or(now);
    let files = || data.and_then(|d| d.journal?.written_at);
    if let Some(last) = node.map_or_else(files, |n| n.last_entry_at) {
        let before = last.0.saturating_sub(now.0);
        let detail = match before {
            before if before > MINUTE => format!("{now} is {} before the last entry, {last}", span(before)),
            _ => format!("{now}, last entry {last}"),
        };
        all.push(off("clock", before, detail));
    }
    let parent = node.and_then(|n| n.parent.as_ref()).filter(|p| p.registry_version > 0 || p.agreed_at.is_some());
    if let Some(parent) = parent {
        let detail = format!(
            "{} {} the parent's",
            span(parent.clock_difference),
            match parent.clock_difference {
                ahead if ahead > 0 => "behind",
                _ => "ahead of",
            }
        );
        all.push(off("parent's clock", parent.clock_difference.saturating_abs(), detail));
    }
}

fn certificate(life: &Result<Life, String>, now: Timestamp) -> Finding {
    let what = "certificate";
    let life = match life {
        Ok(life) => life,
        Err(why) => return Finding::bad(what, why, "join again with a new token from the parent"),
    };
    let left = life.until.0.saturating_sub(now.0);
    let third = life.until.0.saturating_sub(life.from.0) / 3;
    match left {
        left if left <= 0 => Finding::bad(what, format!("lapsed on {}", life.until), LAPSED),
        _ if now < life.from => {
            Finding::bad(what, format!("valid only from {}", life.from), "set the clock, and keep it by NTP")
        }
        left if left < third => Finding::warn(
            what,
            format!("{} left, until {}", span(left), life.until),
            "it renews by itself at half of its life: see why the parent cannot be reached",
        ),
        left => Finding::ok(what, format!("{} left, until {}", span(left), life.until)),
    }
}

fn running(node: &Node, now: Timestamp, all: &mut Vec<Finding>) {
    all.push(Finding::ok("node", format!("{} serves at {}, motcua {}", node.unit, node.url, node.software)));
    if !node.writing_stopped.is_empty() {
        all.push(Finding::bad("writing", &node.writing_stopped, "check the disk, then start the node again"));
    }
    let behind = node.sequence.saturating_sub(node.state_sequence);
    let detail = format!("at entry {} of {}", node.state_sequence, node.sequence);
    all.push(match behind {
        STATE_BEHIND.. => {
            Finding::warn("derived state", detail, "see the log; the next start makes up for it, and takes longer")
        }
        _ => Finding::ok("derived state", detail),
    });
    for note in &node.recovered {
        all.push(Finding::warn("recovered", note, "nothing was lost; see why if it comes again"));
    }
    match &node.parent {
        None => all.push(Finding::ok("parent", "none: this is the top of the tree")),
        Some(parent) => upward(node, parent, now, all),
    }
    // While nothing is written nothing is closed either, and that was said.
    if !node.closing_stopped.is_empty() && node.writing_stopped.is_empty() {
        all.push(Finding::bad(
            "closing",
            format!("stopped: {}", node.closing_stopped),
            "do as it says; closing goes on by itself",
        ));
    }
    for (unit, held, conflicts) in &node.problems {
        let detail = format!("{unit}: {held} held, {conflicts} in conflict");
        all.push(Finding::warn("events", detail, "see ListProblems: send what is missing, or a correction"));
    }
}

/// What no waiting mends, and the way out.
const SHUT_OUT: &[(&str, &str)] = &[
    (
        "[BANNED]",
        "ask who looks after the top of the tree, `motcua node unban` there lets it speak again; desks need not wait",
    ),
    (
        "[CERTIFICATE_VOID]",
        "another machine has taken the place of this one; if that was not meant, `motcua rejoin` with a new token",
    ),
    (
        "not signed by the top",
        "if the top was given a new key (ask there), `motcua rejoin` with a new token; otherwise find out who altered it",
    ),
    (
        "[WAITS_FOR_APPROVAL]",
        "compare the document key above with a person at the top, who then runs `motcua node approve`",
    ),
];

fn upward(node: &Node, parent: &Parent, now: Timestamp, all: &mut Vec<Finding>) {
    all.push(if parent.last_error.is_empty() {
        Finding::ok("parent", &parent.url)
    } else {
        let detail = format!("{}: {}", parent.url, parent.last_error);
        match SHUT_OUT.iter().find(|(reason, _)| parent.last_error.contains(reason)) {
            Some((_, remedy)) => Finding::bad("parent", detail, *remedy),
            None => Finding::warn("parent", detail, "see that it runs and can be reached; desks need not wait"),
        }
    });
    let remedy = "see why the parent does not answer; nothing is lost meanwhile";
    all.push(match parent.agreed_at {
        None => Finding::warn("agreement", "never since the node was started", remedy),
        Some(at) => {
            let ago = now.0.saturating_sub(at.0);
            let detail = format!("{} ago", span(ago));
            late("agreement", ago, detail, remedy)
        }
    });
    let since = parent.unsent_since.map(|since| (since, now.0.saturating_sub(since.0)));
    all.push(match (parent.unsent, since) {
        (0, _) if parent.agreed_at.is_none() => {
            Finding::warn("unsent", "not known: the parent was not reached since the start", remedy)
        }
        (0, _) => Finding::ok("unsent", "nothing"),
        (count, None) => Finding::warn("unsent", format!("{count} documents"), remedy),
        (count, Some((since, waits))) => late(
            "unsent",
            waits,
            format!("{count} documents, the oldest since {since}"),
            "see the lines on the parent and on refusals",
        ),
    });
    for (document, why, since) in &parent.refusals {
        let since = since.map(|since| format!(" since {since}")).unwrap_or_default();
        all.push(Finding::bad("refused", format!("{document}{since}: {why}"), "see docs/errors.md for the way out"));
    }
    if parent.registry_version > node.registry_version {
        let detail = format!("version {} here, {} at the parent", node.registry_version, parent.registry_version);
        all.push(Finding::warn("registry", detail, "it comes with the next session; see the log if it does not"));
    } else {
        all.push(Finding::ok("registry", format!("version {}", node.registry_version)));
    }
}

fn late(what: &'static str, millis: i64, detail: String, remedy: &str) -> Finding {
    match millis {
        late if late > LINK_BAD => Finding::bad(what, detail, remedy),
        late if late > HOUR => Finding::warn(what, detail, remedy),
        _ => Finding::ok(what, detail),
    }
}
