//! Named places at which a test makes the program die.
//!
//! `MOTCUA_CRASH_AT=name:n` ends the process when it comes to the place `name` for the `n`th time, as SIGKILL would: nothing is unwound, nothing
//! is flushed. Only in a build with debug assertions; in any other a call is nothing at all. `tests/it/crash/points.rs` holds the list of
//! names and goes over them with the real program.

/// Comes past the place of this name. Returns, or ends the process.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn crash_point(_: &'static str) {}

/// Comes past the place of this name. Returns, or ends the process.
#[cfg(debug_assertions)]
pub fn crash_point(name: &'static str) {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    };

    /// The place to die at, and how many more times it is passed.
    static ASKED: LazyLock<Option<(String, AtomicU64)>> = LazyLock::new(|| {
        let asked = std::env::var("MOTCUA_CRASH_AT").ok()?;
        let (name, times) = asked.rsplit_once(':')?;
        Some((name.to_owned(), AtomicU64::new(times.parse().ok()?)))
    });

    if let Some((asked, left)) = ASKED.as_ref()
        && asked == name
        && left.fetch_sub(1, Relaxed) == 1
    {
        // so that a test knows this end from any other
        eprintln!("died at {name}");
        std::process::abort();
    }
}
