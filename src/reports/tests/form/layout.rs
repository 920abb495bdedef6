use proptest::prelude::*;

use super::*;
use crate::reports::form::{Content, Grid, Role, text_of, write};

/// Rows below the heading: role, name and figures as plain digits.
fn body(grid: &Grid) -> Vec<(Role, String, Vec<String>)> {
    let plain = |content: &Content| content.print(|n| n.to_string(), crate::domain::percent::vi_percent);
    grid.rows
        .iter()
        .skip(grid.heading())
        .map(|(role, cells)| {
            let texts: Vec<String> = cells.iter().map(|cell| plain(&cell.content)).collect();
            (*role, texts[1].clone(), texts[2..].to_vec())
        })
        .collect()
}

#[test]
fn a_parents_form_by_unit() {
    let page = page("II.06", Breakdown::Unit, Lang::Vi);
    let names: Vec<(Role, String)> = body(&page.grid).into_iter().map(|(role, name, _)| (role, name)).collect();
    let names: Vec<(Role, &str)> = names.iter().map(|(role, name)| (*role, name.as_str())).collect();
    assert_eq!(
        names,
        [
            (Role::Section, "Cấp huyện"),
            (Role::Row, "Thị xã Đông Triều (trực tiếp)"),
            (Role::Section, "Cấp xã"),
            (Role::Row, "Phường Mạo Khê"),
            (Role::Row, "Xã Nguyễn Huệ"),
            (Role::Row, "Xã An Sinh"),
            (Role::Total, "Tổng số"),
        ]
    );
    let total = body(&page.grid).pop().unwrap().2;
    assert_eq!(
        total.join(" "),
        "3201 900 2143 158 3002 2770 231 1 199 199 0 0 0 0 0 99,97% 3043 3002 1",
        "columns 3 to 17, the share, the year; no transfers, so their columns are not printed"
    );
    assert_eq!(page.number, ["Biểu số II.06b/VPCP/KSTT", "Ban hành theo Thông tư số 01/2020/TT-VPCP"]);
    assert_eq!(page.grid.wrong(), None);
}

/// The sum of a cell as `row,column` of its parts.
fn parts(grid: &Grid, row: usize, column: usize) -> String {
    let Some(Content::Sum { of, .. }) = grid.get((row, column)) else { return String::new() };
    of.iter().map(|(r, c)| format!("{r},{c}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn sums_name_the_cells_they_come_from() {
    let grid = page("II.06", Breakdown::Unit, Lang::Vi).grid;
    let (head, total) = (grid.heading(), grid.rows.len() - 1);
    assert_eq!((head, total), (4, 10));
    assert_eq!(parts(&grid, head + 1, 2), "5,3 5,4 5,5", "(3)=(4)+(5)+(6)");
    assert_eq!(parts(&grid, total, 2), "10,3 10,4 10,5", "the total too adds along its line");
    assert_eq!(parts(&grid, total, 3), "5,3 7,3 8,3 9,3", "and its parts down the rows, not the sections");
    assert_eq!(parts(&grid, head + 2, 3), "7,3 8,3 9,3", "a section adds its own rows");
    assert!(matches!(grid.get((total, 18)), Some(Content::Sum { value: 3043, .. })), "{:?}", grid.get((total, 18)));
}

#[test]
fn the_folding_template_hides_and_says_so() {
    let sheets = {
        let mut sheets = dong_trieu();
        edit(&mut sheets[1], |s| {
            let cell = s.below.get_mut(&cell("", "1.001193")).unwrap();
            let change =
                figures(&[(ReceivedOnline, 9), (Returned, 2), (Withdrawn, 3), (Stopped, 1), (AwaitingSupplement, 3)]);
            *cell += &change;
            s.members[0].totals += &change;
        });
        sheets
    };
    let report = report(&query("2018-02", Breakdown::Unit), &sheets);
    let total = |name: &str| {
        let template = template(name);
        let by = Breakdown::Unit;
        let page =
            lay_out(&Asked { template: &template, report: &report, by, year: Year::Report(&report), lang: Lang::Vi });
        assert_eq!(page.grid.wrong(), None);
        (body(&page.grid).pop().unwrap().2.join(" "), page.notes.join("\n"))
    };
    let (plain, folded) = (total("II.06"), total("II.06-folded"));
    assert_eq!(plain.0, "3210 909 2143 158 3002 2770 231 1 199 199 0 2 3 1 3 99,97% 3052 3002 1");
    assert_eq!(folded.0, "3210 909 2143 158 3007 2770 236 1 202 202 0 1 99,97% 3052 3007 1");
    assert!(folded.1.contains("Cột (9) gồm cả hồ sơ trả lại và xin rút; cột (12) gồm cả hồ sơ chờ bổ sung."));
}

#[test]
fn sections_of_authority() {
    let by = Breakdown::Authority;
    let procedures = {
        let mut all: Vec<Procedure> = procedures().iter().cloned().collect();
        all[0].level = "Cấp tỉnh, Cấp xã".to_owned();
        all[2].level = "Cấp tỉnh".to_owned();
        Procedures::new(all)
    };
    let report =
        build(&query("2018-02", by), &dong_trieu(), &Names { tree: &tree(), procedures: &procedures }).unwrap();
    let keys: Vec<&str> = report.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["Cấp tỉnh: Chứng thực", "Cấp tỉnh, Cấp xã: Hộ tịch", "commune: Hộ tịch", ""]);
    let asked =
        Asked { template: &template("II.06"), report: &report, by, year: Year::Report(&report), lang: Lang::Vi };
    let grid = lay_out(&asked).grid;
    let rows: Vec<String> =
        body(&grid).into_iter().map(|(role, name, cells)| format!("{role:?} {name} {}", cells[0])).collect();
    assert_eq!(
        rows,
        [
            "Section Thẩm quyền giải quyết của cấp tỉnh 1200",
            "Row Chứng thực 1200",
            "Section Thẩm quyền giải quyết của cấp xã 1958",
            "Row Hộ tịch 1958",
            "Section Thẩm quyền của nhiều cấp, hoặc chưa xác định 43",
            "Row Cấp tỉnh, Cấp xã: Hộ tịch 43",
            "Row (không ghi) 0",
            "Total Tổng số 3201",
        ]
    );
}

#[test]
fn where_nothing_is_known_stands_a_dash_and_where_a_row_cannot_tell_nothing() {
    let mut sheets = dong_trieu();
    for (i, sheet) in sheets.iter_mut().enumerate() {
        edit(sheet, |s| {
            let own = s.members[2].totals;
            s.below.retain(|key, _| key.procedure == "1.001193");
            s.members[2].totals = Figures::default();
            (s.members[2].document, s.members[2].received, s.received) = (None, 0, 3);
            s.missing = vec![Missing { unit: unit("07003"), reason: "NOT_RECEIVED".into() }];
            assert!(i > 1 || !own.is_zero());
        });
    }
    let report = report(&query("2018-02", Breakdown::Unit), &sheets);
    let template = template("II.06");
    let by = Breakdown::Unit;
    let asked = Asked { template: &template, report: &report, by, year: Year::Unknown, lang: Lang::Vi };
    let page = lay_out(&asked);
    let rows = body(&page.grid);
    let silent = rows.iter().find(|(_, name, _)| name == "Xã An Sinh [0/1 đơn vị]").unwrap();
    assert!(silent.2.iter().all(|cell| cell == "–"), "{silent:?}");
    assert_eq!(rows.last().unwrap().2[16..], ["–", "–", "–"], "no year so far");
    assert!(page.notes.contains(&"Đã tổng hợp số liệu của 3 trên 4 đơn vị.".to_owned()));
    assert!(page.notes.iter().any(|line| line.starts_with("Chưa có số lũy kế")));
    assert_eq!(page.grid.wrong(), None);

    let page = super::page("II.06", Breakdown::Channel, Lang::Vi);
    let rows: Vec<String> =
        body(&page.grid).into_iter().map(|(_, name, cells)| format!("{name}: {}", cells[..5].join("|"))).collect();
    assert_eq!(
        rows,
        [
            "Tiếp nhận trực tuyến: |900|||",
            "Tiếp nhận trực tiếp: ||2100||",
            "Tiếp nhận qua bưu chính: ||43||",
            "Tổng số: 3201|900|2143|158|3002"
        ]
    );
    assert_eq!(page.grid.wrong(), None);
}

#[test]
fn the_year_so_far_has_rows_of_its_own_and_counts_from_its_start() {
    let sheets = dong_trieu();
    let whole = report(&query("2018-02", Breakdown::Field), &sheets);
    let second = report(&query("2018-02-01..2018-02-14", Breakdown::Field), &sheets[1..]);
    let template = template("II.06");
    let by = Breakdown::Field;
    let asked = Asked { template: &template, report: &second, by, year: Year::Report(&whole), lang: Lang::Vi };
    let page = lay_out(&asked);
    let rows: Vec<String> = body(&page.grid)
        .into_iter()
        .map(|(_, name, cells)| format!("{name}: {} {}", cells[0], cells[cells.len() - 3..].join(" ")))
        .collect();
    assert_eq!(
        rows,
        ["Chứng thực: 0 1200 1200 0", "Hộ tịch: 820 1843 1802 1", "(không ghi): 0 0 0 0", "Tổng số: 820 3043 3002 1"]
    );
    assert!(
        page.notes.iter().any(|l| l == "Lũy kế từ đầu năm: từ 15/01/2018 đến hết 14/02/2018, 4/4 đơn vị."),
        "{:?}",
        page.notes
    );
}

#[test]
fn names_of_periods() {
    for (id, vi, en) in [
        ("2018-02", "Kỳ báo cáo: Tháng 02 năm 2018", "Period: month 02 of 2018"),
        ("2018-01", "Kỳ báo cáo: Tháng 01 năm 2018", "Period: month 01 of 2018"),
        ("cal:2018-12", "Kỳ báo cáo: Tháng 12 năm 2018", "Period: month 12 of 2018"),
        ("2018-Q1", "Kỳ báo cáo: Quý I năm 2018", "Period: quarter 1 of 2018"),
        ("2018-Q4", "Kỳ báo cáo: Quý IV năm 2018", "Period: quarter 4 of 2018"),
        ("2018-H1", "Kỳ báo cáo: 6 tháng đầu năm 2018", "Period: first half of 2018"),
        ("cal:2018-H2", "Kỳ báo cáo: 6 tháng cuối năm 2018", "Period: second half of 2018"),
        ("2018-9M", "Kỳ báo cáo: 9 tháng đầu năm 2018", "Period: first nine months of 2018"),
        ("2018", "Kỳ báo cáo: Năm 2018", "Period: year 2018"),
        ("2020-W53", "Kỳ báo cáo: Tuần 53 năm 2020", "Period: week 53 of 2020"),
        ("2018-02-01..2018-02-14", "Kỳ báo cáo: theo thời gian dưới đây", "Period: the dates below"),
    ] {
        let period = Period::parse(id).unwrap();
        let say = |lang| (crate::reports::form::phrases(lang).period)(&period);
        assert_eq!((say(Lang::Vi), say(Lang::En)), (vi.to_owned(), en.to_owned()), "{id}");
    }
}

#[test]
fn who_signs() {
    let mut sheets = dong_trieu();
    for (sheet, person) in sheets.iter_mut().zip(["Bà Lan", "Ông Minh"]) {
        edit(sheet, |s| (s.prepared_by, s.approved_by) = (person.into(), "Chủ tịch\nUBND".into()));
    }
    let report = report(&query("2018-02", Breakdown::None), &sheets);
    let template = template("II.06");
    let by = Breakdown::None;
    let asked = Asked { template: &template, report: &report, by, year: Year::Report(&report), lang: Lang::En };
    let [left, right] = lay_out(&asked).signatures;
    assert_eq!((left.role.as_str(), left.name.as_str()), ("Drawn up by", "Ông Minh"));
    assert_eq!((right.role.as_str(), right.name.as_str()), ("Head of the unit", "Chủ tịch UBND"));
}

#[test]
fn what_units_say_of_their_figures_stands_under_the_form() {
    let mut report = report(&query("2018-02", Breakdown::None), &dong_trieu());
    report.explanations = vec![Explanation {
        unit: unit("07002"),
        name: "Xã Nguyễn Huệ".into(),
        said: Explained {
            start: d("2018-01-15"),
            end: d("2018-02-15"),
            causes: vec![("chờ ý kiến\tsở".into(), 1)],
            note: "Đã xin lỗi.".into(),
            by: "Lò Thị Mai".into(),
        },
    }];
    let template = template("II.06");
    let by = Breakdown::None;
    let page =
        lay_out(&Asked { template: &template, report: &report, by, year: Year::Report(&report), lang: Lang::Vi });
    let at = page.notes.iter().position(|line| line == "Giải trình của đơn vị:").unwrap();
    let said = &page.notes[at + 1];
    assert!(said.contains("Xã Nguyễn Huệ") && said.contains("chờ ý kiến sở") && said.contains("Đã xin lỗi."), "{said}");
    for text in [write::text::text(&page), write::html::html(&page)] {
        assert!(text.contains("Đã xin lỗi."));
    }
}

/// Lower-case words of a text.
fn words(text: &str) -> std::collections::BTreeSet<String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1).map(str::to_lowercase).collect()
}

#[test]
fn what_both_languages_print_are_names() {
    let mut sheets = dong_trieu();
    edit(&mut sheets[0], |s| {
        s.below.retain(|key, _| key.procedure == "1.001193");
        s.members[2].totals = Figures::default();
        (s.members[2].document, s.members[2].received, s.received) = (None, 0, 3);
        s.missing = vec![Missing { unit: unit("07003"), reason: "NOT_RECEIVED".into() }];
        s.transfers_out = [EventId([1; 16])].into();
        s.absent = vec![DeliveredByPost];
    });
    sheets[0].changed_since = true;
    let names = words(
        "Thị xã Đông Triều Phường Mạo Khê Xã Nguyễn Huệ An Sinh Hộ tịch Chứng thực bản sao Tư pháp Đăng ký khai sinh tử",
    );
    // the last are words of either language, with different meanings
    let signs = words("II VPCP KSTT TT do in");
    let all = [Breakdown::None].into_iter().chain(Breakdown::ALL);
    for (by, name) in all.flat_map(|by| crate::reports::form::NAMES.map(|name| (by, name))) {
        let report = report(&query("2018-02", by), &sheets);
        let template = template(name);
        for year in [Year::Report(&report), Year::Unknown] {
            let print = |lang| {
                words(&write::text::text(&lay_out(&Asked { template: &template, report: &report, by, year, lang })))
            };
            let both: Vec<String> = print(Lang::Vi).intersection(&print(Lang::En)).cloned().collect();
            let strange: Vec<&String> = both.iter().filter(|w| !names.contains(*w) && !signs.contains(*w)).collect();
            assert!(strange.is_empty(), "{name} by {by}: {strange:?}");
        }
    }
}

/// Figures that need not even balance: the form must add up whatever it is given.
fn any_figures() -> impl Strategy<Value = Figures> {
    prop::collection::vec(-3i64..5000, Measure::ALL.len()).prop_map(|v| Figures::from_values(&v).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_printed_sum_is_the_sum_of_its_cells(rows in prop::collection::vec((any_figures(), 0usize..5), 0..12), total in any_figures(), adds in any::<bool>()) {
        let mut report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
        report.rows = rows.iter().enumerate().map(|(n, (figures, level))| {
            let level = ["province", "district", "commune", "hamlet", ""][*level].to_owned();
            Row { key: format!("x{n}"), name: format!("={n}"), figures: *figures, only: None, completeness: None, level }
        }).collect();
        report.total = if adds {
            report.rows.iter().fold(Figures::default(), |mut sum, row| { sum += &row.figures; sum })
        } else {
            total
        };
        for name in crate::reports::form::NAMES {
            let template = template(name);
            for (by, year) in [(Breakdown::Unit, Year::Report(&report)), (Breakdown::Field, Year::Unknown)] {
                let page = lay_out(&Asked { template: &template, report: &report, by, year, lang: Lang::Vi });
                prop_assert_eq!(page.grid.wrong(), None);
                let cells = &page.grid.rows.last().unwrap().1;
                let expected = report.total.derived(Derived::ToHandleTotal);
                prop_assert_eq!(cells[2].content.count(), Some(expected));
                if adds && !report.rows.is_empty() {
                    let formula = matches!(cells[3].content, Content::Sum { .. });
                    prop_assert!(formula);
                }
                let rows = page.grid.rows.iter().filter(|(role, _)| *role == Role::Row).count();
                prop_assert_eq!(rows, report.rows.len());
            }
        }
    }

    #[test]
    fn a_damaged_template_is_refused_or_prints_sums_that_hold(
        name in prop::sample::select(crate::reports::form::NAMES.to_vec()),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, any::<prop::sample::Index>()), 1..4),
    ) {
        // lines are left out, repeated or put elsewhere
        let mut lines: Vec<&str> = text_of(name).unwrap().lines().collect();
        for (at, length, to) in &cuts {
            let at = at.index(lines.len());
            let taken: Vec<&str> = lines.drain(at..(at + length).min(lines.len())).collect();
            let to = to.index(lines.len().max(1)).min(lines.len());
            if length % 3 > 0 {
                lines.splice(to..to, taken);
            }
        }
        match Template::read(&lines.join("\n")) {
            Err(mistakes) => prop_assert!(!mistakes.is_empty()),
            Ok(template) => {
                let report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
                let by = Breakdown::Unit;
                let page = lay_out(&Asked { template: &template, report: &report, by, year: Year::Report(&report), lang: Lang::Vi });
                prop_assert_eq!(page.grid.wrong(), None);
                let _ = (write::text::text(&page), write::html::html(&page), write::csv::csv(&page).unwrap(), write::xlsx::xlsx(&page).unwrap());
            }
        }
    }
}
