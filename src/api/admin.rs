//! The state of the node at a glance.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{aside, pages::size, refuse};
use crate::{
    ledger::{State, books::Books},
    node::{
        Node,
        audit::Line,
        backups::Reach,
        glance::Unsent,
        link::{Refused, Up},
    },
    trust::keyring::Keyring,
    wire::{
        pb::v1::{self as pb, admin_service_server::AdminService},
        scalar::instant_to_pb,
    },
};

/// See the module.
pub struct Admin {
    /// The node.
    pub node: Arc<Node>,
}

#[tonic::async_trait]
impl AdminService for Admin {
    async fn get_status(&self, _: Request<pb::GetStatusRequest>) -> Result<Response<pb::GetStatusResponse>, Status> {
        // What is unsent is compared document by document, and room is asked of the disk.
        let (unsent, room) = aside(&self.node, |node| Ok((node.unsent(), node.room()))).await?;
        let snapshot = self.node.snapshot();
        let state = &snapshot.state;
        let own = self.node.own();
        let on = self.node.now().local_date();
        let up = self.node.link.up();
        let identity = self.node.keyring().and_then(Keyring::get);
        let books = state.books.iter().map(|(code, books)| {
            let unit = state.identity(code, on).map_or_else(|| code.clone(), |id| id.to_string());
            books_row(state, code, unit, books)
        });
        Ok(Response::new(pb::GetStatusResponse {
            name: state.unit(&own).map(|u| u.name.to_string()).unwrap_or_default(),
            unit: own.to_string(),
            software: env!("CARGO_PKG_VERSION").to_owned(),
            epoch: state.epoch,
            sequence: snapshot.sequence,
            state_sequence: self.node.state_sequence(),
            registry_version: state.registry.version,
            books: books.collect(),
            renewal_error: up.renewal_error.clone(),
            parent: parent(up, unsent),
            // A node that cannot write does not close either, and that comes first.
            closing_stopped: snapshot.stopped.clone().or_else(|| self.node.closing_stopped()).unwrap_or_default(),
            recovered: self.node.recovered.clone(),
            now: Some(instant_to_pb(self.node.now())),
            last_entry_at: Some(instant_to_pb(state.recorded_at)),
            writing_stopped: snapshot.stopped.clone().unwrap_or_default(),
            disk_free_bytes: room.map(|room| room.free),
            disk_total_bytes: room.map(|room| room.total),
            journal_bytes: room.map(|room| room.journal),
            certificate_from: identity.as_ref().map(|identity| instant_to_pb(identity.not_before)),
            backup: backup(self.node.backups.reach(), snapshot.sequence),
            certificate_until: identity.as_ref().map(|identity| instant_to_pb(identity.not_after)),
        }))
    }

    async fn list_audit(
        &self,
        request: Request<pb::ListAuditRequest>,
    ) -> Result<Response<pb::ListAuditResponse>, Status> {
        let asked = request.into_inner();
        let size = size(asked.page_size)?;
        let read = move |node: &Arc<Node>| node.audit(asked.from, size, asked.events).map_err(refuse);
        let page = aside(&self.node, read).await?;
        Ok(Response::new(pb::ListAuditResponse {
            lines: page.lines.into_iter().map(audit_row).collect(),
            next: page.next.unwrap_or_default(),
        }))
    }
}

fn backup(reach: Reach, end: u64) -> Option<pb::BackupStatus> {
    let Reach { to, last, error } = reach;
    let continuous = to.is_some();
    let to = to.or_else(|| last.as_ref().map(|last| last.to.clone()))?;
    let taken_at = last.as_ref().map(|last| instant_to_pb(last.at));
    // What an old copy of the node's directory notes may lie beyond its journal.
    let through = last.map_or(0, |last| last.through.min(end));
    Some(pb::BackupStatus { to, continuous, through, taken_at, error })
}

fn audit_row(line: Line) -> pb::AuditLine {
    let Line { sequence, recorded_at, who, from, what, why } = line;
    pb::AuditLine { sequence, recorded_at: Some(instant_to_pb(recorded_at)), who, from, what, why }
}

fn books_row(state: &State, code: &str, unit: String, books: &Books) -> pb::UnitBooks {
    pb::UnitBooks {
        unit,
        books_from: books.from.to_string(),
        closed_through: books.closed_through.to_string(),
        changed_from: books.changed_from.map(|day| day.to_string()).unwrap_or_default(),
        held: u64::try_from(books.held).unwrap_or_default(),
        conflicts: u64::try_from(books.conflicts).unwrap_or_default(),
        unexplained: state.unexplained(code),
    }
}

fn parent(up: Up, unsent: Option<Unsent>) -> Option<pb::ParentLink> {
    if up.url.is_empty() {
        return None;
    }
    Some(pb::ParentLink {
        url: up.url,
        agreed_at: up.agreed_at.map(instant_to_pb),
        last_error: up.last_error,
        next_try: up.next_try.map(instant_to_pb),
        unsent: unsent.map_or(up.unsent, |unsent| unsent.count),
        unsent_since: unsent.and_then(|unsent| unsent.since).map(instant_to_pb),
        registry_version: up.registry_version,
        clock_difference_millis: up.clock_difference,
        refusals: up.refusals.into_iter().map(refusal).collect(),
    })
}

fn refusal(refused: Refused) -> pb::Refusal {
    pb::Refusal {
        unit: refused.unit.to_string(),
        atom_start: refused.atom_start.to_string(),
        revision: refused.revision,
        reason: refused.reason,
        message: refused.message,
        since: Some(instant_to_pb(refused.since)),
    }
}
