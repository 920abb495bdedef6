//! What is wrong with a filled form, sentence by sentence: which rule does not hold, by the node, and what the checker knows beyond that.

use super::{Lang, phrases};
use crate::{
    check::{
        self, Fix, What,
        filled::{At, Filled, Mistake, Read, labelled},
    },
    domain::entered::{Culprit, Fault, Identity},
    reports::{
        check::{because, message},
        render::clean,
    },
};

/// What the node found wrong, with the cells that the numbers stand in, and below each period what the checker knows beyond it: why it is that number,
/// or another one. Where the checker knows what is wrong, what a rule alone makes likely is not said.
pub fn refusal(faults: &[Fault], forms: &[Read], lang: Lang) -> Vec<String> {
    let mut told = Vec::new();
    for of_period in faults.chunk_by(|a, b| a.period == b.period) {
        let Some(first) = of_period.first() else { continue };
        let read = forms.iter().find(|read| read.form.period.id == first.period);
        let at = |name: &str| read.and_then(|read| read.at.get(name)).map_or_else(String::new, |at| place(at, lang));
        let known = read.map(|read| known(read, of_period)).unwrap_or_default();
        let same = |culprit: &Culprit| known.iter().any(|(own, _)| own == culprit);
        for fault in of_period {
            let mut fault = fault.clone();
            fault.culprits.retain(|culprit| known.is_empty() || same(culprit));
            told.push(clean(&(phrases(lang).fault)(&fault, &at)));
        }
        for (culprit, fix) in &known {
            let named = of_period.iter().any(|fault| fault.culprits.contains(culprit));
            let why = because(fix, lang).unwrap_or_default();
            if named && !why.is_empty() {
                told.push(clean(&(phrases(lang).why)(&first.period, culprit.name, &why)));
            } else if !named {
                told.push(clean(&(phrases(lang).suspect)(&first.period, culprit, &at(culprit.name), &why)));
            }
        }
    }
    told
}

/// What the checker found wrong in the table that a form is, with the cells.
pub fn findings(filled: &Filled, lang: Lang) -> Vec<String> {
    let said = |(at, finding): &(At, _)| clean(&(phrases(lang).finding)(&spot(at, lang), &message(finding, lang)));
    filled.findings.iter().map(said).collect()
}

/// What is to be known of a form that was read.
pub fn notices(filled: &Filled, lang: Lang) -> Vec<String> {
    filled.notices.iter().map(|notice| clean(&(phrases(lang).notice)(notice, &|at| spot(at, lang)))).collect()
}

/// Why a file could not be read.
pub fn mistakes(mistakes: &[Mistake], lang: Lang) -> Vec<String> {
    let said = |mistake: &Mistake| {
        let what = (phrases(lang).mistake)(&mistake.what, &|at| spot(at, lang));
        clean(&mistake.at.as_ref().map_or_else(|| what.clone(), |at| format!("{}: {what}", spot(at, lang))))
    };
    mistakes.iter().map(said).collect()
}

/// The numbers that the checker takes for wrong, each without any doubt. It does not know the stock of other periods: where that does not fit, it says
/// nothing.
fn known(read: &Read, faults: &[Fault]) -> Vec<(Culprit, Fix)> {
    let within = |identity| matches!(identity, Identity::Total(_) | Identity::Balance);
    if !faults.iter().all(|fault| within(fault.identity)) {
        return Vec::new();
    }
    let figures = labelled(&read.form);
    let given: Vec<_> = figures.iter().map(|(_, label, value)| (label.clone(), *value)).collect();
    let findings = check::figures("", &given).findings.into_iter();
    let firm = findings.filter_map(|finding| match finding.what {
        What::Contradiction { culprit: Some(fix), equals, .. } if equals.is_empty() => Some(fix),
        _ => None,
    });
    let culprit = |fix: Fix| {
        let (name, ..) = figures.get(fix.place.line.checked_sub(1)?)?;
        Some((Culprit { name, stated: fix.stated, should_be: fix.should_be }, fix))
    };
    firm.filter_map(culprit).collect()
}

/// A cell as it stands behind a label.
fn place(at: &At, lang: Lang) -> String {
    format!(" ({})", spot(at, lang))
}

fn spot(at: &At, lang: Lang) -> String {
    if at.sheet.is_empty() { (phrases(lang).line)(at.row, at.column) } else { (phrases(lang).cell)(&at.to_string()) }
}
