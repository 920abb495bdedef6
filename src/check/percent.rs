//! A percentage against every whole that the report names, by the half-up interval of its printed precision.

mod likeliest;
mod wholes;

use std::{cell::OnceCell, collections::BTreeMap};

use likeliest::natural;

use super::{
    identities::{Origin, Relation, Sum},
    label::{
        ANY_LATE, ANY_ONLINE, CARRIED_OVER, IN, IN_PROGRESS, IN_TIME, Label, OTHER_EXITS, OUT, PENDING_OVERDUE,
        RECEIVED, RESOLVED, RESOLVED_LATE, RESOLVED_ON_TIME, Set, Space,
    },
    number::Share,
    reading::{Change, Part, Percentage, Reading},
    solve::{Slip, slip},
};

/// A whole: what it counts, how much, and the figures it is made of.
#[derive(Clone, PartialEq, Debug)]
pub struct Whole {
    /// What it counts.
    pub label: Label,
    /// How much.
    pub value: i64,
    /// One figure, or several that were added.
    pub cells: Vec<usize>,
}

/// What is to be said of a percentage.
#[derive(Clone, PartialEq, Debug)]
pub enum Judgement {
    /// It fits.
    Fits,
    /// It fits no whole that is named; this is what it should be.
    Wrong {
        /// The share of the likeliest whole.
        should_be: Share,
        /// The part.
        part: Whole,
        /// That whole, or the figure a growth starts from.
        whole: Whole,
    },
    /// The report does not give its part, or no whole it may belong to.
    Unsure,
    /// What it belongs to is a rounded figure.
    Rounded,
}

/// Everything needed to judge the percentages of one reading.
pub struct Judge<'a> {
    reading: &'a Reading,
    sums: &'a [Sum],
    by_scope: Vec<Vec<usize>>,
    /// The percentages printed beside a figure.
    beside: BTreeMap<usize, Vec<&'a Percentage>>,
    /// What the shares of a column are of, by most of its rows.
    agreed: OnceCell<BTreeMap<(usize, usize), Vec<Label>>>,
}

impl<'a> Judge<'a> {
    /// For a reading and its sums.
    pub fn new(reading: &'a Reading, sums: &'a [Sum]) -> Judge<'a> {
        let mut by_scope = vec![Vec::new(); reading.scopes.len()];
        for (n, cell) in reading.cells.iter().enumerate() {
            if let Some(cells) = by_scope.get_mut(cell.scope) {
                cells.push(n);
            }
        }
        let mut beside: BTreeMap<usize, Vec<&Percentage>> = BTreeMap::new();
        for shown in reading.percentages.iter().filter(|p| p.growth == 0) {
            if let Part::Cell(n) = shown.part {
                beside.entry(n).or_default().push(shown);
            }
        }
        Judge { reading, sums, by_scope, beside, agreed: OnceCell::new() }
    }

    /// How many percentages beside this figure fit with the second figures and not with the first, less those that fit no longer.
    pub fn gain(&self, cell: usize, before: &[i64], after: &[i64]) -> i64 {
        let scope = self.reading.cells.get(cell).map(|c| c.scope);
        let near = self.reading.percentages.iter().filter(|p| Some(p.scope) == scope);
        near.map(|p| i64::from(self.strictly(p, after)) - i64::from(self.strictly(p, before))).sum()
    }

    /// Judges a percentage as if the figures were these. "On time" may count those that were early, and "late" those resolved late, those
    /// overdue, or both: it is wrong only if it fits none of them.
    pub fn judge(&self, shown: &Percentage, values: &[i64]) -> Judgement {
        let others = meanings(&shown.part);
        let own = self.judge_one(shown, values);
        if own == Judgement::Fits || others.is_empty() {
            return own;
        }
        let other = |set: &Set| {
            let part = Part::Label(Label::dossiers(*set));
            self.judge_one(&Percentage { part, ..shown.clone() }, values)
        };
        // Of nothing there is no share that could be misprinted.
        let empty = |judged: &Judgement| matches!(judged, Judgement::Wrong { part, .. } if part.value == 0);
        let judged: Vec<Judgement> =
            others.iter().map(other).filter(|j| *j != Judgement::Unsure && !empty(j)).collect();
        match judged.as_slice() {
            [] => own,
            judged if judged.contains(&Judgement::Fits) => Judgement::Fits,
            [only] => only.clone(),
            _ => Judgement::Unsure,
        }
    }

    fn judge_one(&self, shown: &Percentage, values: &[i64]) -> Judgement {
        let Some(part) = self.part(shown, values) else { return Judgement::Unsure };
        if part.cells.iter().any(|c| self.reading.cells.get(*c).is_some_and(|c| c.about)) {
            return Judgement::Rounded;
        }
        if shown.growth != 0 {
            let judged = self.growth(shown, part.clone(), values);
            // "tăng 30 hồ sơ (13,3%)" may give the share after all.
            let share = || self.wholes(shown, &part, values).iter().any(|w| fits(shown.share, part.value, w.value));
            let wrong = matches!(judged, Judgement::Wrong { .. });
            return if wrong && share() { Judgement::Unsure } else { judged };
        }
        let wholes = self.wholes(shown, &part, values);
        let implied = self.implied(shown.scope, values);
        if wholes.iter().chain(&implied).any(|w| self.fits(shown.share, &part, w)) {
            return Judgement::Fits;
        }
        if self.coarse(&part) {
            return Judgement::Rounded;
        }
        let natural = natural(&part.label);
        if self.rounded_whole(shown, natural) {
            return Judgement::Rounded;
        }
        if self.of_something_unread(shown, part.value) {
            return Judgement::Fits;
        }
        let agreed = shown.column.and_then(|column| self.agreed.get_or_init(|| self.agreements()).get(&column));
        let agreed = wholes.iter().chain(&implied).find(|w| agreed.is_some_and(|labels| labels.contains(&w.label)));
        let Some(whole) = agreed.or_else(|| self.likeliest(shown, &part, &wholes, values)) else {
            return Judgement::Unsure;
        };
        if self.coarse(whole) {
            return Judgement::Rounded;
        }
        match Share::of(part.value, whole.value, shown.share.decimals) {
            Some(should_be) => Judgement::Wrong { should_be, part, whole: whole.clone() },
            None => Judgement::Unsure,
        }
    }

    /// "phát ra 500 phiếu, thu về 487 phiếu (97,4%)": a number of its own sentence that has no label, but is its whole all the same.
    fn of_something_unread(&self, shown: &Percentage, part: i64) -> bool {
        let beside = self
            .reading
            .unread
            .iter()
            .filter(|u| u.place.line == shown.place.line && u.place.quote == shown.place.quote);
        beside.filter_map(|u| u.value).any(|whole| whole > part && fits(shown.share, part, whole))
    }

    fn growth(&self, shown: &Percentage, part: Whole, values: &[i64]) -> Judgement {
        let printed = |n: usize| self.reading.cells.get(n).map(|c| c.value);
        let told = |c: &&Change| shown.part == Part::Cell(c.now) && shown.beside == printed(c.before);
        let before = self.reading.changes.iter().find(told).and_then(|c| values.get(c.before)).copied();
        let Some(base) = before.or(shown.beside).filter(|b| *b > 0) else { return Judgement::Unsure };
        let change = (part.value - base) * shown.growth;
        let Some(should_be) = Share::of(change.abs(), base, shown.share.decimals) else { return Judgement::Unsure };
        if change >= 0 && should_be == shown.share {
            return Judgement::Fits;
        }
        // Of another whole altogether: a growth of something else.
        if change < 0 || shown.share.distance(change, base) > 5_000_000 {
            return Judgement::Unsure;
        }
        let whole = Whole { label: part.label.clone(), value: base, cells: Vec::new() };
        Judgement::Wrong { should_be, part, whole }
    }

    fn part(&self, shown: &Percentage, values: &[i64]) -> Option<Whole> {
        match &shown.part {
            Part::Cell(n) => {
                let cell = self.reading.cells.get(*n)?;
                Some(Whole { label: cell.label.clone(), value: *values.get(*n)?, cells: vec![*n] })
            }
            Part::Label(label) => self.total(shown.scope, label.space, label.set, values),
        }
    }

    /// Whether the whole this part is usually given of is only there as a rounded figure.
    fn rounded_whole(&self, shown: &Percentage, natural: Set) -> bool {
        let cells = self.by_scope.get(shown.scope).into_iter().flatten();
        let mut about =
            cells.filter_map(|n| self.reading.cells.get(*n)).filter(|c| c.about && c.label.space == Space::Dossiers);
        let spoken = match &shown.part {
            Part::Cell(n) => self.reading.cells.get(*n).map(|c| c.label.space),
            Part::Label(label) => Some(label.space),
        };
        matches!(spoken, Some(Space::Dossiers | Space::Item | Space::Post))
            && about.any(|c| c.label.is(natural) || natural == IN && c.label.is(RECEIVED))
    }
}

/// What else the words of a part may mean.
fn meanings(part: &Part) -> &'static [Set] {
    match part {
        Part::Label(label) if label.is(RESOLVED_ON_TIME) => &[IN_TIME],
        Part::Label(label) if label.is(ANY_LATE) => &[RESOLVED_LATE, PENDING_OVERDUE],
        _ => &[],
    }
}

/// Whether the share of that part in that whole prints like this. Just below the whole 99,99 is printed for 100,00 and just above it
/// 100,01, and 0,01 for 0,00.
pub fn fits(share: Share, part: i64, whole: i64) -> bool {
    let Some(exact) = Share::of(part, whole, share.decimals) else { return false };
    let full = 100 * 10i64.pow(share.decimals.min(9));
    exact == share
        || share.decimals == 2 && part < whole && exact.digits == full && share.digits == full - 1
        || share.decimals == 2 && part > whole && exact.digits == full && share.digits == full + 1
        || share.decimals == 2 && part > 0 && exact.digits == 0 && share.digits == 1
}

impl Judge<'_> {
    /// How far a figure may be from the truth because it is rounded.
    fn slack(&self, whole: &Whole) -> i64 {
        let slack = |n: &usize| self.reading.cells.get(*n).map_or(0, |c| c.slack);
        whole.cells.iter().map(slack).fold(0, i64::saturating_add)
    }

    /// Whether a figure is rounded so far that no share of it could be called wrong: "8,98 ngàn" is not, "9 ngàn" is.
    fn coarse(&self, whole: &Whole) -> bool {
        self.slack(whole).saturating_mul(100) > whole.value
    }

    /// Whether the share prints like this, whatever the figures were before they were rounded.
    fn fits(&self, share: Share, part: &Whole, whole: &Whole) -> bool {
        let (a, b) = (self.slack(part), self.slack(whole));
        if a == 0 && b == 0 {
            return fits(share, part.value, whole.value);
        }
        let low = Share::of((part.value - a).max(0), whole.value.saturating_add(b), share.decimals);
        let high = Share::of(part.value.saturating_add(a), (whole.value - b).max(1), share.decimals);
        matches!((low, high), (Some(low), Some(high)) if low.digits <= share.digits && share.digits <= high.digits)
    }

    /// Whether it fits a whole that is printed, or one that nothing printed contradicts.
    pub fn strictly(&self, shown: &Percentage, values: &[i64]) -> bool {
        let Some(part) = self.part(shown, values) else { return false };
        if shown.growth != 0 {
            return self.judge(shown, values) == Judgement::Fits;
        }
        let wholes = self.wholes(shown, &part, values);
        let printed = |label: &Label| wholes.iter().any(|w| w.label == *label && w.cells.len() <= 1);
        wholes.iter().any(|w| (w.cells.len() <= 1 || !printed(&w.label)) && self.fits(shown.share, &part, w))
    }
}
