//! Cells that hold shares: columns of them, rows of them, and how each is written.

use super::*;

/// What is called nothing but a share: it is that of what stands before it.
pub(super) fn is_bare_share(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    ["%", "(%)", "tỷ lệ", "tỉ lệ", "tỷ lệ %", "tỷ lệ (%)", "tỉ lệ %", "tỉ lệ (%)"].contains(&name.as_str())
}

/// A fraction of one with more places than anybody prints, as a share with four.
pub(super) fn fraction(text: &str) -> Option<Share> {
    let exact = text.split_once('.').is_some_and(|(_, places)| places.len() >= 3);
    let value: f64 = text.parse().ok().filter(|value| exact && (0.0..=1.0).contains(value))?;
    // At most a million, so nothing is lost.
    #[allow(clippy::cast_possible_truncation, reason = "see above")]
    let digits = (value * 1_000_000.0).round() as i64;
    Some(Share { digits, decimals: 4 })
}

/// The share in a cell of a column of shares.
pub(super) fn share_in(column: &Column, text: &str) -> Option<Share> {
    match text.parse::<f64>() {
        Ok(value) if column.fractions => fraction(&format!("{value:.6}")),
        _ => share(text, true),
    }
}

pub(super) fn share(text: &str, percents: bool) -> Option<Share> {
    let bare = text.trim_end_matches('%').trim_end();
    if bare.len() == text.len() && !percents || !bare.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match numeral(&format!("{bare}%")) {
        (Numeral::Percent(share), length) if length == bare.len() + 1 && share.decimals <= 4 => Some(share),
        _ => None,
    }
}

/// A row of shares below counts: of what, is not said.
pub(super) fn shares_below(grid: &Grid, r: usize, columns: &[Column], reading: &mut Reading) {
    let line = grid.rows.get(r).map_or(0, |(n, _)| *n);
    for column in columns {
        let printed = grid.cell(r, column.at).to_owned();
        if !printed.is_empty() {
            let place = Place { line, column: column.at + 1, printed, quote: column.heading.clone() };
            reading.unread.push(Unread { place, value: None, why: Unsure::NoWhole, scope: None });
        }
    }
}

/// A cell of shares: read, or listed as not read unless it is empty. `column` is its table and column, where the column holds shares alone.
fn put(
    (part, share): (Option<Part>, Option<Share>),
    column: Option<(usize, usize)>,
    place: Place,
    scope: usize,
    reading: &mut Reading,
) {
    match (part, share) {
        (Some(part), Some(share)) => {
            reading.percentages.push(Percentage {
                share,
                part,
                beside: None,
                scope,
                place,
                growth: 0,
                whole: None,
                column,
            });
        }
        _ if place.printed.is_empty() => {}
        _ => reading.unread.push(Unread { place, value: None, why: Unsure::NoWhole, scope: Some(scope) }),
    }
}

/// A turned table's row of shares: each is that of the count in the row before it.
pub(super) fn shares_of_the_row_before(
    (number, row): (usize, &[String]),
    columns: &[Column],
    (scope, cells): (usize, &[Option<usize>]),
    reading: &mut Reading,
) {
    for (column, cell) in columns.iter().zip(cells) {
        let text = row.get(column.at).map(String::as_str).unwrap_or_default();
        let quote = column.heading.clone();
        let place = Place { line: column.at + 1, column: number, printed: text.to_owned(), quote };
        let share = fraction(text).or_else(|| share(text, true));
        put((cell.map(Part::Cell), share), None, place, scope, reading);
    }
}

#[allow(clippy::too_many_arguments, reason = "one row, its columns and where they go")]
pub(super) fn shares(
    grid: &Grid,
    columns: &[Column],
    r: usize,
    turned: bool,
    (table, scope): (usize, usize),
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
                // These are told in more than one way, which the figures have to decide.
                let open = label.is(RESOLVED_ON_TIME) || label.is(ANY_LATE);
                let cell = columns.iter().position(|c| !open && counted(c));
                let cell = cell.and_then(|n| cells.get(n).copied().flatten());
                Some(cell.map_or_else(|| Part::Label(label.clone()), Part::Cell))
            }
        };
        let text = grid.cell(r, column.at);
        let (line, at) = if turned { (column.at + 1, number) } else { (number, column.at + 1) };
        let place = Place { line, column: at, printed: text.to_owned(), quote: format!("{name}: {}", column.heading) };
        put((part, share_in(column, text)), Some((table, column.at)), place, scope, reading);
    }
}
