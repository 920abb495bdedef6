//! Tables of other offices, each as small as it still misled the checker.

use super::*;

#[test]
fn tables_of_other_offices() {
    for (table, wrong) in [
        (
            r#"Lĩnh vực,Số hồ sơ nhận giải quyết,,,Kết quả giải quyết,,,
,Tổng số,Số kỳ trước chuyển qua,Số mới tiếp nhận,Đã giải quyết,,Đang giải quyết,
,,,,Đúng hạn,Quá hạn,Trong hạn,Quá hạn
Đất đai,214,16,198,186,3,24,1
"#,
            false,
        ),
        (
            r#"Đơn vị,Đã giải quyết,Trước hạn,Đúng hạn,Quá hạn,Tỷ lệ giải quyết đúng hạn
Xã A,200,100,90,10,"95,00%"
"#,
            false,
        ),
        (
            r#"Đơn vị,Đã giải quyết,Trước hạn,Đúng hạn,Quá hạn,Tỷ lệ giải quyết đúng hạn
Xã A,200,100,90,10,"94,00%"
"#,
            true,
        ),
        (
            r#"Đơn vị,Tổng số hồ sơ tiếp nhận,Kỳ trước chuyển sang,Trực tuyến,Trực tiếp,Đã giải quyết,Đang giải quyết
Xã A,100,10,60,30,80,20
Xã B,100,0,60,40,80,20
Tổng,200,10,120,70,160,40
"#,
            false,
        ),
        (
            r#"STT,Đơn vị,Tổng,Tồn kỳ trước,Tiếp nhận,Đã giải quyết,Đang giải quyết
1,2,3=4+5,4,5,6,7=3-6
1,Xã A,100,10,90,80,20
2,Xã B,50,5,45,40,10
,Cộng,150,15,135,120,30
"#,
            false,
        ),
        (
            r#"Đơn vị,Tiếp nhận,Đã giải quyết,Tăng (+) giảm (-) hồ sơ tiếp nhận
Xã A,100,90,94
Xã B,71,70,-29
Xã C,20,20,10
Tổng,191,180,75
"#,
            false,
        ),
        (
            r#"Lĩnh vực,Tổng số,Trước hạn,Quá hạn
Hộ tịch,200,150,50
Đất đai,100,60,40
Cộng,300,210,90
Tỷ lệ (%),100,"70,00","30,00"
"#,
            false,
        ),
        (
            r#"Đơn vị,Cần giải quyết,Đã giải quyết,Giải quyết trễ,Đang giải quyết,Đang giải quyết trễ,Tỉ lệ trễ hạn
Xã A,3947,3663,11,284,1,"0,30%"
"#,
            false,
        ),
        (
            r#"STT,Chỉ tiêu,Xã A,Xã B
1,Tiếp nhận trong kỳ,10,20
1.1,Trực tuyến,6,12
1.2,Trực tiếp,4,9
2,Đã giải quyết,8,15
3,Đang giải quyết,2,5
"#,
            true,
        ),
        (
            r#"STT,Chỉ tiêu,Xã A,Xã B
1,Tiếp nhận trong kỳ,10,20
1.1,Trực tuyến,6,12
1.2,Trực tiếp,4,8
2,Đã giải quyết,8,15
3,Đang giải quyết,2,5
"#,
            false,
        ),
        (
            r#"STT,Nội dung,Số lượng,Tỷ lệ (%)
I,Tổng số hồ sơ tiếp nhận,10,
1,Kỳ trước chuyển sang,2,
2,Tiếp nhận trong kỳ,8,
II,Đã giải quyết,8,
1,Trước hạn,4,
2,Đúng hạn,4,
III,Đang giải quyết,3,
"#,
            true,
        ),
        (
            r#"STT,Chỉ tiêu,Xã A,Tổng
1,Tổng số tiếp nhận,343,319
1.1,Kỳ trước chuyển sang,12,17
1.2,Tiếp nhận trong kỳ,331,302
2,Đã giải quyết,326,285
3,Đang giải quyết,17,35
"#,
            true,
        ),
        (
            r#"Đơn vị,Tiếp nhận,Đã giải quyết,Đang giải quyết
Xã A,1 250,1 160,90
"#,
            false,
        ),
        (
            r#"Đơn vị,Số hồ sơ phải giải quyết,,,Đã giải quyết,Đang giải quyết
,Tổng số,Kỳ trước chuyển qua,Mới tiếp nhận,,
Xã A,214,16,188,189,25
"#,
            true,
        ),
        (
            r#"Đơn vị,Số hồ sơ đã tiếp nhận và giải quyết,,,Đã giải quyết,Đang giải quyết
,Tổng số,Kỳ trước chuyển qua,Mới tiếp nhận,,
Xã A,214,16,188,189,25
"#,
            true,
        ),
    ] {
        let outcome = csv(table);
        assert_eq!(outcome.wrong(), wrong, "{table}{:?}", told(&outcome));
        assert!(!outcome.cells.is_empty(), "{table}");
    }
}

#[test]
fn a_line_is_the_same_line_with_the_line_ends_of_windows() {
    let table = "Đơn vị,Tiếp nhận,Đã giải quyết,Đang giải quyết\n\nXã A,10,8,3\n";
    let lines = |text: &str| csv(text).cells.iter().map(|c| c.places[0].line).collect::<Vec<_>>();
    assert_eq!(lines(table), [3, 3, 3]);
    assert_eq!(lines(&table.replace('\n', "\r\n")), [3, 3, 3]);
}

#[test]
fn a_caption_parts_two_tables_of_one_sheet() {
    let sheet = |gap: &str, late: &str| {
        format!(
            "Bảng 1. Tiếp nhận,,,,\nĐơn vị,Phải giải quyết,Kỳ trước,Trực tuyến,Trực tiếp\nXã A,100,10,60,30\nXã B,200,20,120,60\nTổng,300,30,180,90\n{gap}Bảng 2. Giải quyết,,,,\nĐơn vị,Đã giải quyết,Trước hạn,Đúng hạn,Quá hạn\nXã A,90,50,38,2\nXã B,180,90,87,{late}\nTổng,270,140,125,5\n"
        )
    };
    for gap in ["", ",,,,\n", "\n"] {
        assert_eq!(told(&csv(&sheet(gap, "3"))), Vec::<String>::new(), "{gap:?}");
        assert_eq!(told(&csv(&sheet(gap, "30"))), ["contradiction 30 -> 3"], "{gap:?}");
    }
    // the name of a section is no caption
    let sections =
        "Đơn vị,Tiếp nhận,Đã giải quyết\nI. Các sở,,\nSở A,10,9\nSở B,20,18\nII. Các xã,,\nXã A,30,27\nTổng,60,54\n";
    assert_eq!(told(&csv(sections)), Vec::<String>::new());
    assert_eq!(told(&csv(&sections.replace("60,54", "60,45"))), ["contradiction 45 -> 54"]);
}

#[test]
fn measures_in_the_rows_under_two_titles() {
    let table = |online: &str| {
        format!(
            "UBND QUẬN\nBÁO CÁO THÁNG 7/2022\nSTT;Chỉ tiêu;Thực hiện trong tháng;Lũy kế từ đầu năm\n1;Hồ sơ kỳ trước chuyển sang;95;60\n2;Hồ sơ nhận trong tháng;2050;14350\n2.1;- Trực tuyến;1440;{online}\n2.2;- Trực tiếp, bưu chính;610;5230\n3;Hồ sơ đã giải quyết;2059;13833\n4;Hồ sơ đang giải quyết;86;577\n"
        )
    };
    assert_eq!(told(&csv(&table("9120"))), Vec::<String>::new());
    assert_eq!(told(&csv(&table("9210"))), ["contradiction 9210 -> 9.120"]);
}

#[test]
fn a_column_of_shares_without_signs_beside_measures_in_the_rows() {
    let table = |early: &str, share: &str| {
        format!(
            "STT,Nội dung,Số lượng,Tỷ lệ (%)\nI,Tổng số hồ sơ tiếp nhận,612,\n1,Kỳ trước chuyển sang,32,\n2,Tiếp nhận trong kỳ,580,\n2.1,Trực tuyến,522,\"90,00\"\n2.2,Trực tiếp,58,\"10,00\"\nII,Hồ sơ đã giải quyết,590,\n1,Trước hạn,{early},\"{share}\"\n2,Đúng hạn,185,\"31,36\"\n3,Quá hạn,5,\"0,85\"\nIII,Hồ sơ đang giải quyết,22,\n"
        )
    };
    let right = csv(&table("400", "67,80"));
    assert_eq!((told(&right), right.shares), (Vec::<String>::new(), 5));
    assert_eq!(told(&csv(&table("400", "68,70"))), ["percent 68,70 -> 67,80%"]);
    // the share knows which of the three it is
    assert_eq!(told(&csv(&table("410", "67,80"))), ["contradiction 410 -> 400"]);
}
