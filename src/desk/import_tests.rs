//! Whole imports over real gRPC on loopback, against a node that only remembers.

use std::{
    collections::{HashMap, HashSet},
    fs,
    sync::{Arc, Mutex},
};

use tokio::net::TcpListener;
use tokio_stream::{StreamExt, wrappers::TcpListenerStream};
use tonic::{Request, Response, Status, Streaming};

use super::*;
use crate::{
    domain::time::Timestamp,
    wire::link::Token,
    wire::pb::v1::{
        Ack, GetDossierRequest, GetDossierResponse, ListOpenDossiersRequest, ListOpenDossiersResponse,
        ListProblemsRequest, ListProblemsResponse, Outcome, RecordRequest, RecordResponse,
        desk_service_server::{DeskService, DeskServiceServer},
    },
};

/// Remembers events by id; refuses dossiers that end in `x`; breaks the stream at the group of that number.
#[derive(Default)]
struct Memory {
    events: Mutex<HashMap<Vec<u8>, crate::wire::pb::v1::Event>>,
    groups: Mutex<Vec<usize>>,
    break_at: Mutex<Option<usize>>,
}

struct Desk(Arc<Memory>);

#[tonic::async_trait]
impl DeskService for Desk {
    type RecordStream = ReceiverStream<Result<RecordResponse, Status>>;

    async fn record(&self, request: Request<Streaming<RecordRequest>>) -> Result<Response<Self::RecordStream>, Status> {
        let mut requests = request.into_inner();
        let memory = Arc::clone(&self.0);
        // a node may wait for the first group before it answers at all
        let mut next = requests.next().await;
        let (tx, rx) = mpsc::channel(1);
        tokio::spawn(async move {
            while let Some(Ok(group)) = next {
                let answer = memory.answer(group);
                let last = answer.is_err();
                if tx.send(answer).await.is_err() || last {
                    return;
                }
                next = requests.next().await;
            }
        });
        Ok(Response::new(ReceiverStream::new(rx)))
    }

    async fn get_dossier(&self, _: Request<GetDossierRequest>) -> Result<Response<GetDossierResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn list_open_dossiers(
        &self,
        _: Request<ListOpenDossiersRequest>,
    ) -> Result<Response<ListOpenDossiersResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn list_problems(&self, _: Request<ListProblemsRequest>) -> Result<Response<ListProblemsResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

impl Memory {
    fn answer(&self, group: RecordRequest) -> Result<RecordResponse, Status> {
        let mut groups = self.groups.lock().unwrap();
        if *self.break_at.lock().unwrap() == Some(groups.len()) {
            return Err(Status::unavailable("going away"));
        }
        groups.push(group.events.len());
        let mut known = self.events.lock().unwrap();
        let mut ack = |event: crate::wire::pb::v1::Event| {
            let id = event.id.clone();
            let (outcome, field) = match known.get(&id) {
                _ if event.dossier.ends_with('x') => (Outcome::Refused, "dossier"),
                Some(before) if *before == event => (Outcome::AlreadyRecorded, ""),
                Some(_) => (Outcome::Conflict, "occurred_at"),
                None => {
                    if !group.dry_run {
                        known.insert(id.clone(), event);
                    }
                    (Outcome::Recorded, "")
                }
            };
            Ack { id, outcome: outcome.into(), field: field.into(), ..Ack::default() }
        };
        let acks = group.events.into_iter().map(&mut ack).collect();
        Ok(RecordResponse { acks, cursor: group.cursor, ..RecordResponse::default() })
    }
}

async fn node() -> (Arc<Memory>, DeskServiceClient<Link>) {
    let memory = Arc::new(Memory::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tonic::transport::Server::builder().add_service(DeskServiceServer::new(Desk(Arc::clone(&memory))));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
    let link = Token::default().on(endpoint.connect().await.unwrap());
    (memory, DeskServiceClient::new(link))
}

const MAPPING: &str = r#"
source = "s"
[input]
kind = "dossiers"
[columns]
dossier = "d"
received_at = "r"
closed_at = "c"
channel = "ch"
[channels]
web = "online"
"#;

fn options(dry_run: bool) -> ImportOptions {
    let rows = RowOptions { opening: false, books_from: None, now: Timestamp::parse("2018-03-01").unwrap() };
    ImportOptions { rows, dry_run, left_out: None }
}

/// `rows` dossiers, each received and resolved.
fn file(dir: &tempfile::TempDir, rows: usize) -> PathBuf {
    let path = dir.path().join("cases.csv");
    let lines: String = (0..rows).map(|n| format!("case-{n},2018-02-01,2018-02-03,web\n")).collect();
    fs::write(&path, format!("d,r,c,ch\n{lines}")).unwrap();
    path
}

#[tokio::test]
async fn everything_counts_once_however_often_it_is_sent() {
    let (memory, client) = node().await;
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, 1_300);
    let mapping = Mapping::parse(MAPPING).unwrap();

    let dry = import(&path, &mapping, client.clone(), options(true), |_| {}).await.unwrap();
    assert_eq!((dry.recorded, memory.events.lock().unwrap().len()), (2_600, 0));

    let mut seen = Vec::new();
    let first = import(&path, &mapping, client.clone(), options(false), |p| seen.push(p)).await.unwrap();
    assert_eq!((first.rows, first.events, first.recorded, first.left_out_file), (1_300, 2_600, 2_600, None));
    let last = seen.last().unwrap();
    assert_eq!((last.bytes, last.rows, last.events), (last.total_bytes, 1_300, 2_600));
    assert!(memory.groups.lock().unwrap().iter().all(|events| *events <= GROUP));

    let again = import(&path, &mapping, client, options(false), |_| {}).await.unwrap();
    assert_eq!((again.recorded, again.already_recorded), (0, 2_600));
}

#[tokio::test]
async fn a_cut_connection_says_that_running_again_is_safe() {
    let (memory, client) = node().await;
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, 5_000);
    let mapping = Mapping::parse(MAPPING).unwrap();
    *memory.break_at.lock().unwrap() = Some(3);
    let error = import(&path, &mapping, client.clone(), options(false), |_| {}).await.unwrap_err();
    assert!(matches!(error, ImportError::Cut { answered: 1_500, .. }), "{error}");
    assert!(error.to_string().contains("run the same command again"), "{error}");

    *memory.break_at.lock().unwrap() = None;
    let again = import(&path, &mapping, client, options(false), |_| {}).await.unwrap();
    assert_eq!((again.already_recorded, again.recorded), (1_500, 8_500));
}

#[tokio::test]
async fn what_is_left_out_is_listed_with_its_row() {
    let (_, client) = node().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cases.csv");
    let mapping = Mapping::parse(MAPPING).unwrap();
    let text = "d,r,c,ch\n1,2018-02-01,2018-01-31,web\n2,2018-02-01,,fax\n3,2018-02-01,,fax\n4x,2018-02-01,,web\n5,2018-02-01,,web\n5,2018-02-02,,web\n";
    fs::write(&path, text).unwrap();
    let report = import(&path, &mapping, client.clone(), options(false), |_| {}).await.unwrap();
    assert_eq!((report.rows, report.recorded, report.refused, report.conflict), (6, 2, 1, 1));
    assert_eq!(report.unknown.get(&(Column::Channel, "fax".into())), Some(&2));
    let list = report.left_out_file.unwrap();
    let mut reader = csv::Reader::from_path(&list).unwrap();
    let lines: Vec<Vec<String>> =
        reader.records().map(|r| r.unwrap().iter().take(4).map(str::to_owned).collect()).collect();
    let expected = [
        ["2", "1", "resolved", "OUT_OF_ORDER"],
        ["3", "2", "", "UNKNOWN_CHANNEL"],
        ["4", "3", "", "UNKNOWN_CHANNEL"],
        ["5", "4x", "received", "REFUSED"],
        ["7", "5", "received", "CONFLICT"],
    ];
    assert_eq!(lines, expected);
    assert_eq!(report.left_out.values().sum::<u64>(), 5);

    // a list of an earlier run does not outlive its reasons
    fs::write(&path, "d,r,c,ch\n6,2018-02-01,,web\n,,,\n").unwrap();
    import(&path, &mapping, client, options(false), |_| {}).await.unwrap();
    assert!(!list.exists());
}

#[tokio::test]
async fn errors_that_end_an_import() {
    let (memory, client) = node().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cases.csv");
    let stopping = Mapping::parse(&format!("{MAPPING}\n[rules]\non_bad_row = 'stop'")).unwrap();

    let error = import(&path, &stopping, client.clone(), options(false), |_| {}).await.unwrap_err();
    assert!(matches!(error, ImportError::File { .. }) && error.to_string().contains("cases.csv"), "{error}");

    fs::write(&path, "d,r\n1,2018-02-01\n").unwrap();
    let error = import(&path, &stopping, client.clone(), options(false), |_| {}).await.unwrap_err();
    assert!(matches!(&error, ImportError::Mapping(wrong) if wrong.len() == 2), "{error}");

    fs::write(&path, "d,r,c,ch\n1,2018-02-01,,web\n2,never,,web\n3,2018-02-01,,web\n").unwrap();
    let error = import(&path, &stopping, client.clone(), options(false), |_| {}).await.unwrap_err();
    assert!(matches!(&error, ImportError::Stopped(line) if line.row == 3), "{error}");
    let known: HashSet<String> = memory.events.lock().unwrap().values().map(|e| e.dossier.clone()).collect();
    assert_eq!(known, HashSet::from(["1".to_owned()]), "what came before the mistake is recorded");

    let text: String = (0..3_000).map(|n| format!("{n},never,,web\n")).collect();
    fs::write(&path, format!("d,r,c,ch\n{text}")).unwrap();
    let mapping = Mapping::parse(MAPPING).unwrap();
    let nothing = import(&path, &mapping, client, options(false), |_| {}).await.unwrap();
    assert_eq!((nothing.rows, nothing.events), (3_000, 0), "a file without one good row ends all the same");
}
