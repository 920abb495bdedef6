//! The nodes of the demonstration, and what is asked of them, over gRPC like anybody would.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio_stream::StreamExt;
use tonic::transport::Channel;

use super::{DemoError, dossiers::start as month_start};
use crate::{
    clock::Moved,
    config::{self, Config, Template},
    federation::uplink::Pace,
    ledger::state::State,
    run::{self, NewNode, Running, Surroundings},
    wire::pb::v1 as pb,
};

/// Nodes by the code of their unit.
pub struct Fleet {
    dir: PathBuf,
    clock: Moved,
    nodes: BTreeMap<String, Running>,
}

/// Events in one group.
const GROUP: usize = 200;
/// Nothing in the demonstration takes so long, unless it is broken.
const PATIENCE: Duration = Duration::from_secs(120);

impl Fleet {
    /// No nodes yet.
    pub fn new(dir: PathBuf, clock: Moved) -> Fleet {
        Fleet { dir, clock, nodes: BTreeMap::new() }
    }

    /// Makes a node and starts it. Its configuration is written with the port it got, so that it can be served again later.
    pub async fn add(&mut self, unit: &str, parent: Option<&str>) -> Result<(), DemoError> {
        let dir = self.dir.join(unit);
        let parent = parent.map(|code| self.url(code)).transpose()?;
        let new = NewNode {
            unit: unit.to_owned(),
            books_from: month_start(0),
            listen: "127.0.0.1:0".to_owned(),
            parent: parent.clone(),
        };
        let file = run::init(&dir, &new, (self.clock.clock())())?;
        let config = Config::load(&file).map_err(|e| DemoError::Wrong(e.to_string()))?;
        let store = config::Store { cache_bytes: 4 << 20, ..config.store };
        let config = Config { store, ..config };
        let pace = Pace { interval: Duration::from_millis(500), ..Pace::default() };
        let around = Surroundings { clock: self.clock.clock(), pace, tick: Duration::from_secs(3600) };
        let running = run::start(&config, around).await?;
        write(
            &file,
            &config::template(&Template {
                unit,
                listen: &running.address.to_string(),
                parent: parent.as_deref(),
                ..Template::default()
            }),
        )?;
        self.nodes.insert(unit.to_owned(), running);
        Ok(())
    }

    /// Where a node listens.
    pub fn url(&self, unit: &str) -> Result<String, DemoError> {
        Ok(format!("http://{}", self.node(unit)?.address))
    }

    fn node(&self, unit: &str) -> Result<&Running, DemoError> {
        self.nodes.get(unit).ok_or_else(|| DemoError::Wrong(format!("the demonstration has no node of unit {unit}")))
    }

    /// A connection to a node.
    pub async fn channel(&self, unit: &str) -> Result<Channel, DemoError> {
        let endpoint = tonic::transport::Endpoint::from_shared(self.url(unit)?)?;
        Ok(endpoint.connect().await?)
    }

    /// Sends events through the node's desk service; every one must be recorded, and counted.
    pub async fn record(&self, unit: &str, events: Vec<pb::Event>) -> Result<u64, DemoError> {
        let mut desk = pb::desk_service_client::DeskServiceClient::new(self.channel(unit).await?);
        let groups: Vec<pb::RecordRequest> = events
            .chunks(GROUP)
            .map(|group| pb::RecordRequest { events: group.to_vec(), ..pb::RecordRequest::default() })
            .collect();
        let mut answers = desk.record(tokio_stream::iter(groups)).await?.into_inner();
        let mut recorded = 0;
        while let Some(answer) = answers.next().await {
            for ack in answer?.acks {
                if ack.outcome() != pb::Outcome::Recorded || ack.standing() != pb::Standing::Counted {
                    return Err(DemoError::Wrong(format!(
                        "unit {unit} did not count an event: {} {}",
                        ack.reason, ack.message
                    )));
                }
                recorded += 1;
            }
        }
        Ok(recorded)
    }

    /// Closes a period at a node.
    pub async fn close(&self, unit: &str, period: &str) -> Result<(), DemoError> {
        let mut client = pb::period_service_client::PeriodServiceClient::new(self.channel(unit).await?);
        let request = pb::ClosePeriodRequest { period: period.to_owned(), ..pb::ClosePeriodRequest::default() };
        client.close_period(request).await?;
        Ok(())
    }

    /// Waits until a node's state is as it should be. Woken by the node's own changes, not by the clock.
    pub async fn until(&self, unit: &str, what: &str, there: impl Fn(&State) -> bool) -> Result<(), DemoError> {
        let node = &self.node(unit)?.node;
        let mut changes = node.changes();
        let wait = async {
            while !there(&node.snapshot().state) {
                if changes.changed().await.is_err() {
                    return false;
                }
            }
            true
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(true) => Ok(()),
            _ => Err(DemoError::Wrong(format!("unit {unit} waited in vain for {what}"))),
        }
    }

    /// Every unit that has a node.
    pub fn units(&self) -> impl Iterator<Item = &String> {
        self.nodes.keys()
    }

    /// Stops every node, those below first.
    pub async fn stop(mut self) -> Result<(), DemoError> {
        while let Some((_, node)) = self.nodes.pop_first() {
            node.stop().await?;
        }
        Ok(())
    }
}

fn write(file: &Path, text: &str) -> Result<(), DemoError> {
    std::fs::write(file, text)
        .map_err(|error| DemoError::Io { what: format!("cannot write {}", file.display()), error })
}
