//! gRPC's health protocol: every service, and the server as a whole, is told as serving while the node can do its work and not otherwise. When
//! the node ends, the server as a whole is told as not serving at once, so that nobody begins anything new.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::node::Node;

/// The name of the server as a whole.
const ALL: &str = "";

/// Keeps what is told up to date.
pub(super) struct Watch {
    node: Arc<Node>,
    health: HealthReporter,
    services: &'static [&'static str],
    told: Option<String>,
}

impl Watch {
    /// Tells what stands now.
    pub(super) async fn begin(node: Arc<Node>, health: HealthReporter, services: &'static [&'static str]) -> Watch {
        let told = node.unfit();
        let watch = Watch { node, health, services, told };
        watch.tell().await;
        watch
    }

    /// Tells every change, until the node ends.
    pub(super) async fn until(mut self, stop: CancellationToken) {
        let mut changes = self.node.changes();
        loop {
            let unfit = self.node.unfit();
            if unfit != self.told {
                self.told = unfit;
                self.tell().await;
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                // The node is held here, so there is somebody to tell.
                _ = changes.changed() => {}
            }
        }
        self.health.set_service_status(ALL, ServingStatus::NotServing).await;
    }

    async fn tell(&self) {
        let status = match &self.told {
            None => ServingStatus::Serving,
            Some(why) => {
                tracing::error!("told as not serving: {why}");
                ServingStatus::NotServing
            }
        };
        for service in std::iter::once(&ALL).chain(self.services) {
            self.health.set_service_status(*service, status).await;
        }
    }
}
