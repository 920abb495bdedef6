//! Every threshold, from a node that is well: one thing is changed, and one line says so.

use super::{
    Finding, Verdict,
    facts::{Backup, Data, Directory, Disk, Facts, Journal, Key, Life, Node, Parent},
    judge::judge,
};
use crate::domain::time::{DAY_MS, Timestamp};

/// What is looked at, how bad it is, words in the line, and what is changed.
type Row<'a> = (&'a str, Verdict, &'a str, &'a dyn Fn(&mut Facts));

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T08:00:00+07:00").unwrap()
}

fn ago(millis: i64) -> Option<Timestamp> {
    Some(now().plus_millis(-millis))
}

fn well() -> Facts {
    let life = Life { from: now().plus_millis(-30 * DAY_MS), until: now().plus_millis(60 * DAY_MS) };
    let data = Data {
        path: "/srv/01/data".into(),
        keys: vec![Key { name: "document.key".into(), mode: Ok(0o600) }],
        document_key: Some("ab".repeat(32)),
        disk: Some(Disk { free: 50 << 30, total: 100 << 30 }),
        journal: Some(Journal { bytes: 100 << 20, since: ago(100 * DAY_MS), written_at: ago(MINUTE) }),
        certificate: Some(Ok(life)),
        backup: None,
    };
    let parent = Parent {
        url: "http://127.0.0.1:7071".into(),
        agreed_at: ago(30 * SECOND),
        registry_version: 7,
        ..Parent::default()
    };
    let node = Node {
        now: Some(now()),
        last_entry_at: ago(MINUTE),
        sequence: 100,
        state_sequence: 100,
        registry_version: 7,
        parent: Some(parent),
        backup: Some(Backup { to: "/mnt/usb".into(), through: 100, taken_at: ago(MINUTE), error: String::new() }),
        ..Node::default()
    };
    let directory = Directory { configuration: Ok("/srv/01/motcua.toml".into()), data: Some(Ok(data)) };
    Facts { now: now(), directory: Some(directory), node: Ok(node) }
}

fn data(facts: &mut Facts) -> &mut Data {
    facts.directory.as_mut().unwrap().data.as_mut().unwrap().as_mut().unwrap()
}

fn node(facts: &mut Facts) -> &mut Node {
    facts.node.as_mut().unwrap()
}

fn parent(facts: &mut Facts) -> &mut Parent {
    node(facts).parent.as_mut().unwrap()
}

fn backup(facts: &mut Facts) -> &mut Backup {
    node(facts).backup.as_mut().unwrap()
}

fn certificate(from: i64, until: i64) -> Option<Result<Life, String>> {
    Some(Ok(Life { from: now().plus_millis(from), until: now().plus_millis(until) }))
}

#[test]
fn a_node_that_is_well_has_nothing_but_ok() {
    let findings = judge(&well());
    assert!(findings.iter().all(|f| f.verdict == Verdict::Ok && f.remedy.is_empty()), "{findings:#?}");
    for what in [
        "configuration",
        "data",
        "keys",
        "document key",
        "disk",
        "journal",
        "clock",
        "parent's clock",
        "certificate",
        "backup",
        "node",
    ] {
        assert!(findings.iter().any(|f| f.what == what), "{what} in {findings:#?}");
    }
}

#[test]
fn each_thing_that_is_wrong_has_one_line_with_a_way_out() {
    use Verdict::{Bad, Ok as Fine, Warn};
    let free = |free| move |f: &mut Facts| data(f).disk = Some(Disk { free, total: 5 << 30 });
    let table: &[Row] = &[
        ("configuration", Bad, "2 mistakes", &|f| {
            f.directory.as_mut().unwrap().configuration = Err("2 mistakes".into())
        }),
        ("data", Bad, "permission", &|f| f.directory.as_mut().unwrap().data = Some(Err("permission denied".into()))),
        ("keys", Bad, "chmod 600", &|f| data(f).keys[0].mode = Ok(0o640)),
        ("keys", Bad, "0604", &|f| data(f).keys[0].mode = Ok(0o604)),
        ("keys", Bad, "no such file", &|f| data(f).keys[0].mode = Err("no such file".into())),
        ("disk", Fine, "1.0 GiB", &free(1 << 30)),
        ("disk", Warn, "1023.9 MiB", &free((1 << 30) - 1)),
        ("disk", Warn, "100.0 MiB", &free(100 << 20)),
        ("disk", Bad, "99.9 MiB", &free((100 << 20) - 1)),
        ("disk", Warn, "9.0 GiB free of 100.0 GiB", &|f| data(f).disk = Some(Disk { free: 9 << 30, total: 100 << 30 })),
        ("journal", Fine, "1.0 MiB a day", &|_| {}),
        ("journal", Warn, "50 days", &|f| data(f).journal.as_mut().unwrap().bytes = 100 << 30),
        ("clock", Fine, "last entry", &|f| node(f).last_entry_at = ago(-MINUTE)),
        ("clock", Warn, "2 minutes before", &|f| node(f).last_entry_at = ago(-2 * MINUTE)),
        ("clock", Warn, "24 hours", &|f| node(f).last_entry_at = ago(-DAY_MS)),
        ("clock", Bad, "2 days", &|f| node(f).last_entry_at = ago(-2 * DAY_MS)),
        ("parent's clock", Fine, "60 seconds", &|f| parent(f).clock_difference = -MINUTE),
        ("parent's clock", Warn, "2 minutes behind", &|f| parent(f).clock_difference = 2 * MINUTE),
        ("parent's clock", Warn, "2 minutes ahead", &|f| parent(f).clock_difference = -2 * MINUTE),
        ("parent's clock", Bad, "2 days", &|f| parent(f).clock_difference = -2 * DAY_MS),
        ("certificate", Fine, "30 days", &|f| data(f).certificate = certificate(-60 * DAY_MS, 30 * DAY_MS)),
        ("certificate", Warn, "29 days", &|f| data(f).certificate = certificate(-61 * DAY_MS, 29 * DAY_MS + HOUR)),
        ("certificate", Bad, "lapsed", &|f| data(f).certificate = certificate(-90 * DAY_MS, 0)),
        ("certificate", Bad, "valid only from", &|f| data(f).certificate = certificate(HOUR, DAY_MS)),
        ("certificate", Bad, "holds no", &|f| data(f).certificate = Some(Err("node.pem holds no certificate".into()))),
        ("backup", Warn, "none", &|f| node(f).backup = None),
        ("backup", Warn, "mount its disk", &|f| {
            node(f).backup =
                Some(Backup { to: "/mnt/usb".into(), error: "mount its disk".into(), ..Backup::default() });
        }),
        ("backup", Fine, "up to entry 100 in /mnt/usb", &|f| backup(f).taken_at = ago(30 * DAY_MS)),
        ("backup", Fine, "1 entries later", &|f| (node(f).sequence, backup(f).taken_at) = (101, ago(DAY_MS))),
        ("backup", Warn, "24 hours ago", &|f| (node(f).sequence, backup(f).taken_at) = (101, ago(DAY_MS + 1))),
        ("backup", Bad, "8 days ago", &|f| (node(f).sequence, backup(f).taken_at) = (101, ago(8 * DAY_MS))),
        ("backup", Warn, "failed: disk is full", &|f| backup(f).error = "disk is full".into()),
        ("writing", Bad, "sync failed", &|f| node(f).writing_stopped = "sync failed".into()),
        ("derived state", Fine, "at entry 100 of 200", &|f| node(f).sequence = 200),
        ("derived state", Warn, "at entry 100 of 100100", &|f| node(f).sequence = 100_100),
        ("recovered", Warn, "made anew", &|f| node(f).recovered.push("the state was made anew".into())),
        ("parent", Warn, "refused", &|f| parent(f).last_error = "connection refused".into()),
        ("parent", Bad, "[BANNED]", &|f| parent(f).last_error = "unit 07069 was banned [BANNED]".into()),
        ("parent", Bad, "void", &|f| parent(f).last_error = "it is void [CERTIFICATE_VOID]".into()),
        ("agreement", Fine, "60 minutes", &|f| parent(f).agreed_at = ago(HOUR)),
        ("agreement", Warn, "2 hours", &|f| parent(f).agreed_at = ago(2 * HOUR)),
        ("agreement", Bad, "4 days", &|f| parent(f).agreed_at = ago(4 * DAY_MS)),
        ("agreement", Warn, "never", &|f| parent(f).agreed_at = None),
        ("unsent", Warn, "not known", &|f| parent(f).agreed_at = None),
        ("unsent", Warn, "3 documents", &|f| parent(f).unsent = 3),
        ("unsent", Fine, "3 documents, the oldest since 2026-03-01T07", &|f| {
            (parent(f).unsent, parent(f).unsent_since) = (3, ago(HOUR));
        }),
        ("unsent", Bad, "since 2026-02-25", &|f| (parent(f).unsent, parent(f).unsent_since) = (3, ago(4 * DAY_MS))),
        ("refused", Bad, "WRONG_KEY", &|f| {
            parent(f).refusals.push((
                "07099 2018-01-15 revision 1".into(),
                "another key [WRONG_KEY]".into(),
                ago(HOUR),
            ));
        }),
        ("registry", Warn, "version 7 here, 8 at the parent", &|f| parent(f).registry_version = 8),
        ("closing", Bad, "set the clock", &|f| node(f).closing_stopped = "set the clock".into()),
        ("events", Warn, "07099: 2 held, 1 in conflict", &|f| node(f).problems.push(("07099".into(), 2, 1))),
        ("node", Bad, "no node answers", &|f| f.node = Err("no node answers".into())),
        ("not looked at", Warn, "unsent", &|f| f.node = Err("no node answers".into())),
    ];
    for (what, verdict, words, change) in table {
        let mut facts = well();
        change(&mut facts);
        let findings = judge(&facts);
        let found: Vec<&Finding> = findings.iter().filter(|f| f.what == *what).collect();
        assert_eq!(found.len(), 1, "{what}, {words}: {findings:#?}");
        let line = found[0].to_string();
        assert_eq!(found[0].verdict, *verdict, "{line}");
        assert!(line.contains(words), "{words} in {line}");
        assert_eq!(found[0].remedy.is_empty(), *verdict == Verdict::Ok, "a way out where something is wrong: {line}");
        assert!(!line.contains('\n'), "{line}");
    }
}

#[test]
fn what_stopped_writing_is_not_told_twice() {
    let mut facts = well();
    node(&mut facts).writing_stopped = "sync failed".into();
    node(&mut facts).closing_stopped = "sync failed".into();
    let told: Vec<_> = judge(&facts).into_iter().filter(|f| f.verdict == Verdict::Bad).map(|f| f.what).collect();
    assert_eq!(told, ["writing"]);
}

#[test]
fn a_node_asked_from_afar_has_its_own_disk_and_journal() {
    let mut facts = well();
    facts.directory = None;
    node(&mut facts).disk = Some(Disk { free: 1, total: 1 << 40 });
    node(&mut facts).journal_bytes = Some(4096);
    let findings = judge(&facts);
    let line = |what| findings.iter().find(|f| f.what == what).unwrap().to_string();
    assert!(line("disk").starts_with("bad   disk            1 bytes free"), "{}", line("disk"));
    assert!(line("journal").contains("4.0 KiB"));
    assert!(findings.iter().all(|f| !["configuration", "keys", "certificate"].contains(&f.what)));
}

#[test]
fn a_young_journal_is_no_forecast() {
    let mut facts = well();
    data(&mut facts).journal = Some(Journal { bytes: 100 << 30, since: ago(DAY_MS), written_at: None });
    let findings = judge(&facts);
    assert!(findings.iter().any(|f| f.what == "journal" && f.verdict == Verdict::Ok), "{findings:#?}");
}
