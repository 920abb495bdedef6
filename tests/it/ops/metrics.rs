//! What Prometheus would read, read over a real socket.

use motcua::{
    clock::Moved,
    run::Running,
    wire::pb::v1::{self as pb, admin_service_client::AdminServiceClient, event::Kind},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tonic::transport::Channel;

use crate::{
    bad_input::{event, record},
    support::{at, new_node, start},
};

/// The head and the body of an answer.
async fn get(running: &Running, path: &str) -> (String, String) {
    let mut link = TcpStream::connect(running.metrics.unwrap()).await.unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
    link.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = String::new();
    link.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// The value of one line, by its name and labels.
fn value(text: &str, series: &str) -> Option<f64> {
    let rest = |line: &'_ str| line.strip_prefix(series)?.strip_prefix(' ').map(str::to_owned);
    text.lines().find_map(rest).map(|value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_counts_what_it_does() {
    let clock = Moved::at(at("2018-03-20T08:00:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let mut config = new_node(folder.path(), "00004", "2018-01-15", None, (clock.clock())());
    config.metrics = Some("127.0.0.1:0".parse().unwrap());
    let running = start(&config, &clock).await;
    let (head, before) = get(&running, "/metrics").await;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("openmetrics-text"), "{head}");
    assert_eq!(
        value(&before, "motcua_events_total{outcome=\"recorded\"}"),
        Some(0.0),
        "there from the start: {before}"
    );
    assert!(before.ends_with("# EOF\n"), "{before}");

    let channel = Channel::from_shared(format!("http://{}", running.address)).unwrap().connect().await.unwrap();
    let resolved = |id, dossier| event(id, dossier, "2018-02-01", Kind::Resolved(pb::Resolved {}));
    let in_time = vec![resolved(1, "A"), resolved(1, "A"), resolved(1, "B")];
    record(&channel, in_time).await.unwrap();
    record(&channel, vec![event(9, "A", "2030-02-01", Kind::Resolved(pb::Resolved {}))]).await.unwrap();
    AdminServiceClient::new(channel.clone()).get_status(pb::GetStatusRequest {}).await.unwrap();
    let made_up = tonic::codegen::http::uri::PathAndQuery::from_static("/motcua.v1.AdminService/MadeUp");
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<pb::GetStatusRequest, pb::GetStatusResponse>::default();
    client.unary(tonic::Request::new(pb::GetStatusRequest {}), made_up, codec).await.unwrap_err();

    let (_, after) = get(&running, "/metrics").await;
    for (series, expected) in [
        ("motcua_events_total{outcome=\"recorded\"}", 1.0),
        ("motcua_events_total{outcome=\"already\"}", 1.0),
        ("motcua_events_total{outcome=\"conflict\"}", 1.0),
        ("motcua_events_total{outcome=\"refused\"}", 1.0),
        ("motcua_journal_groups_total", 1.0),
        ("motcua_journal_group_entries_count", 1.0),
        ("motcua_journal_sync_seconds_count", 1.0),
        ("motcua_journal_sequence", 2.0),
        ("motcua_grpc_calls_total{method=\"motcua.v1.AdminService/GetStatus\",code=\"ok\"}", 1.0),
        ("motcua_grpc_calls_total{method=\"motcua.v1.DeskService/Record\",code=\"ok\"}", 2.0),
        ("motcua_grpc_calls_total{method=\"other\",code=\"unimplemented\"}", 1.0),
        ("motcua_grpc_call_seconds_count{method=\"motcua.v1.DeskService/Record\"}", 2.0),
        ("motcua_documents_total{link=\"down\",outcome=\"refused\"}", 0.0),
        ("motcua_held_events", 1.0),
        ("motcua_writing_stopped", 0.0),
        ("motcua_closing_stopped", 0.0),
    ] {
        assert_eq!(value(&after, series), Some(expected), "{series} in {after}");
    }
    assert!(
        after.contains(&format!("motcua_build_info{{version=\"{}\",unit=\"00004\"}} 1", env!("CARGO_PKG_VERSION")))
    );
    for series in ["motcua_journal_size_bytes", "motcua_disk_free_bytes", "motcua_disk_size_bytes"] {
        assert!(value(&after, series).unwrap() > 0.0, "{series}");
    }
    for absent in ["motcua_unsent_documents", "motcua_since_agreement_seconds", "motcua_parent_registry_version"] {
        assert!(!after.contains(absent), "a top has no parent, and so no {absent}");
    }
    assert!(!after.contains("MadeUp"), "a caller makes no labels");
    assert!(get(&running, "/").await.0.starts_with("HTTP/1.1 404"));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_off_unless_asked_for_and_a_taken_port_is_said() {
    let clock = Moved::at(at("2018-03-20T08:00:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let mut config = new_node(folder.path(), "00004", "2018-01-15", None, (clock.clock())());
    let running = start(&config, &clock).await;
    assert_eq!(running.metrics, None);
    running.stop().await.unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    config.metrics = Some(taken.local_addr().unwrap());
    let around = motcua::run::Surroundings::real(&config);
    let error = motcua::run::start(&config, around).await.err().unwrap().to_string();
    assert!(error.contains("cannot serve metrics on 127.0.0.1:"), "{error}");
}
