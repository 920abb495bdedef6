//! Asks a node for reports, for commands that make something of several.

use tonic::Status;

use super::{Failure, args::NodeArgs, connect};
use crate::{
    domain::time::Timestamp,
    reports::{Breakdown, Report},
    wire::{
        link::Link,
        pb::v1::{self as pb, report_service_client::ReportServiceClient},
        report::{breakdown_to_pb, from_pb},
        stamp,
    },
};

/// Reports of a node, all as they were known at one time.
pub(super) struct Asked {
    client: ReportServiceClient<Link>,
    as_known_at: Option<Timestamp>,
}

impl Asked {
    /// Connects to the node.
    pub async fn of(node: &NodeArgs, as_known_at: Option<Timestamp>) -> Result<Asked, Failure> {
        Ok(Asked::over(connect::channel(node).await?, as_known_at))
    }

    /// Over a link that is there already.
    pub fn over(link: Link, as_known_at: Option<Timestamp>) -> Asked {
        Asked { client: connect::report(link), as_known_at }
    }

    /// The report; a refusal is a failure.
    pub async fn report(&mut self, unit: Option<&str>, period: &str, by: Breakdown) -> Result<Report, Failure> {
        let answer = self.offered(unit, period, by).await?;
        answer.map_err(|status| Failure::status(&status))
    }

    /// The report, or the node's refusal; it is a failure only if the node could not be asked.
    pub async fn offered(
        &mut self,
        unit: Option<&str>,
        period: &str,
        by: Breakdown,
    ) -> Result<Result<Report, Status>, Failure> {
        let request = pb::GetReportRequest {
            unit: unit.unwrap_or_default().to_owned(),
            period: period.to_owned(),
            by: breakdown_to_pb(by).into(),
            as_known_at: self.as_known_at.map(stamp::to_pb),
        };
        match self.client.get_report(request).await {
            Ok(answer) => {
                let none = || Failure::could_not("the node's answer holds no report: ask it again");
                read(answer.into_inner().report.ok_or_else(none)?).map(Ok)
            }
            Err(status) if Failure::status(&status).is_could_not() => Err(Failure::status(&status)),
            Err(status) => Ok(Err(status)),
        }
    }

    /// Totals of consecutive periods.
    pub async fn series(&mut self, unit: Option<&str>, from: &str, to: &str) -> Result<Vec<Report>, Failure> {
        let request = pb::GetSeriesRequest {
            unit: unit.unwrap_or_default().to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            as_known_at: self.as_known_at.map(stamp::to_pb),
        };
        let answer = self.client.get_series(request).await.map_err(|s| Failure::status(&s))?.into_inner();
        answer.reports.into_iter().map(read).collect()
    }
}

fn read(report: pb::Report) -> Result<Report, Failure> {
    from_pb(report).map_err(Failure::senseless)
}
