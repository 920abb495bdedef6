//! The blank form as a workbook: only cells for numbers can be written in, sums are checked while one types, notes say how to fill it in.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Workbook, Worksheet, XlsxError, utility::row_col_to_cell,
};

use super::{Lang, Phrases, phrases};
use crate::{
    domain::{
        entered::{CLOSING, INTO, Item, MAX_COUNT, OUT},
        measure::{Derived, Measure},
        percent::NONE,
    },
    reports::RenderError,
};

/// A form to fill in as a workbook: a sheet with code names, labels and an empty column for each period, and one that says how to fill it in. Below
/// the lines formulas say whether the totals are the sums of their parts and whether everything balances. The same periods give the same bytes.
///
/// # Errors
/// [`RenderError::Xlsx`], never seen.
pub fn blank_book(periods: &[&str], lang: Lang) -> Result<Vec<u8>, RenderError> {
    book(periods, phrases(lang)).map_err(|error| RenderError::Xlsx(error.to_string()))
}

/// The first row and the first column of numbers, from 0.
const FIRST: (u32, u16) = (1, 2);

fn book(periods: &[&str], phrases: &Phrases) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // what the clock says does not belong into a form
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let form = book.add_worksheet();
    form.set_name(phrases.sheet)?;
    lines(form, periods, phrases)?;
    checks(form, periods.len(), phrases)?;
    form.protect();
    let guide = book.add_worksheet();
    guide.set_name(phrases.guide_sheet)?.set_column_width(0, 100)?;
    for (row, line) in (0..).zip(phrases.guide) {
        guide.write_string_with_format(row, 0, *line, &Format::new().set_text_wrap().set_align(FormatAlign::Top))?;
    }
    guide.protect();
    book.save_to_buffer()
}

fn lines(sheet: &mut Worksheet, periods: &[&str], phrases: &Phrases) -> Result<(), XlsxError> {
    let head =
        Format::new().set_bold().set_border(FormatBorder::Thin).set_align(FormatAlign::Center).set_num_format("@");
    for (column, text) in (0..).zip([phrases.code, phrases.item].iter().chain(periods)) {
        sheet.write_string_with_format(0, column, *text, &head)?;
        sheet.set_column_width(
            column,
            if column == 0 {
                24.0
            } else if column == 1 {
                34.0
            } else {
                14.0
            },
        )?;
    }
    let code = Format::new().set_border(FormatBorder::Thin).set_font_color(Color::Gray);
    let label = Format::new().set_border(FormatBorder::Thin);
    let number = label.clone().set_num_format("#,##0").set_unlocked();
    for (row, item) in (FIRST.0..).zip(Item::all()) {
        let total = matches!(item, Item::Derived(_));
        let bold = |format: &Format| if total { format.clone().set_bold() } else { format.clone() };
        sheet.write_string_with_format(row, 0, item.name(), &code)?;
        sheet.write_string_with_format(row, 1, (phrases.label)(item), &bold(&label))?;
        for column in columns(periods.len()) {
            sheet.write_blank(row, column, &bold(&number))?;
        }
    }
    if let (Some(column), Some(row)) = (columns(periods.len()).last(), row_of(Item::all().count())) {
        let most = i32::try_from(MAX_COUNT).unwrap_or(i32::MAX);
        let whole = DataValidation::new()
            .allow_whole_number(DataValidationRule::Between(0, most))
            .set_error_title(phrases.whole_title)?
            .set_error_message(phrases.whole)?;
        sheet.add_data_validation(FIRST.0, FIRST.1, row.saturating_sub(1), column, &whole)?;
    }
    sheet.set_freeze_panes(FIRST.0, FIRST.1)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// One line for each sum, and one for the balance, an empty row below the lines.
fn checks(sheet: &mut Worksheet, periods: usize, phrases: &Phrases) -> Result<(), XlsxError> {
    let Some(first) = row_of(Item::all().count() + 1) else { return Ok(()) };
    let small = Format::new().set_italic().set_font_color(Color::Gray).set_text_wrap();
    let outcome = Format::new().set_italic().set_align(FormatAlign::Right);
    let totals = Item::all().filter_map(|item| if let Item::Derived(total) = item { Some(total) } else { None });
    for (row, total) in (first..).zip(totals.map(Some).chain([None])) {
        let text = total.map_or_else(
            || phrases.check_balance.to_owned(),
            |t| (phrases.check_total)((phrases.label)(Item::Derived(t))),
        );
        sheet.write_string_with_format(row, 1, text, &small)?;
        sheet.set_row_height(row, 30)?;
        for column in columns(periods) {
            let formula = match total {
                Some(total) => sum(total, column, phrases),
                None => balance(column, phrases),
            };
            // nobody has typed anything yet
            sheet.write_formula_with_format(row, column, Formula::new(formula).set_result(NONE), &outcome)?;
        }
    }
    Ok(())
}

/// A dash where no total is typed; else whether it is the sum of its parts, or by how much it is not.
fn sum(total: Derived, column: u16, phrases: &Phrases) -> String {
    let whole = cell(Item::Derived(total), column);
    let parts = cells(total.parts(), column);
    format!("=IF({whole}=\"\",\"{NONE}\",IF({whole}=SUM({parts}),\"{}\",{whole}-SUM({parts})))", phrases.fits)
}

/// A dash where nothing is typed; else whether what came in went out, or by how much it did not.
fn balance(column: u16, phrases: &Phrases) -> String {
    let (into, out) = (cells(INTO, column), format!("{},{}", cells(OUT, column), cells(CLOSING, column)));
    format!(
        "=IF(COUNT({into},{out})=0,\"{NONE}\",IF(SUM({into})=SUM({out}),\"{}\",SUM({into})-SUM({out})))",
        phrases.fits
    )
}

fn cells(measures: &[Measure], column: u16) -> String {
    measures.iter().map(|m| cell(Item::Measure(*m), column)).collect::<Vec<_>>().join(",")
}

fn cell(item: Item, column: u16) -> String {
    let row = Item::all().position(|other| other == item).and_then(row_of).unwrap_or_default();
    row_col_to_cell(row, column)
}

/// The row of the line of that number.
fn row_of(line: usize) -> Option<u32> {
    u32::try_from(line).ok().map(|line| FIRST.0 + line)
}

fn columns(periods: usize) -> impl Iterator<Item = u16> {
    (FIRST.1..).take(periods)
}
