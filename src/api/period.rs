//! Closing, amending, and what is closed.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tonic::{Request, Response, Status};

use super::{
    aside,
    caller::Caller,
    code,
    pages::{List, size, start, token},
    refuse,
};
use crate::{
    domain::periods::Period,
    ledger::close::Ask,
    node::{Node, NodeError, PublishedDocument, periods::AtomState},
    wire::{
        pb::v1::{self as pb, period_service_server::PeriodService},
        scalar::{instant_to_pb, text},
    },
};

/// The most bytes of a reason: what a document can hold.
const MAX_REASON: usize = 2_000;

/// See the module.
pub struct Periods {
    /// The node.
    pub node: Arc<Node>,
}

#[tonic::async_trait]
impl PeriodService for Periods {
    async fn list_periods(
        &self,
        request: Request<pb::ListPeriodsRequest>,
    ) -> Result<Response<pb::ListPeriodsResponse>, Status> {
        let asked = request.into_inner();
        let unit = code(&asked.unit)?;
        let size = size(asked.page_size)?;
        let from = start(List::Periods, &asked.page_token)?.map(|at| day(&at)).transpose()?;
        let page = aside(&self.node, move |node| node.atoms(&unit, size, from).map_err(refuse)).await?;
        let next = page.next.map(|day| day.num_days_from_ce().to_be_bytes());
        Ok(Response::new(pb::ListPeriodsResponse {
            atoms: page.atoms.into_iter().map(atom_row).collect(),
            next_page_token: token(List::Periods, next.as_ref().map(<[u8; 4]>::as_slice)),
            closed_through: page.closed_through.to_string(),
        }))
    }

    async fn close_period(
        &self,
        request: Request<pb::ClosePeriodRequest>,
    ) -> Result<Response<pb::ClosePeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let reason = Some(text(asked.reason, "reason", MAX_REASON)?).filter(|r| !r.is_empty());
        let documents = self.publish(&caller, &asked.unit, &asked.period, Ask::Close { reason }).await?;
        Ok(Response::new(pb::ClosePeriodResponse { documents }))
    }

    async fn amend_period(
        &self,
        request: Request<pb::AmendPeriodRequest>,
    ) -> Result<Response<pb::AmendPeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let reason = text(asked.reason, "reason", MAX_REASON)?;
        let documents = self.publish(&caller, &asked.unit, &asked.period, Ask::Amend { reason }).await?;
        Ok(Response::new(pb::AmendPeriodResponse { documents }))
    }
}

impl Periods {
    async fn publish(
        &self,
        caller: &Caller,
        unit: &str,
        period: &str,
        ask: Ask,
    ) -> Result<Vec<pb::PublishedDocument>, Status> {
        caller.acts_for(&self.node, unit)?;
        // Who is bound to a unit closes that one, not all whose books are kept here.
        let unit = Some(code(unit)?).filter(|code| !code.is_empty()).or_else(|| caller.bound_to());
        let period = Period::parse(period).map_err(refuse)?;
        // The reason stands in the audit trail too.
        let by = caller.by();
        let by = match &ask {
            Ask::Amend { reason } | Ask::Close { reason: Some(reason) } => by.because(reason),
            Ask::Close { reason: None } => by.clone(),
        };
        let documents = self.node.close(&by, unit, period, ask).await.map_err(refuse)?;
        Ok(documents.into_iter().map(document_row).collect())
    }
}

fn day(at: &[u8]) -> Result<NaiveDate, Status> {
    let days = <[u8; 4]>::try_from(at).ok().map(i32::from_be_bytes);
    days.and_then(NaiveDate::from_num_days_from_ce_opt).ok_or_else(|| refuse(NodeError::PageToken))
}

fn atom_row(state: AtomState) -> pb::AtomState {
    let row = pb::AtomState {
        start: state.atom.start.to_string(),
        end: state.atom.end.to_string(),
        closed: state.closed,
        ..pb::AtomState::default()
    };
    match state.published {
        None => row,
        Some(published) => pb::AtomState {
            revision: published.revision,
            published_at: published.at.map(instant_to_pb),
            reason: published.reason,
            changed_since: published.changed_since,
            document: published.hash.0.to_vec(),
            ..row
        },
    }
}

fn document_row(document: PublishedDocument) -> pb::PublishedDocument {
    pb::PublishedDocument {
        unit: document.unit.to_string(),
        atom_start: document.atom.start.to_string(),
        atom_end: document.atom.end.to_string(),
        revision: document.revision,
        hash: document.hash.0.to_vec(),
        expected: document.expected,
        received: document.received,
    }
}
