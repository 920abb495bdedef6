//! Results on standard output, or in a file.

use std::{
    fmt::Display,
    fs,
    io::{self, Write},
    path::Path,
};

use super::Failure;

/// Writes a line. A reader that has gone (`| head`) wants no more: the program ends quietly, as if it had said everything.
pub(crate) fn line(text: impl Display) {
    if writeln!(io::stdout().lock(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Writes a result as it is, to the file if one is named. Its folder must exist; a file that is there is replaced.
///
/// # Errors
/// A file that cannot be written.
pub(crate) fn bytes(bytes: &[u8], file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else {
        let mut out = io::stdout().lock();
        if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
            std::process::exit(0);
        }
        return Ok(());
    };
    fs::write(file, bytes).map_err(|error| {
        Failure::could_not(format!("{} cannot be written: {error}; name another file", file.display()))
    })
}

/// As `println!`, but by way of [`line()`].
macro_rules! say {
    ($($arg:tt)*) => { $crate::cli::out::line(format_args!($($arg)*)) };
}
pub(crate) use say;
