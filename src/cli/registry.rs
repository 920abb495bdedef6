//! `motcua registry import`

use std::fs::File;

use super::{
    Failure,
    args::{PartArg, RegistryImportArgs},
    connect, forms,
    out::say,
};
use crate::{
    desk::tables::{self, CalendarSettings},
    wire::pb::v1 as pb,
};

pub(super) async fn import(args: &RegistryImportArgs) -> Result<(), Failure> {
    let name = args.file.display();
    let file = File::open(&args.file).map_err(|e| Failure::could_not(format!("cannot read {name}: {e}")))?;
    let settings =
        CalendarSettings { cut_off: args.cut_off.clone().unwrap_or_default(), saturdays: args.saturdays.clone() };
    let table = match args.part {
        PartArg::Tree => tables::tree(file),
        PartArg::Procedures => tables::procedures(file),
        PartArg::Calendar => tables::calendar(file, &settings),
        PartArg::Cuts => tables::cuts(file),
        PartArg::Forms => return forms::import(args).await,
    };
    let table = table.map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|m| format!("  {m}")).collect();
        Failure::no(format!("{name} has mistakes, nothing was imported:\n{}", lines.join("\n")))
    })?;
    let channel = connect::channel(&args.node).await?;
    let request = pb::ImportRegistryRequest { part: Some(table.part) };
    let answer =
        connect::registry(channel).import_registry(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    say!("{} rows, registry version {}", answer.rows, answer.version);
    let unclear: usize = table.without_term.values().sum();
    if unclear > 0 {
        eprintln!("{unclear} procedures have no term, because the file does not say one in working days or hours:");
        for (why, count) in &table.without_term {
            eprintln!("  {count:>6}  {}", why.name());
        }
    }
    Ok(())
}
