//! A commune on paper. The district keeps its books and enters its figures from a form: one with a wrong sum is refused and the number named; corrected
//! and closed it is in the province's report, marked as entered by hand.

use std::io::{Cursor, Read as _, Write as _};

use motcua::{
    domain::{entered::Item, periods::Period, units::UnitRow},
    ledger::{By, close::Ask},
    reports::{Lang, Note, render::table},
};
use rust_xlsxwriter::Workbook;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

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

/// The workbook of the program, with these figures typed into it.
fn book(figures: &[(&str, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bieu.xlsx");
    must(&["entry", "--blank", "--period", PERIOD, "--format", "xlsx", "--out", file.to_str().unwrap()]);
    let blank = std::fs::read(file).unwrap();
    let mut from = ZipArchive::new(Cursor::new(&blank)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            for (code, value) in figures {
                let cell = format!("C{}", Item::all().position(|item| item.name() == *code).unwrap() + 2);
                let (before, after) = text.split_once(&format!("<c r=\"{cell}\" ")).unwrap();
                let (style, rest) = after.split_once("/>").unwrap();
                let value = value.replace('.', "");
                text = format!("{before}<c r=\"{cell}\" {style}><v>{value}</v></c>{rest}");
            }
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// The same figures as another program prints them: two fields and their total.
fn printed(resolved: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = ["STT", "Lĩnh vực", "Từ kỳ trước", "Tiếp nhận trực tuyến", "Tiếp nhận trực tiếp", "Đã giải quyết"];
    let more = [
        "Giải quyết trước hạn",
        "Giải quyết đúng hạn",
        "Giải quyết quá hạn",
        "Đang giải quyết trong hạn",
        "Đang giải quyết quá hạn",
        "Trả lại",
    ];
    for (column, text) in (0..).zip(heads.iter().chain(&more)) {
        sheet.write(0, column, *text).unwrap();
    }
    let rows: [(&str, [u32; 10]); 3] = [
        ("Hộ tịch", [10, 40, 681, 720, 700, 16, 4, 7, 1, 3]),
        ("Chứng thực", [2, 0, 498, 490, 490, 0, 0, 10, 0, 0]),
        ("Tổng cộng", [12, 40, 1179, resolved, 1190, 16, 4, 17, 1, 3]),
    ];
    for (row, (name, figures)) in (1..).zip(rows) {
        sheet.write(row, 1, name).unwrap();
        for (column, n) in (2..).zip(figures) {
            sheet.write(row, column, n).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
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
    let enter = |bytes: &[u8], more: &[&str]| {
        std::fs::write(&file, bytes).unwrap();
        let output = motcua(&[&["entry", &path, "--unit", SOUTH, "--node", &url], more].concat());
        let told = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), told(&output.stdout), told(&output.stderr))
    };
    // As text, and as the workbook that the program makes; each names the cell.
    for (bytes, cell) in [(filled(&paper("1.201")).into_bytes(), "dòng 8, cột 3"), (book(&paper("1.201")), "ô Biểu!C8")]
    {
        let (code, told, why) = tokio::task::block_in_place(|| enter(&bytes, &[]));
        assert_eq!(code, 1, "{told}{why}");
        assert_eq!(
            told,
            format!(
                "2018-01: “Tổng số đã giải quyết” ghi 1.201, cộng các dòng thành phần được 1.210. Có thể sai: “Tổng số đã giải quyết” ({cell}) ghi 1.201, đúng ra là 1.210.\n\
                 2018-01: “Tổng số đã giải quyết”: hai chữ số bị đảo chỗ; chỉ cần sửa một số này thì mọi phép cộng đều đúng, sửa số khác thì không.\n"
            )
        );
        assert!(why.contains("biểu có 1 chỗ sai, chưa nhập số nào"), "{why}");
        assert!(world.state(DISTRICT).books[SOUTH].entered.is_empty());
    }
    // The form of another program, filled in for several fields: the sum down a column is wrong.
    let (code, told, _) = tokio::task::block_in_place(|| enter(&printed(1201), &["--period", PERIOD]));
    assert_eq!(code, 1);
    assert!(told.starts_with("ô Sheet1!F4: “đã giải quyết” ghi 1.201, nhiều khả năng phải là 1.210."), "{told}");
    let (code, _, why) = tokio::task::block_in_place(|| enter(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &[]));
    assert_eq!(code, 2);
    assert!(why.contains("tệp Excel cũ (.xls)"), "{why}");

    let right = book(&paper("1.210"));
    tokio::task::block_in_place(|| {
        let (code, told, _) = enter(&right, &["--dry-run"]);
        assert_eq!((code, told.as_str()), (0, "2018-01: chỉ kiểm tra, chưa nhập; nếu nhập thì: đã nhập\n"));
    });
    assert!(world.state(DISTRICT).books[SOUTH].entered.is_empty());
    tokio::task::block_in_place(|| {
        assert_eq!(enter(&right, &[]).1, "2018-01: đã nhập\n");
        let back = ["entry", "--withdraw", "--unit", SOUTH, "--period", PERIOD, "--node", &url];
        assert_eq!(must(&back), "2018-01: đã rút số liệu nhập\n");
        assert_eq!(motcua(&back).status.code(), Some(1));
        assert_eq!(enter(&right, &[]).1, "2018-01: đã nhập\n");
        assert_eq!(enter(filled(&paper("1.210")).as_bytes(), &[]).1, "2018-01: đã có, không thay đổi\n");
        let (code, told, said) = enter(&printed(1210), &["--period", PERIOD]);
        assert_eq!((code, told.as_str()), (0, "2018-01: đã có, không thay đổi\n"), "{said}");
        assert!(said.contains("Lấy số liệu ở dòng “Tổng cộng” (từ ô Sheet1!"), "{said}");
        let explain = ["period", "explain", PERIOD, "--unit", SOUTH, "--node", &url, "--cause", "mất điện=4"];
        let said = motcua(&[&explain[..], &["--note", "máy hỏng từ ngày 10"]].concat());
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(
            said.contains("the causes add up to 4; in the figures: resolved late 4, pending and overdue 1"),
            "{said}"
        );
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

    // The way from a figure of the province ends at who entered it, not at a node that is not there.
    let why = ["explain", "--measure", "resolved_total", "--period", PERIOD, "--node", &world.url(PROVINCE)];
    let told = tokio::task::block_in_place(|| must(&why));
    assert!(told.contains("- Đơn vị 07099 (07099): 1.210\n"), "{told}");
    assert!(
        told.contains("Số liệu nhập tay từ biểu, không có hồ sơ để tra.") && !told.contains("--unit 07099"),
        "{told}"
    );

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
