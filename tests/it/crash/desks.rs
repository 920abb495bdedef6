//! Desks that send to a node that may end at any moment, and keep a log of what it acknowledged.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use motcua::wire::pb::v1::{self as pb, desk_service_client::DeskServiceClient};
use tokio::{
    sync::{Notify, Semaphore, mpsc},
    task::JoinHandle,
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{desk_log::DeskLog, support::must};

/// Groups of one stream that wait for their answer.
const AHEAD: usize = 4;

pub type Shared = Arc<Mutex<DeskLog>>;

/// Groups answered in one life of the node.
#[derive(Default)]
pub struct Answers {
    groups: AtomicUsize,
    more: Notify,
}

impl Answers {
    /// Waits until so many groups were answered.
    pub async fn reach(&self, enough: usize) {
        while self.groups.load(Ordering::Acquire) < enough {
            self.more.notified().await;
        }
    }
}

/// Desks that send at once, and what they have heard.
pub struct Desks {
    pub answers: Arc<Answers>,
    streams: Vec<JoinHandle<()>>,
}

impl Desks {
    /// Lets so many desks send, as fast as they are answered, until the node is gone. Half of them first send again what they have no answer to,
    /// some of them the same.
    pub fn send(url: &str, count: usize, log: &Shared, random: &mut fastrand::Rng) -> Desks {
        Desks::send_at(Duration::ZERO, url, count, log, random)
    }

    /// As [`Desks::send`], one group of each desk in so long a time.
    pub fn send_at(pace: Duration, url: &str, count: usize, log: &Shared, random: &mut fastrand::Rng) -> Desks {
        let answers = Arc::new(Answers::default());
        let open = log.lock().unwrap().unacknowledged();
        let streams = (0..count).map(|n| {
            let again: Vec<pb::Event> =
                if n % 2 == 0 { open.iter().filter(|_| random.bool()).cloned().collect() } else { Vec::new() };
            let (log, answers) = (Arc::clone(log), Arc::clone(&answers));
            let desk =
                Desk { url: url.to_owned(), pace, log, answers, random: fastrand::Rng::with_seed(random.u64(..)) };
            tokio::spawn(desk.work(again))
        });
        Desks { streams: streams.collect(), answers }
    }

    /// Ends them, whatever they wait for.
    pub async fn stop(self) {
        for stream in self.streams {
            stream.abort();
            let ended = stream.await;
            assert!(ended.as_ref().is_ok() || ended.as_ref().is_err_and(|e| e.is_cancelled()), "{ended:?}");
        }
    }

    /// Ends when all desks have noticed that the node is gone.
    pub async fn gone(self) {
        for stream in self.streams {
            stream.await.unwrap();
        }
    }
}

struct Desk {
    url: String,
    pace: Duration,
    log: Shared,
    answers: Arc<Answers>,
    random: fastrand::Rng,
}

impl Desk {
    /// Sends and reads answers until the node is gone.
    async fn work(mut self, again: Vec<pb::Event>) {
        let (groups, outgoing) = mpsc::channel(AHEAD);
        let Ok(mut desk) = DeskServiceClient::connect(self.url.clone()).await else { return };
        let Ok(incoming) = desk.record(ReceiverStream::new(outgoing)).await else { return };
        let mut incoming = incoming.into_inner();
        let (log, answers) = (Arc::clone(&self.log), Arc::clone(&self.answers));
        let ahead = Semaphore::new(AHEAD);
        let sending = async {
            let mut again = again.into_iter();
            loop {
                ahead.acquire().await.unwrap().forget();
                if !self.pace.is_zero() {
                    tokio::time::sleep(self.pace).await;
                }
                let size = self.random.usize(1..25);
                let mut events: Vec<pb::Event> = again.by_ref().take(size).collect();
                if events.is_empty() {
                    events = self.log.lock().unwrap().fresh(size, &mut self.random);
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

/// Sends everything once more to a node that was started again: what was acknowledged must be known under its id (`answered` fails on anything
/// else), and what was not is recorded now.
pub async fn send_all_again(url: &str, log: &Shared) {
    let (open, known) = {
        let mut log = log.lock().unwrap();
        log.life += 1;
        (log.unacknowledged(), log.acknowledged())
    };
    resend(url, log, &known).await;
    resend(url, log, &open).await;
    assert!(log.lock().unwrap().unacknowledged().is_empty());
    println!("{} acknowledged, {} not", known.len(), open.len());
}

/// Received and resolved, as the report of a node says; its stock is what is between.
pub fn reported(url: &str) -> (usize, usize) {
    let report = must(&["report", "--period", "2018-01-15..2018-03-14", "--format", "json", "--node", url]);
    let total = &serde_json::from_str::<serde_json::Value>(&report).unwrap()["total"];
    let count = |name: &str| usize::try_from(total[name].as_u64().unwrap()).unwrap();
    let (received, resolved) = (count("received_new"), count("resolved_total"));
    assert_eq!(count("pending_total"), received - resolved, "{total}");
    (received, resolved)
}

/// Nothing is missing and nothing counts twice: everything is sent again, and then the report says what the desks know.
pub async fn settle(url: &str, log: &Shared) {
    send_all_again(url, log).await;
    let dossiers = log.lock().unwrap().dossiers();
    assert_eq!(reported(url), dossiers);
    println!("{} dossiers, {} resolved", dossiers.0, dossiers.1);
}
