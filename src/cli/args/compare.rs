//! What can be typed to put figures beside each other.

use clap::{Args, ValueEnum};

use super::{LangArg, NodeArgs, instant, period};
use crate::{
    domain::time::Timestamp,
    reports::{
        Breakdown,
        rank::{Ask, SMALL},
        share::{Part, Whole},
    },
};

#[derive(Args, Debug)]
pub(in crate::cli) struct CompareArgs {
    /// Code of the unit in force at the period's end; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Such as `2018-02`; as in `motcua report`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// The period it is compared with; the same otherwise.
    #[arg(long = "with", value_name = "PERIOD", value_parser = period, required_unless_present = "with_unit")]
    pub with: Option<String>,
    /// The unit it is compared with; the same otherwise.
    #[arg(long, value_name = "CODE")]
    pub with_unit: Option<String>,
    #[command(flatten)]
    pub written: WrittenArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RankArgs {
    /// Code of the unit above those that are ranked; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Such as `2018-02`; as in `motcua report`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// What is counted: late, overdue, on-time (before the due date or on it), resolved, online, full-online, postal.
    #[arg(long, value_name = "WHAT", value_parser = part)]
    pub by: Part,
    /// Of what: resolved, received, to-handle, due (resolved, or pending and overdue), pending; what is usual otherwise.
    #[arg(long, value_name = "WHOLE", value_parser = whole)]
    pub of: Option<Whole>,
    /// Rank agencies or fields instead of the units below.
    #[arg(long, value_enum, default_value_t = AmongArg::Unit)]
    pub among: AmongArg,
    /// The lowest share first.
    #[arg(long)]
    pub lowest: bool,
    /// Mark shares of fewer dossiers than this.
    #[arg(long, value_name = "N", default_value_t = SMALL, value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    pub small: i64,
    #[command(flatten)]
    pub written: WrittenArgs,
}

impl RankArgs {
    /// The question as the report's side knows it.
    pub fn ask(&self) -> Ask {
        let whole = self.of.unwrap_or_else(|| self.by.usual());
        Ask { part: self.by, whole, lowest_first: self.lowest, small: self.small }
    }
}

/// How an answer is written, and who is asked.
#[derive(Args, Debug)]
pub(in crate::cli) struct WrittenArgs {
    /// How it is written.
    #[arg(long, value_enum, default_value_t = WrittenArg::Table)]
    pub format: WrittenArg,
    /// What was published at this instant, such as `2018-02-20T08:00:00+07:00`; a date alone is its first moment, 00:00.
    #[arg(long, value_name = "T", value_parser = instant)]
    pub as_known_at: Option<Timestamp>,
    /// Language of the table.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum WrittenArg {
    /// For people.
    Table,
    /// One JSON object.
    Json,
    /// For spreadsheets.
    Csv,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum AmongArg {
    /// The units directly below, and the unit itself.
    Unit,
    /// Agencies that resolve.
    Agency,
    /// Fields.
    Field,
}

impl From<AmongArg> for Breakdown {
    fn from(among: AmongArg) -> Breakdown {
        match among {
            AmongArg::Unit => Breakdown::Unit,
            AmongArg::Agency => Breakdown::Agency,
            AmongArg::Field => Breakdown::Field,
        }
    }
}

fn part(text: &str) -> Result<Part, String> {
    text.parse().map_err(|e: <Part as std::str::FromStr>::Err| e.to_string())
}

fn whole(text: &str) -> Result<Whole, String> {
    text.parse().map_err(|e: <Whole as std::str::FromStr>::Err| e.to_string())
}
