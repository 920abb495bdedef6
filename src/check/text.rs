//! A text as tokens with places: words in lower case, numerals, marks. Composed letters throughout, so that a place counts what a reader
//! sees.

use unicode_normalization::UnicodeNormalization;

use super::{
    number::{Numeral, numeral},
    wrap,
};

/// Where something stands in a text: bytes of the composed text.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// What a token is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// Letters, in lower case and with the newer place of the tone ("hoà" is "hòa").
    Word(String),
    /// Something that begins with a digit.
    Number(Numeral),
    /// One sign.
    Mark(char),
    /// A line's end inside a sentence.
    Line,
}

/// One token.
#[derive(Clone, PartialEq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
    /// Whether it begins with a capital letter.
    pub capital: bool,
}

impl Token {
    /// The word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is that sign.
    pub fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// A sentence, or a line that stands for itself.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Whether it begins with a bullet.
    pub bullet: bool,
    /// Whether an empty line, or the beginning of the text, stands before it.
    pub paragraph: bool,
}

/// A text that can be asked for places.
#[derive(Clone, Debug)]
pub struct Text {
    /// The composed text.
    pub text: String,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Text {
    /// Words that stand for themselves, such as a heading.
    pub fn bare(text: &str) -> Text {
        Text { text: text.to_owned(), sentences: Vec::new(), starts: vec![0] }
    }

    /// Reads a text. Never fails: a text without sentences has none.
    pub fn read(raw: &str) -> Text {
        let text: String = raw.trim_start_matches('\u{feff}').nfc().collect();
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let text = wrap::undo(text);
        let mut sentences = Vec::new();
        for (span, paragraph) in lines(&text) {
            split(&text, span, paragraph, &mut sentences);
        }
        Text { text, sentences, starts }
    }

    /// What stands there.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column, both from 1.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|n| self.starts.get(n)).copied().unwrap_or(0);
        let column = self.text.get(start..at).unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// Lines, those that were only wrapped put together: a line that goes on in lower case belongs to the one before.
fn lines(text: &str) -> Vec<(Span, bool)> {
    let (mut found, mut at, mut empty): (Vec<(Span, bool)>, usize, bool) = (Vec::new(), 0, true);
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            empty = true;
            continue;
        }
        let first = trimmed.chars().next().unwrap_or(' ');
        let wrapped = found.last().is_some_and(|(before, _)| {
            let tail = text.get(before.start..before.end).unwrap_or_default().trim_end();
            let open = tail.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '('));
            let long = tail.chars().count() >= 50;
            !empty && open && (first.is_lowercase() || (first.is_ascii_digit() && long) || (first == '(' && long))
        });
        match found.last_mut() {
            Some((before, _)) if wrapped => before.end = end,
            _ => found.push((Span { start, end }, empty)),
        }
        empty = false;
    }
    found
}

/// The sentences of one line.
fn split(text: &str, line: Span, paragraph: bool, into: &mut Vec<Sentence>) {
    let tokens = tokens(text, line);
    let bullet = tokens.first().is_some_and(|t| matches!(t.kind, Kind::Mark('-' | '+' | '*' | '•' | '–' | '·' | '▪')));
    let mut current: Vec<Token> = Vec::new();
    let mut first = true;
    let mut flush = |current: &mut Vec<Token>| {
        let tokens = std::mem::take(current);
        if let (Some(a), Some(z)) = (tokens.first(), tokens.last()) {
            let span = Span { start: a.span.start, end: z.span.end };
            into.push(Sentence { span, tokens, bullet: bullet && first, paragraph: paragraph && first });
            first = false;
        }
    };
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let stop = match token.kind {
            // An initial ("P. Hòa", "TP. Huế") ends no sentence, nor does the dot of "1." before a heading.
            Kind::Mark('.') => {
                rest.peek().is_none_or(|next| {
                    next.span.start > token.span.end && (next.capital || !matches!(next.kind, Kind::Word(_)))
                }) && !current.last().is_some_and(|t| is_initial(t) || (current.len() == 1 && is_number(t)))
            }
            Kind::Mark('!' | '?' | '…') => rest.peek().is_none_or(|next| next.capital),
            _ => false,
        };
        current.push(token);
        if stop {
            flush(&mut current);
        }
    }
    flush(&mut current);
}

/// "P.", "TP.", "TX.": a dot behind it ends no sentence. One behind "HS" or "TTHC" does.
fn is_initial(token: &Token) -> bool {
    let short = |w: &str| {
        w.chars().count() == 1 || matches!(w, "tp" | "tx" | "tt" | "ts" | "ths" | "bs" | "ks" | "gs" | "st" | "kp")
    };
    token.capital && token.word().is_some_and(short)
}

fn is_number(token: &Token) -> bool {
    matches!(token.kind, Kind::Number(_))
}

/// The tokens of a stretch of text.
pub fn tokens(text: &str, within: Span) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = within.start;
    while let Some(rest) = text.get(at..within.end).filter(|r| !r.is_empty()) {
        let Some(c) = rest.chars().next() else { break };
        let (kind, length) = if c == '\n' {
            (Some(Kind::Line), 1)
        } else if c.is_whitespace() {
            (None, c.len_utf8())
        } else if c.is_ascii_digit() {
            let (numeral, length) = numeral(rest);
            (Some(Kind::Number(numeral)), length)
        } else if c.is_alphabetic() {
            let length = word(rest);
            (Some(Kind::Word(plain(rest.get(..length).unwrap_or_default()))), length)
        } else {
            (Some(Kind::Mark(c)), c.len_utf8())
        };
        if let Some(kind) = kind {
            found.push(Token { kind, span: Span { start: at, end: at + length }, capital: c.is_uppercase() });
        }
        at += length.max(1);
    }
    found
}

/// How long a word is: letters, with digits and inner signs of codes such as `H21.65-220914-0011` or `Covid-19`.
fn word(rest: &str) -> usize {
    let mut end = 0;
    let mut coded = false;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        // "4.702 hồ sơ/4.871 hồ sơ" is no code.
        let counted =
            c == '/' && rest.get(..at).is_some_and(|w| matches!(w.to_lowercase().as_str(), "sơ" | "hs" | "bộ"));
        let joins = !counted
            && matches!(c, '.' | '-' | '_' | '/' | ':' | '@' | '&')
            && next.is_some_and(|n| n.is_ascii_digit() || (coded && n.is_alphanumeric()));
        if c.is_alphanumeric() || (joins && at > 0) || ('\u{300}'..='\u{36f}').contains(&c) {
            coded |= c.is_ascii_digit();
            end = at + c.len_utf8();
        } else {
            break;
        }
    }
    end
}

/// Lower case, and the tone where newer spelling has it.
pub fn plain(word: &str) -> String {
    let lower = word.to_lowercase();
    const MOVED: &[(&str, &str)] = &[
        ("oà", "òa"),
        ("oá", "óa"),
        ("oả", "ỏa"),
        ("oã", "õa"),
        ("oạ", "ọa"),
        ("oè", "òe"),
        ("oé", "óe"),
        ("oẻ", "ỏe"),
        ("oẽ", "õe"),
        ("oẹ", "ọe"),
        ("uỳ", "ùy"),
        ("uý", "úy"),
        ("uỷ", "ủy"),
        ("uỹ", "ũy"),
        ("uỵ", "ụy"),
    ];
    match MOVED.iter().find(|(old, _)| lower.ends_with(old)) {
        Some((old, new)) if !lower.starts_with('q') => {
            format!("{}{new}", lower.strip_suffix(old).unwrap_or_default())
        }
        _ => lower,
    }
}
