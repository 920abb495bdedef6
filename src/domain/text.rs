//! Characters that a reader does not see and that change what he sees.

/// Whether a character has no place in a name or a note of one line: it controls, parts lines, has no width, or turns the writing round. A figure
/// behind one of these could be printed backwards.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::is_unseen;

    #[test]
    fn what_is_written_in_vietnamese_is_seen() {
        assert!(!"Xã Nguyễn Huệ – “một cửa” (№ 12), tồn: 1.234\u{00A0}hồ sơ…".chars().any(is_unseen));
        for c in ['\0', '\n', '\u{7F}', '\u{85}', '\u{200B}', '\u{202E}', '\u{2066}', '\u{2029}', '\u{FEFF}'] {
            assert!(is_unseen(c), "U+{:04X}", u32::from(c));
        }
    }
}
