//! The desk's side of a node: files of other software become events and registry parts, and go to a node as a client.
//!
//! Nothing is guessed: what a file does not say plainly is left out, named by row and reason, and counted.

pub mod cells;
pub mod choices;
mod collect;
mod dossier_rows;
mod draft;
mod event_rows;
mod groups;
pub mod import;
pub mod keeping;
pub mod left_out;
pub mod mapping;
pub mod outbox;
mod outbox_file;
pub mod rows;
mod sections;
pub mod send;
mod sheet;
pub mod tables;
pub mod terms;

pub use import::{ImportError, ImportOptions, ImportReport, Progress, import};
pub use mapping::{Mapping, MappingError};
