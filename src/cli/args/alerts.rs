//! What can be typed to look ahead.

use std::path::PathBuf;

use clap::Args;

use super::{LangArg, NodeArgs, WrittenArg};
use crate::reports::forecast::MOST_DAYS;

#[derive(Args, Debug)]
pub(in crate::cli) struct ForecastArgs {
    /// Working days after today.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST_DAYS)))]
    pub days: u32,
    #[command(flatten)]
    pub told: ToldArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct AlertsArgs {
    #[command(flatten)]
    pub told: ToldArgs,
}

/// How an answer of now is written, and who is asked.
#[derive(Args, Debug)]
pub(in crate::cli) struct ToldArgs {
    /// How it is written.
    #[arg(long, value_enum, default_value_t = WrittenArg::Table)]
    pub format: WrittenArg,
    /// Language of the table.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct DeskDueArgs {
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Those due by the end of so many working days from today, by the node's clock and calendar, and those overdue; 0 is today.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(0..=20), conflicts_with = "all")]
    pub days: u32,
    /// Every open dossier, those that wait for a supplement too.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub told: ToldArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct DigestArgs {
    /// The node's directory; the node must be running.
    pub dir: PathBuf,
    /// Deliver it now as the configuration says, to the folder and by mail, whether it was delivered today or not.
    #[arg(long)]
    pub send: bool,
}
