//! Every way to write a form down says the same as the JSON of the report.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::reports::form::{
    Content,
    write::{csv::csv, html::html, text::text, xlsx::xlsx},
};

#[test]
fn in_lines_for_a_terminal() {
    for (lang, name) in [(Lang::Vi, "form_vi"), (Lang::En, "form_en")] {
        insta::assert_snapshot!(name, text(&page("II.06", Breakdown::Unit, lang)));
    }
    insta::assert_snapshot!("form_folded_vi", text(&page("II.06-folded", Breakdown::Field, Lang::Vi)));
}

#[test]
fn as_a_page_for_print() {
    for (lang, name) in [(Lang::Vi, "form_html_vi"), (Lang::En, "form_html_en")] {
        insta::assert_snapshot!(name, html(&page("II.06", Breakdown::Unit, lang)));
    }
}

#[test]
fn as_csv() {
    insta::assert_snapshot!("form_csv_vi", csv(&page("II.06", Breakdown::Unit, Lang::Vi)).unwrap());
}

/// The figures of a report's JSON by the name of the row as the form prints it, by number of column of II.06.
fn from_json(report: &Report) -> Vec<BTreeMap<u32, i64>> {
    let json: serde_json::Value = serde_json::from_str(&render::json::json(report).unwrap()).unwrap();
    let columns = |figures: &serde_json::Value| {
        let of = |names: &[&str]| names.iter().map(|name| figures[name].as_i64().unwrap()).sum::<i64>();
        BTreeMap::from([
            (3, of(&["to_handle_total"])),
            (4, of(&["received_online"])),
            (5, of(&["received_direct", "received_postal"])),
            (6, of(&["carried_over"])),
            (7, of(&["resolved_total"])),
            (8, of(&["resolved_early"])),
            (9, of(&["resolved_on_time"])),
            (10, of(&["resolved_late"])),
            (11, of(&["pending_total"])),
            (12, of(&["pending_within_deadline"])),
            (13, of(&["pending_overdue"])),
            (14, of(&["returned"])),
            (15, of(&["withdrawn"])),
            (16, of(&["stopped"])),
            (17, of(&["awaiting_supplement"])),
            (21, of(&["received_new"])),
            (22, of(&["resolved_total"])),
            (23, of(&["resolved_late"])),
        ])
    };
    let rows = json["rows"].as_array().unwrap().iter().map(|row| columns(&row["figures"]));
    rows.chain([columns(&json["total"])]).collect()
}

/// Lines of cells, each headed by the number of its column: those of rows and of the total, without sections.
fn numbered(lines: &[Vec<String>]) -> Vec<BTreeMap<u32, i64>> {
    let at = lines.iter().position(|line| line.first().is_some_and(|cell| cell == "(1)")).unwrap();
    let number = |text: &str| text.trim_start_matches('(').split(')').next().unwrap().parse::<u32>().unwrap();
    let numbers: Vec<u32> = lines[at].iter().map(|text| number(text)).collect();
    let body = lines[at + 1..].iter().take_while(|line| line.len() == numbers.len() && !line[1].is_empty());
    let figures = body.filter(|line| !line[0].chars().any(char::is_alphabetic)).map(|line| {
        let cells = numbers.iter().zip(line).skip(2).filter(|(number, _)| **number != 20);
        cells.map(|(number, text)| (*number, text.parse().unwrap_or_else(|_| panic!("{number}: {text:?}")))).collect()
    });
    figures.collect()
}

fn from_csv(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of the table of a page, spans spread out, markup taken off.
fn from_html(text: &str) -> Vec<Vec<String>> {
    let rows = text.split("<tr").skip(1);
    rows.map(|row| {
        let cells = row.split("<t").skip(1).filter(|cell| {
            cell.starts_with("h ") || cell.starts_with("h>") || cell.starts_with("d ") || cell.starts_with("d>")
        });
        cells
            .map(|cell| {
                let (tag, rest) = cell.split_once('>').unwrap();
                let shown = rest.split('<').next().unwrap();
                match tag.split("data-value=\"").nth(1) {
                    Some(value) => {
                        let value = value.split('"').next().unwrap();
                        assert_eq!(shown.replace('.', ""), value, "what is shown is what it holds");
                        value.to_owned()
                    }
                    None => shown.to_owned(),
                }
            })
            .collect()
    })
    .collect()
}

type Places<T> = BTreeMap<(u32, u32), T>;

/// The sheet of a workbook: lines of texts, formulas, values.
fn sheet(bytes: &[u8]) -> (Vec<Vec<String>>, Places<String>, Places<Data>) {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).unwrap();
    let formulas = book.worksheet_formula(&name).unwrap();
    let (mut texts, mut values) = (Vec::new(), BTreeMap::new());
    let (height, width) = range.end().unwrap();
    for row in 0..=height {
        let line = (0..=width).map(|column| {
            let value = range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
            values.insert((row, column), value.clone());
            value.to_string()
        });
        texts.push(line.collect());
    }
    let start = formulas.start().unwrap();
    let formulas =
        formulas.used_cells().map(|(r, c, f)| ((r as u32 + start.0, c as u32 + start.1), f.clone())).collect();
    (texts, formulas, values)
}

#[test]
fn every_format_says_cell_by_cell_what_the_json_says() {
    for by in [Breakdown::Unit, Breakdown::Field, Breakdown::Agency, Breakdown::Procedure, Breakdown::None] {
        let report = report(&query("2018-02", by), &dong_trieu());
        let template = template("II.06");
        let asked = Asked { template: &template, report: &report, by, year: Year::Report(&report), lang: Lang::Vi };
        let page = lay_out(&asked);
        let json = from_json(&report);
        assert_eq!(json.len(), report.rows.len() + 1);
        assert_eq!(numbered(&from_csv(&csv(&page).unwrap())), json, "csv by {by}");
        assert_eq!(numbered(&from_html(&html(&page))), json, "html by {by}");
        let (texts, ..) = sheet(&xlsx(&page).unwrap());
        assert_eq!(numbered(&texts), json, "xlsx by {by}");
        let drawn: Vec<Vec<String>> = text(&page)
            .lines()
            .filter(|line| line.starts_with('│'))
            .map(|line| line.trim_matches('│').split('│').map(|cell| cell.trim().replace('.', "")).collect())
            .collect();
        assert_eq!(numbered(&drawn_rows(drawn)), json, "text by {by}");
    }
}

/// Numbers of columns that were broken into several lines are put together.
fn drawn_rows(mut lines: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let at = lines.iter().position(|line| line[0] == "(1)").unwrap();
    let width = lines[at].len();
    while lines.get(at + 1).is_some_and(|line| line.len() == width && line[0].is_empty() && line[1].is_empty()) {
        lines.remove(at + 1);
    }
    lines
}

/// Recomputes the sums of a workbook as a spreadsheet would: `SUM` over cells and ranges.
fn sum(formula: &str, values: &Places<Data>) -> Option<f64> {
    let list = formula.trim_start_matches('=').strip_prefix("SUM(")?.strip_suffix(')')?;
    let cell = |name: &str| -> (u32, u32) {
        let letters: String = name.chars().take_while(char::is_ascii_uppercase).collect();
        let column = letters.bytes().fold(0, |n, b| n * 26 + u32::from(b - b'A') + 1) - 1;
        (name[letters.len()..].parse::<u32>().unwrap() - 1, column)
    };
    let mut sum = 0.0;
    for part in list.split(',') {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        let (first, last) = (cell(first), cell(last));
        for row in first.0..=last.0 {
            for column in first.1..=last.1 {
                sum += match values.get(&(row, column)) {
                    Some(Data::Float(value)) => *value,
                    Some(Data::Int(value)) => *value as f64,
                    _ => 0.0,
                };
            }
        }
    }
    Some(sum)
}

#[test]
fn a_workbooks_formulas_give_the_values_beside_them() {
    let page = page("II.06", Breakdown::Unit, Lang::Vi);
    let bytes = xlsx(&page).unwrap();
    let (_, formulas, values) = sheet(&bytes);
    let mut sums = 0;
    for (at, formula) in &formulas {
        if let Some(sum) = sum(formula, &values) {
            assert_eq!(values[at], Data::Float(sum), "{at:?} {formula}");
            sums += 1;
        } else {
            assert!(formula.starts_with("IF(SUM("), "{formula}");
        }
    }
    let laid = page.grid.rows.iter().flat_map(|(_, cells)| cells).filter(|c| matches!(c.content, Content::Sum { .. }));
    assert_eq!(sums, laid.count());
    assert!(sums > 40, "{sums}");
    assert_eq!(xlsx(&page).unwrap(), bytes, "the same page, the same bytes");
}

#[test]
fn a_name_is_never_run() {
    let atom = dong_trieu()[0].summary.atom;
    let evil = "=HYPERLINK(\"http://x\")<script>alert(1)</script>\u{1b}[2J";
    let own = Cells::from([(cell(evil, "1.001193"), figures(&[(ReceivedDirect, 1), (AwaitingSupplement, 1)]))]);
    let report = report(&query("2018-01-15..2018-01-31", Breakdown::Agency), &[super::super::sheet(atom, own, vec![])]);
    let template = template("II.06");
    let by = Breakdown::Agency;
    let page = lay_out(&Asked { template: &template, report: &report, by, year: Year::Unknown, lang: Lang::En });
    let (texts, formulas, _) = sheet(&xlsx(&page).unwrap());
    assert!(texts.iter().flatten().any(|text| text.starts_with("=HYPERLINK")), "as words");
    assert!(formulas.values().all(|formula| !formula.contains("HYPERLINK")));
    assert!(csv(&page).unwrap().contains("'=HYPERLINK"));
    let html = html(&page);
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script") && !html.contains('\u{1b}'));
    assert!(!html.contains("href") && !html.contains("src=") && !html.contains("url("));
    assert!(!text(&page).contains('\u{1b}'));
}
