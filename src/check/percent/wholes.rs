//! The wholes that a report names, or that follow from what it names.

use super::*;

impl Judge<'_> {
    /// A figure of exactly these classes, or figures that add up to them.
    pub(super) fn total(&self, scope: usize, space: Space, set: Set, values: &[i64]) -> Option<Whole> {
        let cells = self.by_scope.get(scope)?;
        let label = Label::of(space, set);
        let usable = |n: &&usize| {
            self.reading
                .cells
                .get(**n)
                .is_some_and(|c| c.label.space == space && !c.about && c.label.set & !set == 0 && c.label.set != 0)
        };
        if let Some(own) =
            cells.iter().filter(usable).find(|n| self.reading.cells.get(**n).is_some_and(|c| c.label.set == set))
        {
            return Some(Whole { label, value: *values.get(*own)?, cells: vec![*own] });
        }
        let mut sorted: Vec<usize> = cells.iter().filter(usable).copied().collect();
        sorted.sort_by_key(|n| std::cmp::Reverse(self.reading.cells.get(*n).map_or(0, |c| c.label.set.count_ones())));
        let (mut covered, mut chosen, mut value) = (0, Vec::new(), 0i64);
        for n in sorted {
            let own = self.reading.cells.get(n).map_or(0, |c| c.label.set);
            if own & covered == 0 {
                covered |= own;
                value = value.saturating_add(*values.get(n)?);
                chosen.push(n);
            }
        }
        (covered == set).then_some(Whole { label, value, cells: chosen })
    }

    /// Every whole the report names that this part may be of.
    pub(super) fn wholes(&self, shown: &Percentage, part: &Whole, values: &[i64]) -> Vec<Whole> {
        let mut found: Vec<Whole> = Vec::new();
        let mut add = |whole: Option<Whole>| {
            if let Some(whole) = whole.filter(|w| w.value > 0 && w.cells != part.cells) {
                found.push(whole);
            }
        };
        if let Some(beside) = shown.beside {
            add(Some(Whole { label: Label::item(""), value: beside, cells: Vec::new() }));
        }
        let cells = self.by_scope.get(shown.scope).into_iter().flatten();
        for n in cells {
            let Some(cell) = self.reading.cells.get(*n).filter(|c| !c.about) else { continue };
            let may = match cell.label.space {
                Space::Dossiers => {
                    part.label.space != Space::Dossiers
                        && part.label.space != Space::Ratings
                        && part.label.space != Space::Feedback
                        || matches!(cell.label.set, IN | RECEIVED | RESOLVED | IN_TIME | IN_PROGRESS | ANY_ONLINE)
                            && !matches!(part.label.space, Space::Ratings | Space::Feedback)
                        || part.label.within(cell.label.set)
                }
                Space::Change => false,
                Space::Due => !matches!(part.label.space, Space::Ratings | Space::Feedback),
                space => space == part.label.space || self.is_head(*n, part),
            };
            if may {
                let value = values.get(*n).copied().unwrap_or(cell.value);
                add(Some(Whole { label: cell.label.clone(), value, cells: vec![*n] }));
            }
        }
        for sum in self
            .sums
            .iter()
            .filter(|s| matches!(s.origin, Origin::Classes | Origin::List) && s.relation != Relation::Open)
        {
            let part_in = part.cells.iter().any(|c| sum.right.contains(c));
            if part_in && sum.missing == 0 {
                let value = sum.right.iter().filter_map(|n| values.get(*n)).fold(0i64, |a, b| a.saturating_add(*b));
                let label = sum.left.first().and_then(|n| self.reading.cells.get(*n)).map(|c| c.label.clone());
                add(label.map(|label| Whole { label, value, cells: sum.right.clone() }));
            }
        }
        if matches!(part.label.space, Space::Dossiers | Space::Post | Space::Item) {
            for set in [RESOLVED, RECEIVED, IN, IN_PROGRESS, OUT] {
                add(self.total(shown.scope, Space::Dossiers, set, values));
            }
            add(self.ways_out(shown.scope, values));
            if part.label.within(RESOLVED) {
                add(self.some(shown.scope, RESOLVED, values));
            }
        } else {
            add(self.spread(shown.scope, part.label.space, values));
        }
        found
    }

    pub(super) fn is_head(&self, whole: usize, part: &Whole) -> bool {
        self.reading.lists.iter().any(|l| l.whole == whole && part.cells.iter().any(|c| l.parts.contains(c)))
    }

    /// Wholes that a reader can work out: enough to find a share right, not to call it wrong.
    pub(super) fn implied(&self, scope: usize, values: &[i64]) -> Vec<Whole> {
        let pairs = [(IN, CARRIED_OVER, RECEIVED), (IN, IN_PROGRESS, RESOLVED), (IN, RESOLVED, IN_PROGRESS)];
        pairs.into_iter().filter_map(|pair| self.less(scope, pair, values)).filter(|w| w.value > 0).collect()
    }

    /// What is left of a printed whole when a printed part is taken away: "2.704, of which 952 carried over".
    pub(super) fn less(&self, scope: usize, (all, other, set): (Set, Set, Set), values: &[i64]) -> Option<Whole> {
        let (all, other) =
            (self.total(scope, Space::Dossiers, all, values)?, self.total(scope, Space::Dossiers, other, values)?);
        let cells = all.cells.into_iter().chain(other.cells).collect();
        Some(Whole { label: Label::dossiers(set), value: all.value - other.value, cells })
    }

    /// Resolved and in progress: what there was, where nothing says so.
    pub(super) fn ways_out(&self, scope: usize, values: &[i64]) -> Option<Whole> {
        let resolved = self.total(scope, Space::Dossiers, RESOLVED, values)?;
        let pending = self.total(scope, Space::Dossiers, IN_PROGRESS, values)?;
        let mut cells = resolved.cells;
        cells.extend(pending.cells);
        Some(Whole { label: Label::dossiers(IN), value: resolved.value.saturating_add(pending.value), cells })
    }

    /// The classes of this set that the report gives, if at least two: a whole that is not printed.
    pub(super) fn some(&self, scope: usize, set: Set, values: &[i64]) -> Option<Whole> {
        let cells = self.by_scope.get(scope)?;
        let (mut covered, mut chosen, mut value) = (0, Vec::new(), 0i64);
        for n in cells {
            let Some(cell) = self.reading.cells.get(*n) else { continue };
            let free = cell.label.within(set) && cell.label.set != set && cell.label.set & covered == 0 && !cell.about;
            if free {
                covered |= cell.label.set;
                value = value.saturating_add(*values.get(*n)?);
                chosen.push(*n);
            }
        }
        (chosen.len() >= 2 && covered & IN_TIME == IN_TIME).then_some(Whole {
            label: Label::dossiers(set),
            value,
            cells: chosen,
        })
    }

    /// All figures of a space that have no class in common, where the whole is not printed.
    pub(super) fn spread(&self, scope: usize, space: Space, values: &[i64]) -> Option<Whole> {
        let cells = self.by_scope.get(scope)?;
        let (mut covered, mut chosen, mut value) = (0, Vec::new(), 0i64);
        for n in cells {
            let Some(cell) =
                self.reading.cells.get(*n).filter(|c| c.label.space == space && c.label.set.count_ones() == 1)
            else {
                continue;
            };
            if cell.label.set & covered == 0 {
                covered |= cell.label.set;
                value = value.saturating_add(*values.get(*n)?);
                chosen.push(*n);
            }
        }
        (chosen.len() >= 2).then_some(Whole { label: Label::of(space, covered), value, cells: chosen })
    }
}
