//! The rows of a report in order of a share, whose whole is named.

mod written;

pub use written::{Phrases, csv, json, table};

use std::cmp::{Ordering, Reverse};

use super::{
    Report, Row, collate,
    share::{Part, Whole},
};
use crate::domain::{
    measure::{Derived, Measure},
    percent::{Percent, share_for_print},
};

/// A share of fewer dossiers than this is marked: one dossier moves it by more than three points.
pub const SMALL: i64 = 30;

/// What is asked for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// What is counted.
    pub part: Part,
    /// Of what.
    pub whole: Whole,
    /// The lowest share first.
    pub lowest_first: bool,
    /// A share of fewer is marked.
    pub small: i64,
}

/// Where a row stands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Its rank, from 1. Equal shares have equal ranks, and the rank after two equal ones is left out.
    Ranked(usize),
    /// It has figures, but there is no whole to take a share of.
    NoWhole,
    /// Nothing has come from it.
    Silent,
}

/// A row in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// The row.
    pub row: &'a Row,
    /// Where it stands.
    pub standing: Standing,
    /// How many.
    pub count: i64,
    /// Of how many.
    pub of: i64,
}

impl Place<'_> {
    /// The share, half-up; 100,00 only for the whole. `None` for rows without rank.
    pub fn share(&self) -> Option<Percent> {
        matches!(self.standing, Standing::Ranked(_)).then(|| share_for_print(self.count, self.of)).flatten()
    }

    /// Whether the share is of so few that it says little.
    pub const fn is_small(&self, ask: &Ask) -> bool {
        matches!(self.standing, Standing::Ranked(_)) && self.of < ask.small
    }
}

/// Every row once: those with a rank in order, then those without a whole, then those of which nothing has come. A unit that handles no dossiers
/// itself has no place beside those below it.
pub fn rank<'a>(report: &'a Report, ask: &Ask) -> Vec<Place<'a>> {
    let handles = |row: &Row| row.figures.derived(Derived::ToHandleTotal) + row.figures[Measure::TransferredIn] != 0;
    let rows = report.rows.iter().filter(|row| !report.is_own(row) || handles(row));
    let mut places: Vec<Place<'_>> = rows.map(|row| unranked(row, ask)).collect();
    places.sort_by_cached_key(|place| (collate::key(&place.row.name), place.row.key.clone()));
    places.sort_by(|a, b| group(a).cmp(&group(b)).then_with(|| order(a, b, ask)));
    let mut ranks: Vec<usize> = Vec::with_capacity(places.len());
    for (i, place) in places.iter().enumerate() {
        let tied = i.checked_sub(1).and_then(|before| Some((places.get(before)?, *ranks.get(before)?)));
        ranks.push(match tied {
            Some((before, rank)) if order(before, place, ask) == Ordering::Equal => rank,
            _ => i + 1,
        });
    }
    for (place, rank) in places.iter_mut().zip(ranks) {
        if let Standing::Ranked(at) = &mut place.standing {
            *at = rank;
        }
    }
    places
}

fn unranked<'a>(row: &'a Row, ask: &Ask) -> Place<'a> {
    let (count, of) = (ask.part.count(&row.figures), ask.whole.count(&row.figures));
    let standing = match of {
        _ if row.is_silent() => Standing::Silent,
        ..=0 => Standing::NoWhole,
        _ => Standing::Ranked(0),
    };
    Place { row, standing, count, of }
}

const fn group(place: &Place<'_>) -> u8 {
    match place.standing {
        Standing::Ranked(_) => 0,
        Standing::NoWhole => 1,
        Standing::Silent => 2,
    }
}

/// Shares are compared as fractions, not as they are printed.
fn order(a: &Place<'_>, b: &Place<'_>, ask: &Ask) -> Ordering {
    let (left, right) = (i128::from(a.count) * i128::from(b.of), i128::from(b.count) * i128::from(a.of));
    if ask.lowest_first { left.cmp(&right) } else { Reverse(left).cmp(&Reverse(right)) }
}
