//! Desk hours, and terms counted in them.

use chrono::{NaiveDate, NaiveTime, Timelike};
use thiserror::Error;

use super::{Calendar, DayKind, Due, forward};
use crate::domain::time::{DAY_MS, Timestamp};

const HOUR_MS: i64 = 3_600_000;
const NOON_MS: i64 = 12 * HOUR_MS;

/// When a desk is open on a full working day, and for how many minutes of a term such a day counts.
///
/// A desk open 7½ hours whose day counts as 480 minutes fills a term of eight hours in one day: desk time is stretched
/// evenly. The default is 07:30–11:30 and 13:30–17:30, which is 480 minutes and stretches nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DeskHours {
    /// Milliseconds of the local day, in order, apart from each other, none empty; at least one.
    sessions: Vec<(i64, i64)>,
    counted_minutes: u32,
}

/// Why desk hours cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HoursError {
    /// No session at all.
    #[error("desk hours need at least one session: write for example 07:30-11:30")]
    Empty,
    /// A session that ends before it starts, or overlaps the one before.
    #[error("the session {open}-{close} is empty or overlaps the one before it: list sessions in order of the day")]
    Disorder {
        /// When it opens.
        open: NaiveTime,
        /// When it closes.
        close: NaiveTime,
    },
    /// Not between 1 and 1440.
    #[error("a working day cannot count as {minutes} minutes: write 1 to 1440, usually 480")]
    Counted {
        /// The minutes given.
        minutes: u32,
    },
}

impl Default for DeskHours {
    fn default() -> DeskHours {
        let half = HOUR_MS / 2;
        let sessions = vec![(7 * HOUR_MS + half, 11 * HOUR_MS + half), (13 * HOUR_MS + half, 17 * HOUR_MS + half)];
        DeskHours { sessions, counted_minutes: 480 }
    }
}

impl DeskHours {
    /// Sessions of local times in the order of the day, and the minutes of a term a full day counts for (8 h = 480).
    ///
    /// # Errors
    /// [`HoursError`].
    pub fn new(
        sessions: impl IntoIterator<Item = (NaiveTime, NaiveTime)>,
        counted_minutes: u32,
    ) -> Result<DeskHours, HoursError> {
        let mut checked: Vec<(i64, i64)> = Vec::new();
        for (open, close) in sessions {
            let session = (of_day(open), of_day(close));
            if session.0 >= session.1 || checked.last().is_some_and(|last| last.1 > session.0) {
                return Err(HoursError::Disorder { open, close });
            }
            checked.push(session);
        }
        if checked.is_empty() {
            return Err(HoursError::Empty);
        }
        if !(1..=1440).contains(&counted_minutes) {
            return Err(HoursError::Counted { minutes: counted_minutes });
        }
        Ok(DeskHours { sessions: checked, counted_minutes })
    }

    /// The sessions as local times.
    pub fn sessions(&self) -> impl Iterator<Item = (NaiveTime, NaiveTime)> + '_ {
        self.sessions.iter().map(|(open, close)| (time_of(*open), time_of(*close)))
    }

    /// Desk time for that many term hours, in milliseconds, rounded up.
    fn desk_time(&self, hours: u32) -> i64 {
        let day: i64 = self.sessions.iter().map(|(open, close)| close - open).sum();
        let (term, counted) = (i128::from(hours) * i128::from(HOUR_MS), i128::from(self.counted_minutes) * 60_000);
        let exact = term * i128::from(day);
        i64::try_from((exact + counted - 1) / counted).unwrap_or(i64::MAX)
    }
}

impl Calendar {
    /// Due when that many hours of desk time have passed since the reception; a reception outside the desk's hours
    /// counts from the next opening, one after the cut-off hour from the next day's. Always a [`Due::Instant`] within
    /// desk hours (a closing time rather than the next opening), never earlier for a later reception or longer term.
    pub fn due_in_working_hours(&self, received_at: Timestamp, hours: u32) -> Due {
        Due::Instant(self.after_desk_time(received_at, self.hours.desk_time(hours)))
    }

    /// The instant at which that much desk time (milliseconds) has passed since `from`, as a reception.
    pub(super) fn after_desk_time(&self, from: Timestamp, desk_ms: i64) -> Timestamp {
        let day = self.day_of_receipt(from);
        let from = if day == from.local_date() { from } else { Timestamp::local_midnight(day) };
        let (mut left, mut last) = (desk_ms, from);
        for (open, close) in self.sessions_from(day).filter(|(_, close)| *close >= from) {
            let start = open.max(from);
            let length = close.0 - start.0;
            // a term that has not begun at a closing time begins at the next opening
            if left <= length && (left > 0 || start < close) {
                return start.plus_millis(left);
            }
            left -= length;
            last = close;
        }
        last
    }

    /// Desk time between two instants, in milliseconds; 0 if `to` is not after `from`.
    pub(super) fn desk_time_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.sessions_from(from.local_date())
            .take_while(|(open, _)| *open < to)
            .map(|(open, close)| (close.min(to).0 - open.max(from).0).max(0))
            .sum()
    }

    fn sessions_from(&self, first: NaiveDate) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        forward(first).flat_map(move |date| {
            let midnight = Timestamp::local_midnight(date);
            let until = match self.day(date) {
                DayKind::Off => 0,
                DayKind::Morning => NOON_MS,
                DayKind::Full => DAY_MS,
            };
            let open_today = self.hours.sessions.iter().filter(move |(open, _)| *open < until);
            open_today
                .map(move |(open, close)| (midnight.plus_millis(*open), midnight.plus_millis((*close).min(until))))
        })
    }
}

fn of_day(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1000
}

fn time_of(ms: i64) -> NaiveTime {
    let seconds = u32::try_from(ms / 1000).unwrap_or_default();
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN)
}
