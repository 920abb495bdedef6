//! What a peer may say over the wire that is not so. Each lie has a reason of its own, and leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use motcua::{
    document::{self, KeySealer},
    domain::{
        atoms::Cuts,
        contribution::CellKey,
        measure::{Figures, Measure},
        summary::{Hash, Member, Summary},
        units::UnitId,
    },
    wire::pb::v1::{self as pb, federation_service_client::FederationServiceClient},
};

use super::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, day};

pub fn key(n: u8) -> KeySealer {
    KeySealer::from_seed(&[n; 32])
}

/// A true document of 1 to 14 January: so many received, all pending.
pub fn summary_with(unit: &str, received: i64) -> Summary {
    let id = UnitId::new(unit, None);
    let atom = Cuts::default().atom_of(day("2018-01-01"));
    let mut figures = Figures::default();
    figures[Measure::ReceivedDirect] = received;
    figures[Measure::PendingWithinDeadline] = received;
    Summary {
        unit: id.clone(),
        atom,
        revision: 1,
        provisional: false,
        as_of: atom.ends_at(),
        registry_version: 1,
        reason: String::new(),
        keeper: id,
        absent: Vec::new(),
        own: BTreeMap::from([(CellKey { agency: String::new(), procedure: "other".into() }, figures)]),
        below: BTreeMap::new(),
        members: Vec::new(),
        missing: Vec::new(),
        expected: 1,
        received: 1,
        transfers_out: BTreeSet::new(),
        transfers_in: BTreeSet::new(),
        previous_revision: None,
        previous_atom: None,
        journal_head: Vec::new(),
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
    }
}

pub async fn deliver(world: &World, to: &str, sender: &str, documents: &[Bytes]) -> Vec<pb::Receipt> {
    let mut client = FederationServiceClient::connect(world.url(to)).await.unwrap();
    let documents = documents.iter().map(|d| d.to_vec()).collect();
    let batch = tokio_stream::once(pb::DeliverRequest { sender: sender.to_owned(), documents });
    client.deliver(batch).await.unwrap().into_inner().receipts
}

pub fn tell(receipts: &[pb::Receipt]) -> Vec<&str> {
    receipts.iter().map(|r| r.reason.as_str()).collect()
}

fn change(received: i64, change: impl FnOnce(&mut Summary)) -> Summary {
    let mut summary = summary_with(NORTH, received);
    change(&mut summary);
    summary
}

fn own(summary: &mut Summary) -> &mut Figures {
    summary.own.values_mut().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_has_its_reason_and_nothing_is_written() {
    let mut world = World::new(101).await;
    for code in [NORTH, SOUTH, DISTRICT] {
        world.stop(code).await;
    }
    world.now("2018-02-02");
    world.start(DISTRICT).await;
    let north = key(1);
    let truth = summary_with(NORTH, 4);
    let first = document::seal(&truth, &north);
    let mut next = summary_with(NORTH, 5);
    (next.revision, next.previous_revision) = (2, Some(document::hash(&first)));
    let newest = document::seal(&next, &north);
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, std::slice::from_ref(&first)).await), [""]);
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, std::slice::from_ref(&newest)).await), [""]);
    let again = deliver(&world, DISTRICT, NORTH, std::slice::from_ref(&newest)).await;
    assert_eq!(again[0].outcome(), pb::DeliveryOutcome::AlreadyHeld);
    let sequence = world.node(DISTRICT).snapshot().sequence;
    let held = world.state(DISTRICT).shelves;

    let sibling = |change: &dyn Fn(&mut Summary)| {
        let mut summary = summary_with(SOUTH, 1);
        change(&mut summary);
        document::seal(&summary, &key(2))
    };
    let seal = |summary: Summary| document::seal(&summary, &north);
    let third = |change_it: &dyn Fn(&mut Summary)| {
        seal(change(6, |s| {
            (s.revision, s.previous_revision) = (3, Some(document::hash(&newest)));
            change_it(s);
        }))
    };
    let another_atom = |s: &mut Summary, on: &str| s.atom = Cuts::default().atom_of(day(on));
    let mut flipped = newest.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let lies: Vec<(&str, &str, Vec<Bytes>)> = vec![
        ("a sibling's", "NOT_BELOW_SENDER", vec![sibling(&|_| ())]),
        (
            "its parent's",
            "NOT_BELOW_SENDER",
            vec![seal(change(1, |s| {
                s.unit = UnitId::new(DISTRICT, None);
                s.keeper = s.unit.clone();
            }))],
        ),
        ("of nobody", "UNKNOWN_UNIT", vec![seal(change(1, |s| s.unit = UnitId::new("99999", None)))]),
        ("of another keeper", "WRONG_KEEPER", vec![third(&|s| s.keeper = UnitId::new(SOUTH, None))]),
        ("does not balance", "DOES_NOT_BALANCE", vec![third(&|s| own(s)[Measure::ReceivedDirect] = 7)]),
        (
            "a negative count",
            "DOES_NOT_BALANCE",
            vec![third(&|s| {
                own(s)[Measure::ReceivedDirect] = -1;
                own(s)[Measure::PendingWithinDeadline] = -1;
            })],
        ),
        ("below is not its members", "NOT_THE_SUM", vec![third(&|s| s.below = s.own.clone())]),
        (
            "a member that is not below",
            "NOT_THE_SUM",
            vec![third(&|s| {
                let totals = *own(s);
                let member =
                    Member { unit: UnitId::new(SOUTH, None), document: None, totals, expected: 1, received: 0 };
                s.members = vec![member];
            })],
        ),
        ("the same number, other content", "CONFLICTING_REVISION", vec![seal(change(9, |s| s.revision = 2))]),
        (
            "the next number, another past",
            "CONFLICTING_REVISION",
            vec![third(&|s| s.previous_revision = Some(Hash([9; 32])))],
        ),
        ("an old one", "STALE_REVISION", vec![first.clone()]),
        ("another key", "WRONG_KEY", vec![document::seal(&change(6, |s| s.revision = 3), &key(3))]),
        ("not continuous", "DOES_NOT_CONTINUE", vec![seal(change(1, |s| another_atom(s, "2018-01-15")))]),
        ("not over", "PERIOD_NOT_OVER", vec![seal(change(1, |s| another_atom(s, "2018-02-01")))]),
        ("years ahead", "PERIOD_NOT_OVER", vec![seal(change(1, |s| another_atom(s, "2031-01-20")))]),
        ("time cut otherwise", "UNKNOWN_ATOM", vec![third(&|s| s.atom.end = day("2018-01-12"))]),
        (
            "open and from the future",
            "IN_THE_FUTURE",
            vec![seal(change(0, |s| {
                (s.revision, s.provisional) = (0, true);
                another_atom(s, "2018-02-20");
            }))],
        ),
        (
            "open, as of a day to come",
            "IN_THE_FUTURE",
            vec![seal(change(0, |s| {
                (s.revision, s.provisional) = (0, true);
                another_atom(s, "2018-02-01");
                s.as_of = s.atom.ends_at();
            }))],
        ),
        ("garbage", "MALFORMED_DOCUMENT", vec![Bytes::from_static(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7fgarbage")]),
        ("nothing", "MALFORMED_DOCUMENT", vec![Bytes::new()]),
    ];
    for (name, reason, documents) in lies {
        let receipts = deliver(&world, DISTRICT, NORTH, &documents).await;
        assert_eq!(tell(&receipts), [reason], "{name}: {}", receipts[0].message);
        assert_eq!(receipts[0].outcome(), pb::DeliveryOutcome::Refused, "{name}");
    }
    let receipts = deliver(&world, DISTRICT, NORTH, &[Bytes::from(flipped)]).await;
    assert!(["BAD_SIGNATURE", "MALFORMED_DOCUMENT"].contains(&tell(&receipts)[0]), "{receipts:?}");
    let open = seal(change(0, |s| {
        (s.revision, s.provisional) = (0, true);
        another_atom(s, "2018-02-01");
        s.as_of = s.atom.starts_at();
    }));
    let mixed = [third(&|_| ()), open];
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &mixed).await), ["MIXED_BATCH", "BATCH_REFUSED"]);
    let two_keys = [
        sibling(&|_| ()),
        document::seal(
            &change(1, |s| {
                (s.unit, s.keeper) = (UnitId::new(SOUTH, None), UnitId::new(SOUTH, None));
                another_atom(s, "2017-12-15");
            }),
            &key(4),
        ),
    ];
    assert_eq!(tell(&deliver(&world, DISTRICT, SOUTH, &two_keys).await), ["BATCH_REFUSED", "WRONG_KEY"]);
    let good_and_bad = [third(&|_| ()), sibling(&|_| ())];
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &good_and_bad).await), ["BATCH_REFUSED", "NOT_BELOW_SENDER"]);

    // Who is not below does not get as far as documents.
    let mut client = FederationServiceClient::connect(world.url(DISTRICT)).await.unwrap();
    for sender in [PROVINCE, DISTRICT, "99999"] {
        let request = pb::DeliverRequest { sender: sender.to_owned(), documents: vec![third(&|_| ()).to_vec()] };
        let status = client.deliver(tokio_stream::once(request)).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::PermissionDenied, "{sender}: {status:?}");
    }
    // Nothing was written but notes of what was tried, and those not once for each attempt.
    assert_eq!(world.state(DISTRICT).shelves, held);
    assert!(world.node(DISTRICT).snapshot().sequence <= sequence + 30);
    // And the truth still gets in.
    assert_eq!(tell(&deliver(&world, DISTRICT, NORTH, &[third(&|_| ())]).await), [""]);
    world.end().await;
}

/// A district may not state totals for a member that are not those of the member's document.
#[tokio::test(flavor = "multi_thread")]
async fn a_district_cannot_change_what_a_commune_signed() {
    let mut world = World::new(102).await;
    for code in [NORTH, SOUTH, DISTRICT] {
        world.stop(code).await;
    }
    world.now("2018-01-16");
    let commune = document::seal(&summary_with(NORTH, 4), &key(1));
    assert_eq!(tell(&deliver(&world, PROVINCE, DISTRICT, std::slice::from_ref(&commune)).await), [""]);
    let lie = change(0, |s| {
        (s.unit, s.keeper) = (UnitId::new(DISTRICT, None), UnitId::new(DISTRICT, None));
        s.below = std::mem::take(&mut s.own);
        let figures = s.below.values_mut().next().unwrap();
        (figures[Measure::ReceivedDirect], figures[Measure::PendingWithinDeadline]) = (3, 3);
        let totals = *figures;
        let document = Some((document::hash(&commune), 1));
        s.members = vec![Member { unit: UnitId::new(NORTH, None), document, totals, expected: 1, received: 1 }];
        (s.expected, s.received) = (3, 2);
    });
    let receipts = deliver(&world, PROVINCE, DISTRICT, &[document::seal(&lie, &key(5))]).await;
    assert_eq!(tell(&receipts), ["PARTS_DIFFER"]);
    world.end().await;
}
