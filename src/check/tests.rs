//! Small texts and tables of our own, and what must be said of them.

mod changes;
mod inset;
mod rounded;
mod scopes;
mod slips;
mod tables;
mod times;
mod turns;
mod wordings;

use super::*;
use crate::domain::percent::vi;

fn text(text: &str) -> Outcome {
    check(Input { bytes: text.as_bytes(), name: "a.txt", form: None }).unwrap()
}

fn csv(text: &str) -> Outcome {
    check(Input { bytes: text.as_bytes(), name: "a.csv", form: None }).unwrap()
}

/// Findings but notes, in short.
fn told(outcome: &Outcome) -> Vec<String> {
    let short = |f: &Finding| match &f.what {
        What::Contradiction { culprit: Some(fix), equals, .. } => {
            let or: String = equals.iter().map(|f| format!(" or {}", f.printed)).collect();
            format!("contradiction {}{or} -> {}", fix.printed, vi(fix.should_be))
        }
        What::Remainder { amount, .. } => format!("remainder {amount}"),
        What::WrongPercent { should_be, .. } => format!("percent {} -> {}", f.place.printed, should_be.print(',')),
        other => format!("{other:?}"),
    };
    outcome.findings.iter().filter(|f| f.kind() != Kind::Note).map(short).collect()
}

fn labelled(outcome: &Outcome) -> Vec<(Label, i64)> {
    outcome.cells.iter().map(|c| (c.label.clone(), c.value)).collect()
}

#[test]
fn labels_by_the_words_around_a_number() {
    use label::*;
    let d = Label::dossiers;
    for (sentence, wanted) in [
        ("Trung tâm đã tiếp nhận 120 hồ sơ.", vec![(d(RECEIVED), 120)]),
        ("Phường 12 đã tiếp nhận 120 hồ sơ.", vec![(d(RECEIVED), 120)]),
        ("Hồ sơ kỳ trước chuyển sang là 45 hồ sơ.", vec![(d(CARRIED_OVER), 45)]),
        ("Có 18 hồ sơ tồn từ quý IV/2018 chuyển qua.", vec![(d(CARRIED_OVER), 18)]),
        ("Số hồ sơ chuyển sang năm 2022 là 97 hồ sơ.", vec![(d(IN_PROGRESS), 97)]),
        ("Đã giải quyết 90 hồ sơ, trong đó trễ hạn 3 hồ sơ.", vec![(d(RESOLVED), 90), (d(RESOLVED_LATE), 3)]),
        ("Đang giải quyết 30 hồ sơ, trong đó quá hạn 3 hồ sơ.", vec![(d(IN_PROGRESS), 30), (d(PENDING_OVERDUE), 3)]),
        ("Giải quyết trước hạn, đúng hạn 88 hồ sơ.", vec![(d(IN_TIME), 88)]),
        ("Trả lại hoặc tổ chức, cá nhân xin rút 12 hồ sơ.", vec![(d(GIVEN_BACK | TAKEN_BACK), 12)]),
        ("Có 90 hồ sơ (chiếm 2%), các cơ quan thụ lý trả lại.", vec![(d(GIVEN_BACK), 90)]),
        ("Tiếp nhận 61 hồ sơ mức độ 3 và 37 hồ sơ mức độ 4.", vec![(d(ONLINE_PART), 61), (d(ONLINE_FULL), 37)]),
        ("Trả kết quả qua bưu chính công ích 129 hồ sơ.", vec![(Label::of(Space::Post, POST_OUT), 129)]),
        ("Tiếp nhận qua bưu chính công ích 45 hồ sơ.", vec![(d(BY_POST), 45)]),
        (
            "Tiếp nhận 05 phản ánh, đã trả lời 04 phản ánh, chuyển cơ quan khác 01 phản ánh.",
            vec![
                (Label::of(Space::Feedback, SETTLED | SENT_ON | OPEN), 5),
                (Label::of(Space::Feedback, SETTLED), 4),
                (Label::of(Space::Feedback, SENT_ON), 1),
            ],
        ),
        (
            "Rất hài lòng: 288 lượt; không hài lòng: 2 lượt.",
            vec![(Label::of(Space::Ratings, VERY_GOOD), 288), (Label::of(Space::Ratings, BAD), 2)],
        ),
        ("Tiếp nhận 300 hồ sơ: Sở Y tế (200 hồ sơ).", vec![(d(RECEIVED), 300), (Label::item("Sở Y tế"), 200)]),
    ] {
        assert_eq!(labelled(&text(sentence)), wanted, "{sentence}");
    }
}

#[test]
fn numbers_that_are_no_figures() {
    for sentence in [
        "Ngày 22/4/2021, Thủ tướng ban hành Công văn 516/TTg-KSTT.",
        "Quyết định số 2503/QĐ-UBND ngày 6/9/2019 của UBND tỉnh về tiếp nhận hồ sơ.",
        "Lượt xem: 734",
        "Tất cả: 17,146,077",
        "Thời gian tiếp nhận hồ sơ: 7h30 - 11h30, 13h30 - 17h00.",
        "Điện thoại tiếp nhận phản ánh: 0210.3873.456.",
        "Phấn đấu năm 2022 giải quyết trên 98% hồ sơ đúng hạn.",
        "Đã ban hành 15 Quyết định công bố TTHC.",
        "Huyện đầu tư hơn 1,9 tỷ đồng và 06 máy tính.",
        "Sau 20 phút, người dân đã nhận được kết quả.",
        "05/11 huyện có tỷ lệ cao.",
        "thực hiện giải quyết TTHC theo phương án “5 tại chỗ”",
    ] {
        let outcome = text(sentence);
        assert!(outcome.cells.is_empty() && outcome.findings.is_empty(), "{sentence}: {:?}", outcome.cells);
    }
}

#[test]
fn what_a_sentence_leaves_open_is_listed_and_not_guessed() {
    let outcome = text(
        "Trong tháng có 1 hồ sơ trễ hạn tại một phường. Hồ sơ lĩnh vực khác: gần 300 hồ sơ tiếp nhận. Kinh phí tiếp nhận 10,18 ngàn.",
    );
    let why: Vec<_> = outcome.unread.iter().map(|u| (u.place.printed.as_str(), u.why)).collect();
    assert_eq!(why, [("1", Unsure::Ambiguous), ("10,18", Unsure::Approximate)]);
    assert!(outcome.cells.iter().all(|c| c.about));
}

#[test]
fn findings_of_small_reports() {
    for (report, wanted) in [
        // a gap that an unreported category explains, and the opposite sign that nothing explains
        ("Tiếp nhận 1.000 hồ sơ; đã giải quyết 900 hồ sơ; đang giải quyết 60 hồ sơ.", vec!["remainder 40"]),
        ("Tiếp nhận 1.000 hồ sơ; đã giải quyết 900 hồ sơ; đang giải quyết 160 hồ sơ.", vec![]),
        (
            "Tổng số hồ sơ phải giải quyết 1.000 hồ sơ, trong đó kỳ trước chuyển sang 100 hồ sơ, tiếp nhận mới 900 hồ sơ; đã giải quyết 900 hồ sơ (trước hạn 600, đúng hạn 300); đang giải quyết 160 hồ sơ.",
            vec!["contradiction 160 -> 100"],
        ),
        // a named category fills the gap, and so does one we have no name for
        ("Tiếp nhận 1.000 hồ sơ; đã giải quyết 900 hồ sơ; đang giải quyết 60 hồ sơ; trả lại 40 hồ sơ.", vec![]),
        (
            "Tiếp nhận 1.000 hồ sơ; đã giải quyết 900 hồ sơ; đang giải quyết 60 hồ sơ; hồ sơ chờ họp hội đồng 40 hồ sơ.",
            vec![],
        ),
        // without what is in progress nothing is missing
        ("Tiếp nhận 1.000 hồ sơ; đã giải quyết 900 hồ sơ, trong đó trước và đúng hạn 890 hồ sơ.", vec![]),
        // digits swapped
        (
            "Đã giải quyết 3.019 hồ sơ, gồm trước hạn 2.745 hồ sơ, đúng hạn 536 hồ sơ, quá hạn 08 hồ sơ.",
            vec!["contradiction 2.745 -> 2.475"],
        ),
        // nothing tells the figures apart
        (
            "Đã giải quyết 170 hồ sơ, gồm trước hạn 120 hồ sơ, đúng hạn 40 hồ sơ, quá hạn 15 hồ sơ.",
            vec!["contradiction 170 or 15 -> 175"],
        ),
        // shares: truncated, of another base that is named, of a base that is not there, rounded
        ("Đã giải quyết 28.375 hồ sơ, trong đó đúng hạn 921 hồ sơ, chiếm 3,24%.", vec!["percent 3,24% -> 3,25%"]),
        ("Tiếp nhận 200 hồ sơ, đã giải quyết 100 hồ sơ, trong đó trước và đúng hạn 90 hồ sơ, đạt 45%.", vec![]),
        ("Số hồ sơ giải quyết trước và đúng hạn là 90 hồ sơ, đạt 97,1%.", vec![]),
        ("Đã giải quyết gần 27.000 hồ sơ, trong đó trước hạn 22.357 hồ sơ, đạt 83%.", vec![]),
        // growth from a figure that is printed
        ("Tiếp nhận mới 2.146 hồ sơ, tăng 23,09% so với tháng 7/2025 (1.732 hồ sơ).", vec!["percent 23,09% -> 23,90%"]),
        ("Tiếp nhận mới 2.146 hồ sơ, tăng 23,9% so với tháng 7/2025 (1.732 hồ sơ).", vec![]),
        // another year in parentheses, and a share of what is left when the carried over is taken away
        (
            "Năm 2022 tiếp nhận 30.125 hồ sơ (năm 2021: 28.004 hồ sơ), giải quyết 29.870 hồ sơ (năm 2021: 27.650 hồ sơ).",
            vec![],
        ),
        (
            "Tiếp nhận 32.568 hồ sơ (trong đó có 1.230 hồ sơ kỳ trước chuyển qua), hồ sơ trực tuyến 10.452 hồ sơ, đạt 33,35%.",
            vec![],
        ),
        // another month is another scope
        (
            "Tháng 1/2021 giải quyết 500 hồ sơ.\n\nTháng 2/2021 giải quyết 510 hồ sơ, trong đó trước hạn 500 hồ sơ, đúng hạn 10 hồ sơ.",
            vec![],
        ),
        // the rest in words
        ("Tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 600 hồ sơ, bưu chính 100 hồ sơ, còn lại là trực tiếp.", vec![]),
        // a selection is no whole; an overflow of it is wrong
        ("Tiếp nhận 1.000 hồ sơ (Sở Y tế 300 hồ sơ, Sở Nội vụ 200 hồ sơ).", vec![]),
        // a heading that slipped
        (
            "Trung tâm tiếp nhận 3.215 hồ sơ\n\nTrung tâm tiếp nhận 3.251 hồ sơ, gồm trực tuyến 2.904 hồ sơ, trực tiếp 347 hồ sơ.",
            vec!["contradiction 3.215 -> 3.251"],
        ),
        // levels add up to their whole in one figure, so they have to in the others
        (
            "Toàn tỉnh tiếp nhận 3.100 hồ sơ, giải quyết 2.850 hồ sơ. Cấp tỉnh tiếp nhận 1.000 hồ sơ, giải quyết 900 hồ sơ. Cấp xã tiếp nhận 2.000 hồ sơ, giải quyết 1.950 hồ sơ.",
            vec!["contradiction 3.100 or 1.000 or 2.000 -> 3.000"],
        ),
    ] {
        assert_eq!(told(&text(report)), wanted, "{report}");
    }
}

#[test]
fn tables_with_merged_headings_sections_and_percentages() {
    let form = |resolved: &str, total: &str| {
        format!(
            "BIỂU TỔNG HỢP,,,,,,,,,,,,\nSTT,Đơn vị,Số hồ sơ tiếp nhận,,,,Số hồ sơ đã giải quyết,,,,Số hồ sơ đang giải quyết,,\n,,Tổng số,Trong kỳ,,Từ kỳ trước,Tổng số,Trước hạn,Đúng hạn,Quá hạn,Tổng số,Trong hạn,Quá hạn\n,,,Trực tuyến,\"Trực tiếp, bưu chính\",,,,,,,,\n(1),(2),(3)=(4)+(5)+(6),(4),(5),(6),(7)=(8)+(9)+(10),(8),(9),(10),(11)=(12)+(13),(12),(13)\n1,Xã An,110,60,40,10,{resolved},70,20,5,15,14,1\n2,Xã Bình,220,120,80,20,200,150,48,2,20,20,-\n,Tổng cộng,330,180,120,30,{total},220,68,7,35,34,1\n"
        )
    };
    assert_eq!(told(&csv(&form("95", "295"))), Vec::<String>::new());
    assert_eq!(told(&csv(&form("59", "295"))), ["contradiction 59 -> 95"], "row, balance and column name one figure");
    assert_eq!(told(&csv(&form("95", "259"))), ["contradiction 259 -> 295"]);
    let sections = "TT;Đơn vị;Tồn kỳ trước;Tiếp nhận mới;Đã giải quyết;Đang giải quyết\nI;Cấp tỉnh;30;500;480;50\n1;Sở A;10;200;190;20\n2;Sở B;20;300;290;30\nII;Cấp xã;5;100;95;10\n1;Xã A;2;40;38;4\n2;Xã B;3;60;57;9\n;Tổng cộng;35;600;575;60\n";
    assert_eq!(told(&csv(sections)), ["contradiction 9 -> 6"]);
    let bars = "| Đơn vị | Tiếp nhận mới | Đã giải quyết | Đang giải quyết |\n|---|---|---|---|\n| Xã A | 100 | 90 | 10 |\n| Xã B | 200 | 170 | 30 |\n| Tổng cộng | 300 | 270 | 40 |\n";
    assert_eq!(told(&text(bars)), ["contradiction 270 -> 260"]);
    let turned = "Chỉ tiêu,Tháng 8,Tháng 9\nĐã giải quyết,100,120\n- Trước hạn,80,90\n- Đúng hạn,19,30\n- Quá hạn,1,0\nTỷ lệ trước và đúng hạn (%),\"99,0\",\"100\"\n";
    assert_eq!(told(&csv(turned)), Vec::<String>::new());
    assert_eq!(told(&csv(&turned.replace("99,0", "99,9"))), ["percent 99,9 -> 99,0%"]);
}

#[test]
fn a_workbook_gives_what_its_table_gives() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [
        ["Đơn vị", "Tiếp nhận mới", "Kỳ trước chuyển sang", "Đã giải quyết", "Đang giải quyết"],
        ["Xã A", "40", "2", "38", "4"],
        ["Xã B", "60", "3", "57", "9"],
        ["Xã C", "10", "1", "8", "3"],
    ]
    .iter()
    .enumerate()
    {
        for (column, text) in cells.iter().enumerate() {
            let (row, column) = (u32::try_from(row + 2).unwrap(), u16::try_from(column + 1).unwrap());
            match text.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, *text).unwrap(),
            };
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let outcome = check(Input { bytes: &bytes, name: "", form: None }).unwrap();
    assert_eq!(told(&outcome), ["contradiction 60 or 3 or 57 or 9 -> 63"]);
    assert_eq!(outcome.findings[0].place.line, 5, "rows are those of the sheet");
}

#[test]
fn named_figures_in_json() {
    let json = |late: i64| {
        format!(
            "{{\"name\": \"Xã A\", \"total\": {{\"resolved_total\": 20, \"resolved_early\": 12, \"resolved_on_time\": 7, \"resolved_late\": {late}}}}}"
        )
    };
    let run = |text: String| check(Input { bytes: text.as_bytes(), name: "-", form: None }).unwrap();
    assert_eq!(told(&run(json(1))), Vec::<String>::new());
    assert_eq!(told(&run(json(4))), ["contradiction 20 or 4 or 7 -> 23"]);
}

#[test]
fn figures_of_a_filled_form() {
    let named = |late: i64| {
        [
            ("carried_over", 10),
            ("received_online", 60),
            ("received_direct", 40),
            ("resolved_early", 70),
            ("resolved_on_time", 20),
            ("resolved_late", late),
            ("pending_within_deadline", 15),
            ("pending_overdue", 0),
        ]
        .map(|(name, value)| (label_named(name).unwrap(), value))
    };
    assert!(!figures("Xã A", &named(5)).wrong());
    let outcome = figures("Xã A", &named(55));
    assert!(told(&outcome)[0].starts_with("contradiction"), "{:?}", told(&outcome));
}

#[test]
fn bounds() {
    let long = vec![b'a'; BYTES + 1];
    assert_eq!(check(Input { bytes: &long, name: "", form: None }), Err(CheckError::TooLarge));
    assert_eq!(check(Input { bytes: b"\xff\xfe", name: "", form: None }), Err(CheckError::NotText));
    assert!(matches!(check(Input { bytes: b"PK\x03\x04", name: "", form: None }), Err(CheckError::Table(_))));
    assert!(matches!(check(Input { bytes: b"{", name: "a.json", form: None }), Err(CheckError::Json(_))));
    let empty = check(Input { bytes: b"", name: "", form: None }).unwrap();
    assert!(empty.cells.is_empty() && !empty.wrong());
    let many = "Đã tiếp nhận 120 hồ sơ, giải quyết 110 hồ sơ, đang giải quyết 9 hồ sơ.\n\n".repeat(9_000);
    assert!(text(&many).cells.len() <= scope::FIGURES);
}

#[test]
fn a_percentage_is_wrong_only_near_a_whole_that_is_there() {
    for (report, wanted) in [
        // its whole is another unit's, or is not printed
        ("Đã giải quyết 20.000 hồ sơ. Trong đó đúng hạn 1.447 hồ sơ (tỷ lệ 99,4%).", vec![]),
        ("UBND thành phố tiếp nhận trực tuyến 581 hồ sơ, đạt 28,91%. Đã giải quyết 4.000 hồ sơ.", vec![]),
        // beside a whole, or a slip of the hand
        ("Đã giải quyết 2.000 hồ sơ, trong đó đúng hạn 1.900 hồ sơ (tỷ lệ 96%).", vec!["percent 96% -> 95%"]),
        ("Đã giải quyết 2.000 hồ sơ, trong đó đúng hạn 1.380 hồ sơ (tỷ lệ 96%).", vec!["percent 96% -> 69%"]),
        (
            "Tổng số 2.000 hồ sơ, trong đó 1.800 hồ sơ giải quyết đúng và trước hạn, đạt tỷ lệ 92,2%.",
            vec!["percent 92,2% -> 90,0%"],
        ),
        // the words name the whole
        (
            "Tiếp nhận 9.300 hồ sơ; đã giải quyết 8.000 hồ sơ. Có 1.000 kết quả được trả tận nhà, chiếm 15,2% tổng số kết quả đã giải quyết.",
            vec!["percent 15,2% -> 12,5%"],
        ),
        (
            "Tiếp nhận 9.300 hồ sơ; đã giải quyết 8.000 hồ sơ. Có 1.000 kết quả được trả tận nhà, chiếm 15,2% tổng số kết quả đã giải quyết của toàn tỉnh.",
            vec![],
        ),
    ] {
        assert_eq!(told(&text(report)), wanted, "{report}");
    }
}

#[test]
fn other_times_and_fractions() {
    for (report, wanted) in [
        (
            "Đã giải quyết 1.000 hồ sơ, trong đó trước và đúng hạn 990 hồ sơ, đạt 99%, tăng 0,5 điểm phần trăm so với cùng kỳ năm 2023 (98,5%).",
            vec![],
        ),
        ("Đã giải quyết 1.000 hồ sơ, trong đó đúng hạn 990 hồ sơ, đạt 99% (cùng kỳ đạt 98,5%).", vec![]),
        (
            "Từ đầu năm đã tiếp nhận 9.000 hồ sơ, giải quyết 8.500 hồ sơ. Số hồ sơ được giải quyết trong tuần là 1.450/1.600, trong đó đúng hạn 1.440 hồ sơ (tỷ lệ 99,3%).",
            vec![],
        ),
        (
            "Tiếp nhận 9.000 hồ sơ, giải quyết 8.500 hồ sơ. Riêng trong tuần tiếp nhận 300 hồ sơ, giải quyết 280 hồ sơ.",
            vec![],
        ),
        // who did it takes no word from what was done
        ("Có 11 phường tiếp nhận mới 215 hồ sơ, tăng 8,5% so với năm 2023 (200 hồ sơ).", vec!["percent 8,5% -> 7,5%"]),
    ] {
        assert_eq!(told(&text(report)), wanted, "{report}");
    }
}

#[test]
fn what_was_carried_over_has_many_names() {
    use label::*;
    for words in [
        "chuyển tiếp từ năm trước",
        "tồn tháng 01",
        "tồn kỳ trước",
        "tồn cũ",
        "tồn từ quý I",
        "chuyển từ tháng trước",
        "tồn từ năm trước",
    ] {
        let outcome = text(&format!(
            "Tiếp nhận mới 200 hồ sơ, trong đó trực tuyến 150 hồ sơ, trực tiếp 50 hồ sơ. Cùng với 30 hồ sơ {words}, tổng số hồ sơ phải xử lý là 230 hồ sơ; đã giải quyết 210 hồ sơ; còn lại 20 hồ sơ đang giải quyết."
        ));
        assert!(labelled(&outcome).contains(&(Label::dossiers(CARRIED_OVER), 30)), "{words}: {:?}", outcome.cells);
        assert!(told(&outcome).is_empty(), "{words}: {:?}", told(&outcome));
    }
}

#[test]
fn transfers_count_in_the_balance_but_not_inside_another_figure() {
    for (report, wanted) in [
        (
            "Phải giải quyết 100 hồ sơ. Ngoài ra, nhận bàn giao từ đơn vị khác 5 hồ sơ. Đã giải quyết 90 hồ sơ; bàn giao cho đơn vị khác 8 hồ sơ; đang giải quyết 7 hồ sơ.",
            vec![],
        ),
        (
            "Phải giải quyết 100 hồ sơ. Ngoài ra, nhận bàn giao từ đơn vị khác 5 hồ sơ. Đã giải quyết 90 hồ sơ; bàn giao cho đơn vị khác 8 hồ sơ; đang giải quyết 3 hồ sơ.",
            vec!["remainder 4"],
        ),
        (
            "Phải giải quyết 100 hồ sơ, trong đó nhận bàn giao 5 hồ sơ. Đã giải quyết 90 hồ sơ; đang giải quyết 10 hồ sơ.",
            vec![],
        ),
        (
            "Tiếp nhận mới 300 hồ sơ, trong đó trực tuyến 200 hồ sơ, trực tiếp 100 hồ sơ. Trực tuyến toàn trình 12 hồ sơ.",
            vec![],
        ),
    ] {
        assert_eq!(told(&text(report)), wanted, "{report}");
    }
}
