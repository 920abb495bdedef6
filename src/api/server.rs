//! The server: all services on one port, with bounds on everything that comes from outside, and an end that comes for sure.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;
use tonic::{server::NamedService, transport::Server};

use super::{
    accept::{Security, incoming},
    admin::Admin,
    desk::Desk,
    enrolment::{Enrolment, Relay},
    federation::Federation,
    guard::GuardLayer,
    health,
    listener::Listener,
    period::Periods,
    rate::{RateLayer, Rates},
    registry::Registry,
    report::Reports,
    request_id::RequestIdLayer,
    routes::routes,
    trust::Trust,
};
use crate::{
    config::Limits,
    metrics::calls::CallsLayer,
    node::Node,
    trust::sessions::Sessions,
    wire::pb::{
        DESCRIPTORS,
        v1::{
            admin_service_server::AdminServiceServer, desk_service_server::DeskServiceServer,
            enrolment_service_server::EnrolmentServiceServer, federation_service_server::FederationServiceServer,
            period_service_server::PeriodServiceServer, registry_service_server::RegistryServiceServer,
            report_service_server::ReportServiceServer, trust_service_server::TrustServiceServer,
        },
    },
};

/// A silent peer is asked so often whether it is still there; clients do the same.
const KEEPALIVE: Duration = Duration::from_secs(20);
/// And has so long to answer.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Streams on one connection for each call it may make at once: a stream lives on after its call was counted, as long as it answers.
const STREAMS_PER_CALL: usize = 2;
/// A peer that opens calls and takes them back at once ("rapid reset") is cut after so many that the server has not looked at yet,
const RESETS_PENDING: usize = 20;
/// or after so many that broke the rules.
const RESETS_FAULTY: usize = 256;
/// So often certificates of open connections are held against the clock.
const SWEEP: Duration = Duration::from_secs(30);

/// The services whose health is told, each by its own name.
const SERVICES: &[&str] = &[
    DeskServiceServer::<Desk>::NAME,
    ReportServiceServer::<Reports>::NAME,
    PeriodServiceServer::<Periods>::NAME,
    RegistryServiceServer::<Registry>::NAME,
    AdminServiceServer::<Admin>::NAME,
    FederationServiceServer::<Federation>::NAME,
    EnrolmentServiceServer::<Enrolment>::NAME,
    TrustServiceServer::<Trust>::NAME,
];

/// How serving ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every call had its answer.
    Clean,
    /// Some had not when the time was up; what was acknowledged is on disk all the same.
    Deadline,
}

/// Why serving ended by itself, or never began.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The network.
    #[error("the server ended: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The program was built wrong.
    #[error("the descriptors cannot be served: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves until `shutdown`, then lets calls finish for at most `limits.drain_seconds`. Long streams are told to end at once, and whatever is open
/// after that time is cut. Without `security` the listener is plain: whoever reaches it is believed, so it must not be reached from outside.
///
/// # Errors
/// [`ServeError`] if it ends without `shutdown`.
pub async fn serve(
    node: Arc<Node>,
    listener: impl Into<Listener>,
    security: Option<Security>,
    relay: Option<Relay>,
    shutdown: CancellationToken,
    limits: Limits,
) -> Result<Drained, ServeError> {
    let clock = Arc::clone(&node);
    let node = || Arc::clone(&node);
    let rates = Rates::new(NonZeroU32::new(limits.calls_per_second).unwrap_or(NonZeroU32::MIN));
    let streams = limits.calls_per_connection.saturating_mul(STREAMS_PER_CALL);
    let (health, health_service) = tonic_health::server::health_reporter();
    let calls = CallsLayer::new(
        node().metrics.clone(),
        &[DESCRIPTORS, tonic_health::pb::FILE_DESCRIPTOR_SET, tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET],
    );
    let watch = health::Watch::begin(node(), health, SERVICES).await;
    // With the types of error details, so that a client that knows nothing can read them.
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let server = Server::builder()
        .layer(calls)
        .layer(RequestIdLayer::default())
        // Before the guard, so that guessing tokens is as slow as anything else.
        .layer(RateLayer(Arc::new(rates)))
        .layer(GuardLayer { node: node() })
        // Counted until the response begins, so long streams are not cut.
        .timeout(Duration::from_secs(limits.call_seconds))
        .concurrency_limit_per_connection(limits.calls_per_connection)
        .load_shed(true)
        .max_concurrent_streams(u32::try_from(streams).unwrap_or(u32::MAX))
        .http2_max_header_list_size(limits.header_bytes)
        .http2_max_pending_accept_reset_streams(Some(RESETS_PENDING))
        .http2_max_local_error_reset_streams(Some(RESETS_FAULTY))
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .http2_adaptive_window(Some(true))
        .add_routes(routes(&node(), relay, &shutdown, &limits))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    let sessions = security.as_ref().map_or_else(Sessions::default, |security| security.sessions.clone());
    // Stopped by the signal below and not by itself, or the server would end before the signal has been given.
    let accepting = CancellationToken::new();
    let incoming = incoming(listener.into(), security, &limits, sessions.clone(), accepting.clone());
    let told = watch.until(shutdown.clone());
    let signal = async move {
        told.await;
        accepting.cancel();
    };
    // A peer that connects and stays silent would hold the graceful end up for ever (hyperium/hyper#4170).
    let deadline = async {
        shutdown.cancelled().await;
        sleep(Duration::from_secs(limits.drain_seconds)).await;
    };
    let sweeping = async {
        let mut ticks = interval(SWEEP);
        loop {
            ticks.tick().await;
            let cut = sessions.sweep(clock.now());
            if cut > 0 {
                tracing::warn!(cut, "connections whose certificate has expired were cut");
            }
        }
    };
    tokio::select! {
        biased;
        () = sweeping => Ok(Drained::Clean),
        ended = server.serve_with_incoming_shutdown(incoming, signal) => {
            ended?;
            Ok(Drained::Clean)
        }
        () = deadline => {
            sessions.cut(|_| true);
            tracing::warn!(seconds = limits.drain_seconds, "connections were still open at the end of the grace; they are cut");
            Ok(Drained::Deadline)
        }
    }
}
