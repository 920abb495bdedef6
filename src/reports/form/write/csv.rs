//! The table of a form as CSV, as it stands on the page: one line for the headings, one for the numbers of columns, then the rows.

use super::super::{Content, Page};
use crate::{
    domain::percent::NONE,
    reports::{
        RenderError,
        render::csv::{harmless, write},
    },
};

/// UTF-8, comma separated. The headings over a column are joined with ` / ` into one line; counts are plain digits, shares have a point and a
/// percent sign in either language, a dash where there is no figure. Words that a spreadsheet would run as a formula get an apostrophe before
/// them.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(page: &Page) -> Result<String, RenderError> {
    let grid = &page.grid;
    let headings = grid.heading();
    let mut lines = Vec::new();
    if headings > 0 {
        lines.push((0..grid.width()).map(|column| harmless(&heading(page, column, headings - 1))).collect());
    }
    for (_, cells) in grid.rows.iter().skip(headings.saturating_sub(1)) {
        lines.push(cells.iter().map(|cell| field(&cell.content)).collect());
    }
    write(&lines)
}

/// The headings over a column, the outermost first.
fn heading(page: &Page, column: usize, rows: usize) -> String {
    let grid = &page.grid;
    let text = |row: usize| {
        let over = grid.merges.iter().find(|merge| {
            let (top, left) = merge.at;
            (top..top + merge.rows).contains(&row) && (left..left + merge.columns).contains(&column)
        });
        let at = over.map_or((row, column), |merge| merge.at);
        match grid.get(at) {
            // a heading that goes over several rows is read once
            Some(Content::Text(text)) if at.0 == row => Some(text.as_str()),
            _ => None,
        }
    };
    (0..rows).filter_map(text).collect::<Vec<_>>().join(" / ")
}

fn field(content: &Content) -> String {
    match content {
        Content::Empty => String::new(),
        Content::Text(text) => harmless(text),
        Content::Unknown => NONE.to_owned(),
        Content::Count(value) | Content::Sum { value, .. } => value.to_string(),
        Content::Share { value, .. } => {
            value.map_or_else(|| NONE.to_owned(), |share| format!("{}.{:02}%", share.0 / 100, share.0.abs() % 100))
        }
    }
}
