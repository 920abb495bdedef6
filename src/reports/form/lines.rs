//! What is printed around the table.

use super::{
    grid::Grid,
    layout::{Asked, Page, Signature, Year},
    template::Section,
};
use crate::{
    domain::periods::Period,
    reports::{
        Breakdown, Completeness, Lang, MissingUnit, Note, Row,
        render::{day, last_day, minute, table::review},
    },
};

/// How many missing units are named; the number of the others is printed.
const NAMED: usize = 100;

/// What every language must be able to say of a form; the texts stand in `words/` and nowhere else.
pub(in crate::reports) struct FormPhrases {
    /// Heading of the numbers of rows.
    pub index: &'static str,
    /// Heading of the names of rows, where the form has none.
    pub item: fn(Breakdown) -> &'static str,
    /// The last line.
    pub total: &'static str,
    /// What a period is called; its dates follow.
    pub period: fn(&Period) -> String,
    /// From its first to its last day.
    pub dates: fn(first: &str, last: &str) -> String,
    /// Who reports.
    pub reports: fn(name: &str, unit: &str) -> String,
    /// Who receives.
    pub receives: fn(name: &str) -> String,
    /// How far the figures can be relied on, and when within and overdue were told apart.
    pub status: fn(status: &str, as_of: &str) -> String,
    /// How many units are in the figures.
    pub completeness: fn(received: &str, expected: &str) -> String,
    /// What the year so far is: its dates, and how complete it is.
    pub year: fn(first: &str, last: &str, completeness: &str) -> String,
    /// The year so far begins later because the books do.
    pub year_begins: fn(first: &str) -> String,
    /// There is no year so far.
    pub no_year: &'static str,
    /// Place and date, to be filled in.
    pub place_and_date: &'static str,
    /// What is to be done by who draws up, and by who approves.
    pub hints: [&'static str; 2],
    /// The name and the version of the template.
    pub form: fn(id: &str, version: &str) -> String,
    /// The name of the sheet in a workbook.
    pub sheet: &'static str,
}

/// The phrases of a language.
pub(in crate::reports) fn phrases(lang: Lang) -> &'static FormPhrases {
    match lang {
        Lang::Vi => &crate::reports::words::vi::form::VI,
        Lang::En => &crate::reports::words::en::form::EN,
    }
}

/// The page around the table.
pub(super) fn page(asked: &Asked<'_>, grid: Grid) -> Page {
    let (template, report, lang) = (asked.template, asked.report, asked.lang);
    let phrases = phrases(lang);
    let place = template.place(asked.by);
    let number = place.and_then(|place| place.number.as_ref()).into_iter().chain(&template.issued);
    let title = place.and_then(|place| place.title.as_ref()).unwrap_or(&template.title);
    let period = &report.period;
    let parties = [(phrases.reports)(&report.name, &report.unit.to_string())].into_iter();
    Page {
        lang,
        number: number.map(|words| words.get(lang).to_owned()).collect(),
        title: vec![
            title.get(lang).to_owned(),
            (phrases.period)(period),
            (phrases.dates)(&day(period.start), &last_day(period.end)),
        ],
        parties: parties.chain(template.receiver.iter().map(|words| (phrases.receives)(words.get(lang)))).collect(),
        unit: template.unit.get(lang).to_owned(),
        grid,
        notes: notes(asked).into_iter().map(|line| line.replace(char::is_control, " ")).collect(),
        signatures: signatures(asked),
        form: (phrases.form)(
            template.name.as_ref().map_or(&template.id, |words| words.get(lang)),
            &template.version.to_string(),
        ),
    }
}

/// The name of a row; one that is not complete says so. Under a section of its level the level is not repeated.
pub(super) fn label(asked: &Asked<'_>, section: Option<&Section>, row: &Row) -> String {
    let phrases = asked.lang.phrases();
    let full = phrases.row(asked.report, row);
    let said = asked.by == Breakdown::Authority && section.is_some_and(|section| section.levels.contains(&row.level));
    let name = match full.strip_prefix(row.level.as_str()) {
        Some(rest) if said => rest.strip_prefix(": ").unwrap_or(phrases.unknown),
        _ => &full,
    };
    let name = name.replace(char::is_control, " ");
    match &row.completeness {
        Some(c) if c.received < c.expected => format!("{name} [{}]", units(c, asked.lang)),
        _ => name,
    }
}

/// Such as `22/22 đơn vị`.
fn units(completeness: &Completeness, lang: Lang) -> String {
    let phrases = lang.phrases();
    let number = |n: u32| (phrases.number)(i64::from(n));
    (phrases.completeness)(&number(completeness.received), &number(completeness.expected))
}

fn notes(asked: &Asked<'_>) -> Vec<String> {
    let (report, lang) = (asked.report, asked.lang);
    let (common, phrases) = (lang.phrases(), phrases(lang));
    let number = |n: u32| (common.number)(i64::from(n));
    let complete = &report.completeness;
    let mut lines = vec![
        (phrases.status)((common.status_name)(report.status), &(common.as_of)(&minute(report.as_of))),
        (phrases.completeness)(&number(complete.received), &number(complete.expected)),
    ];
    lines.extend(report.as_known_at.map(|at| (common.as_known_at)(&minute(at))));
    lines.extend(asked.template.notes.iter().map(|words| words.get(lang).to_owned()));
    if asked.template.counts_the_year() {
        lines.extend(year(asked));
    }
    lines.extend(report.reviews.iter().map(|said| review(said, lang)));
    lines.extend(missing(&complete.missing, lang));
    lines.extend(report.notes.iter().map(|note| (common.note)(note)));
    if !report.explanations.is_empty() {
        lines.push(common.explanations.to_owned());
        lines.extend(report.explanations.iter().map(|said| format!("- {}", (common.explanation)(said))));
    }
    lines
}

fn year(asked: &Asked<'_>) -> Vec<String> {
    let phrases = phrases(asked.lang);
    let Year::Report(report) = asked.year else {
        return vec![phrases.no_year.to_owned()];
    };
    let (first, last) = (day(report.period.start), last_day(report.period.end));
    let mut lines = vec![(phrases.year)(&first, &last, &units(&report.completeness, asked.lang))];
    // the period's own notes are printed by themselves
    let begins = report.notes.iter().filter(|_| report.period != asked.report.period).find_map(|note| match note {
        Note::BooksBegin { from } => Some((phrases.year_begins)(&day(*from))),
        _ => None,
    });
    lines.extend(begins);
    lines
}

fn missing(missing: &[MissingUnit], lang: Lang) -> Vec<String> {
    let phrases = lang.phrases();
    let number = |n: usize| (phrases.number)(i64::try_from(n).unwrap_or(i64::MAX));
    if missing.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![(phrases.missing)(&number(missing.len()))];
    lines.extend(missing.iter().take(NAMED).map(|unit| {
        let reason = (phrases.reason)(&unit.reason).unwrap_or(&unit.reason);
        format!("- {} ({}): {reason}", unit.name, unit.unit)
    }));
    if missing.len() > NAMED {
        lines.push((phrases.more_missing)(&number(missing.len() - NAMED)));
    }
    lines
}

/// The persons of the last document somebody stands on by name: they are in office now.
fn signatures(asked: &Asked<'_>) -> [Signature; 2] {
    let phrases = phrases(asked.lang);
    let last = asked.report.signed.last();
    let names = [last.map(|signed| &signed.prepared_by), last.map(|signed| &signed.approved_by)];
    let [left, right] = &asked.template.signatures;
    let [drawn, approved] = names.map(|name| name.cloned().unwrap_or_default().replace(char::is_control, " "));
    let one = |above: &str, role: &super::Words, hint: &str, name| Signature {
        above: above.to_owned(),
        role: role.get(asked.lang).to_owned(),
        hint: hint.to_owned(),
        name,
    };
    let [first, second] = phrases.hints;
    [one("", left, first, drawn), one(phrases.place_and_date, right, second, approved)]
}
