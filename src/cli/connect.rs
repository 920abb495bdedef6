//! Clients of a node, with deadlines and limits.

use std::time::Duration;

use tonic::{
    codec::CompressionEncoding,
    transport::{Channel, Endpoint},
};

use super::Failure;
use crate::wire::pb::v1::{
    admin_service_client::AdminServiceClient, desk_service_client::DeskServiceClient,
    period_service_client::PeriodServiceClient, registry_service_client::RegistryServiceClient,
    report_service_client::ReportServiceClient,
};

/// Largest answer.
const MESSAGE_BYTES: usize = 64 << 20;
/// How long a unary call may take; a close of many years is the longest.
const DEADLINE: Duration = Duration::from_secs(120);

/// Connects to a node, or says that it is not there.
pub(super) async fn channel(url: &str) -> Result<Channel, Failure> {
    let endpoint = endpoint(url)?.timeout(DEADLINE);
    endpoint.connect().await.map_err(|_| not_there(url))
}

/// As [`channel`], for calls that last: no deadline for the whole, but a link that dies silently is noticed.
pub(super) async fn lasting_channel(url: &str) -> Result<Channel, Failure> {
    endpoint(url)?.connect().await.map_err(|_| not_there(url))
}

fn endpoint(url: &str) -> Result<Endpoint, Failure> {
    let wrong = || Failure::usage(format!("'{url}' is no address of a node: write http://127.0.0.1:7070"));
    // Anything else than plain http would promise what is not there yet.
    let host = url.strip_prefix("http://").filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    let endpoint = Endpoint::from_shared(format!("http://{host}")).map_err(|_| wrong())?;
    Ok(endpoint
        .connect_timeout(Duration::from_secs(5))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20)))
}

fn not_there(url: &str) -> Failure {
    Failure::could_not(format!("no node answers at {url}: start it with `motcua serve`, or name another with --node"))
}

macro_rules! clients {
    ($($name:ident, $client:ident;)*) => {
        $(pub(super) fn $name(channel: Channel) -> $client<Channel> {
            $client::new(channel)
                .max_decoding_message_size(MESSAGE_BYTES)
                .max_encoding_message_size(MESSAGE_BYTES)
                .accept_compressed(CompressionEncoding::Gzip)
        })*
    };
}

clients! {
    admin, AdminServiceClient;
    desk, DeskServiceClient;
    period, PeriodServiceClient;
    registry, RegistryServiceClient;
    report, ReportServiceClient;
}
