//! Which columns a table has: headings over several rows, column numbers with formulas, and what each column holds.

use super::*;
use crate::{
    check::{
        clause::{pieces, said},
        json::code,
        lexicon::Said,
    },
    domain::measure::Figure,
};

/// "(3)", "(3)=(4)+(5)", "3", "A": the row that numbers columns.
pub(super) fn is_numbering(row: &[String]) -> bool {
    let filled: Vec<&String> = row.iter().filter(|c| !c.is_empty()).collect();
    let numbered = |c: &str| {
        let bare = c.trim_start_matches('(').trim_end_matches(')');
        c.starts_with('(') && c.contains(')') && bare.starts_with(|d: char| d.is_ascii_digit())
            || c.contains('=') && c.starts_with(|d: char| d.is_ascii_digit())
    };
    // "1;2;3=4+5;4;5", "A;B;1;2=3+4"
    let mark = |c: &str| c.len() <= 2 && c.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    if filled.len() >= 3 && filled.iter().any(|c| numbered(c)) && filled.iter().all(|c| numbered(c) || mark(c)) {
        return true;
    }
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
pub(in crate::check) fn first_row(grid: &Grid) -> usize {
    let data = |row: &[String]| {
        row.iter().filter(|c| is_number(c)).count() >= 1
            && row.iter().skip(1).any(|c| is_number(c))
            && !is_numbering(row)
    };
    grid.rows.iter().position(|(_, row)| data(row)).unwrap_or(grid.rows.len())
}

/// What a column of row numbers is called.
pub(super) fn is_ordinal(heading: &str) -> bool {
    matches!(heading.to_lowercase().as_str(), "stt" | "tt" | "số tt" | "số thứ tự" | "no" | "no.")
}

/// The first row of headings. What stands above the heading of the row numbers is the head of a printed form: its number, title and parties.
pub(in crate::check) fn heading_row(grid: &Grid) -> usize {
    let above = grid.rows.get(..first_row(grid)).unwrap_or_default();
    above.iter().rposition(|(_, row)| row.iter().any(|c| is_ordinal(c))).unwrap_or(0)
}

/// Whether a column counts from the start of the year and not in the period.
pub(super) fn is_running(path: &[String]) -> bool {
    let lower = path.join(" ").to_lowercase();
    // "Lũy kế đã và đang giải quyết trong kỳ": what there was to handle.
    let handled = lower.contains("đã và đang");
    !handled && ["lũy kế", "luỹ kế", "cộng dồn", "year to date"].iter().any(|words| lower.contains(words))
}

/// Headings: for each column the texts above it, a merged cell counting for all that it covers.
pub(super) fn headings(grid: &Grid) -> Vec<Vec<String>> {
    let until = first_row(grid);
    let width = grid.width();
    let rows: Vec<usize> = (heading_row(grid)..until)
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
fn words(path: &[String]) -> Said {
    let text = Text::bare(&path.join(" ; "));
    let span = Span { start: 0, end: text.text.len() };
    let sentence = Sentence { span, tokens: tokens(&text.text, span), bullet: false, paragraph: true };
    said(&pieces(&text, &sentence))
}

pub(super) fn columns(grid: &Grid) -> Vec<Column> {
    let mut found: Vec<Column> = Vec::new();
    let paths = headings(grid);
    let first = first_row(grid);
    let mut before: Option<Label> = None;
    for (at, path) in paths.iter().enumerate() {
        let named: Vec<String> = path.iter().filter(|t| !t.is_empty()).cloned().collect();
        let heading = named.join(" / ");
        let leaf = named.last().map(|t| t.to_lowercase()).unwrap_or_default();
        let mut said = words(&named);
        let percents = leaf.contains('%') || said & SHARE != 0;
        let holds_one =
            |text: &str| is_number(text) || percents && (share(text, true).is_some() || fraction(text).is_some());
        let texts = || (first..grid.rows.len()).map(|r| grid.cell(r, at));
        if named.is_empty() || is_running(path) || !texts().any(holds_one) {
            continue;
        }
        // Our own tables name their columns as documents do.
        if Figure::by_name(&leaf).is_some() {
            if let Some(label) = code(&leaf) {
                found.push(Column { at, heading, holds: Holds::Count(label, Firm::Said), fractions: false });
            }
            continue;
        }
        said &= !SHARE;
        // "Tăng (+), giảm (-)", "chênh lệch": of two figures, and none of them.
        if !percents && said & (MORE | LESS | COMPARED) != 0 {
            continue;
        }
        // "Số hồ sơ phải giải quyết / Kỳ trước chuyển qua": the heading above says what the columns come to.
        let (own, above) = (
            words(named.get(named.len() - 1..).unwrap_or_default()),
            words(named.get(..named.len() - 1).unwrap_or_default()),
        );
        if own & (CARRIED | NEW | RECEIVE | ONLINE | DIRECT | POSTAL) != 0
            && (above & TO_HANDLE != 0 || above & RECEIVE != 0 && above & RESOLVE != 0)
        {
            said &= !((TO_HANDLE | RESOLVE | DELIVER) & above & !own);
        }
        let around = Around { head: None, before: before.as_ref() };
        let read = label(said, Thing::Dossier, around);
        let holds = if percents {
            // "Trước hạn / Tổng", "Trước hạn / %": the share of its neighbour.
            let bare = is_bare_share(&leaf);
            let neighbour = found.iter().rposition(|c| matches!(c.holds, Holds::Count(..)));
            match (bare, neighbour, read) {
                (true, Some(n), _) => Holds::ShareOf(n),
                (false, _, Ok((_, Firm::Neighbour))) => Holds::ShareLabel(Label::dossiers(ANY_LATE)),
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
        // A share of one per cent may be one; not if a neighbour has more places than anybody prints.
        let small = |text: &str| text.parse::<f64>().map_or(text.is_empty(), |value| (0.0..=1.0).contains(&value));
        let fractions = percents && texts().any(|text| fraction(text).is_some()) && texts().all(small);
        found.push(Column { at, heading, holds, fractions });
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
    let holding = holds_the_carried_over(grid, columns);
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
            && (summed || holding || together && total || twice && total && !carried.is_empty())
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

/// Whether what is called received has the carried over in it, by the figures of most rows: it and the channels, or what came out, add up to it.
fn holds_the_carried_over(grid: &Grid, columns: &[Column]) -> bool {
    let at = |wanted: &dyn Fn(&Label) -> bool| -> Vec<usize> {
        let named = |c: &&Column| matches!(&c.holds, Holds::Count(label, _) if wanted(label));
        columns.iter().filter(named).map(|c| c.at).collect()
    };
    let received = columns.iter().find(|c| matches!(&c.holds, Holds::Count(l, Firm::Received) if l.is(RECEIVED)));
    let before = at(&|l| l.is(CARRIED_OVER));
    let (Some(received), [carried]) = (received.map(|c| c.at), before.as_slice()) else { return false };
    let channels =
        at(&|l| l.within(RECEIVED) && !l.is(RECEIVED) && (l.is(ANY_ONLINE) || l.is(IN_PERSON) || l.is(BY_POST)));
    let out = [at(&|l| l.is(RESOLVED)), at(&|l| l.is(IN_PROGRESS))];
    let (mut holds, mut not) = (0, 0);
    for r in first_row(grid)..grid.rows.len() {
        let value = |c: &usize| count(grid.cell(r, *c)).map(|(n, _)| n);
        let sum = |of: &[usize]| of.iter().map(value).sum::<Option<i64>>().filter(|_| !of.is_empty());
        let (Some(all), Some(before)) = (value(&received), value(carried).filter(|n| *n > 0)) else { continue };
        let ways = sum(&channels);
        let left = match &out {
            [done, open] if done.len() == 1 && open.len() == 1 => sum(&[done.as_slice(), open.as_slice()].concat()),
            _ => None,
        };
        holds += i32::from(ways.is_some_and(|n| n + before == all) || ways.is_none() && left == Some(all));
        not += i32::from(ways == Some(all) || left.is_some_and(|n| n == all + before));
    }
    holds > not
}

/// "(3)=(4)+(5)+(6)" in the row of column numbers: the column and its parts.
pub(super) fn formulas(grid: &Grid) -> Vec<(usize, Vec<usize>)> {
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
