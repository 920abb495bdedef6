//! The outcome for programs: names stay the same in every language, the words beside them do not.

use serde::Serialize;

use super::{Lang, text::lines};
use crate::{
    check::{
        Cell, Finding, Fix, Kind, Label, Outcome, Space, Term, Unread, Unsure, What,
        label::{self as set, Set},
        number::Share,
    },
    reports::render::RenderError,
};

#[derive(Serialize)]
struct Doc<'a> {
    verdict: &'static str,
    findings: Vec<Found>,
    scopes: Vec<Part<'a>>,
    percentages_that_fit: usize,
    unread: Vec<NotRead<'a>>,
    cut: bool,
}

#[derive(Serialize)]
struct Found {
    kind: &'static str,
    message: String,
    scope: String,
    line: usize,
    column: usize,
    quote: String,
    culprit: Option<Culprit>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<Culprit>,
    amount: Option<i64>,
    stated: Option<String>,
    should_be: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sums: Vec<Sum>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    follows: Vec<Found>,
}

#[derive(Serialize)]
struct Culprit {
    figure: String,
    printed: String,
    stated: i64,
    should_be: i64,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Sum {
    left: Vec<Named>,
    right: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    figure: String,
    value: i64,
}

#[derive(Serialize)]
struct Part<'a> {
    name: &'a str,
    figures: Vec<Figure<'a>>,
}

#[derive(Serialize)]
struct Figure<'a> {
    figure: String,
    name: String,
    value: i64,
    approximate: bool,
    printed: Vec<Printed<'a>>,
}

#[derive(Serialize)]
struct Printed<'a> {
    text: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct NotRead<'a> {
    printed: &'a str,
    reason: &'static str,
    line: usize,
    column: usize,
    quote: &'a str,
}

/// One object: `verdict` (`wrong`, `clean`, or `nothing` where no figure was read), `findings` (`kind` is `contradiction`, `remainder`,
/// `wrong-percent` or `note`; `culprit` and `alternatives`, or `amount`, or `stated` and `should_be`; `follows` hangs under it), `scopes` with
/// the figures that were read, `unread`. Places count lines and columns from 1.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(outcome: &Outcome, lang: Lang) -> Result<String, RenderError> {
    let verdict = match (outcome.wrong(), outcome.cells.is_empty()) {
        (true, _) => "wrong",
        (false, true) => "nothing",
        (false, false) => "clean",
    };
    let doc = Doc {
        verdict,
        findings: outcome.findings.iter().map(|f| found(f, lang)).collect(),
        scopes: (0..outcome.scopes.len()).filter_map(|n| part(outcome, n, lang)).collect(),
        percentages_that_fit: outcome.shares,
        unread: outcome.unread.iter().map(not_read).collect(),
        cut: outcome.cut,
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}

fn part(outcome: &Outcome, n: usize, lang: Lang) -> Option<Part<'_>> {
    let figures: Vec<Figure<'_>> = outcome.cells.iter().filter(|c| c.scope == n).map(|c| figure(c, lang)).collect();
    outcome.scopes.get(n).filter(|_| !figures.is_empty()).map(|scope| Part { name: &scope.name, figures })
}

fn figure(cell: &Cell, lang: Lang) -> Figure<'_> {
    Figure {
        figure: code(&cell.label),
        name: (lang.check().label)(&cell.label),
        value: cell.value,
        approximate: cell.about || cell.slack > 0,
        printed: cell.places.iter().map(|p| Printed { text: &p.printed, line: p.line, column: p.column }).collect(),
    }
}

fn not_read(unread: &Unread) -> NotRead<'_> {
    let place = &unread.place;
    NotRead {
        printed: &place.printed,
        reason: reason(unread.why),
        line: place.line,
        column: place.column,
        quote: &place.quote,
    }
}

fn reason(why: Unsure) -> &'static str {
    match why {
        Unsure::NoLabel => "no-label",
        Unsure::Ambiguous => "ambiguous",
        Unsure::Approximate => "approximate",
        Unsure::NoWhole => "no-whole",
        Unsure::Compared => "compared",
        Unsure::NotANumeral => "not-a-numeral",
        Unsure::TooMany => "too-many",
    }
}

fn found(finding: &Finding, lang: Lang) -> Found {
    let words = lang.check();
    let mut doc = Found {
        kind: if matches!(finding.what, What::Confirms { .. }) { "confirms" } else { Kind::name(finding.kind()) },
        message: lines(finding, words).join(" "),
        scope: finding.scope.clone(),
        line: finding.place.line,
        column: finding.place.column,
        quote: finding.place.quote.clone(),
        culprit: None,
        alternatives: Vec::new(),
        amount: None,
        stated: None,
        should_be: None,
        sums: Vec::new(),
        follows: finding.children.iter().map(|c| found(c, lang)).collect(),
    };
    let share = |s: &Share| Some(s.print(words.decimal));
    match &finding.what {
        What::Contradiction { culprit: fix, equals, equations } => {
            doc.culprit = fix.as_ref().map(culprit);
            doc.alternatives = equals.iter().map(culprit).collect();
            doc.sums = equations.iter().map(|e| Sum { left: named(&e.left), right: named(&e.right) }).collect();
        }
        What::Remainder { amount, equation, .. } => {
            doc.amount = Some(*amount);
            doc.sums = vec![Sum { left: named(&equation.left), right: named(&equation.right) }];
        }
        What::WrongPercent { printed, should_be, part, whole, .. } => {
            doc.stated = share(printed);
            doc.should_be = share(should_be);
            doc.sums = vec![Sum { left: named(std::slice::from_ref(whole)), right: named(std::slice::from_ref(part)) }];
        }
        What::Confirms { printed } => doc.stated = share(printed),
        What::SharesMiss { sum } => doc.stated = share(sum),
        What::MixedPrecision { .. } | What::LooseWording { .. } | What::MixedFormats { .. } => {}
    }
    doc
}

fn culprit(fix: &Fix) -> Culprit {
    Culprit {
        figure: code(&fix.label),
        printed: fix.printed.clone(),
        stated: fix.stated,
        should_be: fix.should_be,
        line: fix.place.line,
        column: fix.place.column,
    }
}

fn named(terms: &[Term]) -> Vec<Named> {
    terms.iter().map(|t| Named { figure: code(&t.label), value: t.value }).collect()
}

/// The names that figures have in our own JSON; those of the parts joined by `+` where a figure counts several.
fn code(label: &Label) -> String {
    const DOSSIERS: &[(Set, &str)] = &[
        (set::IN, "to_handle_total"),
        (set::RECEIVED, "received_new"),
        (set::CARRIED_OVER, "carried_over"),
        (set::HANDED_IN, "transferred_in"),
        (set::ANY_ONLINE, "received_online"),
        (set::ONLINE_FULL, "received_online_full"),
        (set::ONLINE_PART, "received_online_part"),
        (set::IN_PERSON, "received_direct"),
        (set::BY_POST, "received_postal"),
        (set::RESOLVED, "resolved_total"),
        (set::IN_TIME, "resolved_early_or_on_time"),
        (set::RESOLVED_EARLY, "resolved_early"),
        (set::RESOLVED_ON_TIME, "resolved_on_time"),
        (set::RESOLVED_LATE, "resolved_late"),
        (set::IN_PROGRESS, "pending_total"),
        (set::PENDING_WITHIN, "pending_within_deadline"),
        (set::PENDING_OVERDUE, "pending_overdue"),
        (set::GIVEN_BACK, "returned"),
        (set::TAKEN_BACK, "withdrawn"),
        (set::CUT_OFF, "stopped"),
        (set::SUPPLEMENT, "awaiting_supplement"),
        (set::UNPAID, "awaiting_payment"),
        (set::HANDED_OUT, "transferred_out"),
    ];
    let names: &[(Set, &str)] = match label.space {
        Space::Dossiers => DOSSIERS,
        Space::Due => return "due".into(),
        Space::Post => &[(set::POST_IN, "taken_in_by_post"), (set::POST_OUT, "delivered_by_post")],
        Space::Feedback => &[
            (set::SETTLED | set::SENT_ON | set::OPEN, "feedback_received"),
            (set::SETTLED, "feedback_resolved"),
            (set::SENT_ON, "feedback_forwarded"),
            (set::OPEN, "feedback_pending"),
        ],
        Space::Ratings => &[
            (set::VERY_GOOD | set::GOOD | set::MIDDLING | set::BAD, "ratings_total"),
            (set::VERY_GOOD, "rated_very_satisfied"),
            (set::GOOD, "rated_satisfied"),
            (set::MIDDLING, "rated_neutral"),
            (set::BAD, "rated_unsatisfied"),
        ],
        Space::Procedures => return "procedures".into(),
        Space::Change => return "change".into(),
        Space::Item => return "item".into(),
    };
    super::joined(names, label.set, "+")
}
