//! Counts every call by method and code, with the time it took. The code stands in the headers of a bare error and in the trailers of everything
//! else, so the answer is watched to its end; one that the caller left before is counted as cancelled.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use http_body::{Body, Frame, SizeHint};
use prost::Message;
use tonic::{
    Code,
    codegen::http::{HeaderMap, Request, Response},
};
use tower::{Layer, Service};

use super::Metrics;

/// Whatever is asked for that the program does not serve.
const OTHER: &str = "other";

/// Counts every call.
#[derive(Clone)]
pub struct CallsLayer {
    metrics: Metrics,
    methods: Arc<HashMap<String, Arc<str>>>,
    other: Arc<str>,
}

impl CallsLayer {
    /// For the methods in these descriptors; all others share one label, so that a caller cannot make up more of them.
    pub fn new(metrics: Metrics, descriptors: &[&[u8]]) -> CallsLayer {
        let mut methods = HashMap::new();
        for bytes in descriptors {
            let set = prost_types::FileDescriptorSet::decode(*bytes).unwrap_or_default();
            for file in &set.file {
                for service in &file.service {
                    for method in &service.method {
                        let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                        methods.insert(format!("/{name}"), Arc::from(name));
                    }
                }
            }
        }
        CallsLayer { metrics, methods: Arc::new(methods), other: OTHER.into() }
    }
}

impl<S> Layer<S> for CallsLayer {
    type Service = Calls<S>;

    fn layer(&self, inner: S) -> Calls<S> {
        Calls { inner, layer: self.clone() }
    }
}

/// See [`CallsLayer`].
#[derive(Clone)]
pub struct Calls<S> {
    inner: S,
    layer: CallsLayer,
}

impl<S, B, R> Service<Request<B>> for Calls<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = Response<Watched<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let method = self.layer.methods.get(request.uri().path()).unwrap_or(&self.layer.other);
        let mut count = Count {
            metrics: self.layer.metrics.clone(),
            method: Arc::clone(method),
            begun: Instant::now(),
            told: false,
        };
        let call = self.inner.call(request);
        Box::pin(async move {
            let answer = call.await.inspect_err(|_| count.tell("internal"))?;
            if let Some(code) = code(answer.headers()) {
                count.tell(code);
            }
            Ok(answer.map(|body| Watched { body: Box::pin(body), count }))
        })
    }
}

/// One call until it is told.
struct Count {
    metrics: Metrics,
    method: Arc<str>,
    begun: Instant,
    told: bool,
}

impl Count {
    fn tell(&mut self, code: &'static str) {
        if !std::mem::replace(&mut self.told, true) {
            self.metrics.call(&self.method, code, self.begun.elapsed());
        }
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.tell("cancelled");
    }
}

/// An answer that is watched to its end.
pub struct Watched<R> {
    body: Pin<Box<R>>,
    count: Count,
}

impl<R: Body> Body for Watched<R> {
    type Data = R::Data;
    type Error = R::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<R::Data>, R::Error>>> {
        let frame = ready!(self.body.as_mut().poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(code) = frame.trailers_ref().and_then(code) {
                    self.count.tell(code);
                }
            }
            Some(Err(_)) => self.count.tell("internal"),
            // No gRPC answer ends without trailers.
            None => self.count.tell("unknown"),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn code(headers: &HeaderMap) -> Option<&'static str> {
    Some(match Code::from_bytes(headers.get("grpc-status")?.as_bytes()) {
        Code::Ok => "ok",
        Code::Cancelled => "cancelled",
        Code::Unknown => "unknown",
        Code::InvalidArgument => "invalid_argument",
        Code::DeadlineExceeded => "deadline_exceeded",
        Code::NotFound => "not_found",
        Code::AlreadyExists => "already_exists",
        Code::PermissionDenied => "permission_denied",
        Code::ResourceExhausted => "resource_exhausted",
        Code::FailedPrecondition => "failed_precondition",
        Code::Aborted => "aborted",
        Code::OutOfRange => "out_of_range",
        Code::Unimplemented => "unimplemented",
        Code::Internal => "internal",
        Code::Unavailable => "unavailable",
        Code::DataLoss => "data_loss",
        Code::Unauthenticated => "unauthenticated",
    })
}
