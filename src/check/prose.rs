//! Prose to labelled figures. Each number is labelled by the words of its own clause, then of the clauses beside it, then by what it is a
//! part of; a number that all of this does not label is unread.

mod changes;
mod clauses;
mod figures;
mod shares;
mod store;

pub use changes::Compared;
pub use store::{Given, store};

use changes::Change;
use clauses::stops;

use super::{
    clause::{At, Piece, STRUCTURE, pieces, said},
    label::{
        Around, CARRIED_OVER, Firm, IN, IN_PROGRESS, IN_TIME, Label, OTHER_EXITS, PENDING_WITHIN, RECEIVED, RESOLVED,
        Space, Unsure, label,
    },
    lexicon::*,
    number::{Grouping, Share},
    reading::{List, Part, Percentage, Place, Reading, Unread},
    scope::{self, Key, Scopes},
    solve::{Slip, slip},
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
    /// How far it may be from what it was rounded from.
    pub slack: i64,
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
    /// The whole that the words right behind it name.
    whole: Option<Label>,
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
    /// Whether it speaks of another time: "so với cùng kỳ năm trước (98,2%)".
    other: bool,
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
    /// Whether what that figure counts still depends on its parts.
    doubtful: bool,
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
        walk.subsets();
        walk.levels();
        let rest = walk.rest();
        let figures = std::mem::take(&mut walk.figures);
        let (shown, odd) = (std::mem::take(&mut walk.shown), std::mem::take(&mut walk.odd));
        let compared = walk.compared();
        let heading = sentence.tokens.len() <= 25 && figures.is_empty();
        if heading || figures.iter().any(|f| f.label.is_ok()) || !shown.is_empty() {
            scopes.set(walk.key.clone());
        }
        carry = Carry {
            before: figures.iter().rev().find_map(|f| f.label.as_ref().ok().map(|(l, _)| l.clone())),
            head: walk.frames.first().and_then(|f| f.head).and_then(|h| walk.head_label(&figures, h)),
            doubtful: figures.last().is_some_and(|f| f.label.as_ref().is_ok_and(|(_, firm)| firm.depends())),
            single: figures.len() == 1 && figures.iter().all(|f| f.label.is_ok()),
            open: sentence.tokens.last().is_some_and(|t| t.is(':')) || walk.open_end,
        };
        if carry.open && carry.head.is_none() {
            carry.head = carry.before.clone();
        }
        if rest {
            scopes.rest(text.slice(sentence.span).to_owned());
        }
        scopes.place(text, sentence, figures, Beside { shown, odd, compared });
    }
    scopes.finish()
}

/// What a sentence gave besides its figures.
pub struct Beside {
    /// Percentages.
    pub shown: Vec<Shown>,
    /// Numbers that were not read, why, and their values.
    pub odd: Vec<(Span, Unsure, Option<i64>)>,
    /// Changes with all their figures.
    pub compared: Vec<Compared>,
}

fn named(figure: &Figure) -> Option<&Label> {
    figure.label.as_ref().ok().map(|(label, _)| label)
}

struct Walk<'a> {
    pieces: Vec<At>,
    figures: Vec<Figure>,
    shown: Vec<Shown>,
    odd: Vec<(Span, Unsure, Option<i64>)>,
    changes: Vec<Change>,
    /// Whether the figure before is beside the balance.
    beside: bool,
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
            changes: Vec::new(),
            beside: false,
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
                    self.frames.push(Frame { other: true, ..Frame::default() });
                    compared = true;
                }
                Piece::Open => {
                    let head = self.opened(at);
                    let other = compared || self.frames.last().is_some_and(|f| f.other);
                    self.frames.push(Frame { head, last: None, all: false, other });
                }
                Piece::Close => {
                    if self.frames.len() > 1 {
                        self.frames.pop();
                    }
                    compared = false;
                }
                Piece::Mark(';') => {
                    self.beside = false;
                    compared = false;
                    self.clause_key(at);
                }
                Piece::Mark(':' | ',') => self.clause_key(at),
                Piece::Said(s) => {
                    if s & (MORE | LESS) != 0 {
                        self.change(at, if s & MORE != 0 { 1 } else { -1 });
                    }
                    compared |= s & COMPARED != 0;
                    if s & (OF_WHICH | CONSISTS) != 0 {
                        self.divide(at, s & CONSISTS != 0);
                    }
                }
                Piece::Figure { .. } if self.figure(at, from, compared) => {
                    let behind = self.behind(at);
                    // "11 phường tiếp nhận 215 hồ sơ": the words are of the dossiers, not of who did it.
                    let next = self.pieces.get(at).zip(self.pieces.get(behind));
                    let subject = matches!(next, Some((a, b)) if a.thing == Thing::Other && b.thing == Thing::Dossier);
                    from = if subject { at + 1 } else { behind };
                }
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

    /// "88.874 hồ sơ (cấp tỉnh: 13.980; cấp huyện: 19.904; cấp xã: 54.990)": provinces end with the communes, so these are all.
    fn levels(&mut self) {
        let level = |f: &Figure| match (&f.label, f.head) {
            (Ok((label, _)), Some(head)) if label.space == Space::Item => {
                let name = label.name.to_lowercase();
                ["cấp tỉnh", "cấp huyện", "cấp xã"].iter().position(|l| name == *l).map(|at| (head, at))
            }
            _ => None,
        };
        let told: Vec<Option<(Head, usize)>> = self.figures.iter().map(level).collect();
        let of = |head: Head| told.iter().flatten().filter(move |(other, _)| *other == head).map(|(_, at)| *at);
        for (figure, own) in self.figures.iter_mut().zip(&told) {
            let Some((head, _)) = own else { continue };
            let levels: Vec<usize> = of(*head).collect();
            figure.all |= levels.contains(&2) && (levels.contains(&0) || levels.contains(&1));
        }
    }

    /// "10.450 kết quả trả tận nhà, chiếm 12,72% số kết quả đã giải quyết": what is told as a share of a whole is not that whole.
    fn subsets(&mut self) {
        for shown in &self.shown {
            if let (Of::Figure(n), Some(whole)) = (&shown.of, &shown.whole)
                && let Some(figure) = self.figures.get_mut(*n).filter(|f| named(f) == Some(whole))
            {
                figure.label = Ok((Label::item(""), Firm::Said));
            }
        }
    }

    /// "(năm 2021: 28.004 hồ sơ)": a figure of another time beside this one.
    fn other_time(&self, at: usize) -> bool {
        let word = self.pieces.get(at + 1).map(|p| self.lower(p));
        let next = self.slice(at + 2, (at + 6).min(self.pieces.len()));
        let same = word.as_deref() == Some("cùng") && next.first().is_some_and(|p| self.lower(p) == "kỳ");
        same || matches!(word.as_deref(), Some("năm" | "tháng" | "quý" | "cùng"))
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
}

/// The key a percentage was read under.
pub fn key(shown: &Shown) -> &Key {
    &shown.key
}

/// The figure of its sentence that a percentage is the share of.
pub fn part(shown: &Shown) -> Option<usize> {
    if let Of::Figure(n) = shown.of { Some(n) } else { None }
}

fn place(text: &Text, sentence: &Sentence, span: Span) -> Place {
    let (line, column) = text.place(span.start);
    Place { line, column, printed: text.slice(span).to_owned(), quote: text.slice(sentence.span).to_owned() }
}

/// Where a figure is printed.
pub fn figure_place(text: &Text, sentence: &Sentence, figure: &Figure) -> Place {
    place(text, sentence, figure.span)
}
