//! Sends what an outbox holds and a node has not: what waits, and what a node that was restored has forgotten.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::{
    import::GROUP,
    keeping::{Says, Standing},
    outbox::{Forgotten, Outbox, OutboxError},
};
use crate::{
    domain::{event::EventId, time::Timestamp},
    wire::{
        link::Link,
        pb::v1::{Outcome, RecordRequest, RecordResponse, desk_service_client::DeskServiceClient},
        status::explain,
    },
};

/// A node may be restored, or take back documents, while it is sent to: then all is offered once more. More often than this in one run it is not.
const ROUNDS: usize = 4;

/// How to send.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct SendOptions {
    /// Days that acknowledged events are kept without a backup.
    pub keep_days: u32,
    /// Forget what the node refuses.
    pub forget_refused: bool,
    /// The desk's clock.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendReport {
    /// Answers to events that were never acknowledged before, and to those that were.
    pub sent: u64,
    /// Of the sent: acknowledged before, by another life of the node.
    pub offered_again: u64,
    /// New on the node's disk.
    pub recorded: u64,
    /// Of the recorded: the node had acknowledged them before, and had lost them.
    pub brought_back: u64,
    /// There already.
    pub already_recorded: u64,
    /// Another event of that id is there.
    pub conflict: u64,
    /// Not recorded.
    pub refused: u64,
    /// Reasons of both, with the words for the first of each.
    pub reasons: BTreeMap<String, (u64, String)>,
    /// What was forgotten afterwards.
    pub forgotten: Forgotten,
}

/// Why sending ended early. What was acknowledged is noted down, everything else waits.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The node, or the way to it.
    #[error("after {answered} events: {message}; what is not acknowledged waits in the outbox")]
    Node {
        /// Events answered before.
        answered: u64,
        /// In words.
        message: String,
    },
    /// The node does not speak as agreed.
    #[error(
        "the node answered {got} of {sent} events of a group: check that node and client are of compatible releases"
    )]
    Answers {
        /// Answers that fit.
        got: usize,
        /// Events sent.
        sent: usize,
    },
}

/// Sends what has to be sent to a node that says `says`, and forgets what need not be kept.
///
/// # Errors
/// [`SendError`]; running it again is always safe.
pub async fn send(
    outbox: &mut Outbox,
    client: DeskServiceClient<Link>,
    says: Says,
    options: &SendOptions,
) -> Result<SendReport, SendError> {
    let mut sending = Sending { report: SendReport::default(), says, refused: BTreeSet::new() };
    for _ in 0..ROUNDS {
        let mut ids = outbox.keeping().to_send(&sending.says);
        ids.retain(|id| !sending.refused.contains(id));
        if ids.is_empty() {
            break;
        }
        sending.round(outbox, client.clone(), &ids, options).await?;
    }
    sending.report.forgotten = outbox.tidy(&sending.says, options.keep_days, options.now)?;
    Ok(sending.report)
}

struct Sending {
    report: SendReport,
    says: Says,
    /// What was refused in this run is not tried twice in it.
    refused: BTreeSet<EventId>,
}

impl Sending {
    /// A group after the other, each when the one before is answered.
    async fn round(
        &mut self,
        outbox: &mut Outbox,
        mut client: DeskServiceClient<Link>,
        ids: &[EventId],
        options: &SendOptions,
    ) -> Result<(), SendError> {
        let (requests, outgoing) = mpsc::channel(1);
        let mut outgoing = Some(ReceiverStream::new(outgoing));
        let mut answers: Option<Streaming<RecordResponse>> = None;
        for ids in ids.chunks(GROUP) {
            let events: Vec<_> = ids.iter().filter_map(|id| outbox.event(*id)).collect();
            let sent = events.len();
            let request = RecordRequest { events, ..RecordRequest::default() };
            // The call is made with the first events: a node may wait for them before it answers at all.
            let handed = requests.send(request).await;
            if let Some(outgoing) = outgoing.take() {
                answers = Some(client.record(outgoing).await.map_err(|s| self.failed(&s))?.into_inner());
            }
            let answer = match &mut answers {
                Some(answers) => answers.message().await.map_err(|s| self.failed(&s))?,
                None => None,
            };
            let answer = answer.filter(|_| handed.is_ok());
            let answer = answer.ok_or_else(|| self.node("the node ended the stream".to_owned()))?;
            self.take(outbox, ids, sent, &answer, options)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        outbox: &mut Outbox,
        ids: &[EventId],
        sent: usize,
        answer: &RecordResponse,
        options: &SendOptions,
    ) -> Result<(), SendError> {
        let got = answer.acks.iter().zip(ids).filter(|(ack, id)| ack.id == id.0).count();
        if got != sent || answer.acks.len() != sent {
            return Err(SendError::Answers { got, sent });
        }
        for (ack, id) in answer.acks.iter().zip(ids) {
            self.report.sent += 1;
            let before = matches!(outbox.keeping().standing(*id), Some(Standing::Acknowledged(_)));
            self.report.offered_again += u64::from(before);
            match ack.outcome() {
                Outcome::Recorded => {
                    self.report.recorded += 1;
                    self.report.brought_back += u64::from(before);
                }
                Outcome::AlreadyRecorded => self.report.already_recorded += 1,
                outcome => {
                    self.refused.insert(*id);
                    let conflict = outcome == Outcome::Conflict;
                    *(if conflict { &mut self.report.conflict } else { &mut self.report.refused }) += 1;
                    let words = (0, format!("event {id}: {}", ack.message));
                    self.report.reasons.entry(ack.reason.clone()).or_insert(words).0 += 1;
                }
            }
        }
        self.says =
            Says { epoch: answer.epoch, sequence: answer.sequence, backed_up_through: answer.backed_up_through };
        Ok(outbox.answered(&answer.acks, answer.epoch, options.now, options.forget_refused)?)
    }

    fn failed(&self, status: &Status) -> SendError {
        self.node(explain(status))
    }

    fn node(&self, message: String) -> SendError {
        SendError::Node { answered: self.report.sent, message }
    }
}
