//! The node as a deterministic state machine: commands and loaded values in, entries out; entries applied give the state. Pure: no clock,
//! no I/O, no tokio.

pub mod accept;
pub mod apply;
pub mod audit;
pub mod books;
pub mod by;
pub mod close;
pub mod counted;
pub mod draft;
pub mod enrol;
pub mod enter;
pub mod entered;
pub mod entry;
pub mod prepare;
pub mod promise;
pub mod record;
pub mod refusal;
pub mod registry;
pub mod review;
pub mod state;
pub mod trust;
mod waiting;

pub use by::By;
pub use entry::{Entry, EntryKind};
pub use refusal::Refusal;
pub use state::State;

#[cfg(test)]
mod document_tests;
#[cfg(test)]
mod enter_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
#[path = "../../tests/model/mod.rs"]
pub(crate) mod plain;
#[cfg(test)]
mod prepare_tests;
#[cfg(test)]
mod review_tests;
#[cfg(test)]
pub(crate) mod story_tests;
