//! The period beside the one before and the one a year before.

use super::{Change, Compared, Fact, Narrative, Than};
use crate::{
    domain::{
        measure::{Derived, Figures, Measure},
        percent::{Percent, share_for_print},
    },
    reports::{Note, Report},
};

/// One fact for each of the two that can be compared with.
pub(super) fn with_others<'a>(input: &Narrative<'a>) -> Vec<Fact<'a>> {
    let others = [(Than::Previous, input.previous), (Than::YearBefore, input.year_before)];
    let there = others.into_iter().filter_map(|(than, other)| Some((than, other?)));
    there.filter_map(|(than, other)| against(input.report, than, other)).collect()
}

/// None for periods that are not told from their first day to their last: they are shorter, not smaller. None for another unit, which had the
/// same code before a merger, and where there is nothing to compare.
fn against<'a>(now: &'a Report, than: Than, other: &'a Report) -> Option<Fact<'a>> {
    if now.unit != other.unit || !is_whole(now) || !is_whole(other) {
        return None;
    }
    let complete = &other.completeness;
    let changes = [Compared::Received, Compared::Resolved, Compared::Late, Compared::Pending, Compared::Overdue];
    let changes = changes.map(|of| Change { of, now: of.figure(&now.total), then: of.figure(&other.total) });
    // stock that does not fit together is told nowhere
    let fits = (now.total.imbalance(), other.total.imbalance()) == (0, 0);
    let mut changes = Vec::from(changes);
    changes.retain(|change| (change.now != 0 || change.then != 0) && (fits || !change.of.is_stock()));
    let share = early_or_on_time(&now.total).zip(early_or_on_time(&other.total)).map(|(now, then)| now.0 - then.0);
    let units = (complete.received < complete.expected).then_some((complete.received, complete.expected));
    (!changes.is_empty()).then_some(Fact::Against { than, period: &other.period, units, changes, share })
}

fn is_whole(report: &Report) -> bool {
    !report.notes.iter().any(|note| matches!(note, Note::NotOver { .. } | Note::BooksBegin { .. }))
}

fn early_or_on_time(figures: &Figures) -> Option<Percent> {
    let good = figures[Measure::ResolvedEarly] + figures[Measure::ResolvedOnTime];
    share_for_print(good, figures.derived(Derived::ResolvedTotal))
}

impl Compared {
    fn figure(self, figures: &Figures) -> i64 {
        match self {
            Compared::Received => figures.derived(Derived::ReceivedNew),
            Compared::Resolved => figures.derived(Derived::ResolvedTotal),
            Compared::Late => figures[Measure::ResolvedLate],
            Compared::Pending => figures.derived(Derived::PendingTotal),
            Compared::Overdue => figures[Measure::PendingOverdue],
        }
    }

    const fn is_stock(self) -> bool {
        matches!(self, Compared::Pending | Compared::Overdue)
    }
}
