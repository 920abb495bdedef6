//! A commune on paper. The district keeps its books and enters its figures from a form: one with a wrong sum is refused and the number named; corrected
//! and closed it is in the province's report, marked as entered by hand.

use motcua::{
    domain::{periods::Period, units::UnitRow},
    ledger::{By, close::Ask},
    reports::{Lang, Note, render::table},
};

use crate::{
    heal::world::{DISTRICT, NORTH, PROVINCE, SOUTH, World, received, rows},
    support::{motcua, must},
};

const PERIOD: &str = "2018-01";

/// The form of the program, with these figures in it.
fn filled(figures: &[(&str, &str)]) -> String {
    let blank = must(&["entry", "--blank", "--period", PERIOD]);
    let lines = blank.lines().map(|line| {
        let name = line.split(',').next().unwrap();
        let value = figures.iter().find(|(of, _)| *of == name).map_or("", |(_, value)| value);
        format!("{line}{value}\n")
    });
    let text: String = lines.collect();
    let written = figures.iter().filter(|(name, value)| text.contains(&format!("\n{name},")) && !value.is_empty());
    assert_eq!(written.count(), figures.len(), "{text}");
    text
}

/// 12 left over, 1.219 received, 1.210 resolved, 3 returned, 18 left over.
fn paper(resolved_total: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("to_handle_total", "1.231"),
        ("carried_over", "12"),
        ("received_new", "1.219"),
        ("received_online", "40"),
        ("received_direct", "1.179"),
        ("resolved_total", resolved_total),
        ("resolved_early", "1.190"),
        ("resolved_on_time", "16"),
        ("resolved_late", "4"),
        ("returned", "3"),
        ("pending_total", "18"),
        ("pending_within_deadline", "17"),
        ("pending_overdue", "1"),
    ]
}

async fn close(world: &World, period: &str) {
    let period = Period::parse(period).unwrap();
    world.node(DISTRICT).close(&By::node(), None, period, Ask::Close { reason: None }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_one_wrong_sum_is_refused_and_the_right_one_is_in_the_provinces_report() {
    let kept = |row: UnitRow| UnitRow { kept_by: (row.code == SOUTH).then(|| DISTRICT.to_owned()), ..row };
    let mut world = World::with(91, rows().into_iter().map(kept).collect()).await;
    world.now("2018-01-14");
    world.record(NORTH, vec![received(NORTH, "a", "2018-01-05")]).await;
    world.now("2018-01-16");
    world.close(NORTH, PERIOD).await;
    world.agree(NORTH).await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bieu.csv");
    let (path, url) = (file.to_str().unwrap().to_owned(), world.url(DISTRICT));
    let enter = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let output = motcua(&[&["entry", &path, "--unit", SOUTH, "--node", &url], more].concat());
        let told = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), told(&output.stdout), told(&output.stderr))
    };
    let (code, told, why) = tokio::task::block_in_place(|| enter(&filled(&paper("1.201")), &[]));
    assert_eq!(code, 1, "{told}{why}");
    assert_eq!(
        told,
        "2018-01: “Tổng số đã giải quyết” ghi 1.201, cộng các dòng thành phần được 1.210. Có thể sai: “Tổng số đã giải quyết” ghi 1.201, đúng ra là 1.210.\n"
    );
    assert!(why.contains("biểu có 1 chỗ sai, chưa nhập gì"), "{why}");
    assert!(world.state(DISTRICT).books[SOUTH].entered.is_empty());

    let right = filled(&paper("1.210"));
    tokio::task::block_in_place(|| {
        let (code, told, _) = enter(&right, &["--dry-run"]);
        assert_eq!((code, told.as_str()), (0, "2018-01: đã nhập (chỉ kiểm tra, chưa nhập)\n"));
    });
    assert!(world.state(DISTRICT).books[SOUTH].entered.is_empty());
    tokio::task::block_in_place(|| {
        assert_eq!(enter(&right, &[]).1, "2018-01: đã nhập\n");
        let back = ["entry", "--withdraw", "--unit", SOUTH, "--period", PERIOD, "--node", &url];
        assert_eq!(must(&back), "2018-01: đã rút số liệu nhập\n");
        assert_eq!(motcua(&back).status.code(), Some(1));
        assert_eq!(enter(&right, &[]).1, "2018-01: đã nhập\n");
        assert_eq!(enter(&right, &[]).1, "2018-01: đã có, không thay đổi\n");
        let explain = ["period", "explain", PERIOD, "--unit", SOUTH, "--node", &url, "--cause", "mất điện=4"];
        must(&[&explain[..], &["--note", "máy hỏng từ ngày 10"]].concat());
    });
    close(&world, PERIOD).await;
    world.agree(DISTRICT).await;

    let above = world.report(PROVINCE, PROVINCE, PERIOD, None).unwrap();
    let named: Vec<&Note> = above.notes.iter().filter(|n| matches!(n, Note::EnteredByHand { .. })).collect();
    assert_eq!(named.len(), 1, "{:?}", above.notes);
    let text = table::table(&above, Lang::Vi);
    assert!(text.contains("Đơn vị 07099 (07099): số liệu nhập tay từ biểu."), "{text}");
    assert!(table::table(&above, Lang::En).contains("Đơn vị 07099 (07099): figures entered by hand from a form."));
    assert_eq!((above.completeness.received, above.completeness.expected), (4, 4));
    assert_eq!(above.total.closing_stock(), 19, "18 on paper, and one dossier");
    // Directly above, the explanation stands under the report; further up it does not.
    let district = world.report(DISTRICT, DISTRICT, PERIOD, None).unwrap();
    let text = table::table(&district, Lang::Vi);
    assert!(text.contains("Nguyên nhân quá hạn: mất điện: 04 hồ sơ. máy hỏng từ ngày 10"), "{text}");
    assert!(!table::table(&above, Lang::Vi).contains("mất điện"));

    // A calendar month cuts through what was entered, and every report of it says so.
    let calendar = world.report(PROVINCE, PROVINCE, "2018-01-01..2018-01-14", None).unwrap();
    assert!(calendar.notes.iter().any(|n| matches!(n, Note::EnteredAcross { .. })), "{:?}", calendar.notes);
    assert!(above.notes.iter().all(|n| !matches!(n, Note::EnteredAcross { .. })));

    // The state is made anew from the journal, and is the same.
    world.stop(DISTRICT).await;
    let told = |args: &[&str]| must(args).lines().find(|l| l.starts_with("state hash")).unwrap().to_owned();
    let folder = world.folder(DISTRICT).to_str().unwrap().to_owned();
    let before = told(&["fsck", &folder]);
    must(&["rebuild", &folder]);
    assert_eq!(told(&["fsck", &folder]), before);
    world.start(DISTRICT).await;

    // Nobody has entered the next month: the others are closed without it.
    world.now("2018-02-16");
    world.close(NORTH, "2018-02").await;
    world.agree(NORTH).await;
    let alone = motcua(&["period", "close", "2018-02", "--unit", SOUTH, "--node", &world.url(DISTRICT)]);
    assert_eq!(alone.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&alone.stderr).contains("NOT_ENTERED"),
        "{}",
        String::from_utf8_lossy(&alone.stderr)
    );
    close(&world, "2018-02").await;
    world.agree(DISTRICT).await;
    let february = world.report(PROVINCE, PROVINCE, "2018-02", None).unwrap();
    assert_eq!((february.completeness.received, february.completeness.expected), (3, 4));
    world.end().await;
}
