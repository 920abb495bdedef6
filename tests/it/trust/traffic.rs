//! Certificates are renewed, run out and are taken away while desks go on sending; nothing that was acknowledged is lost, and nothing counts twice.

use std::{collections::BTreeMap, sync::Mutex};

use motcua::{
    domain::{periods::Period, units::UnitId},
    ledger::{By, close::Ask, enrol::TrustAsk},
    reports::{Breakdown, Query, named},
    wire::{
        pb::v1::{desk_service_client::DeskServiceClient, federation_service_client::FederationServiceClient},
        status::reason_of,
    },
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use super::{
    fleet::{DISTRICT, Fleet, NORTH, PROVINCE, SOUTH},
    links::shown,
    *,
};
use crate::{desk_log::DeskLog, process::seed};

/// Everything that was sent lies in it.
const PERIOD: &str = "2018-Q1";
const STREAMS: usize = 4;

/// Desks of one node that send until they are told to stop, each over one stream on one link that must not break.
struct Desks {
    log: Arc<Mutex<DeskLog>>,
    stop: CancellationToken,
    streams: Vec<tokio::task::JoinHandle<usize>>,
}

impl Desks {
    async fn begin(fleet: &Fleet, code: &str, seed: u64) -> Desks {
        let mut desks = Desks { log: Arc::default(), stop: CancellationToken::new(), streams: Vec::new() };
        for n in 0..STREAMS {
            let (link, log, stop) = (fleet.desk(code).await, Arc::clone(&desks.log), desks.stop.clone());
            desks.streams.push(tokio::spawn(async move {
                let mut random = fastrand::Rng::with_seed(seed + n as u64);
                let (groups, outgoing) = mpsc::channel(1);
                let mut answers =
                    DeskServiceClient::new(link).record(ReceiverStream::new(outgoing)).await.unwrap().into_inner();
                let mut answered = 0;
                while !stop.is_cancelled() {
                    let size = random.usize(1..10);
                    let events = log.lock().unwrap().fresh(size, &mut random);
                    groups.send(pb::RecordRequest { events, ..pb::RecordRequest::default() }).await.unwrap();
                    let answer = answers.message().await.unwrap().unwrap();
                    log.lock().unwrap().answered(&answer.acks);
                    answered += 1;
                }
                answered
            }));
        }
        desks
    }

    /// How many events were acknowledged.
    fn acknowledged(&self) -> usize {
        self.log.lock().unwrap().acknowledged().len()
    }

    /// Waits until the desks have got on.
    async fn go_on(&self, fleet: &Fleet, code: &str) {
        let before = self.acknowledged();
        fleet.until(code, "the desks", |_| self.acknowledged() > before + 20).await;
    }

    /// Ends them, and says how many dossiers were received and resolved. No stream has failed, and every answer has come.
    async fn end(self) -> (usize, usize) {
        self.stop.cancel();
        for stream in self.streams {
            assert!(stream.await.unwrap() > 0);
        }
        let log = self.log.lock().unwrap();
        assert!(log.unacknowledged().is_empty());
        println!("{} events acknowledged", log.acknowledged().len());
        log.dossiers()
    }
}

async fn close(fleet: &Fleet, code: &str) {
    let period = Period::parse(PERIOD).unwrap();
    fleet.node(code).close(&By::node(), Some(code.to_owned()), period, Ask::Close { reason: None }).await.unwrap();
}

/// What the top says of everybody: dossiers received and resolved, and how many of the four units are in it.
fn at_the_top(fleet: &Fleet) -> (usize, usize, u32) {
    let unit = UnitId::new(PROVINCE, None);
    let query = Query { unit, period: Period::parse(PERIOD).unwrap(), by: Breakdown::Unit, as_known_at: None };
    let report = fleet.node(PROVINCE).report(&query).unwrap();
    let named: BTreeMap<_, _> = named(&report.total).collect();
    let figure = |name| usize::try_from(named[name]).unwrap();
    (figure("received_new"), figure("resolved_total"), report.completeness.received)
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_renewed_while_desks_send_and_nothing_is_lost() {
    let fleet = Fleet::new().await;
    let desks = Desks::begin(&fleet, NORTH, seed()).await;
    for _ in 0..3 {
        let old = fleet.serial(NORTH);
        assert_eq!(shown(fleet.address(NORTH), fleet.foreigner(NORTH)).await, old);
        desks.go_on(&fleet, NORTH).await;
        // The top, the district while its communes are connected, and both communes.
        fleet.half_a_life(&[PROVINCE, DISTRICT, NORTH, SOUTH]).await;
        desks.go_on(&fleet, NORTH).await;
        for code in [PROVINCE, DISTRICT, NORTH, SOUTH] {
            assert_eq!(shown(fleet.address(code), fleet.foreigner(code)).await, fleet.serial(code), "{code}");
            assert_eq!((fleet.node(code).unfit(), fleet.node(code).link.up().renewal_error), (None, String::new()));
        }
        assert_ne!(fleet.serial(NORTH), old);
    }
    let (received, resolved) = desks.end().await;
    for code in [NORTH, SOUTH] {
        close(&fleet, code).await;
        fleet.all_sent(code).await;
    }
    close(&fleet, DISTRICT).await;
    fleet.all_sent(DISTRICT).await;
    close(&fleet, PROVINCE).await;
    assert_eq!(at_the_top(&fleet), (received, resolved, 4));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_commune_is_cut_off_and_its_desks_go_on() {
    let fleet = Fleet::new().await;
    let desks = Desks::begin(&fleet, NORTH, seed()).await;
    desks.go_on(&fleet, NORTH).await;
    fleet.agreed(NORTH).await;
    let link = fleet.between(NORTH, DISTRICT);
    let mut session = HealthClient::new(link.clone()).watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    session.message().await.unwrap();

    let ban = TrustAsk::Ban { code: NORTH.into(), reason: "its machine was stolen".into() };
    fleet.node(PROVINCE).trust(&By::node(), ban).await.unwrap();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(60), session.message()).await.unwrap();
    assert!(cause(&ended.unwrap_err()).contains("does not admit"));
    let mut federation = FederationServiceClient::new(link);
    let hello = pb::HelloRequest { unit: NORTH.into(), protocol_min: 1, protocol_max: 1, ..Default::default() };
    let refused = loop {
        let refused = federation.hello(hello.clone()).await.unwrap_err();
        // The channel may first learn that its old link was cut.
        if reason_of(&refused).is_some() {
            break refused;
        }
    };
    assert_eq!(reason_of(&refused).as_deref(), Some("BANNED"), "{refused:?}");
    fleet.until(NORTH, "the news", |node| node.link.up().last_error.contains("BANNED")).await;

    // Its desks need not know.
    desks.go_on(&fleet, NORTH).await;
    let (received, resolved) = desks.end().await;
    fleet.clock.advance(fleet.now().plus_millis(30 * DAY_MS));
    close(&fleet, NORTH).await;
    close(&fleet, SOUTH).await;
    fleet.all_sent(SOUTH).await;
    let unit = UnitId::new(NORTH, None);
    let first = fleet.node(NORTH).snapshot().state.shelves[&unit].values().next().unwrap().atom.start;
    let (document, _) = fleet.node(NORTH).envelope(&unit, first, 1).unwrap();
    // Nor does it help to have another hand it over.
    let batch = pb::DeliverRequest { sender: DISTRICT.into(), documents: vec![document.to_vec()] };
    let mut relayed = FederationServiceClient::new(fleet.between(DISTRICT, PROVINCE));
    let receipts = relayed.deliver(tokio_stream::iter([batch])).await.unwrap().into_inner().receipts;
    assert_eq!((receipts[0].outcome(), receipts[0].reason.as_str()), (pb::DeliveryOutcome::Refused, "BANNED"));
    assert!(fleet.node(DISTRICT).snapshot().state.held(&unit, first).is_none());

    fleet.node(PROVINCE).trust(&By::node(), TrustAsk::Unban { code: NORTH.into() }).await.unwrap();
    fleet.all_sent(NORTH).await;
    assert_eq!(fleet.node(NORTH).link.up().refusals, []);
    close(&fleet, DISTRICT).await;
    fleet.all_sent(DISTRICT).await;
    close(&fleet, PROVINCE).await;
    assert_eq!(at_the_top(&fleet), (received, resolved, 4));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_that_was_off_for_a_year_waits_for_a_person_and_catches_up() {
    let mut fleet = Fleet::new().await;
    fleet.agreed(SOUTH).await;
    fleet.stop(SOUTH).await;
    for _ in 0..8 {
        fleet.half_a_life(&[PROVINCE, DISTRICT, NORTH]).await;
    }
    fleet.start(SOUTH).await;
    let away = fleet.node(SOUTH);
    assert!(away.unfit().unwrap().contains("lapsed"), "from its first answer on");
    fleet.until(SOUTH, "the refusal", |node| node.link.up().last_error.contains("WAITS_FOR_APPROVAL")).await;
    // Its operator can ask it what is wrong, with its own keys.
    let lapsed = away.keyring().unwrap().get().unwrap();
    let then = Moved::at(lapsed.not_before).clock();
    let own = client_config(away.keyring().unwrap(), &then, Expect::Units(vec![SOUTH.into()])).unwrap();
    let own = channel(&format!("https://{}", fleet.address(SOUTH)), Some(own), |e| e).unwrap();
    let status = AdminServiceClient::new(own.clone()).get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
    assert!(status.renewal_error.contains("WAITS_FOR_APPROVAL"), "{status:?}");
    assert_eq!(status.certificate_until.unwrap().seconds, lapsed.not_after.0 / 1000);
    let health = async |channel: &Channel| {
        let asked = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await;
        asked.unwrap().into_inner().status
    };
    assert_eq!(health(&own).await, 2, "not serving");
    // Nobody else gets in with a certificate that has lapsed, or believes one.
    call(&fleet.between(SOUTH, DISTRICT)).await.unwrap_err();
    call(&channel(&format!("https://{}", fleet.address(SOUTH)), Some(fleet.foreigner(SOUTH)), |e| e).unwrap())
        .await
        .unwrap_err();

    close(&fleet, SOUTH).await;
    let approve = TrustAsk::Approve { code: SOUTH.into(), key: String::new(), revoke_old: false };
    fleet.node(PROVINCE).trust(&By::node(), approve).await.unwrap();
    fleet.all_sent(SOUTH).await;
    assert_eq!((away.unfit(), away.link.up().renewal_error), (None, String::new()));
    let own = fleet.between(SOUTH, SOUTH);
    while health(&own).await != 1 {}
    fleet.end().await;
}
