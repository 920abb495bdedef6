//! From a figure to what stands behind it: measures, time, units, documents, revisions, dossiers.

mod revisions;

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{
    Node, NodeError, Snapshot,
    dossiers::{Found, Page, page_start},
    figures::names,
};
use crate::{
    document,
    domain::{
        atoms::{Atom, Cuts},
        fold::fold,
        measure::{Figure, Figures},
        periods::Period,
        record::Record,
        summary::{Hash, Summary, total},
        time::Timestamp,
        units::UnitId,
    },
    ledger::counted::{Recorded, counted, known_at, recorded},
    reports::{
        Breakdown, Completeness, Query, Report, Row, Sheet, entered,
        explain::{Cause, Caused, Change, Explanation, Moved, Part, Revision, Slice},
        subtree_total,
    },
    store::keys,
    wire::store::decode_record,
};

/// Units in one explanation. The largest province has some 700 below it.
const PARTS: usize = 5_000;
/// No tree is deeper than this.
const DEPTH: usize = 16;

impl Node {
    /// What stands behind one figure of a unit's subtree, as far down as documents are held here.
    pub fn explain(&self, query: &Query, figure: Figure) -> Result<Explanation, NodeError> {
        let snapshot = self.snapshot();
        let query = Query { by: Breakdown::Unit, ..query.clone() };
        let sheets = self.sheets(&snapshot, &query)?;
        let report = self.report_of(&snapshot, &query, &sheets)?;
        let value = figure.of(&report.total);
        let mut bounds = Bounds { depth: DEPTH, parts: PARTS };
        let mut part = self.part(&snapshot, &query, (&sheets, &report), figure, value, &mut bounds)?;
        name_persons(&mut part, &entered::by_whom(&sheets));
        Ok(Explanation {
            figure,
            status: report.status,
            terms: figure.terms().iter().map(|m| (*m, report.total[*m])).collect(),
            period: query.period,
            as_known_at: query.as_known_at,
            part,
        })
    }

    /// The dossiers of a unit kept here that a figure counts as the books are now, in order, and what each adds. Over all pages they add to the
    /// unit's own figure.
    pub fn counted(
        &self,
        unit: &str,
        period: &Period,
        figure: Figure,
        size: usize,
        from: Option<Vec<u8>>,
    ) -> Result<Page<(Found, i64)>, NodeError> {
        let unit = self.books_code(unit)?;
        let snapshot = self.snapshot();
        let begin = snapshot.state.books.get(&*unit).map(|books| books.from).unwrap_or(period.start);
        let as_of = self.now().min(period.ends_at());
        let span = Atom { start: period.start, end: period.end };
        let cuts = Cuts::new(snapshot.state.registry.cuts.extra().chain([period.start, period.end]));
        let prefix = keys::dossier(&unit, "");
        let from = page_start(&prefix, from)?;
        let (mut items, mut next) = (Vec::new(), None);
        self.each_record(&prefix, &from, |key, subject, record| {
            let value = figure.of(&counted(&record, begin, &cuts, span, as_of));
            if value == 0 {
                return ControlFlow::Continue(());
            }
            if items.len() == size {
                next = Some(key.to_vec());
                return ControlFlow::Break(());
            }
            let code = subject.strip_prefix('d').unwrap_or_default().to_owned();
            let folded = fold(&record);
            items.push((Found { unit: unit.clone(), code, record, folded }, value));
            ControlFlow::Continue(())
        })?;
        Ok(Page { items, next })
    }

    fn each_record(
        &self,
        prefix: &[u8],
        from: &[u8],
        mut visit: impl FnMut(&[u8], &str, Record) -> ControlFlow<()>,
    ) -> Result<(), NodeError> {
        let mut failed = None;
        self.writer.view().visit_prefix(prefix, from, &mut |key, value| {
            let subject = keys::dossier_parts(key).map(|(_, subject)| subject);
            match (subject, decode_record(value)) {
                (Some(subject), Ok(record)) => visit(key, subject, record),
                (_, record) => {
                    let why = record.err().map_or_else(|| "a key cannot be read".to_owned(), |e| e.to_string());
                    failed = Some(NodeError::State(why));
                    ControlFlow::Break(())
                }
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// A unit's part of a figure, from its sheets and the report by unit made of them. `value` is what the unit above counts for it.
    fn part(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        (sheets, report): (&[Sheet], &Report),
        figure: Figure,
        value: i64,
        bounds: &mut Bounds,
    ) -> Result<Part, NodeError> {
        let whole = figure.of(&report.total);
        let own = figure.of(report.own());
        let mut below = Vec::new();
        if adds(figure) {
            let mut rows: Vec<&Row> = report.rows.iter().filter(|row| !report.is_own(row)).collect();
            rows.sort_by_key(|row| std::cmp::Reverse(figure.of(&row.figures).abs()));
            for row in rows.into_iter().filter(|row| figure.of(&row.figures) != 0) {
                below.push(self.part_of_row(snapshot, query, row, figure, bounds)?);
            }
        }
        let Completeness { expected, received, missing } = report.completeness.clone();
        Ok(Part {
            unit: report.unit.clone(),
            name: report.name.clone(),
            value,
            newer: (whole != value).then_some(whole),
            own,
            here: snapshot.state.keeps(&report.unit, query.period.last_day()),
            expected,
            received,
            missing,
            atoms: self.slices(snapshot, query, sheets, figure)?,
            below,
            entered_by: None,
        })
    }

    /// As far as the unit's documents are here; what the row says otherwise.
    fn part_of_row(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        row: &Row,
        figure: Figure,
        bounds: &mut Bounds,
    ) -> Result<Part, NodeError> {
        let value = figure.of(&row.figures);
        let unit = UnitId::parse(&row.key).map_err(|e| NodeError::State(e.to_string()))?;
        let query = Query { unit: unit.clone(), ..query.clone() };
        if let Some(mut within) = bounds.within()
            && let Ok(sheets) = self.sheets(snapshot, &query)
            && let Ok(report) = self.report_of(snapshot, &query, &sheets)
        {
            let part = self.part(snapshot, &query, (&sheets, &report), figure, value, &mut within);
            bounds.parts = within.parts;
            return part;
        }
        let Completeness { expected, received, missing } = row.completeness.clone().unwrap_or_default();
        Ok(Part {
            here: snapshot.state.keeps(&unit, query.period.last_day()),
            unit,
            name: row.name.clone(),
            value,
            newer: None,
            own: value,
            expected,
            received,
            missing,
            atoms: Vec::new(),
            below: Vec::new(),
            entered_by: None,
        })
    }

    fn slices(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        sheets: &[Sheet],
        figure: Figure,
    ) -> Result<Vec<Slice>, NodeError> {
        let slice = |sheet: &Sheet| {
            let atom = sheet.summary.atom;
            let revisions = match sheet.published {
                true => self.revisions_of(snapshot, &query.unit, atom, query.as_known_at, Some(figure))?,
                false => Vec::new(),
            };
            let document = sheet.hash.filter(|_| sheet.published);
            Ok(Slice { atom, value: figure.of(&subtree_total(&sheet.summary)), document, revisions })
        };
        sheets.iter().map(slice).collect()
    }
}

/// Beside each unit whose figures were entered as a whole, who did.
fn name_persons(part: &mut Part, persons: &BTreeMap<&UnitId, String>) {
    part.entered_by = persons.get(&part.unit).cloned();
    part.below.iter_mut().for_each(|below| name_persons(below, persons));
}

/// How much further an explanation may go.
struct Bounds {
    depth: usize,
    parts: usize,
}

impl Bounds {
    /// One level down, one unit less.
    fn within(&mut self) -> Option<Bounds> {
        let (depth, parts) = (self.depth.checked_sub(1)?, self.parts.checked_sub(1)?);
        self.parts = parts;
        Some(Bounds { depth, parts })
    }
}

fn adds(figure: Figure) -> bool {
    match figure {
        Figure::Counted(measure) => measure.adds_over_units(),
        Figure::Sum(_) => true,
    }
}
