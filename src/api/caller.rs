//! Who calls: what the guard found out, carried with the request to whoever has to ask.

use std::net::SocketAddr;

use tonic::{Extensions, Status};

use super::refuse;
use crate::{
    domain::units::UnitId,
    ledger::{By, prepare::Signer, trust::Role},
    node::{Node, NodeError},
};

/// Who calls, and from where.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub who: Who,
    /// From where, as far as is known.
    pub from: Option<SocketAddr>,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody on this machine: the node's links are not authenticated, and it listens on loopback only.
    Local,
    /// Somebody who holds this node's own keys.
    Keys,
    /// A node, by its certificate.
    Unit(UnitId),
    /// A person, by a token.
    Person {
        /// Stands in the token.
        id: String,
        /// As on forms.
        name: String,
        /// What they may do.
        role: Role,
        /// Code of the unit they are bound to.
        unit: Option<String>,
    },
    /// Nobody that is known.
    Nobody,
}

impl Caller {
    /// The caller of a request; whoever the guard did not look at is nobody.
    pub fn of(extensions: &Extensions) -> Caller {
        extensions.get::<Caller>().cloned().unwrap_or(Caller { who: Who::Nobody, from: None })
    }

    /// As it stands in the audit trail.
    pub fn by(&self) -> By {
        let who = match &self.who {
            Who::Local => "local".to_owned(),
            Who::Keys => "keys".to_owned(),
            Who::Unit(unit) => format!("unit {unit}"),
            Who::Person { id, name, .. } => format!("person {id} {name}"),
            Who::Nobody => "nobody".to_owned(),
        };
        By::new(who, self.from.map(|from| from.ip().to_string()).unwrap_or_default())
    }

    /// Asked again in the middle of a long stream: the person may have been dismissed meanwhile.
    pub fn is_still_good(&self, node: &Node) -> Result<(), Status> {
        let Who::Person { id, .. } = &self.who else { return Ok(()) };
        let snapshot = node.snapshot();
        let person = snapshot.state.trust.people.get(id).filter(|person| person.is_good(node.now()));
        person.map(drop).ok_or_else(|| refuse(NodeError::BadCredentials))
    }

    /// A person's name, for forms.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Person { name, .. } => name,
            _ => "",
        }
    }

    /// The person who calls, if it is one.
    pub fn signer(&self) -> Option<Signer> {
        match &self.who {
            Who::Person { id, name, role, .. } => Some(Signer { id: id.clone(), name: name.clone(), role: *role }),
            _ => None,
        }
    }

    /// A node speaks for the unit its certificate names, whatever the request says.
    pub fn speaks_for(&self, code: &str) -> Result<(), Status> {
        match &self.who {
            Who::Local => Ok(()),
            Who::Unit(unit) if *unit.code == *code => Ok(()),
            _ => Err(refuse(NodeError::OtherUnit { named: code.to_owned() })),
        }
    }

    /// The unit a person is bound to.
    pub fn bound_to(&self) -> Option<String> {
        match &self.who {
            Who::Person { unit, .. } => unit.clone(),
            _ => None,
        }
    }

    /// A person who is bound to a unit acts for no other. An empty code is the node's own unit.
    pub fn acts_for(&self, node: &Node, unit: &str) -> Result<(), Status> {
        let Who::Person { unit: Some(bound), .. } = &self.who else { return Ok(()) };
        let snapshot = node.snapshot();
        let named = if unit.is_empty() { snapshot.state.code.as_str() } else { bare(unit) };
        if bound == named {
            return Ok(());
        }
        node.denied(&self.by(), &format!("act for unit {named}"), "OTHER_UNIT");
        Err(refuse(NodeError::OtherUnit { named: named.to_owned() }))
    }
}

/// `CODE@VALID_FROM` without its date.
fn bare(unit: &str) -> &str {
    unit.split_once('@').map_or(unit, |(code, _)| code)
}
