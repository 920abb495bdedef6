//! The story: eight desks send to a node that is killed again and again, with SIGKILL and at any moment, even while it starts. Every desk keeps
//! a log of its own. At the end nothing the node ever acknowledged is missing, by the desks' logs and not by its own, and nothing counts twice.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use motcua::wire::pb::v1::{
    self as pb, admin_service_client::AdminServiceClient, desk_service_client::DeskServiceClient,
};
use tokio::{
    runtime::Runtime,
    sync::{Notify, Semaphore, mpsc},
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    desk_log::DeskLog,
    process::{Process, hash_in, kill_at_start, seed, segments, small_store, spin, state_hash, up_to},
    support::must,
};

/// How often the node is killed; `MOTCUA_KILLS` says otherwise.
const KILLS: usize = 50;
const STREAMS: usize = 8;
/// Groups of one stream that wait for their answer.
const AHEAD: usize = 4;

type Shared = Arc<Mutex<DeskLog>>;

/// Groups answered in one life of the node.
#[derive(Default)]
struct Answers {
    groups: AtomicUsize,
    more: Notify,
}

#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged_and_counts_it_once() {
    let kills = std::env::var("MOTCUA_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    let mut random = fastrand::Rng::with_seed(seed());
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    small_store(folder, "00004");
    let log = Shared::default();
    let (mut advanced, mut behind, mut at_start, mut rebuilt) = (0, 0, 0, 0);

    for _ in 0..kills {
        if random.u8(..4) == 0 {
            kill_at_start(folder, up_to(150, &mut random));
            at_start += 1;
        }
        let node = Process::serve(folder);
        log.lock().unwrap().life += 1;
        let before = log.lock().unwrap().acknowledged().len();
        let pace = runtime.block_on(life(&node.url, &log, &mut random));
        advanced += usize::from(pace.written_down > pace.at_start);
        behind += usize::from(pace.written_down < pace.recorded);
        spin(up_to(50, &mut random));
        let told = node.kill();
        // A kill while sled writes its own snapshot may leave it unreadable; that costs a rebuild, and nothing else.
        rebuilt += usize::from(told.contains("unusable"));
        runtime.block_on(pace.streams);
        let log = log.lock().unwrap();
        assert!(log.acknowledged().len() > before, "the node was killed before it acknowledged anything");
        assert!(!log.unacknowledged().is_empty(), "the node was killed with nothing on its way");
    }

    let node = Process::serve(folder);
    let (open, known) = {
        let mut log = log.lock().unwrap();
        log.life += 1;
        (log.unacknowledged(), log.acknowledged())
    };
    println!(
        "{kills} kills, {at_start} more while it started, {rebuilt} with state made anew; {} acknowledged, {} not",
        known.len(),
        open.len()
    );
    // What was acknowledged is known under its id; `answered` fails on anything else. What was not is sent once more.
    runtime.block_on(resend(&node.url, &log, &known));
    runtime.block_on(resend(&node.url, &log, &open));
    assert_counted_once(&node.url, &log.lock().unwrap());
    drop(node);

    // The rebuild need not write down as often as the kills wanted it.
    let config = folder.join("motcua.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("freeze_bytes = 8192", "freeze_bytes = 4194304")).unwrap();
    let hash = state_hash(folder);
    let rebuilt = must(&["rebuild", folder.to_str().unwrap()]);
    assert_eq!(hash_in(&rebuilt), hash);
    let segments = segments(folder).len();
    let log = log.lock().unwrap();
    println!(
        "{} had been recorded without an answer; {segments} segments; state on disk advanced in {advanced} lives and was \
         behind at {behind} kills",
        log.unheard()
    );
    assert!(kills < 20 || log.unheard() > 0, "no kill fell between the disk and the answer");
    assert!(segments > kills / 10 + 1, "the journal never rotated");
    assert!(advanced > kills / 2, "the state was not written down while desks sent");
}

/// What was seen of a life of the node just before its end.
struct Pace<F> {
    at_start: u64,
    written_down: u64,
    recorded: u64,
    /// Ends when all streams have noticed.
    streams: F,
}

/// Lets all desks send until some groups are answered.
async fn life(url: &str, log: &Shared, random: &mut fastrand::Rng) -> Pace<impl Future<Output = ()> + use<>> {
    let mut admin = AdminServiceClient::connect(url.to_owned()).await.unwrap();
    let at_start = admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
    let answers = Arc::new(Answers::default());
    // Half of the desks first send again what they have no answer to, some of them the same.
    let open = log.lock().unwrap().unacknowledged();
    let streams: Vec<_> = (0..STREAMS)
        .map(|n| {
            let again: Vec<pb::Event> =
                if n % 2 == 0 { open.iter().filter(|_| random.bool()).cloned().collect() } else { Vec::new() };
            let (log, answers) = (Arc::clone(log), Arc::clone(&answers));
            tokio::spawn(desk(url.to_owned(), again, log, answers, fastrand::Rng::with_seed(random.u64(..))))
        })
        .collect();
    let enough = random.usize(1..60);
    while answers.groups.load(Ordering::Acquire) < enough {
        answers.more.notified().await;
    }
    let status = admin.get_status(pb::GetStatusRequest {}).await.unwrap().into_inner();
    let streams = async move {
        for stream in streams {
            stream.await.unwrap();
        }
    };
    Pace { at_start: at_start.state_sequence, written_down: status.state_sequence, recorded: status.sequence, streams }
}

/// Sends and reads answers until the node is gone.
async fn desk(url: String, again: Vec<pb::Event>, log: Shared, answers: Arc<Answers>, mut random: fastrand::Rng) {
    let (groups, outgoing) = mpsc::channel(AHEAD);
    let mut desk = DeskServiceClient::connect(url).await.unwrap();
    let mut incoming = desk.record(ReceiverStream::new(outgoing)).await.unwrap().into_inner();
    let ahead = Semaphore::new(AHEAD);
    let sending = async {
        let mut again = again.into_iter();
        loop {
            ahead.acquire().await.unwrap().forget();
            let size = random.usize(1..25);
            let mut events: Vec<pb::Event> = again.by_ref().take(size).collect();
            if events.is_empty() {
                events = log.lock().unwrap().fresh(size, &mut random);
            }
            if groups.send(pb::RecordRequest { events, ..pb::RecordRequest::default() }).await.is_err() {
                return;
            }
        }
    };
    let reading = async {
        while let Ok(Some(answer)) = incoming.message().await {
            log.lock().unwrap().answered(&answer.acks);
            ahead.add_permits(1);
            answers.groups.fetch_add(1, Ordering::AcqRel);
            answers.more.notify_one();
        }
    };
    tokio::select! {
        () = sending => {}
        () = reading => {}
    }
}

/// Sends events once more, and notes the answers.
async fn resend(url: &str, log: &Shared, events: &[pb::Event]) {
    let mut desk = DeskServiceClient::connect(url.to_owned()).await.unwrap();
    let groups: Vec<_> =
        events.chunks(1000).map(|c| pb::RecordRequest { events: c.to_vec(), ..pb::RecordRequest::default() }).collect();
    let mut answers = desk.record(tokio_stream::iter(groups)).await.unwrap().into_inner();
    let mut answered = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        answered += answer.acks.len();
        log.lock().unwrap().answered(&answer.acks);
    }
    assert_eq!(answered, events.len());
}

/// The report says what the desks know.
fn assert_counted_once(url: &str, log: &DeskLog) {
    assert!(log.unacknowledged().is_empty());
    let report = must(&["report", "--period", "2018-01-15..2018-03-14", "--format", "json", "--node", url]);
    let total = &serde_json::from_str::<serde_json::Value>(&report).unwrap()["total"];
    let (received, resolved) = log.dossiers();
    assert_eq!((&total["received_new"], &total["resolved_total"]), (&received.into(), &resolved.into()));
    assert_eq!(total["pending_total"], received - resolved);
    println!("{received} dossiers, {resolved} resolved");
}

#[test]
fn a_folder_that_was_never_served_survives_a_kill_at_its_first_start() {
    let mut random = fastrand::Rng::with_seed(seed());
    let folder = tempfile::tempdir().unwrap();
    small_store(folder.path(), "00004");
    let expected = {
        let other = tempfile::tempdir().unwrap();
        small_store(other.path(), "00004");
        state_hash(other.path())
    };
    for _ in 0..5 {
        kill_at_start(folder.path(), up_to(150, &mut random));
        // Whatever of the state had been made: it is used, or set aside.
        if random.bool() {
            assert_eq!(state_hash(folder.path()), expected);
            std::fs::remove_dir_all(Path::new(folder.path()).join("data/state")).unwrap();
        }
    }
    assert_eq!(state_hash(folder.path()), expected);
}
