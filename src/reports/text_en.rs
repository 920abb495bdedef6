//! Everything a report says in English.

use super::{
    Cause, Note, Reviewed, Status,
    render::{Phrases, day, label, last_day, minute},
    verdict::{self, Line, cell, who},
};
use crate::domain::{
    measure::{Derived, Measure},
    percent::{en, en_percent},
    registry::PartKind,
    review::{Review, Verdict},
    roll::How,
    summary::Fault,
    verdict::Wrong,
};

pub(super) static EN: Phrases = Phrases {
    number: en,
    percent: en_percent,
    measure: Measure::en,
    form: [
        "To be\nhandled",
        "Online",
        "In person,\nby post",
        "Carried\nover",
        "Resolved",
        "Early",
        "On\ntime",
        "Late",
        "Pending",
        "Within\ndeadline",
        "Overdue",
    ],
    early_or_on_time: "Early or\non time",
    item: "Item",
    period: "Period",
    units: "Units",
    status: "Status",
    total: "Total",
    own: "(itself)",
    unknown: "(not stated)",
    other: "Other",
    reason: |name| match name {
        "" => Some("reason not known"),
        "NOT_RECEIVED" => Some("has sent nothing"),
        "NEWER_DOCUMENT" => Some("what it sent was written by a newer program and cannot be read here yet"),
        "BOOKS_BEGIN_LATER" => Some("its books begin after this period"),
        _ => None,
    },
    status_name: |status| match status {
        Status::Provisional => "Provisional",
        Status::Incomplete => "Closed, incomplete",
        Status::Final => "Final",
    },
    span: |id, first, last| format!("Period {id}: {first} to {last}, both included"),
    completeness: |received, expected| format!("{received}/{expected} units"),
    as_of: |at| format!("deadlines as of {at}"),
    as_known_at: |at| format!("As published at {at}"),
    missing: |n| format!("Units without figures ({n}):"),
    more_missing: |n| format!("- and {n} more"),
    signed: |prepared_by, approved_by| {
        let or = |name: &str| if name.is_empty() { "—".to_owned() } else { name.to_owned() };
        format!("Drawn up by: {} / Approved by: {}", or(prepared_by), or(approved_by))
    },
    review,
    notes: "Notes:",
    note,
};

fn review(said: &Reviewed) -> String {
    let Review { atom, revision, at, verdict, .. } = &said.review;
    let what = format!("{} to {}, revision {revision}", day(atom.start), last_day(atom.end));
    let (who, on) = (&said.reviewer, day(at.local_date()));
    match verdict {
        Verdict::Accepted => format!("The figures of {what} were accepted by {who} on {on}."),
        Verdict::Returned { measure, reason, until } => {
            let name = label(measure, Measure::en, Derived::en);
            let answer = match said.answered_by {
                Some(revision) => format!("Answered by revision {revision}."),
                None => format!("Answer until {}.", day(*until)),
            };
            format!("The figure \"{name}\" ({what}) was returned by {who} on {on}: {reason}. {answer}")
        }
    }
}

fn note(note: &Note) -> String {
    match note {
        Note::ChangedSince { atom, until } => {
            format!(
                "Something changed after {} to {} was closed; it waits for an amendment.",
                day(*atom),
                last_day(*until)
            )
        }
        Note::Transfers { out, r#in } => {
            format!("Transfers whose other side is not in these figures: {out} handed out, {in} taken in.")
        }
        Note::Continuity { unit, at, difference, cause, name } => format!(
            "{name} ({unit}): the opening stock of {} differs by {}{} from the closing stock before, because {}.",
            day(*at),
            if *difference > 0 { "+" } else { "" },
            en(*difference),
            match cause {
                Cause::MissingBefore => "its figures were missing before",
                Cause::MissingAfter => "its figures are missing from then on",
                Cause::Joined => "it began to report",
                Cause::Left => "it no longer reports",
                Cause::Below => "units below it came or went",
                Cause::Amended => "figures were amended",
            }
        ),
        Note::Unbalanced { difference } => {
            format!("The total does not balance: {} came in and are not accounted for.", en(*difference))
        }
        Note::Absent { measure } => format!("Some units do not count \"{}\": the figure is too low.", measure.en()),
        Note::NotOver { through } => format!("The period is not over: figures up to {}.", day(*through)),
        Note::BooksBegin { from } => format!("The books of the unit begin on {}.", day(*from)),
        Note::Other(text) => text.clone(),
    }
}

pub(super) static PROOF: verdict::Phrases = verdict::Phrases {
    verified: |what| format!("VERIFIED – {what}: every figure is signed, and adds up down to each unit."),
    not_verified: |what, n| format!("NOT VERIFIED – {what}: {n} things are wrong."),
    nameless: "the bundle",
    asked: |name, period, first, last| format!("{name}, period {period} ({first} to {last}, both included)"),
    root: |root| format!("Root key {root}, the one you named."),
    compare: |root| format!("Root key {root}: compare it with the one the province has published."),
    roll: |at| format!("Keys and bans as of {at}."),
    documents: |good, all| format!("Documents with nothing wrong: {good}/{all}."),
    wrong_heading: "What is wrong:",
    bundle: "The bundle",
    more: |n| format!("- and {n} more"),
    missing_heading: "Without figures (said openly, not a fault):",
    begins: |from| format!("The books of the unit begin on {from}."),
    document,
    documents_heading: "Documents:",
    headings: ["Measure", "Stated", "Added anew", "Result"],
    agrees: "right",
    differs: "wrong",
    wrong,
};

fn document(line: &Line<'_>) -> String {
    let judged = line.judged;
    let how = match judged.how {
        Some(How::Founder) => "the root key of the province",
        Some(How::Token) => "admitted with a join token",
        Some(How::OldKey) => "signed by the key before",
        Some(How::Approved) => "approved by the province",
        None => "not on the roll",
    };
    let retired = judged.retired.map(|at| format!(", replaced since {}", minute(at))).unwrap_or_default();
    let banned = judged.banned.map(|at| format!(", unit banned since {}", minute(at))).unwrap_or_default();
    let good = if judged.good { "good" } else { "something is wrong" };
    format!(
        "{}, {}: {good}, revision {}, signed by {} with key {} ({how}{retired}{banned})",
        line.who, line.atom, judged.revision, line.keeper, judged.key
    )
}

fn part(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Tree => "the tree of units",
        PartKind::Procedures => "the list of procedures",
        PartKind::Calendar => "the calendar",
        PartKind::Cuts => "the list of cuts",
        PartKind::Roll => "the roll of keys",
    }
}

fn wrong(wrong: &Wrong) -> String {
    let figure = |m: Measure| format!("\"{}\"", m.en());
    match wrong {
        Wrong::NotABundle => "this file is no bundle of motcua.".into(),
        Wrong::Damaged => "the file was cut off or altered, or something was added to it.".into(),
        Wrong::TooLarge => "the file is larger than a bundle may be.".into(),
        Wrong::NewerBundle { format } => format!("its format ({format}) is newer: update this program."),
        Wrong::BadQuestion { text } => format!("unit and period cannot be read: {text}."),
        Wrong::NotThePeriod => "first and last atom are not those of the period.".into(),
        Wrong::UnknownUnit => "the province's tree has no such unit in this period.".into(),
        Wrong::PartUnreadable { place, message } => format!("part {place} of the registry cannot be read: {message}"),
        Wrong::PartSignature { place } => format!("part {place} of the registry was altered after it was signed."),
        Wrong::PartForeign { kind, key } => format!("{} is signed with key {key}, not with the root key.", part(*kind)),
        Wrong::PartOutOfPlace { kind } => format!("{} stands in the wrong place, or twice.", part(*kind)),
        Wrong::NoTree => "there is no tree of units.".into(),
        Wrong::NotVouched => "keys not vouched for: there is no root key, or no roll of keys signed with it.".into(),
        Wrong::RootDiffers { found: Some(root) } => format!("its root key is {root}, not the one you named."),
        Wrong::RootDiffers { found: None } => "it does not have the root key you named.".into(),
        Wrong::DocumentUnreadable { place, message } => format!("document {place} cannot be read: {message}"),
        Wrong::NewerDocument { format } => format!("its format ({format}) is newer: update this program."),
        Wrong::BadSignature { revision } => format!("revision {revision} was altered after it was signed."),
        Wrong::NotInOrder { place } => format!("document {place} stands in the wrong place, or twice."),
        Wrong::Provisional => "provisional figures, not closed.".into(),
        Wrong::WrongKeeper { keeper } => format!("{} does not keep the books of this unit.", who(keeper)),
        Wrong::NotEnrolled { keeper } => format!("{} is not on the province's roll.", who(keeper)),
        Wrong::ForeignKey { key, owner: Some(owner) } => {
            format!("signed with key {key} of {}, not with its own.", who(owner))
        }
        Wrong::ForeignKey { key, owner: None } => format!("signed with an unknown key, {key}."),
        Wrong::RevokedKey { key } => format!("signed with key {key}, which was revoked."),
        Wrong::Banned { since } => format!("its signer was banned on {}, before the time was over.", minute(*since)),
        Wrong::NotInTree => "the province's tree has no such unit at that time.".into(),
        Wrong::WrongAtom => "its dates are not where the province cuts time.".into(),
        Wrong::Fault(Fault::Negative { cell: at, measure, .. }) => {
            format!("{} is negative in cell {}.", figure(*measure), cell(at))
        }
        Wrong::Fault(Fault::Unbalanced { cell: at, difference, .. }) => {
            format!("cell {} does not balance: {} unaccounted for.", cell(at), en(*difference))
        }
        Wrong::Fault(Fault::NotTheSum { measure, stated, sum }) => {
            format!("{} below is {}, but the units add to {}.", figure(*measure), en(*stated), en(*sum))
        }
        Wrong::Fault(Fault::Completeness { received, expected }) => {
            format!("{received} of {expected} units cannot be.")
        }
        Wrong::Discontinuous { opening, closing } => {
            format!("the opening stock {} is not the closing stock before, {}.", en(*opening), en(*closing))
        }
        Wrong::OtherBefore { revision } => {
            format!("it continues another document than revision {revision} of the time before.")
        }
        Wrong::NoDocument => "there is no document of the unit.".into(),
        Wrong::Unnamed { revision } => format!("nothing names revision {revision}."),
        Wrong::MemberAbsent { member, revision } => format!("revision {revision} of {} is not here.", who(member)),
        Wrong::MemberReplaced { member, stated, found } if found < stated => {
            format!("an old revision ({found}) of {} in place of revision {stated}.", who(member))
        }
        Wrong::MemberReplaced { member, stated, found } => {
            format!(
                "another document (revision {found}) of {} in place of revision {stated}, which was counted.",
                who(member)
            )
        }
        Wrong::MemberIsOther { member } => {
            format!("the document named for {} is of another unit, time or revision.", who(member))
        }
        Wrong::MemberTotals { member, measure, stated, found } => format!(
            "{} of {} is stated as {}, its own document says {}.",
            figure(*measure),
            who(member),
            en(*stated),
            en(*found)
        ),
        Wrong::MemberCounts { member, stated, found } => format!(
            "{} is stated with {}/{} units, it should be {}/{}.",
            who(member),
            stated.0,
            stated.1,
            found.0,
            found.1
        ),
        Wrong::MemberLeftOut { member } => format!("{} is left out in silence.", who(member)),
        Wrong::MemberForeign { member } => format!("{} is not directly below this unit.", who(member)),
        Wrong::Cell { cell: at, measure, stated, sum } => format!(
            "{} in cell {} is stated as {}, the units add to {}.",
            figure(*measure),
            cell(at),
            en(*stated),
            en(*sum)
        ),
        Wrong::MoreCells { more } => format!("{more} more figures do not add up."),
        Wrong::Expected { stated, tree } => format!("{stated} units are said to be expected, the tree has {tree}."),
        Wrong::Counts { expected, received, missing } => {
            format!("{received} units received and {missing} missing do not make {expected} expected.")
        }
        Wrong::MissingUnlisted { unit } => format!("{} has no figures and is not named as missing.", who(unit)),
        Wrong::MissingWrongly { unit } => format!("{} is named as missing and is not.", who(unit)),
        Wrong::Total { measure, stated, summed } => {
            format!("{} is stated as {}, all units add to {}.", figure(*measure), en(*stated), en(*summed))
        }
    }
}
