//! Why the ledger says no. Every reason stands in docs/errors.md with its way out.

use chrono::NaiveDate;

use super::trust::Role;
use crate::domain::{periods::PeriodError, summary::Fault, time::Timestamp, units::UnitId};

/// Why nothing was recorded. Nothing is half done: a refused command leaves no trace.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The books of that unit are not kept here.
    #[error("this node keeps the books of {kept}, not of unit {unit}: ask that unit's node")]
    NotThisUnit {
        /// As named.
        unit: String,
        /// The units kept.
        kept: String,
    },
    /// No such unit at that date.
    #[error(
        "no unit {unit} is in force on {on}: check the code, or import the tree with `motcua registry import tree`"
    )]
    UnknownUnit {
        /// As named.
        unit: String,
        /// The date.
        on: NaiveDate,
    },
    /// No such procedure.
    #[error("procedure {0} is not in the registry: import it at the top of the tree, or use `other`")]
    UnknownProcedure(String),
    /// No dossier was named.
    #[error("the event names no dossier")]
    NoDossier,
    /// A memo belongs to the unit, not to a dossier.
    #[error("a memo counts for the unit: leave the dossier empty")]
    MemoWithDossier,
    /// A negative or absurd count.
    #[error("a memo counts from 0 to 1000000000, not {0}")]
    MemoValue(i64),
    /// What a void or correction without a dossier speaks of is not known.
    #[error("no event {0} is known, so it cannot be corrected or voided")]
    UnknownTarget(String),
    /// A correction that makes a memo of a dossier's event, or a statement of a memo.
    #[error("event {0} cannot be corrected into a figure of another kind: void it and send the right one")]
    OtherKind(String),
    /// It has not happened yet.
    #[error("{at} lies in the future (it is {now} here): check the clock of the desk")]
    InTheFuture {
        /// When it is said to have happened.
        at: Timestamp,
        /// The node's time.
        now: Timestamp,
    },
    /// Before there was a time zone to speak of.
    #[error("{0} lies before 1975: check the year")]
    BeforeTime(Timestamp),
    /// Received before the unit's books began.
    #[error(
        "received on {on}, before the books of this unit begin on {from}: if it was still open then, import it as opening stock"
    )]
    BeforeBooks {
        /// Local day.
        on: NaiveDate,
        /// First day of the books.
        from: NaiveDate,
    },
    /// Opening stock from after the opening.
    #[error("opening stock is from before the books begin on {from}, this is from {on}: record it as received")]
    OpeningAfterStart {
        /// Local day.
        on: NaiveDate,
        /// First day of the books.
        from: NaiveDate,
    },
    /// Received in a time for which figures were entered.
    #[error(
        "figures of this unit were entered for the time before {through}, and this is from {on}: if the dossier was still open then, import it as opening stock"
    )]
    FiguresEntered {
        /// Local day.
        on: NaiveDate,
        /// The day after the last one entered.
        through: NaiveDate,
    },
    /// No atoms make up the period.
    #[error(transparent)]
    Period(PeriodError),
    /// Dossiers are booked already.
    #[error(
        "dossiers of {unit} are booked from {first} on, so its figures for {period} come from them: void those events if figures shall be entered instead"
    )]
    DossiersBooked {
        /// Which unit.
        unit: String,
        /// For when figures were given.
        period: String,
        /// The first day of the first atom with dossiers.
        first: NaiveDate,
    },
    /// Figures for another period of the same days.
    #[error(
        "figures of {unit} were entered for {start} until {end} (exclusive), which shares days with {period}: enter that period again, or another"
    )]
    FiguresOverlap {
        /// Which unit.
        unit: String,
        /// As given.
        period: String,
        /// First day of the other.
        start: NaiveDate,
        /// The day after its last.
        end: NaiveDate,
    },
    /// The chain of stocks would have a hole.
    #[error(
        "figures of {unit} from {from} until {until} (exclusive) are missing: enter them first, or together with these"
    )]
    FiguresGap {
        /// Which unit.
        unit: String,
        /// First day without figures.
        from: NaiveDate,
        /// The day after the last one.
        until: NaiveDate,
    },
    /// The unit is another one at the end of the period than at its beginning.
    #[error("unit {unit} is another one from {on} on: enter the figures until then and from then on as two periods")]
    UnitChanges {
        /// Which code.
        unit: String,
        /// The first day of the later one.
        on: NaiveDate,
    },
    /// Others go on with them.
    #[error(
        "figures of {unit} were entered up to {through} (exclusive), and go on with these: take back the last ones first"
    )]
    NotTheLast {
        /// Which unit.
        unit: String,
        /// The day after the last one entered.
        through: NaiveDate,
    },
    /// Nobody has entered the figures that would be published.
    #[error(
        "the figures of {unit} are entered by hand, and those from {from} on are missing: enter them with `motcua entry`"
    )]
    NotEntered {
        /// Which unit.
        unit: String,
        /// First day without figures.
        from: NaiveDate,
    },
    /// A document could not hold it.
    #[error("the explanation cannot travel: {0}; shorten it")]
    BadExplanation(String),
    /// More is said of one atom than a document holds.
    #[error(
        "{unit} explains too many periods that end in {atom}: take one back with `motcua period explain --withdraw`"
    )]
    TooManyExplained {
        /// Which unit.
        unit: String,
        /// Which atom.
        atom: String,
    },
    /// The period is not over.
    #[error("the period ends on {end} (exclusive) and it is {now} here: wait until then")]
    NotOver {
        /// Its end.
        end: NaiveDate,
        /// The node's time.
        now: Timestamp,
    },
    /// It is closed.
    #[error("{unit} is closed through {through} already: use `motcua period amend` with a reason")]
    AlreadyClosed {
        /// Which unit.
        unit: String,
        /// The day after the last closed one.
        through: NaiveDate,
    },
    /// It is not closed.
    #[error("{unit} is closed only through {through}: close the period first")]
    NotClosed {
        /// Which unit.
        unit: String,
        /// The day after the last closed one.
        through: NaiveDate,
    },
    /// The books begin later.
    #[error("the books of {unit} begin on {from}, after that period")]
    BooksBeginLater {
        /// Which unit.
        unit: String,
        /// First day of the books.
        from: NaiveDate,
    },
    /// What would have to be continued was published by a later release.
    #[error(
        "the document of {unit} for {atom} was written by a newer program: update this node, with which it can be read again"
    )]
    NewerDocument {
        /// Whose.
        unit: UnitId,
        /// For when.
        atom: String,
    },
    /// An amendment says why.
    #[error("an amendment needs a reason: give one with --reason")]
    NoReason,
    /// The node was restored from an old copy.
    #[error(
        "{unit} was restored from an old copy, and what it published differs from its books by up to {difference} in a figure: send the lost events again, or decide with `motcua period amend --reason`"
    )]
    Restored {
        /// Which unit.
        unit: String,
        /// The largest difference of any figure.
        difference: i64,
    },
    /// A node that has a parent waits for its registry.
    #[error("the registry has not arrived from the parent yet, so unit {0} cannot publish: connect the node once")]
    NoRegistry(String),
    /// The figures contradict themselves.
    #[error("the figures of {unit} for {atom} are wrong: {fault}")]
    Wrong {
        /// Which unit.
        unit: String,
        /// Which atom.
        atom: String,
        /// What is wrong.
        fault: Fault,
    },
    /// What is open now is not what was closed then.
    #[error("{unit} opens {atom} with {opening}, but closed the atom before with {closing}")]
    Discontinuous {
        /// Which unit.
        unit: String,
        /// Which atom.
        atom: String,
        /// As stated.
        opening: i64,
        /// As published.
        closing: i64,
    },
    /// A sender speaks for units it has nothing to do with.
    #[error("{unit} is not {sender} nor below it")]
    NotBelowSender {
        /// Whose document.
        unit: UnitId,
        /// Who sent it.
        sender: UnitId,
    },
    /// Nobody is below a node that has no tree.
    #[error("{0} has no tree of units yet: import one at the top of the tree, the rest follows by itself")]
    NoTree(UnitId),
    /// A sender that is not below this node.
    #[error("{sender} is not below {unit}: check `parent` in its configuration and the tree")]
    NotBelowUs {
        /// Who sent it.
        sender: UnitId,
        /// This node's unit.
        unit: UnitId,
    },
    /// Signed with another key than before.
    #[error("the document of {0} is signed with a key that is not its own")]
    WrongKey(UnitId),
    /// Kept by a unit that does not keep these books.
    #[error("{keeper} does not keep the books of {unit}")]
    WrongKeeper {
        /// Whose document.
        unit: UnitId,
        /// Who signed.
        keeper: UnitId,
    },
    /// The same revision with other content.
    #[error(
        "revision {revision} of {unit} for {atom} is held with other content: the sender was restored from an old copy or altered"
    )]
    ConflictingRevision {
        /// Whose document.
        unit: UnitId,
        /// Which atom.
        atom: String,
        /// Which revision.
        revision: u32,
    },
    /// Older than what is held.
    #[error("revision {held} of {unit} for {atom} is held, this is only {revision}")]
    StaleRevision {
        /// Whose document.
        unit: UnitId,
        /// Which atom.
        atom: String,
        /// What is held.
        held: u32,
        /// What came.
        revision: u32,
    },
    /// Time is cut differently here.
    #[error("{0} is not an atom of this registry: bring both nodes to the same registry version")]
    UnknownAtom(String),
    /// A member's totals are not those of its document.
    #[error("{unit} states for its member {member} other totals than that member's document")]
    PartsDiffer {
        /// Whose document.
        unit: UnitId,
        /// Which member.
        member: UnitId,
    },
    /// Only the top of the tree decides.
    #[error("this node has a parent: the registry, nodes and bans are decided at the top of the tree")]
    NotTheTop,
    /// The key is not that of the top of the tree.
    #[error(
        "this part of the registry was not signed by the top of the tree as this node knows it: the top has a new key, and this node has to rejoin, or somebody between has altered it"
    )]
    AlteredRegistry,
    /// The roll changes in another way.
    #[error("who belongs is not imported: enrol units with `motcua token issue`, bar them with `motcua node ban`")]
    RollByEnrolment,
    /// It was never enrolled.
    #[error("unit {0} is not enrolled: issue a join token for it at the top of the tree with `motcua token issue`")]
    NotEnrolled(String),
    /// It was barred at the top.
    #[error("unit {0} was banned at the top of the tree: ask the person who looks after it there")]
    Banned(String),
    /// Nothing that key signed is taken in any more.
    #[error("the document of {0} is signed with a key that was revoked: the unit must sign with its new key")]
    RevokedKey(UnitId),
    /// Without an authority nobody can be admitted.
    #[error("this node has no authority to admit anybody: make the top of the tree with `motcua init DIR --unit CODE`")]
    NoAuthority,
    /// The request was not signed by whom it would have to be.
    #[error(
        "the request of unit {0} is not signed by the keys it rests on: somebody on the way may have changed it; ask for a new token"
    )]
    BadProof(String),
    /// No such token.
    #[error("no such join token is open: it may have been taken back; ask for a new one")]
    TokenUnknown,
    /// Too late.
    #[error("the join token lapsed at {0}: ask for a new one")]
    TokenExpired(Timestamp),
    /// Too often.
    #[error("the join token was used already, with other keys: ask for a new one, and find out who used it")]
    TokenUsed,
    /// For somebody else.
    #[error("the join token is for unit {is}, not for {asked}")]
    TokenOtherUnit {
        /// Whose it is.
        is: String,
        /// Who came with it.
        asked: String,
    },
    /// A person has to look.
    #[error("the request of unit {0} waits: a person at the top has to approve it with `motcua node approve {0}`")]
    WaitsForApproval(String),
    /// A replay.
    #[error("the request of unit {0} is older than the last one: check its clock, or somebody sends an old one again")]
    OldRequest(String),
    /// It has moved to another machine.
    #[error("this certificate of unit {0} was replaced when the unit moved to another machine")]
    VoidCertificate(String),
    /// There is nothing to approve.
    #[error("no request of unit {0} waits for approval: see `motcua node list`")]
    NothingWaits(String),
    /// What waits may have changed since it was looked at.
    #[error(
        "the request of unit {0} waits with a document key that nobody vouches for: compare it with `motcua doctor` there and name it with --key"
    )]
    KeyNotCompared(String),
    /// Whoever used it would hold the top's own keys.
    #[error("nobody joins as the top of the tree: it holds its own keys, and a second machine would take its place")]
    TokenOfTop,
    /// There is nobody to ban.
    #[error("no unit {0} was ever enrolled: see `motcua node list`")]
    NoMember(String),
    /// It would bar itself.
    #[error("the top of the tree cannot be banned: there is nobody to say so")]
    BanOfTop,
    /// No such person.
    #[error("no person {0} has a token here: see `motcua access list`")]
    NoPerson(String),
    /// Nothing of that unit is here.
    #[error("no figures of {unit} for {atom} are here: nothing has come from it yet")]
    NoFigures {
        /// Whose.
        unit: UnitId,
        /// For when.
        atom: String,
    },
    /// Whoever returns a figure says why.
    #[error("a figure is returned with a reason: give one with --reason")]
    NoReasonToReturn,
    /// Nobody can answer by then.
    #[error("{0} is over already: give a day from today on for the answer")]
    AnswerInThePast(NaiveDate),
    /// More was said of one report than is kept.
    #[error("{most} reviews of {unit} for this time are kept already: settle it with the unit itself")]
    TooManyReviews {
        /// Whose report.
        unit: UnitId,
        /// How many are kept.
        most: usize,
    },
    /// Nobody closes alone.
    #[error("two persons close here: prepare it with `motcua period prepare`, then let an approver approve it")]
    TwoPersons,
    /// The caller is no person.
    #[error("only a person with a token of their own prepares and approves: use their credentials")]
    NeedsAPerson,
    /// The person's role does not allow it.
    #[error("the role {role} does not allow this: ask somebody with the role {needs}")]
    OtherRole {
        /// The person's.
        role: Role,
        /// The one it takes.
        needs: Role,
    },
    /// There is nothing to approve.
    #[error("{period} is not prepared{whose}: prepare it with `motcua period prepare`")]
    NotPrepared {
        /// Which period.
        period: String,
        /// Such as ` for unit 205`; empty for all units kept here.
        whose: String,
    },
    /// Whoever prepares does not approve.
    #[error("it was prepared by {0}, who cannot approve it too: another person has to")]
    SamePerson(String),
    /// Other figures would go out than were prepared.
    #[error("it is not what was prepared: {0}; look at it again and prepare it anew")]
    ChangedSincePrepared(String),
    /// What would go out is beyond what a document may hold, so nobody could read it.
    #[error(
        "the document of {unit} for {atom} would be one that nobody can read ({message}): find the unit below whose figures cannot be, let it correct them, or ban it"
    )]
    BeyondLimits {
        /// Whose document.
        unit: String,
        /// Which atom.
        atom: String,
        /// What does not fit.
        message: String,
    },
    /// A cut through what is booked.
    #[error("{cut} would split {atom}, in which something is booked already: order cuts before their day")]
    CutTooLate {
        /// The cut.
        cut: NaiveDate,
        /// The atom.
        atom: String,
    },
}

impl Refusal {
    /// The stable name, for programs.
    pub fn reason(&self) -> &'static str {
        match self {
            Refusal::NotThisUnit { .. } => "NOT_THIS_UNIT",
            Refusal::UnknownUnit { .. } => "UNKNOWN_UNIT",
            Refusal::UnknownProcedure(_) => "UNKNOWN_PROCEDURE",
            Refusal::NoDossier => "NO_DOSSIER",
            Refusal::MemoWithDossier => "MEMO_WITH_DOSSIER",
            Refusal::MemoValue(_) => "MEMO_VALUE",
            Refusal::UnknownTarget(_) => "UNKNOWN_TARGET",
            Refusal::OtherKind(_) => "OTHER_KIND",
            Refusal::InTheFuture { .. } => "IN_THE_FUTURE",
            Refusal::BeforeTime(_) => "BEFORE_1975",
            Refusal::BeforeBooks { .. } => "BEFORE_BOOKS",
            Refusal::OpeningAfterStart { .. } => "OPENING_AFTER_START",
            Refusal::FiguresEntered { .. } => "FIGURES_ENTERED",
            Refusal::Period(PeriodError::NotAnswerable { .. }) => "PERIOD_NOT_ANSWERABLE",
            Refusal::Period(_) => "BAD_PERIOD",
            Refusal::DossiersBooked { .. } => "DOSSIERS_BOOKED",
            Refusal::FiguresOverlap { .. } => "FIGURES_OVERLAP",
            Refusal::FiguresGap { .. } => "FIGURES_GAP",
            Refusal::UnitChanges { .. } => "UNIT_CHANGES",
            Refusal::NotTheLast { .. } => "NOT_THE_LAST",
            Refusal::NotEntered { .. } => "NOT_ENTERED",
            Refusal::BadExplanation(_) => "BAD_EXPLANATION",
            Refusal::TooManyExplained { .. } => "TOO_MANY_EXPLAINED",
            Refusal::NotOver { .. } => "PERIOD_NOT_OVER",
            Refusal::AlreadyClosed { .. } => "ALREADY_CLOSED",
            Refusal::NotClosed { .. } => "NOT_CLOSED",
            Refusal::BooksBeginLater { .. } => "BOOKS_BEGIN_LATER",
            Refusal::NewerDocument { .. } => "NEWER_DOCUMENT",
            Refusal::NoReason => "NO_REASON",
            Refusal::Restored { .. } => "RESTORED",
            Refusal::NoRegistry(_) => "NO_REGISTRY",
            Refusal::Wrong { fault: Fault::NotTheSum { .. }, .. } => "NOT_THE_SUM",
            Refusal::Wrong { .. } => "DOES_NOT_BALANCE",
            Refusal::Discontinuous { .. } => "DOES_NOT_CONTINUE",
            Refusal::NotBelowSender { .. } => "NOT_BELOW_SENDER",
            Refusal::NoTree(_) => "NO_TREE",
            Refusal::NotBelowUs { .. } => "NOT_BELOW_US",
            Refusal::WrongKey(_) => "WRONG_KEY",
            Refusal::WrongKeeper { .. } => "WRONG_KEEPER",
            Refusal::ConflictingRevision { .. } => "CONFLICTING_REVISION",
            Refusal::StaleRevision { .. } => "STALE_REVISION",
            Refusal::UnknownAtom(_) => "UNKNOWN_ATOM",
            Refusal::PartsDiffer { .. } => "PARTS_DIFFER",
            Refusal::NotTheTop => "NOT_THE_TOP",
            Refusal::AlteredRegistry => "ALTERED_REGISTRY",
            Refusal::RollByEnrolment => "ROLL_BY_ENROLMENT",
            Refusal::NotEnrolled(_) => "NOT_ENROLLED",
            Refusal::Banned(_) => "BANNED",
            Refusal::RevokedKey(_) => "REVOKED_KEY",
            Refusal::NoAuthority => "NO_AUTHORITY",
            Refusal::BadProof(_) => "BAD_PROOF",
            Refusal::TokenUnknown => "TOKEN_UNKNOWN",
            Refusal::TokenExpired(_) => "TOKEN_EXPIRED",
            Refusal::TokenUsed => "TOKEN_USED",
            Refusal::TokenOtherUnit { .. } => "TOKEN_OTHER_UNIT",
            Refusal::WaitsForApproval(_) => "WAITS_FOR_APPROVAL",
            Refusal::OldRequest(_) => "OLD_REQUEST",
            Refusal::VoidCertificate(_) => "CERTIFICATE_VOID",
            Refusal::NothingWaits(_) => "NOTHING_WAITS",
            Refusal::KeyNotCompared(_) => "KEY_NOT_COMPARED",
            Refusal::TokenOfTop => "TOKEN_OF_TOP",
            Refusal::NoMember(_) => "NO_MEMBER",
            Refusal::BanOfTop => "BAN_OF_TOP",
            Refusal::NoPerson(_) => "NO_PERSON",
            Refusal::NoFigures { .. } => "NO_FIGURES",
            Refusal::NoReasonToReturn => "NO_REASON",
            Refusal::AnswerInThePast(_) => "ANSWER_IN_THE_PAST",
            Refusal::TooManyReviews { .. } => "TOO_MANY_REVIEWS",
            Refusal::TwoPersons => "TWO_PERSONS",
            Refusal::NeedsAPerson => "NEEDS_A_PERSON",
            Refusal::OtherRole { .. } => "NOT_ALLOWED",
            Refusal::NotPrepared { .. } => "NOT_PREPARED",
            Refusal::SamePerson(_) => "SAME_PERSON",
            Refusal::ChangedSincePrepared(_) => "CHANGED_SINCE_PREPARED",
            Refusal::BeyondLimits { .. } => "BEYOND_LIMITS",
            Refusal::CutTooLate { .. } => "CUT_TOO_LATE",
        }
    }

    /// The field of the request at fault, where there is one.
    pub fn field(&self) -> &'static str {
        match self {
            Refusal::NotThisUnit { .. } | Refusal::UnknownUnit { .. } => "unit",
            Refusal::UnknownProcedure(_) => "procedure",
            Refusal::NoDossier | Refusal::MemoWithDossier => "dossier",
            Refusal::MemoValue(_) => "memo.value",
            Refusal::UnknownTarget(_) => "target",
            Refusal::OtherKind(_) => "corrected.event",
            Refusal::InTheFuture { .. }
            | Refusal::BeforeTime(_)
            | Refusal::BeforeBooks { .. }
            | Refusal::FiguresEntered { .. }
            | Refusal::OpeningAfterStart { .. } => "occurred_at",
            Refusal::NotOver { .. }
            | Refusal::AlreadyClosed { .. }
            | Refusal::NotClosed { .. }
            | Refusal::BooksBeginLater { .. }
            | Refusal::Period(_)
            | Refusal::DossiersBooked { .. }
            | Refusal::FiguresOverlap { .. }
            | Refusal::FiguresGap { .. }
            | Refusal::UnitChanges { .. }
            | Refusal::NotTheLast { .. }
            | Refusal::NotEntered { .. }
            | Refusal::TooManyExplained { .. }
            | Refusal::NotPrepared { .. } => "period",
            Refusal::NoReason | Refusal::NoReasonToReturn => "reason",
            Refusal::AnswerInThePast(_) => "answer_until",
            Refusal::NoFigures { .. } | Refusal::TooManyReviews { .. } => "unit",
            Refusal::CutTooLate { .. } => "part.cuts",
            _ => "",
        }
    }
}
