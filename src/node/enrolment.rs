//! Admitting nodes and people: what the ledger decides, with the certificates and secrets that go with it.

use bytes::Bytes;
use chrono::NaiveDate;
use data_encoding::BASE32_NOPAD;

use super::{Node, NodeError, unexpected};
use crate::{
    domain::{
        atoms::Cuts,
        roll::Member,
        time::{DAY_MS, Timestamp},
        units::UnitId,
    },
    ledger::{
        By,
        enrol::{Enrolment, TrustAsk},
        refusal::Refusal,
        trust::{Issued, JoinToken, Person, Role},
    },
    store::command::{Command, Reply},
    trust::{
        TrustError,
        authority::{Leaf, check_names},
        enrol::Asked,
        ticket::Ticket,
    },
};

const HOUR_MS: i64 = 3_600_000;

/// What a node that was enrolled begins with.
#[derive(Clone, Debug)]
pub struct Granted {
    /// Its certificate and the authority's, DER.
    pub certificates: Vec<Bytes>,
    /// First day of its books; `None` for a renewal.
    pub books_from: Option<NaiveDate>,
    /// The registry, each part sealed.
    pub registry: Vec<Bytes>,
}

/// For whom a join token is.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    /// Code of the unit.
    pub unit: String,
    /// How long it is good.
    pub valid_hours: u32,
    /// Where the new node will ask; empty for the node above it.
    pub address: String,
    /// Names its certificate shall carry.
    pub names: Vec<String>,
    /// First day of its books.
    pub books_from: Option<NaiveDate>,
    /// The key before may be in the wrong hands.
    pub revoke_old: bool,
}

impl Node {
    /// Decides a request to join, to renew or to change a key. At the top only; others pass it on.
    pub async fn enrol(&self, by: &By, asked: Asked) -> Result<Granted, NodeError> {
        let authority = self.powers.authority.as_ref().ok_or(Refusal::NoAuthority)?;
        let snapshot = self.snapshot();
        let state = &snapshot.state;
        let now = self.now();
        let code = asked.code.as_str();
        let token = asked.token.as_ref().and_then(|id| state.trust.tokens.get(id));
        // Names are decided with the token and stay with the unit; what the node asks to be called is never believed.
        let names = match token {
            Some(token) => token.names.clone(),
            None => state.trust.issued.get(code).map(|issued| issued.names.clone()).unwrap_or_default(),
        };
        let unit = state.identity(code, now.local_date()).unwrap_or_else(|| UnitId::new(code, None));
        let (not_before, not_after) = authority.span(now, self.powers.certificate_days);
        let leaf =
            Leaf { unit, csr: asked.csr.clone(), names: names.clone(), not_before, not_after, serial: random()? };
        // Made before it is known whether it is granted: if not, nobody ever sees it.
        let certificate = authority.issue(&leaf)?.into();
        let request = Enrolment {
            code: asked.code,
            token: asked.token.clone(),
            keys: asked.keys,
            signers: asked.signers,
            asked_at: asked.at,
            address: asked.address,
            certificate,
            not_before,
            not_after,
            names,
        };
        let books_from = token.map(|token| token.books_from);
        let issued = self.trust(by, TrustAsk::Enrol(Box::new(request))).await?.ok_or_else(unexpected)?;
        let registry = self.snapshot().state.parts.values().cloned().collect();
        let certificates = vec![issued.certificate, Bytes::copy_from_slice(authority.certificate_der())];
        Ok(Granted { certificates, books_from, registry })
    }

    /// Hands what an administrator decides to the writer.
    pub async fn trust(&self, by: &By, ask: TrustAsk) -> Result<Option<Issued>, NodeError> {
        match self.ask(by, Command::Trust(ask)).await? {
            Reply::Trusted(issued) => Ok(issued),
            _ => Err(unexpected()),
        }
    }

    /// A join token for one unit. The text is the secret, and nobody can show it again.
    pub async fn invite(&self, by: &By, invitation: Invitation) -> Result<(String, JoinToken), NodeError> {
        let authority = self.powers.authority.as_ref().ok_or(Refusal::NoAuthority)?;
        // Found out now, and not when somebody stands at the new machine with a token that is no use.
        check_names(&invitation.names)?;
        let snapshot = self.snapshot();
        let state = &snapshot.state;
        let root = state.trust.root.ok_or(Refusal::NoAuthority)?;
        if invitation.unit == state.code {
            return Err(Refusal::TokenOfTop.into());
        }
        let now = self.now();
        let address = match invitation.address.as_str() {
            "" => self.address_above(&invitation.unit, now)?,
            given => given.to_owned(),
        };
        let id = BASE32_NOPAD.encode(&random::<5>()?).to_lowercase();
        let unit = invitation.unit.clone();
        let own_books = state.books.get(&state.code).map(|books| books.from).unwrap_or_default();
        let books_from = invitation.books_from.unwrap_or(own_books);
        if !Cuts::default().is_boundary(books_from) {
            return Err(NodeError::Invalid(format!("books begin on a 1st or a 15th, not on {books_from}")));
        }
        let ticket = Ticket::new(address, authority.fingerprint(), root, unit, id.clone(), random()?);
        let ticket = ticket.with_books_from(books_from);
        let token = JoinToken {
            id,
            unit: invitation.unit,
            verifier: ticket.verifier(),
            expires_at: now.plus_millis(i64::from(invitation.valid_hours) * HOUR_MS),
            books_from,
            names: invitation.names,
            used: None,
            revoked: false,
            revoke_old: invitation.revoke_old,
        };
        self.trust(by, TrustAsk::Issue(token.clone())).await?;
        Ok((ticket.text(), token))
    }

    /// Where the nearest enrolled node above a unit is reached.
    fn address_above(&self, code: &str, now: Timestamp) -> Result<String, NodeError> {
        let snapshot = self.snapshot();
        let (state, on) = (&snapshot.state, now.local_date());
        let unknown = || Refusal::UnknownUnit { unit: code.to_owned(), on };
        let tree = &state.registry.tree;
        let unit = tree.resolve(code, on).ok_or_else(unknown)?;
        let above = std::iter::successors(tree.parent(&unit.id, on), |up| tree.parent(up, on));
        let address = |up: &UnitId| Some(state.registry.roll.get(&up.code)?.address.clone()).filter(|a| !a.is_empty());
        above.into_iter().find_map(|up| address(&up)).ok_or_else(|| {
            let message = format!(
                "no node above unit {code} has said where it is reached: enrol it first, or name an address with --via"
            );
            NodeError::Invalid(message)
        })
    }

    /// A token for a person. The text is the secret, and nobody can show it again.
    pub async fn admit(
        &self,
        by: &By,
        name: String,
        role: Role,
        unit: Option<String>,
        valid_days: u32,
    ) -> Result<(String, Person), NodeError> {
        let access = self.powers.access.as_ref().ok_or(NodeError::NoAccess)?;
        let (text, id, verifier) = access.issue(&random()?);
        let own = || self.snapshot().state.code.clone();
        let person = Person {
            id,
            name,
            role,
            // A desk is always bound, because its events change books.
            unit: unit.or_else(|| (role == Role::Desk).then(own)),
            verifier,
            expires_at: Some(self.now().plus_millis(i64::from(valid_days) * DAY_MS)),
            revoked: None,
        };
        self.trust(by, TrustAsk::Admit(person.clone())).await?;
        Ok((text, person))
    }

    /// Whose token this is, if it is good now.
    pub fn person(&self, token: &str) -> Option<Person> {
        let snapshot = self.snapshot();
        self.powers.access.as_ref()?.person(&snapshot.state.trust, token, self.now()).cloned()
    }

    /// Whether a certificate of that unit that began then is void here: the unit is banned, or has moved to another machine. Of its own unit a node
    /// looks only at the second: a ban says nothing about who may use the machine, but the machine before may be in anybody's hands.
    pub fn bars(&self, unit: &UnitId, not_before: Timestamp) -> Option<Refusal> {
        let snapshot = self.snapshot();
        let code = unit.code.to_string();
        let own = *unit.code == *snapshot.state.code;
        let roll = &snapshot.state.registry.roll;
        match roll.get(&code) {
            Some(Member { banned: Some(_), .. }) if !own => Some(Refusal::Banned(code)),
            // Certificates know whole seconds only.
            Some(member) if not_before.0 < member.certificates_from.0.div_euclid(1000) * 1000 => {
                Some(Refusal::VoidCertificate(code))
            }
            _ => None,
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], NodeError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NodeError::CannotIssue(format!("no randomness: {error}")))?;
    Ok(bytes)
}

impl From<TrustError> for NodeError {
    fn from(error: TrustError) -> NodeError {
        NodeError::CannotIssue(error.to_string())
    }
}
