//! Rows that are sums of other rows: a total, sections with their units below.

mod times;

use super::{
    label::{FLOWS, Space},
    reading::{Across, Reading},
};

/// One row of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// What stands in its first column: "I", "1", "1.1" or nothing.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its figures by column.
    pub cells: Vec<Option<usize>>,
}

/// Whether a row of that name is the sum of others.
pub(super) fn is_total(name: &str) -> bool {
    let lower = name.to_lowercase();
    let lower = lower.trim_start_matches(|c: char| !c.is_alphabetic());
    ["tổng", "cộng", "toàn tỉnh", "toàn thành phố", "toàn huyện", "toàn xã", "total"]
        .iter()
        .any(|t| lower.starts_with(t))
}

impl Row {
    fn is_total(&self) -> bool {
        is_total(&self.name) || is_total(&self.number)
    }

    /// 1 for sections, 2 for units, 3 and more below.
    fn depth(&self) -> usize {
        let number = self.number.trim().trim_end_matches(['.', ')']);
        let roman = !number.is_empty() && number.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
        let letter = number.chars().count() == 1 && number.chars().all(char::is_uppercase);
        match () {
            () if roman || letter => 1,
            () if number.starts_with(|c: char| c.is_ascii_digit()) => 2 + number.matches('.').count(),
            () => 2,
        }
    }
}

/// Adds the sums that rows are of each other. A row counts as a sum of others only if at least as many of its columns add up as do not.
pub fn sums(rows: &[Row], reading: &mut Reading) {
    let top = rows.iter().filter(|r| !r.is_total()).map(Row::depth).min().unwrap_or(2);
    for (n, row) in rows.iter().enumerate() {
        if row.is_total() {
            let whole: Vec<&Row> = rows
                .iter()
                .enumerate()
                .filter(|(m, r)| *m != n && !r.is_total() && r.depth() == top)
                .map(|(_, r)| r)
                .collect();
            // A sub-total stands behind its own rows only.
            let since = rows.iter().take(n).rposition(Row::is_total).map_or(0, |p| p + 1);
            let near: Vec<&Row> = rows.iter().take(n).skip(since).filter(|r| r.depth() == top).collect();
            if !add(row, &whole, reading) && near.len() != whole.len() {
                add(row, &near, reading);
            }
        } else {
            let below = rows.iter().skip(n + 1).take_while(|r| !r.is_total() && r.depth() > row.depth());
            let below: Vec<&Row> = below.collect();
            let next = below.iter().map(|r| r.depth()).min().unwrap_or(0);
            let children: Vec<&Row> = below.into_iter().filter(|r| r.depth() == next).collect();
            add(row, &children, reading);
            times::longer(rows, n, reading);
        }
    }
    times::continuity(rows, reading);
}

fn add(whole: &Row, parts: &[&Row], reading: &mut Reading) -> bool {
    if parts.len() < 2 {
        return false;
    }
    let value = |cell: usize| reading.cells.get(cell).map_or(0, |c| c.value);
    let over_time = parts.iter().all(|r| times::rank(&r.name).is_some());
    let adds = |cell: usize| {
        !over_time || reading.cells.get(cell).is_some_and(|c| c.label.space != Space::Dossiers || c.label.within(FLOWS))
    };
    let mut found: Vec<Across> = Vec::new();
    for (column, own) in whole.cells.iter().enumerate() {
        let cells: Vec<Option<usize>> = parts.iter().map(|r| r.cells.get(column).copied().flatten()).collect();
        let all: Vec<usize> = cells.iter().copied().flatten().collect();
        // An empty cell may stand for nothing, but not in most rows.
        if let Some(own) = own.filter(|own| all.len() * 2 > cells.len() && adds(*own)) {
            found.push(Across { whole: own, parts: all });
        }
    }
    let (holding, wrong): (Vec<&Across>, Vec<&Across>) = found.iter().partition(|across| across.holds(reading));
    let exact = holding.iter().filter(|across| value(across.whole) > 0).count();
    let believed = exact >= 1 && exact >= wrong.len();
    if believed {
        if over_time {
            reading.across.extend(times::ends(whole, parts, reading));
        }
        reading.across.extend(found);
    }
    believed
}
