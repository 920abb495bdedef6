//! How a command ends.

use std::process::ExitCode;

use tonic::Status;

use crate::wire::status::explain;

/// Why a command did not do what was asked: one lower-case line, and an exit code scripts rely on.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// 1: the answer is no.
    pub fn no(message: impl ToString) -> Failure {
        Failure { code: 1, message: message.to_string() }
    }

    /// 2: wrong usage.
    pub fn usage(message: impl ToString) -> Failure {
        Failure { code: 2, message: message.to_string() }
    }

    /// 3: it could not be done.
    pub fn could_not(message: impl ToString) -> Failure {
        Failure { code: 3, message: message.to_string() }
    }

    /// An answer that cannot be read: client and node do not understand each other.
    pub(super) fn senseless(error: impl std::fmt::Display) -> Failure {
        Failure::could_not(format!("the node's answer makes no sense: {error}"))
    }

    /// Whether it could not be done, rather than being refused.
    pub(super) fn is_could_not(&self) -> bool {
        self.code == 3
    }

    /// A node's error: bad arguments are wrong usage, a refusal is a no, and a node that cannot be reached is neither.
    pub fn status(status: &Status) -> Failure {
        use tonic::Code;
        let message = explain(status);
        match status.code() {
            Code::InvalidArgument | Code::OutOfRange => Failure::usage(message),
            Code::FailedPrecondition
            | Code::NotFound
            | Code::PermissionDenied
            | Code::Aborted
            | Code::AlreadyExists => Failure::no(message),
            _ => Failure::could_not(message),
        }
    }

    /// Says why, and gives the code.
    pub fn report(&self) -> ExitCode {
        eprintln!("motcua: {}", self.message);
        ExitCode::from(self.code)
    }
}
