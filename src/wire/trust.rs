//! Tokens, enrolments and people as the journal and the derived state hold them.

use prost::Message;

use super::{error::WireError, pb::store::v1 as store, roll::key, scalar::date, store::damaged};
use crate::{
    domain::time::Timestamp,
    ledger::trust::{Issued, JoinToken, Keys, Person, Trust, TrustChange, Waiting},
};

/// As the journal holds it.
pub(super) fn change_to_pb(change: &TrustChange) -> store::TrustChange {
    use store::trust_change::Change as To;
    let change = match change {
        TrustChange::Rooted(root) => To::Rooted(root.to_vec()),
        TrustChange::TokenIssued(token) => To::TokenIssued(token_to_pb(token)),
        TrustChange::TokenRevoked { id } => To::TokenRevoked(id.clone()),
        TrustChange::Enrolled { code, token, issued } => To::Enrolled(store::Enrolled {
            code: code.clone(),
            token: token.clone().unwrap_or_default(),
            issued: Some(issued_to_pb("", issued)),
        }),
        TrustChange::Waits(waiting) => To::Waits(waiting_to_pb(waiting)),
        TrustChange::Approved { code, revoke_old } => {
            To::Approved(store::ApprovedRequest { code: code.clone(), revoke_old: *revoke_old })
        }
        TrustChange::Banned { code } => To::Banned(code.clone()),
        TrustChange::Unbanned { code } => To::Unbanned(code.clone()),
        TrustChange::Admitted(person) => To::Admitted(person_to_pb(person)),
        TrustChange::Dismissed { id } => To::Dismissed(id.clone()),
        TrustChange::Denied { what, reason, times } => {
            To::Denied(store::Denied { what: what.clone(), reason: reason.clone(), times: *times })
        }
    };
    store::TrustChange { change: Some(change) }
}

/// From the journal.
pub(super) fn change_from_pb(pb: store::TrustChange) -> Result<TrustChange, WireError> {
    use store::trust_change::Change as From;
    Ok(match pb.change.ok_or_else(|| damaged("entry.trust", "missing"))? {
        From::Rooted(root) => TrustChange::Rooted(key(&root, "entry.trust.rooted")?),
        From::TokenIssued(token) => TrustChange::TokenIssued(token_from_pb(token)?),
        From::TokenRevoked(id) => TrustChange::TokenRevoked { id },
        From::Enrolled(enrolled) => TrustChange::Enrolled {
            code: enrolled.code,
            token: Some(enrolled.token).filter(|t| !t.is_empty()),
            issued: issued_from_pb(enrolled.issued.ok_or_else(|| damaged("entry.trust.issued", "missing"))?)?,
        },
        From::Waits(waiting) => TrustChange::Waits(waiting_from_pb(waiting)?),
        From::Approved(a) => TrustChange::Approved { code: a.code, revoke_old: a.revoke_old },
        From::Banned(code) => TrustChange::Banned { code },
        From::Unbanned(code) => TrustChange::Unbanned { code },
        From::Admitted(person) => TrustChange::Admitted(person_from_pb(person)?),
        From::Dismissed(id) => TrustChange::Dismissed { id },
        From::Denied(d) => TrustChange::Denied { what: d.what, reason: d.reason, times: d.times },
    })
}

/// Everything, for the derived state.
pub fn encode_trust(trust: &Trust) -> Vec<u8> {
    store::TrustState {
        root: trust.root.map(|root| root.to_vec()).unwrap_or_default(),
        tokens: trust.tokens.values().map(token_to_pb).collect(),
        waiting: trust.waiting.values().map(waiting_to_pb).collect(),
        issued: trust.issued.iter().map(|(code, issued)| issued_to_pb(code, issued)).collect(),
        people: trust.people.values().map(person_to_pb).collect(),
    }
    .encode_to_vec()
}

/// From the derived state.
pub fn decode_trust(bytes: &[u8]) -> Result<Trust, WireError> {
    let pb = store::TrustState::decode(bytes).map_err(|e| damaged("trust", &e.to_string()))?;
    let mut trust = Trust { root: optional_key(&pb.root)?, ..Trust::default() };
    for token in pb.tokens {
        let token = token_from_pb(token)?;
        trust.tokens.insert(token.id.clone(), token);
    }
    for waiting in pb.waiting {
        let waiting = waiting_from_pb(waiting)?;
        trust.waiting.insert(waiting.code.clone(), waiting);
    }
    for issued in pb.issued {
        trust.issued.insert(issued.code.clone(), issued_from_pb(issued)?);
    }
    for person in pb.people {
        let person = person_from_pb(person)?;
        trust.people.insert(person.id.clone(), person);
    }
    Ok(trust)
}

/// A key, or none where the field is empty.
pub(super) fn optional_key(bytes: &[u8]) -> Result<Option<[u8; 32]>, WireError> {
    if bytes.is_empty() { Ok(None) } else { key(bytes, "root").map(Some) }
}

fn token_to_pb(token: &JoinToken) -> store::JoinToken {
    store::JoinToken {
        id: token.id.clone(),
        unit: token.unit.clone(),
        verifier: token.verifier.to_vec(),
        expires_at: token.expires_at.0,
        books_from: token.books_from.to_string(),
        names: token.names.clone(),
        used: token.used.as_ref().map(keys_to_pb),
        revoked: token.revoked,
        revoke_old: token.revoke_old,
    }
}

fn token_from_pb(pb: store::JoinToken) -> Result<JoinToken, WireError> {
    Ok(JoinToken {
        verifier: key(&pb.verifier, "token.verifier")?,
        expires_at: Timestamp(pb.expires_at),
        books_from: date(&pb.books_from, "token.books_from")?,
        used: pb.used.map(keys_from_pb).transpose()?,
        id: pb.id,
        unit: pb.unit,
        names: pb.names,
        revoked: pb.revoked,
        revoke_old: pb.revoke_old,
    })
}

fn keys_to_pb(keys: &Keys) -> store::NodeKeys {
    store::NodeKeys { document: keys.document.to_vec(), link: keys.link.to_vec() }
}

fn keys_from_pb(pb: store::NodeKeys) -> Result<Keys, WireError> {
    Ok(Keys { document: key(&pb.document, "keys.document")?, link: key(&pb.link, "keys.link")? })
}

fn issued_to_pb(code: &str, issued: &Issued) -> store::IssuedCertificate {
    store::IssuedCertificate {
        keys: Some(keys_to_pb(&issued.keys)),
        asked_at: issued.asked_at.0,
        certificate: issued.certificate.to_vec(),
        not_before: issued.not_before.0,
        not_after: issued.not_after.0,
        names: issued.names.clone(),
        code: code.to_owned(),
    }
}

fn issued_from_pb(pb: store::IssuedCertificate) -> Result<Issued, WireError> {
    Ok(Issued {
        keys: keys_from_pb(pb.keys.ok_or_else(|| damaged("issued.keys", "missing"))?)?,
        asked_at: Timestamp(pb.asked_at),
        certificate: pb.certificate.into(),
        not_before: Timestamp(pb.not_before),
        not_after: Timestamp(pb.not_after),
        names: pb.names,
    })
}

fn waiting_to_pb(waiting: &Waiting) -> store::WaitingRequest {
    store::WaitingRequest {
        code: waiting.code.clone(),
        keys: Some(keys_to_pb(&waiting.keys)),
        since: waiting.since.0,
        why: waiting.why.clone(),
        approved: waiting.approved,
        revoke_old: waiting.revoke_old,
    }
}

fn waiting_from_pb(pb: store::WaitingRequest) -> Result<Waiting, WireError> {
    Ok(Waiting {
        code: pb.code,
        keys: keys_from_pb(pb.keys.ok_or_else(|| damaged("waiting.keys", "missing"))?)?,
        since: Timestamp(pb.since),
        why: pb.why,
        approved: pb.approved,
        revoke_old: pb.revoke_old,
    })
}

fn person_to_pb(person: &Person) -> store::AdmittedPerson {
    store::AdmittedPerson {
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role.name().to_owned(),
        unit: person.unit.clone().unwrap_or_default(),
        verifier: person.verifier.to_vec(),
        expires_at: person.expires_at.map_or(0, |at| at.0),
        revoked: person.revoked.map_or(0, |at| at.0),
    }
}

fn person_from_pb(pb: store::AdmittedPerson) -> Result<Person, WireError> {
    let time = |at: i64| (at != 0).then_some(Timestamp(at));
    Ok(Person {
        role: pb.role.parse().map_err(|e: String| damaged("person.role", &e))?,
        verifier: key(&pb.verifier, "person.verifier")?,
        expires_at: time(pb.expires_at),
        revoked: time(pb.revoked),
        unit: Some(pb.unit).filter(|u| !u.is_empty()),
        id: pb.id,
        name: pb.name,
    })
}
