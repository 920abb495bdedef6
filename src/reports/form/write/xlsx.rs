//! A form as a workbook of one sheet, made in memory.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use super::super::{Content, Page, Role, Signature, grid::At};
use crate::{
    domain::percent::{NONE, Percent},
    reports::{RenderError, form::phrases, render::csv::is_formula},
};

/// The bytes of the workbook; the same page gives the same bytes. Sums and shares are formulas over the cells they come from, with their
/// values beside them; names are words, whatever they begin with. A4 landscape, one page wide, with the headings on every page.
///
/// # Errors
/// [`RenderError::Xlsx`], for a page with more rows than a sheet can have.
pub fn xlsx(page: &Page) -> Result<Vec<u8>, RenderError> {
    book(page).map_err(|error| RenderError::Xlsx(error.to_string()))
}

fn book(page: &Page) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // what the clock says does not belong into a report
    let title = page.title.first().map_or("", String::as_str);
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.set_name(phrases(page.lang).sheet)?;
    Sheet { sheet, page, top: 0, across: 0.0 }.write()?;
    book.save_to_buffer()
}

/// The sheet, and the row in which the table begins.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    page: &'a Page,
    top: usize,
    /// Characters that all columns together have room for.
    across: f64,
}

const FONT: &str = "Times New Roman";
/// Characters a line of a name may have before it is broken.
const NAME: f64 = 30.0;

impl Sheet<'_> {
    fn write(mut self) -> Result<(), XlsxError> {
        let last = column(self.page.grid.width().saturating_sub(1))?;
        self.top = self.head(last)?;
        self.widths()?;
        self.table()?;
        self.foot(last)?;
        self.print(last)
    }

    /// Number left, title in the middle, parties right, then the unit; how many rows that takes.
    fn head(&mut self, last: u16) -> Result<usize, XlsxError> {
        let page = self.page;
        let (left, right) = third(last);
        let plain = words().set_align(FormatAlign::Left).set_text_wrap();
        let bold = plain.clone().set_bold();
        let lines = [page.number.len(), page.title.len(), page.parties.len()].into_iter().max().unwrap_or(0);
        for (n, place) in (0..).zip(0..lines) {
            let text = |of: &[String]| of.get(place).cloned().unwrap_or_default();
            let title = words().set_align(FormatAlign::Center).set_text_wrap();
            let title = if place == 0 { title.set_bold().set_font_size(13) } else { title };
            self.block(n, 0, left, &text(&page.number), if place == 0 { &bold } else { &plain })?;
            self.block(n, left + 1, right, &text(&page.title), &title)?;
            self.block(n, right + 1, last, &text(&page.parties), &plain)?;
            self.sheet.set_row_height(n, if place == 0 { 48 } else { 32 })?;
        }
        let unit = row(lines)?;
        self.block(unit, 0, last, &page.unit, &words().set_italic().set_align(FormatAlign::Right))?;
        Ok(lines + 1)
    }

    /// One text over the columns from the first to the last, both included; nothing where there are none.
    fn block(&mut self, row: u32, first: u16, last: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        if first < last {
            self.sheet.merge_range(row, first, row, last, text, format)?;
        } else if first == last {
            self.sheet.write_string_with_format(row, first, text, format)?;
        }
        Ok(())
    }

    fn widths(&mut self) -> Result<(), XlsxError> {
        let phrases = self.page.lang.phrases();
        let grid = &self.page.grid;
        for at in 0..grid.width() {
            let body = grid.rows.iter().skip(grid.heading()).filter_map(|(_, cells)| cells.get(at));
            let longest =
                body.map(|cell| cell.content.print(phrases.number, phrases.percent).chars().count()).max().unwrap_or(0);
            let most = if at == 1 { NAME } else { 16.0 };
            let least = if at == 0 { 5.0 } else { 7.0 };
            let wanted = u32::try_from(longest).map_or(most, f64::from) + 2.0;
            let width = wanted.clamp(least, most);
            self.across += width;
            self.sheet.set_column_width(column(at)?, width)?;
        }
        Ok(())
    }

    fn table(&mut self) -> Result<(), XlsxError> {
        let page = self.page;
        let grid = &page.grid;
        let headings = grid.heading();
        for (n, (role, cells)) in grid.rows.iter().enumerate() {
            for (at, cell) in cells.iter().enumerate().filter(|(at, _)| !grid.is_covered((n, *at))) {
                let format = self.format(*role, at, &cell.content, n + 1 == headings);
                match grid.merge((n, at)) {
                    Some(merge) => {
                        let text = cell.content.print(|n| n.to_string(), |_| String::new());
                        let (bottom, right) = (n + merge.rows - 1, at + merge.columns - 1);
                        let (from, to) = (self.place((n, at))?, self.place((bottom, right))?);
                        self.sheet.merge_range(from.0, from.1, to.0, to.1, &text, &format)?;
                    }
                    None => self.cell((n, at), &cell.content, &format)?,
                }
            }
        }
        for n in 0..headings {
            // the lowest headings stand over single columns and are broken into several lines
            let height = if n + 2 == headings { 52 } else { 28 };
            self.sheet.set_row_height(row(self.top + n)?, height)?;
        }
        Ok(())
    }

    fn cell(&mut self, at: At, content: &Content, format: &Format) -> Result<(), XlsxError> {
        let (row, column) = self.place(at)?;
        match content {
            Content::Empty => self.sheet.write_blank(row, column, format)?,
            Content::Text(text) => self.sheet.write_string_with_format(row, column, text, format)?,
            Content::Unknown => self.sheet.write_string_with_format(row, column, NONE, format)?,
            Content::Count(value) => self.sheet.write_number_with_format(row, column, number(*value), format)?,
            Content::Sum { value, of } => {
                let formula = Formula::new(format!("=SUM({})", self.list(of)?)).set_result(value.to_string());
                self.sheet.write_formula_with_format(row, column, formula, format)?
            }
            Content::Share { value, of, over } => {
                let formula = Formula::new(share(&self.list(of)?, &self.list(over)?)).set_result(fraction(*value));
                self.sheet.write_formula_with_format(row, column, formula, format)?
            }
        };
        Ok(())
    }

    /// Cells as a formula names them, neighbours in one column or row put together.
    fn list(&self, cells: &[At]) -> Result<String, XlsxError> {
        let mut runs: Vec<(At, At)> = Vec::new();
        for at in cells {
            match runs.last_mut() {
                Some((first, last)) if first.1 == at.1 && last.1 == at.1 && last.0 + 1 == at.0 => *last = *at,
                Some((first, last)) if first.0 == at.0 && last.0 == at.0 && last.1 + 1 == at.1 => *last = *at,
                _ => runs.push((*at, *at)),
            }
        }
        let name = |at: At| -> Result<String, XlsxError> {
            let (row, column) = self.place(at)?;
            Ok(rust_xlsxwriter::utility::row_col_to_cell(row, column))
        };
        let mut names = Vec::new();
        for (first, last) in runs {
            names.push(if first == last { name(first)? } else { format!("{}:{}", name(first)?, name(last)?) });
        }
        Ok(names.join(","))
    }

    fn format(&self, role: Role, at: usize, content: &Content, numbers: bool) -> Format {
        let cell = words().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let cell = match content {
            Content::Count(_) | Content::Sum { .. } => cell.set_num_format("#,##0"),
            Content::Share { .. } => cell.set_num_format("0.00%"),
            // a text that looks like a formula stays a text when somebody edits its cell
            Content::Text(text) if is_formula(text) => cell.set_quote_prefix(),
            _ => cell,
        };
        match role {
            Role::Heading if numbers => {
                cell.set_align(FormatAlign::Center).set_italic().set_font_size(7).set_text_wrap()
            }
            Role::Heading => cell.set_align(FormatAlign::Center).set_bold().set_text_wrap(),
            _ => {
                let cell = match at {
                    0 => cell.set_align(FormatAlign::Center),
                    1 => cell.set_align(FormatAlign::Left).set_text_wrap(),
                    _ => cell.set_align(FormatAlign::Right),
                };
                if role == Role::Row { cell } else { cell.set_bold() }
            }
        }
    }

    /// Notes, signatures, the name of the form.
    fn foot(&mut self, last: u16) -> Result<(), XlsxError> {
        let page = self.page;
        let note = words().set_italic().set_align(FormatAlign::Left).set_align(FormatAlign::Top).set_text_wrap();
        let mut at = self.top + page.grid.rows.len();
        for line in &page.notes {
            at += 1;
            self.block(row(at)?, 0, last, line, &note)?;
            // cells put together do not grow by themselves
            let wanted = u32::try_from(line.chars().count()).map_or(self.across, f64::from) / self.across.max(1.0);
            self.sheet.set_row_height(row(at)?, 14.0 * wanted.ceil().max(1.0))?;
        }
        at += 2;
        let middle = last / 2;
        let [left, right] = &page.signatures;
        for (signature, first, last) in [(left, 0, middle), (right, middle + 1, last)] {
            self.signature(at, first, last, signature)?;
        }
        let small = words().set_font_size(7).set_align(FormatAlign::Left);
        self.block(row(at + 8)?, 0, last, &page.form, &small)
    }

    fn signature(&mut self, at: usize, first: u16, last: u16, signature: &Signature) -> Result<(), XlsxError> {
        let middle = words().set_align(FormatAlign::Center);
        let lines = [
            (0, &signature.above, middle.clone().set_italic()),
            (1, &signature.role, middle.clone().set_bold()),
            (2, &signature.hint, middle.clone().set_italic()),
            (6, &signature.name, middle.set_bold()),
        ];
        for (below, text, format) in lines {
            self.block(row(at + below)?, first, last, text, &format)?;
        }
        Ok(())
    }

    /// What stays in view, and how it is printed.
    fn print(&mut self, last: u16) -> Result<(), XlsxError> {
        let grid = &self.page.grid;
        let below = row(self.top + grid.heading())?;
        self.sheet.set_freeze_panes(below, column(grid.lead)?)?;
        self.sheet.set_repeat_rows(row(self.top)?, below.saturating_sub(1))?;
        let end = row(self.top + grid.rows.len() + self.page.notes.len() + 11)?;
        self.sheet.set_print_area(0, 0, end, last)?;
        self.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        self.sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.2, 0.3).set_footer("&C&P/&N");
        Ok(())
    }

    fn place(&self, (r, c): At) -> Result<(u32, u16), XlsxError> {
        Ok((row(self.top + r)?, column(c)?))
    }
}

fn words() -> Format {
    Format::new().set_font_name(FONT).set_font_size(10)
}

/// The last columns of the left and of the middle part of the head.
fn third(last: u16) -> (u16, u16) {
    let left = (last / 4).clamp(1, 3).min(last);
    (left, last.saturating_sub(last / 4).max(left))
}

fn row(n: usize) -> Result<u32, XlsxError> {
    u32::try_from(n).map_err(|_| XlsxError::RowColumnLimitError)
}

fn column(n: usize) -> Result<u16, XlsxError> {
    u16::try_from(n).map_err(|_| XlsxError::RowColumnLimitError)
}

/// Cells hold floating point numbers; counts are far below the point where those are not exact any more.
#[expect(clippy::cast_precision_loss, reason = "a count of dossiers is below 2^53")]
fn number(value: i64) -> f64 {
    value as f64
}

/// The rule of printed shares as a formula: rounded half-up to two places of a percent, and 100% only for the whole (see
/// [`share_for_print`](crate::domain::percent::share_for_print)).
fn share(of: &str, over: &str) -> String {
    let share = format!("ROUND(SUM({of})/SUM({over}),4)");
    format!(
        "=IF(SUM({over})=0,\"{NONE}\",IF(AND({share}=1,SUM({of})<SUM({over})),0.9999,IF(AND({share}=1,SUM({of})>SUM({over})),1.0001,{share})))"
    )
}

fn fraction(value: Option<Percent>) -> String {
    value.map_or_else(
        || NONE.to_owned(),
        |share| {
            let sign = if share.0 < 0 { "-" } else { "" };
            format!("{sign}{}.{:04}", share.0.abs() / 10_000, share.0.abs() % 10_000)
        },
    )
}
