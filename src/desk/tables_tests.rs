//! Registry tables: the real files, and mistakes by line and column.

use std::{fs::File, path::PathBuf};

use super::*;

/// A file of the shared data, or `None` with a printed reason.
fn real(name: &str) -> Option<File> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let file = File::open(&path).ok();
    if file.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    file
}

fn places(result: Result<Table, Vec<TableError>>) -> Vec<(u64, String)> {
    result.unwrap_err().into_iter().map(|e| (e.line, e.column)).collect()
}

#[test]
fn real_procedures_and_their_deadlines() {
    let Some(file) = real("procedures.csv") else { return };
    let table = procedures(file).unwrap();
    assert_eq!((table.rows, table.part.procedures.len()), (2_642, 2_642));
    let with_term = table.part.procedures.iter().filter(|p| p.working_days + p.working_hours > 0).count();
    assert_eq!(with_term + table.without_term.values().sum::<usize>(), table.rows);
    let counts: Vec<_> = table.without_term.iter().map(|(why, n)| (why.name(), *n)).collect();
    let expected = [
        ("not_stated", 483),
        ("calendar_days", 577),
        ("clock_hours", 76),
        ("months", 8),
        ("several_terms", 62),
        ("differs_by_channel", 99),
        ("prose", 1),
    ];
    assert_eq!((with_term, counts), (1_336, expected.to_vec()));
    let one = table.part.procedures.iter().find(|p| p.code == "1.000010").unwrap();
    assert_eq!(one.working_days, 1);
}

#[test]
fn real_calendar_has_every_day_once() {
    let Some(file) = real("vn_holidays.csv") else { return };
    let settings = CalendarSettings { cut_off: "15:00".into(), saturdays: "morning".into() };
    let table = calendar(file, &settings).unwrap();
    let days = table.part.calendar.unwrap();
    assert_eq!((table.rows, days.days_off.len(), days.days_worked.len()), (176, 170, 6));
}

#[test]
fn real_trees() {
    for (name, rows) in [("units_2025.csv", 3_355), ("units_2024.csv", 11_363), ("units_history.csv", 15_408)] {
        let Some(file) = real(name) else { return };
        let table = tree(file).unwrap_or_else(|wrong| panic!("{name}: {}", wrong[0]));
        assert_eq!(table.rows, rows, "{name}");
    }
}

#[test]
fn cut_dates_with_and_without_a_header() {
    for text in
        ["date\n2022-06-10\n2023-01-05\n", "2022-06-10\n\n2023-01-05", "\u{feff}date\r\n2022-06-10\r\n2023-01-05\r\n"]
    {
        assert_eq!(cuts(text.as_bytes()).unwrap().part.cuts, ["2022-06-10", "2023-01-05"], "{text:?}");
    }
    assert_eq!(places(cuts("date\n9/6/2022\n2022-06-31\n".as_bytes())), [(2, "date".into()), (3, "date".into())]);
}

#[test]
fn mistakes_of_a_tree_by_line_and_column() {
    let text = "code,name,level,parent_code,valid_from,valid_form\n01,Hà Nội,province,,,\n\n00004,Ba Đình,commune,01,1/7/2025,\n";
    assert_eq!(places(tree(text.as_bytes())), [(1, "valid_form".into()), (4, "valid_from".into())]);
    let orphan = "code,name,level,parent_code\n00004,Ba Đình,commune,01\n";
    assert_eq!(places(tree(orphan.as_bytes())), [(0, "units".into())]);
    assert_eq!(places(tree("code,name\n".as_bytes())), [(1, "level".into()), (1, "parent_code".into())]);
    assert_eq!(places(tree("".as_bytes())).len(), 1);
}

#[test]
fn mistakes_of_procedures_and_calendars() {
    let text = "code,name,working_days,pause,payment_pauses\n1,A,5,restart,yes\n1,B,x,stop,maybe\n,C,,,\n";
    let expected = [(3, "code"), (3, "pause"), (3, "payment_pauses"), (3, "working_days"), (4, "code")];
    assert_eq!(places(procedures(text.as_bytes())), expected.map(|(l, c)| (l, c.to_owned())));
    let text = "date,kind\n2025-09-02,holiday\n2025-09-02,swapped_work\n2025-09-03,free\n2.9.2025,holiday\n";
    let wrong = places(calendar(text.as_bytes(), &CalendarSettings::default()));
    assert_eq!(wrong, [(3, "date"), (4, "kind"), (5, "date")].map(|(l, c)| (l, c.to_owned())));
}
