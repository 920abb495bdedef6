//! `motcua report --format text`: asks for every report the paragraph is made from.

use tonic::Status;

use super::{Failure, args::ReportArgs, connect};
use crate::{
    domain::periods::Period,
    reports::{
        Breakdown, Report,
        narrative::{self, Narrative},
    },
    wire::{
        link::Link,
        pb::v1::{self as pb, report_service_client::ReportServiceClient},
        report::{breakdown_to_pb, from_pb},
        stamp,
    },
};

/// The paragraph, and the report it is about.
pub(super) async fn narrative(args: &ReportArgs) -> Result<(String, Report), Failure> {
    if args.to.is_some() || args.by.is_some() {
        return Err(Failure::usage("a text tells one period as a whole: leave out --to and --by"));
    }
    let period = Period::parse(&args.period).map_err(Failure::usage)?;
    let mut client = connect::report(connect::channel(&args.node).await?);
    let whole = ask(&mut client, args, &period, Breakdown::Unit).await?;
    let report = whole.map_err(|status| Failure::status(&status))?;
    let agencies = ask(&mut client, args, &period, Breakdown::Agency).await?.ok();
    let previous = other(&mut client, args, period.previous()).await?;
    let year_before = other(&mut client, args, period.same_last_year()).await?;
    let input = Narrative {
        report: &report,
        agencies: agencies.as_ref(),
        previous: previous.as_ref(),
        year_before: year_before.as_ref(),
    };
    let text = narrative::text(&input, args.lang.into());
    Ok((text, report))
}

/// A report to compare with; a node that does not have it has nothing to compare with.
async fn other(
    client: &mut ReportServiceClient<Link>,
    args: &ReportArgs,
    period: Option<Period>,
) -> Result<Option<Report>, Failure> {
    match period {
        Some(period) => Ok(ask(client, args, &period, Breakdown::None).await?.ok()),
        None => Ok(None),
    }
}

/// The report, or the node's refusal; it is an error if the node could not be asked.
async fn ask(
    client: &mut ReportServiceClient<Link>,
    args: &ReportArgs,
    period: &Period,
    by: Breakdown,
) -> Result<Result<Report, Status>, Failure> {
    let request = pb::GetReportRequest {
        unit: args.unit.clone().unwrap_or_default(),
        period: period.id.clone(),
        by: breakdown_to_pb(by).into(),
        as_known_at: args.as_known_at.map(stamp::to_pb),
    };
    match client.get_report(request).await {
        Ok(answer) => read(answer.into_inner()).map(Ok),
        Err(status) if Failure::status(&status).is_could_not() => Err(Failure::status(&status)),
        Err(status) => Ok(Err(status)),
    }
}

fn read(answer: pb::GetReportResponse) -> Result<Report, Failure> {
    let report = answer.report.unwrap_or_default();
    from_pb(report).map_err(|e| Failure::could_not(format!("the node's answer makes no sense: {e}")))
}
