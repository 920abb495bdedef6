//! The story: one draws up, another approves. What goes out is what was prepared, under both names, or nothing.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    State,
    apply::apply,
    close::{self, Ask, Desk, Signed},
    entry::{Entry, EntryKind},
    model_tests,
    prepare::{Signer, approve, prepare, withdraw},
    refusal::Refusal,
    story_tests::{from, now, procedures},
    trust::Role,
};
use crate::{
    document::{self, KeySealer},
    domain::{
        event::{Body, Channel, Event, EventId, Reception},
        periods::Period,
        summary::Summary,
        time::Timestamp,
        units::UnitId,
    },
};

struct Office {
    desk: model_tests::Desk,
    documents: BTreeMap<(UnitId, NaiveDate, u32), Bytes>,
    two_persons: bool,
}

fn person(id: &str, role: Role) -> Signer {
    Signer { id: id.into(), name: format!("Nguyễn {id}"), role }
}

fn month(id: &str) -> Period {
    Period::parse(id).unwrap()
}

impl Office {
    fn new() -> Office {
        let mut state = State::new("1", from(), 1, Timestamp(0));
        std::sync::Arc::make_mut(&mut state.registry).replace(procedures(), 1);
        Office { desk: model_tests::Desk::new(state), documents: BTreeMap::new(), two_persons: true }
    }

    fn receive(&mut self, n: u8, on: &str) {
        self.receive_at("1", n, on);
    }

    fn receive_at(&mut self, code: &str, n: u8, on: &str) {
        let reception = Reception {
            procedure: "P".into(),
            agency: String::new(),
            channel: Channel::Direct,
            full_online: false,
            due: None,
        };
        let event = Event {
            id: EventId([n; 16]),
            unit: UnitId::new(code, None),
            dossier: format!("D{n}"),
            occurred_at: Timestamp::parse(&format!("{on}T08:00")).unwrap(),
            source: String::new(),
            raw_status: String::new(),
            body: Body::Received(reception),
        };
        self.desk.tell(&event).unwrap();
    }

    /// Lets the ledger decide, and applies what it says.
    fn step(
        &mut self,
        ask: impl FnOnce(&State, &Desk<'_>) -> Result<Option<Entry>, Refusal>,
    ) -> Result<Vec<Summary>, Refusal> {
        let documents = self.documents.clone();
        let load = |unit: &UnitId, start, revision| documents.get(&(unit.clone(), start, revision)).cloned();
        let sealer = KeySealer::from_seed(&[1; 32]);
        let desk = Desk {
            sealer: &sealer,
            journal_head: Vec::new(),
            has_parent: false,
            two_persons: self.two_persons,
            signed: Signed { prepared_by: "closer".into(), approved_by: String::new() },
            now: now(),
            load: &load,
        };
        let Some(entry) = ask(&self.desk.state, &desk)? else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for (unit, start, revision, bytes) in apply(&mut self.desk.state, &entry, &load).documents {
            out.push(document::open(&bytes).unwrap().summary);
            self.documents.insert((unit, start, revision), bytes);
        }
        Ok(out)
    }

    fn prepare(&mut self, period: &str, reason: &str, by: Option<Signer>) -> Result<(), Refusal> {
        self.step(|state, desk| prepare(state, desk, None, &month(period), reason, by.as_ref())).map(drop)
    }

    fn approve(&mut self, period: &str, by: Option<Signer>) -> Result<Vec<Summary>, Refusal> {
        self.step(|state, desk| approve(state, desk, None, &month(period), by.as_ref()))
    }
}

#[test]
fn two_persons_close_and_both_stand_on_every_document() {
    let mut office = Office::new();
    office.receive(1, "2018-01-20");
    office.prepare("2018-02", "", Some(person("a", Role::Operator))).unwrap();
    assert_eq!(office.desk.state.books["1"].closed_through, from(), "preparing publishes nothing");
    let out = office.approve("2018-02", Some(person("b", Role::Approver))).unwrap();
    assert_eq!(out.len(), 2);
    for summary in &out {
        assert_eq!((summary.prepared_by.as_str(), summary.approved_by.as_str()), ("Nguyễn a", "Nguyễn b"));
    }
    assert!(office.desk.state.preparations.is_empty());
    let again = office.approve("2018-02", Some(person("b", Role::Approver)));
    assert!(matches!(again, Err(Refusal::NotPrepared { .. })), "{again:?}");

    // The same road for an amendment; a reason is asked for.
    office.receive(2, "2018-01-21");
    assert_eq!(office.prepare("2018-02", " ", Some(person("a", Role::Operator))), Err(Refusal::NoReason));
    office.prepare("2018-02", "sót 1 hồ sơ", Some(person("a", Role::Operator))).unwrap();
    let out = office.approve("2018-02", Some(person("b", Role::Approver))).unwrap();
    assert_eq!(out.iter().map(|s| (s.revision, s.reason.as_str())).collect::<Vec<_>>(), [(2, "sót 1 hồ sơ"); 2]);
}

#[test]
fn who_may_not_is_refused_by_name() {
    let mut office = Office::new();
    office.receive(1, "2018-01-20");
    let close = Ask::Close { reason: None };
    let alone = office.step(|state, desk| close::close(state, desk, None, &month("2018-02"), &close));
    assert_eq!(alone, Err(Refusal::TwoPersons));
    for (by, reason) in [
        (None, "NEEDS_A_PERSON"),
        (Some(person("v", Role::Viewer)), "NOT_ALLOWED"),
        (Some(person("x", Role::Admin)), "NOT_ALLOWED"),
    ] {
        assert_eq!(office.prepare("2018-02", "", by).unwrap_err().reason(), reason);
    }
    let b = || Some(person("b", Role::Approver));
    assert_eq!(office.approve("2018-02", b()).unwrap_err().reason(), "NOT_PREPARED");
    office.prepare("2018-02", "", b()).unwrap();
    for (period, by, reason) in [
        ("2018-02", None, "NEEDS_A_PERSON"),
        ("2018-02", Some(person("a", Role::Operator)), "NOT_ALLOWED"),
        ("2018-02", b(), "SAME_PERSON"),
        ("2018-03", Some(person("c", Role::Approver)), "NOT_PREPARED"),
    ] {
        assert_eq!(office.approve(period, by).unwrap_err().reason(), reason, "{period}");
    }
    let entry = withdraw(&office.desk.state, None, &month("2018-02"), now()).unwrap();
    assert_eq!(entry.kind, EntryKind::Withdrawn { unit: String::new() });
    office.step(|_, _| Ok(Some(entry))).unwrap();
    assert_eq!(office.approve("2018-02", Some(person("c", Role::Approver))).unwrap_err().reason(), "NOT_PREPARED");
    let gone = withdraw(&office.desk.state, None, &month("2018-02"), now());
    assert_eq!(gone.unwrap_err().reason(), "NOT_PREPARED");
}

#[test]
fn what_has_changed_since_does_not_go_out() {
    let mut office = Office::new();
    office.receive(1, "2018-01-20");
    office.prepare("2018-02", "", Some(person("a", Role::Operator))).unwrap();
    office.receive(2, "2018-02-03");
    let changed = office.approve("2018-02", Some(person("b", Role::Approver))).unwrap_err();
    assert_eq!(changed.reason(), "CHANGED_SINCE_PREPARED");
    assert!(changed.to_string().contains("received_direct of 1 for 2018-02-01"), "{changed}");
    // What comes later than the period is no change.
    office.prepare("2018-02", "", Some(person("a", Role::Operator))).unwrap();
    office.receive(3, "2018-03-03");
    assert_eq!(office.approve("2018-02", Some(person("b", Role::Approver))).unwrap().len(), 2);
}

#[test]
fn whoever_closes_alone_stands_as_who_drew_it_up() {
    let mut office = Office { two_persons: false, ..Office::new() };
    let close = Ask::Close { reason: None };
    let out = office.step(|state, desk| close::close(state, desk, None, &month("2018-02"), &close)).unwrap();
    assert!(out.iter().all(|s| s.prepared_by == "closer" && s.approved_by.is_empty()));
}

#[test]
fn units_kept_here_go_out_together_and_the_names_on_one_do_not_change_the_other() {
    let state = super::document_tests::state(&[("2", "1", Some("1"))]);
    let mut office = Office { desk: model_tests::Desk::new(state), ..Office::new() };
    office.receive_at("2", 1, "2018-01-20");
    office.prepare("2018-02", "", Some(person("a", Role::Operator))).unwrap();
    let out = office.approve("2018-02", Some(person("b", Role::Approver))).unwrap();
    let units: Vec<_> = out.iter().map(|s| (&*s.unit.code, s.approved_by.as_str())).collect();
    assert_eq!(units, [("2", "Nguyễn b"), ("2", "Nguyễn b"), ("1", "Nguyễn b"), ("1", "Nguyễn b")]);

    // One of the two alone: what waits for both is not what would go out any more.
    office.receive_at("2", 2, "2018-02-20");
    office.prepare("2018-03", "", Some(person("a", Role::Operator))).unwrap();
    let by = person("a", Role::Operator);
    office.step(|state, desk| prepare(state, desk, Some("2"), &month("2018-03"), "", Some(&by))).unwrap();
    let by = person("b", Role::Approver);
    office.step(|state, desk| approve(state, desk, Some("2"), &month("2018-03"), Some(&by))).unwrap();
    assert_eq!(office.approve("2018-03", Some(by)).unwrap_err().reason(), "NOT_PREPARED");
    assert!(office.desk.state.preparations.is_empty());
}
