//! Due dates, and what they make of a completion.
//!
//! Early, on time and late are columns 8 to 10 of form II.06 (circular 01/2020/TT-VPCP): the date of completion against
//! the due date; instants for procedures of hours.

use std::cmp::Ordering;
use std::fmt;

use chrono::NaiveDate;

use crate::domain::time::{DAY_MS, Timestamp};

/// When a result is due. Ordered by the instant from which it is overdue, so that a histogram by due date splits at
/// the as-of instant.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Due {
    /// By the end of a local date (terms of working days).
    Day(NaiveDate),
    /// By an instant (same-day procedures and terms of hours).
    Instant(Timestamp),
}

/// A completion against its due date.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timeliness {
    /// Before the due date (column 8, trước hạn).
    Early,
    /// On the due date (column 9, đúng hạn).
    OnTime,
    /// After the due date (column 10, quá hạn).
    Late,
}

impl Due {
    /// The first instant at which an open dossier is overdue: the local midnight after the day, or the millisecond
    /// after the instant.
    pub fn overdue_from(self) -> Timestamp {
        match self {
            Due::Day(date) => Timestamp::local_midnight(date).plus_millis(DAY_MS),
            Due::Instant(at) => at.plus_millis(1),
        }
    }

    /// Whether an open dossier is overdue at that instant.
    pub fn is_overdue_at(self, as_of: Timestamp) -> bool {
        as_of > self.last_moment()
    }

    /// The local date it falls on.
    pub fn local_date(self) -> NaiveDate {
        match self {
            Due::Day(date) => date,
            Due::Instant(at) => at.local_date(),
        }
    }

    /// The last instant that is not overdue.
    pub(super) fn last_moment(self) -> Timestamp {
        match self {
            Due::Day(date) => Timestamp::local_midnight(date).plus_millis(DAY_MS - 1),
            Due::Instant(at) => at,
        }
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Due) -> Ordering {
        let rank = |due: &Due| (due.last_moment(), matches!(due, Due::Instant(_)));
        rank(self).cmp(&rank(other))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Due) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Due {
    /// `2018-02-14`, or RFC 3339 for an instant.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Due::Day(date) => date.fmt(f),
            Due::Instant(at) => at.fmt(f),
        }
    }
}

/// Compares a completion with its due date: local dates for [`Due::Day`], instants for [`Due::Instant`]. Late exactly
/// when the dossier was overdue at that instant.
pub fn judge(due: Due, completed_at: Timestamp) -> Timeliness {
    let opens = match due {
        Due::Day(date) => Timestamp::local_midnight(date),
        Due::Instant(at) => at,
    };
    if due.is_overdue_at(completed_at) {
        Timeliness::Late
    } else if completed_at < opens {
        Timeliness::Early
    } else {
        Timeliness::OnTime
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_and_instants() {
        let day = Due::Day("2018-02-14".parse().unwrap());
        let instant = Due::Instant(Timestamp::parse("2018-02-14T15:00").unwrap());
        for (due, at, expected) in [
            (day, "2018-02-13T23:59:59.999", Timeliness::Early),
            (day, "2018-02-14", Timeliness::OnTime),
            (day, "2018-02-14T23:59:59.999", Timeliness::OnTime),
            (day, "2018-02-15", Timeliness::Late),
            (instant, "2018-02-14T14:59:59.999", Timeliness::Early),
            (instant, "2018-02-14T15:00", Timeliness::OnTime),
            (instant, "2018-02-14T15:00:00.001", Timeliness::Late),
        ] {
            assert_eq!(judge(due, Timestamp::parse(at).unwrap()), expected, "{due} {at}");
        }
        assert!(instant < day, "an hour of a day falls before its end");
    }

    fn due() -> impl Strategy<Value = Due> {
        prop_oneof![
            any::<i64>().prop_map(|ms| Due::Instant(Timestamp(ms))),
            (-99_000i64..99_000).prop_map(|n| Due::Day(NaiveDate::default() + chrono::TimeDelta::days(n))),
            Just(Due::Day(NaiveDate::MAX)),
            Just(Due::Day(NaiveDate::MIN)),
        ]
    }

    proptest! {
        #[test]
        fn late_is_overdue(due in due(), ms in any::<i64>(), near in -2i64..3) {
            for at in [Timestamp(ms), due.overdue_from().plus_millis(near)] {
                prop_assert_eq!(judge(due, at) == Timeliness::Late, due.is_overdue_at(at));
                if at < Timestamp::MAX {
                    prop_assert_eq!(due.is_overdue_at(at), at >= due.overdue_from());
                }
            }
        }

        #[test]
        fn ordered_by_when_overdue(a in due(), b in due()) {
            prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
            prop_assert!(a > b || a.overdue_from() <= b.overdue_from());
        }
    }
}
