//! Callers of a later release: a field more does no harm, and a choice this release does not know is refused by name instead of being taken for another.

use motcua::wire::{
    pb::v1::{self as pb, report_service_client::ReportServiceClient},
    status::reason_of,
};
use tonic::{Request, codegen::http::uri::PathAndQuery};
use tonic_prost::ProstCodec;

use super::{event, received, record, resolved, served};

/// A question as a later release may ask it.
#[derive(Clone, PartialEq, prost::Message)]
struct LaterQuestion {
    #[prost(string, tag = "1")]
    unit: String,
    #[prost(string, tag = "2")]
    period: String,
    #[prost(string, tag = "100")]
    colour: String,
    #[prost(uint64, repeated, tag = "101")]
    weights: Vec<u64>,
}

#[tokio::test]
async fn a_field_of_the_future_does_no_harm() {
    let served = served(10).await;
    record(&served, vec![vec![event(1, "A", "2018-02-01T09:00:00+07:00", received("other"))]]).await.unwrap();
    let mut plain = ReportServiceClient::new(served.channel.clone());
    let asked = pb::GetReportRequest { period: "2018-02".into(), ..Default::default() };
    let answer = plain.get_report(asked).await.unwrap().into_inner();
    let mut raw = tonic::client::Grpc::new(served.channel.clone());
    raw.ready().await.unwrap();
    let later =
        LaterQuestion { period: "2018-02".into(), colour: "red".into(), weights: vec![1, 2], ..Default::default() };
    let path = PathAndQuery::from_static("/motcua.v1.ReportService/GetReport");
    let codec: ProstCodec<LaterQuestion, pb::GetReportResponse> = ProstCodec::default();
    let same = raw.unary(Request::new(later), path, codec).await.unwrap().into_inner();
    assert_eq!(same, answer);
}

#[tokio::test]
async fn a_choice_of_the_future_is_refused_by_name() {
    let served = served(10).await;
    let on = "2018-02-01T09:00:00+07:00";
    let by_drone = |event: pb::Event| {
        let Some(pb::event::Kind::Received(reception)) = event.kind else { panic!() };
        pb::Event { kind: Some(pb::event::Kind::Received(pb::Reception { channel: 99, ..reception })), ..event }
    };
    let events = vec![
        by_drone(event(1, "A", on, received("other"))),
        pb::Event { kind: None, ..event(2, "A", on, resolved()) },
        event(3, "A", on, received("other")),
    ];
    let answers = record(&served, vec![events]).await.unwrap();
    let acks: Vec<_> = answers[0].acks.iter().map(|a| (a.reason.as_str(), a.field.as_str())).collect();
    assert_eq!(acks, [("BAD_CHANNEL", "received.channel"), ("MISSING_KIND", "kind"), ("", "")]);
    let mut reports = ReportServiceClient::new(served.channel.clone());
    let asked = pb::GetReportRequest { period: "2018-02".into(), by: 99, ..Default::default() };
    let refused = reports.get_report(asked).await.unwrap_err();
    assert_eq!(reason_of(&refused).as_deref(), Some("BAD_CHOICE"), "{refused:?}");
    assert!(refused.message().contains("99"), "{refused:?}");
}
