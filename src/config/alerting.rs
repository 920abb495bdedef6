//! What is worth an alert, and where the day's digest goes.

use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

use super::Check;
use crate::reports::{Lang, alerts::Thresholds, forecast::MOST_DAYS};

/// Where the day's digest goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The folder, a file a day; `None` where only a mail goes out. A person makes it.
    pub to: Option<PathBuf>,
    /// The local hour from which it is due.
    pub hour: u32,
    /// Its language.
    pub lang: Lang,
    /// Working days it looks ahead.
    pub days: u32,
    /// The mail, if one goes out.
    pub mail: Option<Mail>,
}

/// How it is mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Name of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// A certificate in PEM the server may be vouched for with, beside the well-known ones.
    pub authority: Option<PathBuf>,
    /// The sender.
    pub from: Mailbox,
    /// Everybody who gets it.
    pub to: Vec<Mailbox>,
    /// Name at the mail server, and the file that holds nothing but the password.
    pub login: Option<(String, PathBuf)>,
    /// On days without an alert too.
    pub always: bool,
}

/// How a connection to a mail server is protected.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte; port 465.
    Tls,
    /// TLS after a greeting, and not without; port 587.
    StartTls,
    /// Not at all: only on loopback.
    None,
}

impl Check {
    pub(super) fn alerts(&mut self, mut table: toml::Table) -> Thresholds {
        let usual = Thresholds::default();
        let mut number = |key: &str, usual, range| {
            let value = table.remove(key);
            self.small(&format!("alerts.{key}"), value, usual, range)
        };
        let thresholds = Thresholds {
            due_soon_days: number("due_soon_days", usual.due_soon_days, 0..=MOST_DAYS),
            report_days: number("report_days", usual.report_days, 0..=60),
            silent_hours: number("silent_hours", usual.silent_hours, 1..=8_760),
            calendar_month: number("calendar_month", usual.calendar_month, 1..=12),
        };
        self.nothing_else("alerts", &table);
        thresholds
    }

    pub(super) fn digest(&mut self, mut table: toml::Table, folder: &Path) -> Digest {
        let to = table.remove("to").map(|to| folder.join(self.text("digest.to", Some(to), None)));
        let mail = match table.remove("mail") {
            None => None,
            Some(toml::Value::Table(mail)) => self.mail(mail, folder),
            Some(_) => {
                self.wrong("digest.mail", "write a section [digest.mail]");
                None
            }
        };
        if to.is_none() && mail.is_none() && self.mistakes.is_empty() {
            self.wrong("digest", "say where it goes: to = \"FOLDER\", or a section [digest.mail]");
        }
        let lang = self.text("digest.lang", table.remove("lang"), Some(Lang::default().name()));
        let digest = Digest {
            to,
            hour: self.small("digest.hour", table.remove("hour"), 7, 0..=23),
            lang: lang.parse().unwrap_or_else(|_| {
                self.wrong("digest.lang", "write \"vi\" or \"en\"");
                Lang::default()
            }),
            days: self.small("digest.days", table.remove("days"), 5, 0..=MOST_DAYS),
            mail,
        };
        self.nothing_else("digest", &table);
        digest
    }

    fn mail(&mut self, mut table: toml::Table, folder: &Path) -> Option<Mail> {
        let host = self.text("digest.mail.host", table.remove("host"), None);
        if !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c)) {
            self.wrong("digest.mail.host", "write the name of a host alone, such as \"mail.example.vn\"");
        }
        let security = match self.text("digest.mail.security", table.remove("security"), Some("starttls")).as_str() {
            "tls" => Security::Tls,
            "starttls" => Security::StartTls,
            "none" if is_loopback(&host) => Security::None,
            "none" => {
                self.wrong(
                    "digest.mail.security",
                    "only a mail server on this machine (127.0.0.1) is spoken to without TLS",
                );
                Security::None
            }
            _ => {
                self.wrong("digest.mail.security", "write \"tls\", \"starttls\" or \"none\"");
                Security::StartTls
            }
        };
        let usual = match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        };
        let port = self.small("digest.mail.port", table.remove("port"), usual, 1..=u16::MAX.into());
        let from = table.remove("from");
        let from = self.mailbox("digest.mail.from", from);
        let to = self.mailboxes(table.remove("to"));
        let file = |value: Option<toml::Value>, key: &str, check: &mut Check| {
            value.map(|value| folder.join(check.text(key, Some(value), None)))
        };
        let authority = file(table.remove("authority"), "digest.mail.authority", self);
        let password = file(table.remove("password_file"), "digest.mail.password_file", self);
        let user = table.remove("user").map(|user| self.text("digest.mail.user", Some(user), None));
        let login = match (user, password) {
            (Some(user), Some(file)) => Some((user, file)),
            (None, None) => None,
            _ => {
                self.wrong("digest.mail.user", "write both user and password_file, or neither");
                None
            }
        };
        let always = self.flag("digest.mail.always", table.remove("always"), false);
        if table.contains_key("password") {
            self.wrong(
                "digest.mail.password",
                "write it alone into a file that only the node may read, and name that as password_file",
            );
            table.remove("password");
        }
        self.nothing_else("digest.mail", &table);
        let port = u16::try_from(port).unwrap_or_default();
        Some(Mail { host, port, security, authority, from: from?, to, login, always })
    }

    fn mailbox(&mut self, key: &str, value: Option<toml::Value>) -> Option<Mailbox> {
        let text = self.text(key, value, None);
        let mailbox = text.parse().ok();
        if mailbox.is_none() && !text.is_empty() {
            self.wrong(key, "write an address such as \"motcua@example.vn\" or \"Một cửa <motcua@example.vn>\"");
        }
        mailbox
    }

    fn mailboxes(&mut self, value: Option<toml::Value>) -> Vec<Mailbox> {
        const KEY: &str = "digest.mail.to";
        let values = match value {
            Some(toml::Value::Array(values)) if !values.is_empty() && values.len() <= MOST_READERS => values,
            _ => {
                self.wrong(KEY, &format!("write a list of 1 to {MOST_READERS} addresses: [\"ubnd@example.vn\"]"));
                return Vec::new();
            }
        };
        values.into_iter().filter_map(|value| self.mailbox(KEY, Some(value))).collect()
    }
}

/// More readers are a list at the mail server.
const MOST_READERS: usize = 50;

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn parse(more: &str) -> Result<Config, Vec<String>> {
        Config::parse(&format!("unit = \"01\"\n{more}"), Path::new("/node"))
    }

    #[test]
    fn nothing_goes_out_until_asked_for() {
        let config = parse("").unwrap();
        assert_eq!((config.digest, config.alerts), (None, Thresholds::default()));
    }

    #[test]
    fn a_digest_goes_to_a_folder_or_by_mail() {
        let digest = parse("[digest]\nto = \"digest\"\n").unwrap().digest.unwrap();
        let plain = Digest { to: Some("/node/digest".into()), hour: 7, lang: Lang::Vi, days: 5, mail: None };
        assert_eq!(digest, plain);
        let mail = "[digest]\nhour = 6\nlang = \"en\"\ndays = 3\n[digest.mail]\nhost = \"mail.example.vn\"\nfrom = \"Một cửa <a@example.vn>\"\nto = [\"b@example.vn\"]\n";
        let digest = parse(mail).unwrap().digest.unwrap();
        let sent = digest.mail.as_ref().unwrap();
        assert_eq!((digest.to, digest.hour, digest.lang, digest.days), (None, 6, Lang::En, 3));
        assert_eq!((sent.port, sent.security, &sent.login, sent.always), (587, Security::StartTls, &None, false));
        let more =
            format!("{mail}user = \"a\"\npassword_file = \"mail.password\"\nsecurity = \"tls\"\nalways = true\n");
        let sent = parse(&more).unwrap().digest.unwrap().mail.unwrap();
        assert_eq!((sent.port, sent.security, sent.always), (465, Security::Tls, true));
        assert_eq!(sent.login, Some(("a".to_owned(), "/node/mail.password".into())));
    }

    #[test]
    fn mistakes_name_their_setting() {
        let mail = |more: &str| {
            format!(
                "[digest.mail]\nhost = \"mail.example.vn\"\nfrom = \"a@example.vn\"\nto = [\"b@example.vn\"]\n{more}"
            )
        };
        for (more, key) in [
            ("[alerts]\ndue_soon_days = 21\n".to_owned(), "alerts.due_soon_days"),
            ("[alerts]\nsilent_hours = 0\n".to_owned(), "alerts.silent_hours"),
            ("[alerts]\ncalendar_month = 13\n".to_owned(), "alerts.calendar_month"),
            ("[alerts]\nlate = 1\n".to_owned(), "alerts.late"),
            ("[digest]\n".to_owned(), "digest:"),
            ("[digest]\nto = \"x\"\nhour = 24\n".to_owned(), "digest.hour"),
            ("[digest]\nto = \"x\"\nlang = \"fr\"\n".to_owned(), "digest.lang"),
            ("[digest]\nto = \"x\"\nmail = true\n".to_owned(), "digest.mail"),
            (
                "[digest.mail]\nhost = \"h\"\nfrom = \"nobody\"\nto = [\"b@example.vn\"]\n".to_owned(),
                "digest.mail.from",
            ),
            ("[digest.mail]\nhost = \"h\"\nfrom = \"a@example.vn\"\nto = []\n".to_owned(), "digest.mail.to"),
            ("[digest.mail]\nhost = \"h\"\nfrom = \"a@example.vn\"\nto = [\"b\"]\n".to_owned(), "digest.mail.to"),
            (mail("security = \"none\"\n"), "digest.mail.security"),
            (mail("security = \"ssl\"\n"), "digest.mail.security"),
            (mail("user = \"a\"\n"), "digest.mail.user"),
            (mail("password = \"secret\"\n"), "digest.mail.password"),
            (mail("subject = \"x\"\n"), "digest.mail.subject"),
            (mail("").replace("mail.example.vn", "a b"), "digest.mail.host"),
            (mail("").replace("mail.example.vn", "a\\r\\nX: y"), "digest.mail.host"),
        ] {
            let mistakes = parse(&more).unwrap_err();
            assert_eq!(mistakes.len(), 1, "{more} {mistakes:#?}");
            assert!(mistakes[0].contains(key), "{more} {mistakes:#?}");
            assert!(!mistakes[0].contains("secret"), "{mistakes:#?}");
        }
    }
}
