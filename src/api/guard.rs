//! The guard at the door: finds out who calls, and turns away who may not, before anything of the request is read.

use std::{
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::Either;
use tonic::{
    body::Body,
    codegen::http::{HeaderMap, Request, Response, header::AUTHORIZATION},
};
use tower::{Layer, Service};

use super::{
    caller::{Caller, Who},
    refuse,
};
use crate::{
    ledger::Refusal,
    node::{Node, NodeError},
    trust::{
        keyring::Keyring,
        rights::{Rule, rule},
        sessions::Peer,
    },
};

/// Puts the [`Caller`] beside every request, and lets nobody through who may not call that method.
#[derive(Clone)]
pub struct GuardLayer {
    /// The node.
    pub node: Arc<Node>,
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guard<S>;

    fn layer(&self, inner: S) -> Guard<S> {
        Guard { inner, node: Arc::clone(&self.node) }
    }
}

/// See [`GuardLayer`].
#[derive(Clone)]
pub struct Guard<S> {
    inner: S,
    node: Arc<Node>,
}

impl<S, B> Service<Request<B>> for Guard<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, Ready<Result<Response<Body>, S::Error>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let peer = request.extensions().get::<Peer>();
        let method = request.uri().path().trim_start_matches('/');
        let rule = rule(method);
        let known = identify(&self.node, peer, request.headers());
        let who = known.as_ref().map_or_else(|_| claimed(peer).by(), Caller::by);
        let caller = known.and_then(|caller| match rule {
            Some(rule) => may(&caller, rule).map(|()| caller),
            None => may_ask_for_more(&caller).map(|()| caller),
        });
        match caller {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                // Nobody behind this needs the token any more, and what is not there is not logged.
                request.headers_mut().remove(AUTHORIZATION);
                Either::Left(self.inner.call(request))
            }
            Err(error) => {
                // What is made up differs with every call, and would push what others tried out of the audit trail.
                let method = if rule.is_some() { method } else { "a method that is not known" };
                self.node.denied(&who, &format!("call {method}"), error.reason());
                Either::Right(ready(Ok(refuse(error).into_http())))
            }
        }
    }
}

/// Who calls. A token says more than a certificate: a person at a machine of a unit is still that person.
fn identify(node: &Node, peer: Option<&Peer>, headers: &HeaderMap) -> Result<Caller, NodeError> {
    let from = peer.map(|peer| peer.address);
    if node.keyring().is_none() {
        return Ok(Caller { who: Who::Local, from });
    }
    let mut given = headers.get_all(AUTHORIZATION).iter();
    if let Some(first) = given.next() {
        // With two of them it would be for somebody between to choose who calls.
        let only = Some(first).filter(|_| given.next().is_none());
        let token = only.and_then(|given| given.to_str().ok()).and_then(|text| text.strip_prefix("Bearer "));
        let person = token.and_then(|token| node.person(token)).ok_or(NodeError::BadCredentials)?;
        let who = Who::Person { id: person.id, name: person.name, role: person.role, unit: person.unit };
        return Ok(Caller { who, from });
    }
    let Some(certificate) = peer.and_then(|peer| peer.certificate.as_ref()) else {
        return Ok(Caller { who: Who::Nobody, from });
    };
    let unit = &certificate.unit;
    let in_use = node.keyring().and_then(Keyring::get).is_some_and(|identity| identity.serial == certificate.serial);
    // The node's own key asks even when it has lapsed; see the verifier of handshakes.
    if certificate.expired(node.now()) && !in_use {
        return Err(Refusal::VoidCertificate(unit.code.to_string()).into());
    }
    if let Some(refusal) = node.bars(unit, certificate.not_before) {
        return Err(refusal.into());
    }
    let own = *unit.code == *node.snapshot().state.code;
    Ok(Caller { who: if own { Who::Keys } else { Who::Unit(unit.clone()) }, from })
}

/// For the audit trail of what was refused: what the certificate says, whether or not it is good.
fn claimed(peer: Option<&Peer>) -> Caller {
    let certificate = peer.and_then(|peer| peer.certificate.as_ref());
    let who = certificate.map_or(Who::Nobody, |certificate| Who::Unit(certificate.unit.clone()));
    Caller { who, from: peer.map(|peer| peer.address) }
}

/// A method without a row is allowed to nobody but the node's own keys, which hear from the router that it does not exist; so a method whose row
/// was forgotten is shut and not open. Whoever is known hears the same, because an older node has fewer methods than its callers know.
fn may_ask_for_more(caller: &Caller) -> Result<(), NodeError> {
    match &caller.who {
        Who::Local | Who::Keys => Ok(()),
        Who::Nobody => Err(NodeError::NoCredentials),
        Who::Unit(_) | Who::Person { .. } => Err(NodeError::UnknownMethod),
    }
}

fn may(caller: &Caller, rule: &Rule) -> Result<(), NodeError> {
    let allowed = match &caller.who {
        Who::Local | Who::Keys => true,
        Who::Unit(_) => rule.below || rule.anybody,
        Who::Person { role, .. } => rule.roles.contains(role) || rule.anybody,
        Who::Nobody if rule.anybody => true,
        Who::Nobody => return Err(NodeError::NoCredentials),
    };
    if allowed {
        return Ok(());
    }
    let who = match &caller.who {
        Who::Person { role, .. } => format!("the role {role}"),
        _ => "the node of another unit".to_owned(),
    };
    Err(NodeError::NotAllowed { who, method: rule.method.rsplit('.').next().unwrap_or_default().to_owned() })
}
