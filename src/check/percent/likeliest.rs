//! Which whole a percentage must be of that fits none.

use std::collections::BTreeSet;

use super::*;

/// A percent point, in the unit of [`Share::distance`].
const POINT: i128 = 1_000_000;

/// So many rows of a column are asked what it is the share of.
const ROWS: usize = 200;

impl Judge<'_> {
    /// The whole that a percentage must be of, though it does not fit it. That is one its own words name, or one under which it would be
    /// nearly right: a share far from all of them is of a whole that the report does not give.
    pub(super) fn likeliest<'w>(
        &self,
        shown: &Percentage,
        part: &Whole,
        wholes: &'w [Whole],
        values: &[i64],
    ) -> Option<&'w Whole> {
        let away = |w: &&Whole| shown.share.distance(part.value, w.value);
        // "trực tuyến 900 hồ sơ (95%), trực tiếp 100 hồ sơ (10%)": the one that fits says what both are of.
        let listed = wholes.iter().find(|w| self.siblings_fit(&shown.part, w, values));
        if let Some(listed) = listed.filter(|w| away(w) <= 20 * POINT) {
            return Some(listed);
        }
        let stated = |set: Set| shown.whole.as_ref().is_some_and(|l| l.is(set));
        let named = wholes.iter().filter(|w| {
            let beside = w.cells.is_empty() && shown.beside == Some(w.value);
            beside || shown.whole.as_ref() == Some(&w.label) || stated(RECEIVED) && w.label.is(IN)
        });
        if let Some(named) = named.filter(|w| away(w) <= 10 * POINT).min_by_key(away) {
            return Some(named);
        }
        if shown.whole.as_ref().is_some_and(|l| self.total(shown.scope, l.space, l.set, values).is_none()) {
            return None;
        }
        let natural = natural(&part.label);
        let near = |w: &&Whole| near(shown.share, part.value, w.value);
        let own = wholes.iter().filter(|w| self.is_natural(part, w, natural)).filter(near);
        let own = own.min_by_key(|w| (!w.label.is(natural), away(w)));
        let closest = wholes.iter().filter(near).min_by_key(away)?;
        let whole = match own {
            Some(own) if away(&own) <= away(&closest).saturating_mul(5) || away(&closest) > POINT => own,
            _ if away(&closest) <= POINT => closest,
            _ => return None,
        };
        // A share that speaks of something by its name alone may be of others than the figures beside it.
        (away(&whole) <= POINT || !matches!(shown.part, Part::Label(_))).then_some(whole)
    }

    /// Whether another part of a list of which this is the whole has a share that fits it.
    fn siblings_fit(&self, part: &Part, whole: &Whole, values: &[i64]) -> bool {
        let (Part::Cell(own), [of]) = (part, whole.cells.as_slice()) else { return false };
        let siblings =
            self.reading.lists.iter().filter(|l| l.whole == *of && l.parts.contains(own)).flat_map(|l| &l.parts);
        siblings.filter(|n| *n != own).any(|n| {
            let value = values.get(*n).copied().unwrap_or_default();
            let mut shown = self.beside.get(n).into_iter().flatten();
            value > 0 && value < whole.value && shown.any(|p| fits(p.share, value, whole.value))
        })
    }

    /// What the shares of each column are of: the wholes that all of its rows fit but one or a fifth, and at least three. The figures are those
    /// printed.
    pub(super) fn agreements(&self) -> BTreeMap<(usize, usize), Vec<Label>> {
        let printed: Vec<i64> = self.reading.cells.iter().map(|c| c.value).collect();
        let mut columns: BTreeMap<(usize, usize), (usize, BTreeMap<Label, usize>)> = BTreeMap::new();
        for shown in &self.reading.percentages {
            let Some((rows, fit)) = shown.column.map(|column| columns.entry(column).or_default()) else { continue };
            if *rows < ROWS
                && let Some(labels) = self.fitting(shown, &printed)
            {
                *rows += 1;
                labels.into_iter().for_each(|label| *fit.entry(label).or_default() += 1);
            }
        }
        let agreed = |(rows, fit): (usize, BTreeMap<Label, usize>)| {
            let most = move |(_, fit): &(Label, usize)| *fit >= 3 && (*fit * 5 >= rows * 4 || *fit + 1 == rows);
            fit.into_iter().filter(most).map(|(label, _)| label).collect()
        };
        columns.into_iter().map(|(column, counted)| (column, agreed(counted))).collect()
    }

    /// The wholes that a share fits, whatever its words mean; `None` if it has no part, or one of nothing.
    fn fitting(&self, shown: &Percentage, values: &[i64]) -> Option<BTreeSet<Label>> {
        let meant = meanings(&shown.part).iter().map(|set| Part::Label(Label::dossiers(*set)));
        let meant = std::iter::once(shown.part.clone()).chain(meant).map(|part| Percentage { part, ..shown.clone() });
        let parts: Vec<Whole> = meant.filter_map(|p| self.part(&p, values)).filter(|part| part.value > 0).collect();
        let implied = self.implied(shown.scope, values);
        let fitting = |part: &Whole| -> Vec<Label> {
            let wholes = self.wholes(shown, part, values);
            wholes.iter().chain(&implied).filter(|w| self.fits(shown.share, part, w)).map(|w| w.label.clone()).collect()
        };
        (!parts.is_empty()).then(|| parts.iter().flat_map(fitting).collect())
    }

    fn is_natural(&self, part: &Whole, whole: &Whole, natural: Set) -> bool {
        let head = whole.cells.iter().any(|n| self.is_head(*n, part)) && whole.cells.len() == 1;
        match part.label.space {
            Space::Dossiers | Space::Post => {
                whole.label.is(natural) || head || (natural == IN && whole.label.is(RECEIVED))
            }
            Space::Item => head,
            space => whole.label.space == space,
        }
    }
}

/// The whole that a part is given of where nothing else is said (DOMAIN: default denominators).
pub(super) fn natural(part: &Label) -> Set {
    match part.space {
        Space::Post => RESOLVED,
        Space::Dossiers if part.is(RESOLVED) => IN,
        Space::Dossiers if part.within(RESOLVED) => RESOLVED,
        Space::Dossiers if part.is(RECEIVED) => IN,
        Space::Dossiers if part.within(RECEIVED) => RECEIVED,
        Space::Dossiers if part.within(OTHER_EXITS | IN_PROGRESS) => IN,
        _ => IN,
    }
}

/// Whether a share may be a slip for the share of that part in that whole: a few points beside it and of its size, or a digit away.
fn near(share: Share, part: i64, whole: i64) -> bool {
    let Some(exact) = Share::of(part, whole, share.decimals) else { return false };
    let (a, b) = (share.millionths(), exact.millionths());
    let points = share.distance(part, whole) <= 3 * POINT && a.max(b) <= 2 * a.min(b) + POINT / 10;
    let swapped = slip(share.digits, exact.digits) == Slip::Swapped;
    let digit = slip(share.digits, exact.digits) == Slip::OneDigit && share.digits >= 1000;
    points || swapped || digit
}
