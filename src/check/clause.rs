//! One sentence, taken apart: what its words say, which of its numbers may be figures, and the words around each of them.

use super::{
    lexicon::*,
    noise,
    number::{Grouping, Numeral, Share},
    text::{Kind, Sentence, Span, Text, Token},
};

/// What stands at a place of a sentence.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    /// Words that say something.
    Said(Said),
    /// Other words.
    Word,
    /// A count that may be a figure: value, how it is marked, the whole beside it, whether it is rounded, and how far it may be from what
    /// it was rounded from.
    Figure { value: i64, grouping: Grouping, whole: Option<i64>, about: bool, slack: i64 },
    /// A percentage, and whether it is rounded.
    Percent { share: Share, about: bool },
    /// A number that is none of these but might be of interest.
    Odd { rounded: bool },
    /// A date, a number of a document and the like.
    Noise,
    /// An opening parenthesis.
    Open,
    /// A closing one.
    Close,
    /// Another sign.
    Mark(char),
    /// The end of a line.
    Line,
}

/// A piece and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct At {
    /// What.
    pub piece: Piece,
    /// Where.
    pub span: Span,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// The thing counted, for figures.
    pub thing: Thing,
}

/// The pieces of a sentence.
pub fn pieces(text: &Text, sentence: &Sentence) -> Vec<At> {
    let tokens = &sentence.tokens;
    let mut found: Vec<At> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        let (piece, taken, thing) = match &token.kind {
            Kind::Word(_) => match level_of_service(rest) {
                Some((said, taken)) => (Piece::Said(said), taken, Thing::Unsaid),
                None => match phrase(words(rest)) {
                    Some((6, 0)) if takes_and_gives(tokens, at) => {
                        (Piece::Said(RECEIVE | RESOLVE | DELIVER), 6, Thing::Unsaid)
                    }
                    Some((taken, 0)) => (Piece::Word, own_words(tokens, at, taken), Thing::Unsaid),
                    Some((taken, said)) => (Piece::Said(turn(said, tokens, at, taken)), taken, Thing::Unsaid),
                    None => (Piece::Word, 1, Thing::Unsaid),
                },
            },
            Kind::Number(numeral) => match in_thousands(*numeral, text, tokens, at) {
                Some(found) => found,
                None => {
                    let (thing, taken) = thing(words(tokens.get(at + 1..).unwrap_or_default()));
                    let piece = number(*numeral, text, tokens, at, thing);
                    let figure = matches!(piece, Piece::Figure { .. } | Piece::Odd { .. });
                    (piece, 1 + if figure { taken } else { 0 }, thing)
                }
            },
            Kind::Mark('(' | '[') => (Piece::Open, 1, Thing::Unsaid),
            Kind::Mark(')' | ']') => (Piece::Close, 1, Thing::Unsaid),
            Kind::Mark(mark) => (Piece::Mark(*mark), 1, Thing::Unsaid),
            Kind::Line => (Piece::Line, 1, Thing::Unsaid),
        };
        // "4.702 hồ sơ/4.871 hồ sơ" is "4.702/4.871 hồ sơ".
        let (piece, taken) = match of_a_whole(&piece, thing, tokens, at + taken) {
            Some((piece, more)) => (piece, taken + more),
            None => (piece, taken),
        };
        let end = tokens.get(at + taken.max(1) - 1).map_or(token.span.end, |t| t.span.end);
        let end = if matches!(token.kind, Kind::Number(_)) { token.span.end } else { end };
        found.push(At { piece, span: Span { start: token.span.start, end }, capital: token.capital, thing });
        at += taken.max(1);
    }
    found
}

/// The figure with the whole that a stroke puts behind it, and how many tokens that takes.
fn of_a_whole(piece: &Piece, thing: Thing, tokens: &[Token], at: usize) -> Option<(Piece, usize)> {
    let Piece::Figure { value, grouping, whole: None, about, slack } = *piece else { return None };
    let Kind::Number(Numeral::Count(whole, _)) = tokens.get(at + 1)?.kind else { return None };
    let (same, taken) = self::thing(words(tokens.get(at + 2..)?));
    let is = tokens.get(at)?.is('/') && thing == Thing::Dossier && same == thing && value <= whole;
    is.then_some((Piece::Figure { value, grouping, whole: Some(whole), about, slack }, 2 + taken))
}

/// "tiếp nhận và trả kết quả 2.239 hồ sơ" is what was done; without a number it is the name of a desk.
fn takes_and_gives(tokens: &[Token], at: usize) -> bool {
    let words = words(tokens.get(at..).unwrap_or_default()).take(6);
    let number = tokens.get(at + 6).is_some_and(|t| matches!(t.kind, Kind::Number(Numeral::Count(..))));
    number && words.eq(["tiếp", "nhận", "và", "trả", "kết", "quả"])
}

/// How much of a phrase that says nothing is taken: in "bộ phận tiếp nhận 120 hồ sơ" its end is what the desk did.
fn own_words(tokens: &[Token], at: usize, taken: usize) -> usize {
    let word = |n: usize| tokens.get(at + n).and_then(Token::word);
    let verb = taken > 2 && word(taken - 2) == Some("tiếp") && word(taken - 1) == Some("nhận");
    let number =
        tokens.get(at + taken).is_some_and(|t| matches!(t.kind, Kind::Number(Numeral::Count(..) | Numeral::Of(..))));
    let goes_on = number || matches!(word(taken), Some("mới" | "được" | "hơn" | "gần" | "tổng"));
    if verb && goes_on { taken - 2 } else { taken }
}

/// The words from here to the next sign or number.
fn words(tokens: &[Token]) -> impl Iterator<Item = &str> + Clone {
    tokens.iter().filter(|t| t.kind != Kind::Line).map_while(Token::word)
}

/// "mức độ 3, 4", "mức độ 3, mức độ 4", "mức 4": the older names of partly and wholly online.
fn level_of_service(tokens: &[Token]) -> Option<(Said, usize)> {
    let mut at = match (tokens.first()?.word()?, tokens.get(1).and_then(Token::word)) {
        ("mức", Some("độ")) => 2,
        ("mức", None) => 1,
        _ => return None,
    };
    let mut said = 0;
    let mut end = 0;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Number(Numeral::Count(level @ 1..=4, _)) => {
                said |= match level {
                    3 => ONLINE | PART,
                    4 => ONLINE | FULL,
                    _ => 0,
                };
                end = at + 1;
            }
            Kind::Number(Numeral::Of(3, 4)) => {
                said |= ONLINE | PART | FULL;
                end = at + 1;
            }
            Kind::Mark(',' | '&' | '+') => {}
            Kind::Word(w) if matches!(w.as_str(), "và" | "mức" | "độ") => {}
            _ => break,
        }
        at += 1;
    }
    (end > 0).then_some((said, end))
}

/// What a phrase says beside what stands next to it: "chuyển sang năm 2022" goes on, "năm 2020 chuyển sang" comes from before.
fn turn(said: Said, tokens: &[Token], at: usize, taken: usize) -> Said {
    let word = |n: Option<usize>| n.and_then(|n| tokens.get(n)).and_then(Token::word);
    let bare = said == CARRIED && taken == 2 && word(Some(at)) == Some("chuyển");
    let period = |w: Option<&str>| matches!(w, Some("năm" | "tháng" | "quý" | "kỳ"));
    let onward = period(word(Some(at + 2)));
    let number = |n: Option<usize>| n.and_then(|n| tokens.get(n)).is_some_and(|t| matches!(t.kind, Kind::Number(_)));
    let from = number(at.checked_sub(1)) || word(at.checked_sub(1)) == Some("trước") || period(word(at.checked_sub(2)));
    // "tồn tháng 01", "tồn quý trước": what stood open at its end.
    let left = said == REST && taken == 1 && word(Some(at)) == Some("tồn");
    // "sớm 96" counts, "sớm giải quyết 12 hồ sơ" is asked for.
    let wish = said == EARLY && taken == 1 && word(Some(at + 1)).is_some_and(|w| !matches!(w, "và" | "hoặc" | "là"));
    match () {
        () if wish => 0,
        () if bare && onward && !from => ONWARD,
        () if left && period(word(Some(at + 1))) && word(at.checked_sub(1)) != Some("còn") => CARRIED,
        () => said,
    }
}

/// "4,52 ngàn hồ sơ", "1,2 triệu hồ sơ": a count in thousands or millions, as exact as its last digit. Nothing where it is not said of what.
fn in_thousands(numeral: Numeral, text: &Text, tokens: &[Token], at: usize) -> Option<(Piece, usize, Thing)> {
    let unit: i64 = match tokens.get(at + 1)?.word()? {
        "ngàn" | "nghìn" => 1_000,
        "vạn" => 10_000,
        "triệu" => 1_000_000,
        _ => return None,
    };
    let (thing, taken) = thing(words(tokens.get(at + 2..).unwrap_or_default()));
    if matches!(thing, Thing::Other | Thing::Unsaid | Thing::Rounded) || noise::is(text, tokens, at, numeral, thing) {
        return None;
    }
    let (digits, decimals) = match numeral {
        Numeral::Decimal(share) => (share.digits, share.decimals),
        Numeral::Count(value, Grouping::Short) => (value, 0),
        _ => return None,
    };
    let step = unit / 10i64.checked_pow(decimals)?;
    let value = digits.checked_mul(step).filter(|_| step > 0)?;
    let (about, slack) = match about(tokens, at) {
        true => (true, roughly(value, step)),
        false => (false, step - 1),
    };
    Some((Piece::Figure { value, grouping: Grouping::Short, whole: None, about, slack }, 2 + taken, thing))
}

/// How far a figure said to be "about" so much may be from the truth: one of its last place that is not naught, and no less than a
/// twentieth.
fn roughly(value: i64, step: i64) -> i64 {
    let mut step = step.max(1);
    while value > 0 && value % (step * 10) == 0 && step < value {
        step *= 10;
    }
    step.max(value / 20)
}

fn number(numeral: Numeral, text: &Text, tokens: &[Token], at: usize, thing: Thing) -> Piece {
    let about = about(tokens, at);
    if noise::is(text, tokens, at, numeral, thing) {
        return Piece::Noise;
    }
    match numeral {
        Numeral::Percent(share) => Piece::Percent { share, about },
        Numeral::Count(..) | Numeral::Decimal(_) if thing == Thing::Rounded => Piece::Odd { rounded: true },
        Numeral::Count(value, grouping) => {
            let slack = if about { roughly(value, 1) } else { 0 };
            Piece::Figure { value, grouping, whole: None, about, slack }
        }
        Numeral::Of(part, whole) if part <= whole && whole > 0 && (thing == Thing::Dossier || part >= 1000) => {
            let slack = if about { roughly(part, 1) } else { 0 };
            Piece::Figure { value: part, grouping: Grouping::Short, whole: Some(whole), about, slack }
        }
        Numeral::Decimal(_) | Numeral::Unclear => Piece::Odd { rounded: about },
        Numeral::Of(..) | Numeral::Joined => Piece::Noise,
    }
}

fn about(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|n| tokens.get(n)).and_then(Token::word);
    let pair = at.checked_sub(2).and_then(|n| tokens.get(n)).and_then(Token::word);
    match (pair, before) {
        (Some("nhiều" | "ít" | "cao" | "thấp" | "lớn"), Some("hơn")) => false,
        (_, Some("hơn" | "gần" | "trên" | "khoảng" | "ngót" | "xấp" | "xỉ" | "dưới" | "chừng")) => true,
        _ => false,
    }
}

/// Everything said by these pieces.
pub fn said(pieces: &[At]) -> Said {
    pieces.iter().fold(0, |all, at| if let Piece::Said(said) = at.piece { all | said } else { all })
}

/// The words of names and structure, which say nothing of what is counted.
pub const STRUCTURE: Said =
    SHARE | OF_WHICH | CONSISTS | COMPARED | MORE | LESS | ABOUT | TARGET | OTHERS | AVERAGE | TOTAL | REST;
