//! The story: the power goes. The node's file system lies in an image whose bytes are copied at one instant, while the node is stopped in the middle of
//! whatever it does; what the kernel had not written by then is lost. The copy is mounted and opened by the real program. `.ci/power-cut` makes
//! the file systems and says where they are.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

use tokio::runtime::Runtime;

use super::desks::{Desks, Shared, settle};
use crate::{
    process::{Process, seed, small_store, spin, state_hash, up_to},
    support::{motcua, must},
};

fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The places that `.ci/power-cut` has made.
struct Machine {
    image: String,
    copy: String,
    node: PathBuf,
    after: PathBuf,
}

impl Machine {
    fn new() -> Machine {
        let folder = std::env::var("MOTCUA_POWER_CUT").expect("run .ci/power-cut, which makes the file systems");
        let path = |name: &str| format!("{folder}/{name}");
        Machine {
            image: path("outer/image"),
            copy: path("outer/copy"),
            node: path("node").into(),
            after: path("after").into(),
        }
    }

    /// What the disk holds at this instant, as a file system of its own.
    fn cut(&self) -> After<'_> {
        run("cp", &["--reflink=always", &self.image, &self.copy]);
        run("mount", &["-o", "loop", &self.copy, self.after.to_str().unwrap()]);
        After(self)
    }
}

/// The file system after the cut; unmounted with this value.
struct After<'a>(&'a Machine);

impl Drop for After<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0.after).status();
        let _ = fs::remove_file(&self.0.copy);
    }
}

/// A clean check, and what it had to say of what it found.
fn recovered(folder: &Path) -> String {
    let output = motcua(&["fsck", folder.to_str().unwrap()]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    told
}

#[test]
#[ignore = "needs root and loop devices: .ci/power-cut runs it"]
fn a_power_cut_loses_nothing_acknowledged() {
    let cuts: usize = std::env::var("MOTCUA_POWER_CUTS").map_or(20, |n| n.parse().unwrap());
    let machine = Machine::new();
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();
    let folder = machine.node.join("node");
    small_store(&folder, "00004");
    let log = Shared::default();
    let (mut torn, mut behind, mut anew) = (0, 0, 0);
    for cut in 0..cuts {
        let node = Process::serve(&folder);
        log.lock().unwrap().life += 1;
        let (desks, after) = runtime.block_on(async {
            let desks = Desks::send(&node.url, 4, &log, &mut random);
            desks.answers.reach(random.usize(1..150)).await;
            spin(up_to(300, &mut random));
            run("kill", &["-STOP", &node.id().to_string()]);
            (desks, machine.cut())
        });
        node.kill();
        runtime.block_on(desks.gone());

        // Whatever the desks have read was sent before the cut.
        let folder = machine.after.join("node");
        let told = recovered(&folder);
        torn += usize::from(told.contains("interrupted append"));
        behind += usize::from(told.contains("were replayed"));
        anew += usize::from(told.contains("made anew"));
        let copy = Shared::new(Mutex::new(log.lock().unwrap().clone()));
        let node = Process::serve(&folder);
        println!("cut {cut}: {}", told.trim());
        runtime.block_on(settle(&node.url, &copy));
        node.kill();
        drop(after);
    }
    println!("{cuts} power cuts: {torn} left a torn end, {behind} a state behind, {anew} a state to be made anew");
    let node = Process::serve(&folder);
    runtime.block_on(settle(&node.url, &log));
}

#[test]
#[ignore = "needs root and loop devices: .ci/power-cut runs it"]
fn a_node_that_was_just_made_is_there_after_a_power_cut() {
    let machine = Machine::new();
    for (n, arguments) in [&["--plain"][..], &["--address", "https://127.0.0.1:7070"]].into_iter().enumerate() {
        let name = format!("new-{n}");
        let folder = machine.node.join(&name);
        let init = ["init", folder.to_str().unwrap(), "--unit", "00004", "--listen", "127.0.0.1:0"];
        must(&[&init[..], arguments].concat());
        let after = machine.cut();
        let copy = machine.after.join(&name);
        assert_eq!(recovered(&copy), "", "{arguments:?}");
        assert_eq!(state_hash(&copy), state_hash(&folder));
        drop(Process::serve(&copy));
        drop(after);
    }
}
