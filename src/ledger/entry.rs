//! What the journal holds. An entry carries its results, so that applying it needs neither clock nor calendar nor key.

use bytes::Bytes;
use chrono::NaiveDate;

use super::{prepare::Preparation, trust::TrustChange};
use crate::{
    document::SealedPart,
    domain::{
        calendar::Due, entered::Whole, event::Event, record::PromiseKey, review::Review, roll::Key, summary::Explained,
        time::Timestamp, units::UnitId,
    },
};

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Never less than in the entry before.
    pub recorded_at: Timestamp,
    /// What was decided.
    pub kind: EntryKind,
}

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// The first entry.
    Genesis {
        /// Code of the node's own unit.
        code: String,
        /// First local day of its books.
        books_from: NaiveDate,
        /// The first epoch.
        epoch: u64,
        /// The document key of the top of the tree; `None` on a node without authenticated links.
        root: Option<Key>,
    },
    /// A desk's event.
    Recorded {
        /// The event; its unit is a bare code.
        event: Event,
        /// Due dates computed with the calendar of that day.
        promises: Vec<(PromiseKey, Option<Due>)>,
    },
    /// Parts of the registry that were replaced, each with its version.
    RegistryChanged {
        /// Each whole, as the top of the tree signed it.
        parts: Vec<SealedPart>,
        /// Version of the whole afterwards.
        version: u64,
    },
    /// Documents of units whose books are kept here, in order: amendments first, then what was closed.
    Published {
        /// Sealed.
        documents: Vec<Bytes>,
    },
    /// Documents from below, accepted together.
    Accepted {
        /// Who sent them.
        sender: UnitId,
        /// Sealed.
        documents: Vec<Bytes>,
    },
    /// Own documents this node had forgotten and its parent had not.
    Adopted {
        /// Sealed.
        documents: Vec<Bytes>,
        /// The new epoch.
        epoch: u64,
    },
    /// The end of what a backup gave back.
    Restored {
        /// The new epoch.
        epoch: u64,
        /// The last entry that came from the backup.
        through: u64,
    },
    /// Who may join and who may ask.
    Trust(TrustChange),
    /// What a person has prepared for another to approve; it takes the place of the one before.
    Prepared(Preparation),
    /// What was said of reports: by this unit, or by one above it.
    Reviewed {
        /// New ones only.
        reviews: Vec<Review>,
    },
    /// Figures that a person entered for a unit whose dossiers are not booked.
    FiguresEntered {
        /// Code of the unit.
        unit: String,
        /// New ones, or others in the place of those before; in order of time.
        wholes: Vec<Whole>,
    },
    /// They were taken back.
    FiguresWithdrawn {
        /// Code of the unit.
        unit: String,
        /// First local day of the period.
        start: NaiveDate,
    },
    /// What a unit says of its figures for a period, in the place of what it said before; nothing, if it is empty.
    Explained {
        /// Code of the unit.
        unit: String,
        /// What.
        explained: Explained,
    },
    /// It was taken back.
    Withdrawn {
        /// Code of the unit; empty for all whose books are kept here.
        unit: String,
    },
}
