//! The root key as a reader knows it: whole, or by the fingerprint that the province publishes.

use std::{fmt, str::FromStr};

use crate::domain::roll::Key;

/// The root key a reader expects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// The key itself.
    Key(Key),
    /// Its fingerprint.
    Fingerprint(String),
}

/// Half of the blake3 hash of a key in groups of four digits: short enough to be printed on paper and read over the telephone, too long to find
/// another key for.
pub fn fingerprint(key: &Key) -> String {
    let digits: Vec<String> = blake3::hash(key).as_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    digits.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join("-")
}

impl Anchor {
    /// Whether that is the key.
    pub fn is(&self, key: &Key) -> bool {
        match self {
            Anchor::Key(expected) => expected == key,
            Anchor::Fingerprint(expected) => *expected == fingerprint(key),
        }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Anchor::Key(key) => f.write_str(&fingerprint(key)),
            Anchor::Fingerprint(text) => f.write_str(text),
        }
    }
}

impl FromStr for Anchor {
    type Err = String;

    /// 64 hexadecimal digits of the key, or 32 of the fingerprint; hyphens, colons, blanks and capitals do not matter.
    fn from_str(text: &str) -> Result<Anchor, String> {
        let refused = || "a root is 64 hexadecimal digits, its fingerprint 32, in groups or not".to_owned();
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ':' | ' ')).collect();
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).map_err(|_| refused())?;
        if let Ok(key) = <Key>::try_from(bytes.as_slice()) {
            return Ok(Anchor::Key(key));
        }
        if bytes.len() != 16 {
            return Err(refused());
        }
        let groups: Vec<String> =
            bytes.chunks(2).map(|pair| pair.iter().map(|b| format!("{b:02x}")).collect()).collect();
        Ok(Anchor::Fingerprint(groups.join("-")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_known_by_its_key_or_its_fingerprint() {
        let key: Key = [7; 32];
        let print = fingerprint(&key);
        assert_eq!((print.len(), print.matches('-').count()), (39, 7), "{print}");
        let (hex, tight) = ("07".repeat(32), print.replace('-', ""));
        for text in [&hex, &hex.to_uppercase(), &print, &print.to_uppercase(), &print.replace('-', " "), &tight] {
            let anchor: Anchor = text.parse().unwrap();
            assert!(anchor.is(&key) && !anchor.is(&[8; 32]), "{text}");
            assert_eq!(anchor.to_string(), print);
        }
        for text in ["", "07", "the province", &hex[..62], &print[..38]] {
            assert!(text.parse::<Anchor>().is_err(), "{text}");
        }
    }
}
