//! What is wrong with a message that came over the wire.

/// One mistake in a message: which field, why in a word for programs, and what to do about it in words for people.
///
/// Shapes: `field` is a path in the names of the protocol, such as `events[3].received.due.day`; `reason` is one of the
/// constants of [`reason`]; `message` is one lower-case line.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {message}")]
pub struct WireError {
    /// Path of the field at fault.
    pub field: String,
    /// A stable name.
    pub reason: &'static str,
    /// What to do.
    pub message: String,
}

/// The stable names of [`WireError::reason`].
pub mod reason {
    /// A field that has to be there is empty.
    pub const MISSING_FIELD: &str = "MISSING_FIELD";
    /// An event of no kind, or of one this release does not know.
    pub const MISSING_KIND: &str = "MISSING_KIND";
    /// An id that is not 16 bytes.
    pub const BAD_ID: &str = "BAD_ID";
    /// Not a unit.
    pub const BAD_UNIT: &str = "BAD_UNIT";
    /// Not an instant.
    pub const BAD_TIME: &str = "BAD_TIME";
    /// Not a local date.
    pub const BAD_DATE: &str = "BAD_DATE";
    /// A channel that is not said, or of a number this release does not know.
    pub const BAD_CHANNEL: &str = "BAD_CHANNEL";
    /// Not a memo nor a statement.
    pub const BAD_MEASURE: &str = "BAD_MEASURE";
    /// A correction of what only a void can undo.
    pub const NESTED_CORRECTION: &str = "NESTED_CORRECTION";
    /// More bytes than a text may have.
    pub const TEXT_TOO_LONG: &str = "TEXT_TOO_LONG";
    /// Line breaks, tabs or other control characters.
    pub const CONTROL_CHARACTER: &str = "CONTROL_CHARACTER";
    /// A choice that is not said, or of a number or name this release does not know.
    pub const BAD_CHOICE: &str = "BAD_CHOICE";
    /// A number beyond what can be.
    pub const OUT_OF_RANGE: &str = "OUT_OF_RANGE";
    /// The same thing twice.
    pub const DUPLICATE: &str = "DUPLICATE";
    /// A tree that is no tree.
    pub const BAD_TREE: &str = "BAD_TREE";
}

impl WireError {
    /// A mistake in that field.
    pub fn new(field: impl Into<String>, reason: &'static str, message: impl Into<String>) -> WireError {
        WireError { field: field.into(), reason, message: message.into() }
    }

    /// The same mistake seen from the message around it: `due.day` under `events[3].received` is
    /// `events[3].received.due.day`.
    pub fn under(mut self, outer: &str) -> WireError {
        self.field = if self.field.is_empty() { outer.to_owned() } else { format!("{outer}.{}", self.field) };
        self
    }
}
