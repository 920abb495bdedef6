//! A node that cannot do its work says so by gRPC's own health protocol, and says when it can again. Watched, so nothing here waits on a clock.

use std::sync::Arc;

use motcua::{
    api::server::serve,
    clock::Moved,
    config::Limits,
    document::KeySealer,
    domain::{atoms::Cuts, registry::Part, time::parse_date},
    ledger::{By, Entry, EntryKind},
    node::{Node, Powers},
    store::{
        core::Setting,
        faulty_disk::FaultyDisk,
        journal::{Journal, Options},
        layer::{Layer, LayerOptions},
        memory_map::MemoryMap,
        open::{OpenOptions, open_on},
    },
    wire::store::encode_entry,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Streaming, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse, health_client::HealthClient};

use crate::support::at;

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;
const SERVICES: [&str; 7] = [
    "",
    "motcua.v1.DeskService",
    "motcua.v1.ReportService",
    "motcua.v1.PeriodService",
    "motcua.v1.RegistryService",
    "motcua.v1.AdminService",
    "motcua.v1.FederationService",
];

/// A node on this disk, and a watch on each of its services.
struct Watched {
    node: Arc<Node>,
    stop: CancellationToken,
    watches: Vec<Streaming<HealthCheckResponse>>,
}

async fn watched(disk: &FaultyDisk) -> Watched {
    let shared = Arc::new(disk.clone());
    let kind =
        EntryKind::Genesis { code: "01".into(), books_from: parse_date("2018-01-15").unwrap(), epoch: 1, root: None };
    let genesis = Entry { recorded_at: at("2018-01-15T08:00:00+07:00"), kind };
    let (mut journal, _) = Journal::open(shared.clone(), Options::default()).unwrap();
    journal.append_group(&[encode_entry(&genesis, &By::node())]).unwrap();
    drop(journal);
    let layer = Layer::background(Arc::new(MemoryMap::default()), &LayerOptions::default()).unwrap();
    let setting = Setting { sealer: Arc::new(KeySealer::from_seed(&[7; 32])), has_parent: false, two_persons: false };
    let (core, ..) = open_on(shared, layer, 0, "01", &setting, &OpenOptions::default()).unwrap();
    let node =
        Node::start(core, Moved::at(at("2018-02-20T10:00:00+07:00")).clock(), Powers::default(), Vec::new()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    tokio::spawn(serve(Arc::clone(&node), listener, None, None, stop.clone(), Limits::default()));
    let mut health = HealthClient::new(Channel::from_shared(url).unwrap().connect().await.unwrap());
    let mut watches = Vec::new();
    for service in SERVICES {
        watches.push(health.watch(HealthCheckRequest { service: service.into() }).await.unwrap().into_inner());
    }
    Watched { node, stop, watches }
}

impl Watched {
    /// Every service says this next.
    async fn all_say(&mut self, status: i32) {
        for (service, watch) in SERVICES.iter().zip(&mut self.watches) {
            let said = watch.message().await.unwrap().unwrap().status;
            assert_eq!(said, status, "{service:?}");
        }
    }
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_is_not_served() {
    let disk = FaultyDisk::new();
    let mut watched = watched(&disk).await;
    watched.all_say(SERVING).await;
    disk.fail_syncs(1);
    let refused = watched.node.import(&By::node(), Part::Cuts(Cuts::default())).await.unwrap_err();
    assert!(refused.to_string().contains("stopped writing"), "{refused}");
    watched.all_say(NOT_SERVING).await;
    assert!(watched.node.unfit().unwrap().contains("nothing is written any more"));
    watched.stop.cancel();
}

#[tokio::test]
async fn a_certificate_that_lapses_is_not_served_until_there_is_a_new_one() {
    let mut watched = watched(&FaultyDisk::new()).await;
    watched.all_say(SERVING).await;
    watched.node.certificate_lapsed(true);
    watched.all_say(NOT_SERVING).await;
    // Told again, and nothing has changed: nobody is told.
    watched.node.certificate_lapsed(true);
    watched.node.certificate_lapsed(false);
    watched.all_say(SERVING).await;
    assert_eq!(watched.node.unfit(), None);
    watched.stop.cancel();
    let last = watched.watches[0].message().await.unwrap().unwrap().status;
    assert_eq!(last, NOT_SERVING, "a node that ends takes nothing new");
}
