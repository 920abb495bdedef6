//! Those who use the nodes, over the network as everybody: desks that send and keep what they sent, and persons who close periods. Their log is all
//! the model ever hears of.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::NaiveDate;
use motcua::{
    domain::event::{Event, EventId},
    trust::connect::channel_by,
    wire::{
        event::event_to_pb,
        pb::v1::{self as pb, desk_service_client::DeskServiceClient, period_service_client::PeriodServiceClient},
    },
};
use tokio::runtime::Runtime;
use tonic::{Status, transport::Channel};
use tonic_types::StatusExt;

use super::{
    country::BOOKS_FROM,
    net::{Net, Place},
};

/// Where the clients are.
pub const CLIENTS: Place = 200;
/// So long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a desk knows of an event of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// No answer yet, or none that is final.
    Open,
    /// The node has it.
    Kept,
    /// The node will not have it.
    Refused,
}

#[derive(Clone, Debug)]
pub struct Said {
    pub event: Event,
    pub known: Known,
}

/// The log of the desks of one unit.
#[derive(Default)]
pub struct Log {
    pub said: BTreeMap<EventId, Said>,
    pub closed: u32,
    pub amended: u32,
    /// Every atom before this day is closed.
    pub closed_through: Option<NaiveDate>,
    /// What persons were told, for the trace.
    pub told: Vec<String>,
    /// Answers that must never be given.
    pub wrong: Vec<String>,
}

impl Log {
    pub fn add(&mut self, event: &Event) {
        self.said.insert(event.id, Said { event: event.clone(), known: Known::Open });
    }

    /// What waits for a final answer.
    pub fn open(&self) -> Vec<Event> {
        self.said.values().filter(|said| said.known == Known::Open).map(|said| said.event.clone()).collect()
    }

    pub fn kept(&self) -> Vec<Event> {
        self.said.values().filter(|said| said.known == Known::Kept).map(|said| said.event.clone()).collect()
    }

    /// The node went back to an old copy: everything is offered again.
    pub fn offer_again(&mut self) {
        self.closed_through = None;
        for said in self.said.values_mut().filter(|said| said.known == Known::Kept) {
            said.known = Known::Open;
        }
    }

    /// Another event under an id that is kept must be told apart.
    fn answered_altered(&mut self, ack: &pb::Ack) {
        if ack.outcome() != pb::Outcome::Conflict {
            self.wrong.push(format!("an altered event is answered {:?}: {}", ack.outcome(), ack.reason));
        }
    }

    fn answered(&mut self, ack: &pb::Ack) {
        let id = ack.id.as_slice().try_into().map(EventId);
        let Some(said) = id.ok().and_then(|id| self.said.get_mut(&id)) else {
            self.wrong.push(format!("an answer to an event that was never sent: {ack:?}"));
            return;
        };
        let outcome = ack.outcome();
        match (outcome, said.known) {
            (pb::Outcome::Recorded, Known::Kept) => {
                self.wrong.push(format!("{} was recorded although it had been acknowledged before", said.event.id));
            }
            (pb::Outcome::Recorded | pb::Outcome::AlreadyRecorded, _) => said.known = Known::Kept,
            (pb::Outcome::Refused, Known::Kept) => {
                self.wrong
                    .push(format!("{} is refused ({}) although it had been acknowledged", said.event.id, ack.reason));
            }
            // Its target, or the node's clock, will come.
            (pb::Outcome::Refused, _) if matches!(ack.reason.as_str(), "UNKNOWN_TARGET" | "IN_THE_FUTURE") => {}
            // The node does not know the registry yet.
            (pb::Outcome::Refused, _) if matches!(ack.reason.as_str(), "UNKNOWN_PROCEDURE" | "UNKNOWN_UNIT") => {}
            (pb::Outcome::Refused, _) => said.known = Known::Refused,
            _ => self.wrong.push(format!("{} is answered {outcome:?}: {} {}", said.event.id, ack.reason, ack.message)),
        }
    }
}

/// One for each unit.
pub type Logs = Arc<Vec<Mutex<Log>>>;

pub struct Desks {
    runtime: Runtime,
    channels: Vec<Channel>,
    /// Those who wait for an answer hold one more of it.
    waiting: Arc<()>,
    pub logs: Logs,
}

impl Desks {
    pub fn new(net: &Net, places: impl Iterator<Item = Place>) -> Desks {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let dial = net.dial(CLIENTS);
        let _guard = runtime.enter();
        let channels: Vec<Channel> = places
            .map(|place| {
                channel_by(&dial, &Net::url(place), None, |endpoint| {
                    endpoint
                        .connect_timeout(Duration::from_secs(3))
                        .http2_keep_alive_interval(Duration::from_secs(2))
                        .keep_alive_timeout(Duration::from_secs(2))
                })
                .unwrap()
            })
            .collect();
        let logs = Arc::new(channels.iter().map(|_| Mutex::default()).collect());
        drop(_guard);
        Desks { runtime, channels, waiting: Arc::default(), logs }
    }

    pub fn log(&self, unit: usize) -> MutexGuard<'_, Log> {
        lock(&self.logs, unit)
    }

    /// Nobody waits for an answer.
    pub fn is_idle(&self) -> bool {
        Arc::strong_count(&self.waiting) == 1
    }

    pub fn run(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    /// Sends a group to the node of a unit; whatever the answer is, it goes into the log.
    pub fn send(&self, unit: usize, events: Vec<Event>) {
        self.record(unit, events, Log::answered);
    }

    /// Sends events that have the id of one that is kept and say something else.
    pub fn send_altered(&self, unit: usize, events: Vec<Event>) {
        self.record(unit, events, Log::answered_altered);
    }

    fn record(&self, unit: usize, events: Vec<Event>, note: fn(&mut Log, &pb::Ack)) {
        let (channel, logs, waiting) = (self.channels[unit].clone(), Arc::clone(&self.logs), Arc::clone(&self.waiting));
        self.runtime.spawn(async move {
            let _waiting = waiting;
            let sent = async {
                let groups = [events.iter().map(event_to_pb).collect()];
                let groups = groups.map(|events| pb::RecordRequest { events, ..pb::RecordRequest::default() });
                let mut answers =
                    DeskServiceClient::new(channel).record(tokio_stream::iter(groups)).await?.into_inner();
                while let Some(answer) = answers.message().await? {
                    let mut log = lock(&logs, unit);
                    answer.acks.iter().for_each(|ack| note(&mut log, ack));
                }
                Ok::<(), Status>(())
            };
            // No answer at all is an answer too: they stay open.
            let _ = tokio::time::timeout(PATIENCE, sent).await;
        });
    }

    /// A person closes a period, or amends it.
    pub fn close(&self, unit: usize, period: &str, end: NaiveDate, amend: bool) {
        let (channel, logs, period) = (self.channels[unit].clone(), Arc::clone(&self.logs), period.to_owned());
        let waiting = Arc::clone(&self.waiting);
        self.runtime.spawn(async move {
            let _waiting = waiting;
            let answer = tokio::time::timeout(PATIENCE, close(channel, period.clone(), amend)).await;
            let mut log = lock(&logs, unit);
            let verb = if amend { "amends" } else { "closes" };
            log.told.push(match &answer {
                Ok(Ok(documents)) => format!("{verb} {period}: {documents} documents"),
                Ok(Err(status)) => format!("{verb} {period}: {} {}", reason(status), status.message()),
                Err(_) => format!("{verb} {period}: no answer"),
            });
            match answer {
                Ok(Ok(documents)) if amend => log.amended += u32::from(documents > 0),
                Ok(Ok(documents)) => {
                    log.closed += u32::from(documents > 0);
                    log.closed_through = log.closed_through.max(Some(end));
                }
                Ok(Err(status)) if !amend && reason(&status) == "ALREADY_CLOSED" => {
                    log.closed_through = log.closed_through.max(Some(end));
                }
                _ => {}
            }
        });
    }
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn lock(logs: &Logs, unit: usize) -> MutexGuard<'_, Log> {
    logs[unit].lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closes or amends. A node that went back to an old copy wants a person to decide first, and the person does; then it is asked again.
async fn close(channel: Channel, period: String, amend: bool) -> Result<usize, Status> {
    let mut client = PeriodServiceClient::new(channel);
    if amend {
        return amended(&mut client, period).await;
    }
    let request =
        pb::ClosePeriodRequest { unit: String::new(), period, reason: "late entries".into(), ..Default::default() };
    match client.close_period(request.clone()).await {
        Err(status) if reason(&status) == "RESTORED" => {
            let closed = client.list_periods(pb::ListPeriodsRequest::default()).await?.into_inner().closed_through;
            let end: NaiveDate = closed.parse().map_err(|_| Status::internal(format!("closed through {closed:?}")))?;
            amended(&mut client, format!("{BOOKS_FROM}..{}", end - chrono::Days::new(1))).await?;
            Ok(client.close_period(request).await?.into_inner().documents.len())
        }
        closed => Ok(closed?.into_inner().documents.len()),
    }
}

async fn amended(client: &mut PeriodServiceClient<Channel>, period: String) -> Result<usize, Status> {
    let request =
        pb::AmendPeriodRequest { unit: String::new(), period, reason: "late entries".into(), ..Default::default() };
    Ok(client.amend_period(request).await?.into_inner().documents.len())
}
