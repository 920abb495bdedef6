//! The store: what was acknowledged is still there, whatever happens to the machine.
//!
//! The journal is the truth; a map (sled, or a plain one in memory) behind an in-memory layer is
//! derived from it and may be thrown away at any time. Nothing here knows the domain: all of it is
//! opaque bytes.

pub mod command;
pub mod core;
pub mod disk;
pub mod faulty_disk;
pub mod fsck;
pub mod journal;
pub mod journal_read;
pub mod keys;
pub mod layer;
pub mod map;
pub mod memory_map;
pub mod open;
pub mod sled_map;
pub mod writer;

mod journal_open;
mod judge;
mod large;
mod loads;
mod merge;
mod segment;
mod tables;
mod worker;

#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod layer_tests;
#[cfg(test)]
mod map_conformance;
