//! What holds for every call, and how it all ends.

use motcua::{
    api::server::Drained,
    wire::{
        pb::v1::{
            self as pb, admin_service_client::AdminServiceClient, federation_service_client::FederationServiceClient,
            registry_service_client::RegistryServiceClient, report_service_client::ReportServiceClient,
        },
        status::{explain, reason_of},
    },
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::{Code, Request, transport::Channel};
use tonic_types::StatusExt;

use super::served;

#[tokio::test]
async fn mistakes_come_with_reason_field_and_a_way_out() {
    let served = served(10).await;
    let mut reports = ReportServiceClient::new(served.channel.clone());
    let asked = pb::GetReportRequest { period: "2018-13".into(), ..Default::default() };
    let refused = reports.get_report(asked).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let info = refused.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("BAD_PERIOD", "motcua"));
    assert_eq!(refused.get_details_bad_request().unwrap().field_violations[0].field, "period");
    assert!(explain(&refused).ends_with("[BAD_PERIOD]"), "{}", explain(&refused));

    for (from, to, reason) in [("2018-02", "2018", "BAD_PERIOD"), ("1990-01", "2018-01", "TOO_MANY_PERIODS")] {
        let asked = pb::GetSeriesRequest { from: from.into(), to: to.into(), ..Default::default() };
        assert_eq!(reason_of(&reports.get_series(asked).await.unwrap_err()).as_deref(), Some(reason));
    }
    let mut registry = RegistryServiceClient::new(served.channel.clone());
    let days = pb::Calendar { days_off: vec!["x".into(), "2018-02-30".into()], ..Default::default() };
    let part = pb::RegistryPart { kind: 3, calendar: Some(days), ..Default::default() };
    let refused = registry.import_registry(pb::ImportRegistryRequest { part: Some(part) }).await.unwrap_err();
    let fields: Vec<_> =
        refused.get_details_bad_request().unwrap().field_violations.into_iter().map(|v| v.field).collect();
    assert_eq!(fields, ["part.calendar.days_off[0]", "part.calendar.days_off[1]"]);
    let mut federation = FederationServiceClient::new(served.channel.clone());
    let hello = pb::HelloRequest { unit: "07085".into(), protocol_min: 1, protocol_max: 3, ..Default::default() };
    let refused = federation.hello(hello).await.unwrap_err();
    assert_eq!((refused.code(), reason_of(&refused).as_deref()), (Code::FailedPrecondition, Some("NO_TREE")));
}

#[tokio::test]
async fn calls_carry_ids_and_health_is_told() {
    let served = served(10).await;
    let mut admin = AdminServiceClient::new(served.channel.clone());
    let mut asked = Request::new(pb::GetStatusRequest {});
    asked.metadata_mut().insert("x-request-id", "desk-7".parse().unwrap());
    let told = admin.get_status(asked).await.unwrap();
    assert_eq!(told.metadata().get("x-request-id").unwrap(), "desk-7");
    assert_eq!(told.into_inner().books[0].books_from, "2018-01-15");
    let made = admin.get_status(pb::GetStatusRequest {}).await.unwrap();
    assert!(made.metadata().get("x-request-id").is_some());

    let mut health = tonic_health::pb::health_client::HealthClient::new(served.channel.clone());
    let asked = tonic_health::pb::HealthCheckRequest { service: "motcua.v1.DeskService".into() };
    assert_eq!(health.check(asked).await.unwrap().into_inner().status, 1);
}

#[tokio::test]
async fn a_silent_peer_does_not_hold_the_end_up() {
    let served = served(0).await;
    // It says the first words and then nothing more. When the server has answered them, it serves it.
    let mut silent = tokio::net::TcpStream::connect(served.address).await.unwrap();
    silent.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    silent.read_exact(&mut [0; 9]).await.unwrap();
    let other = Channel::from_shared(format!("http://{}", served.address)).unwrap().connect().await.unwrap();
    AdminServiceClient::new(other).get_status(pb::GetStatusRequest {}).await.unwrap();
    served.stop.cancel();
    assert_eq!(served.server.await.unwrap().unwrap(), Drained::Deadline);
    drop(silent);
}
