//! Everything a report says in English.

use crate::domain::{
    measure::{Derived, Measure},
    percent::{en, en_percent},
    review::{Review, Verdict},
};
use crate::reports::{
    Cause, Explanation, Note, Reviewed, Status,
    render::{Phrases, day, label, last_day},
};

pub(in crate::reports) static EN: Phrases = Phrases {
    number: en,
    percent: en_percent,
    measure: Measure::en,
    form: [
        "To be\nhandled",
        "Online",
        "In person,\nby post",
        "Carried\nover",
        "Resolved",
        "Early",
        "On\ntime",
        "Late",
        "Pending",
        "Within\ndeadline",
        "Overdue",
    ],
    early_or_on_time: "Early or\non time",
    item: "Item",
    period: "Period",
    units: "Units",
    status: "Status",
    total: "Total",
    own: "(itself)",
    unknown: "(not stated)",
    other: "Other",
    reason: |name| match name {
        "" => Some("reason not known"),
        "NOT_RECEIVED" => Some("has sent nothing"),
        "NEWER_DOCUMENT" => Some("what it sent was written by a newer program and cannot be read here yet"),
        "NOT_ENTERED" => Some("its figures were not entered from the form yet"),
        "NOT_CLOSED" => Some("its figures are at this node and not closed yet"),
        "BOOKS_BEGIN_LATER" => Some("its books begin after this period"),
        _ => None,
    },
    status_name: |status| match status {
        Status::Provisional => "Provisional",
        Status::Incomplete => "Closed, incomplete",
        Status::Final => "Final",
    },
    span: |id, first, last| format!("Period {id}: {first} to {last}, both included"),
    completeness: |received, expected| format!("{received}/{expected} units"),
    as_of: |at| format!("deadlines as of {at}"),
    as_known_at: |at| format!("As published at {at}"),
    missing: |n| format!("Units without figures ({n}):"),
    more_missing: |n| format!("- and {n} more"),
    signed: |prepared_by, approved_by| {
        let or = |name: &str| if name.is_empty() { "—".to_owned() } else { name.to_owned() };
        format!("Drawn up by: {} / Approved by: {}", or(prepared_by), or(approved_by))
    },
    review,
    explanations: "The units explain:",
    explanation,
    notes: "Notes:",
    note,
};

fn review(said: &Reviewed) -> String {
    let Review { atom, revision, at, verdict, .. } = &said.review;
    let what = format!("{} to {}, revision {revision}", day(atom.start), last_day(atom.end));
    let (who, on) = (&said.reviewer, day(at.local_date()));
    match verdict {
        Verdict::Accepted => format!("The figures of {what} were accepted by {who} on {on}."),
        Verdict::Returned { measure, reason, until } => {
            let name = label(measure, Measure::en, Derived::en);
            let answer = match said.answered_by {
                Some(revision) => format!("Answered by revision {revision}."),
                None => format!("Answer until {}.", day(*until)),
            };
            format!("The figure \"{name}\" ({what}) was returned by {who} on {on}: {reason}. {answer}")
        }
    }
}

fn explanation(given: &Explanation) -> String {
    let Explanation { unit, name, said } = given;
    let mut parts: Vec<String> = Vec::new();
    if !said.causes.is_empty() {
        let causes: Vec<String> =
            said.causes.iter().map(|(cause, n)| format!("{cause}: {} dossiers", en(*n))).collect();
        parts.push(format!("Late because of: {}.", causes.join("; ")));
    }
    if !said.note.is_empty() {
        parts.push(said.note.clone());
    }
    let by = if said.by.is_empty() { String::new() } else { format!(" ({})", said.by) };
    format!("{name} ({unit}), {} to {}: {}{by}", day(said.start), last_day(said.end), parts.join(" "))
}

fn note(note: &Note) -> String {
    match note {
        Note::ChangedSince { atom, until } => {
            format!(
                "Something changed after {} to {} was closed; it waits for an amendment.",
                day(*atom),
                last_day(*until)
            )
        }
        Note::Transfers { out, r#in } => {
            format!("Transfers whose other side is not in these figures: {out} handed out, {in} taken in.")
        }
        Note::Continuity { unit, at, difference, cause, name } => format!(
            "{name} ({unit}): the opening stock of {} differs by {}{} from the closing stock before, because {}.",
            day(*at),
            if *difference > 0 { "+" } else { "" },
            en(*difference),
            match cause {
                Cause::MissingBefore => "its figures were missing before",
                Cause::MissingAfter => "its figures are missing from then on",
                Cause::Joined => "it began to report",
                Cause::Left => "it no longer reports",
                Cause::Below => "units below it came or went",
                Cause::Amended => "figures were amended",
            }
        ),
        Note::Unbalanced { difference } => {
            format!("The total does not balance: {} came in and are not accounted for.", en(*difference))
        }
        Note::Absent { measure } => format!("Some units do not count \"{}\": the figure is too low.", measure.en()),
        Note::NotOver { through } => format!("The period is not over: figures up to {}.", day(*through)),
        Note::BooksBegin { from } => format!("The books of the unit begin on {}.", day(*from)),
        Note::EnteredByHand { unit, by, name } => {
            let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
            format!("{name} ({unit}): figures entered by hand from a form{by}.")
        }
        Note::EnteredAcross { unit, start, end, name } => format!(
            "{name} ({unit}): figures entered for all of {} to {}; how they lie inside is not known, so all of them count on the last day, and what belongs to the period of this report cannot be told.",
            day(*start),
            last_day(*end)
        ),
        Note::EnteredByMore { units, across } => {
            let across = match across {
                0 => String::new(),
                n => format!(", {n} of them for another period than this"),
            };
            format!("And {units} more units with figures entered by hand from a form{across}.")
        }
        Note::Other(text) => text.clone(),
    }
}
