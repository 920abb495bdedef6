use super::*;

#[test]
fn the_template_is_a_configuration() {
    for (secure, parent) in
        [(false, None), (false, Some("http://127.0.0.1:7071")), (true, None), (true, Some("https://tinh.vn:7071"))]
    {
        let address = if secure { "https://10.0.0.4:7070" } else { "" };
        let listen = if secure { "0.0.0.0:7070" } else { "127.0.0.1:7070" };
        let text = template(&Template { unit: "00004", secure, listen, address, parent });
        let config = Config::parse(&text, Path::new("/node")).unwrap();
        assert_eq!((config.secure, config.address.as_str()), (secure, address));
        assert_eq!(config.unit, "00004");
        assert_eq!(config.data, Path::new("/node/data"));
        assert_eq!(config.parent.map(|p| p.url), parent.map(str::to_owned));
    }
}

#[test]
fn what_a_new_node_is_told_cannot_become_another_setting() {
    let odd = "https://a:1\"\n[metrics]\nlisten = \"10.0.0.1:1\"\n[limits]\nx = \"";
    let new = Template { unit: odd, secure: true, listen: odd, address: odd, parent: Some(odd) };
    let table: toml::Table = toml::from_str(&template(&new)).unwrap();
    assert_eq!(
        table.keys().map(String::as_str).collect::<Vec<_>>(),
        ["address", "closing", "data", "listen", "parent", "unit"]
    );
    assert_eq!(table["parent"]["url"].as_str(), Some(odd));
    let mistakes = Config::parse(&template(&new), Path::new(".")).unwrap_err();
    assert_eq!(mistakes.len(), 4, "{mistakes:#?}");
}

#[test]
fn metrics_and_traces_are_off_until_asked_for() {
    let parse = |more: &str| Config::parse(&format!("unit = \"01\"\n{more}"), Path::new("."));
    let config = parse("").unwrap();
    assert_eq!((config.metrics, config.traces), (None, None));
    for address in ["127.0.0.1:9464", "[::1]:9464", "10.0.0.7:9464"] {
        let config = parse(&format!("[metrics]\nlisten = \"{address}\"\n")).unwrap();
        assert_eq!(config.metrics.map(|a| a.to_string()).as_deref(), Some(address));
    }
    for (more, key) in [
        ("[metrics]\nlisten = \"0.0.0.0:9464\"\n", "metrics.listen"),
        ("[metrics]\nlisten = \"[::]:9464\"\n", "metrics.listen"),
        ("[metrics]\nlisten = 9464\n", "metrics.listen"),
        ("[metrics]\nport = 9464\n", "metrics.port"),
        ("[traces]\nendpoint = \"localhost\"\n", "traces.endpoint"),
        ("[traces]\nto = \"http://127.0.0.1:4317\"\n", "traces.to"),
    ] {
        let mistakes = parse(more).unwrap_err();
        assert!(mistakes.iter().any(|m| m.contains(key)), "{key} in {mistakes:?}");
    }
    let traces = parse("[traces]\nendpoint = \"http://127.0.0.1:4317\"\n");
    match cfg!(feature = "otel") {
        true => assert_eq!(traces.unwrap().traces.as_deref(), Some("http://127.0.0.1:4317")),
        false => assert!(traces.unwrap_err()[0].contains("--features otel")),
    }
}

#[test]
fn backups_go_beside_the_data_and_nowhere_else() {
    let parse = |more: &str| Config::parse(&format!("unit = \"01\"\n{more}"), Path::new("/node"));
    assert_eq!(parse("").unwrap().backup, None);
    let backup = parse("[backup]\nto = \"/mnt/usb/01\"\n").unwrap().backup.unwrap();
    assert_eq!(backup, Backup { to: "/mnt/usb/01".into(), every_seconds: 60, keys: true });
    let backup = parse("[backup]\nto = \"copy\"\nevery_seconds = 5\nkeys = false\n").unwrap().backup.unwrap();
    assert_eq!(backup, Backup { to: "/node/copy".into(), every_seconds: 5, keys: false });
    for (more, key) in [
        ("[backup]\n", "backup.to"),
        ("[backup]\nto = \"data\"\n", "backup.to"),
        ("[backup]\nto = \"data/copy\"\n", "backup.to"),
        ("[backup]\nto = \"/node\"\n", "backup.to"),
        ("[backup]\nto = \"copy\"\nevery_seconds = 0\n", "backup.every_seconds"),
        ("[backup]\nto = \"copy\"\nkeys = \"no\"\n", "backup.keys"),
        ("[backup]\nto = \"copy\"\nanew = true\n", "backup.anew"),
    ] {
        let mistakes = parse(more).unwrap_err();
        assert!(mistakes.iter().any(|m| m.contains(key)), "{key} in {mistakes:?}");
    }
}

#[test]
fn what_two_persons_close_does_not_close_by_itself() {
    let parse = |closing: &str| Config::parse(&format!("unit = \"4\"\n[closing]\n{closing}"), Path::new("."));
    for (closing, automatic, two_persons) in
        [("", true, false), ("two_persons = true", false, true), ("two_persons = true\nautomatic = false", false, true)]
    {
        let config = parse(closing).unwrap();
        assert_eq!((config.closing.automatic, config.two_persons), (automatic, two_persons), "{closing}");
    }
    let mistakes = parse("two_persons = true\nautomatic = true").unwrap_err();
    assert!(mistakes.len() == 1 && mistakes[0].contains("closing.automatic"), "{mistakes:?}");
}

#[test]
fn all_mistakes_are_told_together() {
    let text = "unit = 4\nsecure = false\nlisten = \"0.0.0.0:7070\"\ncolour = \"red\"\n[parent]\nurl = \"https://tinh.vn\"\n[closing]\nautomatic = \"yes\"\ngrace_days = 900\n";
    let mistakes = Config::parse(text, Path::new(".")).unwrap_err();
    assert_eq!(mistakes.len(), 6, "{mistakes:#?}");
    for key in ["unit", "listen", "colour", "parent.url", "closing.automatic", "closing.grace_days"] {
        assert!(mistakes.iter().any(|m| m.contains(key)), "{key} in {mistakes:#?}");
    }
}
