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

/// Half a year of the town and its communes, in which every figure of the form has something to tell and no two months are alike.
fn half_a_year() -> Vec<Sheet> {
    let some = |atom: i64, unit: i64, cell: i64, what: i64| (atom * 31 + unit * 17 + cell * 7 + what * 5) % 29;
    let acts = |atom, unit, cell| -> random::Acts {
        let part = |what| some(atom, unit, cell, what);
        ([40 + part(0), part(1), part(2)], [12 + part(3), part(4) % 5, part(5) % 4, part(6) % 3, part(7) % 6])
    };
    let unit = |atom, unit| (true, [0, 1, 2].map(|cell| acts(atom, unit, cell)));
    let world: Vec<Vec<_>> = (0..12).map(|atom| (0..4).map(|n| unit(atom, n)).collect()).collect();
    random::play_from(d("2017-12-15"), &world).1
}

/// The second quarter, and the year so far.
fn quarter(by: Breakdown) -> (Report, Report) {
    let sheets = half_a_year();
    let quarter = report(&query("2018-Q2", by), &sheets[6..]);
    let year = report(&query(&quarter.period.year_to_date().unwrap().id, by), &sheets);
    (quarter, year)
}

/// The figures of the JSON of a quarter and of the year so far, line by line, by number of column of II.06.
fn from_json(quarter: &Report, year: &Report) -> Vec<BTreeMap<u32, i64>> {
    let read = |report| -> serde_json::Value { serde_json::from_str(&render::json::json(report).unwrap()).unwrap() };
    let (quarter, year) = (read(quarter), read(year));
    let columns = |figures: &serde_json::Value, year: &serde_json::Value| {
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
            (19, of(&["transferred_out"])),
            (21, year["received_new"].as_i64().unwrap()),
            (22, year["resolved_total"].as_i64().unwrap()),
            (23, year["resolved_late"].as_i64().unwrap()),
        ])
    };
    let (rows, rows_of_year) = (quarter["rows"].as_array().unwrap(), year["rows"].as_array().unwrap());
    assert_eq!(rows.len(), rows_of_year.len());
    let rows = rows.iter().zip(rows_of_year).map(|(row, year)| {
        assert_eq!(row["key"], year["key"]);
        columns(&row["figures"], &year["figures"])
    });
    rows.chain([columns(&quarter["total"], &year["total"])]).collect()
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
    for by in [
        Breakdown::Unit,
        Breakdown::Field,
        Breakdown::Agency,
        Breakdown::Procedure,
        Breakdown::Authority,
        Breakdown::None,
    ] {
        let (report, year) = quarter(by);
        let template = template("II.06");
        let asked = Asked { template: &template, report: &report, by, year: Year::Report(&year), lang: Lang::Vi };
        let page = lay_out(&asked);
        let json = from_json(&report, &year);
        assert_eq!(json.len(), report.rows.len() + 1);
        let total = json.last().unwrap();
        assert!([3, 4, 5, 6, 7, 8, 10, 14, 17, 19, 21].iter().all(|column| total[column] > 0), "{total:?}");
        assert!(total[&21] > total[&4] + total[&5], "the year is more than the quarter");
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
    let (report, year) = quarter(Breakdown::Unit);
    let template = template("II.06");
    let by = Breakdown::Unit;
    let page = lay_out(&Asked { template: &template, report: &report, by, year: Year::Report(&year), lang: Lang::Vi });
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

/// What a spreadsheet program makes of the workbook when it computes everything anew; nothing where there is none on this machine.
#[test]
fn libreoffice_computes_the_same_sums() {
    let (report, year) = quarter(Breakdown::Unit);
    let template = template("II.06");
    let by = Breakdown::Unit;
    let page = lay_out(&Asked { template: &template, report: &report, by, year: Year::Report(&year), lang: Lang::Vi });
    let Some(lines) = recomputed(&spoilt(&xlsx(&page).unwrap())) else { return };
    assert_eq!(numbered(&lines), from_json(&report, &year));
}

/// The first sheet of a workbook when a spreadsheet program has computed it anew; `None`, said aloud, where there is none on this machine.
pub fn recomputed(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("form.xlsx");
    std::fs::write(&book, bytes).unwrap();
    // every figure as it is, commas, UTF-8, no quotes where none are needed
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false";
    let user = folder.path().join("home/user");
    std::fs::create_dir_all(&user).unwrap();
    std::fs::write(user.join("registrymodifications.xcu"), COMPUTE_ANEW).unwrap();
    let home = format!("-env:UserInstallation=file://{}", folder.path().join("home").display());
    let office = std::process::Command::new("soffice")
        .args([&home, "--headless", "--convert-to", filter, "--outdir"])
        .arg(folder.path())
        .arg(&book)
        .stdin(std::process::Stdio::null())
        .output();
    let Ok(office) = office else {
        println!("skipped: there is no soffice on this machine");
        return None;
    };
    let made = folder.path().join("form.csv");
    assert!(made.exists(), "{}", String::from_utf8_lossy(&office.stderr));
    Some(from_csv(&std::fs::read_to_string(made).unwrap()))
}

/// Left alone, the program believes the values beside the formulas.
const COMPUTE_ANEW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// The workbook with every value beside a formula replaced by one that is wrong, so that only who computes gets the right ones.
fn spoilt(bytes: &[u8]) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut replaced = 0;
    for n in 0..from.len() {
        let mut file = from.by_index(n).unwrap();
        let mut text = String::new();
        let name = file.name().unwrap().into_owned();
        file.read_to_string(&mut text).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            let mut parts = text.split("</f><v>");
            let mut new = parts.next().unwrap().to_owned();
            for part in parts {
                replaced += 1;
                new += &format!("</f><v>0.125{}", &part[part.find('<').unwrap()..]);
            }
            text = new;
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    assert!(replaced > 70, "{replaced}");
    to.finish().unwrap().into_inner()
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
