//! The real trees of units load through the program, and say what they should.

use motcua::clock::Moved;

use super::support::{TestNode, at, data, motcua, must};

#[tokio::test(flavor = "multi_thread")]
async fn real_trees_load_and_a_code_is_another_unit_at_another_date() {
    let clock = Moved::at(at("2026-01-05T08:00:00+07:00"));
    for (file, rows) in [("units_2024.csv", 11_363), ("units_2025.csv", 3_355), ("units_history.csv", 15_408)] {
        let Some(path) = data(file) else { return };
        let node = TestNode::new("01", "2025-06-15", None, &clock).await;
        let url = node.url();
        let path = path.to_str().unwrap();
        let told = tokio::task::block_in_place(|| must(&["registry", "import", "tree", path, "--node", &url]));
        assert!(told.starts_with(&format!("{rows} rows")), "{file}: {told}");
        if file == "units_history.csv" {
            let snapshot = node.running.node.snapshot();
            let tree = &snapshot.state.registry.tree;
            let name = |on: &str| tree.resolve("00004", on.parse().unwrap()).unwrap().name.to_string();
            assert_eq!(name("2025-06-30"), "Phường Trúc Bạch");
            assert_eq!(name("2025-07-01"), "Phường Ba Đình");
        }
        node.running.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_district_without_communes_reports_one_of_one() {
    let Some(path) = data("units_2024.csv") else { return };
    let clock = Moved::at(at("2024-06-20T08:00:00+07:00"));
    // Côn Đảo, an island district, has no commune.
    let node = TestNode::new("755", "2024-04-15", None, &clock).await;
    let url = node.url();
    let report = tokio::task::block_in_place(|| {
        must(&["registry", "import", "tree", path.to_str().unwrap(), "--node", &url]);
        must(&["period", "close", "2024-06", "--node", &url]);
        must(&["report", "--period", "2024-06", "--format", "json", "--node", &url])
    });
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["status"], "final");
    assert_eq!((&report["completeness"]["expected"], &report["completeness"]["received"]), (&1.into(), &1.into()));
    node.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_of_a_tree_are_told_and_nothing_is_imported() {
    let clock = Moved::at(at("2024-06-20T08:00:00+07:00"));
    let node = TestNode::new("01", "2024-04-15", None, &clock).await;
    let file = node.folder.path().join("tree.csv");
    std::fs::write(&file, "code,name,level,parent_code\n01,Hà Nội,province,\n02,,district,01\n03,X,district,99\n")
        .unwrap();
    let output = tokio::task::block_in_place(|| {
        motcua(&["registry", "import", "tree", file.to_str().unwrap(), "--node", &node.url()])
    });
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("03") || error.contains("99") || error.contains("02"), "{error}");
    assert_eq!(node.running.node.snapshot().state.registry.version, 0);
    node.running.stop().await.unwrap();
}
