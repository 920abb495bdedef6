//! A dishonest district: it has its own keys and a good certificate, and answers what it likes. Whoever asks it is not deceived.

use std::sync::Mutex;

use motcua::{
    api::accept::incoming,
    document::seal_part,
    domain::{atoms::Cuts, registry::Part, roll::Roll},
    run,
    wire::pb::v1::{
        enrolment_service_client::EnrolmentServiceClient,
        enrolment_service_server::{EnrolmentService, EnrolmentServiceServer},
        federation_service_server::{FederationService, FederationServiceServer},
    },
};
use prost::Message;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Streaming, codec::CompressionEncoding::Gzip, transport::Server};

use super::{realm::*, *};

type Answers<T> = tokio_stream::Iter<std::vec::IntoIter<Result<T, Status>>>;
/// What it makes of a true answer to a request to join.
type Twist = Arc<dyn Fn(&pb::EnrolRequest, &mut pb::EnrolResponse) + Send + Sync>;

/// What it says.
#[derive(Clone)]
struct Liar {
    /// Asked for the truth first.
    truth: Channel,
    twist: Arc<Mutex<Twist>>,
    registry: Arc<Mutex<Vec<Vec<u8>>>>,
}

#[tonic::async_trait]
impl EnrolmentService for Liar {
    async fn enrol(&self, request: Request<pb::EnrolRequest>) -> Result<Response<pb::EnrolResponse>, Status> {
        let request = request.into_inner();
        let twist = Arc::clone(&self.twist.lock().unwrap());
        let mut answer = EnrolmentServiceClient::new(self.truth.clone()).enrol(request.clone()).await?;
        twist(&request, answer.get_mut());
        Ok(answer)
    }
}

#[tonic::async_trait]
impl FederationService for Liar {
    type ListHoldingsStream = Answers<pb::ListHoldingsResponse>;
    type FetchDocumentsStream = Answers<pb::FetchDocumentsResponse>;
    type FetchRegistryStream = Answers<pb::FetchRegistryResponse>;
    type FetchReviewsStream = Answers<pb::FetchReviewsResponse>;

    async fn hello(&self, _: Request<pb::HelloRequest>) -> Result<Response<pb::HelloResponse>, Status> {
        let now = Some(motcua::wire::stamp::to_pb(now()));
        let answer = pb::HelloResponse {
            unit: DISTRICT.into(),
            protocol: 1,
            registry_version: u64::MAX / 2,
            now,
            digest: vec![0; 32],
            ..Default::default()
        };
        Ok(Response::new(answer))
    }

    async fn list_holdings(
        &self,
        _: Request<pb::ListHoldingsRequest>,
    ) -> Result<Response<Self::ListHoldingsStream>, Status> {
        Ok(Response::new(tokio_stream::iter(Vec::new())))
    }

    async fn deliver(
        &self,
        _: Request<Streaming<pb::DeliverRequest>>,
    ) -> Result<Response<pb::DeliverResponse>, Status> {
        Ok(Response::new(pb::DeliverResponse::default()))
    }

    async fn fetch_documents(
        &self,
        _: Request<pb::FetchDocumentsRequest>,
    ) -> Result<Response<Self::FetchDocumentsStream>, Status> {
        Ok(Response::new(tokio_stream::iter(Vec::new())))
    }

    async fn fetch_registry(
        &self,
        _: Request<pb::FetchRegistryRequest>,
    ) -> Result<Response<Self::FetchRegistryStream>, Status> {
        let parts = self.registry.lock().unwrap().clone();
        let parts: Vec<_> = parts.into_iter().map(|part| Ok(pb::FetchRegistryResponse { part })).collect();
        Ok(Response::new(tokio_stream::iter(parts)))
    }

    async fn fetch_reviews(
        &self,
        _: Request<pb::FetchReviewsRequest>,
    ) -> Result<Response<Self::FetchReviewsStream>, Status> {
        Ok(Response::new(tokio_stream::iter(Vec::new())))
    }
}

impl Liar {
    /// Listens with the district's own keys; where, is returned.
    async fn serve(realm: &Realm, stop: &CancellationToken) -> (Liar, String) {
        let truth = realm.link_as(TOP, DISTRICT);
        let nothing: Twist = Arc::new(|_, _| ());
        let liar = Liar { truth, twist: Arc::new(Mutex::new(nothing)), registry: Arc::default() };
        let keyring = Keyring::new(realm.identity(DISTRICT));
        let security = Security {
            tls: server_config(&keyring, &realm.clock.clock()).unwrap(),
            sessions: Sessions::default(),
            admits: Arc::new(|_| true),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let connections =
            incoming(listener.into(), Some(security), &Limits::default(), Sessions::default(), stop.clone());
        let server = Server::builder()
            .add_service(EnrolmentServiceServer::new(liar.clone()))
            .add_service(FederationServiceServer::new(liar.clone()).accept_compressed(Gzip));
        tokio::spawn(server.serve_with_incoming_shutdown(connections, stop.clone().cancelled_owned()));
        (liar, url)
    }

    fn twist(&self, twist: impl Fn(&pb::EnrolRequest, &mut pb::EnrolResponse) + Send + Sync + 'static) {
        *self.twist.lock().unwrap() = Arc::new(twist);
    }
}

/// A certificate for the key in a request, by an authority of the liar's own.
fn certificate(by: &Authority, unit: &str, request: &pb::EnrolRequest, now: Timestamp) -> Vec<u8> {
    let statement = pb::EnrolStatement::decode(request.statement.as_slice()).unwrap();
    let csr = check_request(&statement.certificate_request).unwrap();
    let unit = UnitId::new(unit, None);
    let (not_before, not_after) = (now.plus_millis(-60_000), now.plus_millis(90 * DAY_MS));
    by.issue(&Leaf { unit, csr, names: Vec::new(), not_before, not_after, serial: [9; 16] }).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_cannot_answer_for_the_province() {
    let mut realm = Realm::new().await;
    let stop = CancellationToken::new();
    let (liar, url) = Liar::serve(&realm, &stop).await;
    let mut ticket = realm.ticket(NORTH, DISTRICT).await;
    ticket.address = url;
    let now = realm.now();
    let own = Arc::new(Authority::create("motcua 22", now, 10).unwrap());
    let (by_its_own, half) = (Arc::clone(&own), Arc::clone(&own));
    let folder = TempDir::new().unwrap();
    type Lie = (&'static str, Twist, &'static str);
    let lies: Vec<Lie> = vec![
        (
            "its own authority",
            Arc::new(move |r, a| {
                a.certificates = vec![certificate(&by_its_own, NORTH, r, now), by_its_own.certificate_der().to_vec()];
            }),
            "another authority",
        ),
        (
            "its own certificate under the right authority",
            Arc::new(move |r, a| {
                a.certificates[0] = certificate(&half, NORTH, r, now);
            }),
            "does not come from this authority",
        ),
        ("no certificate", Arc::new(|_, a| a.certificates.clear()), "another authority"),
        (
            "the district's certificate",
            {
                let chain = realm.identity(DISTRICT).chain;
                Arc::new(move |_, a| a.certificates = chain.iter().map(|c| c.to_vec()).collect())
            },
            "is for unit 205",
        ),
        (
            "a part of the registry by itself",
            {
                let sealer = realm.sealer(DISTRICT);
                Arc::new(move |_, a| {
                    a.registry.push(seal_part(Part::Roll(Roll::default()), 99, &*sealer).bytes.to_vec())
                })
            },
            "not signed by the top",
        ),
        (
            "a part of the registry with one byte changed",
            Arc::new(|_, a| {
                let last = a.registry[0].len() / 2;
                a.registry[0][last] ^= 1;
            }),
            "",
        ),
        (
            "books from a day that is no boundary",
            Arc::new(|_, a| a.books_from = "2018-01-02".into()),
            "no 1st and no 15th",
        ),
        ("books from no day", Arc::new(|_, a| a.books_from = "soon".into()), "no day"),
    ];
    // A token of an older node does not say when the books begin, so the answer is looked at.
    let mut older = ticket.clone();
    older.books_from = None;
    for (name, twist, words) in lies {
        liar.twist(move |request, answer| twist(request, answer));
        let ticket = if name.starts_with("books") { &older } else { &ticket };
        let error = run::join(folder.path(), ticket, "127.0.0.1:0", "", &realm.clock.clock()).await.unwrap_err();
        assert!(error.to_string().to_lowercase().contains(words), "{name}: {error}");
        for written in ["data/tls/node.pem", "data/journal", "motcua.toml"] {
            assert!(!folder.path().join(written).exists(), "{name}: {written}");
        }
    }
    // The token is not burnt: told the truth, the same command with the same keys comes in; and when its books begin it knows from the token.
    liar.twist(|_, a| a.books_from = "2019-01-15".into());
    let file = run::join(folder.path(), &ticket, "127.0.0.1:0", "", &realm.clock.clock()).await.unwrap();
    realm.keep(NORTH, folder, &file);
    realm.start(NORTH).await;
    assert_eq!(realm.state(NORTH).books[NORTH].from, realm.state(TOP).books[TOP].from);
    stop.cancel();
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_cannot_change_what_the_top_decided() {
    let mut realm = Realm::new().await;
    realm.join(NORTH, DISTRICT).await;
    let stop = CancellationToken::new();
    let (liar, url) = Liar::serve(&realm, &stop).await;
    let cuts = Part::Cuts(Cuts::new(["2018-03-09".parse().unwrap()]));
    let altered = seal_part(cuts.clone(), u64::MAX / 2, &*realm.sealer(DISTRICT));
    *liar.registry.lock().unwrap() = vec![altered.bytes.to_vec()];
    realm.sites.get_mut(NORTH).unwrap().config.parent.as_mut().unwrap().url = url;
    realm.start(NORTH).await;
    let before = Untouched::of(&realm, NORTH);
    let said = |words: &str| {
        let (node, words) = (Arc::clone(realm.node(NORTH)), words.to_owned());
        async move {
            let heard = async {
                while !node.link.up().last_error.contains(&words) && !node.link.up().renewal_error.contains(&words) {
                    tokio::task::yield_now().await;
                }
            };
            let told = tokio::time::timeout(std::time::Duration::from_secs(60), heard).await;
            assert!(told.is_ok(), "{words} was never said: {:?}", node.link.up());
        }
    };
    said("was not signed by the top").await;
    before.except(&realm, NORTH, 5);

    // The part is right and so is its key, but one byte of it is not.
    let mut broken = seal_part(cuts, u64::MAX / 2, &*realm.sealer(TOP)).bytes.to_vec();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    *liar.registry.lock().unwrap() = vec![broken];
    said("cannot be used").await;
    before.except(&realm, NORTH, 5);
    *liar.registry.lock().unwrap() = Vec::new();

    // Half of its life is over, and the certificate it is given comes from an authority of the liar's own: believing that one would let him in here
    // as this very node.
    let own = Authority::create("motcua 22", realm.now(), 10).unwrap();
    let then = realm.now().plus_millis(50 * DAY_MS);
    let authority = realm.identity(NORTH).roots_pem();
    liar.twist(move |request, answer| {
        answer.certificates = vec![certificate(&own, NORTH, request, then), own.certificate_der().to_vec()];
    });
    realm.clock.advance(then);
    said("another authority than this node's").await;
    assert_eq!(realm.identity(NORTH).roots_pem(), authority);
    // Told the truth it renews, with the same request.
    let keyring = realm.node(NORTH).keyring().unwrap().clone();
    let serial = keyring.get().unwrap().serial;
    liar.twist(|_, _| ());
    let renewed = async {
        while keyring.get().unwrap().serial == serial {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), renewed).await.unwrap();
    stop.cancel();
    realm.end().await;
}
