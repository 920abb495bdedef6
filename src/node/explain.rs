//! From a figure to what stands behind it: measures, time, units, documents, revisions, dossiers.

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

    /// Every revision of a unit's documents of a period, and what each changed.
    pub fn history(&self, unit: &UnitId, period: &Period) -> Result<Vec<Revision>, NodeError> {
        let snapshot = self.snapshot();
        let mut all = Vec::new();
        for atom in period.atoms(&snapshot.state.registry.cuts)? {
            all.extend(self.revisions_of(&snapshot, unit, atom, None, None)?);
        }
        match all.is_empty() {
            true => Err(NodeError::NoFigures { unit: unit.clone(), atom: period.id.clone() }),
            false => Ok(all),
        }
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
        let own = report.rows.iter().find(|row| report.is_own(row)).map_or(whole, |row| figure.of(&row.figures));
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

    /// The revisions of one document and what each changed of one figure, or of all. Revisions of a later format are passed over.
    fn revisions_of(
        &self,
        snapshot: &Snapshot,
        unit: &UnitId,
        atom: Atom,
        as_known_at: Option<Timestamp>,
        only: Option<Figure>,
    ) -> Result<Vec<Revision>, NodeError> {
        let mut known: Vec<(Summary, Hash, Timestamp)> = Vec::new();
        self.revisions(unit, atom, |envelope, at| {
            if as_known_at.is_none_or(|until| at <= until)
                && let Ok(opened) = document::reopen(&envelope)
            {
                known.push((opened.summary, opened.hash, at));
            }
        })?;
        let here = snapshot.state.keeps(unit, atom.last_day());
        let mut before: Option<(&Summary, Timestamp)> = None;
        let mut revisions = Vec::new();
        for (summary, hash, at) in &known {
            let changes = match before {
                None => Vec::new(),
                Some((old, since)) => {
                    let moved = if here && total(&old.own) != total(&summary.own) {
                        self.moved(snapshot, unit, atom, since, *at)?
                    } else {
                        Vec::new()
                    };
                    changes(snapshot, old, summary, only, here, &moved)
                }
            };
            revisions.push(Revision {
                atom,
                revision: summary.revision,
                hash: *hash,
                recorded_at: *at,
                reason: summary.reason.clone(),
                prepared_by: summary.prepared_by.clone(),
                approved_by: summary.approved_by.clone(),
                changes,
            });
            before = Some((summary, *at));
        }
        Ok(revisions)
    }

    /// What each dossier that something was recorded of between two instants changed of an atom.
    fn moved(
        &self,
        snapshot: &Snapshot,
        unit: &UnitId,
        atom: Atom,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Recorded, Figures)>, NodeError> {
        let state = &snapshot.state;
        let Some(books) = state.books.get(&*unit.code) else { return Ok(Vec::new()) };
        let cuts = &state.registry.cuts;
        let count = |record: &Record| counted(record, books.from, cuts, atom, atom.ends_at());
        let prefix = keys::dossier(&unit.code, "");
        let mut moved = Vec::new();
        self.each_record(&prefix, &prefix, |_, _, record| {
            if let Some(why) = recorded(&record, since, until) {
                let mut figures = count(&known_at(&record, until));
                figures -= &count(&known_at(&record, since));
                moved.push((why, figures));
            }
            ControlFlow::Continue(())
        })?;
        Ok(moved)
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

fn changes(
    snapshot: &Snapshot,
    old: &Summary,
    new: &Summary,
    only: Option<Figure>,
    here: bool,
    moved: &[(Recorded, Figures)],
) -> Vec<Change> {
    let (before, after) = (subtree_total(old), subtree_total(new));
    let (own_before, own_after) = (total(&old.own), total(&new.own));
    let asked = Figure::all().filter(|f| only.map_or(matches!(f, Figure::Counted(_)), |only| only == *f));
    let change = |figure: Figure| {
        let (before, after) = (figure.of(&before), figure.of(&after));
        let own = figure.of(&own_after) - figure.of(&own_before);
        let members = if adds(figure) { members(snapshot, old, new, figure) } else { Vec::new() };
        let causes = if here { causes(moved, figure, own) } else { Vec::new() };
        // One that came late and one that was voided leave the same number, and are told all the same.
        let changed = before != after || own != 0 || !members.is_empty() || !causes.is_empty();
        changed.then_some(Change { figure, before, after, own, members, causes })
    };
    asked.filter_map(change).collect()
}

fn members(snapshot: &Snapshot, old: &Summary, new: &Summary, figure: Figure) -> Vec<Moved> {
    let mut by_unit: BTreeMap<&UnitId, i64> = BTreeMap::new();
    for (summary, sign) in [(old, -1), (new, 1)] {
        for member in &summary.members {
            *by_unit.entry(&member.unit).or_default() += sign * figure.of(&member.totals);
        }
    }
    let names = names(snapshot);
    let moved = by_unit.into_iter().filter(|(_, difference)| *difference != 0);
    moved.map(|(unit, difference)| Moved { unit: unit.clone(), name: names.unit(unit), difference }).collect()
}

/// By cause, in order; what the dossiers leave open of `own` comes last.
fn causes(moved: &[(Recorded, Figures)], figure: Figure, own: i64) -> Vec<Caused> {
    let mut causes: Vec<Caused> = Vec::new();
    let mut open = own;
    let mut sorted: Vec<(Cause, i64)> = moved.iter().map(|(why, f)| (cause(*why), figure.of(f))).collect();
    sorted.sort();
    for (cause, difference) in sorted.into_iter().filter(|(_, difference)| *difference != 0) {
        open -= difference;
        match causes.last_mut().filter(|last| last.cause == cause) {
            Some(last) => {
                last.dossiers += 1;
                last.difference += difference;
            }
            None => causes.push(Caused { cause, dossiers: 1, difference }),
        }
    }
    if open != 0 {
        causes.push(Caused { cause: Cause::Unknown, dossiers: 0, difference: open });
    }
    causes
}

fn cause(recorded: Recorded) -> Cause {
    match recorded {
        Recorded::Entry => Cause::LateEntry,
        Recorded::Void => Cause::Voided,
        Recorded::Due => Cause::CorrectedDue,
        Recorded::Correction => Cause::Corrected,
        Recorded::Step => Cause::LateStep,
        Recorded::Memo => Cause::LateMemo,
    }
}
