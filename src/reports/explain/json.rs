//! An explanation as JSON, for programs.

use serde_json::{Value, json};

use super::{Change, Explanation, Listed, Part, Revision, Slice};
use crate::domain::atoms::Atom;

/// One object on several lines: `measure`, `period`, `as_known_at`, `status`, `terms`, `part` and `dossiers`. A part has `unit`, `name`, `value`, `newer`
/// (or null), `own`, `here`, `entered_by` (or null), `expected`, `received`, `atoms` and `below`, parts again.
pub fn explanation(explained: &Explanation, dossiers: &[Listed]) -> String {
    let terms = explained.terms.iter().map(|(m, value)| json!({ "measure": m.name(), "value": value }));
    pretty(&json!({
        "measure": explained.figure.name(),
        "period": {
            "id": explained.period.id,
            "start": explained.period.start.to_string(),
            "end": explained.period.end.to_string(),
        },
        "as_known_at": explained.as_known_at.map(|at| at.to_string()),
        "status": explained.status.name(),
        "terms": terms.collect::<Vec<_>>(),
        "part": part(&explained.part),
        "dossiers": dossiers.iter().map(listed).collect::<Vec<_>>(),
    }))
}

/// An array of revisions, each with `atom`, `revision`, `hash`, `recorded_at`, `reason`, `prepared_by`, `approved_by` and `changes`.
pub fn revisions(all: &[Revision]) -> String {
    pretty(&Value::Array(all.iter().map(revision).collect()))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn dates(atom: Atom) -> Value {
    json!({ "start": atom.start.to_string(), "end": atom.end.to_string() })
}

fn part(of: &Part) -> Value {
    json!({
        "unit": of.unit.to_string(),
        "name": of.name,
        "value": of.value,
        "newer": of.newer,
        "own": of.own,
        "here": of.here,
        "entered_by": of.entered_by,
        "expected": of.expected,
        "received": of.received,
        "atoms": of.atoms.iter().map(slice).collect::<Vec<_>>(),
        "below": of.below.iter().map(part).collect::<Vec<_>>(),
    })
}

fn slice(of: &Slice) -> Value {
    json!({
        "atom": dates(of.atom),
        "value": of.value,
        "document": of.document.map(|hash| hash.to_string()),
        "revisions": of.revisions.iter().map(revision).collect::<Vec<_>>(),
    })
}

fn revision(of: &Revision) -> Value {
    json!({
        "atom": dates(of.atom),
        "revision": of.revision,
        "hash": of.hash.to_string(),
        "recorded_at": of.recorded_at.to_string(),
        "reason": of.reason,
        "prepared_by": of.prepared_by,
        "approved_by": of.approved_by,
        "changes": of.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(of: &Change) -> Value {
    let members = of
        .members
        .iter()
        .map(|moved| json!({ "unit": moved.unit.to_string(), "name": moved.name, "difference": moved.difference }));
    let causes = of.causes.iter().map(
        |caused| json!({ "cause": caused.cause.name(), "dossiers": caused.dossiers, "difference": caused.difference }),
    );
    json!({
        "measure": of.figure.name(),
        "before": of.before,
        "after": of.after,
        "own": of.own,
        "members": members.collect::<Vec<_>>(),
        "causes": causes.collect::<Vec<_>>(),
    })
}

fn listed(of: &Listed) -> Value {
    json!({
        "dossier": of.code,
        "value": of.value,
        "state": of.state,
        "received_at": of.received_at.map(|at| at.to_string()),
        "due": of.due.map(|at| at.to_string()),
        "closed_at": of.closed_at.map(|at| at.to_string()),
    })
}
