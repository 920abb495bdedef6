//! What can be wrong with a bundle, as codes with arguments: each language puts them into words.

use super::Who;
use crate::domain::{contribution::CellKey, measure::Measure, registry::PartKind, summary::Fault, time::Timestamp};

/// What can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the fields are what the words say: as stated, as found, and of whom")]
pub enum Wrong {
    /// It does not begin as a bundle does.
    NotABundle,
    /// The frame is broken.
    Damaged,
    /// More than a bundle may have.
    TooLarge,
    /// A later release wrote it.
    NewerBundle { format: u32 },
    /// The question cannot be read.
    BadQuestion { text: String },
    /// The first and last atom are not those of the period.
    NotThePeriod,
    /// The unit asked for is not in the tree.
    UnknownUnit,
    /// A part of the registry cannot be read.
    PartUnreadable { place: usize, message: String },
    /// Its signature is not good.
    PartSignature { place: usize },
    /// Another key than the root signed it.
    PartForeign { kind: PartKind, key: String },
    /// It does not belong there, or stands there twice.
    PartOutOfPlace { kind: PartKind },
    /// There is none.
    NoTree,
    /// Nobody vouches for the keys.
    NotVouched,
    /// Another root than the reader expects.
    RootDiffers { found: Option<String> },
    /// A document cannot be read.
    DocumentUnreadable { place: usize, message: String },
    /// A later release wrote it.
    NewerDocument { format: u32 },
    /// It was altered after it was signed.
    BadSignature { revision: u32 },
    /// Documents are not sorted by hash, or one stands there twice.
    NotInOrder { place: usize },
    /// Read off an open period.
    Provisional,
    /// That node does not keep the books of that unit.
    WrongKeeper { keeper: Who },
    /// The keeper is not on the roll.
    NotEnrolled { keeper: Who },
    /// The key is not one of the keeper's; perhaps somebody else's.
    ForeignKey { key: String, owner: Option<Who> },
    /// The key may be in the wrong hands.
    RevokedKey { key: String },
    /// The keeper was banned before the atom was over.
    Banned { since: Timestamp },
    /// The tree has no such unit then.
    NotInTree,
    /// Time is cut otherwise.
    WrongAtom,
    /// It contradicts itself.
    Fault(Fault),
    /// The opening stock is not the closing stock of the atom before.
    Discontinuous { opening: i64, closing: i64 },
    /// It continues another document of the atom before.
    OtherBefore { revision: u32 },
    /// No document of the unit asked for.
    NoDocument,
    /// Nothing in the bundle names it.
    Unnamed { revision: u32 },
    /// The document that is named is not in the bundle.
    MemberAbsent { member: Who, revision: u32 },
    /// In its place stands another one of that unit.
    MemberReplaced { member: Who, stated: u32, found: u32 },
    /// The document that is named is of another unit, atom or revision.
    MemberIsOther { member: Who },
    /// Its totals are not those that are stated of it.
    MemberTotals { member: Who, measure: Measure, stated: i64, found: i64 },
    /// Its completeness is not what is stated of it.
    MemberCounts { member: Who, stated: (u32, u32), found: (u32, u32) },
    /// A unit that the tree has directly below is not mentioned.
    MemberLeftOut { member: Who },
    /// A unit is mentioned that the tree does not have directly below.
    MemberForeign { member: Who },
    /// A figure below is not the sum of the members'.
    Cell { cell: CellKey, measure: Measure, stated: i64, sum: i64 },
    /// More such figures.
    MoreCells { more: usize },
    /// Not as many units expected as the tree has.
    Expected { stated: u32, tree: u32 },
    /// Received and missing do not make up expected.
    Counts { expected: u32, received: u32, missing: usize },
    /// A unit has no figures, and is not among the missing.
    MissingUnlisted { unit: Who },
    /// A unit is among the missing without being so.
    MissingWrongly { unit: Who },
    /// A total over all units is not what is stated.
    Total { measure: Measure, stated: i64, summed: i64 },
}

impl Wrong {
    /// The stable name, for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Wrong::NotABundle => "not-a-bundle",
            Wrong::Damaged => "damaged",
            Wrong::TooLarge => "too-large",
            Wrong::NewerBundle { .. } => "newer-bundle",
            Wrong::BadQuestion { .. } => "bad-question",
            Wrong::NotThePeriod => "not-the-period",
            Wrong::UnknownUnit => "unknown-unit",
            Wrong::PartUnreadable { .. } => "part-unreadable",
            Wrong::PartSignature { .. } => "part-signature",
            Wrong::PartForeign { .. } => "part-foreign",
            Wrong::PartOutOfPlace { .. } => "part-out-of-place",
            Wrong::NoTree => "no-tree",
            Wrong::NotVouched => "not-vouched",
            Wrong::RootDiffers { .. } => "root-differs",
            Wrong::DocumentUnreadable { .. } => "document-unreadable",
            Wrong::NewerDocument { .. } => "newer-document",
            Wrong::BadSignature { .. } => "bad-signature",
            Wrong::NotInOrder { .. } => "not-in-order",
            Wrong::Provisional => "provisional",
            Wrong::WrongKeeper { .. } => "wrong-keeper",
            Wrong::NotEnrolled { .. } => "not-enrolled",
            Wrong::ForeignKey { .. } => "foreign-key",
            Wrong::RevokedKey { .. } => "revoked-key",
            Wrong::Banned { .. } => "banned",
            Wrong::NotInTree => "not-in-tree",
            Wrong::WrongAtom => "wrong-atom",
            Wrong::Fault(_) => "contradicts-itself",
            Wrong::Discontinuous { .. } => "discontinuous",
            Wrong::OtherBefore { .. } => "other-before",
            Wrong::NoDocument => "no-document",
            Wrong::Unnamed { .. } => "unnamed",
            Wrong::MemberAbsent { .. } => "member-absent",
            Wrong::MemberReplaced { .. } => "member-replaced",
            Wrong::MemberIsOther { .. } => "member-is-other",
            Wrong::MemberTotals { .. } => "member-totals",
            Wrong::MemberCounts { .. } => "member-counts",
            Wrong::MemberLeftOut { .. } => "member-left-out",
            Wrong::MemberForeign { .. } => "member-foreign",
            Wrong::Cell { .. } | Wrong::MoreCells { .. } => "not-the-sum",
            Wrong::Expected { .. } => "expected",
            Wrong::Counts { .. } => "counts",
            Wrong::MissingUnlisted { .. } => "missing-unlisted",
            Wrong::MissingWrongly { .. } => "missing-wrongly",
            Wrong::Total { .. } => "total",
        }
    }
}
