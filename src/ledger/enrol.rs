//! Who joins, with which keys, and who may not speak any more: decided at the top of the tree. Signatures are checked before; here it is asked
//! what they are worth.

use bytes::Bytes;

use super::{
    refusal::Refusal,
    state::State,
    trust::{Issued, JoinToken, Keys, Person, TrustChange, Waiting},
    waiting::{approve, keeps_its_place},
};
use crate::domain::{
    roll::{Ban, How, Key, Member, Roll},
    time::{DAY_MS, Timestamp},
};

/// How far the clock of whoever asks may be ahead: a request from the year 9999 would be the last one of its unit.
const AHEAD_MS: i64 = DAY_MS;

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrustAsk {
    /// Issue a join token.
    Issue(JoinToken),
    /// Take one back.
    Revoke(String),
    /// Enrol a node, or renew its certificate.
    Enrol(Box<Enrolment>),
    /// Approve the request that waits.
    Approve {
        /// Code of the unit.
        code: String,
        /// The document key that a person has compared, or its fingerprint.
        key: String,
        /// The key before may be in the wrong hands.
        revoke_old: bool,
    },
    /// Let a unit not speak any more.
    Ban {
        /// Code of the unit.
        code: String,
        /// Why.
        reason: String,
    },
    /// Let it speak again.
    Unban {
        /// Code of the unit.
        code: String,
    },
    /// Admit a person.
    Admit(Person),
    /// Take a person's token back.
    Dismiss(String),
    /// Note that somebody tried what is not allowed.
    Note {
        /// What was tried.
        what: String,
        /// A name from docs/errors.md.
        reason: String,
        /// How often.
        times: u32,
    },
    /// From now on this key signs the registry: the top has lost its own.
    Root {
        /// The new key.
        key: Key,
        /// The one before may be in the wrong hands.
        revoke_old: bool,
    },
}

/// A request whose signatures are good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Code of the unit.
    pub code: String,
    /// Id of the join token.
    pub token: Option<String>,
    /// Its keys.
    pub keys: Keys,
    /// Every key that signed the request.
    pub signers: Vec<Key>,
    /// When it was made, by its own clock.
    pub asked_at: Timestamp,
    /// Where nodes below reach it.
    pub address: String,
    /// The certificate that is handed out if it is granted.
    pub certificate: Bytes,
    /// From when the certificate is valid.
    pub not_before: Timestamp,
    /// When it lapses.
    pub not_after: Timestamp,
    /// The names it carries.
    pub names: Vec<String>,
}

/// What becomes of it.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Changes on this node.
    pub changes: Vec<TrustChange>,
    /// The roll afterwards, if it changes; the top signs it.
    pub roll: Option<Roll>,
    /// The certificate, where one was asked for.
    pub issued: Option<Issued>,
    /// Why it is refused; `changes` may hold a note of it all the same.
    pub refused: Option<Refusal>,
}

impl Decided {
    fn change(change: TrustChange) -> Decided {
        Decided { changes: vec![change], ..Decided::default() }
    }

    fn refuse(refusal: Refusal) -> Decided {
        Decided { refused: Some(refusal), ..Decided::default() }
    }
}

/// Decides what was asked.
pub fn decide(state: &State, ask: TrustAsk, has_parent: bool, now: Timestamp) -> Decided {
    let result = match ask {
        TrustAsk::Enrol(request) => at_top(state, has_parent).map(|()| enrol(state, &request, now)),
        TrustAsk::Issue(token) => issue(state, token, has_parent, now),
        TrustAsk::Revoke(id) => match state.trust.tokens.get(&id) {
            Some(token) if token.used.is_none() => Ok(Decided::change(TrustChange::TokenRevoked { id })),
            _ => Err(Refusal::TokenUnknown),
        },
        TrustAsk::Approve { code, key, revoke_old } => {
            at_top(state, has_parent).and_then(|()| approve(state, code, &key, revoke_old).map(Decided::change))
        }
        TrustAsk::Ban { code, reason } => ban(state, code, Some(Ban { since: now, reason }), has_parent),
        TrustAsk::Unban { code } => ban(state, code, None, has_parent),
        TrustAsk::Admit(person) => Ok(Decided::change(TrustChange::Admitted(person))),
        TrustAsk::Dismiss(id) => match state.trust.people.get(&id) {
            Some(person) if person.revoked.is_none() => Ok(Decided::change(TrustChange::Dismissed { id })),
            _ => Err(Refusal::NoPerson(id)),
        },
        TrustAsk::Note { what, reason, times } => Ok(Decided::change(TrustChange::Denied { what, reason, times })),
        TrustAsk::Root { key, revoke_old } => root(state, key, revoke_old, has_parent, now),
    };
    result.unwrap_or_else(Decided::refuse)
}

/// Only the top admits and bans, and only if it has keys to do it with.
fn at_top(state: &State, has_parent: bool) -> Result<(), Refusal> {
    if has_parent {
        return Err(Refusal::NotTheTop);
    }
    if state.trust.root.is_none() { Err(Refusal::NoAuthority) } else { Ok(()) }
}

fn issue(state: &State, token: JoinToken, has_parent: bool, now: Timestamp) -> Result<Decided, Refusal> {
    at_top(state, has_parent)?;
    if token.unit == state.code {
        return Err(Refusal::TokenOfTop);
    }
    let on = now.local_date();
    if state.registry.tree.resolve(&token.unit, on).is_none() {
        return Err(Refusal::UnknownUnit { unit: token.unit, on });
    }
    Ok(Decided::change(TrustChange::TokenIssued(token)))
}

fn ban(state: &State, code: String, ban: Option<Ban>, has_parent: bool) -> Result<Decided, Refusal> {
    at_top(state, has_parent)?;
    let Some(member) = state.registry.roll.get(&code) else { return Err(Refusal::NoMember(code)) };
    if code == state.code {
        return Err(Refusal::BanOfTop);
    }
    if member.banned.is_some() == ban.is_some() {
        return Ok(Decided::default());
    }
    let change = match ban {
        Some(_) => TrustChange::Banned { code },
        None => TrustChange::Unbanned { code },
    };
    let roll = with(state, Member { banned: ban, ..member.clone() });
    Ok(Decided { roll, ..Decided::change(change) })
}

fn root(state: &State, key: Key, revoke_old: bool, has_parent: bool, now: Timestamp) -> Result<Decided, Refusal> {
    at_top(state, has_parent)?;
    if state.trust.root == Some(key) {
        // Cut off after this the last time.
        return Ok(Decided::default());
    }
    let mut member = state.registry.roll.get(&state.code).cloned().ok_or(Refusal::NoAuthority)?;
    member.take(key, How::Founder, now, revoke_old);
    Ok(Decided { roll: with(state, member), ..Decided::change(TrustChange::Rooted(key)) })
}

fn with(state: &State, member: Member) -> Option<Roll> {
    let mut roll = state.registry.roll.clone();
    roll.put(member);
    Some(roll)
}

/// A request to join, to renew or to change a key. A repeated one is answered as the first time.
fn enrol(state: &State, request: &Enrolment, now: Timestamp) -> Decided {
    match grant(state, request, now) {
        Ok(Grant::Again(issued)) => Decided { issued: Some(issued), ..Decided::default() },
        Ok(Grant::New { how, revoke_old }) => admit(state, request, how, revoke_old, now),
        Err(Refused::Waits(why)) => {
            let waiting = Waiting {
                code: request.code.clone(),
                keys: request.keys.clone(),
                since: now,
                why,
                approved: false,
                revoke_old: false,
            };
            let before = state.trust.waiting.get(&request.code);
            let stays = before.is_some_and(|before| keeps_its_place(state, before, &waiting));
            let changes = if stays { Vec::new() } else { vec![TrustChange::Waits(waiting)] };
            let refused = Some(Refusal::WaitsForApproval(request.code.clone()));
            Decided { changes, refused, ..Decided::default() }
        }
        Err(Refused::No(refusal)) => Decided::refuse(refusal),
    }
}

enum Grant {
    /// The same as before: the answer was lost.
    Again(Issued),
    /// On this word; `None` for a certificate under keys that are known.
    New { how: Option<How>, revoke_old: bool },
}

enum Refused {
    No(Refusal),
    Waits(String),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        Refused::No(refusal)
    }
}

fn grant(state: &State, request: &Enrolment, now: Timestamp) -> Result<Grant, Refused> {
    let code = &request.code;
    if state.registry.roll.ban(code).is_some() {
        return Err(Refusal::Banned(code.clone()).into());
    }
    // Whoever asks holds the key it asks for, and nobody on the way can put another in its place.
    if !request.signers.contains(&request.keys.document) {
        return Err(Refusal::BadProof(code.clone()).into());
    }
    if request.asked_at > now.plus_millis(AHEAD_MS) {
        return Err(Refusal::InTheFuture { at: request.asked_at, now }.into());
    }
    let issued = state.trust.issued.get(code).filter(|issued| issued.keys == request.keys);
    if let Some(id) = &request.token {
        return with_token(state, request, id, issued, now);
    }
    if let Some(issued) = issued.filter(|issued| issued.asked_at == request.asked_at) {
        return Ok(Grant::Again(issued.clone()));
    }
    if state.trust.issued.get(code).is_some_and(|issued| request.asked_at <= issued.asked_at) {
        return Err(Refusal::OldRequest(code.clone()).into());
    }
    let Some(member) = state.registry.roll.get(code) else { return Err(Refusal::NotEnrolled(code.clone()).into()) };
    let approved = state.trust.waiting.get(code).filter(|w| w.approved && w.keys == request.keys);
    let current = member.current().map(|pinned| pinned.key);
    // The top asks itself, and with its own key: anybody else who asks for its unit is somebody else.
    if *code == state.code && current != Some(request.keys.document) {
        return Err(Refusal::BadProof(code.clone()).into());
    }
    let lapsed = state.trust.issued.get(code).is_none_or(|issued| issued.not_after <= now);
    if current == Some(request.keys.document) {
        // The top answers to nobody.
        if lapsed && approved.is_none() && *code != state.code {
            return Err(Refused::Waits("its certificate lapsed while it was away".into()));
        }
        return Ok(Grant::New { how: None, revoke_old: false });
    }
    if let Some(old) = current
        && request.signers.contains(&old)
        && !lapsed
    {
        return Ok(Grant::New { how: Some(How::OldKey), revoke_old: false });
    }
    match approved {
        Some(waiting) => Ok(Grant::New { how: Some(How::Approved), revoke_old: waiting.revoke_old }),
        None => Err(Refused::Waits("it signs with a key that nobody vouches for".into())),
    }
}

fn with_token(
    state: &State,
    request: &Enrolment,
    id: &str,
    issued: Option<&Issued>,
    now: Timestamp,
) -> Result<Grant, Refused> {
    let token = state.trust.tokens.get(id).ok_or(Refusal::TokenUnknown)?;
    if !request.signers.contains(&token.verifier) {
        return Err(Refusal::BadProof(request.code.clone()).into());
    }
    if token.unit != request.code {
        return Err(Refusal::TokenOtherUnit { is: token.unit.clone(), asked: request.code.clone() }.into());
    }
    if let Some(used) = &token.used {
        // A lost answer burns nothing: the same keys get the same certificate.
        return match issued.filter(|_| *used == request.keys) {
            Some(issued) => Ok(Grant::Again(issued.clone())),
            None => Err(Refusal::TokenUsed.into()),
        };
    }
    if token.revoked {
        return Err(Refusal::TokenUnknown.into());
    }
    if token.expires_at <= now {
        return Err(Refusal::TokenExpired(token.expires_at).into());
    }
    let on = now.local_date();
    if state.registry.tree.resolve(&request.code, on).is_none() && request.code != state.code {
        return Err(Refusal::UnknownUnit { unit: request.code.clone(), on }.into());
    }
    let same_key = state.registry.roll.get(&request.code).and_then(Member::current).map(|p| p.key);
    let how = (same_key != Some(request.keys.document)).then_some(How::Token);
    Ok(Grant::New { how, revoke_old: token.revoke_old })
}

fn admit(state: &State, request: &Enrolment, how: Option<How>, revoke_old: bool, now: Timestamp) -> Decided {
    let issued = Issued {
        keys: request.keys.clone(),
        asked_at: request.asked_at,
        certificate: request.certificate.clone(),
        not_before: request.not_before,
        not_after: request.not_after,
        names: request.names.clone(),
    };
    let code = request.code.clone();
    let known = state.registry.roll.get(&code);
    let mut member = known.cloned().unwrap_or_else(|| Member {
        code: code.clone(),
        keys: Vec::new(),
        banned: None,
        certificates_from: request.not_before,
        address: String::new(),
    });
    if let Some(how) = how {
        member.take(request.keys.document, how, now, revoke_old);
    }
    // A token or an approval means another machine, or one that was away: whatever else holds a certificate of this unit is cut off.
    if matches!(how, Some(How::Token | How::Approved)) || request.token.is_some() {
        member.certificates_from = request.not_before;
    }
    if !request.address.is_empty() {
        member.address.clone_from(&request.address);
    }
    let roll = if known == Some(&member) { None } else { with(state, member) };
    let change = TrustChange::Enrolled { code, token: request.token.clone(), issued: issued.clone() };
    Decided { roll, issued: Some(issued), ..Decided::change(change) }
}
