//! Printed forms: templates as data, and one layout that every output format writes.
//!
//! A [`Template`] says which counters stand in which column and what is printed around them. [`lay_out`] puts a report into it and gives a
//! [`Page`]: cells that hold their figures, the sums among them with the cells they are the sums of. Terminal, HTML, XLSX and CSV write that
//! page and compute nothing, so they cannot differ.

mod amount;
mod check;
mod columns;
mod file;
mod grid;
mod heading;
mod layout;
mod lines;
mod shipped;
mod template;
pub mod write;

pub use check::Mistake;
pub use grid::{Cell, Content, Grid, Merge, Role};
pub use layout::{Asked, Page, Signature, Year, lay_out};
pub(in crate::reports) use lines::{FormPhrases, phrases};
pub use shipped::{NAMES, shipped, text_of};
pub use template::{Column, Place, Section, Template, Words};
