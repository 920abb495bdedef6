//! The texts of the checker, on a report of our own that has every kind of finding.

use super::{json, text};
use crate::{
    check::{Input, Outcome, check},
    reports::Lang,
};

const REPORT: &str = "Tháng 5/2022: tiếp nhận 1.250 hồ sơ

Trong tháng 5/2022, Trung tâm tiếp nhận mới 1.205 hồ sơ, tăng 12,5% so với tháng 4/2022 (1.100 hồ sơ), gồm trực tuyến 900 hồ sơ, trực tiếp 305 hồ sơ; kỳ trước chuyển sang 95 hồ sơ; tổng số phải giải quyết 1,300 hồ sơ. Đã giải quyết 1.100 hồ sơ, trong đó trước hạn 807 hồ sơ, chiếm 79,1%; đúng hạn 200 hồ sơ, chiếm 18,18%; quá hạn 30 hồ sơ, chiếm 2,73%. Đang giải quyết 150 hồ sơ.

Có 300 lượt đánh giá: rất hài lòng 210 lượt (70,1%), hài lòng 90 lượt (30%). Tiếp nhận và giải quyết tổng số 12 hồ sơ. Có gần 40 hồ sơ nộp qua bưu chính.

Tháng 6/2022, đã giải quyết 170 hồ sơ, gồm trước hạn 120 hồ sơ, đúng hạn 40 hồ sơ, quá hạn 15 hồ sơ.
";

fn outcome() -> Outcome {
    check(Input { bytes: REPORT.as_bytes(), name: "bao-cao.txt", form: None }).unwrap()
}

#[test]
fn texts_of_both_languages() {
    insta::assert_snapshot!("findings_vi", text(&outcome(), Lang::Vi));
    insta::assert_snapshot!("findings_en", text(&outcome(), Lang::En));
    insta::assert_snapshot!("findings_json", json(&outcome(), Lang::Vi).unwrap());
}

#[test]
fn nothing_wrong_and_nothing_read_are_said_apart() {
    let said = |input: &str, lang| {
        let outcome = check(Input { bytes: input.as_bytes(), name: "", form: None }).unwrap();
        text(&outcome, lang).lines().next().unwrap().to_owned()
    };
    insta::assert_snapshot!(
        ["Đã tiếp nhận 120 hồ sơ.", "Trời hôm nay đẹp."]
            .map(|i| [said(i, Lang::Vi), said(i, Lang::En)].join("\n"))
            .join("\n")
    );
}

/// Without what is quoted from the report.
fn own_words(text: &str) -> String {
    let mut quoted = false;
    let keep = text.chars().filter(|c| {
        quoted = (quoted || *c == '“') && *c != '”';
        !quoted
    });
    keep.collect()
}

#[test]
fn the_english_text_has_no_vietnamese_word_but_names() {
    let report = REPORT.replace("Tháng", "X").replace("tháng", "x");
    let outcome = check(Input { bytes: report.as_bytes(), name: "", form: None }).unwrap();
    let words = own_words(&text(&outcome, Lang::En));
    let foreign: Vec<char> = words.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).collect();
    assert!(foreign.is_empty(), "{foreign:?} in\n{words}");
}

#[test]
fn the_vietnamese_text_has_no_english_word() {
    let words = own_words(&text(&outcome(), Lang::Vi)).to_lowercase();
    for word in [
        "line",
        "column",
        "figure",
        "note",
        "should",
        "of",
        "the",
        "wrong",
        "percentage",
        "resolved",
        "pending",
        "received",
    ] {
        let found = words.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
        assert!(!found, "{word} in\n{words}");
    }
}

#[test]
fn control_characters_of_the_report_do_not_reach_the_terminal() {
    let outcome = check(Input {
        bytes: "Tiếp nhận 100 hồ sơ \u{1b}[31m, đã giải quyết 12 hồ sơ, đạt 13%.".as_bytes(),
        name: "",
        form: None,
    })
    .unwrap();
    assert!(!text(&outcome, Lang::Vi).contains('\u{1b}'));
}
