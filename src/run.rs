//! The composition root: from a configuration to a running node, and back to a clean stop.

mod backup;
mod digest;
mod init;
mod join;
mod rekey;
mod restore;
mod secure;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

pub use backup::{BackupTo, backup};
pub use digest::{LISTED, Ready, deliver};
pub use init::{NewNode, NewTop, init, init_top};
pub use join::{join, rejoin};
pub use rekey::{Rekeyed, rekey};
pub use restore::{Restored, check as check_backup, restore};

use crate::{
    api::{
        listener::Listener,
        server::{self, Drained, ServeError},
    },
    config::Config,
    document::{KeyError, KeySealer, Sealer},
    federation::uplink::{self, Pace},
    metrics::page,
    node::{Node, Powers, timetable::Timetable},
    store::{
        core::Setting,
        map::MapError,
        open::{DataDir, OpenError, OpenOptions},
        restore::RestoreError,
        writer::Clock,
    },
    trust::{TrustError, files::read_secret},
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
    /// No backup was taken.
    #[error("backup to {to}: {error}")]
    Backup {
        /// The folder.
        to: String,
        /// Why.
        error: String,
    },
    /// A backup cannot be restored.
    #[error("backup {from}: {error}")]
    Restore {
        /// The folder.
        from: String,
        /// Why.
        error: RestoreError,
    },
    /// Keys and certificates.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The federation does not let the node in.
    #[error("{0}")]
    Refused(String),
    /// What a new node was told.
    #[error("{0}")]
    Invalid(String),
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> RunError {
    let what = what.into();
    move |error| RunError::Io { what, error }
}

fn key_file(data: &Path) -> PathBuf {
    data.join("document.key")
}

fn access_file(data: &Path) -> PathBuf {
    data.join("access.key")
}

/// Bytes from the system's source of randomness.
fn secret<const N: usize>() -> Result<[u8; N], RunError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| io_error("no randomness for a key")(io::Error::other(e.to_string())))?;
    Ok(bytes)
}

/// The key that signs this node's documents.
pub fn load_key(data: &Path) -> Result<Arc<dyn Sealer>, RunError> {
    let file = key_file(data);
    let name = file.display().to_string();
    let pem = read_secret(&file)?;
    let sealer = KeySealer::from_pem(&pem).map_err(|error| RunError::Key { file: name, error })?;
    Ok(Arc::new(sealer))
}

/// What a node needs to open its store.
pub fn setting(config: &Config) -> Result<Setting, RunError> {
    Ok(Setting {
        sealer: load_key(&config.data)?,
        has_parent: config.parent.is_some(),
        two_persons: config.two_persons,
    })
}

/// How its store is opened.
pub fn open_options(config: &Config) -> OpenOptions {
    let mut options = OpenOptions::default();
    options.sled.cache_bytes = config.store.cache_bytes;
    options.segment_bytes = Some(config.store.segment_bytes);
    options.layer.freeze_bytes = usize::try_from(config.store.freeze_bytes).unwrap_or(usize::MAX);
    options
}

/// Brings the derived state up to what was just written beside it, so that the next start does not speak of a power cut.
fn settle(data: &DataDir, config: &Config, setting: &Setting) -> Result<(), RunError> {
    Ok(data.open(&config.unit, setting, &open_options(config))?.core.close()?)
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
    /// Where metrics are served, if they are.
    pub metrics: Option<SocketAddr>,
    works: Works,
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
    let powers = if config.secure { secure::powers(config)? } else { Powers::default() };
    let node = Node::start(opened.core, Arc::clone(&around.clock), powers, opened.notes)
        .map_err(io_error("cannot start the writer"))?;
    backup::tell(&node, config);
    node.alert_when(config.alerts.clone());
    let mut works = Works::begin(&node, listener, config, &around)?;
    works.tasks.spawn(backup::keep(Arc::clone(&node), config.clone(), works.stop.clone()));
    if let Some(digest) = config.digest.clone() {
        works.tasks.spawn(digest::keep(Arc::clone(&node), config.clone(), digest, works.stop.clone()));
    }
    let metrics = match config.metrics {
        Some(listen) => Some(metrics(listen, &node, &works.stop, &mut works.tasks).await?),
        None => None,
    };
    tracing::info!(unit = config.unit, %address, parent = config.parent.as_ref().map(|p| p.url.as_str()), "serving");
    Ok(Running { address, node, metrics, works, _data: data })
}

/// What goes on around a node: its server and the tasks beside it.
pub struct Works {
    stop: CancellationToken,
    server: tokio::task::JoinHandle<Result<Drained, ServeError>>,
    tasks: JoinSet<()>,
}

impl Works {
    /// Starts everything on the runtime of the caller.
    ///
    /// # Errors
    /// [`RunError::Trust`] if the node's keys cannot be used for its links.
    pub fn begin(
        node: &Arc<Node>,
        listener: impl Into<Listener>,
        config: &Config,
        around: &Surroundings,
    ) -> Result<Works, RunError> {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let security = node.keyring().map(|keyring| secure::security(keyring, &around.clock)).transpose()?;
        if let (Some(keyring), Some(security)) = (node.keyring(), &security) {
            // Before anybody can ask: the first look of the renewals may come too late.
            secure::tell_lapse(node, keyring);
            tasks.spawn(secure::watch_roll(Arc::clone(node), security.sessions.clone(), stop.clone()));
            let keyring = keyring.clone();
            tasks.spawn(secure::renewals(
                Arc::clone(node),
                config.clone(),
                keyring,
                around.pace.interval,
                stop.clone(),
            ));
        }
        let relay = config.parent.as_ref().filter(|_| config.secure).map(|parent| secure::relay(node, &parent.url));
        let server =
            server::serve(Arc::clone(node), listener.into(), security, relay, stop.clone(), config.limits.clone());
        let server = tokio::spawn(server);
        if let Some(parent) = &config.parent {
            tasks.spawn(uplink::run(Arc::clone(node), parent.url.clone(), around.pace.clone(), stop.clone()));
        }
        tasks.spawn(timetable(Arc::clone(node), config.closing.clone(), around.tick, stop.clone()));
        Ok(Works { stop, server, tasks })
    }

    /// Ends it: calls are drained until their deadline.
    ///
    /// # Errors
    /// [`RunError::Serve`] if the server had ended before.
    pub async fn end(mut self) -> Result<Drained, RunError> {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        match self.server.await {
            Ok(drained) => Ok(drained?),
            Err(error) => Err(io_error("the server ended badly")(io::Error::other(error))),
        }
    }
}

impl Running {
    /// Ends everything: calls are drained until their deadline, and the store is closed with everything written down.
    pub async fn stop(self) -> Result<Drained, RunError> {
        let drained = self.works.end().await?;
        self.node.stop()?;
        Ok(drained)
    }
}

/// Serves the metrics and says where.
async fn metrics(
    listen: SocketAddr,
    node: &Arc<Node>,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<SocketAddr, RunError> {
    let listener = TcpListener::bind(listen).await.map_err(io_error(format!("cannot serve metrics on {listen}")))?;
    let address = listener.local_addr().map_err(io_error("cannot tell the port of the metrics"))?;
    // The page must not keep the node alive after its end.
    let node = Arc::downgrade(node);
    let text = move || {
        let node = node.upgrade()?;
        node.metrics.text(&node.gauges())
    };
    let served = page::serve(listener, text, stop.clone());
    tasks.spawn(async move {
        if let Err(error) = served.await {
            tracing::warn!("metrics are served no more: {error}");
        }
    });
    tracing::info!(%address, "metrics are at /metrics");
    Ok(address)
}

async fn timetable(node: Arc<Node>, timetable: Timetable, tick: Duration, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(tick);
    loop {
        tokio::select! {
            biased;
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
