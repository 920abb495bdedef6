//! A score from figures, by a card that is data: what is set against what, how many points it is worth, and between which thresholds.
//!
//! Integers only: points in hundredths, shares as exact fractions. What the figures do not carry is listed on the card as not measured, with
//! its weight, so that nobody takes the score for one of a hundred.

mod card;
mod written;

pub use card::{Both, Card, CardError, Indicator, MAX_BYTES, NotMeasured};
pub use written::{Phrases, csv, json, table};

use super::{Note, Report};
use crate::domain::{
    measure::{Figures, Measure},
    percent::{Percent, share_for_print},
};

/// A whole point.
pub const POINT: i64 = 100;

/// An indicator and what it comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Score<'a> {
    /// The line of the card.
    pub indicator: &'a Indicator,
    /// The count; as many as the whole where the figures have more.
    pub part: i64,
    /// Of how many.
    pub of: i64,
    /// Hundredths of a point; `None` where there is no whole.
    pub points: Option<i64>,
    /// What would gain a point, or the rest where less is lost; `None` where nothing is lost or there is no whole.
    pub gain: Option<Gain>,
    /// Whether some units do not count one of the measures.
    pub absent: bool,
}

/// How many would have to move from the rest of the whole to the part, and what that is worth.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Gain {
    /// The least number.
    pub moved: i64,
    /// Hundredths of a point gained by it.
    pub points: i64,
}

impl Score<'_> {
    /// The share, half-up; 100,00 only for the whole.
    pub fn share(&self) -> Option<Percent> {
        share_for_print(self.part, self.of)
    }

    /// Hundredths of a point lost; zero where there is no whole.
    pub fn lost(&self) -> i64 {
        self.points.map_or(0, |points| self.indicator.weight - points)
    }
}

/// A report's scores by a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scored<'a> {
    /// In the order of the card.
    pub scores: Vec<Score<'a>>,
    /// Hundredths of a point, over the indicators that have a whole.
    pub points: i64,
    /// What they could have come to.
    pub possible: i64,
}

impl<'a> Scored<'a> {
    /// Indicators that lose points, most first; of equal ones the earlier on the card.
    pub fn by_loss(&self) -> Vec<&Score<'a>> {
        let mut losing: Vec<&Score<'a>> = self.scores.iter().filter(|score| score.lost() > 0).collect();
        losing.sort_by_key(|score| std::cmp::Reverse(score.lost()));
        losing
    }
}

/// The scores of a report.
pub fn score<'a>(report: &Report, card: &'a Card) -> Scored<'a> {
    let scores: Vec<Score<'a>> = card.indicators.iter().map(|indicator| one(report, indicator)).collect();
    let counted = scores.iter().filter_map(|score| Some((score.points?, score.indicator.weight)));
    let (points, possible) = counted.fold((0, 0), |(points, possible), (p, w)| (points + p, possible + w));
    Scored { scores, points, possible }
}

fn one<'a>(report: &Report, indicator: &'a Indicator) -> Score<'a> {
    let sum = |measures: &[Measure], figures: &Figures| measures.iter().map(|m| figures[*m]).sum::<i64>();
    let of = sum(&indicator.of, &report.total);
    // feedback of an earlier period may be answered in this one, so there can be more answers than questions
    let part = sum(&indicator.part, &report.total).min(of);
    let points = (of > 0).then(|| points(indicator, part, of));
    let counts = indicator.part.iter().chain(&indicator.of);
    let mut notes = counts.map(|m| Note::Absent { measure: *m });
    Score {
        indicator,
        part,
        of,
        points,
        gain: points.and_then(|points| gain(indicator, part, of, points)),
        absent: notes.any(|note| report.notes.contains(&note)),
    }
}

/// Hundredths of a point for a share, half-up, never more than the weight nor less than nothing. `of` is positive.
fn points(indicator: &Indicator, part: i64, of: i64) -> i64 {
    let (part, of, weight) = (i128::from(part), i128::from(of), i128::from(indicator.weight));
    let (zero, full) = (i128::from(indicator.zero_at), i128::from(indicator.full_at));
    let above = (part * 10_000 - zero * of).max(0);
    let whole = (full - zero) * of;
    let rounded = (weight * above * 2 + whole) / (whole * 2);
    i64::try_from(rounded.min(weight)).unwrap_or(indicator.weight)
}

/// The least number of moves that gains a point, or everything that is lost.
fn gain(indicator: &Indicator, part: i64, of: i64, now: i64) -> Option<Gain> {
    let wanted = (now + POINT).min(indicator.weight);
    if wanted <= now {
        return None;
    }
    // points never fall as the part grows, and the whole part has them all
    let (mut few, mut enough) = (0, of - part);
    while few + 1 < enough {
        let middle = few + (enough - few) / 2;
        if points(indicator, part + middle, of) >= wanted { enough = middle } else { few = middle }
    }
    Some(Gain { moved: enough, points: points(indicator, part + enough, of) - now })
}
