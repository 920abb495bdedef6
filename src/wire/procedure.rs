//! Procedures to and from `motcua.v1.Procedure`.

use std::collections::HashSet;

use super::{
    error::{WireError, reason},
    pb::v1 as pb,
    registry::{MAX_NAME, MAX_SHORT, Mistakes},
    scalar::{MAX_TEXT, text},
};
use crate::domain::{
    calendar::{PausePolicy, Term},
    registry::{Procedure, Procedures},
};

/// The longest term, in days or hours: longer than any law grants, and well inside what a calendar looks ahead.
const MAX_TERM: u32 = 10_000;

/// A procedure.
pub(super) fn procedure_to_pb(p: &Procedure) -> pb::Procedure {
    let (working_days, working_hours) = match p.term {
        Some(Term::WorkingDays(days)) => (days, 0),
        Some(Term::WorkingHours(hours)) => (0, hours),
        None => (0, 0),
    };
    let pause = match p.pause {
        PausePolicy::PauseResume => pb::PausePolicy::PauseResume,
        PausePolicy::Restart => pb::PausePolicy::Restart,
        PausePolicy::NoPause => pb::PausePolicy::NoPause,
    };
    pb::Procedure {
        code: p.code.clone(),
        name: p.name.clone(),
        field: p.field.clone(),
        level: p.level.clone(),
        working_days,
        working_hours,
        pause: pause.into(),
        payment_pauses: p.payment_pauses,
    }
}

/// All procedures that can be read; a code stands for one of them.
pub(super) fn procedures(rows: Vec<pb::Procedure>, mistakes: &mut Mistakes) -> Procedures {
    let mut seen = HashSet::new();
    let mut read = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let at = |e: WireError| e.under(&format!("procedures[{index}]"));
        let procedure = procedure_from_pb(row).and_then(|p| {
            if seen.insert(p.code.clone()) {
                Ok(p)
            } else {
                let message = format!("{} stands there twice: keep one", p.code);
                Err(WireError::new("code", reason::DUPLICATE, message))
            }
        });
        read.extend(mistakes.take(procedure.map_err(at)));
    }
    Procedures::new(read)
}

fn procedure_from_pb(row: pb::Procedure) -> Result<Procedure, WireError> {
    let code = text(row.code, "code", MAX_TEXT)?;
    if code.is_empty() {
        return Err(WireError::new("code", reason::MISSING_FIELD, "fill in this field"));
    }
    if row.working_days > MAX_TERM || row.working_hours > MAX_TERM {
        let field = if row.working_days > MAX_TERM { "working_days" } else { "working_hours" };
        return Err(WireError::new(field, reason::OUT_OF_RANGE, format!("a term has at most {MAX_TERM}")));
    }
    let pause = match pb::PausePolicy::try_from(row.pause) {
        Ok(pb::PausePolicy::Unspecified | pb::PausePolicy::PauseResume) => PausePolicy::PauseResume,
        Ok(pb::PausePolicy::Restart) => PausePolicy::Restart,
        Ok(pb::PausePolicy::NoPause) => PausePolicy::NoPause,
        Err(_) => {
            let message = format!("{} is no policy: say 1 (resume), 2 (restart) or 3 (no pause)", row.pause);
            return Err(WireError::new("pause", reason::BAD_CHOICE, message));
        }
    };
    Ok(Procedure {
        code,
        name: text(row.name, "name", MAX_NAME)?,
        field: text(row.field, "field", MAX_SHORT)?,
        level: text(row.level, "level", MAX_SHORT)?,
        term: match (row.working_days, row.working_hours) {
            (0, 0) => None,
            (0, hours) => Some(Term::WorkingHours(hours)),
            (days, _) => Some(Term::WorkingDays(days)),
        },
        pause,
        payment_pauses: row.payment_pauses,
    })
}
