//! Figures that are entered: the blank workbook, our own printed form read back, and everything said of a form.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _, Write as _},
};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    form::{page, template},
    languages::{ALIKE, words},
    *,
};
use crate::{
    check::filled::{self, Asked, At, Filled, Mistake, Notice, Read, What},
    domain::entered::{Fault, Form, Item, MAX_COUNT, faults},
    reports::{
        entry::{blank_book, findings, mistakes, notices, phrases, refusal},
        form::{Asked as AskedForm, Year, lay_out, write::xlsx::xlsx},
    },
};

/// The blank with numbers typed into cells of its first sheet.
fn typed(blank: &[u8], cells: &[(String, i64)]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(blank)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            for (cell, value) in cells {
                let (before, after) =
                    text.split_once(&format!("<c r=\"{cell}\" ")).unwrap_or_else(|| panic!("{cell}: {text}"));
                let (style, rest) = after.split_once("/>").unwrap();
                text = format!("{before}<c r=\"{cell}\" {style}><v>{value}</v></c>{rest}");
            }
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// The cell of a line in the first column of numbers.
fn cell(name: &str) -> String {
    format!("C{}", Item::all().position(|item| item.name() == name).unwrap() + 2)
}

const RIGHT: [(&str, i64); 13] = [
    ("to_handle_total", 1231),
    ("carried_over", 12),
    ("received_new", 1219),
    ("received_online", 40),
    ("received_direct", 1179),
    ("resolved_total", 1210),
    ("resolved_early", 1190),
    ("resolved_on_time", 16),
    ("resolved_late", 4),
    ("returned", 3),
    ("pending_total", 18),
    ("pending_within_deadline", 17),
    ("pending_overdue", 1),
];

fn filled_in(figures: &[(&str, i64)], lang: Lang) -> Filled {
    let cells: Vec<(String, i64)> = figures.iter().map(|(name, n)| (cell(name), *n)).collect();
    let bytes = typed(&blank_book(&["2018-01", "2018-02"], lang).unwrap(), &cells);
    filled::read(&bytes, &Asked::default()).unwrap()
}

#[test]
fn the_blank_workbook_is_read_as_it_was_filled_in() {
    for lang in [Lang::Vi, Lang::En] {
        let blank = blank_book(&["2018-01", "2018-02"], lang).unwrap();
        assert_eq!(blank, blank_book(&["2018-01", "2018-02"], lang).unwrap(), "the same bytes");
        let empty = filled::read(&blank, &Asked::default()).unwrap_err();
        assert_eq!(empty, [Mistake { at: None, what: What::NoFigures }]);
        let filled = filled_in(&RIGHT, lang);
        assert_eq!((filled.forms.len(), filled.forms[0].form.period.id.as_str()), (1, "2018-01"));
        let stated: BTreeMap<&str, i64> = filled.forms[0].form.stated.clone();
        assert_eq!(stated, BTreeMap::from(RIGHT));
        assert_eq!(faults(&filled.forms[0].form, Some(12), None), []);
        assert!(filled.notices.is_empty() && filled.findings.is_empty());
        for (name, at) in &filled.forms[0].at {
            assert_eq!(at.to_string(), format!("{}!{}", phrases(lang).sheet, cell(name)));
        }
    }
}

#[test]
fn libreoffice_checks_a_filled_workbook() {
    let checks = |figures: &[(&str, i64)]| {
        let cells: Vec<(String, i64)> = figures.iter().map(|(name, n)| (cell(name), *n)).collect();
        let bytes = typed(&blank_book(&["2018-01"], Lang::Vi).unwrap(), &cells);
        let rows = form::recomputed(&bytes)?;
        let from = rows.iter().position(|row| row.get(1).is_some_and(|text| text.starts_with("Kiểm tra"))).unwrap();
        Some(rows[from..].iter().take(5).map(|row| row[2].clone()).collect::<Vec<_>>())
    };
    let mut wrong = RIGHT;
    wrong[5].1 = 1201;
    wrong[9].1 = 5;
    let Some(right) = checks(&RIGHT) else { return };
    assert_eq!(right, ["khớp"; 5]);
    assert_eq!(checks(&wrong).unwrap(), ["khớp", "khớp", "-9", "khớp", "-2"]);
    assert_eq!(checks(&[]).unwrap(), ["–"; 5]);
}

/// The figures a page prints in its row of totals, where a form can state them.
#[test]
fn our_own_printed_form_is_read_back() {
    let lang = Lang::Vi;
    for name in ["II.06", "II.06-folded"] {
        let bytes = xlsx(&page(name, Breakdown::Field, lang)).unwrap();
        let given = [Period::parse("2018-02").unwrap()];
        let filled = filled::read(&bytes, &Asked { periods: &given, ..Asked::default() })
            .unwrap_or_else(|wrong| panic!("{name} {:?}", mistakes(&wrong, lang)));
        let stated = &filled.forms[0].form.stated;
        let report = report(&query("2018-02", Breakdown::Field), &dong_trieu());
        let figures = &report.total;
        for (of, is) in [
            ("carried_over", figures[CarriedOver]),
            ("received_online", figures[ReceivedOnline]),
            ("received_direct", figures[ReceivedDirect] + figures[ReceivedPostal]),
            ("resolved_early", figures[ResolvedEarly]),
            ("resolved_on_time", figures[ResolvedOnTime]),
            ("resolved_late", figures[ResolvedLate]),
            ("pending_within_deadline", figures[PendingWithinDeadline]),
            ("pending_overdue", figures[PendingOverdue]),
        ] {
            assert_eq!(stated[of], is, "{name} {of}");
        }
        assert_eq!(faults(&filled.forms[0].form, None, None), [], "{name}");
        assert_eq!(filled.findings, []);
        assert_eq!(filled::read(&bytes, &Asked::default()).unwrap().forms[0].form.stated, *stated, "by its own dates");
    }
    let by_unit = xlsx(&page("II.06", Breakdown::Unit, Lang::Vi)).unwrap();
    let wrong = filled::read(&by_unit, &Asked::default()).unwrap_err();
    assert!(
        matches!(&wrong[..], [Mistake { what: What::RowsAreUnits(names), .. }] if names.iter().any(|n| n == "Xã An Sinh"))
    );
    let one = filled::read(&by_unit, &Asked { row: Some("Xã An Sinh"), ..Asked::default() }).unwrap();
    assert_eq!(one.forms[0].form.stated["resolved_total"], 1243);
}

#[test]
fn a_printed_form_of_every_figure_comes_back() {
    let sheets = dong_trieu();
    let mut report = report(&query("2018-02", Breakdown::Field), &sheets);
    for (n, m) in (3..).zip(Measure::ALL) {
        report.total[*m] = n * 7;
    }
    report.rows.clear();
    let template = template("II.06");
    let (template, by, lang) = (&template, Breakdown::Field, Lang::Vi);
    let asked = AskedForm { template, report: &report, by, year: Year::Unknown, lang };
    let bytes = xlsx(&lay_out(&asked)).unwrap();
    let filled = filled::read(&bytes, &Asked::default()).unwrap_or_else(|w| panic!("{:?}", mistakes(&w, lang)));
    for m in [Returned, Withdrawn, Stopped, AwaitingSupplement, TransferredIn, TransferredOut, ResolvedLate] {
        assert_eq!(filled.forms[0].form.stated.get(m.name()), Some(&report.total[m]), "{}", m.name());
    }
}

fn refused(mut figures: Vec<(&'static str, i64)>, change: &[(&'static str, i64)], lang: Lang) -> Vec<String> {
    for (name, n) in change {
        figures.iter_mut().filter(|(of, _)| of == name).for_each(|(_, value)| *value = *n);
    }
    let filled = filled_in(&figures, lang);
    let wrong: Vec<Fault> = faults(&filled.forms[0].form, Some(12), None);
    refusal(&wrong, &filled.forms, lang)
}

#[test]
fn the_culprit_is_named_with_its_cell_and_why() {
    let one = |lang| refused(RIGHT.to_vec(), &[("resolved_total", 1201)], lang).join("\n");
    insta::assert_snapshot!("entry_refused_vi", one(Lang::Vi));
    insta::assert_snapshot!("entry_refused_en", one(Lang::En));
    // Nothing is stated of what the parts add to, and two of them are wrong: no rule alone points to either.
    let two = |lang| refused(RIGHT.to_vec(), &[("returned", 30), ("resolved_early", 1109)], lang).join("\n");
    insta::assert_snapshot!("entry_refused_two_vi", two(Lang::Vi));
    insta::assert_snapshot!("entry_refused_two_en", two(Lang::En));
}

#[test]
fn everything_said_of_a_form_is_in_one_language() {
    let at = || At { sheet: "S 1".into(), row: 7, column: 28 };
    let day = |text: &str| text.parse().unwrap();
    let names = || vec!["N".to_owned(), "M".to_owned()];
    let whats = vec![
        What::TooLarge,
        What::OldExcel,
        What::OpenDocument,
        What::OtherFormat,
        What::Broken("N".into()),
        What::NotText,
        What::Empty,
        What::Cut { sheet: "N".into() },
        What::NoSuchSheet { name: "N".into(), hidden: true },
        What::NoSuchSheet { name: "N".into(), hidden: false },
        What::NoTable,
        What::SeveralTables(names()),
        What::NotAPeriod(String::new()),
        What::NotAPeriod("N".into()),
        What::WhichPeriod,
        What::OtherPeriod { first: day("2018-01-15"), last: day("2018-02-14") },
        What::NotAFigure("N".into()),
        What::NoCode,
        What::Twice(at()),
        What::NotACount("1,5".into()),
        What::Error("#REF!".into()),
        What::NotANumber,
        What::NoFigures,
        What::NoSuchRow(names()),
        What::WhichRow(names()),
        What::RowsAreUnits(names()),
        What::NotOurs("N".into()),
    ];
    let whole = Mistake { at: None, what: What::TooLarge };
    let wrong: Vec<Mistake> = whats.into_iter().map(|what| Mistake { at: Some(at()), what }).chain([whole]).collect();
    let line = At { sheet: String::new(), ..at() };
    let known = Filled {
        notices: vec![
            Notice::Row { name: "N".into(), at: at() },
            Notice::Together { heading: "N".into(), at: line, taken: ReceivedDirect },
            Notice::PassedOver { heading: "N".into(), at: at() },
            Notice::Hidden(names()),
        ],
        ..Filled::default()
    };
    let all = |lang: Lang| {
        let phrases = phrases(lang);
        let mut lines = [mistakes(&wrong, lang), notices(&known, lang)].concat();
        lines.extend(phrases.guide.iter().map(|line| (*line).to_owned()));
        lines.extend([phrases.whole_title, phrases.whole, phrases.check_balance, phrases.fits].map(str::to_owned));
        lines.extend([
            (phrases.check_total)("N"),
            (phrases.unreadable)("N"),
            (phrases.refused)(1),
            (phrases.refused)(2),
        ]);
        let far =
            Form { period: Period::parse("2018-01").unwrap(), stated: BTreeMap::from([("returned", MAX_COUNT + 1)]) };
        let read = Read { form: far, at: BTreeMap::from([("returned", at())]) };
        lines.extend(refusal(&faults(&read.form, None, None), &[read], lang));
        lines.join("\n")
    };
    insta::assert_snapshot!("entry_words_vi", all(Lang::Vi));
    insta::assert_snapshot!("entry_words_en", all(Lang::En));
    let (vi, en) = (words(&all(Lang::Vi)), words(&all(Lang::En)));
    // names of commands, options, formats, and of the example of a cell
    let known = [
        "motcua",
        "entry",
        "blank",
        "xlsx",
        "csv",
        "xls",
        "ods",
        "ref",
        "sheet",
        "row",
        "set",
        "period",
        "unit",
        "utf",
        "ab",
        "mib",
        "ii",
        "opendocument",
        "excel",
    ];
    let both: Vec<&String> =
        vi.intersection(&en).filter(|w| !ALIKE.contains(&w.as_str()) && !known.contains(&w.as_str())).collect();
    assert_eq!(both, [""; 0]);
}

#[test]
fn what_is_wrong_in_a_table_is_said_with_its_cell() {
    let text = "STT,Lĩnh vực,Tiếp nhận mới,Từ kỳ trước,Đã giải quyết,Đang giải quyết trong hạn\n1,A,40,2,38,4\n2,B,60,3,57,6\n3,C,10,1,8,3\n,Tổng cộng,110,6,130,13\n";
    let given = [Period::parse("2018-02").unwrap()];
    let filled = filled::read(text.as_bytes(), &Asked { periods: &given, ..Asked::default() }).unwrap();
    let vi = findings(&filled, Lang::Vi);
    assert_eq!(vi.len(), 1, "{vi:?}");
    assert!(vi[0].starts_with("dòng 5, cột 5: “đã giải quyết” ghi 130, nhiều khả năng phải là 103."), "{vi:?}");
    let en = findings(&filled, Lang::En);
    assert!(en[0].starts_with("line 5, column 5: "), "{en:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(200))]

    /// A form that balances, with one number changed: it is refused, and where it is said that this number alone can be wrong it is that one. A slip of the
    /// hand speaks only for what is probable.
    #[test]
    fn one_number_alone_is_never_the_wrong_one(parts in proptest::collection::vec(20i64..900, 8), struck in 0usize..13, by in 1i64..700) {
        let [early, on_time, late, returned, within, overdue, online, share] = parts[..] else { unreachable!() };
        let all = early + on_time + late + returned + within + overdue;
        let carried = share.min(all - 1);
        let online = online.min(all - carried);
        let right: Vec<(&'static str, i64)> = vec![
            ("to_handle_total", all), ("carried_over", carried), ("received_new", all - carried), ("received_online", online),
            ("received_direct", all - carried - online), ("resolved_total", early + on_time + late), ("resolved_early", early),
            ("resolved_on_time", on_time), ("resolved_late", late), ("returned", returned), ("pending_total", within + overdue),
            ("pending_within_deadline", within), ("pending_overdue", overdue),
        ];
        let mut stated: BTreeMap<&'static str, i64> = right.iter().copied().collect();
        let (name, value) = right[struck];
        stated.insert(name, value + by);
        let form = Form { period: Period::parse("2018-01").unwrap(), stated };
        let wrong = faults(&form, None, None);
        proptest::prop_assert!(!wrong.is_empty());
        let at = form.stated.keys().map(|name| (*name, At { sheet: String::new(), row: 1, column: 1 })).collect();
        let told = refusal(&wrong, &[Read { form, at }], Lang::En);
        let own = format!("\"{}\"", Item::by_name(name).map(phrases(Lang::En).label).unwrap());
        for line in told.iter().filter(|line| line.contains("changing this figure alone makes every sum hold")) {
            proptest::prop_assert!(line.contains(&own), "{name} {value}\n{}", told.join("\n"));
        }
    }
}
