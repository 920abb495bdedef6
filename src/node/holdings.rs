//! What this node holds of a subtree, for the conversation upward and downward.

use std::sync::Arc;

use super::{Node, NodeError, denials::is_denial};
use crate::{
    document::{self, Incoming},
    domain::{summary::Hash, units::UnitId},
    ledger::{By, draft::draft, refusal::Refusal, state::State},
    store::{
        command::{Command, Reply},
        writer::Snapshot,
    },
};

/// A document somebody holds, by name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Holding {
    /// Whose.
    pub unit: UnitId,
    /// First day of the atom.
    pub atom_start: chrono::NaiveDate,
    /// The highest revision.
    pub revision: u32,
    /// Its hash.
    pub hash: Hash,
}

/// What becomes of a delivery.
#[derive(Clone, Debug)]
pub enum Delivered {
    /// For each document, whether it was new.
    Accepted(Vec<bool>),
    /// Nothing was kept, because of the document at this place.
    Refused {
        /// Its place.
        index: usize,
        /// A stable name.
        reason: &'static str,
        /// In words.
        message: String,
    },
}

/// Everything held of a unit's subtree, itself included, in order. Two nodes that hold the same list the same: both sides ask the tree and
/// nothing else, so what a node still holds of units that are no longer below it is not quarrelled about.
///
/// Documents of every time count, so a unit belongs to the subtree of the unit that was above it at each document's own time; and for the same
/// reason only those count for whose time `above`, the code of the node at the upper end of the conversation, was above the unit: what a commune
/// published under another district was that district's to have. Only the subtree is looked at: a parent of thousands answers each child in the
/// same time.
pub fn holdings(state: &State, unit: &UnitId, above: &str) -> Vec<Holding> {
    let tree = &state.registry.tree;
    let mut units = tree.ever_under(&unit.code);
    // What was published before a tree was known stands under the bare code.
    let bare = UnitId { code: Arc::clone(&unit.code), valid_from: None };
    if let Err(place) = units.binary_search(&bare) {
        units.insert(place, bare);
    }
    let mut all = Vec::new();
    for id in units {
        for (start, held) in state.shelves.get(&id).into_iter().flatten() {
            let on = held.atom.last_day();
            if !was_above(state, above, &unit.code, on) {
                continue;
            }
            let theirs = id.code == unit.code || {
                let then = state.identity(&unit.code, on);
                then.is_some_and(|then| tree.is_below(&id, &then, on) || tree.kept_by(&then, on).contains(&id))
            };
            if theirs {
                all.push(Holding { unit: id.clone(), atom_start: *start, revision: held.revision, hash: held.hash });
            }
        }
    }
    all
}

/// Whether one unit was above another on a day; a day of which the tree knows nothing is no reason to keep anything back.
fn was_above(state: &State, above: &str, code: &str, on: chrono::NaiveDate) -> bool {
    let tree = &state.registry.tree;
    let Some(then) = tree.resolve(code, on) else { return true };
    tree.resolve(above, on).is_some_and(|up| tree.is_below(&then.id, &up.id, on))
}

/// One hash over all holdings of a subtree.
pub fn digest(holdings: &[Holding]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for holding in holdings {
        let unit = holding.unit.to_string();
        hasher.update(&u64::try_from(unit.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(unit.as_bytes());
        hasher.update(holding.atom_start.to_string().as_bytes());
        hasher.update(&holding.revision.to_le_bytes());
        hasher.update(&holding.hash.0);
    }
    Hash(*hasher.finalize().as_bytes())
}

impl Node {
    /// Takes in a batch from below. Provisional documents are cached; others are journalled, all or none.
    pub async fn deliver(&self, by: &By, sender: UnitId, batch: Vec<bytes::Bytes>) -> Result<Delivered, NodeError> {
        let delivered = self.take_in(by, sender, batch).await?;
        if let Delivered::Refused { .. } = &delivered {
            // The others of its batch come again.
            self.metrics.delivered(0, 1);
        }
        Ok(delivered)
    }

    async fn take_in(&self, by: &By, sender: UnitId, batch: Vec<bytes::Bytes>) -> Result<Delivered, NodeError> {
        let mut documents = Vec::with_capacity(batch.len());
        for (index, bytes) in batch.iter().enumerate() {
            match document::receive(bytes) {
                Ok(incoming) => documents.push(incoming),
                Err(error) => return Ok(refused(index, error.reason(), &error)),
            }
        }
        if documents.iter().any(|d| d.header.provisional || d.header.revision == 0) {
            return Ok(self.deliver_provisional(&sender, &documents));
        }
        match self.ask(by, Command::Accept { sender: sender.clone(), documents: documents.clone() }).await? {
            Reply::Accepted(fresh) => {
                self.metrics.delivered(fresh.len() as u64, 0);
                let settled = |r: &mut super::link::Refused| {
                    documents.iter().any(|d| d.header.unit == r.unit && d.header.atom.start == r.atom_start)
                };
                self.link.set_below(&sender, |below| drop(below.refusal.take_if(settled)));
                self.provisional.forget(&documents);
                Ok(Delivered::Accepted(fresh))
            }
            Reply::Rejected { index, refusal } => {
                self.remember_refusal(&sender, documents.get(index), &refusal);
                if is_denial(refusal.reason()) {
                    let whose =
                        documents.get(index).map(|incoming| incoming.header.unit.to_string()).unwrap_or_default();
                    self.denied(by, &format!("deliver a document of {whose}"), refusal.reason());
                }
                Ok(refused(index, refusal.reason(), &refusal))
            }
            _ => Err(super::unexpected()),
        }
    }

    fn remember_refusal(&self, sender: &UnitId, document: Option<&Incoming>, refusal: &Refusal) {
        let Some(Incoming { header, .. }) = document else { return };
        let refused = super::link::Refused {
            unit: header.unit.clone(),
            atom_start: header.atom.start,
            revision: header.revision,
            reason: refusal.reason().to_owned(),
            message: refusal.to_string(),
            since: self.now(),
        };
        tracing::warn!(%sender, unit = %refused.unit, reason = refused.reason, "{}", refused.message);
        self.link.set_below(sender, |below| below.refusal = Some(refused));
    }

    fn deliver_provisional(&self, sender: &UnitId, documents: &[Incoming]) -> Delivered {
        let snapshot = self.snapshot();
        let mut drafts = Vec::with_capacity(documents.len());
        for (index, incoming) in documents.iter().enumerate() {
            let header = &incoming.header;
            if !header.provisional || header.revision != 0 {
                return refused(index, "MIXED_BATCH", &"a batch is either provisional or not: send two batches");
            }
            // Nobody relays a draft, and what it says cannot be shown here.
            let summary = match &incoming.summary {
                Ok(summary) => summary,
                Err(error) => return refused(index, error.reason(), error),
            };
            let (state, now) = (&snapshot.state, self.now());
            if let Err(refusal) = crate::ledger::accept::provisional(state, sender, incoming, summary, now) {
                self.remember_refusal(sender, Some(incoming), &refusal);
                return refused(index, refusal.reason(), &refusal);
            }
            drafts.push((header.hash, summary));
        }
        for (hash, summary) in drafts {
            self.provisional.keep(hash, summary, self.now());
        }
        self.touch();
        Delivered::Accepted(vec![true; documents.len()])
    }

    /// Takes back own documents that the parent still has.
    pub async fn adopt(&self, documents: Vec<bytes::Bytes>) -> Result<usize, NodeError> {
        let incoming = documents.iter().map(|bytes| document::receive(bytes)).collect::<Result<Vec<_>, _>>()?;
        match self.ask(&By::node(), Command::Adopt(incoming)).await? {
            Reply::Adopted(count) => Ok(count),
            _ => Err(super::unexpected()),
        }
    }

    /// Provisional documents of the units kept here: every atom that has begun and is not closed, for the node's own unit and those it keeps.
    pub fn open_drafts(&self, snapshot: &Snapshot) -> Vec<crate::domain::summary::Summary> {
        let now = self.now();
        let state = &snapshot.state;
        let cuts = &state.registry.cuts;
        let cached = self.provisional.cached();
        let mut drafts = Vec::new();
        for (code, books) in &state.books {
            let first = cuts.atom_of(books.closed_through);
            let atoms = std::iter::successors(Some(first), |a| Some(cuts.next(*a)));
            for atom in atoms.take_while(|a| a.starts_at() <= now).take(MAX_OPEN) {
                let Some(unit) = state.identity(code, atom.last_day()) else { continue };
                let find = |child: &UnitId| {
                    let open = cached.get(&(child.clone(), atom.start))?;
                    Some((&open.held, &open.cells, open.summary.ahead.as_ref()))
                };
                drafts.push(draft(state, &unit, atom, now.min(atom.ends_at()), Some(&find)));
            }
        }
        drafts
    }
}

/// Open atoms that travel as provisional documents: more are not closed for years, and nobody reads them.
const MAX_OPEN: usize = 8;

fn refused(index: usize, reason: &'static str, error: &dyn std::fmt::Display) -> Delivered {
    Delivered::Refused { index, reason, message: error.to_string() }
}
