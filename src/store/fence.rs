//! A fence around code that may panic: what it does wrong comes out as an error.

use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::disk::is_full;
use super::map::MapError;

/// Runs it; a panic becomes [`MapError::Broken`].
pub(crate) fn fence<T>(what: &str, act: impl FnOnce() -> Result<T, MapError>) -> Result<T, MapError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(broken(&format!("{what} panicked: {why}")))
    })
}

/// [`MapError::Broken`], told in one line.
pub(crate) fn broken(why: &str) -> MapError {
    MapError::Broken(why.lines().next().unwrap_or_default().to_owned())
}

/// A full disk or a missing right is not the map's fault; anything else is.
pub(crate) fn of_io(error: &io::Error) -> MapError {
    if is_full(error) || error.kind() == ErrorKind::PermissionDenied {
        MapError::Unavailable(error.to_string())
    } else {
        broken(&error.to_string())
    }
}
