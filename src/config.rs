//! One typed configuration. All its mistakes are told together, before a port is bound.

mod alerting;
mod check;
mod template;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use check::Check;

pub use self::{
    alerting::{Digest, Mail, Security},
    template::{Template, template},
};

use crate::{domain::address::is_https, node::timetable::Timetable, reports::alerts::Thresholds};

/// The name of the configuration in a node's directory.
pub const FILE: &str = "motcua.toml";

/// What a restore leaves in its place until it is done.
pub const UNFINISHED: &str = "motcua.toml.restoring";

/// What a node is told before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where this was read from.
    pub file: PathBuf,
    /// Code of its own unit.
    pub unit: String,
    /// Where its books lie.
    pub data: PathBuf,
    /// Links are authenticated. Without it the node is on loopback only, and believes whoever reaches it.
    pub secure: bool,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where others reach it, `https://HOST:PORT`; empty where nobody has to.
    pub address: String,
    /// Days a certificate lasts that this node issues, at the top of the tree.
    pub certificate_days: u32,
    /// The node above; `None` at the top.
    pub parent: Option<Parent>,
    /// When closing happens by itself.
    pub closing: Timetable,
    /// One person prepares and another approves; nobody closes alone, and nothing closes by itself.
    pub two_persons: bool,
    /// Bounds on what comes from outside.
    pub limits: Limits,
    /// How the store writes.
    pub store: Store,
    /// Where metrics are served; nowhere otherwise.
    pub metrics: Option<SocketAddr>,
    /// Where traces go, `http://HOST:PORT`; nowhere otherwise.
    pub traces: Option<String>,
    /// Where the node backs itself up; nowhere otherwise.
    pub backup: Option<Backup>,
    /// When something is worth an alert.
    pub alerts: Thresholds,
    /// Where the day's digest goes; nowhere otherwise.
    pub digest: Option<Digest>,
}

/// How a node backs itself up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The folder. A person makes it: a disk that is not mounted has none, and nothing is written in its place.
    pub to: PathBuf,
    /// Seconds between two.
    pub every_seconds: u64,
    /// The node's keys too, without which a restored node has to join anew.
    pub keys: bool,
}

/// How the store writes. The defaults fit an old office PC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// Memory for sled's cache, bytes.
    pub cache_bytes: u64,
    /// The journal begins a new segment after so many bytes.
    pub segment_bytes: u64,
    /// Derived state is written down after so many bytes of changes.
    pub freeze_bytes: u64,
}

impl Default for Store {
    fn default() -> Store {
        Store { cache_bytes: 64 << 20, segment_bytes: 64 << 20, freeze_bytes: 4 << 20 }
    }
}

/// The node above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// `https://HOST:PORT`; `http://` on loopback, where links are not authenticated.
    pub url: String,
    /// Seconds between sessions when nothing changes.
    pub interval_seconds: u64,
}

/// Bounds on what comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest message, bytes.
    pub message_bytes: usize,
    /// Calls at once on one connection.
    pub calls_per_connection: usize,
    /// Seconds a unary call may take.
    pub call_seconds: u64,
    /// Seconds a shutdown waits for calls.
    pub drain_seconds: u64,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub connections_per_address: usize,
    /// Seconds a new connection has to say what it is.
    pub handshake_seconds: u64,
    /// Largest head of a call, bytes.
    pub header_bytes: u32,
    /// Calls a second of one peer; twice as many at once.
    pub calls_per_second: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            message_bytes: 16 << 20,
            calls_per_connection: 64,
            call_seconds: 30,
            drain_seconds: 10,
            connections: 512,
            connections_per_address: 128,
            handshake_seconds: 10,
            header_bytes: 16 << 10,
            calls_per_second: 200,
        }
    }
}

/// Every mistake of a configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} has {} mistake{}:\n{}", mistakes.len(), if mistakes.len() == 1 { "" } else { "s" }, mistakes.join("\n"))]
pub struct ConfigError {
    /// The file.
    pub file: String,
    /// One line each.
    pub mistakes: Vec<String>,
}

/// As written. Every value is optional and loosely typed here, so that one bad value does not hide the others.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw {
    unit: Option<toml::Value>,
    data: Option<toml::Value>,
    secure: Option<toml::Value>,
    listen: Option<toml::Value>,
    address: Option<toml::Value>,
    authority: toml::Table,
    parent: Option<toml::Table>,
    closing: toml::Table,
    limits: toml::Table,
    store: toml::Table,
    metrics: toml::Table,
    traces: toml::Table,
    backup: Option<toml::Table>,
    alerts: toml::Table,
    digest: Option<toml::Table>,
    #[serde(flatten)]
    unknown: toml::Table,
}

impl Config {
    /// Reads a configuration. Paths in it are relative to its own folder.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let file = path.display().to_string();
        let one = |mistake: String| ConfigError { file: file.clone(), mistakes: vec![mistake] };
        let folder = path.parent().unwrap_or(Path::new("."));
        let text = std::fs::read_to_string(path).map_err(|e| match folder.join(UNFINISHED).exists() {
            true => one("  a restore into this folder was cut off: run the same `motcua restore` again".to_owned()),
            false => one(format!("  it cannot be read ({e}): make a node with `motcua init DIR --unit CODE`")),
        })?;
        let config = Config::parse(&text, folder).map_err(|mistakes| ConfigError { file, mistakes })?;
        Ok(Config { file: path.to_owned(), ..config })
    }

    /// The configuration a text states, or all its mistakes.
    pub fn parse(text: &str, folder: &Path) -> Result<Config, Vec<String>> {
        let raw: Raw = toml::from_str(text).map_err(|e| vec![format!("  {}", e.to_string().trim_end())])?;
        let mut check = Check::default();
        for key in raw.unknown.keys() {
            check.wrong(key, "there is no such setting");
        }
        let unit = check.text("unit", raw.unit, None);
        if !unit.is_empty() && !crate::domain::units::is_code(&unit) {
            check.wrong("unit", "a unit's code is letters and digits, such as \"00004\" with its zeros, in quotes");
        }
        let data = folder.join(check.text("data", raw.data, Some("data")));
        let secure = check.flag("secure", raw.secure, true);
        let listen = check.listen(raw.listen, secure);
        let address = match raw.address {
            None => String::new(),
            Some(value) => check.text("address", Some(value), None),
        };
        if !address.is_empty() && !is_https(&address) {
            check.wrong("address", "write \"https://HOST:PORT\": where nodes below reach this one");
        }
        let mut table = raw.authority;
        let certificate_days = check.small("authority.certificate_days", table.remove("certificate_days"), 90, 1..=825);
        check.nothing_else("authority", &table);
        let parent = raw.parent.map(|mut table| {
            let url = check.text("parent.url", table.remove("url"), None);
            if !url.is_empty() {
                check.url(&url, secure);
            }
            let interval_seconds =
                check.number("parent.interval_seconds", table.remove("interval_seconds"), 30, 1..=86_400);
            check.nothing_else("parent", &table);
            Parent { url, interval_seconds }
        });
        let mut table = raw.closing;
        let two_persons = check.flag("closing.two_persons", table.remove("two_persons"), false);
        let closing = Timetable {
            automatic: check.flag("closing.automatic", table.remove("automatic"), !two_persons),
            grace_days: check.small("closing.grace_days", table.remove("grace_days"), 3, 0..=60),
        };
        check.nothing_else("closing", &table);
        if two_persons && closing.automatic {
            check.wrong(
                "closing.automatic",
                "two persons close here, so nothing closes by itself: leave it out, or drop two_persons",
            );
        }
        let mut table = raw.limits;
        let default = Limits::default();
        let limits = Limits {
            message_bytes: check.size("limits.message_bytes", table.remove("message_bytes"), default.message_bytes),
            calls_per_connection: check.size(
                "limits.calls_per_connection",
                table.remove("calls_per_connection"),
                default.calls_per_connection,
            ),
            call_seconds: check.number(
                "limits.call_seconds",
                table.remove("call_seconds"),
                default.call_seconds,
                1..=3600,
            ),
            drain_seconds: check.number(
                "limits.drain_seconds",
                table.remove("drain_seconds"),
                default.drain_seconds,
                0..=600,
            ),
            connections: check.size("limits.connections", table.remove("connections"), default.connections),
            connections_per_address: check.size(
                "limits.connections_per_address",
                table.remove("connections_per_address"),
                default.connections_per_address,
            ),
            handshake_seconds: check.number(
                "limits.handshake_seconds",
                table.remove("handshake_seconds"),
                default.handshake_seconds,
                1..=600,
            ),
            header_bytes: check.small(
                "limits.header_bytes",
                table.remove("header_bytes"),
                default.header_bytes,
                1 << 10..=1 << 20,
            ),
            calls_per_second: check.small(
                "limits.calls_per_second",
                table.remove("calls_per_second"),
                default.calls_per_second,
                1..=1_000_000,
            ),
        };
        check.nothing_else("limits", &table);
        let mut table = raw.store;
        let default = Store::default();
        let mut bytes =
            |key: &str, default, range| check.number(&format!("store.{key}"), table.remove(key), default, range);
        let store = Store {
            cache_bytes: bytes("cache_bytes", default.cache_bytes, 1 << 20..=1 << 36),
            segment_bytes: bytes("segment_bytes", default.segment_bytes, 1 << 12..=1 << 32),
            freeze_bytes: bytes("freeze_bytes", default.freeze_bytes, 1 << 10..=1 << 30),
        };
        check.nothing_else("store", &table);
        let mut table = raw.metrics;
        let metrics = table.remove("listen").and_then(|listen| check.metrics(listen));
        check.nothing_else("metrics", &table);
        let mut table = raw.traces;
        let traces = table.remove("endpoint").and_then(|endpoint| check.traces(endpoint));
        check.nothing_else("traces", &table);
        let backup = raw.backup.map(|table| check.backup(table, folder, &data));
        let alerts = check.alerts(raw.alerts);
        let digest = raw.digest.map(|table| check.digest(table, folder));
        if check.mistakes.is_empty() {
            Ok(Config {
                file: folder.join(FILE),
                unit,
                data,
                secure,
                listen,
                address,
                certificate_days,
                parent,
                closing,
                two_persons,
                limits,
                store,
                metrics,
                traces,
                backup,
                alerts,
                digest,
            })
        } else {
            Err(check.mistakes)
        }
    }
}

#[cfg(test)]
mod tests;
