//! A desk's event comes in: is it known, may it be recorded, and what does it come to?

use super::{
    books::Books,
    entry::{Entry, EntryKind},
    promise,
    refusal::Refusal,
    state::State,
};
use crate::domain::{
    contribution::Posting,
    event::{Body, Event},
    fold::{Folded, Standing, fold},
    measure::Kind,
    record::{Record, Stored},
    time::Timestamp,
    units::UnitId,
};

/// What the events of one subject are filed under: a dossier's code, or for memos a name of their own.
pub type Subject = String;

/// The three answers to an event that may be recorded (refusals apart).
#[derive(Clone, Debug)]
pub enum Answer {
    /// It is new.
    New {
        /// To be written.
        entry: Box<Entry>,
        /// How it counts.
        standing: Standing,
        /// It changes what is closed, and goes out with the next amendment.
        late: bool,
    },
    /// It is on disk already.
    Already(Standing),
    /// Its id is on disk with other content; the first field that differs.
    Conflict(&'static str),
}

/// How long a desk's clock may be ahead of the node's.
const AHEAD_MILLIS: i64 = 5 * 60 * 1000;
/// The largest count of one memo.
const MEMO_MAX: i64 = 1_000_000_000;

/// Checks an event against everything but its dossier, and files its unit as a bare code.
pub fn admit(state: &State, mut event: Event, now: Timestamp) -> Result<Event, Refusal> {
    let code = if event.unit.code.is_empty() { state.code.clone() } else { event.unit.code.to_string() };
    let Some(books) = state.books.get(&code) else {
        let kept: Vec<&str> = state.books.keys().map(String::as_str).collect();
        return Err(Refusal::NotThisUnit { unit: code, kept: kept.join(", ") });
    };
    event.unit = UnitId { code: code.as_str().into(), valid_from: None };
    admit_time(event.occurred_at, now)?;
    if let Body::Corrected { occurred_at: Some(at), .. } = &event.body {
        admit_time(*at, now)?;
    }
    admit_start(books, &event)?;
    admit_body(state, &event, &event.body)?;
    Ok(event)
}

/// What comes before the books and what comes after their start. A correction is held to it where it says when.
fn admit_start(books: &Books, event: &Event) -> Result<(), Refusal> {
    let from = books.dossiers_from();
    let (at, body) = match &event.body {
        Body::Corrected { occurred_at: Some(at), body, .. } => (*at, &**body),
        body => (event.occurred_at, body),
    };
    let on = at.local_date();
    match body {
        Body::Received(_) | Body::TransferredIn { .. } | Body::Memo { .. } if (books.from..from).contains(&on) => {
            Err(Refusal::FiguresEntered { on, through: from })
        }
        Body::Received(_) | Body::TransferredIn { .. } if on < from => Err(Refusal::BeforeBooks { on, from }),
        Body::Opening(_) if on >= from => Err(Refusal::OpeningAfterStart { on, from }),
        Body::Memo { .. } if on < from => Err(Refusal::BeforeBooks { on, from }),
        _ => Ok(()),
    }
}

fn admit_time(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if at > now.plus_millis(AHEAD_MILLIS) {
        return Err(Refusal::InTheFuture { at, now });
    }
    let first = chrono::NaiveDate::from_ymd_opt(1975, 1, 1).unwrap_or_default();
    if at < Timestamp::local_midnight(first) { Err(Refusal::BeforeTime(at)) } else { Ok(()) }
}

fn admit_body(state: &State, event: &Event, body: &Body) -> Result<(), Refusal> {
    if let Some(reception) = body.reception()
        && !state.registry.procedures.accepts(&reception.procedure)
    {
        return Err(Refusal::UnknownProcedure(reception.procedure.clone()));
    }
    let on = event.occurred_at.local_date();
    match body {
        Body::TransferredOut { to: other, .. } | Body::TransferredIn { from: other, .. }
            if state.identity(other, on).is_none() =>
        {
            return Err(Refusal::UnknownUnit { unit: other.clone(), on });
        }
        Body::Memo { value, .. } if !(0..=MEMO_MAX).contains(value) => return Err(Refusal::MemoValue(*value)),
        Body::Memo { .. } if !event.dossier.is_empty() => return Err(Refusal::MemoWithDossier),
        Body::Corrected { body, .. } => return admit_body(state, event, body),
        Body::Voided { .. } | Body::Memo { .. } => {}
        _ if event.dossier.is_empty() => return Err(Refusal::NoDossier),
        _ => {}
    }
    Ok(())
}

/// What an admitted event is filed under. `of_target` tells what the target of a void or correction without a dossier is filed under.
pub fn subject(event: &Event, of_target: Option<Subject>) -> Result<Subject, Refusal> {
    match &event.body {
        _ if !event.dossier.is_empty() => Ok(format!("d{}", event.dossier)),
        Body::Memo { measure, .. } if measure.kind() == Kind::Statement => Ok(format!("s{}", measure.name())),
        Body::Memo { .. } => Ok(format!("m{}", event.id)),
        Body::Corrected { target, body, .. } => {
            let subject = of_target.ok_or_else(|| Refusal::UnknownTarget(target.to_string()))?;
            // A statement is filed with the statements it replaces; from anywhere else it would be counted beside them.
            let fits = match &**body {
                Body::Memo { measure, .. } if measure.kind() == Kind::Statement => {
                    subject == format!("s{}", measure.name())
                }
                _ => !subject.starts_with('d'),
            };
            if fits { Ok(subject) } else { Err(Refusal::OtherKind(target.to_string())) }
        }
        Body::Voided { target } => of_target.ok_or_else(|| Refusal::UnknownTarget(target.to_string())),
        _ => Err(Refusal::NoDossier),
    }
}

/// Decides an admitted event whose id is not filed under any other subject. `record` is everything known of its own subject.
pub fn decide(state: &State, event: Event, record: &Record, now: Timestamp) -> Answer {
    if let Some(known) = record.find(event.id) {
        return match known.event.first_difference(&event) {
            Some(field) => Answer::Conflict(field),
            None => Answer::Already(standing_of(record, &fold(record), &event)),
        };
    }
    let recorded_at = now.max(state.recorded_at);
    let mut next = record.clone();
    next.insert(Stored { event: event.clone(), recorded_at });
    let (promises, folded) = promise::settle(&mut next, &state.registry);
    let standing = standing_of(&next, &folded, &event);
    let late = state
        .books
        .get(&*event.unit.code)
        .is_some_and(|books| changes(&fold(record), &folded).iter().any(|(p, _)| books.is_closed(p.on)));
    let entry = Entry { recorded_at, kind: EntryKind::Recorded { event, promises } };
    Answer::New { entry: Box::new(entry), standing, late }
}

fn standing_of(record: &Record, folded: &Folded, event: &Event) -> Standing {
    let index = record.events().iter().position(|s| s.event.id == event.id);
    index.and_then(|i| folded.standings.get(i)).copied().unwrap_or(Standing::Counted)
}

/// What has to be booked to get from one outcome of a dossier to another; `true` to add, `false` to take away. What both have is left alone,
/// so that an event in an open period does not touch a closed one.
pub fn changes<'a>(before: &'a Folded, after: &'a Folded) -> Vec<(&'a Posting, bool)> {
    let mut gone: Vec<&Posting> = before.contribution.postings.iter().collect();
    let mut come = Vec::new();
    for posting in &after.contribution.postings {
        match gone.iter().position(|p| *p == posting) {
            Some(at) => {
                gone.swap_remove(at);
            }
            None => come.push((posting, true)),
        }
    }
    come.extend(gone.into_iter().map(|p| (p, false)));
    come
}

/// Events of a folded dossier that do not count: held ones and those in conflict.
pub fn problems(folded: &Folded) -> (i64, i64) {
    let mut held = 0;
    let mut conflicts = 0;
    for standing in &folded.standings {
        match standing {
            Standing::Held(_) => held += 1,
            Standing::Conflict(_) => conflicts += 1,
            Standing::Counted | Standing::Voided => {}
        }
    }
    (held, conflicts)
}
