//! What a report is made from: one sheet for each atom.

use std::sync::Arc;

use crate::domain::{
    summary::{Hash, Summary},
    time::Timestamp,
};

/// The figures of one unit for one atom, and how far they can be relied on.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The figures.
    pub summary: Arc<Summary>,
    /// The document they stand in; `None` for a draft computed now.
    pub hash: Option<Hash>,
    /// Whether the atom is closed and this is its document.
    pub published: bool,
    /// Whether something came in since that would change it, and waits for the next amendment.
    pub changed_since: bool,
    /// When the answering node recorded the document.
    pub recorded_at: Option<Timestamp>,
}
