//! The log of one real reception desk, imported through the program, against an independent script that shares no code with it.

use std::{path::Path, process::Command};

use motcua::clock::Moved;
use serde_json::Value;

use super::support::{TestNode, at, data, must};

/// The measures the oracle computes; everything else must be zero.
const COMPARED: [&str; 9] = [
    "carried_over",
    "received_online",
    "received_direct",
    "received_postal",
    "resolved_early",
    "resolved_on_time",
    "resolved_late",
    "pending_within_deadline",
    "pending_overdue",
];

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the script says, or `None` with the reason printed where there is no Python. Continuous integration fails without it.
fn oracle(file: &str) -> Option<Value> {
    let script = project().join("tests/oracle/receipt.py");
    let output = match Command::new("python3").arg(script).arg(file).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "python3 cannot be run ({error}), and CI must not skip this test"
            );
            println!("skipped: python3 cannot be run: {error}");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn import(file: &str, url: &str) -> String {
    let mapping = project().join("examples/receipt.toml");
    must(&["desk", "import", file, "--mapping", mapping.to_str().unwrap(), "--node", url])
}

fn state_hash(folder: &Path) -> String {
    let told = must(&["fsck", folder.to_str().unwrap()]);
    told.lines().find(|l| l.starts_with("state hash")).unwrap().to_owned()
}

async fn node(clock: &Moved) -> TestNode {
    TestNode::new("00004", "2010-09-15", None, clock).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_month_equals_the_oracle_and_order_leaves_no_trace() {
    let Some(real) = data("log_receipt_cases.csv") else { return };
    let clock = Moved::at(at("2026-01-05T08:00:00+07:00"));
    // A copy, because what is left out is written beside the file.
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("cases.csv");
    std::fs::copy(&real, &file).unwrap();
    let file = file.to_str().unwrap();
    let Some(expected) = oracle(file) else { return };

    let first = node(&clock).await;
    let url = first.url();
    let told = tokio::task::block_in_place(|| import(file, &url));
    assert!(told.contains("1434"), "{told}");
    let left_out = std::fs::read_to_string(format!("{file}.left-out.csv")).unwrap();
    assert_eq!(left_out.matches("resolved,OUT_OF_ORDER").count(), 2, "{left_out}");

    let periods = expected.as_object().unwrap();
    assert_eq!(periods.len(), 32, "sixteen legal and sixteen calendar months");
    let mut closing = std::collections::BTreeMap::new();
    for (period, figures) in periods {
        let report =
            tokio::task::block_in_place(|| must(&["report", "--period", period, "--format", "json", "--node", &url]));
        let total = &serde_json::from_str::<Value>(&report).unwrap()["total"];
        for measure in COMPARED {
            assert_eq!(total[measure], figures[measure], "{period} {measure}");
        }
        let sum = |names: &[&str]| names.iter().map(|n| total[*n].as_i64().unwrap()).sum::<i64>();
        assert_eq!(
            sum(&["to_handle_total"]),
            sum(&["resolved_total", "pending_total", "awaiting_supplement"]),
            "{period} balances"
        );
        closing.insert(period.clone(), (sum(&["carried_over"]), sum(&["pending_total"])));
    }
    for calendar in ["", "cal:"] {
        let chain: Vec<_> = closing.iter().filter(|(p, _)| p.starts_with("cal:") != calendar.is_empty()).collect();
        for pair in chain.windows(2) {
            assert_eq!(pair[0].1.1, pair[1].1.0, "{} continues {}", pair[1].0, pair[0].0);
        }
    }
    let whole = tokio::task::block_in_place(|| {
        must(&["report", "--period", "2010-09-15..2012-06-14", "--format", "json", "--node", &url])
    });
    let total = &serde_json::from_str::<Value>(&whole).unwrap()["total"];
    assert_eq!((&total["received_new"], &total["pending_total"]), (&1434.into(), &107.into()));

    // The same file again changes nothing.
    let again = tokio::task::block_in_place(|| import(file, &url));
    assert!(again.lines().any(|l| l.trim() == "recorded           0"), "{again}");
    first.running.stop().await.unwrap();
    let hash = state_hash(first.folder.path());

    // Its rows in another order come to the same state.
    let text = std::fs::read_to_string(file).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    let middle = rows.len() / 3;
    rows.rotate_left(middle);
    let shuffled = scratch.path().join("shuffled.csv");
    std::fs::write(&shuffled, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    let second = node(&clock).await;
    tokio::task::block_in_place(|| import(shuffled.to_str().unwrap(), &second.url()));
    second.running.stop().await.unwrap();
    assert_eq!(state_hash(second.folder.path()), hash);

    // A rebuild from the journal does too.
    let rebuilt = must(&["rebuild", first.folder.path().to_str().unwrap()]);
    assert!(rebuilt.contains(hash.trim_start_matches("state hash").trim()), "{rebuilt}");
}
