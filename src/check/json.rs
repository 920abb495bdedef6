//! JSON to labelled figures: our own reports, and any object whose names or headings are those of measures.

use serde_json::Value;

use crate::domain::measure::Measure;

use super::{
    CheckError,
    clause::{pieces, said},
    label::{
        ANY_ONLINE, Around, BAD, BY_POST, CARRIED_OVER, CUT_OFF, Firm, GIVEN_BACK, GOOD, HANDED_IN, HANDED_OUT, IN,
        IN_PERSON, IN_PROGRESS, IN_TIME, Label, MIDDLING, OPEN, PENDING_OVERDUE, PENDING_WITHIN, POST_OUT, RECEIVED,
        RESOLVED, RESOLVED_EARLY, RESOLVED_LATE, RESOLVED_ON_TIME, SENT_ON, SETTLED, SUPPLEMENT, Space, TAKEN_BACK,
        Unsure, VERY_GOOD, label,
    },
    lexicon::Thing,
    number::{Grouping, Numeral, numeral},
    reading::{Cell, Place, Reading, Scope, Unread},
    scope::FIGURES,
    text::{Sentence, Span, Text, tokens},
};

/// Deepest nesting.
const DEPTH: usize = 32;

/// The label that a figure has by its name in code and documents, such as `resolved_early`; `None` for memos beside the balance.
pub fn code(name: &str) -> Option<Label> {
    let dossiers = |set| Some(Label::dossiers(set));
    match name {
        "carried_over" => dossiers(CARRIED_OVER),
        "received_new" | "received" => dossiers(RECEIVED),
        "received_online" => dossiers(ANY_ONLINE),
        "received_direct" => dossiers(IN_PERSON),
        "received_postal" => dossiers(BY_POST),
        "to_handle_total" | "to_handle" => dossiers(IN),
        "resolved_total" | "resolved" => dossiers(RESOLVED),
        "resolved_early" => dossiers(RESOLVED_EARLY),
        "resolved_on_time" => dossiers(RESOLVED_ON_TIME),
        "resolved_late" => dossiers(RESOLVED_LATE),
        "resolved_early_or_on_time" => dossiers(IN_TIME),
        "returned" => dossiers(GIVEN_BACK),
        "withdrawn" => dossiers(TAKEN_BACK),
        "stopped" => dossiers(CUT_OFF),
        "awaiting_supplement" => dossiers(SUPPLEMENT),
        "pending_total" | "pending" => dossiers(IN_PROGRESS),
        "pending_within_deadline" => dossiers(PENDING_WITHIN),
        "pending_overdue" => dossiers(PENDING_OVERDUE),
        "transferred_in" => dossiers(HANDED_IN),
        "transferred_out" => dossiers(HANDED_OUT),
        "delivered_by_post" => Some(Label::of(Space::Post, POST_OUT)),
        "feedback_received" => Some(Label::of(Space::Feedback, SETTLED | SENT_ON | OPEN)),
        "feedback_resolved" => Some(Label::of(Space::Feedback, SETTLED)),
        "feedback_forwarded" => Some(Label::of(Space::Feedback, SENT_ON)),
        "rated_very_satisfied" => Some(Label::of(Space::Ratings, VERY_GOOD)),
        "rated_satisfied" => Some(Label::of(Space::Ratings, GOOD)),
        "rated_unsatisfied" => Some(Label::of(Space::Ratings, BAD)),
        "ratings_total" => Some(Label::of(Space::Ratings, VERY_GOOD | GOOD | MIDDLING | BAD)),
        _ => None,
    }
}

/// A heading in words.
fn words(name: &str) -> Option<Label> {
    if !name.contains(' ') {
        return None;
    }
    let text = Text::bare(name);
    let span = Span { start: 0, end: name.len() };
    let sentence = Sentence { span, tokens: tokens(name, span), bullet: false, paragraph: true };
    label(said(&pieces(&text, &sentence)), Thing::Dossier, Around::default()).ok().map(|(label, _)| label)
}

/// Reads JSON.
///
/// # Errors
/// [`CheckError::Json`].
pub fn read(text: &str) -> Result<Reading, CheckError> {
    let value: Value = serde_json::from_str(text).map_err(|e| CheckError::Json(e.to_string()))?;
    let mut reading = Reading::default();
    walk(&value, "", DEPTH, &mut reading);
    Ok(reading)
}

fn walk(value: &Value, path: &str, depth: usize, reading: &mut Reading) {
    if depth == 0 || reading.cells.len() >= FIGURES {
        reading.cut = true;
        return;
    }
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{n}]"), depth - 1, reading);
            }
        }
        Value::Object(fields) => {
            object(fields, path, reading);
            for (name, inner) in fields {
                let inside = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(inner, &inside, depth - 1, reading);
            }
        }
        _ => {}
    }
}

/// The figures of one object belong together.
fn object(fields: &serde_json::Map<String, Value>, path: &str, reading: &mut Reading) {
    let mut scope = None;
    for (name, value) in fields {
        let count = match value {
            Value::Number(n) => n.as_i64().filter(|n| *n >= 0).map(|n| (n, n.to_string())),
            Value::String(s) => match numeral(s) {
                (Numeral::Count(n, _), length) if length == s.len() && s.starts_with(|c: char| c.is_ascii_digit()) => {
                    Some((n, s.clone()))
                }
                _ => None,
            },
            _ => None,
        };
        let Some((count, printed)) = count else { continue };
        let place = Place {
            line: 1,
            column: 1,
            printed,
            quote: if path.is_empty() { name.clone() } else { format!("{path}.{name}") },
        };
        match code(name).or_else(|| words(name)) {
            Some(label) => {
                let scope = *scope.get_or_insert_with(|| {
                    reading.scopes.push(Scope {
                        name: title(fields, path),
                        closed: complete(fields),
                        ..Scope::default()
                    });
                    reading.scopes.len() - 1
                });
                reading.push(Cell {
                    label,
                    firm: Firm::Said,
                    value: count,
                    about: false,
                    slack: 0,
                    scope,
                    grouping: Grouping::Short,
                    places: vec![place],
                });
            }
            // Memos beside the balance, and texts that happen to be digits.
            None if value.is_string() || Measure::by_name(name).is_some() => {}
            None if !name.contains('_') && !name.contains(' ') => {}
            None => reading.unread.push(Unread { place, value: None, why: Unsure::NoLabel, scope: None }),
        }
    }
}

/// Our own figures hold every way in and out.
fn complete(fields: &serde_json::Map<String, Value>) -> bool {
    Measure::ALL.iter().filter(|m| code(m.name()).is_some()).all(|m| fields.contains_key(m.name()))
}

/// What an object calls itself, else where it stands.
fn title(fields: &serde_json::Map<String, Value>, path: &str) -> String {
    let named =
        ["name", "unit", "key"].iter().find_map(|n| fields.get(*n).and_then(Value::as_str)).filter(|n| !n.is_empty());
    named.map_or_else(|| path.to_owned(), str::to_owned)
}
