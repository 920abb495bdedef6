//! `motcua period`

use comfy_table::{Table, presets};

use super::{
    Failure,
    args::{PeriodChangeArgs, PeriodCommand, PeriodExplainArgs, PeriodListArgs},
    ask::Asked,
    connect,
    nodes::time,
    out::say,
};
use crate::{
    domain::measure::Measure,
    reports::Breakdown,
    wire::{link::Link, pb::v1 as pb},
};

pub(super) async fn run(command: &PeriodCommand) -> Result<(), Failure> {
    match command {
        PeriodCommand::List(args) => list(args).await,
        PeriodCommand::Close(args) => {
            let request = pb::ClosePeriodRequest {
                unit: args.unit.clone().unwrap_or_default(),
                period: args.period.clone(),
                reason: args.reason.clone().unwrap_or_default(),
                note: args.note.trim().to_owned(),
            };
            let mut client = connect::period(connect::channel(&args.node).await?);
            let answer = client.close_period(request).await.map_err(|s| Failure::status(&s))?;
            published(&answer.into_inner().documents, &args.period);
            Ok(())
        }
        PeriodCommand::Amend(args) => {
            let Some(reason) = args.reason.clone().filter(|r| !r.trim().is_empty()) else {
                return Err(Failure::usage("an amendment needs a reason: give one with --reason"));
            };
            let request = pb::AmendPeriodRequest {
                unit: args.unit.clone().unwrap_or_default(),
                period: args.period.clone(),
                reason,
                note: args.note.trim().to_owned(),
            };
            let mut client = connect::period(connect::channel(&args.node).await?);
            let answer = client.amend_period(request).await.map_err(|s| Failure::status(&s))?;
            published(&answer.into_inner().documents, &args.period);
            Ok(())
        }
        PeriodCommand::Explain(args) => explain(args).await,
        PeriodCommand::Prepare(args) => prepare(args).await,
        PeriodCommand::Approve(args) => {
            let request =
                pb::ApprovePeriodRequest { unit: args.unit.clone().unwrap_or_default(), period: args.period.clone() };
            let mut client = connect::period(connect::channel(&args.node).await?);
            let answer = client.approve_period(request).await.map_err(|s| Failure::status(&s))?;
            published(&answer.into_inner().documents, &args.period);
            Ok(())
        }
        PeriodCommand::Withdraw(args) => {
            let request =
                pb::WithdrawPeriodRequest { unit: args.unit.clone().unwrap_or_default(), period: args.period.clone() };
            let mut client = connect::period(connect::channel(&args.node).await?);
            client.withdraw_period(request).await.map_err(|s| Failure::status(&s))?;
            eprintln!("{} is not prepared any more", args.period);
            Ok(())
        }
    }
}

async fn explain(args: &PeriodExplainArgs) -> Result<(), Failure> {
    if args.causes.is_empty() && args.note.trim().is_empty() && !args.withdraw {
        return Err(Failure::usage("nothing is said: give --cause or --note, or take it back with --withdraw"));
    }
    let cause = |(cause, count): &(String, i64)| pb::CauseCount { cause: cause.clone(), count: *count };
    let request = pb::ExplainPeriodRequest {
        unit: args.unit.clone().unwrap_or_default(),
        period: args.period.clone(),
        causes: args.causes.iter().map(cause).collect(),
        note: args.note.trim().to_owned(),
    };
    let link = connect::channel(&args.node).await?;
    let mut client = connect::period(link.clone());
    let answer = client.explain_period(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    match (answer.already, answer.late) {
        (true, _) => eprintln!("that was said already"),
        (_, true) => {
            eprintln!("{} is closed: it goes out with `motcua period amend {} --reason …`", args.period, args.period)
        }
        (_, false) => eprintln!("it goes out with {} when that is closed", args.period),
    }
    if !args.causes.is_empty() {
        beside_the_figures(args, link).await;
    }
    Ok(())
}

/// The causes beside what they are the causes of. Said only, because late entries may still come.
async fn beside_the_figures(args: &PeriodExplainArgs, link: Link) {
    let told: i64 = args.causes.iter().map(|(_, count)| count).sum();
    let report = Asked::over(link, None).report(args.unit.as_deref(), &args.period, Breakdown::Unit).await;
    // A person who may explain and not read, or a period without figures yet.
    let Ok(report) = report else { return };
    let own = report.own();
    let (late, overdue) = (own[Measure::ResolvedLate], own[Measure::PendingOverdue]);
    eprintln!("the causes add up to {told}; in the figures: resolved late {late}, pending and overdue {overdue}");
}

async fn prepare(args: &PeriodChangeArgs) -> Result<(), Failure> {
    let request = pb::PreparePeriodRequest {
        unit: args.unit.clone().unwrap_or_default(),
        period: args.period.clone(),
        reason: args.reason.clone().unwrap_or_default(),
        note: args.note.trim().to_owned(),
    };
    let mut client = connect::period(connect::channel(&args.node).await?);
    let answer = client.prepare_period(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    let Some(prepared) = answer.prepared else {
        eprintln!("nothing has changed in {} since it was published", args.period);
        return Ok(());
    };
    let mut table = table(&["unit", "from", "until", "revision"]);
    for d in &prepared.documents {
        table.add_row([&d.unit, &d.atom_start, &d.atom_end, &d.revision.to_string()]);
    }
    say!("{table}");
    eprintln!(
        "prepared by {}; another person approves it with `motcua period approve {}`",
        prepared.prepared_by, args.period
    );
    Ok(())
}

fn published(documents: &[pb::PublishedDocument], period: &str) {
    if documents.is_empty() {
        eprintln!("nothing has changed in {period} since it was published");
        return;
    }
    let mut table = table(&["unit", "from", "until", "revision", "complete", "document"]);
    for d in documents {
        let hash: String = d.hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
        let complete = format!("{}/{}", d.received, d.expected);
        table.add_row([&d.unit, &d.atom_start, &d.atom_end, &d.revision.to_string(), &complete, &hash]);
    }
    say!("{table}");
    if let Some(d) = documents.iter().rfind(|d| d.received < d.expected) {
        let missing = d.expected - d.received;
        eprintln!(
            "published without {missing} of {} units: `motcua children` says which; what comes late is amended",
            d.expected
        );
    }
}

async fn list(args: &PeriodListArgs) -> Result<(), Failure> {
    let mut client = connect::period(connect::channel(&args.node).await?);
    let mut table = table(&["from", "until", "state", "revision", "published", "reason"]);
    let mut page_token = String::new();
    let mut reviews = Vec::new();
    let prepared = loop {
        let request =
            pb::ListPeriodsRequest { unit: args.unit.clone().unwrap_or_default(), page_size: 500, page_token };
        let page = client.list_periods(request).await.map_err(|s| Failure::status(&s))?.into_inner();
        for atom in page.atoms {
            let state = match (atom.closed, atom.changed_since) {
                (false, _) => "open",
                (true, false) => "closed",
                (true, true) => "closed, changed since",
            };
            let revision = if atom.closed { atom.revision.to_string() } else { String::new() };
            let published = if atom.closed { time(atom.published_at) } else { String::new() };
            table.add_row([&atom.start, &atom.end, state, &revision, &published, &atom.reason]);
        }
        reviews.extend(page.reviews);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break page.prepared;
        }
    };
    say!("{table}");
    for p in &prepared {
        let whose = if p.unit.is_empty() { "all units kept here" } else { &p.unit };
        let what = if p.amends { "amending" } else { "closing" };
        say!("prepared: {what} {} of {whose}, by {}, {}", p.period, p.prepared_by, time(p.prepared_at));
    }
    super::reviews::said(reviews, crate::reports::Lang::Vi)?;
    Ok(())
}

/// A table without lines, for people and for `awk`.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table
}
