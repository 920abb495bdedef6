//! One round: bring both sides to the same documents. It heals a parent restored from an old copy, because it asks what the parent holds; and
//! it heals this node, because the parent remembers what this node published.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::NaiveDate;

use super::call::{Call, CallError};
use crate::{
    document::{self, Incoming},
    domain::{summary::Hash, units::UnitId},
    node::{
        Node, NodeError, Snapshot,
        holdings::{Holding, digest, holdings},
        link::Refused,
    },
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
    /// What the parent was seen to hold of what this node holds.
    pub confirmed: BTreeSet<Hash>,
}

/// Documents in one batch, and their bytes, a little below what the parent takes. So a unit's documents are one batch, and a cascade of amendments
/// arrives whole: half of one would not continue the other half.
const BATCH_DOCUMENTS: usize = 49_000;
const BATCH_BYTES: usize = 250 << 20;
/// Passes over the holdings in one round: one for the registry, one to take back, one to send, one to see that it is done, and one to spare.
const PASSES: usize = 5;
/// How often in a round a batch is taken apart around a document that is refused.
const SPLITS: usize = 20;
/// What the parent says of the other documents of a refused batch.
const BATCH_REFUSED: &str = "BATCH_REFUSED";

/// Brings both sides to the same documents, and hands over what is open.
pub async fn round(node: &Node, call: &mut Call) -> Result<Outcome, RoundError> {
    let mut outcome = Outcome::default();
    let mut said = None;
    for _ in 0..PASSES {
        let snapshot = node.snapshot();
        let me = node.own();
        let registry = &snapshot.state.registry;
        let held = digest(&holdings(&snapshot.state, &me, &node.code_above()));
        let greeting = call.hello(snapshot.state.epoch, registry.version, node.now(), held).await?;
        let mine = holdings(&snapshot.state, &me, &greeting.unit.code);
        said = greeting.reviews;
        let difference = greeting.now.0 - node.now().0;
        node.link.set_up(|up| {
            up.clock_difference = difference;
            up.registry_version = greeting.registry_version;
            up.code = greeting.unit.code.to_string();
        });
        if greeting.registry_version != registry.version {
            let mut parts = call.registry(registry).await?;
            // A parent that was restored from an old copy has older ones; nobody goes back to those.
            parts.retain(|new| registry.versions.get(&new.part.kind()).is_none_or(|have| *have < new.version));
            if !parts.is_empty() {
                node.follow(parts).await?;
                continue;
            }
        }
        if greeting.digest == digest(&mine) {
            outcome.agreed = true;
            outcome.unsent = 0;
            outcome.refusals.clear();
            outcome.confirmed = mine.iter().map(|holding| holding.hash).collect();
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
    // Last, so that nothing the parent says can hold up figures.
    if let Some(said) = said {
        reviews(node, call, said).await?;
    }
    Ok(outcome)
}

/// Takes over what the parent says of reports of this node's subtree. Nothing of the kind goes up.
async fn reviews(node: &Node, call: &mut Call, said: Hash) -> Result<(), RoundError> {
    let (_, have) = node.reviews_of(&node.own());
    if have == said {
        return Ok(());
    }
    let (fresh, left_out) = node.follow_reviews(call.reviews(&have).await?).await?;
    if left_out > 0 {
        tracing::warn!(left_out, "the parent says something of reports that are not this node's to take, or too much");
    }
    if fresh > 0 {
        tracing::info!(fresh, "reviews came down");
    }
    Ok(())
}

/// Documents of this node's subtree that the parent holds and this node does not, or holds with other content: what readers were shown is
/// what was published. Those of units below come back too, for the unit itself may be gone, or as forgetful as this node.
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
        .filter(|theirs| forgot(node, mine.get(&(&theirs.unit, theirs.atom_start)).copied(), theirs))
        .collect();
    if forgotten.is_empty() {
        return Ok(0);
    }
    let hashes: Vec<_> = forgotten.iter().map(|h| h.hash).collect();
    let documents = call.documents(&hashes).await?;
    // The parent might send anything: only what was asked for is taken, and only if it was signed with a key that is known. Otherwise one
    // document would keep all others from coming back.
    let state = &snapshot.state;
    let own_key = node.public_key();
    let wanted = documents.into_iter().filter(|bytes| {
        hashes.contains(&document::hash(bytes))
            && document::receive(bytes).is_ok_and(|Incoming { header, .. }| {
                let keeper = &header.keeper;
                let key = if *keeper.code == *state.code { Some(&own_key) } else { state.keys.get(keeper) };
                key.is_none_or(|key| *key == header.signer)
            })
    });
    let wanted: Vec<Bytes> = wanted.collect();
    let adopted = node.adopt(wanted).await?;
    if adopted > 0 {
        tracing::warn!(
            adopted,
            "this node was restored from an old copy: it took back documents that had been published"
        );
    }
    Ok(adopted as u64)
}

/// Whether what the parent holds was published and is not remembered here. A parent that was restored itself holds an earlier revision, which
/// is remembered; if there is another one under that number, this node has published on after it had forgotten.
fn forgot(node: &Node, mine: Option<&Holding>, theirs: &Holding) -> bool {
    match mine {
        None => true,
        Some(mine) if mine.revision <= theirs.revision => mine.hash != theirs.hash,
        Some(_) => node
            .envelope(&theirs.unit, theirs.atom_start, theirs.revision)
            .is_ok_and(|(bytes, _)| document::hash(&bytes) != theirs.hash),
    }
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
    let mut confirmed = BTreeSet::new();
    let mut by_unit: BTreeMap<&UnitId, Vec<&Holding>> = BTreeMap::new();
    for holding in mine {
        let known = theirs.get(&(holding.unit.clone(), holding.atom_start));
        if known.is_none_or(|t| t.revision < holding.revision) {
            by_unit.entry(&holding.unit).or_default().push(holding);
        } else {
            confirmed.insert(holding.hash);
        }
    }
    outcome.confirmed = confirmed;
    let depth =
        |unit: &UnitId, on: NaiveDate| std::iter::successors(tree.parent(unit, on), |up| tree.parent(up, on)).count();
    let mut units: Vec<_> = by_unit.into_iter().collect();
    units.sort_by_key(|(unit, all)| std::cmp::Reverse(all.last().map_or(0, |h| depth(unit, h.atom_start))));
    outcome.unsent = units.iter().map(|(_, all)| all.len() as u64).sum();
    let mut sent = 0;
    let mut splits = SPLITS;
    for (_, holdings) in units {
        let mut batch: Vec<(&Holding, Bytes)> = Vec::new();
        let mut bytes = 0;
        for holding in holdings {
            let (envelope, _) = node.envelope(&holding.unit, holding.atom_start, holding.revision)?;
            if !batch.is_empty() && (batch.len() >= BATCH_DOCUMENTS || bytes + envelope.len() > BATCH_BYTES) {
                sent += deliver(node, call, &batch, &mut splits, outcome).await?;
                batch.clear();
                bytes = 0;
            }
            bytes += envelope.len();
            batch.push((holding, envelope));
        }
        sent += deliver(node, call, &batch, &mut splits, outcome).await?;
    }
    outcome.sent += sent;
    outcome.unsent -= sent;
    Ok(sent)
}

/// One batch. A refusal is noted and does not block the others: what stands before and after it goes again by itself, as often in a round as
/// there are splits left.
async fn deliver(
    node: &Node,
    call: &mut Call,
    batch: &[(&Holding, Bytes)],
    splits: &mut usize,
    outcome: &mut Outcome,
) -> Result<u64, RoundError> {
    let mut waiting = vec![batch];
    let mut taken = 0;
    while let Some(part) = waiting.pop() {
        if part.is_empty() {
            continue;
        }
        let documents: Vec<Bytes> = part.iter().map(|(_, bytes)| bytes.clone()).collect();
        let refusals: Vec<_> = call.deliver(&documents).await?.into_iter().map(|receipt| receipt.refused).collect();
        let fault = refusals.iter().position(|refused| matches!(refused, Some((reason, _)) if reason != BATCH_REFUSED));
        match fault.filter(|_| part.len() > 1 && *splits > 0) {
            Some(place) => {
                *splits -= 1;
                let (before, rest) = part.split_at(place);
                waiting.push(rest.get(1..).unwrap_or_default());
                waiting.push(before);
                node.metrics.sent(0, 1);
                note(node, rest, refusals.into_iter().skip(place).take(1), outcome);
            }
            None => {
                let (refused, accepted): (Vec<_>, Vec<_>) = refusals.iter().partition(|refused| refused.is_some());
                // Now, not when the round is over: it may still fail, and these have been answered for.
                node.metrics.sent(accepted.len() as u64, refused.len() as u64);
                taken += accepted.len() as u64;
                note(node, part, refusals.into_iter(), outcome);
            }
        }
    }
    Ok(taken)
}

/// Notes refusals, each for the document in the same place, and since when they stand.
fn note(
    node: &Node,
    part: &[(&Holding, Bytes)],
    refusals: impl Iterator<Item = Option<(String, String)>>,
    outcome: &mut Outcome,
) {
    let before = node.link.up().refusals;
    for ((holding, _), refused) in part.iter().zip(refusals) {
        let Some((reason, message)) = refused else { continue };
        tracing::warn!(unit = %holding.unit, atom = %holding.atom_start, %reason, "the parent refuses a document: {message}");
        let same = |r: &&Refused| r.unit == holding.unit && r.atom_start == holding.atom_start && r.reason == reason;
        let since = before.iter().find(same).map_or_else(|| node.now(), |r| r.since);
        let (unit, atom_start) = (holding.unit.clone(), holding.atom_start);
        outcome.refusals.push(Refused { unit, atom_start, revision: holding.revision, reason, message, since });
    }
}

/// Hands over what is open, so that the parent's report of the running period is never older than a session.
async fn provisional(node: &Node, call: &mut Call) -> Result<(), RoundError> {
    let drafts = node.open_drafts(&node.snapshot());
    // What the parent could not read would only be refused there: sums of what units below sent may be beyond any document.
    let sealed = drafts.iter().map(|summary| node.seal(summary));
    let readable = |document: &Bytes| match document::reopen(document) {
        Ok(_) => true,
        Err(error) => {
            tracing::warn!("the figures of an open period cannot be sent: {error}");
            false
        }
    };
    let documents: Vec<Bytes> = sealed.filter(readable).collect();
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
