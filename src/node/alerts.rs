//! What lies ahead of the node's subtree, and what somebody has to see to.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{
    Node, NodeError, Snapshot,
    figures::names,
    provisional::{Cached, Open},
};
use crate::{
    domain::{
        ahead::Ahead, fold::State, measure::Measure, periods::Period, summary::total, time::Timestamp, units::UnitId,
    },
    reports::{
        alerts::{Alerts, Missing, Reporting, Seen, Thresholds, days_ahead, judge},
        forecast::{self, Forecast, Given},
    },
};

const DAY: i64 = 86_400_000;

impl Node {
    /// When something is worth an alert; the defaults until this was called, and only the first call counts.
    pub fn alert_when(&self, thresholds: Thresholds) {
        // Set once, before anybody asks.
        let _ = self.thresholds.set(thresholds);
    }

    fn thresholds(&self) -> Thresholds {
        self.thresholds.get().cloned().unwrap_or_default()
    }

    /// What falls overdue today and in the next working days if nobody resolves it: the node's own unit, and every unit directly below as it
    /// last told.
    pub fn forecast(&self, days: u32) -> Forecast {
        let snapshot = self.snapshot();
        let (state, now) = (&snapshot.state, self.now());
        let today = now.local_date();
        let own = state.own(today);
        let cached = self.provisional.cached();
        let mut given = Vec::new();
        let own_given = given_here(&snapshot, &own, now);
        let below = state.registry.tree.children(&own, today);
        if own_given.expected > 0 || own_given.overdue + own_given.within > 0 || below.is_empty() {
            given.push(Given { own: true, ..own_given });
        }
        for child in below {
            given.push(match state.books.contains_key(&*child.code) {
                true => given_here(&snapshot, &child, now),
                false => given_below(&snapshot, &cached, &child, now),
            });
        }
        let name = names(&snapshot).unit(&own);
        forecast::build(own, name, now, &state.registry.calendar, days, given)
    }

    /// Today, and so many working days on.
    pub fn working_day(&self, days: u32) -> NaiveDate {
        forecast::last_day(&self.snapshot().state.registry.calendar, self.now().local_date(), days)
    }

    /// What somebody has to see to now.
    pub fn alerts(&self) -> Alerts {
        let thresholds = self.thresholds();
        let snapshot = self.snapshot();
        let forecast = self.forecast(days_ahead(&thresholds));
        let reporting = self.reporting(&snapshot, forecast.at, &thresholds);
        judge(&forecast, &reporting, &snapshot.state.registry.calendar, &thresholds)
    }

    /// The node's own unit and those directly below: whose figures of the last period that is due are missing, and who is not heard of.
    fn reporting(&self, snapshot: &Snapshot, now: Timestamp, thresholds: &Thresholds) -> Vec<Reporting> {
        let state = &snapshot.state;
        let names = names(snapshot);
        let today = now.local_date();
        let mut all: BTreeMap<UnitId, Reporting> = BTreeMap::new();
        let mut of = |unit: &UnitId, change: &dyn Fn(&mut Reporting)| {
            let own = *unit.code == *state.code;
            let fresh =
                || Reporting { unit: unit.clone(), name: names.unit(unit), own, missing: None, last_seen: None };
            change(all.entry(unit.clone()).or_insert_with(fresh));
        };
        for child in state.registry.tree.children(&state.own(today), today) {
            if !state.books.contains_key(&*child.code) {
                let seen = self.link.below(&child).last_seen;
                of(&child, &|r| r.last_seen = Some(seen.map_or(Seen::NotSince(self.started_at), Seen::At)));
            }
        }
        let past = now.plus_millis(-DAY * i64::from(thresholds.report_days)).local_date();
        let Some(period) = Period::legal_month_of(past).previous() else { return all.into_values().collect() };
        let due = period.last_day().checked_add_days(Days::new(thresholds.report_days.into()));
        let missing = Missing { period: period.id.clone(), due: due.unwrap_or(period.end) };
        // What was before this node's books nobody owes it.
        if state.books.get(&*state.code).is_none_or(|books| period.end <= books.from) {
            return all.into_values().collect();
        }
        let own = state.own(period.last_day());
        let atoms = period.atoms(&state.registry.cuts).unwrap_or_default();
        for unit in state.registry.tree.children(&own, period.last_day()).into_iter().chain([own]) {
            let is_missing = match state.books.get(&*unit.code) {
                Some(books) => books.from.max(books.closed_through) < period.end,
                None => atoms.iter().any(|atom| state.held(&unit, atom.start).is_none()),
            };
            if is_missing {
                of(&unit, &|r| r.missing = Some(missing.clone()));
            }
        }
        all.into_values().collect()
    }

    /// The most urgent open dossiers kept here that are overdue or due by the end of a day, at most `most`, and how many more there are.
    pub fn urgent(&self, through: NaiveDate, most: usize) -> Result<(Vec<forecast::Open>, usize), NodeError> {
        let until = Timestamp::local_midnight(through).plus_millis(DAY);
        let now = self.now();
        let (mut listed, mut more, mut from) = (Vec::new(), 0, None);
        loop {
            let page = self.open_dossiers("", Some(until), PAGE, from)?;
            for found in page.items {
                if listed.len() == most {
                    more += 1;
                    continue;
                }
                let folded = found.folded;
                listed.push(forecast::Open {
                    code: found.code,
                    procedure: folded.cell.procedure,
                    received_at: folded.received_at,
                    due: folded.due,
                    awaiting: folded.state == State::AwaitingSupplement,
                    overdue: folded.due.is_some_and(|due| due.is_overdue_at(now)),
                });
            }
            from = page.next;
            if from.is_none() {
                return Ok((listed, more));
            }
        }
    }
}

const PAGE: usize = 500;

/// A unit whose books are kept here.
fn given_here(snapshot: &Snapshot, unit: &UnitId, now: Timestamp) -> Given {
    let state = &snapshot.state;
    let atom = state.registry.cuts.atom_of(now.local_date());
    let expected = u32::from(state.reports(unit, now.local_date()));
    let books = state.books.get(&*unit.code).filter(|books| books.from <= now.local_date());
    let figures = books.map(|books| total(&books.figures(atom, now))).unwrap_or_default();
    let ahead = books.and_then(|books| books.ahead(atom, now));
    Given {
        unit: unit.clone(),
        name: names(snapshot).unit(unit),
        own: false,
        as_of: Some(now),
        overdue: figures[Measure::PendingOverdue],
        within: figures[Measure::PendingWithinDeadline],
        ahead: ahead.map(|ahead| Ahead { units: expected, ..ahead }).unwrap_or_default(),
        expected,
    }
}

/// A unit below as it last told: of the running atom, or if it has not been heard of since of an earlier one.
fn given_below(snapshot: &Snapshot, cached: &Cached, unit: &UnitId, now: Timestamp) -> Given {
    let state = &snapshot.state;
    let first = (unit.clone(), NaiveDate::MIN);
    let told = cached.range(first..).take_while(|((id, _), _)| id == unit).map(|(_, open)| open);
    let newest: Option<&std::sync::Arc<Open>> = told.max_by_key(|open| open.summary.as_of);
    let expected = state.expected(unit, now.local_date());
    let ahead = newest.and_then(|open| open.summary.ahead.clone()).unwrap_or_default();
    let count = |measure| newest.map_or(0, |open| open.held.totals[measure]);
    Given {
        unit: unit.clone(),
        name: names(snapshot).unit(unit),
        own: false,
        as_of: newest.map(|open| open.summary.as_of),
        overdue: count(Measure::PendingOverdue),
        within: count(Measure::PendingWithinDeadline),
        ahead: Ahead { units: ahead.units.min(expected), ..ahead },
        expected,
    }
}
