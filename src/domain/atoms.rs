//! Atoms: the pieces time is cut into, so that every period a report may ask for is a chain of them.
//!
//! Time is cut at 00:00 local on the 1st (calendar months) and on the 15th (the reporting months of decree
//! 09/2019/NĐ-CP, article 12), and at extra dates the registry ordered beforehand.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, Days, NaiveDate};

use super::time::Timestamp;

/// The longest chain that is built: eight centuries of half-months.
pub const MAX_CHAIN: usize = 20_000;

/// One uncut piece of time: the local dates `start` to the day before `end`. `start < end` for every atom made
/// by [`Cuts`]. Ordered by time.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Atom {
    /// First local date.
    pub start: NaiveDate,
    /// First local date after it.
    pub end: NaiveDate,
}

impl Atom {
    /// The last local date that belongs to the atom.
    pub fn last_day(self) -> NaiveDate {
        self.end.pred_opt().unwrap_or(self.end)
    }

    /// Whether that local date belongs to the atom.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.start <= date && date < self.end
    }

    /// Whether the atom has begun and not ended at that instant.
    pub fn runs_at(self, at: Timestamp) -> bool {
        self.starts_at() <= at && at < self.ends_at()
    }

    /// The first instant of the atom.
    pub fn starts_at(self) -> Timestamp {
        Timestamp::local_midnight(self.start)
    }

    /// The first instant after the atom.
    pub fn ends_at(self) -> Timestamp {
        Timestamp::local_midnight(self.end)
    }
}

impl fmt::Display for Atom {
    /// `2018-01-15..2018-02-01`, the end exclusive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// Where time is cut: on the 1st and the 15th of each month, always, and at the extra dates kept here. Two values
/// are equal when they cut alike.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Cuts {
    extra: BTreeSet<NaiveDate>,
}

impl Cuts {
    /// Cuts at the start of each of these local dates too; a 1st or 15th among them adds nothing.
    pub fn new(dates: impl IntoIterator<Item = NaiveDate>) -> Cuts {
        Cuts { extra: dates.into_iter().filter(|d| !is_regular(*d)).collect() }
    }

    /// The extra dates, in order.
    pub fn extra(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.extra.iter().copied()
    }

    /// Whether an atom starts on that date.
    pub fn is_boundary(&self, date: NaiveDate) -> bool {
        is_regular(date) || self.extra.contains(&date)
    }

    /// The atom that holds that date. At the ends of chrono's calendar (year ±262,000) it stops there.
    pub fn atom_of(&self, date: NaiveDate) -> Atom {
        Atom { start: self.boundary_at_or_before(date), end: self.boundary_after(date) }
    }

    /// The atom that follows.
    pub fn next(&self, atom: Atom) -> Atom {
        self.atom_of(atom.end)
    }

    /// The atom before.
    pub fn previous(&self, atom: Atom) -> Atom {
        self.atom_of(atom.start.pred_opt().unwrap_or(atom.start))
    }

    /// The atoms that fill `[start, end)` exactly, in order. `None` unless both are boundaries, `start < end`, and
    /// the chain has at most [`MAX_CHAIN`] atoms.
    pub fn chain(&self, start: NaiveDate, end: NaiveDate) -> Option<Vec<Atom>> {
        if start >= end || !self.is_boundary(start) || !self.is_boundary(end) {
            return None;
        }
        let mut atoms = vec![self.atom_of(start)];
        while let Some(last) = atoms.last().copied().filter(|a| a.end < end) {
            if atoms.len() == MAX_CHAIN {
                return None;
            }
            atoms.push(self.next(last));
        }
        Some(atoms)
    }

    /// The last boundary on or before that date.
    pub fn boundary_at_or_before(&self, date: NaiveDate) -> NaiveDate {
        let day = if date.day() >= 15 { 15 } else { 1 };
        let regular = date.with_day(day).unwrap_or(NaiveDate::MIN);
        self.extra.range(..=date).next_back().map_or(regular, |x| regular.max(*x))
    }

    /// The first boundary after that date.
    pub fn boundary_after(&self, date: NaiveDate) -> NaiveDate {
        let regular = if date.day() < 15 {
            date.with_day(15)
        } else {
            // seventeen days later is always in the next month
            date.checked_add_days(Days::new(17)).and_then(|d| d.with_day(1))
        };
        let regular = regular.unwrap_or(NaiveDate::MAX);
        let from = date.succ_opt().unwrap_or(date);
        self.extra.range(from..).find(|x| **x > date).map_or(regular, |x| regular.min(*x))
    }
}

fn is_regular(date: NaiveDate) -> bool {
    matches!(date.day(), 1 | 15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn where_time_is_cut() {
        let cuts = Cuts::new([d("2022-06-10"), d("2022-06-15")]);
        assert_eq!(cuts.extra().collect::<Vec<_>>(), [d("2022-06-10")]);
        for (date, atom) in [
            ("2018-01-15", "2018-01-15..2018-02-01"),
            ("2018-01-31", "2018-01-15..2018-02-01"),
            ("2018-02-14", "2018-02-01..2018-02-15"),
            ("2020-02-29", "2020-02-15..2020-03-01"),
            ("2022-06-09", "2022-06-01..2022-06-10"),
            ("2022-06-10", "2022-06-10..2022-06-15"),
            ("2022-12-31", "2022-12-15..2023-01-01"),
        ] {
            assert_eq!(cuts.atom_of(d(date)).to_string(), atom);
        }
        assert_eq!(cuts.chain(d("2021-12-15"), d("2022-06-10")).map(|c| c.len()), Some(12));
        assert_eq!(cuts.chain(d("2021-12-15"), d("2022-06-09")), None);
        assert_eq!(cuts.chain(d("2022-06-15"), d("2022-06-15")), None);
        assert!(Cuts::default().is_boundary(d("2025-07-01")), "the reform of 2025 falls on a cut");
        assert_eq!(Cuts::default().atom_of(d("2018-01-20")).last_day(), d("2018-01-31"));
        for edge in [NaiveDate::MIN, NaiveDate::MAX] {
            let a = cuts.atom_of(edge);
            let _ = (cuts.next(a), cuts.previous(a), a.last_day(), a.starts_at(), a.ends_at());
        }
        assert_eq!(cuts.chain(NaiveDate::MIN, d("2022-06-15")), None, "too long to build");
    }

    fn date() -> impl Strategy<Value = NaiveDate> {
        (0i64..80_000).prop_map(|n| d("1975-01-01") + chrono::TimeDelta::days(n))
    }

    proptest! {
        #[test]
        fn atoms_partition_time(days in prop::collection::vec(date(), 0..8), at in date(), steps in 1usize..60) {
            let cuts = Cuts::new(days);
            let first = cuts.atom_of(at);
            prop_assert!(first.contains(at));
            prop_assert!(cuts.is_boundary(first.start) && cuts.is_boundary(first.end));
            prop_assert_eq!(cuts.previous(cuts.next(first)), first);
            let mut last = first;
            for _ in 1..steps {
                let next = cuts.next(last);
                prop_assert_eq!(next.start, last.end);
                last = next;
            }
            let chain = cuts.chain(first.start, last.end).unwrap();
            prop_assert_eq!(chain.len(), steps);
            prop_assert!(chain.iter().all(|a| cuts.atom_of(a.start) == *a && cuts.atom_of(a.last_day()) == *a));
        }
    }
}
