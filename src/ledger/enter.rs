//! A person enters the figures of a unit whose dossiers are not booked, or says something of a unit's figures.

use std::collections::BTreeSet;

use super::{
    books::Books,
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::State,
};
use crate::domain::{
    entered::{Fault, Form, Whole, faults},
    measure::Measure,
    periods::Period,
    summary::{Explained, total},
    time::Timestamp,
    units::UnitId,
};

/// The most periods that are entered at once: two years of months.
pub const MAX_FORMS: usize = 24;

/// What becomes of the forms, all together.
#[derive(Clone, Debug)]
pub enum Answer {
    /// They can stand.
    Entered {
        /// To be written; `None` if all of it is known.
        entry: Option<Box<Entry>>,
        /// For each form, in order of time.
        outcomes: Vec<Outcome>,
    },
    /// None is entered, because of these.
    Faulty(Vec<Fault>),
}

/// What becomes of one form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Id of its period.
    pub period: String,
    /// Whether it was there.
    pub what: What,
    /// It changes what is closed, and goes out with the next amendment.
    pub late: bool,
}

/// Whether the figures were there.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// They are new.
    Recorded,
    /// They take the place of others.
    Replaced,
    /// The same were entered before.
    Already,
}

/// Who enters figures, and from what.
#[derive(Copy, Clone, Debug)]
pub struct Source<'a> {
    /// Name of the person; may be empty.
    pub by: &'a str,
    /// Digest of the file; empty if the figures were typed.
    pub digest: &'a str,
}

/// Decides the forms of a unit together: either all of them stand or none. Entered again with the same figures they are known already; with others
/// they take the place of those before.
pub fn enter(state: &State, code: &str, forms: &[Form], source: Source<'_>, now: Timestamp) -> Result<Answer, Refusal> {
    let books = books(state, code)?;
    let mut forms: Vec<&Form> = forms.iter().collect();
    forms.sort_by_key(|form| form.period.start);
    let mut chain = books.entered.clone();
    let mut given = BTreeSet::new();
    for form in &forms {
        may_enter(state, code, books, &form.period, now)?;
        let Period { start, end, .. } = form.period;
        if let Some(other) =
            chain.within(start, end).find(|w| (w.start, w.end) != (start, end) || given.contains(&start))
        {
            return Err(Refusal::FiguresOverlap {
                unit: code.to_owned(),
                period: form.period.id.clone(),
                start: other.start,
                end: other.end,
            });
        }
        given.insert(start);
        let (by, source) = (source.by.to_owned(), source.digest.to_owned());
        chain.put(Whole { start, end, figures: form.figures(), by, source });
    }
    if let Some((before, after)) = chain.iter().zip(chain.iter().skip(1)).find(|(a, b)| a.end != b.start) {
        return Err(Refusal::FiguresGap { unit: code.to_owned(), from: before.end, until: after.start });
    }
    let wrong: Vec<Fault> = forms
        .iter()
        .flat_map(|form| {
            let Period { start, end, .. } = form.period;
            let before = chain.ending(start).map(|whole| whole.figures.closing_stock());
            let opening = before.or_else(|| published_stock(state, code, &form.period));
            // A form of the same request is held against this one, not the other way too.
            let after = chain.get(end).filter(|_| !given.contains(&end)).map(|w| w.figures[Measure::CarriedOver]);
            let next = after.or_else(|| dossier_stock(state, books, &form.period).filter(|_| chain.get(end).is_none()));
            faults(form, opening, next)
        })
        .collect();
    if !wrong.is_empty() {
        return Ok(Answer::Faulty(wrong));
    }
    let mut outcomes = Vec::with_capacity(forms.len());
    let mut wholes = Vec::new();
    for form in &forms {
        let Some(whole) = chain.get(form.period.start) else { continue };
        let what = match books.entered.get(form.period.start) {
            Some(known) if known.figures == whole.figures => What::Already,
            Some(_) => What::Replaced,
            None => What::Recorded,
        };
        let late = what != What::Already && books.is_closed(form.period.start);
        outcomes.push(Outcome { period: form.period.id.clone(), what, late });
        if what != What::Already {
            wholes.push(whole.clone());
        }
    }
    let entry = (!wholes.is_empty()).then(|| {
        let kind = EntryKind::FiguresEntered { unit: code.to_owned(), wholes };
        Box::new(Entry { recorded_at: now.max(state.recorded_at), kind })
    });
    Ok(Answer::Entered { entry, outcomes })
}

fn books<'a>(state: &'a State, code: &str) -> Result<&'a Books, Refusal> {
    state.books.get(code).ok_or_else(|| {
        let kept: Vec<&str> = state.books.keys().map(String::as_str).collect();
        Refusal::NotThisUnit { unit: code.to_owned(), kept: kept.join(", ") }
    })
}

/// Whether figures of that period may be entered at all, whatever they are.
fn may_enter(state: &State, code: &str, books: &Books, period: &Period, now: Timestamp) -> Result<(), Refusal> {
    let atoms = period.atoms(&state.registry.cuts).map_err(Refusal::Period)?;
    let on = period.last_day();
    let unit = state.identity(code, on);
    if unit.is_none() {
        return Err(Refusal::UnknownUnit { unit: code.to_owned(), on });
    }
    // On one form nobody can say whose figures are which.
    let later = atoms.iter().rev().take_while(|atom| state.identity(code, atom.last_day()) == unit).last();
    if let Some(on) = later.map(|atom| atom.start).filter(|on| *on > period.start) {
        return Err(Refusal::UnitChanges { unit: code.to_owned(), on });
    }
    if period.start < books.from {
        return Err(Refusal::BooksBeginLater { unit: code.to_owned(), from: books.from });
    }
    if now < period.ends_at() {
        return Err(Refusal::NotOver { end: period.end, now });
    }
    // Figures are entered up to a day, and dossiers booked from there on: whoever has booked some does not go back.
    let further = books.entered.through().is_none_or(|through| period.end > through);
    match books.cells().find(|((bucket, _), _)| *bucket < period.end) {
        Some(((first, _), _)) if further => {
            let first = (*first).max(books.from);
            Err(Refusal::DossiersBooked { unit: code.to_owned(), period: period.id.clone(), first })
        }
        _ => Ok(()),
    }
}

/// The stock that was published for the end of the atom before a period.
fn published_stock(state: &State, code: &str, period: &Period) -> Option<i64> {
    let cuts = &state.registry.cuts;
    let before = cuts.previous(cuts.atom_of(period.start));
    let held = state.held(&state.identity(code, before.last_day())?, before.start)?;
    (!held.unread).then(|| held.own_closing())
}

/// The stock of dossiers that were open when a period ended, for a unit that books them from then on.
fn dossier_stock(state: &State, books: &Books, period: &Period) -> Option<i64> {
    books.cells().next()?;
    (books.entered.through() == Some(period.end)).then(|| {
        let next = state.registry.cuts.atom_of(period.end);
        total(&books.figures(next, next.ends_at()))[Measure::CarriedOver]
    })
}

/// Takes back figures that were entered by mistake: the last ones, while nothing of them is closed.
pub fn withdraw(state: &State, code: &str, period: &Period, now: Timestamp) -> Result<Entry, Refusal> {
    let books = books(state, code)?;
    let entered = books.entered.get(period.start).filter(|whole| whole.end == period.end);
    let (Some(whole), Some(through)) = (entered, books.entered.through()) else {
        let unit = state.identity(code, period.last_day()).unwrap_or_else(|| UnitId::new(code, None));
        return Err(Refusal::NoFigures { unit, atom: period.id.clone() });
    };
    if books.is_closed(whole.start) {
        return Err(Refusal::AlreadyClosed { unit: code.to_owned(), through: books.closed_through });
    }
    if whole.end != through {
        return Err(Refusal::NotTheLast { unit: code.to_owned(), through });
    }
    let kind = EntryKind::FiguresWithdrawn { unit: code.to_owned(), start: whole.start };
    Ok(Entry { recorded_at: now.max(state.recorded_at), kind })
}

/// Notes what a unit says of its figures; without causes and note it says nothing any more. `None` if it says so already.
pub fn explain(state: &State, code: &str, explained: Explained, now: Timestamp) -> Result<Option<Entry>, Refusal> {
    let books = books(state, code)?;
    let Explained { start, end, .. } = explained;
    if end <= books.from {
        return Err(Refusal::BooksBeginLater { unit: code.to_owned(), from: books.from });
    }
    let cuts = &state.registry.cuts;
    if !cuts.is_boundary(start) || !cuts.is_boundary(end) || start >= end {
        return Err(Refusal::UnknownAtom(format!("{start}..{end}")));
    }
    let on = end.pred_opt().unwrap_or(end);
    if state.identity(code, on).is_none() {
        return Err(Refusal::UnknownUnit { unit: code.to_owned(), on });
    }
    if now < Timestamp::local_midnight(start) {
        return Err(Refusal::NotOver { end, now });
    }
    let atom = cuts.atom_of(on);
    let others = books.explained_in(atom).iter().filter(|e| (e.start, e.end) != (start, end)).count();
    let empty = explained.causes.is_empty() && explained.note.is_empty();
    if !empty && others >= crate::document::MAX_EXPLAINED {
        return Err(Refusal::TooManyExplained { unit: code.to_owned(), atom: atom.to_string() });
    }
    let known = books.explained.get(&(end, start));
    let same = known.map_or(empty, |known| **known == explained);
    Ok((!same).then(|| Entry {
        recorded_at: now.max(state.recorded_at),
        kind: EntryKind::Explained { unit: code.to_owned(), explained },
    }))
}
