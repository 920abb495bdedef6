//! Prose to labelled figures. Each number is labelled by the words of its own clause, then of the clauses beside it, then by what it is a
//! part of; a number that all of this does not label is unread.

use super::{
    clause::{At, Piece, STRUCTURE, pieces, said},
    label::{Around, Firm, IN, IN_PROGRESS, IN_TIME, Label, PENDING_WITHIN, RESOLVED, Space, Unsure, label},
    lexicon::*,
    number::{Grouping, Share},
    reading::{List, Part, Percentage, Place, Reading, Unread},
    scope::{self, Key, Scopes},
    text::{Sentence, Span, Text},
};

/// A number that was read in a sentence.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it counts, or why that is not known.
    pub label: Result<(Label, Firm), Unsure>,
    /// How much.
    pub value: i64,
    /// Its thousands.
    pub grouping: Grouping,
    /// Rounded.
    pub about: bool,
    /// The whole printed beside it.
    pub whole: Option<i64>,
    /// Where.
    pub span: Span,
    /// The figure it is a part of.
    pub head: Option<Head>,
    /// Whether its list is said to be complete.
    pub all: bool,
    /// Whether the sentence says "new".
    pub new: bool,
    /// Whether it says "in all".
    pub total: bool,
    /// Whether its parts told what it is.
    pub parted: bool,
    /// What qualifies it.
    pub key: Key,
}

/// A percentage that was read in a sentence.
#[derive(Clone, Debug)]
pub struct Shown {
    share: Share,
    span: Span,
    of: Of,
    growth: i64,
    base: Option<i64>,
    key: Key,
}

#[derive(Clone, Debug)]
enum Of {
    Figure(usize),
    Label(Label),
    Unsure(Unsure),
}

/// A figure that others are parts of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Head {
    /// In this sentence, by its number.
    Here(usize),
    /// The last of the sentence before.
    Before,
}

/// One level of parentheses.
#[derive(Clone, Debug, Default)]
struct Frame {
    head: Option<Head>,
    last: Option<usize>,
    all: bool,
}

impl Frame {
    /// The figure that a percentage here speaks of.
    fn nearest(&self) -> Option<usize> {
        self.last.or(match self.head {
            Some(Head::Here(head)) => Some(head),
            _ => None,
        })
    }
}

/// What goes on from one sentence to the next.
#[derive(Default)]
struct Carry {
    before: Option<Label>,
    head: Option<Label>,
    open: bool,
    /// Whether the sentence had one figure alone, so that what is "of it" is clear.
    single: bool,
}

/// Reads a text.
pub fn read(text: &Text) -> Reading {
    let mut scopes = Scopes::default();
    let mut carry = Carry::default();
    for sentence in &text.sentences {
        if scopes.full() {
            break;
        }
        let mut walk = Walk::new(text, sentence, &carry, scopes.key());
        walk.run();
        let rest = walk.rest();
        let figures = std::mem::take(&mut walk.figures);
        let (shown, odd) = (std::mem::take(&mut walk.shown), std::mem::take(&mut walk.odd));
        let heading = sentence.tokens.len() <= 25 && figures.is_empty();
        if heading || figures.iter().any(|f| f.label.is_ok()) || !shown.is_empty() {
            scopes.set(walk.key.clone());
        }
        carry = Carry {
            before: figures.iter().rev().find_map(|f| f.label.as_ref().ok().map(|(l, _)| l.clone())),
            head: walk.frames.first().and_then(|f| f.head).and_then(|h| walk.head_label(&figures, h)),
            single: figures.len() == 1 && figures.iter().all(|f| f.label.is_ok()),
            open: sentence.tokens.last().is_some_and(|t| t.is(':')) || walk.open_end,
        };
        if carry.open && carry.head.is_none() {
            carry.head = carry.before.clone();
        }
        if rest {
            scopes.rest(text.slice(sentence.span).to_owned());
        }
        scopes.place(text, sentence, figures, shown, odd);
    }
    scopes.finish()
}

fn named(figure: &Figure) -> Option<&Label> {
    figure.label.as_ref().ok().map(|(label, _)| label)
}

struct Walk<'a> {
    pieces: Vec<At>,
    figures: Vec<Figure>,
    shown: Vec<Shown>,
    odd: Vec<(Span, Unsure, Option<i64>)>,
    frames: Vec<Frame>,
    carry: &'a Carry,
    bullet: bool,
    text: &'a Text,
    key: Key,
    /// The qualifiers at the beginning of the sentence.
    start: Key,
    open_end: bool,
}

impl<'a> Walk<'a> {
    fn new(text: &'a Text, sentence: &Sentence, carry: &'a Carry, key: Key) -> Walk<'a> {
        let pieces = pieces(text, sentence);
        let key = scope::at_start(text, &sentence.tokens, key);
        Walk {
            pieces,
            figures: Vec::new(),
            shown: Vec::new(),
            odd: Vec::new(),
            frames: vec![Frame::default()],
            carry,
            bullet: sentence.bullet,
            text,
            start: key.clone(),
            key,
            open_end: false,
        }
    }

    fn run(&mut self) {
        let count = self.pieces.len();
        let mut from = 0;
        let mut compared = false;
        for at in 0..count {
            let Some(piece) = self.pieces.get(at).map(|p| p.piece.clone()) else { break };
            match piece {
                Piece::Open if self.other_time(at) => {
                    self.frames.push(Frame::default());
                    compared = true;
                }
                Piece::Open => {
                    let last = self.frames.last().and_then(|f| f.last);
                    self.frames.push(Frame { head: last.map(Head::Here), last: None, all: false });
                }
                Piece::Close => {
                    if self.frames.len() > 1 {
                        self.frames.pop();
                    }
                    compared = false;
                }
                Piece::Mark(';') => {
                    compared = false;
                    self.clause_key(at);
                }
                Piece::Mark(':' | ',') => self.clause_key(at),
                Piece::Said(s) => {
                    compared |= s & COMPARED != 0;
                    if s & (OF_WHICH | CONSISTS) != 0 {
                        self.divide(at, s & CONSISTS != 0);
                    }
                }
                Piece::Figure { .. } if self.figure(at, from, compared) => from = self.behind(at),
                Piece::Percent { share, about } => self.percent(at, from, share, about),
                Piece::Odd { rounded } => {
                    let why = if rounded { Unsure::Approximate } else { Unsure::NotANumeral };
                    if let Some(span) = self.pieces.get(at).map(|p| p.span) {
                        self.odd.push((span, why, None));
                    }
                    from = at + 1;
                }
                _ => {}
            }
        }
    }

    /// "(năm 2021: 28.004 hồ sơ)": a figure of another time beside this one.
    fn other_time(&self, at: usize) -> bool {
        let word = self.pieces.get(at + 1).map(|p| self.lower(p));
        let next = self.slice(at + 2, (at + 6).min(self.pieces.len()));
        matches!(word.as_deref(), Some("năm" | "tháng" | "quý" | "cùng"))
            && next.iter().any(|p| p.piece == Piece::Mark(':') || self.lower(p) == "là")
    }

    /// "còn lại là …" without a number.
    fn rest(&self) -> bool {
        let said = |p: &At| matches!(p.piece, Piece::Said(s) if s & REST != 0);
        let number = |p: &At| matches!(p.piece, Piece::Figure { .. } | Piece::Odd { .. });
        let next = |n: usize| self.slice(n + 1, (n + 9).min(self.pieces.len()));
        self.pieces.iter().enumerate().any(|(n, p)| said(p) && !next(n).iter().any(number))
    }

    fn head_label(&self, figures: &[Figure], head: Head) -> Option<Label> {
        match head {
            Head::Here(n) => figures.get(n).and_then(named).cloned(),
            Head::Before => self.carry.before.clone(),
        }
    }

    /// "trong đó", "gồm": what follows are parts of the figure before.
    fn divide(&mut self, at: usize, all: bool) {
        let last_piece = self.pieces.iter().skip(at + 1).find(|p| p.piece != Piece::Line);
        self.open_end = last_piece.is_none_or(|p| p.piece == Piece::Mark(':')) && at + 2 >= self.pieces.len();
        if let Some(frame) = self.frames.last_mut() {
            // "gồm 7.172 hồ sơ" is "amounts to".
            let amounts = matches!(last_piece.map(|p| &p.piece), Some(Piece::Figure { .. }));
            // "gồm một số đơn vị" is a selection.
            let some = last_piece.and_then(|p| self.text.text.get(p.span.start..p.span.end)).map(str::to_lowercase);
            let amounts = amounts || some.as_deref() == Some("một");
            if let Some(last) = frame.last {
                frame.head = Some(Head::Here(last));
                frame.all = all && !amounts;
            } else if at == 0 && self.carry.single {
                frame.head = Some(Head::Before);
            }
        }
    }

    /// A qualifier at the beginning of a clause counts from there.
    fn clause_key(&mut self, at: usize) {
        if self.frames.len() > 1 {
            return;
        }
        if let Some(start) = self.pieces.get(at + 1).map(|p| p.span.start) {
            self.key = scope::at_clause(self.text, start, self.end(), self.key.clone());
        }
    }

    fn end(&self) -> usize {
        self.pieces.last().map_or(0, |p| p.span.end)
    }

    /// The first piece behind a figure's own words.
    fn after(&self, at: usize) -> usize {
        (at + 1..self.pieces.len())
            .find(|n| self.pieces.get(*n).is_none_or(|p| stops(&p.piece)))
            .unwrap_or(self.pieces.len())
    }

    /// Whether an "and" here begins another figure.
    fn joins(&self, at: usize) -> bool {
        let word =
            self.pieces.get(at).and_then(|p| self.text.text.get(p.span.start..p.span.end)).map(str::to_lowercase);
        matches!(word.as_deref(), Some("và" | "hoặc" | "cùng"))
            && self.pieces.iter().skip(at + 1).take(12).find_map(|p| match p.piece {
                Piece::Figure { .. } => Some(true),
                ref other if stops(other) => Some(false),
                _ => None,
            }) == Some(true)
    }

    fn behind(&self, at: usize) -> usize {
        let end = self.after(at);
        (at + 1..end).find(|n| self.joins(*n)).unwrap_or(end)
    }

    /// The clauses between two places, the nearest first.
    fn clauses(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        // "Trước hạn: 966": the colon leads to the number.
        let colon =
            to.checked_sub(1).filter(|n| *n > from && self.pieces.get(*n).is_some_and(|p| p.piece == Piece::Mark(':')));
        let to = colon.unwrap_or(to);
        let mut end = to;
        for n in (from..to).rev() {
            if self.pieces.get(n).is_some_and(|p| separates(&p.piece)) {
                found.push((n + 1, end));
                end = n;
            }
        }
        found.push((from, end));
        found
    }

    fn slice(&self, from: usize, to: usize) -> &[At] {
        self.pieces.get(from..to).unwrap_or_default()
    }

    /// Labels the figure there; whether its words are used up.
    fn figure(&mut self, at: usize, from: usize, compared: bool) -> bool {
        let Some(own) = self.pieces.get(at).cloned() else { return false };
        let Piece::Figure { value, grouping, whole, about } = own.piece else { return false };
        let clauses = self.clauses(from, at);
        let near = clauses.first().map(|(a, z)| self.slice(*a, *z)).unwrap_or_default();
        let near_said = said(near);
        let changes = near.last().is_some_and(|p| matches!(p.piece, Piece::Said(s) if s & (MORE | LESS) != 0));
        if compared || changes {
            self.odd.push((own.span, Unsure::Compared, None));
            return true;
        }
        let behind = self.behind(at);
        let mut words = near_said | said(self.slice(at + 1, behind));
        if own.thing == Thing::Rating && words & (RATING | BESIDE) == 0 {
            words |= (self.later(behind) | self.subject(at)) & RATING;
        }
        if own.thing == Thing::Unsaid {
            words |= self.subject(at);
        }
        let mut item = None;
        let meaningful = |s: Said| s & !STRUCTURE != 0;
        if !meaningful(words) && own.thing != Thing::Other {
            item = self.name(&clauses, at);
            if item.is_none() {
                // The clause before, and then the one behind, say what this one does not.
                let earlier = clauses.iter().skip(1).map(|(a, z)| said(self.slice(*a, *z))).find(|s| meaningful(*s));
                words |= match earlier {
                    Some(earlier) => earlier,
                    None => self.later(behind),
                };
            }
        } else if let Some(more) = self.unite(&clauses, words) {
            words |= more;
        }
        let depth = self.frames.len();
        let frame = self.frames.last().cloned().unwrap_or_default();
        let head = frame.head.and_then(|h| self.head_label(&self.figures, h));
        let sticky = self.bullet || self.carry.open;
        let head = head.or_else(|| self.carry.head.clone().filter(|_| sticky));
        let before = self.figures.iter().rev().find_map(named).cloned();
        let before = before.or_else(|| self.carry.before.clone().filter(|l| sticky || has_time(l)));
        let mut read = match (&item, own.thing) {
            (Some(name), Thing::Dossier | Thing::Unsaid) => Ok((Label::item(name.clone()), Firm::Said)),
            (Some(_), _) => Err(Unsure::NoLabel),
            (None, thing) => label(words, thing, Around { head: head.as_ref(), before: before.as_ref() }),
        };
        if own.thing == Thing::Unsaid && !self.leads(at) {
            read = Err(Unsure::NoLabel);
        }
        // "giải quyết 90 hồ sơ (trong đó 5 đang giải quyết)": what is in progress is no part of what is resolved.
        let inside = depth > 1 && head.as_ref().is_some_and(|h| h.within(RESOLVED));
        if inside && matches!(&read, Ok((l, _)) if l.within(IN_PROGRESS)) {
            read = Err(Unsure::Ambiguous);
        }
        // Without "hồ sơ" or anything it belongs to, a bare number is believed only if its words are clear.
        let bare = own.thing == Thing::Unsaid && self.figures.is_empty() && head.is_none() && !sticky;
        if bare
            && words & (RECEIVE | RESOLVE | CARRIED | PENDING | TO_HANDLE | EARLY | ON_TIME | LATE | WITHIN | ONWARD)
                == 0
        {
            read = read.and(Err(Unsure::NoLabel));
        }
        if item.is_some() {
            // The name of an item is no qualifier of what follows.
            self.key = self.start.clone();
        }
        let index = self.figures.len();
        if let Some(frame) = self.frames.last_mut() {
            let inside = |head: &Label, label: &Label| {
                head.space != label.space
                    || head.space == Space::Item
                    || label.set & !head.set == 0
                    || head.set & !label.set == 0
            };
            if let (Some(head), Ok((label, _))) = (&head, &read)
                && label.space == Space::Dossiers
                && head.space == Space::Dossiers
                && !(inside(head, label) || head.within(RESOLVED) && label.within(IN))
                && depth == 1
            {
                frame.head = None;
                frame.all = false;
            }
            frame.last = Some(index);
        }
        let frame = self.frames.last().cloned().unwrap_or_default();
        self.figures.push(Figure {
            label: read,
            value,
            grouping,
            about,
            whole,
            span: own.span,
            head: frame.head.filter(|h| *h != Head::Here(index)),
            all: frame.all || words & OTHERS != 0,
            new: words & NEW != 0,
            total: words & TOTAL != 0,
            parted: false,
            key: self.key.clone(),
        });
        true
    }

    /// What a sentence is about, if it is not about dossiers: "Phản ánh, kiến nghị: tiếp nhận 15, đã xử lý 13".
    fn subject(&self, at: usize) -> Said {
        let before = self.slice(0, at);
        let dossiers = before.iter().any(|p| p.thing == Thing::Dossier && matches!(p.piece, Piece::Figure { .. }));
        let named = before.windows(2).any(|w| matches!(w, [a, b] if self.lower(a) == "hồ" && self.lower(b) == "sơ"));
        if dossiers || named { 0 } else { said(before) & (FEEDBACK | RATING) }
    }

    fn lower(&self, at: &At) -> String {
        self.text.text.get(at.span.start..at.span.end).unwrap_or_default().to_lowercase()
    }

    /// Whether the words beside a bare number lead to it: "tiếp nhận mới là 1.752", "Trước hạn: 966", "966 trước hạn".
    fn leads(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|n| self.pieces.get(n));
        let Some(before) = before else { return true };
        let word = self.text.text.get(before.span.start..before.span.end).unwrap_or_default().to_lowercase();
        let leading = match before.piece {
            Piece::Said(_) | Piece::Mark(':' | '=' | ',' | ';' | '-' | '–' | '+') | Piece::Open | Piece::Line => true,
            Piece::Word => matches!(
                word.as_str(),
                "là" | "có"
                    | "được"
                    | "lên"
                    | "còn"
                    | "với"
                    | "sơ"
                    | "hs"
                    | "kỳ"
                    | "và"
                    | "thành"
                    | "đến"
                    | "số"
                    | "sang"
                    | "qua"
                    | "nhận"
                    | "mới"
                    | "ích"
                    | "là:"
                    | "tháng"
                    | "quý"
                    | "năm"
            ),
            Piece::Noise => true,
            _ => false,
        };
        let closes = self.pieces.get(at + 1).is_none_or(|p| stops(&p.piece));
        let clause = self.clauses(0, at).first().map(|(a, z)| said(self.slice(*a, *z))).unwrap_or(0);
        let told = closes && clause & !STRUCTURE != 0 && matches!(before.piece, Piece::Word);
        leading
            || told
            || matches!(self.pieces.get(at + 1).map(|p| &p.piece), Some(Piece::Said(s)) if s & !STRUCTURE != 0)
    }

    /// The name of something that only this report counts: the words right before, if they are a name.
    fn name(&self, clauses: &[(usize, usize)], at: usize) -> Option<String> {
        let parenthesis = at.checked_sub(1).and_then(|n| self.pieces.get(n)).is_some_and(|p| p.piece == Piece::Open);
        let (a, z) = *clauses.iter().take(if parenthesis { 2 } else { 1 }).find(|(a, z)| z > a)?;
        let words = self.slice(a, z);
        if said(words) & !STRUCTURE != 0 {
            return None;
        }
        let text = |p: &At| self.text.text.get(p.span.start..p.span.end).unwrap_or_default();
        let is_name = |p: &At| matches!(p.piece, Piece::Word) && p.span.end - p.span.start > 1;
        let filler = |p: &At| {
            matches!(
                text(p).to_lowercase().as_str(),
                "có" | "là"
                    | "với"
                    | "và"
                    | "được"
                    | "số"
                    | "hồ"
                    | "sơ"
                    | "hs"
                    | "đã"
                    | "thì"
                    | "như"
                    | "ở"
                    | "tại"
                    | "trong"
                    | "nay"
                    | "đến"
            )
        };
        let named: Vec<&At> = words.iter().filter(|p| is_name(p) && !filler(p)).collect();
        let (first, last) = (named.first()?, named.last()?);
        // "Sở Lao động, Thương binh và Xã hội": names have commas too.
        let earlier = clauses.iter().skip_while(|c| **c != (a, z)).nth(1).filter(|(b, y)| {
            let clause = self.slice(*b, *y);
            let comma = self.pieces.get(*y).is_some_and(|p| p.piece == Piece::Mark(','));
            let joins = last.span.start > first.span.start && words.iter().any(|p| text(p) == "và");
            comma && joins && !clause.is_empty() && said(clause) == 0 && clause.first().is_some_and(|p| p.capital)
        });
        let first = earlier.and_then(|(b, _)| self.pieces.get(*b)).unwrap_or(first);
        let capital = named.iter().any(|p| p.capital);
        let field = matches!(text(first).to_lowercase().as_str(), "lĩnh" | "nhóm" | "các" | "hộ" | "đất" | "ngành");
        let within = self.frames.last().is_some_and(|f| f.head.is_some());
        if named.len() > 16 || !(capital || field || within) {
            return None;
        }
        self.text.text.get(first.span.start..last.span.end).map(str::to_owned)
    }

    /// What earlier clauses of the same kind add: "trả lại hoặc …, cá nhân xin rút 213".
    fn unite(&self, clauses: &[(usize, usize)], words: Said) -> Option<Said> {
        const KINDS: &[Said] = &[RETURNED | WITHDRAWN | STOPPED, EARLY | ON_TIME, DIRECT | POSTAL | ONLINE];
        let kind = KINDS.iter().find(|kind| words & **kind != 0)?;
        let (a, z) = *clauses.get(1)?;
        let comma = self.pieces.get(z).is_some_and(|p| p.piece == Piece::Mark(','));
        let said = said(self.slice(a, z));
        let alone = said & !(kind | RECEIVE | RESOLVE | DELIVER | STRUCTURE | NEW) == 0;
        (comma && said & kind != 0 && alone).then_some(said & (kind | RECEIVE | RESOLVE))
    }

    /// What the clause behind says: "Có 90 hồ sơ (…), các cơ quan thụ lý trả lại".
    fn later(&self, from: usize) -> Said {
        let mut depth = 0;
        let mut words = 0;
        for p in self.pieces.iter().skip(from) {
            match &p.piece {
                Piece::Open => depth += 1,
                Piece::Close => depth -= 1,
                Piece::Figure { .. } if depth <= 0 => break,
                Piece::Mark(';' | ':') => break,
                Piece::Mark(',') if words & !STRUCTURE != 0 => break,
                Piece::Said(s) if depth <= 0 => words |= s,
                _ => {}
            }
        }
        words
    }

    fn percent(&mut self, at: usize, from: usize, share: Share, about: bool) {
        let Some(own) = self.pieces.get(at).cloned() else { return };
        let before = self.slice(from.min(at), at).to_vec();
        let words = said(&before);
        let target = said(self.slice(0, at)) & TARGET != 0 || said(self.slice(at + 1, self.after(at))) & TARGET != 0;
        let last_said =
            before.iter().rev().find_map(|p| if let Piece::Said(s) = p.piece { Some(s) } else { None }).unwrap_or(0);
        let (mut growth, mut base) = (0, None);
        let of = if about {
            Of::Unsure(Unsure::Approximate)
        } else if target || words & AVERAGE != 0 {
            Of::Unsure(Unsure::NoLabel)
        } else if last_said & (MORE | LESS) != 0 {
            growth = if last_said & MORE != 0 { 1 } else { -1 };
            base = self.base(at);
            match (base, self.frames.iter().rev().find_map(Frame::nearest)) {
                (Some(_), Some(last)) => Of::Figure(last),
                _ => Of::Unsure(Unsure::Compared),
            }
        } else {
            self.whose(at, &before, words)
        };
        self.shown.push(Shown { share, span: own.span, of, growth, base, key: self.key.clone() });
    }

    /// The figure that a growth starts from: "so với tháng 7/2025 (1.732 hồ sơ)".
    fn base(&self, at: usize) -> Option<i64> {
        let mut compared = false;
        for p in self.pieces.iter().skip(at + 1) {
            match &p.piece {
                Piece::Said(s) => compared |= s & COMPARED != 0,
                Piece::Figure { value, about: false, .. } if compared => return Some(*value),
                Piece::Mark(';') | Piece::Close | Piece::Percent { .. } | Piece::Figure { .. } => return None,
                _ => {}
            }
        }
        None
    }

    fn whose(&self, at: usize, before: &[At], words: Said) -> Of {
        let opens = matches!(self.pieces.get(at + 1).map(|p| &p.piece), Some(Piece::Open));
        let next = matches!(self.pieces.get(at + 2).map(|p| &p.piece), Some(Piece::Figure { .. }));
        if opens && next {
            return Of::Figure(self.figures.len());
        }
        // "100% trước và đúng hạn" speaks of what follows it.
        let behind = said(self.slice(at + 1, self.behind(at)));
        let verb = before.iter().rev().take(3).any(|p| matches!(p.piece, Piece::Said(s) if s & SHARE != 0)) || {
            let last = before.last().and_then(|p| self.text.text.get(p.span.start..p.span.end));
            matches!(last, Some("bằng" | "là"))
        };
        let comma = before.last().is_none_or(|p| matches!(p.piece, Piece::Mark(',')));
        if !verb && comma && !self.figures.is_empty() && behind & (EARLY | ON_TIME | LATE) != 0 {
            return match label(behind, Thing::Dossier, Around::default()) {
                Ok((label, _)) => Of::Label(label),
                Err(why) => Of::Unsure(why),
            };
        }
        let told = words & !(STRUCTURE | BESIDE) != 0;
        let frame = self.frames.last();
        match frame.and_then(Frame::nearest) {
            Some(last) if !told && words & BESIDE == 0 => Of::Figure(last),
            _ if words & SHARE != 0 && told && verb => {
                let subject = before.iter().any(|p| {
                    self.text.text.get(p.span.start..p.span.end).is_some_and(|w| {
                        matches!(
                            w.to_lowercase().as_str(),
                            "đơn" | "huyện" | "lĩnh" | "mỗi" | "từng" | "nhiều" | "ngành"
                        )
                    })
                });
                if subject {
                    return Of::Unsure(Unsure::NoLabel);
                }
                match label(words & !TOTAL, Thing::Dossier, Around::default()) {
                    Ok((label, _)) => Of::Label(label),
                    Err(why) => Of::Unsure(why),
                }
            }
            _ => Of::Unsure(Unsure::NoLabel),
        }
    }
}

fn has_time(label: &Label) -> bool {
    label.within(IN_TIME) || label.is(PENDING_WITHIN)
}

fn stops(piece: &Piece) -> bool {
    match piece {
        Piece::Figure { .. } | Piece::Percent { .. } | Piece::Odd { .. } | Piece::Open | Piece::Close | Piece::Line => {
            true
        }
        Piece::Mark(',' | ';' | ':' | '.' | '!' | '?' | '…') => true,
        Piece::Said(s) => s & (OF_WHICH | CONSISTS | SHARE | COMPARED) != 0,
        _ => false,
    }
}

fn separates(piece: &Piece) -> bool {
    match piece {
        Piece::Open | Piece::Close | Piece::Line | Piece::Mark(',' | ';' | ':' | '.' | '-' | '+' | '–') => true,
        Piece::Said(s) => s & (OF_WHICH | CONSISTS) != 0,
        _ => false,
    }
}

/// What one sentence gave.
pub struct Given<'a> {
    /// Its figures, and the numbers they are stored under.
    pub figures: &'a [(Figure, Option<usize>)],
    /// Its percentages, and the scopes they belong to.
    pub shown: Vec<(Shown, usize)>,
    /// Its other numbers.
    pub odd: Vec<(Span, Unsure, Option<i64>)>,
    /// The scope it ended in.
    pub scope: usize,
    /// The only figure of the sentence before.
    pub before: Option<usize>,
}

/// Puts what a sentence gave into the reading.
pub fn store(reading: &mut Reading, text: &Text, sentence: &Sentence, given: Given<'_>) {
    let Given { figures, shown, odd, scope, before } = given;
    let place = |span: Span| place(text, sentence, span);
    let cell = |n: usize| figures.get(n).and_then(|(_, cell)| *cell);
    for (n, (figure, stored)) in figures.iter().enumerate() {
        if let (Err(why), None) = (&figure.label, stored) {
            reading.unread.push(Unread {
                place: place(figure.span),
                value: Some(figure.value),
                why: *why,
                scope: Some(scope),
            });
        }
        let head = match figure.head {
            Some(Head::Here(n)) => cell(n),
            Some(Head::Before) => before,
            None => None,
        };
        if let (Some(part), Some(whole)) = (cell(n), head) {
            match reading.lists.iter_mut().find(|l| l.whole == whole) {
                Some(list) if !list.parts.contains(&part) => {
                    list.parts.push(part);
                    list.all |= figure.all;
                }
                Some(_) => {}
                None => reading.lists.push(List { whole, parts: vec![part], all: figure.all, formula: false }),
            }
        }
    }
    for (shown, scope) in shown {
        let beside = match shown.of {
            Of::Figure(n) => figures.get(n).and_then(|(f, _)| f.whole),
            _ => None,
        };
        let part = match shown.of {
            Of::Figure(n) => cell(n).map(Part::Cell).ok_or(Unsure::NoLabel),
            Of::Label(label) => Ok(Part::Label(label)),
            Of::Unsure(why) => Err(why),
        };
        let place = place(shown.span);
        match part {
            Ok(part) => reading.percentages.push(Percentage {
                share: shown.share,
                part,
                beside: shown.base.or(beside),
                scope,
                place,
                growth: shown.growth,
            }),
            Err(why) => reading.unread.push(Unread { place, value: None, why, scope: Some(scope) }),
        }
    }
    for (span, why, value) in odd {
        reading.unread.push(Unread { place: place(span), value, why, scope: Some(scope) });
    }
}

/// The key a percentage was read under.
pub fn key(shown: &Shown) -> &Key {
    &shown.key
}

fn place(text: &Text, sentence: &Sentence, span: Span) -> Place {
    let (line, column) = text.place(span.start);
    Place { line, column, printed: text.slice(span).to_owned(), quote: text.slice(sentence.span).to_owned() }
}

/// Where a figure is printed.
pub fn figure_place(text: &Text, sentence: &Sentence, figure: &Figure) -> Place {
    place(text, sentence, figure.span)
}
