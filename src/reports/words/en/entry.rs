//! Everything said in English of figures that are entered.

use crate::check::filled::{Notice, What};
use crate::domain::{
    entered::{Culprit, Fault, Identity, Item, MAX_COUNT},
    measure::{Derived, Measure},
    percent::en,
};
use crate::reports::{
    entry::{Behind, Phrases, Spot},
    render::{day, label},
};

pub(in crate::reports) static EN: Phrases = Phrases {
    code: "code",
    item: "item",
    value: "value",
    label: |item| match item {
        Item::Measure(m) => m.en(),
        Item::Derived(d) => d.en(),
    },
    fault,
    why: |period, line, why| format!("{period}: \"{}\": {why}.", name(line)),
    suspect: |period, culprit, at, why| {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let Culprit { stated, should_be, .. } = culprit;
        let line = name(culprit.name);
        format!("{period}: Probably wrong: \"{line}\"{at} says {} and should be {}{why}.", en(*stated), en(*should_be))
    },
    finding: |at, message| format!("{at}: {message}"),
    mistake,
    notice,
    cell: |address| format!("cell {address}"),
    line: |row, column| format!("line {row}, column {column}"),
    unreadable: |file| format!("the form {file} cannot be read"),
    sheet: "Form",
    guide_sheet: "How to",
    guide: &[
        "How to fill in the form",
        "1. Write numbers into the empty cells of the column of the period, one whole number from 0 up in each. Leave the codes and the first row as they are.",
        "2. An empty cell of a part counts as 0.",
        "3. Totals (in bold) are copied from the paper form if it has them, and may stay empty. What is written must be the sum of the parts.",
        "4. \"Carried over\" must be what was left at the end of the period before: pending and awaiting supplement.",
        "5. The checks below the lines say \"fits\", or by how much something does not.",
        "6. Save the file as .xlsx and enter it with: motcua entry FILE --unit CODE",
    ],
    whole_title: "Not a count",
    whole: "Each cell takes one whole number, from 0 to 1,000,000,000.",
    check_total: |total| format!("Check: \"{total}\" is the sum of its parts"),
    check_balance: "Check: carried over and received are resolved, returned, handed on and left over",
    fits: "fits",
    recorded: "entered",
    replaced: "entered, in the place of what was entered before",
    already: "entered before, nothing changed",
    would: "only checked, not entered; it would be",
    withdrawn: "taken back",
    late: "the period is closed: the figures wait for an amendment",
    refused: |n| {
        let things = if n == 1 { "1 thing is".to_owned() } else { format!("{n} things are") };
        format!("{things} wrong with the form, nothing was entered: correct it and enter it again")
    },
};

fn name(code: &str) -> &str {
    label(code, Measure::en, Derived::en)
}

fn fault(fault: &Fault, at: Behind<'_>) -> String {
    let Fault { period, stated, computed, culprits, .. } = fault;
    let (stated, computed) = (en(*stated), en(*computed));
    let what = match fault.identity {
        Identity::Range => {
            let line = culprits.first().map(|c| name(c.name)).unwrap_or_default();
            let place = culprits.first().map(|c| at(c.name)).unwrap_or_default();
            return format!("{period}: \"{line}\"{place} says {stated}; every count is from 0 to {}.", en(MAX_COUNT));
        }
        Identity::Total(total) => format!("\"{}\" says {stated}, its parts add to {computed}.", total.en()),
        Identity::Balance => format!(
            "it does not balance: resolved, returned, handed on and left over add to {stated}, carried over and received to {computed}."
        ),
        Identity::Continues => {
            format!("\"{}\" says {stated}, but the period before ended with {computed}.", Measure::CarriedOver.en())
        }
        Identity::Continued => {
            format!("the stock at the end is {stated}, but the period after carries over {computed}.")
        }
    };
    let suspect = |c: &Culprit| {
        format!("\"{}\"{} says {} and should be {}", name(c.name), at(c.name), en(c.stated), en(c.should_be))
    };
    let suspects: Vec<String> = culprits.iter().map(suspect).collect();
    match suspects.len() {
        0 => format!("{period}: {what}"),
        1 => format!("{period}: {what} Probably wrong: {}.", suspects.concat()),
        _ => format!("{period}: {what} Probably one of these is wrong: {}.", suspects.join("; ")),
    }
}

/// A heading of a form, not longer than a line.
fn short(heading: &str) -> String {
    heading.chars().take(120).collect()
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{}\"", short(name))).collect::<Vec<_>>().join(", ")
}

fn mistake(what: &What, at: Spot<'_>) -> String {
    match what {
        What::TooLarge => "the file is far too large for a form (more than 4 MiB)".into(),
        What::OldExcel => "it is an old Excel file (.xls) or has a password: save it as .xlsx without one".into(),
        What::OpenDocument => "it is an OpenDocument file (.ods): save it as .xlsx or .csv".into(),
        What::OtherFormat => "it is neither .xlsx nor .csv: open it in a spreadsheet and save it as .xlsx".into(),
        What::Broken(why) => format!("the workbook cannot be opened ({why}): open it in a spreadsheet and save it as .xlsx"),
        What::NotText => "it is not UTF-8: save it as .xlsx, or as .csv in UTF-8".into(),
        What::Empty => "the file is empty".into(),
        What::Cut { sheet } => format!("sheet \"{sheet}\" is too long or too wide for a form: delete what does not belong to it"),
        What::NoSuchSheet { name, hidden: true } => format!("sheet \"{name}\" is hidden: show it and enter it again"),
        What::NoSuchSheet { name, .. } => format!("there is no sheet \"{name}\""),
        What::NoTable => "no form was found: neither the column of codes of `motcua entry --blank` nor a table like form II.06 with headings in Vietnamese".into(),
        What::SeveralTables(sheets) => format!("figures stand in several tables (sheets {}): leave one, or choose a sheet with --sheet", list(sheets)),
        What::NotAPeriod(text) if text.is_empty() => "the heading is a date: write the period as text, such as 2018-02".into(),
        What::NotAPeriod(text) => format!("\"{}\" is not a period such as 2018-02: correct it, or take the column out", short(text)),
        What::WhichPeriod => "the form does not say for which period: give one --period".into(),
        What::OtherPeriod { first, last } => {
            format!("the form says {} to {}, which is another period: check --period", day(*first), day(*last))
        }
        What::NotAFigure(code) => format!("\"{}\" is no figure: see `motcua entry --blank`", short(code)),
        What::NoCode => "a number stands in a line without a code".into(),
        What::Twice(before) => format!("the figure stands in {} already: keep one", at(before)),
        What::NotACount(text) => {
            format!("\"{text}\" is not clearly a count: write plain digits, or groups of three with one kind of mark")
        }
        What::Error(error) => format!("the formula says {error}: correct it, or write a number"),
        What::NotANumber => "this is not a number: write a whole one".into(),
        What::NoFigures => "no figures of the period stand in the file".into(),
        What::NoSuchRow(names) => format!("there is not exactly one row of that name; there are {}", list(names)),
        What::WhichRow(names) => format!("it is not clear which row is meant: choose one with --row; there are {}", list(names)),
        What::RowsAreUnits(names) => {
            format!("each row is a unit: choose the one to enter with --row; there are {}", list(names))
        }
        What::NotOurs(heading) => format!(
            "column \"{}\" has numbers, and it is not clear of what: write them into the form of `motcua entry --blank`",
            short(heading)
        ),
    }
}

fn notice(notice: &Notice, at: Spot<'_>) -> String {
    match notice {
        Notice::Row { name, at: place } => {
            format!("The figures are those of row \"{}\" (from {}).", short(name), at(place))
        }
        Notice::Together { heading, at: place, taken } => format!(
            "{}: column \"{}\" counts several things at once, all of it was taken as \"{}\"; take it apart with --set.",
            at(place),
            short(heading),
            taken.en()
        ),
        Notice::PassedOver { heading, at: place } => {
            format!("Column \"{}\" (from {}) was passed over.", short(heading), at(place))
        }
        Notice::Hidden(names) => format!("Hidden sheets were passed over: {}.", list(names)),
    }
}
