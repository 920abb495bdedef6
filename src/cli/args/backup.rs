//! What can be typed for backups, and for desks that keep what they sent.

use std::path::PathBuf;

use clap::Args;

use super::{NodeArgs, instant};
use crate::domain::time::Timestamp;

#[derive(Args, Debug)]
pub(in crate::cli) struct BackupArgs {
    /// The node's directory.
    pub dir: PathBuf,
    /// Where to: a folder for this node's backup alone, best on another disk. It is made if the one it lies in is there.
    #[arg(long, value_name = "FOLDER")]
    pub to: PathBuf,
    /// Leave the keys out. A node that is restored without them has to join anew.
    #[arg(long)]
    pub without_keys: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RestoreArgs {
    /// The folder that `motcua backup` wrote to.
    pub backup: PathBuf,
    /// The node's directory; it must be empty, or not be there.
    #[arg(required_unless_present = "check")]
    pub dir: Option<PathBuf>,
    /// Restore nothing that was recorded after this instant, such as `2018-02-20T08:00:00+07:00`; a date alone is its first moment, 00:00.
    #[arg(long, value_name = "T", value_parser = instant)]
    pub until: Option<Timestamp>,
    /// Restore nothing after this entry. What was written together stays together.
    #[arg(long, value_name = "SEQ", conflicts_with = "until")]
    pub through: Option<u64>,
    /// Only read the backup through and say what it would give back.
    #[arg(long, conflicts_with = "dir")]
    pub check: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct OutboxArgs {
    /// The desk's outbox: a folder of its own; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub outbox: PathBuf,
    /// Keep acknowledged events so many days at most, backup or not.
    #[arg(long, value_name = "DAYS", default_value_t = crate::desk::keeping::KEEP_DAYS)]
    pub keep_days: u32,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct DeskSendArgs {
    #[command(flatten)]
    pub outbox: OutboxArgs,
    /// Forget events that the node refuses; otherwise they are kept and tried again with the next `send`.
    #[arg(long)]
    pub forget_refused: bool,
    #[command(flatten)]
    pub node: NodeArgs,
}
