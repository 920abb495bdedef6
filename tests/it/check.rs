//! `motcua check` as scripts see it: the five published reports behind this project, exit codes, and the node that gives the same answer.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{
    bad_input::node,
    support::{data, motcua},
};

/// Exit code and the findings but notes, in short.
fn checked(file: &str) -> (i32, Vec<String>) {
    let output = motcua(&["check", file, "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let short = |f: &Value| match f["kind"].as_str().unwrap() {
        "contradiction" => {
            assert_eq!(f["alternatives"], Value::Null, "nothing else may be the wrong one");
            Some(format!("{} -> {}", text(&f["culprit"]["printed"]), f["culprit"]["should_be"]))
        }
        "remainder" => Some(format!("remainder {}", f["amount"])),
        "wrong-percent" => Some(format!("{} -> {}", text(&f["stated"]), text(&f["should_be"]))),
        "note" => None,
        other => panic!("no such kind: {other}"),
    };
    let mut found: Vec<String> = answer["findings"].as_array().unwrap().iter().filter_map(short).collect();
    found.sort();
    (output.status.code().unwrap(), found)
}

#[test]
fn the_published_reports_are_judged_as_they_deserve() {
    let Some(folder) = data("seeds") else { return };
    let wanted: [(&str, i32, &[&str]); 5] = [
        ("000_3ac66972450cd9d1.txt", 0, &[]),
        ("001_f0f2fdb111c24200.txt", 1, &["3,24% -> 3,25%", "remainder 595"]),
        ("002_100e2f5f2c023b1d.txt", 1, &["2,56% -> 2,57%", "942 -> 938", "99,73% -> 99,77%"]),
        ("003_7f6809d6f0984ce9.txt", 0, &[]),
        ("004_f9bf3ebd35c96490.txt", 1, &["16,2% -> 16,1%", "6.164 -> 6192", "83,8% -> 83,9%"]),
    ];
    for (name, code, findings) in wanted {
        let (ended, found) = checked(folder.join(name).to_str().unwrap());
        assert_eq!((ended, found), (code, findings.iter().map(|f| (*f).to_owned()).collect()), "{name}");
    }
}

#[test]
fn exit_codes_and_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let code = |args: &[&str]| motcua(args).status.code().unwrap();
    let good = put(
        "tot.txt",
        "Đã giải quyết 90 hồ sơ, gồm trước hạn 80 hồ sơ, đúng hạn 10 hồ sơ, quá hạn 0 hồ sơ.".as_bytes(),
    );
    let bad = put("sai.csv", "Đơn vị,Đã giải quyết,Trước hạn,Đúng hạn,Quá hạn\nXã A,90,80,10,7\n".as_bytes());
    assert_eq!(code(&["check", &good]), 0);
    assert_eq!(code(&["check", &bad, "--lang", "en"]), 1);
    assert_eq!(code(&["check", &put("anh.bin", b"\xff\xfe\x00")]), 2);
    assert_eq!(code(&["check", &put("hong.xlsx", b"PK\x03\x04")]), 2);
    assert_eq!(code(&["check", "khong-co.txt"]), 2);
    assert_eq!(code(&["check", &good, "--as", "json"]), 2);
    let mut piped = Command::new(env!("CARGO_BIN_EXE_motcua"));
    piped.args(["check", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all("Đã giải quyết 100 hồ sơ, trong đó đúng hạn 90 hồ sơ, chiếm 91%.".as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("90%"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_gives_the_same_answer() {
    let (node, _) = node("01", "01").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    std::fs::write(&file, "Tiếp nhận 1.000 hồ sơ; đã giải quyết 900 hồ sơ; đang giải quyết 60 hồ sơ.").unwrap();
    let (file, url) = (file.to_str().unwrap().to_owned(), node.url());
    let answers = tokio::task::spawn_blocking(move || {
        [
            vec![],
            vec!["--node", url.as_str()],
            vec!["--format", "json"],
            vec!["--format", "json", "--node", url.as_str()],
        ]
        .map(|more| {
            let output = motcua(&[vec!["check", file.as_str()], more].concat());
            (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
        })
    });
    let [text, far_text, json, far_json] = answers.await.unwrap();
    assert_eq!(text.0, Some(1), "{}", text.2);
    assert_eq!((&text.0, &text.1), (&far_text.0, &far_text.1), "{}", far_text.2);
    assert_eq!((&json.0, &json.1), (&far_json.0, &far_json.1), "{}", far_json.2);
}
