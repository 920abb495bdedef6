//! The two halves of an import that run side by side: groups go out, answers come in.

use std::io;

use crate::wire::link::Link;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    groups::{Group, Sent},
    import::{ImportError, ImportReport, Progress, SharedOutbox, lock},
    left_out::{LeftOut, LeftOutFile},
    outbox::OutboxError,
};
use crate::{
    domain::time::Timestamp,
    wire::pb::v1::{Outcome, RecordRequest, RecordResponse, Standing, desk_service_client::DeskServiceClient},
};

/// Unknown texts that are kept by name; a column mapped wrongly has as many as rows.
const MAX_UNKNOWN: usize = 100;

/// Moves groups from the reader to the stream; ends when either side does.
pub(super) struct Feeder {
    pub(super) sent: mpsc::Sender<Group>,
    pub(super) requests: mpsc::Sender<RecordRequest>,
    pub(super) dry_run: bool,
    pub(super) outbox: Option<SharedOutbox>,
}

impl Feeder {
    pub(super) async fn feed(self, mut groups: mpsc::Receiver<Group>) -> Result<(), OutboxError> {
        while let Some(mut group) = groups.recv().await {
            let events = std::mem::take(&mut group.events);
            if let Some(outbox) = &self.outbox {
                lock(outbox).put(&events)?;
            }
            // first what is expected, then the request: an answer always finds its group
            if self.sent.send(group).await.is_err() {
                return Ok(());
            }
            let request = RecordRequest { events, cursor: String::new(), dry_run: self.dry_run };
            if !request.events.is_empty() && self.requests.send(request).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Takes the answers, in the order of the groups.
pub(super) struct Collector<P> {
    pub(super) report: ImportReport,
    pub(super) progress: Progress,
    pub(super) list: LeftOutFile,
    pub(super) tell: P,
    pub(super) outbox: Option<SharedOutbox>,
    /// The desk's clock.
    pub(super) now: Timestamp,
}

impl<P: FnMut(Progress) + Send> Collector<P> {
    /// Until every group is answered. The call is made with the first events, because a node may wait for them before it
    /// answers at all.
    pub(super) async fn collect(
        &mut self,
        mut client: DeskServiceClient<Link>,
        outgoing: ReceiverStream<RecordRequest>,
        mut unanswered: mpsc::Receiver<Group>,
        at_list: impl Fn(io::Error) -> ImportError + Send,
    ) -> Result<(), ImportError> {
        let (mut outgoing, mut answers) = (Some(outgoing), None);
        while let Some(group) = unanswered.recv().await {
            for line in &group.left_out {
                self.leave_out(line).map_err(&at_list)?;
            }
            for (column, text) in group.unknown {
                if self.report.unknown.len() < MAX_UNKNOWN || self.report.unknown.contains_key(&(column, text.clone()))
                {
                    *self.report.unknown.entry((column, text)).or_default() += 1;
                }
            }
            if !group.sent.is_empty() {
                if let Some(requests) = outgoing.take() {
                    answers = Some(client.record(requests).await.map_err(|s| self.failed(&s))?.into_inner());
                }
                let answer = match &mut answers {
                    Some(answers) => answers.message().await.map_err(|s| self.failed(&s))?,
                    None => None,
                };
                let answer = answer.ok_or_else(|| self.cut("the node ended the stream"))?;
                self.take(&group.sent, answer, &at_list)?;
            }
            self.report.rows += group.rows;
            self.progress.rows = self.report.rows;
            self.progress.events = self.report.events;
            self.progress.bytes = group.bytes;
            (self.tell)(self.progress);
        }
        Ok(())
    }

    fn take(
        &mut self,
        sent: &[Sent],
        answer: RecordResponse,
        at_list: impl Fn(io::Error) -> ImportError,
    ) -> Result<(), ImportError> {
        let fitting = answer.acks.iter().zip(sent).filter(|(ack, sent)| ack.id == sent.id).count();
        if fitting != sent.len() || answer.acks.len() != sent.len() {
            return Err(ImportError::Answers { got: fitting, sent: sent.len() });
        }
        if let Some(outbox) = &self.outbox {
            lock(outbox).answered(&answer.acks, answer.epoch, self.now, true)?;
        }
        for (ack, sent) in answer.acks.into_iter().zip(sent) {
            self.report.events += 1;
            let recorded = match ack.outcome() {
                Outcome::Recorded => {
                    self.report.recorded += 1;
                    true
                }
                Outcome::AlreadyRecorded => {
                    self.report.already_recorded += 1;
                    false
                }
                outcome => {
                    let conflict = outcome == Outcome::Conflict;
                    *(if conflict { &mut self.report.conflict } else { &mut self.report.refused }) += 1;
                    let reason = match (ack.reason.as_str(), conflict) {
                        ("", true) => "CONFLICT".to_owned(),
                        ("", false) => "REFUSED".to_owned(),
                        (reason, _) => reason.to_owned(),
                    };
                    let field = if ack.field.is_empty() { String::new() } else { format!("{}: ", ack.field) };
                    let line = LeftOut {
                        row: sent.row,
                        dossier: sent.dossier.clone(),
                        kind: sent.kind.to_owned(),
                        reason,
                        detail: format!("{field}{}", ack.message),
                    };
                    self.leave_out(&line).map_err(&at_list)?;
                    false
                }
            };
            if recorded {
                self.report.held += u64::from(ack.standing() == Standing::Held);
                self.report.in_conflict += u64::from(ack.standing() == Standing::Conflict);
                self.report.late += u64::from(ack.late);
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, line: &LeftOut) -> io::Result<()> {
        *self.report.left_out.entry(line.reason.clone()).or_default() += 1;
        self.list.write(line)
    }

    fn cut(&self, message: &str) -> ImportError {
        ImportError::Cut { answered: self.report.events, message: message.to_owned() }
    }

    /// Whether a node said so or the way to it broke.
    fn failed(&self, status: &tonic::Status) -> ImportError {
        use tonic::Code::{Aborted, Cancelled, DeadlineExceeded, Internal, Unavailable, Unknown};
        match status.code() {
            Unavailable | Cancelled | Unknown | Internal | Aborted | DeadlineExceeded => self.cut(status.message()),
            _ => ImportError::Node { answered: self.report.events, message: status.message().to_owned() },
        }
    }
}
