//! Values of the file, each read as what it must be; what is wrong is collected.

use super::*;

/// Collects mistakes.
#[derive(Default)]
pub(super) struct Check {
    pub(super) mistakes: Vec<String>,
}

impl Check {
    pub(super) fn wrong(&mut self, key: &str, message: &str) {
        self.mistakes.push(format!("  {key}: {message}"));
    }

    pub(super) fn text(&mut self, key: &str, value: Option<toml::Value>, default: Option<&str>) -> String {
        match (value, default) {
            (Some(toml::Value::String(text)), _) if !text.trim().is_empty() => return text,
            (Some(_), _) => self.wrong(key, "write a text in quotes"),
            (None, None) => self.wrong(key, "it is missing"),
            (None, Some(default)) => return default.to_owned(),
        }
        String::new()
    }

    pub(super) fn flag(&mut self, key: &str, value: Option<toml::Value>, default: bool) -> bool {
        match value {
            None => default,
            Some(toml::Value::Boolean(flag)) => flag,
            Some(_) => {
                self.wrong(key, "write true or false");
                default
            }
        }
    }

    pub(super) fn number(
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

    pub(super) fn small(
        &mut self,
        key: &str,
        value: Option<toml::Value>,
        default: u32,
        range: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let n = self.number(key, value, default.into(), (*range.start()).into()..=(*range.end()).into());
        u32::try_from(n).unwrap_or(default)
    }

    pub(super) fn size(&mut self, key: &str, value: Option<toml::Value>, default: usize) -> usize {
        let n = self.number(key, value, default as u64, 1..=1 << 30);
        usize::try_from(n).unwrap_or(default)
    }

    /// Loopback only where links are not authenticated: anything else would let the whole network write into the books.
    pub(super) fn listen(&mut self, value: Option<toml::Value>, secure: bool) -> SocketAddr {
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

    pub(super) fn url(&mut self, url: &str, secure: bool) {
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
    pub(super) fn metrics(&mut self, value: toml::Value) -> Option<SocketAddr> {
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

    pub(super) fn traces(&mut self, value: toml::Value) -> Option<String> {
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

    pub(super) fn backup(&mut self, mut table: toml::Table, folder: &Path, data: &Path) -> Backup {
        let to = folder.join(self.text("backup.to", table.remove("to"), None));
        if to.starts_with(data) || data.starts_with(&to) {
            self.wrong("backup.to", "choose a folder beside the node's data, best on another disk");
        }
        let every_seconds = self.number("backup.every_seconds", table.remove("every_seconds"), 60, 1..=86_400);
        let keys = self.flag("backup.keys", table.remove("keys"), true);
        self.nothing_else("backup", &table);
        Backup { to, every_seconds, keys }
    }

    pub(super) fn nothing_else(&mut self, section: &str, table: &toml::Table) {
        for key in table.keys() {
            self.wrong(&format!("{section}.{key}"), "there is no such setting");
        }
    }
}
