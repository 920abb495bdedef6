//! Events survive the wire unchanged, and every malformed one is refused with its field.

use chrono::NaiveDate;
use proptest::{option, prelude::*};
use prost::Message;

use super::*;

fn at() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000i64..=253_402_300_799_999).prop_map(Timestamp)
}

fn due() -> impl Strategy<Value = Due> {
    let day = (0i64..40_000).prop_map(|n| Due::Day(NaiveDate::default() + chrono::TimeDelta::days(n)));
    prop_oneof![day, at().prop_map(Due::Instant)]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("Lĩnh vực Đất đai".to_owned()), "[0-9A-Za-z./:-]{0,40}"]
}

fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![Just(Channel::Direct), Just(Channel::Online), Just(Channel::Postal)]
}

fn reception() -> impl Strategy<Value = Reception> {
    (words(), words(), channel(), any::<bool>(), option::of(due())).prop_map(
        |(procedure, agency, channel, full_online, due)| Reception { procedure, agency, channel, full_online, due },
    )
}

fn plain_body() -> impl Strategy<Value = Body> {
    let id = || any::<[u8; 16]>().prop_map(EventId);
    let measures = vec![Measure::FeedbackReceived, Measure::ProceduresPublished, Measure::ReceivedForOthers];
    prop_oneof![
        reception().prop_map(Body::Received),
        reception().prop_map(Body::Opening),
        (id(), words(), reception()).prop_map(|(transfer, from, reception)| Body::TransferredIn {
            transfer,
            from,
            reception
        }),
        prop::sample::select(vec![
            Body::SupplementRequested,
            Body::SupplementReceived,
            Body::PaymentRequested,
            Body::PaymentReceived,
            Body::Resolved,
            Body::Returned,
            Body::Withdrawn,
            Body::Stopped,
        ]),
        option::of(due()).prop_map(|promised| Body::Extended { promised }),
        channel().prop_map(Body::Delivered),
        (id(), words()).prop_map(|(transfer, to)| Body::TransferredOut { transfer, to }),
        (prop::sample::select(measures), any::<i64>()).prop_map(|(measure, value)| Body::Memo { measure, value }),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    let id = || any::<[u8; 16]>().prop_map(EventId);
    prop_oneof![
        4 => plain_body(),
        1 => id().prop_map(|target| Body::Voided { target }),
        1 => (id(), option::of(at()), plain_body())
            .prop_map(|(target, occurred_at, b)| Body::Corrected { target, occurred_at, body: Box::new(b) }),
    ]
}

fn unit() -> impl Strategy<Value = UnitId> {
    prop_oneof![
        Just(UnitId::new("", None)),
        Just(UnitId::new("00004", None)),
        Just(UnitId::new("00004", NaiveDate::from_ymd_opt(2025, 7, 1))),
    ]
}

proptest! {
    #[test]
    fn round_trip(id in any::<[u8; 16]>(), unit in unit(), words in [words(), words(), words()], at in at(), body in body()) {
        let [dossier, source, raw_status] = words;
        let event = Event { id: EventId(id), unit, dossier, occurred_at: at, source, raw_status, body };
        let bytes = event_to_pb(&event).encode_to_vec();
        prop_assert_eq!(event_from_pb(pb::Event::decode(bytes.as_slice()).unwrap()), Ok(event));
    }
}

fn good() -> pb::Event {
    event_to_pb(&Event {
        id: EventId([7; 16]),
        unit: UnitId::new("00004", None),
        dossier: "000.00.01.H29-240115-0001".into(),
        occurred_at: Timestamp(1_518_541_200_000),
        source: "desk".into(),
        raw_status: "2".into(),
        body: Body::Received(Reception {
            procedure: "1.005129".into(),
            agency: "Sở Tư pháp".into(),
            channel: Channel::Online,
            full_online: true,
            due: Some(Due::Instant(Timestamp(1_518_541_200_001))),
        }),
    })
}

fn received(change: impl FnOnce(&mut pb::Reception)) -> Option<Kind> {
    let Some(Kind::Received(mut r)) = good().kind else { unreachable!() };
    change(&mut r);
    Some(Kind::Received(r))
}

fn corrected(event: Option<pb::Event>) -> Option<Kind> {
    let event = event.map(Box::new);
    Some(Kind::Corrected(Box::new(pb::Corrected { target: vec![1; 16], occurred_at: None, event })))
}

#[test]
fn refuses_what_is_malformed_and_names_the_field() {
    let memo = |measure: &str| Some(Kind::Memo(pb::Memo { measure: measure.into(), value: 1 }));
    let due = |kind| received(|r| r.due = Some(pb::Due { kind }));
    let nested = pb::Event { kind: corrected(Some(good())), ..pb::Event::default() };
    let voided = Some(Kind::Voided(pb::Voided { target: vec![1; 16] }));
    let table: Vec<(pb::Event, &str, &str)> = vec![
        (pb::Event { id: vec![1; 15], ..good() }, "id", reason::BAD_ID),
        (pb::Event { unit: "a b".into(), ..good() }, "unit", reason::BAD_UNIT),
        (pb::Event { unit: "00004@2025".into(), ..good() }, "unit", reason::BAD_UNIT),
        (pb::Event { dossier: "a\tb".into(), ..good() }, "dossier", reason::CONTROL_CHARACTER),
        (pb::Event { source: "ư".repeat(101), ..good() }, "source", reason::TEXT_TOO_LONG),
        (pb::Event { occurred_at: None, ..good() }, "occurred_at", reason::MISSING_FIELD),
        (pb::Event { kind: None, ..good() }, "kind", reason::MISSING_KIND),
        (pb::Event { kind: received(|r| r.channel = 0), ..good() }, "received.channel", reason::BAD_CHANNEL),
        (pb::Event { kind: received(|r| r.channel = 9), ..good() }, "received.channel", reason::BAD_CHANNEL),
        (pb::Event { kind: due(None), ..good() }, "received.due.day", reason::MISSING_FIELD),
        (
            pb::Event { kind: due(Some(pb::due::Kind::Day("14/2/2018".into()))), ..good() },
            "received.due.day",
            reason::BAD_DATE,
        ),
        (pb::Event { kind: memo("received_online"), ..good() }, "memo.measure", reason::BAD_MEASURE),
        (pb::Event { kind: memo("nothing"), ..good() }, "memo.measure", reason::BAD_MEASURE),
        (pb::Event { kind: corrected(None), ..good() }, "corrected.event", reason::MISSING_FIELD),
        (pb::Event { kind: corrected(Some(nested)), ..good() }, "corrected.event.kind", reason::NESTED_CORRECTION),
        (
            pb::Event { kind: corrected(Some(pb::Event { kind: voided, ..pb::Event::default() })), ..good() },
            "corrected.event.kind",
            reason::NESTED_CORRECTION,
        ),
        (
            pb::Event { kind: corrected(Some(pb::Event { kind: received(|r| r.channel = 0), ..good() })), ..good() },
            "corrected.event.received.channel",
            reason::BAD_CHANNEL,
        ),
    ];
    for (event, field, reason) in table {
        let error = event_from_pb(event).unwrap_err().under("events[3]");
        assert_eq!((error.field.as_str(), error.reason), (format!("events[3].{field}").as_str(), reason));
    }
    event_from_pb(good()).unwrap();
}
