//! One typed configuration. All its mistakes are told together, before a port is bound.

mod alerting;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

pub use alerting::{Digest, Mail, Security};

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

/// Collects mistakes.
#[derive(Default)]
struct Check {
    mistakes: Vec<String>,
}

impl Check {
    fn wrong(&mut self, key: &str, message: &str) {
        self.mistakes.push(format!("  {key}: {message}"));
    }

    fn text(&mut self, key: &str, value: Option<toml::Value>, default: Option<&str>) -> String {
        match (value, default) {
            (Some(toml::Value::String(text)), _) if !text.trim().is_empty() => return text,
            (Some(_), _) => self.wrong(key, "write a text in quotes"),
            (None, None) => self.wrong(key, "it is missing"),
            (None, Some(default)) => return default.to_owned(),
        }
        String::new()
    }

    fn flag(&mut self, key: &str, value: Option<toml::Value>, default: bool) -> bool {
        match value {
            None => default,
            Some(toml::Value::Boolean(flag)) => flag,
            Some(_) => {
                self.wrong(key, "write true or false");
                default
            }
        }
    }

    fn number(
        &mut self,
        key: &str,
        value: Option<toml::Value>,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
    ) -> u64 {
        let given = match value {
            None => return default,
            Some(toml::Value::Integer(n)) => u64::try_from(n).ok(),
            Some(_) => None,
        };
        match given.filter(|n| range.contains(n)) {
            Some(n) => n,
            None => {
                self.wrong(key, &format!("write a number from {} to {}", range.start(), range.end()));
                default
            }
        }
    }

    fn small(
        &mut self,
        key: &str,
        value: Option<toml::Value>,
        default: u32,
        range: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let n = self.number(key, value, default.into(), (*range.start()).into()..=(*range.end()).into());
        u32::try_from(n).unwrap_or(default)
    }

    fn size(&mut self, key: &str, value: Option<toml::Value>, default: usize) -> usize {
        let n = self.number(key, value, default as u64, 1..=1 << 30);
        usize::try_from(n).unwrap_or(default)
    }

    /// Loopback only where links are not authenticated: anything else would let the whole network write into the books.
    fn listen(&mut self, value: Option<toml::Value>, secure: bool) -> SocketAddr {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let text = self.text("listen", value, Some("127.0.0.1:7070"));
        match text.parse::<SocketAddr>() {
            Ok(address) if secure || address.ip().is_loopback() => return address,
            Ok(_) => self.wrong(
                "listen",
                "only loopback (127.0.0.1 or [::1]) is allowed with secure = false, because anybody who reaches it is believed",
            ),
            Err(_) if text.is_empty() => {}
            Err(_) => self.wrong("listen", "write an address and a port, such as \"127.0.0.1:7070\""),
        }
        any
    }

    fn url(&mut self, url: &str, secure: bool) {
        if secure {
            if !is_https(url) {
                self.wrong("parent.url", "write \"https://HOST:PORT\": links are authenticated");
            }
            return;
        }
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        match authority.and_then(|a| a.parse::<SocketAddr>().ok()) {
            Some(address) if address.ip().is_loopback() && address.port() != 0 => {}
            Some(_) => self.wrong("parent.url", "only loopback is allowed with secure = false"),
            None => self.wrong("parent.url", "write \"http://127.0.0.1:PORT\""),
        }
    }

    /// One address, named: metrics say nothing secret, but they are nobody's business either.
    fn metrics(&mut self, value: toml::Value) -> Option<SocketAddr> {
        let address = self.text("metrics.listen", Some(value), None).parse::<SocketAddr>();
        match address {
            Ok(address) if !address.ip().is_unspecified() => Some(address),
            _ => {
                self.wrong(
                    "metrics.listen",
                    "write one address of this machine and a port, such as \"127.0.0.1:9464\"",
                );
                None
            }
        }
    }

    fn traces(&mut self, value: toml::Value) -> Option<String> {
        let endpoint = self.text("traces.endpoint", Some(value), None);
        if !cfg!(feature = "otel") {
            self.wrong(
                "traces.endpoint",
                "this program was built without traces: take [traces] out, or use one built with `--features otel`",
            );
        } else if endpoint.strip_prefix("http://").is_none_or(str::is_empty) {
            self.wrong("traces.endpoint", "write the address of a collector, such as \"http://127.0.0.1:4317\"");
        }
        Some(endpoint)
    }

    fn backup(&mut self, mut table: toml::Table, folder: &Path, data: &Path) -> Backup {
        let to = folder.join(self.text("backup.to", table.remove("to"), None));
        if to.starts_with(data) || data.starts_with(&to) {
            self.wrong("backup.to", "choose a folder beside the node's data, best on another disk");
        }
        let every_seconds = self.number("backup.every_seconds", table.remove("every_seconds"), 60, 1..=86_400);
        let keys = self.flag("backup.keys", table.remove("keys"), true);
        self.nothing_else("backup", &table);
        Backup { to, every_seconds, keys }
    }

    fn nothing_else(&mut self, section: &str, table: &toml::Table) {
        for key in table.keys() {
            self.wrong(&format!("{section}.{key}"), "there is no such setting");
        }
    }
}

/// What the configuration of a new node says.
#[derive(Clone, Debug, Default)]
pub struct Template<'a> {
    /// Code of its unit.
    pub unit: &'a str,
    /// Links are authenticated.
    pub secure: bool,
    /// Where it listens.
    pub listen: &'a str,
    /// Where others reach it.
    pub address: &'a str,
    /// The node above.
    pub parent: Option<&'a str>,
}

/// The configuration a new node begins with. Whatever it is told stands in it as one text: nothing of it can become a setting of its own.
pub fn template(new: &Template<'_>) -> String {
    let Template { unit, secure, listen, address, parent } = new;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    // In a remark it stands as it is, so it is there only if it is a code.
    let code = if crate::domain::units::is_code(unit) { unit } else { "unit" };
    let (unit, listen) = (quoted(unit), quoted(listen));
    let scheme = if *secure { "https" } else { "http" };
    let parent = match parent {
        Some(url) => format!("[parent]\nurl = {}\n", quoted(url)),
        None => format!(
            "# [parent]                        # the node above; none at the top of the tree\n# url = \"{scheme}://127.0.0.1:7071\"\n"
        ),
    };
    let secure = match (secure, address.is_empty()) {
        (false, _) => {
            "secure = false                    # believes whoever reaches it, so it stays on loopback\n".to_owned()
        }
        (true, true) => "# address = \"https://HOST:PORT\"   # where nodes below reach this one\n".to_owned(),
        (true, false) => format!("address = {}\n", quoted(address)),
    };
    format!(
        "# A motcua node. `motcua serve --config {FILE}` tells every mistake in here before it starts.\n\
         unit = {unit}\n\
         listen = {listen}\n\
         {secure}\
         data = \"data\"\n\n\
         {parent}\n\
         [closing]\n\
         automatic = true                  # after a person has closed the first period\n\
         grace_days = 3                    # days after the end of a legal month (the 14th)\n\
         # two_persons = true              # one prepares, another approves; leave `automatic` out then\n\n\
         # [metrics]                       # for Prometheus, at /metrics\n\
         # listen = \"127.0.0.1:9464\"\n\n\
         # [backup]                        # copies the journal and the keys to a folder that is there, while the node runs\n\
         # to = \"/mnt/backup/{code}\"\n\n\
         # [digest]                        # the day's alerts and forecast, a file each morning; docs/operations.md has the mail\n\
         # to = \"digest\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_configuration() {
        for (secure, parent) in
            [(false, None), (false, Some("http://127.0.0.1:7071")), (true, None), (true, Some("https://tinh.vn:7071"))]
        {
            let address = if secure { "https://10.0.0.4:7070" } else { "" };
            let listen = if secure { "0.0.0.0:7070" } else { "127.0.0.1:7070" };
            let text = template(&Template { unit: "00004", secure, listen, address, parent });
            let config = Config::parse(&text, Path::new("/node")).unwrap();
            assert_eq!((config.secure, config.address.as_str()), (secure, address));
            assert_eq!(config.unit, "00004");
            assert_eq!(config.data, Path::new("/node/data"));
            assert_eq!(config.parent.map(|p| p.url), parent.map(str::to_owned));
        }
    }

    #[test]
    fn what_a_new_node_is_told_cannot_become_another_setting() {
        let odd = "https://a:1\"\n[metrics]\nlisten = \"10.0.0.1:1\"\n[limits]\nx = \"";
        let new = Template { unit: odd, secure: true, listen: odd, address: odd, parent: Some(odd) };
        let table: toml::Table = toml::from_str(&template(&new)).unwrap();
        assert_eq!(
            table.keys().map(String::as_str).collect::<Vec<_>>(),
            ["address", "closing", "data", "listen", "parent", "unit"]
        );
        assert_eq!(table["parent"]["url"].as_str(), Some(odd));
        let mistakes = Config::parse(&template(&new), Path::new(".")).unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:#?}");
    }

    #[test]
    fn metrics_and_traces_are_off_until_asked_for() {
        let parse = |more: &str| Config::parse(&format!("unit = \"01\"\n{more}"), Path::new("."));
        let config = parse("").unwrap();
        assert_eq!((config.metrics, config.traces), (None, None));
        for address in ["127.0.0.1:9464", "[::1]:9464", "10.0.0.7:9464"] {
            let config = parse(&format!("[metrics]\nlisten = \"{address}\"\n")).unwrap();
            assert_eq!(config.metrics.map(|a| a.to_string()).as_deref(), Some(address));
        }
        for (more, key) in [
            ("[metrics]\nlisten = \"0.0.0.0:9464\"\n", "metrics.listen"),
            ("[metrics]\nlisten = \"[::]:9464\"\n", "metrics.listen"),
            ("[metrics]\nlisten = 9464\n", "metrics.listen"),
            ("[metrics]\nport = 9464\n", "metrics.port"),
            ("[traces]\nendpoint = \"localhost\"\n", "traces.endpoint"),
            ("[traces]\nto = \"http://127.0.0.1:4317\"\n", "traces.to"),
        ] {
            let mistakes = parse(more).unwrap_err();
            assert!(mistakes.iter().any(|m| m.contains(key)), "{key} in {mistakes:?}");
        }
        let traces = parse("[traces]\nendpoint = \"http://127.0.0.1:4317\"\n");
        match cfg!(feature = "otel") {
            true => assert_eq!(traces.unwrap().traces.as_deref(), Some("http://127.0.0.1:4317")),
            false => assert!(traces.unwrap_err()[0].contains("--features otel")),
        }
    }

    #[test]
    fn backups_go_beside_the_data_and_nowhere_else() {
        let parse = |more: &str| Config::parse(&format!("unit = \"01\"\n{more}"), Path::new("/node"));
        assert_eq!(parse("").unwrap().backup, None);
        let backup = parse("[backup]\nto = \"/mnt/usb/01\"\n").unwrap().backup.unwrap();
        assert_eq!(backup, Backup { to: "/mnt/usb/01".into(), every_seconds: 60, keys: true });
        let backup = parse("[backup]\nto = \"copy\"\nevery_seconds = 5\nkeys = false\n").unwrap().backup.unwrap();
        assert_eq!(backup, Backup { to: "/node/copy".into(), every_seconds: 5, keys: false });
        for (more, key) in [
            ("[backup]\n", "backup.to"),
            ("[backup]\nto = \"data\"\n", "backup.to"),
            ("[backup]\nto = \"data/copy\"\n", "backup.to"),
            ("[backup]\nto = \"/node\"\n", "backup.to"),
            ("[backup]\nto = \"copy\"\nevery_seconds = 0\n", "backup.every_seconds"),
            ("[backup]\nto = \"copy\"\nkeys = \"no\"\n", "backup.keys"),
            ("[backup]\nto = \"copy\"\nanew = true\n", "backup.anew"),
        ] {
            let mistakes = parse(more).unwrap_err();
            assert!(mistakes.iter().any(|m| m.contains(key)), "{key} in {mistakes:?}");
        }
    }

    #[test]
    fn what_two_persons_close_does_not_close_by_itself() {
        let parse = |closing: &str| Config::parse(&format!("unit = \"4\"\n[closing]\n{closing}"), Path::new("."));
        for (closing, automatic, two_persons) in [
            ("", true, false),
            ("two_persons = true", false, true),
            ("two_persons = true\nautomatic = false", false, true),
        ] {
            let config = parse(closing).unwrap();
            assert_eq!((config.closing.automatic, config.two_persons), (automatic, two_persons), "{closing}");
        }
        let mistakes = parse("two_persons = true\nautomatic = true").unwrap_err();
        assert!(mistakes.len() == 1 && mistakes[0].contains("closing.automatic"), "{mistakes:?}");
    }

    #[test]
    fn all_mistakes_are_told_together() {
        let text = "unit = 4\nsecure = false\nlisten = \"0.0.0.0:7070\"\ncolour = \"red\"\n[parent]\nurl = \"https://tinh.vn\"\n[closing]\nautomatic = \"yes\"\ngrace_days = 900\n";
        let mistakes = Config::parse(text, Path::new(".")).unwrap_err();
        assert_eq!(mistakes.len(), 6, "{mistakes:#?}");
        for key in ["unit", "listen", "colour", "parent.url", "closing.automatic", "closing.grace_days"] {
            assert!(mistakes.iter().any(|m| m.contains(key)), "{key} in {mistakes:#?}");
        }
    }
}
