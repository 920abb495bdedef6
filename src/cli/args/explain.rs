//! What can be typed to have a figure explained.

use clap::{Args, ValueEnum};

use super::{LangArg, NodeArgs, instant, period};
use crate::domain::{measure::Figure, time::Timestamp};

#[derive(Args, Debug)]
pub(in crate::cli) struct ExplainArgs {
    /// Code of the unit in force at the period's end; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Such as `2018-02`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// Code name of the figure, such as `resolved_late` or `received_new`. Without it: every revision of the unit's documents, and what each changed.
    #[arg(long, value_name = "NAME", value_parser = figure)]
    pub measure: Option<Figure>,
    /// As it was published at this instant, such as `2018-02-20T08:00:00+07:00`; a date alone is its first moment, 00:00.
    #[arg(long, value_name = "T", value_parser = instant, requires = "measure")]
    pub as_known_at: Option<Timestamp>,
    /// List at most so many dossiers, where they are at the node; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub dossiers: usize,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = ExplainFormatArg::Text)]
    pub format: ExplainFormatArg,
    /// Language of the text.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum ExplainFormatArg {
    /// For people.
    Text,
    /// For programs.
    Json,
}

fn figure(name: &str) -> Result<Figure, String> {
    Figure::by_name(name).ok_or_else(|| {
        let names: Vec<&str> = Figure::all().map(Figure::name).collect();
        format!("not a figure: write one of {}", names.join(", "))
    })
}
