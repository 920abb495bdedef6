//! What can be asked of the writer, and what it answers.

use crate::{
    document::{Incoming, SealedPart},
    domain::{
        atoms::Atom,
        entered::{Fault, Form},
        event::Event,
        fold::Standing,
        periods::Period,
        registry::Part,
        review::{Review, Verdict},
        summary::{Explained, Hash},
        units::UnitId,
    },
    ledger::{
        by::By,
        close::Ask,
        enrol::TrustAsk,
        enter::Outcome,
        prepare::{Preparation, Signer},
        refusal::Refusal,
        trust::Issued,
    },
};

/// A command, and on whose word.
#[derive(Clone, Debug)]
pub struct Order {
    /// Stands in the audit trail.
    pub by: By,
    /// What to do.
    pub command: Command,
}

impl From<Command> for Order {
    /// By the node itself.
    fn from(command: Command) -> Order {
        Order { by: By::node(), command }
    }
}

/// One thing to decide. A batch of them is decided in order and made durable together.
#[derive(Clone, Debug)]
pub enum Command {
    /// Events of a desk.
    Record {
        /// In the order sent.
        events: Vec<Event>,
        /// Say what would happen, and do nothing.
        dry_run: bool,
    },
    /// A part of the registry, at the top of the tree.
    Import(Box<Part>),
    /// Parts of the registry from the parent; signatures are checked.
    Follow(Vec<SealedPart>),
    /// Close or amend a period.
    Close {
        /// For one unit, or all whose books are kept here.
        code: Option<String>,
        /// Which period.
        period: Period,
        /// Close or amend.
        ask: Ask,
        /// Stands on the documents as who drew them up; empty if nobody does.
        closer: String,
    },
    /// Figures of a unit whose dossiers are not booked.
    Enter {
        /// Code of the unit.
        code: String,
        /// One for each period; all of them stand or none.
        forms: Vec<Form>,
        /// Name of the person; may be empty.
        by: String,
        /// Digest of the file; empty if they were typed.
        source: String,
        /// Say what would happen, and do nothing.
        dry_run: bool,
    },
    /// Take back figures that were entered.
    TakeBack {
        /// Code of the unit.
        code: String,
        /// For when.
        period: Period,
    },
    /// What a unit says of its figures.
    Explain {
        /// Code of the unit.
        code: String,
        /// What.
        explained: Explained,
    },
    /// Say something of the report of a unit below.
    Review {
        /// Whose.
        unit: UnitId,
        /// For when.
        period: Period,
        /// What.
        verdict: Verdict,
        /// Name of the person; may be empty.
        person: String,
    },
    /// What the parent says of reports of this node's subtree.
    FollowReviews(Vec<Review>),
    /// What two persons do.
    Together {
        /// For one unit, or all whose books are kept here.
        code: Option<String>,
        /// Which period.
        period: Period,
        /// What.
        step: Together,
        /// Who, if it is a person.
        person: Option<Signer>,
    },
    /// Documents from below; signatures are checked.
    Accept {
        /// Who sends them.
        sender: UnitId,
        /// The batch.
        documents: Vec<Incoming>,
    },
    /// Own documents the parent still has; signatures are checked.
    Adopt(Vec<Incoming>),
    /// Who may join and who may ask.
    Trust(TrustAsk),
    /// Every part of the registry anew under this node's key.
    Reseal,
}

impl Command {
    /// What it does, for the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Record { .. } => "record events",
            Command::Import(_) => "import a part of the registry",
            Command::Follow(_) => "hand down a part of the registry",
            Command::Close { .. } => "close or amend a period",
            Command::Accept { .. } => "deliver documents",
            Command::Adopt(_) => "give back documents",
            Command::Trust(TrustAsk::Enrol(_)) => "enrol",
            Command::Trust(_) => "change who may join or ask",
            Command::Enter { .. } => "enter figures",
            Command::TakeBack { .. } => "take back figures",
            Command::Explain { .. } => "explain figures",
            Command::Review { .. } => "accept a report or return a figure",
            Command::FollowReviews(_) => "hand down reviews",
            Command::Together { .. } => "prepare, approve or withdraw a period",
            Command::Reseal => "sign the registry anew",
        }
    }
}

/// A step of closing by two persons.
#[derive(Clone, Debug)]
pub enum Together {
    /// Draw up what would go out, with the reason.
    Prepare(String),
    /// Publish what was drawn up.
    Approve,
    /// Take it back.
    Withdraw,
}

/// The answer to one event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EventReply {
    /// On disk now.
    Recorded {
        /// How it counts.
        standing: Standing,
        /// It changes what is closed.
        late: bool,
        /// Its entry in the journal; where nothing is recorded, the entry it would be.
        sequence: u64,
    },
    /// On disk already.
    Already(Standing),
    /// Another event of that id is on disk.
    Conflict {
        /// The first field that differs.
        field: &'static str,
    },
    /// Not recorded.
    Refused(Refusal),
}

/// A document that went out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedDocument {
    /// Whose.
    pub unit: UnitId,
    /// For when.
    pub atom: Atom,
    /// Which revision.
    pub revision: u32,
    /// Its hash.
    pub hash: Hash,
    /// Units expected.
    pub expected: u32,
    /// Units in it.
    pub received: u32,
}

/// The answer to a command.
#[derive(Clone, Debug)]
pub enum Reply {
    /// One for each event.
    Record(Vec<EventReply>),
    /// The registry's version afterwards.
    Registry(u64),
    /// What went out.
    Published(Vec<PublishedDocument>),
    /// What waits for an approver now; `None` if nothing would go out, or it was taken back.
    Prepared(Option<Preparation>),
    /// For each document, whether it is new.
    Accepted(Vec<bool>),
    /// Refused because of the document at this place.
    Rejected {
        /// Its place in the batch.
        index: usize,
        /// Why.
        refusal: Refusal,
    },
    /// What became of each form, in order of time; empty where figures were taken back.
    Entered(Vec<Outcome>),
    /// Nothing was entered, because of these.
    Faulty(Vec<Fault>),
    /// Whether the explanation is new.
    Explained(bool),
    /// So many reviews are new here, and so many were left out.
    Reviewed(usize, usize),
    /// Adopted that many.
    Adopted(usize),
    /// Done; the certificate, where one was asked for.
    Trusted(Option<Issued>),
    /// Refused.
    Refused(Refusal),
}
