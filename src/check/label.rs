//! What a figure is: a set of the smallest classes dossiers fall into. "Resolved" is early, on time and late; "to handle" is carried over and
//! every way in. Which figures have to add up follows from the sets.

mod said;

use super::lexicon::*;

pub use said::{Around, label};

/// Figures that can be added to each other.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Space {
    /// Dossiers in the balance.
    Dossiers,
    /// Dossiers due in the period: a denominator.
    Due,
    /// What the post carried.
    Post,
    /// Complaints and proposals.
    Feedback,
    /// Judgements of the service.
    Ratings,
    /// Procedures.
    Procedures,
    /// A figure of another time, or how much one changed since: adds to nothing but the figure it is compared with.
    Change,
    /// Named by the report alone: an agency, a field. Adds only inside its list.
    Item,
}

/// Classes of a space, as a set of bits.
pub type Set = u32;

/// Ways in.
pub const CARRIED_OVER: Set = 1;
/// Online from end to end.
pub const ONLINE_FULL: Set = 1 << 1;
/// Online in part.
pub const ONLINE_PART: Set = 1 << 2;
/// In person.
pub const IN_PERSON: Set = 1 << 4;
/// By post.
pub const BY_POST: Set = 1 << 5;
/// Ways out.
pub const RESOLVED_EARLY: Set = 1 << 8;
/// On time.
pub const RESOLVED_ON_TIME: Set = 1 << 9;
/// Late.
pub const RESOLVED_LATE: Set = 1 << 10;
/// Given back.
pub const GIVEN_BACK: Set = 1 << 11;
/// Taken back.
pub const TAKEN_BACK: Set = 1 << 12;
/// Stopped.
pub const CUT_OFF: Set = 1 << 13;
/// Waiting for papers.
pub const SUPPLEMENT: Set = 1 << 14;
/// Waiting for money.
pub const UNPAID: Set = 1 << 15;
/// In progress within the deadline.
pub const PENDING_WITHIN: Set = 1 << 16;
/// In progress and overdue.
pub const PENDING_OVERDUE: Set = 1 << 17;

/// Taken over from another unit.
pub const HANDED_IN: Set = 1 << 6;
/// Handed over to another unit.
pub const HANDED_OUT: Set = 1 << 18;

/// All online.
pub const ANY_ONLINE: Set = ONLINE_FULL | ONLINE_PART;
/// Received in the period.
pub const RECEIVED: Set = ANY_ONLINE | IN_PERSON | BY_POST;
/// Every way in.
pub const IN: Set = CARRIED_OVER | RECEIVED;
/// Resolved.
pub const RESOLVED: Set = RESOLVED_EARLY | RESOLVED_ON_TIME | RESOLVED_LATE;
/// Early or on time.
pub const IN_TIME: Set = RESOLVED_EARLY | RESOLVED_ON_TIME;
/// In progress.
pub const IN_PROGRESS: Set = PENDING_WITHIN | PENDING_OVERDUE;
/// Every other way out.
pub const OTHER_EXITS: Set = GIVEN_BACK | TAKEN_BACK | CUT_OFF | SUPPLEMENT | UNPAID;
/// Every way out.
pub const OUT: Set = RESOLVED | IN_PROGRESS | OTHER_EXITS | HANDED_OUT;
/// Late, whether resolved or not.
pub const ANY_LATE: Set = RESOLVED_LATE | PENDING_OVERDUE;

/// What adds up over periods too. What was carried over or is in progress does not: the next period has it again.
pub const FLOWS: Set = RECEIVED | RESOLVED | GIVEN_BACK | TAKEN_BACK | CUT_OFF | HANDED_IN | HANDED_OUT;

/// Of the post: taken in.
pub const POST_IN: Set = 1;
/// Of the post: handed out.
pub const POST_OUT: Set = 2;
/// Of feedback: settled.
pub const SETTLED: Set = 1;
/// Of feedback: sent on.
pub const SENT_ON: Set = 2;
/// Of feedback: still open.
pub const OPEN: Set = 4;
/// Of judgements.
pub const VERY_GOOD: Set = 1;
/// Of judgements.
pub const GOOD: Set = 2;
/// Of judgements.
pub const MIDDLING: Set = 4;
/// Of judgements.
pub const BAD: Set = 8;

/// What a figure counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label {
    /// Where it may be added.
    pub space: Space,
    /// The classes it counts.
    pub set: Set,
    /// The report's own name; empty but for items.
    pub name: String,
}

impl Label {
    /// Dossiers of these classes.
    pub const fn dossiers(set: Set) -> Label {
        Label { space: Space::Dossiers, set, name: String::new() }
    }

    /// Classes of another space.
    pub const fn of(space: Space, set: Set) -> Label {
        Label { space, set, name: String::new() }
    }

    /// Something only the report names.
    pub fn item(name: impl Into<String>) -> Label {
        Label { space: Space::Item, set: 0, name: name.into() }
    }

    /// Whether it counts dossiers in the balance, and nothing outside of these classes.
    pub fn within(&self, set: Set) -> bool {
        self.space == Space::Dossiers && self.set != 0 && self.set & !set == 0
    }

    /// Whether it counts exactly these dossiers.
    pub fn is(&self, set: Set) -> bool {
        self.space == Space::Dossiers && self.set == set
    }
}

/// How sure a label is, and what may still change it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Firm {
    /// Said.
    Said,
    /// "Received" with nothing that says whether the carried over is in it.
    Received,
    /// "Received and resolved", "in all": what it is depends on its parts.
    Loose,
    /// "In all", without a word of what: likewise.
    Total,
    /// "Resolved in all", which some use of all there was to resolve.
    Resolved,
    /// "On time", which some use of early or on time.
    OnTime,
    /// Late, and taken from its neighbours whether resolved or not.
    Neighbour,
    /// Likewise, from a sentence before: it may be a word about dossiers that were told already.
    Echo,
    /// "Received", made the total to handle by a part that was carried over.
    Parted,
}

impl Firm {
    /// Whether parts that are ways in make it the total to handle.
    pub fn depends(self) -> bool {
        matches!(self, Firm::Received | Firm::Loose | Firm::Total | Firm::Resolved)
    }

    /// How sure it is once its parts have made it the total to handle.
    pub fn parted(self) -> Firm {
        match self {
            Firm::Received => Firm::Parted,
            Firm::Total => Firm::Said,
            _ => Firm::Loose,
        }
    }
}

/// Why a number has no label.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unsure {
    /// Nothing says what it counts.
    NoLabel,
    /// It may count more than one thing.
    Ambiguous,
    /// A rounded figure.
    Approximate,
    /// A share whose whole the report does not give.
    NoWhole,
    /// A figure of another time, beside this one.
    Compared,
    /// Not a numeral that can be read in one way.
    NotANumeral,
    /// Beyond the bounds of the checker.
    TooMany,
}
