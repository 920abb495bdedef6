//! What an administrator decides: join tokens, nodes, people.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{caller::Caller, code, refuse};
use crate::{
    domain::address::is_https,
    ledger::{By, enrol::TrustAsk, trust::JoinToken},
    node::{
        Node, NodeError,
        enrolment::Invitation,
        fleet::{Ship, Standing},
    },
    wire::{
        WireError,
        pb::v1::{self as pb, trust_service_server::TrustService},
        scalar::{instant_to_pb, optional_date, text},
    },
};

/// The most bytes of a reason or a name.
const MAX_TEXT: usize = 200;
/// Hours a join token may be good.
const MAX_HOURS: u32 = 720;
/// Days a person's token may be good.
const MAX_DAYS: u32 = 3_660;
/// Names of one certificate.
const MAX_NAMES: usize = 10;

/// See the module.
pub struct Trust {
    /// The node.
    pub node: Arc<Node>,
}

impl Trust {
    async fn decide(&self, by: &By, ask: TrustAsk) -> Result<(), Status> {
        self.node.trust(by, ask).await.map(drop).map_err(refuse)
    }
}

#[tonic::async_trait]
impl TrustService for Trust {
    async fn issue_token(
        &self,
        request: Request<pb::IssueTokenRequest>,
    ) -> Result<Response<pb::IssueTokenResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let asked = request.into_inner();
        let address = text(asked.address, "address", MAX_TEXT)?;
        if !address.is_empty() && !is_https(&address) {
            return Err(WireError::new("address", "INVALID", "write it as https://HOST:PORT").into());
        }
        if asked.names.len() > MAX_NAMES {
            return Err(WireError::new("names", "OUT_OF_RANGE", format!("name at most {MAX_NAMES}")).into());
        }
        let names = asked.names.into_iter().map(|name| text(name, "names", MAX_TEXT)).collect::<Result<_, _>>()?;
        let invitation = Invitation {
            unit: named(&asked.unit)?,
            valid_hours: within("valid_hours", asked.valid_hours, 24, MAX_HOURS)?,
            address,
            names,
            books_from: optional_date(&asked.books_from, "books_from")?,
            revoke_old: asked.revoke_old_key,
        };
        let (token, issued) = self.node.invite(&by, invitation).await.map_err(refuse)?;
        let expires_at = Some(instant_to_pb(issued.expires_at));
        let replaces = self.node.snapshot().state.registry.roll.get(&issued.unit).is_some();
        Ok(Response::new(pb::IssueTokenResponse { token, id: issued.id, expires_at, replaces }))
    }

    async fn revoke_token(
        &self,
        request: Request<pb::RevokeTokenRequest>,
    ) -> Result<Response<pb::RevokeTokenResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let id = text(request.into_inner().id, "id", MAX_TEXT)?;
        self.decide(&by, TrustAsk::Revoke(id)).await?;
        Ok(Response::new(pb::RevokeTokenResponse {}))
    }

    async fn list_tokens(&self, _: Request<pb::ListTokensRequest>) -> Result<Response<pb::ListTokensResponse>, Status> {
        let snapshot = self.node.snapshot();
        let now = self.node.now();
        let row = |token: &JoinToken| {
            let state = match token {
                JoinToken { used: Some(_), .. } => "used",
                JoinToken { revoked: true, .. } => "revoked",
                JoinToken { expires_at, .. } if *expires_at <= now => "lapsed",
                _ => "open",
            };
            pb::TokenRow {
                id: token.id.clone(),
                unit: token.unit.clone(),
                expires_at: Some(instant_to_pb(token.expires_at)),
                state: state.to_owned(),
            }
        };
        let tokens = snapshot.state.trust.tokens.values().map(row).collect();
        Ok(Response::new(pb::ListTokensResponse { tokens }))
    }

    async fn list_nodes(&self, _: Request<pb::ListNodesRequest>) -> Result<Response<pb::ListNodesResponse>, Status> {
        let fleet = super::aside(&self.node, |node| Ok(node.fleet())).await?;
        Ok(Response::new(pb::ListNodesResponse { nodes: fleet.into_iter().map(node_row).collect() }))
    }

    async fn approve_node(
        &self,
        request: Request<pb::ApproveNodeRequest>,
    ) -> Result<Response<pb::ApproveNodeResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let asked = request.into_inner();
        let ask = TrustAsk::Approve {
            code: named(&asked.unit)?,
            key: text(asked.key, "key", MAX_TEXT)?,
            revoke_old: asked.revoke_old_key,
        };
        self.decide(&by, ask).await?;
        Ok(Response::new(pb::ApproveNodeResponse {}))
    }

    async fn ban_node(&self, request: Request<pb::BanNodeRequest>) -> Result<Response<pb::BanNodeResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let asked = request.into_inner();
        let reason = why(asked.reason)?;
        self.decide(&by.because(&reason), TrustAsk::Ban { code: named(&asked.unit)?, reason }).await?;
        Ok(Response::new(pb::BanNodeResponse {}))
    }

    async fn unban_node(
        &self,
        request: Request<pb::UnbanNodeRequest>,
    ) -> Result<Response<pb::UnbanNodeResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let asked = request.into_inner();
        let reason = why(asked.reason)?;
        self.decide(&by.because(&reason), TrustAsk::Unban { code: named(&asked.unit)? }).await?;
        Ok(Response::new(pb::UnbanNodeResponse {}))
    }

    async fn issue_access(
        &self,
        request: Request<pb::IssueAccessRequest>,
    ) -> Result<Response<pb::IssueAccessResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let asked = request.into_inner();
        let name = text(asked.name, "name", MAX_TEXT)?;
        if name.trim().is_empty() {
            return Err(WireError::new("name", "MISSING_FIELD", "give the person's name: it stands on forms").into());
        }
        let role = asked.role.parse().map_err(|message: String| WireError::new("role", "BAD_CHOICE", message))?;
        let unit = Some(code(&asked.unit)?).filter(|unit| !unit.is_empty());
        if let Some(unit) = &unit
            && !self.node.snapshot().state.books.contains_key(unit)
        {
            let kept = self.node.snapshot().state.books.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(refuse(crate::ledger::Refusal::NotThisUnit { unit: unit.clone(), kept }));
        }
        let days = within("valid_days", asked.valid_days, 366, MAX_DAYS)?;
        let (token, person) = self.node.admit(&by, name, role, unit, days).await.map_err(refuse)?;
        let state = self.node.snapshot();
        let own = state.state.registry.roll.get(&state.state.code);
        Ok(Response::new(pb::IssueAccessResponse {
            token,
            id: person.id,
            expires_at: person.expires_at.map(instant_to_pb),
            address: own.map(|member| member.address.clone()).unwrap_or_default(),
            authority: self.node.keyring().and_then(|ring| ring.get()).map(|id| id.roots_pem()).unwrap_or_default(),
        }))
    }

    async fn revoke_access(
        &self,
        request: Request<pb::RevokeAccessRequest>,
    ) -> Result<Response<pb::RevokeAccessResponse>, Status> {
        let by = Caller::of(request.extensions()).by();
        let id = text(request.into_inner().id, "id", MAX_TEXT)?;
        self.decide(&by, TrustAsk::Dismiss(id)).await?;
        Ok(Response::new(pb::RevokeAccessResponse {}))
    }

    async fn list_access(&self, _: Request<pb::ListAccessRequest>) -> Result<Response<pb::ListAccessResponse>, Status> {
        let snapshot = self.node.snapshot();
        let people = snapshot.state.trust.people.values().map(|person| pb::AccessRow {
            id: person.id.clone(),
            name: person.name.clone(),
            role: person.role.to_string(),
            unit: person.unit.clone().unwrap_or_default(),
            expires_at: person.expires_at.map(instant_to_pb),
            revoked_at: person.revoked.map(instant_to_pb),
        });
        Ok(Response::new(pb::ListAccessResponse { people: people.collect() }))
    }
}

/// The bare code of a unit that has to be named.
fn named(unit: &str) -> Result<String, Status> {
    let code = code(unit)?;
    if code.is_empty() {
        return Err(WireError::new("unit", "MISSING_FIELD", "name the unit by its code").into());
    }
    Ok(code)
}

fn why(given: String) -> Result<String, Status> {
    let reason = text(given, "reason", MAX_TEXT)?;
    if reason.trim().is_empty() {
        Err(refuse(NodeError::Refused(crate::ledger::Refusal::NoReason)))
    } else {
        Ok(reason)
    }
}

fn within(field: &str, given: u32, default: u32, most: u32) -> Result<u32, Status> {
    match given {
        0 => Ok(default),
        n if n <= most => Ok(n),
        n => Err(WireError::new(field, "OUT_OF_RANGE", format!("{n} is too long: at most {most}")).into()),
    }
}

fn node_row(ship: Ship) -> pb::NodeRow {
    let (state, why) = match ship.standing {
        Standing::Enrolled => ("enrolled", String::new()),
        Standing::Waiting(why) => ("waiting", why),
        Standing::Banned(why) => ("banned", why),
        Standing::NotEnrolled => ("not enrolled", String::new()),
    };
    pb::NodeRow {
        unit: ship.unit.to_string(),
        name: ship.name,
        state: state.to_owned(),
        why,
        key: ship.key,
        last_seen: ship.last_seen.map(instant_to_pb),
        software: ship.software,
        registry_version: ship.registry_version,
        certificate_until: ship.certificate_until.map(instant_to_pb),
        held_through: ship.held_through.map(|day| day.to_string()).unwrap_or_default(),
        behind_days: ship.behind_days,
        refused: ship.refused,
        parent: ship.parent,
    }
}
