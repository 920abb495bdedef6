//! A small world, made with the real seals: a province, two districts, three communes, two atoms. North is amended, East changes its key,
//! South sends nothing for the second atom.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::*;
use crate::{
    document::{self, Head, KeySealer, Sealer, seal_part},
    domain::{
        contribution::CellKey,
        measure::{Figures, Measure},
        registry::Part,
        roll::{How, Member as Enrolled},
        summary::{Cells, Member, Missing},
        time::Timestamp,
        units::UnitRow,
    },
};

pub(super) const PROVINCE: &str = "22";
pub(super) const UPPER: &str = "205";
pub(super) const LOWER: &str = "206";
pub(super) const NORTH: &str = "07069";
pub(super) const EAST: &str = "07070";
pub(super) const SOUTH: &str = "07099";
/// Code, and the unit above.
const UNITS: [(&str, &str, &str); 6] = [
    (PROVINCE, "", "Tỉnh"),
    (UPPER, PROVINCE, "Huyện Thượng"),
    (LOWER, PROVINCE, "Huyện Hạ"),
    (NORTH, UPPER, "Xã Bắc"),
    (EAST, UPPER, "Xã Đông"),
    (SOUTH, LOWER, "Xã Nam"),
];
/// Below before above.
const UPWARD: [&str; 6] = [NORTH, EAST, SOUTH, UPPER, LOWER, PROVINCE];

pub(super) fn id(code: &str) -> UnitId {
    UnitId::new(code, None)
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn atom(n: usize) -> Atom {
    [("2018-01-15", "2018-02-01"), ("2018-02-01", "2018-02-15")]
        .map(|(start, end)| Atom { start: day(start), end: day(end) })[n]
}

/// The key of that name; a unit's first key bears its code.
pub(super) fn key(name: &str) -> KeySealer {
    KeySealer::from_seed(blake3::hash(name.as_bytes()).as_bytes())
}

pub(super) fn root() -> Anchor {
    Anchor::Key(key(PROVINCE).public_key())
}

/// What the world is made otherwise than it should be.
pub(super) struct Otherwise {
    /// A summary before it is sealed; everybody above counts what comes out.
    pub(super) summary: fn(&str, usize, &mut Summary),
    /// The name of the key that seals it.
    pub(super) signer: fn(&str, usize) -> Option<&'static str>,
    pub(super) roll: fn(&mut Roll),
}

impl Default for Otherwise {
    fn default() -> Self {
        Otherwise { summary: |_, _, _| {}, signer: |_, _| None, roll: |_| {} }
    }
}

pub(super) struct World {
    pub(super) parts: Vec<Bytes>,
    /// By code, atom and revision.
    pub(super) documents: BTreeMap<(&'static str, usize, u32), Bytes>,
    pub(super) head: Head,
}

impl World {
    pub(super) fn new() -> World {
        World::made(&Otherwise::default())
    }

    pub(super) fn made(otherwise: &Otherwise) -> World {
        let parts = parts(otherwise);
        let head = Head {
            unit: id(PROVINCE),
            period: "2018-02".into(),
            first_atom: atom(0).start,
            last_atom: atom(1).start,
            root: Some(key(PROVINCE).public_key()),
            parts: parts.clone(),
        };
        let mut world = World { parts, documents: BTreeMap::new(), head };
        for n in 0..2 {
            for code in UPWARD {
                if (code, n) == (SOUTH, 1) {
                    continue;
                }
                if (code, n) == (NORTH, 0) {
                    world.publish(otherwise, code, n, 1);
                    world.publish(otherwise, code, n, 2);
                } else {
                    world.publish(otherwise, code, n, 1);
                }
            }
        }
        // the first revision is history: nothing names it
        world.documents.remove(&(NORTH, 0, 1)).unwrap();
        world
    }

    pub(super) fn newest(&self, code: &str, n: usize) -> Option<(Hash, Summary)> {
        let of = |((c, at, _), _): &(&(&str, usize, u32), &Bytes)| *c == code && *at == n;
        let (_, bytes) = self.documents.iter().rfind(of)?;
        Some((document::hash(bytes), document::reopen(bytes).unwrap().summary))
    }

    pub(super) fn first_of_north() -> Bytes {
        let otherwise = Otherwise::default();
        let mut world = World::new();
        world.documents.clear();
        world.publish(&otherwise, NORTH, 0, 1);
        world.documents.remove(&(NORTH, 0, 1)).unwrap()
    }

    fn publish(&mut self, otherwise: &Otherwise, code: &'static str, n: usize, revision: u32) {
        let mut summary = self.summary(code, n, revision);
        (otherwise.summary)(code, n, &mut summary);
        let used = if (code, n) == (EAST, 1) { "east, second" } else { code };
        let signer = (otherwise.signer)(code, n).unwrap_or(used);
        self.documents.insert((code, n, revision), document::seal(&summary, &key(signer)));
    }

    fn summary(&self, code: &'static str, n: usize, revision: u32) -> Summary {
        let weight = UPWARD.iter().position(|c| *c == code).unwrap() as i64 + 1;
        // ten times the weight are open at the start, twice that come, half is done
        let carried = if n == 0 { 10 * weight } else { 15 * weight + 1 };
        let received = if n == 0 { 20 * weight + i64::from(revision == 2 || code != NORTH) } else { 4 * weight };
        let resolved = if n == 0 { 15 * weight } else { 8 * weight };
        let mut figures = Figures::default();
        figures[Measure::CarriedOver] = carried;
        figures[Measure::ReceivedDirect] = received;
        figures[Measure::ResolvedOnTime] = resolved;
        figures[Measure::PendingWithinDeadline] = carried + received - resolved;
        figures[Measure::ReceivedForOthers] = weight;
        let cell = |procedure: &str| CellKey { agency: String::new(), procedure: procedure.into() };
        let mut below = Cells::new();
        let (mut members, mut missing, mut received) = (Vec::new(), Vec::new(), 1);
        for (child, ..) in UNITS.iter().filter(|(_, above, _)| *above == code) {
            let held = self.newest(child, n);
            let expected = 1 + UNITS.iter().filter(|(_, above, _)| above == child).count() as u32;
            let totals = held.as_ref().map(|(_, s)| s.totals()).unwrap_or_default();
            let here = held.as_ref().map_or(0, |(_, s)| s.received);
            received += here;
            match &held {
                Some((_, summary)) => missing.extend(summary.missing.clone()),
                None => missing.push(Missing { unit: id(child), reason: "NOT_RECEIVED".into() }),
            }
            for (key, figures) in held.iter().flat_map(|(_, s)| s.subtree()) {
                *below.entry(key).or_default() += &figures.for_parent();
            }
            let document = held.map(|(hash, s)| (hash, s.revision));
            members.push(Member { unit: id(child), document, totals, expected, received: here });
        }
        members.sort_by(|a, b| a.unit.cmp(&b.unit));
        Summary {
            prepared_by: String::new(),
            approved_by: String::new(),
            entered: Vec::new(),
            explained: Vec::new(),
            ahead: None,
            unit: id(code),
            atom: atom(n),
            revision,
            provisional: false,
            as_of: atom(n).ends_at(),
            registry_version: 1,
            reason: if revision == 2 { "nhập muộn".into() } else { String::new() },
            keeper: id(code),
            // few measures: every byte costs a verification
            absent: Measure::ALL.iter().copied().filter(|m| figures[*m] == 0).collect(),
            own: Cells::from([(cell(if code == EAST { "2.000815" } else { "1.005129" }), figures)]),
            below,
            members,
            expected: received + missing.len() as u32,
            received,
            missing,
            transfers_out: [].into(),
            transfers_in: [].into(),
            previous_revision: self.documents.get(&(code, n, revision - 1)).map(|b| document::hash(b)),
            previous_atom: n.checked_sub(1).and_then(|n| self.newest(code, n)).map(|(hash, _)| hash),
            journal_head: vec![5; 4],
        }
    }

    /// The file, sorted as it should be.
    pub(super) fn file(&self) -> Vec<u8> {
        self.file_of(self.documents.values().cloned())
    }

    pub(super) fn file_of(&self, documents: impl IntoIterator<Item = Bytes>) -> Vec<u8> {
        let sorted: BTreeMap<Hash, Bytes> = documents.into_iter().map(|b| (document::hash(&b), b)).collect();
        let head = document::head(&Head { parts: self.parts.clone(), ..self.head.clone() });
        let fields = sorted.values().map(document::document_field);
        [head].into_iter().chain(fields).collect::<Vec<_>>().concat()
    }
}

pub(super) fn seal_root(part: Part) -> Bytes {
    seal_part(part, 7, &key(PROVINCE)).bytes
}

fn parts(otherwise: &Otherwise) -> Vec<Bytes> {
    let row = |(code, above, name): &(&str, &str, &str)| UnitRow {
        code: (*code).into(),
        name: (*name).into(),
        level: "unit".into(),
        parent_code: Some((*above).to_owned()).filter(|above| !above.is_empty()),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: None,
    };
    let tree = Tree::from_rows(UNITS.iter().map(row).collect()).unwrap();
    let mut roll = Roll::default();
    for (code, ..) in UNITS {
        let mut member = Enrolled {
            code: code.into(),
            keys: Vec::new(),
            banned: None,
            certificates_from: Timestamp(0),
            address: String::new(),
        };
        let how = if code == PROVINCE { How::Founder } else { How::Token };
        member.take(key(code).public_key(), how, Timestamp(0), false);
        if code == EAST {
            member.take(key("east, second").public_key(), How::OldKey, atom(1).starts_at(), false);
        }
        roll.put(member);
    }
    (otherwise.roll)(&mut roll);
    vec![seal_root(Part::Tree(tree)), seal_root(Part::Roll(roll))]
}

#[test]
fn a_whole_bundle_is_proven_under_its_root() {
    let world = World::new();
    let file = world.file();
    let verdict = verify_bundle(&file, Some(&root()));
    assert_eq!(verdict.findings, []);
    assert!(verdict.verified() && verdict.anchored);
    assert_eq!(verdict.root, Some(fingerprint(&key(PROVINCE).public_key())));
    assert_eq!(verdict.judged.len(), 11);
    assert!(verdict.judged.iter().all(|j| j.good));
    // what is missing is named, and no fault
    let missing: Vec<_> = verdict.missing.iter().map(|m| (m.who.name.as_str(), m.atom, m.reason.as_str())).collect();
    assert_eq!(missing, [("Xã Nam", atom(1), "NOT_RECEIVED")]);
    // the key of East has made room for another, and what it had signed stays good
    let east: Vec<_> = verdict.judged.iter().filter(|j| j.who.name == "Xã Đông").map(|j| (j.how, j.retired)).collect();
    assert_eq!(east, [(Some(How::Token), Some(atom(1).starts_at())), (Some(How::OldKey), None)]);
    let north = verdict.judged.iter().find(|j| j.who.name == "Xã Bắc").unwrap();
    assert_eq!(north.revision, 2);
    // openings of the first atom, flows of both, closings of the last; the province alone has received for others
    let figure =
        |m: Measure| verdict.figures.iter().find(|line| line.measure == m).map(|l| (l.stated, l.summed)).unwrap();
    assert_eq!(figure(Measure::CarriedOver), (210, 210));
    assert_eq!(figure(Measure::ReceivedDirect), (420 + 6 + 4 * 18, 498));
    assert_eq!(figure(Measure::PendingWithinDeadline), (11 * 18 + 5, 203));
    assert_eq!(figure(Measure::ReceivedForOthers), (12, 12));
    // without a root to compare with it is proven under the one it names
    let alone = verify_bundle(&file, None);
    assert!(alone.verified() && !alone.anchored);
}

#[test]
fn a_district_is_proven_alone() {
    let mut world = World::new();
    world.head.unit = id(UPPER);
    world.documents.retain(|(code, ..), _| [UPPER, NORTH, EAST].contains(code));
    let verdict = verify_bundle(&world.file(), Some(&root()));
    assert_eq!(verdict.findings, []);
    assert_eq!(verdict.judged.len(), 6);
}

#[test]
fn books_that_begin_inside_the_period_say_so_themselves() {
    let otherwise = Otherwise { summary: |_, _, s| s.previous_atom = None, ..Otherwise::default() };
    let mut world = World::made(&otherwise);
    world.documents.retain(|(_, n, _), _| *n == 1);
    let verdict = verify_bundle(&world.file(), Some(&root()));
    assert_eq!((verdict.findings, verdict.begins), (vec![], Some(atom(1).start)));
}
