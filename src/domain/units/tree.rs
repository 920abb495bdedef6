//! The tree of units at every date: who stands for a code, who is above and below whom, who reports.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::UnitId;
use super::check::{MAX_DEPTH, TreeError, mistakes};
use super::row::{Edge, Unit, UnitRow, Validity, units_of};

/// All units of a registry at all dates. For every date a code stands for at most one unit, every parent exists, and
/// no unit lies below itself.
///
/// Rows of one code that follow each other without a gap under the same name and level are one unit with several
/// edges; another name, another level or a gap begins another unit. Looking up a code is a binary search, going down
/// an index.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    /// Sorted by id; the units of a code stand together in order of time.
    units: Vec<Unit>,
    /// Per unit, who hangs below it and when, in the order of `units`.
    below: Vec<Vec<Link>>,
    /// Per unit, whose books it keeps and when.
    keeps: Vec<Vec<Link>>,
    /// Units without a parent, and when.
    roots: Vec<Link>,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
struct Link {
    valid: Validity,
    unit: usize,
}

impl Tree {
    /// Builds the tree from rows in any order. Equal rows that follow each other become one edge.
    ///
    /// # Errors
    /// Every mistake in the rows at once, at most [`super::MAX_ERRORS`].
    pub fn from_rows(mut rows: Vec<UnitRow>) -> Result<Tree, Vec<TreeError>> {
        rows.sort_by(|a, b| (&a.code, a.valid_from).cmp(&(&b.code, b.valid_from)));
        let errors = mistakes(&rows);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut tree = Tree { units: units_of(rows), ..Tree::default() };
        tree.link();
        Ok(tree)
    }

    /// The rows that build an equal tree, by code and date: one per edge.
    pub fn rows(&self) -> Vec<UnitRow> {
        let row = |unit: &Unit, edge: &Edge| UnitRow {
            code: unit.id.code.to_string(),
            name: unit.name.to_string(),
            level: unit.level.to_string(),
            parent_code: edge.parent_code.as_deref().map(str::to_owned),
            valid_from: edge.valid.from,
            valid_to: edge.valid.to,
            reports_from: edge.reports_from,
            kept_by: edge.kept_by.as_deref().map(str::to_owned),
        };
        self.units.iter().flat_map(|unit| unit.edges.iter().map(move |edge| row(unit, edge))).collect()
    }

    /// How many units there are, over all dates.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is no unit at all.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// All units over all dates, in order of id.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit a code stands for on that date.
    pub fn resolve(&self, code: &str, on: NaiveDate) -> Option<&Unit> {
        self.units.get(self.index_of(code, on)?)
    }

    /// The unit of that identity.
    pub fn get(&self, id: &UnitId) -> Option<&Unit> {
        self.units.get(self.index(id)?)
    }

    /// Whether the unit exists on that date.
    pub fn in_force(&self, id: &UnitId, on: NaiveDate) -> bool {
        self.edge(id, on).is_some()
    }

    /// The unit directly above on that date; `None` for a root or a unit not in force.
    pub fn parent(&self, id: &UnitId, on: NaiveDate) -> Option<UnitId> {
        let code = self.edge(id, on)?.parent_code.as_deref()?;
        Some(self.resolve(code, on)?.id.clone())
    }

    /// The units directly below on that date, sorted by code.
    pub fn children(&self, id: &UnitId, on: NaiveDate) -> Vec<UnitId> {
        self.index(id).and_then(|i| self.below.get(i)).map_or_else(Vec::new, |links| self.ids(links, on))
    }

    /// The units without a parent on that date, sorted by code.
    pub fn roots(&self, on: NaiveDate) -> Vec<UnitId> {
        self.ids(&self.roots, on)
    }

    /// Whether `ancestor` lies above the unit on that date, at any distance; a unit is not below itself.
    pub fn is_below(&self, unit: &UnitId, ancestor: &UnitId, on: NaiveDate) -> bool {
        let Some(wanted) = self.index(ancestor).and_then(|i| self.units.get(i)) else {
            return false;
        };
        let mut edge = self.edge(unit, on);
        for _ in 0..MAX_DEPTH {
            let above = edge.and_then(|e| e.parent_code.as_deref()).and_then(|code| self.resolve(code, on));
            match above {
                Some(above) if above.id == wanted.id => return true,
                Some(above) => edge = above.edge_on(on),
                None => return false,
            }
        }
        false
    }

    /// The unit and everything below it on that date, parents first, siblings by code. Empty if not in force.
    pub fn subtree(&self, id: &UnitId, on: NaiveDate) -> Vec<UnitId> {
        let mut ids = Vec::new();
        self.walk(id, on, |unit| ids.push(unit.id.clone()));
        ids
    }

    /// How many units of the subtree, the unit itself included, are expected to report for that date.
    pub fn expected(&self, id: &UnitId, on: NaiveDate) -> usize {
        let mut count = 0;
        self.walk(id, on, |unit| count += usize::from(unit.reports_on(on)));
        count
    }

    /// Whether the unit itself is in force and expected to report for that date.
    pub fn reports(&self, id: &UnitId, on: NaiveDate) -> bool {
        self.get(id).is_some_and(|unit| unit.reports_on(on))
    }

    /// The units whose books that one keeps on that date, sorted by code; without the books of its own.
    pub fn kept_by(&self, keeper: &UnitId, on: NaiveDate) -> Vec<UnitId> {
        let links = self.index(keeper).and_then(|i| self.keeps.get(i));
        links.map_or_else(Vec::new, |links| self.ids(links, on)).into_iter().filter(|id| id != keeper).collect()
    }

    /// Codes of the units that were ever above a unit of that code, at any height.
    pub fn ever_above(&self, code: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut next = vec![code.to_owned()];
        while let Some(below) = next.pop() {
            let edges = self.of_code(&below).flat_map(|(_, unit)| &unit.edges);
            let above: Vec<String> = edges.filter_map(|edge| edge.parent_code.as_deref().map(str::to_owned)).collect();
            next.extend(above.into_iter().filter(|parent| found.insert(parent.clone())));
        }
        found
    }

    /// Every unit that a unit of that code ever was, had below it at some date, or kept the books of; sorted. Costs what that subtree has.
    pub fn ever_under(&self, code: &str) -> Vec<UnitId> {
        let mut seen: BTreeSet<usize> = self.of_code(code).map(|(i, _)| i).collect();
        let mut stack: Vec<usize> = seen.iter().copied().collect();
        stack.extend(seen.clone().iter().filter_map(|i| self.keeps.get(*i)).flatten().map(|link| link.unit));
        while let Some(i) = stack.pop() {
            seen.insert(i);
            let below = self.below.get(i).into_iter().flatten().map(|link| link.unit);
            stack.extend(below.filter(|unit| !seen.contains(unit)));
        }
        seen.into_iter().filter_map(|i| self.units.get(i)).map(|unit| unit.id.clone()).collect()
    }

    fn edge(&self, id: &UnitId, on: NaiveDate) -> Option<&Edge> {
        self.get(id)?.edge_on(on)
    }

    fn index(&self, id: &UnitId) -> Option<usize> {
        self.units.binary_search_by(|unit| unit.id.cmp(id)).ok()
    }

    /// Units of a code with their places, in order of time.
    fn of_code<'a>(&'a self, code: &'a str) -> impl Iterator<Item = (usize, &'a Unit)> {
        let start = self.units.partition_point(|unit| &*unit.id.code < code);
        self.units.iter().enumerate().skip(start).take_while(move |(_, unit)| &*unit.id.code == code)
    }

    fn index_of(&self, code: &str, on: NaiveDate) -> Option<usize> {
        self.of_code(code).find(|(_, unit)| unit.validity().contains(on)).map(|(i, _)| i)
    }

    fn ids(&self, links: &[Link], on: NaiveDate) -> Vec<UnitId> {
        let now = links.iter().filter(|link| link.valid.contains(on));
        now.filter_map(|link| self.units.get(link.unit)).map(|unit| unit.id.clone()).collect()
    }

    fn walk<'a>(&'a self, id: &UnitId, on: NaiveDate, mut visit: impl FnMut(&'a Unit)) {
        let mut stack: Vec<usize> = self.index(id).filter(|_| self.in_force(id, on)).into_iter().collect();
        while let Some(i) = stack.pop() {
            let (Some(unit), Some(links)) = (self.units.get(i), self.below.get(i)) else {
                continue;
            };
            visit(unit);
            stack.extend(links.iter().rev().filter(|link| link.valid.contains(on)).map(|link| link.unit));
        }
    }

    /// Fills the indices from the edges. A unit whose parent code changes hands gets one link per parent.
    fn link(&mut self) {
        let (mut below, mut keeps) = (vec![Vec::new(); self.units.len()], vec![Vec::new(); self.units.len()]);
        let mut roots = Vec::new();
        for (i, unit) in self.units.iter().enumerate() {
            for edge in &unit.edges {
                match edge.parent_code.as_deref() {
                    Some(code) => self.attach(&mut below, code, Link { valid: edge.valid, unit: i }),
                    None => roots.push(Link { valid: edge.valid, unit: i }),
                }
                if let Some(code) = edge.kept_by.as_deref() {
                    self.attach(&mut keeps, code, Link { valid: edge.valid, unit: i });
                }
            }
        }
        (self.below, self.keeps, self.roots) = (below, keeps, roots);
    }

    fn attach(&self, index: &mut [Vec<Link>], code: &str, link: Link) {
        for (to, unit) in self.of_code(code) {
            if let (Some(valid), Some(links)) = (unit.validity().intersection(link.valid), index.get_mut(to)) {
                links.push(Link { valid, ..link });
            }
        }
    }
}
