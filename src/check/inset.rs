//! Tables that were pasted into prose: lines that bars, tabs or wide gaps part into columns. They are read as tables, and the prose
//! without them.

use super::grid::{COLUMNS, Grid, ROWS, tidy};

/// How the cells of a line are parted.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Style {
    Bars,
    Tabs,
    /// Two spaces or more.
    Gaps,
}

/// A cell, and the columns of characters it stands in.
type Part = (String, usize, usize);

/// The text with empty lines in the place of its tables, and the tables. Rows have the numbers of their lines.
pub fn take(text: &str) -> (String, Vec<Grid>) {
    let lines: Vec<&str> = text.split('\n').map(|l| l.trim_end_matches('\r')).collect();
    let mut left: Vec<&str> = lines.clone();
    let mut grids = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let length = style(line).map_or(0, |s| lines.iter().skip(at).take_while(|l| style(l) == Some(s)).count());
        let block = lines.get(at..at + length).unwrap_or_default();
        if let Some(grid) = style(line).and_then(|s| grid(block, s, at + 1)) {
            left.iter_mut().skip(at).take(length).for_each(|l| *l = "");
            grids.push(grid);
        }
        at += length.max(1);
    }
    (left.join("\n"), grids)
}

fn style(line: &str) -> Option<Style> {
    let inner = line.trim();
    match () {
        () if inner.matches('|').count() >= 2 => Some(Style::Bars),
        () if inner.contains('\t') => Some(Style::Tabs),
        () if parts(line, Style::Gaps).len() >= 3 => Some(Style::Gaps),
        () => None,
    }
}

/// The table that these lines are; nothing if they are none: a heading without numbers, and rows with them.
fn grid(lines: &[&str], style: Style, first: usize) -> Option<Grid> {
    let rows: Vec<(usize, Vec<Part>)> = lines
        .iter()
        .enumerate()
        .map(|(n, line)| (first + n, parts(line, style)))
        .filter(|(_, parts)| !parts.iter().all(|(text, ..)| text.chars().all(|c| matches!(c, '-' | ':' | '='))))
        .collect();
    let numbers =
        |parts: &[Part]| parts.iter().filter(|(text, ..)| text.starts_with(|c: char| c.is_ascii_digit())).count();
    let words = |parts: &[Part]| parts.iter().filter(|(text, ..)| text.starts_with(char::is_alphabetic)).count();
    let heading = rows.iter().take(3).any(|(_, parts)| numbers(parts) == 0 && words(parts) >= 2);
    let filled: usize = rows.iter().map(|(_, parts)| numbers(parts)).sum();
    let data = rows.iter().filter(|(_, parts)| numbers(parts) >= 1).count();
    if !heading || data < 2 || filled < 3 || data * 2 < rows.len() {
        return None;
    }
    let cut = rows.len() > ROWS || rows.iter().any(|(_, parts)| parts.len() > COLUMNS);
    let columns = if style == Style::Gaps { columns(&rows) } else { Vec::new() };
    let cells = |parts: &[Part]| match style {
        Style::Gaps => placed(parts, &columns),
        _ => parts.iter().take(COLUMNS).map(|(text, ..)| text.clone()).collect(),
    };
    let rows = rows.iter().take(ROWS).map(|(line, parts)| (*line, cells(parts))).collect();
    Some(Grid { sheet: String::new(), rows, cut })
}

fn parts(line: &str, style: Style) -> Vec<Part> {
    let whole = |text: &str| (tidy(text), 0, 0);
    match style {
        Style::Bars => line.trim().trim_start_matches('|').trim_end_matches('|').split('|').map(whole).collect(),
        Style::Tabs => line.split('\t').map(whole).collect(),
        Style::Gaps => {
            let mut found: Vec<Part> = Vec::new();
            let mut gap = 2;
            for (at, c) in line.chars().enumerate() {
                match (c.is_whitespace(), found.last_mut()) {
                    (true, _) => gap += 1,
                    (false, Some((text, _, end))) if gap < 2 => {
                        if gap == 1 {
                            text.push(' ');
                        }
                        text.push(c);
                        (*end, gap) = (at + 1, 0);
                    }
                    (false, _) => {
                        found.push((c.to_string(), at, at + 1));
                        gap = 0;
                    }
                }
            }
            found.iter_mut().for_each(|(text, ..)| *text = tidy(text));
            found
        }
    }
}

/// Where columns stand: as the fullest rows have them.
fn columns(rows: &[(usize, Vec<Part>)]) -> Vec<(usize, usize)> {
    let most = rows.iter().map(|(_, parts)| parts.len()).max().unwrap_or(0).min(COLUMNS);
    let mut full = rows.iter().filter(|(_, parts)| parts.len() == most).map(|(_, parts)| parts);
    let mut found: Vec<(usize, usize)> =
        full.next().into_iter().flatten().map(|(_, start, end)| (*start, *end)).collect();
    for parts in full {
        for ((from, to), (_, start, end)) in found.iter_mut().zip(parts) {
            (*from, *to) = ((*from).min(*start), (*to).max(*end));
        }
    }
    found
}

/// Each cell in the column it stands under.
fn placed(parts: &[Part], columns: &[(usize, usize)]) -> Vec<String> {
    let mut row = vec![String::new(); columns.len()];
    for (n, (text, start, end)) in parts.iter().enumerate() {
        let away = |(from, to): &(usize, usize)| (start + end).abs_diff(from + to);
        let under = columns.iter().enumerate().min_by_key(|(_, c)| away(c)).map(|(n, _)| n);
        let at = if parts.len() == columns.len() { Some(n) } else { under };
        if let Some(cell) = at.and_then(|n| row.get_mut(n)) {
            *cell = if cell.is_empty() { text.clone() } else { format!("{cell} {text}") };
        }
    }
    row
}
