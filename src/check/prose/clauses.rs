//! How the pieces of a sentence hang together: clauses, what divides a figure into parts, where the words of a figure end.

use super::*;

impl Walk<'_> {
    /// "trong đó", "gồm": what follows are parts of the figure before.
    pub(super) fn divide(&mut self, at: usize, all: bool) {
        let last_piece = self.pieces.iter().skip(at + 1).find(|p| p.piece != Piece::Line);
        self.open_end = last_piece.is_none_or(|p| p.piece == Piece::Mark(':')) && at + 2 >= self.pieces.len();
        let another = self.another(at);
        if let Some(frame) = self.frames.last_mut() {
            // "gồm 7.172 hồ sơ" is "amounts to".
            let amounts = matches!(last_piece.map(|p| &p.piece), Some(Piece::Figure { .. }));
            // "gồm một số đơn vị" is a selection.
            let some = last_piece.and_then(|p| self.text.text.get(p.span.start..p.span.end)).map(str::to_lowercase);
            let amounts = amounts || some.as_deref() == Some("một");
            if another {
                (frame.head, frame.last) = (None, None);
            } else if let Some(last) = frame.last {
                frame.head = Some(Head::Here(last));
                frame.all = all && !amounts;
            } else if at == 0 && self.carry.single {
                frame.head = Some(Head::Before);
            }
        }
    }

    /// What stands in brackets is of the figure before them, unless a name stands between that no colon and no "gồm" leads to.
    pub(super) fn opened(&self, at: usize) -> Option<Head> {
        let frame = self.frames.last()?;
        let since = self.slice(0, at).iter().rposition(|p| matches!(p.piece, Piece::Figure { .. } | Piece::Close))?;
        let between = self.slice(since + 1, at);
        let name = between.iter().filter(|p| p.piece == Piece::Word).any(|p| p.capital);
        let leads = |p: &At| match p.piece {
            Piece::Said(s) => s & (OF_WHICH | CONSISTS) != 0,
            Piece::Mark(mark) => mark == ':',
            _ => false,
        };
        let before = self.slice(0, at);
        let figure = frame.last.and_then(|n| self.figures.get(n)).map_or(0, |f| f.span.end);
        let led = before.iter().any(|p| p.span.start >= figure && leads(p));
        // "(đạt tỷ lệ (97,4%)": a bracket in a bracket without a figure is of the same one.
        if name && !led { frame.head } else { frame.last.map(Head::Here).or(frame.head) }
    }

    /// "tiếp nhận 2.855 hồ sơ; các đơn vị tiếp nhận nhiều gồm: …": behind a semicolon something else is spoken of.
    pub(super) fn another(&self, at: usize) -> bool {
        let before = self.slice(0, at);
        let Some(mark) = before.iter().rposition(|p| p.piece == Piece::Mark(';')) else { return false };
        let figure = before.iter().rposition(|p| matches!(p.piece, Piece::Figure { .. }));
        figure.is_none_or(|f| f < mark) && said(self.slice(mark, at)) & !STRUCTURE != 0
    }

    /// A qualifier at the beginning of a clause counts from there.
    pub(super) fn clause_key(&mut self, at: usize) {
        if self.frames.len() > 1 {
            return;
        }
        if let Some(start) = self.pieces.get(at + 1).map(|p| p.span.start) {
            let key = scope::at_clause(self.text, start, self.end(), self.key.clone());
            // "Với cấp xã, toàn tỉnh đã tiếp nhận": all communes of the province.
            let narrower = self.figures.is_empty() && self.key.is_within(&key);
            self.key = if narrower { self.key.clone() } else { key };
        }
    }

    pub(super) fn end(&self) -> usize {
        self.pieces.last().map_or(0, |p| p.span.end)
    }

    /// The first piece behind a figure's own words.
    pub(super) fn after(&self, at: usize) -> usize {
        (at + 1..self.pieces.len())
            .find(|n| self.pieces.get(*n).is_none_or(|p| stops(&p.piece)))
            .unwrap_or(self.pieces.len())
    }

    /// Whether an "and" here begins another figure.
    pub(super) fn joins(&self, at: usize) -> bool {
        let word =
            self.pieces.get(at).and_then(|p| self.text.text.get(p.span.start..p.span.end)).map(str::to_lowercase);
        matches!(word.as_deref(), Some("và" | "hoặc" | "cùng"))
            && self.pieces.iter().skip(at + 1).take(12).find_map(|p| match p.piece {
                Piece::Figure { .. } => Some(true),
                ref other if stops(other) => Some(false),
                _ => None,
            }) == Some(true)
    }

    pub(super) fn behind(&self, at: usize) -> usize {
        let end = self.after(at);
        (at + 1..end).find(|n| self.joins(*n)).unwrap_or(end)
    }

    /// The clauses between two places, the nearest first.
    pub(super) fn clauses(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
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

    pub(super) fn slice(&self, from: usize, to: usize) -> &[At] {
        self.pieces.get(from..to).unwrap_or_default()
    }
}

pub(super) fn stops(piece: &Piece) -> bool {
    match piece {
        Piece::Figure { .. } | Piece::Percent { .. } | Piece::Odd { .. } | Piece::Open | Piece::Close | Piece::Line => {
            true
        }
        // Bullets of a list that lost its lines: "- Trước hạn: 7.900 - Đúng hạn: 395".
        Piece::Mark('-' | '–' | '+' | '•' | '*') => true,
        Piece::Mark(',' | ';' | ':' | '.' | '!' | '?' | '…') => true,
        Piece::Said(s) => s & (OF_WHICH | CONSISTS | SHARE | COMPARED) != 0,
        _ => false,
    }
}

fn separates(piece: &Piece) -> bool {
    match piece {
        Piece::Open | Piece::Close | Piece::Line | Piece::Mark(',' | ';' | ':' | '.' | '-' | '+' | '–' | '•' | '*') => {
            true
        }
        Piece::Said(s) => s & (OF_WHICH | CONSISTS) != 0,
        _ => false,
    }
}
