//! The five published reports (`seed_reports.csv`) as dossiers: events in at a real node, and every published figure that was right comes out
//! of report and narrative; where it was wrong, ours is right. What a report leaves open is made up in `stories`, and said there.

mod desk;
mod figures;
mod questions;
mod stories;

use std::collections::BTreeSet;

use serde_json::Value;

use figures::{EXPLAINED, NOT_OURS, Ours, Published, WRONG, ours, published};
use stories::{Story, stories};

use super::support::{data, must};

/// What the program says of a month.
struct Told {
    totals: Value,
    agencies: Value,
    text: String,
}

fn told(url: &str, unit: &str, period: &str) -> Told {
    let report = |more: &[&str]| {
        let asked = ["report", "--node", url, "--unit", unit, "--period", period];
        must(&[&asked, more].concat())
    };
    let json = |more: &[&str]| serde_json::from_str::<Value>(&report(&[&["--format", "json"], more].concat())).unwrap();
    let totals = json(&[])["total"].clone();
    Told { totals, agencies: json(&["--by", "agency"])["rows"].clone(), text: report(&["--format", "text"]) }
}

impl Told {
    fn sum(&self, measures: &[&str]) -> i64 {
        measures.iter().map(|m| self.totals[*m].as_i64().unwrap()).sum()
    }

    /// The count by table, and how the text says it.
    fn count(&self, ours: &Ours, row: &Published) -> (i64, String) {
        match ours {
            Ours::Figure { measures, label, .. } => (self.sum(measures), (*label).to_owned()),
            Ours::Agency => {
                let name = row.note.split(';').next().unwrap();
                let all = self.agencies.as_array().unwrap();
                let agency = all.iter().find(|a| a["key"] == name).unwrap_or_else(|| panic!("{name} is in no row"));
                let figures = &agency["figures"];
                (figures["received_new"].as_i64().unwrap(), format!("{name} (# hồ sơ)"))
            }
        }
    }

    /// The share the text prints behind a count, in hundredths of a percent.
    fn share(&self, told: &str) -> i64 {
        let (_, rest) = self.text.split_once(told).unwrap();
        let share = rest.split_once('(').unwrap().1.split_once('%').unwrap().0.rsplit(' ').next().unwrap();
        share.replace(',', "").parse().unwrap()
    }
}

/// Counts in Vietnamese prose, on their own.
fn prose(n: i64) -> String {
    let digits = format!("{n:02}");
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// Half-up with so many decimals, without the point: `(921, 28375, 2)` is 325.
fn half_up(part: i64, whole: i64, decimals: u32) -> i64 {
    (part * 100 * 10_i64.pow(decimals) * 2 + whole) / (whole * 2)
}

/// Holds one published figure against what was told; says which entry of [`WRONG`] it needed.
fn hold(row: &Published, told: &Told) -> Vec<usize> {
    let place = format!("{} {} {} {:?}", row.document, row.start, row.measure, row.note);
    let ours = ours(&row.measure).unwrap_or_else(|| panic!("nobody says what {} is to us: {place}", row.measure));
    let (n, label) = told.count(ours, row);
    let mut used = Vec::new();
    let mut right = |given: &str| {
        let wrong = WRONG.iter().position(|w| row.document.starts_with(w.document) && w.is(row, given));
        used.extend(wrong);
        wrong.map_or_else(|| given.to_owned(), |i| WRONG[i].right.to_owned())
    };
    assert_eq!(n.to_string(), right(&row.value), "{place}");
    let phrase = label.split('|').map(|l| l.replace('#', &prose(n))).find(|phrase| told.text.contains(phrase));
    let Some(phrase) = phrase else { panic!("{place}: the text does not say {label} with {n}:\n{}", told.text) };
    if !row.percent.is_empty() {
        let Ours::Figure { of, .. } = ours else { panic!("{place}") };
        let whole = told.sum(of);
        let stated = right(&row.percent);
        let decimals = u32::try_from(stated.split_once('.').map_or(0, |(_, d)| d.len())).unwrap();
        assert_eq!(half_up(n, whole, decimals), stated.replace('.', "").parse::<i64>().unwrap(), "{place}");
        assert_eq!(told.share(&phrase), half_up(n, whole, 2), "{place}: {}", told.text);
    }
    used
}

/// Plays one document's story and holds every figure of it; says how many, and which entries of [`WRONG`] were needed.
async fn play(story: Story) -> (usize, BTreeSet<usize>) {
    let Some(rows) = published(story.document) else { return (0, BTreeSet::new()) };
    let node = desk::node(&story).await;
    let (mut held, mut wrong) = (0, BTreeSet::new());
    for (start, period) in story.asked {
        let told = tokio::task::block_in_place(|| told(&node.url(), story.unit, period));
        println!("{}", told.text);
        for row in rows.iter().filter(|r| r.start == *start && !NOT_OURS.iter().any(|(m, _)| *m == r.measure)) {
            wrong.extend(hold(row, &told));
            held += 1;
        }
        for phrase in story.says {
            assert!(told.text.contains(phrase), "{} does not say {phrase}:\n{}", story.document, told.text);
        }
    }
    let ours = rows.iter().filter(|r| !NOT_OURS.iter().any(|(m, _)| *m == r.measure)).count();
    assert_eq!(held, ours, "every figure of {} that is ours was held", story.document);
    node.running.stop().await.unwrap();
    (held, wrong)
}

macro_rules! stories {
    ($($name:ident, $n:literal, figures $figures:literal, wrong $wrong:expr;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            if data("seed_reports.csv").is_none() {
                return;
            }
            let (held, wrong) = play(stories().swap_remove($n)).await;
            assert_eq!((held, wrong.into_iter().collect::<Vec<_>>()), ($figures, Vec::from($wrong)));
        })*
    };
}

stories! {
    thanh_hoa_september_2021, 0, figures 20, wrong [];
    son_la_from_december_2021_to_june_2022, 1, figures 7, wrong [0];
    a_provincial_centre_in_april_2020, 2, figures 20, wrong [1, 2, 3];
    dong_trieu_communes_in_february_2018, 3, figures 8, wrong [];
    thai_binh_january_to_march_2021, 4, figures 9, wrong [4, 5, 6];
}

/// Every check of `seed_checks.csv` that differs is a figure that ours puts right, or explained.
#[test]
fn every_check_that_differs_is_put_right_or_explained() {
    let Some(file) = data("seed_checks.csv") else { return };
    let mut reader = csv::Reader::from_path(file).unwrap();
    let mut differ = BTreeSet::new();
    for row in reader.records().map(Result::unwrap).filter(|row| &row[6] == "DIFFERS") {
        differ.insert((row[0][..3].to_owned(), row[2].to_owned()));
    }
    let explained = EXPLAINED.iter().map(|(document, check, _)| ((*document).to_owned(), (*check).to_owned()));
    let right = WRONG.iter().flat_map(|w| w.checks.iter().map(|c| (w.document.to_owned(), (*c).to_owned())));
    assert_eq!(differ, explained.chain(right).collect());
}
