//! The loop: a round whenever there is something new, and now and then in any case; after a failure with growing, jittered pauses. The desks
//! never wait for it.

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio_util::sync::CancellationToken;

use super::{
    call::{Call, CallError},
    round::{Outcome, RoundError, round},
};
use crate::{domain::time::Timestamp, node::Node, trust::keyring::Keyring};

/// How patient the loop is.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Between rounds when nothing changes.
    pub interval: Duration,
    /// After the first failure.
    pub retry: Duration,
    /// After many.
    pub longest_retry: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            interval: Duration::from_secs(30),
            retry: Duration::from_secs(1),
            longest_retry: Duration::from_secs(60),
        }
    }
}

/// A whole round takes no longer; a dead link must not hold the loop for ever.
const ROUND_DEADLINE: Duration = Duration::from_secs(1800);

/// Runs until it is told to stop.
pub async fn run(node: Arc<Node>, url: String, pace: Pace, stop: CancellationToken) {
    node.link.set_up(|up| up.url.clone_from(&url));
    let backoff = || {
        ExponentialBuilder::default()
            .with_min_delay(pace.retry)
            .with_max_delay(pace.longest_retry)
            .with_jitter()
            .without_max_times()
            .build()
    };
    let mut pauses = backoff();
    let mut changes = node.changes();
    loop {
        changes.mark_unchanged();
        let before = node.snapshot();
        let pause = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            result = once(&node, &url) => match result {
                Ok(outcome) => {
                    pauses = backoff();
                    note(&node, &outcome, pace.interval);
                    pace.interval
                }
                Err(error) => {
                    let pause = pauses.next().unwrap_or(pace.longest_retry);
                    tracing::warn!(parent = url, retry_in = ?pause, "{error}");
                    let next_try = later(node.now(), pause);
                    node.link.set_up(|up| {
                        up.last_error = error.to_string();
                        up.next_try = Some(next_try);
                    });
                    // A new document does not make a dead link alive: wait the whole pause.
                    tokio::select! {
                        biased;
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                    continue;
                }
            },
        };
        let wake = tokio::time::sleep(pause);
        tokio::pin!(wake);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = &mut wake => break,
                changed = changes.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    // Events of desks travel with the next regular round; a new document goes at once.
                    if !node.snapshot().state.shelves.ptr_eq(&before.state.shelves) {
                        break;
                    }
                }
            }
        }
    }
}

async fn once(node: &Node, url: &str) -> Result<Outcome, RoundError> {
    // Without a certificate the parent would only say that it knows nobody by that name.
    if let Some(identity) = node.keyring().and_then(Keyring::get).filter(|identity| identity.lapsed(node.now())) {
        let why = match node.link.up().renewal_error {
            error if error.is_empty() => "it is being renewed".to_owned(),
            error => error,
        };
        return Err(CallError::Lapsed { until: identity.not_after, why }.into());
    }
    // A new connection each round: a node that reports twice an hour should not hold one open in between.
    let mut call = Call::new(node, url)?;
    match tokio::time::timeout(ROUND_DEADLINE, round(node, &mut call)).await {
        Ok(result) => result,
        Err(_) => Err(CallError::from(tonic::Status::deadline_exceeded("the round took too long")).into()),
    }
}

fn note(node: &Node, outcome: &Outcome, interval: Duration) {
    let now = node.now();
    if !node.link.up().last_error.is_empty() {
        tracing::info!("the link to the parent works again");
    }
    node.link.set_up(|up| {
        up.last_error.clear();
        up.next_try = Some(later(now, interval));
        up.unsent = outcome.unsent;
        up.refusals.clone_from(&outcome.refusals);
        up.confirmed = Some(Arc::new(outcome.confirmed.clone()));
        if outcome.agreed {
            up.agreed_at = Some(now);
        }
    });
    if outcome.sent > 0 {
        tracing::info!(sent = outcome.sent, unsent = outcome.unsent, agreed = outcome.agreed, "documents went up");
    }
}

fn later(now: Timestamp, pause: Duration) -> Timestamp {
    now.plus_millis(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
}
