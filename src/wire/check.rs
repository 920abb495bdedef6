//! What the checker says, on the wire.

use super::{WireError, error::reason, pb::v1 as pb};
use crate::{
    check::{Finding, Form, Outcome, What},
    reports::{Lang, RenderError, check as render, render::LangError},
};

/// How to read an input; `None` is a guess.
pub fn form_to_pb(form: Option<Form>) -> pb::CheckForm {
    match form {
        None => pb::CheckForm::Unspecified,
        Some(Form::Prose) => pb::CheckForm::Prose,
        Some(Form::Csv) => pb::CheckForm::Csv,
        Some(Form::Xlsx) => pb::CheckForm::Xlsx,
        Some(Form::Json) => pb::CheckForm::Json,
    }
}

/// The other way round.
///
/// # Errors
/// [`WireError`] for one this release does not know.
pub fn form_from_pb(form: i32) -> Result<Option<Form>, WireError> {
    match pb::CheckForm::try_from(form) {
        Ok(pb::CheckForm::Unspecified) => Ok(None),
        Ok(pb::CheckForm::Prose) => Ok(Some(Form::Prose)),
        Ok(pb::CheckForm::Csv) => Ok(Some(Form::Csv)),
        Ok(pb::CheckForm::Xlsx) => Ok(Some(Form::Xlsx)),
        Ok(pb::CheckForm::Json) => Ok(Some(Form::Json)),
        Err(_) => Err(WireError::new(
            "form",
            reason::BAD_CHOICE,
            format!("{form} is no form this node can read: leave it out"),
        )),
    }
}

/// The language of the words; Vietnamese where none is named.
///
/// # Errors
/// [`WireError`] for one there is not.
pub fn lang_from_pb(lang: &str) -> Result<Lang, WireError> {
    match lang {
        "" => Ok(Lang::Vi),
        lang => lang.parse().map_err(|e: LangError| WireError::new("lang", reason::BAD_CHOICE, e.to_string())),
    }
}

/// The whole answer.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn outcome_to_pb(outcome: &Outcome, lang: Lang) -> Result<pb::CheckReportResponse, RenderError> {
    Ok(pb::CheckReportResponse {
        wrong: outcome.wrong(),
        findings: outcome.findings.iter().map(|f| finding_to_pb(f, lang)).collect(),
        text: render::text(outcome, lang),
        json: render::json(outcome, lang)?,
    })
}

fn finding_to_pb(finding: &Finding, lang: Lang) -> pb::CheckFinding {
    let place = &finding.place;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut found = pb::CheckFinding {
        kind: finding.kind().name().to_owned(),
        scope: finding.scope.clone(),
        line: number(place.line),
        column: number(place.column),
        quote: place.quote.clone(),
        message: render::message(finding, lang),
        follows: finding.children.iter().map(|c| finding_to_pb(c, lang)).collect(),
        ..pb::CheckFinding::default()
    };
    match &finding.what {
        What::Contradiction { culprit: Some(fix), equals, .. } => {
            found.culprit.clone_from(&fix.printed);
            found.should_be = fix.should_be.to_string();
            found.alternatives = equals.iter().map(|f| f.printed.clone()).collect();
        }
        What::Remainder { amount, .. } => found.amount = *amount,
        What::WrongPercent { should_be, .. } => {
            found.culprit.clone_from(&place.printed);
            found.should_be = should_be.print(if lang == Lang::Vi { ',' } else { '.' });
        }
        _ => {}
    }
    found
}
