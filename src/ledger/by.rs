//! On whose word something changes. It stands beside every entry of the journal, for the audit; nothing is ever computed from it.

use std::sync::Arc;

/// Who, from where, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct By {
    /// `node` for what the node does by itself, `unit CODE` for another node, `person ID NAME` for a person, `keys` for whoever holds this
    /// node's own keys, `local` on a node without links to others.
    pub who: Arc<str>,
    /// The address it came from; empty for the node itself.
    pub from: Arc<str>,
    /// The reason a person gave; empty if none was asked.
    pub why: Arc<str>,
}

impl By {
    /// Somebody, from somewhere.
    pub fn new(who: impl Into<Arc<str>>, from: impl Into<Arc<str>>) -> By {
        By { who: who.into(), from: from.into(), why: "".into() }
    }

    /// The node itself: its timetable, its link upward.
    pub fn node() -> By {
        By::new("node", "")
    }

    /// The same, with a reason.
    pub fn because(&self, why: &str) -> By {
        By { why: why.into(), ..self.clone() }
    }
}
