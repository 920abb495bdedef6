//! One round: bring both sides to the same documents. It heals a parent restored from an old copy, because it asks what the parent holds; and
//! it heals this node, because the parent remembers what this node published.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;

use super::call::{Call, CallError};
use crate::{
    document,
    domain::units::UnitId,
    node::{
        Node, NodeError,
        holdings::{Holding, digest, holdings},
        link::Refused,
    },
    store::writer::Snapshot,
};

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The link, or the parent.
    #[error(transparent)]
    Call(#[from] CallError),
    /// This node.
    #[error(transparent)]
    Node(#[from] NodeError),
}

/// What a round came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Both sides hold the same.
    pub agreed: bool,
    /// Documents the parent took.
    pub sent: u64,
    /// Own documents that were taken back from the parent.
    pub adopted: u64,
    /// Documents the parent does not hold.
    pub unsent: u64,
    /// Documents it refuses.
    pub refusals: Vec<Refused>,
}

/// Documents in one batch, and their bytes. A unit's batch is whole if it can be, so that a cascade of amendments arrives as one.
const BATCH_DOCUMENTS: usize = 400;
const BATCH_BYTES: usize = 8 << 20;
/// Passes over the holdings in one round: one to take back, one to send, one to see that it is done.
const PASSES: usize = 4;

/// Brings both sides to the same documents, and hands over what is open.
pub async fn round(node: &Node, call: &mut Call) -> Result<Outcome, RoundError> {
    let mut outcome = Outcome::default();
    for _ in 0..PASSES {
        let snapshot = node.snapshot();
        let me = node.own();
        let mine = holdings(&snapshot.state, &me);
        let registry = &snapshot.state.registry;
        let greeting = call.hello(snapshot.state.epoch, registry.version, node.now(), digest(&mine)).await?;
        let difference = greeting.now.0 - node.now().0;
        node.link.set_up(|up| up.clock_difference = difference);
        if greeting.registry_version != registry.version {
            let parts = call.registry(registry).await?;
            if !parts.is_empty() {
                node.follow(parts).await?;
                continue;
            }
        }
        if greeting.digest == digest(&mine) {
            outcome.agreed = true;
            outcome.unsent = 0;
            break;
        }
        let theirs = call.holdings().await?;
        let adopted = take_back(node, &snapshot, call, &mine, &theirs).await?;
        outcome.adopted += adopted;
        if adopted > 0 {
            continue;
        }
        outcome.refusals.clear();
        let sent = send(node, call, &mine, &theirs, &mut outcome).await?;
        if sent == 0 {
            break;
        }
    }
    provisional(node, call).await?;
    Ok(outcome)
}

/// Own documents the parent holds and this node does not, or holds with other content: what readers were shown is what was published.
async fn take_back(
    node: &Node,
    snapshot: &Snapshot,
    call: &mut Call,
    mine: &[Holding],
    theirs: &BTreeMap<(UnitId, NaiveDate), Holding>,
) -> Result<u64, RoundError> {
    let mine: BTreeMap<_, _> = mine.iter().map(|h| ((&h.unit, h.atom_start), h)).collect();
    let forgotten: Vec<&Holding> = theirs
        .values()
        .filter(|h| snapshot.state.books.contains_key(&*h.unit.code))
        .filter(|h| mine.get(&(&h.unit, h.atom_start)).is_none_or(|m| m.hash != h.hash && m.revision <= h.revision))
        .collect();
    if forgotten.is_empty() {
        return Ok(0);
    }
    let hashes: Vec<_> = forgotten.iter().map(|h| h.hash).collect();
    let documents = call.documents(&hashes).await?;
    // The parent might send anything: only what was asked for is taken, and only if it was signed with this node's own key.
    let own_key = node.public_key();
    let wanted = documents.into_iter().filter(|bytes| {
        hashes.contains(&document::hash(bytes)) && document::open(bytes).is_ok_and(|opened| opened.signer == own_key)
    });
    let wanted: Vec<Bytes> = wanted.collect();
    let adopted = node.adopt(wanted).await?;
    if adopted > 0 {
        tracing::warn!(adopted, "this node was restored from an old copy: it took back documents it had published");
    }
    Ok(adopted as u64)
}

/// Sends what the parent does not hold, deepest units first so that a parent's members are there before it, oldest atom first.
async fn send(
    node: &Node,
    call: &mut Call,
    mine: &[Holding],
    theirs: &BTreeMap<(UnitId, NaiveDate), Holding>,
    outcome: &mut Outcome,
) -> Result<u64, RoundError> {
    let snapshot = node.snapshot();
    let tree = &snapshot.state.registry.tree;
    let mut by_unit: BTreeMap<&UnitId, Vec<&Holding>> = BTreeMap::new();
    for holding in mine {
        let known = theirs.get(&(holding.unit.clone(), holding.atom_start));
        if known.is_none_or(|t| t.revision < holding.revision) {
            by_unit.entry(&holding.unit).or_default().push(holding);
        }
    }
    let depth =
        |unit: &UnitId, on: NaiveDate| std::iter::successors(tree.parent(unit, on), |up| tree.parent(up, on)).count();
    let mut units: Vec<_> = by_unit.into_iter().collect();
    units.sort_by_key(|(unit, all)| std::cmp::Reverse(all.last().map_or(0, |h| depth(unit, h.atom_start))));
    outcome.unsent = units.iter().map(|(_, all)| all.len() as u64).sum();
    let mut sent = 0;
    for (_, holdings) in units {
        let mut batch: Vec<(&Holding, Bytes)> = Vec::new();
        let mut bytes = 0;
        for holding in holdings {
            let (envelope, _) = node.envelope(&holding.unit, holding.atom_start, holding.revision)?;
            if !batch.is_empty() && (batch.len() >= BATCH_DOCUMENTS || bytes + envelope.len() > BATCH_BYTES) {
                sent += deliver(node, call, &batch, outcome).await?;
                batch.clear();
                bytes = 0;
            }
            bytes += envelope.len();
            batch.push((holding, envelope));
        }
        sent += deliver(node, call, &batch, outcome).await?;
    }
    outcome.sent += sent;
    outcome.unsent -= sent;
    Ok(sent)
}

/// One batch. A refusal is noted and does not block what comes after.
async fn deliver(
    node: &Node,
    call: &mut Call,
    batch: &[(&Holding, Bytes)],
    outcome: &mut Outcome,
) -> Result<u64, RoundError> {
    let documents: Vec<Bytes> = batch.iter().map(|(_, bytes)| bytes.clone()).collect();
    let receipts = call.deliver(&documents).await?;
    let mut taken = 0;
    for ((holding, _), receipt) in batch.iter().zip(receipts) {
        match receipt.refused {
            None => taken += 1,
            Some((reason, message)) => {
                tracing::warn!(unit = %holding.unit, atom = %holding.atom_start, %reason, "the parent refuses a document: {message}");
                let since = node
                    .link
                    .up()
                    .refusals
                    .iter()
                    .find(|r| r.unit == holding.unit && r.atom_start == holding.atom_start && r.reason == reason)
                    .map(|r| r.since);
                outcome.refusals.push(Refused {
                    unit: holding.unit.clone(),
                    atom_start: holding.atom_start,
                    revision: holding.revision,
                    reason,
                    message,
                    since: since.unwrap_or_else(|| node.now()),
                });
            }
        }
    }
    Ok(taken)
}

/// Hands over what is open, so that the parent's report of the running period is never older than a session.
async fn provisional(node: &Node, call: &mut Call) -> Result<(), RoundError> {
    let drafts = node.open_drafts(&node.snapshot());
    let documents: Vec<Bytes> = drafts.iter().map(|summary| node.seal(summary)).collect();
    if documents.is_empty() {
        return Ok(());
    }
    for receipt in call.deliver(&documents).await? {
        if let Some((reason, message)) = receipt.refused {
            tracing::debug!(%reason, "the parent does not take the figures of an open period: {message}");
        }
    }
    Ok(())
}
