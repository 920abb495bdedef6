//! What a sentence gave, put into the reading.

use super::*;
use crate::check::reading::{Cell, Change};

/// What one sentence gave.
pub struct Given<'a> {
    /// Its figures, and the numbers they are stored under.
    pub figures: &'a [(Figure, Option<usize>)],
    /// Its percentages, and the scopes they belong to.
    pub shown: Vec<(Shown, usize)>,
    /// Its other numbers.
    pub odd: Vec<(Span, Unsure, Option<i64>)>,
    /// Its changes.
    pub compared: Vec<Compared>,
    /// The scope it ended in.
    pub scope: usize,
    /// The only figure of the sentence before.
    pub before: Option<usize>,
}

/// Puts what a sentence gave into the reading.
pub fn store(reading: &mut Reading, text: &Text, sentence: &Sentence, given: Given<'_>) {
    let Given { figures, shown, odd, compared, scope, before } = given;
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
                whole: shown.whole,
                column: None,
            }),
            Err(why) => reading.unread.push(Unread { place, value: None, why, scope: Some(scope) }),
        }
    }
    for Compared { figure, sign, by, before } in compared {
        let Some((now, scope)) = cell(figure).and_then(|n| reading.cells.get(n).map(|c| (n, c.scope))) else {
            continue;
        };
        let mut push = |(span, value, name): (Span, i64, String)| {
            reading.push(Cell {
                label: Label { space: Space::Change, set: 0, name },
                firm: Firm::Said,
                value,
                about: false,
                slack: 0,
                scope,
                grouping: Grouping::Short,
                places: vec![place(span)],
            })
        };
        let (by, before) = (push(by), push(before));
        reading.changes.push(Change { now, by, before, sign });
    }
    for (span, why, value) in odd {
        reading.unread.push(Unread { place: place(span), value, why, scope: Some(scope) });
    }
}
