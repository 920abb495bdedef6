//! What runs beside a node whose links are authenticated: its certificate is renewed at half of its life, and who is banned is cut off.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    RunError,
    init::load_authority,
    join::{due, install, same_authority},
};
use crate::{
    api::{accept::Security, enrolment::Relay},
    clock::Clock,
    config::Config,
    document::open_part,
    domain::registry::PartKind,
    federation::{call::up_channel, join::pass_on},
    ledger::By,
    node::{Node, Powers},
    trust::{
        access::AccessKey,
        dial::Dial,
        enrol::{Wish, ask, check},
        files::{IdentityFiles, read_secret},
        identity::Identity,
        keyring::Keyring,
        sessions::Sessions,
        tls::server_config,
    },
    wire::pb::v1 as pb,
};

/// After a renewal that did not work it is tried again after so many looks at the clock.
const PATIENCE: u32 = 10;

/// The keys of a secure node, read from its data.
pub(super) fn powers(config: &Config) -> Result<Powers, RunError> {
    let files = IdentityFiles::of_node(&config.data);
    let access = read_secret(&super::access_file(&config.data))?;
    let access = AccessKey::parse(&access).ok_or_else(|| {
        RunError::Invalid(format!("{} is no key: restore it from a backup", super::access_file(&config.data).display()))
    })?;
    Ok(Powers {
        authority: load_authority(&config.data)?.map(Arc::new),
        certificate_days: config.certificate_days,
        access: Some(access),
        keyring: Some(Keyring::new(files.load()?)),
        dial: Dial::default(),
    })
}

/// The door of a secure node.
pub(super) fn security(keyring: &Keyring, clock: &Clock) -> Result<Security, RunError> {
    Ok(Security {
        tls: server_config(keyring, clock)?,
        sessions: Sessions::default(),
        // Everybody with a good certificate may come in and hear why he may not call: the guard looks at every call.
        admits: Arc::new(|_| true),
    })
}

/// Passes requests to join on to the node above.
pub(super) fn relay(node: &Arc<Node>, url: &str) -> Relay {
    let (node, url) = (Arc::clone(node), url.to_owned());
    Arc::new(move |request: pb::EnrolRequest| {
        let channel = up_channel(&node, &url);
        let node = Arc::clone(&node);
        Box::pin(async move {
            let answer = pass_on(channel.map_err(|error| error.into_status())?, request).await?;
            // The roll in it names the new key already, which this node will be asked about in a moment.
            let parts = answer.registry.iter().filter_map(|bytes| open_part(&bytes.clone().into()).ok()).collect();
            if let Err(error) = node.follow(parts).await {
                tracing::warn!("the registry that came with an enrolment cannot be taken over: {error}");
            }
            Ok(answer)
        })
    })
}

/// Cuts the open connections of units that are banned or have moved, whenever the roll changes.
pub(super) async fn watch_roll(node: Arc<Node>, sessions: Sessions, stop: CancellationToken) {
    let mut changes = node.changes();
    let mut seen = None;
    loop {
        let version = node.snapshot().state.registry.versions.get(&PartKind::Roll).copied();
        if seen != version {
            seen = version;
            let cut = sessions.cut(|peer| {
                let certificate = peer.certificate.as_ref();
                certificate.is_some_and(|c| node.bars(&c.unit, c.not_before).is_some())
            });
            if cut > 0 {
                tracing::warn!(cut, "connections of units that may not speak any more were cut");
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// Tells whether the certificate has lapsed: nobody comes in with such a server any more, so health says so.
pub(super) fn tell_lapse(node: &Node, keyring: &Keyring) {
    node.certificate_lapsed(keyring.get().is_some_and(|identity| identity.lapsed(node.now())));
}

/// Renews the node's certificate when half of its life is over, until it is told to stop.
pub(super) async fn renewals(
    node: Arc<Node>,
    config: Config,
    keyring: Keyring,
    interval: Duration,
    stop: CancellationToken,
) {
    let mut ticks = tokio::time::interval(interval);
    let mut pause = 0;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        tell_lapse(&node, &keyring);
        if pause > 0 {
            pause -= 1;
            continue;
        }
        if keyring.get().is_none_or(|identity| !due(&identity, node.now())) {
            continue;
        }
        match renew(&node, &config).await {
            Ok(identity) => {
                tracing::info!(until = %identity.not_after, "the certificate was renewed");
                keyring.put(identity);
                tell_lapse(&node, &keyring);
                node.link.set_up(|up| up.renewal_error.clear());
            }
            Err(error) => {
                tracing::warn!("the certificate cannot be renewed: {error}");
                node.link.set_up(|up| up.renewal_error = error.to_string());
                pause = PATIENCE;
            }
        }
    }
}

async fn renew(node: &Arc<Node>, config: &Config) -> Result<Identity, RunError> {
    let files = IdentityFiles::of_node(&config.data);
    let before = files.load()?;
    let link = files.next_key()?;
    let wish = Wish {
        unit: &config.unit,
        token: "",
        link: &link,
        document: node.public_key(),
        address: &config.address,
        at: node.now(),
    };
    let request = ask(&wish, &[node.sealer()])?;
    let answer = match &config.parent {
        Some(parent) => {
            let channel = up_channel(node, &parent.url).map_err(|e| RunError::Refused(e.to_string()))?;
            let words = |status| RunError::Refused(crate::federation::join::status_words(&parent.url, &status));
            pass_on(channel, request).await.map_err(words)?
        }
        None => {
            let asked = check(&request).map_err(|e| RunError::Refused(e.to_string()))?;
            let granted = node.enrol(&By::node(), asked).await.map_err(|e| RunError::Refused(e.to_string()))?;
            let certificates = granted.certificates.into_iter().map(Into::into).collect();
            pb::EnrolResponse { certificates, ..pb::EnrolResponse::default() }
        }
    };
    same_authority(&answer, &before.roots)?;
    install(config, &answer)
}
