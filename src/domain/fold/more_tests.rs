//! Corrections, transfers, memos, and the clock that stops and goes on.

use super::*;
use crate::{
    domain::{
        calendar::{Calendar, PausePolicy, Term},
        registry::{Part, Procedure, Procedures, Registry},
    },
    ledger::promise::settle,
};

#[test]
fn corrections_and_voids_change_the_past() {
    check(&[
        // Of time: the completion was late, not early; and the other way round.
        (
            "received 1/2 due 10/2 | resolved 9/2 | correct 20/2 #2 at 12/2 to resolved",
            "late; . . .; received_direct 1/2, resolved_late 12/2",
        ),
        ("received 5/2 due 10/2 | correct 6/2 #1 at 1/2 to received due 8/2", "pending 8/2; . .; received_direct 1/2"),
        // Of time, past another event.
        (
            "received 1/2 | resolved 9/2 | correct 10/2 #1 at 9/2@09:00 to received",
            "pending; . c:BeforeReception .; received_direct 9/2",
        ),
        // Of content and of kind.
        (
            "received 1/2 due 10/2 | correct 2/2 #1 to received online full",
            "pending; . .; received_online 1/2, received_online_full 1/2",
        ),
        (
            "received 1/2 | resolved 2/2 | correct 3/2 #2 to returned",
            "returned; . . .; received_direct 1/2, returned 2/2",
        ),
        (
            "received 1/2 | resolved 2/2 | correct 3/2 #2 to supplement",
            "awaitingsupplement; . . .; received_direct 1/2",
        ),
        ("received 1/2 | correct 3/2 #1 to opening due 10/2", "pending 10/2; . .; "),
        // The last word counts, by when it was said.
        (
            "received 1/2 | resolved 2/2 | correct 4/2 #2 to returned | correct 3/2 #2 to stopped",
            "returned; . . . .; received_direct 1/2, returned 2/2",
        ),
        (
            "received 1/2 | resolved 2/2 | correct 3/2 #2 to returned | void 4/2 #2",
            "pending; . v . .; received_direct 1/2",
        ),
        (
            "received 1/2 | resolved 2/2 | void 3/2 #2 | correct 4/2 #2 to returned",
            "returned; . . . .; received_direct 1/2, returned 2/2",
        ),
        // Of an id which is not known, and one that comes later.
        (
            "received 1/2 | correct 3/2 #9 to returned | void 4/2 #8",
            "pending; . h:NoTarget h:NoTarget; received_direct 1/2",
        ),
        (
            "correct 3/2 #3 to returned | received 1/2 | resolved 2/2",
            "returned; . . .; received_direct 1/2, returned 2/2",
        ),
        // Of a correction: only a void.
        (
            "received 1/2 | resolved 2/2 | correct 3/2 #2 to returned | correct 4/2 #3 to stopped",
            "returned; . . . c:TargetIsCorrection; received_direct 1/2, returned 2/2",
        ),
        (
            "received 1/2 due 8/2 | resolved 2/2 | correct 3/2 #2 to returned | void 4/2 #3",
            "early; . . v .; received_direct 1/2, resolved_early 2/2",
        ),
        ("received 1/2 due 8/2 | void 2/2 #1 | void 3/2 #2", "pending 8/2; . v .; received_direct 1/2"),
        // A void that never happened strikes nothing.
        (
            "received 1/2 | resolved 2/2 | correct 3/2 #2 to returned | void 4/2 #3 | void 5/2 #4",
            "returned; . . . v .; received_direct 1/2, returned 2/2",
        ),
        ("received 1/2 | void 2/2 #1", "unknown; v .; "),
        ("received 1/2 | resolved 3/2 | void 2/2 #1", "unknown; v h:NoReception .; "),
        // The first of two receptions goes, so the second counts.
        ("received 1/2 | received 2/2 due 9/2 | void 3/2 #1", "pending 9/2; v . .; received_direct 2/2"),
    ]);
}

#[test]
fn over_to_another_unit_and_back() {
    check(&[
        ("in 1/2 T9 due 10/2", "pending 10/2; .; transferred_in 1/2, T9 in 1/2"),
        (
            "received 1/2 due 10/2 | out 3/2 T9",
            "transferredout; . .; received_direct 1/2, T9 out 3/2, transferred_out 3/2",
        ),
        (
            "received 1/2 due 10/2 | out 3/2 T9 | in 5/2 T8 due 20/2 | resolved 12/2",
            "early; . . . .; received_direct 1/2, T9 out 3/2, transferred_out 3/2, transferred_in 5/2, T8 in 5/2, resolved_early 12/2",
        ),
        (
            "received 1/2 | out 3/2 T9 | received 5/2",
            "transferredout; . . c:SecondReception; received_direct 1/2, T9 out 3/2, transferred_out 3/2",
        ),
        // A letter of the time before is not one of the time after.
        (
            "received 1/2 due 2/2 | letter 2/2 | out 3/2 T9 | in 5/2 T8 due 6/2 | resolved 12/2",
            "late; . . . . .; received_direct 1/2, T9 out 3/2, transferred_out 3/2, transferred_in 5/2, T8 in 5/2, resolved_late 12/2",
        ),
        // Who has handed a dossier over has no result to hand out, and delivers its own when it comes back.
        (
            "received 1/2 | out 3/2 T9 | delivered 4/2",
            "transferredout; . . h:NotFinished; received_direct 1/2, T9 out 3/2, transferred_out 3/2",
        ),
        (
            "received 1/2 | out 3/2 T9 | in 5/2 T8 due 9/2 | resolved 6/2 | delivered 7/2",
            "early; . . . . .; received_direct 1/2, T9 out 3/2, transferred_out 3/2, transferred_in 5/2, T8 in 5/2, resolved_early 6/2, delivered 7/2",
        ),
    ]);
}

#[test]
fn memos_and_statements() {
    check(&[
        ("memo 1/2 feedback_received 3", "unknown; .; feedback_received 1/2=3"),
        (
            "memo 1/2 feedback_received 3 | correct 2/2 #1 to memo feedback_resolved 2",
            "unknown; . .; feedback_resolved 1/2=2",
        ),
        ("memo 1/2 feedback_received 3 | void 2/2 #1", "unknown; v .; "),
        // A statement replaces the one before, so only the difference is posted.
        (
            "memo 1/2 procedures_published 97 | memo 5/2 procedures_published 90",
            "unknown; . .; procedures_published 1/2=97, procedures_published 5/2=-7",
        ),
        (
            "memo 5/2 procedures_published 90 | memo 1/2 procedures_published 97 | void 6/2 #2",
            "unknown; . v .; procedures_published 5/2=90",
        ),
    ]);
}

/// Tết from 14 to 20 February; 1 February is a Thursday.
fn registry() -> Registry {
    let procedure = |code: &str, term, pause, payment_pauses| Procedure {
        code: code.into(),
        name: String::new(),
        field: String::new(),
        level: String::new(),
        term,
        pause,
        payment_pauses,
    };
    let five = Some(Term::WorkingDays(5));
    let procedures = [
        procedure("P", five, PausePolicy::PauseResume, false),
        procedure("R", five, PausePolicy::Restart, false),
        procedure("N", five, PausePolicy::NoPause, false),
        procedure("F", five, PausePolicy::NoPause, true),
        procedure("H", Some(Term::WorkingHours(4)), PausePolicy::PauseResume, false),
        procedure("T", Some(Term::WorkingDays(10)), PausePolicy::NoPause, false),
    ];
    let tet = (14..=20).map(|d| NaiveDate::from_ymd_opt(2018, 2, d).unwrap());
    let mut registry = Registry::default();
    registry.replace(Part::Procedures(Procedures::new(procedures)), 1);
    registry.replace(Part::Calendar(Calendar::default().with_holidays(tet)), 2);
    registry
}

/// Settled event by event as they arrive.
fn settled(stored: Vec<Stored>, registry: &Registry) -> (Record, Folded) {
    let mut record = Record::default();
    let mut folded = fold(&record);
    for stored in stored {
        record.insert(stored);
        folded = settle(&mut record, registry).1;
        assert!(folded.need.is_none());
    }
    (record, folded)
}

#[test]
fn the_clock_stops_and_goes_on() {
    let registry = registry();
    for (line, expected) in [
        ("received 1/2 proc P", "pending 8/2"),
        ("received 9/2 proc P", "pending 23/2"),
        ("received 1/2 proc H", "pending 14:00"),
        ("received 1/2 proc nobody", "pending"),
        ("received 1/2 proc P due 5/2", "pending 5/2"),
        // Three days were left on the 5th.
        ("received 1/2 proc P | supplement 5/2", "awaitingsupplement"),
        ("received 1/2 proc P | supplement 5/2 | answered 12/2", "pending 22/2"),
        ("received 1/2 proc P | supplement 5/2 | answered 5/2@16:00", "pending 8/2"),
        ("received 1/2 proc P due 8/2 | supplement 5/2 | answered 12/2", "pending 22/2"),
        ("received 1/2 proc R | supplement 5/2 | answered 12/2", "pending 26/2"),
        ("received 1/2 proc N | supplement 5/2", "awaitingsupplement 8/2"),
        ("received 1/2 proc N | supplement 5/2 | answered 12/2", "pending 8/2"),
        // What was overdue stays overdue.
        ("received 1/2 proc P | supplement 9/2 | answered 12/2", "pending 8/2"),
        ("received 1/2 proc R | supplement 9/2 | answered 12/2", "pending 8/2"),
        // Waiting for a payment is pending; it stops the clock only where the procedure says so.
        ("received 1/2 proc P | payment 5/2", "awaitingpayment 8/2"),
        ("received 1/2 proc P | payment 5/2 | paid 12/2", "pending 8/2"),
        ("received 1/2 proc F | payment 5/2", "awaitingpayment"),
        ("received 1/2 proc F | payment 5/2 | paid 12/2", "pending 22/2"),
        // Finished while the clock stood still: judged by when it stopped.
        ("received 1/2 proc P | supplement 5/2 | resolved 28/2", "early"),
        ("received 1/2 proc P | supplement 8/2 | resolved 28/2", "ontime"),
        ("received 1/2 proc P | supplement 9/2 | resolved 28/2", "late"),
        ("received 1/2 proc N | supplement 5/2 | resolved 28/2", "late"),
        // Twice: one day was left on the 21st.
        ("received 1/2 proc P | supplement 5/2 | answered 12/2 | supplement 21/2 | answered 26/2", "pending 27/2"),
        ("received 1/2 proc P | supplement 5/2 | answered 12/2 | resolved 22/2", "ontime"),
        // A correction of what the date was computed from computes it anew.
        ("received 1/2 proc P | correct 2/2 #1 to received proc T", "pending 22/2"),
        ("received 1/2 proc P | correct 6/2 #1 at 5/2 to received proc P", "pending 12/2"),
        ("received 1/2 proc P | supplement 5/2 | answered 12/2 | correct 13/2 #2 at 6/2 to supplement", "pending 21/2"),
        ("received 1/2 proc P | supplement 5/2 | answered 12/2 | correct 13/2 #3 at 9/2 to answered", "pending 21/2"),
        (
            "received 1/2 proc P due 8/2 | supplement 5/2 | correct 6/2 #1 to received proc N due 8/2",
            "awaitingsupplement 8/2",
        ),
        ("received 1/2 proc P | supplement 5/2 | answered 12/2 | void 13/2 #3", "awaitingsupplement"),
    ] {
        let forwards = settled(events(line), &registry);
        assert_eq!(state(&forwards.1), expected, "{line}");
        let mut backwards = events(line);
        backwards.reverse();
        let backwards = settled(backwards, &registry);
        assert_eq!(state(&backwards.1), expected, "{line}, backwards");
        assert_eq!(backwards.0, forwards.0, "{line}: the order of arrival leaves a trace");
    }
}

#[test]
fn a_later_calendar_never_moves_a_promised_date() {
    let before = registry();
    let mut changed = before.clone();
    changed.replace(Part::Calendar(Calendar::default()), 3);
    let mut stored = events("received 9/2 proc P | correct 12/2 #1 to received proc P online | letter 12/2");
    let later = stored.split_off(1);
    let (mut record, folded) = settled(stored, &before);
    assert_eq!(state(&folded), "pending 23/2");
    for event in later {
        record.insert(event);
        let (promises, folded) = settle(&mut record, &changed);
        assert_eq!((promises.len(), state(&folded).as_str()), (0, "pending 23/2"));
    }
}
