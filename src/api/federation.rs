//! What nodes below call.

use std::{collections::HashSet, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tonic::{Request, Response, Status, Streaming};

use super::{Answers, aside, caller::Caller, refuse};
use crate::{
    domain::{registry::PartKind, units::UnitId},
    ledger::Refusal,
    node::{
        Node, Snapshot,
        holdings::{Delivered, Holding, digest, holdings},
    },
    trust::sessions::Peer,
    wire::{
        WireError,
        error::reason,
        event::unit_from_pb,
        pb::v1::{self as pb, federation_service_server::FederationService},
        registry::kind_to_pb,
        review::review_to_pb,
        scalar::instant_to_pb,
        status::status,
    },
};

/// The protocol versions this program speaks, lowest and highest.
const PROTOCOL: (u32, u32) = (1, 1);
/// Holdings in one message.
const PAGE: usize = 500;
/// Hashes in one request.
const HASHES: usize = 1_000;
/// Documents in one batch, and their bytes.
const BATCH_DOCUMENTS: usize = 50_000;
const BATCH_BYTES: usize = 256 << 20;

/// See the module.
pub struct Federation {
    /// The node.
    pub node: Arc<Node>,
}

#[tonic::async_trait]
impl FederationService for Federation {
    type ListHoldingsStream = Answers<pb::ListHoldingsResponse>;
    type FetchDocumentsStream = Answers<pb::FetchDocumentsResponse>;
    type FetchRegistryStream = Answers<pb::FetchRegistryResponse>;
    type FetchReviewsStream = Answers<pb::FetchReviewsResponse>;

    async fn hello(&self, request: Request<pb::HelloRequest>) -> Result<Response<pb::HelloResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let peer = request.extensions().get::<Peer>().and_then(|peer| peer.certificate.clone());
        let certificate_until = peer.map(|certificate| certificate.not_after);
        let hello = request.into_inner();
        let protocol = protocol(hello.protocol_min, hello.protocol_max)?;
        let snapshot = self.node.snapshot();
        let child = self.below(&caller, &snapshot, &hello.unit, "unit")?;
        let now = self.node.now();
        self.node.link.set_below(&child, |below| {
            below.last_seen = Some(now);
            below.certificate_until = certificate_until;
            below.software = hello.software.chars().filter(|c| !c.is_control()).take(40).collect();
            below.registry_version = hello.registry_version;
        });
        let held = Arc::clone(&snapshot);
        let both = move |node: &Arc<Node>| {
            Ok((digest(&holdings(&held.state, &child, &held.state.code)), node.reviews_of(&child).1))
        };
        let (digest, reviews) = aside(&self.node, both).await?;
        Ok(Response::new(pb::HelloResponse {
            unit: snapshot.state.own(now.local_date()).to_string(),
            protocol,
            epoch: snapshot.state.epoch,
            registry_version: snapshot.state.registry.version,
            now: Some(instant_to_pb(now)),
            digest: digest.0.to_vec(),
            software: env!("CARGO_PKG_VERSION").to_owned(),
            reviews_digest: reviews.0.to_vec(),
        }))
    }

    async fn list_holdings(
        &self,
        request: Request<pb::ListHoldingsRequest>,
    ) -> Result<Response<Self::ListHoldingsStream>, Status> {
        let caller = Caller::of(request.extensions());
        let held = self.held_of(&caller, &request.into_inner().unit).await?;
        let pages: Vec<_> = held.chunks(PAGE).map(|page| page.iter().map(holding_row).collect()).collect();
        let pages = pages.into_iter().map(|holdings| Ok(pb::ListHoldingsResponse { holdings }));
        Ok(Response::new(Box::pin(stream::iter(pages))))
    }

    async fn deliver(
        &self,
        request: Request<Streaming<pb::DeliverRequest>>,
    ) -> Result<Response<pb::DeliverResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let (sender, documents) = self.batch(&caller, request.into_inner()).await?;
        let delivered = self.node.deliver(&caller.by(), sender, documents.clone()).await.map_err(refuse)?;
        let receipts = documents.iter().enumerate().map(|(place, document)| receipt(document, place, &delivered));
        Ok(Response::new(pb::DeliverResponse { receipts: receipts.collect() }))
    }

    async fn fetch_documents(
        &self,
        request: Request<pb::FetchDocumentsRequest>,
    ) -> Result<Response<Self::FetchDocumentsStream>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        at_most(asked.hashes.len(), HASHES, "hashes")?;
        let wanted: HashSet<[u8; 32]> = asked.hashes.iter().enumerate().map(hash).collect::<Result<_, _>>()?;
        let mut held = self.held_of(&caller, &asked.unit).await?;
        held.retain(|holding| wanted.contains(&holding.hash.0));
        let node = Arc::clone(&self.node);
        let documents = stream::iter(held).then(move |holding| {
            let node = Arc::clone(&node);
            async move {
                let read = move |node: &Arc<Node>| {
                    node.envelope(&holding.unit, holding.atom_start, holding.revision).map_err(refuse)
                };
                let (document, _) = aside(&node, read).await?;
                Ok(pb::FetchDocumentsResponse { document: document.to_vec() })
            }
        });
        Ok(Response::new(Box::pin(documents)))
    }

    async fn fetch_registry(
        &self,
        request: Request<pb::FetchRegistryRequest>,
    ) -> Result<Response<Self::FetchRegistryStream>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let snapshot = self.node.snapshot();
        self.below(&caller, &snapshot, &asked.unit, "unit")?;
        let has = move |kind: PartKind, version: u64| {
            asked.have.iter().any(|have| have.kind == i32::from(kind_to_pb(kind)) && have.version == version)
        };
        // Made one at a time, as each is sent: a part can be large.
        let parts = stream::iter(PartKind::ALL).filter_map(move |kind| {
            let version = snapshot.state.registry.versions.get(&kind).filter(|version| !has(kind, **version));
            let sealed = version.and_then(|_| snapshot.state.parts.get(&kind));
            let answer = sealed.map(|sealed| Ok(pb::FetchRegistryResponse { part: sealed.to_vec() }));
            std::future::ready(answer)
        });
        Ok(Response::new(Box::pin(parts)))
    }

    async fn fetch_reviews(
        &self,
        request: Request<pb::FetchReviewsRequest>,
    ) -> Result<Response<Self::FetchReviewsStream>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let child = self.below(&caller, &self.node.snapshot(), &asked.unit, "unit")?;
        let (said, digest) = aside(&self.node, move |node| Ok(node.reviews_of(&child))).await?;
        let said = if digest.0[..] == asked.have_digest[..] { Vec::new() } else { said };
        let pages: Vec<Vec<pb::Review>> =
            said.chunks(PAGE).map(|page| page.iter().map(review_to_pb).collect()).collect();
        let pages = pages.into_iter().map(|reviews| Ok(pb::FetchReviewsResponse { reviews }));
        Ok(Response::new(Box::pin(stream::iter(pages))))
    }
}

impl Federation {
    /// Reads a batch to its end, within bounds. Who is not below is turned away before anything more is read.
    async fn batch(
        &self,
        caller: &Caller,
        mut parts: Streaming<pb::DeliverRequest>,
    ) -> Result<(UnitId, Vec<Bytes>), Status> {
        let mut sender = None;
        let mut documents: Vec<Bytes> = Vec::new();
        let mut bytes = 0;
        while let Some(part) = parts.message().await? {
            let from = self.below(caller, &self.node.snapshot(), &part.sender, "sender")?;
            if *sender.get_or_insert_with(|| from.clone()) != from {
                return Err(status("MIXED_BATCH", "sender", "a batch has one sender: send two batches".to_owned()));
            }
            bytes += part.documents.iter().map(Vec::len).sum::<usize>();
            documents.extend(part.documents.into_iter().map(Bytes::from));
            at_most(documents.len(), BATCH_DOCUMENTS, "documents")?;
            at_most(bytes, BATCH_BYTES, "documents")?;
        }
        let none = || status("MISSING_FIELD", "documents", "the batch is empty: send at least one document".to_owned());
        Ok((sender.ok_or_else(none)?, documents))
    }

    /// The caller as this node knows it; its certificate names the unit it speaks for. It is below this node, or was at some time: a unit that
    /// has moved, or is no more, still owes the documents of that time, and each document is asked for its own time. A caller that has no registry
    /// yet names itself by its bare code.
    fn below(&self, caller: &Caller, snapshot: &Snapshot, unit: &str, field: &str) -> Result<UnitId, Status> {
        let named = unit_from_pb(unit, field)?;
        if named.code.is_empty() {
            return Err(WireError::new(field, reason::MISSING_FIELD, "fill in this field").into());
        }
        if let Err(status) = caller.speaks_for(&named.code) {
            self.node.denied(&caller.by(), &format!("speak for unit {named}"), "OTHER_UNIT");
            return Err(status);
        }
        let today = self.node.now().local_date();
        let state = &snapshot.state;
        let known = state.unit(&named).map(|unit| unit.id.clone());
        let child = known.or_else(|| state.identity(&named.code, today)).unwrap_or(named);
        if state.registry.tree.is_empty() {
            Err(refuse(Refusal::NoTree(state.own(today))))
        } else if state.registry.tree.ever_above(&child.code).contains(&state.code) {
            Ok(child)
        } else {
            Err(refuse(Refusal::NotBelowUs { sender: child, unit: state.own(today) }))
        }
    }

    async fn held_of(&self, caller: &Caller, unit: &str) -> Result<Vec<Holding>, Status> {
        let snapshot = self.node.snapshot();
        let child = self.below(caller, &snapshot, unit, "unit")?;
        aside(&self.node, move |_| Ok(holdings(&snapshot.state, &child, &snapshot.state.code))).await
    }
}

/// The highest version both sides speak.
fn protocol(min: u32, max: u32) -> Result<u32, Status> {
    let chosen = max.min(PROTOCOL.1);
    if chosen >= min.max(PROTOCOL.0) {
        return Ok(chosen);
    }
    let message = format!(
        "this node speaks protocol {} to {}, the caller {min} to {max}: update the older of the two, the parent first",
        PROTOCOL.0, PROTOCOL.1
    );
    Err(status("PROTOCOL_VERSION", "protocol_max", message))
}

fn at_most(count: usize, most: usize, field: &str) -> Result<(), Status> {
    if count <= most {
        return Ok(());
    }
    Err(status("BATCH_TOO_LARGE", field, format!("{count} are too many for one call: send at most {most}")))
}

fn hash((index, given): (usize, &Vec<u8>)) -> Result<[u8; 32], WireError> {
    let wrong =
        |_| WireError::new(format!("hashes[{index}]"), "BAD_HASH", format!("a hash has 32 bytes, not {}", given.len()));
    given.as_slice().try_into().map_err(wrong)
}

fn holding_row(holding: &Holding) -> pb::Holding {
    pb::Holding {
        unit: holding.unit.to_string(),
        atom_start: holding.atom_start.to_string(),
        revision: holding.revision,
        hash: holding.hash.0.to_vec(),
    }
}

fn receipt(document: &Bytes, place: usize, delivered: &Delivered) -> pb::Receipt {
    let (outcome, reason, message) = match delivered {
        Delivered::Accepted(fresh) if fresh.get(place).copied().unwrap_or_default() => {
            (pb::DeliveryOutcome::Accepted, "", String::new())
        }
        Delivered::Accepted(_) => (pb::DeliveryOutcome::AlreadyHeld, "", String::new()),
        Delivered::Refused { index, reason, message } if *index == place => {
            (pb::DeliveryOutcome::Refused, *reason, message.clone())
        }
        Delivered::Refused { index, reason, .. } => {
            let message = format!("nothing of the batch was kept, because document {index} was refused ({reason})");
            (pb::DeliveryOutcome::Refused, "BATCH_REFUSED", message)
        }
    };
    // The protocol names a document by the hash of its bytes as they came.
    let hash = blake3::hash(document).as_bytes().to_vec();
    pb::Receipt { hash, outcome: outcome.into(), reason: reason.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_common_version_is_chosen() {
        assert_eq!(protocol(1, 1).unwrap(), 1);
        assert_eq!(protocol(0, 9).unwrap(), 1);
        for (min, max) in [(2, 9), (0, 0), (3, 1)] {
            assert_eq!(protocol(min, max).unwrap_err().code(), tonic::Code::FailedPrecondition, "{min} to {max}");
        }
    }

    #[test]
    fn a_refused_batch_names_the_document_at_fault() {
        let refused = Delivered::Refused { index: 1, reason: "WRONG_KEY", message: "no".into() };
        let document = Bytes::from_static(b"x");
        let receipts: Vec<_> = (0..3).map(|place| receipt(&document, place, &refused).reason).collect();
        assert_eq!(receipts, ["BATCH_REFUSED", "WRONG_KEY", "BATCH_REFUSED"]);
    }
}
