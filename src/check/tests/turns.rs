//! Turns of phrase and of tables that once misled the checker.

use super::*;

#[test]
fn right_reports_without_a_finding() {
    for report in [
        // "một phần 713" is no part numbered 713
        "Tiếp nhận 2.315 hồ sơ, trong đó: hồ sơ trực tuyến toàn trình 1.402, hồ sơ trực tuyến một phần 713, hồ sơ trực tiếp 200.",
        // the whole of a percentage has no label
        "Phát ra 500 phiếu đánh giá, thu về 487 phiếu (97,4%), trong đó rất hài lòng 401 phiếu, hài lòng 80 phiếu, không hài lòng 06 phiếu.",
        // what a semicolon begins is not of the figure before it
        "Tháng 8 tiếp nhận 1.810 hồ sơ, giải quyết 1.790 hồ sơ; 100% hồ sơ được giải quyết trước và đúng hạn.",
        // a dot behind "HS" ends a sentence, and a name stands between the brackets and the figure before
        "Tiếp nhận trực tuyến 108 HS. Các cơ quan có nhiều hồ sơ là Sở Y tế (590 HS), Sở Nội vụ (156 HS).",
        "Tiếp nhận trực tuyến 108 hồ sơ, các cơ quan có nhiều hồ sơ là Sở Y tế (590 hồ sơ), Sở Nội vụ (156 hồ sơ).",
        // what was received further up is not the total of what is new here
        "Sở đã nhận 364 hồ sơ nộp mới. Lĩnh vực tài nguyên nước tiếp nhận tổng số 160 hồ sơ, trong đó 116 hồ sơ năm 2018 chuyển sang và 44 hồ sơ tiếp nhận mới.",
    ] {
        assert_eq!(told(&text(report)), Vec::<String>::new(), "{report}");
    }
}

/// Lines of that width, as text copied from a page has them.
fn wrapped(report: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in report.split(' ') {
        let length = lines.last().map_or(0, |l| l.chars().count());
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if length + 1 + word.chars().count() <= width => line.push_str(&format!(" {word}")),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[test]
fn a_wrapped_paragraph_reads_as_it_did_in_one_line() {
    let report = "Trong tháng 3, Trung tâm Phục vụ hành chính công tiếp nhận 1.600 hồ sơ, trong đó 1.200 hồ sơ trực tuyến, 380 hồ sơ trực tiếp, 20 hồ sơ qua bưu điện; Bưu điện tỉnh Thanh Bình tiếp nhận và trả kết quả 2.239 hồ sơ (trong đó tiếp nhận 1.076 hồ sơ; trả kết quả 1.163 hồ sơ). Đã giải quyết 1.550 hồ sơ, trong đó trước hạn 1.400 hồ sơ (90,32%), đúng hạn 150 hồ sơ (9,68%); đang giải quyết 50 hồ sơ.";
    let plain = text(report);
    assert_eq!(told(&plain), Vec::<String>::new());
    for width in 50..=110 {
        let outcome = text(&wrapped(report, width));
        assert_eq!((labelled(&outcome), told(&outcome)), (labelled(&plain), Vec::new()), "width {width}");
        let last = outcome.cells.last().unwrap().places[0].line;
        assert!(last >= 4, "places are those of the lines as they stand: {last}");
    }
}

#[test]
fn short_lines_and_lists_are_not_put_together() {
    let flat = "- Đã giải quyết: 8.301 hồ sơ + Trước hạn: 7.900 + Đúng hạn: 395 + Quá hạn: 6 - Đang giải quyết: 119 + Trong hạn: 119 + Quá hạn: 0";
    assert_eq!((text(flat).cells.len(), told(&text(flat))), (7, Vec::new()), "bullets in one line");
    let list = "Tiếp nhận: 120 hồ sơ\nĐã giải quyết: 110 hồ sơ\nĐang giải quyết: 10 hồ sơ\nTrả lại: 0 hồ sơ";
    assert_eq!(text(list).cells.len(), 4);
    assert_eq!(told(&text(list)), Vec::<String>::new());
}

#[test]
fn words_before_a_number_are_not_of_the_number_before() {
    use label::*;
    for (sentence, wanted) in [
        (
            "Tổng số 2.500 hồ sơ, đã trả 2.400 hồ sơ.",
            vec![(Label::item(""), 2_500), (Label::dossiers(RESOLVED), 2_400)],
        ),
        (
            "Hồ sơ tồn của tháng trước là 120 hồ sơ; rút, trả 20 hồ sơ.",
            vec![(Label::dossiers(CARRIED_OVER), 120), (Label::dossiers(GIVEN_BACK | TAKEN_BACK), 20)],
        ),
        (
            "Bộ phận tiếp nhận và trả kết quả giải quyết TTHC tiếp nhận 3.010 hồ sơ.",
            vec![(Label::dossiers(RECEIVED), 3_010)],
        ),
    ] {
        assert_eq!(labelled(&text(sentence)), wanted, "{sentence}");
    }
}

#[test]
fn rows_of_months_add_up_in_what_flows_only() {
    let table = |done: &str| {
        format!(
            "Tháng,Tiếp nhận mới,Đã giải quyết,Đang giải quyết\nTháng 1,100,95,15\nTháng 2,120,110,25\nTháng 3,90,100,15\nTổng cộng,310,{done},15\n"
        )
    };
    assert_eq!(told(&csv(&table("305"))), Vec::<String>::new());
    assert_eq!(told(&csv(&table("350"))), ["contradiction 350 -> 305"]);
}

#[test]
fn a_column_of_shares_is_of_the_column_it_names() {
    let table = |share: &str| {
        format!(
            "Đơn vị;Tiếp nhận;Đã trả;Đúng hạn;Trễ hạn;Tỷ lệ đúng hạn (%)\nXã A;100;90;88;2;{share}\nXã B;210;205;205;0;100\nTổng;310;295;293;2;99,32\n"
        )
    };
    let right = csv(&table("97,78"));
    assert_eq!((told(&right), right.shares), (Vec::<String>::new(), 3));
    assert_eq!(told(&csv(&table("99,78"))), ["percent 99,78 -> 97,78%"]);
}

#[test]
fn shares_without_a_sign_are_shares_where_a_heading_says_so() {
    // a column of decimals only
    let column = |share: &str| {
        format!(
            "Đơn vị;Tiếp nhận;Đã giải quyết;Trước hạn;Quá hạn;Tỷ lệ quá hạn (%)\nXã A;900;1000;950;50;{share}\nXã B;210;200;190;10;5,0\n"
        )
    };
    assert_eq!((told(&csv(&column("5,0"))), csv(&column("5,0")).shares), (Vec::<String>::new(), 2));
    assert_eq!(told(&csv(&column("5,1"))), ["percent 5,1 -> 5,0%"]);
    // fractions of one, as a workbook keeps its percent cells
    let fractions = |share: &str| {
        format!(
            "Đơn vị,Tiếp nhận,Đã giải quyết,Trước hạn,Quá hạn,Tỷ lệ quá hạn\nXã A,700,600,557,43,0.0716666666666667\nXã B,210,200,190,10,{share}\n"
        )
    };
    assert_eq!((told(&csv(&fractions("0.05"))), csv(&fractions("0.05")).shares), (Vec::<String>::new(), 2));
    assert_eq!(told(&csv(&fractions("0.06"))), ["percent 0.06 -> 5,0000%"]);
    // counts and their shares side by side, figures down the rows
    let rows = |share: &str| {
        format!("Chỉ tiêu,Số lượng,Tỷ lệ\nĐã giải quyết,1000,\nTrước hạn,950,95%\nQuá hạn,50,\"{share}\"\n")
    };
    assert_eq!((told(&csv(&rows("5%"))), csv(&rows("5%")).shares), (Vec::<String>::new(), 2));
    assert_eq!(told(&csv(&rows("5,1%"))), ["percent 5,1% -> 5,0%"]);
}

#[test]
fn a_table_with_more_than_anybody_publishes_is_cut() {
    let rows = |rows: usize, wrong: usize| -> String {
        let row = |n: usize| format!("X{n},{},{},{}\n", 200 - usize::from(n < wrong), n % 50, 200 - n % 50);
        let rows: String = (0..rows).map(row).collect();
        format!("Đơn vị,Tổng,Trực tuyến,Trực tiếp\n{rows}")
    };
    let long = csv(&rows(9_000, 0));
    assert!(long.cut && long.cells.len() <= 20_003, "{}", long.cells.len());
    let contradictions =
        |outcome: &Outcome| outcome.findings.iter().filter(|f| f.kind() == Kind::Contradiction).count();
    let (wrong, less) = (csv(&rows(700, 700)), csv(&rows(700, 499)));
    assert_eq!((wrong.cut, wrong.cells.len(), contradictions(&wrong)), (true, 2_100, 500));
    assert_eq!((less.cut, contradictions(&less)), (false, 499));
    let list = |of: usize| {
        let fields: Vec<String> = (0..of).map(|n| format!("lĩnh vực L{n} {} hồ sơ ({}%)", 10 + n, n % 97)).collect();
        text(&format!("Toàn tỉnh tiếp nhận 50.000 hồ sơ; {}.", fields.join(", ")))
    };
    assert_eq!((list(400).cut, list(200).cut), (true, false));
}
