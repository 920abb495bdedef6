//! What one dossier is counted as, and why it counts otherwise than it did: books with nothing else in them.

use super::books::Books;
use crate::domain::{
    atoms::{Atom, Cuts},
    event::Body,
    fold::fold,
    measure::Figures,
    record::{Record, Stored},
    summary::total,
    time::Timestamp,
};

/// The figures of a stretch of time that are one dossier's, in books that begin on `from`. Added over all dossiers of a unit they are the unit's
/// figures, because both come from the same postings. `span` is an atom or a chain of atoms of `cuts`.
pub fn counted(record: &Record, from: chrono::NaiveDate, cuts: &Cuts, span: Atom, as_of: Timestamp) -> Figures {
    let mut books = Books::new(from);
    for posting in &fold(record).contribution.postings {
        books.post(posting, cuts);
    }
    total(&books.figures(span, as_of))
}

/// The dossier as it was known at an instant. Due dates nobody needed any more after a correction are gone from it, so what rests on them is not
/// what it was.
pub fn known_at(record: &Record, at: Timestamp) -> Record {
    let events = record.events().iter().filter(|stored| stored.recorded_at <= at).cloned();
    Record::new(events.collect(), record.promises().clone())
}

/// What was recorded of a dossier, as a reason why its figures changed.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Recorded {
    /// It came into the books.
    Entry,
    /// Something was voided.
    Void,
    /// A due date was corrected.
    Due,
    /// Something else was corrected.
    Correction,
    /// A step of it.
    Step,
    /// A figure beside the balance.
    Memo,
}

/// What was recorded of a dossier after one instant and no later than another, as the first of the reasons that fits; `None` if nothing was.
pub fn recorded(record: &Record, after: Timestamp, until: Timestamp) -> Option<Recorded> {
    let new = record.events().iter().filter(|stored| stored.recorded_at > after && stored.recorded_at <= until);
    new.map(|stored| kind(record, stored)).min()
}

fn kind(record: &Record, stored: &Stored) -> Recorded {
    match &stored.event.body {
        body if body.reception().is_some() => Recorded::Entry,
        Body::Voided { .. } => Recorded::Void,
        Body::Corrected { target, occurred_at, body } => {
            let due = |body: &Body| body.reception().map(|r| r.due);
            let before = record.find(*target).and_then(|target| due(&target.event.body));
            match (occurred_at, due(body), before) {
                (None, Some(now), Some(before)) if now != before => Recorded::Due,
                _ => Recorded::Correction,
            }
        }
        Body::Memo { .. } => Recorded::Memo,
        _ => Recorded::Step,
    }
}
