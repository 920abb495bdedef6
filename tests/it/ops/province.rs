//! A province from nothing, by the steps that are written in `dist/province.sh` and by nothing else.

use std::{collections::BTreeMap, net::TcpListener, path::Path, process::Command};

const UNITS: [&str; 9] = ["22", "205", "206", "07069", "07072", "07075", "07201", "07204", "07207"];

/// Ports that were free a moment ago.
fn ports() -> Vec<String> {
    let taken: Vec<_> = UNITS.iter().map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    taken.iter().map(|listener| listener.local_addr().unwrap().port().to_string()).collect()
}

#[test]
fn a_province_comes_up_by_the_written_steps_and_its_report_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/province.sh");
    let output = Command::new("bash")
        .arg(script)
        .arg(env!("CARGO_BIN_EXE_motcua"))
        .arg(folder.path())
        .args(ports())
        .output()
        .unwrap();
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{:?}\n{told}\n{errors}", output.status.code());
    println!("{told}");

    assert!(told.contains("Final · 9/9 units"), "{told}");
    assert!(told.contains("the sum is right: 72 received, 6 pending"), "{told}");
    let total: Vec<&str> = told.lines().find(|l| l.contains("│ Total")).unwrap().split('┆').map(str::trim).collect();
    assert_eq!(&total[1..=11], ["72", "0", "72", "0", "66", "0", "66", "0", "6", "6", "0"]);
    for district in ["Thị xã Đông Triều", "Thị xã Quảng Yên"] {
        let row: Vec<&str> = told.lines().find(|l| l.contains(district)).unwrap().split('┆').map(str::trim).collect();
        assert_eq!((row[1], row[5], row[9]), ("36", "33", "3"), "{district}");
    }
    let times: BTreeMap<&str, &str> = told
        .lines()
        .filter_map(|l| l.strip_prefix("machine time"))
        .map(|l| {
            let words: Vec<&str> = l.split_whitespace().collect();
            (words[0], words[1])
        })
        .collect();
    assert!(UNITS.iter().all(|unit| times[unit].parse::<u64>().is_ok()), "{times:?}");
    // Everybody is on the top's roll, and nobody's data are anywhere else.
    let fleet = told.split("certificate until").last().unwrap();
    assert_eq!(fleet.lines().filter(|l| l.contains(" enrolled ")).count(), UNITS.len(), "{fleet}");
}
