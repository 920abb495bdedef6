//! A desk that says nonsense: every event gets its answer, the good ones are recorded, and nothing is half done.

use motcua::{
    clock::Moved,
    wire::{
        pb::v1::{
            self as pb, admin_service_client::AdminServiceClient, desk_service_client::DeskServiceClient, event::Kind,
            registry_service_client::RegistryServiceClient,
        },
        scalar::instant_to_pb,
    },
};
use tonic::{Status, transport::Channel};

use super::{
    errors::is_documented,
    support::{TestNode, at},
};

/// A node that has a tree: 01, below it 00004 and 00005, whose books `keeper` keeps.
pub async fn node(unit: &str, keeper: &str) -> (TestNode, Channel) {
    let clock = Moved::at(at("2018-03-20T08:00:00+07:00"));
    let node = TestNode::new(unit, "2018-01-15", None, &clock).await;
    let channel = Channel::from_shared(node.url()).unwrap().connect().await.unwrap();
    let row = |code: &str, parent: &str, kept_by: &str| pb::UnitRow {
        code: code.into(),
        name: format!("Unit {code}"),
        level: "unit".into(),
        parent_code: parent.into(),
        kept_by: kept_by.into(),
        ..pb::UnitRow::default()
    };
    let units = vec![row("01", "", ""), row("00004", "01", ""), row("00005", "01", keeper)];
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Tree.into(), units, ..pb::RegistryPart::default() };
    let request = pb::ImportRegistryRequest { part: Some(part) };
    RegistryServiceClient::new(channel.clone()).import_registry(request).await.unwrap();
    (node, channel)
}

/// Entries in the journal.
pub async fn sequence(channel: &Channel) -> u64 {
    let status = AdminServiceClient::new(channel.clone()).get_status(pb::GetStatusRequest {}).await;
    status.unwrap().into_inner().sequence
}

/// Sends one group and returns its answers.
pub async fn record(channel: &Channel, events: Vec<pb::Event>) -> Result<Vec<pb::Ack>, Status> {
    let group = pb::RecordRequest { events, ..pb::RecordRequest::default() };
    let mut answers = DeskServiceClient::new(channel.clone()).record(tokio_stream::once(group)).await?.into_inner();
    Ok(answers.message().await?.unwrap().acks)
}

pub fn event(id: u8, dossier: &str, day: &str, kind: Kind) -> pb::Event {
    pb::Event {
        id: vec![id; 16],
        dossier: dossier.into(),
        occurred_at: Some(instant_to_pb(at(day))),
        kind: Some(kind),
        ..pb::Event::default()
    }
}

pub fn received() -> Kind {
    Kind::Received(pb::Reception { channel: pb::Channel::Direct.into(), ..pb::Reception::default() })
}

fn resolved() -> Kind {
    Kind::Resolved(pb::Resolved {})
}

fn memo(measure: &str, value: i64) -> Kind {
    Kind::Memo(pb::Memo { measure: measure.into(), value })
}

fn corrected(target: u8, kind: Kind) -> Kind {
    let event = pb::Event { kind: Some(kind), ..pb::Event::default() };
    Kind::Corrected(Box::new(pb::Corrected {
        target: vec![target; 16],
        event: Some(Box::new(event)),
        occurred_at: None,
    }))
}

/// The error carries its reason, which is documented, and the code of that reason.
pub fn assert_reason(error: &Status, reason: &str, field: &str) {
    use tonic_types::StatusExt;
    let info = error.get_details_error_info().unwrap_or_else(|| panic!("{reason}: no details in {error:?}"));
    assert_eq!((info.domain.as_str(), info.reason.as_str()), ("motcua", reason), "{error:?}");
    assert_eq!(error.code(), motcua::wire::status::code_of(reason), "{reason}");
    assert!(is_documented(reason), "{reason} is not in docs/errors.md");
    let named = error.get_details_bad_request().map(|b| b.field_violations[0].field.clone()).unwrap_or_default();
    assert_eq!(named, field, "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_its_reason_and_leaves_no_trace() {
    let (node, channel) = node("01", "01").await;
    let reception = |change: fn(&mut pb::Reception)| {
        let mut r = pb::Reception { channel: pb::Channel::Direct.into(), ..pb::Reception::default() };
        change(&mut r);
        Kind::Received(r)
    };
    let out = || Kind::TransferredOut(pb::TransferredOut { transfer: vec![9; 16], to: "77777".into() });
    let day = "2018-02-01T08:00";
    let of = |unit: &str| pb::Event { unit: unit.into(), ..event(1, "A", day, received()) };
    let due = |day: &str| pb::Due { kind: Some(pb::due::Kind::Day(day.into())) };
    let bad_due = pb::Reception { channel: 1, due: Some(due("2018-02-30")), ..pb::Reception::default() };
    let before = sequence(&channel).await;
    for (event, reason, field) in [
        (of("99999"), "NOT_THIS_UNIT", "unit"),
        (of("00004"), "NOT_THIS_UNIT", "unit"),
        (of("xã 4"), "BAD_UNIT", "unit"),
        (event(1, "A", day, out()), "UNKNOWN_UNIT", "unit"),
        (event(1, "A", day, reception(|r| r.procedure = "9.999".into())), "UNKNOWN_PROCEDURE", "procedure"),
        (event(1, "A", day, reception(|r| r.channel = 9)), "BAD_CHANNEL", "received.channel"),
        (event(1, "A", day, reception(|r| r.channel = 0)), "BAD_CHANNEL", "received.channel"),
        (event(1, "A", day, reception(|r| r.agency = "a\nb".into())), "CONTROL_CHARACTER", "received.agency"),
        (event(1, "A", day, Kind::Received(bad_due)), "BAD_DATE", "received.due.day"),
        (event(1, "", day, memo("happiness", 1)), "BAD_MEASURE", "memo.measure"),
        (event(1, "", day, memo("received_online", 1)), "BAD_MEASURE", "memo.measure"),
        (event(1, "", day, memo("feedback_received", -1)), "MEMO_VALUE", "memo.value"),
        (event(1, "A", day, memo("feedback_received", 1)), "MEMO_WITH_DOSSIER", "dossier"),
        (event(1, "", day, resolved()), "NO_DOSSIER", "dossier"),
        (event(1, "A", "2018-03-20T08:06", received()), "IN_THE_FUTURE", "occurred_at"),
        (event(1, "A", "1974-12-31T23:59", received()), "BEFORE_1975", "occurred_at"),
        (event(1, "A", "2018-01-14", received()), "BEFORE_BOOKS", "occurred_at"),
        (
            event(1, "A", "2018-01-15", Kind::Opening(pb::Reception { channel: 1, ..Default::default() })),
            "OPENING_AFTER_START",
            "occurred_at",
        ),
        (pb::Event { occurred_at: None, ..event(1, "A", day, received()) }, "MISSING_FIELD", "occurred_at"),
        (
            pb::Event {
                occurred_at: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: -1 }),
                ..event(1, "A", day, received())
            },
            "BAD_TIME",
            "occurred_at",
        ),
        (pb::Event { kind: None, ..event(1, "A", day, received()) }, "MISSING_KIND", "kind"),
        (pb::Event { id: vec![1; 15], ..event(1, "A", day, received()) }, "BAD_ID", "id"),
        (event(1, "A\u{0}B", day, received()), "CONTROL_CHARACTER", "dossier"),
        (event(1, &"A".repeat(10_000), day, received()), "TEXT_TOO_LONG", "dossier"),
        (event(1, "A", day, corrected(2, corrected(3, resolved()))), "NESTED_CORRECTION", "corrected.event.kind"),
        (event(1, "", day, Kind::Voided(pb::Voided { target: vec![8; 16] })), "UNKNOWN_TARGET", "target"),
    ] {
        let acks = record(&channel, vec![event.clone()]).await.unwrap();
        let is = (acks[0].outcome(), acks[0].reason.as_str(), acks[0].field.as_str());
        assert_eq!(is, (pb::Outcome::Refused, reason, field), "{acks:?}");
        assert_eq!(acks[0].id, event.id);
        assert!(is_documented(reason), "{reason}");
    }
    assert_eq!(sequence(&channel).await, before, "a refused event was written");
    node.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_good_rest_of_a_group_goes_through() {
    let (node, channel) = node("01", "01").await;
    let before = sequence(&channel).await;
    let group = vec![
        event(1, "A", "2018-02-01", received()),
        event(2, "A\t", "2018-02-02", resolved()),
        event(3, "A", "2018-02-03", resolved()),
        pb::Event { unit: "99999".into(), ..event(4, "A", "2018-02-03", resolved()) },
        event(5, "B", "2018-02-03", received()),
    ];
    let acks = record(&channel, group).await.unwrap();
    let reasons: Vec<_> = acks.iter().map(|a| (a.id[0], a.outcome(), a.reason.as_str())).collect();
    use pb::Outcome::{Recorded, Refused};
    assert_eq!(
        reasons,
        [
            (1, Recorded, ""),
            (2, Refused, "CONTROL_CHARACTER"),
            (3, Recorded, ""),
            (4, Refused, "NOT_THIS_UNIT"),
            (5, Recorded, ""),
        ]
    );
    assert_eq!(sequence(&channel).await, before + 3);

    let too_many = (0..1001).map(|n| event((n % 250) as u8, &format!("C{n}"), "2018-02-01", received())).collect();
    assert_reason(&record(&channel, too_many).await.unwrap_err(), "BATCH_TOO_LARGE", "events");
    assert_eq!(sequence(&channel).await, before + 3, "nothing of a group that is too large is written");
    node.running.stop().await.unwrap();
}

/// Sends events one by one; for each its standing, reason and field.
async fn told(channel: &Channel, events: &[pb::Event]) -> Vec<(pb::Outcome, pb::Standing, String, String)> {
    let mut all = Vec::new();
    for event in events {
        let ack = record(channel, vec![event.clone()]).await.unwrap().remove(0);
        assert!(ack.reason.is_empty() || is_documented(&ack.reason), "{}", ack.reason);
        all.push((ack.outcome(), ack.standing(), ack.reason, ack.field));
    }
    all
}

async fn standings(channel: &Channel, dossier: &str) -> Vec<(u8, pb::Standing, String)> {
    let request = pb::GetDossierRequest { unit: String::new(), dossier: dossier.into() };
    let found = DeskServiceClient::new(channel.clone()).get_dossier(request).await.unwrap().into_inner();
    found.events.into_iter().map(|e| (e.event.as_ref().unwrap().id[0], e.standing(), e.reason)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn contradictions_are_kept_and_listed() {
    use pb::{Outcome::Recorded, Standing as S};
    let (node, channel) = node("01", "01").await;
    let answer = |standing, reason: &str| (Recorded, standing, reason.to_owned(), String::new());
    // A completion before the reception, in both orders of arrival.
    let (first, second) = (event(1, "A", "2018-02-05", received()), event(2, "A", "2018-02-01", resolved()));
    let answers = told(&channel, &[second, first]).await;
    assert_eq!(answers, [answer(S::Held, "NO_RECEPTION"), answer(S::Counted, "")]);
    let (first, second) = (event(3, "B", "2018-02-05", received()), event(4, "B", "2018-02-01", resolved()));
    let answers = told(&channel, &[first, second]).await;
    assert_eq!(answers, [answer(S::Counted, ""), answer(S::Conflict, "BEFORE_RECEPTION")]);
    let conflict = |id: u8| (id, S::Conflict, "BEFORE_RECEPTION".to_owned());
    assert_eq!(standings(&channel, "A").await, [conflict(2), (1, S::Counted, String::new())]);
    assert_eq!(standings(&channel, "B").await, [conflict(4), (3, S::Counted, String::new())]);

    let answers =
        told(&channel, &[event(5, "C", "2018-02-05", received()), event(6, "C", "2018-02-06", received())]).await;
    assert_eq!(answers[1], answer(S::Conflict, "SECOND_RECEPTION"));
    let of_correction =
        [event(7, "C", "2018-02-07", corrected(5, received())), event(8, "C", "2018-02-08", corrected(7, resolved()))];
    assert_eq!(told(&channel, &of_correction).await[1], answer(S::Conflict, "TARGET_IS_CORRECTION"));
    // A code is found in whatever Unicode form it is typed.
    told(&channel, &[event(9, "h\u{1ed3}", "2018-02-05", received())]).await;
    assert_eq!(standings(&channel, "ho\u{302}\u{300}").await.len(), 1);
    node.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_used_once() {
    use pb::{Outcome, Standing as S};
    let (node, channel) = node("01", "01").await;
    let first = event(1, "A", "2018-02-05", received());
    told(&channel, std::slice::from_ref(&first)).await;
    let before = sequence(&channel).await;
    let again = told(&channel, std::slice::from_ref(&first)).await;
    assert_eq!(again[0], (Outcome::AlreadyRecorded, S::Counted, String::new(), String::new()));
    let postal = Kind::Received(pb::Reception { channel: pb::Channel::Postal.into(), ..pb::Reception::default() });
    for (other, field) in [
        (event(1, "A", "2018-02-05", postal), "received"),
        (event(1, "A", "2018-02-05", resolved()), "resolved"),
        (event(1, "A", "2018-02-06", received()), "occurred_at"),
        (event(1, "B", "2018-02-05", received()), "dossier"),
        (event(1, "", "2018-02-05", memo("feedback_received", 3)), "dossier"),
        (pb::Event { unit: "00005".into(), ..first.clone() }, "unit"),
    ] {
        let answers = told(&channel, &[other]).await;
        assert_eq!(answers[0], (Outcome::Conflict, S::Unspecified, "ID_IN_USE".to_owned(), field.to_owned()));
    }
    assert_eq!(sequence(&channel).await, before);
    // The same within one group: the second is held against the first.
    let acks = record(&channel, vec![event(2, "D", "2018-02-05", received()), event(2, "E", "2018-02-05", received())])
        .await
        .unwrap();
    assert_eq!(acks.iter().map(pb::Ack::outcome).collect::<Vec<_>>(), [Outcome::Recorded, Outcome::Conflict]);
    node.running.stop().await.unwrap();
}
