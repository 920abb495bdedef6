//! Why a document was not taken.

/// Why bytes are not a document this program can use.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// It was altered after it was signed, or the signature was never good.
    #[error("the signature of the document does not verify: ask the unit that signed it to send it again")]
    BadSignature,
    /// It breaks a rule of the format. The signer's program is at fault, so sending it again does not help.
    #[error("the document is malformed at {field}: {message}; update the program of the unit that signed it")]
    Malformed {
        /// Name of the field in the protocol.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// Written by a later release in a way this one cannot read. It may be stored and relayed as it is.
    #[error("the document is newer than this program (format {format}{}): update this node to read it; it is relayed as it is", .measure.as_deref().map(|m| format!(", measure {m}")).unwrap_or_default())]
    Newer {
        /// Its format.
        format: u32,
        /// A measure with figures that this catalogue does not have, if that is the obstacle.
        measure: Option<String>,
    },
}

impl DocumentError {
    /// The reason in error details: `BAD_SIGNATURE`, `MALFORMED_DOCUMENT` or `NEWER_DOCUMENT`.
    pub fn reason(&self) -> &'static str {
        match self {
            DocumentError::BadSignature => "BAD_SIGNATURE",
            DocumentError::Malformed { .. } => "MALFORMED_DOCUMENT",
            DocumentError::Newer { .. } => "NEWER_DOCUMENT",
        }
    }

    pub(super) fn malformed(field: &'static str, message: impl Into<String>) -> DocumentError {
        DocumentError::Malformed { field, message: message.into() }
    }
}
