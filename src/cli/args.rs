//! What can be typed.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    domain::{periods::Period, time::Timestamp},
    reports::{Breakdown, Lang},
};

/// A federation of one-stop shop nodes: reception-desk events become reports nobody has to add up by hand.
///
/// Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 could not. Results go to standard output, everything else to standard error.
#[derive(Parser, Debug)]
#[command(name = "motcua", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

impl Cli {
    /// Whether the command tells its own story, so that only warnings are logged beside it.
    pub fn is_quiet(&self) -> bool {
        !matches!(self.command, Command::Serve(_))
    }
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Runs a province, a district and its communes in one process, and prints the provincial report.
    Demo(DemoArgs),
    /// Makes a node in a directory.
    Init(InitArgs),
    /// Runs a node until it is told to stop.
    Serve(ServeArgs),
    /// Shows how a node is doing.
    Status(NodeArgs),
    /// The tree of units, procedures, calendar and cuts, at the top of the tree.
    #[command(subcommand)]
    Registry(RegistryCommand),
    /// The desk's side.
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Reporting periods: list, close, amend.
    #[command(subcommand)]
    Period(PeriodCommand),
    /// The figures of a unit for a period.
    Report(ReportArgs),
    /// Who below has reported, who has not, and why.
    Children(ChildrenArgs),
    /// Checks a node's directory from end to end and prints its state hash. The node must not be running.
    Fsck(DirArgs),
    /// Makes a node's derived state anew from its journal, and compares. The node must not be running.
    Rebuild(DirArgs),
}

#[derive(Args, Debug)]
pub(super) struct DemoArgs {
    /// End after the report instead of going on serving.
    #[arg(long)]
    pub once: bool,
    /// Keep the nodes here; a temporary directory otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Splits the published totals over the communes; another seed changes the communes, not the totals.
    #[arg(long, value_name = "N", default_value_t = 2018)]
    pub seed: u64,
    /// Leave one commune silent.
    #[arg(long, value_name = "UNIT")]
    pub without: Option<String>,
    /// Language of the report.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
}

impl From<DemoArgs> for crate::demo::Options {
    fn from(args: DemoArgs) -> Self {
        crate::demo::Options {
            once: args.once,
            dir: args.dir,
            seed: args.seed,
            without: args.without,
            lang: args.lang.into(),
        }
    }
}

#[derive(Args, Debug)]
pub(super) struct InitArgs {
    /// Where; made if it is not there.
    pub dir: PathBuf,
    /// Code of the unit, with its zeros.
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// The node above, such as `http://127.0.0.1:7071`; none at the top.
    #[arg(long, value_name = "URL")]
    pub parent: Option<String>,
    /// Where it will listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7070")]
    pub listen: String,
    /// First local day of the books, a 1st or a 15th; the 15th of December before today otherwise.
    #[arg(long, value_name = "DATE")]
    pub books_from: Option<NaiveDate>,
}

#[derive(Args, Debug)]
pub(super) struct ServeArgs {
    /// The node's configuration.
    #[arg(long, value_name = "FILE", default_value = crate::config::FILE)]
    pub config: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct DirArgs {
    /// The node's directory.
    pub dir: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct NodeArgs {
    /// The node to ask.
    #[arg(long, value_name = "URL", env = "MOTCUA_NODE", default_value = "http://127.0.0.1:7070")]
    pub node: String,
}

#[derive(Subcommand, Debug)]
pub(super) enum RegistryCommand {
    /// Replaces one part of the registry by a CSV file. All mistakes of the file are told together.
    Import(RegistryImportArgs),
}

#[derive(Args, Debug)]
pub(super) struct RegistryImportArgs {
    /// Which part.
    #[arg(value_enum)]
    pub part: PartArg,
    /// The file.
    pub file: PathBuf,
    /// Receptions after this local time count as the next working day (calendar only).
    #[arg(long, value_name = "HH:MM")]
    pub cut_off: Option<String>,
    /// Saturdays: none, morning or full (calendar only).
    #[arg(long, default_value = "none")]
    pub saturdays: String,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, Debug)]
pub(super) enum PartArg {
    /// `code,name,level,parent_code[,valid_from,valid_to,reports_from,kept_by]`
    Tree,
    /// `code,name,field,level,...,deadline_direct,...`
    Procedures,
    /// `date,name_vi,name_en,kind,source`
    Calendar,
    /// `date`
    Cuts,
}

#[derive(Subcommand, Debug)]
pub(super) enum DeskCommand {
    /// Sends a CSV file of dossiers or events to a node. The same file twice changes nothing; a run cut off in the middle is simply run again.
    Import(DeskImportArgs),
}

#[derive(Args, Debug)]
pub(super) struct DeskImportArgs {
    /// The file; what is left out of it goes to FILE.left-out.csv with its reason.
    pub file: PathBuf,
    /// How its columns, channels and statuses are to be read.
    #[arg(long, value_name = "MAPPING.toml")]
    pub mapping: PathBuf,
    /// Take in what was open when the books began, as opening stock.
    #[arg(long)]
    pub opening: bool,
    /// Say what would happen, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Subcommand, Debug)]
pub(super) enum PeriodCommand {
    /// The atoms of a unit's books, newest first.
    List(PeriodListArgs),
    /// Closes everything up to the period's end and publishes it.
    Close(PeriodChangeArgs),
    /// Publishes new revisions of what has changed since it was closed. Stocks form a chain, so everything closed that has changed goes out
    /// together: before the period, in it, and after it.
    Amend(PeriodChangeArgs),
}

#[derive(Args, Debug)]
pub(super) struct PeriodListArgs {
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(super) struct PeriodChangeArgs {
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

#[derive(Args, Debug)]
pub(super) struct ReportArgs {
    /// Code of the unit in force at the period's end; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// `2018-02` (legal month), `2018-Q1`, `2018-H1`, `2018-9M`, `2018`, `cal:2018-02`, `2021-12-15..2022-06-09`, `2018-W07`.
    #[arg(long, value_parser = period)]
    pub period: String,
    /// The last period of a series that begins with --period.
    #[arg(long, value_name = "PERIOD", value_parser = period, conflicts_with = "by")]
    pub to: Option<String>,
    /// Rows by unit, agency, field, procedure or channel.
    #[arg(long, value_parser = breakdown)]
    pub by: Option<Breakdown>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = FormatArg::Table)]
    pub format: FormatArg,
    /// What was published at this instant, such as `2018-02-20T08:00:00+07:00`; a date alone is its first moment, 00:00.
    #[arg(long, value_name = "T", value_parser = instant)]
    pub as_known_at: Option<Timestamp>,
    /// Exit with 1 unless every unit expected is in it.
    #[arg(long)]
    pub complete: bool,
    /// Language of the table.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(super) struct ChildrenArgs {
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
pub(super) enum FormatArg {
    Table,
    Json,
    Csv,
}

#[derive(ValueEnum, Copy, Clone, Debug)]
pub(super) enum LangArg {
    Vi,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::Vi => Lang::Vi,
            LangArg::En => Lang::En,
        }
    }
}

fn period(text: &str) -> Result<String, String> {
    Period::parse(text).map(|p| p.id).map_err(|e| e.to_string())
}

fn breakdown(text: &str) -> Result<Breakdown, String> {
    text.parse().map_err(|e: <Breakdown as std::str::FromStr>::Err| e.to_string())
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|e| e.to_string())
}
