//! `motcua desk import`

use std::io::IsTerminal;

use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};

use std::sync::{Arc, Mutex};

use super::{Failure, args::DeskImportArgs, connect, out::say, outbox};
use crate::{
    clock,
    desk::{
        import::{self, ImportError, ImportOptions, ImportReport, Progress, SharedOutbox},
        mapping::Mapping,
        rows::RowOptions,
    },
    wire::{link::Link, pb::v1 as pb, scalar::date},
};

async fn read_and_send(args: &DeskImportArgs, outbox: Option<SharedOutbox>) -> Result<ImportReport, Failure> {
    let name = args.mapping.display();
    let text = std::fs::read_to_string(&args.mapping)
        .map_err(|e| Failure::could_not(format!("cannot read the mapping {name}: {e}")))?;
    let mapping = Mapping::parse(&text).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|m| format!("  {m}")).collect();
        Failure::usage(format!("the mapping {name} has mistakes:\n{}", lines.join("\n")))
    })?;
    let channel = match (connect::lasting_channel(&args.node).await, &outbox) {
        (Err(away), Some(outbox)) if away.is_could_not() => return keep(args, &mapping, outbox, &away).await,
        (channel, _) => channel?,
    };
    let books_from = books_from(&channel, &mapping.unit).await?;
    let rows = RowOptions { opening: args.opening, books_from, now: clock::now() };
    let options = ImportOptions { rows, dry_run: args.dry_run, left_out: None };
    let bar = bar();
    let mut plain = 0;
    let kept = options.clone();
    let desk = connect::desk(channel);
    let report = import::import_by(&args.file, &mapping, desk, options, outbox.clone(), |progress: Progress| {
        bar.set_length(progress.total_bytes);
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} rows, {} events", progress.rows, progress.events));
        if bar.is_hidden() && progress.events / 10_000 > plain {
            plain = progress.events / 10_000;
            eprintln!("{} rows, {} events", progress.rows, progress.events);
        }
    })
    .await;
    bar.finish_and_clear();
    if let (Err(error @ ImportError::Cut { .. }), Some(outbox)) = (&report, &outbox) {
        // The rest of the file is read all the same, so that none of it has to be thought of again.
        import::keep(&args.file, &mapping, kept, outbox).await.map_err(failed)?;
        return Err(waiting(outbox, error));
    }
    report.map_err(failed)
}

fn failed(error: ImportError) -> Failure {
    match error {
        ImportError::Mapping { .. } => Failure::usage(error),
        ImportError::Stopped { .. } => Failure::no(error),
        other => Failure::could_not(other),
    }
}

/// The node cannot be reached: the events wait in the outbox.
async fn keep(
    args: &DeskImportArgs,
    mapping: &Mapping,
    outbox: &SharedOutbox,
    away: &Failure,
) -> Result<ImportReport, Failure> {
    if args.opening {
        let message = format!("{away}; opening stock is told from the day the books begin, which only the node knows");
        return Err(Failure::could_not(message));
    }
    let rows = RowOptions { opening: false, books_from: None, now: clock::now() };
    let options = ImportOptions { rows, dry_run: false, left_out: None };
    let (report, kept) = import::keep(&args.file, mapping, options, outbox).await.map_err(failed)?;
    say!("rows               {}", report.rows);
    say!("kept               {kept}");
    for (reason, count) in &report.left_out {
        say!("left out           {count} {reason}");
    }
    if let Some(file) = &report.left_out_file {
        eprintln!("what was left out is in {}", file.display());
    }
    Err(waiting(outbox, away))
}

fn waiting(outbox: &SharedOutbox, why: &dyn std::fmt::Display) -> Failure {
    let waiting = outbox.lock().map_or(0, |outbox| outbox.keeping().waiting());
    Failure::could_not(format!("{why}; {waiting} events wait in the outbox: `motcua desk send` sends them"))
}

/// `motcua desk import`
pub(super) async fn import(args: &DeskImportArgs) -> Result<(), Failure> {
    let kept = match &args.outbox {
        Some(folder) => Some(Arc::new(Mutex::new(outbox::open(folder)?))),
        None => None,
    };
    let report = read_and_send(args, kept.clone()).await?;
    let would = if args.dry_run { "would be " } else { "" };
    say!("rows               {}", report.rows);
    say!("events             {}", report.events);
    say!("{:<18} {}", format!("{would}recorded"), report.recorded);
    say!("already recorded   {}", report.already_recorded);
    for (name, count) in [
        ("conflict", report.conflict),
        ("refused", report.refused),
        ("held", report.held),
        ("in conflict", report.in_conflict),
        ("in closed periods", report.late),
    ] {
        if count > 0 {
            say!("{name:<18} {count}");
        }
    }
    for (reason, count) in &report.left_out {
        say!("left out           {count} {reason}");
    }
    if let Some(file) = &report.left_out_file {
        eprintln!("what was left out is in {}", file.display());
    }
    for ((column, text), count) in &report.unknown {
        eprintln!("unknown {}: '{text}' in {count} rows; say in the mapping what it is", column.name());
    }
    if report.left_out.contains_key("BEFORE_BOOKS") {
        eprintln!(
            "what lies before the books begin is left out: run again with --opening for what was open then, or make the node with an earlier --books-from"
        );
    }
    if let Some(kept) = kept.and_then(Arc::into_inner) {
        // What waited from before goes too, and what need not be kept goes away.
        let mut kept = kept.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        outbox::send_all(&mut kept, &args.node, args.keep_days, false).await?;
    }
    if report.rows > 0 && report.events == 0 {
        return Err(Failure::no("nothing was taken in"));
    }
    if report.conflict > 0 || report.refused > 0 || !report.unknown.is_empty() {
        return Err(Failure::no("not everything was taken in"));
    }
    Ok(())
}

/// The first day of the books the events are for.
async fn books_from(channel: &Link, unit: &str) -> Result<Option<NaiveDate>, Failure> {
    let status = connect::admin(channel.clone()).get_status(pb::GetStatusRequest {}).await;
    let status = status.map_err(|s| Failure::status(&s))?.into_inner();
    let own = status.unit.split('@').next().unwrap_or_default().to_owned();
    let wanted = if unit.is_empty() { own } else { unit.to_owned() };
    let books = status.books.into_iter().find(|b| b.unit.split('@').next() == Some(wanted.as_str()));
    Ok(books.and_then(|b| date(&b.books_from, "books_from").ok()))
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}% {msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
