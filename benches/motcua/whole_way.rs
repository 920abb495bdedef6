//! An event's whole way over gRPC into the journal, in groups, beside the same stream with no work behind it.

use std::pin::Pin;

use divan::{Bencher, counter::ItemsCount};
use motcua::{
    clock,
    config::Config,
    run::{self, NewNode, Running, Surroundings},
    wire::pb::v1::{
        self as pb,
        desk_service_client::DeskServiceClient,
        desk_service_server::{DeskService, DeskServiceServer},
    },
};
use tokio::{net::TcpListener, runtime::Runtime};
use tokio_stream::{Stream, StreamExt};
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Channel, Server, server::TcpIncoming},
};

/// Events in one call.
const EVENTS: usize = 2048;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub fn groups(count: usize, group: usize, first: &mut u128) -> Vec<pb::RecordRequest> {
    let events: Vec<pb::Event> = (0..count)
        .map(|_| {
            *first += 1;
            let reception = pb::Reception {
                channel: pb::Channel::Online.into(),
                due: Some(pb::Due { kind: Some(pb::due::Kind::Day("2026-03-01".into())) }),
                ..Default::default()
            };
            pb::Event {
                id: first.to_be_bytes().to_vec(),
                dossier: format!("000.00.01.H29-260201-{first:08}"),
                occurred_at: Some(prost_types::Timestamp { seconds: 1_770_000_000, nanos: 0 }),
                source: "bench".into(),
                kind: Some(pb::event::Kind::Received(reception)),
                ..Default::default()
            }
        })
        .collect();
    events.chunks(group).map(|g| pb::RecordRequest { events: g.to_vec(), ..Default::default() }).collect()
}

async fn send(client: &mut DeskServiceClient<Channel>, groups: Vec<pb::RecordRequest>) {
    let mut answers = client.record(tokio_stream::iter(groups)).await.unwrap().into_inner();
    let mut acks = 0;
    while let Some(answer) = answers.next().await {
        acks += answer.unwrap().acks.iter().filter(|a| a.outcome() == pb::Outcome::Recorded).count();
    }
    assert_eq!(acks, EVENTS);
}

async fn node(folder: &std::path::Path) -> Running {
    let new = NewNode {
        unit: "07099".into(),
        books_from: "2025-12-15".parse().unwrap(),
        listen: "127.0.0.1:0".into(),
        parent: None,
    };
    let file = run::init(folder, &new, clock::now()).unwrap();
    let config = Config::load(&file).unwrap();
    run::start(&config, Surroundings::real(&config)).await.unwrap()
}

#[divan::bench(args = [1, 64, 512], sample_count = 20, sample_size = 1)]
fn record_over_grpc_in_groups_of(bencher: Bencher, group: usize) {
    let runtime = runtime();
    let folder = tempfile::tempdir().unwrap();
    let running = runtime.block_on(node(folder.path()));
    let url = format!("http://{}", running.address);
    let mut client = runtime.block_on(DeskServiceClient::connect(url)).unwrap();
    let mut first = 0;
    bencher
        .counter(ItemsCount::new(EVENTS))
        .with_inputs(|| groups(EVENTS, group, &mut first))
        .bench_local_values(|groups| runtime.block_on(send(&mut client, groups)));
    drop(client);
    runtime.block_on(running.stop()).unwrap();
}

#[divan::bench(args = [1, 64, 512], sample_count = 20, sample_size = 1)]
fn limit_same_stream_without_work_in_groups_of(bencher: Bencher, group: usize) {
    let runtime = runtime();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move {
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        Server::builder().add_service(DeskServiceServer::new(Idle)).serve_with_incoming(incoming).await.unwrap();
    });
    let mut client = runtime.block_on(DeskServiceClient::connect(url)).unwrap();
    let mut first = 0;
    bencher
        .counter(ItemsCount::new(EVENTS))
        .with_inputs(|| groups(EVENTS, group, &mut first))
        .bench_local_values(|groups| runtime.block_on(send(&mut client, groups)));
}

/// Says yes to everything.
struct Idle;

#[tonic::async_trait]
impl DeskService for Idle {
    type RecordStream = Pin<Box<dyn Stream<Item = Result<pb::RecordResponse, Status>> + Send>>;

    async fn record(
        &self,
        request: Request<Streaming<pb::RecordRequest>>,
    ) -> Result<Response<Self::RecordStream>, Status> {
        let answers = request.into_inner().map(|group| {
            let acks = group?.events.into_iter().map(|event| pb::Ack {
                id: event.id,
                outcome: pb::Outcome::Recorded.into(),
                ..Default::default()
            });
            Ok(pb::RecordResponse { acks: acks.collect(), ..pb::RecordResponse::default() })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn get_dossier(&self, _: Request<pb::GetDossierRequest>) -> Result<Response<pb::GetDossierResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn list_open_dossiers(
        &self,
        _: Request<pb::ListOpenDossiersRequest>,
    ) -> Result<Response<pb::ListOpenDossiersResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn list_problems(
        &self,
        _: Request<pb::ListProblemsRequest>,
    ) -> Result<Response<pb::ListProblemsResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }
}
