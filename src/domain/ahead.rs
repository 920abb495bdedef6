//! What lies ahead: open dossiers by the day on which their time runs out.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::time::Timestamp;

/// How many days are looked ahead: a quarter of a year. What is due later is not told apart.
pub const HORIZON_DAYS: u64 = 92;

/// Open dossiers within their deadline, by the last local day on which that is so. Pauses have no such day, so what waits for a supplement is
/// not in it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Ahead {
    /// Dossiers by day; every count is greater than zero.
    pub due: BTreeMap<NaiveDate, i64>,
    /// Units whose dossiers these are. Of others, such as those that enter figures by hand, no due date is known.
    pub units: u32,
}

impl Ahead {
    /// One unit's, from its stock by the instant from which it is overdue. What is overdue at `as_of`, or due after [`HORIZON_DAYS`], is left out.
    pub fn of(pending: impl IntoIterator<Item = (Timestamp, i64)>, as_of: Timestamp) -> Ahead {
        let mut ahead = Ahead { due: BTreeMap::new(), units: 1 };
        let last = horizon(as_of);
        for (overdue_from, n) in pending {
            let day = last_day(overdue_from);
            if overdue_from > as_of && day <= last {
                *ahead.due.entry(day).or_default() += n;
            }
        }
        ahead.due.retain(|_, n| *n > 0);
        ahead
    }

    /// Adds another subtree's.
    pub fn add(&mut self, other: &Ahead) {
        for (day, n) in &other.due {
            *self.due.entry(*day).or_default() += n;
        }
        self.units = self.units.saturating_add(other.units);
    }

    /// All of them.
    pub fn total(&self) -> i64 {
        self.due.values().sum()
    }
}

/// The last local day on which a dossier is within its deadline.
pub fn last_day(overdue_from: Timestamp) -> NaiveDate {
    overdue_from.plus_millis(-1).local_date()
}

/// The last day that is looked at.
pub fn horizon(as_of: Timestamp) -> NaiveDate {
    as_of.local_date().checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_dossier_stands_on_the_last_day_it_is_in_time() {
        let as_of = at("2018-02-14T15:00");
        let given = [
            // overdue already, and from this very instant on
            (at("2018-02-14"), 7),
            (as_of, 2),
            // due today: overdue from midnight on
            (at("2018-02-15"), 3),
            // a term of hours that ends today
            (at("2018-02-14T16:30"), 1),
            (at("2018-02-16"), 4),
            // the last day that is looked at, and the one after it
            (at("2018-05-18"), 5),
            (at("2018-05-19"), 6),
            (Timestamp::MAX, 8),
        ];
        let ahead = Ahead::of(given, as_of);
        let due: Vec<(String, i64)> = ahead.due.iter().map(|(day, n)| (day.to_string(), *n)).collect();
        let expected = [("2018-02-14", 4), ("2018-02-15", 4), ("2018-05-17", 5)];
        assert_eq!(due, expected.map(|(day, n)| (day.to_owned(), n)));
        assert_eq!((ahead.units, ahead.total()), (1, 13));
    }

    #[test]
    fn subtrees_add() {
        let as_of = at("2018-02-14T15:00");
        let mut sum = Ahead::default();
        sum.add(&Ahead::of([(at("2018-02-15"), 3)], as_of));
        sum.add(&Ahead::of([(at("2018-02-15"), 2), (at("2018-02-16"), 1)], as_of));
        assert_eq!((sum.due.into_values().collect::<Vec<_>>(), sum.units), (vec![5, 1], 2));
    }
}
