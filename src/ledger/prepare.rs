//! Closing by two persons: one draws up (người lập biểu), another approves (thủ trưởng đơn vị). What is approved is what was prepared, or nothing
//! goes out: the approver's name must not come to stand under figures nobody has looked at.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    close::{Ask, Desk, Signed, is_closed, published, work_out},
    entry::{Entry, EntryKind},
    refusal::Refusal,
    state::State,
    trust::Role,
};
use crate::{
    document::{self, MAX_TEXT, Opened},
    domain::{
        atoms::Atom,
        measure::{Figures, Measure},
        periods::Period,
        summary::Hash,
        time::Timestamp,
        units::UnitId,
    },
};

/// A person who prepares, approves or closes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// Stands in the token.
    pub id: String,
    /// As it stands on forms.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Signer {
    /// The name as a document can hold it.
    pub fn on_documents(&self) -> String {
        self.name.get(..self.name.floor_char_boundary(MAX_TEXT)).unwrap_or_default().to_owned()
    }
}

/// What waits for an approver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preparation {
    /// Code of the unit; empty for all whose books are kept here.
    pub unit: String,
    /// Id of the period.
    pub period: String,
    /// It amends what is closed; otherwise it closes.
    pub amends: bool,
    /// Why closed figures change; empty if none was given.
    pub reason: String,
    /// Id of the person who prepared it.
    pub person: String,
    /// Their name.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What would go out, in order.
    pub documents: Vec<Prepared>,
}

/// A document that would go out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prepared {
    /// Whose.
    pub unit: UnitId,
    /// For when.
    pub atom: Atom,
    /// Its revision.
    pub revision: u32,
    /// Total of its subtree.
    pub totals: Figures,
    /// Equal for two documents that state the same.
    pub content: Hash,
}

impl Prepared {
    fn of(opened: Opened) -> Prepared {
        let mut summary = opened.summary;
        let (unit, atom, revision, totals) = (summary.unit.clone(), summary.atom, summary.revision, summary.totals());
        // Members that go out together have no name and no hash yet; their figures stand in the cells below.
        for member in &mut summary.members {
            member.document = None;
        }
        Prepared { unit, atom, revision, totals, content: document::content_and_words(&summary) }
    }
}

impl Preparation {
    fn ask(&self) -> Ask {
        ask(self.amends, &self.reason)
    }
}

fn ask(amends: bool, reason: &str) -> Ask {
    if amends {
        return Ask::Amend { reason: reason.to_owned() };
    }
    Ask::Close { reason: Some(reason.to_owned()).filter(|r| !r.is_empty()) }
}

/// Notes what closing a period would publish, or amending it where it is closed. `None` if nothing would go out.
pub fn prepare(
    state: &State,
    desk: &Desk<'_>,
    code: Option<&str>,
    period: &Period,
    reason: &str,
    person: Option<&Signer>,
) -> Result<Option<Entry>, Refusal> {
    let person = person.ok_or(Refusal::NeedsAPerson)?;
    if !matches!(person.role, Role::Operator | Role::Approver) {
        return Err(Refusal::OtherRole { role: person.role, needs: Role::Operator });
    }
    let amends = match code {
        Some(code) => is_closed(state, code, period),
        None => state.books.keys().all(|code| is_closed(state, code, period)),
    };
    let documents = would_go_out(state, desk, code, period, &ask(amends, reason))?;
    let at = desk.now.max(state.recorded_at);
    let preparation = Preparation {
        unit: code.unwrap_or_default().to_owned(),
        period: period.id.clone(),
        amends,
        reason: reason.to_owned(),
        person: person.id.clone(),
        name: person.on_documents(),
        at,
        documents,
    };
    let any = !preparation.documents.is_empty();
    Ok(any.then_some(Entry { recorded_at: at, kind: EntryKind::Prepared(preparation) }))
}

/// Publishes what was prepared, under both names, if it is still what would go out.
pub fn approve(
    state: &State,
    desk: &Desk<'_>,
    code: Option<&str>,
    period: &Period,
    person: Option<&Signer>,
) -> Result<Option<Entry>, Refusal> {
    let person = person.ok_or(Refusal::NeedsAPerson)?;
    if person.role != Role::Approver {
        return Err(Refusal::OtherRole { role: person.role, needs: Role::Approver });
    }
    let preparation = prepared(state, code, period)?;
    if preparation.person == person.id {
        return Err(Refusal::SamePerson(preparation.name.clone()));
    }
    let desk = Desk {
        signed: Signed { prepared_by: preparation.name.clone(), approved_by: person.on_documents() },
        journal_head: desk.journal_head.clone(),
        ..*desk
    };
    let documents = work_out(state, &desk, code, period, &preparation.ask())?;
    let now = documents.iter().filter_map(|bytes| document::reopen(bytes).ok()).map(Prepared::of).collect();
    if let Some(change) = difference(&preparation.documents, now) {
        return Err(Refusal::ChangedSincePrepared(change));
    }
    Ok(published(state, &desk, documents))
}

/// Takes a preparation back.
pub fn withdraw(state: &State, code: Option<&str>, period: &Period, now: Timestamp) -> Result<Entry, Refusal> {
    let unit = prepared(state, code, period)?.unit.clone();
    Ok(Entry { recorded_at: now.max(state.recorded_at), kind: EntryKind::Withdrawn { unit } })
}

fn prepared<'a>(state: &'a State, code: Option<&str>, period: &Period) -> Result<&'a Preparation, Refusal> {
    let found = state.preparations.get(code.unwrap_or_default()).filter(|p| p.period == period.id);
    let whose = code.map(|code| format!(" for unit {code}")).unwrap_or_default();
    found.ok_or(Refusal::NotPrepared { period: period.id.clone(), whose })
}

fn would_go_out(
    state: &State,
    desk: &Desk<'_>,
    code: Option<&str>,
    period: &Period,
    ask: &Ask,
) -> Result<Vec<Prepared>, Refusal> {
    let documents = work_out(state, desk, code, period, ask)?;
    Ok(documents.iter().filter_map(|bytes| document::reopen(bytes).ok()).map(Prepared::of).collect())
}

/// The first thing that differs, in words; `None` if nothing does.
fn difference(before: &[Prepared], now: Vec<Prepared>) -> Option<String> {
    let mut left: BTreeMap<(UnitId, NaiveDate), Prepared> =
        now.into_iter().map(|d| ((d.unit.clone(), d.atom.start), d)).collect();
    for old in before {
        let Some(new) = left.remove(&(old.unit.clone(), old.atom.start)) else {
            return Some(format!("{} for {} would not go out any more", old.unit, old.atom));
        };
        if old.content == new.content {
            continue;
        }
        let measure = Measure::ALL.iter().find(|m| old.totals[**m] != new.totals[**m]);
        return Some(match measure {
            Some(m) => {
                let (was, is) = (old.totals[*m], new.totals[*m]);
                format!("the total of {} of {} for {} was {was} and is {is} now", m.name(), old.unit, old.atom)
            }
            None => {
                format!("{} for {} has the same totals, and they are split or explained otherwise", old.unit, old.atom)
            }
        });
    }
    left.into_values().next().map(|new| format!("{} for {} would go out too", new.unit, new.atom))
}
