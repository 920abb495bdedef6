//! A province, a district and its communes in one process: real gRPC on loopback, a real store for each node. Only the clock is moved.

mod dossiers;
mod fleet;
mod place;
mod split;
mod story;

use std::path::PathBuf;

use crate::reports::Lang;

pub use story::run;

/// What can be chosen.
#[derive(Clone, Debug)]
pub struct Options {
    /// End after the report.
    pub once: bool,
    /// Where the nodes are kept; a temporary directory otherwise.
    pub dir: Option<PathBuf>,
    /// Splits the published totals.
    pub seed: u64,
    /// A commune that stays silent.
    pub without: Option<String>,
    /// Language of the report.
    pub lang: Lang,
}

/// Why the demonstration ended early.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A node.
    #[error(transparent)]
    Run(#[from] crate::run::RunError),
    /// A node's answer.
    #[error("{}", crate::wire::status::explain(.0))]
    Status(Box<tonic::Status>),
    /// A connection.
    #[error("cannot connect to a node of the demonstration: {0}")]
    Connect(#[from] tonic::transport::Error),
    /// Files.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// What came of it.
        error: std::io::Error,
    },
    /// An option that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Something was not as it must be.
    #[error("{0}")]
    Wrong(String),
}

impl From<tonic::Status> for DemoError {
    fn from(status: tonic::Status) -> DemoError {
        DemoError::Status(Box::new(status))
    }
}
