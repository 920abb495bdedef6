//! Every method of every service, called as the server calls it, without a socket: any bytes as the body of a request, any message of its type, any
//! caller. There is always an answer with a status; every refusal says its reason; and what was refused has changed nothing.

use std::{cell::RefCell, pin::Pin, sync::Arc, time::Duration};

use axum::body::Body;
use http_body::Body as _;
use motcua::{
    api::{
        caller::{Caller, Who},
        request_id::RequestIdLayer,
        routes::routes,
    },
    config::Limits,
    document::{Purpose, Sealer},
    domain::units::UnitId,
    ledger::State,
    node::{Node, Powers},
    trust::{access::AccessKey, authority::Authority},
    wire::{pb::v1 as pb, status::reason_of},
};
use prost::Message;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Status,
    codegen::http::{HeaderMap, Request},
};
use tower::{Layer, Service};

use super::{
    bytes::Bytes,
    message::{Method, SCHEMA},
    world::{COMMUNE, PROVINCE, WORLD, key, node, now, person},
};

/// Longer than any call takes, on any machine: what is not answered by then never will be.
const PATIENCE: Duration = Duration::from_secs(20);

thread_local! {
    static HOUSE: RefCell<House> = RefCell::new(House::new());
}

/// Which node, which method, which caller, which form, and then the body.
pub fn run(data: &[u8]) {
    HOUSE.with_borrow_mut(|house| house.call(&mut Bytes(data)));
}

/// The two nodes, each begun anew after anything has changed in it.
struct House {
    runtime: Runtime,
    powers: Powers,
    top: Option<Served>,
    commune: Option<Served>,
}

struct Served {
    node: Arc<Node>,
    begun_at: u64,
}

impl House {
    fn new() -> House {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let authority = Authority::create("fuzz", now(), 20).unwrap_or_else(|error| panic!("{error}"));
        let powers = Powers {
            authority: Some(Arc::new(authority)),
            certificate_days: 90,
            access: Some(AccessKey::new([1; 32])),
            ..Powers::default()
        };
        House { runtime: runtime.unwrap_or_else(|error| panic!("{error}")), powers, top: None, commune: None }
    }

    fn call(&mut self, choices: &mut Bytes<'_>) {
        let at_top = choices.byte().is_multiple_of(2);
        let method = &SCHEMA.methods[usize::from(choices.byte()) % SCHEMA.methods.len()];
        let caller = choices.pick(&callers());
        let body = body(method, choices);
        let (slot, disk, code, powers) = match at_top {
            true => (&mut self.top, &WORLD.top, PROVINCE, self.powers.clone()),
            false => (&mut self.commune, &WORLD.commune, COMMUNE, Powers { authority: None, ..self.powers.clone() }),
        };
        let served = slot.take().unwrap_or_else(|| {
            let node = node(disk, code, powers);
            Served { begun_at: node.snapshot().sequence, node }
        });
        let before = served.node.snapshot().state.clone();
        let status = self.runtime.block_on(async {
            let answer = answer(&served.node, method, caller, body);
            tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| panic!("{} does not answer", method.path))
        });
        let after = served.node.snapshot();
        assert_eq!(after.stopped, None, "{} stopped the node", method.path);
        judge(method, &status);
        // a stream may have been refused after its first messages were taken in
        if status.code() != Code::Ok && !method.path.ends_with("/Record") {
            assert!(same(&before, &after.state), "{} was refused and changed something: {status:?}", method.path);
        }
        if after.sequence == served.begun_at {
            *slot = Some(served);
        }
    }
}

/// Everything but the audit trail, in which a refusal is noted, and requests to join, which wait for a person.
fn same(before: &State, after: &State) -> bool {
    before.books == after.books
        && before.shelves == after.shelves
        && before.registry == after.registry
        && before.preparations == after.preparations
        && before.reviews == after.reviews
        && before.trust.tokens == after.trust.tokens
        && before.trust.people == after.trust.people
        && before.trust.issued == after.trust.issued
}

fn callers() -> [Who; 6] {
    let person = person();
    let unit = |code| Who::Unit(UnitId::new(code, None));
    [
        Who::Local,
        unit(COMMUNE),
        unit("205"),
        Who::Person { id: person.id, name: person.name, role: person.role, unit: person.unit },
        Who::Keys,
        Who::Nobody,
    ]
}

/// The body as it travels. The first choice is its form: bytes that may be no frame at all, one message of any bytes, messages of the right type, or
/// such messages with what is signed in them signed.
fn body(method: &Method, choices: &mut Bytes<'_>) -> Vec<u8> {
    let form = choices.byte() % 4;
    match form {
        0 => return choices.rest().to_vec(),
        1 => return frame(choices.rest()),
        _ => {}
    }
    let mut body = Vec::new();
    for _ in 0..=choices.byte() % 3 {
        let message = SCHEMA.message(&method.input, choices);
        body.extend(frame(&if form == 2 { message } else { signed(method, &message, choices) }));
    }
    body
}

/// A message in its frame, not compressed.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let len = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[0], &len[..], message].concat()
}

/// What only whoever holds a key can send: documents and requests to join under good signatures.
fn signed(method: &Method, message: &[u8], choices: &mut Bytes<'_>) -> Vec<u8> {
    let signer = key(choices.pick(&[COMMUNE, COMMUNE, PROVINCE]));
    match method.path.rsplit('/').next() {
        Some("Deliver") => {
            let Ok(mut request) = pb::DeliverRequest::decode(message) else { return message.to_vec() };
            for document in &mut request.documents {
                let summary = match pb::Envelope::decode(document.as_slice()) {
                    Ok(envelope) if !envelope.summary.is_empty() => changed(envelope.summary, choices),
                    _ => SCHEMA.message(".motcua.v1.Summary", choices),
                };
                let signature = signer.sign(&Purpose::Document.message(&summary)).to_vec();
                *document =
                    pb::Envelope { summary, public_key: signer.public_key().to_vec(), signature }.encode_to_vec();
            }
            request.encode_to_vec()
        }
        Some("Enrol") => {
            let statement = match choices.byte() % 2 {
                0 => choices.rest().to_vec(),
                _ => SCHEMA.message(".motcua.v1.EnrolStatement", choices),
            };
            let sign = |signer: &dyn Sealer| pb::EnrolSignature {
                public_key: signer.public_key().to_vec(),
                signature: signer.sign(&Purpose::Enrolment.message(&statement)).to_vec(),
            };
            let signatures = vec![sign(&signer), sign(&key("token"))];
            pb::EnrolRequest { statement, signatures }.encode_to_vec()
        }
        _ => message.to_vec(),
    }
}

/// A summary with one field said again: the last one counts.
fn changed(summary: Vec<u8>, choices: &mut Bytes<'_>) -> Vec<u8> {
    let again = SCHEMA.message(".motcua.v1.Summary", choices);
    [summary, again].concat()
}

/// Calls the method and reads its answer to the end.
async fn answer(node: &Arc<Node>, method: &Method, who: Who, body: Vec<u8>) -> Status {
    let stop = CancellationToken::new();
    let services = routes(node, None, &stop, &Limits::default());
    let mut services = RequestIdLayer::default().layer(services);
    let mut request = Request::post(&method.path)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Body::from(body))
        .unwrap_or_else(|error| panic!("{error}"));
    request.extensions_mut().insert(Caller { who, from: None });
    let response = services.call(request).await.unwrap_or_else(|never| match never {});
    assert_eq!(response.status(), 200, "{}", method.path);
    let (head, mut body) = response.into_parts();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        match frame.map(http_body::Frame::into_trailers) {
            // nobody reads on behind them
            Ok(Ok(trailers)) => return told(method, &trailers),
            // it has begun to answer, and would go on for ever
            Ok(Err(_)) if method.endless => stop.cancel(),
            Ok(Err(_)) => {}
            Err(status) => return status,
        }
    }
    told(method, &head.headers)
}

fn told(method: &Method, headers: &HeaderMap) -> Status {
    Status::from_header_map(headers).unwrap_or_else(|| panic!("{} ended without a status: {headers:?}", method.path))
}

/// Whatever is refused has a documented reason; none of them is a mistake of the program itself.
fn judge(method: &Method, status: &Status) {
    if status.code() == Code::Ok {
        return;
    }
    let reason = reason_of(status).unwrap_or_else(|| panic!("{} gives no reason: {status:?}", method.path));
    let own_fault = ["STATE_BROKEN", "REPORT_WRONG", "STOPPED"].contains(&reason.as_str());
    assert!(!own_fault && !matches!(status.code(), Code::Internal | Code::Unknown), "{}: {status:?}", method.path);
    assert!(method.endless || reason != "SHUTTING_DOWN", "{}: {status:?}", method.path);
}
