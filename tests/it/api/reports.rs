//! What a report says, before and after the close, and while it is watched.

use std::time::Duration;

use motcua::{
    api::server::Drained,
    wire::{
        pb::v1::{self as pb, period_service_client::PeriodServiceClient, report_service_client::ReportServiceClient},
        status::reason_of,
    },
};
use tonic::Code;

use super::{event, received, record, resolved, served};

#[tokio::test]
async fn a_month_is_reported_closed_and_listed() {
    let served = served(10).await;
    let group = vec![
        event(1, "A", "2018-02-01T09:00:00+07:00", received("other")),
        event(2, "A", "2018-02-08T09:00:00+07:00", resolved()),
        event(3, "B", "2018-02-02T09:00:00+07:00", received("other")),
    ];
    record(&served, vec![group]).await.unwrap();
    let mut reports = ReportServiceClient::new(served.channel.clone());
    let asked = pb::GetReportRequest { period: "2018-02".into(), ..Default::default() };
    let report = reports.get_report(asked.clone()).await.unwrap().into_inner().report.unwrap();
    let figure = |name: &str| report.total.iter().find(|f| f.measure == name).unwrap().value;
    assert_eq!((figure("received_direct"), figure("resolved_early"), figure("pending_overdue")), (2, 1, 1));
    assert_eq!((report.unit.as_str(), report.status.as_str()), ("07084", "provisional"));

    let mut periods = PeriodServiceClient::new(served.channel.clone());
    let close = pb::ClosePeriodRequest { period: "2018-02".into(), ..Default::default() };
    let closed = periods.close_period(close.clone()).await.unwrap().into_inner().documents;
    assert_eq!(closed.len(), 2);
    let again = periods.close_period(close).await.unwrap_err();
    assert_eq!((again.code(), reason_of(&again).as_deref()), (Code::FailedPrecondition, Some("ALREADY_CLOSED")));
    let report = reports.get_report(asked).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.status.as_str(), report.documents.len()), ("final", 2));

    let first = pb::ListPeriodsRequest { page_size: 2, ..Default::default() };
    let page = periods.list_periods(first).await.unwrap().into_inner();
    let rows: Vec<_> = page.atoms.iter().map(|a| (a.start.as_str(), a.closed, a.revision)).collect();
    assert_eq!(
        (rows, page.closed_through.as_str()),
        (vec![("2018-02-15", false, 0), ("2018-02-01", true, 1)], "2018-02-15")
    );
    let second = pb::ListPeriodsRequest { page_size: 2, page_token: page.next_page_token, ..Default::default() };
    let page = periods.list_periods(second).await.unwrap().into_inner();
    assert_eq!((page.atoms.len(), page.atoms[0].start.as_str(), page.next_page_token.as_str()), (1, "2018-01-15", ""));

    let asked = pb::GetDocumentsRequest { period: "2018-02".into(), ..Default::default() };
    let mut documents = reports.get_documents(asked).await.unwrap().into_inner();
    let document = documents.message().await.unwrap().unwrap();
    assert_eq!(document.hash, closed[0].hash);
    assert_eq!(document.hash, blake3::hash(&document.document).as_bytes());
}

#[tokio::test]
async fn a_watched_report_is_told_again_when_it_changes_and_ends_with_the_node() {
    let served = served(10).await;
    let mut reports = ReportServiceClient::new(served.channel.clone());
    let query = pb::GetReportRequest { period: "2018-02".into(), ..Default::default() };
    let mut watch = reports.watch_report(pb::WatchReportRequest { query: Some(query) }).await.unwrap().into_inner();
    let first = watch.message().await.unwrap().unwrap().report.unwrap();
    record(&served, vec![vec![event(1, "A", "2018-02-01T09:00:00+07:00", received("other"))]]).await.unwrap();
    let second = watch.message().await.unwrap().unwrap().report.unwrap();
    assert_ne!(first.total, second.total);
    served.stop.cancel();
    let ended = watch.message().await.unwrap_err();
    assert_eq!((ended.code(), reason_of(&ended).as_deref()), (Code::Unavailable, Some("SHUTTING_DOWN")));
    drop((watch, reports));
    let drained = tokio::time::timeout(Duration::from_secs(60), served.server).await.unwrap().unwrap().unwrap();
    assert_eq!(drained, Drained::Clean);
}
