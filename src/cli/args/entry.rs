//! What can be typed about figures that are entered.

use std::path::PathBuf;

use clap::Args;

use super::{LangArg, NodeArgs, period};
use crate::domain::{
    entered::{Item, MAX_COUNT},
    percent::parse_count,
};

#[derive(Args, Debug)]
pub(in crate::cli) struct EntryArgs {
    /// A filled form as CSV, `-` for standard input: a line for each figure (code name, label, number), a column for each period. Empty cells count
    /// as zero; totals are checked. `motcua entry --blank` makes a form.
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
    /// Print a form to fill in, and ask no node.
    #[arg(long, conflicts_with_all = ["file", "set", "unit", "dry_run"])]
    pub blank: bool,
    /// Take back what was entered for a period, while it is not closed.
    #[arg(long, conflicts_with_all = ["file", "set", "dry_run", "blank"], requires = "periods")]
    pub withdraw: bool,
    /// Language of the form and of what is said.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    #[command(flatten)]
    pub node: NodeArgs,
}

fn figure(text: &str) -> Result<(String, i64), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=number")?;
    let item = Item::by_name(name.trim()).ok_or("no such figure: see `motcua entry --blank`")?;
    let value = parse_count(value).map_err(|e| e.to_string())?;
    if value > MAX_COUNT { Err(format!("at most {MAX_COUNT}")) } else { Ok((item.name().to_owned(), value)) }
}
