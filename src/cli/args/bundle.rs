//! What can be typed about bundles.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{LangArg, NodeArgs, period};
use crate::document::Anchor;

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum BundleCommand {
    /// Writes every document of a unit for a period, with all they name, to a file that anybody can verify.
    Export(BundleExportArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct BundleExportArgs {
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Such as `2018-02`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// The file; one that is there is replaced when the new one is whole.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct VerifyArgs {
    /// The bundle.
    #[arg(required_unless_present = "period", conflicts_with = "period")]
    pub file: Option<PathBuf>,
    /// Code of the unit at that node; the node's own otherwise.
    #[arg(long, value_name = "CODE", requires = "period")]
    pub unit: Option<String>,
    /// Fetch the bundle of this period from a node, such as `2018-02`, and verify it here.
    #[arg(long, value_parser = period)]
    pub period: Option<String>,
    /// The root key the province has published, or its fingerprint.
    #[arg(long, value_name = "HEX")]
    pub root: Option<Anchor>,
    /// Language of what is said.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = VerdictArg::Table)]
    pub format: VerdictArg,
    /// List every document, not only what is wrong or missing.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum VerdictArg {
    Table,
    Json,
}
