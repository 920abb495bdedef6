//! A verdict for people.

use comfy_table::{Cell, CellAlignment, Table, presets};

use super::{Line, asked, version, who};
use crate::{
    domain::{
        atoms::Atom,
        measure::Measure,
        verdict::{Finding, Judged, Verdict},
    },
    reports::render::{Lang, day, last_day},
};

/// How many lines of a kind are shown, unless all are asked for.
const SHOWN: usize = 100;

/// Whether it is verified, under which root, what is wrong, what is missing, and the figures; with `all` every document too. The same verdict
/// gives the same text, whatever the terminal.
pub fn table(verdict: &Verdict, lang: Lang, all: bool) -> String {
    let words = lang.proof();
    let number = |n: usize| (lang.phrases().number)(i64::try_from(n).unwrap_or(i64::MAX));
    let what = asked(verdict, lang);
    let mut out = vec![match verdict.verified() {
        true => (words.verified)(&what),
        false => (words.not_verified)(&what, &number(verdict.findings.len())),
    }];
    if let Some(root) = &verdict.root {
        let matches = verdict.anchored && !verdict.findings.iter().any(|f| f.wrong.name() == "root-differs");
        out.push(if matches { (words.root)(root) } else { (words.compare)(root) });
    }
    out.extend(verdict.roll_version.map(|v| (words.roll)(&version(v))));
    let good = verdict.judged.iter().filter(|j| j.good).count();
    out.push((words.documents)(&number(good), &number(verdict.judged.len())));
    out.extend(verdict.begins.map(|from| (words.begins)(&day(from))));
    let most = if all { usize::MAX } else { SHOWN };
    let findings = verdict.findings.iter().map(|finding| wrong(finding, lang));
    list(&mut out, words.wrong_heading, findings, most, lang);
    let missing = verdict.missing.iter().map(|m| {
        let reason = (lang.phrases().reason)(&m.reason).unwrap_or(&m.reason);
        format!("{}, {}: {reason}", who(&m.who), span(m.atom))
    });
    list(&mut out, words.missing_heading, missing, most, lang);
    if all {
        list(&mut out, words.documents_heading, verdict.judged.iter().map(|j| document(j, lang)), most, lang);
    }
    if !verdict.figures.is_empty() {
        out.push(figures(verdict, lang));
    }
    // names and reasons were written elsewhere: they must not steer the reader's terminal
    out.join("\n").replace(|c: char| c.is_control() && c != '\n', " ") + "\n"
}

fn list(out: &mut Vec<String>, heading: &str, lines: impl Iterator<Item = String>, most: usize, lang: Lang) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    out.push(heading.to_owned());
    out.extend(lines.by_ref().take(most).map(|line| format!("- {line}")));
    let more = i64::try_from(lines.count()).unwrap_or(i64::MAX);
    out.extend((more > 0).then(|| (lang.proof().more)(&(lang.phrases().number)(more))));
}

fn wrong(finding: &Finding, lang: Lang) -> String {
    let words = lang.proof();
    let unit = finding.who.as_ref().map_or(words.bundle.to_owned(), who);
    let atom = finding.atom.map(|atom| format!(", {}", span(atom))).unwrap_or_default();
    format!("{unit}{atom}: {}", (words.wrong)(&finding.wrong))
}

fn document(judged: &Judged, lang: Lang) -> String {
    let (unit, keeper, atom) = (who(&judged.who), who(&judged.keeper), span(judged.atom));
    (lang.proof().document)(&Line { judged, who: &unit, atom: &atom, keeper: &keeper })
}

/// Both days included.
fn span(atom: Atom) -> String {
    format!("{}–{}", day(atom.start), last_day(atom.end))
}

fn figures(verdict: &Verdict, lang: Lang) -> String {
    let (words, phrases) = (lang.proof(), lang.phrases());
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(words.headings);
    for line in &verdict.figures {
        // what nobody counted is not worth a line, the form's own columns are
        if line.stated == 0 && line.summed == 0 && line.measure > Measure::PendingOverdue {
            continue;
        }
        let number = |n| Cell::new((phrases.number)(n)).set_alignment(CellAlignment::Right);
        let agrees = if line.agrees() { words.agrees } else { words.differs };
        table.add_row([
            Cell::new((phrases.measure)(line.measure)),
            number(line.stated),
            number(line.summed),
            Cell::new(agrees),
        ]);
    }
    table.trim_fmt()
}
