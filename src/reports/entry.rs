//! Entering figures, in words: the blank form, what is wrong with a filled one, and what became of it.

mod blank;
mod told;

use super::{Lang, RenderError, words};
use crate::{
    check::filled::{At, Notice, What},
    domain::entered::{Culprit, Fault, Item},
};

pub use blank::blank_book;
pub use told::{findings, mistakes, notices, refusal};

/// The place of a line of that code name, to be printed behind its label; empty where it has none.
pub type Behind<'a> = &'a dyn Fn(&str) -> String;

/// How a cell is named in one language.
pub type Spot<'a> = &'a dyn Fn(&At) -> String;

/// What every language must be able to say of entered figures.
pub struct Phrases {
    /// Heading of the column of code names.
    pub code: &'static str,
    /// Heading of the column of labels.
    pub item: &'static str,
    /// Heading of the column of numbers where no period is named.
    pub value: &'static str,
    /// The label of a line.
    pub label: fn(Item) -> &'static str,
    /// What is wrong, in one sentence, with its suspects; the second gives the place of a line behind its label, or nothing.
    pub fault: fn(&Fault, Behind<'_>) -> String,
    /// Why it is the number named, by the checker.
    pub why: fn(period: &str, line: &str, why: &str) -> String,
    /// Another number that the checker takes for wrong; the place and the reason may be empty.
    pub suspect: fn(period: &str, culprit: &Culprit, at: &str, why: &str) -> String,
    /// What the checker found wrong in a table.
    pub finding: fn(at: &str, message: &str) -> String,
    /// Why a file cannot be read.
    pub mistake: fn(&What, Spot<'_>) -> String,
    /// What to know of a form.
    pub notice: fn(&Notice, Spot<'_>) -> String,
    /// A cell of a workbook.
    pub cell: fn(address: &str) -> String,
    /// A cell of a text.
    pub line: fn(row: u32, column: u32) -> String,
    /// Before the mistakes of a file.
    pub unreadable: fn(file: &str) -> String,
    /// The name of the sheet to fill in.
    pub sheet: &'static str,
    /// The name of the sheet that says how.
    pub guide_sheet: &'static str,
    /// How to fill it in, line by line.
    pub guide: &'static [&'static str],
    /// The title of what is said of a number that cannot be one.
    pub whole_title: &'static str,
    /// What is said of it.
    pub whole: &'static str,
    /// The check of a total.
    pub check_total: fn(total: &str) -> String,
    /// The check of the balance.
    pub check_balance: &'static str,
    /// A check that holds.
    pub fits: &'static str,
    /// It was entered.
    pub recorded: &'static str,
    /// It took the place of other figures.
    pub replaced: &'static str,
    /// It was entered before.
    pub already: &'static str,
    /// What would be done.
    pub would: &'static str,
    /// It was taken back.
    pub withdrawn: &'static str,
    /// It waits for an amendment.
    pub late: &'static str,
    /// Nothing was entered; how many things are wrong.
    pub refused: fn(faults: usize) -> String,
}

/// The phrases of a language.
pub fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &words::vi::entry::VI,
        Lang::En => &words::en::entry::EN,
    }
}

/// A form to fill in, as CSV with a byte order mark, so that spreadsheets read it as UTF-8: code name, label, and an empty column for each period.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn blank(periods: &[&str], lang: Lang) -> Result<String, RenderError> {
    let phrases = phrases(lang);
    let broken = |e: csv::Error| RenderError::Csv(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [phrases.code, phrases.item].into_iter().chain(periods.iter().copied());
    writer.write_record(head).map_err(broken)?;
    for item in Item::all() {
        let line = [item.name(), (phrases.label)(item)].into_iter().chain(periods.iter().map(|_| ""));
        writer.write_record(line).map_err(broken)?;
    }
    let bytes = writer.into_inner().map_err(|e| RenderError::Csv(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|e| RenderError::Csv(e.to_string()))?;
    Ok(format!("\u{feff}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entered::Identity;
    use crate::domain::measure::Derived;

    #[test]
    fn a_blank_form_has_every_line() {
        let text = blank(&["2018-02"], Lang::Vi).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "\u{feff}mã,nội dung,2018-02",
                "to_handle_total,Tổng số phải giải quyết,",
                "carried_over,Kỳ trước chuyển sang,"
            ]
        );
        assert_eq!(lines.len(), 1 + Item::all().count());
        for item in Item::all() {
            assert!(lines.iter().any(|line| line.starts_with(&format!("{},", item.name()))), "{}", item.name());
        }
    }

    #[test]
    fn what_is_wrong_in_words() {
        let culprit = |name, stated, should_be| Culprit { name, stated, should_be };
        let fault = |identity, stated, computed, culprits| Fault {
            period: "2018-02".into(),
            identity,
            stated,
            computed,
            culprits,
        };
        let all = [
            fault(Identity::Range, -3, 0, vec![culprit("returned", -3, 3)]),
            fault(Identity::Total(Derived::ResolvedTotal), 2_010, 2_100, vec![culprit("resolved_total", 2_010, 2_100)]),
            fault(Identity::Balance, 258, 231, vec![culprit("returned", 30, 3), culprit("withdrawn", 30, 3)]),
            fault(Identity::Continues, 12, 21, vec![]),
            fault(Identity::Continued, 18, 81, vec![]),
        ];
        let vi: Vec<String> = all
            .iter()
            .map(|f| {
                (phrases(Lang::Vi).fault)(f, &|name| {
                    if name == "resolved_total" { " (ô Biểu!C7)".into() } else { String::new() }
                })
            })
            .collect();
        assert_eq!(
            vi,
            [
                "2018-02: “Trả lại” ghi -3, mỗi số phải từ 0 đến 1.000.000.000.",
                "2018-02: “Tổng số đã giải quyết” ghi 2.010, cộng các dòng thành phần được 2.100. Có thể sai: “Tổng số đã giải quyết” (ô Biểu!C7) ghi 2.010, đúng ra là 2.100.",
                "2018-02: không cân đối: đã giải quyết, trả lại, chuyển đi và còn lại cộng được 258, trong khi kỳ trước chuyển sang và tiếp nhận cộng được 231. Có thể sai một trong các số: “Trả lại” ghi 30, đúng ra là 3; “Xin rút” ghi 30, đúng ra là 3.",
                "2018-02: “Kỳ trước chuyển sang” ghi 12, trong khi kỳ trước còn lại 21.",
                "2018-02: còn lại cuối kỳ 18, trong khi kỳ sau đã nhận chuyển sang 81.",
            ]
        );
        let en: Vec<String> = all.iter().map(|f| (phrases(Lang::En).fault)(f, &|_| String::new())).collect();
        assert_eq!(
            en,
            [
                "2018-02: \"Returned\" says -3; every count is from 0 to 1,000,000,000.",
                "2018-02: \"Resolved\" says 2,010, its parts add to 2,100. Probably wrong: \"Resolved\" says 2,010 and should be 2,100.",
                "2018-02: it does not balance: resolved, returned, handed on and left over add to 258, carried over and received to 231. Probably one of these is wrong: \"Returned\" says 30 and should be 3; \"Withdrawn\" says 30 and should be 3.",
                "2018-02: \"Carried over\" says 12, but the period before ended with 21.",
                "2018-02: the stock at the end is 18, but the period after carries over 81.",
            ]
        );
    }
}
