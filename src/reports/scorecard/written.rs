//! A score as a table with what moves it, as CSV and as JSON.

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::{Card, Gain, POINT, Score, Scored, card::NUMBER};
use crate::{
    domain::percent::Percent,
    reports::{
        Lang, Note, RenderError, Report, Status,
        render::{clean, csv as lines},
        share::plain,
        words,
    },
};

/// What every language must be able to say.
pub struct Phrases {
    /// A count.
    pub number: fn(i64) -> String,
    /// A share.
    pub percent: fn(Option<Percent>) -> String,
    /// Points, from hundredths.
    pub points: fn(i64) -> String,
    /// What stands in a cell that has nothing to say.
    pub none: &'static str,
    /// The line below the title: how far the figures can be relied on.
    pub status: fn(Status, received: u32, expected: u32) -> String,
    /// Only a part of the period is told.
    pub part_of_period: &'static str,
    /// Headings: indicator, count, whole, share, points, possible points, points lost.
    pub headings: [&'static str; 7],
    /// The name of the line of sums.
    pub total: &'static str,
    /// Above what moves the score.
    pub moves: &'static str,
    /// A line of it: title, points lost, what would have to happen for how many points.
    pub gain: fn(title: &str, lost: &str, what: &str, points: &str) -> String,
    /// Above what is not measured: its weight together.
    pub not_measured: fn(&str) -> String,
    /// A line of it: title, weight, why.
    pub why: fn(title: &str, weight: &str, why: &str) -> String,
    /// Behind the title of an indicator of which some units do not count something.
    pub absent: &'static str,
    /// The card and its version.
    pub card: fn(id: &str, version: &str) -> String,
}

fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &words::vi::scorecard::VI,
        Lang::En => &words::en::scorecard::EN,
    }
}

/// Title, a line for each indicator and their sum, what moves the score most, what is not measured, and the card's mark.
pub fn table(report: &Report, card: &Card, scored: &Scored<'_>, lang: Lang) -> String {
    let phrases = phrases(lang);
    let complete = &report.completeness;
    let mut out = vec![clean(card.title.in_lang(lang))];
    out.push(format!("{} ({}), {}", clean(&report.name), report.unit, report.period.id));
    out.push((phrases.status)(report.status, complete.received, complete.expected));
    if report.notes.iter().any(|note| matches!(note, Note::NotOver { .. } | Note::BooksBegin { .. })) {
        out.push(phrases.part_of_period.to_owned());
    }
    out.push(body(scored, lang));
    let losing = scored.by_loss();
    if !losing.is_empty() {
        out.push(phrases.moves.to_owned());
        out.extend(losing.into_iter().filter_map(|score| moves(score, lang)));
    }
    if !card.not_measured.is_empty() {
        let weight = card.not_measured.iter().map(|line| line.weight).sum();
        out.push((phrases.not_measured)(&(phrases.points)(weight)));
        out.extend(card.not_measured.iter().map(|line| {
            let (title, why) = (clean(line.title.in_lang(lang)), clean(line.why.in_lang(lang)));
            (phrases.why)(&title, &(phrases.points)(line.weight), &why)
        }));
    }
    out.extend(card.mark.iter().map(|mark| clean(mark.in_lang(lang))));
    out.push((phrases.card)(&clean(&card.id), &clean(&card.version)));
    out.join("\n") + "\n"
}

fn body(scored: &Scored<'_>, lang: Lang) -> String {
    let phrases = phrases(lang);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(phrases.headings.map(|text| Cell::new(text).set_alignment(CellAlignment::Center)));
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let none = || phrases.none.to_owned();
    for score in &scored.scores {
        let absent = if score.absent { phrases.absent } else { "" };
        table.add_row([
            Cell::new(format!("{}{absent}", clean(score.indicator.title.in_lang(lang)))),
            right((phrases.number)(score.part)),
            right((phrases.number)(score.of)),
            right((phrases.percent)(score.share())),
            right(score.points.map_or_else(none, phrases.points)),
            right((phrases.points)(score.indicator.weight)),
            right(score.points.map_or_else(none, |_| (phrases.points)(score.lost()))),
        ]);
    }
    let lost = scored.possible - scored.points;
    let sums = [scored.points, scored.possible, lost].map(|points| right((phrases.points)(points)));
    let empty = || Cell::new("");
    table.add_row([Cell::new(phrases.total), empty(), empty(), empty()].into_iter().chain(sums));
    table.trim_fmt()
}

fn moves(score: &Score<'_>, lang: Lang) -> Option<String> {
    let phrases = phrases(lang);
    let Gain { moved, points } = score.gain?;
    let title = clean(score.indicator.title.in_lang(lang));
    let what = clean(score.indicator.gain.in_lang(lang)).replace(NUMBER, &(phrases.number)(moved));
    Some((phrases.gain)(&title, &(phrases.points)(score.lost()), &what, &(phrases.points)(points)))
}

/// `indicator,title,part,of,share_percent,points,possible,lost,gain_moved,gain_points`, points with two decimals, then `not_measured` lines with
/// nothing but their weight as possible, then `total`.
///
/// # Errors
/// [`RenderError::Csv`], never seen.
pub fn csv(card: &Card, scored: &Scored<'_>, lang: Lang) -> Result<String, RenderError> {
    const HEADING: [&str; 10] = [
        "indicator",
        "title",
        "part",
        "of",
        "share_percent",
        "points",
        "possible",
        "lost",
        "gain_moved",
        "gain_points",
    ];
    let mut all = vec![HEADING.map(str::to_owned).to_vec()];
    for score in &scored.scores {
        let told = |n: i64| score.points.map(|_| decimal(n)).unwrap_or_default();
        all.push(vec![
            lines::harmless(&clean(&score.indicator.name)),
            lines::harmless(&clean(score.indicator.title.in_lang(lang))),
            score.part.to_string(),
            score.of.to_string(),
            score.share().map(plain).unwrap_or_default(),
            told(score.points.unwrap_or_default()),
            decimal(score.indicator.weight),
            told(score.lost()),
            score.gain.map(|gain| gain.moved.to_string()).unwrap_or_default(),
            score.gain.map(|gain| decimal(gain.points)).unwrap_or_default(),
        ]);
    }
    let rest = |name: &str, title: &str, [points, possible, lost]: [String; 3]| {
        let none = String::new;
        vec![
            name.to_owned(),
            lines::harmless(&clean(title)),
            none(),
            none(),
            none(),
            points,
            possible,
            lost,
            none(),
            none(),
        ]
    };
    for line in &card.not_measured {
        let weight = [String::new(), decimal(line.weight), String::new()];
        all.push(rest("not_measured", line.title.in_lang(lang), weight));
    }
    let sums = [scored.points, scored.possible, scored.possible - scored.points].map(decimal);
    all.push(rest("total", "", sums));
    lines::write(&all)
}

/// `19.87`, from hundredths.
fn decimal(points: i64) -> String {
    format!("{}.{:02}", points / POINT, points % POINT)
}

#[derive(Serialize)]
struct Doc<'a> {
    card: &'a str,
    version: &'a str,
    checked: bool,
    unit: String,
    name: &'a str,
    period: &'a str,
    status: &'static str,
    expected: u32,
    received: u32,
    points: String,
    possible: String,
    indicators: Vec<Line<'a>>,
    not_measured: Vec<Unmeasured<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    title: &'a str,
    part: i64,
    of: i64,
    share_percent: Option<String>,
    points: Option<String>,
    possible: String,
    lost: Option<String>,
    gain: Option<Gained>,
    not_counted_everywhere: bool,
}

#[derive(Serialize)]
struct Gained {
    moved: i64,
    points: String,
}

#[derive(Serialize)]
struct Unmeasured<'a> {
    title: &'a str,
    weight: String,
    why: &'a str,
}

/// One object. Points and shares are texts with a point and two decimals; `checked` is false while the card carries its mark; `gain` says how
/// many have to move from the rest of the whole to the part, and what that is worth.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(report: &Report, card: &Card, scored: &Scored<'_>, lang: Lang) -> Result<String, RenderError> {
    let indicators = scored.scores.iter().map(|score| Line {
        name: &score.indicator.name,
        title: score.indicator.title.in_lang(lang),
        part: score.part,
        of: score.of,
        share_percent: score.share().map(plain),
        points: score.points.map(decimal),
        possible: decimal(score.indicator.weight),
        lost: score.points.map(|_| decimal(score.lost())),
        gain: score.gain.map(|gain| Gained { moved: gain.moved, points: decimal(gain.points) }),
        not_counted_everywhere: score.absent,
    });
    let not_measured = card.not_measured.iter().map(|line| Unmeasured {
        title: line.title.in_lang(lang),
        weight: decimal(line.weight),
        why: line.why.in_lang(lang),
    });
    let doc = Doc {
        card: &card.id,
        version: &card.version,
        checked: card.mark.is_none(),
        unit: report.unit.to_string(),
        name: &report.name,
        period: &report.period.id,
        status: report.status.name(),
        expected: report.completeness.expected,
        received: report.completeness.received,
        points: decimal(scored.points),
        possible: decimal(scored.possible),
        indicators: indicators.collect(),
        not_measured: not_measured.collect(),
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}
