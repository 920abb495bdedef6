//! Files of our own making, as people fill them in, and what must be read of them.

use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    check::filled::{Asked, At, Filled, MAX_FORM, Mistake, Notice, What, read},
    domain::{entered::Item, percent::vi, periods::Period},
};

fn period(id: &str) -> Period {
    Period::parse(id).unwrap()
}

fn plain(bytes: &[u8]) -> Result<Filled, Vec<Mistake>> {
    read(bytes, &Asked::default())
}

fn of_period(bytes: &[u8], id: &str) -> Result<Filled, Vec<Mistake>> {
    read(bytes, &Asked { periods: &[period(id)], ..Asked::default() })
}

/// Figures and their cells.
fn stated(filled: &Filled, form: usize) -> Vec<(&str, i64, String)> {
    let read = &filled.forms[form];
    read.form.stated.iter().map(|(name, n)| (*name, *n, read.at[name].to_string())).collect()
}

fn mistakes(read: Result<Filled, Vec<Mistake>>) -> Vec<(String, What)> {
    let at = |at: Option<At>| at.map_or_else(String::new, |at| at.to_string());
    read.unwrap_err().into_iter().map(|m| (at(m.at), m.what)).collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[test]
fn a_text_with_a_column_for_each_period() {
    let text = "\u{feff}Mã;nội dung;2018-02;2018-03\r\nreceived_direct;Tiếp nhận trực tiếp;1.043;\r\nreturned;Trả lại;;\r\n\r\nresolved_early;;7;0\r\n";
    let both = plain(text.as_bytes()).unwrap();
    assert_eq!(
        stated(&both, 0),
        [("received_direct", 1043, "C2".to_owned()), ("resolved_early", 7, "C5".to_owned())],
        "lines are those of the file"
    );
    assert_eq!(stated(&both, 1), [("resolved_early", 0, "D5".to_owned())]);
    let only = of_period(text.as_bytes(), "2018-03").unwrap();
    assert_eq!((only.forms.len(), only.forms[0].form.period.id.as_str()), (1, "2018-03"));
    let commas = of_period("code,value\nreturned,\"1,200\"\n".as_bytes(), "2018-Q1").unwrap();
    assert_eq!(stated(&commas, 0), [("returned", 1200, "B2".to_owned())]);
    assert_eq!(commas.forms[0].form.period.id, "2018-Q1");
}

#[test]
fn what_is_not_plain_is_a_mistake() {
    let cell = |sheet: &str, row, column| At { sheet: sheet.into(), row, column };
    for (text, at, what) in [
        ("mã,2018-02\nreceived,1\n", "A2", What::NotAFigure("received".into())),
        ("mã,2018-02\nreturned,1\nreturned,1\n", "B3", What::Twice(cell("", 2, 2))),
        ("mã,2018-02\nreturned,-1\n", "B2", What::NotACount("-1".into())),
        ("mã,2018-02\nreturned,\"1,5\"\n", "B2", What::NotACount("1,5".into())),
        ("mã,value\nreturned,1\n", "B1", What::WhichPeriod),
        ("mã,tháng 2\nreturned,1\n", "B1", What::NotAPeriod("tháng 2".into())),
        ("2018-02\n1\n", "", What::NoTable),
        ("mã,2018-02\nreturned,\n", "", What::NoFigures),
        ("\n\n", "", What::Empty),
        ("", "", What::Empty),
    ] {
        assert_eq!(mistakes(plain(text.as_bytes())), [(at.to_owned(), what)], "{text}");
    }
}

#[test]
fn other_formats_are_refused_by_name() {
    let ods = [b"PK\x03\x04".as_slice(), &[0; 26], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"].concat();
    for (bytes, what) in [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more".to_vec(), What::OldExcel),
        (ods, What::OpenDocument),
        (b"%PDF-1.7".to_vec(), What::OtherFormat),
        ("\u{feff}\n<html><table>".into(), What::OtherFormat),
        (vec![0xff, 0xfe, b'm', 0], What::NotText),
        (vec![b'x'; MAX_FORM + 1], What::TooLarge),
    ] {
        assert_eq!(mistakes(plain(&bytes)), [(String::new(), what)]);
    }
    assert!(matches!(&mistakes(plain(b"PK\x03\x04 broken"))[..], [(_, What::Broken(_))]));
}

/// A workbook with whatever people leave in one.
fn untidy() -> Workbook {
    let mut book = Workbook::new();
    let cover = book.add_worksheet().set_name("Bìa").unwrap();
    cover.write(0, 0, "Ủy ban nhân dân xã").unwrap();
    let form = book.add_worksheet().set_name("Biểu tháng 2").unwrap();
    form.merge_range(0, 0, 1, 3, "Số liệu tháng 2", &Format::new()).unwrap();
    for (column, text) in (1..).zip(["mã", "nội dung", "2018-02"]) {
        form.write(3, column, text).unwrap();
    }
    form.write(4, 1, "received_direct").unwrap().write(4, 3, 1043).unwrap();
    form.write(5, 1, "received_online").unwrap().write(5, 3, " 1.200 ").unwrap();
    form.write(6, 1, "received_new").unwrap();
    form.write_formula(6, 3, Formula::new("=D5+D6").set_result("2243")).unwrap();
    form.write(7, 1, "carried_over").unwrap();
    form.merge_range(8, 3, 9, 3, "", &Format::new()).unwrap();
    form.write(8, 1, "returned").unwrap().write(8, 3, 0).unwrap();
    form.write(12, 2, "Kiểm tra").unwrap();
    form.write_formula(12, 3, Formula::new("=D7-D5").set_result("1200")).unwrap();
    let old = book.add_worksheet().set_name("Nháp").unwrap();
    old.set_hidden(true);
    old.write(0, 0, "mã").unwrap().write(0, 1, "2018-01").unwrap();
    old.write(1, 0, "returned").unwrap().write(1, 1, 77).unwrap();
    book
}

#[test]
fn a_workbook_with_all_that_people_leave_in_one() {
    let bytes = untidy().save_to_buffer().unwrap();
    let filled = plain(&bytes).unwrap();
    assert_eq!(
        stated(&filled, 0),
        [
            ("received_direct", 1043, "'Biểu tháng 2'!D5".to_owned()),
            ("received_new", 2243, "'Biểu tháng 2'!D7".to_owned()),
            ("received_online", 1200, "'Biểu tháng 2'!D6".to_owned()),
            ("returned", 0, "'Biểu tháng 2'!D9".to_owned()),
        ]
    );
    assert_eq!(filled.forms.len(), 1);
    assert_eq!(filled.notices, [Notice::Hidden(owned(&["Nháp"]))]);
    let sheet = |name| read(&bytes, &Asked { sheet: Some(name), ..Asked::default() });
    assert_eq!(stated(&sheet("biểu tháng 2").unwrap(), 0).len(), 4);
    let hidden = What::NoSuchSheet { name: "Nháp".into(), hidden: true };
    assert_eq!(mistakes(sheet("Nháp")), [(String::new(), hidden)]);
    assert_eq!(mistakes(sheet("Bìa")), [(String::new(), What::NoTable)]);
    let nowhere = What::NoSuchSheet { name: "Trang 9".into(), hidden: false };
    assert_eq!(mistakes(sheet("Trang 9")), [(String::new(), nowhere)]);
}

#[test]
fn cells_that_are_no_counts_are_named() {
    let mut book = untidy();
    let form = book.worksheet_from_index(1).unwrap();
    form.write(4, 3, 10.43).unwrap();
    form.write(5, 3, true).unwrap();
    form.write(10, 3, 12).unwrap();
    form.write_formula(7, 3, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let found = mistakes(plain(&book.save_to_buffer().unwrap()));
    let at = |cell: &str| format!("'Biểu tháng 2'!{cell}");
    assert_eq!(found[0], (at("D5"), What::NotACount("10.43".into())));
    assert_eq!(found[1], (at("D6"), What::NotANumber));
    assert!(matches!(&found[2], (cell, What::Error(_) | What::NotACount(_)) if *cell == at("D8")), "{:?}", found[2]);
    assert_eq!(found[3], (at("D11"), What::NoCode));
    assert_eq!(found.len(), 4);
}

/// A commune's form II.06: its heads of columns over three rows, the number of each column, some fields, a row of totals.
fn table(total: [i64; 13]) -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "UBND xã Bình Khê").unwrap().write(0, 5, "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT TTHC").unwrap();
    sheet.write(1, 5, "(Từ ngày 15/12/2017 đến hết ngày 14/01/2018)").unwrap();
    let plain = Format::new();
    let merged: [(u32, u16, u32, u16, &str); 10] = [
        (3, 0, 5, 0, "STT"),
        (3, 1, 5, 1, "Lĩnh vực giải quyết"),
        (3, 2, 3, 5, "Số lượng hồ sơ tiếp nhận"),
        (4, 2, 5, 2, "Tổng số"),
        (4, 3, 4, 4, "Trong kỳ"),
        (4, 5, 5, 5, "Từ kỳ trước"),
        (3, 6, 3, 9, "Số lượng hồ sơ đã giải quyết"),
        (3, 10, 3, 12, "Số lượng hồ sơ đang giải quyết"),
        (3, 13, 5, 13, "Trả lại"),
        (3, 14, 5, 14, "Ghi chú"),
    ];
    for (top, left, bottom, right, text) in merged {
        sheet.merge_range(top, left, bottom, right, text, &plain).unwrap();
    }
    for (column, text) in [(3, "Trực tuyến"), (4, "Trực tiếp, dịch vụ bưu chính")] {
        sheet.write(5, column, text).unwrap();
    }
    for (column, text) in [
        (6, "Tổng số"),
        (7, "Trước hạn"),
        (8, "Đúng hạn"),
        (9, "Quá hạn"),
        (10, "Tổng số"),
        (11, "Trong hạn"),
        (12, "Quá hạn"),
    ] {
        sheet.merge_range(4, column, 5, column, text, &plain).unwrap();
    }
    for column in 0..14u16 {
        sheet.write(6, column, format!("({})", column + 1)).unwrap();
    }
    let rows: [(&str, [i64; 12]); 2] = [
        ("Hộ tịch", [731, 40, 681, 10, 720, 700, 16, 4, 8, 7, 1, 3]),
        ("Chứng thực", [500, 0, 498, 2, 490, 490, 0, 0, 10, 10, 0, 0]),
    ];
    for (row, (name, figures)) in (7..).zip(rows) {
        sheet.write(row, 0, row - 6).unwrap().write(row, 1, name).unwrap();
        for (column, n) in (2..).zip(figures) {
            sheet.write(row, column, n).unwrap();
        }
    }
    sheet.write(9, 0, "Tổng cộng").unwrap();
    for (column, n) in (2..).zip(&total[..12]) {
        sheet.write(9, column, vi(*n)).unwrap();
    }
    book
}

const RIGHT: [i64; 13] = [1231, 40, 1179, 12, 1210, 1190, 16, 4, 18, 17, 1, 3, 0];

#[test]
fn the_row_of_totals_of_a_form_that_others_fill() {
    let bytes = table(RIGHT).save_to_buffer().unwrap();
    for filled in [of_period(&bytes, "2018-01").unwrap(), plain(&bytes).unwrap()] {
        let told: Vec<_> = stated(&filled, 0).into_iter().map(|(name, n, at)| format!("{name} {n} {at}")).collect();
        assert_eq!(
            told,
            [
                "carried_over 12 Sheet1!F10",
                "pending_overdue 1 Sheet1!M10",
                "pending_total 18 Sheet1!K10",
                "pending_within_deadline 17 Sheet1!L10",
                "received_direct 1179 Sheet1!E10",
                "received_online 40 Sheet1!D10",
                "resolved_early 1190 Sheet1!H10",
                "resolved_late 4 Sheet1!J10",
                "resolved_on_time 16 Sheet1!I10",
                "resolved_total 1210 Sheet1!G10",
                "returned 3 Sheet1!N10",
                "to_handle_total 1231 Sheet1!C10",
            ]
        );
        let period = &filled.forms[0].form.period;
        assert_eq!(*period, self::period("2018-01"));
        assert_eq!(filled.findings, []);
        assert!(matches!(&filled.notices[0], Notice::Together { heading, .. } if heading.ends_with("bưu chính")));
        assert!(matches!(&filled.notices[1], Notice::Row { name, .. } if name == "Tổng cộng"), "{:?}", filled.notices);
    }
    let row = |row| read(&bytes, &Asked { row: Some(row), ..Asked::default() });
    assert_eq!(stated(&row("hộ  tịch").unwrap(), 0)[0], ("carried_over", 10, "Sheet1!F8".to_owned()));
    let names = owned(&["Hộ tịch", "Chứng thực", "Tổng cộng"]);
    assert_eq!(mistakes(row("Đất đai")), [(String::new(), What::NoSuchRow(names))]);
    let other = What::OtherPeriod { first: "2017-12-15".parse().unwrap(), last: "2018-01-14".parse().unwrap() };
    assert_eq!(mistakes(of_period(&bytes, "2018-02")), [(String::new(), other)]);
}

#[test]
fn a_wrong_sum_in_a_table_is_found_with_its_cell() {
    let mut wrong = RIGHT;
    wrong[4] = 1201;
    let filled = plain(&table(wrong).save_to_buffer().unwrap()).unwrap();
    let found: Vec<_> = filled
        .findings
        .iter()
        .map(|(at, finding)| match &finding.what {
            crate::check::What::Contradiction { culprit: Some(fix), equals, .. } => {
                (at.to_string(), fix.stated, fix.should_be, equals.len())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(found, [("Sheet1!G10".to_owned(), 1201, 1210, 0)]);
}

#[test]
fn a_table_is_not_guessed_at() {
    let mut units = table(RIGHT);
    let sheet = units.worksheet_from_index(0).unwrap();
    sheet.write(3, 1, "Đơn vị").unwrap();
    let bytes = units.save_to_buffer().unwrap();
    let names = owned(&["Hộ tịch", "Chứng thực", "Tổng cộng"]);
    assert_eq!(mistakes(plain(&bytes)), [(String::new(), What::RowsAreUnits(names))]);
    let named = read(&bytes, &Asked { row: Some("Tổng cộng"), ..Asked::default() }).unwrap();
    assert_eq!(named.forms[0].form.stated["resolved_total"], 1210);

    let mut none = table(RIGHT);
    none.worksheet_from_index(0).unwrap().write(9, 0, "3").unwrap().write(9, 1, "Đất đai").unwrap();
    let names = owned(&["Hộ tịch", "Chứng thực", "Đất đai"]);
    assert_eq!(mistakes(plain(&none.save_to_buffer().unwrap())), [(String::new(), What::WhichRow(names))]);

    let mut silent = table(RIGHT);
    silent.worksheet_from_index(0).unwrap().write(1, 5, "tháng Một").unwrap();
    assert_eq!(mistakes(plain(&silent.save_to_buffer().unwrap())), [(String::new(), What::WhichPeriod)]);

    let mut unknown = table(RIGHT);
    let sheet = unknown.worksheet_from_index(0).unwrap();
    sheet.write(3, 14, "Chờ thực hiện nghĩa vụ tài chính").unwrap();
    for row in 7..10 {
        sheet.write(row, 14, 2).unwrap();
    }
    let what = What::NotOurs("Chờ thực hiện nghĩa vụ tài chính".into());
    assert_eq!(mistakes(plain(&unknown.save_to_buffer().unwrap())), [("Sheet1!O10".to_owned(), what)]);
}

#[test]
fn figures_down_the_rows_and_periods_across() {
    let text = "Chỉ tiêu,Tháng 1,Tháng 2\nTồn kỳ trước chuyển sang,12,18\nTiếp nhận trực tuyến,40,50\nTiếp nhận trực tiếp,1.179,900\nĐã giải quyết,1.213,950\nGiải quyết đúng hạn,1.209,950\nGiải quyết quá hạn,4,0\nĐang giải quyết,18,18\n";
    let text = text.replace("1.179", "\"1.179\"");
    assert_eq!(
        mistakes(of_period(text.as_bytes(), "2018-01")),
        [(String::new(), What::WhichRow(owned(&["Tháng 1", "Tháng 2"])))]
    );
    let one = period("2018-01");
    let filled = read(text.as_bytes(), &Asked { periods: &[one], row: Some("Tháng 1"), sheet: None }).unwrap();
    let figures = stated(&filled, 0);
    assert!(figures.contains(&("carried_over", 12, "B2".to_owned())), "{figures:?}");
    assert!(figures.contains(&("resolved_on_time", 1209, "B6".to_owned())), "{figures:?}");
    assert!(filled.notices.iter().any(|n| matches!(n, Notice::Together { .. })), "{:?}", filled.notices);
}

/// A workbook with one of its parts changed.
fn changed(bytes: &[u8], name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let own = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        to.start_file(own.clone(), SimpleFileOptions::default()).unwrap();
        let text = if own == name { change(text) } else { text };
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn what_a_workbook_says_of_its_size_is_not_believed() {
    let bytes = untidy().save_to_buffer().unwrap();
    let broken = |bytes: &[u8]| match mistakes(plain(bytes)).remove(0).1 {
        What::Broken(why) => why,
        other => panic!("{other:?}"),
    };
    let count = |text: String| {
        let (before, after) = text.split_once("uniqueCount=\"").unwrap();
        format!("{before}uniqueCount=\"{}\"{}", "9".repeat(18), after.split_once('"').unwrap().1)
    };
    assert!(broken(&changed(&bytes, "xl/sharedStrings.xml", count)).contains("more texts than it does"));
    let large = changed(&bytes, "xl/sharedStrings.xml", |text| text + &" ".repeat(65 << 20));
    assert!(large.len() < MAX_FORM && broken(&large).contains("64 MiB"));
    // and what it says of how much is packed in it: the directory at the end is not asked
    let mut lying = large.clone();
    let entries: Vec<usize> = (0..lying.len() - 4).filter(|at| lying[*at..].starts_with(b"PK\x01\x02")).collect();
    for at in entries {
        lying[at + 24..at + 28].copy_from_slice(&100u32.to_le_bytes());
    }
    assert!(matches!(&mistakes(plain(&lying))[..], [(_, What::Broken(_))]));
}

#[test]
fn a_cell_far_away_costs_nothing_and_is_not_passed_over_in_silence() {
    let mut book = untidy();
    book.worksheet_from_index(1).unwrap().write(1_048_575, 16_383, 1).unwrap();
    let sheet = "Biểu tháng 2".to_owned();
    assert_eq!(mistakes(plain(&book.save_to_buffer().unwrap())), [(String::new(), What::Cut { sheet })]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(counts in prop::collection::vec(0i64..2_000_000, 5), seen in prop::collection::vec(0u8..4, 5), top in 0u32..9, left in 0u16..5) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(top, left, "code").unwrap().write(top, left + 1, "2018-02").unwrap();
        let items: Vec<Item> = Item::all().take(5).collect();
        for (row, (item, (n, how))) in (top + 1..).zip(items.iter().zip(counts.iter().zip(&seen))) {
            sheet.write(row, left, item.name()).unwrap();
            match how {
                0 => sheet.write(row, left + 1, *n).unwrap(),
                1 => sheet.write(row, left + 1, vi(*n)).unwrap(),
                2 => sheet.write_formula(row, left + 1, Formula::new(format!("={n}")).set_result(n.to_string())).unwrap(),
                _ => sheet,
            };
        }
        let wanted: Vec<(String, i64)> = items.iter().zip(counts.iter().zip(&seen)).filter(|(_, (n, how))| **how < 2 || **how == 2 && **n > 0)
            .map(|(item, (n, _))| (item.name().to_owned(), *n)).collect();
        let found = match plain(&book.save_to_buffer().unwrap()) {
            Ok(filled) => filled.forms[0].form.stated.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect(),
            Err(wrong) => { prop_assert_eq!(&wrong, &[Mistake::of(What::NoFigures)]); Vec::new() }
        };
        let sorted = |mut all: Vec<(String, i64)>| { all.sort(); all };
        // zeros of formulas count only where something was computed
        let known = |all: Vec<(String, i64)>| sorted(all.into_iter().filter(|(_, n)| *n > 0).collect());
        prop_assert_eq!(known(found), known(wanted));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), head in 0usize..4) {
        let heads: [&[u8]; 4] = [b"", b"PK\x03\x04", "mã,2018-02\n".as_bytes(), b"\xef\xbb\xbfcode;value\n"];
        let _ = plain(&[heads[head], &bytes].concat());
    }

    #[test]
    fn no_spoilt_workbook_panics(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = table(RIGHT).save_to_buffer().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = with;
        let _ = plain(&bytes);
    }
}
