//! Figures that are printed in thousands, or said to be about so much.

use super::*;

#[test]
fn thousands_are_figures_as_exact_as_their_last_digit() {
    for (sentence, value, slack) in [
        ("Đã tiếp nhận 10,18 ngàn hồ sơ.", 10_180, 9),
        ("Đã tiếp nhận 4,5 nghìn hồ sơ.", 4_500, 99),
        ("Đã tiếp nhận 12 ngàn HS.", 12_000, 999),
        ("Đã tiếp nhận 1,25 triệu hồ sơ.", 1_250_000, 9_999),
    ] {
        let outcome = text(sentence);
        let read: Vec<(i64, i64, bool)> = outcome.cells.iter().map(|c| (c.value, c.slack, c.about)).collect();
        assert_eq!(read, [(value, slack, false)], "{sentence}");
    }
    assert!(text("Thu phí tiếp nhận 10,18 ngàn đồng.").cells.is_empty());
}

#[test]
fn a_rounded_figure_may_be_wrong_but_only_beyond_its_rounding() {
    for (report, wanted) in [
        ("Đã giải quyết 4.561 hồ sơ, trong đó trước và đúng hạn 4,55 ngàn hồ sơ, quá hạn 12 hồ sơ.", vec![]),
        (
            "Tiếp nhận 5.650 hồ sơ, đã giải quyết 4.561 hồ sơ (80,7%), trong đó trước và đúng hạn 4,52 ngàn hồ sơ (đạt 99,7%), quá hạn 12 hồ sơ (0,3%).",
            vec!["contradiction 4,52 -> 4.550"],
        ),
        // a remainder is not told of rounded figures, and their percentage is wrong only where no rounding makes it right
        ("Tiếp nhận 10,18 ngàn hồ sơ; đã giải quyết 8,98 ngàn hồ sơ (đạt 88,2%).", vec![]),
        ("Tiếp nhận 10,18 ngàn hồ sơ; đã giải quyết 8,98 ngàn hồ sơ (đạt 82,8%).", vec!["percent 82,8% -> 88,2%"]),
        ("Tiếp nhận 10,2 ngàn hồ sơ; đã giải quyết 9,1 ngàn hồ sơ; đang giải quyết 1 ngàn hồ sơ.", vec![]),
        ("Đã giải quyết 4.561 hồ sơ, trong đó trước hạn 4,5 ngàn hồ sơ, đạt 97,2%.", vec![]),
        // the same figure twice, rounded and to the last digit
        (
            "Tiếp nhận 5,65 ngàn hồ sơ. Đã tiếp nhận 5.648 hồ sơ, gồm trực tuyến 5.000 hồ sơ, trực tiếp 648 hồ sơ.",
            vec![],
        ),
    ] {
        assert_eq!(told(&text(report)), wanted, "{report}");
    }
}

#[test]
fn about_so_much_holds_its_own_list_within_a_place_or_a_twentieth() {
    for (done, wrong) in [("gần 4.600", false), ("hơn 4.500", false), ("gần 5.600", true), ("hơn 2,5 ngàn", true)]
    {
        let report = format!(
            "Đã giải quyết {done} hồ sơ, trong đó trước hạn 4.237 hồ sơ, đúng hạn 312 hồ sơ, quá hạn 12 hồ sơ."
        );
        assert_eq!(text(&report).wrong(), wrong, "{report}");
    }
}

#[test]
fn a_total_is_what_was_to_be_handled_if_a_later_sentence_counts_the_carried_over_in_it() {
    for report in [
        "Tiếp nhận 5.650 hồ sơ. Trong đó, kỳ trước chuyển sang 1.070 hồ sơ, trực tiếp 3.190 hồ sơ, trực tuyến 1.258 hồ sơ, bưu chính 132 hồ sơ.",
        "Tiếp nhận 5.650 hồ sơ, trong đó kỳ trước chuyển sang 1.070 hồ sơ, trực tiếp 3.190 hồ sơ, trực tuyến 1.258 hồ sơ, bưu chính 132 hồ sơ.",
    ] {
        assert_eq!(told(&text(report)), Vec::<String>::new(), "{report}");
        assert_eq!(told(&text(&report.replace("3.190", "3.910"))).len(), 1, "{report}");
    }
}
