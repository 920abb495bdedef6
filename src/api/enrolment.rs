//! How a node joins: decided at the top of the tree, passed on everywhere else. Callable by anybody, because whoever asks has no certificate yet;
//! what it has signed says who it is.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tonic::{Request, Response, Status};

use super::{caller::Caller, refuse};
use crate::{
    node::{Node, NodeError},
    trust::enrol::{BadRequest, check},
    wire::pb::v1::{self as pb, enrolment_service_server::EnrolmentService},
};

/// Passes a request on to the node above, as it is.
pub type Relay = Arc<dyn Fn(pb::EnrolRequest) -> BoxFuture<'static, Result<pb::EnrolResponse, Status>> + Send + Sync>;

/// See the module.
pub struct Enrolment {
    /// The node.
    pub node: Arc<Node>,
    /// The way up; `None` at the top.
    pub relay: Option<Relay>,
}

#[tonic::async_trait]
impl EnrolmentService for Enrolment {
    async fn enrol(&self, request: Request<pb::EnrolRequest>) -> Result<Response<pb::EnrolResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let request = request.into_inner();
        // Looked at here too, so that what cannot be granted does not travel.
        let asked = check(&request).map_err(|error| {
            let error = bad(error);
            self.node.denied(&by, "enrol", error.reason());
            refuse(error)
        })?;
        if let Some(relay) = &self.relay {
            return relay(request).await.map(Response::new);
        }
        let granted = self.node.enrol(&by, asked).await.map_err(refuse)?;
        Ok(Response::new(pb::EnrolResponse {
            certificates: granted.certificates.into_iter().map(Into::into).collect(),
            books_from: granted.books_from.map(|day| day.to_string()).unwrap_or_default(),
            registry: granted.registry.into_iter().map(Into::into).collect(),
        }))
    }
}

fn bad(error: BadRequest) -> NodeError {
    match error {
        BadRequest::Signature => NodeError::BadProof(error.to_string()),
        other => NodeError::Invalid(other.to_string()),
    }
}
