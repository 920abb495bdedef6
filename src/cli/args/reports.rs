//! What can be typed to ask for figures.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{LangArg, NodeArgs, instant, period};
use crate::{domain::time::Timestamp, reports::Breakdown};

#[derive(Args, Debug)]
pub(in crate::cli) struct ReportArgs {
    /// Code of the unit in force at the period's end; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// `2018-02` (legal month), `2018-Q1`, `2018-H1`, `2018-9M`, `2018`, `cal:2018-02`, `2021-12-15..2022-06-09`, `2018-W07`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// The last period of a series that begins with --period.
    #[arg(long, value_name = "PERIOD", value_parser = period, conflicts_with = "by")]
    pub to: Option<String>,
    /// Rows by unit, agency, field, procedure, channel, or field within level of authority. Forms without it have rows by unit where there
    /// are units below, by field otherwise.
    #[arg(long, value_parser = breakdown)]
    pub by: Option<Breakdown>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = FormatArg::Table)]
    pub format: FormatArg,
    /// The form: a name of `motcua form list`, or a file.
    #[arg(long, value_name = "NAME|FILE", default_value = crate::reports::form::NAMES[0])]
    pub form: String,
    /// Write it to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What was published at this instant, such as `2018-02-20T08:00:00+07:00`; a date alone is its first moment, 00:00.
    #[arg(long, value_name = "T", value_parser = instant)]
    pub as_known_at: Option<Timestamp>,
    /// Exit with 1 unless every unit expected is in it.
    #[arg(long)]
    pub complete: bool,
    /// Language of the table or the text.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ChildrenArgs {
    /// Such as `2018-02`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum FormatArg {
    /// For people, every figure there is.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets, every figure there is.
    Csv,
    /// A paragraph for the press, with what it is compared with.
    Text,
    /// The form, for people.
    Form,
    /// The form as a page to be printed.
    Html,
    /// The form as a workbook.
    Xlsx,
    /// The form for spreadsheets.
    FormCsv,
    /// For statisticians' programs: SDMX-CSV 2.0.
    Sdmx,
}

impl FormatArg {
    /// Whether it is a printed form, which a template lays out.
    pub fn is_form(self) -> bool {
        matches!(self, FormatArg::Form | FormatArg::Html | FormatArg::Xlsx | FormatArg::FormCsv)
    }
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum FormCommand {
    /// Names the forms the program comes with.
    List,
    /// Prints a form's file, to begin another one from.
    Show {
        /// A name of `motcua form list`.
        name: String,
    },
    /// Tells every mistake of a form's file.
    Check {
        /// The file.
        file: PathBuf,
    },
}

fn breakdown(text: &str) -> Result<Breakdown, String> {
    text.parse().map_err(|e: <Breakdown as std::str::FromStr>::Err| e.to_string())
}
