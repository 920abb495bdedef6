//! What things cost, beside the limit each is bound by, in one run: `cargo bench`. The figures of one machine are in docs/performance.md.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod document;
mod dossier;
mod hostile;
mod journal;
mod reading;
mod whole_way;

fn main() {
    // It measures before and during and not again and again, so it is no bench of divan's.
    if std::env::args().any(|argument| argument == "hostile") {
        return hostile::run();
    }
    divan::main();
}

/// A time in words.
pub fn at(text: &str) -> motcua::domain::time::Timestamp {
    motcua::domain::time::Timestamp::parse(text).unwrap()
}
