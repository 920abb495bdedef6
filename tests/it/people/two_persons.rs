//! A commune at which two persons close. What was prepared survives a restart and a state that is made anew, and goes out under both names.

use motcua::{
    clock::Moved,
    domain::{periods::Period, units::UnitId},
    ledger::{By, close::Ask, prepare::Signer, trust::Role},
    reports::{
        Breakdown, Lang, Query,
        render::{json, table},
    },
};
use tempfile::TempDir;

use crate::{
    heal::made_up::{received, ten},
    support::{at, must, new_node, start},
};

fn person(id: &str, role: Role) -> Option<Signer> {
    Some(Signer { id: id.into(), name: format!("Nguyễn Văn {}", id.to_uppercase()), role })
}

fn month() -> Period {
    Period::parse("2018-02").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_prepares_another_approves_and_both_names_are_on_the_report() {
    let folder = TempDir::new().unwrap();
    let clock = Moved::at(at("2018-01-15T08:00:00+07:00"));
    let mut config = new_node(folder.path(), "07069", "2018-01-15", None, (clock.clock())());
    config.two_persons = true;
    let by = By::new("person a", "");
    let mut running = start(&config, &clock).await;
    clock.advance(ten("2018-02-20"));
    running.node.record(&by, vec![received("07069", "a", "2018-01-20")], false).await.unwrap();
    let alone = running.node.close(&by, None, month(), Ask::Close { reason: None }).await.unwrap_err();
    assert_eq!(alone.reason(), "TWO_PERSONS");
    let nobody = running.node.prepare(&by, None, None, month(), String::new()).await.unwrap_err();
    assert_eq!(nobody.reason(), "NEEDS_A_PERSON");
    let hash = |told: String| told.lines().find(|line| line.starts_with("state hash")).unwrap().to_owned();
    running.stop().await.unwrap();
    let figures = hash(must(&["fsck", folder.path().to_str().unwrap()]));
    running = start(&config, &clock).await;
    let prepared = running.node.prepare(&by, person("a", Role::Operator), None, month(), String::new()).await.unwrap();
    assert_eq!(prepared.unwrap().documents.len(), 2);

    let before = running.node.snapshot().state.preparations.clone();
    for anew in [false, true] {
        running.stop().await.unwrap();
        assert_eq!(hash(must(&["fsck", folder.path().to_str().unwrap()])), figures, "what waits is no figure");
        if anew {
            std::fs::remove_dir_all(config.data.join("state")).unwrap();
        }
        running = start(&config, &clock).await;
        assert_eq!(running.node.snapshot().state.preparations, before, "made anew: {anew}");
    }
    let url = format!("http://{}", running.address);
    let list = tokio::task::spawn_blocking(move || must(&["period", "list", "--node", &url])).await.unwrap();
    assert!(list.contains("prepared: closing 2018-02 of all units kept here, by Nguyễn Văn A"), "{list}");

    let same = running.node.approve(&by, person("a", Role::Approver), None, month()).await.unwrap_err();
    assert_eq!(same.reason(), "SAME_PERSON");
    let out = running.node.approve(&by, person("b", Role::Approver), None, month()).await.unwrap();
    assert_eq!(out.len(), 2);
    assert!(running.node.snapshot().state.preparations.is_empty());
    let unit = UnitId::new("07069", None);
    let query = Query { unit, period: month(), by: Breakdown::None, as_known_at: None };
    let report = running.node.report(&query).unwrap();
    let text = table::table(&report, Lang::Vi);
    assert!(text.ends_with("Người lập biểu: Nguyễn Văn A / Thủ trưởng đơn vị: Nguyễn Văn B\n"), "{text}");
    assert!(json::json(&report).unwrap().contains("\"approved_by\": \"Nguyễn Văn B\""));
    running.stop().await.unwrap();
}
