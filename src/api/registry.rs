//! What the top of the tree decides: import and look it up.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{caller::Caller, refuse};
use crate::{
    node::Node,
    wire::{
        WireError,
        error::reason,
        pb::v1::{self as pb, registry_service_server::RegistryService},
        registry::part_from_pb,
        scalar::optional_date,
        status::malformed,
    },
};

/// See the module.
pub struct Registry {
    /// The node.
    pub node: Arc<Node>,
}

#[tonic::async_trait]
impl RegistryService for Registry {
    async fn import_registry(
        &self,
        request: Request<pb::ImportRegistryRequest>,
    ) -> Result<Response<pb::ImportRegistryResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let part = request.into_inner().part;
        let part = part.ok_or_else(|| WireError::new("part", reason::MISSING_FIELD, "fill in this field"))?;
        let days = part.calendar.as_ref().map_or(0, |c| c.days_off.len() + c.days_worked.len());
        let rows = part.units.len() + part.procedures.len() + part.cuts.len() + days;
        let (part, _) = part_from_pb(part)
            .map_err(|mistakes| malformed(mistakes.into_iter().map(|m| m.under("part")).collect()))?;
        let version = self.node.import(&by, part).await.map_err(refuse)?;
        Ok(Response::new(pb::ImportRegistryResponse { version, rows: count(rows) }))
    }

    async fn get_registry(
        &self,
        _: Request<pb::GetRegistryRequest>,
    ) -> Result<Response<pb::GetRegistryResponse>, Status> {
        let snapshot = self.node.snapshot();
        let registry = &snapshot.state.registry;
        let calendar = &registry.calendar;
        Ok(Response::new(pb::GetRegistryResponse {
            version: registry.version,
            units: count(registry.tree.len()),
            procedures: count(registry.procedures.len()),
            calendar_days: count(calendar.holidays.len() + calendar.swapped_off.len() + calendar.swapped_work.len()),
            cuts: registry.cuts.extra().map(|day| day.to_string()).collect(),
        }))
    }

    async fn get_unit(&self, request: Request<pb::GetUnitRequest>) -> Result<Response<pb::GetUnitResponse>, Status> {
        let asked = request.into_inner();
        let on = optional_date(&asked.on, "on")?.unwrap_or_else(|| self.node.now().local_date());
        let snapshot = self.node.snapshot();
        let id = self.node.unit(&snapshot, &asked.unit, on).map_err(refuse)?;
        let (state, tree) = (&snapshot.state, &snapshot.state.registry.tree);
        let unit = state.unit(&id);
        Ok(Response::new(pb::GetUnitResponse {
            unit: id.to_string(),
            name: unit.map(|u| u.name.to_string()).unwrap_or_default(),
            level: unit.map(|u| u.level.to_string()).unwrap_or_default(),
            parent: tree.parent(&id, on).map(|p| p.to_string()).unwrap_or_default(),
            children: tree.children(&id, on).iter().map(ToString::to_string).collect(),
            expected: state.expected(&id, on),
        }))
    }
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
