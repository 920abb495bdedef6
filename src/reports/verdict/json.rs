//! A verdict for programs: names stay the same in every language, the words beside them do not.

use serde::Serialize;

use crate::{
    domain::{
        atoms::Atom,
        roll::How,
        verdict::{Judged, Verdict, Who},
    },
    reports::render::{Lang, RenderError},
};

#[derive(Serialize)]
struct Doc<'a> {
    verified: bool,
    unit: Option<String>,
    name: Option<&'a str>,
    period: Option<&'a str>,
    root: Option<&'a str>,
    root_expected: bool,
    roll_version: Option<u64>,
    findings: Vec<Found>,
    missing: Vec<Missing<'a>>,
    books_begin: Option<String>,
    documents: Vec<Document<'a>>,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Found {
    wrong: &'static str,
    unit: Option<String>,
    atom: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct Missing<'a> {
    unit: String,
    atom: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct Document<'a> {
    unit: String,
    atom: String,
    revision: u32,
    hash: String,
    keeper: String,
    key: &'a str,
    trust: Option<&'static str>,
    retired: Option<String>,
    banned: Option<String>,
    good: bool,
}

#[derive(Serialize)]
struct Figure {
    measure: &'static str,
    stated: i64,
    summed: i64,
}

/// The whole verdict; messages in that language.
///
/// # Errors
/// [`RenderError::Json`], never seen.
pub fn json(verdict: &Verdict, lang: Lang) -> Result<String, RenderError> {
    let asked = verdict.asked.as_ref();
    let unit = |who: &Who| who.unit.to_string();
    let atom = |atom: &Atom| atom.to_string();
    let found = verdict.findings.iter().map(|f| Found {
        wrong: f.wrong.name(),
        unit: f.who.as_ref().map(unit),
        atom: f.atom.as_ref().map(atom),
        message: (lang.proof().wrong)(&f.wrong),
    });
    let missing = verdict.missing.iter();
    let missing = missing.map(|m| Missing { unit: unit(&m.who), atom: atom(&m.atom), reason: &m.reason });
    let figures = verdict.figures.iter();
    let doc = Doc {
        verified: verdict.verified(),
        unit: asked.map(|a| unit(&a.who)),
        name: asked.map(|a| a.who.name.as_str()),
        period: asked.map(|a| a.period.as_str()),
        root: verdict.root.as_deref(),
        root_expected: verdict.anchored,
        roll_version: verdict.roll_version,
        findings: found.collect(),
        missing: missing.collect(),
        books_begin: verdict.begins.map(|day| day.to_string()),
        documents: verdict.judged.iter().map(document).collect(),
        figures: figures.map(|l| Figure { measure: l.measure.name(), stated: l.stated, summed: l.summed }).collect(),
    };
    Ok(serde_json::to_string_pretty(&doc)? + "\n")
}

fn document(judged: &Judged) -> Document<'_> {
    let trust = |how| match how {
        How::Founder => "founder",
        How::Token => "token",
        How::OldKey => "old-key",
        How::Approved => "approved",
    };
    Document {
        unit: judged.who.unit.to_string(),
        atom: judged.atom.to_string(),
        revision: judged.revision,
        hash: judged.hash.to_string(),
        keeper: judged.keeper.unit.to_string(),
        key: &judged.key,
        trust: judged.how.map(trust),
        retired: judged.retired.map(|at| at.to_string()),
        banned: judged.banned.map(|at| at.to_string()),
        good: judged.good,
    }
}
