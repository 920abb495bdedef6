//! What each revision of a document changed, and why, as far as the dossiers are here.

use super::*;

impl Node {
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

    /// The revisions of one document and what each changed of one figure, or of all. Revisions of a later format are passed over.
    pub(super) fn revisions_of(
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
