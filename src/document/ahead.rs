//! What lies ahead, as a document writes it: counts by day from its as-of instant on.

use chrono::Days;

use super::{DocumentError, MAX_UNITS, MAX_VALUE, decode::bad};
use crate::{
    domain::{
        ahead::{Ahead, HORIZON_DAYS},
        time::Timestamp,
    },
    wire::pb::v1 as pb,
};

/// The counts, trailing zeros left out. Days before the as-of instant have no place and are left out too.
pub(super) fn write(ahead: &Ahead, as_of: Timestamp) -> pb::Ahead {
    let first = as_of.local_date();
    let mut due = Vec::new();
    for (day, n) in ahead.due.range(first..) {
        let place = usize::try_from((*day - first).num_days()).unwrap_or(usize::MAX);
        if place <= usize::try_from(HORIZON_DAYS).unwrap_or_default() {
            due.resize(place, 0);
            due.push(*n);
        }
    }
    pb::Ahead { due, units: ahead.units }
}

/// The counts, if any release would have written them.
pub(super) fn read(given: pb::Ahead, as_of: Timestamp) -> Result<Ahead, DocumentError> {
    if u64::try_from(given.due.len()).unwrap_or(u64::MAX) > HORIZON_DAYS + 1 {
        return Err(bad("ahead", format!("{} days, at most {} are allowed", given.due.len(), HORIZON_DAYS + 1)));
    }
    if given.due.last() == Some(&0) {
        return Err(bad("ahead", "trailing zeros"));
    }
    if given.due.iter().any(|n| !(0..=MAX_VALUE).contains(n)) {
        return Err(bad("ahead", "a count that is none"));
    }
    if given.units > MAX_UNITS {
        return Err(bad("ahead", format!("more than {MAX_UNITS} units")));
    }
    let first = as_of.local_date();
    let day = |place: u64| first.checked_add_days(Days::new(place)).ok_or_else(|| bad("ahead", "days after the last"));
    let counted = (0..).zip(given.due).filter(|(_, n)| *n > 0);
    let due = counted.map(|(place, n)| Ok((day(place)?, n))).collect::<Result<_, DocumentError>>()?;
    Ok(Ahead { due, units: given.units })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_nothing_else_does() {
        let as_of = Timestamp::parse("2018-02-14T15:00").unwrap();
        let first = as_of.local_date();
        for days in [vec![], vec![(0, 4)], vec![(1, 3), (5, 1)], vec![(92, 7)]] {
            let due = days.iter().map(|(day, n)| (first + Days::new(*day), *n)).collect();
            let ahead = Ahead { due, units: 3 };
            let written = write(&ahead, as_of);
            assert_eq!(written.due.len() as u64, days.last().map_or(0, |(day, _)| day + 1));
            assert_eq!(read(written, as_of).unwrap(), ahead);
        }
        // what was due before, or is due after the last day that is looked at, has no place
        let due = [(first - Days::new(1), 2), (first, 1), (first + Days::new(93), 3)].into();
        assert_eq!(write(&Ahead { due, units: 1 }, as_of).due, [1]);
        for (due, units) in
            [(vec![1; 94], 1), (vec![1, 0], 1), (vec![-1], 1), (vec![MAX_VALUE + 1], 1), (vec![1], MAX_UNITS + 1)]
        {
            let error = read(pb::Ahead { due, units }, as_of).unwrap_err().to_string();
            assert!(error.contains("ahead"), "{error}");
        }
    }
}
