//! What somebody might try, and what they are told.

use bytes::Bytes;
use prost::Message;

use super::{world_tests::*, *};
use crate::{
    document::{self, KeySealer, Sealer, seal_part},
    domain::{
        contribution::CellKey,
        measure::Measure,
        registry::Part,
        roll::Ban,
        summary::Missing,
        verdict::{Finding, Wrong},
    },
    wire::pb::v1 as pb,
};

/// What is said: the name of what is wrong, and the unit with whose document.
fn told(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let one = |f: &Finding| (f.wrong.name(), f.who.as_ref().map(|w| w.unit.to_string()).unwrap_or_default());
    let mut told: Vec<_> = verdict.findings.iter().map(one).collect();
    told.dedup();
    told
}

/// Everybody above counts what was done, so that only what is really wrong is found.
fn conspiracy(otherwise: Otherwise) -> Vec<u8> {
    World::made(&otherwise).file()
}

fn with(change: impl FnOnce(&mut World)) -> Vec<u8> {
    let mut world = World::new();
    change(&mut world);
    world.file()
}

/// A document changed and signed again.
fn again(world: &mut World, of: (&'static str, usize, u32), signer: &str, change: impl FnOnce(&mut Summary)) {
    let mut summary = document::reopen(&world.documents[&of]).unwrap().summary;
    change(&mut summary);
    world.documents.insert(of, document::seal(&summary, &key(signer)));
}

/// The document as a later release would have written it, signed by the same unit.
fn later(world: &mut World, of: (&'static str, usize, u32)) {
    let envelope = pb::Envelope::decode(world.documents[&of].as_ref()).unwrap();
    let mut summary = pb::Summary::decode(envelope.summary.as_slice()).unwrap();
    summary.format = document::FORMAT + 1;
    let (summary, key) = (summary.encode_to_vec(), key(of.0));
    let signature = key.sign(&document::Purpose::Document.message(&summary)).to_vec();
    let envelope = pb::Envelope { summary, public_key: key.public_key().to_vec(), signature };
    world.documents.insert(of, envelope.encode_to_vec().into());
}

fn swap_signatures(world: &mut World) {
    let (a, b) = ((NORTH, 0, 2), (SOUTH, 0, 1));
    let parts = |bytes: &Bytes| pb::Envelope::decode(bytes.as_ref()).unwrap();
    let (one, two) = (parts(&world.documents[&a]), parts(&world.documents[&b]));
    let with = |envelope: &pb::Envelope, signature: &[u8]| -> Bytes {
        pb::Envelope { signature: signature.to_vec(), ..envelope.clone() }.encode_to_vec().into()
    };
    world.documents.insert(a, with(&one, &two.signature));
    world.documents.insert(b, with(&two, &one.signature));
}

fn unsorted() -> Vec<u8> {
    let world = World::new();
    let mut bundle = pb::Bundle::decode(&world.file()[bundle::MAGIC.len()..]).unwrap();
    bundle.documents.swap(3, 4);
    [bundle::MAGIC, &bundle.encode_to_vec()].concat()
}

fn cell(procedure: &str) -> CellKey {
    CellKey { agency: String::new(), procedure: procedure.into() }
}

/// Moves one dossier from one procedure to another: every total stays.
fn move_below(summary: &mut Summary) {
    for (procedure, by) in [("1.005129", -1), ("2.000815", 1)] {
        let figures = summary.below.get_mut(&cell(procedure)).unwrap();
        figures[Measure::ReceivedDirect] += by;
        figures[Measure::PendingWithinDeadline] += by;
    }
}

type Told<'a> = &'a [(&'a str, &'a str)];

#[test]
fn what_is_done_to_a_bundle_is_named() {
    let otherwise = Otherwise::default;
    let table: Vec<(&str, Vec<u8>, Told<'_>)> = vec![
        (
            "a commune's document is taken out",
            with(|w| drop(w.documents.remove(&(EAST, 0, 1)))),
            &[("member-absent", UPPER), ("total", PROVINCE)],
        ),
        (
            "signatures of two documents are swapped",
            with(swap_signatures),
            &[("bad-signature", NORTH), ("bad-signature", SOUTH), ("total", PROVINCE)],
        ),
        (
            "an old revision stands in the place of the new one",
            with(|w| {
                w.documents.remove(&(NORTH, 0, 2));
                w.documents.insert((NORTH, 0, 1), World::first_of_north());
            }),
            &[("member-replaced", UPPER), ("total", PROVINCE)],
        ),
        (
            "the old revision stands beside the new one",
            with(|w| drop(w.documents.insert((NORTH, 0, 1), World::first_of_north()))),
            &[("unnamed", NORTH)],
        ),
        (
            "a commune's document needs a newer program",
            with(|w| later(w, (EAST, 0, 1))),
            &[("newer-document", EAST), ("total", PROVINCE)],
        ),
        (
            "the province's own needs one, and what it names is not known",
            with(|w| later(w, (PROVINCE, 0, 1))),
            &[("newer-document", PROVINCE)],
        ),
        (
            "a district signs a commune's document with its own key, and everybody counts it",
            conspiracy(Otherwise { signer: |code, n| ((code, n) == (NORTH, 1)).then_some(UPPER), ..otherwise() }),
            &[("foreign-key", NORTH)],
        ),
        (
            "a stranger signs",
            conspiracy(Otherwise { signer: |code, n| ((code, n) == (NORTH, 1)).then_some("nobody"), ..otherwise() }),
            &[("foreign-key", NORTH)],
        ),
        (
            "a district changes a figure and signs again; the province knows nothing",
            with(|w| {
                again(w, (UPPER, 1, 1), UPPER, |s| {
                    s.own.get_mut(&cell("1.005129")).unwrap()[Measure::ReceivedForOthers] = 0;
                });
            }),
            &[("member-replaced", PROVINCE), ("total", PROVINCE)],
        ),
        (
            "a district moves a dossier from one procedure to another, and the province counts it",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (UPPER, 1) {
                        move_below(s);
                    }
                },
                ..otherwise()
            }),
            &[("not-the-sum", UPPER)],
        ),
        (
            "a district states totals that are not the commune's",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (UPPER, 1) {
                        s.members[0].totals[Measure::ReceivedForOthers] += 1;
                    }
                },
                ..otherwise()
            }),
            &[("member-totals", UPPER)],
        ),
        (
            "a district states more than its communes have",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (UPPER, 1) {
                        let figures = s.below.get_mut(&cell("2.000815")).unwrap();
                        figures[Measure::ReceivedDirect] += 1;
                        figures[Measure::PendingWithinDeadline] += 1;
                    }
                },
                ..otherwise()
            }),
            &[("contradicts-itself", UPPER), ("not-the-sum", UPPER), ("total", PROVINCE)],
        ),
        (
            "a commune is left out in silence",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (LOWER, 1) {
                        (s.members, s.missing, s.expected) = (vec![], vec![], 1);
                    }
                },
                ..otherwise()
            }),
            &[("member-counts", PROVINCE), ("expected", PROVINCE), ("member-left-out", LOWER), ("expected", LOWER)],
        ),
        (
            "nobody says what is missing",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (LOWER, 1) {
                        s.missing = vec![];
                    }
                },
                ..otherwise()
            }),
            &[("counts", LOWER), ("missing-unlisted", LOWER), ("expected", PROVINCE)],
        ),
        (
            "a unit that is missing is not named",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (LOWER, 1) {
                        s.missing = vec![Missing { unit: id(LOWER), reason: "NOT_RECEIVED".into() }];
                    }
                },
                ..otherwise()
            }),
            &[("missing-unlisted", LOWER), ("missing-wrongly", LOWER)],
        ),
        (
            "stock vanishes between two atoms",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (EAST, 1) {
                        let figures = s.own.get_mut(&cell("2.000815")).unwrap();
                        figures[Measure::CarriedOver] -= 5;
                        figures[Measure::PendingWithinDeadline] -= 5;
                    }
                },
                ..otherwise()
            }),
            &[("discontinuous", EAST)],
        ),
        (
            "a document continues another past",
            conspiracy(Otherwise {
                summary: |code, n, s| {
                    if (code, n) == (EAST, 1) {
                        s.previous_atom = Some(Hash([9; 32]));
                    }
                },
                ..otherwise()
            }),
            &[("other-before", EAST)],
        ),
        (
            "a key was revoked",
            conspiracy(Otherwise {
                roll: |roll| {
                    let mut member = roll.get(EAST).unwrap().clone();
                    member.keys[0].revoked = true;
                    roll.put(member);
                },
                ..otherwise()
            }),
            &[("revoked-key", EAST)],
        ),
        (
            "a unit was banned in the second atom",
            conspiracy(Otherwise {
                roll: |roll| {
                    let mut member = roll.get(NORTH).unwrap().clone();
                    member.banned = Some(Ban { since: atom(1).starts_at(), reason: "mất máy".into() });
                    roll.put(member);
                },
                ..otherwise()
            }),
            &[("banned", NORTH)],
        ),
        (
            "a unit was never enrolled",
            conspiracy(Otherwise {
                roll: |roll| *roll = Roll::new(roll.iter().filter(|m| m.code != SOUTH).cloned().collect::<Vec<_>>()),
                ..otherwise()
            }),
            &[("not-enrolled", SOUTH)],
        ),
        (
            "a figure of an open period",
            conspiracy(Otherwise { summary: |code, _, s| s.provisional = code == EAST, ..otherwise() }),
            &[("provisional", EAST)],
        ),
        (
            "another keeper",
            conspiracy(Otherwise {
                summary: |code, _, s| {
                    if code == EAST {
                        s.keeper = id(UPPER);
                    }
                },
                signer: |code, _| (code == EAST).then_some(UPPER),
                ..otherwise()
            }),
            &[("wrong-keeper", EAST)],
        ),
        ("documents in another order", unsorted(), &[("not-in-order", "")]),
        (
            "the question is another unit's",
            with(|w| w.head.unit = id(UPPER)),
            &[("unnamed", LOWER), ("unnamed", SOUTH), ("unnamed", PROVINCE), ("unnamed", LOWER), ("unnamed", PROVINCE)],
        ),
        (
            "the question is a longer period",
            with(|w| (w.head.period, w.head.last_atom) = ("2018-Q1".into(), day("2018-03-01"))),
            &[("not-the-period", ""), ("no-document", PROVINCE)],
        ),
        ("another first atom", with(|w| w.head.first_atom = day("2018-01-01")), &[("not-the-period", "")]),
        ("no roll", with(|w| drop(w.parts.pop())), &[("not-vouched", "")]),
        ("no root", with(|w| w.head.root = None), &[("root-differs", ""), ("not-vouched", "")]),
        ("the roll twice", with(|w| w.parts.push(w.parts[1].clone())), &[("part-out-of-place", "")]),
    ];
    for (what, file, expected) in table {
        let verdict = verify_bundle(&file, Some(&root()));
        let mut told = told(&verdict);
        let mut expected: Vec<(&str, String)> = expected.iter().map(|(w, u)| (*w, (*u).to_owned())).collect();
        told.sort();
        told.dedup();
        expected.sort();
        expected.dedup();
        assert_eq!(told, expected, "{what}: {:#?}", verdict.findings);
    }
}

#[test]
fn a_world_of_another_root_is_another_world() {
    // somebody makes everything anew under keys of their own: it stands by itself, and not under the root the province has published
    let stranger = KeySealer::from_seed(&[66; 32]);
    let mut world = World::new();
    world.head.root = Some(stranger.public_key());
    let reseal = |bytes: &Bytes| seal_part(document::open_part(bytes).unwrap().part, 7, &stranger).bytes;
    world.parts = world.parts.iter().map(reseal).collect();
    let file = world.file();
    let alone = verify_bundle(&file, None);
    assert!(alone.verified());
    assert_eq!(alone.root, Some(fingerprint(&stranger.public_key())), "the reader compares this");
    assert_eq!(told(&verify_bundle(&file, Some(&root()))), [("root-differs", String::new())]);
    // one part of theirs among ours
    let mut mixed = World::new();
    mixed.parts[1] = world.parts[1].clone();
    let verdict = verify_bundle(&mixed.file(), Some(&root()));
    assert_eq!(told(&verdict), [("part-foreign", String::new()), ("not-vouched", String::new())]);
    assert_eq!(verdict.root, None, "a root that did not sign everything vouches for nothing");
}

#[test]
fn whose_key_it_is_and_what_was_put_in_place_is_said() {
    let file =
        conspiracy(Otherwise { signer: |code, n| ((code, n) == (NORTH, 1)).then_some(UPPER), ..Otherwise::default() });
    let verdict = verify_bundle(&file, Some(&root()));
    let Wrong::ForeignKey { owner: Some(owner), .. } = &verdict.findings[0].wrong else { panic!("{verdict:?}") };
    assert_eq!((owner.name.as_str(), verdict.findings[0].atom), ("Huyện Thượng", Some(atom(1))));
    let file = with(|w| {
        w.documents.remove(&(NORTH, 0, 2));
        w.documents.insert((NORTH, 0, 1), World::first_of_north());
    });
    let verdict = verify_bundle(&file, Some(&root()));
    let Wrong::MemberReplaced { member, stated, found } = &verdict.findings[0].wrong else { panic!("{verdict:?}") };
    assert_eq!((member.name.as_str(), *stated, *found), ("Xã Bắc", 2, 1));
}

#[test]
fn a_ban_spares_what_was_published_before() {
    let file = conspiracy(Otherwise {
        roll: |roll| {
            let mut member = roll.get(NORTH).unwrap().clone();
            member.banned = Some(Ban { since: atom(1).ends_at(), reason: "giải thể".into() });
            roll.put(member);
        },
        ..Otherwise::default()
    });
    let verdict = verify_bundle(&file, Some(&root()));
    assert_eq!(told(&verdict), []);
    assert!(verdict.judged.iter().any(|j| j.banned.is_some()), "and it is said");
}

#[test]
fn a_part_is_not_what_it_should_be() {
    let calendar = seal_root(Part::Calendar(Default::default()));
    let verdict = verify_bundle(&with(|w| w.parts.insert(1, calendar)), None);
    assert_eq!(told(&verdict), [("part-out-of-place", String::new())]);
}
