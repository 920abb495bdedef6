//! What tests share: the program, nodes in temporary folders, and the real data beside the project.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use motcua::{
    clock::Moved,
    config::{Config, Limits},
    domain::time::Timestamp,
    federation::uplink::Pace,
    node::timetable::Timetable,
    run::{self, NewNode, RunError, Running, Surroundings},
    store::open::OpenError,
};
use tempfile::TempDir;

/// A file of the real data, or `None` with the reason printed. Continuous integration fails when it is missing.
pub fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI must not skip this test", path.display());
    println!("skipped: {} is not there", path.display());
    None
}

/// Runs the program to its end.
pub fn motcua(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua")).args(args).stdin(Stdio::null()).output().unwrap()
}

/// How often a lock is tried again: a process that another test starts holds every open file for a moment, until it is the program.
const TRIES: usize = 1_000;

/// Runs the program; it must succeed.
pub fn must(args: &[&str]) -> String {
    let in_use = |output: &Output| {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        ["is in use by another process", "would block"].iter().any(|words| error.contains(words))
    };
    let mut outputs = (0..TRIES).map(|_| motcua(args));
    let output = outputs.find(|output| !in_use(output)).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "motcua {args:?} ended with {:?}: {error}", output.status.code());
    String::from_utf8(output.stdout).unwrap()
}

/// A node in a temporary folder, served in this process.
pub struct TestNode {
    pub folder: TempDir,
    pub running: Running,
}

/// A time in words.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A configuration of a new node.
pub fn new_node(folder: &Path, unit: &str, books_from: &str, parent: Option<&str>, now: Timestamp) -> Config {
    let new = NewNode {
        unit: unit.to_owned(),
        books_from: books_from.parse().unwrap(),
        listen: "127.0.0.1:0".to_owned(),
        parent: parent.map(str::to_owned),
    };
    let file = run::init(folder, &new, now).unwrap();
    let mut config = Config::load(&file).unwrap();
    config.limits = Limits::default();
    config.closing = Timetable { automatic: false, grace_days: 0 };
    config
}

/// Starts a node with a clock of its own.
pub async fn start(config: &Config, clock: &Moved) -> Running {
    let pace = Pace {
        interval: std::time::Duration::from_millis(200),
        retry: std::time::Duration::from_millis(50),
        longest_retry: std::time::Duration::from_millis(400),
    };
    for _ in 1..TRIES {
        let tick = std::time::Duration::from_secs(3600);
        match run::start(config, Surroundings { clock: clock.clock(), pace: pace.clone(), tick }).await {
            Err(RunError::Open(OpenError::InUse(_))) => tokio::task::yield_now().await,
            Err(RunError::Open(OpenError::Io { error, .. })) if error.kind() == ErrorKind::WouldBlock => {
                tokio::task::yield_now().await;
            }
            started => return started.unwrap(),
        }
    }
    panic!("{} is in use", config.data.display())
}

impl TestNode {
    /// A new node.
    pub async fn new(unit: &str, books_from: &str, parent: Option<&str>, clock: &Moved) -> TestNode {
        let folder = TempDir::new().unwrap();
        let now = (clock.clock())();
        let config = new_node(folder.path(), unit, books_from, parent, now);
        let running = start(&config, clock).await;
        TestNode { folder, running }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }
}
