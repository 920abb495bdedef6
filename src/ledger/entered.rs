//! The figures of a unit that a person entered: a chain of periods without gaps, each beginning with the stock the one before ended with. They
//! count on the last day of their period. Until then nothing happens, and the stock is what it was.

use std::sync::Arc;

use chrono::NaiveDate;
use imbl::OrdMap;

use crate::domain::{atoms::Atom, entered::Whole, measure::Figures};

/// The chain of one unit. Cloning is cheap and the clone never changes.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Wholes(OrdMap<NaiveDate, Arc<Whole>>);

impl Wholes {
    /// Whether nothing was ever entered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// First local day of the chain.
    pub fn from(&self) -> Option<NaiveDate> {
        self.0.get_min().map(|(start, _)| *start)
    }

    /// The local day after its last: dossiers are booked from here on.
    pub fn through(&self) -> Option<NaiveDate> {
        self.0.get_max().map(|(_, whole)| whole.end)
    }

    /// All, in order of time.
    pub fn iter(&self) -> impl Iterator<Item = &Whole> {
        self.0.values().map(|whole| &**whole)
    }

    /// What was entered for the period that begins on that day.
    pub fn get(&self, start: NaiveDate) -> Option<&Whole> {
        self.0.get(&start).map(|whole| &**whole)
    }

    /// What was entered for a period that ends on that day (exclusive).
    pub fn ending(&self, end: NaiveDate) -> Option<&Whole> {
        let (_, whole) = self.0.range(..end).next_back()?;
        (whole.end == end).then_some(&**whole)
    }

    /// Puts figures in the place of what was entered for the period that begins on the same day.
    pub fn put(&mut self, whole: Whole) {
        self.0.insert(whole.start, Arc::new(whole));
    }

    /// Takes back what was entered for the period that begins on that day.
    pub fn take_back(&mut self, start: NaiveDate) {
        self.0.remove(&start);
    }

    /// Those that share days with that time.
    pub fn within(&self, start: NaiveDate, end: NaiveDate) -> impl Iterator<Item = &Whole> {
        self.iter().filter(move |whole| whole.start < end && start < whole.end)
    }

    /// Whether all of that atom lies in the chain.
    pub fn covers(&self, atom: Atom) -> bool {
        self.from().is_some_and(|from| from <= atom.start) && self.through().is_some_and(|through| atom.end <= through)
    }

    /// Whether the atom has no day after the chain.
    pub fn reaches(&self, atom: Atom) -> bool {
        self.through().is_some_and(|through| atom.start < through)
    }

    /// The figures of an atom that begins before the chain ends: those of the periods that end in it, beginning with the stock before.
    pub fn figures(&self, atom: Atom) -> Figures {
        let standing = match self.iter().take_while(|whole| whole.end <= atom.start).last() {
            Some(before) => before.after(),
            // Nothing is known of the time before the chain.
            None => self.get_first(atom).map(Whole::before).unwrap_or_default(),
        };
        let ending = self.iter().filter(|whole| whole.end > atom.start && whole.end <= atom.end);
        ending.fold(standing, |figures, whole| figures.then(&whole.figures))
    }

    fn get_first(&self, atom: Atom) -> Option<&Whole> {
        self.iter().next().filter(|whole| whole.start < atom.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        atoms::Cuts,
        measure::Measure::{self, *},
        periods::Period,
    };

    fn whole(period: &str, figures: &[(Measure, i64)]) -> Whole {
        let period = Period::parse(period).unwrap();
        let mut sum = Figures::default();
        for (measure, n) in figures {
            sum[*measure] = *n;
        }
        Whole { start: period.start, end: period.end, figures: sum, by: String::new(), source: String::new() }
    }

    fn chain() -> Wholes {
        let mut chain = Wholes::default();
        let march = [
            (CarriedOver, 5),
            (ReceivedDirect, 1),
            (ResolvedLate, 2),
            (PendingWithinDeadline, 4),
            (FeedbackReceived, 1),
        ];
        chain.put(whole("2018-03", &march));
        let february = [
            (CarriedOver, 3),
            (ReceivedDirect, 9),
            (ResolvedEarly, 7),
            (PendingWithinDeadline, 3),
            (PendingOverdue, 2),
        ];
        chain.put(whole("2018-02", &february));
        chain
    }

    #[test]
    fn what_was_entered_counts_on_the_last_day() {
        let chain = chain();
        let cuts = Cuts::default();
        for (day, covered, carried, received, within, overdue) in [
            ("2018-01-05", false, 0, 0, 0, 0),
            ("2018-01-20", true, 3, 0, 3, 0),
            ("2018-02-14", true, 3, 9, 3, 2),
            ("2018-02-20", true, 5, 0, 3, 2),
            ("2018-03-01", true, 5, 1, 4, 0),
        ] {
            let atom = cuts.atom_of(day.parse().unwrap());
            let figures = chain.figures(atom);
            let seen = (
                chain.covers(atom),
                figures[CarriedOver],
                figures[ReceivedDirect],
                figures[PendingWithinDeadline],
                figures[PendingOverdue],
            );
            assert_eq!(seen, (covered, carried, received, within, overdue), "{day}");
            assert_eq!(figures.imbalance(), 0, "{day}");
        }
        let after = cuts.atom_of("2018-03-20".parse().unwrap());
        assert!(!chain.covers(after) && !chain.reaches(after));
    }

    #[test]
    fn any_cut_of_time_gives_the_same_sums() {
        let chain = chain();
        let whole = Period::parse("2018-01-15..2018-03-14").unwrap();
        let plain = chain.figures(Atom { start: whole.start, end: whole.end });
        assert_eq!((plain[CarriedOver], plain[ReceivedDirect], plain.closing_stock()), (3, 10, 4));
        for extra in ["2018-01-20", "2018-02-14", "2018-02-28", "2018-03-14"] {
            let cuts = Cuts::new([extra.parse().unwrap()]);
            let atoms = whole.atoms(&cuts).unwrap();
            let sum = atoms.iter().map(|atom| chain.figures(*atom)).reduce(|a, b| a.then(&b)).unwrap();
            assert_eq!(sum, plain, "{extra}");
        }
    }
}
