//! What the checker found, as text for people and as JSON for programs.

mod json;
#[cfg(test)]
mod tests;
mod text;

use super::render::Lang;
use crate::check::{Evidence, Finding, Fix, Kind, Label, Unsure, label::Set};

pub use json::json;
pub use text::text;

/// The phrases of one language; the texts stand in `words/` and nowhere else.
pub(super) struct Phrases {
    /// A count.
    pub(super) number: fn(i64) -> String,
    /// The mark before decimals.
    pub(super) decimal: char,
    /// The first line where nothing is wrong.
    pub(super) clean: fn(figures: i64, shares: i64) -> String,
    /// The first line where nothing was read.
    pub(super) nothing: &'static str,
    /// The first line where something is wrong.
    pub(super) wrong: fn(wrong: i64, figures: i64) -> String,
    /// Some of the input was not looked at.
    pub(super) cut: &'static str,
    /// The name of a kind of finding.
    pub(super) kind: fn(Kind) -> &'static str,
    /// Where.
    pub(super) place: fn(line: usize, column: usize) -> String,
    /// The culprit.
    pub(super) should_be: fn(label: &str, stated: &str, right: &str) -> String,
    /// A culprit that is one of several.
    pub(super) doubtful: fn(label: &str, stated: &str, right: &str) -> String,
    /// Another of them.
    pub(super) or: fn(label: &str, stated: &str, right: &str) -> String,
    /// No culprit.
    pub(super) unsolved: &'static str,
    /// Two sides, and what each adds up to.
    pub(super) equation: fn(left: &str, right: &str, a: &str, b: &str) -> String,
    /// A long column, added up.
    pub(super) added: fn(number: &str, label: &str, figures: &str) -> String,
    /// One figure that stands there twice, with two values.
    pub(super) elsewhere: fn(one: &str, other: &str) -> String,
    /// What speaks for the culprit.
    pub(super) evidence: fn(&Evidence) -> String,
    /// Before the evidence.
    pub(super) because: &'static str,
    /// A gap among the ways out or the classes.
    pub(super) remainder: fn(amount: i64, missing: &str) -> String,
    /// A gap among the ways in.
    pub(super) remainder_in: fn(amount: i64, missing: &str) -> String,
    /// A gap though every class is given.
    pub(super) unclassed: fn(amount: i64) -> String,
    /// A share.
    pub(super) wrong_percent: fn(printed: &str, right: &str, part: &str, whole: &str) -> String,
    /// A growth.
    pub(super) wrong_growth: fn(printed: &str, right: &str, now: &str, before: &str) -> String,
    /// A percentage that speaks for the culprit.
    pub(super) confirms: fn(printed: &str) -> String,
    /// Shares that miss a hundred by rounding.
    pub(super) shares_miss: fn(sum: &str) -> String,
    /// Shares with different decimals.
    pub(super) mixed_precision: fn(printed: &str) -> String,
    /// A figure that the sentence calls something else.
    pub(super) loose: fn(printed: &str, label: &str) -> String,
    /// Thousands marked in several ways.
    pub(super) mixed_formats: fn(printed: &str) -> String,
    /// Before what follows from a finding.
    pub(super) follows: &'static str,
    /// The sentence.
    pub(super) quote: fn(&str) -> String,
    /// Above the figures.
    pub(super) figures: &'static str,
    /// Their columns.
    pub(super) headings: [&'static str; 3],
    /// A scope without a name.
    pub(super) whole_document: &'static str,
    /// Above what was not read.
    pub(super) unread: &'static str,
    /// More than is shown.
    pub(super) more: fn(&str) -> String,
    /// Why it was not.
    pub(super) unsure: fn(Unsure) -> &'static str,
    /// What a figure counts.
    pub(super) label: fn(&Label) -> String,
    /// A rounded figure.
    pub(super) about: fn(&str) -> String,
}

impl Lang {
    fn check(self) -> &'static Phrases {
        match self {
            Lang::Vi => &super::words::vi::check::CHECK,
            Lang::En => &super::words::en::check::CHECK,
        }
    }
}

/// What speaks for a figure being the wrong one, in words; `None` where nothing does.
pub fn because(fix: &Fix, lang: Lang) -> Option<String> {
    let all: Vec<String> = fix.evidence.iter().map(lang.check().evidence).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// A finding in words, without what hangs under it.
pub fn message(finding: &Finding, lang: Lang) -> String {
    text::lines(finding, lang.check()).join(" ")
}

/// The name of a set of classes: its own, else those of its largest named parts.
pub(super) fn joined(names: &[(Set, &str)], set: Set, between: &str) -> String {
    let mut left = set;
    let mut found = Vec::new();
    for (own, name) in names {
        if own & !left == 0 && left != 0 {
            found.push(*name);
            left &= !own;
        }
    }
    found.join(between)
}
