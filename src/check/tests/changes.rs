//! Growth and decline, told by an amount, a share, the figure before, or two or three of them.

use super::*;

#[test]
fn two_of_amount_share_and_figure_before_are_held_against_each_other() {
    for (report, wanted) in [
        // amount and share: the figure before follows
        ("Tiếp nhận mới 2.146 hồ sơ, tăng 414 hồ sơ (tương ứng 23,90%) so với cùng kỳ năm trước.", vec![]),
        (
            "Tiếp nhận mới 2.146 hồ sơ, tăng 414 hồ sơ, tương ứng 23,09% so với cùng kỳ năm trước.",
            vec!["percent 23,09% -> 23,90%"],
        ),
        ("Tiếp nhận mới 1.732 hồ sơ, giảm 414 hồ sơ (giảm 19,29%) so với quý trước.", vec![]),
        ("Tiếp nhận mới 1.732 hồ sơ, giảm 414 hồ sơ (giảm 19,92%) so với quý trước.", vec!["percent 19,92% -> 19,29%"]),
        ("Tiếp nhận mới 2.146 hồ sơ, tăng 23,9%, tương đương 414 hồ sơ so với tháng trước.", vec![]),
        // amount and figure before
        ("Tiếp nhận mới 2.146 hồ sơ, tăng 414 hồ sơ so với tháng 7/2025 (1.732 hồ sơ).", vec![]),
        (
            "Tiếp nhận mới 2.146 hồ sơ, tăng 441 hồ sơ so với tháng 7/2025 (1.732 hồ sơ).",
            vec!["contradiction 441 -> 414"],
        ),
        ("Tiếp nhận mới 1.732 hồ sơ, giảm 414 hồ sơ so với kỳ trước (2.146 hồ sơ).", vec![]),
        ("Tiếp nhận mới 2.146 hồ sơ, so với cùng kỳ năm trước (1.732 hồ sơ) tăng 414 hồ sơ, tương ứng 23,9%.", vec![]),
        // all three: the share tells which is wrong
        (
            "Tiếp nhận mới 2.146 hồ sơ, tăng 424 hồ sơ (23,9%) so với cùng kỳ năm trước (1.732 hồ sơ).",
            vec!["contradiction 424 -> 414"],
        ),
        // two changes from two times
        (
            "Tiếp nhận mới 2.146 hồ sơ, tăng 414 hồ sơ (23,90%) so với năm 2023 và tăng 646 hồ sơ (43,70%) so với năm 2022.",
            vec!["percent 43,70% -> 43,07%"],
        ),
        // the whole before the part may be what has grown
        (
            "Đã giải quyết 2.146 hồ sơ, trong đó đúng hạn 2.100 hồ sơ, tăng 414 hồ sơ so với cùng kỳ năm trước (1.732 hồ sơ).",
            vec![],
        ),
    ] {
        assert_eq!(told(&text(report)), wanted, "{report}");
    }
}

#[test]
fn a_change_that_is_told_alone_or_of_something_else_is_left_unread() {
    for report in [
        "Tiếp nhận mới 2.146 hồ sơ, tăng 414 hồ sơ so với cùng kỳ năm trước.",
        "Tiếp nhận mới 2.146 hồ sơ, tăng 23% so với cùng kỳ năm trước.",
        "Tỷ lệ hồ sơ giải quyết đúng hạn đạt 98,5%, tăng 1,2% so với cùng kỳ năm trước (97,3%).",
        // far from the figure beside it: of the late ones, which are not given
        "Tiếp nhận mới 2.146 hồ sơ, giảm 12 hồ sơ so với tháng trước (98 hồ sơ).",
        "Tiếp nhận mới 2.146 hồ sơ, tăng gần 400 hồ sơ so với tháng trước (1.732 hồ sơ).",
        "Chỉ số tăng 26 bậc so với năm 2015.",
        // a share of the whole and no growth
        "Tiếp nhận mới 1.500 hồ sơ, trong đó trực tuyến 200 hồ sơ, tăng 30 hồ sơ (13,33%).",
    ] {
        let outcome = text(report);
        assert!(told(&outcome).is_empty(), "{report}: {:?}", told(&outcome));
        assert!(outcome.cells.iter().all(|c| c.label.space != Space::Change), "{report}");
    }
}
