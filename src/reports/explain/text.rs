//! An explanation in words.

use super::{Cause, Change, Explanation, Listed, Part, Revision, Slice};
use crate::{
    domain::{atoms::Atom, calendar::Due, measure::Figure},
    reports::render::{Lang, day, last_day, minute},
};

/// The phrases of one language; the texts stand in `words/` and nowhere else.
pub struct Phrases {
    /// A count.
    pub number: fn(i64) -> String,
    /// What a figure is called.
    pub figure: fn(Figure) -> &'static str,
    /// The first line.
    pub title: fn(figure: &str, name: &str, value: &str) -> String,
    /// Above what a derived figure is the sum of.
    pub terms: &'static str,
    /// How a figure is put together over time.
    pub over_time: fn(Figure) -> &'static str,
    /// One atom: dates, value, and the document it stands in.
    pub atom: fn(dates: &str, value: &str, document: Option<(u32, &str)>) -> String,
    /// Above what changed after it was published.
    pub changed: &'static str,
    /// Nothing changed since it was first published.
    pub unchanged: &'static str,
    /// A revision: dates, number, instant, reason (may be empty).
    pub revision: fn(dates: &str, revision: u32, at: &str, reason: &str) -> String,
    /// The first revision of a list of revisions.
    pub first: &'static str,
    /// The unit's own part of a difference.
    pub own: &'static str,
    /// What a cause did.
    pub cause: fn(cause: Cause, dossiers: &str) -> String,
    /// Above the units.
    pub units: &'static str,
    /// A unit whose newest documents say something else than what the unit above counted.
    pub newer: fn(value: &str) -> String,
    /// A unit with figures of its own beside those below it.
    pub own_part: fn(value: &str) -> String,
    /// There are no dossiers: the figures were entered as a whole, by whom if it is known.
    pub entered: fn(by: &str) -> String,
    /// The dossiers lie at another node: what to run there.
    pub elsewhere: fn(name: &str, command: &str) -> String,
    /// Above the dossiers.
    pub dossiers: fn(shown: &str, all: &str) -> String,
    /// What a dossier is at, by its name in the protocol.
    pub state: fn(&str) -> &str,
    /// A line for a dossier: received, due and closed may be empty.
    pub dossier: fn(code: &str, state: &str, received: &str, due: &str, closed: &str) -> String,
    /// In place of a code for what was entered beside any dossier.
    pub memo: &'static str,
}

fn phrases(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::Vi => &crate::reports::words::vi::explain::EXPLAIN,
        Lang::En => &crate::reports::words::en::explain::EXPLAIN,
    }
}

/// The whole explanation: the figure, what it is the sum of, over time, what changed, by unit, and the dossiers that were listed.
pub fn explanation(explained: &Explanation, dossiers: &[Listed], lang: Lang) -> String {
    let phrases = phrases(lang);
    let number = |n| (phrases.number)(n);
    let part = &explained.part;
    let name = format!("{} ({})", part.name, part.unit);
    let value = part.newer.unwrap_or(part.value);
    let mut out = vec![(phrases.title)((phrases.figure)(explained.figure), &name, &number(value))];
    let report = lang.phrases();
    let (first, last) = (day(explained.period.start), last_day(explained.period.end));
    out.push((report.span)(&explained.period.id, &first, &last));
    let complete = (report.completeness)(&number(part.received.into()), &number(part.expected.into()));
    out.push(format!("{} · {complete}", (report.status_name)(explained.status)));
    if let Some(at) = explained.as_known_at {
        out.push((report.as_known_at)(&minute(at)));
    }
    if !explained.terms.is_empty() {
        let terms =
            explained.terms.iter().map(|(m, n)| format!("{} {}", (phrases.figure)(Figure::Counted(*m)), number(*n)));
        out.push(format!("{} {}", phrases.terms, terms.collect::<Vec<_>>().join(" + ")));
    }
    out.push((phrases.over_time)(explained.figure).to_owned());
    out.extend(part.atoms.iter().map(|slice| format!("- {}", atom(slice, phrases))));
    let changes = changed(part, phrases);
    match changes.is_empty() {
        true if part.atoms.iter().any(|slice| slice.document.is_some()) => out.push(phrases.unchanged.to_owned()),
        true => {}
        false => {
            out.push(phrases.changed.to_owned());
            out.extend(changes);
        }
    }
    out.push(phrases.units.to_owned());
    units(explained, part, 0, phrases, &mut out);
    if !dossiers.is_empty() {
        out.push((phrases.dossiers)(&number(i64::try_from(dossiers.len()).unwrap_or(i64::MAX)), &number(part.own)));
        out.extend(dossiers.iter().map(|listed| format!("- {}", line(listed, phrases))));
    }
    clean(&out)
}

/// What was published of a period and how it changed, in words.
pub fn revisions(all: &[Revision], lang: Lang) -> String {
    let phrases = phrases(lang);
    let mut out = Vec::new();
    for revision in all {
        out.push(head(revision, phrases));
        if revision.changes.is_empty() {
            out.push(format!("  {}", phrases.first));
        }
        for change in &revision.changes {
            out.push(format!("  - {}: {}", (phrases.figure)(change.figure), difference(change, phrases)));
        }
    }
    clean(&out)
}

/// Names and reasons were written elsewhere: they must not steer the reader's terminal.
fn clean(lines: &[String]) -> String {
    lines.join("\n").replace(|c: char| c.is_control() && c != '\n', " ") + "\n"
}

fn dates(atom: Atom) -> String {
    format!("{}–{}", day(atom.start), last_day(atom.end))
}

fn atom(slice: &Slice, phrases: &Phrases) -> String {
    let hash = slice.document.map(|hash| hash.to_string().chars().take(12).collect::<String>());
    let revision = slice.revisions.last().map_or(1, |last| last.revision);
    let document = hash.as_deref().map(|hash| (revision, hash));
    (phrases.atom)(&dates(slice.atom), &(phrases.number)(slice.value), document)
}

fn head(revision: &Revision, phrases: &Phrases) -> String {
    (phrases.revision)(&dates(revision.atom), revision.revision, &minute(revision.recorded_at), &revision.reason)
}

fn changed(part: &Part, phrases: &Phrases) -> Vec<String> {
    let revisions = part.atoms.iter().flat_map(|slice| &slice.revisions);
    let lines = revisions.flat_map(|revision| {
        let head = head(revision, phrases);
        revision.changes.iter().map(move |change| format!("- {head}: {}", difference(change, phrases)))
    });
    lines.collect()
}

/// Such as `12 → 24 (+12): xã A +9, trực tiếp +3 (3 hồ sơ sửa hạn trả +3)`.
fn difference(change: &Change, phrases: &Phrases) -> String {
    let number = |n| (phrases.number)(n);
    let mut parts: Vec<String> = Vec::new();
    if !change.causes.is_empty() || (change.own != 0 && !change.members.is_empty()) {
        let causes = change.causes.iter().map(|caused| {
            let dossiers = number(caused.dossiers.into());
            format!("{} {}", (phrases.cause)(caused.cause, &dossiers), signed(caused.difference, phrases))
        });
        let causes: Vec<String> = causes.collect();
        let causes = if causes.is_empty() { String::new() } else { format!(" ({})", causes.join(", ")) };
        parts.push(format!("{} {}{causes}", phrases.own, signed(change.own, phrases)));
    }
    parts.extend(change.members.iter().map(|moved| format!("{} {}", moved.name, signed(moved.difference, phrases))));
    let whole = format!(
        "{} → {} ({})",
        number(change.before),
        number(change.after),
        signed(change.after - change.before, phrases)
    );
    if parts.is_empty() { whole } else { format!("{whole}: {}", parts.join(", ")) }
}

fn signed(n: i64, phrases: &Phrases) -> String {
    format!("{}{}", if n > 0 { "+" } else { "" }, (phrases.number)(n))
}

fn units(explained: &Explanation, part: &Part, depth: usize, phrases: &Phrases, out: &mut Vec<String>) {
    let number = |n| (phrases.number)(n);
    let indent = "  ".repeat(depth);
    let mut line = format!("{indent}- {} ({}): {}", part.name, part.unit, number(part.value));
    if let Some(newer) = part.newer.filter(|_| depth > 0) {
        line.push_str(&format!(" · {}", (phrases.newer)(&number(newer))));
    }
    if part.own != 0 && !part.below.is_empty() {
        line.push_str(&format!(" · {}", (phrases.own_part)(&number(part.own))));
    }
    out.push(line);
    if depth > 0 {
        out.extend(changed(part, phrases).into_iter().map(|change| format!("{indent}  {change}")));
    }
    if let Some(by) = &part.entered_by {
        out.push(format!("{indent}  {}", (phrases.entered)(by)));
    } else if part.is_elsewhere() || (!part.here && part.own != 0) {
        let command = format!(
            "motcua explain --unit {} --period {} --measure {}",
            part.unit.code,
            explained.period.id,
            explained.figure.name()
        );
        out.push(format!("{indent}  {}", (phrases.elsewhere)(&part.name, &command)));
    }
    for below in &part.below {
        units(explained, below, depth + 1, phrases, out);
    }
}

fn line(listed: &Listed, phrases: &Phrases) -> String {
    if listed.code.is_empty() {
        return format!("{} {}", phrases.memo, signed(listed.value, phrases));
    }
    let instant = |at: Option<_>| at.map(minute).unwrap_or_default();
    let due = match listed.due {
        None => String::new(),
        Some(Due::Day(date)) => day(date),
        Some(Due::Instant(at)) => minute(at),
    };
    (phrases.dossier)(
        &listed.code,
        (phrases.state)(&listed.state),
        &instant(listed.received_at),
        &due,
        &instant(listed.closed_at),
    )
}
