//! The composition root: from a configuration to a running node, and back to a clean stop.

use std::{
    fs, io,
    io::Write,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::NaiveDate;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    api::server::{self, Drained, ServeError},
    config::{self, Config},
    document::{KeyError, KeySealer, Sealer},
    domain::{atoms::Cuts, time::Timestamp},
    federation::uplink::{self, Pace},
    ledger::{By, Entry, EntryKind},
    node::{Node, Powers, timetable::Timetable},
    store::{
        core::Setting,
        map::MapError,
        open::{DataDir, OpenError, OpenOptions},
        writer::Clock,
    },
};

/// Why a node cannot be made, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The derived state at the end.
    #[error(transparent)]
    State(#[from] MapError),
    /// Serving.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The document key.
    #[error("the document key {file}: {error}")]
    Key {
        /// Where it lies.
        file: String,
        /// What is wrong.
        error: KeyError,
    },
    /// Files and ports.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// What came of it.
        error: io::Error,
    },
    /// What a new node was told.
    #[error("{0}")]
    Invalid(String),
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> RunError {
    let what = what.into();
    move |error| RunError::Io { what, error }
}

/// What a new node is told.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// Code of its unit.
    pub unit: String,
    /// First local day of its books: a 1st or a 15th.
    pub books_from: NaiveDate,
    /// Where it will listen.
    pub listen: String,
    /// The node above.
    pub parent: Option<String>,
}

/// Makes a node: its key, its journal with the genesis entry, its configuration. The configuration comes last, so a directory without one is
/// no node.
pub fn init(dir: &Path, new: &NewNode, now: Timestamp) -> Result<PathBuf, RunError> {
    let file = dir.join(config::FILE);
    let text = config::template(&new.unit, &new.listen, new.parent.as_deref());
    let config =
        Config::parse(&text, dir).map_err(|mistakes| RunError::Invalid(mistakes.join("\n").trim().to_owned()))?;
    if !Cuts::default().is_boundary(new.books_from) {
        return Err(RunError::Invalid(format!("books begin on a 1st or a 15th, not on {}", new.books_from)));
    }
    if file.exists() {
        return Err(OpenError::NotEmpty(dir.display().to_string()).into());
    }
    let data = DataDir::lock(&config.data)?;
    new_key(&config.data)?;
    let genesis = EntryKind::Genesis { code: new.unit.clone(), books_from: new.books_from, epoch: 1, root: None };
    data.create(&[Entry { recorded_at: now, kind: genesis }], &By::new("init", ""))?;
    fs::write(&file, text).map_err(io_error(format!("cannot write {}", file.display())))?;
    Ok(file)
}

fn key_file(data: &Path) -> PathBuf {
    data.join("document.key")
}

fn new_key(data: &Path) -> Result<(), RunError> {
    let file = key_file(data);
    let name = file.display().to_string();
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| io_error("no randomness for a key")(io::Error::other(e.to_string())))?;
    let pem = KeySealer::from_seed(&seed).to_pem().map_err(|error| RunError::Key { file: name.clone(), error })?;
    let written = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
    written
        .and_then(|mut f| f.write_all(pem.as_bytes()).and_then(|()| f.sync_all()))
        .map_err(io_error(format!("cannot write {name}")))
}

/// The key that signs this node's documents.
pub fn load_key(data: &Path) -> Result<Arc<dyn Sealer>, RunError> {
    let file = key_file(data);
    let name = file.display().to_string();
    let pem = fs::read_to_string(&file).map_err(io_error(format!("cannot read the document key {name}")))?;
    let sealer = KeySealer::from_pem(&pem).map_err(|error| RunError::Key { file: name, error })?;
    Ok(Arc::new(sealer))
}

/// What a node needs to open its store.
pub fn setting(config: &Config) -> Result<Setting, RunError> {
    Ok(Setting { sealer: load_key(&config.data)?, has_parent: config.parent.is_some() })
}

/// How its store is opened.
pub fn open_options(config: &Config) -> OpenOptions {
    let mut options = OpenOptions::default();
    options.sled.cache_bytes = config.store.cache_bytes;
    options.segment_bytes = Some(config.store.segment_bytes);
    options.layer.freeze_bytes = usize::try_from(config.store.freeze_bytes).unwrap_or(usize::MAX);
    options
}

/// Everything that decides how a node runs but is not in its configuration.
pub struct Surroundings {
    /// Tells the time.
    pub clock: Clock,
    /// How patient the link upward is.
    pub pace: Pace,
    /// How often the timetable is looked at.
    pub tick: Duration,
}

impl Surroundings {
    /// As they are on a real machine.
    pub fn real(config: &Config) -> Surroundings {
        let interval = config.parent.as_ref().map_or(30, |p| p.interval_seconds);
        let pace = Pace { interval: Duration::from_secs(interval), ..Pace::default() };
        Surroundings { clock: crate::clock::system(), pace, tick: Duration::from_secs(60) }
    }
}

/// A node that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The handle every entrance uses.
    pub node: Arc<Node>,
    stop: CancellationToken,
    server: tokio::task::JoinHandle<Result<Drained, ServeError>>,
    tasks: JoinSet<()>,
    // Held until the store is closed.
    _data: DataDir,
}

/// Opens the store, binds the port and starts everything that runs beside.
pub async fn start(config: &Config, around: Surroundings) -> Result<Running, RunError> {
    let data = DataDir::lock(&config.data)?;
    let setting = setting(config)?;
    let opened = data.open(&config.unit, &setting, &open_options(config))?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(io_error(format!("cannot listen on {}: is another node running there?", config.listen)))?;
    let address = listener.local_addr().map_err(io_error("cannot tell the port"))?;
    for note in &opened.notes {
        tracing::warn!("{note}");
    }
    let node = Node::start(opened.core, around.clock, Powers::default(), opened.notes)
        .map_err(io_error("cannot start the writer"))?;
    let stop = CancellationToken::new();
    let server = tokio::spawn(server::serve(Arc::clone(&node), listener, None, stop.clone(), config.limits.clone()));
    let mut tasks = JoinSet::new();
    if let Some(parent) = &config.parent {
        tasks.spawn(uplink::run(Arc::clone(&node), parent.url.clone(), around.pace, stop.clone()));
    }
    tasks.spawn(timetable(Arc::clone(&node), config.closing.clone(), around.tick, stop.clone()));
    tracing::info!(unit = config.unit, %address, parent = config.parent.as_ref().map(|p| p.url.as_str()), "serving");
    Ok(Running { address, node, stop, server, tasks, _data: data })
}

impl Running {
    /// Ends everything: calls are drained until their deadline, and the store is closed with everything written down.
    pub async fn stop(mut self) -> Result<Drained, RunError> {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        let drained = match self.server.await {
            Ok(drained) => drained?,
            Err(error) => return Err(io_error("the server ended badly")(io::Error::other(error))),
        };
        self.node.stop()?;
        Ok(drained)
    }
}

async fn timetable(node: Arc<Node>, timetable: Timetable, tick: Duration, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(tick);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match node.close_when_due(&timetable).await {
            Ok(0) => {}
            Ok(published) => tracing::info!(published, "closed what was due"),
            Err(error) => tracing::warn!("what is due cannot be closed: {error}"),
        }
    }
}
