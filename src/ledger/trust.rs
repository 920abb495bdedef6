//! Who may join and who may ask: join tokens, requests that wait, certificates that were issued, and people. What concerns the whole federation
//! stands on the roll, which flows down with the registry; what is here stays on this node.

use std::{fmt, str::FromStr};

use bytes::Bytes;
use chrono::NaiveDate;
use imbl::OrdMap;

use crate::domain::{roll::Key, time::Timestamp};

/// See the module.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Trust {
    /// The document key of the top of the tree, which signs the registry. `None` on a node without authenticated links.
    pub root: Option<Key>,
    /// Join tokens by id.
    pub tokens: OrdMap<String, JoinToken>,
    /// Requests that wait for a person's approval, by code.
    pub waiting: OrdMap<String, Waiting>,
    /// The newest certificate of every unit, by code.
    pub issued: OrdMap<String, Issued>,
    /// People, by id.
    pub people: OrdMap<String, Person>,
}

/// Lets one node join, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinToken {
    /// Its name.
    pub id: String,
    /// Code of the unit it is for.
    pub unit: String,
    /// Public half of the key that is made from the token's secret. The secret itself is nowhere.
    pub verifier: Key,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// First day of the new node's books.
    pub books_from: NaiveDate,
    /// Names and addresses its certificate carries beside the unit, for browsers.
    pub names: Vec<String>,
    /// The keys that were enrolled with it.
    pub used: Option<Keys>,
    /// A person has taken it back.
    pub revoked: bool,
    /// The key before may be in the wrong hands.
    pub revoke_old: bool,
}

/// The two keys of a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    /// Signs documents.
    pub document: Key,
    /// Hash of the public key that its certificate is for.
    pub link: [u8; 32],
}

/// A request that a person has to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Code of the unit.
    pub code: String,
    /// Its keys.
    pub keys: Keys,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why it waits, in words.
    pub why: String,
    /// Approved: the next request with these keys is granted.
    pub approved: bool,
    /// The key before is revoked with it.
    pub revoke_old: bool,
}

/// A certificate that was issued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issued {
    /// For which keys.
    pub keys: Keys,
    /// When the request was made, by its own clock; an older one is a replay.
    pub asked_at: Timestamp,
    /// The certificate, DER.
    pub certificate: Bytes,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// When it lapses.
    pub not_after: Timestamp,
    /// The names it carries.
    pub names: Vec<String>,
}

/// A person with a token of their own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Stands in the token and in the audit trail.
    pub id: String,
    /// As it stands on forms.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Code of the unit they are bound to; a desk always is.
    pub unit: Option<String>,
    /// Keyed hash of the token's secret.
    pub verifier: [u8; 32],
    /// When it lapses.
    pub expires_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked: Option<Timestamp>,
}

impl Person {
    /// Neither taken back nor lapsed.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires_at.is_none_or(|at| now < at)
    }
}

/// What a person may do. Nobody may do everything.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Reads reports.
    Viewer,
    /// Records events of one unit and looks at its dossiers.
    Desk,
    /// Prepares and closes periods, imports files.
    Operator,
    /// Approves what an operator has prepared; accepts and returns figures of units below.
    Approver,
    /// Admits nodes and people, keeps the registry, looks after the machine. Never records or closes.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Viewer, Role::Desk, Role::Operator, Role::Approver, Role::Admin];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Desk => "desk",
            Role::Operator => "operator",
            Role::Approver => "approver",
            Role::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Role, String> {
        let found = Role::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| format!("{text:?} is no role: say viewer, desk, operator, approver or admin"))
    }
}

/// What changes on this node, as the journal holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrustChange {
    /// Another key signs the registry from now on.
    Rooted(Key),
    /// A join token was issued.
    TokenIssued(JoinToken),
    /// A join token was taken back.
    TokenRevoked {
        /// Its id.
        id: String,
    },
    /// A unit was enrolled, or has a new certificate.
    Enrolled {
        /// Code of the unit.
        code: String,
        /// The token it was enrolled with.
        token: Option<String>,
        /// Its certificate.
        issued: Issued,
    },
    /// A request waits for a person.
    Waits(Waiting),
    /// A person has approved one.
    Approved {
        /// Code of the unit.
        code: String,
        /// The key before is revoked with it.
        revoke_old: bool,
    },
    /// A unit may not speak any more. The roll says so too.
    Banned {
        /// Code of the unit.
        code: String,
    },
    /// It may again.
    Unbanned {
        /// Code of the unit.
        code: String,
    },
    /// A person was admitted.
    Admitted(Person),
    /// A person's token was taken back.
    Dismissed {
        /// Their id.
        id: String,
    },
    /// Somebody tried what is not allowed. Changes nothing.
    Denied {
        /// What was tried.
        what: String,
        /// A name from docs/errors.md.
        reason: String,
        /// How often, where many were tried at once.
        times: u32,
    },
}

impl Trust {
    /// Applies a change at that time.
    pub fn apply(&mut self, change: &TrustChange, at: Timestamp) {
        match change {
            TrustChange::Rooted(root) => self.root = Some(*root),
            TrustChange::TokenIssued(token) => drop(self.tokens.insert(token.id.clone(), token.clone())),
            TrustChange::TokenRevoked { id } => {
                if let Some(token) = self.tokens.get_mut(id) {
                    token.revoked = true;
                }
            }
            TrustChange::Enrolled { code, token, issued } => {
                if let Some(token) = token.as_ref().and_then(|id| self.tokens.get_mut(id)) {
                    token.used = Some(issued.keys.clone());
                }
                self.waiting.remove(code);
                self.issued.insert(code.clone(), issued.clone());
            }
            TrustChange::Waits(waiting) => drop(self.waiting.insert(waiting.code.clone(), waiting.clone())),
            TrustChange::Approved { code, revoke_old } => {
                if let Some(waiting) = self.waiting.get_mut(code) {
                    waiting.approved = true;
                    waiting.revoke_old = *revoke_old;
                }
            }
            TrustChange::Admitted(person) => drop(self.people.insert(person.id.clone(), person.clone())),
            TrustChange::Dismissed { id } => {
                if let Some(person) = self.people.get_mut(id) {
                    person.revoked = Some(at);
                }
            }
            TrustChange::Banned { .. } | TrustChange::Unbanned { .. } | TrustChange::Denied { .. } => {}
        }
    }
}
