//! Ways to say things that other offices have, each as short as it still misled the checker.

use super::*;

/// What was there before the sentence that is tried.
const MONTH: &str = "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ. Đã giải quyết 950 hồ sơ, trong đó trước hạn 904 hồ sơ, trễ hạn 46 hồ sơ; \
                     đang giải quyết 50 hồ sơ trong hạn.";

#[test]
fn a_word_about_the_late_ones_gives_no_new_ones() {
    for more in [
        "46 hồ sơ trễ hạn tập trung ở lĩnh vực đất đai.",
        "Có 46 hồ sơ trễ hạn thuộc lĩnh vực đất đai.",
        "Nguyên nhân của 46 hồ sơ trễ hạn là do thiếu người.",
        "Lĩnh vực đất đai có 40 hồ sơ trễ hạn.",
        "Trong 46 hồ sơ trễ hạn có 40 hồ sơ thuộc lĩnh vực đất đai.",
        "Tuy nhiên, vẫn còn 46 hồ sơ trễ hạn.",
        "Đề nghị làm rõ trách nhiệm đối với 46 hồ sơ quá hạn nêu trên.",
    ] {
        assert_eq!(told(&text(&format!("{MONTH} {more}"))), Vec::<String>::new(), "{more}");
    }
    // in a list of its own it is a figure
    let own = text(
        "Đã giải quyết 950 hồ sơ, trong đó trước hạn 904 hồ sơ, trễ hạn 46 hồ sơ. Đang giải quyết 50 hồ sơ, trong đó trong hạn 46 hồ sơ, trễ hạn 5 hồ sơ.",
    );
    assert_eq!(told(&own).len(), 1, "{:?}", told(&own));
}

#[test]
fn what_was_carried_over_stands_beside_a_list_that_adds_up_already() {
    let then = "Đã giải quyết 1.010 hồ sơ, đang giải quyết 40 hồ sơ.";
    for received in [
        "Tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 900 hồ sơ, trực tiếp 100 hồ sơ; tồn đầu kỳ 50 hồ sơ.",
        "Tiếp nhận 1.000 hồ sơ, gồm: trực tuyến 900 hồ sơ, trực tiếp 100 hồ sơ và 50 hồ sơ kỳ trước chuyển qua.",
        "Tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 900 hồ sơ; kỳ trước chuyển qua 50 hồ sơ.",
        "Tiếp nhận 1.000 hồ sơ, trong đó lĩnh vực tư pháp 600, đất đai 250, xây dựng 150; kỳ trước chuyển qua 50.",
        "Tiếp nhận 1.050 hồ sơ, trong đó trực tuyến 900 hồ sơ, trực tiếp 100 hồ sơ, kỳ trước chuyển qua 50 hồ sơ.",
    ] {
        assert_eq!(told(&text(&format!("{received} {then}"))), Vec::<String>::new(), "{received}");
    }
    let wrong =
        "Tiếp nhận 1.050 hồ sơ, trong đó trực tuyến 900 hồ sơ, trực tiếp 100 hồ sơ, kỳ trước chuyển qua 60 hồ sơ.";
    assert_eq!(told(&text(&format!("{wrong} {then}"))).len(), 1);
}

#[test]
fn what_was_given_back_may_be_counted_in() {
    for report in [
        "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ; đã giải quyết 960 hồ sơ (trong đó trả lại 10 hồ sơ không đủ điều kiện); đang giải quyết 40 hồ sơ.",
        "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ; đã giải quyết 950 hồ sơ, trong đó trước hạn 900 hồ sơ, đúng hạn 40 hồ sơ, trả lại 10 hồ sơ; đang giải quyết 50 hồ sơ.",
        "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ; đã giải quyết 950 hồ sơ, trong đó trước hạn 900 hồ sơ, đúng hạn 50 hồ sơ, trả lại 10 hồ sơ; đang giải quyết 40 hồ sơ.",
        "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ; đã giải quyết 950 hồ sơ; đang giải quyết 50 hồ sơ (trong hạn 45 hồ sơ, chờ bổ sung 5 hồ sơ).",
    ] {
        assert_eq!(told(&text(report)), Vec::<String>::new(), "{report}");
    }
    let wrong = "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ; đã giải quyết 950 hồ sơ, trong đó trước hạn 900 hồ sơ, đúng hạn 30 hồ sơ, trả lại 10 hồ sơ; đang giải quyết 50 hồ sơ.";
    assert!(!told(&text(wrong)).is_empty());
}

#[test]
fn verbs_and_turns_of_other_offices() {
    for (report, findings) in [
        (
            "Tiếp nhận mới 900 hồ sơ, trung bình mỗi ngày tiếp nhận 45 hồ sơ. Kỳ trước chuyển sang 100 hồ sơ. Đã giải quyết 950 hồ sơ; đang giải quyết 50 hồ sơ.",
            0,
        ),
        (
            "Tiếp nhận mới 900 hồ sơ, kỳ trước chuyển sang 100 hồ sơ, trong đó đã giải quyết trước hạn 900 hồ sơ, quá hạn 50 hồ sơ; còn 50 hồ sơ đang trong thời gian xử lý.",
            0,
        ),
        ("Tiếp nhận 1.000 hồ sơ, đã giải quyết 900 hồ sơ, còn 18 hồ sơ đang trong thời gian xử lý theo quy định.", 1),
        (
            "Huyện thụ lý 980 hồ sơ (tháng trước chuyển sang 65 hồ sơ, tiếp nhận mới 915 hồ sơ). Đã giải quyết 902 hồ sơ. Đang giải quyết 78 hồ sơ.",
            0,
        ),
        (
            "Huyện thụ lý 980 hồ sơ (tháng trước chuyển sang 65 hồ sơ, tiếp nhận mới 951 hồ sơ). Đã giải quyết 902 hồ sơ. Đang giải quyết 78 hồ sơ.",
            1,
        ),
        ("Tồn tuần trước: 34 hồ sơ, tiếp nhận mới 100 hồ sơ; đã giải quyết 110 hồ sơ; đang giải quyết 24 hồ sơ.", 0),
        ("Tồn tuần trước: 43 hồ sơ, tiếp nhận mới 100 hồ sơ; đã giải quyết 110 hồ sơ; đang giải quyết 24 hồ sơ.", 1),
        ("Kết quả giải quyết: 707 hồ sơ, trong đó đúng hẹn 690 hồ sơ, trễ hẹn 17 hồ sơ.", 0),
        ("Kết quả giải quyết: 707 hồ sơ, trong đó đúng hẹn 690 hồ sơ, trễ hẹn 15 hồ sơ.", 1),
        ("Tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 900 hồ sơ (90%), trực tiếp 100 hồ sơ (10%).", 0),
        ("Tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 900 hồ sơ (95%), trực tiếp 100 hồ sơ (10%).", 1),
    ] {
        assert_eq!(told(&text(report)).len(), findings, "{report}: {:?}", told(&text(report)));
    }
}
