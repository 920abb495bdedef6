//! `motcua report` and `motcua children`

use super::{
    Failure,
    args::{ChildrenArgs, FormatArg, ReportArgs},
    connect,
    narrative::narrative,
    nodes::time,
    out::say,
    periods::table,
};
use crate::{
    reports::{
        Breakdown, Lang, Report,
        render::{csv, json, series, table as report_table},
    },
    wire::{
        pb::v1 as pb,
        report::{breakdown_to_pb, from_pb},
        stamp,
    },
};

/// `motcua report`
pub(super) async fn report(args: &ReportArgs) -> Result<(), Failure> {
    if args.format == FormatArg::Text {
        let (text, report) = narrative(args).await?;
        say!("{}", text.trim_end());
        return complete(args, &[report]);
    }
    let mut client = connect::report(connect::channel(&args.node).await?);
    let unit = args.unit.clone().unwrap_or_default();
    let as_known_at = args.as_known_at.map(stamp::to_pb);
    let reports = match &args.to {
        None => {
            let by = breakdown_to_pb(args.by.unwrap_or(Breakdown::None)).into();
            let request = pb::GetReportRequest { unit, period: args.period.clone(), by, as_known_at };
            let answer = client.get_report(request).await.map_err(|s| Failure::status(&s))?.into_inner();
            answer.report.into_iter().collect()
        }
        Some(to) => {
            let request = pb::GetSeriesRequest { unit, from: args.period.clone(), to: to.clone(), as_known_at };
            client.get_series(request).await.map_err(|s| Failure::status(&s))?.into_inner().reports
        }
    };
    let reports: Vec<Report> = reports
        .into_iter()
        .map(|r| from_pb(r).map_err(|e| Failure::could_not(format!("the node's answer makes no sense: {e}"))))
        .collect::<Result<_, _>>()?;
    let text = match (reports.as_slice(), &args.to) {
        ([report], None) => one(report, args.format, args.lang.into()),
        (all, _) => many(all, args.format, args.lang.into()),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    complete(args, &reports)
}

fn complete(args: &ReportArgs, reports: &[Report]) -> Result<(), Failure> {
    let missing: u32 = reports.iter().map(|r| r.completeness.expected - r.completeness.received).sum();
    if args.complete && missing > 0 {
        return Err(Failure::no(format!("not complete: {missing} units are missing")));
    }
    Ok(())
}

fn one(report: &Report, format: FormatArg, lang: Lang) -> Result<String, crate::reports::RenderError> {
    match format {
        FormatArg::Table | FormatArg::Text => Ok(report_table::table(report, lang)),
        FormatArg::Json => json::json(report),
        FormatArg::Csv => csv::csv(report, lang),
    }
}

fn many(reports: &[Report], format: FormatArg, lang: Lang) -> Result<String, crate::reports::RenderError> {
    match format {
        FormatArg::Table | FormatArg::Text => Ok(series::table(reports, lang)),
        FormatArg::Json => series::json(reports),
        FormatArg::Csv => series::csv(reports),
    }
}

/// `motcua children`
pub(super) async fn children(args: &ChildrenArgs) -> Result<(), Failure> {
    let mut client = connect::report(connect::channel(&args.node).await?);
    let request =
        pb::GetCompletenessRequest { unit: args.unit.clone().unwrap_or_default(), period: args.period.clone() };
    let answer = client.get_completeness(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    let mut table = table(&["unit", "name", "status", "complete", "revision", "recorded", "last seen", "reason"]);
    for child in &answer.children {
        table.add_row([
            &child.unit,
            &child.name,
            &child.status,
            &format!("{}/{}", child.received, child.expected),
            &child.revision.to_string(),
            &time(child.recorded_at),
            &time(child.last_seen),
            &child.reason,
        ]);
    }
    say!("{table}");
    let whole = answer.completeness.unwrap_or_default();
    eprintln!("figures of {} of {} units are here, the unit itself included", whole.received, whole.expected);
    Ok(())
}
