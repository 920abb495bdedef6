//! Which figures belong together. A document may speak of several months, levels and units; figures are added only inside one of them.
//! Two signs part them: a qualifier that differs, and the same label with another value.

mod doubts;
mod key;

pub use key::{Key, at_clause, at_start};

use doubts::{Trial, carried_beside, loose, on_time, settle_before, settle_heads};

use super::{
    label::{
        ANY_ONLINE, CARRIED_OVER, Firm, IN, IN_PROGRESS, IN_TIME, Label, OTHER_EXITS, OUT, PENDING_OVERDUE,
        PENDING_WITHIN, RECEIVED, RESOLVED, RESOLVED_EARLY, RESOLVED_LATE, RESOLVED_ON_TIME, Space, Unsure,
    },
    levels,
    lexicon::{CARRIED, PENDING, RECEIVE, RESOLVE, TO_HANDLE, phrase},
    number::Numeral,
    period,
    prose::{self, Beside, Figure, Head},
    reading::{Cell, Part, Reading, Scope},
    solve::{Slip, slip},
    text::{Kind, Sentence, Span, Text, Token, tokens},
};

/// Most figures of one document.
pub const FIGURES: usize = 5_000;
/// Scopes are looked for among so many of the last.
const LOOK_BACK: usize = 64;

/// The scopes of a document as they come.
#[derive(Default)]
pub struct Scopes {
    reading: Reading,
    keys: Vec<Key>,
    aliases: Vec<Vec<Key>>,
    totals: Vec<bool>,
    key: Key,
    current: Option<usize>,
    headings: Vec<usize>,
    /// The last figure of the sentence before.
    before: Option<usize>,
    /// Whether the sentence begins a paragraph.
    fresh: bool,
}

impl Scopes {
    /// Whether the bound is met.
    pub fn full(&mut self) -> bool {
        self.reading.cut |= self.reading.cells.len() + self.reading.unread.len() >= FIGURES;
        self.reading.cut
    }

    /// The qualifiers that hold where nothing else is said.
    pub fn key(&self) -> Key {
        self.key.clone()
    }

    /// Says which hold from here.
    pub fn set(&mut self, key: Key) {
        // "The same time of last year" holds for its own sentence.
        if key.period.as_ref().is_none_or(|p| p.sort != period::Sort::Other) {
            self.key = key;
        }
    }

    /// Takes in what one sentence gave.
    pub fn place(&mut self, text: &Text, sentence: &Sentence, mut figures: Vec<Figure>, beside: Beside) {
        let Beside { shown, odd, compared } = beside;
        settle_heads(&mut figures);
        if let Some(cell) = self.before.and_then(|n| self.reading.cells.get_mut(n)) {
            settle_before(cell, &mut figures);
        }
        let mut stored: Vec<(Figure, Option<usize>)> = Vec::new();
        let mut start = 0;
        while let Some(first) = figures.get(start) {
            let key = first.key.clone();
            let length = figures.iter().skip(start).take_while(|f| f.key == key).count();
            let mut block: Vec<Figure> = figures.get(start..start + length).unwrap_or_default().to_vec();
            let key = if of_one_channel(&block) { key.of_online() } else { key };
            self.fresh = sentence.paragraph;
            self.block(text, sentence, &key, &mut block, &mut stored);
            start += length;
        }
        let scope = match (self.current, shown.is_empty() && odd.is_empty() && stored.is_empty()) {
            (Some(scope), _) => scope,
            (None, true) => return,
            (None, false) => self.open(self.key.clone()),
        };
        let shown = shown.into_iter().map(|s| {
            let own =
                prose::part(&s).and_then(|n| stored.get(n)).and_then(|(_, cell)| self.reading.cells.get((*cell)?));
            let scope = match own {
                Some(cell) => cell.scope,
                None if stored.is_empty() => self.find(prose::key(&s)).unwrap_or(scope),
                None => scope,
            };
            (s, scope)
        });
        let shown: Vec<_> = shown.collect();
        let given = prose::Given { figures: &stored, shown, odd, compared, scope, before: self.before };
        prose::store(&mut self.reading, text, sentence, given);
        self.before = match stored.as_slice() {
            [(_, cell)] => *cell,
            _ => None,
        };
    }

    /// One stretch of a sentence under one key. A label that comes again with another value begins another scope.
    fn block(
        &mut self,
        text: &Text,
        sentence: &Sentence,
        key: &Key,
        block: &mut [Figure],
        stored: &mut Vec<(Figure, Option<usize>)>,
    ) {
        let scope = self.scope_for(key, block);
        self.current = Some(scope);
        for n in 0..block.len() {
            let trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
            if let Some(figure) = block.get_mut(n) {
                trial.echo(scope, figure);
            }
            self.settle(block, n);
            let trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
            if let Some(figure) = block.get_mut(n).filter(|f| judged(f) && trial.clash(scope, f)) {
                // A survey asks several things: the answers to the next one are no other number of answers to this one.
                figure.label = Err(Unsure::Ambiguous);
            }
            let Some(figure) = block.get(n).cloned() else { break };
            let cell = self.cell(text, sentence, &figure);
            if let Some(cell) = cell {
                // What the head turned out to be.
                if let Some(Head::Here(h)) = figure.head
                    && let Some(head) = stored.get(h).and_then(|(_, c)| *c)
                    && self.reading.cells.get(head).map(|c| c.scope) != self.reading.cells.get(cell).map(|c| c.scope)
                {
                    stored.push((Figure { head: None, ..figure }, Some(cell)));
                    continue;
                }
            }
            stored.push((figure, cell));
        }
    }

    fn scope_for(&mut self, key: &Key, block: &[Figure]) -> usize {
        if let Some(current) = self.current.filter(|c| self.answers(*c, key))
            && !self.conflicts(current, block)
        {
            self.adopt(current, key);
            return current;
        }
        let recent = (0..self.keys.len()).rev().take(LOOK_BACK);
        let found = recent.clone().find(|n| {
            let Some(other) = self.keys.get(*n) else { return false };
            let whole = |level: &Option<String>| level.as_ref().is_none_or(|l| l.starts_with("toàn"));
            let level = other.level == key.level || whole(&other.level) && whole(&key.level);
            let same = other.period.is_some() && other.agrees(key) && level && other.unit == key.unit;
            let bare = *other == Key::default();
            let shares = self.shares(*n, block) && other.agrees_but_period(key);
            (same || bare || shares) && !self.conflicts(*n, block)
        });
        match found {
            Some(found) => {
                self.adopt(found, key);
                if let Some(aliases) = self.aliases.get_mut(found).filter(|a| !a.contains(key)) {
                    aliases.push(key.clone());
                }
                found
            }
            None => self.open(key.clone()),
        }
    }

    /// Whether a scope goes by that key, or by one that figures in common have shown to mean the same.
    fn answers(&self, scope: usize, key: &Key) -> bool {
        let aliases = self.aliases.get(scope).into_iter().flatten();
        self.keys.get(scope).into_iter().chain(aliases).any(|k| k.agrees(key))
    }

    fn find(&self, key: &Key) -> Option<usize> {
        let current = self.current.filter(|c| self.answers(*c, key));
        current.or_else(|| (0..self.keys.len()).rev().take(LOOK_BACK).find(|n| self.answers(*n, key)))
    }

    fn open(&mut self, key: Key) -> usize {
        self.reading.scopes.push(Scope { name: key.name(), level: key.level.clone(), period: None, closed: false });
        self.keys.push(key);
        self.aliases.push(Vec::new());
        let opened = self.keys.len() - 1;
        self.current = Some(opened);
        opened
    }

    /// A scope without qualifiers takes those of what joins it.
    fn adopt(&mut self, scope: usize, key: &Key) {
        if let (Some(own), Some(named)) = (self.keys.get_mut(scope), self.reading.scopes.get_mut(scope)) {
            if own.period.is_none() {
                own.period.clone_from(&key.period);
                own.period_text.clone_from(&key.period_text);
            }
            own.level = own.level.take().or_else(|| key.level.clone());
            own.unit = own.unit.take().or_else(|| key.unit.clone());
            named.name = own.name();
            named.level.clone_from(&own.level);
        }
    }

    fn conflicts(&self, scope: usize, block: &[Figure]) -> bool {
        let mut pool = block.to_vec();
        let trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
        pool.iter_mut().for_each(|figure| trial.echo(scope, figure));
        (0..pool.len()).any(|n| {
            let mut trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
            trial.settle(scope, &mut pool, n);
            pool.get(n).is_some_and(|f| !judged(f) && (trial.clash(scope, f) || trial.bursts(scope, f, self.fresh)))
        })
    }

    fn shares(&self, scope: usize, block: &[Figure]) -> bool {
        block.iter().any(|f| match &f.label {
            Ok((label, _)) if f.value >= 100 => self
                .reading
                .of(scope)
                .any(|(_, c)| c.label == *label && c.value == f.value && label.space != Space::Item),
            _ => false,
        })
    }

    fn settle(&mut self, block: &mut [Figure], n: usize) {
        let Some(scope) = self.current else { return };
        let mut trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
        let mut pool = block.to_vec();
        trial.settle(scope, &mut pool, n);
        let relabel = trial.relabel;
        block.clone_from_slice(&pool);
        if let Some(cell) = relabel.and_then(|r| self.reading.cells.get_mut(r)) {
            if cell.firm == Firm::Resolved {
                self.reading.loose.extend(relabel);
            }
            cell.label = Label::dossiers(IN);
            cell.firm = Firm::Said;
        }
    }

    fn cell(&mut self, text: &Text, sentence: &Sentence, figure: &Figure) -> Option<usize> {
        let (label, firm) = figure.label.as_ref().ok()?.clone();
        let mut scope = self.current?;
        let trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
        if trial.clash(scope, figure) {
            scope = self.open(figure.key.clone());
        }
        let place = prose::figure_place(text, sentence, figure);
        let near = |c: &Cell| (c.value - figure.value).abs() <= if figure.about { 0 } else { c.slack + figure.slack };
        // The same name in two lists counts two things: "(cấp xã: 40)", and further on "(cấp xã: 40)" of those that were late.
        let listed = label.space == Space::Item && figure.head.is_some();
        let equal = |c: &Cell| !listed && c.label == label && c.about == figure.about && near(c);
        let known = self.reading.of(scope).find(|(_, c)| equal(c)).map(|(n, _)| n);
        if let Some(cell) = known.and_then(|n| self.reading.cells.get_mut(n)) {
            cell.places.push(place);
            // "4,56 ngàn hồ sơ", and further down to the last digit.
            if figure.slack < cell.slack {
                (cell.value, cell.slack, cell.grouping) = (figure.value, figure.slack, figure.grouping);
            }
            return known;
        }
        // Only what stands above everything else: further down a short line may speak of another unit.
        if is_heading(sentence) && self.headings.len() == self.reading.cells.len() {
            self.headings.push(self.reading.cells.len());
        }
        self.totals.push(figure.total);
        let number = self.reading.push(Cell {
            label,
            firm,
            value: figure.value,
            about: figure.about,
            slack: figure.slack,
            scope,
            grouping: figure.grouping,
            places: vec![place],
        });
        Some(number)
    }

    /// A sentence gives the rest of something in words only.
    pub fn rest(&mut self, sentence: String) {
        self.reading.rests.push(sentence);
    }

    /// Everything that was read, with the last doubts settled by what stands beside them.
    pub fn finish(mut self) -> Reading {
        for scope in 0..self.reading.scopes.len() {
            on_time(&mut self.reading, scope);
            loose(&mut self.reading, scope);
            carried_beside(&mut self.reading, scope);
        }
        self.restated();
        let periods: Vec<Option<period::Said>> = self.keys.iter().map(|k| k.period.clone()).collect();
        levels::find(&mut self.reading, &periods);
        self.reading
    }

    /// A heading that gives a figure otherwise than the text below it, by a slip of a digit. Other differences may be other figures.
    fn restated(&mut self) {
        for heading in &self.headings {
            let Some(own) = self
                .reading
                .cells
                .get(*heading)
                .filter(|c| !c.about && c.slack == 0 && c.value >= 100 && c.places.len() == 1)
            else {
                continue;
            };
            let below = self.reading.cells.iter().enumerate().skip(heading + 1).find(|(_, c)| {
                let key = self.keys.get(c.scope);
                let loosely = own.label.is(RESOLVED_ON_TIME) && c.label.is(IN_TIME);
                (c.label == own.label || loosely)
                    && !c.about
                    && c.slack == 0
                    && (c.scope != own.scope || loosely)
                    && key.is_some_and(|k| self.answers(own.scope, k))
            });
            if let Some((at, cell)) = below
                && slip(own.value, cell.value) != Slip::None
            {
                self.reading.restated.push((*heading, at));
            }
        }
    }
}

/// "Hồ sơ trực tuyến: tiếp nhận 300, giải quyết 280": what became of the dossiers that came online, and of no others.
fn of_one_channel(block: &[Figure]) -> bool {
    let labels: Vec<&Label> = block.iter().filter_map(|f| f.label.as_ref().ok()).map(|(l, _)| l).collect();
    let online = labels.first().is_some_and(|l| l.is(ANY_ONLINE));
    let others = labels.iter().any(|l| l.within(IN) && !l.within(ANY_ONLINE));
    online && !others && labels.iter().any(|l| l.within(OUT))
}

/// Whether it counts judgements.
fn judged(figure: &Figure) -> bool {
    figure.label.as_ref().is_ok_and(|(label, _)| label.space == Space::Ratings)
}

/// A line of its own that ends no sentence.
fn is_heading(sentence: &Sentence) -> bool {
    sentence.paragraph
        && !sentence.bullet
        && !sentence.tokens.last().is_some_and(|t| t.is('.') || t.is(';') || t.is(':') || t.is(','))
}
