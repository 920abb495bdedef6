//! Tables to labelled figures: headings over several rows, column numbers with formulas, rows for units, a row of totals. A table whose
//! measures stand in its rows is turned first.

mod blocks;
mod columns;
mod shares;

use columns::{columns, formulas, headings, is_numbering, is_ordinal, is_running};
pub(super) use columns::{first_row, heading_row};
use shares::{fraction, is_bare_share, share, shares, shares_below, shares_of_the_row_before};

use super::{
    grid::Grid,
    label::{
        ANY_LATE, ANY_ONLINE, Around, BY_POST, CARRIED_OVER, Firm, IN, IN_PERSON, IN_PROGRESS, IN_TIME, Label,
        OTHER_EXITS, RECEIVED, RESOLVED, RESOLVED_EARLY, RESOLVED_ON_TIME, Set, Space, Unsure, label,
    },
    lexicon::{
        CARRIED, COMPARED, DELIVER, DIRECT, LESS, MORE, NEW, ONLINE, POSTAL, RECEIVE, RESOLVE, SHARE, TO_HANDLE, TOTAL,
        Thing,
    },
    number::{Grouping, Numeral, Share, numeral},
    reading::{Cell, List, Part, Percentage, Place, Reading, Scope, Unread},
    sections,
    text::{Sentence, Span, Text, tokens},
};

/// Most figures of all tables. A province with its communes by field has some thousand.
const FIGURES: usize = 20_000;

/// A column that was understood.
#[derive(Clone, PartialEq, Debug)]
struct Column {
    at: usize,
    heading: String,
    holds: Holds,
    /// Shares are written as fractions of one, as a workbook keeps its percent cells.
    fractions: bool,
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
    match blocks::of(grid) {
        blocks if blocks.is_empty() => read_one(grid, reading),
        blocks => blocks.iter().for_each(|block| read_one(block, reading)),
    }
}

fn read_one(grid: &Grid, reading: &mut Reading) {
    let (upright, turned) = (columns(grid), blocks::turned(grid));
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
    // In a cell of its own "1 250" is one number.
    if text.contains(' ') {
        let mut groups = text.split(' ');
        let digits = |g: &str| g.bytes().all(|b| b.is_ascii_digit());
        let first = groups.next().is_some_and(|g| (1..=3).contains(&g.len()) && digits(g));
        let value = text.replace(' ', "").parse().ok().filter(|_| first && groups.all(|g| g.len() == 3 && digits(g)));
        return value.map(|value| (value, Grouping::Short));
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

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && (count(text).is_some() || share(text, false).is_some())
}

fn fill(grid: &Grid, columns: &[Column], turned: bool, reading: &mut Reading) {
    let first = first_row(grid);
    let formulas = if turned { Vec::new() } else { formulas(grid) };
    let counted: Vec<usize> = columns.iter().map(|c| c.at).collect();
    let mut rows: Vec<sections::Row> = Vec::new();
    let begin = reading.scopes.len();
    let mut before: Option<(usize, Vec<Option<usize>>)> = None;
    for r in first..grid.rows.len() {
        let Some((number, row)) = grid.rows.get(r) else { break };
        if reading.cells.len() >= FIGURES {
            reading.cut = true;
            break;
        }
        let own: Vec<(usize, &str)> = counted.iter().map(|c| (*c, grid.cell(r, *c))).collect();
        let name = row_name(row, &counted);
        // "Tỷ lệ (%);90,00;10,00" has no counts and no signs.
        let holds = |text: &str| is_number(text) || is_bare_share(&name) && share(text, true).is_some();
        if !own.iter().any(|(_, text)| holds(text)) || is_numbering(row) {
            continue;
        }
        if !turned && is_bare_share(&name) {
            shares_below(grid, r, columns, reading);
            continue;
        }
        if let (true, Some((scope, cells))) = (turned && is_bare_share(&name), &before) {
            shares_of_the_row_before((*number, row), columns, (*scope, cells), reading);
            continue;
        }
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
        shares(grid, columns, r, turned, (begin, scope), &cells, &full, reading);
        for (whole, parts) in &formulas {
            let cell =
                |at: &usize| columns.iter().position(|c| c.at == *at).and_then(|n| cells.get(n).copied().flatten());
            if let (Some(whole), Some(parts)) = (cell(whole), parts.iter().map(cell).collect::<Option<Vec<_>>>()) {
                reading.lists.push(List { whole, parts, all: true, formula: true });
            }
        }
        before = Some((scope, cells.clone()));
        rows.push(sections::Row { number: row.first().cloned().unwrap_or_default(), name, cells });
    }
    unlabelled(grid, columns, turned, reading);
    sections::sums(&rows, reading);
    close(columns, begin, reading);
    reading.cut |= grid.cut;
}

/// The words of a row outside of the figures.
fn row_name(row: &[String], counted: &[usize]) -> String {
    let words = row.iter().enumerate().filter(|(c, t)| !counted.contains(c) && t.chars().any(char::is_alphabetic));
    let all: Vec<&str> = words
        .map(|(_, t)| t.as_str())
        .filter(|t| t.chars().count() > 3 || !t.chars().all(|c| matches!(c, 'I' | 'V' | 'X')))
        .collect();
    // A letter is the mark of a section, if a name stands beside it.
    all.iter().find(|t| t.chars().count() > 1).or(all.first()).map(|t| (*t).to_owned()).unwrap_or_default()
}

/// Columns of numbers without a label are named once.
fn unlabelled(grid: &Grid, columns: &[Column], turned: bool, reading: &mut Reading) {
    let first = first_row(grid);
    for (at, path) in headings(grid).iter().enumerate() {
        let known = columns.iter().any(|c| c.at == at);
        let named: Vec<&str> = path.iter().filter(|t| !t.is_empty()).map(String::as_str).collect();
        let ordinal = named.last().is_none_or(|t| is_ordinal(t));
        let holds = |text: &str| is_number(text) || share(text, true).is_some() || fraction(text).is_some();
        let number = (first..grid.rows.len()).find(|r| holds(grid.cell(*r, at)));
        if let (false, false, Some(r)) = (known, ordinal, number) {
            let line = grid.rows.get(r).map_or(0, |(n, _)| *n);
            let (line, column) = if turned { (at + 1, line) } else { (line, at + 1) };
            let place = Place { line, column, printed: grid.cell(r, at).to_owned(), quote: named.join(" / ") };
            let why = if is_running(path) { Unsure::Compared } else { Unsure::NoLabel };
            reading.unread.push(Unread { place, value: None, why, scope: None });
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
