//! Periods that are none, periods a parent cannot answer, and pages that were never given out.

use motcua::wire::pb::v1::{
    self as pb, desk_service_client::DeskServiceClient, period_service_client::PeriodServiceClient,
    report_service_client::ReportServiceClient,
};
use tonic::Code;

use super::bad_input::{assert_reason, event, node, received, record, sequence};

fn report(unit: &str, period: &str) -> pb::GetReportRequest {
    pb::GetReportRequest { unit: unit.into(), period: period.into(), ..pb::GetReportRequest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_and_pages_that_are_none() {
    let (parent, channel) = node("01", "01").await;
    let mut reports = ReportServiceClient::new(channel.clone());
    let mut periods = PeriodServiceClient::new(channel.clone());
    for text in [
        "",
        "2018-13",
        "2018-00",
        "2018-2",
        "2018-W54",
        "2018-Q5",
        "2018-H3",
        "cal:2018-W07",
        "1974-05",
        "9999",
        "2018-02 x",
        "2018-02-30..2018-03-01",
        "2018-03-01..2018-02-01",
        "..",
        "\u{0}",
        "٢٠١٨",
        "2018-1๓",
    ] {
        assert_reason(&reports.get_report(report("", text)).await.unwrap_err(), "BAD_PERIOD", "period");
        let close = pb::ClosePeriodRequest { period: text.into(), ..pb::ClosePeriodRequest::default() };
        assert_reason(&periods.close_period(close).await.unwrap_err(), "BAD_PERIOD", "period");
    }
    let before = sequence(&channel).await;
    for (period, reason, field) in
        [("2018-04", "PERIOD_NOT_OVER", "period"), ("2017-12", "BOOKS_BEGIN_LATER", "period")]
    {
        let close = pb::ClosePeriodRequest { period: period.into(), ..pb::ClosePeriodRequest::default() };
        assert_reason(&periods.close_period(close).await.unwrap_err(), reason, field);
    }
    for (period, reason, field) in [("2018-02", "NO_REASON", "reason"), ("2018-02", "NOT_CLOSED", "period")] {
        let text = if reason == "NO_REASON" { "  " } else { "why" };
        let amend =
            pb::AmendPeriodRequest { period: period.into(), reason: text.into(), ..pb::AmendPeriodRequest::default() };
        assert_reason(&periods.amend_period(amend).await.unwrap_err(), reason, field);
    }
    assert_eq!(sequence(&channel).await, before);
    assert_reason(&reports.get_report(report("", "2018-05")).await.unwrap_err(), "PERIOD_NOT_BEGUN", "period");
    assert_reason(&reports.get_report(report("88888", "2018-02")).await.unwrap_err(), "UNKNOWN_UNIT", "unit");
    // A week is for those who have the dossiers.
    assert_reason(&reports.get_report(report("", "2018-W07")).await.unwrap_err(), "PERIOD_NOT_ANSWERABLE", "period");
    let (commune, at_commune) = node("00004", "").await;
    ReportServiceClient::new(at_commune).get_report(report("", "2018-W07")).await.unwrap();

    record(&channel, vec![event(1, "A", "2018-02-01", received()), event(2, "B", "2018-02-01", received())])
        .await
        .unwrap();
    let mut desk = DeskServiceClient::new(channel.clone());
    let open = |page_size, page_token: &str| pb::ListOpenDossiersRequest {
        page_size,
        page_token: page_token.into(),
        ..Default::default()
    };
    let token = desk.list_open_dossiers(open(1, "")).await.unwrap().into_inner().next_page_token;
    assert!(!token.is_empty());
    desk.list_open_dossiers(open(1, &token)).await.unwrap();
    let problems = pb::ListProblemsRequest { page_token: token.clone(), ..Default::default() };
    assert_reason(&desk.list_problems(problems).await.unwrap_err(), "BAD_PAGE_TOKEN", "page_token");
    let list = pb::ListPeriodsRequest { page_token: token.clone(), ..Default::default() };
    assert_reason(&periods.list_periods(list).await.unwrap_err(), "BAD_PAGE_TOKEN", "page_token");
    let other = pb::ListOpenDossiersRequest { unit: "00005".into(), ..open(1, &token) };
    assert_reason(&desk.list_open_dossiers(other).await.unwrap_err(), "BAD_PAGE_TOKEN", "page_token");
    assert_reason(&desk.list_open_dossiers(open(1001, "")).await.unwrap_err(), "BAD_PAGE_SIZE", "page_size");
    assert_reason(&desk.list_open_dossiers(open(-1, "")).await.unwrap_err(), "BAD_PAGE_SIZE", "page_size");
    let none = pb::GetDossierRequest { unit: String::new(), dossier: "nobody's".into() };
    let error = desk.get_dossier(none).await.unwrap_err();
    assert_reason(&error, "NO_SUCH_DOSSIER", "dossier");
    assert_eq!(error.code(), Code::NotFound);
    parent.running.stop().await.unwrap();
    commune.running.stop().await.unwrap();
}
