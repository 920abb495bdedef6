//! Which figures belong together, and which only look as if they did.

use super::*;

#[test]
fn units_of_another_level_are_another_scope() {
    for report in [
        "Các sở, ban, ngành tiếp nhận 2.400 hồ sơ, trong đó trực tuyến 2.000 hồ sơ, trực tiếp 400 hồ sơ. Cũng trong thời gian trên, các huyện, thị xã, thành phố tiếp nhận 9.100 hồ sơ; các xã, phường tiếp nhận 30.500 hồ sơ.",
        "UBND các huyện, thành phố giải quyết 4.100 hồ sơ. UBND các xã, phường, thị trấn giải quyết 5.200 hồ sơ, trong đó trước hạn 4.900 hồ sơ, đúng hạn 300 hồ sơ.",
        // nothing names the other unit but that it begins a paragraph, and is of another size
        "Trung tâm đã tiếp nhận và giải quyết 700 hồ sơ, gồm trước hạn 600 hồ sơ, đúng hạn 100 hồ sơ.\n\nBưu cục đặt tại chợ tiếp nhận 9.400 hồ sơ, giải quyết trước hạn 9.000 hồ sơ.",
    ] {
        assert_eq!(told(&text(report)), Vec::<String>::new(), "{report}");
    }
    let mixed = text(
        "Các sở, ngành, UBND các huyện đã giải quyết 170 hồ sơ, gồm trước hạn 120 hồ sơ, đúng hạn 40 hồ sơ, quá hạn 15 hồ sơ.",
    );
    assert_eq!(told(&mixed).len(), 1, "units of all levels are no level");
}

#[test]
fn a_total_may_stand_behind_its_levels_and_periods_add_up_in_what_flows() {
    let levels = |done: &str| {
        format!(
            "Cấp tỉnh: tổng số hồ sơ tiếp nhận 1.100 hồ sơ (kỳ trước chuyển sang 100 hồ sơ; tiếp nhận mới 1.000 hồ sơ), đã giải quyết 900 hồ sơ. Cấp xã: tổng số hồ sơ tiếp nhận 2.150 hồ sơ (kỳ trước chuyển sang 150 hồ sơ; tiếp nhận mới 2.000 hồ sơ), đã giải quyết 1.950 hồ sơ. Toàn tỉnh tiếp nhận 3.250 hồ sơ, đã giải quyết {done} hồ sơ."
        )
    };
    assert_eq!(told(&text(&levels("2.850"))), Vec::<String>::new());
    assert_eq!(told(&text(&levels("2.580"))), ["contradiction 2.580 -> 2.850"]);
    let months = |done: &str| {
        format!(
            "Tháng 1/2024 tiếp nhận mới 200 hồ sơ, giải quyết 190 hồ sơ, đang giải quyết 30 hồ sơ. Tháng 2/2024 tiếp nhận mới 150 hồ sơ, giải quyết 160 hồ sơ, đang giải quyết 20 hồ sơ. Tháng 3/2024 tiếp nhận mới 250 hồ sơ, giải quyết 240 hồ sơ, đang giải quyết 30 hồ sơ. Quý I/2024 tiếp nhận mới 600 hồ sơ, giải quyết {done} hồ sơ, đang giải quyết 30 hồ sơ."
        )
    };
    assert_eq!(told(&text(&months("590"))), Vec::<String>::new());
    assert_eq!(told(&text(&months("950"))), ["contradiction 950 -> 590"]);
}

#[test]
fn what_is_beside_the_balance_goes_on_behind_a_comma() {
    let outcome = text(
        "Đã giải quyết 900 hồ sơ. Các đơn vị đã số hóa 639/1.414 hồ sơ đầu vào, 926/1.097 kết quả giải quyết; cấp 75 kết quả điện tử.",
    );
    let dossiers: Vec<_> = labelled(&outcome).into_iter().filter(|(l, _)| l.space == Space::Dossiers).collect();
    assert_eq!(dossiers, [(Label::dossiers(label::RESOLVED), 900)]);
}

#[test]
fn answers_to_several_questions_are_not_held_against_each_other() {
    let report = "Trung tâm nhận 209 phiếu đánh giá: rất hài lòng 201 phiếu, hài lòng 8 phiếu. Có 190 ý kiến đánh giá cơ sở vật chất rất tốt; 178 ý kiến (85,2%) cho biết hồ sơ được giải quyết trước hạn.";
    assert_eq!(told(&text(report)), Vec::<String>::new());
}

#[test]
fn small_words_that_decide() {
    use label::*;
    let feedback = |set| Label::of(Space::Feedback, set);
    for (sentence, wanted) in [
        // the form's own words
        (
            "a) Tổng số hồ sơ tiếp nhận, giải quyết: 590 hồ sơ. Trong đó:\n- Số hồ sơ mới tiếp nhận trong kỳ: 570 hồ sơ.\n- Số hồ sơ từ kỳ trước chuyển qua: 20 hồ sơ.",
            vec![(Label::dossiers(IN), 590), (Label::dossiers(RECEIVED), 570), (Label::dossiers(CARRIED_OVER), 20)],
        ),
        // of complaints too some are new
        (
            "Tiếp nhận 24 PAKN (kỳ trước chuyển sang 02, tiếp nhận mới 22); đã xử lý 23 PAKN; đang xử lý 01 PAKN.",
            vec![(feedback(SETTLED | SENT_ON | OPEN), 24), (feedback(SETTLED), 23), (feedback(OPEN), 1)],
        ),
        // the desk's name ends in what it did
        ("Bộ phận tiếp nhận 1.478 hồ sơ.", vec![(Label::dossiers(RECEIVED), 1_478)]),
        // those to be resolved within the period are some of those received
        (
            "Tiếp nhận 900 hồ sơ, trong đó phải giải quyết trong kỳ 850 hồ sơ.",
            vec![(Label::dossiers(RECEIVED), 900), (Label::of(Space::Due, 1), 850)],
        ),
        // a heading says less than the text
        (
            "Giải quyết đúng hạn 1.793 hồ sơ\n\nTrung tâm giải quyết trước và đúng hạn 1.793 hồ sơ.",
            vec![(Label::dossiers(IN_TIME), 1_793), (Label::dossiers(IN_TIME), 1_793)],
        ),
    ] {
        assert_eq!(labelled(&text(sentence)), wanted, "{sentence}");
    }
}
