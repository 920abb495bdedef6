//! Labels that only their neighbours make certain.

use super::*;

/// A look at what labels would be, without changing what was read.
pub(super) struct Trial<'a> {
    pub(super) reading: &'a Reading,
    pub(super) totals: &'a [bool],
    pub(super) relabel: Option<usize>,
}

impl Trial<'_> {
    /// "Received in all" beside "received new", and "resolved in all" beside "resolved", are the total to handle.
    pub(super) fn settle(&mut self, scope: usize, block: &mut [Figure], n: usize) {
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
            // Its own total, and not another unit's further up.
            let own = match figure.head {
                Some(Head::Here(_)) => block.iter().any(|f| f.value == other.value),
                head => head.is_some(),
            };
            let meant = total || own || carried.is_some_and(|c| c + figure.value == other.value);
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

    /// A late figure in a sentence that stands behind the figures and gives none of its own: those that were resolved late are told again, or some
    /// of them.
    pub(super) fn echo(&self, scope: usize, figure: &mut Figure) {
        if !matches!(&figure.label, Ok((label, Firm::Echo)) if label.is(PENDING_OVERDUE)) {
            return;
        }
        let late = self.reading.of(scope).find(|(_, c)| c.label.is(RESOLVED_LATE) && !c.about).map(|(_, c)| c.value);
        match late {
            Some(late) if late == figure.value => figure.label = Ok((Label::dossiers(RESOLVED_LATE), Firm::Said)),
            Some(late) if late > figure.value => figure.label = Err(Unsure::Ambiguous),
            _ => {}
        }
    }

    /// Whether it is far less than a part of it that stands there, or at the beginning of a paragraph far more than something that it would
    /// be a part of. That is another unit's figure and no slip.
    pub(super) fn bursts(&self, scope: usize, figure: &Figure, fresh: bool) -> bool {
        let Ok((own, _)) = &figure.label else { return false };
        let exact = !figure.about && own.space == Space::Dossiers && own.set != 0;
        let more = |part: i64, whole: i64| part > whole + whole / 4 && whole >= 20 && slip(part, whole) == Slip::None;
        exact
            && self.reading.of(scope).filter(|(_, c)| !c.about && c.label.space == Space::Dossiers).any(|(_, c)| {
                let (inside, around) = (own.within(c.label.set), c.label.within(own.set));
                // Nobody resolves far more than there is to handle.
                let handled = own.is(IN) && c.label.within(OUT) && more(c.value, figure.value)
                    || own.within(OUT) && c.label.is(IN) && more(figure.value, c.value);
                own.set != c.label.set
                    && (fresh && (handled || inside && more(figure.value, c.value))
                        || around && more(c.value, figure.value))
            })
    }

    /// Whether that label stands there with another value.
    pub(super) fn clash(&self, scope: usize, figure: &Figure) -> bool {
        let Ok((label, _)) = &figure.label else { return false };
        if figure.about || label.space == Space::Item {
            return false;
        }
        self.reading.of(scope).any(|(n, c)| {
            c.label == *label
                && (c.value - figure.value).abs() > c.slack + figure.slack
                && !c.about
                && self.relabel != Some(n)
        })
    }
}

fn relabel(block: &mut [Figure], n: usize) {
    if let Some(figure) = block.get_mut(n) {
        figure.label = Ok((Label::dossiers(IN), Firm::Said));
    }
}

/// What the parts of a figure come to without those left out; `None` if there are none.
fn parts(figures: &[Figure], head: Head, left_out: impl Fn(&Figure) -> bool) -> Option<i64> {
    let told = figures.iter().filter(|f| f.head == Some(head) && !f.about && f.label.is_ok() && !left_out(f));
    told.map(|f| f.value).reduce(i64::saturating_add)
}

/// "tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 900, trực tiếp 100; kỳ trước chuyển sang 50": a list that adds up already is at its end.
fn leave_lists(figures: &mut [Figure], head: Head, value: i64) {
    let carried = |f: &Figure| f.label.as_ref().is_ok_and(|(l, _)| l.is(CARRIED_OVER));
    let new = |f: &Figure| f.label.as_ref().is_ok_and(|(l, _)| l.within(RECEIVED) || l.space == Space::Item);
    if parts(figures, head, |f| !new(f)) == Some(value) {
        figures.iter_mut().filter(|f| f.head == Some(head) && carried(f)).for_each(|f| f.head = None);
    }
}

/// What was given back or waits for papers, inside of what was resolved or is in progress: counted in by some (DOMAIN, "folding"). Then it is some
/// of that figure and no way out of its own.
fn fold_exits(figures: &mut [Figure], at: usize) {
    let head = Head::Here(at);
    let Some(whole) =
        figures.get(at).filter(|f| f.label.as_ref().is_ok_and(|(l, _)| l.is(RESOLVED) || l.is(IN_PROGRESS)))
    else {
        return;
    };
    let value = whole.value;
    let exit = |f: &Figure| f.head == Some(head) && f.label.as_ref().is_ok_and(|(l, _)| l.within(OTHER_EXITS));
    let others = parts(figures, head, exit);
    let folded = others.is_none() || parts(figures, head, |_| false) == Some(value);
    for figure in figures.iter_mut().filter(|f| exit(f)) {
        if folded && figure.value <= value {
            figure.label = Ok((Label::item(""), Firm::Said));
        } else {
            figure.head = None;
        }
    }
}

/// A total whose parts are ways in is the total to handle, whatever the sentence calls it.
pub(super) fn settle_heads(figures: &mut [Figure]) {
    for n in 0..figures.len() {
        if let Some(value) = figures.get(n).filter(|f| !f.about).map(|f| f.value) {
            leave_lists(figures, Head::Here(n), value);
            fold_exits(figures, n);
        }
    }
    for n in 0..figures.len() {
        let Some((value, head)) = figures.get(n).filter(|f| is_way_in(f)).map(|f| (f.value, f.head)) else { continue };
        let Some(Head::Here(head)) = head else { continue };
        let Some(head) = figures.get_mut(head) else { continue };
        let open = matches!(head.label, Ok((_, firm)) if firm.depends());
        if open && head.value >= value {
            let firm = head.label.as_ref().map_or(Firm::Loose, |(_, firm)| firm.parted());
            head.label = Ok((Label::dossiers(IN), firm));
            head.parted = true;
        }
    }
}

/// The same where the total stands in the sentence before: "Tiếp nhận 900 hồ sơ. Trong đó, kỳ trước chuyển sang 100 hồ sơ".
pub(super) fn settle_before(cell: &mut Cell, figures: &mut [Figure]) {
    leave_lists(figures, Head::Before, cell.value);
    let parted = figures.iter().any(|f| is_way_in(f) && f.head == Some(Head::Before) && f.value <= cell.value);
    if parted && cell.firm.depends() {
        cell.label = Label::dossiers(IN);
        cell.firm = cell.firm.parted();
    }
}

fn is_way_in(figure: &Figure) -> bool {
    match &figure.label {
        Ok((label, _)) => label.is(CARRIED_OVER) || (label.is(RECEIVED) && figure.new),
        Err(_) => false,
    }
}

/// "On time" without any "early" beside it is early or on time.
pub(super) fn on_time(reading: &mut Reading, scope: usize) {
    let told = |set: u32| reading.of(scope).any(|(_, c)| c.label.is(set));
    let in_time = reading.of(scope).find(|(_, c)| c.label.is(IN_TIME) && !c.about).map(|(_, c)| c.value);
    // A heading says "on time" of what the text says was early or on time.
    let same = |value: i64| in_time == Some(value) && !told(RESOLVED_EARLY);
    let either = told(RESOLVED_EARLY) || told(IN_TIME);
    let on_time = reading.of(scope).filter(|(_, c)| c.label.is(RESOLVED_ON_TIME) && (!either || same(c.value)));
    let doubtful: Vec<usize> = on_time.map(|(n, _)| n).collect();
    if either && doubtful.is_empty() {
        return;
    }
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

/// "tiếp nhận 1.000 hồ sơ, trong đó trực tuyến 900; kỳ trước chuyển sang 50": beside it and no part of it, if exactly so the balance closes.
pub(super) fn carried_beside(reading: &mut Reading, scope: usize) {
    let value = |set: u32| reading.of(scope).find(|(_, c)| c.label.is(set) && !c.about).map(|(_, c)| c.value);
    let sum = |sets: &[u32]| sets.iter().map(|set| value(*set)).sum::<Option<i64>>();
    let resolved = value(RESOLVED)
        .or_else(|| sum(&[RESOLVED_EARLY, RESOLVED_ON_TIME, RESOLVED_LATE]))
        .or_else(|| sum(&[IN_TIME, RESOLVED_LATE]));
    let pending =
        value(IN_PROGRESS).or_else(|| sum(&[PENDING_WITHIN, PENDING_OVERDUE])).or_else(|| value(PENDING_WITHIN));
    let (Some(resolved), Some(pending), Some(carried)) = (resolved, pending, value(CARRIED_OVER)) else { return };
    let exits: i64 =
        reading.of(scope).filter(|(_, c)| c.label.within(OTHER_EXITS) && !c.about).map(|(_, c)| c.value).sum();
    let out = resolved.saturating_add(pending).saturating_add(exits);
    let found = reading.of(scope).find(|(_, c)| c.firm == Firm::Parted && c.value.saturating_add(carried) == out);
    let Some(at) = found.map(|(n, _)| n) else { return };
    let beside: Vec<usize> =
        reading.cells.iter().enumerate().filter(|(_, c)| c.label.is(CARRIED_OVER)).map(|(n, _)| n).collect();
    for list in reading.lists.iter_mut().filter(|l| l.whole == at) {
        list.parts.retain(|n| !beside.contains(n));
    }
    reading.lists.retain(|l| !l.parts.is_empty());
    if let Some(cell) = reading.cells.get_mut(at) {
        cell.label = Label::dossiers(RECEIVED);
    }
}

/// "Received and resolved": the total to handle if the parts say so, else a figure that adds to nothing.
pub(super) fn loose(reading: &mut Reading, scope: usize) {
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
        let own = reading.cells.get(n).map_or(0, |c| c.value);
        let other =
            [RESOLVED, RECEIVED].into_iter().any(|set| all(set) && find(reading, set).is_some_and(|v| v != own));
        let label = if other {
            // A total of some of them: another figure is what this one would be.
            Label::item("")
        } else if all(RESOLVED) && !way_in {
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
