//! Figures, and how complete they are.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::{
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::{Answers, aside, bundle, caller::Caller, refuse, until, working_days};
use crate::{
    check::{Input, check},
    domain::{
        periods::{Period, range},
        units::UnitId,
    },
    node::{Node, NodeError, completeness::Child},
    reports::{Breakdown, Query, Report},
    wire::{
        WireError,
        alerts::{alerts_to_pb, forecast_to_pb},
        check::{form_from_pb, lang_from_pb, outcome_to_pb},
        pb::v1::{self as pb, report_service_server::ReportService},
        report::{breakdown_from_pb, completeness_to_pb, to_pb},
        scalar::{instant_from_pb, instant_to_pb},
        status::status,
    },
};

/// Periods in one series: twenty years of months.
const SERIES: usize = 240;
/// A watched report is computed at most so often, however busy the desks are.
const BREATH: Duration = Duration::from_millis(250);
/// A watched report is looked at so often without any event, because dossiers become overdue by time alone.
const TICK: Duration = Duration::from_secs(60);

/// See the module.
pub struct Reports {
    /// The node.
    pub node: Arc<Node>,
    /// Ends the streams.
    pub stop: CancellationToken,
    /// Places for checks of published reports.
    pub checks: Arc<Semaphore>,
}

/// Published reports checked at once. They ask no books, so nobody is kept waiting by leaving some to the command line.
pub const CHECKS: usize = 2;
/// The largest report checked here, bytes: longer than any that was ever published.
const CHECK_BYTES: usize = 1 << 20;

#[tonic::async_trait]
impl ReportService for Reports {
    type ExportBundleStream = Answers<pb::ExportBundleResponse>;
    type GetDocumentsStream = Answers<pb::GetDocumentsResponse>;
    type WatchReportStream = Answers<pb::WatchReportResponse>;

    async fn get_report(
        &self,
        request: Request<pb::GetReportRequest>,
    ) -> Result<Response<pb::GetReportResponse>, Status> {
        let asked = request.into_inner();
        let report = aside(&self.node, move |node| answer(node, &asked)).await?;
        Ok(Response::new(pb::GetReportResponse { report: Some(to_pb(&report)) }))
    }

    async fn check_report(
        &self,
        request: Request<pb::CheckReportRequest>,
    ) -> Result<Response<pb::CheckReportResponse>, Status> {
        let asked = request.into_inner();
        let wrong = |e: WireError| status(e.reason, &e.field, e.to_string());
        let (form, lang) = (form_from_pb(asked.form).map_err(wrong)?, lang_from_pb(&asked.lang).map_err(wrong)?);
        if asked.content.len() > CHECK_BYTES {
            let message = "a node checks reports of at most 1 MiB: check it with `motcua check FILE` alone";
            return Err(status("UNREADABLE_REPORT", "content", message.to_owned()));
        }
        // The place is given back when the work has ended, not when the caller has gone.
        let place = Arc::clone(&self.checks).try_acquire_owned();
        let place = place.map_err(|_| {
            status("RATE_LIMITED", "", "other reports are being checked: try again in a moment".to_owned())
        })?;
        let answer = aside(&self.node, move |_| {
            let _place = place;
            let input = Input { bytes: &asked.content, name: &asked.name, form };
            let outcome = check(input).map_err(|e| status("UNREADABLE_REPORT", "content", e.to_string()))?;
            outcome_to_pb(&outcome, lang).map_err(|e| status("STATE_BROKEN", "", e.to_string()))
        });
        Ok(Response::new(answer.await?))
    }

    async fn get_forecast(
        &self,
        request: Request<pb::GetForecastRequest>,
    ) -> Result<Response<pb::GetForecastResponse>, Status> {
        let days = working_days("days", request.into_inner().days)?;
        let forecast = aside(&self.node, move |node| Ok(node.forecast(days))).await?;
        Ok(Response::new(forecast_to_pb(&forecast)))
    }

    async fn get_alerts(
        &self,
        _request: Request<pb::GetAlertsRequest>,
    ) -> Result<Response<pb::GetAlertsResponse>, Status> {
        let alerts = aside(&self.node, |node| Ok(node.alerts())).await?;
        Ok(Response::new(alerts_to_pb(&alerts)))
    }

    async fn get_series(
        &self,
        request: Request<pb::GetSeriesRequest>,
    ) -> Result<Response<pb::GetSeriesResponse>, Status> {
        let asked = request.into_inner();
        let (from, to) = (period(&asked.from, "from")?, period(&asked.to, "to")?);
        let periods = range(&from, &to);
        if periods.is_empty() {
            let message =
                format!("{} does not lead to {}: name two periods of one kind, the earlier first", from.id, to.id);
            return Err(status("BAD_PERIOD", "to", message));
        }
        if periods.len() > SERIES {
            let message =
                format!("from {} to {} are more than {SERIES} periods: ask for less at a time", from.id, to.id);
            return Err(status("TOO_MANY_PERIODS", "to", message));
        }
        let as_known_at = asked.as_known_at.map(|at| instant_from_pb(at, "as_known_at")).transpose()?;
        let series = move |node: &Arc<Node>| -> Result<Vec<pb::Report>, Status> {
            let one = |period: Period| {
                let unit = unit(node, &asked.unit, &period)?;
                let query = Query { unit, period, by: Breakdown::None, as_known_at };
                Ok(to_pb(&node.report(&query).map_err(refuse)?))
            };
            periods.into_iter().map(one).collect()
        };
        Ok(Response::new(pb::GetSeriesResponse { reports: aside(&self.node, series).await? }))
    }

    async fn get_completeness(
        &self,
        request: Request<pb::GetCompletenessRequest>,
    ) -> Result<Response<pb::GetCompletenessResponse>, Status> {
        let asked = request.into_inner();
        let period = period(&asked.period, "period")?;
        let unit = unit(&self.node, &asked.unit, &period)?;
        let (children, whole) = aside(&self.node, move |node| node.children(&unit, &period).map_err(refuse)).await?;
        Ok(Response::new(pb::GetCompletenessResponse {
            children: children.into_iter().map(child_row).collect(),
            completeness: Some(completeness_to_pb(&whole)),
        }))
    }

    async fn get_documents(
        &self,
        request: Request<pb::GetDocumentsRequest>,
    ) -> Result<Response<Self::GetDocumentsStream>, Status> {
        let asked = request.into_inner();
        let period = period(&asked.period, "period")?;
        let unit = unit(&self.node, &asked.unit, &period)?;
        let snapshot = self.node.snapshot();
        let atoms = period.atoms(&snapshot.state.registry.cuts).map_err(refuse)?;
        let held: Vec<_> = atoms.iter().filter_map(|atom| snapshot.state.held(&unit, atom.start).cloned()).collect();
        if held.is_empty() {
            return Err(refuse(NodeError::NoFigures { unit, atom: period.id }));
        }
        let node = Arc::clone(&self.node);
        let documents = stream::iter(held).then(move |held| {
            let (node, unit) = (Arc::clone(&node), unit.clone());
            async move {
                let read = move |node: &Arc<Node>| node.envelope(&unit, held.atom.start, held.revision).map_err(refuse);
                let (document, recorded_at) = aside(&node, read).await?;
                Ok(pb::GetDocumentsResponse {
                    document: document.to_vec(),
                    hash: held.hash.0.to_vec(),
                    recorded_at: Some(instant_to_pb(recorded_at)),
                })
            }
        });
        Ok(Response::new(until(documents, &self.stop)))
    }

    async fn export_bundle(
        &self,
        request: Request<pb::ExportBundleRequest>,
    ) -> Result<Response<Self::ExportBundleStream>, Status> {
        let asked = request.into_inner();
        let period = period(&asked.period, "period")?;
        let unit = unit(&self.node, &asked.unit, &period)?;
        let export = aside(&self.node, move |node| node.bundle(&unit, &period).map_err(refuse)).await?;
        Ok(Response::new(until(bundle::pages(Arc::clone(&self.node), export), &self.stop)))
    }

    async fn watch_report(
        &self,
        request: Request<pb::WatchReportRequest>,
    ) -> Result<Response<Self::WatchReportStream>, Status> {
        let caller = Caller::of(request.extensions());
        let query = request.into_inner().query.unwrap_or_default();
        if query.as_known_at.is_some() {
            let message = "what was published then does not change: call GetReport, or leave this empty";
            return Err(WireError::new("query.as_known_at", "INVALID", message).into());
        }
        let watch = Watch { node: Arc::clone(&self.node), caller, query, changes: self.node.changes(), last: None };
        let reports = stream::try_unfold(watch, |mut watch| async move {
            let next = watch.next().await?;
            Ok(next.map(|report| (pb::WatchReportResponse { report: Some(report) }, watch)))
        });
        Ok(Response::new(until(reports, &self.stop)))
    }
}

/// One who watches a report.
struct Watch {
    node: Arc<Node>,
    caller: Caller,
    query: pb::GetReportRequest,
    changes: watch::Receiver<u64>,
    last: Option<Report>,
}

impl Watch {
    /// The report as soon as it differs from the last; `None` when the node is gone.
    async fn next(&mut self) -> Result<Option<pb::Report>, Status> {
        loop {
            if self.last.is_some() {
                sleep(BREATH).await;
                if let Ok(Err(_)) = timeout(TICK, self.changes.changed()).await {
                    return Ok(None);
                }
            }
            // What changes from here on is looked at next time, not missed.
            self.changes.borrow_and_update();
            // Whoever was dismissed meanwhile has seen the last of it.
            self.caller.is_still_good(&self.node)?;
            let query = self.query.clone();
            let report = aside(&self.node, move |node| answer(node, &query)).await?;
            // The as-of instant of an open period moves on with every look; by itself it is no news.
            let news = self.last.as_ref().is_none_or(|last| Report { as_of: last.as_of, ..report.clone() } != *last);
            if news {
                let sent = to_pb(&report);
                self.last = Some(report);
                return Ok(Some(sent));
            }
        }
    }
}

fn answer(node: &Node, asked: &pb::GetReportRequest) -> Result<Report, Status> {
    let period = period(&asked.period, "period")?;
    let by = breakdown_from_pb(asked.by)?;
    let as_known_at = asked.as_known_at.map(|at| instant_from_pb(at, "as_known_at")).transpose()?;
    let unit = unit(node, &asked.unit, &period)?;
    node.report(&Query { unit, period, by, as_known_at }).map_err(refuse)
}

pub(super) fn period(text: &str, field: &str) -> Result<Period, Status> {
    Period::parse(text).map_err(|error| status("BAD_PERIOD", field, error.to_string()))
}

/// The unit that bears the code at the period's end.
pub(super) fn unit(node: &Node, code: &str, period: &Period) -> Result<UnitId, Status> {
    node.unit(&node.snapshot(), code, period.last_day()).map_err(refuse)
}

fn child_row(child: Child) -> pb::ChildState {
    pb::ChildState {
        unit: child.unit.to_string(),
        name: child.name,
        status: child.status.to_owned(),
        expected: child.expected,
        received: child.received,
        revision: child.revision,
        recorded_at: child.recorded_at.map(instant_to_pb),
        last_seen: child.last_seen.map(instant_to_pb),
        reason: child.reason,
    }
}
