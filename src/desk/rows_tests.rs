//! Rows to events, as tables of rows.

use std::{fs::File, path::PathBuf};

use super::*;

const DOSSIERS: &str = r#"
source = "s"
[input]
kind = "dossiers"
[columns]
dossier = "d"
received_at = "r"
due_at = "due"
closed_at = "c"
delivered_at = "del"
channel = "ch"
status = "st"
supplement_requested_at = "ask"
supplement_received_at = "got"
[channels]
web = "online"
desk = "direct"
test = "skip"
[statuses]
"" = "in_progress"
1 = 1
3 = 3
5 = 5
8 = 8
9 = 9
10 = 10
back = "returned"
[defaults]
delivered_channel = "postal"
[rules]
on_bad_row = "RULE"
"#;

fn mapping(rule: &str) -> Mapping {
    Mapping::parse(&DOSSIERS.replace("RULE", rule)).unwrap()
}

pub(in crate::desk) fn options() -> RowOptions {
    RowOptions { opening: false, books_from: None, now: Timestamp::parse("2018-03-01").unwrap() }
}

pub(in crate::desk) fn record(line: &str) -> ByteRecord {
    line.split(',').collect::<Vec<_>>().into()
}

const HEADER: &str = "d,r,due,c,del,ch,st,ask,got";

/// Kinds that come out, and `kind:REASON` of what is left out.
pub(in crate::desk) fn outcome(reader: &RowReader<'_>, line: &str) -> (String, String) {
    let result = reader.read(2, &record(line));
    let events: Vec<_> = result.events.iter().map(|e| e.body.name()).collect();
    let left: Vec<_> = result.left_out.iter().map(|l| format!("{}:{}", l.kind, l.reason)).collect();
    (events.join(" "), left.join(" "))
}

#[test]
fn what_a_dossier_row_gives() {
    let mapping = mapping("leave_out_event");
    let reader = RowReader::new(&mapping, &record(HEADER), options()).unwrap();
    for (line, events, left_out) in [
        ("1,2018-02-01,2018-02-14,,,web,,,", "received", ""),
        ("1,2018-02-01,2018-02-14,2018-02-10,2018-02-12,web,10,,", "received resolved delivered", ""),
        ("1,2018-02-01,,2018-02-10,,web,8,,", "received stopped", ""),
        ("1,2018-02-01,,2018-02-10,,desk,back,,", "received returned", ""),
        (
            "1,2018-02-01,,2018-02-10,,desk,9,2018-02-03,2018-02-05",
            "received supplement_requested supplement_received resolved",
            "",
        ),
        ("1,2018-02-01,,,,desk,5,2018-02-03,", "received supplement_requested", ""),
        ("1,2018-02-01,,,,desk,5,,", "received", "supplement_requested:STATUS_WITHOUT_TIME"),
        ("1,2018-02-01,,,,desk,,,2018-02-05", "received", "supplement_received:OUT_OF_ORDER"),
        ("1,2018-02-01,,,,desk,1,,", "", ":NOT_IN_THE_BOOKS"),
        ("1,2018-02-01,,,,desk,3,,", "", ":NOT_IN_THE_BOOKS"),
        ("1,2018-02-01,,,,test,,,", "", ":SKIPPED_BY_MAPPING"),
        ("1,2018-02-01,,,,fax,,,", "", ":UNKNOWN_CHANNEL"),
        ("1,2018-02-01,,,,,,,", "", ":UNKNOWN_CHANNEL"),
        ("1,2018-02-01,,,,web,7,,", "", ":UNKNOWN_STATUS"),
        ("1,2018-02-01,,2018-01-31,2018-02-03,web,9,,", "received", "resolved:OUT_OF_ORDER delivered:OUT_OF_ORDER"),
        ("1,2018-02-01T08:00,,2018-02-01,2018-02-01,web,9,,", "received resolved delivered", ""),
        ("1,2018-02-01,,,,web,9,,", "received", "resolved:CLOSED_WITHOUT_TIME"),
        ("1,2018-02-01,,2018-02-10,,web,,,", "received", "resolved:OPEN_BUT_CLOSED"),
        ("1,2018-02-01,,2018-02-30,,web,9,,", "received", "resolved:BAD_TIME"),
        ("1,2018-02-01,,2019-02-10,,web,9,,", "received", "resolved:IN_THE_FUTURE"),
        ("1,2018-02-01,2018-01-31,,,web,,,", "received", "received:DUE_BEFORE_RECEIVED"),
        ("1,2018-02-01,31/1/2018,,,web,,,", "", ":BAD_TIME"),
        ("1,1918-02-01,,,,web,,,", "", ":BEFORE_1975"),
        ("1,2019-02-01,,,,web,,,", "", ":IN_THE_FUTURE"),
        ("1,,,,,web,,,", "", ":MISSING_CELL"),
        (",2018-02-01,,,,web,,,", "", ":MISSING_CELL"),
        ("1", "", ":MISSING_CELL"),
    ] {
        assert_eq!(outcome(&reader, line), (events.into(), left_out.into()), "{line}");
    }
    let damaged = ByteRecord::from(vec![&b"1"[..], b"2018-02-01", b"", b"", b"", b"\xff"]);
    assert_eq!(reader.read(2, &damaged).left_out[0].reason, "BAD_TEXT");
}

#[test]
fn events_of_one_instant_stay_in_the_order_of_the_life_cycle() {
    let mapping = mapping("stop");
    let reader = RowReader::new(&mapping, &record(HEADER), options()).unwrap();
    let line = "1,2018-02-01,,2018-02-01,2018-02-01,web,9,2018-02-01,2018-02-01";
    let times: Vec<_> = reader.read(2, &record(line)).events.iter().map(|e| e.occurred_at).collect();
    let midnight = Timestamp::parse("2018-02-01").unwrap();
    assert_eq!(times, (0..5).map(|ms| midnight.plus_millis(ms)).collect::<Vec<_>>());
}

#[test]
fn the_rule_for_bad_rows() {
    let bad = "1,2018-02-01,,2018-01-31,,web,9,,";
    for (rule, events, left_out, stop) in [
        ("leave_out_event", "received", "resolved:OUT_OF_ORDER", false),
        ("leave_out_row", "", "resolved:OUT_OF_ORDER received:ROW_LEFT_OUT", false),
        ("stop", "", "resolved:OUT_OF_ORDER", true),
    ] {
        let mapping = mapping(rule);
        let reader = RowReader::new(&mapping, &record(HEADER), options()).unwrap();
        assert_eq!(outcome(&reader, bad), (events.into(), left_out.into()), "{rule}");
        assert_eq!(reader.read(2, &record(bad)).stop, stop, "{rule}");
        // what is not for the books, and what is only noted, is no mistake
        assert!(!reader.read(2, &record("1,2018-02-01,,,,web,1,,")).stop);
        assert_eq!(outcome(&reader, "1,2018-02-01,2018-01-31,,,web,,,").0, "received");
    }
}

#[test]
fn opening_stock_and_history() {
    let mapping = mapping("leave_out_event");
    let from = NaiveDate::from_ymd_opt(2018, 2, 1);
    let (open, closed_before, closed_after, later) = (
        "1,2018-01-20,,,,web,,,",
        "1,2018-01-20,,2018-01-31,,web,9,,",
        "1,2018-01-20,,2018-02-01,,web,9,,",
        "1,2018-02-01,,,,web,,,",
    );
    for (opening, books_from, expected) in [
        (true, None, ["opening", ":HISTORY", ":HISTORY", "opening"]),
        (true, from, ["opening", ":HISTORY", "opening resolved", "received"]),
        (false, from, [":BEFORE_BOOKS", ":BEFORE_BOOKS", ":BEFORE_BOOKS", "received"]),
        (false, None, ["received", "received resolved", "received resolved", "received"]),
    ] {
        let options = RowOptions { opening, books_from, ..options() };
        let reader = RowReader::new(&mapping, &record(HEADER), options).unwrap();
        for (line, expected) in [open, closed_before, closed_after, later].into_iter().zip(expected) {
            let (events, left_out) = outcome(&reader, line);
            assert_eq!(events + &left_out, expected, "{line} opening {opening} from {books_from:?}");
        }
    }
    // one act, one id: a dossier cannot be carried over and received
    let id = |opening| {
        let reader = RowReader::new(&mapping, &record(HEADER), RowOptions { opening, ..options() }).unwrap();
        reader.read(2, &record(open)).events[0].id
    };
    assert_eq!(id(true), id(false));
}

#[test]
fn the_real_log_adds_up() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/log_receipt_cases.csv");
    let Ok(file) = File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let mapping = Mapping::parse(include_str!("../../examples/receipt.toml")).unwrap();
    let mut csv = csv::Reader::from_reader(file);
    let reader = RowReader::new(&mapping, csv.byte_headers().unwrap(), options()).unwrap();
    let (mut received, mut resolved, mut left_out) = (0, 0, Vec::new());
    for row in csv.byte_records() {
        let result = reader.read(0, &row.unwrap());
        received += result.events.iter().filter(|e| matches!(e.body, Body::Received(_))).count();
        resolved += result.events.iter().filter(|e| e.body == Body::Resolved).count();
        left_out.extend(result.left_out.into_iter().map(|l| (l.dossier, l.reason)));
    }
    left_out.sort();
    assert_eq!((received, resolved), (1_434, 1_434 - 107));
    let expected = [("case-10862", "OUT_OF_ORDER"), ("case-8267", "OUT_OF_ORDER")];
    assert_eq!(left_out, expected.map(|(d, r)| (d.to_owned(), r.to_owned())));
}
