//! Event rows to events.

use std::collections::BTreeSet;

use crate::{
    desk::{
        mapping::Mapping,
        rows::{
            RowOptions, RowReader,
            tests::{options, outcome, record},
        },
    },
    domain::event::EventId,
};

const EVENTS: &str = r#"
source = "s"
[input]
kind = "events"
[columns]
dossier = "d"
kind = "k"
occurred_at = "t"
due_at = "due"
ordinal = "n"
[statuses]
2 = 2
5 = 5
6 = 6
7 = 7
8 = 8
9 = 9
10 = 10
[defaults]
channel = "direct"
delivered_channel = "direct"
"#;

#[test]
fn what_an_event_row_gives() {
    let mapping = Mapping::parse(EVENTS).unwrap();
    let reader = RowReader::new(&mapping, &record("d,k,t,due,n"), options()).unwrap();
    for (kind, expected) in [
        ("2", "received"),
        ("received", "received"),
        ("opening", "opening"),
        ("5", "supplement_requested"),
        ("supplement_received", "supplement_received"),
        ("6", "payment_requested"),
        ("7", ":NO_OUTCOME"),
        ("in_progress", ":NO_OUTCOME"),
        ("8", "stopped"),
        ("9", "resolved"),
        ("10", "delivered"),
        ("extended", "extended"),
        ("corrected", ":UNSUPPORTED_KIND"),
        ("11", ":UNKNOWN_STATUS"),
        ("", ":MISSING_CELL"),
    ] {
        let (events, left_out) = outcome(&reader, &format!("1,{kind},2018-02-01,2018-02-14,"));
        assert_eq!(events + &left_out, expected, "{kind}");
    }
    let wrong = RowReader::new(&mapping, &record("d,k,k,t"), RowOptions { opening: true, ..options() }).unwrap_err();
    let places: Vec<_> = wrong.iter().map(|w| w.place.as_str()).collect();
    assert_eq!(places, ["columns.due_at", "columns.kind", "columns.ordinal", "input.kind"]);
}

#[test]
fn ids_do_not_depend_on_the_order_of_rows() {
    let mapping = Mapping::parse(EVENTS).unwrap();
    let reader = RowReader::new(&mapping, &record("d,k,t,due,n"), options()).unwrap();
    let lines = ["1,2,2018-02-01,,", "1,5,2018-02-02,,1", "1,5,2018-02-05,,2", "2,2,2018-02-01,,", "1,9,2018-02-09,,"];
    let ids = |order: &mut dyn Iterator<Item = &&str>| -> BTreeSet<EventId> {
        order.enumerate().flat_map(|(n, line)| reader.read(n as u64 + 2, &record(line)).events).map(|e| e.id).collect()
    };
    let forward = ids(&mut lines.iter());
    assert_eq!(forward.len(), lines.len());
    assert_eq!(forward, ids(&mut lines.iter().rev()));
    // nor on the time, so that a corrected file does not count twice
    let moved = reader.read(2, &record("1,9,2018-02-10,,")).events;
    assert!(forward.contains(&moved[0].id));
}
