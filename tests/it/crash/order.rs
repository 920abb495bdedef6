//! The story: a stranger watches every system call. What is appended is synced before anything else is appended, and no answer leaves for a desk
//! before the group it speaks of is on the disk.

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Stdio},
};

use motcua::wire::pb::v1::{self as pb, desk_service_client::DeskServiceClient};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use crate::{
    desk_log::DeskLog,
    process::{Process, seed, small_store, traced},
};

const GROUPS: usize = 60;
/// Length of the head of an HTTP/2 frame, and the kind that carries messages.
const FRAME_HEAD: usize = 9;
const DATA: u8 = 0;

/// Something that happened, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    /// A group was handed to the kernel.
    Appended(String),
    /// A sync came back.
    Synced(String),
    /// A message left for this socket.
    Answered(String),
}

/// Bytes as strace writes them with `-xx`.
fn hex(text: &str) -> impl Iterator<Item = u8> {
    text.split("\\x").skip(1).map(|hex| u8::from_str_radix(hex, 16).unwrap())
}

/// What is written by a call.
fn bytes(call: &str) -> Vec<u8> {
    call.split('"').skip(1).step_by(2).flat_map(hex).collect()
}

/// The file or socket that a call is about: what `-yy` puts between angle brackets after the first number.
fn about(call: &str) -> String {
    let rest = call.split_once('<').map_or("", |(_, rest)| rest);
    let end = [">,", ">)", "> "].iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let name = &rest[..end];
    if name.starts_with("\\x") { String::from_utf8(hex(name).collect()).unwrap() } else { name.to_owned() }
}

/// Reads what strace wrote. A call that waits is begun in one line and ends in another: an append or an answer counts where it begins, a sync
/// where it ends.
fn read(trace: &str) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut waiting: BTreeMap<&str, String> = BTreeMap::new();
    let mut streams: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for line in trace.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        // What the end of the node has cut off.
        if call.ends_with("= ?") {
            continue;
        }
        if call.contains("fdatasync resumed") {
            assert!(call.ends_with("= 0"), "{call}");
            seen.push(Seen::Synced(waiting.remove(thread).unwrap()));
            continue;
        }
        let what = about(call);
        if call.starts_with("fdatasync(") {
            if call.contains("<unfinished") {
                waiting.insert(thread, what);
            } else {
                assert!(call.ends_with("= 0"), "{call}");
                seen.push(Seen::Synced(what));
            }
        } else if what.ends_with(".log") {
            seen.push(Seen::Appended(what));
        } else if what.starts_with("TCP") {
            let stream = streams.entry(what.clone()).or_default();
            stream.extend(bytes(call));
            // All frames that are whole; a message may take several, and then counts where the first begins.
            while let Some(head) = stream.get(..FRAME_HEAD) {
                let len = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
                if head[3] == DATA && len > 0 {
                    seen.push(Seen::Answered(what.clone()));
                }
                if stream.len() < FRAME_HEAD + len {
                    break;
                }
                stream.drain(..FRAME_HEAD + len);
            }
        }
    }
    seen
}

#[test]
fn every_group_is_synced_once_and_no_answer_leaves_before() {
    let probe = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        println!("skipped: strace is not here, or may not trace");
        return;
    }
    let mut random = fastrand::Rng::with_seed(seed());
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path(), "00004");
    let trace = folder.path().join("trace");
    let calls = "trace=write,pwrite64,writev,sendto,sendmsg,fdatasync";
    let strace = ["-D", "-f", "-qq", "-yy", "-xx", "-s", "1000000", "-e", calls, "-e", "signal=none", "-o"];
    let arguments = [&strace[..], &[trace.to_str().unwrap(), env!("CARGO_BIN_EXE_motcua")]].concat();
    let node = Process::by(&mut traced("strace", &arguments, folder.path())).unwrap();

    // One desk, one group at a time: so the nth answer speaks of the nth group.
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut log = DeskLog::default();
        let (groups, outgoing) = tokio::sync::mpsc::channel(1);
        let mut desk = DeskServiceClient::connect(node.url.clone()).await.unwrap();
        let mut answers = desk.record(ReceiverStream::new(outgoing)).await.unwrap().into_inner();
        for _ in 0..GROUPS {
            let events = log.fresh(20, &mut random);
            groups.send(pb::RecordRequest { events, ..pb::RecordRequest::default() }).await.unwrap();
            log.answered(&answers.next().await.unwrap().unwrap().acks);
        }
    });
    node.kill();

    let seen = read(&fs::read_to_string(&trace).unwrap());
    let (mut appended, mut synced, mut answered) = (0, 0, 0);
    let mut open: Option<&str> = None;
    for event in &seen {
        match event {
            Seen::Appended(segment) => {
                assert_eq!(open, None, "something was appended to {segment} before this was synced");
                appended += 1;
                open = Some(segment);
            }
            Seen::Synced(file) if open == Some(file.as_str()) => {
                synced += 1;
                open = None;
            }
            // The derived state, or the end of the journal when it was opened.
            Seen::Synced(_) => {}
            Seen::Answered(_) => {
                answered += 1;
                assert_eq!(open, None, "answer {answered} left before its group was synced");
                assert!(synced >= answered, "answer {answered} left after {synced} groups");
            }
        }
    }
    println!("{appended} appends, {synced} synced, {answered} answers");
    assert_eq!(appended, synced);
    // Besides the groups: the end of the journal, rewritten at the start, and the header of each new segment.
    assert!(answered == GROUPS && synced > GROUPS, "{answered} answers of {GROUPS}; {synced} synced");
}
