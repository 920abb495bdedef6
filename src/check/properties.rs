//! A balanced report in any wording has no finding; with one figure changed, no more than one is called wrong, and with the percentages beside it
//! it is that one. Nothing panics.

use proptest::prelude::*;

use super::*;
use crate::domain::percent::{vi, vi_prose};

/// The figures of one balanced report, and how each is worded.
#[derive(Clone, Debug)]
struct Made {
    counts: [i64; 9],
    wording: [usize; 8],
    order: bool,
    shares: bool,
}

const ONLINE: usize = 0;
const DIRECT: usize = 1;
const POSTAL: usize = 2;
const EARLY: usize = 3;
const ON_TIME: usize = 4;
const LATE: usize = 5;
const WITHIN: usize = 6;
const OVERDUE: usize = 7;

/// Figures that are stated, by name: what a change may strike.
const STATED: [&str; 11] = [
    "to handle",
    "carried",
    "received",
    "online",
    "direct",
    "postal",
    "resolved",
    "early",
    "on time",
    "late",
    "pending",
];

impl Made {
    fn stated(&self) -> [i64; 11] {
        let c = self.counts;
        let received = c[ONLINE] + c[DIRECT] + c[POSTAL];
        let resolved = c[EARLY] + c[ON_TIME] + c[LATE];
        let pending = c[WITHIN] + c[OVERDUE];
        let carried = resolved + pending - received;
        [
            resolved + pending,
            carried,
            received,
            c[ONLINE],
            c[DIRECT],
            c[POSTAL],
            resolved,
            c[EARLY],
            c[ON_TIME],
            c[LATE],
            pending,
        ]
    }

    /// The report, with these figures in the place of the right ones.
    fn text(&self, shown: &[i64; 11]) -> String {
        let right = self.stated();
        let pick = |n: usize, from: &[&str]| from[self.wording[n] % from.len()].to_owned();
        let n = |at: usize| vi_prose(shown[at]);
        let share = |at: usize, whole: usize| match number::Share::of(right[at], right[whole], 2) {
            Some(s) if self.shares => {
                let printed = s.print(',');
                pick(7, &[" (chiếm X)", ", đạt X", " (X)", ", chiếm tỷ lệ X"]).replace('X', &printed)
            }
            _ => String::new(),
        };
        let total = pick(
            0,
            &[
                "Tổng số hồ sơ phải giải quyết là A hồ sơ, trong đó kỳ trước chuyển sang B hồ sơ, tiếp nhận mới C hồ sơ",
                "Trung tâm tiếp nhận tổng cộng A hồ sơ (tiếp nhận mới C hồ sơ, tồn kỳ trước chuyển qua B hồ sơ)",
                "Tiếp nhận mới C hồ sơ; hồ sơ từ kỳ trước chuyển sang B hồ sơ; tổng số hồ sơ cần giải quyết A hồ sơ",
            ],
        );
        let ways = pick(
            1,
            &[
                "Trong số hồ sơ tiếp nhận có D hồ sơ trực tuyếnd, E hồ sơ trực tiếpe, F hồ sơ qua dịch vụ bưu chính công íchf",
                "Hồ sơ tiếp nhận trực tuyến: D hồ sơd; trực tiếp: E hồ sơe; qua bưu chính: F hồ sơf",
            ],
        );
        let done = pick(
            2,
            &[
                "Đã giải quyết G hồ sơ, trong đó trước hạn H hồ sơh, đúng hạn I hồ sơi, quá hạn J hồ sơj",
                "Đã giải quyết xong G hồ sơ, gồm: sớm hạn H hồ sơh; đúng hạn I hồ sơi; trễ hạn J hồ sơj",
                "Kết quả đã giải quyết được G hồ sơ (H hồ sơ trước hạnh, I hồ sơ đúng hạni, J hồ sơ quá hạnj)",
            ],
        );
        let open =
            pick(3, &["Còn K hồ sơ đang giải quyết", "Số hồ sơ đang giải quyết là K hồ sơ", "Chuyển kỳ sau K hồ sơ"]);
        let fill = |text: String| {
            let mut out = String::new();
            let mut chars = text.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    'A'..='K' if chars.peek() == Some(&' ') => out.push_str(&n(c as usize - 'A' as usize)),
                    _ => out.push(c),
                }
            }
            out
        };
        // Shares stand where the small letters are, which no word of the sentences above ends in.
        let put = |text: String, marks: &[(char, usize, usize)]| {
            let mut out = text;
            for (mark, at, whole) in marks {
                for ending in ["sơ", "tuyến", "tiếp", "ích", "hạn"] {
                    out = out.replace(&format!("{ending}{mark}"), &format!("{ending}{}", share(*at, *whole)));
                }
            }
            out
        };
        let ways = put(fill(ways), &[('d', 3, 2), ('e', 4, 2), ('f', 5, 2)]);
        let done = put(fill(done), &[('h', 7, 6), ('i', 8, 6), ('j', 9, 6)]);
        let mut sentences = [fill(total), ways, done, fill(open)];
        if self.order {
            sentences.swap(1, 2);
        }
        format!("Trong tháng 5/2022:\n\n{}.\n", sentences.join(". "))
    }
}

fn made() -> impl Strategy<Value = Made> {
    let counts =
        [50i64..4000, 50i64..4000, 20i64..400, 100i64..4000, 100i64..4000, 11i64..60, 20i64..900, 0i64..1, 0i64..1];
    (counts, any::<[usize; 8]>(), any::<bool>(), any::<bool>())
        .prop_map(|(counts, wording, order, shares)| Made { counts, wording, order, shares })
        .prop_filter("something was carried over, and every figure is its own", |m| {
            let stated = m.stated();
            stated[1] > 10 && (0..stated.len()).all(|a| (0..a).all(|b| stated[a] != stated[b]))
        })
}

fn examine(text: &str) -> Outcome {
    check(Input { bytes: text.as_bytes(), name: "a.txt", form: None }).unwrap()
}

proptest! {
    #[test]
    fn a_balanced_report_has_no_finding(made in made()) {
        let text = made.text(&made.stated());
        let outcome = examine(&text);
        prop_assert!(!outcome.wrong(), "{text}\n{:#?}", outcome.findings);
        let read: Vec<i64> = outcome.cells.iter().map(|c| c.value).collect();
        for value in made.stated() {
            prop_assert!(read.contains(&value), "{} was not read of\n{text}\n{:?}", vi(value), outcome.unread);
        }
    }

    #[test]
    fn one_changed_figure_is_found_with_one_change(
        made in made(),
        struck in 0usize..11,
        by in prop_oneof![1i64..9, 10i64..900],
    ) {
        let right = made.stated();
        let mut shown = right;
        shown[struck] += by;
        prop_assume!(!right.contains(&shown[struck]));
        let text = made.text(&shown);
        let outcome = examine(&text);
        let smallest = outcome.findings.iter().filter(|f| f.kind() == Kind::Contradiction).count() <= 1;
        prop_assert!(outcome.wrong(), "{} changed by {by} in\n{text}", STATED[struck]);
        prop_assert!(smallest, "{} changed by {by} in\n{text}\n{:#?}", STATED[struck], outcome.findings);
    }

    #[test]
    fn with_shares_the_changed_class_is_named(made in made(), struck in 7usize..9, by in 200i64..900) {
        let made = Made { shares: true, ..made };
        let right = made.stated();
        let mut shown = right;
        shown[struck] += by;
        prop_assume!(!right.contains(&shown[struck]));
        let text = made.text(&shown);
        let outcome = examine(&text);
        let culprits: Vec<(i64, i64)> = outcome.findings.iter().filter_map(|f| match &f.what {
            What::Contradiction { culprit: Some(fix), .. } => Some((fix.stated, fix.should_be)),
            _ => None,
        }).collect();
        prop_assert_eq!(culprits, vec![(shown[struck], right[struck])], "{}", text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,400}") {
        let _ = examine(&text);
    }

    #[test]
    fn no_text_of_our_words_panics(words in prop::collection::vec(prop_oneof![
        Just("hồ sơ"), Just("tiếp nhận"), Just("trong đó"), Just("gồm"), Just("quá hạn"), Just("trước hạn"), Just("đang giải quyết"),
        Just("1.234"), Just("12"), Just("99,9%"), Just("4/5 hồ sơ"), Just("("), Just(")"), Just(","), Just(";"), Just(":"), Just(".\n"),
        Just("so với"), Just("tăng"), Just("tháng 3/2021"), Just("cấp xã"), Just("Sở Y tế"), Just("kỳ trước chuyển sang"), Just("và"),
    ], 0..80)) {
        let _ = examine(&words.join(" "));
    }

    #[test]
    fn no_bytes_panic_in_any_form(bytes in prop::collection::vec(any::<u8>(), 0..300), zip in any::<bool>()) {
        let bytes = if zip { [b"PK\x03\x04".as_slice(), &bytes].concat() } else { bytes };
        for form in [None, Some(Form::Prose), Some(Form::Csv), Some(Form::Xlsx), Some(Form::Json)] {
            let _ = check(Input { bytes: &bytes, name: "", form });
        }
    }

    #[test]
    fn no_table_panics(rows in prop::collection::vec(prop::collection::vec(prop_oneof![
        Just(""), Just("STT"), Just("Tổng số"), Just("Trước hạn"), Just("Quá hạn"), Just("%"), Just("(3)=(4)+(5)"), Just("12"), Just("1.234"), Just("Đã giải quyết"), Just("I"),
    ], 0..7), 0..9)) {
        let csv = rows.iter().map(|r| r.join(",")).collect::<Vec<_>>().join("\n");
        let _ = check(Input { bytes: csv.as_bytes(), name: "a.csv", form: None });
    }
}
