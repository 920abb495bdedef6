//! What stands behind a figure.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    aside,
    caller::Caller,
    code,
    desk::dossier_row,
    pages::{List, size, start, token},
    refuse,
    report::{period, unit},
};
use crate::{
    node::Node,
    reports::{Breakdown, Query},
    wire::{
        explain::{figure_from_pb, revision_to_pb, to_pb},
        pb::v1::{self as pb, explain_service_server::ExplainService},
        scalar::instant_from_pb,
    },
};

/// See the module.
pub struct Explain {
    /// The node.
    pub node: Arc<Node>,
}

#[tonic::async_trait]
impl ExplainService for Explain {
    async fn explain_figure(
        &self,
        request: Request<pb::ExplainFigureRequest>,
    ) -> Result<Response<pb::ExplainFigureResponse>, Status> {
        let asked = request.into_inner();
        let period = period(&asked.period, "period")?;
        let figure = figure_from_pb(&asked.measure, "measure")?;
        let as_known_at = asked.as_known_at.map(|at| instant_from_pb(at, "as_known_at")).transpose()?;
        let unit = unit(&self.node, &asked.unit, &period)?;
        let query = Query { unit, period, by: Breakdown::Unit, as_known_at };
        let explained = aside(&self.node, move |node| node.explain(&query, figure).map_err(refuse)).await?;
        Ok(Response::new(to_pb(&explained)))
    }

    async fn list_revisions(
        &self,
        request: Request<pb::ListRevisionsRequest>,
    ) -> Result<Response<pb::ListRevisionsResponse>, Status> {
        let asked = request.into_inner();
        let period = period(&asked.period, "period")?;
        let unit = unit(&self.node, &asked.unit, &period)?;
        let revisions = aside(&self.node, move |node| node.history(&unit, &period).map_err(refuse)).await?;
        Ok(Response::new(pb::ListRevisionsResponse { revisions: revisions.iter().map(revision_to_pb).collect() }))
    }

    async fn list_counted(
        &self,
        request: Request<pb::ListCountedRequest>,
    ) -> Result<Response<pb::ListCountedResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        caller.acts_for(&self.node, &asked.unit)?;
        let unit = code(&asked.unit)?;
        let period = period(&asked.period, "period")?;
        let figure = figure_from_pb(&asked.measure, "measure")?;
        let (size, from) = (size(asked.page_size)?, start(List::Counted, &asked.page_token)?);
        let page =
            aside(&self.node, move |node| node.counted(&unit, &period, figure, size, from).map_err(refuse)).await?;
        let now = self.node.now();
        let row = |(found, value): &_| pb::CountedDossier { dossier: Some(dossier_row(found, now)), value: *value };
        Ok(Response::new(pb::ListCountedResponse {
            dossiers: page.items.iter().map(row).collect(),
            next_page_token: token(List::Counted, page.next.as_deref()),
        }))
    }
}
