//! Builds a report from the sheets of a period's atoms.

use chrono::NaiveDate;

use super::{Query, Report, Sheet, Signed, Status, completeness, continuity, entered, note::Note, rows};
use crate::domain::{
    measure::{Figures, Measure},
    registry::Procedures,
    summary::{Summary, total},
    units::{Tree, UnitId},
};

/// Where names and fields come from.
#[derive(Copy, Clone, Debug)]
pub struct Names<'a> {
    /// The dated tree of units.
    pub tree: &'a Tree,
    /// The procedures.
    pub procedures: &'a Procedures,
}

impl Names<'_> {
    /// The unit's name; its id if the tree does not know it.
    pub fn unit(&self, id: &UnitId) -> String {
        self.tree.get(id).map_or_else(|| id.to_string(), |unit| unit.name.to_string())
    }
}

/// Why there is no report. Each of them is a fault of the program or of a document; none is answered with a wrong table.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReportError {
    /// Nothing to report from.
    #[error("{unit} has no figures for {period}: ask for a period its books cover")]
    NoSheets {
        /// Whose.
        unit: UnitId,
        /// For when.
        period: String,
    },
    /// A sheet of another unit.
    #[error("the figures of {found} were given for a report of {unit}: report this as a bug")]
    OtherUnit {
        /// Asked for.
        unit: UnitId,
        /// Given.
        found: UnitId,
    },
    /// Sheets that do not follow each other, or do not lie inside the period.
    #[error("the figures of {unit} for {period} have a gap or an overlap at {at}: run motcua fsck on the node")]
    Gap {
        /// Whose.
        unit: UnitId,
        /// For when.
        period: String,
        /// The first day that is missing or too many.
        at: NaiveDate,
    },
    /// A breakdown that is not the total.
    #[error("the rows add to {rows} {}, the total is {total}: run motcua verify to find the document that is wrong", measure.name())]
    RowsDoNotAdd {
        /// The measure.
        measure: Measure,
        /// The sum of the rows.
        rows: i64,
        /// The total.
        total: i64,
    },
}

/// The report on a period from the sheets of its atoms, in order of time. Rows add to the total, completeness never exceeds what was
/// expected, and over time only flows add: the opening is the first sheet's, the closing stock the last one's, so a unit or cell
/// missing from the first sheet opens with nothing, and one missing from the last closes with nothing; notes explain the difference.
///
/// The sheets may begin later than the period (books that begin inside it, noted) and end earlier (it is not over, so the report is
/// provisional).
///
/// # Errors
/// [`ReportError`].
pub fn build(query: &Query, sheets: &[Sheet], names: &Names<'_>) -> Result<Report, ReportError> {
    let (first, last) = chain(query, sheets)?;
    let total = sheets
        .iter()
        .map(|sheet| subtree_total(&sheet.summary))
        .reduce(|before, now| before.then(&now))
        .unwrap_or_default();
    let completeness = completeness::of_subtree(sheets, names);
    let rows = rows::rows(query, sheets, names, &total);
    rows::check(query.by, &rows, &total)?;
    let open = sheets.iter().any(|s| !s.published || s.summary.provisional) || last.atom.end < query.period.end;
    let status = if open {
        Status::Provisional
    } else if completeness.received < completeness.expected {
        Status::Incomplete
    } else {
        Status::Final
    };
    Ok(Report {
        unit: query.unit.clone(),
        name: names.unit(&query.unit),
        period: query.period.clone(),
        as_known_at: query.as_known_at,
        status,
        completeness,
        rows,
        notes: notes(query, sheets, names, &total, (first, last)),
        total,
        documents: sheets.iter().filter_map(|sheet| sheet.hash).collect(),
        as_of: last.as_of,
        signed: sheets.iter().filter(|s| s.published).filter_map(|s| signed(&s.summary)).collect(),
        // Only the node knows them.
        reviews: Vec::new(),
        explanations: Vec::new(),
    })
}

/// Statements are a unit's own, whatever its members state.
pub fn subtree_total(summary: &Summary) -> Figures {
    let mut sum = total(&summary.own);
    sum += &total(&summary.below).for_parent();
    sum
}

fn signed(summary: &Summary) -> Option<Signed> {
    let (prepared_by, approved_by) = (summary.prepared_by.clone(), summary.approved_by.clone());
    let somebody = !prepared_by.is_empty() || !approved_by.is_empty();
    somebody.then(|| Signed { unit: summary.unit.clone(), atom: summary.atom, prepared_by, approved_by })
}

fn chain<'a>(query: &Query, sheets: &'a [Sheet]) -> Result<(&'a Summary, &'a Summary), ReportError> {
    let (unit, period) = (&query.unit, &query.period);
    let (Some(first), Some(last)) = (sheets.first(), sheets.last()) else {
        return Err(ReportError::NoSheets { unit: unit.clone(), period: period.id.clone() });
    };
    if let Some(other) = sheets.iter().find(|s| s.summary.unit != *unit) {
        return Err(ReportError::OtherUnit { unit: unit.clone(), found: other.summary.unit.clone() });
    }
    let (first, last) = (&*first.summary, &*last.summary);
    let broken = sheets.iter().zip(sheets.iter().skip(1)).find(|(a, b)| a.summary.atom.end != b.summary.atom.start);
    let at = match broken {
        Some((a, _)) => Some(a.summary.atom.end),
        None if first.atom.start < period.start => Some(first.atom.start),
        None if last.atom.end > period.end => Some(period.end),
        None => None,
    };
    match at {
        Some(at) => Err(ReportError::Gap { unit: unit.clone(), period: period.id.clone(), at }),
        None => Ok((first, last)),
    }
}

fn notes(
    query: &Query,
    sheets: &[Sheet],
    names: &Names<'_>,
    total: &Figures,
    (first, last): (&Summary, &Summary),
) -> Vec<Note> {
    let mut notes = Vec::new();
    if first.atom.start > query.period.start {
        notes.push(Note::BooksBegin { from: first.atom.start });
    }
    let running = sheets.last().is_some_and(|s| !s.published) && last.as_of < last.atom.ends_at();
    if running || last.atom.end < query.period.end {
        notes.push(Note::NotOver { through: last.as_of.local_date().min(last.atom.last_day()) });
    }
    for sheet in sheets.iter().filter(|s| s.changed_since) {
        notes.push(Note::ChangedSince { atom: sheet.summary.atom.start, until: sheet.summary.atom.end });
    }
    for measure in Measure::ALL {
        if sheets.iter().any(|s| s.summary.absent.contains(measure)) {
            notes.push(Note::Absent { measure: *measure });
        }
    }
    notes.extend(entered::notes(query, sheets, names));
    notes.extend(continuity::transfers(sheets));
    let breaks = continuity::breaks(sheets, names);
    let explained: i64 = breaks.iter().map(|(difference, _)| *difference).sum();
    notes.extend(breaks.into_iter().map(|(_, note)| note));
    if total.imbalance() + explained != 0 {
        notes.push(Note::Unbalanced { difference: total.imbalance() + explained });
    }
    notes
}
