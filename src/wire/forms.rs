//! Templates of printed forms, as they travel. Only their sizes are judged here: what a template says may be of a later release, and the
//! registry must flow on.

use std::collections::BTreeSet;

use super::{
    error::{WireError, reason},
    pb::v1 as pb,
    registry::Mistakes,
};
use crate::domain::forms::{Forms, MAX_FORMS, MAX_NAME, MAX_TEXT, is_name};

/// The messages of forms; what reads them gives equal ones back.
pub fn forms_to_pb(all: &Forms) -> Vec<pb::FormFile> {
    all.iter().map(|(name, text)| pb::FormFile { name: name.to_owned(), text: text.to_owned() }).collect()
}

/// The forms, and every mistake in their names and sizes.
pub(super) fn forms(given: Vec<pb::FormFile>, mistakes: &mut Mistakes) -> Forms {
    if given.len() > MAX_FORMS {
        let message = format!("{} forms are too many: send at most {MAX_FORMS}", given.len());
        mistakes.take::<()>(Err(WireError::new("forms", reason::OUT_OF_RANGE, message)));
        return Forms::default();
    }
    let mut names = BTreeSet::new();
    for (n, form) in given.iter().enumerate() {
        let mut wrong = |field: &str, reason, message: String| {
            mistakes.take::<()>(Err(WireError::new(format!("forms[{n}].{field}"), reason, message)));
        };
        if !is_name(&form.name) {
            let message = format!("write a name of 1 to {MAX_NAME} letters, digits, points, hyphens or underscores");
            wrong("name", reason::BAD_CHOICE, message);
        }
        if !names.insert(&form.name) {
            wrong("name", reason::DUPLICATE, "it is there twice: leave one of them out".to_owned());
        }
        if form.text.is_empty() {
            wrong("text", reason::MISSING_FIELD, "fill in this field".to_owned());
        }
        if form.text.len() > MAX_TEXT {
            wrong(
                "text",
                reason::TEXT_TOO_LONG,
                format!("{} bytes are too many: send at most {MAX_TEXT}", form.text.len()),
            );
        }
    }
    Forms::new(given.into_iter().map(|form| (form.name, form.text)))
}
