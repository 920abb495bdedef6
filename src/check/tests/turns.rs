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
    ] {
        assert_eq!(told(&text(report)), Vec::<String>::new(), "{report}");
    }
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
