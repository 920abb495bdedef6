//! Everything the verdict on a bundle says in English.

use crate::domain::{measure::Measure, percent::en, registry::PartKind, roll::How, summary::Fault, verdict::Wrong};
use crate::reports::{
    render::minute,
    verdict::{self, Line, cell, who},
};

pub(in crate::reports) static PROOF: verdict::Phrases = verdict::Phrases {
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
        PartKind::Forms => "the forms",
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
        Wrong::Fault(Fault::Ahead { ahead, within }) => {
            format!("{} dossiers are due later, but only {} are within their deadline.", en(*ahead), en(*within))
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
