//! Every node against the plain model, which knows only what desks sent and what was acknowledged to them.

use std::collections::BTreeMap;

use motcua::{
    domain::{
        atoms::Atom,
        measure::{Figures, Measure},
        periods::Period,
        summary::{Cells, total},
        units::UnitId,
    },
    reports::{Breakdown, Query},
};

use super::World;
use crate::model::Plain;

/// Figures of every unit and atom, by the model.
type Counted = BTreeMap<(usize, chrono::NaiveDate), Cells>;

impl World {
    /// Adds whatever is not as the model says to the violations.
    pub fn judge(&mut self) {
        for unit in 0..self.machines.len() {
            let wrong = std::mem::take(&mut self.desks.log(unit).wrong);
            self.violations.extend(wrong.into_iter().map(|w| format!("{}: {w}", self.country.units[unit].code)));
        }
        let atoms = self.atoms(self.closed_until);
        let models: Vec<Plain> = (0..self.machines.len()).map(|unit| Plain::of(&self.desks.log(unit).kept())).collect();
        let mut counted = Counted::new();
        for (unit, model) in models.iter().enumerate() {
            for atom in &atoms {
                counted.insert((unit, atom.start), model.figures(atom.start, atom.end, atom.ends_at()));
            }
        }
        for unit in 0..self.machines.len() {
            let mut found = self.judge_documents(unit, &atoms, &counted);
            found.extend(self.judge_books(unit, &models[unit]));
            found.extend(self.judge_report(unit, &atoms, &models));
            self.violations.extend(found.into_iter().map(|f| format!("at {}: {f}", self.country.units[unit].code)));
        }
        for unit in 0..self.machines.len() {
            if let Err(fault) = self.judge_disk(unit) {
                self.violations.push(format!("disk of {}: {fault}", self.country.units[unit].code));
            }
        }
    }

    /// Documents at a node: its own and those of every unit below, for every atom.
    fn judge_documents(&self, at: usize, atoms: &[Atom], counted: &Counted) -> Vec<String> {
        let mut found = Vec::new();
        let Some(node) = self.machines[at].node() else { return vec!["it is down".into()] };
        let snapshot = node.snapshot();
        let cached = node.provisional.cached();
        let mut closing: BTreeMap<usize, i64> = BTreeMap::new();
        for atom in atoms {
            let on = atom.last_day();
            for unit in self.country.subtree(at, on) {
                let code = &self.country.units[unit].code;
                let Some(id) = snapshot.state.identity(code, on) else {
                    found.push(format!("unit {code} is not known on {on}"));
                    continue;
                };
                let sheet = match node.sheet(&snapshot, &id, *atom, self.now(), &cached) {
                    Ok(sheet) if sheet.published => sheet,
                    Ok(_) => {
                        found.push(format!("unit {code} has not closed {atom}"));
                        continue;
                    }
                    Err(error) => {
                        found.push(format!("unit {code}, {atom}: {error}"));
                        continue;
                    }
                };
                let summary = &sheet.summary;
                let own = &counted[&(unit, atom.start)];
                if summary.own != *own {
                    found.push(format!("unit {code}, {atom}: own figures differ: {}", difference(&summary.own, own)));
                }
                let mut below = Cells::new();
                let subtree = self.country.subtree(unit, on);
                for child in subtree.iter().filter(|child| **child != unit) {
                    add(&mut below, &counted[&(*child, atom.start)]);
                }
                if summary.below != below {
                    found.push(format!(
                        "unit {code}, {atom}: figures below differ: {}",
                        difference(&summary.below, &below)
                    ));
                }
                if (summary.received as usize, summary.expected as usize) != (subtree.len(), subtree.len()) {
                    let (received, expected) = (summary.received, summary.expected);
                    found.push(format!("unit {code}, {atom}: {received} of {expected}, there are {}", subtree.len()));
                }
                let figures = total(&summary.own);
                if closing
                    .insert(unit, figures.closing_stock())
                    .is_some_and(|before| before != figures[Measure::CarriedOver])
                {
                    found.push(format!("unit {code}, {atom}: does not open with what was left"));
                }
            }
        }
        let refusals = node.link.up().refusals;
        if !refusals.is_empty() {
            found.push(format!("the unit above refuses: {refusals:?}"));
        }
        found
    }

    /// The report over all atoms, which is no sum of their opening stocks.
    fn judge_report(&self, at: usize, atoms: &[Atom], models: &[Plain]) -> Option<String> {
        let (first, last) = (atoms.first()?, atoms.last()?);
        let node = self.machines[at].node()?;
        let period = Period::parse(&format!("{}..{}", first.start, last.last_day())).ok()?;
        let unit = UnitId::new(self.country.units[at].code.as_str(), None);
        let report = match node.report(&Query { unit, period, by: Breakdown::Unit, as_known_at: None }) {
            Ok(report) => report,
            Err(error) => return Some(format!("no report over all atoms: {error}")),
        };
        let mut should = Figures::default();
        for (unit, model) in models.iter().enumerate() {
            let ever = atoms.iter().any(|atom| self.country.subtree(at, atom.last_day()).contains(&unit));
            if ever && self.country.moving.is_none() {
                let cells = model.figures(first.start, last.end, last.ends_at());
                should += &if unit == at { total(&cells) } else { total(&for_parent(&cells)) };
            }
        }
        let differ = Measure::ALL.iter().find(|m| m.adds_over_units() && report.total[**m] != should[**m])?;
        // Who has moved counts in a district for a part of the time only.
        self.country.moving.is_none().then(|| {
            let (is, should) = (report.total[*differ], should[*differ]);
            format!("over all atoms {} is {is}, by the model {should}", differ.name())
        })
    }

    fn judge_books(&self, unit: usize, model: &Plain) -> Option<String> {
        let snapshot = self.machines[unit].node()?.snapshot();
        let books = snapshot.state.books.get(&self.country.units[unit].code)?;
        let (here, there) = ((books.held, books.conflicts), (model.held, model.conflicts));
        (here != there).then(|| format!("held and in conflict are {here:?}, by the model {there:?}"))
    }

    /// What is on disk is whole, and the journal alone gives the same state as the map with it.
    fn judge_disk(&mut self, unit: usize) -> Result<(), String> {
        let machine = &mut self.machines[unit];
        machine.kill();
        let mut hashes = Vec::new();
        for map in [machine.map.clone(), Default::default()] {
            let checked = machine.open(&machine.disk, &map)?.check().map_err(|error| error.to_string())?;
            if !checked.faults.is_empty() {
                return Err(checked.faults.join("; "));
            }
            hashes.push(checked.state_hash);
        }
        self.trace.say(format!("{}: {:?}", machine.code, hashes[0]));
        if hashes[0] != hashes[1] {
            return Err("the journal alone gives another state".into());
        }
        Ok(())
    }
}

/// What a parent may know of a unit below.
fn for_parent(cells: &Cells) -> Cells {
    let mut known = cells.clone();
    for measure in Measure::ALL.iter().filter(|m| !m.adds_over_units()) {
        known.values_mut().for_each(|figures| figures[*measure] = 0);
    }
    known.retain(|_, figures| Measure::ALL.iter().any(|m| figures[*m] != 0));
    known
}

fn add(sum: &mut Cells, cells: &Cells) {
    for (key, figures) in for_parent(cells) {
        *sum.entry(key).or_default() += &figures;
    }
}

/// The first cells that differ.
fn difference(here: &Cells, model: &Cells) -> String {
    let mut words = Vec::new();
    for key in here.keys().chain(model.keys().filter(|key| !here.contains_key(key))) {
        let (is, should) = (here.get(key).copied().unwrap_or_default(), model.get(key).copied().unwrap_or_default());
        for measure in Measure::ALL.iter().filter(|m| is[**m] != should[**m]) {
            words.push(format!(
                "{}/{} {} {} (model {})",
                key.agency,
                key.procedure,
                measure.name(),
                is[*measure],
                should[*measure]
            ));
        }
    }
    words.truncate(4);
    words.join(", ")
}
