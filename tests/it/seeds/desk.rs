//! A desk that sends a month's dossiers, and the node it sends them to.

use chrono::{Days, NaiveDate};
use motcua::{
    clock::Moved,
    desk::cells::import_id,
    domain::{calendar::Due, time::Timestamp},
    wire::{event::due_to_pb, pb::v1 as pb, scalar::instant_to_pb},
};
use tonic::transport::Channel;

use super::stories::Story;
use crate::support::TestNode;

/// Events in one group, the most a node takes.
const GROUP: usize = 1_000;
const HOUR: i64 = 3_600_000;

/// What is published of a unit and a month, as totals. What came in and what became of it are told apart from each other: the first dossiers of
/// the one are the first of the other.
#[derive(Clone, Default)]
pub struct Month {
    pub unit: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub carried_over: usize,
    pub online: usize,
    pub direct: usize,
    pub postal: usize,
    pub early: usize,
    pub on_time: usize,
    pub late: usize,
    pub returned: usize,
    pub withdrawn: usize,
    pub awaiting: usize,
    pub within: usize,
    pub overdue: usize,
    /// Of those resolved.
    pub delivered_by_post: usize,
    /// Of those received.
    pub agencies: &'static [(&'static str, usize)],
    pub memos: &'static [(&'static str, i64)],
}

#[derive(Copy, Clone, PartialEq)]
enum End {
    Early,
    OnTime,
    Late,
    Returned,
    Withdrawn,
    Awaiting,
    Within,
    Overdue,
}

fn repeated<T: Copy>(counts: &[(T, usize)]) -> Vec<T> {
    counts.iter().flat_map(|(what, n)| std::iter::repeat_n(*what, *n)).collect()
}

impl Month {
    fn events(&self) -> Vec<pb::Event> {
        let (first, last) = (day(self.first), day(self.last));
        let channels = repeated(&[
            (pb::Channel::Online, self.online),
            (pb::Channel::Direct, self.direct),
            (pb::Channel::Postal, self.postal),
        ]);
        let ends = repeated(&[
            (End::Early, self.early),
            (End::OnTime, self.on_time),
            (End::Late, self.late),
            (End::Returned, self.returned),
            (End::Withdrawn, self.withdrawn),
            (End::Awaiting, self.awaiting),
            (End::Within, self.within),
            (End::Overdue, self.overdue),
        ]);
        assert_eq!(self.carried_over + channels.len(), ends.len(), "{} {}: the books balance", self.unit, self.first);
        let agencies = repeated(self.agencies);
        let mut events = Vec::new();
        for (i, end) in ends.iter().enumerate() {
            let code = format!("{}-{}-{i:05}", self.unit, self.first);
            let entered = i.checked_sub(self.carried_over);
            let reception = |due| pb::Reception {
                channel: entered.map_or(pb::Channel::Direct, |i| channels[i]).into(),
                agency: entered.and_then(|i| agencies.get(i)).copied().unwrap_or_default().to_owned(),
                due: Some(due_to_pb(Due::Day(due))),
                ..pb::Reception::default()
            };
            let ended = first + Days::new(6 + i as u64 % 14);
            let due = match end {
                End::Early | End::Returned | End::Withdrawn => ended + Days::new(3),
                End::OnTime => ended,
                End::Late => ended - Days::new(1),
                End::Awaiting | End::Within => last + Days::new(10),
                End::Overdue => first + Days::new(5),
            };
            let mut say = |on: NaiveDate, kind| events.push(self.event(&code, on, kind));
            match entered {
                None => say(first - Days::new(5), pb::event::Kind::Opening(reception(due))),
                Some(i) => say(first + Days::new(i as u64 % 4), pb::event::Kind::Received(reception(due))),
            }
            match end {
                End::Early | End::OnTime | End::Late => say(ended, pb::event::Kind::Resolved(pb::Resolved {})),
                End::Returned => say(ended, pb::event::Kind::Returned(pb::Returned {})),
                End::Withdrawn => say(ended, pb::event::Kind::Withdrawn(pb::Withdrawn {})),
                End::Awaiting => say(ended, pb::event::Kind::SupplementRequested(pb::SupplementRequested {})),
                End::Within | End::Overdue => {}
            }
            if i < self.delivered_by_post {
                let by_post = pb::Delivered { channel: pb::Channel::Postal.into() };
                say(ended + Days::new(1), pb::event::Kind::Delivered(by_post));
            }
        }
        for (measure, value) in self.memos {
            let memo = pb::Memo { measure: (*measure).to_owned(), value: *value };
            let said = self.event("", first + Days::new(1), pb::event::Kind::Memo(memo));
            let id = import_id("seeds", self.unit, measure, self.first);
            events.push(pb::Event { id: id.0.to_vec(), ..said });
        }
        events
    }

    fn event(&self, code: &str, on: NaiveDate, kind: pb::event::Kind) -> pb::Event {
        let name = match &kind {
            pb::event::Kind::Received(_) | pb::event::Kind::Opening(_) => "in",
            pb::event::Kind::Delivered(_) => "delivered",
            _ => "out",
        };
        pb::Event {
            id: import_id("seeds", code, name, "").0.to_vec(),
            unit: self.unit.to_owned(),
            dossier: code.to_owned(),
            occurred_at: Some(instant_to_pb(Timestamp::local_midnight(on).plus_millis(9 * HOUR))),
            source: "seeds".to_owned(),
            kind: Some(kind),
            ..pb::Event::default()
        }
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A node that has been told the whole story, on the morning after it, with its periods closed.
pub async fn node(story: &Story) -> TestNode {
    let clock = Moved::at(Timestamp::local_midnight(day(story.books_from)).plus_millis(8 * HOUR));
    let node = TestNode::new(story.unit, story.books_from, None, &clock).await;
    let channel = Channel::from_shared(node.url()).unwrap().connect().await.unwrap();
    registry(channel.clone(), story).await;
    clock.advance(Timestamp::local_midnight(day(story.through) + Days::new(1)).plus_millis(8 * HOUR));
    let events: Vec<pb::Event> = story.months.iter().flat_map(Month::events).collect();
    record(channel.clone(), events).await;
    let mut periods = pb::period_service_client::PeriodServiceClient::new(channel);
    for period in story.closed {
        let request = pb::ClosePeriodRequest { period: (*period).to_owned(), ..pb::ClosePeriodRequest::default() };
        periods.close_period(request).await.unwrap();
    }
    node
}

async fn registry(channel: Channel, story: &Story) {
    let row = |(code, name, level, parent): &(&str, &str, &str, &str)| pb::UnitRow {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        level: (*level).to_owned(),
        parent_code: (*parent).to_owned(),
        kept_by: if *code == story.unit { String::new() } else { story.unit.to_owned() },
        ..pb::UnitRow::default()
    };
    let units = story.units.iter().map(row).collect();
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Tree.into(), units, ..pb::RegistryPart::default() };
    let mut client = pb::registry_service_client::RegistryServiceClient::new(channel);
    client.import_registry(pb::ImportRegistryRequest { part: Some(part) }).await.unwrap();
}

/// Every event must be recorded, and counted.
async fn record(channel: Channel, events: Vec<pb::Event>) {
    let mut desk = pb::desk_service_client::DeskServiceClient::new(channel);
    let sent = events.len();
    let groups: Vec<pb::RecordRequest> = events
        .chunks(GROUP)
        .map(|group| pb::RecordRequest { events: group.to_vec(), ..pb::RecordRequest::default() })
        .collect();
    let mut answers = desk.record(tokio_stream::iter(groups)).await.unwrap().into_inner();
    let mut recorded = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        for ack in answer.acks {
            let counted = ack.outcome() == pb::Outcome::Recorded && ack.standing() == pb::Standing::Counted;
            assert!(counted, "{} {}", ack.reason, ack.message);
            recorded += 1;
        }
    }
    assert_eq!(recorded, sent);
}
