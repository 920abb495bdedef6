//! gRPC services: decode, call the node, encode. Nothing is decided here, and no store is known.

pub mod accept;
pub mod admin;
pub mod bundle;
pub mod caller;
mod connection;
pub mod desk;
mod doors;
pub mod enrolment;
pub mod explain;
pub mod federation;
pub mod guard;
pub mod health;
pub mod listener;
pub mod pages;
pub mod period;
pub mod rate;
pub mod registry;
pub mod report;
pub mod request_id;
pub mod routes;
pub mod server;
pub mod trust;

use std::{pin::Pin, sync::Arc};

use futures_util::{Stream, StreamExt, future, stream};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::{
    node::{Node, NodeError},
    reports::forecast::MOST_DAYS,
    wire::{self, event::unit_from_pb},
};

/// A response that goes on for a while.
type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The node's own words as a status.
fn refuse(error: impl Into<NodeError>) -> Status {
    let error = error.into();
    wire::status::status(error.reason(), error.field(), error.to_string())
}

/// Runs what reads the disk or computes for a while beside the threads that serve connections.
async fn aside<T: Send + 'static>(
    node: &Arc<Node>,
    work: impl FnOnce(&Arc<Node>) -> Result<T, Status> + Send + 'static,
) -> Result<T, Status> {
    if node.takes_turns() {
        return work(node);
    }
    let node = Arc::clone(node);
    let span = tracing::Span::current();
    match tokio::task::spawn_blocking(move || span.in_scope(|| work(&node))).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => {
            tracing::error!(%error, "a request ended with a panic");
            let message = "the request met a mistake of this program: see the log of the node".to_owned();
            Err(wire::status::status("STATE_BROKEN", "", message))
        }
        Err(_) => Err(refuse(NodeError::ShuttingDown)),
    }
}

/// How many working days ahead somebody may ask for.
fn working_days(field: &str, days: u32) -> Result<u32, Status> {
    if days > MOST_DAYS {
        let message = format!("{days} working days are too far ahead: ask for {MOST_DAYS} at most");
        return Err(wire::WireError::new(field, wire::error::reason::OUT_OF_RANGE, message).into());
    }
    Ok(days)
}

/// Ends a long stream when the node shuts down, and says so.
fn until<T: Send + 'static>(
    stream: impl Stream<Item = Result<T, Status>> + Send + 'static,
    stop: &CancellationToken,
) -> Answers<T> {
    let stopped = stop.clone();
    let last = stream::once(async move { stopped.is_cancelled().then(|| Err(refuse(NodeError::ShuttingDown))) });
    let last = last.filter_map(future::ready);
    Box::pin(stream.take_until(stop.clone().cancelled_owned()).chain(last))
}

/// The bare code of a unit in a request; empty for the node's own.
fn code(unit: &str) -> Result<String, Status> {
    Ok(unit_from_pb(unit, "unit")?.code.to_string())
}
