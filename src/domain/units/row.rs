//! What the tree is made from and made of: rows in, units with dated edges out.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::UnitId;

/// One line of a unit list: for a span of dates, what a code is called, where it hangs, and whether it reports. Texts
/// are taken as they are (NFC is the importer's duty).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UnitRow {
    /// The code, with leading zeros.
    pub code: String,
    /// The full name in Vietnamese.
    pub name: String,
    /// The level, as the list names it (`province`, `district`, `commune`, `department`).
    pub level: String,
    /// The code of the unit above, read at each date of the row; `None` for a root.
    pub parent_code: Option<String>,
    /// First local date of the row; `None` if older than the list.
    pub valid_from: Option<NaiveDate>,
    /// First local date after the row; `None` if still in force.
    pub valid_to: Option<NaiveDate>,
    /// From which local date the unit has books and is expected to report; `None`: as long as the row is in force.
    pub reports_from: Option<NaiveDate>,
    /// The code of the unit whose node keeps this one's books; `None`: its own.
    pub kept_by: Option<String>,
}

impl UnitRow {
    /// The span of dates of the row.
    pub fn validity(&self) -> Validity {
        Validity { from: self.valid_from, to: self.valid_to }
    }
}

/// A half-open span of local dates, open-ended where `None`.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Validity {
    /// First date.
    pub from: Option<NaiveDate>,
    /// First date after it.
    pub to: Option<NaiveDate>,
}

impl Validity {
    /// Whether the date lies within.
    pub fn contains(self, on: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on < to)
    }

    /// The dates of both, or `None` if they share none.
    pub fn intersection(self, other: Validity) -> Option<Validity> {
        // None sorts first, which is right for a start; an end is compared by its absence
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Some(Validity { from: self.from.max(other.from), to }).filter(|v| !v.is_empty())
    }

    /// Whether no date lies within.
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if to <= from)
    }

    /// Whether the other begins on the day this one ends.
    pub fn is_followed_by(self, other: Validity) -> bool {
        self.to.is_some() && self.to == other.from
    }
}

/// A unit: one code under one name at one level, without a gap in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// The code and the first date of the first edge.
    pub id: UnitId,
    /// The full name.
    pub name: Arc<str>,
    /// The level.
    pub level: Arc<str>,
    /// Where it hung, in order of time, each edge following the one before without a gap; at least one.
    pub edges: Vec<Edge>,
}

/// What holds for a unit during a span of dates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// The span.
    pub valid: Validity,
    /// The code of the unit above.
    pub parent_code: Option<Arc<str>>,
    /// From when the unit is expected to report; `None`: from the start of the edge.
    pub reports_from: Option<NaiveDate>,
    /// The code of the unit that keeps its books.
    pub kept_by: Option<Arc<str>>,
}

impl Unit {
    /// The edge in force on that date.
    pub fn edge_on(&self, on: NaiveDate) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.valid.contains(on))
    }

    /// All dates of the unit.
    pub fn validity(&self) -> Validity {
        Validity { from: self.id.valid_from, to: self.edges.last().and_then(|edge| edge.valid.to) }
    }

    /// Whether the unit is in force on that date and expected to report for it.
    pub fn reports_on(&self, on: NaiveDate) -> bool {
        self.edge_on(on).is_some_and(|edge| edge.reports_from.is_none_or(|from| from <= on))
    }
}

/// Groups rows, sorted and without mistakes, into units and merges equal edges. Equal texts are kept once.
pub(super) fn units_of(rows: Vec<UnitRow>) -> Vec<Unit> {
    let mut texts: HashMap<String, Arc<str>> = HashMap::new();
    let mut keep = |text: String| Arc::clone(texts.entry(text).or_insert_with_key(|text| Arc::from(text.as_str())));
    let mut units: Vec<Unit> = Vec::new();
    for row in rows {
        let valid = row.validity();
        let edge = Edge {
            valid,
            parent_code: row.parent_code.map(&mut keep),
            reports_from: row.reports_from,
            kept_by: row.kept_by.map(&mut keep),
        };
        let same = units.last_mut().filter(|unit| {
            *unit.id.code == row.code
                && *unit.name == row.name
                && *unit.level == row.level
                && unit.validity().is_followed_by(valid)
        });
        let Some(unit) = same else {
            let id = UnitId::new(keep(row.code), row.valid_from);
            units.push(Unit { id, name: keep(row.name), level: keep(row.level), edges: vec![edge] });
            continue;
        };
        match unit.edges.last_mut() {
            Some(last) if (Edge { valid, ..last.clone() }) == edge => last.valid.to = valid.to,
            _ => unit.edges.push(edge),
        }
    }
    units
}
