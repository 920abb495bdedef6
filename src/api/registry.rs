//! What the top of the tree decides: import and look it up.

use std::{collections::BTreeMap, sync::Arc};

use tonic::{Request, Response, Status};

use super::{caller::Caller, refuse};
use crate::{
    domain::{forms::Forms, registry::Part},
    node::Node,
    reports::form::{NAMES, Template, text_of},
    wire::{
        WireError,
        error::reason,
        pb::v1::{self as pb, registry_service_server::RegistryService},
        registry::{MAX_MISTAKES, part_from_pb},
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
        let rows = part.units.len() + part.procedures.len() + part.cuts.len() + part.forms.len() + days;
        let (part, _) = part_from_pb(part)
            .map_err(|mistakes| malformed(mistakes.into_iter().map(|m| m.under("part")).collect()))?;
        if let Part::Forms(forms) = &part {
            let mistakes = unprintable(forms);
            if !mistakes.is_empty() {
                return Err(malformed(mistakes));
            }
        }
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

    async fn get_forms(&self, _: Request<pb::GetFormsRequest>) -> Result<Response<pb::GetFormsResponse>, Status> {
        let snapshot = self.node.snapshot();
        let imported = &snapshot.state.registry.forms;
        let shipped = NAMES.into_iter().filter_map(|name| Some((name, text_of(name)?)));
        let all: BTreeMap<&str, &str> = shipped.chain(imported.iter()).collect();
        let file = |(name, text): (&str, &str)| pb::FormFile { name: name.to_owned(), text: text.to_owned() };
        Ok(Response::new(pb::GetFormsResponse {
            forms: all.into_iter().map(file).collect(),
            imported: imported.iter().map(|(name, _)| name.to_owned()).collect(),
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

/// Every mistake of templates that are to be imported, and names that are not those in the texts.
fn unprintable(forms: &Forms) -> Vec<WireError> {
    let mut mistakes = Vec::new();
    for (n, (name, text)) in forms.iter().enumerate() {
        let field = format!("part.forms[{n}].text");
        match Template::read(text) {
            Ok(template) if template.id == name => {}
            Ok(template) => {
                let message = format!("the form calls itself {}: send it under that name", template.id);
                mistakes.push(WireError::new(field, reason::BAD_CHOICE, message));
            }
            Err(all) => {
                let told = all.iter().take(MAX_MISTAKES);
                mistakes.extend(told.map(|m| WireError::new(&field, reason::BAD_CHOICE, m.to_string())));
            }
        }
    }
    mistakes.truncate(MAX_MISTAKES);
    mistakes
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
