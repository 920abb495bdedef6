mod random;

use prost::Message;

use super::*;
use crate::{
    domain::{
        ahead::Ahead,
        atoms::Atom,
        contribution::CellKey,
        event::EventId,
        measure::{Figures, MEASURES, Measure},
        summary::{Cells, Entered, Explained, Fault, Hash, Member, Missing, Summary},
        time::Timestamp,
        units::UnitId,
    },
    wire::pb::v1 as pb,
};

fn id(text: &str) -> UnitId {
    UnitId::parse(text).unwrap()
}

fn small() -> Summary {
    let mut figures = Figures::default();
    figures[Measure::ReceivedDirect] = 3;
    figures[Measure::PendingWithinDeadline] = 3;
    Summary {
        unit: id("00004@2025-07-01"),
        atom: Atom { start: "2025-07-01".parse().unwrap(), end: "2025-07-15".parse().unwrap() },
        revision: 2,
        provisional: false,
        as_of: Timestamp(1_752_512_400_123),
        registry_version: 7,
        reason: "nhập muộn 3 hồ sơ".into(),
        keeper: id("00004@2025-07-01"),
        absent: vec![],
        own: Cells::from([(CellKey { agency: "".into(), procedure: "1.005129".into() }, figures)]),
        below: Cells::new(),
        members: vec![],
        missing: vec![Missing { unit: id("00007"), reason: "not connected".into() }],
        expected: 2,
        received: 1,
        transfers_out: [EventId([9; 16])].into(),
        transfers_in: [].into(),
        previous_revision: Some(Hash([1; 32])),
        previous_atom: None,
        journal_head: vec![5; 32],
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
    }
}

#[test]
fn what_lies_ahead_is_not_more_than_there_is() {
    let ahead = |n, units| Ahead { due: [("2025-07-10".parse().unwrap(), n)].into(), units };
    let open = |ahead| Summary { provisional: true, revision: 0, ahead: Some(ahead), ..small() };
    assert_eq!(open(ahead(3, 1)).fault(), None);
    assert!(matches!(open(ahead(4, 1)).fault(), Some(Fault::Ahead { ahead: 4, within: 3 })));
    // one unit has reported: nobody knows the due dates of two
    assert!(matches!(open(ahead(3, 2)).fault(), Some(Fault::Completeness { received: 2, expected: 1 })));
    // it stands in nothing that is published, and only while the atom runs
    let at = Timestamp::parse("2025-07-08T10:00").unwrap();
    let runs = Summary { as_of: at, ..open(ahead(3, 1)) };
    assert_eq!(decode_summary(&encode_summary(&runs)).unwrap(), runs);
    for wrong in [Summary { provisional: false, ..runs.clone() }, Summary { as_of: runs.atom.ends_at(), ..runs }] {
        assert!(decode_summary(&encode_summary(&wrong)).unwrap_err().to_string().contains("ahead"));
    }
}

fn key() -> KeySealer {
    KeySealer::from_seed(&[42; 32])
}

/// A signed document of whatever the change makes of the protobuf form.
fn changed(change: impl Fn(&mut pb::Summary)) -> Vec<u8> {
    let mut summary = pb::Summary::decode(encode_summary(&small()).as_slice()).unwrap();
    change(&mut summary);
    signed(summary.encode_to_vec())
}

fn signed(summary: Vec<u8>) -> Vec<u8> {
    let signature = key().sign(&[b"motcua document v1".as_slice(), &summary].concat()).to_vec();
    pb::Envelope { summary, public_key: key().public_key().to_vec(), signature }.encode_to_vec()
}

#[test]
fn a_document_opens_as_it_was_sealed_and_its_bytes_never_change() {
    let envelope = seal(&small(), &key());
    let opened = open(&envelope).unwrap();
    assert_eq!(opened.summary, small());
    assert_eq!((opened.signer, opened.hash, &opened.bytes), (key().public_key(), hash(&envelope), &envelope));
    assert_eq!(envelope, signed(encode_summary(&small())));
    // Documents are kept for ever: if this hash changes, the format has changed and FORMAT must rise.
    insta::assert_snapshot!(opened.hash, @"fe4108bdb423bfb77a38180e8f940a5cab564148d53e3aa695a9b4f93111dd93");
}

#[test]
fn one_bit_anywhere_and_it_does_not_open() {
    // two measures only: every bit costs a verification
    let absent = Measure::ALL.iter().copied().filter(|m| small().own.values().all(|f| f[*m] == 0)).collect();
    let envelope = seal(&Summary { absent, ..small() }, &key());
    assert!(open(&envelope).is_ok());
    for i in 0..envelope.len() {
        let mut damaged = envelope.to_vec();
        damaged[i] ^= 1 << (i % 8);
        assert!(open(&damaged).is_err(), "byte {i}");
        assert!(open(&envelope[..i]).is_err(), "cut at {i}");
    }
}

#[test]
fn an_envelope_has_one_form() {
    let envelope = seal(&small(), &key()).to_vec();
    let trailing = [envelope.as_slice(), &[0x20, 1]].concat();
    let doubled = [envelope.as_slice(), &envelope].concat();
    let parts = pb::Envelope::decode(envelope.as_slice()).unwrap();
    let only = |summary: &[u8], key: &[u8], signature: &[u8]| {
        pb::Envelope { summary: summary.into(), public_key: key.into(), signature: signature.into() }.encode_to_vec()
    };
    let [s, k, g] =
        [only(&parts.summary, &[], &[]), only(&[], &parts.public_key, &[]), only(&[], &[], &parts.signature)];
    for (what, bytes) in [
        ("an unknown field", trailing),
        ("twice", doubled),
        ("another order", [k.as_slice(), &s, &g].concat()),
        ("no key", only(&parts.summary, &[], &parts.signature)),
        ("half a signature", only(&parts.summary, &parts.public_key, &parts.signature[..32])),
        ("nothing", vec![]),
        ("noise", vec![0xff; 300]),
    ] {
        assert_eq!(open(&bytes).unwrap_err().reason(), "MALFORMED_DOCUMENT", "{what}");
    }
    let other = KeySealer::from_seed(&[1; 32]).public_key();
    let forged = only(&parts.summary, &other, &parts.signature);
    assert_eq!(open(&forged).unwrap_err(), DocumentError::BadSignature);
}

#[test]
fn what_no_release_writes_is_refused_by_field() {
    let cell = |agency: &str, values: Vec<i64>| pb::Cell { agency: agency.into(), procedure: "p".into(), values };
    let member = |unit: &str| pb::Member { unit: unit.into(), ..Default::default() };
    let paper = |unit: &str, start: &str, end: &str| pb::Entered {
        unit: unit.into(),
        start: start.into(),
        end: end.into(),
        by: String::new(),
    };
    let said = |start: &str, end: &str| pb::Explained { start: start.into(), end: end.into(), ..Default::default() };
    let cause = |cause: &str, count| pb::CauseCount { cause: cause.into(), count };
    type Change<'a> = Box<dyn Fn(&mut pb::Summary) + 'a>;
    let table: Vec<(&str, Change<'_>)> = vec![
        ("format", Box::new(|s| s.format = 0)),
        ("unit", Box::new(|s| s.unit = "xã 4".into())),
        ("unit", Box::new(|s| s.unit = "1".repeat(201))),
        ("keeper", Box::new(|s| s.keeper.clear())),
        ("atom_start", Box::new(|s| s.atom_start = "2025-7-1".into())),
        ("atom_end", Box::new(|s| s.atom_end = s.atom_start.clone())),
        ("as_of", Box::new(|s| s.as_of = None)),
        ("as_of", Box::new(|s| s.as_of.as_mut().unwrap().nanos = 1)),
        ("reason", Box::new(|s| s.reason = "x".repeat(2001))),
        ("prepared_by", Box::new(|s| s.prepared_by = "x".repeat(201))),
        ("approved_by", Box::new(|s| s.approved_by = "x".repeat(201))),
        ("measures", Box::new(|s| s.measures[1] = s.measures[0].clone())),
        ("measures", Box::new(|s| s.measures = vec!["m".into(); 301])),
        ("own", Box::new(|s| s.own.push(s.own[0].clone()))),
        ("own", Box::new(|s| s.own = vec![cell("b", vec![]), cell("a", vec![])])),
        ("own", Box::new(|s| s.own = vec![cell("a", vec![1; MEASURES + 1])])),
        ("own", Box::new(|s| s.own = vec![cell("a", vec![1, 0])])),
        ("own", Box::new(|s| s.own = vec![cell("a", vec![MAX_VALUE + 1])])),
        ("own", Box::new(|s| s.own = vec![cell("a", vec![i64::MIN])])),
        ("own", Box::new(|s| s.own = vec![cell("a", vec![MAX_VALUE]), cell("b", vec![1])])),
        ("own", Box::new(|s| s.own = vec![cell(&"a".repeat(201), vec![1])])),
        ("below", Box::new(|s| s.below = vec![pb::Cell::default(); MAX_CELLS + 1])),
        ("members", Box::new(|s| s.members = vec![member("2"), member("1")])),
        ("members", Box::new(|s| s.members = vec![pb::Member { document: vec![1; 31], ..member("1") }])),
        ("members", Box::new(|s| s.members = vec![pb::Member { revision: 1, ..member("1") }])),
        ("members", Box::new(|s| s.members = vec![pb::Member { expected: u32::MAX, ..member("1") }])),
        ("missing", Box::new(|s| s.missing.push(s.missing[0].clone()))),
        ("entered", Box::new(|s| s.entered = vec![paper("4", "2025-06-15", "2025-07-01")])),
        ("entered", Box::new(|s| s.entered = vec![paper("4", "2025-07-15", "2025-08-15")])),
        ("entered", Box::new(|s| s.entered = vec![paper("4", "2025-07-15", "2025-06-15")])),
        (
            "entered",
            Box::new(|s| {
                s.entered = vec![paper("5", "2025-06-15", "2025-07-15"), paper("4", "2025-06-15", "2025-07-15")]
            }),
        ),
        ("entered", Box::new(|s| s.entered = vec![paper("4", "2025-06-15", "2025-07-15"); 2])),
        (
            "entered",
            Box::new(|s| {
                s.entered = vec![pb::Entered { by: "x".repeat(201), ..paper("4", "2025-06-15", "2025-07-15") }]
            }),
        ),
        ("explained", Box::new(|s| s.explained = vec![said("2025-07-01", "2025-08-01")])),
        ("explained", Box::new(|s| s.explained = vec![said("2025-06-01", "2025-07-01")])),
        ("explained", Box::new(|s| s.explained = vec![said("2025-06-15", "2025-07-15"); 2])),
        ("explained", Box::new(|s| s.explained = vec![said("2025-06-15", "2025-07-15"); 9])),
        (
            "explained",
            Box::new(|s| {
                s.explained = vec![pb::Explained { note: "x".repeat(2001), ..said("2025-06-15", "2025-07-15") }]
            }),
        ),
        (
            "explained",
            Box::new(|s| {
                s.explained = vec![pb::Explained { note: "o\u{302}".into(), ..said("2025-06-15", "2025-07-15") }]
            }),
        ),
        (
            "explained",
            Box::new(|s| {
                s.explained =
                    vec![pb::Explained { causes: vec![cause("a", 1); 21], ..said("2025-06-15", "2025-07-15") }]
            }),
        ),
        (
            "explained",
            Box::new(|s| {
                s.explained =
                    vec![pb::Explained { causes: vec![cause("", 0); 1_000_000], ..said("2025-06-15", "2025-07-15") }]
            }),
        ),
        (
            "explained",
            Box::new(|s| {
                s.explained = vec![pb::Explained { causes: vec![cause(" ", 1)], ..said("2025-06-15", "2025-07-15") }]
            }),
        ),
        (
            "explained",
            Box::new(|s| {
                s.explained = vec![pb::Explained { causes: vec![cause("a", -1)], ..said("2025-06-15", "2025-07-15") }]
            }),
        ),
        ("expected", Box::new(|s| s.expected = MAX_UNITS + 1)),
        ("transfers_out", Box::new(|s| s.transfers_out.push(vec![9; 16]))),
        ("transfers_in", Box::new(|s| s.transfers_in.push(vec![9; 15]))),
        ("previous_revision", Box::new(|s| s.previous_revision = vec![0; 33])),
        ("journal_head", Box::new(|s| s.journal_head = vec![0; 201])),
    ];
    for (expected, change) in table {
        match open(&changed(change)) {
            Err(DocumentError::Malformed { field, .. }) => assert_eq!(field, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn a_newer_document_is_not_opened_but_can_be_passed_on() {
    let newer = changed(|s| s.format = 2);
    let with_measure = changed(|s| {
        s.measures.push("carried_by_drone".into());
        s.own[0].values.resize(MEASURES, 0);
        s.own[0].values.push(1);
    });
    // a later format may have turned the list of measures into something else altogether
    let mut rebuilt = pb::Summary::decode(encode_summary(&small()).as_slice()).unwrap();
    (rebuilt.format, rebuilt.measures) = (3, vec![]);
    let rebuilt = signed([rebuilt.encode_to_vec(), vec![0x5a, 2, 0xff, 0xff]].concat());
    for (envelope, format) in [(newer, 2), (with_measure, 1), (rebuilt, 3)] {
        let error = open(&envelope).unwrap_err();
        assert_eq!(error.reason(), "NEWER_DOCUMENT");
        let header = header(&envelope).unwrap();
        assert_eq!((header.format, header.revision, header.provisional), (format, 2, false));
        assert_eq!((header.unit, header.atom, header.keeper), (small().unit, small().atom, small().keeper));
        assert_eq!((header.hash, header.signer), (hash(&envelope), key().public_key()));
    }
}

#[test]
fn unknown_fields_and_measures_without_figures_do_not_stop_a_reader() {
    let with_field = signed([encode_summary(&small()), vec![0xfa, 0x01, 1, 0]].concat());
    let opened = open(&with_field).unwrap();
    assert_eq!((opened.summary, &opened.bytes[..]), (small(), &with_field[..]));
    let with_measure = changed(|s| s.measures.push("carried_by_drone".into()));
    assert_eq!(open(&with_measure).unwrap().summary, small());
}

#[test]
fn a_measure_that_is_not_declared_is_missing_not_zero() {
    let older = changed(|s| s.measures.truncate(MEASURES - 2));
    let summary = open(&older).unwrap().summary;
    assert_eq!(summary.absent, [Measure::RatedUnsatisfied, Measure::ProceduresPublished]);
    assert_eq!(seal(&summary, &key()), older, "written again it still declares only what it had");
}

#[test]
fn who_stands_on_a_document_is_no_part_of_what_it_states() {
    let named = Summary { prepared_by: "Nguyễn Văn A".into(), approved_by: "Trần Thị B".into(), ..small() };
    assert_eq!(content(&named), content(&small()));
    assert_eq!(open(&seal(&named, &key())).unwrap().summary, named);
}
