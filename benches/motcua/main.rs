//! What things cost, beside the limit each is bound by, in one run: `cargo bench`. The figures of one machine are in docs/performance.md.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod document;
mod dossier;
mod journal;
mod reading;
mod whole_way;

fn main() {
    divan::main();
}

/// A time in words.
pub fn at(text: &str) -> motcua::domain::time::Timestamp {
    motcua::domain::time::Timestamp::parse(text).unwrap()
}
