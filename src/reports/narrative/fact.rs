//! What a narrative can say.

use crate::domain::{
    percent::{Percent, share_for_print},
    periods::Period,
    time::Timestamp,
};

/// A count and the whole it is a part of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Count {
    /// How many.
    pub n: i64,
    /// Of how many.
    pub of: i64,
}

impl Count {
    /// The share, half-up; 100,00 only for the whole. `None` where there is no whole.
    pub fn share(self) -> Option<Percent> {
        share_for_print(self.n, self.of)
    }
}

/// A unit or agency and a count.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Named<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is the unit the report is of, with its own figures beside those below it.
    pub own: bool,
    /// How many.
    pub n: i64,
}

/// How dossiers come in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Channel {
    /// Over the network.
    Online,
    /// At the desk.
    Direct,
    /// By the public postal service.
    Postal,
}

/// What people think.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Rating {
    /// Very satisfied.
    Very,
    /// Satisfied.
    Satisfied,
    /// Not satisfied.
    Not,
}

/// What is compared between two periods.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Compared {
    /// Newly received.
    Received,
    /// Resolved.
    Resolved,
    /// Resolved late.
    Late,
    /// Pending at the end.
    Pending,
    /// Pending and overdue at the end.
    Overdue,
}

/// A figure of this period beside the same of another.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Which figure.
    pub of: Compared,
    /// What it is now.
    pub now: i64,
    /// What it was.
    pub then: i64,
}

/// With which period this one is compared.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Than {
    /// The one before.
    Previous,
    /// The same a year before.
    YearBefore,
}

/// One thing the text says: a sentence, in every language. Counts are never negative, and a part that is zero is left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fact<'a> {
    /// The headline.
    Title {
        /// The unit.
        unit: &'a str,
        /// The period.
        period: &'a Period,
        /// Resolved; zero if the text is about what was received.
        resolved: i64,
        /// Newly received.
        received: i64,
    },
    /// Nothing was open and nothing came.
    Nothing {
        /// The unit.
        unit: &'a str,
        /// The period.
        period: &'a Period,
    },
    /// What there was to do.
    ToHandle {
        /// The unit.
        unit: &'a str,
        /// The period.
        period: &'a Period,
        /// Newly received.
        received: i64,
        /// Carried over; `None` where opening and closing stock do not fit together.
        carried_over: Option<i64>,
        /// Taken over from units outside.
        taken_in: i64,
    },
    /// What was newly received, by channel; the parts are the whole.
    Channels(Vec<(Channel, Count)>),
    /// Received through the full online service.
    FullOnline(i64),
    /// What was resolved; the three are the whole.
    Resolved {
        /// Carried over and received; zero where not told.
        to_handle: i64,
        /// Before the due date.
        early: i64,
        /// On it.
        on_time: i64,
        /// After it.
        late: i64,
    },
    /// What ended otherwise.
    Ended {
        /// Sent back.
        returned: i64,
        /// Taken back.
        withdrawn: i64,
        /// Stopped.
        stopped: i64,
        /// Handed over to units outside.
        handed_over: i64,
    },
    /// Waiting for a supplement at the end.
    Awaiting(i64),
    /// Being worked on at the end.
    Pending {
        /// Carried over and received.
        to_handle: i64,
        /// Not yet due.
        within: i64,
        /// Due already.
        overdue: i64,
    },
    /// Opening and closing stock do not fit together and are not told.
    Unbalanced,
    /// Results returned by post.
    Postal {
        /// Received by post; zero where not told.
        received: i64,
        /// Returned by post, of those resolved.
        returned: Count,
    },
    /// Some agencies that received most; a selection, most first.
    Agencies(Vec<Named<'a>>),
    /// Units with dossiers resolved late, most first; the others are so many.
    LateAt(Vec<Named<'a>>, usize),
    /// Units with dossiers pending and overdue, most first; the others are so many.
    OverdueAt(Vec<Named<'a>>, usize),
    /// Feedback and petitions. What became of them is all of what came in, or nothing is told of it, or nothing came in.
    Feedback {
        /// That came in.
        received: i64,
        /// That were answered.
        resolved: i64,
        /// That were sent on to whoever can answer them.
        forwarded: i64,
    },
    /// Ratings; the parts are the whole.
    Ratings(Vec<(Rating, Count)>),
    /// Procedures published.
    Procedures(i64),
    /// Beside another period.
    Against {
        /// Which.
        than: Than,
        /// Its dates.
        period: &'a Period,
        /// Its completeness where somebody was missing: received and expected.
        units: Option<(u32, u32)>,
        /// Figure by figure.
        changes: Vec<Change>,
        /// Hundredths of a percentage point by which the share resolved early or on time differs; `None` where one of the two has none.
        share: Option<i64>,
    },
    /// Not closed yet; how far the figures go if the period is not over.
    Provisional(Option<Timestamp>),
    /// Somebody is missing.
    Missing {
        /// Units in the figures.
        received: u32,
        /// Units that should be.
        expected: u32,
        /// Some of those that are not, by name.
        named: Vec<&'a str>,
        /// How many are not named.
        more: usize,
    },
    /// The books begin inside the period.
    BooksBegin(chrono::NaiveDate),
    /// Something changed since the close.
    Changed,
    /// Figures that were entered for another period and count on its last day.
    Across {
        /// Units that are named.
        named: Vec<&'a str>,
        /// How many more.
        more: usize,
    },
}
