//! Slips in figures that nothing but a loose balance holds.

use super::*;

#[test]
fn a_slip_that_the_percentages_know_is_no_remainder() {
    let report = |early: &str| {
        format!(
            "Tổng số hồ sơ phải giải quyết 3.201 hồ sơ, trong đó giải quyết trước hạn {early} hồ sơ (92,27%), đúng hạn 231 hồ sơ (7,69%), quá hạn 01 hồ sơ (0,03%); đang giải quyết trong hạn 199 hồ sơ."
        )
    };
    assert_eq!(told(&text(&report("2.770"))), Vec::<String>::new());
    assert_eq!(told(&text(&report("2.707"))), ["contradiction 2.707 -> 2.770"]);
}

#[test]
fn digits_of_what_was_received_that_changed_places_are_seen_without_a_carried_over() {
    let report = |received: &str| {
        format!("Tiếp nhận {received} hồ sơ; đã giải quyết 10.155 hồ sơ; đang giải quyết 7.996 hồ sơ.")
    };
    assert_eq!(told(&text(&report("18.151"))), Vec::<String>::new());
    assert_eq!(told(&text(&report("18.115"))), ["contradiction 18.115 -> 18.151"]);
    // any other surplus may be carried over
    assert_eq!(told(&text(&report("17.151"))), Vec::<String>::new());
}

#[test]
fn a_list_behind_a_semicolon_is_of_its_own_subject() {
    for report in [
        "Các đơn vị tiếp nhận trực tuyến 300 hồ sơ; các đơn vị giải quyết nhiều hồ sơ gồm: Sở Y tế (400 hồ sơ), Sở Nội vụ (200 hồ sơ).",
        "Tiếp nhận trực tuyến 300 hồ sơ; các đơn vị giải quyết nhiều hồ sơ gồm: Sở Y tế 400 hồ sơ, Sở Nội vụ 200 hồ sơ.",
    ] {
        assert_eq!(told(&text(report)), Vec::<String>::new(), "{report}");
    }
    let own = "Đã giải quyết 300 hồ sơ; trong đó: trước hạn 250 hồ sơ; đúng hạn 40 hồ sơ; quá hạn 15 hồ sơ.";
    assert_eq!(told(&text(own)).len(), 1);
}

#[test]
fn a_heading_that_slipped_is_found_though_it_says_less_than_the_text() {
    let report = "Giải quyết đúng hạn 1.739 hồ sơ\n\nTrung tâm đã giải quyết trước và đúng hạn 1.793 hồ sơ, quá hạn 2 hồ sơ; tổng số hồ sơ đã giải quyết là 1.795 hồ sơ.";
    assert_eq!(told(&text(report)), ["contradiction 1.739 -> 1.793"]);
}
