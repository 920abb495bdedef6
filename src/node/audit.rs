//! The audit trail of this node.

use super::{Node, NodeError};
pub use crate::store::audit::{Line, Page};

impl Node {
    /// A page of the trail: what is durable, from an entry on, events only where asked for. Reading never waits for writing.
    ///
    /// # Errors
    /// [`NodeError::State`] where the journal cannot be read.
    pub fn audit(&self, from: u64, most: usize, events: bool) -> Result<Page, NodeError> {
        let through = self.snapshot().sequence;
        self.trail.page(from, through, most, events).map_err(|error| NodeError::Journal(error.to_string()))
    }
}
