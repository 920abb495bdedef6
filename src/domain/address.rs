//! Where a node is reached. An address comes from requests and join tokens and ends in configurations and on terminals, so it holds nothing that
//! means something there.

/// Longer is no address of ours: the longest host name has 253 letters.
const MAX: usize = 280;

/// Whether it is `https://HOST:PORT` and nothing more: letters, digits, `.` and `-`, or an IPv6 address in brackets; no name before an `@`, no
/// path, no quote.
pub fn is_https(text: &str) -> bool {
    let rest = text.strip_prefix("https://").filter(|_| text.len() <= MAX);
    let parts = rest.and_then(|rest| rest.strip_suffix('/').unwrap_or(rest).rsplit_once(':'));
    parts.is_some_and(|(host, port)| {
        let number = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0);
        number && is_host(host)
    })
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.len() > 1 && inner.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'),
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_nothing_that_means_something_elsewhere() {
        for good in ["https://10.0.0.1:7070", "https://mot-cua.tinh.gov.vn:443", "https://[::1]:7070", "https://a:1/"] {
            assert!(is_https(good), "{good}");
        }
        let long = format!("https://{}:7070", "a".repeat(300));
        for bad in [
            "",
            "https://",
            "https://a",
            "https://:7070",
            "https://a:0",
            "https://a:65536",
            "https://a:+7",
            "http://a:7070",
            "https://a:7070/x",
            "https://u@a:7070",
            "https://a\":7070",
            "https://a\" #:7070",
            "https://a\nsecure = false\n:7070",
            "https://a\u{1b}[2J:7070",
            "https://[::1:7070",
            "https://a b:7070",
            "https://\u{202e}a:7070",
            &long,
        ] {
            assert!(!is_https(bad), "{bad:?}");
        }
    }
}
