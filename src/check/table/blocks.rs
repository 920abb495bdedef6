//! What is parted or turned before a table is read: two times side by side, and measures that stand in the rows.

use super::{columns::heading_row, *};

/// Most times side by side: a page holds no more.
const TIMES: usize = 6;

/// "Trong tháng 5 | Lũy kế từ đầu năm": tables that share their rows. Each has a time as its topmost heading and columns that the others have too;
/// none if the table is one.
pub(super) fn of(grid: &Grid) -> Vec<Grid> {
    let paths = headings(grid);
    let top = |at: usize| -> Option<&String> {
        let path = paths.get(at)?;
        path.first().filter(|text| is_time(text) && path.iter().filter(|t| !t.is_empty()).count() >= 2)
    };
    let mut times: Vec<&String> = Vec::new();
    for time in (0..paths.len()).filter_map(top) {
        if !times.contains(&time) {
            times.push(time);
        }
    }
    if !(2..=TIMES).contains(&times.len()) {
        return Vec::new();
    }
    let blocks: Vec<Grid> = times.iter().map(|time| block(grid, top, time)).collect();
    let labels = |block: &Grid| -> Vec<Label> {
        let counted = |c: Column| if let Holds::Count(label, _) = c.holds { Some(label) } else { None };
        columns(block).into_iter().filter_map(counted).collect()
    };
    let labels: Vec<Vec<Label>> = blocks.iter().map(labels).collect();
    let alike =
        |own: &Vec<Label>| labels.iter().filter(|other| own.iter().filter(|l| other.contains(l)).count() >= 2).count();
    if labels.iter().all(|own| alike(own) == times.len()) { blocks } else { Vec::new() }
}

fn is_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let first = match words.as_slice() {
        ["trong" | "số" | "kết" | "từ", rest @ ..] => rest.first().copied(),
        _ => words.first().copied(),
    };
    let months = matches!(words.as_slice(), [n, "tháng", ..] if n.parse::<u8>().is_ok());
    months
        || is_running(std::slice::from_ref(&lower))
        || matches!(first, Some("tháng" | "quý" | "năm" | "kỳ" | "cùng" | "tuần" | "đầu"))
}

/// The columns of one time, and those of no time: the names of the rows.
fn block<'a>(grid: &Grid, top: impl Fn(usize) -> Option<&'a String>, time: &String) -> Grid {
    let (from, head) = (heading_row(grid), grid.sheet.as_str());
    let keeps = |at: usize| top(at).is_none_or(|own| own == time);
    let row = |(n, (number, row)): (usize, &(usize, Vec<String>))| {
        let kept = |(at, text): (usize, &String)| {
            let heading = n == from && text == time;
            // The head of a printed form above the table stays.
            if n >= from && !keeps(at) || heading { String::new() } else { text.clone() }
        };
        (*number, row.iter().enumerate().map(kept).collect())
    };
    let sheet = [head, time].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(", ");
    Grid { sheet, rows: grid.rows.iter().enumerate().map(row).collect(), cut: grid.cut }
}

/// Rows for columns, without the numbers of the rows; what a row is counted in goes to its name.
pub(super) fn turned(grid: &Grid) -> Grid {
    let mut turned = grid.turned();
    // Titles may stand above the heading.
    let until = heading_row(grid) + 1;
    let headed = |row: &[String], is: &dyn Fn(&str) -> bool| row.iter().take(until).any(|t| is(t));
    turned.rows.retain(|(_, row)| !headed(row, &|t| is_ordinal(t)));
    let unit = |t: &str| matches!(t.to_lowercase().as_str(), "đvt" | "đơn vị tính");
    let units = turned.rows.iter().position(|(_, row)| headed(row, &unit) && !row.iter().any(|t| is_number(t)));
    if let Some((_, units)) = units.filter(|at| *at > 0).map(|at| turned.rows.remove(at))
        && let Some((_, names)) = turned.rows.first_mut()
    {
        for (name, unit) in names.iter_mut().zip(units) {
            if unit.contains('%') && !name.contains('%') {
                *name = format!("{name} (%)");
            }
        }
    }
    turned
}
