//! What an entry of the journal says, in words: the one place that puts the audit trail into words.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    entry::EntryKind,
    prepare::Preparation,
    trust::{Issued, TrustChange},
};
use crate::{
    document::{self, fingerprint},
    domain::{
        periods::Period,
        review::{Review, Verdict},
    },
};

/// What was decided, in one line.
pub fn words(kind: &EntryKind) -> String {
    match kind {
        EntryKind::Genesis { code, books_from, .. } => format!("books of {code} begun, from {books_from}"),
        EntryKind::Recorded { event, .. } if event.dossier.is_empty() => {
            format!("{} of {}", event.body.name(), event.unit)
        }
        EntryKind::Recorded { event, .. } => {
            format!("{} of dossier {} of {}", event.body.name(), event.dossier, event.unit)
        }
        EntryKind::RegistryChanged { parts, .. } => {
            let parts: Vec<String> = parts
                .iter()
                .map(|p| format!("registry part {:?} version {}", p.part.kind(), p.version).to_lowercase())
                .collect();
            parts.join(", ")
        }
        EntryKind::Published { documents } => publications(documents),
        EntryKind::Accepted { sender, documents } => format!("accepted {} from {sender}", count(documents.len())),
        EntryKind::Adopted { documents, epoch } => {
            format!("took back {} from the parent after a restore, epoch {epoch}", count(documents.len()))
        }
        EntryKind::Restored { epoch, through } => {
            format!("restored from a backup up to entry {through}, epoch {epoch}")
        }
        EntryKind::Trust(change) => trust(change),
        EntryKind::Prepared(preparation) => prepared(preparation),
        EntryKind::Reviewed { reviews } => reviews.iter().map(reviewed).collect::<Vec<_>>().join("; "),
        EntryKind::FiguresEntered { unit, wholes } => {
            let spans: Vec<String> = wholes.iter().map(|whole| span(whole.start, whole.end)).collect();
            let source = wholes.iter().map(|whole| whole.source.as_str()).find(|source| !source.is_empty());
            let source = source.map(|source| format!(", from a file with blake3 {source}")).unwrap_or_default();
            format!("figures of {unit} entered for {}{source}", spans.join(", "))
        }
        EntryKind::FiguresWithdrawn { unit, start } => {
            format!("figures of {unit} entered for a period from {start} on taken back")
        }
        EntryKind::Explained { unit, explained } => {
            let what = match (explained.causes.len(), explained.note.is_empty()) {
                (0, true) => "taken back".to_owned(),
                (0, false) => "a note".to_owned(),
                (n, true) => format!("{n} causes"),
                (n, false) => format!("{n} causes and a note"),
            };
            format!("explanation of {unit} for {}: {what}", span(explained.start, explained.end))
        }
        EntryKind::Withdrawn { unit } => format!("what was prepared for {} withdrawn", whose(unit)),
    }
}

fn count(documents: usize) -> String {
    format!("{documents} document{}", if documents == 1 { "" } else { "s" })
}

fn whose(unit: &str) -> &str {
    if unit.is_empty() { "all units kept here" } else { unit }
}

fn prepared(p: &Preparation) -> String {
    let what = if p.amends { "amending" } else { "closing" };
    format!("{what} {} of {} prepared by {}: {}", p.period, whose(&p.unit), p.name, count(p.documents.len()))
}

/// Documents by unit, and whether they close or amend.
fn publications(documents: &[Bytes]) -> String {
    let mut groups: BTreeMap<(bool, String), (NaiveDate, NaiveDate, usize)> = BTreeMap::new();
    for summary in documents.iter().filter_map(|bytes| document::reopen(bytes).ok()).map(|opened| opened.summary) {
        let (start, end) = (summary.atom.start, summary.atom.end);
        let group = groups.entry((summary.revision == 1, summary.unit.code.to_string())).or_insert((start, end, 0));
        *group = (group.0.min(start), group.1.max(end), group.2 + 1);
    }
    let line = |((first, unit), (start, end, n)): ((bool, String), (NaiveDate, NaiveDate, usize))| {
        let what = if first { "closed" } else { "amended" };
        format!("{what} {} of {unit}: {}", span(start, end), count(n))
    };
    groups.into_iter().map(line).collect::<Vec<_>>().join("; ")
}

/// The legal month, or both dates included.
fn span(start: NaiveDate, end: NaiveDate) -> String {
    let last = end.pred_opt().unwrap_or(end);
    let month = Period::legal_month_of(last);
    if month.start == start && month.end == end { month.id } else { format!("{start}..{last}") }
}

fn reviewed(review: &Review) -> String {
    let Review { unit, atom, revision, reviewer, .. } = review;
    match &review.verdict {
        Verdict::Accepted => format!("{reviewer} accepted revision {revision} of {unit} for {atom}"),
        Verdict::Returned { measure, until, .. } => {
            format!("{reviewer} returned {measure} in revision {revision} of {unit} for {atom}, answer until {until}")
        }
    }
}

fn trust(change: &TrustChange) -> String {
    match change {
        TrustChange::Rooted(_) => "another key signs the registry from now on".to_owned(),
        TrustChange::TokenIssued(token) => format!("join token {} issued for {}", token.id, token.unit),
        TrustChange::TokenRevoked { id } => format!("join token {id} taken back"),
        TrustChange::Enrolled { code, token, issued } => enrolled(code, token.as_deref(), issued),
        TrustChange::Waits(waiting) => format!("request of unit {} waits: {}", waiting.code, waiting.why),
        TrustChange::Approved { code, revoke_old } => {
            let old = if *revoke_old { ", the key before is revoked with it" } else { "" };
            format!("request of unit {code} approved{old}")
        }
        TrustChange::Banned { code } => format!("unit {code} banned"),
        TrustChange::Unbanned { code } => format!("unit {code} not banned any more"),
        TrustChange::Admitted(person) => {
            let bound = person.unit.as_ref().map(|unit| format!(" for {unit}")).unwrap_or_default();
            format!("person {} {} admitted as {}{bound}", person.id, person.name, person.role)
        }
        TrustChange::Dismissed { id } => format!("token of person {id} taken back"),
        TrustChange::Denied { what, reason, times } => {
            let times = if *times > 1 { format!(" ({times} times)") } else { String::new() };
            format!("denied: {what} [{reason}]{times}")
        }
    }
}

fn enrolled(code: &str, token: Option<&str>, issued: &Issued) -> String {
    let key = fingerprint(&issued.keys.document);
    match token {
        Some(token) => {
            format!(
                "unit {code} enrolled with join token {token}, document key {key}, certificate until {}",
                issued.not_after
            )
        }
        None => format!("certificate of unit {code} renewed until {}, document key {key}", issued.not_after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_done_to_whom() {
        let denied = |times| TrustChange::Denied { what: "deliver".into(), reason: "NOT_ALLOWED".into(), times };
        for (kind, words) in [
            (EntryKind::Trust(TrustChange::Banned { code: "07069".into() }), "unit 07069 banned"),
            (EntryKind::Trust(denied(1)), "denied: deliver [NOT_ALLOWED]"),
            (EntryKind::Trust(denied(40)), "denied: deliver [NOT_ALLOWED] (40 times)"),
            (EntryKind::Withdrawn { unit: String::new() }, "what was prepared for all units kept here withdrawn"),
        ] {
            assert_eq!(super::words(&kind), words);
        }
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(span(day("2018-01-15"), day("2018-02-15")), "2018-02");
        assert_eq!(span(day("2018-01-15"), day("2018-03-15")), "2018-01-15..2018-03-14");
    }
}
