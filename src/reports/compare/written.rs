//! A comparison as a table, as CSV and as JSON.

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::{Caution, Comparison, Rate, Side};
use crate::{
    domain::percent::Percent,
    reports::{
        Lang, RenderError, Report,
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
    /// The title.
    pub title: &'static str,
    /// Headings: the item, the difference, the difference in percent.
    pub headings: [&'static str; 3],
    /// The heading of a side: unit and period, of which either may be empty.
    pub side: fn(unit: &str, period: &str) -> String,
    /// A measure by the name in JSON, derived ones included.
    pub measure: fn(&str) -> &str,
    /// A share and its whole.
    pub rate: fn(Part, Whole) -> String,
    /// Behind a difference of shares.
    pub points: &'static str,
    /// A caution in words; the sides are named by their headings.
    pub caution: fn(&Caution, side: &str) -> String,
}

fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &words::vi::compare::VI,
        Lang::En => &words::en::compare::EN,
    }
}

/// What differs between the sides is their heading.
fn sides(told: &Comparison<'_>, phrases: &Phrases) -> [String; 2] {
    let (units, periods) = (told.this.unit != told.other.unit, told.this.period != told.other.period);
    let side = |report: &Report| {
        let unit = if units { format!("{} ({})", clean(&report.name), report.unit) } else { String::new() };
        (phrases.side)(&unit, if periods { &report.period.id } else { "" })
    };
    [side(told.this), side(told.other)]
}

/// A title, a table of every measure that is not zero in both and of the shares, and the cautions.
pub fn table(told: &Comparison<'_>, lang: Lang) -> String {
    let phrases = phrases(lang);
    let [this, other] = sides(told, phrases);
    let [item, difference, change] = phrases.headings;
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let heading = |text: &str| Cell::new(text).set_alignment(CellAlignment::Center);
    table.set_header([item, &this, &other, difference, change].map(heading));
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let signed = |n: i64, text: String| right(if n > 0 { format!("+{text}") } else { text });
    let none = || phrases.none.to_owned();
    for line in told.lines.iter().filter(|line| line.this != 0 || line.other != 0) {
        let change = line.change();
        table.add_row([
            Cell::new((phrases.measure)(line.name)),
            right((phrases.number)(line.this)),
            right((phrases.number)(line.other)),
            signed(line.difference(), (phrases.number)(line.difference())),
            signed(change.map_or(0, |c| c.0), change.map_or_else(none, phrases.percent)),
        ]);
    }
    let share = |share: Option<Percent>| right(share.map_or_else(none, phrases.percent));
    for rate in told.rates.iter().filter(|rate| is_told(told, rate)) {
        let points = rate.points().map(|points| (phrases.percent)(Percent(points)).replace('%', phrases.points));
        table.add_row([
            Cell::new((phrases.rate)(rate.part, rate.part.usual())),
            share(rate.this),
            share(rate.other),
            signed(rate.points().unwrap_or_default(), points.unwrap_or_else(none)),
            right(String::new()),
        ]);
    }
    let [first, second] = [told.this, told.other].map(|report| format!("{} ({})", clean(&report.name), report.unit));
    let who = if first == second { first } else { format!("{first} / {second}") };
    let [now, then] = [told.this, told.other].map(|report| report.period.id.as_str());
    let when = if now == then { now.to_owned() } else { format!("{now} / {then}") };
    let mut out = format!("{}: {who}, {when}\n{}\n", phrases.title, table.trim_fmt());
    for caution in &told.cautions {
        let side = match side_of(caution) {
            Some(Side::Other) => &other,
            _ => &this,
        };
        out += &format!("- {}\n", (phrases.caution)(caution, &side.replace('\n', ", ")));
    }
    out
}

const fn side_of(caution: &Caution) -> Option<Side> {
    match caution {
        Caution::Part(side) | Caution::Across(side) | Caution::Missing(side, ..) | Caution::Absent(side, _) => {
            Some(*side)
        }
        Caution::OtherKind | Caution::OtherUnit => None,
    }
}

/// A share of which neither side has any is left out.
fn is_told(told: &Comparison<'_>, rate: &Rate) -> bool {
    rate.part.count(&told.this.total) != 0 || rate.part.count(&told.other.total) != 0
}

/// `measure,this,other,difference,change_percent`: every measure, then every share by `PART_of_WHOLE` in percent. Plain digits; a share
/// that does not exist is empty.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(told: &Comparison<'_>) -> Result<String, RenderError> {
    let heading = ["measure", "this", "other", "difference", "change_percent"].map(str::to_owned);
    let mut all = vec![Vec::from(heading)];
    for line in &told.lines {
        let counts = [line.this, line.other, line.difference()].map(|n| n.to_string());
        let change = line.change().map(plain).unwrap_or_default();
        all.push([vec![line.name.to_owned()], Vec::from(counts), vec![change]].concat());
    }
    for rate in &told.rates {
        let shares = [rate.this, rate.other, rate.points().map(Percent)];
        let shares = shares.map(|share| share.map(plain).unwrap_or_default());
        all.push([vec![rate_name(rate)], Vec::from(shares), vec![String::new()]].concat());
    }
    lines::write(&all)
}

fn rate_name(rate: &Rate) -> String {
    format!("{}_of_{}", rate.part, rate.part.usual()).replace('-', "_")
}

#[derive(Serialize)]
struct Doc<'a> {
    this: Which<'a>,
    other: Which<'a>,
    measures: Vec<Counts>,
    shares: Vec<Shares>,
    cautions: Vec<Told>,
}

#[derive(Serialize)]
struct Which<'a> {
    unit: String,
    name: &'a str,
    period: &'a str,
    status: &'static str,
    expected: u32,
    received: u32,
}

#[derive(Serialize)]
struct Counts {
    measure: &'static str,
    this: i64,
    other: i64,
    difference: i64,
    change_percent: Option<String>,
}

#[derive(Serialize)]
struct Shares {
    part: &'static str,
    of: &'static str,
    this_percent: Option<String>,
    other_percent: Option<String>,
    points: Option<String>,
}

#[derive(Serialize)]
struct Told {
    caution: &'static str,
    side: Option<&'static str>,
    measure: Option<&'static str>,
}

fn which(report: &Report) -> Which<'_> {
    Which {
        unit: report.unit.to_string(),
        name: &report.name,
        period: &report.period.id,
        status: report.status.name(),
        expected: report.completeness.expected,
        received: report.completeness.received,
    }
}

/// One object: `this` and `other` (unit, name, period, status, expected, received), `measures`, `shares` with part and whole by name, and
/// `cautions`. Percentages are texts with a point and two decimals, or null.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(told: &Comparison<'_>) -> Result<String, RenderError> {
    let counts = told.lines.iter().map(|line| Counts {
        measure: line.name,
        this: line.this,
        other: line.other,
        difference: line.difference(),
        change_percent: line.change().map(plain),
    });
    let shares = told.rates.iter().map(|rate| Shares {
        part: rate.part.name(),
        of: rate.part.usual().name(),
        this_percent: rate.this.map(plain),
        other_percent: rate.other.map(plain),
        points: rate.points().map(Percent).map(plain),
    });
    let doc = Doc {
        this: which(told.this),
        other: which(told.other),
        measures: counts.collect(),
        shares: shares.collect(),
        cautions: told.cautions.iter().map(caution).collect(),
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}

fn caution(caution: &Caution) -> Told {
    let side = side_of(caution).map(|side| match side {
        Side::This => "this",
        Side::Other => "other",
    });
    let (caution, measure) = match caution {
        Caution::OtherKind => ("other_kind_of_period", None),
        Caution::OtherUnit => ("other_unit_under_the_code", None),
        Caution::Part(_) => ("part_of_the_period", None),
        Caution::Across(_) => ("entered_for_another_period", None),
        Caution::Missing(..) => ("units_missing", None),
        Caution::Absent(_, measure) => ("not_counted_everywhere", Some(measure.name())),
    };
    Told { caution, side, measure }
}
