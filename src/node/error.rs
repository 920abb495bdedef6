//! Why a node says no.

use chrono::NaiveDate;

use crate::{
    document::DocumentError,
    domain::{periods::PeriodError, time::Timestamp, units::UnitId},
    ledger::refusal::Refusal,
    reports::ReportError,
    store::{core::WriteError, map::MapError, writer::Refused},
};

/// Why a node says no: a cause and a way out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NodeError {
    /// The ledger refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk refuses.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Too much is waiting.
    #[error("too much is waiting to be written: try again in a moment")]
    Busy,
    /// The node is going down.
    #[error("the node is shutting down: try again when it is back")]
    ShuttingDown,
    /// The derived state cannot be read.
    #[error("the derived state cannot be read ({0}): start the node again, it is made anew from the journal")]
    State(String),
    /// The journal cannot be read.
    #[error("{0}")]
    Journal(String),
    /// Not a period, or not one that can be answered.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// It has not begun.
    #[error("period {period} begins on {start}, after today")]
    NotBegun {
        /// Which.
        period: String,
        /// Its first day.
        start: NaiveDate,
    },
    /// Nothing of that unit is here.
    #[error("no figures of {unit} for {atom} are here: nothing has come from it yet")]
    NoFigures {
        /// Whose.
        unit: UnitId,
        /// For when.
        atom: String,
    },
    /// Nothing had been published.
    #[error("not published then: no document of {unit} for {atom} was known here at {at}")]
    NotPublishedThen {
        /// Whose.
        unit: UnitId,
        /// For when.
        atom: String,
        /// Asked for.
        at: Timestamp,
    },
    /// No such dossier.
    #[error("no dossier {0} is known in this unit")]
    NoDossier(String),
    /// The report cannot be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A document cannot be opened.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A page token that was not given out.
    #[error("this page token is not one of ours: ask for the first page again")]
    PageToken,
    /// No certificate or secret can be made.
    #[error("it cannot be issued: {0}")]
    CannotIssue(String),
    /// The request is not signed by those it rests on, or not well formed.
    #[error("{0}")]
    BadProof(String),
    /// A node on loopback without authenticated links.
    #[error(
        "this node has no authenticated links, so nobody needs a token: make one with `motcua init` without --plain"
    )]
    NoAccess,
    /// Nobody has said who calls.
    #[error("say who you are: give --credentials FILE, or --dir DIR on the node's own machine")]
    NoCredentials,
    /// Nothing of that name is known here.
    #[error("this node has no such method: update the node, or call what the protocol files describe")]
    UnknownMethod,
    /// Not for this role.
    #[error("{who} may not call {method}: ask somebody whose role allows it (SECURITY.md has the table)")]
    NotAllowed {
        /// Who asks.
        who: String,
        /// What was called.
        method: String,
    },
    /// The token is not known, or not any more.
    #[error("these credentials are not good here, or not any more: ask the administrator of the node for new ones")]
    BadCredentials,
    /// The caller is bound to another unit.
    #[error("your credentials are not for unit {named}: name your own unit, or use credentials of that one")]
    OtherUnit {
        /// As named.
        named: String,
    },
    /// A page that is too large.
    #[error("a page has at most 1000 rows")]
    PageSize,
    /// Something is there, but may not be shown that way.
    #[error("{0}")]
    Invalid(String),
}

impl NodeError {
    /// The stable name, for programs.
    pub fn reason(&self) -> &'static str {
        match self {
            NodeError::Refused(refusal) => refusal.reason(),
            NodeError::Write(WriteError::Full) => "DISK_FULL",
            NodeError::Write(WriteError::TooLarge) => "BATCH_TOO_LARGE",
            NodeError::Write(WriteError::Stopped(_)) => "STOPPED",
            NodeError::Busy => "BUSY",
            NodeError::ShuttingDown => "SHUTTING_DOWN",
            NodeError::State(_) | NodeError::Journal(_) => "STATE_BROKEN",
            NodeError::Period(PeriodError::NotAnswerable { .. }) => "PERIOD_NOT_ANSWERABLE",
            NodeError::Period(_) => "BAD_PERIOD",
            NodeError::NotBegun { .. } => "PERIOD_NOT_BEGUN",
            NodeError::NoFigures { .. } => "NO_FIGURES",
            NodeError::NotPublishedThen { .. } => "NOT_PUBLISHED_THEN",
            NodeError::NoDossier(_) => "NO_SUCH_DOSSIER",
            NodeError::Report(_) => "REPORT_WRONG",
            NodeError::Document(error) => error.reason(),
            NodeError::PageToken => "BAD_PAGE_TOKEN",
            NodeError::OtherUnit { .. } => "OTHER_UNIT",
            NodeError::BadCredentials => "BAD_CREDENTIALS",
            NodeError::NoCredentials => "NO_CREDENTIALS",
            NodeError::UnknownMethod => "UNKNOWN_METHOD",
            NodeError::NotAllowed { .. } => "NOT_ALLOWED",
            NodeError::NoAccess => "NO_AUTHORITY",
            NodeError::BadProof(_) => "BAD_PROOF",
            NodeError::CannotIssue(_) => "CANNOT_ISSUE",
            NodeError::PageSize => "BAD_PAGE_SIZE",
            NodeError::Invalid(_) => "INVALID",
        }
    }

    /// The field of the request at fault, where there is one.
    pub fn field(&self) -> &'static str {
        match self {
            NodeError::Refused(refusal) => refusal.field(),
            NodeError::Period(_) | NodeError::NotBegun { .. } => "period",
            NodeError::NotPublishedThen { .. } => "as_known_at",
            NodeError::NoFigures { .. } | NodeError::OtherUnit { .. } => "unit",
            NodeError::NoDossier(_) => "dossier",
            NodeError::PageToken => "page_token",
            NodeError::PageSize => "page_size",
            _ => "",
        }
    }
}

impl From<MapError> for NodeError {
    fn from(error: MapError) -> NodeError {
        NodeError::State(error.to_string())
    }
}

impl From<Refused> for NodeError {
    fn from(refused: Refused) -> NodeError {
        match refused {
            Refused::Busy => NodeError::Busy,
            Refused::Ended => NodeError::ShuttingDown,
        }
    }
}
