//! Results on standard output.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Writes a line. A reader that has gone (`| head`) wants no more: the program ends quietly, as if it had said everything.
pub(crate) fn line(text: impl Display) {
    if writeln!(io::stdout().lock(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// As `println!`, but by way of [`line()`].
macro_rules! say {
    ($($arg:tt)*) => { $crate::cli::out::line(format_args!($($arg)*)) };
}
pub(crate) use say;
