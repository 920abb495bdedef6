//! Which figures belong together. A document may speak of several months, levels and units; figures are added only inside one of them.
//! Two signs part them: a qualifier that differs, and the same label with another value.

use super::{
    label::{
        ANY_ONLINE, CARRIED_OVER, Firm, IN, IN_TIME, Label, OUT, RECEIVED, RESOLVED, RESOLVED_EARLY, RESOLVED_ON_TIME,
        Space, Unsure,
    },
    levels,
    lexicon::{CARRIED, PENDING, RECEIVE, RESOLVE, TO_HANDLE, phrase},
    number::Numeral,
    period,
    prose::{self, Figure, Head, Shown},
    reading::{Cell, Part, Reading, Scope},
    solve::{Slip, slip},
    text::{Kind, Sentence, Span, Text, Token, tokens},
};

/// Most figures of one document.
pub const FIGURES: usize = 5_000;
/// Scopes are looked for among so many of the last.
const LOOK_BACK: usize = 64;

/// What qualifies a figure.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Key {
    period: Option<period::Said>,
    period_text: String,
    level: Option<String>,
    unit: Option<String>,
}

impl Key {
    fn agrees(&self, other: &Key) -> bool {
        let period = match (&self.period, &other.period) {
            (Some(a), Some(b)) => a.agrees(b),
            _ => true,
        };
        period && self.agrees_but_period(other)
    }

    fn agrees_but_period(&self, other: &Key) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        same(&self.level, &other.level) && same(&self.unit, &other.unit)
    }

    fn of_online(mut self) -> Key {
        self.unit = Some("trực tuyến".to_owned());
        self
    }

    fn name(&self) -> String {
        let parts = [Some(self.period_text.clone()), self.level.clone(), self.unit.clone()];
        parts.into_iter().flatten().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// The qualifiers after the beginning of a sentence, up to its first figure.
pub fn at_start(text: &Text, tokens: &[Token], key: Key) -> Key {
    let figure = (0..tokens.len()).find(|n| {
        let number =
            tokens.get(*n).is_some_and(|t| matches!(t.kind, Kind::Number(Numeral::Count(..) | Numeral::Of(..))));
        number && matches!(tokens.get(n + 1).and_then(Token::word), Some("hồ" | "hs" | "bộ" | "lượt" | "phản"))
    });
    scan(text, tokens.get(..figure.unwrap_or(tokens.len())).unwrap_or(tokens), key, true)
}

/// The qualifiers at the beginning of a clause.
pub fn at_clause(text: &Text, start: usize, end: usize, key: Key) -> Key {
    let end = text.text.get(start..end.min(start + 60).max(start)).map_or(start, |_| end.min(start + 60));
    let end = (start..=end).rev().find(|n| text.text.is_char_boundary(*n)).unwrap_or(start);
    let found = tokens(&text.text, Span { start, end });
    let until =
        found.iter().position(|t| matches!(t.kind, Kind::Mark(',' | ';' | '(' | ')' | '.'))).unwrap_or(found.len());
    scan(text, found.get(..until.min(7)).unwrap_or(&found), key, false)
}

fn scan(text: &Text, tokens: &[Token], mut key: Key, whole: bool) -> Key {
    let fresh = whole;
    let word = |n: usize| tokens.get(n).and_then(Token::word);
    let (mut period, mut level, mut unit) = (None, None, None);
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).and_then(word);
        if word(at) == Some("so") && word(at + 1) == Some("với") {
            break;
        }
        if let Some((said, taken)) = period::at(&text.text, tokens, at) {
            // "tháng 7 chuyển qua", "chuyển sang năm 2022", "kế hoạch năm 2022" do not say of when the figures are.
            let moved = matches!(word(at + taken), Some("chuyển" | "mang" | "để"))
                || matches!(before, Some("sang" | "qua" | "tồn" | "hoạch" | "định" | "cuối" | "với"))
                || word(at + taken) == Some("trước");
            if !moved && period.is_none() {
                let span = tokens.get(at).zip(tokens.get(at + taken - 1));
                let printed = span.and_then(|(a, z)| text.text.get(a.span.start..z.span.end)).unwrap_or_default();
                period = Some((said, printed.to_owned()));
            }
            at += taken;
            continue;
        }
        if level.is_none() {
            level = level_at(tokens, at);
        }
        if unit.is_none() && (whole || at == 0) {
            unit = unit_at(text, tokens, at);
        }
        at += 1;
    }
    if let Some((said, printed)) = period {
        let finer = key.period.as_ref().is_some_and(|old| old.agrees(&said) && old.year.is_some());
        if !finer {
            if fresh && key.period.as_ref().is_some_and(|old| !old.agrees(&said)) {
                key.level = None;
                key.unit = None;
            }
            key.period = Some(said);
            key.period_text = printed;
        }
    }
    if let Some(level) = level {
        key.unit = None;
        key.level = Some(level);
    }
    if let Some(unit) = unit {
        key.unit = Some(unit);
    }
    key
}

/// "cấp huyện", "cấp huyện và cấp xã", "toàn tỉnh".
fn level_at(tokens: &[Token], at: usize) -> Option<String> {
    let word = |n: usize| tokens.get(n).and_then(Token::word);
    const LEVELS: &[&str] = &["tỉnh", "huyện", "xã", "sở", "phường", "quận", "thành", "cơ"];
    let second = word(at + 1).filter(|w| LEVELS.contains(w) || *w == "thị")?;
    match word(at)? {
        "toàn" => Some(format!("toàn {second}")),
        "cấp" => {
            let mut all = second.to_owned();
            let mut next = at + 2;
            while matches!(word(next), Some("và")) || tokens.get(next).is_some_and(|t| t.is(',')) {
                let step = if word(next + 1) == Some("cấp") { 2 } else { 1 };
                let Some(more) = word(next + step).filter(|w| LEVELS.contains(w)) else { break };
                all = format!("{all}, {more}");
                next += step + 1;
            }
            Some(format!("cấp {all}"))
        }
        _ => None,
    }
}

/// A unit with a name of its own that does something: "Sở … tiếp nhận".
fn unit_at(text: &Text, tokens: &[Token], at: usize) -> Option<String> {
    const UNITS: &[&str] = &["sở", "huyện", "xã", "phường", "quận", "ubnd", "trấn", "ban", "cục", "phố", "tp", "khối"];
    tokens.get(at)?.word().filter(|w| UNITS.contains(w))?;
    let first = tokens.get(at + 1).filter(|t| t.capital && t.word().is_some())?;
    let said = |n: usize| phrase(tokens.get(n..).unwrap_or_default().iter().map_while(Token::word)).is_some();
    let named = |n: &usize| tokens.get(*n).is_some_and(|t| t.word().is_some()) && !said(*n);
    let length = (at + 1..tokens.len().min(at + 10)).take_while(named).count();
    let last = tokens.get(at + length)?;
    let acts = (at + 1..tokens.len()).any(|n| {
        let words = tokens.get(n..).unwrap_or_default().iter().map_while(Token::word);
        phrase(words).is_some_and(|(_, said)| said & (RECEIVE | RESOLVE | CARRIED | PENDING | TO_HANDLE) != 0)
    });
    let name = text.text.get(tokens.get(at)?.span.start..last.span.end)?;
    (acts && first.span.start < last.span.end).then(|| name.to_owned())
}

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
    pub fn place(
        &mut self,
        text: &Text,
        sentence: &Sentence,
        mut figures: Vec<Figure>,
        shown: Vec<Shown>,
        odd: Vec<(Span, Unsure, Option<i64>)>,
    ) {
        settle_heads(&mut figures);
        let mut stored: Vec<(Figure, Option<usize>)> = Vec::new();
        let mut start = 0;
        while let Some(first) = figures.get(start) {
            let key = first.key.clone();
            let length = figures.iter().skip(start).take_while(|f| f.key == key).count();
            let mut block: Vec<Figure> = figures.get(start..start + length).unwrap_or_default().to_vec();
            let key = if of_one_channel(&block) { key.of_online() } else { key };
            self.block(text, sentence, &key, &mut block, &mut stored);
            start += length;
        }
        let scope = match (self.current, shown.is_empty() && odd.is_empty() && stored.is_empty()) {
            (Some(scope), _) => scope,
            (None, true) => return,
            (None, false) => self.open(self.key.clone()),
        };
        let shown = shown.into_iter().map(|s| {
            let scope = if stored.is_empty() { self.find(prose::key(&s)).unwrap_or(scope) } else { scope };
            (s, scope)
        });
        let shown: Vec<_> = shown.collect();
        let given = prose::Given { figures: &stored, shown, odd, scope, before: self.before };
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
            self.settle(block, n);
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
        (0..pool.len()).any(|n| {
            let mut trial = Trial { reading: &self.reading, totals: &self.totals, relabel: None };
            trial.settle(scope, &mut pool, n);
            pool.get(n).is_some_and(|f| trial.clash(scope, f))
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
        let equal = |c: &Cell| c.label == label && c.value == figure.value && c.about == figure.about;
        let known = self.reading.of(scope).find(|(_, c)| equal(c)).map(|(n, _)| n);
        if let Some(cell) = known.and_then(|n| self.reading.cells.get_mut(n)) {
            cell.places.push(place);
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
        }
        self.restated();
        levels::find(&mut self.reading);
        self.reading
    }

    /// A heading that gives a figure otherwise than the text below it, by a slip of a digit. Other differences may be other figures.
    fn restated(&mut self) {
        for heading in &self.headings {
            let Some(own) =
                self.reading.cells.get(*heading).filter(|c| !c.about && c.value >= 100 && c.places.len() == 1)
            else {
                continue;
            };
            let below = self.reading.cells.iter().enumerate().skip(heading + 1).find(|(_, c)| {
                let key = self.keys.get(c.scope);
                c.label == own.label
                    && !c.about
                    && c.scope != own.scope
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

/// A line of its own that ends no sentence.
fn is_heading(sentence: &Sentence) -> bool {
    sentence.paragraph
        && !sentence.bullet
        && !sentence.tokens.last().is_some_and(|t| t.is('.') || t.is(';') || t.is(':') || t.is(','))
}

/// A look at what labels would be, without changing what was read.
struct Trial<'a> {
    reading: &'a Reading,
    totals: &'a [bool],
    relabel: Option<usize>,
}

impl Trial<'_> {
    /// "Received in all" beside "received new", and "resolved in all" beside "resolved", are the total to handle.
    fn settle(&mut self, scope: usize, block: &mut [Figure], n: usize) {
        let Some(figure) = block.get(n).cloned() else { return };
        let Ok((label, firm)) = &figure.label else { return };
        let value = |set: u32| {
            let read = self.reading.of(scope).find(|(_, c)| c.label.is(set) && !c.about).map(|(_, c)| c.value);
            read.or_else(|| block.iter().find(|f| matches!(&f.label, Ok((l, _)) if l.is(set))).map(|f| f.value))
        };
        let carried = value(CARRIED_OVER);
        let same = self.reading.of(scope).find(|(_, c)| c.label == *label && c.value != figure.value && !c.about);
        if let Some((at, other)) = same {
            let total = self.totals.get(at).copied().unwrap_or(false);
            let older = label.is(RECEIVED) && other.firm == Firm::Received && figure.new && other.value > figure.value;
            let meant = total || figure.head.is_some() || carried.is_some_and(|c| c + figure.value == other.value);
            if older && meant {
                self.relabel = Some(at);
                return;
            }
            let newer = label.is(RECEIVED) && *firm == Firm::Received && other.value < figure.value;
            if newer && carried.is_some_and(|c| c + other.value == figure.value) {
                relabel(block, n);
                return;
            }
            let received = value(RECEIVED);
            let all = |v: i64| carried.zip(received).is_some_and(|(c, r)| c + r == v);
            if label.is(RESOLVED)
                && other.firm == Firm::Resolved
                && (all(other.value) || figure.whole == Some(other.value))
            {
                self.relabel = Some(at);
            } else if label.is(RESOLVED) && *firm == Firm::Resolved && all(figure.value) {
                relabel(block, n);
            }
        }
    }

    /// Whether that label stands there with another value.
    fn clash(&self, scope: usize, figure: &Figure) -> bool {
        let Ok((label, _)) = &figure.label else { return false };
        if figure.about || label.space == Space::Item {
            return false;
        }
        self.reading
            .of(scope)
            .any(|(n, c)| c.label == *label && c.value != figure.value && !c.about && self.relabel != Some(n))
    }
}

fn relabel(block: &mut [Figure], n: usize) {
    if let Some(figure) = block.get_mut(n) {
        figure.label = Ok((Label::dossiers(IN), Firm::Said));
    }
}

/// A total whose parts are ways in is the total to handle, whatever the sentence calls it.
fn settle_heads(figures: &mut [Figure]) {
    for n in 0..figures.len() {
        let Some((value, head)) = figures.get(n).filter(|f| is_way_in(f)).map(|f| (f.value, f.head)) else { continue };
        let Some(Head::Here(head)) = head else { continue };
        let Some(head) = figures.get_mut(head) else { continue };
        let open = matches!(head.label, Ok((_, Firm::Received | Firm::Loose | Firm::Total | Firm::Resolved)));
        if open && head.value >= value {
            let firm =
                if matches!(head.label, Ok((_, Firm::Received | Firm::Total))) { Firm::Said } else { Firm::Loose };
            head.label = Ok((Label::dossiers(IN), firm));
            head.parted = true;
        }
    }
}

fn is_way_in(figure: &Figure) -> bool {
    match &figure.label {
        Ok((label, _)) => label.is(CARRIED_OVER) || (label.is(RECEIVED) && figure.new),
        Err(_) => false,
    }
}

/// "On time" without any "early" beside it is early or on time.
fn on_time(reading: &mut Reading, scope: usize) {
    let told = |set: u32| reading.of(scope).any(|(_, c)| c.label.is(set));
    if told(RESOLVED_EARLY) || told(IN_TIME) {
        return;
    }
    let on_time = reading.of(scope).filter(|(_, c)| c.label.is(RESOLVED_ON_TIME));
    let doubtful: Vec<usize> = on_time.map(|(n, _)| n).collect();
    for n in doubtful {
        if let Some(cell) = reading.cells.get_mut(n) {
            cell.label = Label::dossiers(IN_TIME);
        }
    }
    for shown in reading.percentages.iter_mut().filter(|p| p.scope == scope) {
        if matches!(&shown.part, Part::Label(l) if l.is(RESOLVED_ON_TIME)) {
            shown.part = Part::Label(Label::dossiers(IN_TIME));
        }
    }
}

/// "Received and resolved": the total to handle if the parts say so, else a figure that adds to nothing.
fn loose(reading: &mut Reading, scope: usize) {
    let find = |reading: &Reading, set: u32| {
        reading.of(scope).find(|(_, c)| c.label.is(set) && !c.about).map(|(_, c)| c.value)
    };
    let inputs = find(reading, CARRIED_OVER).zip(find(reading, RECEIVED));
    let cells: Vec<usize> = reading
        .of(scope)
        .filter(|(_, c)| matches!(c.firm, Firm::Loose | Firm::Total) && !c.about)
        .map(|(n, _)| n)
        .collect();
    for n in cells {
        let parts: Vec<Label> = reading
            .lists
            .iter()
            .filter(|l| l.whole == n)
            .flat_map(|l| &l.parts)
            .filter_map(|p| reading.cells.get(*p))
            .map(|c| c.label.clone())
            .collect();
        let all = |set: u32| !parts.is_empty() && parts.iter().all(|l| l.within(set));
        let way_in = parts.iter().any(|l| l.within(IN)) || inputs.is_some();
        let label = if all(RESOLVED) && !way_in {
            Label::dossiers(RESOLVED)
        } else if all(RECEIVED) && !parts.iter().any(|l| l.is(RECEIVED)) {
            Label::dossiers(RECEIVED)
        } else if way_in {
            if reading.cells.get(n).is_some_and(|c| c.firm == Firm::Loose) {
                reading.loose.push(n);
            }
            continue;
        } else {
            Label::item("")
        };
        if let Some(cell) = reading.cells.get_mut(n) {
            cell.label = label;
        }
    }
}
