//! The story: the disk is full. Desks are told so and nothing else; reports are served; when there is room again work goes on by itself, and what was
//! acknowledged is there, after a restart in the middle of it too. Needs the right to mount a small file system.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use motcua::wire::{
    pb::v1::{self as pb, admin_service_client::AdminServiceClient, desk_service_client::DeskServiceClient},
    status::reason_of,
};
use tokio::runtime::Runtime;
use tonic::Code;

use super::desks::{Shared, reported, settle};
use crate::process::{Process, seed, small_store, state_hash};

/// A file system of its own, of so many MiB; gone with this value.
struct Small(tempfile::TempDir);

impl Small {
    fn mount(mebibytes: u64) -> Option<Small> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "motcua-test"]).arg(folder.path());
        let mounted = mount.stdin(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
        if !mounted {
            println!("skipped: a file system can be mounted only by root");
        }
        mounted.then_some(Small(folder))
    }

    /// Takes all room there is.
    fn fill(&self) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write(&vec![1; size]).is_ok() {}
        }
    }

    fn ballast(&self) -> PathBuf {
        self.0.path().join("ballast")
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Lazily, because a process that is being killed may still have files open.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Sends one group; `Ok` if it was recorded.
async fn send(url: &str, log: &Shared, random: &mut fastrand::Rng) -> Result<(), tonic::Status> {
    let events = log.lock().unwrap().fresh(20, random);
    let mut desk = DeskServiceClient::connect(url.to_owned()).await.unwrap();
    let group = pb::RecordRequest { events, ..pb::RecordRequest::default() };
    let mut answers = desk.record(tokio_stream::iter([group])).await?.into_inner();
    let answer = answers.message().await?.unwrap();
    log.lock().unwrap().answered(&answer.acks);
    Ok(())
}

fn is_full(status: &tonic::Status) {
    assert_eq!(
        (status.code(), reason_of(status).as_deref()),
        (Code::ResourceExhausted, Some("DISK_FULL")),
        "{status:?}"
    );
}

/// What was recorded is shown, and says the same as the desks know.
fn report_is_served(url: &str, dossiers: usize) {
    assert_eq!(reported(url).0, dossiers);
}

async fn is_written_down(url: &str) {
    let mut admin = AdminServiceClient::connect(url.to_owned()).await.unwrap();
    let begun = Instant::now();
    loop {
        let status = admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
        assert_eq!(status.writing_stopped, "");
        if status.state_sequence == status.sequence {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the state stays behind");
        tokio::task::yield_now().await;
    }
}

fn known(log: &Shared) -> usize {
    log.lock().unwrap().acknowledged_dossiers()
}

/// Takes all room until ten groups one after the other are refused. The node may give some room back that it held, but a desk is told nothing else.
fn fill_up(runtime: &Runtime, small: &Small, node: &Process, log: &Shared, random: &mut fastrand::Rng) {
    let mut refused = 0;
    for _ in 0..1000 {
        small.fill();
        match runtime.block_on(send(&node.url, log, random)) {
            Ok(()) => refused = 0,
            Err(status) => {
                is_full(&status);
                refused += 1;
            }
        }
        report_is_served(&node.url, known(log));
        if refused == 10 {
            return;
        }
    }
    panic!("the disk does not become full");
}

fn fill_and_go_on(folder: &Path, small: &Small, restart: bool) {
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();
    small_store(folder, "00004");
    let log = Shared::default();
    let mut node = Process::serve(folder);
    for round in 0..2 {
        log.lock().unwrap().life += 1;
        for _ in 0..40 {
            runtime.block_on(send(&node.url, &log, &mut random)).unwrap();
        }
        fill_up(&runtime, small, &node, &log, &mut random);
        if restart {
            node.kill();
            node = Process::serve(folder);
            log.lock().unwrap().life += 1;
            report_is_served(&node.url, known(&log));
            // What was kept for the state may have been given back.
            fill_up(&runtime, small, &node, &log, &mut random);
        }
        fs::remove_file(small.ballast()).unwrap();
        runtime.block_on(send(&node.url, &log, &mut random)).unwrap_or_else(|e| panic!("round {round}: {e}"));
        runtime.block_on(is_written_down(&node.url));
    }
    runtime.block_on(settle(&node.url, &log));
    drop(node);
    let hash = state_hash(folder);
    drop(Process::serve(folder));
    assert_eq!(state_hash(folder), hash);
}

#[test]
fn a_full_disk_is_told_and_work_goes_on_by_itself_when_there_is_room() {
    let Some(small) = Small::mount(96) else { return };
    fill_and_go_on(&small.0.path().join("node"), &small, false);
}

#[test]
fn a_node_that_is_started_again_while_the_disk_is_full_serves_what_it_has() {
    let Some(small) = Small::mount(96) else { return };
    fill_and_go_on(&small.0.path().join("node"), &small, true);
}
