//! Shares with a named whole: what is set against what, for comparing and ranking.
//!
//! Regions differ in the whole (DOMAIN §6), so it is always chosen by name and printed with the share.

use std::{fmt, str::FromStr};

use crate::domain::{
    measure::{Derived, Figures, Measure},
    percent::Percent,
};

/// What is counted.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Resolved after the due date.
    Late,
    /// Pending and past the due date.
    Overdue,
    /// Resolved before the due date or on it.
    OnTime,
    /// Resolved at all.
    Resolved,
    /// Newly received online.
    Online,
    /// Newly received through the full online service.
    FullOnline,
    /// Results returned by post.
    Postal,
}

/// Of what.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Whole {
    /// Resolved.
    Resolved,
    /// Newly received.
    Received,
    /// Carried over and newly received.
    ToHandle,
    /// Resolved, and pending although overdue: everything that is done or should be. Figures know no due dates, so this stands for what others
    /// call due in the period.
    Due,
    /// Pending.
    Pending,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 7] =
        [Part::Late, Part::Overdue, Part::OnTime, Part::Resolved, Part::Online, Part::FullOnline, Part::Postal];

    /// The name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Late => "late",
            Part::Overdue => "overdue",
            Part::OnTime => "on-time",
            Part::Resolved => "resolved",
            Part::Online => "online",
            Part::FullOnline => "full-online",
            Part::Postal => "postal",
        }
    }

    /// The whole where none is named (DOMAIN §6).
    pub const fn usual(self) -> Whole {
        match self {
            Part::Late | Part::OnTime | Part::Postal => Whole::Resolved,
            Part::Overdue => Whole::Pending,
            Part::Resolved => Whole::ToHandle,
            Part::Online | Part::FullOnline => Whole::Received,
        }
    }

    /// What it is the sum of.
    pub const fn measures(self) -> &'static [Measure] {
        match self {
            Part::Late => &[Measure::ResolvedLate],
            Part::Overdue => &[Measure::PendingOverdue],
            Part::OnTime => &[Measure::ResolvedEarly, Measure::ResolvedOnTime],
            Part::Resolved => &[Measure::ResolvedEarly, Measure::ResolvedOnTime, Measure::ResolvedLate],
            Part::Online => &[Measure::ReceivedOnline],
            Part::FullOnline => &[Measure::ReceivedOnlineFull],
            Part::Postal => &[Measure::DeliveredByPost],
        }
    }

    /// How many.
    pub fn count(self, figures: &Figures) -> i64 {
        self.measures().iter().map(|m| figures[*m]).sum()
    }
}

impl Whole {
    /// Every whole.
    pub const ALL: [Whole; 5] = [Whole::Resolved, Whole::Received, Whole::ToHandle, Whole::Due, Whole::Pending];

    /// The name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Whole::Resolved => "resolved",
            Whole::Received => "received",
            Whole::ToHandle => "to-handle",
            Whole::Due => "due",
            Whole::Pending => "pending",
        }
    }

    /// How many.
    pub fn count(self, figures: &Figures) -> i64 {
        match self {
            Whole::Resolved => figures.derived(Derived::ResolvedTotal),
            Whole::Received => figures.derived(Derived::ReceivedNew),
            Whole::ToHandle => figures.derived(Derived::ToHandleTotal),
            Whole::Due => figures.derived(Derived::ResolvedTotal) + figures[Measure::PendingOverdue],
            Whole::Pending => figures.derived(Derived::PendingTotal),
        }
    }
}

/// `-4.93`, for programs.
pub(super) fn plain(share: Percent) -> String {
    let sign = if share.0 < 0 { "-" } else { "" };
    let size = share.0.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// Not something that is counted, or not a whole.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{given}' is not known here: write {known}")]
pub struct ShareError {
    given: String,
    known: String,
}

fn unknown(text: &str, names: impl Iterator<Item = &'static str>) -> ShareError {
    ShareError { given: text.chars().take(40).collect(), known: names.collect::<Vec<_>>().join(", ") }
}

impl FromStr for Part {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Part, ShareError> {
        let found = Part::ALL.into_iter().find(|p| p.name() == text);
        found.ok_or_else(|| unknown(text, Part::ALL.into_iter().map(Part::name)))
    }
}

impl FromStr for Whole {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Whole, ShareError> {
        let found = Whole::ALL.into_iter().find(|w| w.name() == text);
        found.ok_or_else(|| unknown(text, Whole::ALL.into_iter().map(Whole::name)))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
