//! One line a story: what the desk says happened, and what the fold makes of it.
//!
//! Events are written `name day details`, in the order of arrival; `#2` is the second event of the line. Days are of 2018, at 08:00 unless
//! `@` says otherwise. The outcome is the state, the standing of each event (`.` counted, `v` voided, `h:` held, `c:` conflict), and the flows.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::*;
use crate::domain::{
    event::{Body, Channel, Event, EventId, Reception},
    measure::Measure,
    record::Stored,
    time::Timestamp,
    units::UnitId,
};

fn at(text: &str) -> Timestamp {
    let (day, clock) = text.split_once('@').unwrap_or((text, "08:00"));
    let (day, month) = day.split_once('/').unwrap();
    Timestamp::parse(&format!("2018-{month:0>2}-{day:0>2}T{clock}")).unwrap()
}

fn due(text: &str) -> Due {
    if text.contains('@') { Due::Instant(at(text)) } else { Due::Day(at(text).local_date()) }
}

fn id(text: &str) -> EventId {
    EventId([text.trim_start_matches(['#', 'T']).parse().unwrap(); 16])
}

fn channel(words: &[&str]) -> Channel {
    match words {
        w if w.contains(&"online") => Channel::Online,
        w if w.contains(&"postal") => Channel::Postal,
        _ => Channel::Direct,
    }
}

fn after<'a>(words: &[&'a str], key: &str) -> Option<&'a str> {
    words.iter().position(|w| *w == key).and_then(|i| words.get(i + 1).copied())
}

fn reception(words: &[&str]) -> Reception {
    Reception {
        procedure: after(words, "proc").unwrap_or("P").to_owned(),
        agency: String::new(),
        channel: channel(words),
        full_online: words.contains(&"full"),
        due: after(words, "due").map(due),
    }
}

fn body(name: &str, words: &[&str]) -> Body {
    let transfer = || id(words.iter().find(|w| w.starts_with('T')).unwrap());
    match name {
        "received" => Body::Received(reception(words)),
        "opening" => Body::Opening(reception(words)),
        "in" => Body::TransferredIn { transfer: transfer(), from: "2".into(), reception: reception(words) },
        "out" => Body::TransferredOut { transfer: transfer(), to: "2".into() },
        "supplement" => Body::SupplementRequested,
        "answered" => Body::SupplementReceived,
        "payment" => Body::PaymentRequested,
        "paid" => Body::PaymentReceived,
        "letter" => Body::Extended { promised: after(words, "until").map(due) },
        "resolved" => Body::Resolved,
        "returned" => Body::Returned,
        "withdrawn" => Body::Withdrawn,
        "stopped" => Body::Stopped,
        "delivered" => Body::Delivered(channel(words)),
        "void" => Body::Voided { target: id(words[0]) },
        "correct" => {
            let to = words.iter().position(|w| *w == "to").unwrap();
            Body::Corrected {
                target: id(words[0]),
                occurred_at: after(&words[..to], "at").map(at),
                body: Box::new(body(words[to + 1], &words[to + 2..])),
            }
        }
        "memo" => Body::Memo { measure: Measure::by_name(words[0]).unwrap(), value: words[1].parse().unwrap() },
        other => panic!("no event is called {other}"),
    }
}

/// The events of a line, in the order of arrival; the first has id 1.
fn events(line: &str) -> Vec<Stored> {
    let one = |(index, text): (usize, &str)| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let event = Event {
            id: EventId([u8::try_from(index + 1).unwrap(); 16]),
            unit: UnitId::new("1", None),
            dossier: "A".into(),
            occurred_at: at(words[1]),
            source: String::new(),
            raw_status: String::new(),
            body: body(words[0], &words[2..]),
        };
        Stored { event, recorded_at: Timestamp(0) }
    };
    line.split('|').enumerate().map(one).collect()
}

fn day(on: NaiveDate) -> String {
    if on == NaiveDate::MIN { "before".into() } else { on.format("%-d/%-m").to_string() }
}

/// The state in words, with the due date of an open dossier.
fn state(folded: &Folded) -> String {
    let name = match folded.state {
        State::Resolved(timeliness) => format!("{timeliness:?}").to_lowercase(),
        state => format!("{state:?}").to_lowercase(),
    };
    match folded.due {
        Some(Due::Day(on)) if folded.state.is_open() => format!("{name} {}", day(on)),
        Some(Due::Instant(at)) if folded.state.is_open() => format!("{name} {}", at.local_time().format("%H:%M")),
        _ => name,
    }
}

fn standings(record: &Record, folded: &Folded) -> String {
    let mut by_id: Vec<(EventId, Standing)> =
        record.events().iter().map(|s| s.event.id).zip(folded.standings.iter().copied()).collect();
    by_id.sort_by_key(|(id, _)| *id);
    let word = |(_, standing): &(EventId, Standing)| match standing {
        Standing::Counted => ".".to_owned(),
        Standing::Voided => "v".to_owned(),
        Standing::Held(problem) => format!("h:{problem:?}"),
        Standing::Conflict(problem) => format!("c:{problem:?}"),
    };
    by_id.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn flows(folded: &Folded) -> String {
    use crate::domain::contribution::Change;
    let word = |posting: &crate::domain::contribution::Posting| match posting.change {
        Change::Flow(m, 1) => Some(format!("{} {}", m.name(), day(posting.on))),
        Change::Flow(m, n) | Change::Statement(m, n) => Some(format!("{} {}={n}", m.name(), day(posting.on))),
        Change::TransferIn(id, _) => Some(format!("T{} in {}", id.0[0], day(posting.on))),
        Change::TransferOut(id, _) => Some(format!("T{} out {}", id.0[0], day(posting.on))),
        Change::Stock(..) => None,
    };
    folded.contribution.postings.iter().filter_map(word).collect::<Vec<_>>().join(", ")
}

/// What a line comes to, the same from whichever end the events arrive.
fn outcome(line: &str) -> String {
    let told = |stored: Vec<Stored>| {
        let mut record = Record::default();
        stored.into_iter().for_each(|s| record.insert(s));
        let folded = fold(&record);
        assert_balanced(line, &folded);
        format!("{}; {}; {}", state(&folded), standings(&record, &folded), flows(&folded))
    };
    let forwards = told(events(line));
    let mut backwards = events(line);
    backwards.reverse();
    assert_eq!(told(backwards), forwards, "{line}, backwards");
    forwards
}

/// What one dossier puts into stock it takes out again, but for the one it leaves there while it is open.
fn assert_balanced(line: &str, folded: &Folded) {
    use crate::domain::contribution::Change;
    let mut left = BTreeMap::new();
    for posting in &folded.contribution.postings {
        if let Change::Stock(stock, n) = posting.change {
            *left.entry((posting.cell.clone(), stock)).or_insert(0) += n;
        }
    }
    left.retain(|_, n| *n != 0);
    let open = i64::from(folded.state.is_open());
    assert!(
        left.len() <= 1 && left.values().all(|n| *n == 1) && left.values().sum::<i64>() == open,
        "{line}: {left:?}"
    );
}

fn check(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter(|(line, expected)| outcome(line) != *expected)
        .map(|(line, expected)| format!("{line}\n  expected {expected}\n  is       {}", outcome(line)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_dossier_comes_and_goes() {
    check(&[
        ("received 1/2 due 10/2", "pending 10/2; .; received_direct 1/2"),
        ("received 1/2 online full", "pending; .; received_online 1/2, received_online_full 1/2"),
        ("received 1/2 postal due 10/2", "pending 10/2; .; received_postal 1/2"),
        ("received 1/2 due 10/2 | returned 5/2", "returned; . .; received_direct 1/2, returned 5/2"),
        ("received 1/2 due 10/2 | withdrawn 5/2", "withdrawn; . .; received_direct 1/2, withdrawn 5/2"),
        ("received 1/2 due 10/2 | stopped 5/2", "stopped; . .; received_direct 1/2, stopped 5/2"),
        ("opening 1/2 due 10/2", "pending 10/2; .; "),
        ("opening 1/2 online full due 10/2 | resolved 12/2", "late; . .; resolved_late 12/2"),
        (
            "received 1/2 due 8/2 | resolved 2/2 | delivered 3/2",
            "early; . . .; received_direct 1/2, resolved_early 2/2, delivered 3/2",
        ),
        (
            "received 1/2 due 8/2 | returned 2/2 | delivered 3/2 postal",
            "returned; . . .; received_direct 1/2, returned 2/2, delivered 3/2, delivered_by_post 3/2",
        ),
    ]);
}

#[test]
fn early_on_time_and_late() {
    check(&[
        ("received 1/2 due 10/2 | resolved 9/2@23:59", "early; . .; received_direct 1/2, resolved_early 9/2"),
        ("received 1/2 due 10/2 | resolved 10/2@00:00", "ontime; . .; received_direct 1/2, resolved_on_time 10/2"),
        ("received 1/2 due 10/2 | resolved 10/2@23:59", "ontime; . .; received_direct 1/2, resolved_on_time 10/2"),
        ("received 1/2 due 10/2 | resolved 11/2@00:00", "late; . .; received_direct 1/2, resolved_late 11/2"),
        ("received 1/2 due 1/2@15:00 | resolved 1/2@14:59", "early; . .; received_direct 1/2, resolved_early 1/2"),
        ("received 1/2 due 1/2@15:00 | resolved 1/2@15:00", "ontime; . .; received_direct 1/2, resolved_on_time 1/2"),
        ("received 1/2 due 1/2@15:00 | resolved 1/2@15:01", "late; . .; received_direct 1/2, resolved_late 1/2"),
        ("received 1/2 | resolved 9/2", "ontime; . .; received_direct 1/2, resolved_on_time 9/2, no_due_date 9/2"),
        // An apology letter is a courtesy, never an excuse, and says nothing of a dossier that is not late.
        (
            "received 1/2 due 10/2 | letter 9/2 until 20/2 | resolved 15/2",
            "late; . . .; received_direct 1/2, resolved_late 15/2, late_with_letter 15/2",
        ),
        (
            "received 1/2 due 10/2 | letter 9/2 | resolved 10/2",
            "ontime; . . .; received_direct 1/2, resolved_on_time 10/2",
        ),
        ("received 1/2 due 10/2 | letter 9/2 until 20/2", "pending 10/2; . .; received_direct 1/2"),
    ]);
}

#[test]
fn what_does_not_count_and_why() {
    check(&[
        ("resolved 9/2", "unknown; h:NoReception; "),
        ("delivered 9/2", "unknown; h:NoReception; "),
        ("supplement 9/2", "unknown; h:NoReception; "),
        ("resolved 9/2 | received 10/2 due 12/2", "pending 12/2; c:BeforeReception .; received_direct 10/2"),
        ("received 1/2 due 10/2 | received 2/2 due 20/2", "pending 10/2; . c:SecondReception; received_direct 1/2"),
        ("received 2/2 due 20/2 | received 1/2 due 10/2", "pending 10/2; c:SecondReception .; received_direct 1/2"),
        ("opening 1/2 due 10/2 | received 2/2", "pending 10/2; . c:SecondReception; "),
        ("received 1/2 due 10/2 | in 2/2 T9", "pending 10/2; . c:SecondReception; received_direct 1/2"),
        (
            "received 1/2 due 10/2 | resolved 5/2 | received 6/2",
            "early; . . c:SecondReception; received_direct 1/2, resolved_early 5/2",
        ),
        (
            "received 1/2 due 10/2 | resolved 9/2 | stopped 10/2 | resolved 11/2",
            "early; . . c:AlreadyClosed c:AlreadyClosed; received_direct 1/2, resolved_early 9/2",
        ),
        (
            "received 1/2 due 10/2 | returned 2/2 | letter 3/2 | supplement 4/2",
            "returned; . . c:AlreadyClosed c:AlreadyClosed; received_direct 1/2, returned 2/2",
        ),
        (
            "received 1/2 | supplement 2/2 | supplement 3/2",
            "awaitingsupplement; . . c:AlreadyPaused; received_direct 1/2",
        ),
        ("received 1/2 | supplement 2/2 | payment 3/2", "awaitingsupplement; . . c:AlreadyPaused; received_direct 1/2"),
        ("received 1/2 due 10/2 | answered 2/2", "pending 10/2; . h:NotPaused; received_direct 1/2"),
        ("received 1/2 | payment 2/2 | answered 3/2", "awaitingpayment; . . h:NotPaused; received_direct 1/2"),
        ("received 1/2 | payment 2/2 | paid 3/2 | paid 4/2", "pending; . . . h:NotPaused; received_direct 1/2"),
        ("received 1/2 due 10/2 | delivered 2/2", "pending 10/2; . h:NotFinished; received_direct 1/2"),
        (
            "received 1/2 due 10/2 | resolved 2/2 | delivered 3/2 | delivered 4/2 postal",
            "early; . . . c:SecondDelivery; received_direct 1/2, resolved_early 2/2, delivered 3/2",
        ),
    ]);
}

#[test]
fn at_one_instant_a_dossier_comes_in_first_and_its_result_goes_out_last() {
    check(&[
        ("resolved 1/2 | received 1/2 due 1/2", "ontime; . .; received_direct 1/2, resolved_on_time 1/2"),
        (
            "delivered 1/2 | resolved 1/2 | answered 1/2 | supplement 1/2 | received 1/2",
            "ontime; . . . . .; received_direct 1/2, resolved_on_time 1/2, no_due_date 1/2, delivered 1/2",
        ),
        // Two of one kind: the lower id, whichever came first.
        ("received 1/2 due 10/2 | received 1/2 due 20/2", "pending 10/2; . c:SecondReception; received_direct 1/2"),
        (
            "received 1/2 | returned 2/2 | resolved 2/2",
            "returned; . . c:AlreadyClosed; received_direct 1/2, returned 2/2",
        ),
    ]);
}

#[path = "more_tests.rs"]
mod more;
