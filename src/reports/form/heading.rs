//! The heading of the table: groups over their columns, and below them the numbers of the columns.

use super::{
    amount::Amount,
    grid::{Cell, Grid, Merge, Role},
    template::{Column, Template},
};
use crate::reports::Lang;

/// Puts the heading on top of an empty grid. `shown` names the columns that are printed; the first two texts head the number and the name of
/// a row.
pub(super) fn put(grid: &mut Grid, template: &Template, shown: &[usize], lead: [&str; 2], lang: Lang) {
    let columns: Vec<&Column> = shown.iter().filter_map(|at| template.columns.get(*at)).collect();
    let paths: Vec<Vec<usize>> = columns.iter().map(|column| template.path(column)).collect();
    let depth = paths.iter().map(Vec::len).max().unwrap_or(0) + 1;
    let width = columns.len() + lead.len();
    grid.lead = lead.len();
    let mut rows = vec![vec![Cell::EMPTY; width]; depth];
    let mut put = |merge: Merge, text: &str| {
        if let Some(cell) = rows.get_mut(merge.at.0).and_then(|row| row.get_mut(merge.at.1)) {
            *cell = Cell::text(text);
        }
        if merge.rows > 1 || merge.columns > 1 {
            grid.merges.push(merge);
        }
    };
    for (at, text) in lead.iter().enumerate() {
        put(Merge { at: (0, at), rows: depth, columns: 1 }, text);
    }
    for level in 0..depth {
        let mut at = 0;
        while let (Some(path), Some(column)) = (paths.get(at), columns.get(at)) {
            let place = (level, at + lead.len());
            match path.get(level) {
                Some(group) => {
                    let over = paths.iter().skip(at).take_while(|p| p.get(level) == Some(group)).count();
                    let text = template.groups.get(*group).map_or("", |group| group.words.get(lang));
                    put(Merge { at: place, rows: 1, columns: over }, text);
                    at += over;
                }
                None => {
                    if path.len() == level {
                        put(Merge { at: place, rows: depth - level, columns: 1 }, column.words.get(lang));
                    }
                    at += 1;
                }
            }
        }
    }
    grid.rows.extend(rows.into_iter().map(|cells| (Role::Heading, cells)));
    let numbers = [Cell::text("(1)"), Cell::text("(2)")].into_iter();
    let numbers = numbers.chain(columns.iter().map(|column| Cell::text(number(template, shown, column))));
    grid.rows.push((Role::Heading, numbers.collect()));
}

/// Such as `(3)= (4)+ (5)+ (6)`, which may be broken at its blanks; columns that are not printed hold nothing and are left out.
fn number(template: &Template, shown: &[usize], column: &Column) -> String {
    let list = |parts: &[usize]| -> String {
        let printed = parts.iter().filter(|part| shown.contains(part)).filter_map(|part| template.columns.get(*part));
        printed.map(|part| format!("({})", part.number)).collect::<Vec<_>>().join("+ ")
    };
    match &column.amount {
        Amount::Fold(_) => format!("({})", column.number),
        Amount::Columns(parts) => format!("({})= {}", column.number, list(parts)),
        Amount::Share { of, over } => {
            let bracket = |parts: &[usize]| if parts.len() > 1 { format!("[{}]", list(parts)) } else { list(parts) };
            format!("({})= {}/ {}", column.number, bracket(of), bracket(over))
        }
    }
}
