//! Making, running and looking at a node.

use chrono::{Datelike, NaiveDate};
use tokio::signal::unix::{SignalKind, signal};

use super::{
    Failure,
    args::{InitArgs, JustNode, RejoinArgs, RekeyArgs, ServeArgs},
    connect,
    out::say,
    trust,
};
use crate::{
    api::server::Drained,
    clock,
    config::{self, Config},
    document::fingerprint,
    domain::time::Timestamp,
    run::{self, NewNode, NewTop, Rekeyed, RunError, Surroundings},
    trust::{files::read_secret, ticket::Ticket},
    wire::{pb::v1 as pb, scalar::instant_from_pb},
};

/// `motcua init`
pub(super) async fn init(args: &InitArgs) -> Result<(), Failure> {
    if let Some(token) = &args.token {
        return join(args, &trust::ticket(token)?).await;
    }
    let unit = args.unit.clone().ok_or_else(|| {
        Failure::usage("a node below another joins with --token TOKEN (`motcua token issue` at the top makes it); the top of a new federation is made with --unit CODE")
    })?;
    let now = clock::now();
    let new = NewNode {
        unit,
        books_from: args.books_from.unwrap_or_else(|| year_start(now.local_date())),
        listen: args.listen.clone(),
        parent: args.parent.clone(),
    };
    let file = if args.plain {
        run::init(&args.dir, &new, now)
    } else {
        let top = NewTop {
            address: args.address.clone().unwrap_or_default(),
            names: args.names.clone(),
            authority: outside_authority(args)?,
        };
        run::init_top(&args.dir, &new, &top, now)
    };
    let file = file.map_err(invalid)?;
    say!("{}", file.display());
    eprintln!(
        "unit {} has books from {}; start it with `motcua serve --config {}`",
        new.unit,
        new.books_from,
        file.display()
    );
    if !args.plain {
        let config = Config::load(&file).map_err(Failure::could_not)?;
        let root = fingerprint(&run::load_key(&config.data).map_err(Failure::could_not)?.public_key());
        eprintln!(
            "it is the top of a new federation, with an authority of its own; nodes below join with `motcua token issue`"
        );
        eprintln!("its root key, to be published so that anybody can verify: {root}");
    }
    Ok(())
}

async fn join(args: &InitArgs, ticket: &Ticket) -> Result<(), Failure> {
    let address = args.address.clone().unwrap_or_default();
    let file = run::join(&args.dir, ticket, &args.listen, &address, &clock::system()).await.map_err(invalid)?;
    say!("{}", file.display());
    eprintln!("unit {} has joined; start it with `motcua serve --config {}`", ticket.unit, file.display());
    Ok(())
}

/// `motcua rejoin`
pub(super) async fn rejoin(args: &RejoinArgs) -> Result<(), Failure> {
    let config = Config::load(&args.dir.join(config::FILE)).map_err(Failure::usage)?;
    let ticket = trust::ticket(&args.token)?;
    run::rejoin(&config, &ticket, &clock::system()).await.map_err(invalid)?;
    eprintln!("unit {} has joined anew; its books are as they were", config.unit);
    Ok(())
}

/// `motcua rekey`
pub(super) async fn rekey(args: &RekeyArgs) -> Result<(), Failure> {
    let config = Config::load(&args.dir.join(config::FILE)).map_err(Failure::usage)?;
    match run::rekey(&config, args.revoke_old_key, &clock::system()).await.map_err(invalid)? {
        Rekeyed::Handed => {
            eprintln!("unit {} signs with a new key; the old one has signed for it", config.unit);
        }
        Rekeyed::Root => {
            let root = fingerprint(&run::load_key(&config.data).map_err(Failure::could_not)?.public_key());
            eprintln!("its root key, to be published anew: {root}");
            eprintln!(
                "the registry is signed with a new key; issue a token for every node and let it rejoin: docs/operations.md, \"The top has lost its key\""
            );
        }
    }
    Ok(())
}

fn outside_authority(args: &InitArgs) -> Result<Option<(String, String)>, Failure> {
    let (Some(certificate), Some(key)) = (&args.authority_certificate, &args.authority_key) else { return Ok(None) };
    let certificate = std::fs::read_to_string(certificate)
        .map_err(|e| Failure::could_not(format!("cannot read {}: {e}", certificate.display())))?;
    Ok(Some((certificate, read_secret(key).map_err(Failure::could_not)?)))
}

fn invalid(error: RunError) -> Failure {
    match error {
        RunError::Invalid(message) => Failure::usage(message),
        RunError::Refused(message) => Failure::no(message),
        other => Failure::could_not(other),
    }
}

/// The statistics year begins on 15 December (decree 09/2019/NĐ-CP, article 12).
fn year_start(today: NaiveDate) -> NaiveDate {
    let this_year = NaiveDate::from_ymd_opt(today.year(), 12, 15).unwrap_or(today);
    if today >= this_year { this_year } else { NaiveDate::from_ymd_opt(today.year() - 1, 12, 15).unwrap_or(today) }
}

/// `motcua serve`
pub(super) async fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let config = Config::load(&args.config).map_err(Failure::usage)?;
    let running = run::start(&config, Surroundings::real(&config)).await.map_err(Failure::could_not)?;
    let scheme = if config.secure { "https" } else { "http" };
    eprintln!("unit {} serves at {scheme}://{}", config.unit, running.address);
    wait_for_signal().await.map_err(Failure::could_not)?;
    match running.stop().await.map_err(Failure::could_not)? {
        Drained::Clean => tracing::info!("stopped; every call had ended"),
        Drained::Deadline => tracing::warn!("stopped; some calls were cut off at the deadline"),
    }
    Ok(())
}

/// Until somebody asks for the end.
pub(crate) async fn wait_for_signal() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// `motcua status`
pub(super) async fn status(args: &JustNode) -> Result<(), Failure> {
    let channel = connect::channel(&args.node).await?;
    let status = connect::admin(channel).get_status(pb::GetStatusRequest {}).await;
    let status = status.map_err(|s| Failure::status(&s))?.into_inner();
    say!("unit            {} {}", status.unit, status.name);
    say!("program         motcua {}", status.software);
    say!("journal         entry {}, state on disk at {}", status.sequence, status.state_sequence);
    say!("registry        version {}", status.registry_version);
    say!("epoch           {}", status.epoch);
    if let (Some(from), Some(until)) = (status.certificate_from, status.certificate_until) {
        say!("certificate     from {} until {}", time(Some(from)), time(Some(until)));
    }
    if !status.renewal_error.is_empty() {
        say!("                not renewed: {}", status.renewal_error);
    }
    for books in &status.books {
        let closed = if books.closed_through > books.books_from {
            format!("closed up to {} (exclusive)", books.closed_through)
        } else {
            "nothing closed yet".to_owned()
        };
        let mut line = format!("books           {} from {}, {closed}", books.unit, books.books_from);
        if !books.changed_from.is_empty() {
            line += &format!(", changed since {}", books.changed_from);
        }
        if books.held + books.conflicts > 0 {
            line += &format!(", {} held, {} in conflict", books.held, books.conflicts);
        }
        if books.unexplained != 0 {
            line += &format!(", {} unexplained", books.unexplained);
        }
        say!("{line}");
    }
    match &status.parent {
        None => say!("parent          none: this is the top of the tree"),
        Some(parent) => {
            say!("parent          {} agreed {}", parent.url, time(parent.agreed_at));
            say!("                {} unsent, next try {}", parent.unsent, time(parent.next_try));
            if !parent.last_error.is_empty() {
                say!("                last error: {}", parent.last_error);
            }
            for refusal in &parent.refusals {
                say!(
                    "                refused: {} {} revision {} since {}: {} {}",
                    refusal.unit,
                    refusal.atom_start,
                    refusal.revision,
                    time(refusal.since),
                    refusal.reason,
                    refusal.message
                );
            }
        }
    }
    match &status.backup {
        None => say!("backup          none"),
        Some(backup) => {
            let by = if backup.continuous { "to" } else { "by hand to" };
            say!("backup          {by} {}, up to entry {}, {}", backup.to, backup.through, time(backup.taken_at));
            if !backup.error.is_empty() {
                say!("                last error: {}", backup.error);
            }
        }
    }
    if !status.closing_stopped.is_empty() {
        say!("closing         stopped: {}", status.closing_stopped);
    }
    for note in &status.recovered {
        say!("recovered       {note}");
    }
    Ok(())
}

/// A time for people.
pub(super) fn time(at: Option<prost_types::Timestamp>) -> String {
    let at: Option<Timestamp> = at.and_then(|at| instant_from_pb(at, "time").ok());
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}
