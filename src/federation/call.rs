//! One call at a time to the node above, with a deadline, and its answer in our own terms.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use prost::Message;
use tonic::{Request, Status, codec::CompressionEncoding, transport::Channel};

use super::join::status_words;
use crate::{
    document::{DocumentError, SealedPart, open_part},
    domain::{registry::Registry, review::Review, summary::Hash, time::Timestamp, units::UnitId},
    node::{Node, holdings::Holding},
    trust::{
        TrustError,
        connect::{ClientTls, channel_by},
        keyring::Keyring,
        tls::client_config,
        verify::Expect,
    },
    wire::{
        WireError,
        pb::v1::{self as pb, federation_service_client::FederationServiceClient},
        registry::kind_to_pb,
        review::review_from_pb,
        scalar::{date, instant_from_pb},
        stamp,
        store::unit_id,
    },
};

/// The protocol this program speaks.
pub const PROTOCOL: u32 = 1;
/// How long a call may take: a catch-up after months is many calls, not a long one.
const DEADLINE: Duration = Duration::from_secs(60);
/// Reviews that are read in one round.
const REVIEWS: usize = 20_000;
/// Documents are handed over in messages of about this size.
const PART_BYTES: usize = 2 << 20;
/// Largest message either way: one document of the largest size, framed.
const MESSAGE_BYTES: usize = 33 << 20;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The address cannot be used, or the node has no keys for it.
    #[error(transparent)]
    Link(#[from] TrustError),
    /// The parent cannot be reached, or says no.
    #[error("{}", status_words("the parent", .0))]
    Status(Box<Status>),
    /// The node has nothing to show the parent before it is renewed.
    #[error("this node's certificate lapsed at {until}: {why}")]
    Lapsed {
        /// When.
        until: Timestamp,
        /// What became of renewing it.
        why: String,
    },
    /// The answer makes no sense.
    #[error("the parent's answer makes no sense: {0}")]
    Answer(#[from] WireError),
    /// What it handed over is no part of a registry.
    #[error("the parent handed over a part of the registry that cannot be used: {0}")]
    Part(#[from] DocumentError),
}

impl From<Status> for CallError {
    fn from(status: Status) -> CallError {
        CallError::Status(Box::new(status))
    }
}

impl CallError {
    /// For somebody below, whose request was passed on.
    pub fn into_status(self) -> Status {
        match self {
            CallError::Status(status) => *status,
            other => Status::unavailable(other.to_string()),
        }
    }
}

/// A way to the node above, which connects when the first call is made; keepalive notices a link that died silently. Where links are
/// authenticated, whoever answers must be a unit above this one.
pub fn up_channel(node: &Node, url: &str) -> Result<Channel, CallError> {
    let tls = node.keyring().map(|keyring| client_tls(node, keyring)).transpose()?;
    Ok(channel_by(node.dial(), url, tls, |endpoint| {
        endpoint
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .http2_adaptive_window(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10))
            .keep_alive_while_idle(true)
    })?)
}

fn client_tls(node: &Node, keyring: &Keyring) -> Result<ClientTls, TrustError> {
    let identity = keyring.get();
    // A certificate that has lapsed would end the handshake; without one the node can still ask for the next.
    if let Some(lapsed) = identity.filter(|identity| identity.lapsed(node.now())) {
        return client_config(&Keyring::default(), node.clock(), Expect::Authority(lapsed.roots.clone()));
    }
    // Of every time: a unit that has moved, or is no more, still owes its last documents to those who were above it then.
    let snapshot = node.snapshot();
    let expected = snapshot.state.registry.tree.ever_above(&snapshot.state.code).into_iter().collect();
    client_config(keyring, node.clock(), Expect::Units(expected))
}

/// The parent's first words.
#[derive(Clone, Debug)]
pub struct Greeting {
    /// The parent's own unit.
    pub unit: UnitId,
    /// The registry there.
    pub registry_version: u64,
    /// Its clock.
    pub now: Timestamp,
    /// Digest over what it holds of our subtree.
    pub digest: Hash,
    /// Digest over what it says of reports of our subtree; `None` from a release that says nothing.
    pub reviews: Option<Hash>,
}

/// What became of one document.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// `None` if the parent holds it now; otherwise the reason and the words.
    pub refused: Option<(String, String)>,
}

/// A client of the node above.
pub struct Call {
    client: FederationServiceClient<Channel>,
    me: UnitId,
}

impl Call {
    /// Connects when the first call is made.
    pub fn new(node: &Node, url: &str) -> Result<Call, CallError> {
        let me = node.own();
        let client = FederationServiceClient::new(up_channel(node, url)?)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES)
            .send_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Gzip);
        Ok(Call { client, me })
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(DEADLINE);
        request
    }

    /// Greets the parent.
    pub async fn hello(
        &mut self,
        epoch: u64,
        registry: u64,
        now: Timestamp,
        digest: Hash,
    ) -> Result<Greeting, CallError> {
        let request = self.request(pb::HelloRequest {
            unit: self.me.to_string(),
            protocol_min: PROTOCOL,
            protocol_max: PROTOCOL,
            epoch,
            registry_version: registry,
            now: Some(stamp::to_pb(now)),
            digest: digest.0.to_vec(),
            software: env!("CARGO_PKG_VERSION").to_owned(),
        });
        let answer = self.client.hello(request).await?.into_inner();
        Ok(Greeting {
            unit: unit_id("unit", &answer.unit)?,
            registry_version: answer.registry_version,
            now: instant_from_pb(answer.now.unwrap_or_default(), "now")?,
            digest: hash(&answer.digest, "digest")?,
            reviews: match answer.reviews_digest.as_slice() {
                [] => None,
                digest => Some(hash(digest, "reviews_digest")?),
            },
        })
    }

    /// What the parent holds of our subtree, by unit and atom.
    pub async fn holdings(&mut self) -> Result<BTreeMap<(UnitId, chrono::NaiveDate), Holding>, CallError> {
        let request = self.request(pb::ListHoldingsRequest { unit: self.me.to_string() });
        let mut pages = self.client.list_holdings(request).await?.into_inner();
        let mut all = BTreeMap::new();
        while let Some(page) = pages.message().await? {
            for holding in page.holdings {
                let unit = unit_id("holdings.unit", &holding.unit)?;
                let atom_start = date(&holding.atom_start, "holdings.atom_start")?;
                let hash = hash(&holding.hash, "holdings.hash")?;
                let holding = Holding { unit: unit.clone(), atom_start, revision: holding.revision, hash };
                all.insert((unit, atom_start), holding);
            }
        }
        Ok(all)
    }

    /// Hands over a batch.
    pub async fn deliver(&mut self, documents: &[Bytes]) -> Result<Vec<Receipt>, CallError> {
        let mut parts: Vec<pb::DeliverRequest> = Vec::new();
        let mut bytes = PART_BYTES;
        for document in documents {
            if bytes + document.len() > PART_BYTES {
                parts.push(pb::DeliverRequest { sender: self.me.to_string(), documents: Vec::new() });
                bytes = 0;
            }
            bytes += document.len();
            if let Some(part) = parts.last_mut() {
                part.documents.push(document.to_vec());
            }
        }
        let request = self.request(tokio_stream::iter(parts));
        let answer = self.client.deliver(request).await?.into_inner();
        let receipts = answer.receipts.into_iter().map(|receipt| {
            let refused = receipt.outcome() == pb::DeliveryOutcome::Refused;
            Receipt { refused: refused.then_some((receipt.reason, receipt.message)) }
        });
        Ok(receipts.collect())
    }

    /// Documents the parent holds.
    pub async fn documents(&mut self, hashes: &[Hash]) -> Result<Vec<Bytes>, CallError> {
        let mut documents = Vec::new();
        for some in hashes.chunks(500) {
            let request = self.request(pb::FetchDocumentsRequest {
                unit: self.me.to_string(),
                hashes: some.iter().map(|h| h.0.to_vec()).collect(),
            });
            let mut answers = self.client.fetch_documents(request).await?.into_inner();
            while let Some(answer) = answers.message().await? {
                documents.push(answer.document.into());
            }
        }
        Ok(documents)
    }

    /// What the parent says of reports of our subtree, at most 20,000: what it hands over beyond them is not read.
    pub async fn reviews(&mut self, have: &Hash) -> Result<Vec<Review>, CallError> {
        let request = self.request(pb::FetchReviewsRequest { unit: self.me.to_string(), have_digest: have.0.to_vec() });
        let mut pages = self.client.fetch_reviews(request).await?.into_inner();
        let mut all = Vec::new();
        while let Some(page) = pages.message().await? {
            for review in page.reviews {
                if all.len() >= REVIEWS {
                    return Ok(all);
                }
                all.push(review_from_pb(review)?);
            }
        }
        Ok(all)
    }

    /// Parts of the registry that are newer there. Their signatures are good; whose they are is for the ledger to ask.
    pub async fn registry(&mut self, have: &Registry) -> Result<Vec<SealedPart>, CallError> {
        let have = have
            .versions
            .iter()
            .map(|(kind, version)| pb::RegistryPartVersion { kind: kind_to_pb(*kind).into(), version: *version });
        let request = self.request(pb::FetchRegistryRequest { unit: self.me.to_string(), have: have.collect() });
        let mut answers = self.client.fetch_registry(request).await?.into_inner();
        let mut parts = Vec::new();
        while let Some(answer) = answers.message().await? {
            match unknown_kind(&answer.part) {
                // Figures must not wait for a node to be updated.
                Some(kind) => tracing::warn!(
                    kind,
                    "the parent's registry has a part that this program does not know: update this node"
                ),
                None => parts.push(open_part(&answer.part.into())?),
            }
        }
        Ok(parts)
    }
}

/// The kind of a part of the registry that only a later release knows.
fn unknown_kind(sealed: &[u8]) -> Option<i32> {
    let part = pb::SealedPart::decode(sealed).ok()?.part;
    let kind = pb::RegistryPart::decode(part.as_slice()).ok()?.kind;
    pb::RegistryPartKind::try_from(kind).is_err().then_some(kind)
}

fn hash(bytes: &[u8], field: &str) -> Result<Hash, WireError> {
    let bytes = bytes.try_into().map_err(|_| WireError::new(field, "BAD_ID", "a hash has 32 bytes"))?;
    Ok(Hash(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_future_is_known_for_one() {
        let sealed = |kind| {
            let part = pb::RegistryPart { kind, version: 1, ..pb::RegistryPart::default() }.encode_to_vec();
            pb::SealedPart { part, public_key: vec![1; 32], signature: vec![2; 64] }.encode_to_vec()
        };
        let kinds = [1, 5, 0, 99, -1].map(|kind| unknown_kind(&sealed(kind)));
        assert_eq!(kinds, [None, None, None, Some(99), Some(-1)]);
        assert_eq!(unknown_kind(b"no part"), None);
    }
}
