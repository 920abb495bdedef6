//! What could not be looked at, said rather than passed over.

use super::{Finding, facts::Facts};

/// What only a running node can tell.
pub(super) fn not_looked_at(facts: &Facts) -> Finding {
    let mut what = vec!["derived state", "parent", "agreement", "unsent", "refusals", "registry", "closing", "events"];
    if facts.directory.as_ref().is_none_or(|d| !matches!(d.data, Some(Ok(_)))) {
        what.extend(["disk", "journal", "clock"]);
    }
    Finding::warn(
        "not looked at",
        what.join(", "),
        "start the node and ask again, or run `motcua fsck DIR` on the stopped one",
    )
}
