//! What can be typed.

mod alerts;
mod backup;
mod bundle;
mod check;
mod compare;
mod desk;
mod entry;
mod explain;
mod periods;
mod reports;
mod scorecard;
mod trust;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    domain::{periods::Period, time::Timestamp},
    reports::Lang,
};

pub(super) use alerts::{AlertsArgs, DeskDueArgs, DigestArgs, ForecastArgs};
pub(super) use backup::{BackupArgs, DeskSendArgs, RestoreArgs};
pub(super) use bundle::{BundleCommand, BundleExportArgs, VerdictArg, VerifyArgs};
pub(super) use check::{CheckArgs, CheckFormatArg};
pub(super) use compare::{CompareArgs, RankArgs, WrittenArg};
pub(super) use desk::{DeskCommand, DeskImportArgs, PartArg, RegistryCommand, RegistryImportArgs};
pub(super) use entry::{BlankArg, EntryArgs};
pub(super) use explain::{ExplainArgs, ExplainFormatArg};
pub(super) use periods::{
    PeriodChangeArgs, PeriodCommand, PeriodExplainArgs, PeriodListArgs, ReviewArgs, ReviewCommand,
};
pub(super) use reports::{ChildrenArgs, FormCommand, FormatArg, ReportArgs};
pub(super) use scorecard::ScorecardArgs;
pub(super) use trust::{AccessCommand, JustNode, NodeCommand, RejoinArgs, RekeyArgs, TokenArg, TokenCommand};

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

    /// Where traces go, for a command that runs long enough to have some. A configuration with mistakes has none; the command tells them.
    pub fn traces(&self) -> Option<String> {
        match &self.command {
            Command::Serve(args) => crate::config::Config::load(&args.config).ok()?.traces,
            _ => None,
        }
    }
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Runs a province, a district and its communes in one process, and prints the provincial report.
    Demo(DemoArgs),
    /// Makes a node in a directory: the top of a federation with `--unit`, any other with the token of `motcua token issue`.
    Init(InitArgs),
    /// Lets a node that has its books join anew, after the top's keys were replaced or the node lost its place.
    Rejoin(RejoinArgs),
    /// Gives a node another document key, which the old one signs for. At the top every other node has to rejoin afterwards.
    Rekey(RekeyArgs),
    /// One-time tokens with which nodes join, at the top of the tree.
    #[command(subcommand)]
    Token(TokenCommand),
    /// The fleet: list, approve, ban.
    #[command(subcommand)]
    Node(NodeCommand),
    /// People and what they may do at a node.
    #[command(subcommand)]
    Access(AccessCommand),
    /// Runs a node until it is told to stop.
    Serve(ServeArgs),
    /// Shows how a node is doing.
    Status(JustNode),
    /// Looks at a node and its machine, says what is wrong and what to do. Exits with 1 if something is bad.
    Doctor(DoctorArgs),
    /// The tree of units, procedures, calendar and cuts, at the top of the tree.
    #[command(subcommand)]
    Registry(RegistryCommand),
    /// The desk's side.
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Figures of a unit on paper or with foreign software: entered from a filled form, if they balance and go on with the period before.
    Entry(EntryArgs),
    /// Reporting periods: list, close, amend; or prepare and approve where two persons close.
    #[command(subcommand)]
    Period(PeriodCommand),
    /// What units above say of reports: accept, return a figure, list.
    #[command(subcommand)]
    Review(ReviewCommand),
    /// The figures of a unit for a period.
    Report(ReportArgs),
    /// What stands behind a figure: formula, units, documents, what changed since, and at the node that holds them the dossiers.
    Explain(ExplainArgs),
    /// Two periods of a unit, or two units of a period, measure by measure.
    Compare(CompareArgs),
    /// The units below in order of a share, such as those resolved late.
    Rank(RankArgs),
    /// Printed forms: which there are, and whether a file is one.
    #[command(subcommand)]
    Form(FormCommand),
    /// Points by a card of indicators, and what moves them most.
    Scorecard(ScorecardArgs),
    /// What falls overdue in the next working days if nobody resolves it, by day and unit.
    Forecast(ForecastArgs),
    /// What somebody has to see to: dossiers overdue or due soon, units late to report or silent, a missing calendar. Exits with 1 if there is any.
    Alerts(AlertsArgs),
    /// The day's alerts and forecast as one text, as a node delivers it every day to a folder or by mail if its configuration says so.
    Digest(DigestArgs),
    /// Who below has reported, who has not, and why.
    Children(ChildrenArgs),
    /// Figures with everything that proves them, as one file.
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// Verifies a bundle by itself: signatures, keys, sums, completeness. Asks no node unless one is named.
    Verify(VerifyArgs),
    /// Checks the arithmetic of a published report, prose or table: what contradicts what, and which number is probably wrong. Needs no node.
    Check(CheckArgs),
    /// Who did what, from where and why: what the journal holds beside the events of desks, newest last.
    Audit(AuditArgs),
    /// Copies a node's journal, configuration and keys to a folder; the node may be running. The same command again copies only what is new.
    Backup(BackupArgs),
    /// Makes a node of a backup in an empty directory, as it was at the end of the backup or at an earlier time.
    Restore(RestoreArgs),
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
    /// Code of the unit at the top of the tree, with its zeros.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// Join with this token; `-` reads it from standard input, `@FILE` from a file.
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["unit", "plain", "books_from", "names", "authority_certificate"])]
    pub token: Option<TokenArg>,
    /// Where nodes below reach it, `https://HOST:PORT`; for the top `https://` and --listen otherwise.
    #[arg(long, value_name = "URL", conflicts_with = "plain")]
    pub address: Option<String>,
    /// A host name or address the top's certificate shall carry, for browsers; may be given several times.
    #[arg(long = "name", value_name = "NAME", conflicts_with = "plain")]
    pub names: Vec<String>,
    /// Certificate of an authority that was made elsewhere, PEM; one is made otherwise.
    #[arg(long, value_name = "FILE", requires = "authority_key", conflicts_with = "plain")]
    pub authority_certificate: Option<PathBuf>,
    /// Its key, PEM, ECDSA P-256.
    #[arg(long, value_name = "FILE", requires = "authority_certificate")]
    pub authority_key: Option<PathBuf>,
    /// Without authenticated links: on loopback only, for trying things out.
    #[arg(long)]
    pub plain: bool,
    /// The node above of a plain one, such as `http://127.0.0.1:7071`; none at the top.
    #[arg(long, value_name = "URL", requires = "plain")]
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
pub(super) struct DoctorArgs {
    /// The node's directory, running or not; this one otherwise.
    pub dir: Option<PathBuf>,
    /// Ask a running node only, from wherever.
    #[arg(long, value_name = "URL", conflicts_with = "dir")]
    pub node: Option<String>,
    /// Who asks: a file from `motcua access issue`.
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    pub credentials: Option<PathBuf>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    pub format: DoctorFormat,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum DoctorFormat {
    /// A line for each finding.
    Text,
    /// One JSON object.
    Json,
}

#[derive(Args, Debug)]
pub(super) struct DirArgs {
    /// The node's directory.
    pub dir: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct NodeArgs {
    /// The node to ask; that of the credentials, or http://127.0.0.1:7070 otherwise.
    #[arg(long, value_name = "URL", env = "MOTCUA_NODE")]
    pub node: Option<String>,
    /// Who asks: a file from `motcua access issue`.
    #[arg(long, value_name = "FILE", env = "MOTCUA_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
    /// Ask the node of this directory with its own keys.
    #[arg(long, value_name = "DIR", env = "MOTCUA_DIR", conflicts_with_all = ["node", "credentials"])]
    pub dir: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct AuditArgs {
    /// Read this directory of a node instead of asking a node; it may be running.
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The first entry.
    #[arg(long, value_name = "SEQ", default_value_t = 1)]
    pub from: u64,
    /// The events of desks too.
    #[arg(long)]
    pub events: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = AuditFormatArg::Table)]
    pub format: AuditFormatArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum AuditFormatArg {
    /// For people.
    Table,
    /// One object a line, for programs.
    Json,
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

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn no_two_arguments_of_a_command_have_one_name() {
        super::Cli::command().debug_assert();
    }
}
