//! What is asked of a month beside its report: ranked, compared, scored, told in English.

use serde_json::Value;

use super::{
    desk,
    stories::{Story, stories},
};
use crate::support::{motcua, must};

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&must(&[args, &["--format", "json"]].concat())).unwrap()
}

fn ends_with(code: i32, args: &[&str], says: &str) {
    let output = motcua(args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {told}");
    assert!(told.contains(says), "{args:?}: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_towns_month_is_ranked_compared_and_scored() {
    let story: Story = stories().swap_remove(3);
    let node = desk::node(&story).await;
    let url = node.url();
    tokio::task::block_in_place(|| ask(&url));
    node.running.stop().await.unwrap();
}

fn ask(url: &str) {
    let month = ["--period", "2018-02", "--node", url];
    let of = |command: &'static str, more: &[&'static str]| [&[command], &month[..], more].concat();

    let late = json(&of("rank", &["--by", "late"]));
    let places: Vec<_> = late["places"].as_array().unwrap().iter().collect();
    let told: Vec<_> = places.iter().map(|p| (p["rank"].as_u64(), p["name"].as_str().unwrap())).collect();
    assert_eq!(told, [(Some(1), "Xã Nguyễn Huệ"), (Some(2), "Phường Mạo Khê")]);
    assert_eq!((&late["places"][0]["count"], &late["places"][0]["of"]), (&1.into(), &1002.into()));
    let table = must(&of("rank", &["--by", "late", "--of", "due", "--lowest", "--small", "1500", "--lang", "en"]));
    assert!(
        table.starts_with("Ranked by the share: Resolved late / those resolved or pending and overdue\n"),
        "{table}"
    );
    assert!(table.contains("0.10%*") && table.contains("lowest first"), "{table}");
    assert!(must(&of("rank", &["--by", "online", "--format", "csv"])).starts_with("rank,key,name,part,count,"));

    let units = json(&of("compare", &["--unit", "07099", "--with-unit", "07069"]));
    let early = units["measures"].as_array().unwrap().iter().find(|m| m["measure"] == "resolved_early").unwrap();
    assert_eq!((&early["this"], &early["other"], &early["difference"]), (&970.into(), &1800.into(), &(-830).into()));
    assert_eq!(early["change_percent"], "-46.11");
    let periods = must(&of("compare", &["--with", "2018-01-15..2018-01-31", "--lang", "en"]));
    assert!(periods.contains("- The two periods are of different kinds, so one may be longer."), "{periods}");

    let score = json(&of("scorecard", &[]));
    // 3.001 of 3.002 on time, and nothing came online
    assert_eq!(
        (&score["points"], &score["possible"], &score["checked"]),
        (&"19.99".into(), &"32.00".into(), &false.into())
    );
    let card = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(card.path(), "id = 7").unwrap();
    let file = card.path().to_str().unwrap();
    ends_with(2, &[&of("scorecard", &[])[..], &["--card", file]].concat(), "line 1:");
    ends_with(2, &of("scorecard", &["--card", "/nowhere/card.toml"]), "cannot read the scorecard");

    let text = must(&of("report", &["--format", "text", "--lang", "en"]));
    assert!(text.starts_with("February 2018: Thị xã Đông Triều resolved 3,002 dossiers\n"), "{text}");
    assert!(text.contains("Units with dossiers resolved late: Xã Nguyễn Huệ 1."), "{text}");
    assert!(!text.contains("Against"), "there are no books before this month: {text}");

    ends_with(1, &of("rank", &["--unit", "07099", "--by", "late"]), "nobody to rank");
    ends_with(2, &of("rank", &["--by", "gold"]), "write late, overdue, on-time");
    ends_with(2, &of("compare", &[]), "--with");
    ends_with(1, &of("compare", &["--with", "2017-12"]), "books");
    ends_with(2, &of("report", &["--format", "text", "--to", "2018-03"]), "leave out --to");
    ends_with(2, &of("report", &["--format", "text", "--by", "unit"]), "leave out --by");
}
