//! How much a figure grew or fell: "tăng 414 hồ sơ, tương ứng 23,9%, so với cùng kỳ năm trước (1.732 hồ sơ)". Of the amount, the share
//! and the figure before, two are enough to check something.

use super::*;

/// A growth or a decline, by the numbers of its pieces.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Grown (1) or fallen (-1).
    pub(super) sign: i64,
    /// By how much, and how the text calls it.
    amount: Option<(usize, i64)>,
    /// In percent.
    percent: Option<usize>,
    /// From what.
    base: Option<(usize, i64)>,
    word: Span,
    compared: Option<Span>,
    /// The figure that changed, in this sentence.
    pub(super) figure: Option<usize>,
}

/// A change whose three figures are all there.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The figure that changed, in its sentence.
    pub figure: usize,
    /// Grown (1) or fallen (-1).
    pub sign: i64,
    /// By how much: where, how much, and what the text calls it.
    pub by: (Span, i64, String),
    /// From what, likewise.
    pub before: (Span, i64, String),
}

impl Change {
    /// The figure it starts from, printed or worked out.
    pub(super) fn from(&self, now: i64) -> Option<i64> {
        let amount = self.amount.map(|(_, by)| now - self.sign * by);
        self.base.map(|(_, value)| value).or(amount).filter(|from| *from > 0)
    }

    fn complete(&self) -> bool {
        [self.amount.is_some(), self.percent.is_some(), self.base.is_some()].iter().filter(|told| **told).count() >= 2
    }

    /// Whether everything that is told of it agrees, if that figure is the one that changed.
    fn agrees(&self, now: i64, share: impl Fn(usize) -> Option<Share>) -> bool {
        let Some(from) = self.from(now) else { return false };
        let change = (now - from) * self.sign;
        let amount = self.amount.is_none_or(|(_, by)| by == change);
        let percent = self.percent.and_then(share);
        amount && change >= 0 && percent.is_none_or(|p| Share::of(change, from, p.decimals) == Some(p))
    }

    /// Whether that figure could be meant at all: what is told misses by a slip and not by another order of size.
    fn may_be(&self, now: i64) -> bool {
        match (self.amount, self.base) {
            (Some((_, by)), Some((_, base))) => {
                let right = base + self.sign * by;
                (right - now).abs() <= now / 5 || slip(now, right) != Slip::None
            }
            (Some((_, by)), None) => by < now || self.sign < 0,
            _ => true,
        }
    }
}

impl Walk<'_> {
    /// Takes in the change that begins with these words.
    pub(super) fn change(&mut self, at: usize, sign: i64) {
        let Some(word) = self.pieces.get(at).map(|p| p.span) else { return };
        if self.frames.last().is_some_and(|f| f.other) || self.changes.iter().any(|c| c.covers(at)) {
            return;
        }
        let (base, compared) = match self.base_before(at) {
            Some((base, span)) => (Some(base), Some(span)),
            None => (None, None),
        };
        let mut change = Change { sign, amount: None, percent: None, base, word, compared, figure: None };
        self.ahead(at, &mut change);
        if !change.complete() {
            return;
        }
        let nearest = self.frames.iter().rev().find_map(Frame::nearest);
        let head = nearest.and_then(|n| self.figures.get(n)).and_then(|f| f.head);
        let head = if let Some(Head::Here(head)) = head { Some(head) } else { None };
        let value =
            |n: usize| self.figures.get(n).filter(|f| f.label.is_ok() && f.slack == 0 && !f.about).map(|f| f.value);
        let share = |n: usize| match self.pieces.get(n).map(|p| &p.piece) {
            Some(Piece::Percent { share, .. }) => Some(*share),
            _ => None,
        };
        let all: Vec<(usize, i64)> =
            [nearest, head].into_iter().flatten().filter_map(|n| value(n).map(|v| (n, v))).collect();
        let meant =
            all.iter().find(|(_, v)| change.agrees(*v, share)).or(all.first().filter(|(_, v)| change.may_be(*v)));
        change.figure = meant.map(|(n, _)| *n);
        if change.figure.is_some() {
            self.changes.push(change);
        }
    }

    /// The amount, the share and the figure before, as far as they follow.
    fn ahead(&self, at: usize, change: &mut Change) {
        let mut compared = false;
        for (n, p) in self.pieces.iter().enumerate().skip(at + 1) {
            match &p.piece {
                Piece::Figure { value, about: false, slack: 0, whole: None, .. } if p.thing != Thing::Other => {
                    match (compared, change.amount, change.base) {
                        (true, _, None) => {
                            change.base = Some((n, *value));
                            return;
                        }
                        (false, None, _) => change.amount = Some((n, *value)),
                        _ => return,
                    }
                }
                Piece::Percent { about: false, .. } if !compared && change.percent.is_none() => {
                    change.percent = Some(n)
                }
                Piece::Said(s) if s & COMPARED != 0 => {
                    compared = true;
                    change.compared = change.compared.or(Some(p.span));
                }
                // Behind "so với …" another change begins.
                Piece::Said(s) if !compared && s & (MORE | LESS) != 0 && (s & MORE != 0) == (change.sign > 0) => {}
                // "so với kỳ trước" is said in the words for what was carried over.
                Piece::Said(s) if s & !(CARRIED | ABOUT | TOTAL) == 0 && (compared || s & CARRIED == 0) => {}
                Piece::Word
                | Piece::Noise
                | Piece::Open
                | Piece::Close
                | Piece::Line
                | Piece::Mark(',' | ':' | '-' | '–') => {}
                _ => return,
            }
        }
    }

    /// "so với cùng kỳ (1.732 hồ sơ) tăng 414 hồ sơ": the figure before stands before.
    fn base_before(&self, at: usize) -> Option<((usize, i64), Span)> {
        let mut base = None;
        for (n, p) in self.pieces.iter().enumerate().take(at).rev() {
            match &p.piece {
                Piece::Figure { value, about: false, slack: 0, .. } if base.is_none() => base = Some((n, *value)),
                Piece::Said(s) if s & COMPARED != 0 => return base.map(|b| (b, p.span)),
                Piece::Said(s) if s & !(CARRIED | ABOUT | TOTAL) == 0 => {}
                Piece::Word | Piece::Noise | Piece::Open | Piece::Close | Piece::Line | Piece::Mark(',' | ':') => {}
                _ => return None,
            }
        }
        None
    }

    /// The change that this share is told of.
    pub(super) fn change_of(&self, percent: usize) -> Option<&Change> {
        self.changes.iter().find(|c| c.percent == Some(percent))
    }

    /// Whether a number is part of a change that can be checked.
    pub(super) fn in_change(&self, at: usize) -> bool {
        self.changes.iter().any(|c| c.covers(at))
    }

    /// The changes that have all three of their figures.
    pub(super) fn compared(&self) -> Vec<Compared> {
        let span = |n: usize| self.pieces.get(n).map(|p| p.span);
        let full = |c: &Change| {
            let ((amount, by), (base, before)) = c.amount.zip(c.base)?;
            let (by_at, before_at, compared) = (span(amount)?, span(base)?, c.compared?);
            let text = |from: usize, to: usize| self.text.text.get(from..to).unwrap_or_default();
            let name = text(compared.start, before_at.start).trim_end_matches(|c: char| !c.is_alphanumeric());
            Some(Compared {
                figure: c.figure?,
                sign: c.sign,
                by: (by_at, by, text(c.word.start, c.word.end).to_owned()),
                before: (before_at, before, name.to_owned()),
            })
        };
        self.changes.iter().filter_map(full).collect()
    }
}

impl Change {
    fn covers(&self, at: usize) -> bool {
        self.amount.is_some_and(|(n, _)| n == at) || self.base.is_some_and(|(n, _)| n == at)
    }
}
