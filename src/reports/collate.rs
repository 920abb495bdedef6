//! Vietnamese alphabetical order: a ă â … d đ e ê … o ô ơ … u ư, and tones only between words that are otherwise equal.

use unicode_normalization::UnicodeNormalization;

/// A key that sorts as Vietnamese readers expect. Tones follow the usual dictionary order: none, huyền, hỏi, ngã, sắc, nặng.
pub(super) fn key(text: &str) -> (Vec<(char, u8)>, Vec<u8>, String) {
    let (mut letters, mut tones): (Vec<(char, u8)>, Vec<u8>) = (Vec::new(), Vec::new());
    for c in text.to_lowercase().nfd() {
        let (quality, tone) = match c {
            '\u{306}' => (1, 0), // ă
            '\u{302}' => (2, 0), // â ê ô
            '\u{31b}' => (3, 0), // ơ ư
            '\u{300}' => (0, 1),
            '\u{309}' => (0, 2),
            '\u{303}' => (0, 3),
            '\u{301}' => (0, 4),
            '\u{323}' => (0, 5),
            _ => {
                letters.push(if c == 'đ' { ('d', 1) } else { (c, 0) });
                tones.push(0);
                continue;
            }
        };
        if let (Some(letter), Some(last)) = (letters.last_mut(), tones.last_mut()) {
            letter.1 += quality;
            *last += tone;
        }
    }
    (letters, tones, text.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn dictionary_order() {
        let mut words = [
            "Đất đai",
            "Dân tộc",
            "Ở",
            "ơn",
            "Ôn",
            "on",
            "ma",
            "mạ",
            "mã",
            "má",
            "mả",
            "mà",
            "an",
            "ân",
            "ăn",
            "Y tế",
            "mab",
        ];
        words.sort_by_key(|w| super::key(w));
        let right = [
            "an",
            "ăn",
            "ân",
            "Dân tộc",
            "Đất đai",
            "ma",
            "mà",
            "mả",
            "mã",
            "má",
            "mạ",
            "mab",
            "on",
            "Ôn",
            "Ở",
            "ơn",
            "Y tế",
        ];
        assert_eq!(words, right);
    }
}
