//! Links that are open while something changes: a renewed certificate, a ban, the end of a certificate.

use std::{net::SocketAddr, sync::Arc};

use motcua::{
    config::Limits,
    trust::{connect::ClientTls, peer::PeerCertificate},
    wire::pb::v1::desk_service_client::DeskServiceClient,
};
use rustls::pki_types::ServerName;
use tokio::{net::TcpStream, sync::mpsc};
use tokio_rustls::TlsConnector;
use tokio_stream::wrappers::ReceiverStream;

use super::*;

/// The number of the certificate that is shown to newcomers.
pub(super) async fn shown(address: SocketAddr, tls: ClientTls) -> [u8; 16] {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let link = TlsConnector::from(tls).connect(name, stream).await.unwrap();
    PeerCertificate::parse(&link.get_ref().1.peer_certificates().unwrap()[0]).unwrap().serial
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_to_newcomers_and_disturbs_nobody() {
    let node = secured(Limits::default()).await;
    let old = node.keyring.get().unwrap().serial;
    let child = node.child();
    let open = node.channel(Arc::clone(&child));
    call(&open).await.unwrap();
    assert_eq!(shown(node.listening.address, Arc::clone(&child)).await, old);
    let next = identity(&node.authority, "07084", 0, 180);
    let new = next.serial;
    node.keyring.put(next);
    assert_eq!(shown(node.listening.address, child).await, new);
    call(&open).await.unwrap();
    assert_eq!(node.peers().iter().filter(|peer| peer.certificate.is_some()).count(), 1, "the same link");
}

#[tokio::test]
async fn a_ban_ends_an_open_stream_and_keeps_the_door_shut() {
    let node = secured(Limits::default()).await;
    let open = node.channel(node.child());
    let (send, requests) = mpsc::channel(4);
    send.send(pb::RecordRequest { dry_run: true, ..pb::RecordRequest::default() }).await.unwrap();
    let mut answers =
        DeskServiceClient::new(open.clone()).record(ReceiverStream::new(requests)).await.unwrap().into_inner();
    answers.message().await.unwrap();
    let bystander = node.channel(foreigner(&node));
    call(&bystander).await.unwrap();

    node.banned.store(true, Ordering::SeqCst);
    assert_eq!(node.sessions.cut(|peer| peer.certificate.is_some()), 1);
    assert_eq!(node.sessions.cut(|peer| peer.certificate.is_some()), 0, "once is enough");
    let ended = answers.message().await.unwrap_err();
    assert!(cause(&ended).contains("does not admit"), "{ended:?}");
    call(&bystander).await.unwrap();
    let told = call(&open).await.unwrap_err();
    assert!(cause(&told).contains("does not admit"), "{told:?}");
    assert_eq!(node.peers().iter().filter(|peer| peer.certificate.is_some()).count(), 0);
    node.banned.store(false, Ordering::SeqCst);
    // The channel may still learn of the last refusal before it connects anew.
    let again = async { while call(&open).await.is_err() {} };
    tokio::time::timeout(std::time::Duration::from_secs(60), again).await.unwrap();
}

/// A person's program: no certificate.
fn foreigner(node: &Secured) -> ClientTls {
    let expect = Expect::Authority(roots(&node.authority));
    client_config(&Keyring::default(), &node.clock.clock(), expect).unwrap()
}

#[tokio::test]
async fn a_link_does_not_outlive_its_certificate() {
    let node = secured(Limits::default()).await;
    let (child, person) = (node.channel(node.child()), node.channel(foreigner(&node)));
    call(&child).await.unwrap();
    call(&person).await.unwrap();
    assert_eq!(node.sessions.sweep(days(90)), 0, "it holds to its last second");
    node.clock.advance(days(91));
    assert_eq!(node.sessions.sweep(days(91)), 1);
    node.keyring.put(identity(&node.authority, "07084", 80, 180));
    let told = refusal(&child).await;
    assert!(told.contains("expired"), "{told}");
    call(&person).await.unwrap();
}
