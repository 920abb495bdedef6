//! The one call a node makes before it belongs, and again for every renewal: a request to the node above, or onwards from there.

use std::time::Duration;

use tonic::{Request, Status, transport::Channel};

use crate::{
    clock::Clock,
    trust::{connect::channel, keyring::Keyring, tls::client_config, tls_cause, verify::Expect},
    wire::{
        pb::v1::{self as pb, enrolment_service_client::EnrolmentServiceClient},
        status::{explain, status},
    },
};

/// The registry comes with the answer.
const MESSAGE_BYTES: usize = 64 << 20;
/// Through all nodes on the way up, and back.
const DEADLINE: Duration = Duration::from_secs(30);

/// Asks at an address whose authority is known by its fingerprint, without showing a certificate.
pub async fn ask_at(
    address: &str,
    authority: [u8; 32],
    clock: &Clock,
    request: pb::EnrolRequest,
) -> Result<pb::EnrolResponse, Status> {
    let wrong = |error: crate::trust::TrustError| status("INVALID", "", error.to_string());
    let tls = client_config(&Keyring::default(), clock, Expect::Fingerprint(authority)).map_err(wrong)?;
    let channel = channel(address, Some(tls), |endpoint| endpoint.connect_timeout(Duration::from_secs(10)));
    pass_on(channel.map_err(wrong)?, request).await
}

/// Hands a request to the node at the other end.
pub async fn pass_on(channel: Channel, request: pb::EnrolRequest) -> Result<pb::EnrolResponse, Status> {
    let mut request = Request::new(request);
    request.set_timeout(DEADLINE);
    let mut client = EnrolmentServiceClient::new(channel).max_decoding_message_size(MESSAGE_BYTES);
    Ok(client.enrol(request).await?.into_inner())
}

/// Why it did not work, for the person who tried.
pub fn status_words(address: &str, status: &Status) -> String {
    match tls_cause(status) {
        Some(cause) => format!("{address}: {cause}"),
        None => format!("{address}: {}", explain(status)),
    }
}
