//! How often one peer may call. A peer is the unit of its certificate, else its address; a call counts once, however long its stream.

use std::{
    future::Future,
    num::NonZeroU32,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use tonic::codegen::http::{Request, Response};
use tower::{Layer, Service};

use crate::{trust::sessions::Peer, wire::status::rate_limited};

/// After so many calls those who have not called lately are forgotten.
const TIDY: u64 = 1024;

/// Counts calls by peer. It remembers whoever called within the last two seconds, and up to 1024 more.
pub struct Rates {
    limiter: DefaultKeyedRateLimiter<String>,
    calls: AtomicU64,
}

impl Rates {
    /// So many calls a second, and twice as many at once.
    pub fn new(per_second: NonZeroU32) -> Rates {
        let quota = Quota::per_second(per_second).allow_burst(per_second.saturating_mul(TWICE));
        Rates { limiter: RateLimiter::hashmap(quota), calls: AtomicU64::new(0) }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// How long to wait if it is one too many.
    pub fn check(&self, key: &str) -> Result<(), Duration> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % TIDY == TIDY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let checked = self.limiter.check_key(&key.to_owned());
        checked.map_err(|early| early.wait_time_from(self.limiter.clock().now()))
    }

    #[cfg(test)]
    fn known(&self) -> usize {
        self.limiter.len()
    }
}

const TWICE: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// Who a peer is to the limit.
fn key(peer: &Peer) -> String {
    match &peer.certificate {
        Some(certificate) => format!("unit {}", certificate.unit.code),
        None => format!("address {}", peer.address.ip().to_canonical()),
    }
}

/// Answers calls that come too often by itself.
#[derive(Clone)]
pub struct RateLayer(pub Arc<Rates>);

impl<S> Layer<S> for RateLayer {
    type Service = Rated<S>;

    fn layer(&self, inner: S) -> Rated<S> {
        Rated { inner, rates: Arc::clone(&self.0) }
    }
}

/// See [`RateLayer`].
#[derive(Clone)]
pub struct Rated<S> {
    inner: S,
    rates: Arc<Rates>,
}

impl<S, B, R> Service<Request<B>> for Rated<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    R: Default + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // Every connection of ours says who it is; without one (in a test of the services alone) nobody is counted.
        let checked = request.extensions().get::<Peer>().map_or(Ok(()), |peer| self.rates.check(&key(peer)));
        match checked {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(wait) => {
                let answer = rate_limited(wait).into_http();
                Box::pin(async move { Ok(answer) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_peer_too_often_and_the_others_not_at_all() {
        let rates = Rates::new(NonZeroU32::new(10).unwrap());
        let passed = (0..1000).filter(|_| rates.check("a").is_ok()).count();
        assert!((20..40).contains(&passed), "{passed}");
        let wait = rates.check("a").unwrap_err();
        assert!(!wait.is_zero() && wait <= Duration::from_millis(100), "{wait:?}");
        assert_eq!(rates.check("b"), Ok(()));
    }

    #[test]
    fn those_who_rest_are_forgotten() {
        // So fast that everybody has rested long before the next thousand.
        let rates = Rates::new(NonZeroU32::new(1_000_000).unwrap());
        for n in 0..20_000 {
            assert_eq!(rates.check(&n.to_string()), Ok(()));
        }
        assert!(rates.known() <= 2 * TIDY as usize, "{}", rates.known());
    }
}
