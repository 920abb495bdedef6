//! Which facts a report has, apart from what it is compared with.

use super::{super::entered, Channel, Count, Fact, Named, Narrative, Rating};
use crate::{
    domain::{
        contribution::OTHER,
        measure::{Derived, Figures, Measure},
    },
    reports::{Note, Report, Row, Status, collate},
};

/// The most agencies named.
const AGENCIES: usize = 6;
/// The most units named, late or missing.
const UNITS: usize = 20;

/// Title, figures, where they come from, and what stands beside them.
pub(super) fn paragraphs<'a>(input: &Narrative<'a>) -> Vec<Vec<Fact<'a>>> {
    let report = input.report;
    let total = &report.total;
    let (unit, period) = (report.name.as_str(), &report.period);
    let (received, resolved) = (total.derived(Derived::ReceivedNew), total.derived(Derived::ResolvedTotal));
    if Figures::is_zero(total) {
        return vec![vec![Fact::Nothing { unit, period }]];
    }
    let title = Fact::Title { unit, period, resolved, received };
    let mut places = Vec::new();
    places.extend(input.agencies.and_then(agencies));
    if let Some((named, more)) = units_with(report, Measure::ResolvedLate) {
        places.push(Fact::LateAt(named, more));
    }
    if let Some((named, more)) = units_with(report, Measure::PendingOverdue) {
        places.push(Fact::OverdueAt(named, more));
    }
    vec![vec![title], balance(report), places, beside(report)]
}

/// Every term of the balance that is not zero. Where opening and closing do not fit, neither is told, nor a share of their sum.
fn balance(report: &Report) -> Vec<Fact<'_>> {
    use Measure::*;
    let t = &report.total;
    let (unit, period) = (report.name.as_str(), &report.period);
    let received = t.derived(Derived::ReceivedNew);
    let fits = t.imbalance() == 0;
    // what units handed to each other inside cancels out
    let (taken_in, handed_over) =
        if t[TransferredIn] == t[TransferredOut] { (0, 0) } else { (t[TransferredIn], t[TransferredOut]) };
    let to_handle = if fits { t.derived(Derived::ToHandleTotal) } else { 0 };
    let mut facts =
        vec![Fact::ToHandle { unit, period, received, carried_over: fits.then_some(t[CarriedOver]), taken_in }];
    if received > 0 {
        let parts = [
            (Channel::Online, t[ReceivedOnline]),
            (Channel::Direct, t[ReceivedDirect]),
            (Channel::Postal, t[ReceivedPostal]),
        ];
        facts.push(Fact::Channels(parts_of(parts, received)));
    }
    if t[ReceivedOnlineFull] > 0 && !is_absent(report, ReceivedOnlineFull) {
        facts.push(Fact::FullOnline(t[ReceivedOnlineFull]));
    }
    if t.derived(Derived::ResolvedTotal) > 0 {
        let (early, on_time, late) = (t[ResolvedEarly], t[ResolvedOnTime], t[ResolvedLate]);
        facts.push(Fact::Resolved { to_handle, early, on_time, late });
    }
    let (returned, withdrawn, stopped) = (t[Returned], t[Withdrawn], t[Stopped]);
    if returned + withdrawn + stopped + handed_over > 0 {
        facts.push(Fact::Ended { returned, withdrawn, stopped, handed_over });
    }
    if !fits {
        facts.push(Fact::Unbalanced);
        return facts;
    }
    if t[AwaitingSupplement] > 0 {
        facts.push(Fact::Awaiting(t[AwaitingSupplement]));
    }
    if t.derived(Derived::PendingTotal) > 0 {
        facts.push(Fact::Pending { to_handle, within: t[PendingWithinDeadline], overdue: t[PendingOverdue] });
    }
    facts
}

/// What stands beside the balance. A measure that somebody does not count is not told.
fn beside(report: &Report) -> Vec<Fact<'_>> {
    use Measure::*;
    let t = &report.total;
    let there =
        |measures: &[Measure]| measures.iter().any(|m| t[*m] > 0) && !measures.iter().any(|m| is_absent(report, *m));
    let mut facts = Vec::new();
    if there(&[DeliveredByPost]) {
        let returned = Count { n: t[DeliveredByPost], of: t.derived(Derived::ResolvedTotal) };
        facts.push(Fact::Postal { received: t[ReceivedPostal], returned });
    }
    if there(&[FeedbackReceived, FeedbackResolved, FeedbackForwarded]) {
        let (received, resolved, forwarded) = (t[FeedbackReceived], t[FeedbackResolved], t[FeedbackForwarded]);
        // What was answered may have come in before; then it is no part of what came in, and only that is told.
        let parts = received == 0 || received == resolved + forwarded;
        let (resolved, forwarded) = if parts { (resolved, forwarded) } else { (0, 0) };
        facts.push(Fact::Feedback { received, resolved, forwarded });
    }
    if there(&[RatedVerySatisfied, RatedSatisfied, RatedUnsatisfied]) {
        let parts = [
            (Rating::Very, t[RatedVerySatisfied]),
            (Rating::Satisfied, t[RatedSatisfied]),
            (Rating::Not, t[RatedUnsatisfied]),
        ];
        let whole = parts.iter().map(|(_, n)| n).sum();
        facts.push(Fact::Ratings(parts_of(parts, whole)));
    }
    if there(&[ProceduresPublished]) {
        facts.push(Fact::Procedures(t[ProceduresPublished]));
    }
    facts
}

/// How far the figures can be relied on.
pub(super) fn caveats(report: &Report) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    if report.status == Status::Provisional {
        facts.push(Fact::Provisional(Some(report.as_of).filter(|at| *at < report.period.ends_at())));
    }
    let books = report.notes.iter().find_map(|note| match note {
        Note::BooksBegin { from } => Some(*from),
        _ => None,
    });
    facts.extend(books.map(Fact::BooksBegin));
    let complete = &report.completeness;
    if complete.received < complete.expected {
        let named: Vec<&str> = complete.missing.iter().take(UNITS).map(|unit| unit.name.as_str()).collect();
        let gap = usize::try_from(complete.expected - complete.received).unwrap_or(usize::MAX);
        let more = gap.saturating_sub(named.len());
        facts.push(Fact::Missing { received: complete.received, expected: complete.expected, named, more });
    }
    if report.notes.iter().any(|note| matches!(note, Note::ChangedSince { .. })) {
        facts.push(Fact::Changed);
    }
    let (mut named, units) = entered::across(report);
    if units > 0 {
        named.truncate(UNITS);
        let more = units - named.len();
        facts.push(Fact::Across { named, more });
    }
    facts
}

fn parts_of<K, const N: usize>(parts: [(K, i64); N], of: i64) -> Vec<(K, Count)> {
    parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| (key, Count { n, of })).collect()
}

fn is_absent(report: &Report, measure: Measure) -> bool {
    report.notes.contains(&Note::Absent { measure })
}

/// Agencies by what they newly received, if there are several; those without a name are nobody's.
fn agencies(report: &Report) -> Option<Fact<'_>> {
    let named = |row: &&Row| !row.name.trim().is_empty() && !row.key.starts_with(OTHER);
    let rows = report.rows.iter().filter(named);
    let received = |row: &'_ Row| row.figures.derived(Derived::ReceivedNew);
    let all = rows.map(|row| Named { name: row.name.as_str(), own: false, n: received(row) });
    let (most, _) = most_first(all.collect(), AGENCIES);
    (most.len() > 1).then_some(Fact::Agencies(most))
}

/// Units that have some of it, if the rows are units.
fn units_with(report: &Report, measure: Measure) -> Option<(Vec<Named<'_>>, usize)> {
    if !report.rows.iter().any(|row| report.is_own(row)) {
        return None;
    }
    let all = report.rows.iter().map(|row| Named {
        name: row.name.as_str(),
        own: report.is_own(row),
        n: row.figures[measure],
    });
    let (most, more) = most_first(all.collect(), UNITS);
    (!most.is_empty()).then_some((most, more))
}

/// The largest counts, by name where they are equal, and how many others have some.
fn most_first(mut all: Vec<Named<'_>>, limit: usize) -> (Vec<Named<'_>>, usize) {
    all.retain(|named| named.n > 0);
    all.sort_by_cached_key(|named| (std::cmp::Reverse(named.n), collate::key(named.name)));
    let more = all.len().saturating_sub(limit);
    all.truncate(limit);
    (all, more)
}
