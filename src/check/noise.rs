//! Numbers that are no figures: dates, numbers of documents, times, money, page counters, numbering.

use super::{
    lexicon::Thing,
    number::{Grouping, Numeral},
    text::{Kind, Text, Token},
};

/// Words before a number that make it a name and not a count.
const NAMED: &[&str] = &[
    "tháng",
    "quý",
    "ngày",
    "điều",
    "khoản",
    "mục",
    "lần",
    "thứ",
    "cấp",
    "quận",
    "phường",
    "thôn",
    "ấp",
    "khóm",
    "xóm",
    "tổ",
    "khu",
    "mức",
    "độ",
    "hạng",
    "bảng",
    "biểu",
    "mẫu",
    "phụ",
    "lục",
    "khóa",
    "trang",
    "phần",
    "câu",
    "đợt",
    "vòng",
    "phiên",
    "tuần",
    "khối",
    "lớp",
    "đường",
    "ngõ",
    "hẻm",
    "bậc",
    "top",
    "tiết",
    "nghị",
    "định",
    "covid",
    "tầng",
    "trừ",
    "vùng",
    "giờ",
];

/// Words behind a number that make it no count of dossiers.
const TIME: &[&str] = &[
    "tháng", "năm", "ngày", "giờ", "phút", "giây", "tuần", "quý", "lần", "cấp", "km", "m", "ha", "h", "tuổi", "đồng",
    "vnđ", "usd", "điểm", "bậc",
];

/// Words before a number of a telephone.
const PHONES: &[&str] = &["thoại", "đt", "hotline", "nóng", "đài", "tel", "fax", "zalo"];

/// Whether that number is no figure.
pub fn is(text: &Text, tokens: &[Token], at: usize, numeral: Numeral, thing: Thing) -> bool {
    let word = |back: usize| at.checked_sub(back).and_then(|n| tokens.get(n)).and_then(Token::word);
    let next = tokens.get(at + 1);
    let behind = next.and_then(Token::word);
    if matches!(numeral, Numeral::Percent(_)) {
        return false;
    }
    if matches!(numeral, Numeral::Joined)
        || (matches!(numeral, Numeral::Of(..)) && thing != Thing::Dossier && !of_counts(text, tokens, at, numeral))
    {
        return true;
    }
    let before = word(1);
    let counted = thing == Thing::Dossier;
    if let Numeral::Count(value, grouping) = numeral {
        let year = grouping == Grouping::Plain && (1975..2100).contains(&value);
        if year
            && (matches!(before, Some("năm" | "từ" | "đến" | "giai"))
                || !counted && thing != Thing::Result && is_end(next))
        {
            return true;
        }
    }
    if matches!(before, Some("năm")) && !counted {
        return true;
    }
    // "trực tuyến một phần 713" is a channel and its figure.
    let in_part = before == Some("phần") && word(2) == Some("một");
    if before.is_some_and(|w| NAMED.contains(&w)) && !counted && !in_part {
        return true;
    }
    if before == Some("số") && !matches!(word(2), Some("trong" | "tổng" | "với" | "là")) && !counted {
        return true;
    }
    if PHONES.iter().any(|p| (1..=4).any(|back| word(back) == Some(p))) && !counted {
        return true;
    }
    if behind.is_some_and(|w| TIME.contains(&w)) {
        return true;
    }
    if matches!(behind, Some("triệu" | "tỷ" | "tỉ" | "nghìn" | "ngàn")) {
        let second = tokens.get(at + 2).and_then(Token::word);
        if second == Some("đồng") || matches!(behind, Some("tỷ" | "tỉ")) && second != Some("lệ") {
            return true;
        }
    }
    numbering(tokens, at) || furniture(text, tokens)
}

/// "1.456/1.625": thousands on both sides, marked as such, are no date.
fn of_counts(text: &Text, tokens: &[Token], at: usize, numeral: Numeral) -> bool {
    let marked = tokens.get(at).is_some_and(|t| text.slice(t.span).contains(['.', ',']));
    marked && matches!(numeral, Numeral::Of(part, whole) if part >= 1000 && part <= whole)
}

fn is_end(next: Option<&Token>) -> bool {
    next.is_none_or(|t| !matches!(t.kind, Kind::Word(_)))
}

/// "1." and "2)" at the beginning of a line.
fn numbering(tokens: &[Token], at: usize) -> bool {
    let first = at == 0 || (at == 1 && tokens.first().is_some_and(|t| t.is('(') || t.is('-')));
    first && tokens.get(at + 1).is_some_and(|t| t.is('.') || t.is(')') || t.is('/'))
}

/// Counters of a page, and lines that hold nothing but a number.
fn furniture(_text: &Text, tokens: &[Token]) -> bool {
    let words: Vec<&str> = tokens.iter().filter_map(Token::word).collect();
    if words.is_empty() {
        return true;
    }
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w == [a, b]);
    let short = tokens.len() <= 14;
    let counter = pair("lượt", "xem")
        || pair("truy", "cập")
        || pair("lượt", "đọc")
        || words.contains(&"online")
        || words.contains(&"views")
        || words.contains(&"visitors");
    let day = matches!(
        words.as_slice(),
        ["hôm", "nay" | "qua"]
            | ["trong", "tuần" | "tháng" | "ngày"]
            | ["tất", "cả"]
            | ["tuần", "này" | "trước"]
            | ["tháng", "này" | "trước"]
            | ["tổng", "cộng"]
            | ["tổng" | "thống" | "yesterday" | "today" | "total"]
            | ["thống", "kê"]
    );
    // A page's own counters stand in short lines of their own.
    short && (counter || day)
}
