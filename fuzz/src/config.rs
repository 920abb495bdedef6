//! A configuration: a text is read, or all its mistakes are told, each in one place.

use std::path::Path;

use motcua::config::{Config, Template, template};

/// The text of a `motcua.toml`, and beside it the words a new configuration is written from.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Config::parse(text, Path::new("/node")) {
        Ok(config) => {
            assert!(
                config.secure || config.listen.ip().is_loopback(),
                "it believes whoever reaches it: {}",
                config.listen
            );
            assert!(
                !(config.two_persons && config.closing.automatic),
                "nothing closes by itself where two persons close"
            );
        }
        Err(mistakes) => assert!(!mistakes.is_empty() && mistakes.iter().all(|m| !m.trim().is_empty()), "{mistakes:?}"),
    }
    written(text);
}

/// What a new node is told becomes values of its own settings and never a setting.
fn written(text: &str) {
    let mut words = text.split("\u{1f}");
    let mut word = || words.next().unwrap_or_default();
    let (unit, listen, address, parent) = (word(), word(), word(), word());
    let new = Template { unit, secure: true, listen, address, parent: Some(parent) };
    let written = template(&new);
    let table: Result<std::collections::BTreeMap<String, serde::de::IgnoredAny>, _> = toml::from_str(&written);
    let keys = table.unwrap_or_else(|error| panic!("{error}: {written}")).into_keys().collect::<Vec<_>>();
    let expected: &[&str] = match address {
        "" => &["closing", "data", "listen", "parent", "unit"],
        _ => &["address", "closing", "data", "listen", "parent", "unit"],
    };
    assert_eq!(keys, expected, "{written}");
    if let Ok(config) = Config::parse(&written, Path::new("/node")) {
        assert_eq!((config.unit.as_str(), config.address.as_str()), (unit, address));
        assert_eq!(config.parent.map(|p| p.url).as_deref(), Some(parent));
    }
}
