//! `motcua backup`, `motcua restore`

use super::{
    Failure,
    args::{BackupArgs, NodeArgs, RestoreArgs},
    connect,
    out::say,
};
use crate::{
    clock,
    config::{Config, FILE},
    run::{self, BackupTo, Restored, RunError},
    store::{
        backup::Durable,
        open::OpenError,
        restore::{End, Found},
    },
    wire::pb::v1 as pb,
};

/// `motcua backup`
pub(super) async fn backup(args: &BackupArgs) -> Result<(), Failure> {
    let config = Config::load(&args.dir.join(FILE)).map_err(Failure::usage)?;
    if args.to.starts_with(&args.dir) && args.to.starts_with(&config.data) {
        return Err(Failure::usage("choose a folder beside the node's data, best on another disk"));
    }
    if !config.data.is_dir() {
        return Err(Failure::could_not(OpenError::Empty(args.dir.display().to_string())));
    }
    let to = BackupTo { to: &args.to, keys: !args.without_keys, make: true };
    let mark = match run::backup(&config, &to, None, clock::now()) {
        Err(RunError::Open(OpenError::InUse(_))) => {
            let durable = asked(args).await;
            if durable == Durable::AllButLast {
                eprintln!(
                    "the node is running and cannot be asked how far its journal is durable; what it wrote last waits for the next backup"
                );
            }
            run::backup(&config, &to, Some(durable), clock::now())
        }
        other => other,
    };
    let mark = mark.map_err(invalid)?;
    say!("unit        {}", mark.unit);
    say!("entry       {} of {}", mark.through, mark.recorded_at);
    say!("epoch       {}", mark.epoch);
    say!("keys        {}", if mark.keys { "with it" } else { "not with it" });
    if mark.keys {
        eprintln!("{} holds the node's keys and citizens' dossiers: keep it as safe as the node", args.to.display());
    }
    Ok(())
}

/// How far the journal of the running node is durable, by its own word.
async fn asked(args: &BackupArgs) -> Durable {
    let node = NodeArgs { node: None, credentials: None, dir: Some(args.dir.clone()) };
    let Ok(channel) = connect::channel(&node).await else { return Durable::AllButLast };
    let status = connect::admin(channel).get_status(pb::GetStatusRequest {}).await;
    status.map_or(Durable::AllButLast, |status| Durable::Through(status.into_inner().sequence))
}

/// `motcua restore`
pub(super) fn restore(args: &RestoreArgs) -> Result<(), Failure> {
    let end = match (args.until, args.through) {
        (Some(until), _) => End::Until(until),
        (None, Some(through)) => End::Through(through),
        (None, None) => End::Backup,
    };
    let Some(dir) = &args.dir else {
        let found = run::check_backup(&args.backup, end).map_err(invalid)?;
        tell(&found, end);
        return Ok(());
    };
    let restored = run::restore(&args.backup, dir, end, clock::now()).map_err(invalid)?;
    tell(&restored.found, end);
    say!("new epoch   {}, from entry {}", restored.epoch, restored.sequence);
    next(args, &restored);
    Ok(())
}

fn tell(found: &Found, end: End) {
    say!("unit        {}", found.mark.unit);
    say!("entry       {} of {}", found.through, found.recorded_at);
    say!("backup      reaches entry {}, taken {}", found.mark.through, found.mark.taken_at);
    say!("keys        {}", if found.mark.keys { "with it" } else { "not with it" });
    if let End::Through(asked) = end
        && asked != found.through
    {
        eprintln!("entry {asked} was written together with later ones, so the end is before all of them");
    }
}

/// What a person has to do now.
fn next(args: &RestoreArgs, restored: &Restored) {
    let Restored { file, config, found, .. } = restored;
    let dir = args.dir.as_ref().map(|dir| dir.display().to_string()).unwrap_or_default();
    if let Some(backup) = config.backup.as_ref().filter(|_| found.through < found.mark.through) {
        eprintln!(
            "later entries of the backup were left out, so this node cannot go on with it: before you start it, name another folder than {} in [backup] of {}",
            backup.to.display(),
            file.display()
        );
    }
    if !found.mark.keys {
        match (config.secure, &config.parent) {
            (true, Some(_)) => eprintln!(
                "its keys are not in the backup: put data/document.key back if there is a copy, then `motcua rejoin {dir} --token -` with a new token from the top"
            ),
            (true, None) => eprintln!(
                "its keys are not in the backup: put data/document.key, data/access.key and data/authority back from another copy; without one, `motcua rekey {dir}`, and every node has to rejoin"
            ),
            (false, _) => eprintln!("its keys are not in the backup: put data/document.key back before you start it"),
        }
    }
    eprintln!("there must never be two of this node: see that the one before does not start again");
    eprintln!("then start it with `motcua serve --config {}`", file.display());
    if config.parent.is_some() {
        eprintln!(
            "it takes back from its parent what it had published since, and does not close before its books explain it"
        );
    }
    eprintln!(
        "desks that keep an outbox send again what was lost with their next `motcua desk send`; the others have to import it again"
    );
}

fn invalid(error: RunError) -> Failure {
    match error {
        RunError::Invalid(message) => Failure::usage(message),
        other => Failure::could_not(other),
    }
}
