//! What is fuzzed: one function for each target, which takes any bytes and panics if the program does what it must not. libFuzzer calls them
//! (`fuzz_targets/`), and so does `cargo test` with the seeds in `corpus/` (`tests/it/fuzz.rs` includes this file), on stable and without libFuzzer.

pub mod bundle;
pub mod bytes;
pub mod config;
pub mod document;
pub mod grpc;
pub mod journal;
pub mod mapping;
pub mod message;
pub mod seeds;
pub mod text;
pub mod world;

/// The body of a target.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("bundle", bundle::run),
    ("config", config::run),
    ("document", document::run),
    ("grpc", grpc::run),
    ("journal", journal::run),
    ("mapping", mapping::run),
    ("text", text::run),
];
