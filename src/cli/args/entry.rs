//! What can be typed about figures that are entered.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{LangArg, NodeArgs, period};
use crate::domain::{
    entered::{Item, MAX_COUNT},
    percent::parse_count,
};

#[derive(Args, Debug)]
pub(in crate::cli) struct EntryArgs {
    /// A filled form as XLSX or CSV, `-` for standard input: a line for each figure (code name, label, number), a column for each period, as `motcua entry
    /// --blank` makes it; empty cells count as zero, totals are checked. Or form II.06 as it is printed here or filled in elsewhere: its row of totals is
    /// entered.
    #[arg(value_name = "FILE", required_unless_present_any = ["blank", "set", "withdraw"])]
    pub file: Option<PathBuf>,
    /// Code of the unit; the node's own otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// For when, such as `2018-02`. Several make a blank form with several columns; of a filled one only these columns are entered. A form whose
    /// column is called `value` needs one.
    #[arg(long = "period", value_name = "PERIOD", value_parser = period)]
    pub periods: Vec<String>,
    /// A figure, such as `received_direct=12`, in the place of what the form says; may be given several times, or without a form.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = figure, requires = "periods")]
    pub set: Vec<(String, i64)>,
    /// Say what is wrong or would be done, and enter nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Of a workbook only this sheet.
    #[arg(long, value_name = "NAME", requires = "file")]
    pub sheet: Option<String>,
    /// Of a printed form this row, in the place of the row of totals.
    #[arg(long, value_name = "NAME", requires = "file")]
    pub row: Option<String>,
    /// Print a form to fill in, and ask no node.
    #[arg(long, conflicts_with_all = ["file", "set", "unit", "dry_run"])]
    pub blank: bool,
    /// What the blank form is written as.
    #[arg(long, value_enum, default_value_t = BlankArg::Csv, requires = "blank")]
    pub format: BlankArg,
    /// Write the blank form to this file instead of standard output.
    #[arg(long, visible_alias = "out", value_name = "FILE", requires = "blank")]
    pub output: Option<PathBuf>,
    /// Take back what was entered for a period, while it is not closed.
    #[arg(long, conflicts_with_all = ["file", "set", "dry_run", "blank"], requires = "periods")]
    pub withdraw: bool,
    /// Language of the form and of what is said.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum BlankArg {
    /// Comma separated, for any program.
    Csv,
    /// A workbook in which only the numbers can be written, with checks and a sheet that says how.
    Xlsx,
}

fn figure(text: &str) -> Result<(String, i64), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=number")?;
    let item = Item::by_name(name.trim()).ok_or("no such figure: see `motcua entry --blank`")?;
    let value = parse_count(value).map_err(|e| e.to_string())?;
    if value > MAX_COUNT { Err(format!("at most {MAX_COUNT}")) } else { Ok((item.name().to_owned(), value)) }
}
