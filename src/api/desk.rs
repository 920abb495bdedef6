//! What desks call: events in, dossiers out.

use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll};

use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use super::{
    Answers, aside,
    caller::Caller,
    code,
    pages::{List, size, start, token},
    refuse, until, working_days,
};
use crate::{
    domain::{
        calendar::Timeliness,
        event::{Event, EventId},
        fold::{Standing, State},
        record::Stored,
        time::{DAY_MS, Timestamp},
    },
    node::{EventReply, Node, dossiers::Found},
    wire::{
        WireError, ack,
        error::reason,
        event::{due_to_pb, event_from_pb, event_to_pb},
        pb::v1::{self as pb, desk_service_server::DeskService},
        scalar::{MAX_TEXT, instant_to_pb, optional_date, text},
        status::{status, with_reason},
    },
};

/// Events in one group.
const GROUP: usize = 1_000;
/// Groups of one stream that may wait for the disk at once. One would leave it idle between two `fdatasync`s.
const IN_FLIGHT: usize = 16;

/// See the module.
pub struct Desk {
    /// The node.
    pub node: Arc<Node>,
    /// Ends the streams.
    pub stop: CancellationToken,
}

type Answer = BoxFuture<'static, Result<pb::RecordResponse, Status>>;

#[tonic::async_trait]
impl DeskService for Desk {
    type RecordStream = Answers<pb::RecordResponse>;

    async fn record(
        &self,
        request: Request<Streaming<pb::RecordRequest>>,
    ) -> Result<Response<Self::RecordStream>, Status> {
        let node = Arc::clone(&self.node);
        let caller = Arc::new(Caller::of(request.extensions()));
        let groups = until(request.into_inner(), &self.stop);
        let answers =
            groups.then(move |group| handed_over(Arc::clone(&node), Arc::clone(&caller), group)).buffered(IN_FLIGHT);
        Ok(Response::new(Box::pin(answers)))
    }

    async fn get_dossier(
        &self,
        request: Request<pb::GetDossierRequest>,
    ) -> Result<Response<pb::GetDossierResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        caller.acts_for(&self.node, &asked.unit)?;
        let unit = code(&asked.unit)?;
        // Read as the code of an event is, so that it is found however it was typed.
        let dossier = text(asked.dossier, "dossier", MAX_TEXT)?;
        let now = self.node.now();
        let found = aside(&self.node, move |node| node.dossier(&unit, &dossier).map_err(refuse)).await?;
        let standings = found.folded.standings.iter().copied();
        let events = found.record.events().iter().zip(standings).map(|(stored, s)| event_row(stored, s)).collect();
        Ok(Response::new(pb::GetDossierResponse { dossier: Some(dossier_row(&found, now)), events }))
    }

    async fn list_open_dossiers(
        &self,
        request: Request<pb::ListOpenDossiersRequest>,
    ) -> Result<Response<pb::ListOpenDossiersResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        caller.acts_for(&self.node, &asked.unit)?;
        let unit = code(&asked.unit)?;
        let until = match (optional_date(&asked.due_until, "due_until")?, asked.due_within) {
            (Some(_), Some(_)) => {
                return Err(
                    WireError::new("due_within", reason::BAD_CHOICE, "say either a date or a number of days").into()
                );
            }
            (None, Some(days)) => Some(self.node.working_day(working_days("due_within", days)?)),
            (until, None) => until,
        };
        // What is due on that day is overdue from the midnight after it.
        let until = until.map(|day| Timestamp::local_midnight(day).plus_millis(DAY_MS));
        let (size, from) = (size(asked.page_size)?, start(List::Open, &asked.page_token)?);
        let page = aside(&self.node, move |node| node.open_dossiers(&unit, until, size, from).map_err(refuse)).await?;
        let now = self.node.now();
        Ok(Response::new(pb::ListOpenDossiersResponse {
            dossiers: page.items.iter().map(|found| dossier_row(found, now)).collect(),
            next_page_token: token(List::Open, page.next.as_deref()),
        }))
    }

    async fn list_problems(
        &self,
        request: Request<pb::ListProblemsRequest>,
    ) -> Result<Response<pb::ListProblemsResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        caller.acts_for(&self.node, &asked.unit)?;
        let unit = code(&asked.unit)?;
        let wanted = wanted(asked.standing)?;
        let size = size(asked.page_size)?;
        let (mut skip, from) = match start(List::Problems, &asked.page_token)? {
            Some(at) => problem_place(&at)?,
            None => (0, None),
        };
        let place = from.clone();
        let page = aside(&self.node, move |node| node.problems(&unit, wanted, size, from).map_err(refuse)).await?;
        // The node's pages count dossiers, ours events: what does not fit is skipped on the next page from the same place.
        let total = page.items.len();
        let shown = page.items.into_iter().skip(skip).take(size).map(|(stored, s)| event_row(&stored, s)).collect();
        let next = if total > skip + size {
            skip += size;
            Some(place.unwrap_or_default())
        } else {
            skip = skip.saturating_sub(total);
            page.next
        };
        let skip = u32::try_from(skip).unwrap_or(u32::MAX).to_be_bytes();
        let next = next.map(|key| [skip.as_slice(), &key].concat());
        Ok(Response::new(pb::ListProblemsResponse {
            events: shown,
            next_page_token: token(List::Problems, next.as_deref()),
        }))
    }
}

/// Reads a group and hands it to the node before the next group is read, so that groups are decided in the order they were sent. What is
/// returned waits for the disk.
async fn handed_over(node: Arc<Node>, caller: Arc<Caller>, group: Result<pb::RecordRequest, Status>) -> Answer {
    let mut answer: Answer = async move { answered(&node, &caller, group.map_err(with_reason)?).await }.boxed();
    match poll_fn(|cx| Poll::Ready(Pin::new(&mut answer).poll(cx))).await {
        Poll::Ready(done) => std::future::ready(done).boxed(),
        Poll::Pending => answer,
    }
}

async fn answered(node: &Node, caller: &Caller, group: pb::RecordRequest) -> Result<pb::RecordResponse, Status> {
    let sent = group.events.len();
    if sent > GROUP {
        let message = format!("{sent} events are too many for one group: send at most {GROUP} at a time");
        return Err(status("BATCH_TOO_LARGE", "events", message));
    }
    caller.is_still_good(node)?;
    for event in &group.events {
        caller.acts_for(node, &event.unit)?;
    }
    let mut places: Vec<Result<EventId, pb::Ack>> = Vec::with_capacity(sent);
    let mut good: Vec<Event> = Vec::with_capacity(sent);
    for event in group.events {
        let id = event.id.clone();
        match event_from_pb(event) {
            Ok(event) => {
                places.push(Ok(event.id));
                good.push(event);
            }
            Err(error) => places.push(Err(ack::unreadable(id, error))),
        }
    }
    let replies = if good.is_empty() {
        Vec::new()
    } else {
        node.record(&caller.by(), good, group.dry_run).await.map_err(refuse)?
    };
    // Taken after the answer, so that whatever was answered lies before its end.
    let snapshot = node.snapshot();
    let sequence = snapshot.sequence;
    let mut replies = replies.into_iter();
    let acks = places.into_iter().map(|place| match place {
        Ok(id) => replies.next().map_or_else(|| unanswered(id), |reply| acknowledged(id, reply, sequence)),
        Err(bad) => bad,
    });
    let mut acks: Vec<pb::Ack> = acks.collect();
    if group.dry_run {
        acks.iter_mut().for_each(|ack| ack.sequence = 0);
    }
    let epoch = snapshot.state.epoch;
    Ok(pb::RecordResponse {
        acks,
        cursor: group.cursor,
        epoch,
        sequence,
        backed_up_through: node.backups.through(sequence),
    })
}

/// `end` is the last entry of the journal by now.
fn acknowledged(id: EventId, reply: EventReply, end: u64) -> pb::Ack {
    match reply {
        EventReply::Recorded { standing, late, sequence } => ack::recorded(id, standing, late, sequence),
        EventReply::Already(standing) => ack::already(id, standing, end),
        EventReply::Conflict { field } => ack::conflict(id, field),
        EventReply::Refused(refusal) => {
            ack::refused(id.0.to_vec(), refusal.reason(), refusal.field(), refusal.to_string())
        }
    }
}

/// The node answers every event; were it not so, nothing may be taken for recorded.
fn unanswered(id: EventId) -> pb::Ack {
    ack::refused(id.0.to_vec(), "STATE_BROKEN", "", "the node gave no answer to this event: send it again".to_owned())
}

fn wanted(standing: i32) -> Result<impl Fn(Standing) -> bool + Send + Copy, WireError> {
    let (held, conflicts) = match pb::Standing::try_from(standing) {
        Ok(pb::Standing::Unspecified) => (true, true),
        Ok(pb::Standing::Held) => (true, false),
        Ok(pb::Standing::Conflict) => (false, true),
        _ => return Err(WireError::new("standing", "BAD_CHOICE", "say 2 (held), 3 (conflict), or nothing for both")),
    };
    Ok(move |s: Standing| (held && matches!(s, Standing::Held(_))) || (conflicts && matches!(s, Standing::Conflict(_))))
}

/// How many events to skip from where.
fn problem_place(at: &[u8]) -> Result<(usize, Option<Vec<u8>>), Status> {
    let (skip, key) = at.split_first_chunk::<4>().ok_or_else(|| refuse(crate::node::NodeError::PageToken))?;
    let skip = usize::try_from(u32::from_be_bytes(*skip)).unwrap_or(usize::MAX);
    Ok((skip, (!key.is_empty()).then(|| key.to_vec())))
}

fn event_row(stored: &Stored, standing: Standing) -> pb::RecordedEvent {
    let (standing, problem) = ack::standing_to_pb(standing);
    pb::RecordedEvent {
        event: Some(event_to_pb(&stored.event)),
        recorded_at: Some(instant_to_pb(stored.recorded_at)),
        standing: standing.into(),
        reason: problem.map(ack::problem_reason).unwrap_or_default().to_owned(),
    }
}

pub(super) fn dossier_row(found: &Found, now: Timestamp) -> pb::Dossier {
    let folded = &found.folded;
    let (state, timeliness) = match folded.state {
        State::Unknown => ("held", ""),
        State::Pending => ("pending", ""),
        State::AwaitingSupplement => ("awaiting_supplement", ""),
        State::AwaitingPayment => ("awaiting_payment", ""),
        State::Resolved(Timeliness::Early) => ("resolved", "early"),
        State::Resolved(Timeliness::OnTime) => ("resolved", "on_time"),
        State::Resolved(Timeliness::Late) => ("resolved", "late"),
        State::Returned => ("returned", ""),
        State::Withdrawn => ("withdrawn", ""),
        State::Stopped => ("stopped", ""),
        State::TransferredOut => ("transferred_out", ""),
    };
    let pending = matches!(folded.state, State::Pending | State::AwaitingPayment);
    pb::Dossier {
        unit: found.unit.clone(),
        code: found.code.clone(),
        state: state.to_owned(),
        procedure: folded.cell.procedure.clone(),
        agency: folded.cell.agency.clone(),
        received_at: folded.received_at.map(instant_to_pb),
        due: folded.due.map(due_to_pb),
        closed_at: folded.closed_at.map(instant_to_pb),
        timeliness: timeliness.to_owned(),
        overdue: pending && folded.due.is_some_and(|due| due.is_overdue_at(now)),
    }
}
