//! A whole node behind a real port, called by the generated clients.

mod desk;
mod federation;
mod later_release;
mod reports;
mod server;

use std::sync::Arc;

use motcua::{
    api::{
        accept::Security,
        server::{Drained, ServeError, serve},
    },
    clock::Moved,
    config::Limits,
    document::KeySealer,
    domain::time::{Timestamp, parse_date},
    ledger::{By, Entry, EntryKind},
    node::{Node, Powers},
    store::{
        core::Setting,
        open::{DataDir, OpenOptions},
    },
    wire::{
        pb::v1::{self as pb, desk_service_client::DeskServiceClient},
        stamp,
    },
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};

const NOW: &str = "2018-02-20T10:00:00+07:00";

struct Served {
    channel: Channel,
    address: std::net::SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<Result<Drained, ServeError>>,
    _files: (DataDir, tempfile::TempDir),
}

async fn served(drain_seconds: u64) -> Served {
    let Listening { address, stop, server, files } =
        listening(Limits { drain_seconds, ..Limits::default() }, None).await;
    let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    Served { channel, address, stop, server, _files: files }
}

/// A whole node that listens and is not called yet.
pub struct Listening {
    pub address: std::net::SocketAddr,
    pub stop: CancellationToken,
    pub server: JoinHandle<Result<Drained, ServeError>>,
    pub files: (DataDir, tempfile::TempDir),
}

pub async fn listening(limits: Limits, security: Option<Security>) -> Listening {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::lock(folder.path()).unwrap();
    let genesis = EntryKind::Genesis {
        code: "07084".into(),
        books_from: parse_date("2018-01-15").unwrap(),
        epoch: 1,
        root: None,
    };
    data.create(&[Entry { recorded_at: at("2018-01-15T08:00:00+07:00"), kind: genesis }], &By::node()).unwrap();
    let setting = Setting { sealer: Arc::new(KeySealer::from_seed(&[7; 32])), has_parent: false, two_persons: false };
    let opened = data.open("07084", &setting, &OpenOptions::default()).unwrap();
    let node = Node::start(opened.core, Moved::at(at(NOW)).clock(), Powers::default(), opened.notes).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve(node, listener, security, None, stop.clone(), limits));
    Listening { address, stop, server, files: (data, folder) }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Event number `n` of a dossier.
fn event(n: u8, dossier: &str, when: &str, kind: pb::event::Kind) -> pb::Event {
    pb::Event {
        id: vec![n; 16],
        dossier: dossier.into(),
        occurred_at: Some(stamp::to_pb(at(when))),
        source: "desk 1".into(),
        kind: Some(kind),
        ..pb::Event::default()
    }
}

fn received(procedure: &str) -> pb::event::Kind {
    let due = pb::Due { kind: Some(pb::due::Kind::Day("2018-02-09".into())) };
    pb::event::Kind::Received(pb::Reception {
        procedure: procedure.into(),
        channel: pb::Channel::Direct.into(),
        due: Some(due),
        ..pb::Reception::default()
    })
}

fn resolved() -> pb::event::Kind {
    pb::event::Kind::Resolved(pb::Resolved {})
}

async fn record(served: &Served, groups: Vec<Vec<pb::Event>>) -> Result<Vec<pb::RecordResponse>, Status> {
    let requests: Vec<_> = groups
        .into_iter()
        .enumerate()
        .map(|(n, events)| pb::RecordRequest { events, cursor: n.to_string(), dry_run: false })
        .collect();
    let mut desk = DeskServiceClient::new(served.channel.clone());
    let mut answers = desk.record(tokio_stream::iter(requests)).await?.into_inner();
    let mut all = Vec::new();
    while let Some(answer) = answers.message().await? {
        all.push(answer);
    }
    Ok(all)
}
