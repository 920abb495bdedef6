//! Tables inside of prose.

use super::*;

const ROWS: [[&str; 5]; 5] = [
    ["STT", "Đơn vị", "Tiếp nhận mới", "Đã giải quyết", "Đang giải quyết"],
    ["1", "Xã An", "100", "90", "10"],
    ["2", "Xã Bình", "200", "170", "30"],
    ["3", "Xã Cát", "50", "45", "5"],
    ["", "Tổng cộng", "350", "TOTAL", "45"],
];

/// How a row is written.
type Style = fn(&[&str; 5]) -> String;

/// A report with that table in its middle.
fn report(row: impl Fn(&[&str; 5]) -> String, total: &str) -> String {
    let table: Vec<String> = ROWS.iter().map(row).collect();
    format!(
        "Tháng 3/2024, huyện đã tiếp nhận 812 hồ sơ, trong đó trực tuyến 700 hồ sơ, trực tiếp 112 hồ sơ.\n\nKết quả cụ thể như sau:\n\n{}\n\nĐã trả lời 12 phản ánh.\n",
        table.join("\n").replace("TOTAL", total)
    )
}

#[test]
fn tables_in_prose_are_read_as_tables_however_their_columns_are_parted() {
    let styles: [(&str, Style); 3] = [
        ("bars", |row| format!("| {} |", row.join(" | "))),
        ("tabs", |row| row.join("\t")),
        ("gaps", |[a, b, c, d, e]| format!("{a:<5}{b:<12}{c:>16}{d:>16}{e:>18}")),
    ];
    for (name, style) in styles {
        let right = text(&report(style, "305"));
        assert!(told(&right).is_empty(), "{name}: {:?}", told(&right));
        assert_eq!(right.cells.len(), 3 + 1 + 12, "{name}: {:?}", right.cells);
        let wrong = text(&report(style, "350"));
        assert_eq!(told(&wrong), ["contradiction 350 -> 305"], "{name}");
        assert_eq!(wrong.findings[0].place.line, 9, "{name}: a row has the number of its line");
        let stays = right.cells.iter().find(|c| c.value == 812).unwrap();
        assert_eq!(stays.places[0].line, 1, "{name}");
    }
}

#[test]
fn lines_that_are_no_table_stay_prose() {
    for (prose, cells) in [
        ("Trang chủ | Giới thiệu | Liên hệ\nĐã tiếp nhận 120 hồ sơ.", 1),
        ("Đã tiếp nhận  120 hồ sơ,  giải quyết  110 hồ sơ.\nĐang giải quyết  10 hồ sơ.", 3),
        ("- Tiếp nhận:\t120 hồ sơ\n- Đã giải quyết:\t110 hồ sơ\n- Đang giải quyết:\t10 hồ sơ", 3),
    ] {
        assert_eq!(text(prose).cells.len(), cells, "{prose}");
    }
}
