//! The story: three desks at a district and two communes below it with desks of their own. The communes close and amend while everybody sends, and
//! somebody kills the district every few seconds, now and then a commune. In the end the district's figures are what the desks' logs add up to.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use motcua::{
    run::{self, NewNode},
    wire::pb::v1::{self as pb, admin_service_client::AdminServiceClient, period_service_client::PeriodServiceClient},
};
use tokio::{runtime::Runtime, task::JoinHandle};

use super::desks::{Desks, Shared, reported, send_all_again};
use crate::{
    process::{Process, program, rebuilt_hash, seed, state_hash, up_to},
    support::{at, must},
};

const DISTRICT: &str = "205";
const COMMUNES: [&str; 2] = ["07069", "07072"];
/// The last period that desks send for.
const PERIOD: &str = "2018-03";
const PATIENCE: Duration = Duration::from_secs(120);

/// A node with its desks, which is killed and started again on the same port.
struct Site {
    folder: tempfile::TempDir,
    log: Shared,
    count: usize,
    pace: Duration,
    node: Option<Process>,
    desks: Option<Desks>,
    kills: usize,
}

impl Site {
    fn new(unit: &str, parent: Option<&str>, count: usize, pace: Duration) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let new = NewNode {
            unit: unit.to_owned(),
            books_from: "2018-01-15".parse().unwrap(),
            listen: "127.0.0.1:0".to_owned(),
            parent: parent.map(str::to_owned),
        };
        let file = run::init(folder.path(), &new, at("2018-01-15T07:00:00+07:00")).unwrap();
        let text = fs::read_to_string(&file).unwrap().replace("automatic = true", "automatic = false");
        let text = text.replace("[parent]\nurl", "[parent]\ninterval_seconds = 1\nurl");
        let store = "[store]\ncache_bytes = 1048576\nsegment_bytes = 65536\nfreeze_bytes = 65536\n";
        fs::write(&file, format!("{text}\n{store}")).unwrap();
        let node = Process::serve(folder.path());
        // From now on always there, because others know it.
        let address = node.url.strip_prefix("http://").unwrap();
        let text = fs::read_to_string(&file).unwrap().replace("127.0.0.1:0", address);
        fs::write(&file, text).unwrap();
        Site { folder, log: Shared::default(), count, pace, node: Some(node), desks: None, kills: 0 }
    }

    fn url(&self) -> &str {
        &self.node.as_ref().unwrap().url
    }

    fn send(&mut self, random: &mut fastrand::Rng) {
        self.log.lock().unwrap().life += 1;
        self.desks = Some(Desks::send_at(self.pace, &self.node.as_ref().unwrap().url, self.count, &self.log, random));
    }

    /// Kills the node and starts it again. A client of somebody else may have its port for a moment.
    async fn kill(&mut self, random: &mut fastrand::Rng) {
        self.node.take().unwrap().kill();
        self.desks.take().unwrap().gone().await;
        self.kills += 1;
        let begun = Instant::now();
        while self.node.is_none() {
            match Process::by(&mut program(self.folder.path())) {
                Ok(node) => self.node = Some(node),
                Err(told) => assert!(told.contains("cannot listen") && begun.elapsed() < PATIENCE, "{told}"),
            }
        }
        self.send(random);
    }
}

/// Closes, and then amends again and again what has come late, until told to stop. Gives how often something was published.
fn closer(url: String, stop: Arc<AtomicBool>) -> JoinHandle<usize> {
    tokio::spawn(async move {
        let mut published = 0;
        let mut ticks = tokio::time::interval(Duration::from_millis(300));
        while !stop.load(SeqCst) {
            ticks.tick().await;
            published += usize::from(publish(&url).await.is_ok_and(|documents| documents > 0));
        }
        published
    })
}

/// Closes the period, or amends it where it is closed. Fails where the node is away.
async fn publish(url: &str) -> Result<usize, String> {
    let told = |status: tonic::Status| status.message().to_owned();
    let mut client = PeriodServiceClient::connect(url.to_owned()).await.map_err(|e| e.to_string())?;
    let (period, reason) = (PERIOD.to_owned(), "late".to_owned());
    let close = pb::ClosePeriodRequest { period: period.clone(), reason: reason.clone(), ..Default::default() };
    if let Ok(closed) = client.close_period(close).await {
        return Ok(closed.into_inner().documents.len());
    }
    let amend = pb::AmendPeriodRequest { period, reason, ..Default::default() };
    Ok(client.amend_period(amend).await.map_err(told)?.into_inner().documents.len())
}

/// Waits until every node has the tree.
async fn tree_is_at(sites: &[Site]) {
    for site in sites {
        let begun = Instant::now();
        loop {
            let mut admin = AdminServiceClient::connect(site.url().to_owned()).await.unwrap();
            let status = admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
            if status.registry_version > 0 {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "the tree does not come down");
            tokio::task::yield_now().await;
        }
    }
}

fn import_tree(folder: &Path, url: &str) {
    let file = folder.join("tree.csv");
    let rows = "code,name,level,parent_code\n205,Đông Triều,district,\n07069,An Sinh,commune,205\n07072,Bình Dương,commune,205\n";
    fs::write(&file, rows).unwrap();
    must(&["registry", "import", "tree", file.to_str().unwrap(), "--node", url]);
}

#[test]
fn a_district_that_is_killed_every_few_seconds_ends_with_the_right_figures() {
    let asked = std::env::var("MOTCUA_HAMMER_SECONDS").ok().map(|s| s.parse().unwrap());
    let seconds: u64 = asked.unwrap_or(5);
    // Short: a kill every half second. Long: every few seconds, and desks that take a breath.
    let (between, pace) = if asked.is_some() { (6000, 100) } else { (1000, 20) };
    let pace = Duration::from_millis(pace);
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();

    let district = Site::new(DISTRICT, None, 3, pace);
    import_tree(district.folder.path(), district.url());
    let above = district.url().to_owned();
    let mut sites = vec![district];
    sites.extend(COMMUNES.map(|unit| Site::new(unit, Some(&above), 1, pace)));

    let published = runtime.block_on(async {
        tree_is_at(&sites).await;
        let stop = Arc::new(AtomicBool::new(false));
        let closers: Vec<_> = sites[1..].iter().map(|s| closer(s.url().to_owned(), Arc::clone(&stop))).collect();
        sites.iter_mut().for_each(|site| site.send(&mut random));
        let end = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < end {
            tokio::time::sleep(up_to(between, &mut random)).await;
            let victim = if random.u8(..4) == 0 { random.usize(1..sites.len()) } else { 0 };
            sites[victim].kill(&mut random).await;
        }
        stop.store(true, SeqCst);
        let mut published = 0;
        for closer in closers {
            published += closer.await.unwrap();
        }
        for site in &mut sites {
            site.desks.take().unwrap().stop().await;
        }
        published
    });

    // The independent count, and everything once more.
    let mut all = (0, 0);
    let mut events = 0;
    for site in &sites {
        runtime.block_on(send_all_again(site.url(), &site.log));
        let log = site.log.lock().unwrap();
        let (received, resolved) = log.dossiers();
        all = (all.0 + received, all.1 + resolved);
        events += log.acknowledged().len();
    }
    for site in &sites[1..] {
        // Nothing to publish is right as well: the last amendment may have had everything.
        let _ = runtime.block_on(publish(site.url()));
        assert_eq!(reported(site.url()), site.log.lock().unwrap().dossiers());
    }
    let begun = Instant::now();
    while reported(sites[0].url()) != all {
        assert!(begun.elapsed() < PATIENCE, "the district has {:?} and not {all:?}", reported(sites[0].url()));
    }
    must(&["period", "close", PERIOD, "--reason", "late", "--node", sites[0].url()]);
    assert_eq!(reported(sites[0].url()), all);

    let kills: Vec<usize> = sites.iter().map(|site| site.kills).collect();
    println!(
        "{seconds} s: {events} events, {} dossiers, {} resolved; killed {kills:?} times; communes published {published} times",
        all.0, all.1
    );
    assert!(kills[0] > 0 && published > 0);
    for mut site in sites {
        site.node.take().unwrap().kill();
        let hash = state_hash(site.folder.path());
        assert_eq!(rebuilt_hash(site.folder.path()), hash);
    }
}
