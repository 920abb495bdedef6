//! Two reports side by side: two periods of a unit, or two units of a period.

mod written;

pub use written::{Phrases, csv, json, table};

use super::{Note, Report, entered, named, share::Part};
use crate::domain::{
    measure::Measure,
    percent::{Percent, share_for_print},
};

/// What a reader has to know before believing a difference.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Caution {
    /// The periods follow different rules, so one may be longer.
    OtherKind,
    /// One code, two units: the second was another before a merger.
    OtherUnit,
    /// Only a part of the period is told; the first report or the second.
    Part(Side),
    /// Units are missing.
    Missing(Side, u32, u32),
    /// Figures of some units were entered for another period, and count on its last day.
    Across(Side),
    /// Some units do not count a measure.
    Absent(Side, Measure),
}

/// Which of the two.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Side {
    /// The one asked for.
    This,
    /// The one it is compared with.
    Other,
}

/// A count in both.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The measure, by the name in JSON.
    pub name: &'static str,
    /// In the report asked for.
    pub this: i64,
    /// In the one it is compared with.
    pub other: i64,
}

impl Line {
    /// This less the other.
    pub const fn difference(&self) -> i64 {
        self.this - self.other
    }

    /// The difference in percent of the other, half-up away from zero; `None` from zero. A hundred percent less only where nothing is left.
    pub fn change(&self) -> Option<Percent> {
        let size = share_for_print(self.difference().abs(), self.other)?;
        Some(Percent(if self.difference() < 0 { -size.0 } else { size.0 }))
    }
}

/// A share in both, of its usual whole.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    /// What is counted; the whole is [`Part::usual`].
    pub part: Part,
    /// In the report asked for; `None` where there is no whole.
    pub this: Option<Percent>,
    /// In the one it is compared with.
    pub other: Option<Percent>,
}

impl Rate {
    /// Hundredths of a percentage point between the two as they are printed.
    pub fn points(&self) -> Option<i64> {
        Some(self.this?.0 - self.other?.0)
    }
}

/// Two reports, measure by measure.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison<'a> {
    /// The report asked for.
    pub this: &'a Report,
    /// The one it is compared with.
    pub other: &'a Report,
    /// Every measure in catalogue order, then the derived ones.
    pub lines: Vec<Line>,
    /// Shares.
    pub rates: Vec<Rate>,
    /// What a reader has to know.
    pub cautions: Vec<Caution>,
}

/// Puts two reports beside each other.
pub fn compare<'a>(this: &'a Report, other: &'a Report) -> Comparison<'a> {
    let both = named(&this.total).zip(named(&other.total));
    let rate = |part: Part| {
        let of = |report: &Report| share_for_print(part.count(&report.total), part.usual().count(&report.total));
        Rate { part, this: of(this), other: of(other) }
    };
    Comparison {
        this,
        other,
        lines: both.map(|((name, this), (_, other))| Line { name, this, other }).collect(),
        rates: Part::ALL.into_iter().map(rate).collect(),
        cautions: cautions(this, other),
    }
}

fn cautions(this: &Report, other: &Report) -> Vec<Caution> {
    let mut cautions = Vec::new();
    if this.period.kind != other.period.kind {
        cautions.push(Caution::OtherKind);
    }
    if this.unit.code == other.unit.code && this.unit != other.unit {
        cautions.push(Caution::OtherUnit);
    }
    for (side, report) in [(Side::This, this), (Side::Other, other)] {
        if report.notes.iter().any(|note| matches!(note, Note::NotOver { .. } | Note::BooksBegin { .. })) {
            cautions.push(Caution::Part(side));
        }
        let complete = &report.completeness;
        if complete.received < complete.expected {
            cautions.push(Caution::Missing(side, complete.received, complete.expected));
        }
        if entered::across(report).1 > 0 {
            cautions.push(Caution::Across(side));
        }
        cautions.extend(report.notes.iter().filter_map(|note| match note {
            Note::Absent { measure } => Some(Caution::Absent(side, *measure)),
            _ => None,
        }));
    }
    cautions
}
