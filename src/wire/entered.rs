//! Figures that were entered and explanations, on the wire, in the journal and in the derived state.

use chrono::NaiveDate;
use prost::Message;

use super::{
    error::{WireError, reason},
    pb::{store::v1 as store, v1 as pb},
    scalar::date,
    store::{damaged, trimmed},
};
use crate::{
    domain::{
        entered::{Culprit, Fault, Form, Identity, Item, Whole},
        measure::Figures,
        periods::Period,
        summary::Explained,
    },
    ledger::enter::{MAX_FORMS, Outcome, What},
};

/// For the journal.
pub(super) fn whole_to_pb(whole: &Whole) -> store::EnteredFigures {
    store::EnteredFigures {
        start: whole.start.to_string(),
        end: whole.end.to_string(),
        values: trimmed(whole.figures.values()),
        by: whole.by.clone(),
        source: whole.source.clone(),
    }
}

/// From the journal.
pub(super) fn whole_from_pb(pb: store::EnteredFigures) -> Result<Whole, WireError> {
    let (start, end) = days("entered", &pb.start, &pb.end)?;
    let figures = Figures::from_values(&pb.values).ok_or_else(|| damaged("entered.values", "too many measures"))?;
    Ok(Whole { start, end, figures, by: pb.by, source: pb.source })
}

/// For the derived state.
pub fn encode_whole(whole: &Whole) -> Vec<u8> {
    whole_to_pb(whole).encode_to_vec()
}

/// From the derived state.
pub fn decode_whole(bytes: &[u8]) -> Result<Whole, WireError> {
    whole_from_pb(store::EnteredFigures::decode(bytes).map_err(|e| damaged("entered", &e.to_string()))?)
}

/// The message of an explanation.
pub fn explained_to_pb(explained: &Explained) -> pb::Explained {
    let cause = |(cause, count): &(String, i64)| pb::CauseCount { cause: cause.clone(), count: *count };
    pb::Explained {
        start: explained.start.to_string(),
        end: explained.end.to_string(),
        causes: explained.causes.iter().map(cause).collect(),
        note: explained.note.clone(),
        by: explained.by.clone(),
    }
}

/// The explanation in a message.
///
/// # Errors
/// [`WireError`].
pub fn explained_from_pb(pb: pb::Explained) -> Result<Explained, WireError> {
    let (start, end) = days("explained", &pb.start, &pb.end)?;
    let causes = pb.causes.into_iter().map(|c| (c.cause, c.count)).collect();
    Ok(Explained { start, end, causes, note: pb.note, by: pb.by })
}

/// For the derived state.
pub fn encode_explained(explained: &Explained) -> Vec<u8> {
    explained_to_pb(explained).encode_to_vec()
}

/// From the derived state.
pub fn decode_explained(bytes: &[u8]) -> Result<Explained, WireError> {
    explained_from_pb(pb::Explained::decode(bytes).map_err(|e| damaged("explained", &e.to_string()))?)
}

fn days(field: &str, start: &str, end: &str) -> Result<(NaiveDate, NaiveDate), WireError> {
    let (start, end) = (date(start, &format!("{field}.start"))?, date(end, &format!("{field}.end"))?);
    if start < end { Ok((start, end)) } else { Err(damaged(field, "it does not end after it begins")) }
}

/// The forms in a request.
///
/// # Errors
/// [`WireError`] for a name that is neither measure nor total, one that stands there twice, a period that is none, or too many of them.
pub fn forms_from_pb(forms: Vec<pb::EnteredForm>) -> Result<Vec<Form>, WireError> {
    if forms.is_empty() || forms.len() > MAX_FORMS {
        return Err(WireError::new(
            "forms",
            reason::OUT_OF_RANGE,
            format!("send from 1 to {MAX_FORMS} forms at a time"),
        ));
    }
    forms.into_iter().enumerate().map(|(at, form)| form_from_pb(at, form)).collect()
}

fn form_from_pb(at: usize, pb: pb::EnteredForm) -> Result<Form, WireError> {
    let field = format!("forms[{at}]");
    let bad = |reason, message: String| WireError::new(format!("{field}.figures"), reason, message);
    let period = Period::parse(&pb.period)
        .map_err(|e| WireError::new(format!("{field}.period"), reason::BAD_DATE, e.to_string()))?;
    let mut form = Form { period, stated: Default::default() };
    for pb::EnteredFigure { name, value } in pb.figures {
        let Some(item) = Item::by_name(&name) else {
            let message =
                format!("{:?} is neither a measure nor a total: see `motcua entry --blank`", shortened(&name));
            return Err(bad("BAD_MEASURE", message));
        };
        if form.stated.insert(item.name(), value).is_some() {
            return Err(bad("BAD_MEASURE", format!("{} stands there twice", item.name())));
        }
    }
    Ok(form)
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The message of what became of a form.
pub fn outcome_to_pb(outcome: &Outcome) -> pb::EnteredOutcome {
    let what = match outcome.what {
        What::Recorded => pb::EntryOutcome::Recorded,
        What::Replaced => pb::EntryOutcome::Replaced,
        What::Already => pb::EntryOutcome::Already,
    };
    pb::EnteredOutcome { period: outcome.period.clone(), outcome: what.into(), late: outcome.late }
}

/// The message of what is wrong with a form.
pub fn fault_to_pb(fault: &Fault) -> pb::EntryFault {
    let culprit = |c: &Culprit| pb::EntryCulprit { name: c.name.to_owned(), stated: c.stated, should_be: c.should_be };
    pb::EntryFault {
        period: fault.period.clone(),
        rule: fault.identity.name().to_owned(),
        stated: fault.stated,
        computed: fault.computed,
        culprits: fault.culprits.iter().map(culprit).collect(),
    }
}

/// What is wrong with a form; `None` for a rule this release does not know.
pub fn fault_from_pb(pb: &pb::EntryFault) -> Option<Fault> {
    let culprit = |c: &pb::EntryCulprit| {
        Some(Culprit { name: Item::by_name(&c.name)?.name(), stated: c.stated, should_be: c.should_be })
    };
    Some(Fault {
        period: pb.period.clone(),
        identity: Identity::by_name(&pb.rule)?,
        stated: pb.stated,
        computed: pb.computed,
        culprits: pb.culprits.iter().filter_map(culprit).collect(),
    })
}
