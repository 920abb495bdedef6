//! What a unit says of its figures in the same step as closing: it goes out with the document, and causes given before stay.

use motcua::{
    clock::Moved,
    domain::{periods::Period, units::UnitId},
    ledger::By,
    reports::{Breakdown, Query},
};
use tempfile::TempDir;

use crate::{
    heal::made_up::{received, ten},
    support::{at, motcua, must, new_node, start},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_note_goes_out_with_what_is_closed_and_with_what_is_amended() {
    let folder = TempDir::new().unwrap();
    let clock = Moved::at(at("2018-01-15T08:00:00+07:00"));
    let config = new_node(folder.path(), "07069", "2018-01-15", None, (clock.clock())());
    let running = start(&config, &clock).await;
    clock.advance(ten("2018-02-20"));
    let by = By::new("person a", "");
    running.node.record(&by, vec![received("07069", "a", "2018-01-20")], false).await.unwrap();
    let url = format!("http://{}", running.address);
    let period = |args: &[&str]| {
        let args = [&["period"], args, &["--node", &url]].concat();
        tokio::task::block_in_place(|| motcua(&args))
    };
    let said = || {
        let (unit, period) = (UnitId::new("07069", None), Period::parse("2018-02").unwrap());
        let query = Query { unit, period, by: Breakdown::None, as_known_at: None };
        let report = running.node.report(&query).unwrap();
        let line = |e: &motcua::reports::Explanation| format!("{:?} {}", e.said.causes, e.said.note);
        report.explanations.iter().map(line).collect::<Vec<_>>()
    };
    assert!(period(&["explain", "2018-02", "--cause", "mất điện=4", "--note", "sẽ sửa"]).status.success());
    let closed = period(&["close", "2018-02", "--note", " máy hỏng từ ngày 10 "]);
    assert!(closed.status.success(), "{}", String::from_utf8_lossy(&closed.stderr));
    assert_eq!(said(), ["[(\"mất điện\", 4)] máy hỏng từ ngày 10"]);

    // Closed a second time it is refused; what was said is kept, and goes out when somebody amends.
    let again = period(&["close", "2018-02", "--note", "đã sửa máy"]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(said(), ["[(\"mất điện\", 4)] máy hỏng từ ngày 10"], "what is published stays");
    assert!(period(&["amend", "2018-02", "--reason", "bổ sung giải trình"]).status.success());
    assert_eq!(said(), ["[(\"mất điện\", 4)] đã sửa máy"]);
    assert!(period(&["amend", "2018-02", "--reason", "bổ sung", "--note", "xong"]).status.success());
    assert_eq!(said(), ["[(\"mất điện\", 4)] xong"]);
    let text =
        tokio::task::block_in_place(|| must(&["report", "--unit", "07069", "--period", "2018-02", "--node", &url]));
    assert!(text.contains("Nguyên nhân quá hạn: mất điện: 04 hồ sơ. xong"), "{text}");
    let json = ["report", "--unit", "07069", "--period", "2018-02", "--format", "json", "--node", &url];
    let json = tokio::task::block_in_place(|| must(&json));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["explanations"][0]["note"], "xong");
    running.stop().await.unwrap();
}
