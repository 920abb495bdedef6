//! Another document key for a node that does not run. Below the top the old key signs for the new one. At the top nobody can: the registry is signed
//! anew, and every node has to be let in again.

use std::{fs, path::Path, sync::Arc};

use super::{
    RunError, init,
    init::{own_certificate, write_key},
    io_error,
    join::{install, same_authority},
    key_file, load_key, open_options, settle,
};
use crate::{
    clock::Clock,
    config::Config,
    document::{KeySealer, Sealer},
    federation::join::{pass_on, status_words},
    ledger::{
        By, Entry, EntryKind,
        enrol::TrustAsk,
        trust::{Issued, TrustChange},
    },
    store::{
        command::{Command, Order},
        core::Setting,
        open::DataDir,
    },
    trust::{
        connect::channel,
        enrol::{Wish, ask},
        files::{IdentityFiles, read_secret},
        keyring::Keyring,
        tls::client_config,
        verify::Expect,
    },
};

/// What a node was given another key for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Rekeyed {
    /// The old key has signed for it; the tree hears of it with the registry.
    Handed,
    /// It signs the registry from now on, and nobody below believes it yet.
    Root,
}

/// Gives a node another document key. If it is cut off, the same command goes on with the same new key.
pub async fn rekey(config: &Config, revoke_old: bool, clock: &Clock) -> Result<Rekeyed, RunError> {
    if !config.secure {
        return Err(RunError::Invalid("keys mean nothing on a node without authenticated links".into()));
    }
    if config.parent.is_some() && revoke_old {
        let message = format!(
            "only the top revokes: issue a token with `motcua token issue --unit {} --revoke-old-key` there, and use it with `motcua rejoin`",
            config.unit
        );
        return Err(RunError::Invalid(message));
    }
    let data = DataDir::lock(&config.data)?;
    let next = config.data.join("document.key.next");
    if !next.exists() {
        write_key(&next)?;
    }
    let sealer = KeySealer::from_pem(&read_secret(&next)?)
        .map_err(|error| RunError::Key { file: next.display().to_string(), error })?;
    if let Some(parent) = &config.parent {
        hand_over(config, &parent.url, &sealer, &next, clock).await?;
        return Ok(Rekeyed::Handed);
    }
    replace_root(config, &data, sealer, &next, revoke_old, clock)?;
    Ok(Rekeyed::Root)
}

async fn hand_over(config: &Config, url: &str, sealer: &KeySealer, next: &Path, clock: &Clock) -> Result<(), RunError> {
    let files = IdentityFiles::of_node(&config.data);
    let old = load_key(&config.data)?;
    let identity = files.load()?;
    let link = files.next_key()?;
    let wish = Wish {
        unit: &config.unit,
        token: "",
        link: &link,
        document: sealer.public_key(),
        address: &config.address,
        at: (clock)(),
    };
    let request = ask(&wish, &[sealer, &*old])?;
    let roots = identity.roots.clone();
    let tls = client_config(&Keyring::new(identity), clock, Expect::Authority(roots.clone()))?;
    let refused = |status| RunError::Refused(status_words(url, &status));
    let answer = pass_on(channel(url, Some(tls), |endpoint| endpoint)?, request).await.map_err(refused)?;
    same_authority(&answer, &roots)?;
    take_into_use(config, next)?;
    install(config, &answer).map(drop)
}

fn replace_root(
    config: &Config,
    data: &DataDir,
    sealer: KeySealer,
    next: &Path,
    revoke_old: bool,
    clock: &Clock,
) -> Result<(), RunError> {
    let key = sealer.public_key();
    let authority = init::authority(&config.data, &config.unit, &init::NewTop::default(), (clock)())?;
    let two_persons = config.two_persons;
    let setting = Setting { sealer: Arc::new(sealer.clone()), has_parent: false, two_persons };
    let mut core = data.open(&config.unit, &setting, &open_options(config))?.core;
    let names = core.state().trust.issued.get(&config.unit).map(|issued| issued.names.clone()).unwrap_or_default();
    let by = By::new("rekey", "");
    let orders = [Command::Trust(TrustAsk::Root { key, revoke_old }), Command::Reseal];
    let orders = orders.map(|command| Order { by: by.clone(), command });
    let wrong = |error: &dyn std::fmt::Display| RunError::Refused(error.to_string());
    for reply in core.step(orders.into(), (clock)()) {
        reply.map_err(|error| wrong(&error))?;
    }
    core.close()?;
    let issued: Issued = own_certificate(config, &authority, &sealer, names, (clock)())?;
    let change = TrustChange::Enrolled { code: config.unit.clone(), token: None, issued };
    let entry = Entry { recorded_at: (clock)(), kind: EntryKind::Trust(change) };
    data.append(&config.unit, &[entry], &by)?;
    settle(data, config, &setting)?;
    // Last: until then the same command goes on with the same key.
    take_into_use(config, next)
}

/// The new key takes the place of the old one, which is gone with that: it signs nothing any more.
fn take_into_use(config: &Config, next: &Path) -> Result<(), RunError> {
    let file = key_file(&config.data);
    fs::rename(next, &file).map_err(io_error(format!("cannot put the new key in place at {}", file.display())))
}
