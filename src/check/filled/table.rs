//! Any table that the checker can label: form II.06 as we print it, or as others do. The row of totals holds the figures of the unit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, At, Filled, Mistake, Notice, Read, What, dates};
use crate::{
    check::{
        book::Sheet,
        finding::What as Found,
        grid::{self, Grid},
        json,
        label::{BY_POST, GIVEN_BACK, IN_PERSON, IN_TIME, Label, Space, TAKEN_BACK},
        outcome,
        reading::{Cell, Place, Reading, Unread},
        sections::is_total,
        table,
    },
    domain::{
        entered::{Form, Item},
        measure::Measure,
        periods::Period,
    },
};

/// The fewest kinds of figures that make a table a form.
const KINDS: usize = 4;
/// The most names of rows in a mistake.
const NAMES: usize = 12;
/// What a column of units is called.
const UNITS: &[&str] = &["đơn vị", "tên đơn vị", "cơ quan, đơn vị", "tên cơ quan, đơn vị", "unit", "units"];
/// Figures that a form may give as one, and as which of ours they count.
const TOGETHER: &[(Label, Measure)] = &[
    (Label::dossiers(IN_PERSON | BY_POST), Measure::ReceivedDirect),
    (Label::dossiers(IN_TIME), Measure::ResolvedOnTime),
    (Label::dossiers(GIVEN_BACK | TAKEN_BACK), Measure::Returned),
];

/// A table with labels.
struct Labelled<'a> {
    sheet: &'a Sheet,
    grid: Grid,
    reading: Reading,
}

/// The figures of the one table on these sheets.
pub fn read(sheets: &[Sheet], asked: &Asked<'_>) -> Result<Filled, Vec<Mistake>> {
    let one = |what| vec![Mistake::of(what)];
    let found = labelled(sheets);
    let found = match found.as_slice() {
        [found] => found,
        [] => return Err(one(What::NoTable)),
        several => return Err(one(What::SeveralTables(several.iter().map(|t| t.sheet.name.clone()).collect()))),
    };
    let scope = found.row(asked.row).map_err(one)?;
    let period = found.period(asked.periods).map_err(one)?;
    let (read, mut notices) = found.figures(scope, period)?;
    let (name, first) = (found.name(scope), read.at.values().min_by_key(|at| (at.row, at.column)).cloned());
    notices.extend(first.filter(|_| found.names().len() > 1).map(|at| Notice::Row { name, at }));
    let at = |place: &Place| found.at(place);
    notices.extend(passed_over(&found.reading.unread, at));
    let findings = outcome(found.reading.clone()).findings.into_iter();
    let findings = findings.filter(|f| matches!(f.what, Found::Contradiction { .. })).map(|f| (at(&f.place), f));
    Ok(Filled { forms: vec![read], notices, findings: findings.collect() })
}

fn labelled(sheets: &[Sheet]) -> Vec<Labelled<'_>> {
    let tables = sheets.iter().flat_map(|sheet| grid::of(sheet, String::new()).into_iter().map(move |g| (sheet, g)));
    let all = tables.map(|(sheet, grid)| {
        let mut reading = Reading::default();
        table::read(&grid, &mut reading);
        Labelled { sheet, grid, reading }
    });
    all.filter(|table| table.kinds() >= KINDS).collect()
}

impl Labelled<'_> {
    fn kinds(&self) -> usize {
        let dossiers = self.reading.cells.iter().filter(|cell| cell.label.space == Space::Dossiers);
        dossiers.map(|cell| cell.label.set).collect::<BTreeSet<_>>().len()
    }

    fn at(&self, place: &Place) -> At {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        At { sheet: self.sheet.name.clone(), row: number(place.line), column: number(place.column) }
    }

    fn name(&self, scope: usize) -> String {
        self.reading.scopes.get(scope).map(|s| s.name.clone()).unwrap_or_default()
    }

    /// Rows with figures, by name.
    fn names(&self) -> Vec<(usize, String)> {
        let filled = (0..self.reading.scopes.len()).filter(|scope| self.reading.of(*scope).next().is_some());
        filled.map(|scope| (scope, self.name(scope))).collect()
    }

    /// The row that is meant: the one named, else the only one, else the row of totals.
    fn row(&self, wanted: Option<&str>) -> Result<usize, What> {
        let all = self.names();
        let short = || all.iter().map(|(_, name)| name.clone()).take(NAMES).collect::<Vec<_>>();
        if let Some(wanted) = wanted {
            let same = |(_, name): &&(usize, String)| grid::tidy(wanted).to_lowercase() == name.to_lowercase();
            let found: Vec<_> = all.iter().filter(same).collect();
            return if let [(scope, _)] = found.as_slice() { Ok(*scope) } else { Err(What::NoSuchRow(short())) };
        }
        let totals: Vec<_> = all.iter().filter(|(_, name)| is_total(name)).collect();
        match (all.as_slice(), totals.as_slice()) {
            ([(scope, _)], _) => Ok(*scope),
            (_, [_]) if self.is_of_units() => Err(What::RowsAreUnits(short())),
            (_, [(scope, _)]) => Ok(*scope),
            _ => Err(What::WhichRow(short())),
        }
    }

    /// Whether the rows are units: their sum is the figures of nobody who enters a form.
    fn is_of_units(&self) -> bool {
        let heads = self.grid.rows.iter().take(table::first_row(&self.grid)).skip(table::heading_row(&self.grid));
        heads.flat_map(|(_, row)| row).any(|cell| UNITS.contains(&cell.to_lowercase().as_str()))
    }

    /// The period that was asked for, if the form does not speak of another; else that of the form.
    fn period(&self, given: &[Period]) -> Result<Period, What> {
        let top = self.grid.rows.get(table::first_row(&self.grid)).map_or(usize::MAX, |(row, _)| *row);
        let named = dates::named(self.sheet, u32::try_from(top).unwrap_or(u32::MAX));
        match (given, named) {
            ([period], Some((first, last))) if (period.start, period.last_day()) != (first, last) => {
                Err(What::OtherPeriod { first, last })
            }
            ([period], _) => Ok(period.clone()),
            ([], Some((first, last))) => dates::period(first, last).ok_or(What::WhichPeriod),
            _ => Err(What::WhichPeriod),
        }
    }

    /// Whether several of ours are given as one beside each of them, as "early or on time" may be: a sum that we do not keep.
    fn is_sum_of_ours(&self, scope: usize, label: &Label) -> bool {
        let part = |cell: &Cell| cell.label.within(label.set) && cell.label.set != label.set;
        TOGETHER.iter().any(|(several, _)| several == label) && self.reading.of(scope).any(|(_, cell)| part(cell))
    }

    fn figures(&self, scope: usize, period: Period) -> Result<(Read, Vec<Notice>), Vec<Mistake>> {
        let mut read = Read { form: Form { period, stated: BTreeMap::new() }, at: BTreeMap::new() };
        let (mut notices, mut wrong) = (Vec::new(), Vec::new());
        for (_, cell) in self.reading.of(scope) {
            let Some(place) = cell.places.first() else { continue };
            let at = self.at(place);
            if self.is_sum_of_ours(scope, &cell.label) {
                continue;
            }
            match ours(&cell.label) {
                Some((name, taken)) => {
                    if let Some(before) = read.at.insert(name, at.clone()) {
                        wrong.push(Mistake::at(at.clone(), What::Twice(before)));
                    }
                    read.form.stated.insert(name, cell.value);
                    let together = taken.filter(|_| cell.value != 0);
                    notices.extend(together.map(|taken| Notice::Together { heading: heading(place), at, taken }));
                }
                None if cell.value == 0 => {}
                None if in_balance(cell) => wrong.push(Mistake::at(at, What::NotOurs(heading(place)))),
                None => notices.push(Notice::PassedOver { heading: heading(place), at }),
            }
        }
        if read.form.stated.is_empty() && wrong.is_empty() {
            wrong.push(Mistake::of(What::NoFigures));
        }
        if wrong.is_empty() { Ok((read, notices)) } else { Err(wrong) }
    }
}

/// Which of our figures a label is; the second says as which, if the form has no others beside it.
fn ours(label: &Label) -> Option<(&'static str, Option<Measure>)> {
    let same = |item: &Item| json::code(item.name()).as_ref() == Some(label);
    let one = Item::all().find(same).map(|item| (item.name(), None));
    let together = || TOGETHER.iter().find(|(several, _)| several == label).map(|(_, m)| (m.name(), Some(*m)));
    one.or_else(together)
}

fn in_balance(cell: &Cell) -> bool {
    matches!(cell.label.space, Space::Dossiers | Space::Item)
}

/// The headings of a figure, without the name of its row.
fn heading(place: &Place) -> String {
    place.quote.rsplit_once(": ").map_or(place.quote.as_str(), |(_, heading)| heading).to_owned()
}

/// Each column once, at its first number.
fn passed_over(unread: &[Unread], at: impl Fn(&Place) -> At) -> Vec<Notice> {
    let mut seen = BTreeSet::new();
    let first = unread.iter().filter(|unread| seen.insert(heading(&unread.place)));
    first.map(|unread| Notice::PassedOver { heading: heading(&unread.place), at: at(&unread.place) }).collect()
}
