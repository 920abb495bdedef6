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

#[test]
fn a_share_belongs_to_the_unit_of_its_own_clause() {
    let report = |second: &str| {
        format!(
            "Các sở, ngành cấp tỉnh tiếp nhận 23.233 hồ sơ, với 6.596 hồ sơ trực tuyến (đạt tỷ lệ 28,39%); cấp huyện tiếp nhận 6.776 hồ sơ, với 2.521 hồ sơ trực tuyến (đạt tỷ lệ {second}%); cấp xã tiếp nhận 26.030 hồ sơ, với 3.399 hồ sơ trực tuyến (đạt tỷ lệ 13,06%)."
        )
    };
    assert_eq!((told(&text(&report("37,20"))), text(&report("37,20")).shares), (Vec::<String>::new(), 3));
    assert_eq!(told(&text(&report("37,76"))), ["percent 37,76% -> 37,20%"]);
}

#[test]
fn what_is_still_being_handled_and_what_was_there_to_handle() {
    use label::*;
    let report = "Trong quý I/2019, Bộ đã thực hiện xử lý tổng số 1.610 hồ sơ (gồm 1.246 hồ sơ chuyển tiếp năm 2018 và 364 hồ sơ nộp mới năm 2019). Đã trả kết quả 456 hồ sơ. Hiện nay đang thực hiện xử lý 1.154 hồ sơ.\n\nĐối với lĩnh vực biển, Bộ đã tiếp nhận tổng số 160 hồ sơ, trong đó có 116 hồ sơ năm 2018 chuyển sang và 44 hồ sơ tiếp nhận mới.";
    let outcome = text(report);
    assert_eq!(told(&outcome), Vec::<String>::new());
    let d = Label::dossiers;
    let first =
        [(d(IN), 1_610), (d(CARRIED_OVER), 1_246), (d(RECEIVED), 364), (d(RESOLVED), 456), (d(IN_PROGRESS), 1_154)];
    assert_eq!(labelled(&outcome).get(..5), Some(first.as_slice()));
    // the smaller total of the second paragraph is no slip of what was resolved in the first
    let wrong = report.replace("tổng số 160", "tổng số 164");
    let told = told(&text(&wrong));
    assert!(told.len() == 1 && told[0].starts_with("contradiction 164") && told[0].ends_with("-> 160"), "{told:?}");
}

#[test]
fn times_and_places_that_only_pass_by() {
    for report in [
        // three years are another time than the last of them
        "Trong năm 2018, quận tiếp nhận 585.336 hồ sơ. Đã giải quyết 585.116 hồ sơ, đang giải quyết trong hạn 220 hồ sơ. Qua 3 năm từ 2016 đến 2018 chỉ có 1 hồ sơ trễ hạn.",
        // dates with dots
        "Từ ngày 2.1.2018 đến 17.5.2018 đã tiếp nhận 25.368 hồ sơ, trong đó trực tuyến 25.000 hồ sơ, trực tiếp 368 hồ sơ.",
    ] {
        let outcome = text(report);
        assert_eq!(outcome.findings, [], "{report}");
        assert_eq!(outcome.unread, [], "{report}");
    }
    let names = |report: &str| text(report).scopes.into_iter().map(|s| s.name).collect::<Vec<_>>();
    assert_eq!(
        names("Với cấp xã, toàn tỉnh quý I tiếp nhận 264.610 hồ sơ, đã giải quyết 261.896 hồ sơ."),
        ["quý I, cấp xã"]
    );
    // a bracket that was opened twice
    let twice =
        |share: &str| told(&text(&format!("Tiếp nhận 6.130 hồ sơ. Đã giải quyết 5.972 hồ sơ (đạt tỷ lệ ({share}%).")));
    assert_eq!(twice("97,4"), Vec::<String>::new());
    assert_eq!(twice("94,7"), ["percent 94,7% -> 97,4%"]);
}

#[test]
fn what_outsiders_wrote_and_the_checker_misread() {
    let cases: &[(&str, &[&str])] = &[
        // centres are no dossiers
        (
            "Quý III, 124 trung tâm phục vụ hành chính công cấp xã đã tiếp nhận 120.344 hồ sơ. Kỳ trước chuyển sang 9.120 hồ sơ. Đã giải quyết 119.442 hồ sơ; đang xử lý 10.022 hồ sơ.",
            &[],
        ),
        ("Đã giải quyết: 315 (sớm 96, đúng hẹn 217, trễ 2).", &[]),
        ("Đã giải quyết: 315 (sớm 69, đúng hẹn 217, trễ 2).", &["contradiction 69 -> 96"]),
        (
            "Đã giải quyết 950 hồ sơ, trong đó sớm hạn 904 hồ sơ, quá hạn 46 hồ sơ. Đề nghị sớm giải quyết 12 hồ sơ liên quan đất đai.",
            &[],
        ),
        ("Đã giải quyết 950 hồ sơ, trong đó sớm và đúng hạn 904 hồ sơ, quá hạn 64 hồ sơ.", &["contradiction 64 -> 46"]),
        // a part of complaints of which the whole is not clear
        (
            "Tổng số PAKN tiếp nhận trong kỳ: 187 PAKN, gồm 23 PAKN về quy định và 164 PAKN về hành vi; kỳ trước chuyển sang 9 PAKN. Đã xử lý 181 PAKN, đang xử lý 15 PAKN.",
            &[],
        ),
        (
            "Đã giải quyết 6.015 hồ sơ, trong đó 5.702 hồ sơ có kết quả giải quyết điện tử. Đúng hạn 6.001 hồ sơ, quá hạn 14 hồ sơ.",
            &[],
        ),
        // shares of what was received say nothing of what there was to handle
        (
            "Tổng số hồ sơ phải giải quyết: 5.482 hồ sơ (tiếp nhận mới: 4.871 hồ sơ). Nộp trực tuyến 4.702 hồ sơ/4.871 hồ sơ, đạt 96,53%; nộp trực tiếp 169 hồ sơ, chiếm 3,47%.",
            &[],
        ),
        ("Quý III nộp trực tuyến: 4.702 hồ sơ/4.871 hồ sơ, đạt 95,63%.", &["percent 95,63% -> 96,53%"]),
        // beside the balance, but "so many of so many" has its share
        ("Thanh toán trực tuyến: 3.118/3.402 hồ sơ có nghĩa vụ tài chính, đạt 91,65%.", &[]),
        ("Thanh toán trực tuyến: 3.118/3.402 hồ sơ có nghĩa vụ tài chính, đạt 92,65%.", &["percent 92,65% -> 91,65%"]),
        // the three levels are all
        ("Đã giải quyết: 88.874 hồ sơ (cấp tỉnh: 13.980; cấp huyện: 19.904; cấp xã: 54.990).", &[]),
        (
            "Đã giải quyết: 88.874 hồ sơ (cấp tỉnh: 13.980; cấp huyện: 19.094; cấp xã: 54.990).",
            &["contradiction 19.094 -> 19.904"],
        ),
        (
            "Đã giải quyết 900 hồ sơ (cấp tỉnh: 400; cấp xã: 500), trong đó quá hạn 54 hồ sơ (cấp tỉnh: 4; cấp xã: 50).",
            &[],
        ),
        // the share of what is in progress is of all there was to handle, if that is printed
        (
            "Tổng số hồ sơ phải giải quyết 214.832 hồ sơ, trong đó tiếp nhận mới 210.032 hồ sơ, kỳ trước chuyển sang 4.800 hồ sơ. Đã giải quyết 209.182 hồ sơ. Còn 5.650 hồ sơ đang giải quyết, chiếm 3,26%.",
            &["percent 3,26% -> 2,63%"],
        ),
    ];
    for (report, wanted) in cases {
        assert_eq!(told(&text(report)), *wanted, "{report}");
    }
}
