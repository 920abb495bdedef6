//! A ranking as a table, as CSV and as JSON.

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::{Ask, Place, Standing};
use crate::{
    domain::{measure::Measure, percent::Percent},
    reports::{
        Lang, Note, RenderError, Report, Status, entered,
        render::{clean, csv as lines},
        share::{Part, Whole, plain},
        words,
    },
};

/// What every language must be able to say.
pub struct Phrases {
    /// A count.
    pub number: fn(i64) -> String,
    /// A share.
    pub percent: fn(Percent) -> String,
    /// What stands in a cell that has nothing to say.
    pub none: &'static str,
    /// The title: what is ranked by.
    pub title: fn(Part, Whole) -> String,
    /// The line below it: how far the figures can be relied on, and which end comes first.
    pub status: fn(Status, received: u32, expected: u32, lowest_first: bool) -> String,
    /// Headings of rank, name and share.
    pub headings: [&'static str; 3],
    /// Heading of the count.
    pub part: fn(Part) -> &'static str,
    /// Heading of what it is a share of.
    pub whole: fn(Whole) -> &'static str,
    /// Instead of a share where there is no whole.
    pub no_whole: &'static str,
    /// Instead of a share where nothing has come.
    pub silent: &'static str,
    /// Behind the name of a row of which units are missing.
    pub units: fn(received: u32, expected: u32) -> String,
    /// What the sign of small wholes means.
    pub small: fn(&str) -> String,
    /// Some units do not count it.
    pub absent: &'static str,
    /// Some units entered figures for another period.
    pub across: &'static str,
}

/// Behind a share of few.
const SIGN: &str = "*";

fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &words::vi::rank::VI,
        Lang::En => &words::en::rank::EN,
    }
}

/// A title that names part and whole, and a line for each row; shares of few dossiers carry a sign that is explained below.
pub fn table(report: &Report, ask: &Ask, places: &[Place<'_>], lang: Lang) -> String {
    let phrases = phrases(lang);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let [rank, name, share] = phrases.headings;
    let headings = [rank, name, (phrases.part)(ask.part), (phrases.whole)(ask.whole), share];
    table.set_header(headings.map(|text| Cell::new(text).set_alignment(CellAlignment::Center)));
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    for place in places {
        let (count, of) = ((phrases.number)(place.count), (phrases.number)(place.of));
        let none = || phrases.none.to_owned();
        let (rank, count, of, share) = match place.standing {
            Standing::Ranked(at) => {
                let sign = if place.is_small(ask) { SIGN } else { "" };
                let share = place.share().map_or_else(none, phrases.percent);
                (at.to_string(), count, of, format!("{share}{sign}"))
            }
            Standing::NoWhole => (String::new(), count, of, phrases.no_whole.to_owned()),
            Standing::Silent => (String::new(), none(), none(), phrases.silent.to_owned()),
        };
        table.add_row([right(rank), Cell::new(label(report, place, lang)), right(count), right(of), right(share)]);
    }
    let complete = &report.completeness;
    let status = (phrases.status)(report.status, complete.received, complete.expected, ask.lowest_first);
    let title = (phrases.title)(ask.part, ask.whole);
    let who = format!("{} ({}), {}", clean(&report.name), report.unit, report.period.id);
    let mut out = format!("{title}\n{who}\n{status}\n{}\n", table.trim_fmt());
    if places.iter().any(|place| place.is_small(ask)) {
        out += &format!("{SIGN} {}\n", (phrases.small)(&(phrases.number)(ask.small)));
    }
    let absent = |m: &Measure| report.notes.contains(&Note::Absent { measure: *m });
    if ask.part.measures().iter().any(absent) {
        out += &format!("{}\n", phrases.absent);
    }
    if entered::across(report).1 > 0 {
        out += &format!("{}\n", phrases.across);
    }
    out
}

/// A unit that is not complete says so beside its name.
fn label(report: &Report, place: &Place<'_>, lang: Lang) -> String {
    let name = clean(&lang.phrases().row(report, place.row));
    match &place.row.completeness {
        Some(c) if c.received < c.expected && place.standing != Standing::Silent => {
            format!("{name} [{}]", (phrases(lang).units)(c.received, c.expected))
        }
        _ => name,
    }
}

const fn standing(place: &Place<'_>) -> (&'static str, Option<usize>) {
    match place.standing {
        Standing::Ranked(at) => ("ranked", Some(at)),
        Standing::NoWhole => ("no_whole", None),
        Standing::Silent => ("no_figures", None),
    }
}

/// `rank,key,name,part,count,whole,of,share_percent,small,standing,expected,received`: the rank is empty for rows without one.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(report: &Report, ask: &Ask, places: &[Place<'_>], lang: Lang) -> Result<String, RenderError> {
    const HEADING: [&str; 12] = [
        "rank",
        "key",
        "name",
        "part",
        "count",
        "whole",
        "of",
        "share_percent",
        "small",
        "standing",
        "expected",
        "received",
    ];
    let mut all = vec![HEADING.map(str::to_owned).to_vec()];
    for place in places {
        let (name, rank) = standing(place);
        let complete = place.row.completeness.as_ref();
        let counted = |n: i64| if place.standing == Standing::Silent { String::new() } else { n.to_string() };
        let unit = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        all.push(vec![
            rank.map(|at| at.to_string()).unwrap_or_default(),
            lines::harmless(&place.row.key),
            lines::harmless(&clean(&lang.phrases().row(report, place.row))),
            ask.part.to_string(),
            counted(place.count),
            ask.whole.to_string(),
            counted(place.of),
            place.share().map(plain).unwrap_or_default(),
            place.is_small(ask).to_string(),
            name.to_owned(),
            unit(complete.map(|c| c.expected)),
            unit(complete.map(|c| c.received)),
        ]);
    }
    lines::write(&all)
}

#[derive(Serialize)]
struct Doc<'a> {
    unit: String,
    name: &'a str,
    period: &'a str,
    status: &'static str,
    expected: u32,
    received: u32,
    part: &'static str,
    whole: &'static str,
    lowest_first: bool,
    small_below: i64,
    places: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    rank: Option<usize>,
    standing: &'static str,
    key: &'a str,
    name: &'a str,
    count: Option<i64>,
    of: Option<i64>,
    share_percent: Option<String>,
    small: bool,
    expected: Option<u32>,
    received: Option<u32>,
}

/// One object: the report, what is ranked by, and `places` in order. Shares are texts with a point and two decimals, or null; `standing`
/// is `ranked`, `no_whole` or `no_figures`.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(report: &Report, ask: &Ask, places: &[Place<'_>]) -> Result<String, RenderError> {
    let doc = Doc {
        unit: report.unit.to_string(),
        name: &report.name,
        period: &report.period.id,
        status: report.status.name(),
        expected: report.completeness.expected,
        received: report.completeness.received,
        part: ask.part.name(),
        whole: ask.whole.name(),
        lowest_first: ask.lowest_first,
        small_below: ask.small,
        places: places.iter().map(|place| line(place, ask)).collect(),
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}

fn line<'a>(place: &Place<'a>, ask: &Ask) -> Line<'a> {
    let (standing, rank) = standing(place);
    let told = place.standing != Standing::Silent;
    Line {
        rank,
        standing,
        key: &place.row.key,
        name: &place.row.name,
        count: told.then_some(place.count),
        of: told.then_some(place.of),
        share_percent: place.share().map(plain),
        small: place.is_small(ask),
        expected: place.row.completeness.as_ref().map(|c| c.expected),
        received: place.row.completeness.as_ref().map(|c| c.received),
    }
}
