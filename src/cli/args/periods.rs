//! What can be typed about periods and reviews.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{LangArg, NodeArgs, period};
use crate::domain::percent::parse_count;

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
    /// What a unit says of its figures: why dossiers were late, and a note. It goes up with the unit's document and stands under the reports of the unit
    /// and of the one directly above. Write nothing that names a person or a dossier: it is published. Of a closed period it goes out when the
    /// period is amended.
    Explain(PeriodExplainArgs),
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
pub(in crate::cli) struct PeriodExplainArgs {
    /// Such as `2018-02`.
    #[arg(value_parser = period)]
    pub period: String,
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// A cause and how many dossiers it made late, such as `"chờ ý kiến sở=3"`; may be given up to 20 times.
    #[arg(long = "cause", value_name = "TEXT=NUMBER", value_parser = cause)]
    pub causes: Vec<(String, i64)>,
    /// In the unit's own words.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    /// Take back what was said before.
    #[arg(long, conflicts_with_all = ["causes", "note"])]
    pub withdraw: bool,
    #[command(flatten)]
    pub node: NodeArgs,
}

fn cause(text: &str) -> Result<(String, i64), String> {
    let (cause, count) = text.rsplit_once('=').ok_or("write it as cause=number")?;
    Ok((cause.trim().to_owned(), parse_count(count).map_err(|e| e.to_string())?))
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
    /// What the unit (the node's own if none is named) says of its figures, as `motcua period explain --note` does; causes given there stay. It goes out
    /// with the documents. Where this is refused, the note is kept for the next time.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
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
