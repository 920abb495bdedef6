//! A filled form of figures as CSV: code names down, periods across.

use std::collections::BTreeMap;

use super::sheet::{Sheet, TableError};
use crate::domain::{
    entered::{Form, Item},
    percent::parse_count,
    periods::Period,
};

/// The most bytes of a form: hundreds of times what one has.
pub const MAX_FORM: usize = 1 << 20;

/// What the column of code names may be called.
const CODE: &[&str] = &["mã", "code"];
/// What the column of labels may be called; nobody reads it.
const ITEM: &[&str] = &["nội dung", "item"];
/// What the column of numbers may be called where it does not name a period.
const VALUE: &[&str] = &["số liệu", "value"];

/// The forms in a file, one for each column that has a number in it. `given` are the periods asked for: only their columns are read, and a column that
/// does not name a period is that of the only one.
///
/// # Errors
/// Every mistake, by line and column.
pub fn read(bytes: &[u8], given: &[Period]) -> Result<Vec<Form>, Vec<TableError>> {
    if bytes.len() > MAX_FORM {
        return Err(vec![TableError::new(0, "", "the file is far too large for a form")]);
    }
    let sheet = Sheet::read_delimited(bytes, delimiter(bytes), &[], |_| false)?;
    let (mut wrong, mut code, mut columns) = (Vec::new(), None, Vec::new());
    for name in sheet.columns() {
        let plain = name.to_lowercase();
        if CODE.contains(&plain.as_str()) {
            code = Some(name);
        } else if let Ok(period) = Period::parse(name) {
            if given.is_empty() || given.iter().any(|g| (g.start, g.end) == (period.start, period.end)) {
                columns.push((name, period));
            }
        } else if VALUE.contains(&plain.as_str()) {
            match given {
                [period] => columns.push((name, period.clone())),
                _ => wrong.push(TableError::new(1, name, "say for which period with --period")),
            }
        } else if !ITEM.contains(&plain.as_str()) && !name.is_empty() {
            wrong.push(TableError::new(1, name, "not a period such as 2018-02: correct it, or take the column out"));
        }
    }
    let Some(code) = code else {
        wrong.push(TableError::new(1, "mã", "the file has no such column: begin with `motcua entry --blank`"));
        return Err(wrong);
    };
    let mut forms: Vec<Form> =
        columns.iter().map(|(_, period)| Form { period: period.clone(), stated: BTreeMap::new() }).collect();
    for line in sheet.lines() {
        let name = line.cell(code);
        let Some(item) = Item::by_name(&name) else {
            wrong.push(line.wrong(code, format!("'{name}' is no figure: see `motcua entry --blank`")));
            continue;
        };
        for ((column, _), form) in columns.iter().zip(&mut forms) {
            let cell = line.cell(column);
            if cell.is_empty() {
                continue;
            }
            match parse_count(&cell) {
                Ok(n) if form.stated.insert(item.name(), n).is_none() => {}
                Ok(_) => wrong.push(line.wrong(column, format!("{name} stands there twice"))),
                Err(error) => wrong.push(line.wrong(column, error.to_string())),
            }
        }
    }
    forms.retain(|form| !form.stated.is_empty());
    if forms.is_empty() && wrong.is_empty() {
        wrong.push(TableError::new(0, "", "no figures of the period stand in the file"));
    }
    if wrong.is_empty() { Ok(forms) } else { Err(wrong) }
}

/// Spreadsheets in Vietnamese write semicolons, because the comma is the decimal mark.
fn delimiter(bytes: &[u8]) -> u8 {
    let head = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |mark: &u8| head.iter().filter(|b| *b == mark).count();
    b",;\t".iter().copied().max_by_key(|mark| (count(mark), *mark == b',')).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(id: &str) -> Period {
        Period::parse(id).unwrap()
    }

    fn stated(form: &Form) -> Vec<(&str, i64)> {
        form.stated.iter().map(|(name, n)| (*name, *n)).collect()
    }

    #[test]
    fn a_form_with_a_column_for_each_period() {
        let text = "\u{feff}Mã;nội dung;2018-02;2018-03\r\nreceived_direct;Tiếp nhận trực tiếp;1.043;\r\nreturned;Trả lại;;\r\nresolved_early;;7;0\r\n";
        let forms = read(text.as_bytes(), &[]).unwrap();
        assert_eq!(forms.len(), 2);
        assert_eq!(stated(&forms[0]), [("received_direct", 1043), ("resolved_early", 7)]);
        assert_eq!(stated(&forms[1]), [("resolved_early", 0)]);
        let only = read(text.as_bytes(), &[period("2018-03")]).unwrap();
        assert_eq!((only.len(), only[0].period.id.as_str()), (1, "2018-03"));
        let commas = read("code,value\nreturned,\"1,200\"\n".as_bytes(), &[period("2018-Q1")]).unwrap();
        assert_eq!((stated(&commas[0]), commas[0].period.id.as_str()), (vec![("returned", 1200)], "2018-Q1"));
    }

    #[test]
    fn what_is_not_plain_is_a_mistake() {
        for (text, mistake) in [
            ("mã,2018-02\nreceived,1\n", "line 2, column mã: 'received' is no figure: see `motcua entry --blank`"),
            ("mã,2018-02\nreturned,1\nreturned,1\n", "line 3, column 2018-02: returned stands there twice"),
            ("mã,2018-02\nreturned,-1\n", "line 2, column 2018-02: \"-1\" is not clearly a count"),
            ("mã,value\nreturned,1\n", "line 1, column value: say for which period with --period"),
            ("mã,tháng 2\nreturned,1\n", "line 1, column tháng 2: not a period such as 2018-02"),
            ("2018-02\n1\n", "line 1, column mã: the file has no such column"),
            ("mã,2018-02\nreturned,\n", "no figures of the period stand in the file"),
            ("", "line 1, column : the file is empty"),
        ] {
            let wrong = read(text.as_bytes(), &[]).unwrap_err();
            assert!(wrong[0].to_string().starts_with(mistake), "{text}: {}", wrong[0]);
        }
        assert!(read(&vec![b'x'; MAX_FORM + 1], &[]).is_err());
    }
}
