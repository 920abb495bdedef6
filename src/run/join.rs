//! Joining a federation with a token: the keys are made here and never leave, everything else comes from the node above, and is believed only as
//! far as the token vouches for it.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;

use super::{
    RunError,
    init::{begin, new_keys, write},
    load_key, setting, settle,
};
use crate::{
    clock::Clock,
    config::{Config, Template},
    document::{SealedPart, Sealer, open_part},
    domain::{
        atoms::Cuts,
        time::{Timestamp, parse_date},
    },
    federation::join::{ask_at, status_words},
    ledger::{By, Entry, EntryKind, Refusal, trust::TrustChange},
    store::open::{DataDir, OpenError},
    trust::{
        authority::pem,
        enrol::{Wish, ask},
        files::IdentityFiles,
        identity::{Identity, Roots},
        peer::PeerCertificate,
        ticket::Ticket,
    },
    wire::pb::v1 as pb,
};

/// Makes a node that joins with a token. If it is cut off, the same command goes on with the same keys, and the token is not burnt.
pub async fn join(
    dir: &Path,
    ticket: &Ticket,
    listen: &str,
    address: &str,
    clock: &Clock,
) -> Result<PathBuf, RunError> {
    let template =
        Template { unit: &ticket.unit, secure: true, listen, address, parent: Some(ticket.address.as_str()) };
    let (file, text, config) = begin(dir, &template)?;
    let data = DataDir::lock(&config.data)?;
    new_keys(&config.data)?;
    let sealer = load_key(&config.data)?;
    let (answer, parts) = knock(&config, ticket, &*sealer, clock).await?;
    let books_from = ticket.books_from.or_else(|| parse_date(&answer.books_from)).ok_or_else(|| {
        RunError::Refused("the answer says no day on which the books begin: update the node above".into())
    })?;
    if !Cuts::default().is_boundary(books_from) {
        return Err(useless(&format!("the books would begin on {books_from}, which is no 1st and no 15th")));
    }
    let now = (clock)();
    let version = newest(&parts);
    let root = Some(ticket.root);
    let kinds = [
        EntryKind::Genesis { code: ticket.unit.clone(), books_from, epoch: 1, root },
        EntryKind::RegistryChanged { parts, version },
    ];
    match data.create(&kinds.map(|kind| Entry { recorded_at: now, kind }), &by(ticket)) {
        // Cut off after this line the last time.
        Ok(()) | Err(OpenError::NotEmpty(_)) => {}
        Err(error) => return Err(error.into()),
    }
    settle(&data, &config, &setting(&config)?)?;
    write(&file, &text)?;
    // Last, because it uses up the key that the token was redeemed with.
    install(&config, &answer)?;
    Ok(file)
}

/// A node that has its books already joins anew: the federation has a new authority, or the node lost its place. Its books stay as they are.
pub async fn rejoin(config: &Config, ticket: &Ticket, clock: &Clock) -> Result<(), RunError> {
    if config.unit != ticket.unit {
        let refusal = Refusal::TokenOtherUnit { is: ticket.unit.clone(), asked: config.unit.clone() };
        return Err(RunError::Refused(refusal.to_string()));
    }
    let data = DataDir::lock(&config.data)?;
    // A key that was lost is made anew: the token vouches for it.
    new_keys(&config.data)?;
    let sealer = load_key(&config.data)?;
    let (answer, parts) = knock(config, ticket, &*sealer, clock).await?;
    let now = (clock)();
    let version = newest(&parts);
    let kinds = [EntryKind::Trust(TrustChange::Rooted(ticket.root)), EntryKind::RegistryChanged { parts, version }];
    data.append(&config.unit, &kinds.map(|kind| Entry { recorded_at: now, kind }), &by(ticket))?;
    settle(&data, config, &setting(config)?)?;
    // Last, because it uses up the key that the token was redeemed with.
    install(config, &answer).map(drop)
}

fn by(ticket: &Ticket) -> By {
    By::new(format!("join token {}", ticket.id), "")
}

fn newest(parts: &[SealedPart]) -> u64 {
    parts.iter().map(|part| part.version).max().unwrap_or_default()
}

/// Asks, and checks the answer against the token.
async fn knock(
    config: &Config,
    ticket: &Ticket,
    sealer: &dyn Sealer,
    clock: &Clock,
) -> Result<(pb::EnrolResponse, Vec<SealedPart>), RunError> {
    let files = IdentityFiles::of_node(&config.data);
    let link = files.next_key()?;
    let wish = Wish {
        unit: &ticket.unit,
        token: &ticket.id,
        link: &link,
        document: sealer.public_key(),
        address: &config.address,
        at: (clock)(),
    };
    let request = ask(&wish, &[sealer, &ticket.sealer()])?;
    let answer = ask_at(&ticket.address, ticket.authority, clock, request)
        .await
        .map_err(|status| RunError::Refused(status_words(&ticket.address, &status)))?;
    let last = answer.certificates.last().map(|der| *blake3::hash(der).as_bytes());
    if last != Some(ticket.authority) {
        return Err(useless("its certificate is of another authority than the token's"));
    }
    named(&answer, &ticket.unit)?;
    // All of it is checked before anything is written: what is left of an attempt is gone on with by the next.
    let chain: Vec<_> = answer.certificates.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let authority = chain.last().cloned().into_iter().collect();
    Identity::new(&link, chain, Roots::new(authority)?)?;
    let parts = parts(&answer, ticket)?;
    Ok((answer, parts))
}

fn parts(answer: &pb::EnrolResponse, ticket: &Ticket) -> Result<Vec<SealedPart>, RunError> {
    let mut parts = Vec::new();
    for bytes in &answer.registry {
        let part = open_part(&bytes.clone().into()).map_err(|error| RunError::Refused(error.to_string()))?;
        if part.signer != ticket.root {
            return Err(RunError::Refused(Refusal::AlteredRegistry.to_string()));
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Whether a renewal comes from an authority that is believed already. Only a join token may bring another one: what nodes on the way answer is not
/// signed by itself, and with an authority of their own they could speak as anybody to this node, and as itself.
pub(super) fn same_authority(answer: &pb::EnrolResponse, roots: &Roots) -> Result<(), RunError> {
    let last = answer.certificates.last().ok_or_else(|| useless("there is no certificate in it"))?;
    if roots.contains(last) {
        return Ok(());
    }
    let why = "it names another authority than this node's; a new one comes with a join token only (`motcua rejoin`)";
    Err(RunError::Refused(format!("the answer cannot be used: {why}")))
}

/// Puts the certificate in place that was answered; it must be for this unit.
pub(super) fn install(config: &Config, answer: &pb::EnrolResponse) -> Result<Identity, RunError> {
    named(answer, &config.unit)?;
    let chain: String = answer.certificates.iter().map(|der| pem("CERTIFICATE", der)).collect();
    let last = answer.certificates.last().map(|der| pem("CERTIFICATE", der)).unwrap_or_default();
    Ok(IdentityFiles::of_node(&config.data).install(&chain, &last)?)
}

fn named(answer: &pb::EnrolResponse, unit: &str) -> Result<(), RunError> {
    let leaf = answer.certificates.first().ok_or_else(|| useless("there is no certificate in it"))?;
    let named = PeerCertificate::parse(leaf).map_err(|error| useless(&error.to_string()))?.unit;
    if *named.code == *unit { Ok(()) } else { Err(useless(&format!("its certificate is for unit {named}"))) }
}

fn useless(why: &str) -> RunError {
    RunError::Refused(format!("the answer cannot be used: {why}; ask for a new token"))
}

/// Whether it is time for the next certificate.
pub(super) fn due(identity: &Identity, now: Timestamp) -> bool {
    now >= identity.half_life()
}
