//! What can be typed about periods and reviews.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{LangArg, NodeArgs, period};

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum PeriodCommand {
    /// The atoms of a unit's books, newest first.
    List(PeriodListArgs),
    /// Closes everything up to the period's end and publishes it.
    Close(PeriodChangeArgs),
    /// Publishes new revisions of what has changed since it was closed. Stocks form a chain, so everything closed that has changed goes out
    /// together: before the period, in it, and after it.
    Amend(PeriodChangeArgs),
    /// Draws up what closing the period would publish (amending, where it is closed), for another person to approve.
    Prepare(PeriodChangeArgs),
    /// Publishes what another person has prepared, if nothing has changed since.
    Approve(PeriodNamedArgs),
    /// Takes back what was prepared.
    Withdraw(PeriodNamedArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct PeriodNamedArgs {
    /// Such as `2018-02`.
    #[arg(value_parser = period)]
    pub period: String,
    /// Code of the unit; all whose books the node keeps otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct PeriodListArgs {
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct PeriodChangeArgs {
    /// Such as `2018-02`.
    #[arg(value_parser = period)]
    pub period: String,
    /// Code of the unit; all whose books the node keeps otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Why closed figures change; an amendment needs one.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum ReviewCommand {
    /// Accepts the report of a unit below.
    Accept(ReviewArgs),
    /// Returns one figure of it, with a reason and a day for the answer.
    Return(ReviewReturnArgs),
    /// What was said of a unit's report, and which revision answered it.
    List(ReviewArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ReviewArgs {
    /// Such as `2018-02`.
    #[arg(value_parser = period)]
    pub period: String,
    /// Code of the unit.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Language of the list.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ReviewReturnArgs {
    /// Such as `2018-02`.
    #[arg(value_parser = period)]
    pub period: String,
    /// Code of the unit.
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// Code name of the figure, such as `received_direct` or `resolved_total`.
    #[arg(long, value_name = "NAME")]
    pub measure: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The last day for an answer.
    #[arg(long, value_name = "DATE")]
    pub until: NaiveDate,
    #[command(flatten)]
    pub node: NodeArgs,
}
