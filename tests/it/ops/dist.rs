//! What is shipped beside the program: the unit keeps its hardening, and unit, package and scripts speak of the same places.

use std::{collections::BTreeMap, fs, path::Path};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The settings of the unit's sections; a setting given twice has both values.
fn unit() -> BTreeMap<String, Vec<String>> {
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in read("dist/motcua.service").lines().filter(|l| !l.starts_with(['#', '['])) {
        if let Some((key, value)) = line.split_once('=') {
            settings.entry(key.to_owned()).or_default().push(value.to_owned());
        }
    }
    settings
}

#[test]
fn the_unit_is_hardened() {
    let unit = unit();
    for (key, value) in [
        ("User", "motcua"),
        ("StateDirectory", "motcua"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("Restart", "on-failure"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateUsers", "yes"),
        ("ProtectProc", "invisible"),
        ("ProtectClock", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("RestrictNamespaces", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("SystemCallArchitectures", "native"),
    ] {
        assert_eq!(unit.get(key).map(|v| v.join("|")).as_deref(), Some(value), "{key}");
    }
    assert_eq!(unit["SystemCallFilter"], ["@system-service", "~@privileged @resources"]);
    assert!(!unit.contains_key("WatchdogSec"), "nobody feeds a watchdog");
    assert!(!unit.contains_key("IPAddressDeny"), "only the operator knows the network");
}

#[test]
fn unit_package_and_scripts_speak_of_the_same_places() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets: BTreeMap<&str, &str> = deb["assets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asset| (asset[0].as_str().unwrap(), asset[1].as_str().unwrap()))
        .collect();
    for (file, place) in &assets {
        assert!(!place.starts_with('/') && place.ends_with('/'), "{file} goes to {place}");
        if *file != "target/release/motcua" {
            read(file);
        }
    }
    let unit = unit();
    let started = &unit["ExecStart"][0];
    let program = format!("/{}motcua", assets["target/release/motcua"]);
    let home = format!("/var/lib/{}", unit["StateDirectory"][0]);
    assert_eq!(*started, format!("{program} serve --config {home}/{}", motcua::config::FILE));
    assert_eq!(unit["ConditionPathExists"][0], format!("{home}/{}", motcua::config::FILE));
    let documentation = unit["Documentation"][0].strip_prefix("file:///").unwrap().to_owned();
    assert_eq!(documentation, format!("{}operations.md", assets["docs/operations.md"]));
    assert_eq!(assets["dist/motcua.service"], "usr/lib/systemd/system/");

    let scripts = deb["maintainer-scripts"].as_str().unwrap();
    let user = &unit["User"][0];
    let made = read(&format!("{scripts}postinst"));
    assert!(
        made.contains(&format!("--home-dir {home}")) && made.contains(&format!("-o {user} -g {user} {home}")),
        "{made}"
    );
    let container = read("dist/Containerfile");
    assert!(container.contains(&format!("ENTRYPOINT [\"{program}\"]")), "{container}");
    assert!(container.contains(&format!("VOLUME {home}")) && container.contains("USER 65532:65532"), "{container}");
    for script in ["postinst", "prerm", "postrm"] {
        let text = read(&format!("{scripts}{script}"));
        assert!(text.starts_with("#!/bin/sh\n") && text.contains("\nset -e\n"), "{script}");
        // Words said to the person at the machine are not done to it.
        let done = text.lines().filter(|l| !l.trim_start().starts_with(['#']) && !l.contains("echo "));
        for line in done {
            for never in ["rm ", "rmdir", "userdel", "deluser", "chown -R"] {
                assert!(!line.contains(never), "{script} does `{line}`: data outlives the package");
            }
        }
    }
}

#[test]
fn the_handbook_names_every_metric_it_alerts_on() {
    let told = motcua::metrics::Metrics::default();
    let gauges = motcua::metrics::gauges::Gauges {
        parent_registry_version: Some(1),
        unsent: Some(1),
        unsent_seconds: Some(1.0),
        agreed_seconds: Some(1.0),
        clock_difference_seconds: Some(1.0),
        journal_bytes: Some(1),
        disk_free_bytes: Some(1),
        disk_total_bytes: Some(1),
        backed_up: Some(1),
        backup_seconds: Some(1.0),
        backup_failing: Some(false),
        digest_failing: Some(false),
        ..Default::default()
    };
    told.group(1, std::time::Duration::ZERO);
    let text = told.text(&gauges).unwrap();
    let handbook = read("docs/operations.md");
    let words = handbook.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let named: Vec<&str> = words.filter(|word| word.starts_with("motcua_") && *word == word.to_lowercase()).collect();
    assert!(named.len() > 10, "the handbook has lost its alerts");
    for name in named {
        // Calls are counted once there is one.
        assert!(text.contains(name) || name.starts_with("motcua_grpc_call"), "{name} is no metric");
    }
}
