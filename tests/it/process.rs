//! The real program as a process of its own, which can be killed; and nodes' directories, which can be copied and damaged.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use motcua::{run, run::NewNode};

use super::support::{at, must};

/// Says where a process is to die: `store::crash_point`.
pub const CRASH_AT: &str = "MOTCUA_CRASH_AT";

/// `motcua serve` as a process. It is killed when dropped.
pub struct Process {
    child: Child,
    pub url: String,
    rest: Option<JoinHandle<String>>,
}

/// What starts the node in a folder.
pub fn program(folder: &Path) -> Command {
    traced(env!("CARGO_BIN_EXE_motcua"), &[], folder)
}

/// As [`program`], by another program that is given these arguments first.
pub fn traced(by: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(by);
    command.args(arguments).args(["serve", "--config"]).arg(folder.join("motcua.toml")).env("RUST_LOG", "warn");
    command
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

impl Process {
    /// Starts the node in this folder and waits until it serves.
    pub fn serve(folder: &Path) -> Process {
        Process::by(&mut program(folder)).unwrap_or_else(|told| panic!("it ended before it served: {told}"))
    }

    /// As [`Process::serve`], by a command. `Err` with what it said, and how it ended, if it ended before it served.
    pub fn by(command: &mut Command) -> Result<Process, String> {
        let mut child = start(command);
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut all = String::new();
        let url = loop {
            let from = all.len();
            if told.read_line(&mut all).unwrap() == 0 {
                return Err(format!("{all}{}", child.wait().unwrap()));
            }
            if let Some((_, url)) = all[from..].split_once(" serves at ") {
                break url.trim().to_owned();
            }
        };
        // Read to the end, or the node would wait for room in the pipe.
        let rest = std::thread::spawn(move || {
            told.read_to_string(&mut all).unwrap();
            all
        });
        Ok(Process { child, url, rest: Some(rest) })
    }

    /// Kills it with SIGKILL; what it said is returned.
    pub fn kill(mut self) -> String {
        self.end();
        self.rest.take().unwrap().join().unwrap()
    }

    /// Waits until it has ended by itself; what it said is returned, and how it ended.
    pub fn ended(mut self) -> String {
        let told = self.rest.take().unwrap().join().unwrap();
        format!("{told}{}", self.child.wait().unwrap())
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn end(&mut self) {
        // It may have ended by itself, which whoever reads its words will see.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Kills a node while it starts, so long after it was made.
pub fn kill_at_start(folder: &Path, after: Duration) {
    let mut child = start(&mut program(folder));
    spin(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Passes a little time without giving up the processor, which sleeping would do for longer than was asked.
pub fn spin(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// A time up to so many milliseconds.
pub fn up_to(millis: u64, random: &mut fastrand::Rng) -> Duration {
    Duration::from_micros(random.u64(..millis * 1000))
}

/// A new node in a folder, with a store that writes down and rotates early.
pub fn small_store(folder: &Path, unit: &str) {
    let new = NewNode {
        unit: unit.to_owned(),
        books_from: "2018-01-15".parse().unwrap(),
        listen: "127.0.0.1:0".to_owned(),
        parent: None,
    };
    let file = run::init(folder, &new, at("2018-01-15T07:00:00+07:00")).unwrap();
    let text = fs::read_to_string(&file).unwrap().replace("automatic = true", "automatic = false");
    let store = "[store]\ncache_bytes = 1048576\nsegment_bytes = 65536\nfreeze_bytes = 8192\n";
    fs::write(&file, format!("{text}\n{store}")).unwrap();
}

/// The state hash that `motcua fsck` prints; it must find no fault.
pub fn state_hash(folder: &Path) -> String {
    hash_in(&must(&["fsck", folder.to_str().unwrap()]))
}

/// The state hash of the state made anew from the journal. It need not write down as often as a test of crashes wants it.
pub fn rebuilt_hash(folder: &Path) -> String {
    let file = folder.join("motcua.toml");
    let mut config: toml::Table = fs::read_to_string(&file).unwrap().parse().unwrap();
    config["store"]["freeze_bytes"] = 4_194_304_i64.into();
    fs::write(&file, config.to_string()).unwrap();
    hash_in(&must(&["rebuild", folder.to_str().unwrap()]))
}

/// The state hash in what `fsck` or `rebuild` prints.
pub fn hash_in(told: &str) -> String {
    told.lines().find_map(|l| l.strip_prefix("state hash")).unwrap().trim().to_owned()
}

/// The segments of a node's journal, oldest first.
pub fn segments(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.join("data/journal")).unwrap().map(|e| e.unwrap().path());
    let mut segments: Vec<PathBuf> = files.filter(|p| p.extension().is_some_and(|e| e == "log")).collect();
    segments.sort();
    segments
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The seed of a run: from `MOTCUA_SEED`, or a new one. It is printed, so that the run can be had again.
pub fn seed() -> u64 {
    let told = std::env::var("MOTCUA_SEED").ok().map(|s| s.parse().unwrap());
    let seed = told.unwrap_or_else(|| fastrand::u64(..));
    println!("MOTCUA_SEED={seed}");
    seed
}
