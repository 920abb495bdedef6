//! Tables to labelled figures: headings over several rows, column numbers with formulas, rows for units, a row of totals. A table whose
//! measures stand in its rows is turned first.

use super::{
    clause::said,
    grid::Grid,
    label::{
        ANY_LATE, Around, CARRIED_OVER, Firm, IN, IN_PROGRESS, IN_TIME, Label, OTHER_EXITS, RECEIVED, RESOLVED,
        RESOLVED_EARLY, RESOLVED_ON_TIME, Set, Space, Unsure, label,
    },
    lexicon::{SHARE, TOTAL, Thing},
    number::{Grouping, Numeral, Share, numeral},
    reading::{Cell, List, Part, Percentage, Place, Reading, Scope, Unread},
    sections,
    text::{Sentence, Span, Text, tokens},
};

/// A column that was understood.
#[derive(Clone, PartialEq, Debug)]
struct Column {
    at: usize,
    heading: String,
    holds: Holds,
}

#[derive(Clone, PartialEq, Debug)]
enum Holds {
    Count(Label, Firm),
    /// The share of a column, or of whatever has this label.
    ShareOf(usize),
    ShareLabel(Label),
}

/// Reads a table into a reading. A table without labels gives nothing but unread columns.
pub fn read(grid: &Grid, reading: &mut Reading) {
    let (upright, turned) = (columns(grid), grid.turned());
    let other = columns(&turned);
    let labels = |c: &[Column]| c.iter().filter(|c| matches!(c.holds, Holds::Count(..))).count();
    if labels(&other) > labels(&upright) {
        fill(&turned, &other, true, reading);
    } else {
        fill(grid, &upright, false, reading);
    }
}

/// Whether a cell holds a count, or stands for none.
fn count(text: &str) -> Option<(i64, Grouping)> {
    if matches!(text, "-" | "–" | "—") {
        return Some((0, Grouping::Short));
    }
    match numeral(text) {
        (Numeral::Count(value, grouping), length)
            if length == text.len() && text.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            Some((value, grouping))
        }
        _ => None,
    }
}

fn share(text: &str, percents: bool) -> Option<Share> {
    let bare = text.trim_end_matches('%').trim_end();
    if bare.len() == text.len() && !percents || !bare.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match numeral(&format!("{bare}%")) {
        (Numeral::Percent(share), length) if length == bare.len() + 1 && share.decimals <= 4 => Some(share),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && (count(text).is_some() || share(text, false).is_some())
}

/// "(3)", "(3)=(4)+(5)", "3", "A": the row that numbers columns.
fn is_numbering(row: &[String]) -> bool {
    let filled: Vec<&String> = row.iter().filter(|c| !c.is_empty()).collect();
    let numbered = |c: &str| {
        let bare = c.trim_start_matches('(').trim_end_matches(')');
        c.starts_with('(') && c.contains(')') && bare.starts_with(|d: char| d.is_ascii_digit())
            || c.contains('=') && c.starts_with(|d: char| d.is_ascii_digit())
    };
    let ascending = || {
        let values: Vec<i64> = filled.iter().filter_map(|c| c.parse().ok()).collect();
        values.len() >= 3
            && values.len() + 2 >= filled.len()
            && values.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1))
            && values.first() <= Some(&3)
    };
    filled.len() >= 2 && (filled.iter().filter(|c| numbered(c)).count() * 2 > filled.len() || ascending())
}

/// The first row of data.
fn first_row(grid: &Grid) -> usize {
    let data = |row: &[String]| {
        row.iter().filter(|c| is_number(c)).count() >= 1
            && row.iter().skip(1).any(|c| is_number(c))
            && !is_numbering(row)
    };
    grid.rows.iter().position(|(_, row)| data(row)).unwrap_or(grid.rows.len())
}

/// Headings: for each column the texts above it, a merged cell counting for all that it covers.
fn headings(grid: &Grid) -> Vec<Vec<String>> {
    let until = first_row(grid);
    let width = grid.width();
    let rows: Vec<usize> = (0..until)
        .filter(|r| {
            let row = grid.rows.get(*r).map(|(_, row)| row.as_slice()).unwrap_or_default();
            row.iter().filter(|c| !c.is_empty()).count() >= 2 && !is_numbering(row)
        })
        .collect();
    let mut paths: Vec<Vec<String>> = vec![Vec::new(); width];
    for (depth, row) in rows.iter().enumerate() {
        let mut line: Vec<String> = Vec::with_capacity(width);
        for column in 0..width {
            let own = grid.cell(*row, column);
            let below = rows.iter().skip(depth + 1).any(|r| !grid.cell(*r, column).is_empty());
            let same = column.checked_sub(1).is_some_and(|left| paths.get(left) == paths.get(column));
            let left = line.last().cloned().unwrap_or_default();
            line.push(if own.is_empty() && same && below { left } else { own.to_owned() });
        }
        for (path, text) in paths.iter_mut().zip(line) {
            path.push(text);
        }
    }
    paths
}

/// What a heading says.
fn words(path: &[String]) -> super::lexicon::Said {
    let text = Text::bare(&path.join(" ; "));
    let span = Span { start: 0, end: text.text.len() };
    let sentence = Sentence { span, tokens: tokens(&text.text, span), bullet: false, paragraph: true };
    said(&super::clause::pieces(&text, &sentence))
}

fn columns(grid: &Grid) -> Vec<Column> {
    let mut found: Vec<Column> = Vec::new();
    let paths = headings(grid);
    let first = first_row(grid);
    let mut before: Option<Label> = None;
    for (at, path) in paths.iter().enumerate() {
        let named: Vec<String> = path.iter().filter(|t| !t.is_empty()).cloned().collect();
        let numbers = (first..grid.rows.len()).filter(|r| is_number(grid.cell(*r, at))).count();
        if named.is_empty() || numbers == 0 {
            continue;
        }
        let heading = named.join(" / ");
        let leaf = named.last().map(|t| t.to_lowercase()).unwrap_or_default();
        let mut said = words(&named);
        let percents = leaf.contains('%') || said & SHARE != 0;
        said &= !SHARE;
        let around = Around { head: None, before: before.as_ref() };
        let read = label(said, Thing::Dossier, around);
        let holds = if percents {
            // "Trước hạn / Tổng", "Trước hạn / %": the share of its neighbour.
            let bare = matches!(
                leaf.trim(),
                "%" | "(%)" | "tỷ lệ" | "tỉ lệ" | "tỷ lệ %" | "tỷ lệ (%)" | "tỉ lệ %" | "tỉ lệ (%)"
            );
            let neighbour = found.iter().rposition(|c| matches!(c.holds, Holds::Count(..)));
            match (bare, neighbour, read) {
                (true, Some(n), _) => Holds::ShareOf(n),
                (false, _, Ok((label, _))) => Holds::ShareLabel(label),
                _ => continue,
            }
        } else {
            match read {
                Ok((label, firm)) => {
                    before = Some(label.clone());
                    Holds::Count(label, firm)
                }
                Err(_) => continue,
            }
        };
        found.push(Column { at, heading, holds });
    }
    settle(grid, &paths, &mut found);
    found
}

/// A total of a group that holds the carried over is the total to handle; "on time" without "early" is early or on time.
fn settle(grid: &Grid, paths: &[Vec<String>], columns: &mut [Column]) {
    let group = |at: usize| paths.get(at).and_then(|p| p.iter().find(|t| !t.is_empty()).cloned());
    let label_of = |c: &Column| if let Holds::Count(label, _) = &c.holds { Some(label.clone()) } else { None };
    let carried: Vec<usize> =
        columns.iter().filter(|c| label_of(c).is_some_and(|l| l.is(CARRIED_OVER))).map(|c| c.at).collect();
    let formulas = formulas(grid);
    let twice = columns.iter().filter(|c| label_of(c).is_some_and(|l| l.is(RECEIVED))).count() >= 2;
    let early = columns.iter().any(|c| label_of(c).is_some_and(|l| l.is(RESOLVED_EARLY) || l.is(IN_TIME)));
    for column in columns.iter_mut() {
        let at = column.at;
        if let Holds::ShareLabel(label) = &mut column.holds
            && label.is(RESOLVED_ON_TIME)
            && !early
        {
            *label = Label::dossiers(IN_TIME);
        }
        let Holds::Count(label, firm) = &mut column.holds else { continue };
        let together = carried.iter().any(|c| {
            group(*c) == group(at) && paths.get(at).is_some_and(|p| p.iter().filter(|t| !t.is_empty()).count() >= 2)
        });
        let summed = formulas.iter().any(|(whole, parts)| *whole == at && parts.iter().any(|p| carried.contains(p)));
        let total = words(paths.get(at).map(Vec::as_slice).unwrap_or_default()) & TOTAL != 0;
        if label.is(RECEIVED)
            && *firm == Firm::Received
            && (summed || together && total || twice && total && !carried.is_empty())
        {
            *label = Label::dossiers(IN);
        }
        if label.is(RESOLVED_ON_TIME) && !early {
            *label = Label::dossiers(IN_TIME);
        }
        if label.is(ANY_LATE) && *firm == Firm::Neighbour {
            *firm = Firm::Said;
        }
    }
    // A label that two columns claim is nobody's: what parts them was not understood.
    let all: Vec<Option<Label>> = columns.iter().map(label_of).collect();
    for (n, column) in columns.iter_mut().enumerate() {
        let own = all.get(n).cloned().flatten();
        if let Holds::Count(label, _) = &mut column.holds
            && own.is_some()
            && all.iter().filter(|l| **l == own).count() > 1
        {
            *label = Label::item(column.heading.clone());
        }
    }
}

/// "(3)=(4)+(5)+(6)" in the row of column numbers: the column and its parts.
fn formulas(grid: &Grid) -> Vec<(usize, Vec<usize>)> {
    let Some((_, row)) = grid.rows.iter().take(first_row(grid)).find(|(_, r)| is_numbering(r)) else {
        return Vec::new();
    };
    let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>().parse::<usize>().ok();
    let numbers: Vec<Option<usize>> = row.iter().map(|c| digits(c.split('=').next().unwrap_or_default())).collect();
    let column = |n: usize| numbers.iter().position(|m| *m == Some(n));
    row.iter()
        .enumerate()
        .filter_map(|(at, text)| {
            let (_, right) = text.split_once('=')?;
            if right.contains('-') || right.contains('/') || right.contains('*') {
                return None;
            }
            let parts: Option<Vec<usize>> = right.split('+').map(|p| digits(p).and_then(column)).collect();
            parts.filter(|p| p.len() >= 2).map(|p| (at, p))
        })
        .collect()
}

fn fill(grid: &Grid, columns: &[Column], turned: bool, reading: &mut Reading) {
    let first = first_row(grid);
    let formulas = if turned { Vec::new() } else { formulas(grid) };
    let counted: Vec<usize> = columns.iter().map(|c| c.at).collect();
    let mut rows: Vec<sections::Row> = Vec::new();
    let begin = reading.scopes.len();
    for r in first..grid.rows.len() {
        let Some((number, row)) = grid.rows.get(r) else { break };
        let own: Vec<(usize, &str)> = counted.iter().map(|c| (*c, grid.cell(r, *c))).collect();
        if own.iter().filter(|(_, t)| is_number(t)).count() == 0 || is_numbering(row) {
            continue;
        }
        let name = row_name(row, &counted);
        let scope = reading.scopes.len();
        let full = [grid.sheet.as_str(), name.as_str()]
            .iter()
            .filter(|t| !t.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        reading.scopes.push(Scope { name: full.clone(), ..Scope::default() });
        let mut cells: Vec<Option<usize>> = vec![None; columns.len()];
        for (n, column) in columns.iter().enumerate() {
            let text = grid.cell(r, column.at);
            let (line, at) = if turned { (column.at + 1, *number) } else { (*number, column.at + 1) };
            let place =
                Place { line, column: at, printed: text.to_owned(), quote: format!("{full}: {}", column.heading) };
            let (Holds::Count(label, firm), Some((value, grouping))) = (&column.holds, count(text)) else { continue };
            if let Some(slot) = cells.get_mut(n) {
                *slot = Some(reading.cells.len());
            }
            reading.push(Cell {
                label: label.clone(),
                firm: *firm,
                value,
                about: false,
                slack: 0,
                scope,
                grouping,
                places: vec![place],
            });
        }
        shares(grid, columns, r, turned, scope, &cells, &full, reading);
        for (whole, parts) in &formulas {
            let cell =
                |at: &usize| columns.iter().position(|c| c.at == *at).and_then(|n| cells.get(n).copied().flatten());
            if let (Some(whole), Some(parts)) = (cell(whole), parts.iter().map(cell).collect::<Option<Vec<_>>>()) {
                reading.lists.push(List { whole, parts, all: true, formula: true });
            }
        }
        rows.push(sections::Row { number: row.first().cloned().unwrap_or_default(), name, cells });
    }
    unlabelled(grid, columns, first, reading);
    sections::sums(&rows, reading);
    close(columns, begin, reading);
    reading.cut |= grid.cut;
}

#[allow(clippy::too_many_arguments, reason = "one row, its columns and where they go")]
fn shares(
    grid: &Grid,
    columns: &[Column],
    r: usize,
    turned: bool,
    scope: usize,
    cells: &[Option<usize>],
    name: &str,
    reading: &mut Reading,
) {
    let number = grid.rows.get(r).map_or(0, |(n, _)| *n);
    for column in columns {
        let part = match &column.holds {
            Holds::Count(..) => continue,
            Holds::ShareOf(n) => cells.get(*n).copied().flatten().map(Part::Cell),
            Holds::ShareLabel(label) => {
                let counted = |c: &Column| matches!(&c.holds, Holds::Count(own, _) if own == label);
                let cell = columns.iter().position(counted).and_then(|n| cells.get(n).copied().flatten());
                Some(cell.map_or_else(|| Part::Label(label.clone()), Part::Cell))
            }
        };
        let text = grid.cell(r, column.at);
        let (line, at) = if turned { (column.at + 1, number) } else { (number, column.at + 1) };
        let place = Place { line, column: at, printed: text.to_owned(), quote: format!("{name}: {}", column.heading) };
        match (part, share(text, true)) {
            (Some(part), Some(share)) => {
                reading.percentages.push(Percentage { share, part, beside: None, scope, place, growth: 0, whole: None })
            }
            _ if text.is_empty() => {}
            _ => reading.unread.push(Unread { place, value: None, why: Unsure::NoWhole, scope: Some(scope) }),
        }
    }
}

/// The words of a row outside of the figures.
fn row_name(row: &[String], counted: &[usize]) -> String {
    let words = row.iter().enumerate().filter(|(c, t)| !counted.contains(c) && t.chars().any(char::is_alphabetic));
    let all: Vec<&str> = words
        .map(|(_, t)| t.as_str())
        .filter(|t| t.chars().count() > 3 || !t.chars().all(|c| matches!(c, 'I' | 'V' | 'X')))
        .collect();
    all.first().map(|t| (*t).to_owned()).unwrap_or_default()
}

/// Columns of numbers without a label are named once.
fn unlabelled(grid: &Grid, columns: &[Column], first: usize, reading: &mut Reading) {
    for (at, path) in headings(grid).iter().enumerate() {
        let known = columns.iter().any(|c| c.at == at);
        let named: Vec<&str> = path.iter().filter(|t| !t.is_empty()).map(String::as_str).collect();
        let ordinal = named
            .last()
            .is_none_or(|t| matches!(t.to_lowercase().as_str(), "stt" | "tt" | "số tt" | "số thứ tự" | "no" | "no."));
        let number = (first..grid.rows.len()).find(|r| is_number(grid.cell(*r, at)));
        if let (false, false, Some(r)) = (known, ordinal, number) {
            let line = grid.rows.get(r).map_or(0, |(n, _)| *n);
            let place = Place { line, column: at + 1, printed: grid.cell(r, at).to_owned(), quote: named.join(" / ") };
            reading.unread.push(Unread { place, value: None, why: Unsure::NoLabel, scope: None });
        }
    }
}

/// A form has no other ways in and out than its columns, if it has them all, or if most of its rows balance exactly.
fn close(columns: &[Column], begin: usize, reading: &mut Reading) {
    let sets: Vec<Set> = columns
        .iter()
        .filter_map(|c| if let Holds::Count(l, _) = &c.holds { Some(l) } else { None })
        .filter(|l| l.space == Space::Dossiers)
        .map(|l| l.set)
        .collect();
    let parts = |whole: Set| sets.iter().filter(|s| **s & !whole == 0 && **s != whole).fold(0, |a, b| a | b) == whole;
    let has = |set: Set| sets.contains(&set) || parts(set);
    let exits = sets.iter().any(|s| s & OTHER_EXITS != 0);
    if exits || !has(IN) || !has(RESOLVED) || !has(IN_PROGRESS) {
        return;
    }
    let value = |scope: usize, set: Set| {
        let own = |s: Set| reading.of(scope).find(|(_, c)| c.label.is(s)).map(|(_, c)| c.value);
        own(set)
    };
    let balanced = |scope: usize| match (value(scope, IN), value(scope, RESOLVED), value(scope, IN_PROGRESS)) {
        (Some(all), Some(done), Some(open)) => Some(all == done + open),
        _ => None,
    };
    let told: Vec<bool> = (begin..reading.scopes.len()).filter_map(balanced).collect();
    let most = told.len() >= 2 && told.iter().filter(|b| **b).count() * 2 > told.len();
    let whole_form = parts(IN) && parts(RESOLVED) && parts(IN_PROGRESS);
    if most || whole_form {
        for scope in reading.scopes.iter_mut().skip(begin) {
            scope.closed = true;
        }
    }
}
