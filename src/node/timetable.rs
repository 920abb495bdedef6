//! Closing without a person. It goes on with what a person has begun: the first period of a unit's books is closed by hand, because only a
//! person knows when opening stock and history are in.

use std::sync::Arc;

use super::{Node, NodeError};
use crate::{
    domain::{periods::Period, time::Timestamp},
    ledger::{By, close::Ask, refusal::Refusal},
};

/// When closing happens by itself. Sending days differ by level and province, so this is configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timetable {
    /// Whether it does.
    pub automatic: bool,
    /// Days after the end of a legal month.
    pub grace_days: u32,
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl Node {
    /// Why closing by itself has stopped, if it has: the clock cannot be trusted, or a person has to decide.
    pub fn closing_stopped(&self) -> Option<String> {
        let snapshot = self.snapshot();
        let now = self.now();
        let last = snapshot.state.recorded_at;
        if now.plus_millis(HOUR) < last {
            return Some(format!(
                "the clock says {now}, an hour or more before the last entry of {last}: set the clock"
            ));
        }
        let difference = self.link.up().clock_difference;
        if difference.abs() >= DAY {
            return Some(format!("the clock is {} hours off the parent's: set the clock", difference / HOUR));
        }
        snapshot.state.books.keys().find_map(|code| {
            let difference = snapshot.state.unexplained(code);
            (difference != 0).then(|| {
                format!("unit {code} was restored from an old copy, and what it published differs from its books by up to {difference} in a figure: send the lost events again, or run `motcua period amend`")
            })
        })
    }

    /// Closes the last legal month that is over and past its grace, if it is due. Returns how many documents went out.
    pub async fn close_when_due(self: &Arc<Self>, timetable: &Timetable) -> Result<usize, NodeError> {
        if !timetable.automatic || self.closing_stopped().is_some() {
            return Ok(0);
        }
        let Some(period) = due(self.now(), timetable) else { return Ok(0) };
        let snapshot = self.snapshot();
        let begun = |code: &String| {
            snapshot.state.books.get(code).is_some_and(|b| b.closed_through > b.from && b.closed_through < period.end)
        };
        let due: Vec<String> = snapshot.state.books.keys().filter(|code| begun(code)).cloned().collect();
        let mut published = 0;
        for code in due {
            match self.close(&By::new("timetable", ""), Some(code), period.clone(), Ask::Close { reason: None }).await {
                Ok(documents) => published += documents.len(),
                // Nothing to do, or a unit that is no more.
                Err(NodeError::Refused(Refusal::AlreadyClosed { .. } | Refusal::UnknownUnit { .. })) => {}
                // Its parent names it as missing until somebody does.
                Err(NodeError::Refused(refusal @ Refusal::NotEntered { .. })) => tracing::warn!("{refusal}"),
                Err(error) => return Err(error),
            }
        }
        Ok(published)
    }
}

/// The last legal month whose end lies more than the grace back.
fn due(now: Timestamp, timetable: &Timetable) -> Option<Period> {
    let at = now.plus_millis(-DAY * i64::from(timetable.grace_days));
    Period::legal_month_of(at.local_date()).previous()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_due_after_its_grace() {
        let timetable = Timetable { automatic: true, grace_days: 3 };
        for (now, period) in [
            ("2018-02-14T23:59:59+07:00", "2018-01"),
            ("2018-02-17T23:59:59+07:00", "2018-01"),
            ("2018-02-18T00:00:00+07:00", "2018-02"),
        ] {
            assert_eq!(due(Timestamp::parse(now).unwrap(), &timetable).unwrap().id, period, "{now}");
        }
    }
}
