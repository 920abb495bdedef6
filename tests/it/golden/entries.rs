//! One event of every kind, and every entry of the journal that says who may join and who may ask.

use bytes::Bytes;
use motcua::document::Sealer;
use motcua::{
    domain::{
        calendar::Due,
        entered::Whole,
        event::{Body, Channel, Event, EventId, Reception},
        measure::{Figures, Measure},
        periods::Period,
        units::UnitId,
    },
    ledger::{
        EntryKind,
        trust::{Issued, JoinToken, Keys, Person, Role, TrustChange, Waiting},
    },
};

use super::{
    registry::{DISTRICT, GONE, NORTH, PROVINCE, SOUTH, key},
    said,
};
use crate::{
    heal::made_up::{day, ten},
    support::at,
};

fn event_id(n: u8) -> EventId {
    let mut id = [0xE0; 16];
    id[15] = n;
    EventId(id)
}

pub fn event(unit: &str, n: u8, dossier: &str, when: &str, body: Body) -> Event {
    Event {
        id: event_id(n),
        unit: UnitId::new(unit, None),
        dossier: dossier.into(),
        occurred_at: at(&format!("{when}+07:00")),
        source: "quầy 1".into(),
        raw_status: n.to_string(),
        body,
    }
}

pub fn reception(procedure: &str, channel: Channel, full_online: bool, due: Option<Due>) -> Reception {
    Reception { procedure: procedure.into(), agency: "Công an".into(), channel, full_online, due }
}

/// One event of every kind.
pub fn every_event() -> Vec<Event> {
    let event = |n, dossier: &str, when: &str, body| event(DISTRICT, n, dossier, when, body);
    let paper = || reception("1.000001", Channel::Direct, false, None);
    let hours = reception("1.000002", Channel::Online, true, Some(Due::Instant(at("2018-01-04T12:00:00+07:00"))));
    let transfer = |n| EventId([n; 16]);
    vec![
        event(10, "D-1", "2017-11-01T08:00:00", Body::Opening(paper())),
        event(11, "D-1", "2018-01-03T08:00:00", Body::Returned),
        event(12, "D-2", "2018-01-03T08:00:00", Body::Received(hours)),
        event(13, "D-2", "2018-01-03T09:00:00", Body::PaymentRequested),
        event(14, "D-2", "2018-01-03T15:00:00", Body::PaymentReceived),
        event(15, "D-2", "2018-01-04T10:00:00", Body::Extended { promised: Some(Due::Day(day("2018-01-08"))) }),
        event(16, "D-2", "2018-01-05T10:00:00", Body::Resolved),
        event(17, "D-2", "2018-01-06T10:00:00", Body::Delivered(Channel::Postal)),
        event(
            18,
            "D-3",
            "2018-01-03T08:00:00",
            Body::Received(reception("other:Đất đai", Channel::Postal, false, None)),
        ),
        event(19, "D-3", "2018-01-04T08:00:00", Body::SupplementRequested),
        event(20, "D-3", "2018-01-08T08:00:00", Body::SupplementReceived),
        event(21, "D-3", "2018-01-09T08:00:00", Body::Withdrawn),
        event(22, "D-4", "2018-01-03T08:00:00", Body::Received(paper())),
        event(23, "D-4", "2018-01-05T08:00:00", Body::Stopped),
        event(
            24,
            "D-5",
            "2018-01-05T08:00:00",
            Body::TransferredIn { transfer: transfer(1), from: NORTH.into(), reception: paper() },
        ),
        event(25, "D-5", "2018-01-08T08:00:00", Body::TransferredOut { transfer: transfer(2), to: SOUTH.into() }),
        event(26, "D-6", "2018-01-10T08:00:00", Body::Received(paper())),
        event(27, "D-6", "2018-01-11T08:00:00", Body::Resolved),
        event(28, "D-6", "2018-01-12T08:00:00", Body::Voided { target: event_id(27) }),
        event(
            29,
            "D-6",
            "2018-01-12T09:00:00",
            Body::Corrected {
                target: event_id(26),
                occurred_at: Some(at("2018-01-09T08:00:00+07:00")),
                body: Box::new(Body::Received(reception("1.000003", Channel::Direct, false, None))),
            },
        ),
        event(30, "", "2018-01-12T10:00:00", Body::Memo { measure: Measure::FeedbackReceived, value: 12 }),
        // out of order: it waits for its reception
        event(31, "D-7", "2018-01-12T11:00:00", Body::Resolved),
    ]
}

/// Figures of a period that a person entered.
pub fn paper(period: &str, by: &str) -> Whole {
    let Period { start, end, .. } = Period::parse(period).unwrap();
    let mut figures = Figures::default();
    let set = [
        (Measure::CarriedOver, 2),
        (Measure::ReceivedPostal, 5),
        (Measure::ResolvedLate, 3),
        (Measure::PendingOverdue, 4),
        (Measure::RatedSatisfied, 1),
    ];
    for (measure, value) in set {
        figures[measure] = value;
    }
    Whole { start, end, figures, by: by.into(), source: "0f".repeat(32) }
}

/// Everything that is written down of who may join and who may ask, and that the node was restored.
pub fn trust() -> Vec<EntryKind> {
    let keys = |n| Keys { document: [n; 32], link: [n + 1; 32] };
    let token = JoinToken {
        id: "k7".into(),
        unit: NORTH.into(),
        verifier: [3; 32],
        expires_at: ten("2017-12-18"),
        books_from: day("2017-12-15"),
        names: vec!["xa.example".into(), "10.0.0.7".into()],
        used: None,
        revoked: false,
        revoke_old: true,
    };
    let issued = Issued {
        keys: keys(11),
        asked_at: ten("2017-12-15"),
        certificate: Bytes::from_static(b"not a certificate"),
        not_before: ten("2017-12-15"),
        not_after: ten("2018-03-15"),
        names: vec!["xa.example".into()],
    };
    let person = |id: &str, role, unit: Option<&str>| Person {
        id: id.into(),
        name: format!("Ông {id}"),
        role,
        unit: unit.map(str::to_owned),
        verifier: [5; 32],
        expires_at: unit.map(|_| ten("2019-01-01")),
        revoked: None,
    };
    let waiting = |code: &str| Waiting {
        code: code.into(),
        keys: keys(21),
        since: ten("2017-12-15"),
        why: "chứng thư đã hết hạn".into(),
        approved: false,
        revoke_old: false,
    };
    let code = |code: &str| code.to_owned();
    let mut all = vec![
        TrustChange::TokenIssued(token.clone()),
        TrustChange::TokenIssued(JoinToken { id: "k8".into(), unit: SOUTH.into(), ..token }),
        TrustChange::TokenRevoked { id: "k8".into() },
        TrustChange::Enrolled { code: code(NORTH), token: Some("k7".into()), issued: issued.clone() },
        TrustChange::Enrolled { code: code(DISTRICT), token: None, issued },
        TrustChange::Waits(waiting(SOUTH)),
        TrustChange::Waits(waiting(GONE)),
        TrustChange::Approved { code: code(SOUTH), revoke_old: true },
        TrustChange::Banned { code: code(GONE) },
        TrustChange::Unbanned { code: code(GONE) },
        TrustChange::Dismissed { id: "desk".into() },
        TrustChange::Denied { what: "deliver a document of 07201".into(), reason: "BANNED".into(), times: 3 },
        TrustChange::Rooted(key(PROVINCE).public_key()),
    ];
    let people = Role::ALL.map(|role| person(role.name(), role, (role == Role::Desk).then_some(NORTH)));
    all.splice(0..0, people.map(TrustChange::Admitted));
    let restored = EntryKind::Restored { epoch: 1_520_000_000_000, through: 2 };
    // Of a unit whose books are kept elsewhere, so that nothing follows from it here.
    let entered = EntryKind::FiguresEntered { unit: GONE.into(), wholes: vec![paper("2018-01", "Bà Nhập")] };
    let withdrawn = EntryKind::FiguresWithdrawn { unit: GONE.into(), start: day("2017-12-15") };
    all.into_iter().map(EntryKind::Trust).chain([restored, entered, withdrawn]).collect()
}

#[test]
fn the_district_has_every_kind_of_entry_and_of_event() {
    let words = String::from_utf8(super::MADE["node/entries.txt"].clone()).unwrap();
    let said = |name: &str| words.lines().any(|line| line.trim_start().split([' ', ':']).next() == Some(name));
    for message in ["motcua.store.v1.Entry", "motcua.store.v1.TrustChange", "motcua.v1.Event"] {
        for field in said::message(message).oneofs().flat_map(|o| o.fields().collect::<Vec<_>>()) {
            assert!(said(field.name()), "no {message} has {}", field.name());
        }
    }
}
