//! What can be typed about the registry and at a desk.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{NodeArgs, alerts::DeskDueArgs, backup::DeskSendArgs};

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum RegistryCommand {
    /// Replaces one part of the registry by a CSV file, or one form by its template. All mistakes of the file are told together.
    Import(RegistryImportArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RegistryImportArgs {
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
pub(in crate::cli) enum PartArg {
    /// `code,name,level,parent_code[,valid_from,valid_to,reports_from,kept_by]`
    Tree,
    /// `code,name,field,level,...,deadline_direct,...`
    Procedures,
    /// `date,name_vi,name_en,kind,source`
    Calendar,
    /// `date`
    Cuts,
    /// The template of a printed form (docs/forms.md); it takes the place of one of the same name, the others stay.
    Forms,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum DeskCommand {
    /// Sends a CSV file of dossiers or events to a node. The same file twice changes nothing; a run cut off in the middle is simply run again.
    Import(DeskImportArgs),
    /// Sends what waits in an outbox, and offers again what the node has forgotten.
    Send(DeskSendArgs),
    /// Open dossiers that are overdue or due soon, the most urgent first.
    Due(DeskDueArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct DeskImportArgs {
    /// The file; what is left out of it goes to FILE.left-out.csv with its reason.
    pub file: PathBuf,
    /// How its columns, channels and statuses are to be read.
    #[arg(long, value_name = "MAPPING.toml")]
    pub mapping: PathBuf,
    /// Take in what was open when the books began, as opening stock.
    #[arg(long)]
    pub opening: bool,
    /// Say what would happen, and record nothing.
    #[arg(long, conflicts_with = "outbox")]
    pub dry_run: bool,
    /// Keep the events in this folder until the node has them in a backup; where the node cannot be reached they wait there.
    #[arg(long, value_name = "DIR")]
    pub outbox: Option<PathBuf>,
    /// Keep acknowledged events so many days at most, backup or not.
    #[arg(long, value_name = "DAYS", default_value_t = crate::desk::keeping::KEEP_DAYS, requires = "outbox")]
    pub keep_days: u32,
    #[command(flatten)]
    pub node: NodeArgs,
}
