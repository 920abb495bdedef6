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
        let caller = identify(&self.node, peer, request.headers()).and_then(|caller| match rule(method) {
            Some(rule) => may(&caller, rule).map(|()| caller),
            // A method that does not exist is for the router to say.
            None => Ok(caller),
        });
        match caller {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                Either::Left(self.inner.call(request))
            }
            Err(error) => {
                self.node.denied(&claimed(peer).by(), &format!("call {method}"), error.reason());
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
    if let Some(given) = headers.get(AUTHORIZATION) {
        let token = given.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let person = token.and_then(|token| node.person(token)).ok_or(NodeError::BadCredentials)?;
        let who = Who::Person { id: person.id, name: person.name, role: person.role, unit: person.unit };
        return Ok(Caller { who, from });
    }
    let Some(certificate) = peer.and_then(|peer| peer.certificate.as_ref()) else {
        return Ok(Caller { who: Who::Nobody, from });
    };
    let unit = &certificate.unit;
    if certificate.expired(node.now()) {
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
