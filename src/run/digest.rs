//! The day's digest: made once a day, to a folder and by mail if the configuration says so. What could not be delivered is tried again; what was
//! is noted beside the journal, so that a restart delivers nothing twice; a mail that was begun when the node was killed is not sent again that day.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use chrono::{NaiveDate, Timelike};
use lettre::{
    Message, SmtpTransport, Transport,
    message::header::ContentType,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{RunError, io_error, secret};
use crate::{
    config::{Config, Digest, Mail, Security},
    ledger::refusal::Refusal,
    node::{Delivery, Node, NodeError},
    reports::{
        Lang,
        alerts::{self, Alerts},
        forecast::{Forecast, Open},
    },
    store::disk::sync_folder,
    trust::files::read_secret,
};

/// How often it is looked whether the day's digest is due.
const LOOK: Duration = Duration::from_secs(60);
/// How long one that could not be delivered waits: a mail server shuts out whoever asks with a wrong password too often.
const RETRY_MILLIS: i64 = 600_000;
/// A mail server that says nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Below the data directory.
const NOTE: &str = "digest.last";
/// Dossiers listed in the file.
pub const LISTED: usize = 50;

/// A digest that is ready to go out.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What it is made of.
    pub alerts: Alerts,
    /// The text for the folder, with the codes of dossiers.
    pub file: String,
    /// The text for the mail, without them.
    pub mail: String,
}

impl Ready {
    /// The texts; `listed` are the most urgent dossiers, and how many more there are.
    pub fn new(alerts: Alerts, forecast: &Forecast, (listed, more): (&[Open], usize), lang: Lang) -> Ready {
        let whole = alerts::Digest { alerts: &alerts, forecast, listed, more };
        let file = alerts::digest(whole, lang);
        let mail = alerts::digest(alerts::Digest { listed: &[], more: 0, ..whole }, lang);
        Ready { alerts, file, mail }
    }
}

/// The days for which it went out.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Noted {
    file: Option<String>,
    mail: Option<String>,
    /// A mail of that day was begun, and nobody knows whether it went out: it is not sent again.
    mailing: Option<String>,
}

impl Noted {
    fn read(data: &Path) -> Noted {
        fs::read_to_string(data.join(NOTE)).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
    }

    fn write(&self, data: &Path) -> Result<(), RunError> {
        let text = toml::to_string(self).map_err(|e| RunError::Invalid(e.to_string()))?;
        write(&data.join(NOTE), text.as_bytes()).map_err(io_error("cannot note that the digest goes out"))
    }
}

/// Delivers the day's digest when its hour has come, every day until the node stops.
pub(super) async fn keep(node: Arc<Node>, config: Config, digest: Digest, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let config = Arc::new((config, digest));
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let (node, config) = (Arc::clone(&node), Arc::clone(&config));
        let round = move || once(&node, &config.0, &config.1);
        // A mail server may hold it up; the node does not wait for that when it ends. A panic in there was told in the log.
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = tokio::task::spawn_blocking(round) => {}
        }
    }
}

/// One look: what is due and was not delivered yet.
fn once(node: &Node, config: &Config, digest: &Digest) {
    let now = node.now();
    if now.local_time().hour() < digest.hour {
        return;
    }
    let noted = Noted::read(&config.data);
    let today = now.local_date();
    let due = |last: &Option<String>| last.as_deref() != Some(&*today.to_string());
    let file = digest.to.is_some() && due(&noted.file);
    let mail = digest.mail.is_some() && due(&noted.mail) && due(&noted.mailing);
    let failed = node.digest().filter(|last| !last.error.is_empty());
    let too_soon = failed.is_some_and(|last| (last.at..last.at.plus_millis(RETRY_MILLIS)).contains(&now));
    if too_soon || !file && !mail {
        return;
    }
    let outcome = ready(node, digest).and_then(|ready| deliver(&config.data, digest, &ready, today, (file, mail)));
    let error = outcome.err().map(|error| error.to_string()).unwrap_or_default();
    let before = node.digest();
    if !error.is_empty() && before.is_none_or(|before| before.error != error) {
        tracing::warn!("no digest: {error}");
    }
    node.set_digest(Delivery { at: now, error });
    node.touch();
}

/// The digest as it is now.
fn ready(node: &Node, digest: &Digest) -> Result<Ready, RunError> {
    let (alerts, forecast) = (node.alerts(), node.forecast(digest.days));
    let (listed, more) = match node.urgent(forecast.through(), LISTED) {
        Ok(urgent) => urgent,
        // A node above communes keeps no dossiers.
        Err(NodeError::Refused(Refusal::NotThisUnit { .. })) => (Vec::new(), 0),
        Err(error) => return Err(RunError::Invalid(error.to_string())),
    };
    Ok(Ready::new(alerts, &forecast, (&listed, more), digest.lang))
}

/// Delivers to the folder and by mail, whichever is asked for; one that fails does not keep the other back.
///
/// # Errors
/// Everything that failed; the note says what went out.
pub fn deliver(
    data: &Path,
    digest: &Digest,
    ready: &Ready,
    today: NaiveDate,
    (file, mail): (bool, bool),
) -> Result<(), RunError> {
    let mut noted = Noted::read(data);
    let day = Some(today.to_string());
    let mut failed = Vec::new();
    if let Some(folder) = digest.to.as_deref().filter(|_| file) {
        let name = folder.join(format!("motcua-{}-{today}.txt", ready.alerts.unit.code));
        match write(&name, ready.file.as_bytes()) {
            Ok(()) => {
                noted.file.clone_from(&day);
                noted.write(data)?;
            }
            Err(error) => failed.push(format!("cannot write {}: {error}", name.display())),
        }
    }
    if let Some(how) = digest.mail.as_ref().filter(|_| mail) {
        // What cannot be noted is not sent: it would be sent again and again.
        noted.mailing.clone_from(&day);
        noted.write(data)?;
        let id = format!("motcua-{}-{today}", ready.alerts.unit.code);
        let sent = match ready.alerts.list.is_empty() && !how.always {
            true => Ok(()),
            false => send(how, &id, &alerts::subject(&ready.alerts, digest.lang), &ready.mail),
        };
        noted.mailing = None;
        match sent {
            Ok(()) => noted.mail = day,
            Err(error) => failed.push(error.to_string()),
        }
        noted.write(data)?;
    }
    if failed.is_empty() { Ok(()) } else { Err(RunError::Invalid(failed.join("; "))) }
}

/// Takes the place of what was there, in one step. Others may write into the folder: the name beside it cannot be foreseen, and nothing that is there
/// is opened.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let chance = secret::<8>().map_err(|error| io::Error::other(error.to_string()))?;
    let next = file.with_extension(format!("{:016x}", u64::from_le_bytes(chance)));
    let mut to: File = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&next)?;
    let written = to.write_all(bytes).and_then(|()| to.sync_all()).and_then(|()| fs::rename(&next, file));
    if written.is_err() {
        // The first error is the one to tell.
        drop(fs::remove_file(&next));
    }
    written.and_then(|()| file.parent().map_or(Ok(()), sync_folder))
}

/// Sends one mail.
fn send(mail: &Mail, id: &str, subject: &str, text: &str) -> Result<(), RunError> {
    let wrong = |what: &str, error: &dyn std::fmt::Display| {
        RunError::Invalid(format!("mail by {}:{}: {what}: {error}", mail.host, mail.port))
    };
    // One id a day, so that whoever gets it twice is shown it once.
    let id = format!("<{id}@{}>", mail.from.email.domain());
    let mut message = Message::builder()
        .message_id(Some(id))
        .from(mail.from.clone())
        .subject(subject)
        .header(ContentType::TEXT_PLAIN);
    for to in &mail.to {
        message = message.to(to.clone());
    }
    let message = message.body(text.to_owned()).map_err(|e| wrong("it cannot be written", &e))?;
    let mut parameters = TlsParameters::builder(mail.host.clone());
    if let Some(file) = &mail.authority {
        let pem = fs::read(file).map_err(io_error(format!("cannot read {}", file.display())))?;
        let certificate = Certificate::from_pem(&pem).map_err(|e| wrong("the authority's certificate", &e))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = || parameters.build().map_err(|e| wrong("TLS", &e));
    let tls = match mail.security {
        Security::Tls => Tls::Wrapper(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
        Security::None => Tls::None,
    };
    let mut transport = SmtpTransport::builder_dangerous(&mail.host).port(mail.port).tls(tls).timeout(Some(PATIENCE));
    if let Some((user, file)) = &mail.login {
        let password = read_secret(file)?;
        transport = transport.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
    }
    transport.build().send(&message).map_err(|e| wrong("it was not taken", &cause(&e)))?;
    Ok(())
}

/// An error with everything behind it, because the outer ones say little.
fn cause(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |e| e.source()).fold(error.to_string(), |text, e| match e.to_string() {
        more if text.contains(&more) => text,
        more => format!("{text}: {more}"),
    })
}
