//! No word of one language stands in what is said in the other, but names.

use std::collections::BTreeSet;

use super::*;
use crate::reports::{
    compare::{self, compare},
    rank::{self, Ask, SMALL, rank},
    scorecard::{self, Card, score},
    share::{Part, Whole},
};

/// Words of two letters and more, in small.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    let split = text.split(|c: char| !c.is_alphabetic());
    split.filter(|w| w.chars().count() > 1).map(str::to_lowercase).collect()
}

/// Words both languages write alike, and the number of the decision.
pub(super) const ALIKE: [&str; 5] = ["so", "do", "in", "qđ", "ttg"];

/// A report whose names are no words, with everything a reader can be told.
fn everything(period: &str, n: i64) -> Report {
    let mut report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    report.period = Period::parse(period).unwrap();
    report.name = "N".into();
    for (i, m) in Measure::ALL.iter().enumerate() {
        report.total[*m] = n + i64::try_from(i).unwrap();
    }
    for row in &mut report.rows {
        row.name = "N".into();
    }
    report.rows[1].completeness = Some(Completeness { expected: 2, received: 0, missing: vec![] });
    report.rows[1].figures = Figures::default();
    report.rows[2].completeness = Some(Completeness { expected: 2, received: 1, missing: vec![] });
    report.completeness = Completeness { expected: 9, received: 8, missing: vec![] };
    report.notes = Measure::ALL.iter().map(|m| Note::Absent { measure: *m }).collect();
    report.notes.push(Note::NotOver { through: d("2018-02-10") });
    report
}

#[test]
fn tables_speak_one_language() {
    let (mut this, other) = (everything("2018-02", 40), everything("cal:2018-01", 3));
    this.unit = UnitId::new("205", Some(d("2018-02-01")));
    let card = Card::shipped().unwrap();
    let in_lang = |lang: Lang| {
        let mut all = compare::table(&compare(&this, &other), lang);
        for (part, whole) in Part::ALL.into_iter().zip(Whole::ALL.into_iter().cycle()) {
            for lowest_first in [false, true] {
                let ask = Ask { part, whole, lowest_first, small: SMALL };
                all += &rank::table(&other, &ask, &rank(&other, &ask), lang);
            }
        }
        all + &scorecard::table(&this, &card, &score(&this, &card), lang)
    };
    let (vi, en) = (words(&in_lang(Lang::Vi)), words(&in_lang(Lang::En)));
    assert!(vi.len() > 80 && en.len() > 80);
    let both: Vec<&String> = vi.intersection(&en).filter(|w| !ALIKE.contains(&w.as_str())).collect();
    assert_eq!(both, ["cal"; 1], "of the period's name");
}
