//! Sends a file's events to a node, in groups, and says what became of each.
//!
//! One pass over the file and bounded memory: a thread reads rows, a stream carries groups, at most [`IN_FLIGHT`] of them
//! without an answer. An event counts as done only when the node has acknowledged it, and its id rests on the row
//! alone; so a cut connection loses nothing, and running the same command again is always safe.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::wire::link::Link;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    choices::Column,
    collect::{Collector, Feeder},
    groups::read_groups,
    left_out::{LeftOut, LeftOutFile},
    mapping::{Mapping, MappingError},
    outbox::{Outbox, OutboxError},
    rows::RowOptions,
};
use crate::wire::pb::v1::desk_service_client::DeskServiceClient;

/// Events in a group.
pub const GROUP: usize = 500;
/// Groups on their way without an answer.
pub const IN_FLIGHT: usize = 4;

/// How to import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportOptions {
    /// How rows are read.
    pub rows: RowOptions,
    /// Let the node say what would happen, and record nothing.
    pub dry_run: bool,
    /// Where to list what is left out; `None` for `FILE.left-out.csv`.
    pub left_out: Option<PathBuf>,
}

/// How far it is.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Bytes of the file whose rows have been answered.
    pub bytes: u64,
    /// Bytes of the file.
    pub total_bytes: u64,
    /// Rows read and answered.
    pub rows: u64,
    /// Events the node has answered.
    pub events: u64,
}

/// What became of the file.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ImportReport {
    /// Rows read.
    pub rows: u64,
    /// Events sent and answered: recorded + already recorded + conflict + refused.
    pub events: u64,
    /// New on the node's disk; in a dry run, what would be.
    pub recorded: u64,
    /// There already.
    pub already_recorded: u64,
    /// Another event with the same id is there; listed in the file, nothing was changed.
    pub conflict: u64,
    /// Not recorded; listed in the file.
    pub refused: u64,
    /// Of the recorded: kept, and counted once their predecessor comes.
    pub held: u64,
    /// Of the recorded: kept, and ruled out by an earlier event.
    pub in_conflict: u64,
    /// Of the recorded: in a closed period, counted with the next amendment.
    pub late: u64,
    /// Lines of the list by reason, the node's refusals and conflicts among them.
    pub left_out: BTreeMap<String, u64>,
    /// Texts the mapping does not name, by column, with the number of rows: the first hundred.
    pub unknown: BTreeMap<(Column, String), u64>,
    /// The list, if anything is on it.
    pub left_out_file: Option<PathBuf>,
}

/// Why an import ended before the file did. Running it again is safe after every one of these.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read, or the list not written.
    #[error("{}: {source}: check the path and the disk", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The mapping does not fit the file.
    #[error("the mapping does not fit the file: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Mapping(Vec<MappingError>),
    /// The mapping says to stop at a mistake.
    #[error("stopped at row {} ({} {}): correct the row or change `on_bad_row`, then run the same command again", .0.row, .0.reason, .0.detail)]
    Stopped(LeftOut),
    /// The node said no to the whole stream.
    #[error(
        "the node refused after {answered} events: {message}; put that right and run the same command again, what is recorded counts once"
    )]
    Node {
        /// Events answered before.
        answered: u64,
        /// The node's words.
        message: String,
    },
    /// The connection broke.
    #[error(
        "the connection to the node was lost after {answered} events ({message}): run the same command again, it is safe and what is recorded counts once"
    )]
    Cut {
        /// Events answered before.
        answered: u64,
        /// What was seen of it.
        message: String,
    },
    /// The node does not speak as agreed.
    #[error(
        "the node answered {got} of {sent} events of a group: check that node and client are of compatible releases"
    )]
    Answers {
        /// Answers that fit.
        got: usize,
        /// Events sent.
        sent: usize,
    },
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// An outbox that both halves of an import write to.
pub type SharedOutbox = Arc<Mutex<Outbox>>;

/// What is durable in it is; a panic elsewhere changes nothing of that.
pub(super) fn lock(outbox: &SharedOutbox) -> std::sync::MutexGuard<'_, Outbox> {
    outbox.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Imports a file.
///
/// `progress` is called after every group. The counts of the report are of acknowledged events only.
///
/// # Errors
/// [`ImportError`]; what was acknowledged before it stays recorded, and the list of what was left out reaches as far.
pub async fn import(
    file: &Path,
    mapping: &Mapping,
    client: DeskServiceClient<Link>,
    options: ImportOptions,
    progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport, ImportError> {
    import_by(file, mapping, client, options, None, progress).await
}

/// As [`import`], with every event durable in an outbox before it is sent, where there is one. What the node refuses is on the list and leaves the
/// outbox: the file is still there to be corrected.
///
/// # Errors
/// [`ImportError`], as for [`import`].
pub async fn import_by(
    file: &Path,
    mapping: &Mapping,
    client: DeskServiceClient<Link>,
    options: ImportOptions,
    outbox: Option<SharedOutbox>,
    progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport, ImportError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| ImportError::File { path: path.clone(), source }
    };
    let opened = File::open(file).map_err(at(file))?;
    let total_bytes = opened.metadata().map_err(at(file))?.len();
    let list = options.left_out.unwrap_or_else(|| LeftOutFile::path_for(file));

    let (groups, incoming) = mpsc::channel(1);
    let (reading, rows) = (mapping.clone(), options.rows);
    let reader = tokio::task::spawn_blocking(move || read_groups(opened, &reading, rows, &groups));

    let (requests, outgoing) = mpsc::channel(1);
    let (sent, unanswered) = mpsc::channel(IN_FLIGHT);
    let mut collector = Collector {
        report: ImportReport::default(),
        progress: Progress { total_bytes, ..Progress::default() },
        list: LeftOutFile::new(list.clone()),
        tell: progress,
        outbox: outbox.clone(),
        now: options.rows.now,
    };
    let feeder = Feeder { sent, requests, dry_run: options.dry_run, outbox };
    let (fed, collected) = tokio::join!(
        feeder.feed(incoming),
        collector.collect(client, ReceiverStream::new(outgoing), unanswered, at(&list)),
    );
    // the reader ends by itself: its channel is closed by now
    let read = reader.await.map_err(io::Error::other).map_err(at(file))?;
    let written = collector.list.finish().map_err(at(&list));
    fed?;
    collected?;
    read.map_err(|e| match e {
        ImportError::File { source, .. } => at(file)(source),
        other => other,
    })?;
    Ok(ImportReport { left_out_file: written?, ..collector.report })
}

/// Reads a file into an outbox and sends nothing, because the node cannot be reached. Returns how many events are new in the outbox, beside what was
/// read and left out.
///
/// # Errors
/// [`ImportError`]; what was read before it is in the outbox.
pub async fn keep(
    file: &Path,
    mapping: &Mapping,
    options: ImportOptions,
    outbox: &SharedOutbox,
) -> Result<(ImportReport, u64), ImportError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| ImportError::File { path: path.clone(), source }
    };
    let opened = File::open(file).map_err(at(file))?;
    let list = options.left_out.unwrap_or_else(|| LeftOutFile::path_for(file));
    let (groups, mut incoming) = mpsc::channel(1);
    let (reading, rows) = (mapping.clone(), options.rows);
    let reader = tokio::task::spawn_blocking(move || read_groups(opened, &reading, rows, &groups));
    let mut left_out = LeftOutFile::new(list.clone());
    let (mut report, mut kept) = (ImportReport::default(), 0);
    while let Some(group) = incoming.recv().await {
        for line in &group.left_out {
            *report.left_out.entry(line.reason.clone()).or_default() += 1;
            left_out.write(line).map_err(at(&list))?;
        }
        kept += lock(outbox).put(&group.events)? as u64;
        report.rows += group.rows;
    }
    let read = reader.await.map_err(io::Error::other).map_err(at(file))?;
    report.left_out_file = left_out.finish().map_err(at(&list))?;
    read.map_err(|e| match e {
        ImportError::File { source, .. } => at(file)(source),
        other => other,
    })?;
    Ok((report, kept))
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
