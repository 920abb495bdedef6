//! What is too much in one call, or too many calls.

use motcua::{
    config::Limits,
    trust::connect::channel,
    wire::{
        pb::v1::registry_service_client::RegistryServiceClient,
        status::{explain, reason_of},
    },
};
use tonic::{Code, Request, codec::CompressionEncoding::Gzip};
use tonic_types::StatusExt;

use super::*;

async fn plain(limits: Limits) -> (Listening, Channel) {
    let there = listening(limits, None).await;
    let channel = channel(&format!("http://{}", there.address), None, |e| e).unwrap();
    (there, channel)
}

/// Thirty-two million zeros are thirty thousand bytes on the wire: within the limit before unpacking, and five hundred times beyond it after.
#[tokio::test]
async fn a_message_is_measured_when_it_is_unpacked() {
    let (_there, channel) = plain(Limits { message_bytes: 64 << 10, ..Limits::default() }).await;
    let days = pb::Calendar { days_off: vec!["0".repeat(32 << 20)], ..Default::default() };
    let part = pb::RegistryPart { kind: 3, calendar: Some(days), ..Default::default() };
    let bomb = pb::ImportRegistryRequest { part: Some(part) };
    let mut registry = RegistryServiceClient::new(channel.clone()).send_compressed(Gzip);
    let refused = registry.import_registry(bomb).await.unwrap_err();
    assert_eq!(reason_of(&refused).as_deref(), Some("MESSAGE_TOO_LARGE"), "{refused:?}");
    assert!(refused.message().contains("decompressing") && refused.message().contains("65536"), "{refused:?}");
    call(&channel).await.unwrap();
}

#[tokio::test]
async fn a_head_beyond_the_limit_is_refused_and_the_link_goes_on() {
    let (_there, channel) = plain(Limits::default()).await;
    let mut big = Request::new(pb::GetStatusRequest {});
    big.metadata_mut().insert("x-big", "0".repeat(32 << 10).parse().unwrap());
    AdminServiceClient::new(channel.clone()).get_status(big).await.unwrap_err();
    call(&channel).await.unwrap();
}

#[tokio::test]
async fn too_many_calls_are_told_when_to_come_again() {
    let limits = || Limits { calls_per_second: 1, ..Limits::default() };
    let node = secured(limits()).await;
    let one = node.channel(node.child());
    let mut refused = None;
    // Two at once are allowed and one a second after that; no machine is so slow that a thousand pass.
    for _ in 0..1000 {
        if let Err(status) = call(&one).await {
            refused = Some(status);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!((refused.code(), reason_of(&refused).as_deref()), (Code::ResourceExhausted, Some("RATE_LIMITED")));
    let wait = refused.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(!wait.is_zero() && wait.as_secs() < 2, "{wait:?}");
    assert!(explain(&refused).contains("try again"), "{}", explain(&refused));
    assert!(refused.metadata().get("x-request-id").is_some(), "it has an id like every other answer");
    // Another unit from the same address has calls of its own.
    let keyring = Keyring::new(identity(&node.authority, "07099", -1, 90));
    let expect = Expect::Units(vec!["07084".into()]);
    call(&node.channel(client_config(&keyring, &node.clock.clock(), expect).unwrap())).await.unwrap();
}
