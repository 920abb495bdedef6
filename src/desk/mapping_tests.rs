//! Mappings that read, and everything that can be wrong with one.

use super::*;

#[test]
fn the_example_reads() {
    let mapping = Mapping::parse(include_str!("../../examples/receipt.toml")).unwrap();
    assert_eq!(mapping.channels["e-mail"], ChannelRule::Online);
    assert_eq!((mapping.delimiter, mapping.due, mapping.procedure.as_str()), (b',', DueBy::Day, "other"));
}

#[test]
fn all_mistakes_at_once() {
    let wrong = Mapping::parse(
        r#"
        sources = "x"
        [input]
        kind = "rows"
        delimiter = ";;"
        time_zone = "Hanoi"
        time_formats = ["%Q"]
        [columns]
        dosier = "code"
        status = "state"
        [channels]
        "Web" = "internet"
        [statuses]
        "9" = 11
        "8" = "done"
        [defaults]
        due = "hour"
        [rules]
        on_bad_rows = "stop"
        "#,
    )
    .unwrap_err();
    let places: Vec<_> = wrong.iter().map(|w| w.place.as_str()).collect();
    let expected = [
        "rules",
        "sources",
        "channels.\"Web\"",
        "input.kind",
        "input.delimiter",
        "input.time_zone",
        "columns.dosier",
        "statuses.\"8\"",
        "statuses.\"9\"",
        "defaults.due",
        "source",
        "input.time_formats",
    ];
    assert_eq!(places, expected, "{wrong:#?}");
    assert!(wrong.iter().all(|w| !w.to_string().contains('\n')));
}

#[test]
fn what_is_missing_and_what_is_foreign() {
    for (text, places) in [
        ("source='s'\n[input]\nkind='dossiers'", vec!["columns.dossier", "columns.received_at", "columns.channel"]),
        (
            "source='s'\n[input]\nkind='events'\n[columns]\ndossier='d'\nclosed_at='c'\nchannel='ch'",
            vec!["columns.kind", "columns.occurred_at", "columns.closed_at", "channels"],
        ),
        (
            "source='s'\n[input]\nkind='dossiers'\n[columns]\ndossier='d'\nreceived_at='r'\ndelivered_at='x'\nstatus='s'\n[defaults]\nchannel='direct'",
            vec!["columns.delivered_channel", "statuses"],
        ),
        (
            "source='s'\n[input]\nkind='dossiers'\n[columns]\ndossier='d'\nreceived_at='r'\n[statuses]\nx='extended'\n[defaults]\nchannel='direct'",
            vec!["statuses.\"x\""],
        ),
        ("source = ", vec!["the mapping"]),
    ] {
        let wrong = Mapping::parse(text).unwrap_err();
        assert_eq!(wrong.iter().map(|w| w.place.as_str()).collect::<Vec<_>>(), places, "{text}");
    }
}
