//! The outcome for people: what is wrong, then what was read, then what was not.

use comfy_table::{Cell, CellAlignment, Table, presets};

use super::{Lang, Phrases};
use crate::check::{Equation, Finding, Fix, Kind, Label, Outcome, Space, Term, What, number::Share};

/// Most numbers listed as unread.
const UNREAD: usize = 60;
/// Longest quotation, in characters.
const QUOTE: usize = 300;

/// The whole outcome.
pub fn text(outcome: &Outcome, lang: Lang) -> String {
    let words = lang.check();
    let mut out = String::new();
    out.push_str(&heading(outcome, words));
    out.push('\n');
    if outcome.cut {
        out.push_str(words.cut);
        out.push('\n');
    }
    for (n, finding) in outcome.findings.iter().enumerate() {
        out.push('\n');
        write(&mut out, finding, n + 1, words);
    }
    out.push_str(&figures(outcome, words));
    out.push_str(&unread(outcome, words));
    // What is quoted was written elsewhere: it must not steer the reader's terminal.
    out.replace(|c: char| c.is_control() && c != '\n', " ")
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn heading(outcome: &Outcome, words: &Phrases) -> String {
    let wrong = outcome.findings.iter().filter(|f| f.kind() != Kind::Note).count();
    let figures = count(outcome.cells.len());
    match (wrong, figures) {
        (0, 0) => words.nothing.to_owned(),
        (0, _) => (words.clean)(figures, count(outcome.shares)),
        (n, _) => (words.wrong)(count(n), figures),
    }
}

fn write(out: &mut String, finding: &Finding, n: usize, words: &Phrases) {
    let place = &finding.place;
    let scope = if finding.scope.is_empty() { String::new() } else { format!(" – {}", finding.scope) };
    let at = (words.place)(place.line, place.column);
    out.push_str(&format!("{n}. {} ({at}){scope}\n", (words.kind)(finding.kind())));
    for line in lines(finding, words) {
        out.push_str(&format!("   {line}\n"));
    }
    for child in &finding.children {
        let place = (words.place)(child.place.line, child.place.column);
        for line in lines(child, words) {
            out.push_str(&format!("   {}{line} ({place})\n", words.follows));
        }
    }
    if !place.quote.is_empty() {
        out.push_str(&format!("   {}\n", (words.quote)(&around(&place.quote, &place.printed))));
    }
}

/// The part of a long sentence that the number stands in.
fn around(quote: &str, printed: &str) -> String {
    let flat = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let all: Vec<char> = flat.chars().collect();
    if all.len() <= QUOTE {
        return flat;
    }
    let at = flat.find(printed).and_then(|b| flat.get(..b)).map_or(0, |b| b.chars().count());
    let from = at.saturating_sub(QUOTE / 2);
    let to = (from + QUOTE).min(all.len());
    let middle: String = all.get(from..to).unwrap_or_default().iter().collect();
    let open = if from > 0 { "…" } else { "" };
    let close = if to < all.len() { "…" } else { "" };
    format!("{open}{middle}{close}")
}

/// A finding in lines.
pub(super) fn lines(finding: &Finding, words: &Phrases) -> Vec<String> {
    let number = |n: i64| (words.number)(n);
    let share = |s: &Share| s.print(words.decimal);
    let term = |t: &Term| labelled(t, words);
    match &finding.what {
        What::Contradiction { culprit, equals, equations } => {
            let mut found = Vec::new();
            match culprit {
                None => found.push(words.unsolved.to_owned()),
                Some(fix) => {
                    let say = if equals.is_empty() { words.should_be } else { words.doubtful };
                    let right = |f: &Fix| match f.about {
                        true => (words.about)(&number(f.should_be)),
                        false => number(f.should_be),
                    };
                    let or = |f: &Fix| (words.or)(&(words.label)(&f.label), &number(f.stated), &right(f));
                    let others = equals.iter().map(or).fold(String::new(), |all, one| format!("{all}; {one}"));
                    let first = say(&(words.label)(&fix.label), &number(fix.stated), &right(fix));
                    found.push(if others.is_empty() { first } else { format!("{first}{others}.") });
                }
            }
            found.extend(equations.iter().map(|e| equation(e, words)));
            if let Some(fix) = culprit.as_ref().filter(|f| !f.evidence.is_empty() && equals.is_empty()) {
                let all: Vec<String> = fix.evidence.iter().map(words.evidence).collect();
                found.push(format!("{}{}.", words.because, all.join("; ")));
            }
            found
        }
        What::Remainder { amount, equation: e, missing, ways_in, unclassed } => {
            let space = e.left.first().map_or(Space::Dossiers, |t| t.label.space);
            let missing = (words.label)(&Label { space, set: *missing, name: String::new() });
            let first = match (unclassed, ways_in) {
                (true, _) => (words.unclassed)(*amount),
                (_, true) => (words.remainder_in)(*amount, &missing),
                _ => (words.remainder)(*amount, &missing),
            };
            vec![first, equation(e, words)]
        }
        What::WrongPercent { printed, should_be, part, whole, growth } => vec![if *growth == 0 {
            (words.wrong_percent)(&share(printed), &share(should_be), &term(part), &term(whole))
        } else {
            (words.wrong_growth)(&share(printed), &share(should_be), &number(part.value), &number(whole.value))
        }],
        What::Confirms { printed } => vec![(words.confirms)(&share(printed))],
        What::SharesMiss { sum } => vec![(words.shares_miss)(&share(sum))],
        What::MixedPrecision { printed } => vec![(words.mixed_precision)(&printed.join("; "))],
        What::LooseWording { label, printed } => vec![(words.loose)(printed, &(words.label)(label))],
        What::MixedFormats { printed } => vec![(words.mixed_formats)(&printed.join("; "))],
    }
}

fn labelled(term: &Term, words: &Phrases) -> String {
    let label = if term.scope.is_empty() {
        (words.label)(&term.label)
    } else {
        format!("{}, {}", (words.label)(&term.label), term.scope)
    };
    let number = (words.number)(term.value);
    if term.figures > 1 {
        return (words.added)(&number, &label, &(words.number)(count(term.figures)));
    }
    if label.is_empty() { number } else { format!("{number} ({label})") }
}

fn equation(equation: &Equation, words: &Phrases) -> String {
    let side = |terms: &[Term]| terms.iter().map(|t| labelled(t, words)).collect::<Vec<_>>().join(" + ");
    let total = |terms: &[Term]| (words.number)(Equation::total(terms));
    let (left, right) = (side(&equation.left), side(&equation.right));
    let single = match (equation.left.as_slice(), equation.right.as_slice()) {
        ([one], [other @ Term { figures: 1, .. }]) => {
            if one.label == other.label && one.scope == other.scope {
                return (words.elsewhere)(&labelled(one, words), &(words.number)(other.value));
            }
            true
        }
        _ => false,
    };
    if equation.left.len() == 1 {
        let (a, b) = (total(&equation.left), total(&equation.right));
        return match a == b {
            true => format!("{left} = {right}"),
            false if single => format!("{left}; {right}"),
            false => format!("{left}; {right} = {b}"),
        };
    }
    (words.equation)(&left, &right, &total(&equation.left), &total(&equation.right))
}

fn figures(outcome: &Outcome, words: &Phrases) -> String {
    if outcome.cells.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", words.figures);
    for (n, scope) in outcome.scopes.iter().enumerate() {
        let cells: Vec<_> = outcome.cells.iter().filter(|c| c.scope == n).collect();
        if cells.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", if scope.name.is_empty() { words.whole_document } else { &scope.name }));
        let mut table = Table::new();
        table.load_style(presets::UTF8_BORDERS_ONLY);
        table.set_header(words.headings);
        for cell in cells {
            let number = (words.number)(cell.value);
            let number = if cell.about || cell.slack > 0 { (words.about)(&number) } else { number };
            let places: Vec<String> = cell.places.iter().map(|p| (words.place)(p.line, p.column)).collect();
            table.add_row([
                Cell::new((words.label)(&cell.label)),
                Cell::new(number).set_alignment(CellAlignment::Right),
                Cell::new(places.join("; ")),
            ]);
        }
        out.push_str(&format!("{}\n", table.trim_fmt()));
    }
    out
}

fn unread(outcome: &Outcome, words: &Phrases) -> String {
    if outcome.unread.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", words.unread);
    for unread in outcome.unread.iter().take(UNREAD) {
        let place = &unread.place;
        let at = (words.place)(place.line, place.column);
        let quote = around(&place.quote, &place.printed);
        out.push_str(&format!("- {} ({at}): {}. “{quote}”\n", place.printed, (words.unsure)(unread.why)));
    }
    if outcome.unread.len() > UNREAD {
        out.push_str(&format!("- {}\n", (words.more)(&(words.number)(count(outcome.unread.len() - UNREAD)))));
    }
    out
}
