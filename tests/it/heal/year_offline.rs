//! A commune works a year without its parent, then comes back. What it costs on the wire and on the disk is counted and bounded; `docs/performance.md`
//! has the figures. `MOTCUA_DOSSIERS=20000 cargo test --test it year_offline -- --nocapture` is the year of a busy commune.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use chrono::{Datelike, Days, NaiveDate};
use motcua::{
    domain::{
        calendar::{PausePolicy, Term},
        event::{Body, Channel, Event, Reception},
        measure::Measure,
        registry::{Part, Procedure, Procedures},
    },
    ledger::By,
    metrics::gauges::Gauges,
    store::space::journal_bytes,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{
    made_up::{event, ten},
    world::{DISTRICT, NORTH, SOUTH, World, day},
};

/// Dossiers where nothing else is said; the bounds are ratios and hold for any number.
const DOSSIERS: u64 = 1_500;
/// Bytes of journal an event may take, group headers and all.
const JOURNAL_PER_EVENT: u64 = 200;
/// Bytes of derived state an event may take, above what an empty store takes.
const STATE_PER_EVENT: u64 = 800;
const STATE_EMPTY: u64 = 12 << 20;
/// Bytes that go up, for a hundred bytes of documents the parent does not have; and what a session costs beside them.
const WIRE_PERCENT: u64 = 50;
const SESSION: u64 = 16 << 10;
/// Calls until both hold the same, however long the year was.
const CALLS: u64 = 12;

/// A link that can be cut, and counts what passes.
#[derive(Clone)]
struct Link {
    address: std::net::SocketAddr,
    open: Arc<AtomicBool>,
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl Link {
    async fn to(target: std::net::SocketAddr) -> Link {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let link = Link {
            address: listener.local_addr().unwrap(),
            open: Arc::default(),
            up: Arc::default(),
            down: Arc::default(),
        };
        let this = link.clone();
        tokio::spawn(async move {
            while let Ok((child, _)) = listener.accept().await {
                if !this.open.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(parent) = TcpStream::connect(target).await else { continue };
                let ((from_child, to_child), (from_parent, to_parent)) = (child.into_split(), parent.into_split());
                tokio::spawn(pass(from_child, to_parent, Arc::clone(&this.up)));
                tokio::spawn(pass(from_parent, to_child, Arc::clone(&this.down)));
            }
        });
        link
    }

    fn passed(&self) -> (u64, u64) {
        (self.up.load(Ordering::SeqCst), self.down.load(Ordering::SeqCst))
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    count: Arc<AtomicU64>,
) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(n @ 1..) = from.read(&mut piece).await {
        count.fetch_add(n as u64, Ordering::SeqCst);
        if to.write_all(&piece[..n]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}

fn procedures() -> Procedures {
    let procedure = |n: u32| Procedure {
        code: format!("1.{n:06}"),
        name: format!("Thủ tục {n}"),
        field: format!("Lĩnh vực {}", n % 9),
        level: "commune".into(),
        term: Some(Term::WorkingDays(1 + n % 20)),
        pause: PausePolicy::PauseResume,
        payment_pauses: n.is_multiple_of(2),
    };
    Procedures::new((0..60).map(procedure))
}

/// The life of one dossier: most are resolved, one in five waits for the citizen, one in ten is late, three in four are handed out.
fn life(n: u64, on: NaiveDate) -> Vec<(NaiveDate, Event)> {
    let name = format!("H29.7-{on}-{n:05}");
    let after = |days: u64| on + Days::new(days);
    let act = |days: u64, hour: i64, body: Body| {
        let when = ten(&after(days).to_string()).plus_millis(hour * 3_600_000 + i64::try_from(n % 3_000).unwrap());
        (after(days), event(NORTH, &name, when, body))
    };
    let channel = [Channel::Direct, Channel::Online, Channel::Postal][usize::try_from(n % 3).unwrap()];
    let reception = Reception {
        procedure: format!("1.{:06}", n * 7 % 60),
        agency: format!("Bộ phận {}", n % 3),
        channel,
        full_online: n % 6 == 1,
        due: None,
    };
    let mut all = vec![act(0, 0, Body::Received(reception))];
    if n.is_multiple_of(5) {
        all.push(act(1, 1, Body::SupplementRequested));
        all.push(act(4, 0, Body::SupplementReceived));
    }
    let ready = if n % 10 == 3 { 40 } else { 2 + n % 4 };
    match n % 25 {
        0 => {}
        1 => all.push(act(ready, 2, Body::Returned)),
        2 => all.push(act(ready, 2, Body::Withdrawn)),
        _ => {
            all.push(act(ready + 4, 2, Body::Resolved));
            if !n.is_multiple_of(4) {
                all.push(act(ready + 5, 3, Body::Delivered(Channel::Direct)));
            }
        }
    }
    all
}

fn used(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|e| if e.file_type().unwrap().is_dir() { used(&e.path()) } else { e.metadata().unwrap().len() }).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_alone_is_caught_up_and_costs_what_is_documented() {
    let dossiers: u64 = std::env::var("MOTCUA_DOSSIERS").map_or(DOSSIERS, |n| n.parse().unwrap());
    let mut world = World::new(2018).await;
    world.stop(SOUTH).await;
    let all = Part::Procedures(procedures());
    world.node("22").import(&By::node(), all).await.unwrap();
    world.until(NORTH, "the procedures", |s| !s.registry.procedures.is_empty()).await;
    let link = Link::to(world.url(DISTRICT).trim_start_matches("http://").parse().unwrap()).await;
    world.calls(NORTH, format!("http://{}", link.address)).await;

    let mut days: BTreeMap<NaiveDate, Vec<Event>> = BTreeMap::new();
    let (first, last) = (day("2017-12-15"), day("2018-12-14"));
    for n in 0..dossiers {
        for (on, event) in life(n, first + Days::new(n * 364 / dossiers)) {
            // one act in fifty is entered three weeks after it happened, when its period may be closed
            let entered = if event.id.0[15] % 50 == 7 { on + Days::new(21) } else { on };
            days.entry(entered).or_default().push(event);
        }
    }
    let alone = Instant::now();
    let (mut events, mut received, mut closed, mut amended) = (0, 0, 0, 0);
    for n in 0..=366 {
        let today = first + Days::new(n);
        world.now(&today.to_string());
        world.clock.advance(ten(&today.to_string()).plus_millis(8 * 3_600_000));
        for part in days.remove(&today).unwrap_or_default().chunks(500).map(<[Event]>::to_vec) {
            events += part.len() as u64;
            received += part.iter().map(|e| i64::from(matches!(e.body, Body::Received(_)))).sum::<i64>();
            let replies = world.node(NORTH).record(&By::node(), part, false).await.unwrap();
            let kept = |r: &motcua::node::EventReply| matches!(r, motcua::node::EventReply::Recorded { .. });
            assert!(replies.iter().all(kept), "{replies:?}");
        }
        if today.day() == 16 && today > first + Days::new(2) {
            for document in world.close(NORTH, &format!("{}-{:02}", today.year(), today.month())).await {
                closed += u64::from(document.revision == 1);
                amended += u64::from(document.revision > 1);
            }
        }
    }
    world.now(&(last + Days::new(3)).to_string());
    let alone = alone.elapsed();
    assert!(closed >= 23 && amended > 0, "{closed} closed, {amended} amended");
    assert_eq!(link.passed(), (0, 0), "nothing has passed");
    let state = world.state(NORTH);
    let shelf = &state.shelves[&motcua::domain::units::UnitId::new(NORTH, None)];
    let documents: Vec<u64> = shelf
        .values()
        .map(|held| {
            let unit = motcua::domain::units::UnitId::new(NORTH, None);
            world.node(NORTH).envelope(&unit, held.atom.start, held.revision).unwrap().0.len() as u64
        })
        .collect();
    let envelopes: u64 = documents.iter().sum();
    // stopped and started, so that everything is written down
    world.restart(NORTH).await;
    let data = world.folder(NORTH).join("data");
    let (journal, state) = (journal_bytes(&data).unwrap(), used(&data.join("state")));

    let before = calls(&world);
    let online = Instant::now();
    link.open.store(true, Ordering::SeqCst);
    world.agree(NORTH).await;
    let caught_up = online.elapsed();
    world.wait(&[NORTH, DISTRICT], "the session to end", || world.node(NORTH).link.up().agreed_at.is_some()).await;
    let (up, down) = link.passed();
    let calls = calls(&world) - before;
    let total = |node: &str| world.total(node, NORTH, "2018");
    assert_eq!(total(DISTRICT), total(NORTH));
    let channels = [Measure::ReceivedDirect, Measure::ReceivedOnline, Measure::ReceivedPostal];
    assert_eq!(channels.map(|m| total(DISTRICT)[m]).iter().sum::<i64>(), received, "nobody is lost");
    println!("{dossiers} dossiers, {events} events, {closed} documents closed and {amended} amended, in {alone:?}");
    println!("disk: journal {journal} ({} an event), state {state} ({} an event)", journal / events, state / events);
    println!(
        "sent: {} documents of {envelopes} bytes; {up} bytes up, {down} down, {calls} calls, caught up in {caught_up:?}",
        documents.len()
    );
    assert!(journal <= JOURNAL_PER_EVENT * events + envelopes * 3 + SESSION, "{journal} bytes of journal");
    assert!(state <= STATE_PER_EVENT * events + STATE_EMPTY, "{state} bytes of state");
    assert!(up <= envelopes * WIRE_PERCENT / 100 + SESSION, "{up} bytes up for {envelopes} of documents");
    assert!(down <= SESSION, "{down} bytes down");
    assert!(calls <= CALLS, "{calls} calls");
    world.end().await;
}

/// Calls of the federation that a node has answered.
fn calls(world: &World) -> u64 {
    let text = world.node(DISTRICT).metrics.text(&Gauges::default()).unwrap();
    let lines = text.lines().filter(|line| line.contains("grpc_calls_total") && line.contains("FederationService"));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}
