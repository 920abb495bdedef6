//! Every call has an id: the caller's own `x-request-id`, or one made here. It stands in the log and goes back with the answer. What the
//! transport refuses by itself goes back with a reason, like every other error.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tonic::{
    Code, Status,
    codegen::http::{HeaderMap, HeaderName, HeaderValue, Request, Response},
};
use tower::{Layer, Service};
use tracing::{Instrument, Span};

use crate::wire::status::with_reason;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids are replaced: they would only fill the log.
const MAX: usize = 64;

/// Gives every call an id and a span.
#[derive(Clone, Default)]
pub struct RequestIdLayer {
    next: Arc<AtomicU64>,
}

impl<S> Layer<S> for RequestIdLayer {
    type Service = RequestId<S>;

    fn layer(&self, inner: S) -> RequestId<S> {
        RequestId { inner, next: Arc::clone(&self.next) }
    }
}

/// See [`RequestIdLayer`].
#[derive(Clone)]
pub struct RequestId<S> {
    inner: S,
    next: Arc<AtomicU64>,
}

impl<S, B, R> Service<Request<B>> for RequestId<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let given = request.headers().get(HEADER).filter(|id| usable(id)).cloned();
        let id = given.unwrap_or_else(|| HeaderValue::from(self.next.fetch_add(1, Ordering::Relaxed) + 1));
        let span = span(&id, request.uri().path());
        request.headers_mut().insert(HEADER, id.clone());
        let call = self.inner.call(request);
        let answer = async move {
            let mut answer = call.await?;
            with_a_reason(answer.headers_mut());
            answer.headers_mut().insert(HEADER, id);
            Ok(answer)
        };
        Box::pin(answer.instrument(span))
    }
}

/// An answer that is nothing but an error says so in its headers.
fn with_a_reason(headers: &mut HeaderMap) {
    if !headers.contains_key("grpc-status") {
        return;
    }
    let Some(given) = Status::from_header_map(headers).filter(|status| status.code() != Code::Ok) else { return };
    // A status that cannot be written into headers leaves the one that was there.
    let mut changed = headers.clone();
    if with_reason(given).add_header(&mut changed).is_ok() {
        *headers = changed;
    }
}

fn span(id: &HeaderValue, method: &str) -> Span {
    tracing::info_span!("call", id = id.to_str().unwrap_or_default(), method)
}

fn usable(id: &HeaderValue) -> bool {
    (1..=MAX).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}
