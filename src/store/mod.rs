//! The store: what was acknowledged is still there, whatever happens to the machine.
//!
//! The journal is the truth; a map (sled, or a plain one in memory) behind an in-memory layer is derived from it and may be thrown away at any
//! time. Up to the layer everything is opaque bytes; above it, [`core`] is the one road into the books and [`writer`] the thread that drives it.

pub mod audit;
pub mod backup;
pub mod backup_mark;
pub mod backup_note;
pub mod command;
pub mod core;
pub mod crash_point;
mod decide;
pub mod disk;
pub mod faulty_disk;
mod faulty_file;
mod fence;
pub mod fsck;
pub mod journal;
mod journal_open;
pub mod journal_read;
mod judge;
pub mod keys;
mod large;
pub mod layer;
mod loads;
pub mod map;
pub mod memory_map;
mod merge;
pub mod open;
pub mod read_disk;
pub mod restore;
mod segment;
pub mod sled_map;
pub mod space;
mod tables;
mod worker;
pub mod writer;

#[cfg(test)]
mod audit_tests;
#[cfg(test)]
mod backup_tests;
#[cfg(test)]
mod core_tests;
#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod crash_world_tests;
#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod entered_tests;
#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod layer_tests;
#[cfg(test)]
mod map_conformance;
#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod shop_tests;
