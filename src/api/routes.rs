//! Every service of a node, with the same bounds and compression, as the server serves them behind its layers. They take any request, from a socket
//! or not.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::{codec::CompressionEncoding::Gzip, service::Routes};

use super::{
    admin::Admin,
    desk::Desk,
    enrolment::{Enrolment, Relay},
    explain::Explain,
    federation::Federation,
    period::Periods,
    registry::Registry,
    report::{CHECKS, Reports},
    trust::Trust,
};
use crate::{
    config::Limits,
    node::Node,
    wire::pb::v1::{
        admin_service_server::AdminServiceServer, desk_service_server::DeskServiceServer,
        enrolment_service_server::EnrolmentServiceServer, explain_service_server::ExplainServiceServer,
        federation_service_server::FederationServiceServer, period_service_server::PeriodServiceServer,
        registry_service_server::RegistryServiceServer, report_service_server::ReportServiceServer,
        trust_service_server::TrustServiceServer,
    },
};

/// Messages with documents in them: one document of the largest size, 32 MiB, always fits.
const DOCUMENTS: usize = 33 << 20;
/// A request to join is small, and anybody may send one. The answer carries the whole registry, and only a token or a key that is known gets it.
const ENROLMENT: usize = 64 << 10;

/// The service with the compression of every other, and bounds on what comes in and on what goes out.
macro_rules! bounded {
    ($server:ident, $service:expr, $bytes:expr) => {
        bounded!($server, $service, $bytes, $bytes)
    };
    ($server:ident, $service:expr, $in:expr, $out:expr) => {
        $server::new($service)
            .max_decoding_message_size($in)
            .max_encoding_message_size($out)
            .accept_compressed(Gzip)
            .send_compressed(Gzip)
    };
}

/// The services. Who calls is for the guard before them to find out: they believe the [`super::caller::Caller`] that stands beside a request. Long
/// streams are told to end by `stop`.
pub fn routes(node: &Arc<Node>, relay: Option<Relay>, stop: &CancellationToken, limits: &Limits) -> Routes {
    let bytes = limits.message_bytes;
    let documents = bytes.max(DOCUMENTS);
    let stop = || stop.clone();
    let node = || Arc::clone(node);
    Routes::new(bounded!(DeskServiceServer, Desk { node: node(), stop: stop() }, bytes))
        .add_service(bounded!(
            ReportServiceServer,
            Reports { node: node(), stop: stop(), checks: Arc::new(Semaphore::new(CHECKS)) },
            documents
        ))
        .add_service(bounded!(ExplainServiceServer, Explain { node: node() }, bytes))
        .add_service(bounded!(PeriodServiceServer, Periods { node: node() }, bytes))
        .add_service(bounded!(RegistryServiceServer, Registry { node: node() }, bytes))
        .add_service(bounded!(AdminServiceServer, Admin { node: node() }, bytes))
        .add_service(bounded!(EnrolmentServiceServer, Enrolment { node: node(), relay }, ENROLMENT, documents))
        .add_service(bounded!(TrustServiceServer, Trust { node: node() }, bytes))
        .add_service(bounded!(FederationServiceServer, Federation { node: node() }, documents))
}
