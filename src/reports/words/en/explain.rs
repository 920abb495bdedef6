//! What an explanation of a figure says in English.

use crate::{
    domain::{
        measure::{Derived, Figure, Kind, Measure},
        percent::en,
    },
    reports::explain::{Cause, text::Phrases},
};

pub(in crate::reports) static EXPLAIN: Phrases = Phrases {
    number: en,
    figure: |figure| match figure {
        Figure::Counted(measure) => Measure::en(measure),
        Figure::Sum(sum) => Derived::en(sum),
    },
    title: |figure, name, value| format!("{name}: {figure} {value}"),
    terms: "The sum of:",
    over_time: |figure| match figure {
        Figure::Counted(measure) => match measure.kind() {
            Kind::Opening => "Over time (an opening stock is that of the first stretch):",
            Kind::Closing | Kind::Statement => "Over time (a closing figure is that of the last stretch):",
            Kind::Flow | Kind::Memo | Kind::Local => "Over time (what happened is added up):",
        },
        Figure::Sum(_) => {
            "Over time (opening stock of the first stretch, what happened added up, closing stock of the last):"
        }
    },
    atom: |dates, value, document| match document {
        Some((revision, hash)) => format!("{dates}: {value} (document {hash}…, revision {revision})"),
        None => format!("{dates}: {value} (still open)"),
    },
    changed: "Changes since it was first published:",
    unchanged: "Unchanged since it was first published.",
    revision: |dates, revision, at, reason| match reason {
        "" => format!("{dates}, revision {revision} of {at}"),
        reason => format!("{dates}, revision {revision} of {at} (“{reason}”)"),
    },
    first: "first published",
    own: "of its own",
    cause: |cause, dossiers| match cause {
        Cause::LateEntry => format!("entered late: {dossiers}"),
        Cause::Voided => format!("voided: {dossiers}"),
        Cause::CorrectedDue => format!("due date corrected: {dossiers}"),
        Cause::Corrected => format!("corrected: {dossiers}"),
        Cause::LateStep => format!("step entered late: {dossiers}"),
        Cause::LateMemo => format!("figure beside the balance entered late: {dossiers}"),
        Cause::Unknown => "no trace left in single dossiers".to_owned(),
    },
    units: "By unit:",
    newer: |value| format!("the unit's newest document says {value}, the unit above has not followed yet"),
    own_part: |value| format!("of its own {value}"),
    entered: |by| match by.is_empty() {
        true => "Entered by hand from a form: there are no dossiers to look at.".to_owned(),
        false => format!("Entered by hand from a form by {by}: there are no dossiers to look at."),
    },
    elsewhere: |name, command| format!("The dossiers are at the node of {name}. Run there: {command}"),
    dossiers: |shown, all| match shown == all {
        true => format!("Dossiers counted ({shown}):"),
        false => format!("Dossiers counted as the books are now ({shown} lines, the figure above is {all}):"),
    },
    state: |state| match state {
        "held" => "no reception known",
        "awaiting_supplement" => "awaiting supplement",
        "awaiting_payment" => "awaiting payment",
        "transferred_out" => "transferred out",
        other => other,
    },
    dossier: |code, state, received, due, closed| {
        let part =
            |label: &str, value: &str| if value.is_empty() { String::new() } else { format!(", {label} {value}") };
        format!("{code}: {state}{}{}{}", part("received", received), part("due", due), part("closed", closed))
    },
    memo: "beside any dossier:",
};
