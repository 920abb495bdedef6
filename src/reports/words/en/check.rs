//! Everything the checker of published reports says in English.

use crate::{
    check::{
        Evidence, Label, Space, Unsure,
        label::{self as set, Set},
    },
    domain::percent::en,
    reports::check::Phrases,
};

pub(in crate::reports) static CHECK: Phrases = Phrases {
    number: en,
    decimal: '.',
    clean: |figures, shares| {
        let fit = match shares {
            0 => "no percentage to check".to_owned(),
            1 => "the only percentage fits".to_owned(),
            n => format!("all {} percentages fit", en(n)),
        };
        format!("NO CONTRADICTION FOUND. {} read; {fit}.", counted(figures, "figure"))
    },
    nothing: "NO FIGURES of a one-stop shop could be read here.",
    wrong: |wrong, figures| format!("TO BE LOOKED AT: {} ({} read).", en(wrong), counted(figures, "figure")),
    cut: "The input is too long, or too much of it is wrong: only its beginning was checked.",
    kind: |kind| match kind {
        crate::check::Kind::Contradiction => "Contradiction",
        crate::check::Kind::Remainder => "Remainder",
        crate::check::Kind::WrongPercent => "Wrong percentage",
        crate::check::Kind::Note => "Note",
    },
    place: |line, column| format!("line {line}, column {column}"),
    should_be: |label, stated, right| format!("“{label}” is given as {stated} and should probably be {right}."),
    doubtful: |label, stated, right| {
        format!(
            "One of these is probably wrong, and nothing tells which: “{label}” is given as {stated} (if wrong, it should be {right})"
        )
    },
    or: |label, stated, right| format!("or “{label}” is given as {stated} (should be {right})"),
    unsolved: "These figures cannot all be right; which is wrong could not be found.",
    equation: |left, right, a, b| {
        if a == b { format!("{left} = {right}") } else { format!("{left} = {a}; {right} = {b}") }
    },
    added: |number, label, figures| format!("{number} ({label}, {figures} figures added)"),
    elsewhere: |one, other| format!("{one}; elsewhere {other}"),
    evidence: |evidence| match evidence {
        Evidence::OnlyOne => "changing this figure alone makes every sum hold, changing another does not".into(),
        Evidence::DigitsSwapped => "two digits changed places".into(),
        Evidence::OneDigit => "only one digit differs".into(),
        Evidence::DigitLost => "a digit was lost or added".into(),
        Evidence::Percentages(printed) => {
            format!("{} fits the right figure and not the one stated", printed.join("; "))
        }
        Evidence::OthersConfirmed => "the other figures are confirmed by other sums".into(),
    },
    because: "Because: ",
    remainder: |amount, missing| {
        let (dossiers, are) = (counted(amount, "dossier"), is_or_are(amount));
        format!("{dossiers} {are} in no category that is given; perhaps not reported: {missing}.")
    },
    remainder_in: |amount, missing| {
        let more = match amount {
            1 => "1 more dossier goes out than comes in".to_owned(),
            n => format!("{} more dossiers go out than come in", en(n)),
        };
        format!("{more}; perhaps not reported: {missing}.")
    },
    unclassed: |amount| {
        let (number, dossiers, are) = (en(amount), counted(amount, "dossier"), is_or_are(amount));
        format!(
            "Every category is given, and yet {number} {are} missing from their sum; each percentage fits, so {dossiers} {are} in no category."
        )
    },
    wrong_percent: |printed, right, part, whole| format!("Given as {printed}, should be {right}: {part} of {whole}."),
    wrong_growth: |printed, right, now, before| {
        format!("Given as {printed}, should be {right} (from {before} to {now}).")
    },
    confirms: |printed| format!("{printed} fits the right figure."),
    shares_miss: |sum| format!("The shares add up to {sum}, by rounding alone."),
    mixed_precision: |printed| format!("Shares of one whole have different numbers of decimals: {printed}."),
    loose: |printed, label| format!("{printed} is “{label}”; the sentence calls it something else."),
    mixed_formats: |printed| format!("Numbers are written in more than one way: {printed}."),
    follows: "With it: ",
    quote: |text| format!("In the text: “{text}”"),
    figures: "FIGURES READ",
    headings: ["Figure", "Number", "Place"],
    whole_document: "Whole document",
    unread: "NUMBERS NOT READ (not used for checking)",
    more: |n| format!("and {n} more"),
    unsure: |why| match why {
        Unsure::NoLabel => "not clear what it counts",
        Unsure::Ambiguous => "may count more than one thing",
        Unsure::Approximate => "a rounded figure",
        Unsure::NoWhole => "its whole is not given",
        Unsure::Compared => "of another time, or a change",
        Unsure::NotANumeral => "not clear as a number",
        Unsure::TooMany => "beyond the bounds of the checker",
    },
    label,
    about: |number| format!("about {number}"),
};

fn counted(n: i64, name: &str) -> String {
    if n == 1 { format!("1 {name}") } else { format!("{} {name}s", en(n)) }
}

fn is_or_are(n: i64) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

const NAMES: &[(Set, &str)] = &[
    (set::IN, "total to handle"),
    (set::RECEIVED, "received in the period"),
    (set::CARRIED_OVER, "carried over"),
    (set::HANDED_IN, "transferred in"),
    (set::ANY_ONLINE, "received online"),
    (set::ONLINE_FULL, "wholly online (level 4)"),
    (set::ONLINE_PART, "partly online (level 3)"),
    (set::IN_PERSON, "received in person"),
    (set::BY_POST, "received by post"),
    (set::RESOLVED, "resolved"),
    (set::IN_TIME, "resolved early or on time"),
    (set::RESOLVED_EARLY, "resolved early"),
    (set::RESOLVED_ON_TIME, "resolved on time"),
    (set::RESOLVED_LATE, "resolved late"),
    (set::IN_PROGRESS, "pending"),
    (set::PENDING_WITHIN, "pending within deadline"),
    (set::PENDING_OVERDUE, "pending overdue"),
    (set::ANY_LATE, "late, resolved or pending"),
    (set::GIVEN_BACK | set::TAKEN_BACK, "returned or withdrawn"),
    (set::GIVEN_BACK, "returned"),
    (set::TAKEN_BACK, "withdrawn"),
    (set::CUT_OFF, "stopped"),
    (set::SUPPLEMENT, "awaiting supplement"),
    (set::UNPAID, "awaiting payment"),
    (set::HANDED_OUT, "transferred out"),
];

fn label(label: &Label) -> String {
    let of = |names: &[(Set, &str)]| crate::reports::check::joined(names, label.set, ", ");
    match label.space {
        Space::Dossiers => of(NAMES),
        Space::Due => "due in the period".into(),
        Space::Post => of(&[
            (3, "handled by post"),
            (set::POST_IN, "taken in by post"),
            (set::POST_OUT, "results delivered by post"),
        ]),
        Space::Feedback => of(&[
            (7, "feedback received"),
            (set::SETTLED, "feedback resolved"),
            (set::SENT_ON, "feedback forwarded"),
            (set::OPEN, "feedback under review"),
        ]),
        Space::Ratings => of(&[
            (15, "ratings"),
            (set::VERY_GOOD, "very satisfied"),
            (set::GOOD, "satisfied"),
            (set::MIDDLING, "neither"),
            (set::BAD, "not satisfied"),
        ]),
        Space::Procedures => "procedures".into(),
        Space::Item if label.name.is_empty() => "not clear which".into(),
        Space::Item | Space::Change => label.name.clone(),
    }
}
