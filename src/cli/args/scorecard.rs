//! What can be typed to be given points.

use std::path::PathBuf;

use clap::Args;

use super::{compare::WrittenArgs, period};

#[derive(Args, Debug)]
pub(in crate::cli) struct ScorecardArgs {
    /// Code of the unit in force at the period's end; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Such as `2018-02`; as in `motcua report`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// Another card than the one in the manner of decision 766/QĐ-TTg: a file such as scorecards/766.toml.
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    #[command(flatten)]
    pub written: WrittenArgs,
}
